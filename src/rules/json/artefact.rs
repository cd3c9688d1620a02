//! JSON that carries an artefact: two readers must not see two artefacts.

use super::grammar::fails;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::json::{Document, JsonFault as F, Value};

/// The largest integer up to which a double holds every integer: 2^53.
pub(super) const MAX_EXACT: u64 = 1 << 53;

rule! { Document =>
    /// An artefact names a member twice
    ///
    /// One reader takes the first, another the last: what one component checks, the next does not
    /// use. RFC 7515 and RFC 7517 demand unique names; etalon asks the same of every artefact.
    /// Send each member once.
    "json.artefact-with-duplicate-member": ERROR => |doc, cx| {
        fails(doc, cx, |fault| matches!(fault, F::DuplicateMember))
    },
        cites: &[
            cite("RFC 7517", "4", Force::Must, "The member names within a JWK MUST be unique"),
            cite("RFC 7515", "4", Force::Must, "The Header Parameter names within the JOSE Header MUST be unique"),
            cite("RFC 8259", "4", Force::Should, "The names within an object SHOULD be unique."),
        ],
        catalogue: &["GE-04", "JT-14", "WC-19"];

    /// An artefact holds half a character
    ///
    /// A `\u` escape of a surrogate without its other half is no Unicode text; services replace it,
    /// refuse it or fail on it.
    "json.artefact-with-lone-surrogate": ERROR => |doc, cx| {
        fails(doc, cx, |fault| matches!(fault, F::LoneSurrogate(_)))
    },
        cites: &[cite("RFC 8259", "8.2", Force::Should, "The behavior of software that receives JSON texts containing such values is unpredictable")],
        catalogue: &["GE-07"];

    /// A string of an artefact holds U+0000
    ///
    /// Escaped as `\u0000` it is JSON, but components in C end the string there, and databases
    /// refuse it: what was checked is not what is kept. No member of these artefacts has a use for it.
    "json.artefact-with-nul": ERROR.not_in_standard() => artefact_with_nul,
        cites: &[cite("etalon", "json", Force::House, "no member has a use for U+0000")],
        catalogue: &["GE-07"];

    /// A number of an artefact does not fit a double
    ///
    /// An integer beyond 2^53 or a value beyond about 1.8e308 reads as another number, or as none,
    /// in most programs. No member of these artefacts needs one.
    "json.artefact-with-number-beyond-double": ERROR.in_standard(crate::rule::Severity::Warning)
        => artefact_with_number_beyond_double,
        cites: &[cite("RFC 8259", "6", Force::Should, "good interoperability can be achieved by implementations that expect no more precision or range than these provide")],
        catalogue: &["GE-09", "AT-07"];
}

fn artefact_with_nul(document: &Document<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for value in document.values() {
        if [value.as_str(), value.name()].into_iter().flatten().any(|text| text.contains('\0')) {
            cx.fail(value.pointer(), value.span(), "expected text without U+0000, found one");
        }
    }
    Some(Checked)
}

fn artefact_with_number_beyond_double(document: &Document<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for value in document.values().filter(|value| value.as_number().is_some_and(is_beyond_double)) {
        let message =
            format!("expected a number that a double holds exactly (up to {MAX_EXACT}), found a larger one");
        cx.fail(value.pointer(), Value::span(value), message);
    }
    Some(Checked)
}

/// Whether a double cannot stand for the number: an integer beyond 2^53, or a value out of range.
pub(super) fn is_beyond_double(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse::<u64>().is_ok_and(|n| n > MAX_EXACT)
            || digits.trim_start_matches('0').len() > 19;
    }
    number.parse::<f64>().is_ok_and(f64::is_infinite)
}
