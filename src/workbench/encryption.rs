//! What a holder does to register an encryption key: open the challenge, make the certificate.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use num_bigint::BigUint;
use serde::Deserialize;
use serde_json::json;

use super::certification::given;
use super::{Answer, Order, Refused, Workbench, read};
use crate::base::Budget;
use crate::base::time::Duration;
use crate::crypto::decrypt::{DecryptionKey, Padding};
use crate::crypto::{Hash, digest};
use crate::forge::certificate::{CertificateSpec, Extension, Usage};
use crate::forge::keys::Key;
use crate::forge::{der, name::Name};
use crate::model::certificate::Certificate;
use crate::wire::base64::{self, Form};

/// Bytes of the hash at the end of a challenge.
const HASH: usize = 32;
/// Bytes of the serial number in it.
const SERIAL: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Challenge {
    challenge: String,
    /// The name of the encryption key.
    key: String,
}

/// The number in a challenge.
pub(super) async fn open(State(workbench): State<Arc<Workbench>>, order: Order<Challenge>) -> Answer {
    let order = read(order)?;
    let challenge = given("challenge", &order.challenge)?;
    let (ciphertext, hash) = challenge
        .split_last_chunk::<HASH>()
        .ok_or_else(|| Refused::order("`challenge` is shorter than its hash"))?;
    let key = DecryptionKey::from_pem_or_der(workbench.key(&order.key)?.pkcs8())
        .map_err(|error| Refused::order(error.to_string()))?;
    let plaintext = key
        .decrypt(Padding::Pkcs1, ciphertext)
        .map_err(|error| Refused::order(format!("`challenge`: {error}")))?;
    let serial = plaintext
        .get(..SERIAL)
        .ok_or_else(|| Refused::order(format!("`challenge` holds fewer than {SERIAL} bytes")))?;
    Ok(Json(json!({
        "serial": BigUint::from_bytes_be(serial).to_string(),
        "hashMatches": digest(Hash::Sha256, serial).as_bytes() == hash,
    })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Registration {
    /// The authentication certificate, in base64.
    certificate: String,
    /// The name of its key.
    authentication_key: String,
    /// The name of the encryption key.
    encryption_key: String,
    /// The number of the challenge, in decimal.
    serial: String,
    #[serde(default)]
    flaw: Flaw,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Flaw {
    #[default]
    None,
    /// The serial number is another.
    Serial,
    /// The issuer is another than the subject.
    Issuer,
    /// It is valid a day longer than the authentication certificate.
    Validity,
    /// The key usage is that of a signature.
    KeyUsage,
    /// Another key signed it.
    Signature,
    /// It lacks its last bytes.
    Cut,
}

/// The encryption certificate that completes a registration.
pub(super) async fn certify(State(workbench): State<Arc<Workbench>>, order: Order<Registration>) -> Answer {
    let order = read(order)?;
    let authentication = given("certificate", &order.certificate)?;
    let owner = workbench.key(&order.authentication_key)?;
    let key = workbench.key(&order.encryption_key)?;
    let read = Certificate::read(&authentication, &Budget::JUDGE).0;
    let read = read.ok_or_else(|| Refused::order("`certificate` is no certificate"))?;
    let serial: BigUint = order.serial.parse().map_err(|_| Refused::order("`serial` is no number"))?;
    let mut spec = spec(&read, &key, &serial)?;
    let mut signer = owner;
    match order.flaw {
        Flaw::None | Flaw::Cut => {}
        Flaw::Serial => spec.serial = der::uint(&(serial + 1_u32).to_bytes_be()),
        Flaw::Issuer => spec.issuer = workbench.bench.pki.stranger.subject.clone(),
        Flaw::Validity => {
            let until = read.not_after.as_ref().map(|it| it.instant + Duration::days(1));
            spec.not_after = der::time(until.unwrap_or_else(|| workbench.clock.now()));
        }
        Flaw::KeyUsage => spec.extensions = vec![Extension::key_usage(&[Usage::DigitalSignature])],
        Flaw::Signature => signer = workbench.bench.pki.stranger.key.clone(),
    }
    let mut made = spec.sign(&signer);
    if order.flaw == Flaw::Cut {
        made.truncate(made.len() - 20);
    }
    Ok(Json(json!({"certificate": base64::encode(&made, Form::Standard)})))
}

/// As 4.3.4.8 has it: subject, issuer and validity of the owner, and nothing but the key usage.
fn spec(owner: &Certificate<'_>, key: &Key, serial: &BigUint) -> Result<CertificateSpec, Refused> {
    let times = [&owner.not_before, &owner.not_after].map(|it| it.as_ref().map(|it| it.instant));
    let [Some(from), Some(until)] = times else {
        return Err(Refused::order("`certificate` has no validity"));
    };
    let subject = Name::encoded(owner.subject.raw);
    let mut spec = CertificateSpec::new(subject.clone(), key, subject, &serial.to_bytes_be(), [from, until]);
    spec.extensions = vec![Extension::key_usage(&[Usage::KeyEncipherment, Usage::DataEncipherment])];
    Ok(spec)
}
