//! What was read from an artefact, by name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Index;

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

/// As many names as are looked through: most artefacts have a dozen, and hashing those would take longer.
const FEW: usize = 32;

/// Named values, in the order in which their names were first recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    all: Vec<(Cow<'static, str>, Value)>,
    /// Where each name stands, once there are more than a few: an artefact may hold a hundred thousand
    /// others, each with facts of its own.
    places: HashMap<Cow<'static, str>, usize>,
}

impl Facts {
    /// No facts yet, and room for some.
    pub(crate) fn with_capacity(room: usize) -> Self {
        Self { all: Vec::with_capacity(room), places: HashMap::new() }
    }

    /// Records a value; one that was recorded under the same name gives way.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        if let Some(at) = self.place(&name) {
            self.all[at].1 = value;
            return;
        }
        self.all.push((name, value));
        if self.all.len() > FEW {
            let known = self.places.len();
            let new = self.all.iter().enumerate().skip(known);
            self.places.extend(new.map(|(at, (name, _))| (name.clone(), at)));
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.places.is_empty() {
            self.all.iter().position(|(known, _)| *known == name)
        } else {
            self.places.get(name).copied()
        }
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.place(name).map(|at| &self.all[at].1)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.all.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The value of a name that is known to be there, as of a JSON object.
impl Index<&str> for Facts {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl From<Facts> for Value {
    fn from(facts: Facts) -> Self {
        Self::Object(
            facts.all.into_iter().map(|(name, value)| (name.into_owned(), value)).collect::<Map<_, _>>(),
        )
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_where_it_was_first_recorded() {
        let mut facts = Facts::default();
        facts.insert("a", 1);
        facts.insert("b", true);
        facts.insert("a".to_owned(), 2);
        assert_eq!(serde_json::to_string(&facts).unwrap(), r#"{"a":2,"b":true}"#);
        assert_eq!((&facts["a"], &facts["c"]), (&2.into(), &Value::Null));
    }

    #[test]
    fn many_names_are_told_apart_as_few_are() {
        let mut facts = Facts::default();
        for turn in 0..2 {
            (0..4 * FEW).for_each(|at| facts.insert(at.to_string(), at + turn));
        }
        assert_eq!(facts.iter().count(), 4 * FEW);
        assert!(
            facts.iter().enumerate().all(|(at, (name, value))| name == at.to_string() && *value == at + 1)
        );
        assert!((0..4 * FEW).all(|at| facts.get(&at.to_string()) == Some(&(at + 1).into())));
        assert_eq!(facts.get("none"), None);
    }
}
