//! GeneralName (RFC 5280 4.2.1.6).

use super::name::Name;
use crate::base::Span;
use crate::wire::der::{DerFault, Oid, Reader, Stop, Tag, Value};

/// One of the forms that a name may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GeneralName<'a> {
    /// A name of a form that its identifier tells.
    Other(Oid<'a>),
    /// An e-mail address.
    Email(&'a str),
    /// A DNS name.
    Dns(&'a str),
    /// A distinguished name.
    Directory(Name<'a>),
    /// A URI.
    Uri(&'a str),
    /// An IP address, or an address and a mask.
    Ip(&'a [u8]),
    /// An identifier.
    RegisteredId(Oid<'a>),
    /// x400Address, ediPartyName: nobody uses them.
    Obsolete,
}

impl<'a> GeneralName<'a> {
    /// Reads one name.
    pub(crate) fn read(r: &mut Reader<'a>) -> Result<Self, Stop> {
        let value = r.value("")?;
        Self::read_content(r, &value)
    }

    pub(super) fn read_content(r: &mut Reader<'a>, value: &Value<'a>) -> Result<Self, Stop> {
        let tag = value.tag;
        if tag == Tag::context(0) {
            return r.inside("otherName", value, |r| {
                let oid = r.oid("type-id")?;
                r.expect("value", Tag::context(0))?;
                Ok(Self::Other(oid))
            });
        }
        if tag == Tag::context(4) {
            return r.inside("directoryName", value, |r| Name::read(r, "")).map(Self::Directory);
        }
        if tag == Tag::context(3) || tag == Tag::context(5) {
            return Ok(Self::Obsolete);
        }
        r.primitive("", value)?;
        match tag {
            _ if tag == Tag::context(1) => Ok(Self::Email(ia5(r, value)?)),
            _ if tag == Tag::context(2) => Ok(Self::Dns(ia5(r, value)?)),
            _ if tag == Tag::context(6) => Ok(Self::Uri(ia5(r, value)?)),
            _ if tag == Tag::context(7) => Ok(Self::Ip(value.content)),
            _ if tag == Tag::context(8) => Ok(Self::RegisteredId(r.oid_in("registeredID", value)?)),
            _ => {
                r.stop("", DerFault::Unexpected { expected: "a general name", found: Some(tag) }, value.span)
            }
        }
    }

    /// Whether it is this distinguished name.
    pub(crate) fn is_directory(&self, name: &Name<'_>) -> bool {
        matches!(self, Self::Directory(own) if own.is_same(name))
    }

    /// Reads the names that are the content of a container that was entered.
    pub(crate) fn read_all(r: &mut Reader<'a>) -> Result<Vec<Self>, Stop> {
        r.each(|r, _| Self::read(r))
    }
}

fn ia5<'a>(r: &mut Reader<'a>, value: &Value<'a>) -> Result<&'a str, Stop> {
    match std::str::from_utf8(value.content) {
        Ok(text) if text.is_ascii() => Ok(text),
        _ => r.stop("", DerFault::Malformed("expected characters of IA5String, found others"), value.span),
    }
}

/// A subtree of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subtree<'a> {
    pub(crate) base: GeneralName<'a>,
    /// Whether it has `minimum` or `maximum`, which RFC 5280 forbids.
    pub(crate) has_distance: bool,
    pub(crate) span: Span,
}

impl<'a> Subtree<'a> {
    /// Reads the subtrees that are the content of a container that was entered.
    pub(crate) fn read_all(r: &mut Reader<'a>) -> Result<Vec<Self>, Stop> {
        r.each(|r, _| {
            let value = r.expect("", Tag::SEQUENCE)?;
            r.inside("", &value, |r| {
                let base = r.value("base")?;
                let base = GeneralName::read_content(r, &base)?;
                let mut has_distance = false;
                while !r.is_at_end() {
                    r.value("minimum")?;
                    has_distance = true;
                }
                Ok(Self { base, has_distance, span: value.span })
            })
        })
    }
}
