//! What the caller knows beside the artefact: the `context` of the judge protocol.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::base::time::{self, Instant};
use crate::base::{Budget, Service};
use crate::crypto::PublicKey;
use crate::wire::pem;

/// A text that is never shown: its `Debug` is a mask.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The text of public keys, which are read once, however many artefacts are judged under them.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub struct KeyText {
    text: String,
    keys: Arc<OnceLock<Vec<PublicKey>>>,
}

impl KeyText {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The keys that the text holds, as `read` takes them from it. Every caller hands in the same
    /// `read`: what it yielded first is kept.
    pub(crate) fn keys(&self, read: fn(&str) -> Vec<PublicKey>) -> &[PublicKey] {
        self.keys.get_or_init(|| read(&self.text))
    }
}

impl From<String> for KeyText {
    fn from(text: String) -> Self {
        Self { text, keys: Arc::default() }
    }
}

/// What the caller knows. Every member is optional: what is missing and needed makes a verdict
/// inconclusive.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// The challenge that was sent, in base64url.
    pub challenge: Option<String>,
    /// The origin that the relying party expects.
    pub origin: Option<String>,
    /// The relying party's id.
    pub rp_id: Option<String>,
    /// The instant as of which validity is judged.
    #[serde(deserialize_with = "instant")]
    pub as_of: Option<Instant>,
    /// Trust anchors in DER: certificates, or public keys as SubjectPublicKeyInfo.
    #[serde(deserialize_with = "anchors")]
    pub trust: Vec<Vec<u8>>,
    /// Further certificates to build paths from, in DER.
    #[serde(deserialize_with = "certificates")]
    pub intermediates: Vec<Vec<u8>>,
    /// Judge SHA-1 and MD5 signatures instead of refusing them.
    pub legacy: bool,
    /// What a signature must verify under: a PEM public key or a JWK (also a JWK set).
    pub key: Option<KeyText>,
    /// A PEM private key, for what is encrypted to its owner.
    pub private_key: Option<Secret>,
    /// A PKCS#12 keystore in base64, whose keys stand beside `private_key`.
    pub keystore: Option<Secret>,
    /// The password of a keystore.
    pub password: Option<Secret>,
    /// The eHealth authentication certificate, as PEM.
    pub auth_certificate: Option<String>,
    /// The ID of the request that a response answers.
    pub in_response_to: Option<String>,
    /// The audience that a token or assertion must name.
    pub audience: Option<String>,
    /// The service that the artefact is for.
    #[serde(deserialize_with = "named")]
    pub service: Option<Service>,
    /// The type of an identifier: `SSIN`, `CBE`, `NIHII-PHARMACY`…
    pub identifier_type: Option<String>,
    /// The distinguished name that a CSR must carry.
    pub expect_dn: Option<String>,
    /// The SOAPAction header that a message came with.
    pub soap_action: Option<String>,
    /// The user verification that was asked: `required`, `preferred` or `discouraged`.
    pub user_verification: Option<String>,
    /// The COSE algorithms that were offered.
    pub algorithms: Option<Vec<i64>>,
    /// The serial number that the challenge carried, in decimal.
    pub serial: Option<String>,
    /// Other certificate requests of the same batch, PEM or base64 DER.
    pub requests: Vec<String>,
    /// Certificate revocation lists, PEM or base64 DER.
    pub crls: Vec<String>,
    /// What decoders may spend.
    #[serde(skip)]
    pub budget: Budget,
}

impl Context {
    /// Takes from `other` what this one leaves open.
    pub fn fill(&mut self, other: &Self) {
        fn open<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
            if own.is_none() {
                *own = other.cloned();
            }
        }
        fn empty<T: Clone>(own: &mut Vec<T>, other: &[T]) {
            if own.is_empty() {
                own.extend_from_slice(other);
            }
        }
        // By name, so that no member is forgotten.
        let Self {
            challenge,
            origin,
            rp_id,
            as_of,
            trust,
            intermediates,
            legacy,
            key,
            private_key,
            keystore,
            password,
            auth_certificate,
            in_response_to,
            audience,
            service,
            identifier_type,
            expect_dn,
            soap_action,
            user_verification,
            algorithms,
            serial,
            requests,
            crls,
            budget: _,
        } = other;
        open(&mut self.challenge, challenge.as_ref());
        open(&mut self.origin, origin.as_ref());
        open(&mut self.rp_id, rp_id.as_ref());
        open(&mut self.as_of, as_of.as_ref());
        empty(&mut self.trust, trust);
        empty(&mut self.intermediates, intermediates);
        self.legacy |= *legacy;
        open(&mut self.key, key.as_ref());
        open(&mut self.private_key, private_key.as_ref());
        open(&mut self.keystore, keystore.as_ref());
        open(&mut self.password, password.as_ref());
        open(&mut self.auth_certificate, auth_certificate.as_ref());
        open(&mut self.in_response_to, in_response_to.as_ref());
        open(&mut self.audience, audience.as_ref());
        open(&mut self.service, service.as_ref());
        open(&mut self.identifier_type, identifier_type.as_ref());
        open(&mut self.expect_dn, expect_dn.as_ref());
        open(&mut self.soap_action, soap_action.as_ref());
        open(&mut self.user_verification, user_verification.as_ref());
        open(&mut self.algorithms, algorithms.as_ref());
        open(&mut self.serial, serial.as_ref());
        empty(&mut self.requests, requests);
        empty(&mut self.crls, crls);
    }
}

fn instant<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Instant>, D::Error> {
    let text = Option::<String>::deserialize(input)?;
    text.map(|text| {
        time::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("`as_of` is not an RFC 3339 time: found `{text}`")))
    })
    .transpose()
}

fn named<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Service>, D::Error> {
    Option::<String>::deserialize(input)?.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

fn certificates<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Vec<u8>>, D::Error> {
    let mut all = Vec::new();
    for text in Vec::<String>::deserialize(input)? {
        all.extend(pem_blocks(&text).map_err(D::Error::custom)?);
    }
    Ok(all)
}

fn anchors<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Vec<u8>>, D::Error> {
    let mut all = Vec::new();
    for text in Vec::<String>::deserialize(input)? {
        let blocks = pem::blocks(&text);
        if blocks.iter().any(|block| block.label == "PUBLIC KEY") {
            let keys = blocks.into_iter().filter(|block| block.label == "PUBLIC KEY");
            all.extend(keys.filter_map(|block| block.der));
        } else {
            all.extend(certificates_among(blocks).map_err(D::Error::custom)?);
        }
    }
    Ok(all)
}

/// The DER of every certificate in a PEM text.
///
/// # Errors
/// When there is none, or one is not base64.
pub fn pem_blocks(text: &str) -> Result<Vec<Vec<u8>>, String> {
    certificates_among(pem::blocks(text))
}

fn certificates_among(blocks: Vec<pem::Block<'_>>) -> Result<Vec<Vec<u8>>, String> {
    let certificates = blocks.into_iter().filter(|block| block.label == "CERTIFICATE");
    let der: Vec<_> = certificates
        .map(|block| block.der.ok_or("expected base64 between the lines of a PEM certificate"))
        .collect::<Result<_, _>>()?;
    if der.is_empty() {
        return Err("expected PEM with `-----BEGIN CERTIFICATE-----`, found none".to_owned());
    }
    Ok(der)
}
