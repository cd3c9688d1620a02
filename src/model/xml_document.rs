//! An XML document as such: what its encoding came to, before anything in it is read.

use crate::base::Fault;
use crate::rule::Artefact;
use crate::wire::xml::{Document, XmlFault};

/// An XML document, or why it is none.
#[derive(Debug)]
pub(crate) struct XmlDocument<'a> {
    /// What is wrong with the bytes; empty exactly where there is a document.
    pub(crate) faults: &'a [Fault<XmlFault>],
    /// The document.
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) document: Option<&'a Document<'a>>,
}

impl Artefact for XmlDocument<'static> {
    type Model<'a> = XmlDocument<'a>;
}
