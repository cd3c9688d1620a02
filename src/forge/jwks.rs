//! Sets of keys, as ETK Depot answers with them.

use serde_json::{Value, json};

use super::jwk::{on_curve, organisation, person};
use super::{Bench, Error, Made, Maker, Mutation, rsa};
use crate::base::Kind;
use crate::wire::base64::{Form, encode};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Jwks,
    params: &[],
    valid: |bench| set(bench, json!([organisation(bench), person(bench)])),
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new("one", "valid: one key", &[], |bench| set(bench, json!([organisation(bench)]))),
    Mutation::new("of-keydepot", "valid: a key of KeyDepot", &[], |bench| {
        Ok(set(bench, json!([on_curve(bench)]))?.with("service", "keydepot"))
    }),
    Mutation::new(
        "shared-secret",
        "a shared secret stands beside a public key",
        &["jwk.alg-missing", "jwk.secret-member", "jwks.mixed"],
        |bench| {
            let secret = encode(&bench.stream("k").bytes(32), Form::Url);
            let secret = json!({ "kty": "oct", "use": "sig", "kid": "c2VjcmV0", "k": secret });
            Ok(set(bench, json!([on_curve(bench), secret]))?.with("service", "keydepot"))
        },
    )
    .case("JK-03"),
    Mutation::new(
        "private-key",
        "a private key stands beside a public one",
        &["jwk.secret-member", "jwks.mixed"],
        |bench| {
            let mut key = organisation(bench);
            key["d"] = encode(&bench.stream("d").bytes(256), Form::Url).into();
            set(bench, json!([key, person(bench)]))
        },
    )
    .case("JK-03"),
    Mutation::new("kid-twice", "the same key stands there twice", &["jwks.kid-repeated"], |bench| {
        set(bench, json!([organisation(bench), organisation(bench)]))
    })
    .case("JK-04"),
    Mutation::new(
        "factor-shared",
        "the moduli of two keys have a factor in common",
        &["jwk.x5c-of-another-key", "jwks.factor-shared"],
        |bench| {
            let (one, other) = rsa::sharing_a_factor(&mut bench.stream("shared factor"));
            let mut keys = [organisation(bench), person(bench)];
            keys[0]["n"] = encode(&one.to_bytes_be(), Form::Url).into();
            keys[1]["n"] = encode(&other.to_bytes_be(), Form::Url).into();
            set(bench, json!(keys))
        },
    )
    .case("JK-08"),
    Mutation::new("keys-absent", "there is no member `keys`", &["jwks.not-a-set"], |bench| {
        answer(bench, &json!({ "key": [organisation(bench)] }))
    })
    .case("JK-17"),
    Mutation::new("keys-object", "`keys` is an object", &["jwks.not-a-set"], |bench| {
        set(bench, organisation(bench))
    })
    .case("JK-17"),
    Mutation::new("key-bare", "one key instead of a set", &["jwks.not-a-set"], |bench| {
        answer(bench, &organisation(bench))
    })
    .case("JK-17"),
    Mutation::new("empty", "there is no key", &["jwks.empty"], |bench| set(bench, json!([]))).case("JK-17"),
    Mutation::new(
        "keys-100000",
        "there are 100,000 keys",
        &["jwk.kty-missing", "jwks.too-many-keys"],
        |bench| set(bench, json!(vec![json!({}); 100_000])),
    )
    .case("JK-18"),
];

fn set(bench: &Bench, keys: Value) -> Result<Made, Error> {
    answer(bench, &json!({ "keys": keys }))
}

fn answer(_: &Bench, value: &Value) -> Result<Made, Error> {
    Ok(Made::new(value.to_string()).with("service", "etkdepot"))
}
