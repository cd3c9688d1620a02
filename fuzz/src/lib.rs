//! The bodies and oracles of the fuzz targets, as ordinary code.
//!
//! A target is one line that calls a function of this crate. The integration tests of etalon
//! compile these same files, and replay every seed through them on a stable toolchain. Only
//! etalon's public interface is used here.

pub mod judged;
