//! Integration tests: etalon as others use it.

mod forge;
mod fuzz_seeds;
mod ledger;
mod vectors;
