//! The JWS of an actor token: its parts, its header, its signature.

use serde_json::json;

use super::draft::{key, made};
use super::{ActorToken, Bench, Made};
use crate::forge::keys::{Algorithm, Hash};
use crate::forge::{Mutation, jwt};
use crate::wire::base64::{self, Form};

macro_rules! header {
    ($id:literal, $case:literal, $title:literal, $rules:expr, $header:expr) => {
        Mutation::new($id, $title, $rules, |bench| {
            let token = jwt::sign_under(&$header, &ActorToken::of(bench).claims(), key(bench));
            Ok(made(bench, &token))
        })
        .case($case)
    };
}

macro_rules! text {
    ($id:literal, $case:literal, $title:literal, $rules:expr, |$token:ident| $change:expr) => {
        Mutation::new($id, $title, $rules, |bench| {
            let $token = ActorToken::of(bench).sign(key(bench));
            Ok(made(bench, &$change))
        })
        .case($case)
    };
}

macro_rules! algorithm {
    ($id:literal, $title:literal, $alg:literal, $algorithm:expr) => {
        Mutation::new($id, $title, &["actor-token.alg-not-rs256"], |bench| {
            let payload = ActorToken::of(bench).claims().to_string();
            let header = json!({"alg": $alg}).to_string();
            Ok(made(bench, &jwt::sign_octets(header.as_bytes(), payload.as_bytes(), key(bench), $algorithm)))
        })
        .case("AT-01")
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    text!("two-parts", "JT-01", "the token has two parts", &["jws.not-three-parts"], |token| token
        .rsplit_once('.')
        .expect("a dot")
        .0),
    text!("four-parts", "JT-01", "the token has four parts", &["jws.not-three-parts"], |token| format!(
        "{token}.AA"
    )),
    text!("dot-first", "JT-01", "a dot stands first", &["jws.not-three-parts"], |token| format!(".{token}")),
    text!(
        "line-end",
        "JT-01",
        "a line end stands behind the token",
        &["jws.part-not-base64url"],
        |token| format!("{token}\n")
    ),
    text!(
        "json-serialization",
        "JT-02",
        "the token is in the JSON serialization",
        &["jws.not-three-parts"],
        |token| {
            let parts: Vec<&str> = token.split('.').collect();
            json!({"protected": parts[0], "payload": parts[1], "signature": parts[2]}).to_string()
        }
    ),
    text!("signature-empty", "JT-04", "the signature is empty", &["jws.signature-empty"], |token| format!(
        "{}.",
        token.rsplit_once('.').expect("a dot").0
    )),
    text!(
        "signature-padded",
        "JT-15",
        "the signature is padded",
        &["jws.part-not-base64url"],
        |token| format!("{token}==")
    ),
    text!(
        "signature-standard-alphabet",
        "JT-15",
        "the signature is in the alphabet of standard base64",
        &["jws.part-not-base64url"],
        |token| {
            let (start, signature) = token.rsplit_once('.').expect("a dot");
            format!("{start}.{}", signature.replace('-', "+").replace('_', "/"))
        }
    ),
    text!(
        "signature-flipped",
        "JT-16",
        "a bit of the signature is flipped",
        &["jws.signature-invalid"],
        |token| {
            let (start, signature) = token.rsplit_once('.').expect("a dot");
            let other = if signature.starts_with('A') { "B" } else { "A" };
            format!("{start}.{other}{}", &signature[1..])
        }
    ),
    text!("signature-zero", "JT-16", "the signature is zero", &["jws.signature-invalid"], |token| {
        let (start, _) = token.rsplit_once('.').expect("a dot");
        format!("{start}.{}", base64::encode(&[0; 256], Form::Url))
    }),
    header!(
        "alg-none",
        "JT-03",
        "the algorithm is none, and the signature is there",
        &["actor-token.alg-not-rs256", "jws.alg-none"],
        json!({"alg": "none"})
    ),
    header!("alg-missing", "JT-03", "there is no algorithm", &["jws.alg-missing"], json!({"typ": "JWT"})),
    header!("alg-null", "JT-03", "the algorithm is null", &["jws.alg-missing"], json!({"alg": null})),
    header!("alg-array", "JT-03", "the algorithm is a list", &["jws.alg-missing"], json!({"alg": ["RS256"]})),
    header!(
        "alg-lower-case",
        "JT-03",
        "the algorithm is in small letters",
        &["actor-token.alg-not-rs256", "jws.alg-unknown"],
        json!({"alg": "rs256"})
    ),
    Mutation::new(
        "unsigned",
        "the algorithm is none, and there is no signature",
        &["actor-token.alg-not-rs256", "jws.alg-none"],
        |bench| Ok(made(bench, &jwt::unsigned(&ActorToken::of(bench).claims()))),
    )
    .case("JT-03"),
    Mutation::new(
        "hmac-with-public-key",
        "the public key is the secret of an HMAC",
        &["actor-token.alg-not-rs256", "jws.alg-for-another-key"],
        |bench| {
            let key = key(bench);
            let payload = ActorToken::of(bench).claims().to_string();
            let part = |text: &str| base64::encode(text.as_bytes(), Form::Url);
            let signed = format!("{}.{}", part(&json!({"alg": "HS256"}).to_string()), part(&payload));
            let tag = crate::crypto::hmac(Hash::Sha256, key.public_pem().as_bytes(), signed.as_bytes())
                .expect("there is an HMAC with SHA-256");
            Ok(made(bench, &format!("{signed}.{}", base64::encode(&tag, Form::Url))))
        },
    )
    .case("JT-05"),
    Mutation::new(
        "embedded-key",
        "the header holds the key that it is signed with",
        &["jws.key-embedded", "jws.signature-invalid"],
        |bench| {
            let (n, e) = bench.pki.stranger.key.rsa_public().expect("an RSA key");
            let [n, e] = [n, e].map(|it| base64::encode(it, Form::Url));
            let header = json!({"alg": "RS256", "jwk": {"kty": "RSA", "n": n, "e": e}});
            let token = jwt::sign_under(&header, &ActorToken::of(bench).claims(), &bench.pki.stranger.key);
            Ok(made(bench, &token))
        },
    )
    .case("JT-07"),
    header!(
        "key-by-url",
        "JT-08",
        "the header says where to fetch the key",
        &["jws.key-by-address"],
        json!({"alg": "RS256", "jku": "https://evil.example/keys"})
    ),
    header!(
        "certificate-by-url",
        "JT-08",
        "the header says where to fetch the certificate",
        &["jws.key-by-address"],
        json!({"alg": "RS256", "x5u": "file:///etc/passwd"})
    ),
    Mutation::new(
        "certificate-of-another",
        "the header holds somebody else's certificate",
        &["jws.signature-invalid"],
        |bench| {
            let certificate = data_encoding::BASE64.encode(&bench.pki.stranger.certificate);
            let header = json!({"alg": "RS256", "x5c": [certificate]});
            Ok(made(
                bench,
                &jwt::sign_under(&header, &ActorToken::of(bench).claims(), &bench.pki.stranger.key),
            ))
        },
    )
    .case("JT-09"),
    header!(
        "kid-a-path",
        "JT-10",
        "the key is named by a path",
        &["jws.kid-hazardous"],
        json!({"alg": "RS256", "kid": "../../../../dev/null"})
    ),
    header!(
        "kid-a-list",
        "JT-10",
        "the key is named by a list",
        &["jws.kid-mistyped"],
        json!({"alg": "RS256", "kid": ["a"]})
    ),
    header!(
        "crit-unknown",
        "JT-11",
        "an extension that nobody knows is critical",
        &["jws.crit-not-understood"],
        json!({"alg": "RS256", "crit": ["urn:example:mood"], "urn:example:mood": "good"})
    ),
    header!(
        "crit-empty",
        "JT-11",
        "the list of critical extensions is empty",
        &["jws.crit-malformed"],
        json!({"alg": "RS256", "crit": []})
    ),
    header!(
        "crit-registered",
        "JT-11",
        "a registered header is critical",
        &["jws.crit-malformed"],
        json!({"alg": "RS256", "crit": ["alg"]})
    ),
    header!(
        "b64-without-crit",
        "JT-12",
        "the payload is said to be unencoded",
        &["jws.b64-not-critical"],
        json!({"alg": "RS256", "b64": false})
    ),
    header!(
        "b64-with-crit",
        "JT-12",
        "the payload is said to be unencoded, critically",
        &["jws.payload-bare"],
        json!({"alg": "RS256", "b64": false, "crit": ["b64"]})
    ),
    header!(
        "typ-other",
        "JT-13",
        "the token is said to be of another type",
        &["actor-token.typ-wrong"],
        json!({"alg": "RS256", "typ": "at+jwt"})
    ),
    header!("typ-jwt", "JT-13", "the token is said to be a JWT", &[], json!({"alg": "RS256", "typ": "JWT"})),
    Mutation::new(
        "header-member-twice",
        "the algorithm stands twice",
        &["json.artefact-with-duplicate-member"],
        |bench| {
            let payload = ActorToken::of(bench).claims().to_string();
            Ok(octets(bench, b"{\"alg\":\"none\",\"alg\":\"RS256\"}", payload.as_bytes()))
        },
    )
    .case("JT-14"),
    Mutation::new(
        "claim-twice",
        "the issuer stands twice",
        &["json.artefact-with-duplicate-member"],
        |bench| {
            let payload =
                ActorToken::of(bench).claims().to_string().replacen('{', "{\"iss\":\"somebody-else\",", 1);
            Ok(octets(bench, b"{\"alg\":\"RS256\"}", payload.as_bytes()))
        },
    )
    .case("JT-14"),
    Mutation::new("claims-a-list", "the payload is a list", &["actor-token.claims-not-an-object"], |bench| {
        Ok(octets(bench, b"{\"alg\":\"RS256\"}", b"[]"))
    })
    .case("JT-21"),
    Mutation::new(
        "claims-no-json",
        "the payload is no JSON",
        &["actor-token.claims-not-an-object", "json.bare-word", "json.trailing-data"],
        |bench| Ok(octets(bench, b"{\"alg\":\"RS256\"}", b"iss=me")),
    )
    .case("JT-21"),
    Mutation::new(
        "claims-not-utf-8",
        "the payload is not UTF-8",
        &["actor-token.claim-missing", "json.not-utf8"],
        |bench| Ok(octets(bench, b"{\"alg\":\"RS256\"}", b"{\"iss\":\"\xff\"}")),
    )
    .case("JT-21"),
    algorithm!("rs384", "the token is signed with SHA-384", "RS384", Algorithm::RsaPkcs1(Hash::Sha384)),
    algorithm!("rs512", "the token is signed with SHA-512", "RS512", Algorithm::RsaPkcs1(Hash::Sha512)),
    algorithm!("ps256", "the token is signed with RSA-PSS", "PS256", Algorithm::pss(Hash::Sha256)),
    Mutation::new(
        "rs384-under-rs256",
        "the token is signed with SHA-384, and says SHA-256",
        &["jws.signature-invalid"],
        |bench| {
            let payload = ActorToken::of(bench).claims().to_string();
            let algorithm = Algorithm::RsaPkcs1(Hash::Sha384);
            Ok(made(
                bench,
                &jwt::sign_octets(b"{\"alg\":\"RS256\"}", payload.as_bytes(), key(bench), algorithm),
            ))
        },
    )
    .case("JT-16"),
    Mutation::new("other-key", "somebody else signed", &["jws.signature-invalid"], |bench| {
        Ok(made(bench, &ActorToken::of(bench).sign(&bench.pki.stranger.key)))
    })
    .case("AT-03"),
];

fn octets(bench: &Bench, header: &[u8], payload: &[u8]) -> Made {
    made(bench, &jwt::sign_octets(header, payload, key(bench), Algorithm::RsaPkcs1(Hash::Sha256)))
}
