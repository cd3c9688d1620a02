//! The answer of `GET etks`: an array of objects, each with the key that a token was found under and
//! the token itself.

use super::certificate::Certificate;
use super::distinguished_name::{DistinguishedName, Holder};
use super::identifier::IdentifierType;
use crate::base::Budget;
use crate::rule::Artefact;
use crate::wire::base64::{self, Decoded, Form};
use crate::wire::json::{Type, Value};

/// The member of `key` that names the application.
pub(crate) const APPLICATION: &str = "applicationIdentifier";

/// The answer.
#[derive(Debug)]
pub(crate) struct EtkResponse<'a> {
    /// The whole value.
    pub(crate) root: Value<'a>,
    /// Its elements; none when it is no array.
    pub(crate) tokens: Vec<EtkInfo<'a>>,
}

/// One element.
#[derive(Debug)]
pub(crate) struct EtkInfo<'a> {
    pub(crate) element: Value<'a>,
    /// The member `key`.
    pub(crate) key: Option<Value<'a>>,
    /// The member `value`.
    pub(crate) value: Option<Value<'a>>,
    /// What the text of `value` decodes to.
    pub(crate) decoded: Option<Decoded>,
    /// Whose token it is, once that is known.
    pub(crate) owner: Option<Owner>,
}

/// Whose token it is, by the name in its encryption certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) kind: String,
    pub(crate) identifier: String,
    pub(crate) application: Option<String>,
}

impl Artefact for EtkResponse<'static> {
    type Model<'a> = EtkResponse<'a>;
}

impl<'a> EtkResponse<'a> {
    /// Takes an answer apart.
    pub(crate) fn read(root: Value<'a>, budget: &Budget) -> Self {
        let tokens = root
            .elements()
            .map(|element| {
                let value = element.member("value");
                let text = value.and_then(Value::as_str);
                EtkInfo {
                    element,
                    key: element.member("key"),
                    value,
                    decoded: text.map(|text| base64::decode(text.as_bytes(), Form::Standard, budget)),
                    owner: None,
                }
            })
            .collect();
        Self { root, tokens }
    }
}

impl<'a> EtkInfo<'a> {
    /// The member of `key` that is named after a type of identifier in small letters, and the type.
    pub(crate) fn identifier(&self) -> Option<(IdentifierType, Value<'a>)> {
        self.key?.members().find_map(|(name, value)| {
            let kind = IdentifierType::named(name)?;
            (name == kind.name.to_ascii_lowercase()).then_some((kind, value))
        })
    }

    /// The application that `key` names.
    pub(crate) fn application(&self) -> Option<Value<'a>> {
        self.key?.member(APPLICATION).filter(|value| value.kind() == Type::String)
    }
}

impl Owner {
    /// The owner that the subject of an encryption certificate names.
    pub(crate) fn of(certificate: &Certificate<'_>) -> Option<Self> {
        let name = DistinguishedName::of(&certificate.subject);
        let common = name.all("CN").next()?;
        let unit = name.identifier_unit();
        let holder =
            Holder::read(&common.value).or_else(|| unit.and_then(|unit| Holder::read(&unit.value)))?;
        Some(Self {
            kind: holder.kind.to_owned(),
            identifier: holder.id.to_owned(),
            application: holder.application.map(str::to_owned),
        })
    }
}
