//! Integration tests: etalon as others use it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it skips"
)]

mod answers;
mod arazzo;
mod attribute_authority;
mod browser;
mod c14n;
mod card;
mod catalogue;
mod cbor;
mod certificate_services;
mod certra;
mod challenge;
mod chapters;
mod cites;
mod cms;
mod command;
mod csr;
mod defects;
mod der;
mod destinations;
mod deviations;
mod docs;
mod doctor;
mod etk;
mod extremes;
mod fixtures;
mod forge;
mod fuzz_seeds;
mod hostile;
mod house;
mod iam_exchange;
mod inputs;
mod jose;
mod json;
mod judged;
mod ledger;
mod misbehaving;
mod narrow;
mod openssl;
mod properties;
mod record;
mod refusals;
mod report;
mod run;
mod saml;
mod saml_mutants;
mod saml_schemas;
mod sealed_message;
mod second_runner;
mod selection;
mod serve;
mod served;
mod shared;
mod simulator;
mod switches;
mod target;
mod target_keys;
mod user_agent;
mod vectors;
mod webauthn;
mod whole_run;
mod world;
mod wsdl;
mod wsi;
mod wss;
mod x509;
mod xml;
mod xml_readers;
mod xmldsig;
mod xpath;
