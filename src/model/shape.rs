//! The shape of an artefact in JSON, as a table: which members its objects have, and of which types.

use crate::wire::json::{Type, Value};

/// A member that an object of the artefact may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    /// The object: a JSON pointer in which `*` stands for every element of an array.
    pub(crate) of: &'static str,
    pub(crate) name: &'static str,
    pub(crate) types: &'static [Type],
    /// Whether the object must have it.
    pub(crate) required: bool,
}

/// A member that its object must have.
pub(crate) const fn required(of: &'static str, name: &'static str, types: &'static [Type]) -> Member {
    Member { of, name, types, required: true }
}

/// A member that its object may have.
pub(crate) const fn optional(of: &'static str, name: &'static str, types: &'static [Type]) -> Member {
    Member { of, name, types, required: false }
}

pub(crate) const STRING: &[Type] = &[Type::String];
pub(crate) const STRING_OR_NULL: &[Type] = &[Type::String, Type::Null];
pub(crate) const NUMBER: &[Type] = &[Type::Number];
pub(crate) const BOOL: &[Type] = &[Type::Bool];
pub(crate) const OBJECT: &[Type] = &[Type::Object];
pub(crate) const OBJECT_OR_NULL: &[Type] = &[Type::Object, Type::Null];
pub(crate) const ARRAY: &[Type] = &[Type::Array];

/// The values at `pattern` below `root`, of those that have members.
pub(crate) fn at<'a>(root: Value<'a>, pattern: &str) -> Vec<Value<'a>> {
    let mut found = vec![root];
    for step in pattern.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match step {
                "*" => value.elements().collect::<Vec<_>>(),
                name => value.member(name).into_iter().collect(),
            })
            .collect();
    }
    found
}

/// An object that lacks a member, or a value of another type.
#[derive(Debug)]
pub(crate) enum Misfit<'a> {
    /// The object has no such member.
    Missing(Value<'a>, &'static str),
    /// The value is of none of these types.
    Mistyped(Value<'a>, &'static [Type]),
    /// The object has a member whose name differs in case or punctuation alone.
    Misspelt(Value<'a>, &'static str),
}

/// Every way in which `root` departs from `shape`.
pub(crate) fn misfits<'a>(root: Value<'a>, shape: &[Member]) -> Vec<Misfit<'a>> {
    let mut found = Vec::new();
    if root.kind() != Type::Object {
        return vec![Misfit::Mistyped(root, OBJECT)];
    }
    // Elements of arrays that are no objects are told once, whatever members they would have.
    let mut patterns: Vec<&str> = shape.iter().map(|member| member.of).collect();
    patterns.dedup();
    for pattern in patterns {
        let elements = at(root, pattern).into_iter().filter(|_| pattern.ends_with("/*"));
        found.extend(elements.filter(|it| it.kind() != Type::Object).map(|it| Misfit::Mistyped(it, OBJECT)));
    }
    for member in shape {
        for object in at(root, member.of).into_iter().filter(|it| it.kind() == Type::Object) {
            match object.member(member.name) {
                Some(value) if member.types.contains(&value.kind()) => {}
                Some(value) => found.push(Misfit::Mistyped(value, member.types)),
                None => {
                    let alike = object.members().find(|(name, _)| is_alike(name, member.name));
                    match alike {
                        Some((_, value)) => found.push(Misfit::Misspelt(value, member.name)),
                        None if member.required => found.push(Misfit::Missing(object, member.name)),
                        None => {}
                    }
                }
            }
        }
    }
    found
}

/// Whether two names differ in case and punctuation alone.
fn is_alike(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::wire::json::Document;

    #[test]
    fn each_misfit_is_told_where_it_is() {
        let shape = [
            required("", "id", STRING),
            required("/keys/*", "name", STRING),
            optional("/keys/*", "at", NUMBER),
        ];
        let text = br#"{"ID": "x", "keys": [{"name": 1}, {"at": 2}, 3]}"#;
        let document = Document::read(text, &Budget::JUDGE);
        let told: Vec<String> = misfits(document.root().unwrap(), &shape)
            .into_iter()
            .map(|misfit| match misfit {
                Misfit::Missing(object, name) => format!("{} lacks {name}", object.pointer()),
                Misfit::Mistyped(value, _) => format!("{} is {}", value.pointer(), value.kind()),
                Misfit::Misspelt(value, name) => format!("{} for {name}", value.pointer()),
            })
            .collect();
        assert_eq!(
            told,
            ["/keys/2 is a number", "/ID for id", "/keys/0/name is a number", "/keys/1 lacks name"]
        );
    }
}
