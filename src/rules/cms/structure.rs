//! The parts of the SignedData and their versions.

use super::signer;
use crate::base::Span;
use crate::model::cms::{Cms, DATA, SIGNED_DATA, SignedData, SignerIdentifier, SignerInfo};
use crate::rule;
use crate::rule::Severity::{Error, Note};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Cms =>
    /// The message is no SignedData
    ///
    /// The first part of a CMS message says what it carries. Only id-signedData
    /// (1.2.840.113549.1.7.2) can be verified; enveloped or encrypted data hides what it signs, and
    /// bare data is signed by nobody.
    "cms.content-type-not-signed-data": ERROR => content_type_not_signed_data,
        cites: &[cite("RFC 5652", "5.1", Force::Fact, "id-signedData")],
        catalogue: &["CM-02"];

    /// The version of the SignedData is not the one that its contents call for
    ///
    /// The version follows from the contents: 5 with other certificate or revocation formats, 4 with
    /// attribute certificates of version 2, 3 with those of version 1, a signer of version 3 or
    /// content other than id-data, else 1. Most verifiers ignore it, some refuse.
    "cms.version-wrong": WARNING.in_cookbook(Error).in_field(Note) => version_wrong,
        clauses: &["ED-5.2.1.2-13"],
        cites: &[cite("RFC 5652", "5.1", Force::Must, "version MUST be assigned as follows")];

    /// The version of a signer is not the one that its identifier calls for
    ///
    /// 1 where the signer is named by issuer and serial number, 3 where it is named by a subject key
    /// identifier.
    "cms.signer-version-wrong": WARNING.in_cookbook(Error).in_field(Note) => signer_version_wrong,
        cites: &[cite(
            "RFC 5652", "5.3", Force::Must,
            "If the SignerIdentifier is the CHOICE issuerAndSerialNumber, then the version MUST be 1",
        )];

    /// The content is not an OCTET STRING
    ///
    /// PKCS #7 let any value stand for the content, CMS wraps it in an OCTET STRING. Verifiers of
    /// CMS hash other bytes for the old form, so the same message verifies in one and fails in the
    /// other.
    "cms.content-not-octet-string": ERROR => content_not_octet_string,
        cites: &[cite(
            "RFC 5652", "5.2", Force::Fact,
            "eContent [0] EXPLICIT OCTET STRING OPTIONAL",
        )],
        catalogue: &["CM-02"];

    /// An embedded certificate cannot be read
    ///
    /// A member of the certificates field is no X.509 certificate in DER: another kind of
    /// certificate, or one that breaks off. Nothing can be verified with it.
    "cms.certificate-unreadable": WARNING => certificate_unreadable,
        cites: &[cite("RFC 5652", "10.2.2", Force::Fact, "CertificateChoices ::= CHOICE { certificate Certificate, …")],
        catalogue: &["CM-08"];

    /// An embedded certificate is not X.509 in DER to the letter
    ///
    /// It can be read, but something in it has another form than X.509 or DER prescribes: a length in too
    /// many octets, a time that is none, an extension that is cut. Readers that hold to it refuse the
    /// whole message, whatever its signature says.
    "cms.certificate-malformed": WARNING => certificate_malformed,
        cites: &[cite("RFC 5652", "10.2.2", Force::Fact, "CertificateChoices ::= CHOICE { certificate Certificate, …")],
        catalogue: &["CM-08"];

    /// A signer's digest algorithm is not announced
    ///
    /// The list of digest algorithms at the head lets a verifier hash the content as it streams by.
    /// A verifier that reads in one pass cannot check a signer whose algorithm is not in it.
    "cms.digest-algorithm-not-listed": WARNING => digest_algorithm_not_listed,
        cites: &[cite(
            "RFC 5652", "5.3", Force::Should,
            "The message digest algorithm SHOULD be among those listed in the digestAlgorithms field",
        )];

    /// A set of attributes is empty
    ///
    /// Signed and unsigned attributes are optional, but where they stand there is at least one. An
    /// empty set (`A1 00`) is written by signers that forgot to leave it out; real ETEE messages
    /// have it, and real readers take it.
    "cms.attributes-empty": ERROR.in_field(Note) => attributes_empty,
        cites: &[cite(
            "RFC 5652", "5.3", Force::Fact,
            "UnsignedAttributes ::= SET SIZE (1..MAX) OF Attribute",
        )];
}

