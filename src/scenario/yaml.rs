//! YAML (and with it JSON) as a tree that knows where each value stands.
//!
//! Owns the traps of YAML: `no` stays a text, `0123456789` stays a text, a key that stands twice and a
//! number that would lose digits are told, an alias cannot blow up. It knows nothing of Arazzo or OpenAPI.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{DuplicateKeyPolicy, Options, Spanned};

/// From here on a floating-point number does not hold every whole one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A place in a text file, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

/// Something that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// Where in it.
    pub at: Place,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.at.line, self.at.column, self.message)
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) tree: Tree,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A member of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Place,
    pub(crate) value: Node,
}

/// Reads one document.
///
/// # Errors
/// What the YAML reader says, with its place.
pub(crate) fn read(file: &str, text: &str) -> Result<Node, Problem> {
    let mut options = Options::default();
    options.strict_booleans = true;
    options.leading_zero_numbers_as_strings = true;
    // [`Node::traps`] tells of all of them at once.
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    serde_saphyr::from_str_with_options::<Node>(text, options).map_err(|error| {
        let at = error.location().map_or(Place { line: 1, column: 1 }, |location| Place {
            line: location.line(),
            column: location.column(),
        });
        let message = error.without_snippet().to_string();
        let place = format!(" at line {}, column {}", at.line, at.column);
        let message = message.strip_suffix(&place).unwrap_or(&message);
        // What follows is advice for programs that use the reader.
        let message = message.split("; use ").next().unwrap_or(message);
        Problem { file: file.to_owned(), at, message: format!("not readable as YAML: {message}") }
    })
}

impl Node {
    /// The member `key` of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The members of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.tree {
            Tree::Map(entries) => entries,
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::List(_) => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.tree {
            Tree::List(items) => items,
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::Map(_) => &[],
        }
    }

    /// The text, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::List(_) | Tree::Map(_) => None,
        }
    }

    /// What YAML lets pass and nobody means: a key that stands twice in one mapping, a whole number of
    /// which digits are lost.
    pub(crate) fn traps(&self) -> Vec<(Place, String)> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            if let Tree::Number(number) = &node.tree
                && number.as_f64().is_some_and(|it| number.is_f64() && it.abs() >= EXACT)
            {
                let message = "the number is too long to keep its digits: put it between quotes";
                found.push((node.at, message.to_owned()));
            }
            let mut keys = BTreeSet::new();
            for entry in node.entries() {
                if !keys.insert(entry.key.as_str()) {
                    found.push((entry.at, format!("the key `{}` stands twice in one mapping", entry.key)));
                }
                open.push(&entry.value);
            }
            open.extend(node.items());
        }
        found
    }

    /// What it is, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match &self.tree {
            Tree::List(items) if items.is_empty() => "an empty list",
            Tree::Null => "nothing",
            Tree::Bool(_) => "a boolean",
            Tree::Number(_) => "a number",
            Tree::Text(_) => "a text",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a mapping",
        }
    }

    /// The same value without its places.
    pub(crate) fn to_json(&self) -> Value {
        match &self.tree {
            Tree::Null => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(value) => Value::Number(value.clone()),
            Tree::Text(value) => Value::String(value.clone()),
            Tree::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Tree::Map(entries) => Value::Object(
                entries.iter().map(|it| (it.key.clone(), it.value.to_json())).collect::<Map<_, _>>(),
            ),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Tree>::deserialize(deserializer)?;
        Ok(Self { at: place(spanned.referenced), tree: spanned.value })
    }
}

fn place(location: serde_saphyr::Location) -> Place {
    Place { line: location.line(), column: location.column() }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }

            fn visit_none<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
                Ok(Tree::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
                Ok(Tree::Number(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
                Ok(Tree::Number(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
                // A number that JSON cannot write (.nan, .inf) stays the text that it prints as.
                Ok(Number::from_f64(value).map_or_else(|| Tree::Text(value.to_string()), Tree::Number))
            }

            fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
                Ok(Tree::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Tree::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Spanned<String>, Node>()? {
                    entries.push(Entry { key: key.value, at: place(key.referenced), value });
                }
                Ok(Tree::Map(entries))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_where_they_stand_and_keep_their_type() {
        let text = "a: no\nnihii: 0123456789\nlist:\n  - 7\n  - {b: true}\n";
        let node = read("x.yaml", text).expect("readable");
        assert_eq!(
            node.to_json(),
            serde_json::json!({"a": "no", "nihii": "0123456789", "list": [7, {"b": true}]})
        );
        let list = node.get("list").expect("there").items();
        assert_eq!(list[0].at, Place { line: 4, column: 5 });
        assert_eq!(list[1].entries()[0].at, Place { line: 5, column: 6 });
    }

    #[test]
    fn what_is_not_yaml_is_reported_where_it_breaks() {
        let problem = read("x.yaml", "a: [1,\nb: 2\n").expect_err("broken");
        assert_eq!(problem.at, Place { line: 1, column: 4 }, "{problem}");
        assert_eq!(problem.message.matches("line").count(), 0, "{problem}");
    }

    #[test]
    fn what_yaml_lets_pass_is_told() {
        let text = "a: 1\na: 2\nb: [{c: 123456789012345678901234567890, d: 1, d: 1}]\ne: 1.5e3\n";
        let places: Vec<_> = read("x.yaml", text).expect("YAML").traps().iter().map(|it| it.0).collect();
        let place = |line, column| Place { line, column };
        assert_eq!(places, [place(2, 1), place(3, 47), place(3, 9)]);
    }
}
