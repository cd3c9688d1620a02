//! The two tokens beside each other: who acts, and for whom.
//!
//! Their claims are read without their signatures: that the actor's verifies is judged with the actor
//! token, and the subject's is the service's to judge.

use crate::model::token_exchange::TokenExchangeRequest;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::shown;
use crate::wire::json::{Type, Value};

const COOKBOOK: &str = "IAM eXchange cookbook 1.1";

rule! { TokenExchangeRequest =>
    /// The access token was obtained by another client
    ///
    /// `azp` of the access token is the client that obtained it, `iss` of the actor token the client
    /// that acts. IAM eXchange refuses an exchange in which they differ: a platform cannot use a token
    /// that it came by in another way.
    "token-exchange-request.party-differs": ERROR.not_in_standard() => party_differs,
        clauses: &["IX-8-09"],
        cites: &[cite(COOKBOOK, "8", Force::Must, "ActorToken Access Denied: Authorized Party of subjectToken ${subjectToken.azp} must be the same as issuer actorToken ${actorToken.iss}")],
        catalogue: &["AT-05", "TX-04"],
        codes: &["invalid_request"];

    /// The chosen profile is none that the user may act as
    ///
    /// `sub` of the actor token chooses one of the entries of `may_act` in the access token, by its
    /// `sub`. The sub of another user's token, or of an earlier one, chooses nobody.
    "token-exchange-request.profile-not-offered": ERROR.not_in_standard() => profile_not_offered,
        clauses: &["IX-5.2.3.1-23"],
        cites: &[cite(COOKBOOK, "5.2.3.1", Force::Must, "The value of this element MUST correspond to one of the sub claim presented in the access token (under claim may_act)")],
        catalogue: &["AT-12"],
        codes: &["unauthorized_client"];

    /// The access token does not allow the exchange
    ///
    /// The role `token-exchange` must stand under `realm_access`: ask for the scope
    /// `iam:exchange:tokenexchange` when the user logs in.
    "token-exchange-request.role-missing": ERROR.not_in_standard() => role_missing,
        clauses: &["IX-8-12"],
        cites: &[cite(COOKBOOK, "8", Force::Must, "SubjectToken Access Denied: realm_access role token-exchange missing.")],
        catalogue: &["TX-04"],
        codes: &["invalid_request"];

    /// The access token has expired
    ///
    /// At the second of `exp` it is no longer accepted: ask for a new one, then exchange it.
    "token-exchange-request.subject-expired": ERROR.not_in_standard() => subject_expired,
        clauses: &["IX-8-44"],
        cites: &[cite(COOKBOOK, "8", Force::Must, "SubjectToken expired: A new accessToken must be generated.")],
        catalogue: &["TX-04"],
        codes: &["invalid_client"];
}

/// Where a parameter's value stands.
fn place(request: &TokenExchangeRequest<'_>, name: &str) -> crate::base::Span {
    request.form.get(name).map(|parameter| parameter.span).unwrap_or_default()
}

/// The claims of the subject's token, where they are claims at all.
fn subject<'a>(request: &TokenExchangeRequest<'a>) -> Option<Value<'a>> {
    request.subject.filter(|claims| claims.kind() == Type::Object)
}

fn party_differs(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let azp = subject(request)?.member("azp")?.as_str()?;
    let iss = request.actor?.member("iss")?.as_str()?;
    if azp != iss {
        let text =
            format!("expected the issuer of the actor token, {}, as azp, found {}", shown(iss), shown(azp));
        cx.fail("subject_token → payload → /azp", place(request, "subject_token"), text);
    }
    Some(Checked)
}

fn profile_not_offered(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let sub = request.actor?.member("sub")?.as_str()?;
    let offered = subject(request)?.member("may_act");
    let subs = offered.into_iter().flat_map(Value::elements).filter_map(|entry| entry.member("sub"));
    if !subs.filter_map(Value::as_str).any(|it| it == sub) {
        let text = "expected the sub of an entry of may_act, found another one";
        cx.fail("actor_token → payload → /sub", place(request, "actor_token"), text);
    }
    Some(Checked)
}

fn role_missing(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let roles = subject(request)?.member("realm_access").and_then(|realm| realm.member("roles"));
    let mut roles = roles.into_iter().flat_map(Value::elements).filter_map(Value::as_str);
    if !roles.any(|role| role == "token-exchange") {
        let text = "expected the role token-exchange under realm_access, found none";
        cx.fail("subject_token → payload", place(request, "subject_token"), text);
    }
    Some(Checked)
}

fn subject_expired(request: &TokenExchangeRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    let exp: f64 = subject(request)?.member("exp")?.as_number()?.parse().ok()?;
    // Seconds since 1970 are exact in a double for the next 200 million years.
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
    let expired = now.unix_timestamp() as f64 >= exp;
    if expired {
        let text = format!("expected an exp after {}, found an earlier one", crate::base::time::format(now));
        cx.fail("subject_token → payload → /exp", place(request, "subject_token"), text);
    }
    Some(Checked)
}
