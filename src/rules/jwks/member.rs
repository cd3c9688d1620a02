//! What a key may be because it stands among others.

use crate::model::jwk::Jwk;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::jwk::fail_unknown;

rule! { Jwk =>
    /// A key of the set is of an unknown type
    ///
    /// The types are `EC`, `RSA`, `OKP` and `oct`, in this spelling. RFC 7517 lets a set hold keys of other
    /// types, which readers pass over: under `standard` this is a warning, and the other keys are judged. The
    /// depots hand out keys of these types alone, and a client that misses its own finds none.
    "jwks.kty-unknown": ERROR.in_standard(Warning) => kty_unknown,
        clauses: &["KD-5.2.4-25", "ED-5.2.2.2-08"],
        cites: &[cite("RFC 7517", "5", Force::Should, "Implementations SHOULD ignore JWKs within a JWK Set that use \"kty\" (key type) values that are not understood by them")],
        catalogue: &["JK-01"];
}

fn kty_unknown(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    fail_unknown(jwk, cx)
}
