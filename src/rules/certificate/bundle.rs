//! The bundle: certificates that stand one behind the other in PEM, and their order.

use crate::model::path::BundleOrder;
use crate::rule;
use crate::rule::Severity::{Error, Note, Warning};
use crate::rule::{Checked, Cx, Force, OFF, cite};

rule! { BundleOrder =>
    /// The certificates of a bundle are not in order
    ///
    /// A chain starts with the certificate of the holder, and each one is followed by its issuer
    /// (SD-77: the cookbook's sentence says the chain, and means the holder's certificate).
    "certificate.bundle-out-of-order": OFF.in_cookbook(Error).in_field(Warning) => bundle_out_of_order,
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Should, "The certificate chain should start with the certificate chain and contain the issuers in ascending order")];

    /// The bundle includes the root
    ///
    /// Whoever judges has the root already, and trusts no other.
    "certificate.bundle-includes-root": OFF.in_cookbook(Warning).in_field(Note) => bundle_includes_root,
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "up to a certificate issued by the Root CA (excluding the Root CA itself)")];
}

fn bundle_out_of_order(order: &BundleOrder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    (order.blocks.len() > 1).then_some(())?;
    if let Some(at) = order.out_of_order {
        let message = format!(
            "expected certificate {} of the bundle to be the issuer of the one before, found another",
            at + 1
        );
        cx.fail(format_args!("bundle[{at}]"), order.blocks[at], message);
    }
    Some(Checked)
}

fn bundle_includes_root(order: &BundleOrder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    (order.blocks.len() > 1).then_some(())?;
    if let Some(at) = order.root {
        cx.fail(
            format_args!("bundle[{at}]"),
            order.blocks[at],
            "expected a bundle without the root, found one with it",
        );
    }
    Some(Checked)
}
