//! What a message says, as names and texts: [`write`](super::write) puts it into the schema's order
//! and namespaces. It knows no operation.

/// What stands in an element: attributes, and text or further elements.
///
/// Names are local ones, in any order; those that the schema does not have are not written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) parts: Vec<(String, Value)>,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::from(if flag { "true" } else { "false" })
    }
}

impl<N: Into<String>> FromIterator<(N, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(parts: I) -> Self {
        let parts = parts.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Self { parts, ..Self::default() }
    }
}

impl Value {
    /// An element with these elements in it; a name that stands more than once is an element more
    /// than once.
    pub fn of<N: Into<String>>(parts: impl IntoIterator<Item = (N, Value)>) -> Self {
        parts.into_iter().collect()
    }

    /// Bytes, in base64.
    pub fn base64(bytes: &[u8]) -> Self {
        Self::from(data_encoding::BASE64.encode(bytes))
    }

    /// The same, with an attribute.
    #[must_use]
    pub fn with(mut self, attribute: &str, value: impl Into<String>) -> Self {
        self.attributes.push((attribute.to_owned(), value.into()));
        self
    }

    /// The same, with an element at its end.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<Self>) -> Self {
        self.parts.push((name.to_owned(), value.into()));
        self
    }

    /// The first element at a path of names: `Contract/DN`.
    pub fn get(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |value, name| value.all(name).next())
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, path: &str) -> Option<&mut Self> {
        path.split('/').try_fold(self, |value, name| {
            value.parts.iter_mut().find(|(own, _)| own == name).map(|(_, value)| value)
        })
    }

    /// Every element of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.parts.iter().filter(move |(own, _)| own == name).map(|(_, value)| value)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts one element where all of this name were.
    pub fn set(&mut self, name: &str, value: impl Into<Self>) {
        self.remove(name);
        self.parts.push((name.to_owned(), value.into()));
    }

    /// Takes every element of this name away.
    pub fn remove(&mut self, name: &str) {
        self.parts.retain(|(own, _)| own != name);
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}
