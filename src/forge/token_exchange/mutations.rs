//! Deviations of token exchanges.

use serde_json::{Value, json};

use super::{Bench, EXPIRES_IN, Exchange, Made, StsAssertion, answer};
use crate::base::time::Duration;
use crate::forge::access_token::{AccessToken, KEY_ID};
use crate::forge::actor_token::ActorToken;
use crate::forge::saml::Signer;
use crate::forge::saml::assertion::Assertion;
use crate::forge::surgery::without;
use crate::forge::{Mutation, jwt};

const WRONG: &[&str] = &["token-exchange-request.value-wrong"];
const MISSING: &[&str] = &["token-exchange-request.parameter-missing"];
const UNDOCUMENTED: &[&str] = &["token-exchange-request.parameter-undocumented"];

macro_rules! request {
    ($id:literal, $case:literal, $title:literal, $rules:expr, |$it:ident| $change:expr) => {
        Mutation::new($id, $title, $rules, |bench| {
            let $it = Exchange::of(bench);
            Ok(asked(bench, &$change))
        })
        .case($case)
    };
}

macro_rules! member {
    ($id:literal, $title:literal, [$($rule:literal),*], |$it:ident| $change:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| {
            let mut $it = answer(&StsAssertion::of(bench).sign(&Signer::sts(&bench.pki)), EXPIRES_IN);
            $change;
            Ok(answered(bench, &$it))
        })
        .case("TX-12")
    };
}

