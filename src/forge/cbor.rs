//! A writer of CBOR: values in the shortest form and in the order given, and whatever else is asked
//! for as bytes.

use crate::wire::cbor::push_head;

/// A value to be encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cbor {
    /// An integer, positive or negative.
    Int(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text string.
    Text(String),
    /// An array.
    Array(Vec<Cbor>),
    /// A map, its pairs in the order given.
    Map(Vec<(Cbor, Cbor)>),
    /// A boolean.
    Bool(bool),
    /// Bytes that are already encoded, right or wrong.
    Encoded(Vec<u8>),
}

impl Cbor {
    /// The encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.push(&mut out);
        out
    }

    fn push(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value) => match u64::try_from(*value) {
                Ok(value) => push_head(out, 0, value),
                Err(_) => push_head(out, 1, value.unsigned_abs() - 1),
            },
            Self::Bytes(bytes) => {
                push_head(out, 2, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                push_head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                push_head(out, 4, items.len() as u64);
                items.iter().for_each(|item| item.push(out));
            }
            Self::Map(pairs) => {
                push_head(out, 5, pairs.len() as u64);
                for (key, value) in pairs {
                    key.push(out);
                    value.push(out);
                }
            }
            Self::Bool(value) => out.push(0xf4 | u8::from(*value)),
            Self::Encoded(bytes) => out.extend_from_slice(bytes),
        }
    }

    /// Sets the value of a key of a map, or adds the pair.
    pub fn set(&mut self, key: impl Into<Cbor>, value: impl Into<Cbor>) {
        let (key, value) = (key.into(), value.into());
        if let Self::Map(pairs) = self {
            match pairs.iter_mut().find(|(it, _)| *it == key) {
                Some(pair) => pair.1 = value,
                None => pairs.push((key, value)),
            }
        }
    }

    /// Puts a pair in front of a map, whether its key is there or not.
    pub fn prepend(&mut self, key: impl Into<Cbor>, value: impl Into<Cbor>) {
        if let Self::Map(pairs) = self {
            pairs.insert(0, (key.into(), value.into()));
        }
    }

    /// Takes a key out of a map.
    pub fn remove(&mut self, key: impl Into<Cbor>) {
        let key = key.into();
        if let Self::Map(pairs) = self {
            pairs.retain(|(it, _)| *it != key);
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: impl Into<Cbor>) -> Option<&Cbor> {
        let key = key.into();
        match self {
            Self::Map(pairs) => pairs.iter().find(|(it, _)| *it == key).map(|(_, value)| value),
            Self::Int(_)
            | Self::Bytes(_)
            | Self::Text(_)
            | Self::Array(_)
            | Self::Bool(_)
            | Self::Encoded(_) => None,
        }
    }

    /// Changes the bytes of a byte string of a map.
    pub fn edit(&mut self, key: impl Into<Cbor>, change: impl FnOnce(&mut Vec<u8>)) {
        let key = key.into();
        if let Self::Map(pairs) = self
            && let Some((_, Self::Bytes(bytes))) = pairs.iter_mut().find(|(it, _)| *it == key)
        {
            change(bytes);
        }
    }
}

impl From<i64> for Cbor {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Cbor {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Cbor {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Cbor {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

/// A map of text keys.
pub fn map(pairs: impl IntoIterator<Item = (&'static str, Cbor)>) -> Cbor {
    Cbor::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
