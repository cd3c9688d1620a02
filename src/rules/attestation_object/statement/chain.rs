//! The certificates of a statement: each one itself, how they follow on each other, and whether they
//! lead to an anchor.

use super::attestation_certificate::AAGUID;
use crate::base::{Span, time};
use crate::model::attestation_statement::{Link, Statement};
use crate::model::certificate::{Certificate, SignatureError};
use crate::model::path::{Searched, Store, Terms};
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};
use crate::rules::shown;
use crate::wire::cbor::Item;

rule! { Statement =>
    /// A certificate of the statement cannot be read
    ///
    /// Each element of `x5c` is one X.509 certificate in DER, with nothing behind it.
    "attestation-object.certificate-unreadable": ERROR => unreadable,
        clauses: &["KD-4.1.1-25"],
        cites: &[cite("WebAuthn L3", "8.2", Force::Must, "The elements of this array contain attestnCert and its certificate chain (if any), each encoded in X.509 format.")],
        catalogue: &["WS-11"],
        codes: &["BAD_REQUEST"];

    /// A certificate of the statement is not in DER
    ///
    /// It can be read, but departs from the distinguished encoding, so that readers differ on its bytes.
    "attestation-object.certificate-not-der": WARNING => not_der,
        cites: &[cite("RFC 5280", "4.1", Force::Must, "the data that is to be signed is encoded using the ASN.1 distinguished encoding rules (DER)")],
        catalogue: &["WS-11"];

    /// A certificate of the statement is not valid at that time
    ///
    /// The registration is judged as of an instant that lies before or after the validity of the
    /// attestation certificate or of one above it.
    "attestation-object.certificate-not-valid": ERROR => not_valid,
        clauses: &["KD-4.1.1-25"],
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "The certificate validity period includes the current time")],
        catalogue: &["WS-12", "WS-14"],
        codes: &["VALIDATION_FAILED"];

    /// The time as of which the certificates are judged is not known
    ///
    /// Whether they were valid cannot be said. Name the instant in the context (`as_of`).
    "attestation-object.no-time": INCONCLUSIVE.in_standard(Note) => no_time,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "The certificate validity period includes the current time")];

    /// A certificate of the statement is signed over SHA-1 or MD5
    ///
    /// Collisions can be made, and with them a certificate that the CA never saw. Attestation
    /// certificates live long, so outside `cookbook` it is a warning.
    "attestation-object.certificate-signature-legacy": ERROR.in_field(Warning).in_standard(Warning) => signature_legacy,
        cites: &[cite("RFC 9155", "1", Force::Must, "MD5 and SHA-1 MUST NOT be used for digital signatures")],
        codes: &["VALIDATION_FAILED"];

    /// The certificates do not follow on each other
    ///
    /// Behind the attestation certificate stands the certificate of its issuer, and so on. Here the names
    /// do not meet, the issuer is no CA, or the signature does not verify.
    "attestation-object.chain-broken": ERROR => broken,
        clauses: &["KD-4.1.1-25"],
        cites: &[cite("WebAuthn L3", "8.2", Force::Must, "The attestation certificate attestnCert MUST be the first element in the array")],
        catalogue: &["WS-14"],
        codes: &["VALIDATION_FAILED"];

    /// The root stands among the certificates
    ///
    /// The last certificate is self-signed. An anchor that comes with the message proves nothing; the
    /// verifier has its own. FIDO's conformance tests refuse it, real authenticators do it.
    "attestation-object.chain-with-root": WARNING => with_root,
        cites: &[cite("FIDO conformance", "Server-ServerAuthenticatorAttestationResponse-Resp-5", Force::Should, "with attStmt.x5c containing full chain, and check that server returns an error")],
        catalogue: &["WS-13", "WS-15"];

    /// The certificates lead to no trust anchor
    ///
    /// No path of valid signatures leads from the attestation certificate, over those behind it and those
    /// in the context, to one of the anchors in the context (RFC 5280). The message says what stood in
    /// the way of the path that came furthest.
    "attestation-object.untrusted": ERROR => untrusted,
        clauses: &["KD-4.1.1-25"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "verify that the attestation public key either correctly chains up to an acceptable root certificate, or is itself an acceptable certificate")],
        catalogue: &["WS-14", "WS-15"],
        codes: &["VALIDATION_FAILED"];

    /// No trust anchor is known
    ///
    /// Whether the attestation certificate may be believed cannot be judged. Name the roots of the
    /// accepted authenticators in the context (`trust`). Under `standard` it is a note: the format is
    /// judged, and trust is the relying party's policy.
    "attestation-object.no-trust-anchor": INCONCLUSIVE.in_standard(Note) => no_trust_anchor,
        clauses: &["KD-4.1.1-25"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "If validation is successful, obtain a list of acceptable trust anchors")];
}

fn unreadable(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for link in &statement.chain {
        if !matches!(link.node.item(), Item::Bytes(_) | Item::ByteChunks) {
            continue;
        }
        let why = match &link.certificate {
            None => link.faults.first(),
            Some(_) => link.faults.iter().find(|fault| fault.is_behind_the_whole()),
        };
        if let Some(fault) = why {
            let (path, span) = link.at(&fault.at, fault.span);
            cx.fail(path, span, fault.kind.to_string());
        } else if link.certificate.is_none() {
            let (path, span) = link.at("", Span::default());
            cx.fail(path, span, "expected a certificate in one byte string, found chunks");
        }
    }
    Some(Checked)
}

fn not_der(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    first(statement)?;
    for link in statement.chain.iter().filter(|link| link.certificate.is_some()) {
        for fault in link.faults.iter().filter(|fault| !fault.is_behind_the_whole()) {
            let (path, span) = link.at(&fault.at, fault.span);
            cx.fail(path, span, fault.kind.to_string());
        }
    }
    Some(Checked)
}

