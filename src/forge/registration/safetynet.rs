//! What Google's servers said of a phone: a compact JWS.

use serde_json::{Map, Value, json};

use crate::forge::Bench;
use crate::forge::keys::{Algorithm, Hash, Key};
use crate::wire::base64::{self, Form};

/// The payload beside the nonce, of a phone that passed.
pub(super) fn payload(bench: &Bench) -> Map<String, Value> {
    let payload = json!({
        "timestampMs": bench.clock().unix_timestamp() * 1000,
        "apkPackageName": "com.google.android.gms",
        "ctsProfileMatch": true,
        "basicIntegrity": true,
    });
    let Value::Object(payload) = payload else { unreachable!("it was written as an object") };
    payload
}

/// The response, signed by `key`.
pub(super) fn response(key: &Key, certificates: &[Vec<u8>], payload: &Map<String, Value>) -> String {
    let certificates: Vec<String> =
        certificates.iter().map(|der| base64::encode(der, Form::Standard)).collect();
    let header = json!({ "alg": "RS256", "x5c": certificates });
    let part = |text: String| base64::encode(text.as_bytes(), Form::Url);
    let signed = format!("{}.{}", part(header.to_string()), part(Value::Object(payload.clone()).to_string()));
    let signature = key.sign(Algorithm::RsaPkcs1(Hash::Sha256), signed.as_bytes());
    format!("{signed}.{}", base64::encode(&signature, Form::Url))
}
