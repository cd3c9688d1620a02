//! The profiles that a person may take: the answer of IAM eXchange to `GET /profiles` and
//! `GET /profiles/{ssin}`.

use crate::rule::Artefact;
use crate::wire::json::{Type, Value};

/// The answer of one of the two operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profiles<'a> {
    /// The JSON value.
    pub(crate) value: Value<'a>,
}

/// A group of profiles beside the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subset {
    /// The member that holds it.
    pub(crate) name: &'static str,
    /// The members that each entry has, by the table or the example.
    pub(crate) members: &'static [&'static str],
}

/// The three groups. No document shows an entry of `organizations` (SD-123).
pub(crate) const SUBSETS: [Subset; 3] = [
    Subset { name: "children", members: &["ssin", "firstName", "lastName"] },
    Subset { name: "mandators", members: &["ssin", "firstName", "lastName", "name"] },
    Subset { name: "organizations", members: &[] },
];

impl Artefact for Profiles<'static> {
    type Model<'a> = Profiles<'a>;
}

impl<'a> Profiles<'a> {
    /// The objects of a group.
    pub(crate) fn entries(self, subset: Subset) -> impl Iterator<Item = Value<'a>> {
        let group = self.value.member(subset.name);
        group.into_iter().flat_map(Value::elements).filter(|entry| entry.kind() == Type::Object)
    }

    /// Every SSIN that is a string, of the person and of those they may act for.
    pub(crate) fn ssins(self) -> impl Iterator<Item = Value<'a>> {
        let entries = SUBSETS.into_iter().flat_map(move |subset| self.entries(subset));
        std::iter::once(self.value)
            .chain(entries)
            .filter_map(|object| object.member("ssin"))
            .filter(|ssin| ssin.as_str().is_some())
    }
}
