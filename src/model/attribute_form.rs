//! The forms that the attributes of names have: RFC 5280, appendix A.1, and RFC 4519 for those that it leaves out.

use std::fmt;

use super::name::{Attribute, oid};
use crate::wire::der::{Oid, StringKind};

/// The string types that an attribute is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// DirectoryString.
    Directory,
    Printable,
    Ia5,
}

impl Form {
    const fn has(self, kind: StringKind) -> bool {
        use StringKind::{Bmp, Ia5, Numeric, Printable, Teletex, Universal, Utf8, Visible};
        match kind {
            Utf8 | Teletex | Bmp | Universal => matches!(self, Self::Directory),
            Printable => matches!(self, Self::Directory | Self::Printable),
            Ia5 => matches!(self, Self::Ia5),
            Numeric | Visible => false,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Directory => "a DirectoryString",
            Self::Printable => "a PrintableString",
            Self::Ia5 => "an IA5String",
        }
    }
}

/// Each type with its form, and the fewest and the most characters that it may have.
const FORMS: &[(Oid<'static>, Form, (usize, usize))] = &[
    (oid::COMMON_NAME, Form::Directory, (1, 64)),
    (oid::SURNAME, Form::Directory, (1, 32_768)),
    (oid::GIVEN_NAME, Form::Directory, (1, 32_768)),
    (oid::SERIAL_NUMBER, Form::Printable, (1, 64)),
    (oid::COUNTRY, Form::Printable, (2, 2)),
    (oid::LOCALITY, Form::Directory, (1, 128)),
    (oid::STATE, Form::Directory, (1, 128)),
    (oid::STREET, Form::Directory, (1, usize::MAX)),
    (oid::ORGANIZATION, Form::Directory, (1, 64)),
    (oid::ORGANIZATIONAL_UNIT, Form::Directory, (1, 64)),
    (oid::TITLE, Form::Directory, (1, 64)),
    (oid::DOMAIN_COMPONENT, Form::Ia5, (0, usize::MAX)),
    (oid::USER_ID, Form::Directory, (1, usize::MAX)),
    (oid::EMAIL_ADDRESS, Form::Ia5, (1, 255)),
];

/// How an attribute departs from the form of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Departure {
    /// It is no string at all.
    NotAString,
    /// It is a string of another type.
    OtherString { expected: &'static str, found: &'static str },
    /// It has fewer or more characters.
    Length { least: usize, most: usize, found: usize },
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAString => write!(f, "expected a string, found a value of another type"),
            Self::OtherString { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Length { least, most, found } if least == most => {
                write!(f, "expected {most} characters, found {found}")
            }
            Self::Length { least, found, .. } if found < least => {
                write!(f, "expected at least {least} character, found {found}")
            }
            Self::Length { most, found, .. } => {
                write!(f, "expected at most {most} characters, found {found}")
            }
        }
    }
}

/// How `attribute` departs from its form; nothing where it does not, or where its type has none that is known.
pub(crate) fn departure(attribute: &Attribute<'_>) -> Option<Departure> {
    let (_, form, (least, most)) = FORMS.iter().find(|(oid, ..)| *oid == attribute.oid)?;
    let Some(kind) = attribute.string_kind() else { return Some(Departure::NotAString) };
    if !form.has(kind) {
        return Some(Departure::OtherString { expected: form.name(), found: kind.name() });
    }
    let found = attribute.text()?.chars().count();
    let fits = (*least..=*most).contains(&found);
    (!fits).then_some(Departure::Length { least: *least, most: *most, found })
}
