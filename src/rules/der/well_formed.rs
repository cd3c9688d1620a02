//! Whether the bytes are BER at all.

use super::Walked;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::DerFault;

rule! { Walked =>
    /// The bytes are no BER
    ///
    /// A value ends outside of what contains it, a tag or a length makes no sense, or a value of a
    /// universal type has content that the type cannot have.
    "der.malformed": ERROR => malformed,
        cites: &[cite("X.690", "8.1.1.1", Force::Must, "The encoding of a data value shall consist of four components which shall appear in the following order")],
        catalogue: &["CS-02"];

    /// A limit of the decoder is reached
    ///
    /// There are more values, more levels or more faults than etalon reads. Nothing that goes over
    /// the wire of these services comes near.
    "der.limit-reached": ERROR => limit_reached,
        cites: &[cite("etalon", "der", Force::House, "every decoder works under a budget")],
        catalogue: &["CS-03"];

    /// Something stands behind the value
    ///
    /// One value was expected and more bytes follow it. What stands behind a signed value is not covered
    /// by its signature.
    "der.trailing-data": ERROR => trailing_data,
        cites: &[cite("X.690", "8.1.1.1", Force::Must, "The encoding of a data value shall consist of four components")],
        catalogue: &["CS-02"];
}

/// Whether a fault leaves no value that could be judged.
pub(super) fn is_broken(kind: &DerFault) -> bool {
    !kind.is_ber() && !is_padded(kind)
}

/// Faults of BER itself that leave no doubt about what was meant.
fn is_padded(kind: &DerFault) -> bool {
    matches!(kind, DerFault::IntegerNotMinimal | DerFault::ArcNotMinimal | DerFault::TagNotMinimal)
}

fn malformed(walked: &Walked<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(walked.faults, |kind| {
        is_broken(kind) && !matches!(kind, DerFault::Limit(_) | DerFault::Trailing(_))
    });
    Some(Checked)
}

fn limit_reached(walked: &Walked<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(walked.faults, |kind| matches!(kind, DerFault::Limit(_)));
    Some(Checked)
}

fn trailing_data(walked: &Walked<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    cx.fail_on(walked.faults, |kind| matches!(kind, DerFault::Trailing(_)));
    Some(Checked)
}