fn content_type_not_signed_data(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let found = cms.content_type?;
    if found != SIGNED_DATA {
        cx.fail(
            "contentType",
            Span::default(),
            format!("expected id-signedData ({SIGNED_DATA}), found {found}"),
        );
    }
    Some(Checked)
}

fn expected_version(data: &SignedData<'_>) -> u64 {
    let named_by_key = |it: &SignerInfo<'_>| matches!(it.sid, SignerIdentifier::SubjectKeyIdentifier(_));
    if data.kinds.other {
        5
    } else if data.kinds.attribute_v2 {
        4
    } else if data.kinds.attribute_v1 || data.content_type != DATA || data.signers.iter().any(named_by_key) {
        3
    } else {
        1
    }
}

fn version_wrong(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    let expected = expected_version(data);
    if data.version.to_u64() != Some(expected) {
        cx.fail(
            "content.version",
            data.version.span,
            format!("expected version {expected}, found {}", data.version.to_decimal()),
        );
    }
    Some(Checked)
}

fn signer_version_wrong(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref().filter(|data| !data.signers.is_empty())?;
    for (index, it) in data.signers.iter().enumerate() {
        let (expected, named) = match it.sid {
            SignerIdentifier::IssuerAndSerial { .. } => (1, "issuer and serial number"),
            SignerIdentifier::SubjectKeyIdentifier(_) => (3, "subject key identifier"),
        };
        if it.version.to_u64() != Some(expected) {
            cx.fail(
                format!("{}.version", signer(index)),
                it.version.span,
                format!(
                    "expected version {expected} of a signer that is named by {named}, found {}",
                    it.version.to_decimal()
                ),
            );
        }
    }
    Some(Checked)
}

fn content_not_octet_string(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let content = cms.signed_data.as_ref()?.content.as_ref()?;
    if !content.is_octet_string {
        cx.fail(
            "content.encapContentInfo.eContent",
            content.span,
            "expected an OCTET STRING, found another value",
        );
    }
    Some(Checked)
}

fn certificate_unreadable(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    if data.certificates.is_empty() && data.unread_certificates.is_empty() {
        return None;
    }
    for span in &data.unread_certificates {
        cx.fail("content.certificates", *span, "expected an X.509 certificate in DER, found something else");
    }
    Some(Checked)
}

fn certificate_malformed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref().filter(|data| !data.certificates.is_empty())?;
    for it in &data.certificates {
        if let Some(fault) = it.faults.first() {
            let at = format!("content.certificates[{}] → {}", it.index, fault.at);
            cx.fail(at, it.span, fault.kind.to_string());
        }
    }
    Some(Checked)
}

fn digest_algorithm_not_listed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref().filter(|data| !data.signers.is_empty())?;
    for (index, it) in data.signers.iter().enumerate() {
        if !data.digest_algorithms.contains(&it.digest_algorithm.oid) {
            cx.fail(
                format!("{}.digestAlgorithm", signer(index)),
                it.digest_algorithm.span,
                format!(
                    "expected {} among the digest algorithms at the head, found it not there",
                    it.digest_algorithm.oid
                ),
            );
        }
    }
    Some(Checked)
}

fn attributes_empty(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    let mut any = false;
    for (index, it) in data.signers.iter().enumerate() {
        let sets = [("signedAttrs", &it.signed_attributes), ("unsignedAttrs", &it.unsigned_attributes)];
        for (name, set) in sets {
            let Some(set) = set else { continue };
            any = true;
            if set.all.is_empty() {
                cx.fail(
                    format!("{}.{name}", signer(index)),
                    set.span,
                    "expected at least one attribute or no field, found an empty set",
                );
            }
        }
    }
    any.then_some(Checked)
}
