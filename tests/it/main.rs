//! Integration tests: etalon as others use it.

mod fuzz_seeds;
mod ledger;
mod vectors;
