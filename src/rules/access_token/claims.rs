//! The registered claims: who issued the token, for whom, and for how long.

use crate::base::Service;
use crate::crypto::names::jose::Protection;
use crate::model::token::Token;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::jws::claims;
use crate::rules::shown;
use crate::wire::json::Type;

rule! { Token =>
    /// The payload is not a set of claims
    ///
    /// The payload of a JWT is a JSON object. An array, a string or a number has no claims, and no
    /// service finds out from it who calls.
    "access-token.claims-not-an-object": ERROR => claims::not_an_object,
        clauses: &["KD-8.1-06"],
        cites: &[cite("RFC 7519", "7.2", Force::Must, "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid JSON object")],
        catalogue: &["JT-21", "GE-20"],
        codes: &["NOT_AUTHENTICATED"];

    /// A claim has the wrong JSON type
    ///
    /// Times are numbers, `aud` is a string or an array of strings, the other registered claims are
    /// strings. A service that takes a time of the wrong type for an absent one lets the token live
    /// for ever.
    "access-token.claim-mistyped": ERROR => claims::mistyped,
        cites: &[cite("RFC 7519", "4.1.4", Force::Must, "Its value MUST be a number containing a NumericDate value.")],
        catalogue: &["AT-07", "AT-11", "GE-08"],
        codes: &["NOT_AUTHENTICATED"];

    /// A time is below zero or counted in milliseconds
    ///
    /// NumericDate counts seconds since 1970. In milliseconds the token expires in fifty thousand
    /// years.
    "access-token.time-implausible": ERROR => claims::time_implausible,
        cites: &[cite("RFC 7519", "2", Force::Fact, "A JSON numeric value representing the number of seconds from 1970-01-01T00:00:00Z UTC")],
        catalogue: &["AT-07"],
        codes: &["NOT_AUTHENTICATED"];

    /// The token does not say when it ends
    ///
    /// `exp` is optional in a JWT; an access token without it serves whoever finds it, for ever.
    "access-token.exp-missing": ERROR.in_standard(Warning) => exp_missing,
        clauses: &["IX-8-44"],
        cites: &[cite("RFC 9068", "2.2", Force::Must, "exp REQUIRED")],
        catalogue: &["AT-07"],
        codes: &["NOT_AUTHENTICATED"];

    /// The token has expired
    ///
    /// At the second of `exp` it is no longer accepted: ask for a new one. Judged where `as_of` is
    /// given.
    "access-token.expired": ERROR => claims::expired,
        clauses: &["IX-8-44"],
        cites: &[cite("RFC 7519", "4.1.4", Force::Must, "the expiration time on or after which the JWT MUST NOT be accepted for processing")],
        catalogue: &["GE-20", "TX-04"],
        codes: &["NOT_AUTHENTICATED", "invalid_client"];

    /// The token is not valid yet
    ///
    /// `nbf` lies ahead of the time at which it is judged: the clocks differ, or the token was made
    /// for later.
    "access-token.not-yet-valid": ERROR => claims::not_yet_valid,
        cites: &[cite("RFC 7519", "4.1.5", Force::Must, "the time before which the JWT MUST NOT be accepted for processing")],
        catalogue: &["AT-09"],
        codes: &["NOT_AUTHENTICATED"];

    /// The token was issued in the future
    ///
    /// The clocks of issuer and receiver differ; RFC 7519 asks for no check, so it is a warning.
    "access-token.issued-ahead": WARNING => claims::issued_ahead,
        cites: &[cite("RFC 7519", "4.1.6", Force::Fact, "identifies the time at which the JWT was issued")],
        catalogue: &["AT-08"];

    /// The token ends before it begins
    ///
    /// `exp` is not after `iat`: such a token is never valid, and shows that one of the two was
    /// computed wrongly.
    "access-token.times-contradict": ERROR => claims::times_contradict,
        cites: &[cite("RFC 7519", "4.1.4", Force::Must, "the expiration time on or after which the JWT MUST NOT be accepted for processing")],
        catalogue: &["AT-08"];

    /// The token names no issuer or no client
    ///
    /// `iss` says which environment it is of; IAM eXchange compares `azp`, the client that obtained
    /// it, with the issuer of the actor token.
    "access-token.party-missing": ERROR.not_in_standard() => party_missing,
        clauses: &["IX-8-10", "IX-8-40"],
        cites: &[cite("IAM eXchange cookbook 1.1", "8", Force::Fact, "Authorized Party of subjectToken … must be the same as issuer actorToken")],
        catalogue: &["AT-05", "TX-04"],
        codes: &["invalid_request"];

    /// The token is for another audience
    ///
    /// A service that takes tokens for others lets any of those others act for the user. Judged
    /// where `audience` is given.
    "access-token.audience-differs": ERROR => audience_differs,
        cites: &[cite("RFC 7519", "4.1.3", Force::Must, "If the principal processing the claim does not identify itself with a value in the \"aud\" claim … then the JWT MUST be rejected.")],
        catalogue: &["AT-13", "GE-20"],
        codes: &["NOT_AUTHENTICATED"];

    /// The token is of another type
    ///
    /// An identity token, a refresh token or a logout token is signed by the same key, and gives no
    /// access: `typ` in the claims or in the header says so.
    "access-token.another-token": ERROR => another_token,
        cites: &[cite("RFC 8725", "2.8", Force::Fact, "Cross-JWT Confusion")],
        catalogue: &["AT-14", "JT-13"],
        codes: &["NOT_AUTHENTICATED"];

    /// The token is protected with a shared secret
    ///
    /// eHealth's tokens are signed: with HMAC every service that can check a token can also make
    /// one.
    "access-token.alg-symmetric": ERROR.not_in_standard() => alg_symmetric,
        cites: &[cite("RFC 9068", "4", Force::Must, "The resource server MUST validate the signature of all incoming JWT access tokens … using the algorithm specified in the JWT \"alg\" Header Parameter")],
        catalogue: &["JT-05", "JT-18"],
        codes: &["NOT_AUTHENTICATED"];
}