pub(super) const REQUESTS: &[Mutation] = &[
    request!("grant-type-missing", "TX-01", "the grant type is missing", MISSING, |it| it
        .without("grant_type")),
    request!("grant-type-other", "TX-01", "the grant is one of client credentials", WRONG, |it| it
        .with("grant_type", "client_credentials")),
    request!("grant-type-in-capitals", "TX-01", "the grant type is in capitals", WRONG, |it| it
        .with("grant_type", "URN:IETF:PARAMS:OAUTH:GRANT-TYPE:TOKEN-EXCHANGE")),
    Mutation::new(
        "grant-type-twice",
        "the grant type stands twice",
        &["token-exchange-request.form-malformed"],
        |bench| {
            let form = Exchange::of(bench).to_form();
            Ok(body(bench, &format!("{form}&grant_type=password")))
        },
    )
    .case("TX-01"),
    request!("requested-type-missing", "TX-02", "the requested type is missing", MISSING, |it| it
        .without("requested_token_type")),
    request!("requested-type-saml2", "TX-02", "an assertion of SAML 2.0 is requested", WRONG, |it| it
        .with("requested_token_type", "urn:ietf:params:oauth:token-type:saml2")),
    request!("actor-token-missing", "TX-03", "the actor token is missing", MISSING, |it| it
        .without("actor_token")),
    request!("actor-token-empty", "TX-03", "the actor token is empty", MISSING, |it| it
        .with("actor_token", "")),
    request!("actor-type-other", "TX-03", "the actor token is said to be an assertion", WRONG, |it| it
        .with("actor_token_type", "urn:ietf:params:oauth:token-type:saml2")),
    request!("subject-token-missing", "TX-04", "the access token is missing", MISSING, |it| it
        .without("subject_token")),
    request!(
        "subject-type-other",
        "TX-05",
        "the access token is said to be an identity token",
        WRONG,
        |it| it.with("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")
    ),
    request!("audience-absent", "TX-06", "the audience is left out", UNDOCUMENTED, |it| it
        .without("audience")),
    request!("resource-absent", "TX-06", "the resource is left out", UNDOCUMENTED, |it| it
        .without("resource")),
    request!("scope-absent", "TX-06", "the scope is left out", UNDOCUMENTED, |it| it.without("scope")),
    request!(
        "tokens-swapped",
        "TX-07",
        "the tokens are swapped",
        &[
            "actor-token.another-token",
            "actor-token.sub-form",
            "jws.signature-invalid",
            "token-exchange-request.profile-not-offered",
            "token-exchange-request.role-missing"
        ],
        |it| {
            let [actor, subject] =
                ["actor_token", "subject_token"].map(|name| it.get(name).unwrap_or_default().to_owned());
            it.with("actor_token", &subject).with("subject_token", &actor)
        }
    ),
    request!(
        "tokens-the-same",
        "TX-07",
        "the access token stands in both places",
        &[
            "actor-token.another-token",
            "actor-token.sub-form",
            "jws.signature-invalid",
            "token-exchange-request.party-differs",
            "token-exchange-request.profile-not-offered",
            "token-exchange-request.tokens-same"
        ],
        |it| {
            let subject = it.get("subject_token").unwrap_or_default().to_owned();
            it.with("actor_token", &subject)
        }
    ),
    Mutation::new(
        "a-json-body",
        "the body is JSON",
        &[
            "token-exchange-request.form-malformed",
            "token-exchange-request.parameter-missing",
            "token-exchange-request.parameter-undocumented",
        ],
        |bench| {
            let members: serde_json::Map<String, Value> = Exchange::of(bench)
                .parameters
                .into_iter()
                .map(|(name, value)| (name, json!(value)))
                .collect();
            Ok(body(bench, &Value::Object(members).to_string()))
        },
    )
    .case("TX-08"),
    Mutation::new(
        "client-differs",
        "another client obtained the access token",
        &["token-exchange-request.party-differs"],
        |bench| Ok(subject(bench, |token| "somebody-else".clone_into(&mut token.client))),
    )
    .case("AT-05"),
    Mutation::new(
        "profile-not-offered",
        "the chosen profile is none of the user's",
        &["token-exchange-request.profile-not-offered"],
        |bench| Ok(actor(bench, |token| token.subject = Some("00000000000000000000000000000000".to_owned()))),
    )
    .case("AT-12"),
    Mutation::new("no-profile-chosen", "no profile is chosen: the user's own", &[], |bench| {
        Ok(actor(bench, |token| token.subject = None))
    })
    .case("AT-12"),
    Mutation::new(
        "role-missing",
        "the access token does not allow the exchange",
        &["token-exchange-request.role-missing"],
        |bench| Ok(subject(bench, |token| token.roles = vec!["profile".to_owned()])),
    )
    .case("TX-04"),
    Mutation::new(
        "subject-expired",
        "the access token expires at the very second",
        &["token-exchange-request.subject-expired"],
        |bench| {
            Ok(subject(bench, |token| token.validity = [bench.clock() - Duration::minutes(5), bench.clock()]))
        },
    )
    .case("TX-04"),
    Mutation::new("subject-last-second", "the access token expires a second later", &[], |bench| {
        Ok(subject(bench, |token| {
            token.validity = [bench.clock() - Duration::minutes(5), bench.clock() + Duration::SECOND];
        }))
    })
    .case("TX-04"),
    Mutation::new("actor-expired", "the actor token has expired", &["actor-token.expired"], |bench| {
        Ok(actor(bench, |token| token.validity = token.validity.map(|at| at - Duration::minutes(5))))
    })
    .case("AT-04"),
    request!(
        "actor-unsigned",
        "TX-03",
        "the actor token has no signature",
        &["actor-token.alg-not-rs256", "actor-token.claim-missing", "jws.alg-none"],
        |it| {
            let unsigned = jwt::unsigned(&json!({"iss": crate::forge::actor_token::CLIENT}));
            it.with("actor_token", &unsigned)
        }
    ),
];

