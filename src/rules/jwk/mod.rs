//! Rules of `jwk`: not written yet.

use crate::crypto::weak::Weakness;
use crate::rule::{Cx, Meta};
use crate::wire::json::Document;

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let document = Document::read(input, cx.budget());
    if super::json::read(&document, cx).is_some() {
        cx.not_judged();
    }
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    Vec::new()
}

/// The smallest RSA key that JOSE allows, in bits.
pub(crate) const MIN_RSA_BITS: usize = 2048;

/// What a weakness is called where it makes a key worthless.
pub(crate) fn fatal_weakness(weakness: Weakness) -> Option<String> {
    Some(match weakness {
        Weakness::ExponentEven => "an even exponent".to_owned(),
        Weakness::ExponentOne => "the exponent 1".to_owned(),
        Weakness::ModulusEven => "an even modulus".to_owned(),
        Weakness::SmallFactor(factor) => format!("a modulus divisible by {factor}"),
        Weakness::ClosePrimes => {
            "a modulus of two primes so close that Fermat's method finds them".to_owned()
        }
        Weakness::Roca => "a modulus with the mark of the library of CVE-2017-15361 (ROCA)".to_owned(),
        Weakness::ExponentSmall | Weakness::ExponentLarge => return None,
    })
}

/// What makes a key id dangerous to those who look a key up by it.
pub(crate) fn hazard(kid: &str) -> Option<&'static str> {
    const LONGEST: usize = 1024;
    if kid.is_empty() {
        Some("an empty one")
    } else if kid.len() > LONGEST {
        Some("more than 1024 bytes")
    } else if kid.contains("..") || kid.contains(['/', '\\', '%']) {
        Some("parts of a path")
    } else if kid.chars().any(char::is_control) {
        Some("a control character")
    } else if kid.contains(['\'', '"', ';', '|', '`', '$', '<', '>', '(', ')', '{', '}', '*']) {
        Some("characters of a query or command")
    } else {
        None
    }
}
