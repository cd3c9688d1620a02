//! The certificates of X509Data: the signer's first, then its issuers, without the root.

use crate::model::certificate::Certificate;
use crate::model::signed_xml::XmlSignature;
use crate::model::xml_signing_key::{Signer, Value};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::xml::Element;

rule! { XmlSignature =>
    /// KeyInfo holds no certificate
    ///
    /// The service knows the signer by the certificate in X509Data.
    "signed-xml.x509-data-missing": WARNING.not_in_standard() => x509_data_missing,
        clauses: &["CR-4.3.2-10"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Should, "The client should add a X509Data element in the KeyInfo element")],
        defects: &["SD-77"],
        catalogue: &["DS-24"];

    /// The signer's certificate is not the first
    ///
    /// The cookbook's sentence says that the chain "should start with the certificate chain"; what is
    /// meant is the signer's own certificate.
    "signed-xml.signer-not-first": WARNING.not_in_standard() => signer_not_first,
        clauses: &["CR-4.3.2-11", "CR-4.3.2-14"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Should, "The certificate chain should start with the certificate chain")],
        defects: &["SD-77"],
        catalogue: &["DS-25"];

    /// A certificate does not issue the one before it
    ///
    /// After the signer's certificate comes its issuer's, then that one's issuer's, and so on. A
    /// certificate out of this order, twice, or of another chain is not expected.
    "signed-xml.chain-order": WARNING.not_in_standard() => chain_order,
        clauses: &["CR-4.3.2-15"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Should, "contain the issuers in ascending order")],
        defects: &["SD-77"],
        catalogue: &["DS-25"];

    /// The chain stops before the certificate that the root issued
    ///
    /// The service builds the path from what it is sent and its own roots.
    "signed-xml.chain-incomplete": ERROR.not_in_standard().in_field(Warning) => chain_incomplete,
        clauses: &["CR-4.3.2-12"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "The X509Data must contain the entire chain of certificates up to a certificate issued by the Root CA")],
        defects: &["SD-77"],
        catalogue: &["DS-25"];

    /// The chain contains the root
    ///
    /// The root stands with the service, and must not be sent: a verifier that trusts what it is sent
    /// trusts anyone.
    "signed-xml.root-included": ERROR.not_in_standard().in_field(Warning) => root_included,
        clauses: &["CR-4.3.2-13"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "(excluding the Root CA itself)")],
        defects: &["SD-77"],
        catalogue: &["DS-25"];
}

fn x509_data_missing(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if signature.certificates.is_empty() {
        let element = parts.key_info.unwrap_or(parts.element);
        cx.fail(
            element.path(),
            element.start_tag(),
            "expected the signer's certificate in X509Data, found none",
        );
    }
    Some(Checked)
}

/// The certificates that were read, with their places.
fn chain<'s, 'm>(signature: &'s XmlSignature<'m>) -> Vec<(Element<'m>, &'s Certificate<'m>)> {
    let read =
        |given: &'s crate::model::signed_xml::Given<'m>| Some((given.element, given.certificate.as_ref()?));
    signature.certificates.iter().filter_map(read).collect()
}

fn signer_not_first(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Value::Verified(Signer::Certificate(at)) = signature.value else { return None };
    if at > 0 {
        let element = signature.certificates[at].element;
        let message = format!("expected the signer's certificate first, found it in place {}", at + 1);
        cx.fail(element.path(), element.start_tag(), message);
    }
    Some(Checked)
}

fn chain_order(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    /// Signatures that are verified for this.
    const LONGEST: usize = 16;
    let chain = chain(signature);
    if chain.len() < 2 {
        return None;
    }
    for pair in chain.windows(2).take(LONGEST) {
        let ((_, below), (element, above)) = (pair[0], pair[1]);
        if !below.is_issued_by(above) || above.raw == below.raw {
            let message = format!(
                "expected the issuer of the certificate before, `{}`, found `{}`",
                below.issuer.to_text().escape_debug(),
                above.subject.to_text().escape_debug()
            );
            cx.fail(element.path(), element.start_tag(), message);
        }
    }
    if chain.len() > LONGEST {
        let element = chain[LONGEST].0;
        cx.fail(
            element.path(),
            element.start_tag(),
            format!("expected a chain, found {} certificates", chain.len()),
        );
    }
    Some(Checked)
}

fn chain_incomplete(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Value::Verified(Signer::Certificate(at)) = signature.value else { return None };
    let anchors = &signature.keys.anchors;
    let chain = chain(signature);
    let mut last = signature.certificates[at].certificate.as_ref()?;
    if anchors.is_empty() || anchors.iter().any(|anchor| anchor.raw == last.raw) || last.is_self_issued() {
        return None;
    }
    // Each step takes another certificate, so that there are no more steps than certificates.
    for _ in 0..chain.len().min(16) {
        if anchors.iter().any(|anchor| last.is_issued_by(anchor)) {
            return Some(Checked);
        }
        match chain.iter().find(|(_, issuer)| issuer.raw != last.raw && last.is_issued_by(issuer)) {
            Some((_, issuer)) => last = issuer,
            None => break,
        }
    }
    let element = signature.certificates[at].element;
    let message = format!(
        "expected every certificate up to the one that the root issued, found none of `{}`",
        last.issuer.to_text().escape_debug()
    );
    cx.fail(element.path(), element.start_tag(), message);
    Some(Checked)
}

fn root_included(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let chain = chain(signature);
    if chain.is_empty() {
        return None;
    }
    for (element, certificate) in chain {
        if certificate.is_ca() && certificate.is_self_issued() {
            let message = format!(
                "expected no root certificate, found `{}`",
                certificate.subject.to_text().escape_debug()
            );
            cx.fail(element.path(), element.start_tag(), message);
        }
    }
    Some(Checked)
}
