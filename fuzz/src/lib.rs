//! The bodies and oracles of the fuzz targets, as ordinary code.
//!
//! A target is one line that calls a function of this crate. The integration tests of etalon
//! compile these same files, and replay every seed through them on a stable toolchain. Only
//! etalon's public interface is used here.

pub mod base64;
pub mod c14n;
pub mod cbor;
pub mod der;
pub mod json;
pub mod judged;
pub mod keystore;
pub mod rewritten;
pub mod signed;
pub mod target_file;
pub mod xml;

use etalon::base::Kind;

/// A fuzz target: what libFuzzer runs under this name, and what its seeds come from.
pub struct Target {
    /// The name of the target, its seed folder and its dictionary.
    pub name: &'static str,
    /// The kinds of the vectors that seed it.
    pub kinds: &'static [Kind],
    /// Texts that seed it, where no vector does.
    pub seeds: &'static [&'static str],
    /// The body: it panics when an oracle is broken.
    pub run: fn(&[u8]),
}

/// Declares the targets: their functions, and the table that the tests replay seeds with.
macro_rules! targets {
    (@seeds) => { &[] };
    (@seeds $seeds:path) => { $seeds };
    ($(
        $(#[$doc:meta])+
        $name:ident $(from $($kind:ident),+)? $(seeded by $seeds:path)? $(: $($oracle:path),+)?;
    )+) => {
        /// The functions that libFuzzer runs.
        pub mod run {
            use super::*;
            $(
                $(#[$doc])+
                pub fn $name(data: &[u8]) {
                    $($(judged::judged(Kind::$kind, data);)+)?
                    $($($oracle(data);)+)?
                }
            )+
        }

        /// Every target.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            kinds: &[$($(Kind::$kind),+)?],
            seeds: targets!(@seeds $($seeds)?),
            run: run::$name,
        },)+];
    };
}

targets! {
    /// CBOR.
    cbor from Cbor: cbor::any_bytes, cbor::canonical_items;
    /// JSON.
    json from Json: json::any_bytes;
    /// Strict base64 and base64url.
    base64 from Json: base64::any_bytes;
    /// The attestation object.
    attestation_object from AttestationObject;
    /// The registration's PublicKeyCredential.
    attestation from Attestation;
    /// clientDataJSON.
    client_data from ClientData;
    /// Keys and key sets.
    jwk from Jwk, Jwks;
    /// Compact JWS and the tokens that are.
    jwt from Jws, AccessToken, ActorToken;
    /// The User-Agent header.
    user_agent from UserAgent;
    /// Identifiers and their check digits.
    identifier from Identifier;
    /// The challenge of an encryption token's registration.
    etk_challenge from EtkChallenge;
    /// XML.
    xml from Xml: xml::any_bytes;
    /// Canonical XML.
    c14n from Xml: c14n::any_bytes;
    /// BER and DER.
    der from Der: der::any_bytes;
    /// Certificate requests.
    csr from Csr: signed::csr;
    /// Certificates.
    certificate from Certificate, EncryptionCertificate: signed::certificate;
    /// Distinguished names as text.
    dn from DistinguishedName;
    /// Encryption tokens, any SignedData, and sealed messages.
    etk from Etk, Cms, SealedMessage: signed::cms;
    /// Keystores.
    pkcs12 from Keystore: keystore::in_ber;
    /// XML signatures.
    xmldsig from SignedXml: rewritten::signed_request;
    /// SOAP messages.
    soap from Soap;
    /// SOAP messages with a security header.
    ws_security from WsSecurity: rewritten::secured_message;
    /// SAML queries.
    attribute_query from AttributeQuery;
    /// SAML responses.
    saml_response from SamlResponse: rewritten::signed_assertion, rewritten::signed_response;
    /// SAML assertions.
    saml_assertion from SamlAssertion;
    /// Messages of CertRA and EtkRA.
    certra_message from CertraMessage, EtkraMessage: rewritten::revocation;
    /// Token exchanges.
    token_exchange from TokenExchangeRequest, TokenExchangeResponse;
    /// Error answers.
    problem from Problem;
    /// Target files.
    target_file seeded by target_file::SEEDS: target_file::any_bytes;
}
