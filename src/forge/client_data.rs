//! Client data, right and wrong.

use serde_json::{Map, Value, json};

use super::registration::{Draft, Format};
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::Kind;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::ClientData,
    params: &[],
    valid: |bench| Ok(draft(bench).sign().client_data()),
    mutations: MUTATIONS,
};

fn draft(bench: &Bench) -> Draft<'_> {
    Draft::new(bench, Format::None)
}

/// With the members changed.
fn members(bench: &Bench, change: fn(&mut Map<String, Value>)) -> Result<Made, Error> {
    let mut draft = draft(bench);
    change(&mut draft.client_data);
    Ok(draft.sign().client_data())
}

/// With the bytes changed.
fn bytes(bench: &Bench, change: fn(Vec<u8>) -> Vec<u8>) -> Result<Made, Error> {
    let signed = draft(bench).sign();
    let bytes = change(signed.client_data.clone());
    Ok(signed.with_bytes(bytes))
}

fn set(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}

const MUTATIONS: &[Mutation] = &[
    Mutation::new("array", "An array around the object", &["client-data.not-an-object"], |bench| {
        bytes(bench, |json| [b"[", json.as_slice(), b"]"].concat())
    })
    .case("WC-07"),
    Mutation::new(
        "byte-order-mark",
        "A byte order mark in front",
        &["client-data.byte-order-mark"],
        |bench| bytes(bench, |json| [b"\xef\xbb\xbf", json.as_slice()].concat()),
    )
    .case("WC-07"),
    Mutation::new(
        "not-utf8",
        "A byte that is not UTF-8 in the origin",
        &["json.not-utf8", "client-data.origin-mismatch"],
        |bench| {
            bytes(bench, |json| {
                let at = json.windows(8).position(|window| window == b"https://").unwrap_or(0);
                let mut json = json;
                json.insert(at + 8, 0xff);
                json
            })
        },
    )
    .case("WC-07"),
    Mutation::new("type-get", "The client data of an authentication", &["client-data.type-wrong"], |bench| {
        members(bench, |it| set(it, "type", "webauthn.get"))
    })
    .case("WC-08"),
    Mutation::new("type-missing", "No type", &["client-data.member-missing"], |bench| {
        members(bench, |it| _ = it.remove("type"))
    })
    .case("WC-08"),
    Mutation::new("challenge-missing", "No challenge", &["client-data.member-missing"], |bench| {
        members(bench, |it| _ = it.remove("challenge"))
    })
    .case("WC-09"),
    Mutation::new(
        "challenge-number",
        "A challenge that is a number",
        &["client-data.member-mistyped"],
        |bench| members(bench, |it| set(it, "challenge", 7)),
    )
    .case("WC-09"),
    Mutation::new(
        "challenge-other",
        "The challenge of another registration",
        &["client-data.challenge-mismatch"],
        |bench| members(bench, |it| set(it, "challenge", "b3RoZXIgY2hhbGxlbmdlIG9mIGFub3RoZXI")),
    )
    .case("WC-10"),
    Mutation::new(
        "challenge-padded",
        "The challenge with padding",
        &["client-data.challenge-not-base64url"],
        |bench| {
            members(bench, |it| {
                let padded = it["challenge"].as_str().map(|text| format!("{text}="));
                set(it, "challenge", padded);
            })
        },
    )
    .case("WC-10"),
    Mutation::new(
        "challenge-short",
        "A challenge of eight bytes",
        &["client-data.challenge-short"],
        |bench| {
            let mut draft = draft(bench);
            set(&mut draft.client_data, "challenge", "AAECAwQFBgc");
            Ok(draft.sign().with("challenge", "AAECAwQFBgc").client_data())
        },
    )
    .case("WO-01"),
    Mutation::new(
        "challenge-unknown",
        "A relying party that forgot its challenge",
        &["client-data.no-expected-challenge"],
        |bench| Ok(draft(bench).sign().without("challenge").client_data()),
    ),
    Mutation::new("origin-missing", "No origin", &["client-data.member-missing"], |bench| {
        members(bench, |it| _ = it.remove("origin"))
    })
    .case("WC-14"),
    Mutation::new(
        "origin-suffix",
        "An origin that begins like the right one",
        &["client-data.origin-mismatch"],
        |bench| members(bench, |it| set(it, "origin", "https://keydepot.example.evil.org")),
    )
    .case("WC-15"),
    Mutation::new("origin-http", "The right host without TLS", &["client-data.origin-mismatch"], |bench| {
        members(bench, |it| set(it, "origin", "http://keydepot.example"))
    })
    .case("WC-15"),
    Mutation::new(
        "origin-upper-case",
        "The right origin in capitals",
        &["client-data.origin-mismatch"],
        |bench| members(bench, |it| set(it, "origin", "HTTPS://KEYDEPOT.EXAMPLE")),
    )
    .case("WC-15"),
    Mutation::new(
        "origin-unknown",
        "A relying party that does not know its origin",
        &["client-data.no-expected-origin"],
        |bench| Ok(draft(bench).sign().without("origin").client_data()),
    ),
    Mutation::new("cross-origin", "Made inside a frame", &["client-data.cross-origin"], |bench| {
        members(bench, |it| set(it, "crossOrigin", true))
    })
    .case("WC-16"),
    Mutation::new(
        "top-origin-alone",
        "A top origin without a frame",
        &["client-data.top-origin-unexpected"],
        |bench| members(bench, |it| set(it, "topOrigin", "https://other.example")),
    )
    .case("WC-16"),
    Mutation::new(
        "token-binding-unknown",
        "A token binding of unknown status",
        &["client-data.token-binding-malformed"],
        |bench| members(bench, |it| set(it, "tokenBinding", json!({"status": "unused"}))),
    )
    .case("WC-17"),
    Mutation::new(
        "extra-member",
        "A member that nobody knows: valid",
        &["client-data.unknown-member"],
        |bench| {
            members(bench, |it| {
                set(it, "new_keys_may_be_added_here", "do not compare clientDataJSON against a template");
            })
        },
    )
    .case("WC-18"),
    Mutation::new(
        "challenge-twice",
        "Two challenges, the right one last",
        &["json.artefact-with-duplicate-member"],
        |bench| bytes(bench, |json| [b"{\"challenge\":\"ZXZpbA\",", &json[1..]].concat()),
    )
    .case("WC-19"),
];
