//! Canonical: what CTAP2 demands of the CBOR that authenticators write.

use super::well_formed::on;
use crate::rule;
use crate::rule::{Force, WARNING, cite};
use crate::wire::cbor::{Flaw, Tree};

rule! { Tree =>
    /// The keys of a map are not in canonical order
    ///
    /// CTAP2 sorts keys by major type, then by length, then by bytes. An authenticator must keep the
    /// order; relying parties should tolerate another. One finding stands for each key that sorts
    /// before the one in front of it.
    "cbor.key-order": WARNING => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::KeyOrder)),
        cites: &[cite("CTAP 2.1", "8", Force::Must, "The keys in every map must be sorted lowest value to highest")],
        catalogue: &["WB-05"];

    /// A number is longer than it needs to be
    ///
    /// Integers, lengths and tag numbers have one shortest form, and the canonical form is that one.
    "cbor.non-minimal": WARNING => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::NonMinimal { .. })),
        cites: &[cite("CTAP 2.1", "8", Force::Must, "Integers must be encoded as small as possible")],
        catalogue: &["WB-06"];

    /// An item has an indefinite length
    ///
    /// Well-formed CBOR, but not in canonical form: an encoder that streams wrote it.
    "cbor.indefinite-length": WARNING => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::IndefiniteLength)),
        cites: &[cite("CTAP 2.1", "8", Force::Must, "Indefinite-length items must be made into definite-length items")],
        catalogue: &["WB-07"];

    /// An item is tagged
    ///
    /// CTAP2 messages hold no tags. Some readers resolve them (big numbers, shared references), which
    /// changes what the bytes mean.
    "cbor.tagged": WARNING => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::Tagged(_))),
        cites: &[cite("CTAP 2.1", "8", Force::Must, "Tags as defined in Section 2.4 in [RFC8949] MUST NOT be present.")],
        catalogue: &["WB-11"];

    /// An item is a floating-point number
    ///
    /// No structure of WebAuthn or COSE holds one. A number that could be an integer must be written
    /// as one.
    "cbor.floating-point": WARNING => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::FloatingPoint)),
        cites: &[cite("CTAP 2.1", "8", Force::Fact, "The representations of any floating-point values are not changed")],
        catalogue: &["WB-14"];
}
