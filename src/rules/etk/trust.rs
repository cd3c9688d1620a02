//! Whether the certificates lead to somebody whom one trusts.

use super::embedded;
use crate::base::{Span, time};
use crate::model::etk::Etk;
use crate::model::path::{Problem, Revocation, Searched};
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { Etk =>
    /// No trust anchor was given
    ///
    /// Whether ETK-RA and the owner's CA are those of eHealth can be told only against anchors that
    /// one has from elsewhere. Name them with `--trust`. Under `field` it is a note: a token is
    /// fetched from the depot itself, over a connection that is authenticated.
    "etk.trust-anchor-missing": INCONCLUSIVE.in_field(Note) => anchor_missing,
        cites: &[cite("RFC 5280", "6.1.1", Force::Fact, "(d) trust anchor information")];

    /// The chain of a certificate is broken
    ///
    /// An issuer of the signer's or of the authentication certificate is at hand, but did not sign
    /// it, may not sign certificates, or is not valid; or the chain ends at a root that is none of
    /// the anchors. Somebody who can name himself like a CA can make such a certificate.
    "etk.chain-broken": ERROR => chain_broken,
        cites: &[cite("RFC 5280", "6.1", Force::Must, "the certification path … MUST")],
        catalogue: &["CM-05", "ET-04"],
        codes: &["ETK_CERTS_INVALID", "ETK_RA_CERT_NOT_VALID"];

    /// The chain of a certificate does not reach an anchor
    ///
    /// The issuer of a certificate is neither in the token nor among the `intermediates` and anchors
    /// of the context. It may well exist: get it, and give it. RFC 5652 lets a message embed fewer
    /// certificates than its readers need, so under the standard alone it is a warning.
    "etk.chain-incomplete": INCONCLUSIVE.in_standard(Warning).in_field(Note) => chain_incomplete,
        cites: &[cite("RFC 5652", "5.1", Force::May, "There may also be fewer certificates than necessary, if it is expected that recipients have an alternate means of obtaining necessary certificates")],
        catalogue: &["CM-05"];

    /// A certificate of the token is revoked
    ///
    /// A list of its issuer names the certificate of ETK-RA or the authentication certificate of the
    /// owner. Whoever may have the owner's key can read what is encrypted for the owner: do not use the
    /// token. Lists are those that the caller gives; nothing is fetched.
    "etk.certificate-revoked": ERROR => certificate_revoked,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "At the current time, the certificate is not revoked")],
        catalogue: &["CM-05", "ET-04"],
        codes: &["ETK_REQUESTED_FOR_AUTH_CERT_REVOKED"];

    /// Revocation of a certificate of the token cannot be told
    ///
    /// Lists were given, and none of them is one of the issuer, in force, and signed by it. Under
    /// `field` it is a note: the depot removes tokens whose certificates are revoked.
    "etk.revocation-unknown": INCONCLUSIVE.in_field(Note) => revocation_unknown,
        cites: &[cite("RFC 5280", "6.3.3", Force::Must, "if the revocation status has still not been determined, then return the cert_status UNDETERMINED")],
        catalogue: &["CM-05"];
}

fn anchor_missing(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    etk.registrar.or(etk.authentication)?;
    if cx.context().trust.is_empty() {
        cx.fail("content.certificates", Span::default(), "expected trust anchors in the context, found none")
            .hint("name them with `--trust`");
    }
    Some(Checked)
}

fn chain_broken(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let anchored = !cx.context().trust.is_empty();
    let mut any = false;
    for (role, it, path) in etk.paths() {
        any = true;
        if let Some(problem) = path.breach(anchored) {
            let message =
                format!("expected a path from the {role} certificate to an anchor, found that {problem}");
            cx.fail(embedded(it.index), it.span, message);
        }
    }
    any.then_some(Checked)
}

fn chain_incomplete(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if cx.context().trust.is_empty() {
        return None;
    }
    let mut any = false;
    for (role, it, path) in etk.paths() {
        any = true;
        if let Searched::NotFound(Problem::NoIssuer(issuer)) = path {
            cx.fail(
                embedded(it.index),
                it.span,
                format!(
                    "expected the issuer `{issuer}` in the chain of the {role} certificate, found it nowhere"
                ),
            );
        }
    }
    any.then_some(Checked)
}

fn certificate_revoked(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    etk.revocations.first()?;
    for (role, it, revocation) in &etk.revocations {
        if let Revocation::Revoked(from) = revocation {
            let from = time::format(*from);
            let message =
                format!("expected the {role} certificate to be in force, found it revoked on {from}");
            cx.fail(embedded(it.index), it.span, message);
        }
    }
    Some(Checked)
}

fn revocation_unknown(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    etk.revocations.first()?;
    for (role, it, revocation) in &etk.revocations {
        if *revocation == Revocation::Unknown {
            let message = format!(
                "expected a list of the issuer of the {role} certificate that is in force, found none"
            );
            cx.fail(embedded(it.index), it.span, message);
        }
    }
    Some(Checked)
}
