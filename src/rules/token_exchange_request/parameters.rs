//! The parameters: fixed values, and both tokens.

use crate::model::token_exchange::TokenExchangeRequest;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;
use crate::wire::form::FormFault;

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

/// What each parameter says where the cookbook fixes it, or RFC 8693 leaves one choice.
const FIXED: &[(&str, &str)] = &[
    ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
    ("requested_token_type", "urn:ietf:params:oauth:token-type:saml1"),
    ("actor_token_type", "urn:ietf:params:oauth:token-type:jwt"),
    ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
];

rule! { TokenExchangeRequest =>
    /// The body is no form
    ///
    /// Parameters stand once each, well escaped, as `application/x-www-form-urlencoded`: a JSON body
    /// is refused, and a repeated parameter means different things to different readers.
    "token-exchange-request.form-malformed": ERROR => form_malformed,
        clauses: &["IX-5.2.3.2.1-01"],
        cites: &[cite("RFC 8693", "2.1", Force::Fact, "using the \"application/x-www-form-urlencoded\" format")],
        catalogue: &["TX-01", "TX-08", "GE-03", "GE-19"],
        codes: &["invalid_request"];

    /// A parameter that the exchange needs is missing
    ///
    /// `grant_type`, `requested_token_type`, `actor_token`, and by the error table `subject_token`
    /// with both token types. The page of the cookbook that describes the latter is lost.
    "token-exchange-request.parameter-missing": ERROR.not_in_standard() => parameter_missing,
        clauses: &[
            "IX-5.2.3.1-02", "IX-5.2.3.2-01", "IX-5.2.3.2.1-02", "IX-5.2.3.2.1-04", "IX-5.2.3.2.1-05",
            "IX-5.2.3.2.1-06", "IX-8-14", "IX-8-34", "IX-8-36",
        ],
        cites: &[cite(COOKBOOK, "5.2.3.2.1", Force::Must, "In the Form Data, add the following parameters")],
        defects: &["SD-114"],
        catalogue: &["TX-01", "TX-02", "TX-03", "TX-04", "TX-05"],
        codes: &["invalid_request", "unsupported_grant_type"];

    /// A parameter has another value than the exchange takes
    ///
    /// `grant_type` and `requested_token_type` are fixed by the cookbook; the types of the two tokens
    /// follow from RFC 8693: a JWT for the actor, an access token for the subject.
    "token-exchange-request.value-wrong": ERROR.not_in_standard() => value_wrong,
        clauses: &["IX-2.4-01", "IX-5.2.3.2.1-02", "IX-5.2.3.2.1-04", "IX-8-14", "IX-8-36"],
        cites: &[cite(COOKBOOK, "5.2.3.2.1", Force::Must, "fixed value \"urn:ietf:params:oauth:grant-type:token-exchange\"")],
        catalogue: &["TX-01", "TX-02", "TX-03", "TX-05"],
        codes: &["invalid_request", "unsupported_grant_type"];

    /// Both tokens are the same
    ///
    /// The actor's token is signed by the platform, the subject's by eHealth: one text cannot be
    /// both.
    "token-exchange-request.tokens-same": ERROR => tokens_same,
        clauses: &["IX-5.2.3.2-01"],
        cites: &[cite("RFC 8693", "2.1", Force::Fact, "A security token that represents the identity of the acting party.")],
        catalogue: &["AT-14", "TX-07"],
        codes: &["invalid_request"];

    /// A parameter whose value is not documented is left out
    ///
    /// The error table knows `audience`, `resource` and `scope`; what they are to say stood on a page
    /// that is lost. Ask eHealth, and send them.
    "token-exchange-request.parameter-undocumented": WARNING.not_in_standard() => parameter_undocumented,
        clauses: &["IX-8-26", "IX-8-30", "IX-8-32"],
        cites: &[cite(COOKBOOK, "8", Force::Fact, "Invalid input for field audience")],
        defects: &["SD-129", "SD-140"],
        catalogue: &["TX-06"];
}

fn form_malformed(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if request.form.parameters.iter().all(|it| it.value.is_empty()) {
        cx.unreadable();
        cx.fail("", crate::base::Span::default(), "expected a form of names and values, found none");
        return Some(Checked);
    }
    cx.fail_on(&request.form.faults, |_: &FormFault| true);
    Some(Checked)
}

fn parameter_missing(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    request.form.parameters.first()?;
    let names = FIXED.iter().map(|(name, _)| *name).chain(["actor_token", "subject_token"]);
    for name in names.filter(|name| request.form.get(name).is_none_or(|it| it.value.is_empty())) {
        cx.fail("", crate::base::Span::default(), format!("expected a parameter {name}, found none"));
    }
    Some(Checked)
}

fn value_wrong(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let present = || FIXED.iter().filter_map(|(name, right)| Some((request.form.get(name)?, *right)));
    present().next()?;
    for (parameter, right) in present().filter(|(it, right)| it.value != *right && !it.value.is_empty()) {
        let message = format!("expected `{right}`, found {}", shown(&parameter.value));
        cx.fail(&parameter.name, parameter.span, message);
    }
    Some(Checked)
}

fn tokens_same(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (actor, subject) = (request.form.get("actor_token")?, request.form.get("subject_token")?);
    if actor.value == subject.value {
        cx.fail("actor_token", actor.span, "expected a token of the platform's own, found the subject's");
    }
    Some(Checked)
}

fn parameter_undocumented(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    request.form.parameters.first()?;
    for name in ["audience", "resource", "scope"].into_iter().filter(|name| request.form.get(name).is_none())
    {
        cx.fail("", crate::base::Span::default(), format!("expected a parameter {name}, found none"));
    }
    Some(Checked)
}
