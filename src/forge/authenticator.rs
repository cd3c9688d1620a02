//! An authenticator: makes credentials, and the attestations that register them.

use super::Bench;
use super::keys::{Algorithm, Hash, Key};
use super::rng::Stream;
use crate::crypto::digest;
use crate::wire::base64::{self, Form};
use crate::wire::cbor::push_head;

/// What the authenticator says about itself, in every attestation.
pub const AAGUID: [u8; 16] = *b"etalon-virtual-1";

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

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

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
    let mut flags = ATTESTED;
    if ceremony.deviation != Some(Deviation::UserPresence) {
        flags |= USER_PRESENT;
    }
    if ceremony.user_verified {
        flags |= USER_VERIFIED;
    }
    let aaguid = if ceremony.statement == Statement::None { [0; 16] } else { AAGUID };
    let mut data = digest(Hash::Sha256, ceremony.rp_id.as_bytes()).as_bytes().to_vec();
    data.push(flags);
    data.extend([0, 0, 0, 1]);
    data.extend(aaguid);
    data.extend([0, id.len() as u8]);
    data.extend(id);
    data.extend(cose(&key));
    let signed = [data.as_slice(), digest(Hash::Sha256, &client_data).as_bytes()].concat();
    let statement = statement(bench, ceremony, &key, &signed);
    if ceremony.deviation == Some(Deviation::AuthenticatorData) {
        data[36] ^= 1;
    }
    let attestation_object = object(ceremony.statement, &statement, &data);
    Credential { id: id.to_vec(), key, client_data, attestation_object }
}

fn statement(bench: &Bench, ceremony: &Ceremony<'_>, key: &Key, signed: &[u8]) -> Vec<u8> {
    let attestation = match ceremony.statement {
        Statement::None => {
            let mut empty = Vec::new();
            push_head(&mut empty, 5, 0);
            return empty;
        }
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
    let mut out = Vec::new();
    push_head(&mut out, 5, if attestation.is_some() { 3 } else { 2 });
    push_text(&mut out, "alg");
    push_head(&mut out, 1, 6);
    push_text(&mut out, "sig");
    push_bytes(&mut out, &signature);
    if let Some((_, certificate)) = &attestation {
        push_text(&mut out, "x5c");
        push_head(&mut out, 4, 1);
        push_bytes(&mut out, certificate);
    }
    out
}

/// The attestation object, in the order of CTAP2's canonical form.
fn object(statement: Statement, att_stmt: &[u8], data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    push_head(&mut out, 5, 3);
    push_text(&mut out, "fmt");
    push_text(&mut out, if statement == Statement::None { "none" } else { "packed" });
    push_text(&mut out, "attStmt");
    out.extend(att_stmt);
    push_text(&mut out, "authData");
    push_bytes(&mut out, data);
    out
}

/// The COSE key of a P-256 key.
fn cose(key: &Key) -> Vec<u8> {
    let (x, y) = coordinates(key);
    let mut out = Vec::new();
    push_head(&mut out, 5, 5);
    for (label, value) in [((0, 1), (0, 2)), ((0, 3), (1, 6)), ((1, 0), (0, 1))] {
        push_head(&mut out, label.0, label.1);
        push_head(&mut out, value.0, value.1);
    }
    for (label, value) in [(1, x), (2, y)] {
        push_head(&mut out, 1, label);
        push_bytes(&mut out, value);
    }
    out
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

fn push_text(out: &mut Vec<u8>, text: &str) {
    push_head(out, 3, text.len() as u64);
    out.extend(text.as_bytes());
}

fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    push_head(out, 2, bytes.len() as u64);
    out.extend(bytes);
}
