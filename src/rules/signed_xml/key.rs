//! KeyInfo beside its certificates: what it says of the key otherwise.

use crate::model::signed_xml::XmlSignature;
use crate::model::xml_signing_key::{Signer, Value};
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { XmlSignature =>
    /// KeyInfo points at a key elsewhere
    ///
    /// RetrievalMethod and KeyInfoReference make the verifier fetch what the sender names. Nothing is
    /// fetched here: what stands in the same document is read there, and no signature of eHealth has one.
    "signed-xml.key-elsewhere": WARNING.in_cookbook(Error).in_field(Error) => key_elsewhere,
        clauses: &["CR-4.3.2-11"],
        cites: &[cite("XML Signature 1.1", "4.5.3", Force::May, "to convey a reference to KeyInfo information that is stored at another location")],
        catalogue: &["DS-24"];

    /// A KeyValue is not the key of the certificate
    ///
    /// All children of KeyInfo speak of one key. With two, a verifier that takes the bare key and a
    /// consumer that reads the certificate each see another signer.
    "signed-xml.key-value-contradicts": WARNING.in_cookbook(Error).in_field(Error) => key_value_contradicts,
        clauses: &["CR-4.3.2-11"],
        cites: &[cite("XML Signature 1.1", "4.5", Force::Fact, "Multiple declarations within KeyInfo refer to the same key")],
        catalogue: &["DS-24"];

    /// The key's curve is a known one with other parameters
    ///
    /// A key may spell out its curve instead of naming it. Whoever chooses the base point has the private
    /// key of any public key, that of somebody whom the receiver trusts among them (CVE-2020-0601): the
    /// parameters are compared with those of the curve as a whole, and with a part of them another, the
    /// key is nobody's.
    ///
    /// Name the curve.
    "signed-xml.curve-altered": ERROR => curve_altered,
        cites: &[cite("XML Signature 1.1", "4.5.2.3.1", Force::Fact, "The ECParameters element consists of the following subelements")],
        catalogue: &["DS-24"];

    /// The key is given by value, without a certificate
    ///
    /// A bare key says nothing of who holds it: anyone can sign under a key of their own. The signer
    /// puts the certificate chain in X509Data.
    "signed-xml.key-value-alone": ERROR.not_in_standard() => key_value_alone,
        clauses: &["CR-4.3.2-10", "CR-4.3.2-11"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Should, "The client should add a X509Data element in the KeyInfo element")],
        catalogue: &["DS-24"];
}

fn key_elsewhere(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    signature.parts()?.key_info?;
    for element in &signature.reading.key_info.elsewhere {
        let message = format!("expected the key itself, found {}", element.name());
        cx.fail(element.path(), element.start_tag(), message);
    }
    Some(Checked)
}

fn key_value_contradicts(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signer = signature.signer()?.key().ok()?;
    for (element, key) in &signature.reading.key_info.key_values {
        if key.as_ref().is_some_and(|key| !key.is_same(signer)) {
            cx.fail(
                element.path(),
                element.span(),
                "expected the key of the signer's certificate, found another one",
            );
        }
    }
    Some(Checked)
}

fn curve_altered(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    signature.reading.key_info.key_values.first()?;
    for (element, curve) in &signature.reading.key_info.altered_curves {
        let text = format!("expected all parameters of {curve}, found its prime with others");
        cx.fail(element.path(), element.span(), text);
    }
    Some(Checked)
}

fn key_value_alone(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key_info = signature.parts()?.key_info?;
    if signature.value == Value::Verified(Signer::KeyValue) && signature.certificates.is_empty() {
        cx.fail(key_info.path(), key_info.start_tag(), "expected the signer's certificate, found a bare key");
    }
    Some(Checked)
}
