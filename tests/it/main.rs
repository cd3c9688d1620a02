//! Integration tests: etalon as others use it.

mod vectors;
