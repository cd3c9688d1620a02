//! Deviations of the JSON around a registration.

use serde_json::{Map, Value, json};

use crate::base::Profile;
use crate::forge::registration::{Draft, Format};
use crate::forge::{Bench, Error, Made, Mutation};

/// With the members of the JSON changed.
fn members(bench: &Bench, change: fn(&mut Map<String, Value>)) -> Result<Made, Error> {
    Ok(Draft::new(bench, Format::Packed).sign().attestation_with(change))
}

fn set(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}

fn rename(members: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = members.remove(from) {
        members.insert(to.to_owned(), value);
    }
}

fn append(members: &mut Map<String, Value>, name: &str, more: &str) {
    let text = members.get(name).and_then(Value::as_str).map(|text| format!("{text}{more}"));
    set(members, name, text);
}

/// Moves the response where WebAuthn has it.
fn nest(members: &mut Map<String, Value>) {
    let mut response = Map::new();
    for name in ["clientDataJSON", "attestationObject"] {
        if let Some(value) = members.remove(name) {
            response.insert(name.to_owned(), value);
        }
    }
    set(members, "response", response);
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("array", "an array around the object", &["attestation.not-an-object"], |bench| {
        let signed = Draft::new(bench, Format::Packed).sign();
        let json = json!([signed.members()]).to_string();
        Ok(signed.with_bytes(json))
    })
    .case("WC-05"),
    Mutation::new("id-missing", "no id", &["attestation.member-missing"], |bench| {
        members(bench, |it| _ = it.remove("id"))
    })
    .case("WC-01"),
    Mutation::new(
        "id-empty",
        "an empty id",
        &["attestation.member-empty", "attestation.id-mismatch"],
        |bench| members(bench, |it| set(it, "id", "")),
    )
    .case("WC-01"),
    Mutation::new("id-number", "an id that is a number", &["attestation.member-mistyped"], |bench| {
        members(bench, |it| set(it, "id", 7))
    })
    .case("WC-01"),
    Mutation::new("id-padded", "an id with padding", &["attestation.member-not-base64url"], |bench| {
        members(bench, |it| append(it, "id", "="))
    })
    .case("WC-01"),
    Mutation::new(
        "id-not-base64url",
        "an id with a character of no alphabet",
        &["attestation.member-undecodable"],
        |bench| members(bench, |it| append(it, "id", "!")),
    )
    .case("WC-01"),
    Mutation::new("id-other", "an id that is not the raw id", &["attestation.id-mismatch"], |bench| {
        members(bench, |it| set(it, "id", "YW5vdGhlciBjcmVkZW50aWFsIG9mIHNvbWVib2R5IQ"))
    })
    .case("WC-02"),
    Mutation::new(
        "both-ids-other",
        "id and raw id of another credential",
        &["attestation.credential-id-mismatch"],
        |bench| {
            members(bench, |it| {
                set(it, "id", "YW5vdGhlciBjcmVkZW50aWFsIG9mIHNvbWVib2R5IQ");
                set(it, "rawId", "YW5vdGhlciBjcmVkZW50aWFsIG9mIHNvbWVib2R5IQ");
            })
        },
    )
    .case("WC-03"),
    Mutation::new(
        "raw-id-spelling",
        "the raw id as the cookbook spells it: valid",
        &["attestation.raw-id-spelling"],
        |bench| members(bench, |it| rename(it, "rawId", "rawid")),
    ),
    Mutation::new("type-wrong", "a type in capitals", &["attestation.type-wrong"], |bench| {
        members(bench, |it| set(it, "type", "Public-Key"))
    })
    .case("WC-04"),
    Mutation::new(
        "client-data-missing",
        "no client data",
        &["attestation.member-missing", "attestation-object.no-client-data"],
        |bench| members(bench, |it| _ = it.remove("clientDataJSON")),
    )
    .case("WC-05"),
    Mutation::new("object-missing", "no attestation object", &["attestation.member-missing"], |bench| {
        members(bench, |it| _ = it.remove("attestationObject"))
    })
    .case("WC-05"),
    Mutation::new(
        "nested",
        "the response where WebAuthn has it: valid",
        &["attestation.nested-members"],
        |bench| members(bench, nest),
    )
    .case("WC-06"),
    Mutation::new(
        "flat",
        "the response where the cookbook has it, under the standard",
        &["attestation.flat-members"],
        |bench| members(bench, |_| {}),
    )
    .case("WC-06")
    .under(Profile::Standard),
    Mutation::new(
        "client-data-rewritten",
        "the same client data, serialised anew",
        &["attestation-object.signature-invalid"],
        |bench| super::signed(bench, Format::Packed, |it| it.client_data.splice(1..1, *b" ").for_each(drop)),
    )
    .case("WC-20"),
];
