//! Version, identifier, issuer and time of issue.

use std::borrow::Cow;

use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{ASSERTION_2, FORMAT_ENTITY, FORMAT_PERSISTENT, FORMAT_TRANSIENT, Version};
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Assertion =>
    /// The version of the assertion is another one
    ///
    /// An assertion in the namespace of SAML 2.0 has `Version="2.0"`, one in that of SAML 1.1
    /// `MajorVersion="1"` and `MinorVersion` 1, or 0 for SAML 1.0.
    "saml-assertion.version-other": ERROR => version_other,
        clauses: &["AA-5.3.2.6-02"],
        cites: &[
            cite("SAML core 2.0", "2.3.3", Force::Fact, "The identifier for the version of SAML defined in this specification is \"2.0\""),
            cite("SAML core 1.1", "2.3.2", Force::Fact, "MajorVersion … MinorVersion … is 1"),
        ],
        catalogue: &["SM-05", "SM-27"];

    /// The identifier is too short to be unique
    ///
    /// The probability that two identifiers are the same must be negligible: at most 2^-128, and 2^-160
    /// is advised. 128 random bits take 32 hexadecimal digits or 22 of base64. What is counted is the
    /// length; how the bits came about cannot be seen.
    "saml-assertion.id-short": WARNING => |assertion, cx| id_short(assertion.id(), cx),
        cites: &[cite("SAML core 2.0", "1.3.4", Force::Must, "MUST be less than or equal to 2^-128")],
        catalogue: &["SM-04"];

    /// A name is longer than its format allows
    ///
    /// A persistent or transient NameID has at most 256 characters, the name of an entity at most 1024. An
    /// Issuer without a format is the name of an entity. A receiver has room for so many, and cuts off or
    /// refuses more.
    "saml-assertion.name-id-long": ERROR => |assertion, cx| name_id_long(assertion.values.iter(), cx),
        cites: &[
            cite("SAML core 2.0", "8.3.7", Force::Must, "Persistent name identifier values MUST NOT exceed a length of 256 characters"),
            cite("SAML core 2.0", "8.3.8", Force::Must, "MUST NOT exceed a length of 256 characters"),
            cite("SAML core 2.0", "8.3.6", Force::Fact, "The value of such an identifier is a URI of not more than 1024 characters in length"),
        ],
        catalogue: &["SM-11"];

    /// The name of a system is qualified
    ///
    /// The identifier of an entity is a URI that stands for itself: NameQualifier, SPNameQualifier and
    /// SPProvidedID are left out. An Issuer without a format is such an identifier. A reader that heeds the
    /// qualifiers takes another system for the issuer than one that compares the text alone.
    "saml-assertion.entity-qualified": ERROR => |assertion, cx| entity_qualified(assertion.values.iter(), cx),
        cites: &[
            cite("SAML core 2.0", "8.3.6", Force::Must, "The NameQualifier, SPNameQualifier, and SPProvidedID attributes MUST be omitted."),
            cite("SAML core 2.0", "2.2.5", Force::Fact, "if no Format value is provided with this element, then the value urn:oasis:names:tc:SAML:2.0:nameid-format:entity is in effect"),
        ],
        catalogue: &["SM-10", "SM-11"];

    /// The assertion is issued in the future
    ///
    /// Its IssueInstant lies after the instant of judgement. Under `standard` and `field` it is a warning:
    /// no rule of SAML's compares the two, and clocks differ by a little.
    "saml-assertion.issued-in-future": WARNING.in_cookbook(Error) => |assertion, cx| issued_in_future(assertion.element, cx),
        clauses: &["AA-5.3.2.13-12"],
        cites: &[cite("SAML core 2.0", "2.3.3", Force::Fact, "The time instant of issue in UTC")],
        defects: &["SD-156"],
        catalogue: &["SM-06"];
}

