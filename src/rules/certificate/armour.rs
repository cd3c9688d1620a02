//! The PEM that certificates stand in.

use crate::model::path::Bundle;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Bundle =>
    /// The PEM of a certificate is damaged
    ///
    /// Between the lines of a PEM block there is something else than base64: a character was lost or changed,
    /// the block was cut, or headers stand in it. Nothing of that certificate can be read. Take it from where
    /// it was made once more.
    "certificate.pem-malformed": ERROR => pem_malformed,
        cites: &[cite("RFC 7468", "2", Force::Fact, "are base64-encoded data according to Section 4 of [RFC4648]")];
}

fn pem_malformed(bundle: &Bundle<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    bundle.blocks.first()?;
    for (number, faults) in &bundle.damaged {
        let at = if *number == 0 { String::new() } else { format!("bundle[{number}]") };
        for fault in faults {
            cx.fail(&at, fault.span, fault.kind.to_string());
        }
    }
    Some(Checked)
}
