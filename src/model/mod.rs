//! The artefacts: what each one is, typed and spanned, without an opinion.
//!
//! One file an artefact. A model knows its artefact's parts and where they stand; it knows no
//! clause.

pub(crate) mod client_data;
pub(crate) mod from;
pub(crate) mod identifier;
pub(crate) mod json;
pub(crate) mod user_agent;
pub(crate) mod xml_document;
