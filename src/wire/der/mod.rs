//! DER and BER (X.690): a spanned, borrowing reader, a tree walk, and a small writer.
//!
//! [`Reader`] is what models read with: it follows the structure that they ask for. [`walk`] reads
//! whatever stands there. Both read BER, and record every departure from DER as a [`DerFault`]
//! unless they were told that BER is allowed. This module knows no ASN.1 type beyond the universal
//! ones.

mod definite;
mod fault;
mod header;
mod reader;
mod text;
mod time;
mod tree;
mod values;
mod write;

pub use definite::to_der;
pub use fault::DerFault;
pub use header::{Class, Header, Tag};
pub use reader::{Encoding, Reader, Stop, Value};
pub use text::{StringKind, decode_string};
pub use time::Time;
pub use tree::{Node, Tree, walk};
pub use values::{BitString, Integer, Oid};
pub(crate) use values::{bit_length, without_leading_zeros as unsigned};
pub use write::Writer;
