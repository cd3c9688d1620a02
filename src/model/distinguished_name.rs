//! A distinguished name as eHealth uses it, whether it came as text (RFC 4514) or in DER.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::identifier::IdentifierType;
use super::name::{ATTRIBUTE_TYPES, Name, oid};
use super::string_preparation::prepared;
use crate::base::{Budget, Span};
use crate::rule::Artefact;
use crate::wire::der::{Encoding, Oid, Reader, StringKind, decode_string};

/// The OU that every name of the platform bears.
pub(crate) const PLATFORM: &str = "eHealth-platform Belgium";
/// The O that every name of the platform bears.
pub(crate) const ORGANISATION: &str = "Federal Government";

/// A distinguished name, its attributes in the order of the text form: CN first, C last.
#[derive(Debug, Clone)]
pub(crate) struct DistinguishedName<'a> {
    pub(crate) attributes: Vec<DnAttribute<'a>>,
    pub(crate) span: Span,
    /// Which units say what: most rules ask.
    units: OnceCell<Units>,
}

/// The places among the attributes of the units that each name has one of.
#[derive(Debug, Clone, Copy)]
struct Units {
    identifier: Option<usize>,
    application: Option<usize>,
    name: Option<usize>,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DnAttribute<'a> {
    /// The RDN that it stands in, in the order of the text form.
    pub(crate) rdn: usize,
    /// `CN`, `OU`, `O`, `C`, another short name, or a dotted identifier.
    pub(crate) kind: Cow<'a, str>,
    pub(crate) value: Cow<'a, str>,
    /// How it is encoded, when it came in DER.
    pub(crate) encoded: Option<StringKind>,
    pub(crate) span: Span,
}

/// Where a text stops being a distinguished name, and what was expected there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAName {
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
}

impl Artefact for DistinguishedName<'static> {
    type Model<'a> = DistinguishedName<'a>;
}

/// What a `TYPE=id[, APPID]` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder<'t> {
    pub(crate) kind: &'t str,
    pub(crate) id: &'t str,
    pub(crate) application: Option<&'t str>,
}

impl<'t> Holder<'t> {
    /// Reads `TYPE=id` or `TYPE=id, APPID`.
    pub(crate) fn read(text: &'t str) -> Option<Self> {
        let (kind, rest) = divided(text, b'=')?;
        let (id, application) = match divided(rest, b',') {
            Some((id, application)) => (id, Some(application.trim_start_matches(' '))),
            None => (rest, None),
        };
        let is_type = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(&b);
        let fits = !kind.is_empty() && kind.bytes().all(is_type) && id.bytes().all(|b| b.is_ascii_digit());
        (fits && !id.is_empty()).then_some(Self { kind, id, application })
    }

    /// The type that it names, when it is one that the platform knows.
    pub(crate) fn identifier_type(&self) -> Option<IdentifierType> {
        IdentifierType::named(self.kind)
    }
}

