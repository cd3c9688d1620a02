//! The rules, one folder an artefact, a few related rules a file.
//!
//! A folder's `mod.rs` says how its artefact is judged: it reads the bytes into the model and runs
//! the folder's topics over it. Rules know clauses, not bytes.

use crate::base::Kind;
use crate::rule::{Artefact, Cx, Meta, Rule};

mod access_token;
mod account;
mod actor_token;
mod attestation;
mod attestation_object;
mod attribute_query;
mod cbor;
mod certificate;
mod certra_message;
mod client_data;
mod cms;
mod creation_options;
mod creation_request;
mod csr;
mod der;
mod distinguished_name;
mod encryption_certificate;
mod etk;
mod etk_challenge;
mod etk_response;
mod etkra_message;
mod from;
mod identifier;
mod json;
mod jwk;
mod jwk_patch;
mod jwks;
mod jws;
mod key_query;
mod keyholder;
mod keystore;
mod problem;
mod profiles;
mod ra_message;
mod saml_assertion;
mod saml_response;
mod sealed_message;
mod shown;
mod signed_xml;
mod soap;
mod token_exchange_request;
mod token_exchange_response;
mod user_agent;
mod ws_security;
mod xml;

pub(crate) use shown::shown;

/// Judges `input` as `kind`.
pub(crate) fn judge(kind: Kind, input: &[u8], cx: &mut Cx<'_>) {
    match kind {
        Kind::CreationRequest => creation_request::judge(input, cx),
        Kind::CreationOptions => creation_options::judge(input, cx),
        Kind::Attestation => attestation::judge(input, cx),
        Kind::AttestationObject => attestation_object::judge(input, cx),
        Kind::ClientData => client_data::judge(input, cx),
        Kind::Jwk => jwk::judge(input, cx),
        Kind::Jwks => jwks::judge(input, cx),
        Kind::Keyholder => keyholder::judge(input, cx),
        Kind::Account => account::judge(input, cx),
        Kind::JwkPatch => jwk_patch::judge(input, cx),
        Kind::KeyQuery => key_query::judge(input, cx),
        Kind::Etk => etk::judge(input, cx),
        Kind::EtkResponse => etk_response::judge(input, cx),
        Kind::EtkChallenge => etk_challenge::judge(input, cx),
        Kind::EncryptionCertificate => encryption_certificate::judge(input, cx),
        Kind::Certificate => certificate::judge(input, cx),
        Kind::DistinguishedName => distinguished_name::judge(input, cx),
        Kind::Csr => csr::judge(input, cx),
        Kind::SignedXml => signed_xml::judge(input, cx),
        Kind::CertraMessage => certra_message::judge(input, cx),
        Kind::EtkraMessage => etkra_message::judge(input, cx),
        Kind::Soap => soap::judge(input, cx),
        Kind::WsSecurity => ws_security::judge(input, cx),
        Kind::AttributeQuery => attribute_query::judge(input, cx),
        Kind::SamlResponse => saml_response::judge(input, cx),
        Kind::SamlAssertion => saml_assertion::judge(input, cx),
        Kind::ActorToken => actor_token::judge(input, cx),
        Kind::AccessToken => access_token::judge(input, cx),
        Kind::TokenExchangeRequest => token_exchange_request::judge(input, cx),
        Kind::TokenExchangeResponse => token_exchange_response::judge(input, cx),
        Kind::Profiles => profiles::judge(input, cx),
        Kind::Problem => problem::judge(input, cx),
        Kind::UserAgent => user_agent::judge(input, cx),
        Kind::From => from::judge(input, cx),
        Kind::Identifier => identifier::judge(input, cx),
        Kind::SealedMessage => sealed_message::judge(input, cx),
        Kind::Keystore => keystore::judge(input, cx),
        Kind::Cms => cms::judge(input, cx),
        Kind::Jws => jws::judge(input, cx),
        Kind::Json => json::judge(input, cx),
        Kind::Cbor => cbor::judge(input, cx),
        Kind::Der => der::judge(input, cx),
        Kind::Xml => xml::judge(input, cx),
    }
}

/// The declaration of every rule, by artefact.
pub fn all() -> Vec<&'static Meta> {
    [
        creation_request::metas(),
        creation_options::metas(),
        attestation::metas(),
        attestation_object::metas(),
        client_data::metas(),
        jwk::metas(),
        jwks::metas(),
        keyholder::metas(),
        account::metas(),
        jwk_patch::metas(),
        key_query::metas(),
        etk::metas(),
        etk_response::metas(),
        etk_challenge::metas(),
        encryption_certificate::metas(),
        certificate::metas(),
        distinguished_name::metas(),
        csr::metas(),
        signed_xml::metas(),
        certra_message::metas(),
        etkra_message::metas(),
        soap::metas(),
        ws_security::metas(),
        attribute_query::metas(),
        saml_response::metas(),
        saml_assertion::metas(),
        actor_token::metas(),
        access_token::metas(),
        token_exchange_request::metas(),
        token_exchange_response::metas(),
        profiles::metas(),
        problem::metas(),
        user_agent::metas(),
        from::metas(),
        identifier::metas(),
        sealed_message::metas(),
        keystore::metas(),
        cms::metas(),
        jws::metas(),
        json::metas(),
        cbor::metas(),
        der::metas(),
        xml::metas(),
    ]
    .concat()
}

/// The declaration of the rule with this id.
pub fn find(id: &str) -> Option<&'static Meta> {
    all().into_iter().find(|meta| meta.id == id)
}

/// The declarations of some topics.
fn metas_of<A: Artefact>(topics: &'static [&'static [Rule<A>]]) -> Vec<&'static Meta> {
    topics.iter().copied().flatten().map(|rule| &rule.meta).collect()
}