pub(super) const RESPONSES: &[Mutation] = &[
    member!(
        "as-in-the-example",
        "the token lives for the 43500 seconds of the cookbook's example",
        [],
        |it| it["expires_in"] = json!(43_500)
    ),
    member!(
        "lifetime-of-a-day",
        "the token is said to be good for a day",
        ["token-exchange-response.lifetime-contradicts", "token-exchange-response.lifetime-unusual"],
        |it| it["expires_in"] = json!(86_400)
    ),
    member!(
        "lifetime-of-an-hour",
        "the token is said to be good for an hour",
        ["token-exchange-response.lifetime-contradicts"],
        |it| it["expires_in"] = json!(3600)
    ),
    member!(
        "lifetime-a-string",
        "the lifetime is a string",
        ["token-exchange-response.member-mistyped"],
        |it| it["expires_in"] = json!("43200")
    ),
    member!(
        "type-of-the-issue",
        "the token is said to be an assertion of SAML 2.0",
        ["token-exchange-response.type-wrong"],
        |it| it["issued_token_type"] = json!("urn:ietf:params:oauth:token-type:saml2")
    ),
    member!(
        "type-bearer",
        "the token is said to be one for its bearer",
        ["token-exchange-response.type-wrong"],
        |it| it["token_type"] = json!("Bearer")
    ),
    member!("token-missing", "there is no token", ["token-exchange-response.member-missing"], |it| _ =
        it.as_object_mut().and_then(|it| it.remove("access_token"))),
    member!("scope-missing", "there is no scope", ["token-exchange-response.member-missing"], |it| _ =
        it.as_object_mut().and_then(|it| it.remove("scope"))),
    member!(
        "base64url",
        "the assertion is in base64url",
        ["token-exchange-response.assertion-not-base64"],
        |it| {
            let text = it["access_token"].as_str().unwrap_or_default().replace('+', "-").replace('/', "_");
            it["access_token"] = json!(text);
        }
    ),
    Mutation::new(
        "assertion-unsigned",
        "the assertion is not signed",
        &["saml-assertion.not-signed"],
        |bench| {
            let text = without(
                &StsAssertion::of(bench).sign(&Signer::sts(&bench.pki)),
                "<ds:Signature ",
                "</ds:Signature>",
            );
            Ok(answered(bench, &answer(&text, EXPIRES_IN)))
        },
    )
    .case("TX-12"),
    Mutation::new(
        "holder-other",
        "the assertion is for somebody else's key",
        &["saml-assertion.holder-other"],
        |bench| {
            let mut assertion = StsAssertion::of(bench);
            assertion.holder.clone_from(&bench.pki.organisation.certificate);
            Ok(answered(bench, &answer(&assertion.sign(&Signer::sts(&bench.pki)), EXPIRES_IN)))
        },
    )
    .case("TX-13"),
    Mutation::new(
        "assertion-of-saml-2",
        "the assertion is one of SAML 2.0, for five minutes",
        &["token-exchange-response.lifetime-contradicts"],
        |bench| {
            let text = Assertion::of(bench).sign(&Signer::attribute_authority(&bench.pki));
            Ok(answered(bench, &answer(&text, EXPIRES_IN)))
        },
    )
    .case("TX-12"),
];

/// A request, and what its receiver knows.
pub(super) fn asked(bench: &Bench, exchange: &Exchange) -> Made {
    body(bench, &exchange.to_form())
}

fn body(bench: &Bench, text: &str) -> Made {
    Made::new(text).with("key", bench.pki.organisation.key.public_pem()).with("service", "iam-exchange")
}

/// With the access token changed before it is signed.
fn subject(bench: &Bench, change: impl FnOnce(&mut AccessToken)) -> Made {
    let mut token = AccessToken::of(bench);
    change(&mut token);
    asked(bench, &Exchange::of(bench).with("subject_token", &token.sign(&bench.pki.realm.key, KEY_ID)))
}

/// With the actor token changed before it is signed.
fn actor(bench: &Bench, change: impl FnOnce(&mut ActorToken)) -> Made {
    let mut token = ActorToken::of(bench);
    token.subject = AccessToken::of(bench).may_act.first().map(|entry| entry.sub.clone());
    change(&mut token);
    asked(bench, &Exchange::of(bench).with("actor_token", &token.sign(&bench.pki.organisation.key)))
}

/// An answer, and what its receiver knows.
pub(super) fn answered(bench: &Bench, answer: &Value) -> Made {
    Made::new(answer.to_string())
        .with("trust", vec![bench.pki.root.pem()])
        .with("auth_certificate", bench.pki.person.pem())
        .with("service", "iam-exchange")
}
