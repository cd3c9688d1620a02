//! Valid variants of access tokens, and deviations from them.

use serde_json::{Value, json};

use super::{AccessToken, Bench, KEY_ID, Made};
use crate::base::time::Duration;
use crate::forge::{Mutation, jwt};

macro_rules! claims {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], |$claims:ident| $change:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok(claims(bench, |$claims| $change))).case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    claims!("no-profiles", "AT-12", "a token of a user with no profile but their own", [], |it| remove(
        it, "may_act"
    )),
    Mutation::new("expired", "the token expires at the very second", &["access-token.expired"], |bench| {
        let mut token = AccessToken::of(bench);
        token.validity = [bench.clock() - Duration::minutes(5), bench.clock()];
        Ok(made(bench, &token.sign(&bench.pki.realm.key, KEY_ID)))
    })
    .case("TX-04"),
    Mutation::new("tampered", "a claim was changed after signing", &["jws.signature-invalid"], |bench| {
        let token = AccessToken::of(bench);
        let mut other = token.clone();
        "somebody-else".clone_into(&mut other.client);
        let [signed, forged] = [token, other].map(|it| it.sign(&bench.pki.realm.key, KEY_ID));
        let payload = forged.split('.').nth(1).expect("a payload");
        let mut parts: Vec<&str> = signed.split('.').collect();
        parts[1] = payload;
        Ok(made(bench, &parts.join(".")))
    })
    .case("TX-04"),
    Mutation::new("other-realm", "another realm signed", &["jws.signature-invalid"], |bench| {
        Ok(made(bench, &AccessToken::of(bench).sign(&bench.pki.stranger.key, KEY_ID)))
    })
    .case("TX-04"),
    Mutation::new("unsigned", "the algorithm is none", &["jws.alg-none"], |bench| {
        Ok(made(bench, &jwt::unsigned(&AccessToken::of(bench).claims())))
    })
    .case("JT-03"),
    claims!(
        "role-missing",
        "TX-04",
        "the token gives no role",
        ["access-token.role-missing"],
        |it| it["realm_access"]["roles"] = json!([])
    ),
    claims!(
        "role-misspelt",
        "TX-04",
        "the roles are in capitals",
        ["access-token.role-missing", "access-token.role-misspelt"],
        |it| it["realm_access"]["roles"] = json!(["PROFILE", "TOKEN-EXCHANGE"])
    ),
    claims!(
        "roles-a-string",
        "TX-04",
        "the roles are one string",
        ["access-token.role-missing", "access-token.roles-mistyped"],
        |it| it["realm_access"]["roles"] = json!("token-exchange")
    ),
    claims!(
        "issuer-missing",
        "TX-04",
        "the token does not say of which realm it is",
        ["access-token.party-missing"],
        |it| remove(it, "iss")
    ),
    claims!(
        "client-missing",
        "AT-05",
        "the token does not say which client obtained it",
        ["access-token.party-missing"],
        |it| remove(it, "azp")
    ),
    claims!(
        "identity-token",
        "AT-14",
        "the token is an identity token",
        ["access-token.another-token"],
        |it| it["typ"] = json!("ID")
    ),
    claims!("exp-missing", "AT-07", "the token never ends", ["access-token.exp-missing"], |it| remove(
        it, "exp"
    )),
    claims!(
        "exp-a-string",
        "AT-07",
        "the end is a string",
        ["access-token.claim-mistyped"],
        |it| it["exp"] = json!(it["exp"].to_string())
    ),
    claims!(
        "may-act-an-object",
        "AT-12",
        "one profile stands without a list",
        ["access-token.may-act-not-a-list"],
        |it| it["may_act"] = it["may_act"][0].take()
    ),
    claims!(
        "may-act-twice",
        "AT-12",
        "two profiles are chosen by the same name",
        ["access-token.may-act-repeated"],
        |it| it["may_act"][1]["sub"] = it["may_act"][0]["sub"].clone()
    ),
    claims!(
        "may-act-nameless",
        "AT-12",
        "a profile cannot be chosen",
        ["access-token.may-act-incomplete"],
        |it| _ = it["may_act"][0].as_object_mut().and_then(|entry| entry.remove("sub"))
    ),
    claims!(
        "may-act-two-children",
        "AT-12",
        "one entry stands for two children",
        ["access-token.may-act-ambiguous"],
        |it| {
            let other = it["may_act"][1]["userProfile"]["children"][0].clone();
            if let Some(children) = it["may_act"][0]["userProfile"]["children"].as_array_mut() {
                children.push(other);
            }
        }
    ),
    Mutation::new(
        "audience-other",
        "the token is for another audience",
        &["access-token.audience-differs"],
        |bench| Ok(claims(bench, |it| it["aud"] = json!("somebody-else")).with("audience", "iam-exchange")),
    )
    .case("AT-13"),
];

/// A token, and what its receiver knows.
pub(super) fn made(bench: &Bench, token: &str) -> Made {
    Made::new(token).with("key", bench.pki.realm.key.public_pem()).with("service", "iam-exchange")
}

/// With the claims changed before they are signed.
fn claims(bench: &Bench, change: impl FnOnce(&mut Value)) -> Made {
    let mut claims = AccessToken::of(bench).claims();
    change(&mut claims);
    made(bench, &jwt::sign(&bench.pki.realm.key, KEY_ID, &claims))
}

/// A claim left out.
fn remove(claims: &mut Value, name: &str) {
    let members = claims.as_object_mut().expect("they were written as an object");
    assert!(members.remove(name).is_some(), "a mutation changes something: {name}");
}
