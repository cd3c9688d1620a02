//! Wycheproof, RFC 7515 and derived tokens (`../shared/vectors/jose`), judged as `jws`.

use std::collections::BTreeMap;
use std::fs;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use serde_json::Value;

use crate::shared;

/// Where etalon departs from the sets, and why.
const DEVIATIONS: &[(&str, Verdict, &str)] = &[];

/// Derived tokens whose fault lies in their claims: `access-token` judges those.
const CLAIMS: &[&str] = &[
    "jwtd-expired",
    "jwtd-nbf-future",
    "jwtd-aud-other",
    "jwtd-iss-other",
    "jwtd-payload-not-json",
    "jwtd-payload-array",
    "jwtd-payload-deep",
];

struct Token {
    id: String,
    jws: String,
    key: Value,
    expected: String,
}

fn read(path: &str) -> Option<Value> {
    let bytes = fs::read(shared::root()?.join("jose").join(path)).expect("a vector file");
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Every token of the manifest that is one, with the key that it is to be judged under.
fn tokens() -> Option<Vec<Token>> {
    let manifest = shared::manifest("jose")?;
    let expected: BTreeMap<String, String> = manifest["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| (text(&item["id"]), text(&item["expected"])))
        .collect();
    let mut tokens = Vec::new();
    let mut add = |id: String, jws: &Value, key: Value| {
        if let (Some(expected), Some(jws)) = (expected.get(&id), jws.as_str()) {
            tokens.push(Token { id, jws: jws.to_owned(), key, expected: expected.clone() });
        }
    };
    for name in ["json_web_signature", "json_web_key", "json_web_crypto"] {
        let file = read(&format!("wycheproof/{name}_test.json"))?;
        for group in file["testGroups"].as_array().expect("groups") {
            let key = ["public", "private", "key"].iter().find_map(|name| group.get(name)).expect("a key");
            for test in group["tests"].as_array().expect("tests") {
                add(format!("wp-{name}-{}", test["tcId"]), &test["jws"], key.clone());
            }
        }
    }
    let derived = read("jwt_derived.json")?;
    for vector in derived["vectors"].as_array().expect("vectors") {
        let key = vector.get("jwk").unwrap_or(&derived["jwk"]);
        add(text(&vector["id"]), &vector["jwt"], key.clone());
    }
    for vector in read("rfc_vectors.json")?.as_array().expect("vectors") {
        if vector["kind"] == "jws-compact" {
            add(text(&vector["id"]), &vector["jws"], vector["jwk"].clone());
        }
    }
    Some(tokens)
}

#[test]
fn every_token_comes_to_what_its_set_expects() {
    let Some(tokens) = tokens() else { return };
    let mut deviations: BTreeMap<_, _> = DEVIATIONS.iter().map(|(id, verdict, _)| (*id, *verdict)).collect();
    let (mut judged, mut wrong) = (0, Vec::new());
    for token in &tokens {
        let context = Context { key: Some(token.key.to_string().into()), ..Context::default() };
        let options = Options::profile(Profile::Standard);
        let judgement = engine::judge(Kind::Jws, token.jws.as_bytes(), &context, &options).expect("no crash");
        let met = match (deviations.remove(token.id.as_str()), token.expected.as_str()) {
            (Some(deviation), _) => judgement.verdict == deviation,
            (None, "accept") => judgement.verdict == Verdict::Conforms,
            (None, "reject") if CLAIMS.contains(&token.id.as_str()) => judgement.verdict == Verdict::Conforms,
            (None, "reject") => matches!(judgement.verdict, Verdict::Violates | Verdict::Unreadable),
            _ => continue,
        };
        judged += 1;
        if !met {
            let findings: Vec<_> = judgement.findings.iter().map(etalon::rule::Finding::to_json).collect();
            wrong.push(format!("{} ({}): {:?} {findings:?}", token.id, token.expected, judgement.verdict));
        }
    }
    assert!(judged > 200, "only {judged} tokens were judged");
    assert!(wrong.is_empty(), "{} of {judged} tokens:\n{}", wrong.len(), wrong.join("\n"));
    assert!(deviations.is_empty(), "these deviations are of no token: {deviations:?}");
}

#[test]
fn tokens_whose_fault_lies_in_their_claims_are_refused_as_access_tokens() {
    let Some(tokens) = tokens() else { return };
    let mut judged = 0;
    for token in tokens.iter().filter(|token| token.id.starts_with("jwtd-")) {
        let context: Context = serde_json::from_value(serde_json::json!({
            "key": token.key.to_string(),
            "as_of": "2026-01-01T00:00:00Z",
            "audience": "etee-keydepot",
        }))
        .expect("a context");
        let options = Options::profile(Profile::Standard);
        let judgement =
            engine::judge(Kind::AccessToken, token.jws.as_bytes(), &context, &options).expect("no crash");
        let met = match token.expected.as_str() {
            "accept" => judgement.verdict == Verdict::Conforms,
            // No context says which issuer is expected.
            "reject" if token.id == "jwtd-iss-other" => judgement.verdict == Verdict::Conforms,
            "reject" => matches!(judgement.verdict, Verdict::Violates | Verdict::Unreadable),
            _ => continue,
        };
        assert!(met, "{}: {:?} {:?}", token.id, judgement.verdict, judgement.findings);
        judged += 1;
    }
    assert!(judged > 20, "only {judged} tokens were judged");
}

/// Groups of `json_web_key` whose key itself is at fault.
const BAD_KEYS: &[&str] = &[
    "jws_mixedSymmetryKeyset",
    "jws_rsa_roca_key",
    "keysize_too_small",
    "exponentOne",
    "invalid_use",
    "invalid_point",
    "wrong_curve",
    "wrong_kty",
];

#[test]
fn the_keys_of_the_sets_are_told_apart() {
    let Some(file) = read("wycheproof/json_web_key_test.json") else { return };
    let judge = |kind, text: String| {
        let options = Options::profile(Profile::Standard);
        engine::judge(kind, text.as_bytes(), &Context::default(), &options).expect("no crash")
    };
    let mut seen = Vec::new();
    for group in file["testGroups"].as_array().expect("groups") {
        let comment = text(&group["comment"]);
        let key = ["public", "private"].iter().find_map(|name| group.get(name)).expect("a key");
        if !BAD_KEYS.contains(&comment.as_str()) {
            continue;
        }
        let judgement = judge(Kind::Jwks, key.to_string());
        // A key for `enc` with ES256, and so on: each is at fault whatever it signs.
        assert_eq!(judgement.verdict, Verdict::Violates, "{comment}: {:?}", judgement.findings);
        seen.push(comment);
    }
    for expected in BAD_KEYS {
        assert!(seen.iter().any(|it| it == expected), "no group {expected}");
    }
    let file = read("wycheproof/json_web_signature_test.json").expect("there");
    for group in file["testGroups"].as_array().expect("groups") {
        let Some(key) = group.get("public") else { continue };
        let judgement = judge(Kind::Jwk, key.to_string());
        assert_eq!(judgement.verdict, Verdict::Conforms, "{}: {:?}", group["comment"], judgement.findings);
    }
}
