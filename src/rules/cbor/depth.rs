//! Depth: how deep CTAP2 lets a message nest. An attestation object that a client put together may
//! nest deeper.

use super::well_formed::on;
use crate::rule;
use crate::rule::{Force, WARNING, cite};
use crate::wire::cbor::{Flaw, Tree};

rule! { Tree =>
    /// Maps and arrays are nested more than four levels deep
    ///
    /// Authenticators with little memory refuse such a message.
    "cbor.nested-deeply": WARNING => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::NestedDeeply(_))),
        cites: &[cite("CTAP 2.1", "8", Force::Must, "the depth of nested CBOR structures used by all message encodings is limited to at most four (4) levels")],
        catalogue: &["WB-10"];
}
