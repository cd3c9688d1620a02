//! Integration tests: etalon as others use it.

mod c14n;
mod cbor;
mod defects;
mod extremes;
mod forge;
mod fuzz_seeds;
mod ledger;
mod openssl;
mod report;
mod shared;
mod vectors;
mod xml;
