//! An authenticator: makes credentials, and the attestations that register them.

use super::Bench;
use super::cbor::{Cbor, map};
use super::keys::{Algorithm, Hash, Key};
use super::registration::{AAGUID, Data, cose};
use super::rng::Stream;
use crate::crypto::digest;
use crate::wire::base64::{self, Form};

/// ES256, with which every credential here signs.
const ES256: i64 = -7;

/// The attestation statement that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// No statement.
    None,
    /// Packed, signed by the credential key itself.
    PackedSelf,
    /// Packed, signed by an attestation key with a certificate of the per-run PKI.
    PackedCertificate,
}

/// What is wrong with the attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deviation {
    /// A bit of the signature is flipped.
    Signature,
    /// The signature counter was changed after signing.
    AuthenticatorData,
    /// The client data speak of `webauthn.get`.
    Type,
    /// The user was not present.
    UserPresence,
}

/// A registration.
#[derive(Debug, Clone)]
pub struct Ceremony<'c> {
    /// The challenge, as it goes into the client data.
    pub challenge: &'c str,
    /// The origin of the client.
    pub origin: &'c str,
    /// The relying party.
    pub rp_id: &'c str,
    /// The statement.
    pub statement: Statement,
    /// Whether the user was verified.
    pub user_verified: bool,
    /// What is wrong, if anything.
    pub deviation: Option<Deviation>,
}

/// A credential and the artefacts that register it.
#[derive(Clone)]
pub struct Credential {
    /// The credential id.
    pub id: Vec<u8>,
    /// The credential key.
    pub key: Key,
    /// clientDataJSON.
    pub client_data: Vec<u8>,
    /// The attestation object.
    pub attestation_object: Vec<u8>,
}

/// Registers the credential `name`: the same name gives the same id and key.
pub fn register(bench: &Bench, name: &str, ceremony: &Ceremony<'_>) -> Credential {
    let seed = bench.seed();
    let id: [u8; 32] = Stream::new(seed, &format!("credential {name}")).array();
    let key = Key::p256(seed, &format!("credential {name}"));
    let kind = match ceremony.deviation {
        Some(Deviation::Type) => "webauthn.get",
        _ => "webauthn.create",
    };
    let client_data = serde_json::json!({
        "type": kind,
        "challenge": ceremony.challenge,
        "origin": ceremony.origin,
        "crossOrigin": false,
    });
    let client_data = client_data.to_string().into_bytes();
    let mut flags = Data::ATTESTED;
    if ceremony.deviation != Some(Deviation::UserPresence) {
        flags |= Data::PRESENT;
    }
    if ceremony.user_verified {
        flags |= Data::VERIFIED;
    }
    let mut data = Data {
        rp_id: ceremony.rp_id.to_owned(),
        flags,
        sign_count: 1,
        aaguid: if ceremony.statement == Statement::None { [0; 16] } else { AAGUID },
        credential_id: id.to_vec(),
        declared: None,
        key: cose(&key, ES256),
        extensions: None,
        rest: Vec::new(),
        unattested: false,
    };
    let signed = [data.bytes().as_slice(), digest(Hash::Sha256, &client_data).as_bytes()].concat();
    let statement = statement(bench, ceremony, &key, &signed);
    if ceremony.deviation == Some(Deviation::AuthenticatorData) {
        data.sign_count ^= 1;
    }
    let format = if ceremony.statement == Statement::None { "none" } else { "packed" };
    let object = [("fmt", format.into()), ("attStmt", statement), ("authData", Cbor::Bytes(data.bytes()))];
    Credential { id: id.to_vec(), key, client_data, attestation_object: map(object).encode() }
}

fn statement(bench: &Bench, ceremony: &Ceremony<'_>, key: &Key, signed: &[u8]) -> Cbor {
    let attestation = match ceremony.statement {
        Statement::None => return Cbor::Map(Vec::new()),
        Statement::PackedSelf => None,
        Statement::PackedCertificate => {
            let key = Key::p256(bench.seed(), "attestation");
            let certificate = bench.pki.attestation_spec(&key, AAGUID).sign(&bench.pki.attestation_root.key);
            Some((key, certificate))
        }
    };
    let signer = attestation.as_ref().map_or(key, |(key, _)| key);
    let mut signature = signer.sign(Algorithm::ecdsa_der(Hash::Sha256), signed);
    if ceremony.deviation == Some(Deviation::Signature) {
        let last = signature.len() - 1;
        signature[last] ^= 1;
    }
    let mut members = vec![("alg", ES256.into()), ("sig", Cbor::Bytes(signature))];
    members.extend(attestation.map(|(_, it)| ("x5c", Cbor::Array(vec![Cbor::Bytes(it)]))));
    map(members)
}

/// The coordinates of an uncompressed point.
fn coordinates(key: &Key) -> (&[u8], &[u8]) {
    let point = key.public_bits();
    point[1..].split_at(point.len() / 2)
}

impl Credential {
    /// The credential id in base64url: the `kid` under which KeyDepot keeps the key.
    pub fn kid(&self) -> String {
        base64::encode(&self.id, Form::Url)
    }

    /// The members of the key as a JWK.
    pub fn coordinates(&self) -> (String, String) {
        let (x, y) = coordinates(&self.key);
        (base64::encode(x, Form::Url), base64::encode(y, Form::Url))
    }
}
