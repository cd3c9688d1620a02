//! The signature profile of the CertRA cookbook, 4.3.2: which algorithms, which transforms, how many
//! references.

use crate::base::Profile;
use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::c14n::Algorithm;
use crate::xmldsig::reference::is_manifest;
use crate::xmldsig::{AlgorithmUse, ENVELOPED};

/// RSASSA-PKCS1-v1_5 with SHA-256.
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// ECDSA with SHA-256.
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
/// SHA-256.
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

rule! { XmlSignature =>
    /// The signature method is not rsa-sha256
    ///
    /// The cookbook prints `http://www.w3.org/2001/04/xmlsig-more#rsa-sha256`; what is meant, and
    /// what everybody sends, is `xmldsig-more`. Real clients sign with `ecdsa-sha256` under EC keys,
    /// which `field` takes.
    "signed-xml.signature-method": ERROR.not_in_standard() => signature_method,
        clauses: &["CR-4.3.2-01", "CR-4.3.2-04", "CR-4.3.2-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Signature method http://www.w3.org/2001/04/xmlsig-more#rsa-sha256")],
        defects: &["SD-21", "SD-77", "SD-109"],
        catalogue: &["DS-21"];

    /// The digest method is not SHA-256
    ///
    /// The cookbooks prescribe SHA-256 for every digest, by the identifier of XML Encryption. Services
    /// refuse another one, even a stronger.
    "signed-xml.digest-method": ERROR.not_in_standard() => digest_method,
        clauses: &["CR-4.3.2-04", "CR-4.3.2-07"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Digest method : SHA256 http://www.w3.org/2001/04/xmlenc#sha256")],
        defects: &["SD-22"],
        catalogue: &["DS-23"];

    /// SignedInfo is not canonicalised exclusively
    ///
    /// Inclusive canonicalisation writes the namespaces of the envelope around the request into what
    /// is signed, so that the signature breaks when the request is put into another envelope.
    /// Exclusive canonicalisation without comments is
    /// `http://www.w3.org/2001/10/xml-exc-c14n#`; the final `#` is part of the name.
    "signed-xml.signed-info-not-exclusive": ERROR.not_in_standard() => signed_info_not_exclusive,
        clauses: &["CR-4.3.2-08"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Use the \u{201c}Exclusive\u{201d} CanonicalizationMethod for the SignedInfo element")],
        catalogue: &["DS-17"];

    /// The reference is not canonicalised exclusively
    ///
    /// Without a canonicalisation among the transforms the inclusive one is implied. Add the transform
    /// `http://www.w3.org/2001/10/xml-exc-c14n#` after the enveloped signature transform.
    "signed-xml.reference-not-exclusive": ERROR.not_in_standard() => reference_not_exclusive,
        clauses: &["CR-4.3.2-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Use the \u{201c}Exclusive\u{201d} CanonicalizationMethod for the Reference element")],
        defects: &["SD-78"],
        catalogue: &["DS-14", "DS-17"];

    /// The transforms are not the enveloped signature transform and one canonicalisation
    ///
    /// Exactly these two, in this order, each once: what a longer list selects is for an attacker to
    /// choose.
    "signed-xml.transform-list": ERROR.not_in_standard() => transform_list,
        clauses: &["CR-4.3.2-05", "CR-4.3.2-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Enveloped Signature")],
        defects: &["SD-78"],
        catalogue: &["DS-14"];

    /// The signature has more than one reference
    ///
    /// One reference covers the request element. A second one covers something that nobody reads, or
    /// lets a reader take the digest of one for that of the other.
    "signed-xml.reference-repeated": ERROR.not_in_standard() => reference_repeated,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "the CanonicalizationMethod for the Reference element")],
        catalogue: &["DS-07"];

    /// The signature holds an Object or refers to a Manifest
    ///
    /// An enveloped signature carries nothing but itself. An Object is where wrapping attacks put the
    /// genuine element, and the digests in a Manifest are not checked by core validation.
    "signed-xml.object-present": ERROR.not_in_standard() => object_present,
        clauses: &["CR-4.3.2-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Enveloped Signature")],
        catalogue: &["DS-05", "DS-07", "DS-10", "DS-31"];
}

