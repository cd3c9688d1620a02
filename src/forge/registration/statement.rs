//! The statement of each format, and the certificate that it comes with.

use serde_json::Value;

use super::{AAGUID, Draft, safetynet};
use crate::crypto::digest;
use crate::forge::Bench;
use crate::forge::cbor::{Cbor, map};
use crate::forge::certificate::{CertificateSpec, Extension, SUBJECT_ALT_NAME};
use crate::forge::der;
use crate::forge::keys::{Algorithm, Hash, Key, Role};
use crate::forge::name::{COMMON_NAME, Name};
use crate::wire::base64::{self, Form};

/// The formats that are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// No statement.
    None,
    /// Packed, signed by the credential key.
    PackedSelf,
    /// Packed, signed by an attestation key.
    Packed,
    /// U2F.
    FidoU2f,
    /// A TPM's.
    Tpm,
    /// Android's keystore.
    AndroidKey,
    /// Google's SafetyNet.
    AndroidSafetynet,
    /// Apple's anonymous attestation.
    Apple,
    /// Packed by an attestation key and packed by the credential key, together.
    Compound,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::None,
        Self::PackedSelf,
        Self::Packed,
        Self::FidoU2f,
        Self::Tpm,
        Self::AndroidKey,
        Self::AndroidSafetynet,
        Self::Apple,
        Self::Compound,
    ];

    /// The name under which it is ordered.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PackedSelf => "packed-self",
            other => other.identifier(),
        }
    }

    /// `fmt`.
    pub const fn identifier(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PackedSelf | Self::Packed => "packed",
            Self::FidoU2f => "fido-u2f",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::AndroidSafetynet => "android-safetynet",
            Self::Apple => "apple",
            Self::Compound => "compound",
        }
    }
}

/// What Android's keystore says of a key.
#[derive(Debug, Clone)]
pub struct AndroidDescription {
    /// The challenge, where it is not the right one.
    pub challenge: Option<Vec<u8>>,
    /// KM_PURPOSE of the key.
    pub purpose: i64,
    /// KM_ORIGIN of the key.
    pub origin: i64,
    /// Whether any application may use it.
    pub all_applications: bool,
}

impl Default for AndroidDescription {
    fn default() -> Self {
        Self { challenge: None, purpose: 2, origin: 0, all_applications: false }
    }
}

/// The key that signs statements of this format.
pub(super) fn attestation_key(bench: &Bench, format: Format, credential: &Key) -> Key {
    match format {
        Format::None | Format::PackedSelf | Format::AndroidKey | Format::Apple => credential.clone(),
        Format::AndroidSafetynet => Key::rsa(bench.seed(), Role::AttributeAuthority),
        Format::Packed | Format::FidoU2f | Format::Tpm | Format::Compound => {
            Key::p256(bench.seed(), "attestation")
        }
    }
}

/// The certificate of this format over `key`, before anything of the registration is known.
pub(super) fn certificate(bench: &Bench, format: Format, key: &Key) -> CertificateSpec {
    let mut spec = bench.pki.attestation_spec(key, AAGUID);
    match format {
        Format::None | Format::PackedSelf | Format::Packed | Format::Compound => {}
        Format::FidoU2f => spec.extensions = vec![Extension::end_entity()],
        Format::Tpm => {
            spec.subject = Name::default();
            let tcg = |arc: &str, text: &str| {
                der::set_of([der::seq([der::oid(&format!("2.23.133.2.{arc}")), der::utf8(text)])])
            };
            let tpm = der::seq([tcg("1", "id:494E5443"), tcg("2", "Etalon TPM"), tcg("3", "id:00010000")]);
            let names = der::seq([der::context(4, [tpm])]);
            spec.extensions.extend([
                Extension::other(SUBJECT_ALT_NAME, true, names),
                Extension::extended_key_usage(&["2.23.133.8.3"]),
            ]);
        }
        Format::AndroidKey | Format::Apple => {
            spec.subject = Name::of(&[(COMMON_NAME, "Etalon keystore key")]);
            spec.extensions = vec![Extension::end_entity()];
        }
        Format::AndroidSafetynet => {
            spec.subject = Name::of(&[(COMMON_NAME, "attest.android.com")]);
            spec.extensions = vec![Extension::end_entity(), Extension::host(&["attest.android.com"])];
        }
    }
    spec
}

/// The number of the COSE algorithm that a key of our own signs with.
fn algorithm(key: &Key) -> i64 {
    match key.algorithm() {
        Algorithm::RsaPkcs1(_) | Algorithm::RsaPss { .. } => -257,
        Algorithm::Ecdsa { hash: Hash::Sha384, .. } => -35,
        Algorithm::Ecdsa { .. } => -7,
        Algorithm::Ed25519 => -8,
        Algorithm::Dsa { .. } => panic!("no DSA signatures are made"),
    }
}

