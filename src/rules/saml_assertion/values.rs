//! The values: none empty, none interrupted, URIs absolute, instants in UTC.

use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::{Sort, Value};
use crate::model::xsd::Zone;
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Assertion =>
    /// A value is empty
    ///
    /// Unless the specification says otherwise, every string of SAML has at least one character that is
    /// not white space. An empty name, issuer or destination matches whatever a reader compares it with
    /// carelessly. The value of an attribute may be empty.
    "saml-assertion.value-empty": ERROR => |assertion, cx| empty(&assertion.values, cx),
        cites: &[
            cite("SAML core 2.0", "1.3.1", Force::Must, "all strings in SAML messages MUST consist of at least one non-whitespace character"),
            cite("SAML core 2.0", "1.3.2", Force::Must, "all URI reference values used within SAML-defined elements or attributes MUST consist of at least one non-whitespace character"),
        ],
        catalogue: &["SM-04", "SM-07", "SM-08", "SM-10", "SM-11", "SM-15"];

    /// A comment or processing instruction stands inside a value
    ///
    /// `admin<!-- -->@example.be` is signed as one value, because comments are not, and read by half of
    /// the XML libraries as `admin`. No sender has a reason to write it. etalon reads the whole text, and
    /// refuses the document, because others do not.
    "saml-assertion.value-interrupted": ERROR => |assertion, cx| interrupted(&assertion.values, cx),
        cites: &[cite("etalon", "what you see is what is signed", Force::House, "text across comments is never truncated (CVE-2017-11427 and its sisters)")],
        catalogue: &["SM-23", "XP-07", "XP-08", "XP-09"];

    /// A URI is not absolute
    ///
    /// URI references in SAML are absolute. Under `standard` and `field` it is a warning: test systems
    /// and old libraries send bare names, and nothing else depends on it.
    "saml-assertion.uri-not-absolute": WARNING.in_cookbook(Error) => |assertion, cx| not_absolute(&assertion.values, cx),
        cites: &[cite("SAML core 2.0", "1.3.2", Force::Must, "and are REQUIRED to be absolute")];

    /// An instant is not written in UTC
    ///
    /// SAML writes instants in UTC, with a `Z`; a time without a zone is worse than one with an offset,
    /// because two readers take it for two instants. It is a warning: the cookbook's own example has
    /// `+02:00`, and the instant is clear.
    "saml-assertion.time-not-utc": WARNING => |assertion, cx| not_utc(&assertion.values, cx),
        clauses: &["AA-5.3.2.6-05", "AA-5.3.2.10-04", "AA-5.3.2.10-06"],
        cites: &[cite("SAML core 2.0", "1.3.3", Force::Must, "MUST be expressed in UTC form, with no time zone component")],
        defects: &["SD-24"],
        catalogue: &["SM-06", "SM-13", "SM-14", "SM-30"];

    /// An instant is finer than a millisecond
    ///
    /// Readers cut off what they cannot hold, each in its own way.
    "saml-assertion.time-too-fine": WARNING => |assertion, cx| too_fine(&assertion.values, cx),
        cites: &[cite("SAML core 2.0", "1.3.3", Force::Should, "SAML system entities SHOULD NOT rely on time resolution finer than milliseconds")],
        catalogue: &["SM-06"];
}

/// Every value that is empty where it must not be.
pub(in crate::rules) fn empty(values: &[Value<'_>], cx: &mut Cx<'_>) -> Option<Checked> {
    // An empty instant is none: judged as such.
    let judged = values.iter().filter(|value| matches!(value.sort, Sort::Uri | Sort::Text));
    for value in judged.filter(|value| value.text.trim().is_empty()) {
        cx.fail(value.path(), value.span, format!("expected a value in {}, found none", value.name()));
    }
    Some(Checked)
}

/// Every value with something else than text in the middle of it.
pub(in crate::rules) fn interrupted(values: &[Value<'_>], cx: &mut Cx<'_>) -> Option<Checked> {
    for value in values {
        if let Some(span) = value.interruption() {
            let found = "found a comment or a processing instruction in it";
            cx.fail(
                value.path(),
                span,
                format!("expected the text of {} in one piece, {found}", value.name()),
            );
        }
    }
    Some(Checked)
}

/// Every URI that is none, or relative.
pub(in crate::rules) fn not_absolute(values: &[Value<'_>], cx: &mut Cx<'_>) -> Option<Checked> {
    for value in values.iter().filter(|value| value.sort == Sort::Uri) {
        let text = value.text.trim();
        if !text.is_empty() && !is_absolute(text) {
            let message = format!("expected an absolute URI in {}, found {}", value.name(), value.shown());
            cx.fail(value.path(), value.span, message);
        }
    }
    Some(Checked)
}

/// Whether `text` starts with a scheme and has something behind it.
pub(in crate::rules) fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    // Most URIs are ASCII, of which bytes tell as much as characters.
    let spaced = if rest.is_ascii() {
        rest.bytes().any(|b| matches!(b, b'\t'..=b'\r' | b' '))
    } else {
        rest.contains(char::is_whitespace)
    };
    letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && !spaced
}

/// Every instant that is not written in UTC.
pub(in crate::rules) fn not_utc(values: &[Value<'_>], cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for value in values.iter().filter(|value| value.sort == Sort::Time) {
        let Some(time) = value.instant() else { continue };
        met = Some(Checked);
        if time.zone != Zone::Utc {
            let message = format!("expected {} in UTC with a Z, found {}", value.name(), value.shown());
            cx.fail(value.path(), value.span, message);
        }
    }
    met
}

/// Every instant that is finer than a millisecond.
pub(in crate::rules) fn too_fine(values: &[Value<'_>], cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for value in values.iter().filter(|value| value.sort == Sort::Time) {
        let Some(time) = value.instant() else { continue };
        met = Some(Checked);
        if time.fraction > 3 {
            let message =
                format!("expected at most milliseconds in {}, found {}", value.name(), value.shown());
            cx.fail(value.path(), value.span, message);
        }
    }
    met
}