/// What stands before and behind the first `separator`, which is ASCII.
fn divided(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

impl<'a> DistinguishedName<'a> {
    /// The name in DER, in the order of the text form. Values that are no text are left empty.
    pub(crate) fn of(name: &Name<'a>) -> Self {
        let mut attributes: Vec<_> = name
            .attributes
            .iter()
            .map(|attribute| DnAttribute {
                rdn: name.rdns - 1 - attribute.rdn,
                kind: attribute.type_name(),
                value: attribute.text().unwrap_or_default(),
                encoded: attribute.string_kind(),
                span: attribute.span,
            })
            .collect();
        attributes.sort_by_key(|attribute| attribute.rdn);
        Self { attributes, span: name.span, units: OnceCell::new() }
    }

    /// Reads the text form of RFC 4514, with the spaces after separators that older writers leave.
    pub(crate) fn read(text: &'a str) -> Result<Self, NotAName> {
        let span = Span::new(0, text.len());
        let mut attributes = Vec::new();
        let (mut at, mut rdn) = (0, 0);
        if text.trim().is_empty() {
            return Ok(Self { attributes, span, units: OnceCell::new() });
        }
        loop {
            at += text[at..].len() - text[at..].trim_start().len();
            let start = at;
            let equals =
                text[at..].find('=').ok_or(NotAName { at, expected: "an attribute type and `=`" })?;
            let kind = attribute_type(text[at..at + equals].trim()).ok_or(NotAName {
                at,
                expected: "an attribute type as a short name or a dotted identifier",
            })?;
            at += equals + 1;
            let (value, end) = value(text, at)?;
            attributes.push(DnAttribute { rdn, kind, value, encoded: None, span: Span::new(start, end) });
            match text[end..].bytes().next() {
                None => return Ok(Self { attributes, span, units: OnceCell::new() }),
                Some(b'+') => {}
                Some(_) => rdn += 1,
            }
            at = end + 1;
        }
    }

    /// The attributes of one type, in order.
    pub(crate) fn all<'s>(&'s self, kind: &'static str) -> impl Iterator<Item = &'s DnAttribute<'a>> {
        self.attributes.iter().filter(move |attribute| attribute.kind == kind)
    }

    /// The OU that says `TYPE=id`.
    pub(crate) fn identifier_unit(&self) -> Option<&DnAttribute<'a>> {
        self.units().identifier.map(|at| &self.attributes[at])
    }

    /// The OU that holds the application id: the one with which the CN ends.
    pub(crate) fn application_unit(&self) -> Option<&DnAttribute<'a>> {
        self.units().application.map(|at| &self.attributes[at])
    }

    /// The OU that holds the name of the holder: the one that is none of the others.
    pub(crate) fn name_unit(&self) -> Option<&DnAttribute<'a>> {
        self.units().name.map(|at| &self.attributes[at])
    }

    fn units(&self) -> Units {
        *self.units.get_or_init(|| {
            let unit = |is: &dyn Fn(usize, &str) -> bool| {
                let mut all = self.attributes.iter().enumerate().filter(|(_, it)| it.kind == "OU");
                all.find(|(at, it)| is(*at, &it.value)).map(|(at, _)| at)
            };
            let common_name = self.all("CN").next().and_then(|it| Holder::read(&it.value));
            let application = common_name.and_then(|holder| holder.application);
            let identifier =
                unit(&|_, text| Holder::read(text).is_some_and(|holder| holder.application.is_none()));
            let application = application.and_then(|id| unit(&|_, text| text == id));
            let is_other = |at| [identifier, application].contains(&Some(at));
            let name = unit(&|at, text| !text.eq_ignore_ascii_case(PLATFORM) && !is_other(at));
            Units { identifier, application, name }
        })
    }

    /// Whether both have the same attributes in the same order, compared as RFC 5280 7.1 does:
    /// without regard to case, to string types, to surplus spaces and to how a letter is composed.
    pub(crate) fn is_same(&self, other: &DistinguishedName<'_>) -> bool {
        self.is_written_like(other) || self.comparable() == other.comparable()
    }

    /// Whether both have the same attributes in whatever order.
    pub(crate) fn is_same_in_any_order(&self, other: &DistinguishedName<'_>) -> bool {
        if self.is_written_like(other) {
            return true;
        }
        let (mut mine, mut theirs) = (self.comparable(), other.comparable());
        mine.sort();
        theirs.sort();
        mine == theirs
    }

    /// Whether both are the same to the letter, as most are that are the same at all.
    fn is_written_like(&self, other: &DistinguishedName<'_>) -> bool {
        let same = |(mine, theirs): (&DnAttribute<'_>, &DnAttribute<'_>)| {
            mine.kind == theirs.kind && mine.value == theirs.value
        };
        self.attributes.len() == other.attributes.len()
            && self.attributes.iter().zip(&other.attributes).all(same)
    }

    fn comparable(&self) -> Vec<(String, String)> {
        self.attributes
            .iter()
            .map(|attribute| (attribute.kind.to_lowercase(), prepared(&attribute.value)))
            .collect()
    }
}

