//! The key and the algorithms of an assertion's signature, as the cookbooks narrow them.
//!
//! That they are sound at all, and whom the certificate is trusted for, is judged by `signed-xml`.

use crate::model::saml::protection::{Protection, is_signable};
use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

rule! { Protection =>
    /// The signature does not carry its certificate
    ///
    /// The signer is known by an X.509 certificate that stands in `KeyInfo/X509Data/X509Certificate`. A
    /// name, a serial number or a bare key in its place leaves it to the reader to find the certificate,
    /// and eHealth's readers do not look for one.
    "saml-assertion.certificate-missing": ERROR.not_in_standard().in_field(Warning) => certificate_missing,
        clauses: &["AA-5.3.2.8-03", "AA-5.3.2.8-04", "AA-5.3.2.8-05", "AA-5.3.2.13-25", "IX-5.2.3.2.1-07"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.8", Force::Must, "The time being, only an x509v3 certificate is supported, information can be found in the KeyInfo/X509Data element")],
        catalogue: &["DS-24", "SM-02"];

    /// KeyInfo holds something else beside the certificate
    ///
    /// One X509Data, and nothing beside it: a KeyValue can contradict the certificate, a KeyName means
    /// something else to each reader, and of two X509Data one is checked and the other believed.
    "saml-assertion.key-info-other": WARNING.not_in_standard() => key_info_other,
        clauses: &["AA-5.3.2.8-04", "AA-5.3.2.13-25"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.8", Force::Must, "only an x509v3 certificate is supported")],
        catalogue: &["DS-24", "DS-25", "SM-02"];

    /// The signature is made by another method than RSA with SHA-256
    ///
    /// The cookbook's example prints the URI of a digest where that of RSA with SHA-256 is meant. Other
    /// sound methods are no error in themselves, but a client that follows the cookbook does not know
    /// them.
    "saml-assertion.signature-method-other": WARNING.not_in_standard() => signature_method_other,
        clauses: &["AA-5.3.2.13-17"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.13", Force::Fact, "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" />")],
        defects: &["SD-21"],
        catalogue: &["DS-21", "SM-30"];

    /// A digest of the signature is not made with SHA-256
    ///
    /// The cookbook's example has SHA-256 (with a value as long as one of SHA-1, SD-22); SHA-1 is no
    /// longer taken since January 2023.
    "saml-assertion.digest-method-other": WARNING.not_in_standard() => digest_method_other,
        clauses: &["AA-5.3.2.13-22"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.13", Force::Fact, "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" />")],
        defects: &["SD-22"],
        catalogue: &["DS-23", "SM-30"];
}

/// Judges every signature that stands in an element of SAML's; nothing where there is none.
fn each<'m>(protection: &Protection<'m>, mut judge: impl FnMut(&XmlSignature<'m>)) -> Option<Checked> {
    let mut met = None;
    for signature in protection.signatures {
        if signature.element().parent().is_some_and(is_signable) && signature.parts().is_some() {
            met = Some(Checked);
            judge(signature);
        }
    }
    met
}

fn certificate_missing(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(protection, |signature| {
        if signature.reading.key_info.certificates().next().is_none() {
            let place = signature.parts().and_then(|parts| parts.key_info).unwrap_or(signature.element());
            let text = "expected the signer's X509Certificate in KeyInfo, found none";
            cx.fail(place.path(), place.start_tag(), text);
        }
    })
}

fn key_info_other(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(protection, |signature| {
        let Some(key_info) = signature.parts().and_then(|parts| parts.key_info) else { return };
        let children: Vec<&str> = key_info.elements().map(crate::wire::xml::Element::local).collect();
        if children != ["X509Data"] {
            let text = format!("expected one X509Data in KeyInfo, found {}", children.join(", "));
            cx.fail(key_info.path(), key_info.start_tag(), text);
        }
    })
}

fn signature_method_other(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(protection, |signature| {
        let Some(parts) = signature.parts() else { return };
        if parts.method.uri != RSA_SHA256 {
            let (element, found) = (parts.method.element, parts.method.uri.escape_debug());
            cx.fail(element.path(), element.start_tag(), format!("expected {RSA_SHA256}, found `{found}`"));
        }
    })
}

fn digest_method_other(protection: &Protection<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(protection, |signature| {
        for reference in signature.parts().into_iter().flat_map(|parts| &parts.references) {
            let used = &reference.digest_method;
            if used.uri != SHA256 {
                let text = format!("expected {SHA256}, found `{}`", used.uri.escape_debug());
                cx.fail(used.element.path(), used.element.start_tag(), text);
            }
        }
    })
}