fn first<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Link<'a>> {
    statement.chain.first()
}

fn certificates<'s, 'a>(
    statement: &'s Statement<'a>,
) -> impl DoubleEndedIterator<Item = (&'s Link<'a>, &'s Certificate<'a>)> {
    statement.chain.iter().filter_map(|link| Some((link, link.certificate.as_ref()?)))
}

fn not_valid(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    first(statement)?;
    let as_of = cx.as_of()?;
    for (link, certificate) in certificates(statement) {
        let (Some(from), Some(to)) = (certificate.not_before, certificate.not_after) else { continue };
        let (wrong, word) = match () {
            () if as_of < from.instant => (from, "begins"),
            () if as_of > to.instant => (to, "ended"),
            () => continue,
        };
        let (path, span) = link.at("tbsCertificate.validity", wrong.span);
        let (expected, found) = (time::format(as_of), time::format(wrong.instant));
        cx.fail(path, span, format!("expected validity at {expected}, found that it {word} at {found}"));
    }
    Some(Checked)
}

fn no_time(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let link = first(statement)?;
    if cx.as_of().is_none() {
        let (path, span) = link.at("", Span::default());
        cx.fail(path, span, "expected to know the instant as of which is judged, found none in the context")
            .hint("name it in the context as `as_of`");
    }
    Some(Checked)
}

fn signature_legacy(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    first(statement).filter(|_| !cx.context().legacy)?;
    for (link, certificate) in
        certificates(statement).filter(|(_, certificate)| !certificate.is_self_issued())
    {
        if let Ok(algorithm) = certificate.algorithm.signature()
            && algorithm.is_legacy()
        {
            let (path, span) = link.at("signatureAlgorithm", certificate.algorithm.span);
            cx.fail(path, span, format!("expected a hash without known collisions, found {algorithm}"));
        }
    }
    Some(Checked)
}

/// Why one certificate was not issued by another.
enum NotIssued {
    Name,
    NotCa,
    Signature,
    /// It could not be found out: the algorithm has no name here.
    Unknown,
}

/// Whether `by` issued a certificate, as far as names go, and by its signature where that is asked.
fn issued(certificate: &Certificate<'_>, by: &Certificate<'_>, signature: bool) -> Result<(), NotIssued> {
    if !certificate.issuer.is_same(&by.subject) {
        return Err(NotIssued::Name);
    }
    // Certificates before version 3 cannot say whether they are a CA's.
    if by.version == 2 && !by.is_ca() {
        return Err(NotIssued::NotCa);
    }
    if !signature {
        return Ok(());
    }
    certificate.is_signed_by(by).map_err(|error| match error {
        SignatureError::Invalid => NotIssued::Signature,
        SignatureError::Unsupported(_) => NotIssued::Unknown,
    })
}

fn broken(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    // The search for an anchor verifies the signatures, where there is one.
    let signature = cx.context().trust.is_empty();
    let mut links = certificates(statement);
    let mut below = links.next()?;
    for above in links {
        let (link, certificate) = below;
        let message = match issued(certificate, above.1, signature) {
            Ok(()) | Err(NotIssued::Unknown) => None,
            Err(NotIssued::Name) => Some(format!(
                "expected the next certificate to be that of {}, found that of {}",
                shown(&certificate.issuer.to_text()),
                shown(&above.1.subject.to_text())
            )),
            Err(NotIssued::NotCa) => Some(
                "expected the next certificate to be that of a CA, found one of an end entity".to_owned(),
            ),
            Err(NotIssued::Signature) => Some(
                "expected a signature by the next certificate, found one that does not verify".to_owned(),
            ),
        };
        if let Some(message) = message {
            let (path, span) = link.at("", certificate.span);
            cx.fail(path, span, message);
        }
        below = above;
    }
    Some(Checked)
}

fn with_root(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, last) = certificates(statement).next_back()?;
    if last.is_self_issued() {
        let (path, span) = link.at("", last.span);
        cx.fail(path, span, "expected the chain without its root, found a self-signed certificate");
    }
    Some(Checked)
}

fn untrusted(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, leaf) = statement.leaf()?;
    let context = cx.context();
    if context.trust.is_empty() {
        return None;
    }
    let above = certificates(statement).skip(1).map(|(_, certificate)| certificate.raw);
    let others: Vec<_> = above.chain(context.intermediates.iter().map(Vec::as_slice)).collect();
    let store = Store::new(&context.trust, &others, cx.budget());
    let terms = Terms { as_of: context.as_of, legacy: context.legacy };
    // A critical AAGUID is known here, and has a rule of its own.
    let is_critical = leaf.extension(AAGUID).is_some_and(|(_, extension)| extension.critical);
    let searched = if is_critical { store.search_above(leaf, &terms) } else { store.search(leaf, &terms) };
    if let Searched::NotFound(problem) = searched {
        let (path, span) = link.at("", leaf.span);
        cx.fail(path, span, format!("expected a chain to a trust anchor, found none: {problem}"));
    }
    Some(Checked)
}

fn no_trust_anchor(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let link = first(statement)?;
    if cx.context().trust.is_empty() {
        let (path, span) = link.at("", Span::default());
        let last = certificates(statement).next_back();
        let issuer = last.map_or_else(|| "none".to_owned(), |(_, last)| shown(&last.issuer.to_text()));
        let message = format!("expected a trust anchor for the issuer {issuer}, found none in the context");
        cx.fail(path, span, message).hint("name the anchors in the context as `trust`");
    }
    Some(Checked)
}