fn version_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let wanted: &[(&str, &[&str])] = match assertion.version {
        Version::V1 => &[("MajorVersion", &["1"]), ("MinorVersion", &["1", "0"])],
        Version::V2 => &[("Version", &["2.0"])],
    };
    let mut met = None;
    for (name, allowed) in wanted {
        let Some(value) = Value::at(assertion.element, name, Sort::Text) else { continue };
        met = Some(Checked);
        if !allowed.contains(&&*value.text) {
            let text = format!("expected {name} {}, found {}", allowed.join(" or "), value.shown());
            cx.fail(value.path(), value.span, text);
        }
    }
    met
}

/// 128 bits at six bits a character.
const SHORTEST: usize = 22;

/// Whether an identifier has room for 128 random bits.
pub(in crate::rules) fn id_short(id: Option<Value<'_>>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = id?;
    let length = id.text.trim().chars().count();
    if length < SHORTEST {
        let text = format!("expected an identifier of {SHORTEST} characters or more, found {length}");
        cx.fail(id.path(), id.span, text).hint("an underscore and 32 random hexadecimal digits");
    }
    Some(Checked)
}

/// Whether the IssueInstant of an element lies after the instant of judgement.
pub(in crate::rules) fn issued_in_future(
    element: crate::wire::xml::Element<'_>,
    cx: &mut Cx<'_>,
) -> Option<Checked> {
    let now = cx.as_of()?;
    let issued = Value::at(element, "IssueInstant", Sort::Time)?;
    if issued.instant()?.instant > now {
        let text = format!(
            "expected an IssueInstant up to {}, found {}",
            crate::base::time::format(now),
            issued.shown()
        );
        cx.fail(issued.path(), issued.span, text);
    }
    Some(Checked)
}

/// The names among `values` with their formats; an Issuer without a format is the name of an entity.
fn names<'a, 'd: 'a>(
    values: impl Iterator<Item = &'a Value<'d>>,
) -> impl Iterator<Item = (&'a Value<'d>, Cow<'d, str>)> {
    values.filter(|it| it.attribute.is_none() && it.element.namespace() == ASSERTION_2).filter_map(|it| {
        let otherwise = match it.element.local() {
            "Issuer" => FORMAT_ENTITY,
            "NameID" => "",
            _ => return None,
        };
        let format = it.element.value_of("Format").filter(|format| !format.trim().is_empty());
        Some((it, format.unwrap_or(Cow::Borrowed(otherwise))))
    })
}

/// Every name of an entity that carries a qualifier.
pub(in crate::rules) fn entity_qualified<'a, 'd: 'a>(
    values: impl Iterator<Item = &'a Value<'d>>,
    cx: &mut Cx<'_>,
) -> Option<Checked> {
    let mut met = None;
    for (name, _) in names(values).filter(|(_, format)| format.trim() == FORMAT_ENTITY) {
        met = Some(Checked);
        for attribute in name.element.attributes().filter(|it| it.namespace().is_empty()) {
            if matches!(attribute.local(), "NameQualifier" | "SPNameQualifier" | "SPProvidedID") {
                let text =
                    format!("expected the name of an entity without qualifiers, found {}", attribute.local());
                cx.fail(name.path(), attribute.span(), text);
            }
        }
    }
    met
}

/// Every name of a format that has a greatest length, and is longer.
pub(in crate::rules) fn name_id_long<'a, 'd: 'a>(
    values: impl Iterator<Item = &'a Value<'d>>,
    cx: &mut Cx<'_>,
) -> Option<Checked> {
    let mut met = None;
    for (name, format) in names(values) {
        let longest = match format.trim() {
            FORMAT_ENTITY => 1024,
            FORMAT_PERSISTENT | FORMAT_TRANSIENT => 256,
            _ => continue,
        };
        met = Some(Checked);
        let length = name.text.chars().count();
        if length > longest {
            let text = format!("expected at most {longest} characters, found {length}");
            cx.fail(name.path(), name.span, text);
        }
    }
    met
}
