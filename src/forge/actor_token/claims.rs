//! The claims of an actor token. They are signed after they are changed.

use serde_json::{Value, json};

use super::draft::{key, made};
use super::{ActorToken, Bench, Made};
use crate::base::time::Duration;
use crate::forge::access_token::{AccessToken, KEY_ID};
use crate::forge::{Mutation, jwt};

const MISTYPED: &[&str] = &["actor-token.claim-mistyped"];
const MISSING: &[&str] = &["actor-token.claim-missing"];

macro_rules! claims {
    ($id:literal, $case:literal, $title:literal, $rules:expr, |$claims:ident| $change:expr) => {
        Mutation::new($id, $title, $rules, |bench| Ok(claims(bench, |$claims| $change))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("chosen-profile", "the token names the profile that is chosen", &[], |bench| {
        let mut token = ActorToken::of(bench);
        token.subject = AccessToken::of(bench).may_act.first().map(|entry| entry.sub.clone());
        Ok(made(bench, &token.sign(key(bench))))
    })
    .case("AT-12"),
    claims!("issuer-empty", "AT-02", "the issuer is empty", &["actor-token.issuer-empty"], |it| it["iss"] =
        json!("")),
    Mutation::new("expired", "the token expires at the very second", &["actor-token.expired"], |bench| {
        Ok(valid(bench, -Duration::minutes(5), Duration::ZERO))
    })
    .case("AT-04"),
    Mutation::new("last-second", "the token expires a second later", &[], |bench| {
        Ok(valid(bench, -Duration::minutes(5), Duration::SECOND))
    })
    .case("AT-04"),
    claims!("iss-missing", "AT-06", "the issuer is missing", MISSING, |it| remove(it, "iss")),
    claims!("exp-missing", "AT-06", "the end is missing", MISSING, |it| remove(it, "exp")),
    claims!("iat-missing", "AT-06", "the time of issue is missing", MISSING, |it| remove(it, "iat")),
    claims!("jti-missing", "AT-06", "the identifier is missing", MISSING, |it| remove(it, "jti")),
    claims!("exp-a-string", "AT-07", "the end is a string", MISTYPED, |it| it["exp"] =
        json!(it["exp"].to_string())),
    claims!("exp-null", "AT-07", "the end is null", MISTYPED, |it| it["exp"] = Value::Null),
    claims!(
        "exp-milliseconds",
        "AT-07",
        "the end counts milliseconds",
        &["actor-token.lifetime-long", "actor-token.time-implausible"],
        |it| it["exp"] = json!(it["exp"].as_i64().unwrap_or(0) * 1000)
    ),
    claims!(
        "exp-negative",
        "AT-07",
        "the end is below zero",
        &["actor-token.expired", "actor-token.time-implausible", "actor-token.times-contradict"],
        |it| it["exp"] = json!(-1)
    ),
    claims!("exp-a-fraction", "AT-07", "the end has a fraction", &[], |it| it["exp"] =
        json!(it["exp"].as_f64().unwrap_or(0.0) + 0.5)),
    Mutation::new(
        "issued-ahead",
        "the token is issued in the future",
        &["actor-token.issued-ahead"],
        |bench| Ok(valid(bench, Duration::MINUTE, Duration::minutes(5))),
    )
    .case("AT-08"),
    claims!(
        "times-contradict",
        "AT-08",
        "the token ends as it begins, ahead of now",
        &["actor-token.issued-ahead", "actor-token.times-contradict"],
        |it| it["iat"] = it["exp"].clone()
    ),
    Mutation::new(
        "lifetime-of-38-days",
        "the token lives as long as the cookbook's example",
        &["actor-token.lifetime-long"],
        |bench| Ok(valid(bench, Duration::ZERO, Duration::days(38))),
    )
    .case("AT-08"),
    claims!(
        "not-before-ahead",
        "AT-09",
        "the token is valid from the end on",
        &["actor-token.not-yet-valid"],
        |it| it["nbf"] = it["exp"].clone()
    ),
    claims!("not-before-a-string", "AT-09", "nbf is a string", MISTYPED, |it| it["nbf"] = json!("now")),
    claims!("jti-empty", "AT-11", "the identifier is empty", &["actor-token.jti-unusable"], |it| it["jti"] =
        json!("")),
    claims!(
        "jti-endless",
        "AT-11",
        "the identifier has 256 characters",
        &["actor-token.jti-unusable"],
        |it| it["jti"] = json!("j".repeat(256))
    ),
    claims!("jti-a-number", "AT-11", "the identifier is a number", MISTYPED, |it| it["jti"] = json!(1)),
    claims!(
        "sub-of-another-form",
        "AT-12",
        "the chosen profile has another form",
        &["actor-token.sub-form"],
        |it| it["sub"] = json!("90E9CEDC5A771DCE969C1388C4508783")
    ),
    claims!("sub-a-list", "AT-12", "the chosen profile is a list", MISTYPED, |it| it["sub"] =
        json!(["90e9cedc5a771dce969c1388c4508783"])),
    claims!("aud", "AT-13", "the token names an audience, which nobody asks", &[], |it| it["aud"] =
        json!("https://api.ehealth.fgov.be/iam")),
    Mutation::new(
        "an-access-token",
        "the access token in the place of an actor token",
        &["actor-token.another-token", "actor-token.sub-form", "jws.signature-invalid"],
        |bench| Ok(made(bench, &AccessToken::of(bench).sign(&bench.pki.realm.key, KEY_ID))),
    )
    .case("AT-14"),
    claims!("claims-unknown", "AT-15", "there are claims that nobody knows", &[], |it| it["act"] =
        json!({"sub": "x"})),
];

/// With the claims changed.
fn claims(bench: &Bench, change: impl FnOnce(&mut Value)) -> Made {
    let mut claims = ActorToken::of(bench).claims();
    change(&mut claims);
    made(bench, &jwt::sign_under(&json!({"alg": "RS256"}), &claims, key(bench)))
}

/// From when to when, beside the clock.
fn valid(bench: &Bench, from: Duration, to: Duration) -> Made {
    let mut token = ActorToken::of(bench);
    token.validity = [bench.clock() + from, bench.clock() + to];
    made(bench, &token.sign(key(bench)))
}

/// A claim left out.
fn remove(claims: &mut Value, name: &str) {
    let members = claims.as_object_mut().expect("they were written as an object");
    assert!(members.remove(name).is_some(), "a mutation changes something: {name}");
}