/// The short name of an attribute type that stands as a short name, as `OID.1.2.3` or as `1.2.3`.
fn attribute_type(text: &str) -> Option<Cow<'_, str>> {
    let dotted = text.strip_prefix("OID.").or_else(|| text.strip_prefix("oid.")).unwrap_or(text);
    let known = ATTRIBUTE_TYPES
        .iter()
        .find(|(_, oid, name)| name.eq_ignore_ascii_case(text) || *oid == dotted)
        .or_else(|| {
            let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(text))?;
            ATTRIBUTE_TYPES.iter().find(|(oid, ..)| *oid == alias.1)
        });
    if let Some((.., name)) = known {
        return Some(Cow::Borrowed(name));
    }
    // RFC 4512, 1.4: numbers without leading zeros, two at least; and the first of all is 0, 1 or 2.
    let is_arc = |arc: &str| {
        let is_number = !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit());
        is_number && (arc.len() == 1 || !arc.starts_with('0'))
    };
    let is_dotted =
        ["0.", "1.", "2."].iter().any(|root| dotted.starts_with(root)) && dotted.split('.').all(is_arc);
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (is_dotted || is_name).then_some(Cow::Borrowed(dotted))
}

/// Short names that other writers use.
const ALIASES: &[(&str, Oid<'static>)] = &[
    ("E", oid::EMAIL_ADDRESS),
    ("EMAIL", oid::EMAIL_ADDRESS),
    ("SURNAME", oid::SURNAME),
    ("GIVENNAME", oid::GIVEN_NAME),
    ("S", oid::STATE),
    ("T", oid::TITLE),
];

/// What `<`, `>` and the character 0 stand as.
const ESCAPED: &str = "an escape of a character that does not stand by itself";
/// What stands behind a `#`.
const BER: &str = "the hexadecimal digits of a value in BER";

/// The text of a value that is written as `#` and the digits of its BER; the digits where it is no text.
fn encoded(digits: &str) -> Option<Cow<'_, str>> {
    let octets = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
    let (text, faults) = Reader::read(&octets, Encoding::Ber, &Budget::JUDGE, |r| {
        let value = r.value("")?;
        Ok(StringKind::of(value.tag)
            .filter(|_| !value.constructed)
            .and_then(|kind| Some(decode_string(kind, value.content)?.into_owned())))
    });
    let is_one_value = faults.iter().all(|fault| fault.kind.is_ber());
    Some(text.filter(|_| is_one_value)?.map_or(Cow::Borrowed(digits), Cow::Owned))
}

