//! Client data: the JSON that the browser writes about a WebAuthn ceremony, and that is signed.

use crate::base::Span;
use crate::rule::Artefact;
use crate::wire::json::Value;

/// The UTF-8 encoding of U+FEFF.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A CollectedClientData (WebAuthn L3 §5.8.1).
#[derive(Debug)]
pub(crate) struct ClientData<'a> {
    /// The JSON value, an object or not.
    pub(crate) value: Value<'a>,
    /// A byte order mark in front of it.
    pub(crate) byte_order_mark: Option<Span>,
}

impl Artefact for ClientData<'static> {
    type Model<'a> = ClientData<'a>;
}

impl<'a> ClientData<'a> {
    /// A member, as far as there is one.
    pub(crate) fn member(&self, name: &str) -> Option<Value<'a>> {
        self.value.member(name)
    }

    /// A member that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<(&'a str, Value<'a>)> {
        let value = self.member(name)?;
        Some((value.as_str()?, value))
    }
}

/// Takes off the byte order mark, as the UTF-8 decoding that WebAuthn prescribes does.
pub(crate) fn without_byte_order_mark(input: &[u8]) -> (&[u8], Option<Span>) {
    match input.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (rest, Some(Span::new(0, BYTE_ORDER_MARK.len()))),
        None => (input, None),
    }
}
