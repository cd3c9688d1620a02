//! Integration tests: etalon as others use it.

mod fuzz_seeds;
mod vectors;
