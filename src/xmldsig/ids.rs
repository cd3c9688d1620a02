//! Which element an identifier stands for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::wire::xml::{Attribute, Document, Element, XML_URI};

/// The namespace of `wsu:Id`.
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// The identifiers of a document. Without a DTD the attributes that hold them are known by name.
#[derive(Debug)]
pub(crate) struct Ids<'d> {
    first: BTreeMap<Cow<'d, str>, Element<'d>>,
    /// Values that stand more than once, with every place but the first.
    again: Vec<(Cow<'d, str>, Element<'d>, Attribute<'d>)>,
}

/// What an identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup<'d> {
    /// One element.
    One(Element<'d>),
    /// More than one: it identifies nothing.
    Several,
    /// None.
    None,
}

/// Whether the attribute is one that holds an identifier.
fn is_id(attribute: Attribute<'_>) -> bool {
    // Most attributes are told apart by their last letter.
    if !attribute.name().ends_with(['d', 'D']) {
        return false;
    }
    match attribute.local() {
        "Id" => matches!(attribute.namespace(), "" | WSU),
        "ID" | "AssertionID" | "ResponseID" | "RequestID" => attribute.namespace().is_empty(),
        "id" => matches!(attribute.namespace(), "" | XML_URI),
        _ => false,
    }
}

impl<'d> Ids<'d> {
    /// Gathers the identifiers of a document.
    pub(crate) fn of(document: &'d Document<'d>) -> Self {
        let mut ids = Self { first: BTreeMap::new(), again: Vec::new() };
        for element in document.root().descendants() {
            for attribute in element.attributes().filter(|attribute| is_id(*attribute)) {
                let value = attribute.value();
                match ids.first.get(&value) {
                    None => _ = ids.first.insert(value, element),
                    Some(_) => ids.again.push((value, element, attribute)),
                }
            }
        }
        ids
    }

    /// The element that `id` stands for.
    pub(crate) fn lookup(&self, id: &str) -> Lookup<'d> {
        match self.first.get(id) {
            None => Lookup::None,
            Some(_) if self.again.iter().any(|(again, ..)| again == id) => Lookup::Several,
            Some(element) => Lookup::One(*element),
        }
    }

    /// Every identifier that stands again, with the place where it does.
    pub(crate) fn duplicates(&self) -> impl Iterator<Item = (&str, Element<'d>, Attribute<'d>)> {
        self.again.iter().map(|(id, element, attribute)| (id.as_ref(), *element, *attribute))
    }

    /// The first element that has the identifier.
    pub(crate) fn first(&self, id: &str) -> Option<Element<'d>> {
        self.first.get(id).copied()
    }
}
