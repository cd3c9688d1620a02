//! Signed JSON Web Tokens.

use serde_json::{Value, json};

use super::keys::{Algorithm, Hash, Key};
use crate::wire::base64::{self, Form};

/// A compact JWS over `claims`, signed with RS256 by `key`.
pub fn sign(key: &Key, kid: &str, claims: &Value) -> String {
    sign_under(&json!({"alg": "RS256", "typ": "JWT", "kid": kid}), claims, key)
}

/// A compact JWS over `claims` under this header, signed with RS256 by `key` whatever the header says.
pub fn sign_under(header: &Value, claims: &Value, key: &Key) -> String {
    let part = |value: &Value| base64::encode(value.to_string().as_bytes(), Form::Url);
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(Algorithm::RsaPkcs1(Hash::Sha256), signed.as_bytes());
    format!("{signed}.{}", base64::encode(&signature, Form::Url))
}

/// A JWT over `claims` without a signature: `alg` none.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| base64::encode(value.to_string().as_bytes(), Form::Url);
    format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), part(claims))
}

/// A compact JWS of these octets, signed with `algorithm` by `key`: header and payload stand as they
/// are given.
pub fn sign_octets(header: &[u8], payload: &[u8], key: &Key, algorithm: Algorithm) -> String {
    let part = |octets: &[u8]| base64::encode(octets, Form::Url);
    let signed = format!("{}.{}", part(header), part(payload));
    let signature = key.sign(algorithm, signed.as_bytes());
    format!("{signed}.{}", base64::encode(&signature, Form::Url))
}
