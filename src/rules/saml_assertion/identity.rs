//! Version, identifier, issuer and time of issue.

use crate::model::saml::Version;
use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::{Sort, Value};
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
