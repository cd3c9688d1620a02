//! Registrations of other implementations and of the W3C (`../shared/vectors/webauthn`), judged whole.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::{BASE64URL_NOPAD, Encoding};
use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::rule::Severity;
use serde_json::{Value, json};

use crate::deviations::Deviations;
use crate::shared;

const URL: Encoding = BASE64URL_NOPAD;

/// What a registration is judged with: its JSON, and what the relying party knows.
struct Registration {
    id: String,
    expected: String,
    credential: Value,
    context: Value,
}

/// The id in the authenticator data of an attestation object, found by looking for the member.
fn credential_id(object: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"hauthData";
    let start = object.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let (&initial, rest) = object.get(start..)?.split_first()?;
    let (length, data) = match initial {
        0x40..=0x57 => (usize::from(initial & 31), rest),
        0x58 => (usize::from(*rest.first()?), &rest[1..]),
        0x59 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), &rest[2..]),
        _ => return None,
    };
    let data = &data[..length.min(data.len())];
    let length = usize::from(u16::from_be_bytes([*data.get(53)?, *data.get(54)?]));
    data.get(55..55 + length)
}

fn registrations() -> Option<Vec<Registration>> {
    let manifest = shared::manifest("webauthn")?;
    let items = manifest["items"].as_array().expect("items");
    let registration = |item: &Value| {
        let client_data = item["clientDataJSON_b64url"].as_str()?;
        let object = item["attestationObject_b64url"].as_str()?;
        let bytes = URL.decode(object.trim_end_matches('=').as_bytes()).unwrap_or_default();
        let id = URL.encode(credential_id(&bytes).filter(|id| !id.is_empty()).unwrap_or(&[0]));
        let mut context = json!({});
        let members = [
            ("challenge", "challenge"),
            ("origin", "origin"),
            ("rp_id", "rpId"),
            ("as_of", "eval_time"),
            ("algorithms", "algs"),
        ];
        for (name, from) in members {
            if !item[from].is_null() {
                context[name] = item[from].clone();
            }
        }
        if item["requireUV"] == true {
            context["user_verification"] = "required".into();
        }
        Some(Registration {
            id: item["id"].as_str()?.to_owned(),
            expected: item["expected"].as_str()?.to_owned(),
            credential: json!({
                "id": id,
                "rawId": id,
                "type": "public-key",
                "response": { "clientDataJSON": client_data, "attestationObject": object },
            }),
            context,
        })
    };
    Some(items.iter().filter_map(registration).collect())
}

fn judge(credential: &Value, context: &Value, profile: Profile) -> Judgement {
    let context: Context = serde_json::from_value(context.clone()).expect("a context");
    let input = serde_json::to_vec(credential).expect("JSON");
    engine::judge(Kind::Attestation, &input, &context, &Options::profile(profile)).expect("no crash")
}

fn errors(judgement: &Judgement) -> Vec<String> {
    let worth = |severity| matches!(severity, Severity::Error | Severity::Inconclusive);
    let findings = judgement.findings.iter().filter(|finding| worth(finding.severity));
    findings.map(|it| format!("{} at {}: {}", it.rule.id, it.at, it.message)).collect()
}

