//! The artefacts: what each one is, typed and spanned, without an opinion.
//!
//! One file an artefact. A model knows its artefact's parts and where they stand; it knows no
//! clause.

pub(crate) mod account;
pub(crate) mod algorithm_identifier;
pub(crate) mod attestation;
pub(crate) mod attestation_object;
pub(crate) mod attestation_statement;
pub(crate) mod attribute_form;
pub(crate) mod authenticator_data;
pub(crate) mod certificate;
pub(crate) mod certra;
pub(crate) mod client_data;
pub(crate) mod cms;
pub(crate) mod cose;
pub(crate) mod creation_options;
pub(crate) mod creation_request;
pub(crate) mod csr;
pub(crate) mod distinguished_name;
pub(crate) mod distribution_point;
pub(crate) mod etk;
pub(crate) mod etk_challenge;
pub(crate) mod etk_response;
pub(crate) mod extension;
pub(crate) mod from;
pub(crate) mod general_name;
pub(crate) mod identifier;
pub(crate) mod json;
pub(crate) mod jwk;
pub(crate) mod jwk_patch;
pub(crate) mod jws;
pub(crate) mod key_query;
pub(crate) mod keyholder;
pub(crate) mod keystore;
pub(crate) mod name;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod profiles;
pub(crate) mod recipient;
pub(crate) mod revocation_list;
pub(crate) mod saml;
pub(crate) mod sealed_message;
pub(crate) mod security_token;
pub(crate) mod shape;
pub(crate) mod signed_xml;
pub(crate) mod soap;
pub(crate) mod string_preparation;
pub(crate) mod token;
pub(crate) mod token_exchange;
pub(crate) mod user_agent;
pub(crate) mod ws_security;
pub(crate) mod x509_designation;
pub(crate) mod xml_document;
mod xml_named;
pub(crate) mod xml_signer;
pub(crate) mod xml_trust;
pub(crate) mod xsd;
