//! Integration tests: etalon as others use it.

mod cbor;
mod forge;
mod fuzz_seeds;
mod ledger;
mod shared;
mod vectors;
