//! Encodings: how bytes become spanned trees.
//!
//! Each decoder borrows from its input, keeps the place of everything that it reads, records every
//! departure from the encoding as a [`Fault`](crate::base::Fault) and goes on where the bytes still
//! make sense, under a [`Budget`](crate::base::Budget). This module knows encodings, not artefacts.

pub mod base64;
pub mod c14n;
pub mod cbor;
pub mod der;
pub mod form;
pub mod jose;
pub mod json;
pub mod line;
pub mod pem;
pub mod xml;
pub mod xpath;
