//! The holder of a key: KeyDepot's array of persons or organisations, ETK Depot's claims.

use super::shape::{ARRAY, Member, NUMBER, OBJECT, STRING, optional, required};
use crate::base::Service;
use crate::model::identifier::IdentifierType;
use crate::rule::Artefact;
use crate::wire::json::{Type, Value};

/// The two shapes that the cookbooks give to one thing (SD-57).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `keyholder` is an array of objects with `persons` or `organizations`.
    KeyDepot,
    /// `keyholder` is an object with one member, among the claims of a token that is not signed.
    EtkDepot,
}

/// A key holder.
#[derive(Debug)]
pub(crate) struct Keyholder<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) dialect: Dialect,
}

impl Artefact for Keyholder<'static> {
    type Model<'a> = Keyholder<'a>;
}

const KEYDEPOT: &[Member] = &[
    required("", "keyholder", ARRAY),
    optional("/keyholder/*", "persons", ARRAY),
    optional("/keyholder/*", "organizations", ARRAY),
    required("/keyholder/*/persons/*", "ssin", STRING),
    required("/keyholder/*/persons/*", "lastName", STRING),
    required("/keyholder/*/persons/*", "firstName", STRING),
    required("/keyholder/*/organizations/*", "name", STRING),
    optional("/keyholder/*/organizations/*", "pharmacy", OBJECT),
    required("/keyholder/*/organizations/*/pharmacy", "nihii", STRING),
];

const ETKDEPOT: &[Member] = &[
    required("", "aud", STRING),
    required("", "keyholder", OBJECT),
    required("", "iss", STRING),
    required("", "exp", NUMBER),
    required("", "iat", NUMBER),
    required("", "jti", STRING),
    optional("/keyholder", "enterprise", OBJECT),
    optional("/keyholder/enterprise", "cbe", STRING),
    required("/keyholder/enterprise", "name", STRING),
];

impl<'a> Keyholder<'a> {
    /// Reads a key holder in the dialect of a service, or in the one that it looks like.
    pub(crate) fn read(value: Value<'a>, service: Option<Service>) -> Self {
        let looks_like_claims = || {
            value.member("keyholder").is_some_and(|it| it.kind() == Type::Object)
                || value.member("iss").is_some()
        };
        let dialect = match service {
            Some(Service::Keydepot) => Dialect::KeyDepot,
            Some(Service::Etkdepot) => Dialect::EtkDepot,
            _ if looks_like_claims() => Dialect::EtkDepot,
            _ => Dialect::KeyDepot,
        };
        Self { value, dialect }
    }

    /// Its members.
    pub(crate) fn shape(&self) -> &'static [Member] {
        match self.dialect {
            Dialect::KeyDepot => KEYDEPOT,
            Dialect::EtkDepot => ETKDEPOT,
        }
    }

    /// The objects that each stand for a holder: persons and organisations.
    pub(crate) fn holders(&self) -> Vec<Value<'a>> {
        let keyholder = self.value.member("keyholder").into_iter();
        match self.dialect {
            Dialect::KeyDepot => keyholder
                .flat_map(Value::elements)
                .flat_map(|entry| {
                    ["persons", "organizations"].into_iter().filter_map(move |name| entry.member(name))
                })
                .flat_map(Value::elements)
                .collect(),
            Dialect::EtkDepot => keyholder.flat_map(Value::members).map(|(_, holder)| holder).collect(),
        }
    }

    /// Every identifier in it, with the name of its type: a member named after the type in small
    /// letters, which may stand in a member named after the kind of organisation.
    pub(crate) fn identifiers(&self) -> Vec<(Value<'a>, String)> {
        let mut found = Vec::new();
        for holder in self.holders() {
            for (name, value) in holder.members() {
                if let Some(kind) = IdentifierType::named(name).filter(|_| value.as_str().is_some()) {
                    found.push((value, kind.name.to_owned()));
                }
                for (inner, value) in value.members() {
                    let Some(kind) = IdentifierType::named(inner).filter(|_| value.as_str().is_some()) else {
                        continue;
                    };
                    let finer = IdentifierType::named(&format!("{}-{name}", kind.name));
                    found.push((value, finer.unwrap_or(kind).name.to_owned()));
                }
            }
        }
        found
    }
}
