//! Integration tests: etalon as others use it.

mod arazzo;
mod c14n;
mod catalogue;
mod cbor;
mod cms;
mod defects;
mod etk;
mod extremes;
mod forge;
mod fuzz_seeds;
mod house;
mod jose;
mod json;
mod ledger;
mod misbehaving;
mod openssl;
mod report;
mod run;
mod shared;
mod simulator;
mod user_agent;
mod vectors;
mod webauthn;
mod world;
mod xml;
