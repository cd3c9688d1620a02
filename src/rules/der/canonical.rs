//! Whether the bytes are DER.

use super::Walked;
use crate::rule;
use crate::rule::{Checked, Cx, Force, WARNING, cite};
use crate::wire::der::DerFault as F;

rule! { Walked =>
    /// A length is indefinite
    ///
    /// The value ends where two zero octets stand, and not after as many octets as it says. Real encryption
    /// tokens are written like that; DER is not.
    "der.length-indefinite": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::IndefiniteLength)),
        cites: &[cite("X.690", "10.1", Force::Must, "The definite form of length encoding shall be used")], catalogue: &["CS-02"];

    /// A length or a tag is longer than needed
    ///
    /// A length below 128 takes one octet, and no length or tag starts with zeros: otherwise one value has
    /// many encodings.
    "der.length-padded": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::LengthNotMinimal | F::TagNotMinimal)),
        cites: &[cite("X.690", "10.1", Force::Must, "encoded in the minimum number of octets")], catalogue: &["CS-02"];

    /// A string is in segments
    ///
    /// BER may cut a string into pieces, each a value of its own; DER has it in one.
    "der.string-in-segments": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::ConstructedString)),
        cites: &[cite("X.690", "10.2", Force::Must, "For bitstring, octetstring and restricted character string types, the constructed form of encoding shall not be used")];

    /// A BOOLEAN is neither 00 nor FF
    ///
    /// BER takes any octet but 00 for true; DER takes FF.
    "der.boolean-not-canonical": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::BooleanNotCanonical(_))),
        cites: &[cite("X.690", "11.1", Force::Must, "If the encoding represents the boolean value TRUE, its single contents octet shall have all eight bits set to one")];

    /// An INTEGER is longer than needed
    ///
    /// Not even BER allows leading octets that say nothing. Readers that count octets take it for another
    /// number.
    "der.integer-padded": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::IntegerNotMinimal)),
        cites: &[cite("X.690", "8.3.2", Force::Must, "of the first octet and bit 8 of the second octet … shall not all be ones; and … shall not all be zero")], catalogue: &["CS-13"];

    /// An arc of an OBJECT IDENTIFIER is longer than needed
    ///
    /// Not even BER allows an arc that starts with 80. Readers that skip it take the identifier for
    /// another one.
    "der.identifier-padded": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::ArcNotMinimal)),
        cites: &[cite("X.690", "8.19.2", Force::Must, "the leading octet of the subidentifier shall not have the value 80")], catalogue: &["CS-04"];

    /// A SET is not sorted
    ///
    /// The members of a SET OF stand in ascending order of their octets. A walk cannot tell a SET from a
    /// SET OF; in both an unsorted one is not DER where the tags are equal.
    "der.set-unsorted": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::SetUnsorted)),
        cites: &[cite("X.690", "11.6", Force::Must, "The encodings of the component values of a set-of value shall appear in ascending order")];

    /// Unused bits are set
    ///
    /// The bits that fill the last octet of a BIT STRING are zero in DER.
    "der.unused-bits-set": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::UnusedBitsSet)),
        cites: &[cite("X.690", "11.2.1", Force::Must, "Each unused bit in the final octet of the encoding of a bit string value shall be set to zero")], catalogue: &["CS-13"];

    /// A time is not in the form of DER
    ///
    /// A UTCTime has seconds and ends in Z; a GeneralizedTime too, and its fraction does not end in zero.
    "der.time-not-canonical": WARNING => |it, cx| on(it, cx, |kind| matches!(kind, F::TimeNotCanonical(_))),
        cites: &[cite("X.690", "11.7", Force::Must, "The encoding shall terminate with a \"Z\"")];
}

fn on(walked: &Walked<'_>, cx: &mut Cx<'_>, is: impl Fn(&F) -> bool) -> Option<Checked> {
    cx.fail_on(walked.faults, is);
    Some(Checked)
}
