//! What the standards call algorithms, as tables: one file a naming scheme.

pub mod cose;
pub mod explicit_curve;
pub mod jose;
pub mod x509;
pub mod xmldsig;