fn exp_missing(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    claims::missing(token, &["exp"], cx)
}

fn party_missing(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match cx.context().service {
        Some(Service::IamExchange) => claims::missing(token, &["iss", "azp"], cx),
        _ => claims::missing(token, &["iss"], cx),
    }
}

fn audience_differs(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = cx.context().audience.as_deref()?;
    if token.claims.kind() != Type::Object {
        return None;
    }
    if !token.audiences().contains(&expected) {
        let at = token.claim("aud").unwrap_or(token.claims);
        let found = if token.claim("aud").is_some() { "others" } else { "no audience" };
        claims::fail(token, at, format!("expected the audience {}, found {found}", shown(expected)), cx);
    }
    Some(Checked)
}

fn another_token(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if token.claims.kind() != Type::Object {
        return None;
    }
    if let Some(typ) = token.claim("typ")
        && let Some(text) = typ.as_str().filter(|it| !it.eq_ignore_ascii_case("Bearer"))
    {
        claims::fail(token, typ, format!("expected a token of type Bearer, found {}", shown(text)), cx);
    }
    if let Some(text) = token.jws.text("typ") {
        let bare = text.to_ascii_lowercase();
        let bare = bare.strip_prefix("application/").unwrap_or(&bare);
        if !["jwt", "at+jwt"].contains(&bare) {
            let span = token.jws.compact.header().span;
            cx.fail("header → /typ", span, format!("expected `JWT` or `at+jwt`, found {}", shown(text)));
        }
    }
    Some(Checked)
}

fn alg_symmetric(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let protection = token.jws.protection()?;
    if matches!(protection, Protection::Mac(_)) {
        let message = format!("expected a signature, found `{}`", token.jws.text("alg").unwrap_or_default());
        cx.fail("header → /alg", token.jws.compact.header().span, message);
    }
    Some(Checked)
}
