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
        // Most attributes are told apart by their last letter.
        let all = document.attributes(|last| last == b'd' || last == b'D');
        for (element, attribute) in all.filter(|(_, attribute)| is_id(*attribute)) {
            let value = attribute.value();
            match ids.first.get(&value) {
                None => _ = ids.first.insert(value, element),
                // `Id` and `wsu:Id` of one element mean the same.
                Some(first) if *first == element => {}
                Some(_) => ids.again.push((value, element, attribute)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::wire::xml::Source;

    #[test]
    fn an_identifier_stands_for_the_element_that_has_it() {
        let source = Source::of(
            "<r><a/><b Id='1'><c/></b><d x='2' ID='3' xml:id='4'/><e/><f wsu:Id='5' xmlns:wsu='urn:x'/><g id='6'/><h ID='6'/><i Id='7' ID='7'/></r>",
        );
        let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
        let ids = Ids::of(&document);
        let name = |id| match ids.lookup(id) {
            Lookup::One(element) => element.name(),
            Lookup::Several => "several",
            Lookup::None => "none",
        };
        let found = ["1", "2", "3", "4", "5", "6", "7"].map(name);
        assert_eq!(found, ["b", "none", "d", "d", "none", "several", "i"]);
    }
}
