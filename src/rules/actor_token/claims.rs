//! The claims: issuer, times, id, and the profile that is chosen.

use crate::model::token::{NumericDate, Token};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::jws::claims;

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

/// Longer than a day a signed assertion is a password (SD-13).
const LONG: f64 = 86_400.0;

rule! { Token =>
    /// The payload is not a set of claims
    ///
    /// The payload of a JWT is a JSON object. An array, a string or a number names no issuer, and
    /// the service refuses the token unread.
    "actor-token.claims-not-an-object": ERROR => claims::not_an_object,
        clauses: &["IX-5.2.3.1-01"],
        cites: &[cite("RFC 7519", "7.2", Force::Must, "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid JSON object")],
        catalogue: &["JT-21"],
        codes: &["invalid_request"];

    /// A claim that the platform must send is missing
    ///
    /// `iss`, its client id; `exp` and `iat`, the times; `jti`, an id of the token. With `sub` they
    /// stay. `aud`, which RFC 7523 demands of assertions, is in none of the examples and not asked.
    "actor-token.claim-missing": ERROR.not_in_standard() => claim_missing,
        clauses: &[
            "IX-5.2.3.1-05", "IX-5.2.3.1-11", "IX-5.2.3.1-13", "IX-5.2.3.1-15", "IX-5.2.3.1-17",
            "IX-5.2.3.1-20",
        ],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Must, "Fields in the JWT payload are mandatory")],
        defects: &["SD-13", "SD-124"],
        catalogue: &["AT-06", "AT-13", "AT-15"],
        codes: &["invalid_request"];

    /// A claim has the wrong JSON type
    ///
    /// `iss`, `jti` and `sub` are strings, `exp` and `iat` numbers. A time as a string must not be
    /// taken for an absent one.
    "actor-token.claim-mistyped": ERROR => claims::mistyped,
        clauses: &[
            "IX-5.2.3.1-06", "IX-5.2.3.1-07", "IX-5.2.3.1-09", "IX-5.2.3.1-10", "IX-5.2.3.1-21",
        ],
        cites: &[cite("RFC 7519", "4.1.4", Force::Must, "Its value MUST be a number containing a NumericDate value.")],
        catalogue: &["AT-07", "AT-09", "AT-11", "AT-12", "GE-08"],
        codes: &["invalid_request"];

    /// A time is below zero or counted in milliseconds
    ///
    /// NumericDate counts seconds since 1970: JavaScript's `Date.now()` counts thousandths.
    "actor-token.time-implausible": ERROR => claims::time_implausible,
        clauses: &["IX-5.2.3.1-07", "IX-5.2.3.1-09"],
        cites: &[cite("RFC 7519", "2", Force::Fact, "A JSON numeric value representing the number of seconds from 1970-01-01T00:00:00Z UTC")],
        catalogue: &["AT-07"],
        codes: &["invalid_request"];

    /// The token has expired
    ///
    /// At the second of `exp` it is no longer accepted: sign a new one. Judged where `as_of` is
    /// given.
    "actor-token.expired": ERROR => claims::expired,
        clauses: &["IX-5.2.3.1-13"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Must, "identifies the expiration time on or after which the JWT must not be accepted")],
        catalogue: &["AT-04"],
        codes: &["invalid_client"];

    /// The token is not valid yet
    ///
    /// `nbf` is not asked for, but where it stands it counts: it lies ahead of the time at which the
    /// token is judged.
    "actor-token.not-yet-valid": ERROR => claims::not_yet_valid,
        cites: &[cite("RFC 7519", "4.1.5", Force::Must, "the time before which the JWT MUST NOT be accepted for processing")],
        catalogue: &["AT-09"];

    /// The token was issued in the future
    ///
    /// `iat` is the time of issue: the platform's clock is ahead. Keep it with NTP.
    "actor-token.issued-ahead": ERROR.in_standard(crate::rule::Severity::Warning) => claims::issued_ahead,
        clauses: &["IX-5.2.3.1-15", "IX-5.2.3.1-16"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Fact, "iat: ‘Issued At’, identifies the time at which the JWT was issued")],
        catalogue: &["AT-08"];

    /// The token ends before it begins
    ///
    /// `exp` is not after `iat`: such a token is never valid.
    "actor-token.times-contradict": ERROR => claims::times_contradict,
        clauses: &["IX-5.2.3.1-08"],
        cites: &[cite("RFC 7523", "3", Force::Must, "The JWT MUST contain an \"exp\" (expiration time) claim that limits the time window during which the JWT can be used.")],
        catalogue: &["AT-08"];

    /// The token lives for more than a day
    ///
    /// The cookbook sets no limit, and its example lives for 38 days (SD-13). Whoever finds such a
    /// token acts as the platform until then: make it live for minutes.
    "actor-token.lifetime-long": WARNING => lifetime_long,
        clauses: &["IX-5.2.3.1-08"],
        cites: &[cite("RFC 7523", "3", Force::May, "the authorization server may reject JWTs with an \"exp\" claim value that is unreasonably far in the future")],
        defects: &["SD-13"],
        catalogue: &["AT-08"];

    /// The id of the token is empty or endless
    ///
    /// `jti` tells one token from another, so that a second use can be refused: at least one
    /// character, and no more than 255.
    "actor-token.jti-unusable": ERROR.not_in_standard() => jti_unusable,
        clauses: &["IX-5.2.3.1-10", "IX-5.2.3.1-17"],
        cites: &[cite("RFC 7519", "4.1.7", Force::Must, "The identifier value MUST be assigned in a manner that ensures that there is a negligible probability that the same value will be accidentally assigned")],
        defects: &["SD-125"],
        catalogue: &["AT-10", "AT-11"];

    /// The issuer is empty
    ///
    /// `iss` is the client id of the Trusted Platform, by which the service finds its certificate.
    "actor-token.issuer-empty": ERROR.not_in_standard() => issuer_empty,
        clauses: &["IX-5.2.3.1-06", "IX-5.2.3.1-11"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Must, "It corresponds to the client id of the Trusted Platform.")],
        catalogue: &["AT-02"],
        codes: &["invalid_client"];

    /// The chosen profile has another form than those of the example
    ///
    /// `sub` is one of the `sub` values of `may_act` in the access token, shown as 32 hexadecimal
    /// digits in small letters. Whether it is one of them is judged with the whole request.
    "actor-token.sub-form": NOTE.not_in_standard() => sub_form,
        clauses: &["IX-5.2.3.1-21"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Fact, "\"sub\": \"90e9cedc5a771dce969c1388c4508783\"")],
        catalogue: &["AT-12"];
}

fn claim_missing(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    claims::missing(token, &["iss", "exp", "iat", "jti"], cx)
}

fn lifetime_long(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, NumericDate(exp)) = token.date("exp")?;
    let (_, NumericDate(iat)) = token.date("iat")?;
    if exp - iat > LONG {
        let days = ((exp - iat) / LONG).ceil();
        claims::fail(
            token,
            value,
            format!("expected at most a day from iat to exp, found {days:.0} days"),
            cx,
        );
    }
    Some(Checked)
}

fn jti_unusable(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let jti = token.claim("jti")?;
    let count = jti.as_str()?.chars().count();
    if !(1..=255).contains(&count) {
        claims::fail(token, jti, format!("expected from 1 to 255 characters, found {count}"), cx);
    }
    Some(Checked)
}

fn issuer_empty(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let iss = token.claim("iss")?;
    if iss.as_str()?.trim().is_empty() {
        claims::fail(token, iss, "expected the client id of the platform, found nothing", cx);
    }
    Some(Checked)
}

fn sub_form(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let sub = token.claim("sub")?;
    let text = sub.as_str()?;
    let is_hex = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hex {
        claims::fail(token, sub, "expected 32 hexadecimal digits in small letters, found another text", cx);
    }
    Some(Checked)
}
