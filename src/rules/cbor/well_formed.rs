//! Well-formed and valid: what RFC 8949 demands of any CBOR.

use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::cbor::{Flaw, Tree};

rule! { Tree =>
    /// The input ends inside a data item
    ///
    /// The bytes stop before the item that they began is complete: an upload was cut off, or a length
    /// further up is wrong. Nothing behind this place can be read. Send all the bytes.
    "cbor.truncated": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::Truncated)),
        cites: &[cite("RFC 8949", "F", Force::Fact, "Too little data")],
        catalogue: &["WB-01"];

    /// A declared length is larger than what is left of the input
    ///
    /// A string, array or map says that it is longer than the input can hold. A reader that allocates
    /// what such a head declares can be brought down with nine bytes; etalon stops here instead.
    "cbor.length-beyond-input": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::LengthBeyondInput { .. })),
        cites: &[cite("RFC 8949", "10", Force::Fact, "Resource exhaustion attacks might attempt to lure a decoder into allocating very big data items")],
        catalogue: &["WB-01", "WB-09"];

    /// An initial byte uses a reserved value
    ///
    /// Additional information 28, 29 and 30 is reserved, and 31 has no meaning on integers and tags.
    /// There is no way to tell how long the item is, so nothing behind it can be read.
    "cbor.reserved-information": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::ReservedInformation { .. })),
        cites: &[cite("RFC 8949", "3", Force::Must, "These values are reserved for future additions to the CBOR format. In the present version of CBOR, the encoded item is not well-formed.")],
        catalogue: &["WB-08"];

    /// A simple value below 32 is written in two bytes
    ///
    /// The two-byte form is for simple values from 32 on. RFC 7049 was silent on 24 to 31, and its
    /// appendix showed one; RFC 8949 makes it malformed, so that each value has one form.
    "cbor.two-byte-simple": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::TwoByteSimple(_))),
        cites: &[cite("RFC 8949", "3.3", Force::Must, "An encoder MUST NOT issue two-byte sequences that start with 0xf8 … and continue with a byte less than 0x20")],
        catalogue: &["WB-08"];

    /// A break code stands where no item of indefinite length is open
    ///
    /// `0xff` ends an item of indefinite length and is no data item itself. Most often a definite
    /// length in front of it is too large.
    "cbor.stray-break": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::StrayBreak)),
        cites: &[cite("RFC 8949", "3.2.1", Force::Fact, "If the \"break\" stop code appears where a data item is expected")],
        catalogue: &["WB-07"];

    /// A string of indefinite length holds something else than its chunks
    ///
    /// Between `0x5f` or `0x7f` and the break code only strings of the same type and of definite
    /// length may stand.
    "cbor.foreign-chunk": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::ForeignChunk(_))),
        cites: &[cite("RFC 8949", "3.2.3", Force::Must, "is not a definite-length string item of the same major type, the string is not well-formed")],
        catalogue: &["WB-07"];

    /// A map of indefinite length ends between a key and its value
    ///
    /// The break code may only stand where a key would begin.
    "cbor.key-without-value": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::KeyWithoutValue)),
        cites: &[cite("RFC 8949", "3.1", Force::Must, "a map that contains an odd number of items … is not well-formed")],
        catalogue: &["WB-07"];

    /// Bytes follow the data item
    ///
    /// The artefact is one data item. What stands behind it is read by some implementations and not
    /// by others, which is how one message comes to mean two things.
    "cbor.trailing-bytes": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::TrailingBytes(_))),
        cites: &[cite("RFC 8949", "F", Force::Fact, "Too much data")],
        catalogue: &["WB-02"];

    /// The input needs more than etalon spends
    ///
    /// Depth, number of items or number of faults is beyond the budget of a judgement; the finding
    /// names the limit. No attestation comes near it.
    "cbor.over-budget": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::OverBudget(_))),
        cites: &[cite("RFC 8949", "10", Force::Should, "exhaust the stack depth by setting up deeply nested items")],
        catalogue: &["WB-10"];

    /// A text string is not UTF-8
    ///
    /// The item is well-formed but not valid. Readers replace, refuse or keep such bytes, and so do
    /// not agree on the text.
    "cbor.invalid-utf8": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::InvalidUtf8)),
        cites: &[cite("RFC 8949", "3.1", Force::Must, "A string containing an invalid UTF-8 sequence is well-formed but invalid")],
        catalogue: &["WB-12"];

    /// A map has the same key twice
    ///
    /// Some readers take the first, some the last, some refuse: whoever checks one value and uses the
    /// other can be deceived. Keys are compared by what they mean, whatever their encoded length.
    "cbor.duplicate-key": ERROR => |tree, cx| on(tree, cx, |flaw| matches!(flaw, Flaw::DuplicateKey)),
        cites: &[cite("RFC 8949", "3.1", Force::Must, "A map that has duplicate keys may be well-formed, but it is not valid")],
        catalogue: &["WB-04"];
}

/// Reports every departure that `is` picks.
pub(super) fn on(tree: &Tree<'_>, cx: &mut Cx<'_>, is: fn(&Flaw) -> bool) -> Option<Checked> {
    cx.fail_on(tree.faults(), is);
    Some(Checked)
}
