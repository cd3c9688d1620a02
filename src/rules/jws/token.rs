//! What a JWS may not be where its payload is a set of claims.

use crate::model::token::Token;
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, Force, OFF, cite};

rule! { Token =>
    /// The claims of a token are said not to be encoded
    ///
    /// A JWT always has its claims in base64url. One reader of this token goes by `b64` and finds no claims,
    /// another passes it over and finds some. Under eHealth's profiles no payload may be so, which
    /// `jws.payload-bare` says.
    "jws.bare-claims": OFF.in_standard(Error) => bare_claims,
        cites: &[cite("RFC 7797", "7", Force::Must, "JSON Web Tokens [JWT] MUST NOT use \"b64\" with a \"false\" value.")],
        catalogue: &["JT-12"];
}

fn bare_claims(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if token.jws.is_payload_bare() {
        let span = token.jws.compact.header().span;
        cx.fail("header → /b64", span, "expected claims in base64url, found `b64` false");
    }
    Some(Checked)
}
