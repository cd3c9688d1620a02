//! The type of a key that stands alone.

use crate::model::jwk::{Jwk, KeyType};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::shown;

rule! { Jwk =>
    /// The type of the key is not a known one
    ///
    /// The types are `EC`, `RSA`, `OKP` and `oct`, in this spelling.
    "jwk.kty-unknown": ERROR => kty_unknown,
        clauses: &["KD-5.2.4-25", "KD-5.2.5-03", "ED-5.2.2.2-08"],
        cites: &[cite("RFC 7518", "6.1", Force::Fact, "The table below is the set of \"kty\" (key type) parameter values that are defined by this specification")],
        catalogue: &["JK-01"];
}

fn kty_unknown(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    fail_unknown(jwk, cx)
}

/// Reports a type that is not known.
pub(crate) fn fail_unknown(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kty = jwk.member("kty")?;
    let name = kty.as_str()?;
    if KeyType::named(name).is_none() {
        cx.fail(kty.pointer(), kty.span(), format!("expected EC, RSA, OKP or oct, found {}", shown(name)));
    }
    Some(Checked)
}
