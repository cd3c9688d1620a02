//! What was read from an artefact, by name.

use std::borrow::Cow;
use std::ops::Index;

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Named values, in the order in which their names were first recorded.
///
/// An artefact has a dozen of them: looking through them takes less than hashing their names would.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(Vec<(Cow<'static, str>, Value)>);

impl Facts {
    /// No facts yet, and room for some.
    pub(crate) fn with_capacity(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    /// Records a value; one that was recorded under the same name gives way.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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
            facts.0.into_iter().map(|(name, value)| (name.into_owned(), value)).collect::<Map<_, _>>(),
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
}
