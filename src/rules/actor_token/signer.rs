//! Who signed, and what: RS256, and a token of this kind.

use crate::model::token::Token;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::jws::claims;
use crate::rules::shown;
use crate::wire::json::Type;

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

rule! { Token =>
    /// The token is not signed with RS256
    ///
    /// The service takes no other algorithm, however strong: it answers "wrong signing algorithm".
    "actor-token.alg-not-rs256": ERROR.not_in_standard() => alg_not_rs256,
        clauses: &["IX-5.2.3.1-01", "IX-5.2.3.1-03", "IX-5.2.3.1-04", "IX-8-18"],
        cites: &[cite(COOKBOOK, "8", Force::Fact, "ActorToken Access Denied: client ${issuer} not allowed (wrong signing algorithm)")],
        defects: &["SD-139"],
        catalogue: &["AT-01", "TX-03"],
        codes: &["invalid_request"];

    /// The token is of another kind
    ///
    /// It carries claims of an access token, of an identity token or of a key holder: the platform
    /// sent back what it received, or swapped two parameters. The actor token is made and signed by
    /// the platform itself.
    "actor-token.another-token": ERROR.not_in_standard() => another_token,
        clauses: &["IX-5.2.3.1-01"],
        cites: &[cite("RFC 8725", "2.8", Force::Fact, "Cross-JWT Confusion")],
        catalogue: &["AT-14", "TX-07"],
        codes: &["invalid_request"];

    /// The header's type is not that of a JWT
    ///
    /// The example has no `typ` at all; where there is one, it is `JWT`.
    "actor-token.typ-wrong": WARNING => typ_wrong,
        clauses: &["IX-5.2.3.1-03"],
        cites: &[cite("RFC 7519", "5.1", Force::Should, "it is RECOMMENDED that its value be \"JWT\"")],
        catalogue: &["JT-13"];
}

/// Claims that tokens of other kinds have.
const FOREIGN: &[&str] = &[
    "realm_access",
    "resource_access",
    "may_act",
    "azp",
    "scope",
    "keyholder",
    "nonce",
    "at_hash",
    "session_state",
];

fn alg_not_rs256(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let alg = token.jws.text("alg")?;
    if alg != "RS256" {
        let message = format!("expected RS256, found {}", shown(alg));
        cx.fail("header → /alg", token.jws.compact.header().span, message);
    }
    Some(Checked)
}

fn another_token(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if token.claims.kind() != Type::Object {
        return None;
    }
    for value in FOREIGN.iter().filter_map(|name| token.claim(name)) {
        let name = value.name().unwrap_or_default();
        claims::fail(
            token,
            value,
            format!("expected claims of an actor token, found `{name}` of another"),
            cx,
        );
    }
    Some(Checked)
}

fn typ_wrong(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    token.jws.text("alg")?;
    if let Some(typ) = token.jws.text("typ").filter(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        let message = format!("expected `JWT` or no typ, found {}", shown(typ));
        cx.fail("header → /typ", token.jws.compact.header().span, message);
    }
    Some(Checked)
}
