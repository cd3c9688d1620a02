//! The members: the assertion, and what kind of token it is.

use crate::base::time::Duration;
use crate::model::token_exchange::{RESPONSE, TokenExchangeResponse};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::json::shape;
use crate::rules::shown;
use crate::wire::base64::{self, Form};

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

rule! { TokenExchangeResponse =>
    /// A member of the answer is missing
    ///
    /// The answer has `access_token`, `refresh_token`, `issued_token_type`, `scope`, `token_type` and
    /// `expires_in`; clients read each of them.
    "token-exchange-response.member-missing": ERROR.not_in_standard() => member_missing,
        clauses: &["IX-5.2.3.2.1-11", "IX-5.2.3.2.1-12", "IX-5.2.3.2.1-14", "IX-5.5.1-01"],
        cites: &[cite("RFC 8693", "2.2.1", Force::Must, "access_token REQUIRED … issued_token_type REQUIRED … token_type REQUIRED")],
        catalogue: &["TX-12"];

    /// A member has the wrong JSON type
    ///
    /// `expires_in` is a number of seconds; `refresh_token` is null, the other members are strings.
    "token-exchange-response.member-mistyped": ERROR => member_mistyped,
        clauses: &["IX-5.2.3.2.1-12", "IX-5.2.3.2.1-16"],
        cites: &[cite("RFC 8693", "2.2.1", Force::Fact, "The parameters are serialized into a JavaScript Object Notation (JSON) structure by adding each parameter at the top level.")],
        defects: &["SD-128"],
        catalogue: &["TX-12", "GE-08"];

    /// The assertion is not standard base64
    ///
    /// The service writes standard base64, as the `+` of its example shows, although RFC 8693 has
    /// base64url for SAML assertions (SD-127).
    "token-exchange-response.assertion-not-base64": ERROR.not_in_standard() => assertion_not_base64,
        clauses: &["IX-5.2.3.2.1-08"],
        cites: &[cite(COOKBOOK, "5.2.3.2.1", Force::Fact, "KCTwvZHM6U2lnbmF0dXJlPg0KPC9Bc3NlcnRpb24+")],
        defects: &["SD-127"],
        catalogue: &["TX-12"];

    /// The token is said to be of another type
    ///
    /// `issued_token_type` is `urn:ietf:params:oauth:token-type:saml1` and `token_type` is `N_A`: the
    /// assertion is no bearer token.
    "token-exchange-response.type-wrong": ERROR.not_in_standard() => type_wrong,
        clauses: &["IX-5.2.3.2.1-13", "IX-5.2.3.2.1-15"],
        cites: &[cite(COOKBOOK, "5.2.3.2.1", Force::Fact, "\"token_type\": \"N_A\"")],
        catalogue: &["TX-12"];

    /// The lifetime is not that of the cookbook
    ///
    /// Above zero, and up to the example's 43500 seconds, five minutes more than the twelve hours of
    /// the text (SD-15).
    "token-exchange-response.lifetime-unusual": WARNING.not_in_standard() => lifetime_unusual,
        clauses: &["IX-5.2.3.2.1-16", "IX-5.2.3.2.1-17"],
        cites: &[cite(COOKBOOK, "6.1.2", Force::Fact, "The SAML HOK obtained has a limited validity period defined to 12 hours.")],
        defects: &["SD-15"],
        catalogue: &["TX-12"];

    /// The lifetime is not that of the assertion
    ///
    /// `expires_in` says for how long the token can be used, and so does the NotOnOrAfter of the
    /// assertion in it. A client that goes by the longer one of two uses an expired token. The
    /// cookbook's example is five minutes apart from its text (SD-15); more than that is too much.
    "token-exchange-response.lifetime-contradicts": WARNING.not_in_standard() => lifetime_contradicts,
        clauses: &["IX-5.2.3.2.1-17"],
        cites: &[cite("RFC 6749", "5.1", Force::Fact, "The lifetime in seconds of the access token")],
        defects: &["SD-15"],
        catalogue: &["TX-12"];
}

/// How far `expires_in` may be from the window of the assertion: as far as in the cookbook's example.
const APART: Duration = Duration::minutes(5);

fn member_missing(response: &TokenExchangeResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::missing(response.value, RESPONSE, cx)
}

fn member_mistyped(response: &TokenExchangeResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::mistyped(response.value, RESPONSE, cx)
}

fn assertion_not_base64(response: &TokenExchangeResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let token = response.value.member("access_token")?;
    let decoded = base64::decode(token.as_str()?.as_bytes(), Form::Standard, cx.budget());
    for fault in decoded.distinct_faults() {
        cx.fail(token.pointer(), token.text_map().outer(fault.span), fault.kind.to_string());
    }
    Some(Checked)
}

fn type_wrong(response: &TokenExchangeResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = [("issued_token_type", "urn:ietf:params:oauth:token-type:saml1"), ("token_type", "N_A")];
    let present = || {
        expected.into_iter().filter_map(|(name, right)| {
            let value = response.value.member(name)?;
            Some((value, value.as_str()?, right))
        })
    };
    present().next()?;
    for (value, text, right) in present().filter(|(_, text, right)| text != right) {
        cx.fail(value.pointer(), value.span(), format!("expected `{right}`, found {}", shown(text)));
    }
    Some(Checked)
}

fn lifetime_unusual(response: &TokenExchangeResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = response.value.member("expires_in")?;
    let seconds: f64 = value.as_number()?.parse().ok()?;
    if !(1.0..=43_500.0).contains(&seconds) {
        cx.fail(value.pointer(), value.span(), "expected from 1 to 43500 seconds, found another number");
    }
    Some(Checked)
}

fn lifetime_contradicts(response: &TokenExchangeResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = response.value.member("expires_in")?;
    let said = value.as_i64()?;
    let held = response.lifetime?.whole_seconds();
    if said.abs_diff(held) > APART.whole_seconds().unsigned_abs() {
        let text = format!("expected {held} seconds, for which the assertion is valid, found {said}");
        cx.fail(value.pointer(), value.span(), text);
    }
    Some(Checked)
}