/// The statement over this authenticator data and client data hash.
pub(super) fn make(draft: &Draft<'_>, data: &[u8], hash: &[u8]) -> Cbor {
    let both = match draft.message {
        Some(message) => message(data, hash),
        None => [data, hash].concat(),
    };
    let nonce = draft.nonce.clone().unwrap_or_else(|| digest(Hash::Sha256, &both).as_bytes().to_vec());
    match draft.format {
        Format::None => Cbor::Map(Vec::new()),
        Format::PackedSelf => packed(&draft.key, &both, None),
        Format::Packed => packed(&draft.attestation_key, &both, Some(certificates(draft, []))),
        Format::Compound => {
            let part = |statement| map([("fmt", "packed".into()), ("attStmt", statement)]);
            let basic = packed(&draft.attestation_key, &both, Some(certificates(draft, [])));
            Cbor::Array(vec![part(basic), part(packed(&draft.key, &both, None))])
        }
        Format::FidoU2f => u2f(draft, data, hash),
        Format::Tpm => tpm(draft, &both),
        Format::AndroidKey => {
            let description = android(draft, hash);
            let x5c = certificates(draft, [Extension::other("1.3.6.1.4.1.11129.2.1.17", false, description)]);
            packed(&draft.attestation_key, &both, Some(x5c))
        }
        Format::Apple => {
            let nonce = der::seq([der::context(1, [der::octets(nonce)])]);
            let x5c = certificates(draft, [Extension::other("1.2.840.113635.100.8.2", false, nonce)]);
            map([("x5c", x5c)])
        }
        Format::AndroidSafetynet => {
            let mut payload = draft.safetynet.clone();
            payload.insert("nonce".into(), Value::from(base64::encode(&nonce, Form::Standard)));
            let all = chain(draft, []);
            let response = safetynet::response(&draft.attestation_key, &all, &payload);
            map([("ver", "231020044".into()), ("response", response.into_bytes().into())])
        }
    }
}

fn chain(draft: &Draft<'_>, more: impl IntoIterator<Item = Extension>) -> Vec<Vec<u8>> {
    let mut spec = draft.certificate.clone();
    spec.extensions.extend(more.into_iter().filter(|_| !draft.plain));
    let mut all = vec![spec.sign(&draft.issuer.key)];
    all.extend(draft.above.iter().cloned());
    all
}

fn certificates(draft: &Draft<'_>, more: impl IntoIterator<Item = Extension>) -> Cbor {
    Cbor::Array(chain(draft, more).into_iter().map(Cbor::from).collect())
}

fn packed(key: &Key, message: &[u8], x5c: Option<Cbor>) -> Cbor {
    let signature = key.sign(key.algorithm(), message);
    let members = [("alg", algorithm(key).into()), ("sig", signature.into())];
    map(members.into_iter().chain(x5c.map(|x5c| ("x5c", x5c))))
}

fn u2f(draft: &Draft<'_>, data: &[u8], hash: &[u8]) -> Cbor {
    let message = [&[0], &data[..32], hash, &draft.data.credential_id, draft.key.public_bits()].concat();
    let key = &draft.attestation_key;
    map([("sig", key.sign(key.algorithm(), &message).into()), ("x5c", certificates(draft, []))])
}

fn tpm(draft: &Draft<'_>, both: &[u8]) -> Cbor {
    let key = &draft.attestation_key;
    let area = draft.tpm.pub_area(&draft.key);
    let info = draft.tpm.cert_info(&area, digest(Hash::Sha256, both).as_bytes());
    map([
        ("alg", algorithm(key).into()),
        ("sig", key.sign(key.algorithm(), &info).into()),
        ("ver", draft.tpm.version.into()),
        ("x5c", certificates(draft, [])),
        ("pubArea", area.into()),
        ("certInfo", info.into()),
    ])
}

fn android(draft: &Draft<'_>, hash: &[u8]) -> der::Node {
    let said = &draft.android;
    let challenge = said.challenge.as_deref().unwrap_or(hash);
    // [1], [600] and [702]: the latter two take two octets of tag number.
    let tagged = |number: &[u8], value: der::Node| {
        let value = value.encode();
        der::encoded([number, &[value.len() as u8], &value].concat())
    };
    let mut hardware = vec![der::context(1, [der::set_of([der::int(said.purpose)])])];
    if said.all_applications {
        hardware.push(tagged(&[0xbf, 0x84, 0x58], der::null()));
    }
    hardware.push(tagged(&[0xbf, 0x85, 0x3e], der::int(said.origin)));
    der::seq([
        der::int(3),
        der::primitive(0x0a, [1]),
        der::int(4),
        der::primitive(0x0a, [1]),
        der::octets(challenge),
        der::octets([]),
        der::seq([]),
        der::seq(hardware),
    ])
}