fn wrong(of: &AlgorithmUse<'_>, expected: &str, cx: &mut Cx<'_>) {
    let message = format!("expected {expected}, found `{}`", of.uri.escape_debug());
    cx.fail(of.element.path(), of.element.start_tag(), message);
}

fn signature_method(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let method = &signature.parts()?.method;
    let elliptic = method.uri == ECDSA_SHA256 && cx.profile() == Profile::Field;
    if method.uri != RSA_SHA256 && !elliptic {
        wrong(method, "rsa-sha256", cx);
    }
    Some(Checked)
}

fn digest_method(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for reference in &signature.parts()?.references {
        if reference.digest_method.uri != SHA256 {
            wrong(&reference.digest_method, "xmlenc#sha256", cx);
        }
    }
    Some(Checked)
}

fn signed_info_not_exclusive(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let method = &signature.parts()?.canonicalization;
    if method.uri != Algorithm::EXCLUSIVE.uri() {
        wrong(method, "exclusive canonicalisation without comments", cx);
    }
    Some(Checked)
}

fn reference_not_exclusive(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for reference in &signature.parts()?.references {
        let mut canonicalisations =
            reference.transforms.iter().filter(|transform| Algorithm::from_uri(&transform.uri).is_some());
        match canonicalisations.find(|transform| transform.uri != Algorithm::EXCLUSIVE.uri()) {
            Some(other) => wrong(other, "exclusive canonicalisation without comments", cx),
            None => {
                let exclusive = |transform: &AlgorithmUse<'_>| transform.uri == Algorithm::EXCLUSIVE.uri();
                if !reference.transforms.iter().any(exclusive) {
                    let element = reference.element;
                    cx.fail(
                        element.path(),
                        element.start_tag(),
                        "expected exclusive canonicalisation among the transforms, found none",
                    );
                }
            }
        }
    }
    Some(Checked)
}

fn transform_list(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for reference in &signature.parts()?.references {
        let kind = |transform: &AlgorithmUse<'_>| match &*transform.uri {
            ENVELOPED => 'e',
            uri if Algorithm::from_uri(uri).is_some() => 'c',
            _ => 'x',
        };
        let list: String = reference.transforms.iter().map(kind).collect();
        // A missing canonicalisation and unknown transforms are told by rules of their own.
        if !matches!(list.as_str(), "ec" | "e") && !list.contains('x') {
            let element =
                reference.element.child(crate::xmldsig::DS, "Transforms").unwrap_or(reference.element);
            let message = format!(
                "expected the enveloped signature transform and one canonicalisation, found {}",
                match list.as_str() {
                    "" => "none".to_owned(),
                    "c" => "the canonicalisation alone".to_owned(),
                    "ce" => "them in the other order".to_owned(),
                    _ => format!("{} transforms", list.len()),
                }
            );
            cx.fail(element.path(), element.start_tag(), message);
        }
    }
    Some(Checked)
}

fn reference_repeated(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (_, others) = signature.parts()?.references.split_first()?;
    for other in others {
        cx.fail(other.element.path(), other.element.start_tag(), "expected one reference, found another one");
    }
    Some(Checked)
}

fn object_present(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    for object in &parts.objects {
        cx.fail(
            object.path(),
            object.start_tag(),
            "expected an enveloped signature without Object, found one",
        );
    }
    for reference in parts.references.iter().filter(|reference| is_manifest(reference)) {
        cx.fail(
            reference.element.path(),
            reference.element.start_tag(),
            "expected a reference to the request, found one to a Manifest",
        );
    }
    Some(Checked)
}