#[test]
fn every_registration_comes_to_what_its_source_expects() {
    let Some(registrations) = registrations() else { return };
    let deviations = Deviations::read(include_str!("webauthn-deviations.toml"));
    let mut unmet: BTreeSet<&str> = deviations.ids().collect();
    let (mut problems, mut judged) = (Vec::new(), 0);
    for it in &registrations {
        let judgement = judge(&it.credential, &it.context, Profile::Standard);
        let met = match it.expected.as_str() {
            "accept" => judgement.verdict == Verdict::Conforms,
            "reject" => matches!(judgement.verdict, Verdict::Violates | Verdict::Unreadable),
            _ => continue,
        };
        judged += 1;
        let found = judgement.verdict.name();
        unmet.remove(it.id.as_str());
        match deviations.find(&it.id) {
            Some(known) if !met && known.expected == it.expected && known.actual == found => {
                assert!(!known.reason.is_empty(), "{}: say why", it.id);
            }
            Some(known) => problems.push(format!(
                "{}: the deviation ({} → {}) is not needed: found {found}",
                it.id, known.expected, known.actual
            )),
            None if !met => {
                problems.push(format!(
                    "{}: expected {}, found {found}: {:#?}",
                    it.id,
                    it.expected,
                    errors(&judgement)
                ));
            }
            None => {}
        }
    }
    problems.extend(unmet.iter().map(|id| format!("{id}: a deviation of no registration")));
    assert!(judged > 100, "only {judged} registrations were judged");
    assert!(problems.is_empty(), "{} differ:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn a_certificate_is_refused_once_it_has_expired() {
    let Some(registrations) = registrations() else { return };
    let expired = registrations.iter().find(|it| it.id == "wa-7313a765e7a7").expect("the registration");
    let mut context = expired.context.clone();
    context["as_of"] = "2026-01-01T00:00:00Z".into();
    let judgement = judge(&expired.credential, &context, Profile::Standard);
    let rules: Vec<_> =
        judgement.findings.iter().filter(|it| it.severity == Severity::Error).map(|it| it.rule.id).collect();
    assert_eq!(rules, ["attestation-object.certificate-not-valid"]);
}

#[test]
fn what_is_disputed_is_answered_and_named() {
    let Some(registrations) = registrations() else { return };
    // Of these the set itself says what a strict reading refuses.
    let named = [
        ("wa-0ca3b664fd8a", "attestation-object.android-key-origin-wrong"),
        ("wa-1cb19d481d4d", "attestation-object.certificate-without-constraints"),
        ("wa-f5bcd4bc8061", "attestation-object.tpm-pub-area-malformed"),
        ("wa-50e99617c7c2", "attestation-object.leftover-bytes"),
        ("wd-none-challenge-padded", "client-data.challenge-not-base64url"),
        ("wd-none-clientdata-invalid-utf8", "json.not-utf8"),
        ("wd-none-clientdata-duplicate-type", "json.artefact-with-duplicate-member"),
        ("wd-self-ecdaa", "attestation-object.ecdaa"),
        ("wd-u2f-aaguid-nonzero", "attestation-object.u2f-aaguid"),
        ("wd-none-ao-indefinite", "cbor.indefinite-length"),
        ("wd-compound-one-bad", "attestation-object.signature-invalid"),
    ];
    for (id, rule) in named {
        let Some(it) = registrations.iter().find(|it| it.id == id) else { panic!("no registration {id}") };
        let judgement = judge(&it.credential, &it.context, Profile::Standard);
        let found: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
        assert!(found.contains(&rule), "{id}: expected {rule}, found {found:?}");
    }
}

#[test]
fn no_damage_makes_a_rule_crash() {
    let Some(registrations) = registrations() else { return };
    let mut judged = 0;
    // The formats differ in what they parse; a few of each do.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for it in &registrations {
        let object = it.credential["response"]["attestationObject"].as_str().expect("text");
        let Ok(bytes) = URL.decode(object.trim_end_matches('=').as_bytes()) else { continue };
        let format = format!("{:?}", bytes.get(..24));
        let count = seen.entry(format).or_default();
        *count += 1;
        if *count > 2 {
            continue;
        }
        let context: Context = serde_json::from_value(it.context.clone()).expect("a context");
        let options = Options::profile(Profile::Cookbook);
        for end in (0..bytes.len()).step_by(1 + bytes.len() / 60) {
            engine::judge(Kind::AttestationObject, &bytes[..end], &context, &options).expect("no crash");
            let mut flipped = bytes.clone();
            flipped[end] ^= 1 << (end % 8);
            let judgement = engine::judge(Kind::AttestationObject, &flipped, &context, &options);
            for finding in judgement.expect("no crash").findings {
                assert!(finding.span.end as usize <= flipped.len(), "{}: {:?}", it.id, finding.rule.id);
            }
            judged += 2;
        }
    }
    assert!(judged > 1000, "only {judged} damaged objects were judged");
}
