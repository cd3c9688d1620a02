//! Registrations: an authenticator makes a key and attests it, in any of WebAuthn's formats.
//!
//! A [`Draft`] holds everything that is decided before anything is signed, and may be changed at
//! will. [`Draft::sign`] makes the [`Signed`] registration of it, which may be changed as somebody on
//! the way could.

mod data;
mod safetynet;
mod statement;
mod tpm;

use serde_json::{Map, Value, json};

use super::Bench;
use super::Made;
use super::cbor::{Cbor, map};
use super::certificate::CertificateSpec;
use super::keys::{Hash, Key};
use super::pki::Party;
use super::rng::Stream;
use crate::crypto::digest;
use crate::wire::base64::{self, Form};

pub use data::{AAGUID, Data, cose};
pub use statement::{AndroidDescription, Format};
pub use tpm::Tpm;

/// The origin at which the user registers.
pub const ORIGIN: &str = "https://keydepot.example";
/// The id of the relying party.
pub const RP_ID: &str = "keydepot.example";

/// A registration before it is signed.
pub struct Draft<'b> {
    bench: &'b Bench,
    /// The format of the statement.
    pub format: Format,
    /// The credential key.
    pub key: Key,
    /// The members of the client data.
    pub client_data: Map<String, Value>,
    /// The authenticator data.
    pub data: Data,
    /// The key that signs the statement.
    pub attestation_key: Key,
    /// The certificate over it.
    pub certificate: CertificateSpec,
    /// Who issues the certificate.
    pub issuer: Party,
    /// The certificates that stand behind it.
    pub above: Vec<Vec<u8>>,
    /// What a TPM says.
    pub tpm: Tpm,
    /// What Android's keystore says of the key.
    pub android: AndroidDescription,
    /// The payload of the SafetyNet response, beside its nonce.
    pub safetynet: Map<String, Value>,
    /// Whether the certificate lacks the extension that the format adds to it.
    pub plain: bool,
    /// The nonce in the certificate or the SafetyNet response, where it is not the right one.
    pub nonce: Option<Vec<u8>>,
    /// The message that is signed, where it is not the right one.
    pub message: Option<fn(&[u8], &[u8]) -> Vec<u8>>,
}

impl<'b> Draft<'b> {
    /// A valid registration of an ES256 key.
    pub fn new(bench: &'b Bench, format: Format) -> Self {
        let key = Key::p256(bench.seed(), "credential");
        Self::of(bench, format, key, -7)
    }

    /// A valid registration of `key`, for the COSE algorithm `alg`.
    pub fn of(bench: &'b Bench, format: Format, key: Key, alg: i64) -> Self {
        let challenge = base64::encode(&bench.stream("challenge").bytes(32), Form::Url);
        let client_data = json!({
            "type": "webauthn.create",
            "challenge": challenge,
            "origin": ORIGIN,
            "crossOrigin": false,
        });
        let Value::Object(client_data) = client_data else { unreachable!("it was written as an object") };
        let id = Stream::new(bench.seed(), "credential id").bytes(32);
        let attestation_key = statement::attestation_key(bench, format, &key);
        Self {
            bench,
            format,
            client_data,
            data: Data::new(format, &key, alg, id),
            certificate: statement::certificate(bench, format, &attestation_key),
            attestation_key,
            issuer: bench.pki.attestation_root.clone(),
            above: Vec::new(),
            tpm: Tpm::default(),
            android: AndroidDescription::default(),
            safetynet: safetynet::payload(bench),
            plain: false,
            nonce: None,
            message: None,
            key,
        }
    }

    /// The relying party's challenge.
    fn challenge(&self) -> String {
        base64::encode(&self.bench.stream("challenge").bytes(32), Form::Url)
    }

    /// Signs everything.
    pub fn sign(self) -> Signed {
        let challenge = self.challenge();
        let client_data = Value::Object(self.client_data.clone()).to_string().into_bytes();
        let data = self.data.bytes();
        let hash = digest(Hash::Sha256, &client_data);
        let statement = statement::make(&self, &data, hash.as_bytes());
        let id = base64::encode(&self.data.credential_id, Form::Url);
        Signed {
            client_data,
            object: map([
                ("fmt", self.format.identifier().into()),
                ("attStmt", statement),
                ("authData", data.into()),
            ]),
            id: id.clone(),
            raw_id: id,
            context: Made::new([])
                .with("challenge", challenge)
                .with("origin", ORIGIN)
                .with("rp_id", RP_ID)
                .with("trust", json!([self.bench.pki.attestation_root.pem()])),
        }
    }
}

/// A registration as it is sent.
pub struct Signed {
    /// clientDataJSON.
    pub client_data: Vec<u8>,
    /// The attestation object.
    pub object: Cbor,
    /// `id`.
    pub id: String,
    /// `rawId`.
    pub raw_id: String,
    /// What the relying party knows; no artefact yet.
    context: Made,
}

impl Signed {
    /// The statement, to be changed.
    pub fn statement(&mut self) -> &mut Cbor {
        let Cbor::Map(pairs) = &mut self.object else { unreachable!("it was made as a map") };
        let (_, statement) =
            pairs.iter_mut().find(|(key, _)| *key == "attStmt".into()).expect("it was put in");
        statement
    }

    /// The same, with another member of the context.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.context = self.context.with(name, value);
        self
    }

    /// The same, with a member of the context left out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.context.context.remove(name);
        self
    }

    /// The members of the JSON in the cookbook's layout: all beside each other.
    pub fn members(&self) -> Map<String, Value> {
        let members = json!({
            "id": self.id,
            "rawId": self.raw_id,
            "type": "public-key",
            "clientDataJSON": base64::encode(&self.client_data, Form::Url),
            "attestationObject": base64::encode(&self.object.encode(), Form::Url),
        });
        let Value::Object(members) = members else { unreachable!("it was written as an object") };
        members
    }

    /// The attestation: the JSON of it.
    pub fn attestation(self) -> Made {
        let json = Value::Object(self.members());
        self.with_bytes(json.to_string())
    }

    /// The attestation with its JSON changed.
    pub fn attestation_with(self, change: impl FnOnce(&mut Map<String, Value>)) -> Made {
        let mut members = self.members();
        change(&mut members);
        self.with_bytes(Value::Object(members).to_string())
    }

    /// The attestation object alone.
    pub fn attestation_object(self) -> Made {
        let bytes = self.object.encode();
        self.with_bytes(bytes)
    }

    /// The client data alone.
    pub fn client_data(self) -> Made {
        let bytes = self.client_data.clone();
        self.with_bytes(bytes)
    }

    /// Any bytes, with the context of this registration.
    pub fn with_bytes(self, bytes: impl Into<Vec<u8>>) -> Made {
        Made { bytes: bytes.into(), ..self.context }
    }
}