/// The value that starts at `start`, unescaped, and where the separator behind it stands.
fn value(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), NotAName> {
    let rest = &text[start..];
    let lead = rest.len() - rest.trim_start_matches(' ').len();
    let start = start + lead;
    if let Some(quoted) = text[start..].strip_prefix('"') {
        let mut out = String::new();
        let mut escaped = false;
        for (at, character) in quoted.char_indices() {
            match character {
                '"' if !escaped => {
                    let end = start + 1 + at + 1;
                    let spaces = text[end..].len() - text[end..].trim_start_matches(' ').len();
                    let end = end + spaces;
                    return match text[end..].chars().next() {
                        None | Some(',' | ';' | '+') => Ok((Cow::Owned(out), end)),
                        Some(_) => Err(NotAName { at: end, expected: "a separator behind a quoted value" }),
                    };
                }
                '\\' if !escaped => escaped = true,
                other => {
                    escaped = false;
                    out.push(other);
                }
            }
        }
        return Err(NotAName { at: start, expected: "a closing quotation mark" });
    }
    let plain = text[start..].bytes().position(|byte| b",;+\\\"<>\0".contains(&byte));
    let stop = plain.map_or(text.len(), |at| start + at);
    match text.as_bytes().get(stop) {
        Some(b'<' | b'>' | 0) => return Err(NotAName { at: stop, expected: ESCAPED }),
        Some(b'\\' | b'"') => {}
        Some(_) | None => {
            let plain = text[start..stop].trim_end_matches(' ');
            return match plain.strip_prefix('#') {
                None => Ok((Cow::Borrowed(plain), stop)),
                Some(digits) => Ok((encoded(digits).ok_or(NotAName { at: start, expected: BER })?, stop)),
            };
        }
    }
    let mut octets = Vec::new();
    let mut kept = 0;
    let mut bytes = text[start..].bytes().enumerate();
    let mut end = text.len();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b',' | b';' | b'+' => {
                end = start + at;
                break;
            }
            b'\\' => {
                let bad = NotAName { at: start + at, expected: "an escaped character" };
                let (_, next) = bytes.next().ok_or(bad)?;
                if next.is_ascii_hexdigit() {
                    let (_, low) = bytes.next().filter(|(_, low)| low.is_ascii_hexdigit()).ok_or(bad)?;
                    let pair = data_encoding::HEXLOWER_PERMISSIVE.decode(&[next, low]).map_err(|_| bad)?;
                    octets.extend(pair);
                } else if b" \"#+,;<=>\\".contains(&next) {
                    octets.push(next);
                } else {
                    return Err(bad);
                }
                kept = octets.len();
            }
            b'"' => return Err(NotAName { at: start + at, expected: "an escaped quotation mark" }),
            b'<' | b'>' | 0 => return Err(NotAName { at: start + at, expected: ESCAPED }),
            _ => {
                octets.push(byte);
                if byte != b' ' {
                    kept = octets.len();
                }
            }
        }
    }
    octets.truncate(kept);
    let text =
        String::from_utf8(octets).map_err(|_| NotAName { at: start, expected: "UTF-8 behind escapes" })?;
    Ok((Cow::Owned(text), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "CN=CBE\\=0406798006\\, MYAPP, OU=eHealth-platform Belgium,OU=SAMPLE HOSPITAL,OU=CBE=0406798006,OU=MYAPP,O=Federal Government,C=BE";

    #[test]
    fn the_text_form_is_read_with_its_escapes() {
        let name = DistinguishedName::read(TEXT).unwrap();
        assert_eq!(name.attributes.len(), 7);
        assert_eq!(name.attributes[0].value, "CBE=0406798006, MYAPP");
        assert_eq!(name.identifier_unit().unwrap().value, "CBE=0406798006");
        assert_eq!(name.application_unit().unwrap().value, "MYAPP");
        assert_eq!(name.name_unit().unwrap().value, "SAMPLE HOSPITAL");
        let holder = Holder::read(&name.attributes[0].value).unwrap();
        assert_eq!((holder.kind, holder.id, holder.application), ("CBE", "0406798006", Some("MYAPP")));
    }

    #[test]
    fn text_and_der_of_one_name_are_the_same() {
        let der = crate::context::pem_blocks(include_str!("../../tests/data/authentication.pem"))
            .unwrap()
            .remove(0);
        let (certificate, _) =
            crate::model::certificate::Certificate::read(&der, &crate::base::Budget::JUDGE);
        let certificate = certificate.unwrap();
        let encoded = DistinguishedName::of(&certificate.subject);
        assert!(encoded.is_same(&DistinguishedName::read(TEXT).unwrap()));
        let text = certificate.subject.to_text();
        assert!(encoded.is_same(&DistinguishedName::read(&text).unwrap()));
        let reversed = "C=BE,O=Federal Government,OU=MYAPP,OU=CBE=0406798006,OU=Sample  Hospital,OU=eHealth-platform Belgium,CN=\"CBE=0406798006, MYAPP\"";
        let reversed = DistinguishedName::read(reversed).unwrap();
        assert!(!encoded.is_same(&reversed) && encoded.is_same_in_any_order(&reversed));
    }

    #[test]
    fn what_is_no_name_is_told_where() {
        for (text, at) in
            [("CN", 0), ("CN=a,", 5), ("CN=a\\", 4), ("CN=\"a", 3), ("CN=a,9x=b", 5), ("CN=\"a\"b", 6)]
        {
            assert_eq!(DistinguishedName::read(text).map(drop).map_err(|no| no.at), Err(at), "{text}");
        }
        assert_eq!(DistinguishedName::read("").unwrap().attributes, []);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = DistinguishedName::read(&text);
        }
    }
}
