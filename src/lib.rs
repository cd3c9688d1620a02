//! etalon: conformance and fuzz testing for software that talks to the Belgian eHealth platform's
//! security services.
//!
//! In reading order: [`base`] is the vocabulary, [`wire`] the encodings, [`crypto`] the door
//! to the crypto provider, `model` the artefacts,
//! [`rule`] what a rule is, [`rules`] the rules themselves, and [`engine`] what runs them. [`event`]
//! is what happened, and [`report`] how it is shown. [`ledger`] says what the cookbooks state, and what
//! tests it. [`forge`] makes artefacts, right and wrong.

pub mod base;
pub mod browser;
pub mod catalogue;
pub mod cli;
pub mod codes;
pub mod context;
pub mod crypto;
pub mod defects;
pub mod detect;
pub mod embedded;
pub mod engine;
pub mod event;
pub mod forge;
pub mod inspect;
pub mod ledger;
pub mod listen;
mod model;
pub mod record;
pub mod report;
pub mod rule;
pub mod rules;
pub mod scenario;
pub mod service;
pub mod simulator;
pub mod suites;
pub mod target;
pub mod wire;
pub mod workbench;
mod xmldsig;
