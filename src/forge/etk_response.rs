//! Answers of `GET etks`: the organisation's token, under its identifier.

use serde_json::{Value, json};

use super::etk::{of, token};
use super::keys::{Key, Role};
use super::name::Holder;
use super::pki::{Party, encryption_spec};
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::Kind;
use crate::wire::base64::{Form, encode};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::EtkResponse,
    params: &[],
    valid: |bench| answer(bench, |_| ()),
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new("application", "valid: the token of an application", &[], |bench| {
        of_application(bench, "LAB", "LAB")
    }),
    Mutation::new("object", "one object instead of an array", &["etk-response.not-array"], |bench| {
        answer(bench, |it| *it = it[0].take())
    }),
    Mutation::new("empty", "an empty array", &["etk-response.empty"], |bench| {
        answer(bench, |it| *it = json!([]))
    }),
    Mutation::new("key-absent", "an element without `key`", &["etk-response.member-missing"], |bench| {
        element(bench, |it| _ = it.as_object_mut().and_then(|it| it.remove("key")))
    }),
    Mutation::new(
        "value-null",
        "an element whose `value` is null",
        &["etk-response.member-missing"],
        |bench| element(bench, |it| it["value"] = Value::Null),
    ),
    Mutation::new(
        "type-in-capitals",
        "the type of the identifier is in capitals",
        &["etk-response.identifier-missing"],
        |bench| {
            key(bench, |key| {
                key["CBE"] = key["cbe"].take();
                _ = key.as_object_mut().and_then(|it| it.remove("cbe"));
            })
        },
    ),
    Mutation::new(
        "identifier-number",
        "the identifier is a number",
        &["etk-response.identifier-missing"],
        |bench| key(bench, |key| key["cbe"] = json!(1234)),
    ),
    Mutation::new(
        "application-absent",
        "the application is left out",
        &["etk-response.application-missing"],
        |bench| key(bench, |key| _ = key.as_object_mut().and_then(|it| it.remove("applicationIdentifier"))),
    ),
    Mutation::new(
        "application-padded",
        "blanks stand around the application",
        &["etk-response.application-padded"],
        |bench| of_application(bench, "LAB", " LAB "),
    ),
    Mutation::new("base64url", "the token is in base64url", &["etk-response.value-not-base64"], |bench| {
        element(bench, |it| {
            let text = it["value"].as_str().unwrap_or_default().replace('+', "-").replace('/', "_");
            it["value"] = json!(text);
        })
    }),
    Mutation::new("token-cut", "the token breaks off", &["cms.encoding-malformed"], |bench| {
        element(bench, |it| {
            let text = it["value"].as_str().unwrap_or_default()[..400].to_owned();
            it["value"] = json!(text);
        })
    })
    .case("CM-01"),
    Mutation::new("other-owner", "the token of somebody else", &["etk-response.owner-mismatch"], |bench| {
        key(bench, |key| key["cbe"] = json!(Holder::organisation(bench.seed() + 1).identifier))
    })
    .case("CM-07"),
    Mutation::new(
        "other-type",
        "the identifier is said to be of another type",
        &["etk-response.owner-mismatch"],
        |bench| {
            key(bench, |key| {
                key["ehp"] = key["cbe"].take();
                _ = key.as_object_mut().and_then(|it| it.remove("cbe"));
            })
        },
    )
    .case("CM-06"),
    Mutation::new(
        "other-application",
        "the token of another application",
        &["etk-response.application-mismatch"],
        |bench| of_application(bench, "LAB", "PHARMACY"),
    )
    .case("CM-06"),
];

fn made(bench: &Bench, answer: &Value) -> Made {
    Made::new(answer.to_string()).with("trust", vec![bench.pki.root.pem()])
}

fn info(holder: &Holder, application: &str, token: &[u8]) -> Value {
    let mut key = json!({ "applicationIdentifier": application });
    key[holder.identifier_type.to_ascii_lowercase()] = json!(holder.identifier);
    json!({ "key": key, "value": encode(token, Form::Standard) })
}

fn answer(bench: &Bench, alter: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    let mut answer = json!([info(&bench.pki.organisation_holder, "", &token(bench).sign())]);
    alter(&mut answer);
    Ok(made(bench, &answer))
}

fn element(bench: &Bench, alter: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    answer(bench, |answer| alter(&mut answer[0]))
}

fn key(bench: &Bench, alter: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    element(bench, |element| alter(&mut element["key"]))
}

/// The token of one of the organisation's applications, said to be of `said`.
fn of_application(bench: &Bench, application: &str, said: &str) -> Result<Made, Error> {
    let holder = Holder { application: Some(application.into()), ..bench.pki.organisation_holder.clone() };
    let key = bench.pki.organisation.key.clone();
    let spec = bench.pki.authentication_spec(&holder, &key);
    let certificate = spec.sign(&bench.pki.issuing_ca.key);
    let owner = Party { subject: spec.subject.clone(), key, certificate, spec };
    let encryption = Key::rsa(bench.seed(), Role::OrganisationEncryption);
    let spec = encryption_spec(&owner, &encryption, &bench.stream("application serial").array::<16>());
    let token = of(bench, &bench.pki.etk_ra, &owner, spec.sign(&owner.key)).sign();
    Ok(made(bench, &json!([info(&holder, said, &token)])))
}
