//! What kind of SignedData a token is.

use super::CONTENT;
use crate::base::Span;
use crate::crypto::Hash;
use crate::model::cms::{DATA, SignedData};
use crate::model::etk::Etk;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Etk =>
    /// The token has no content
    ///
    /// A token is a SignedData around an encryption certificate. A detached signature leaves the
    /// certificate out, and nothing can be encrypted with it.
    "etk.content-missing": ERROR => content_missing,
        clauses: &["ED-5.2.1.2-16"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwGggCSABIID6DCCA/M")],
        catalogue: &["CM-02"];

    /// The content is not of type id-data
    ///
    /// The certificate in a token stands as id-data. The type is part of what readers compare, and
    /// a token of another type is refused by those that do.
    "etk.content-type-not-data": ERROR.not_in_standard() => content_type_not_data,
        clauses: &["ED-5.2.1.2-15"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "…CABgkqhkiG9w0BBwGggCSABIID6DCCA/M (1.2.840.113549.1.7.1)")],
        catalogue: &["CM-02"];

    /// The SignedData is not of version 1
    ///
    /// The tokens that ETK-RA issues are SignedData of version 1: id-data, X.509 certificates, a
    /// signer by issuer and serial number. The cookbook shows it without a word; readers understand
    /// other versions.
    "etk.version-not-1": WARNING.in_field(Note).not_in_standard() => version_not_1,
        clauses: &["ED-5.2.1.2-13"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "MIAGCSqGSIb3DQEHAqCAMIACAQEx… (version 1)")];

    /// The content is no X.509 certificate
    ///
    /// The content of a token is the encryption certificate of its owner, in DER. What cannot be
    /// read as one cannot be encrypted with.
    "etk.content-not-certificate": ERROR => content_not_certificate,
        clauses: &["ED-5.2.1.2-16"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "…ABIID6DCCA/MwggLboAMCAQICEQCgvrRngX… (a Certificate)")],
        catalogue: &["CM-06", "ET-26"];

    /// Nobody signed the token
    ///
    /// The signature of ETK-RA is what makes a certificate a token. Without a signer anybody can
    /// have made it.
    "etk.signer-missing": ERROR => signer_missing,
        cites: &[cite("RFC 5652", "5.1", Force::Fact, "signerInfos is a collection of per-signer information")],
        catalogue: &["CM-04"];

    /// Several signers signed the token
    ///
    /// ETK-RA signs alone. Readers take the first signer and pass over the rest, so that what a
    /// second one vouches for is vouched for by nobody.
    "etk.signers-several": WARNING.in_field(Note).not_in_standard() => signers_several,
        cites: &[cite("etalon", "etk", Force::House, "a token has one signer")];

    /// The digest algorithm is not SHA-256
    ///
    /// Tokens are signed over SHA-256, older ones over SHA-1, which is a rule of its own. A longer
    /// hash is sound, but not every reader takes it.
    "etk.hash-not-sha256": WARNING.in_field(Note).not_in_standard() => hash_not_sha256,
        clauses: &["ED-5.2.1.2-15"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "AQExDzANBglghkgBZQMEAgEFADCABg… (2.16.840.1.101.3.4.2.1)")];

    /// The token is signed over a broken hash
    ///
    /// With SHA-1 or MD5 a second certificate can be made that the same signature vouches for.
    /// Tokens of old are signed over SHA-1, and real clients take them: under `field` it is a note.
    /// RFC 5652 forbids no hash: under `standard` it is a warning. With `legacy` in the context they
    /// are judged like others.
    "etk.hash-broken": ERROR.in_standard(Warning).in_field(Note) => hash_broken,
        clauses: &["ED-5.2.1.2-15"],
        cites: &[cite("RFC 6194", "1", Force::Should, "it is not prudent to use either algorithm when collision resistance is required")],
        catalogue: &["CM-04"];
}

fn data<'m>(etk: &'m Etk<'_>) -> Option<&'m SignedData<'m>> {
    etk.cms.signed_data.as_ref()
}

fn content_missing(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = data(etk)?;
    if data.content.as_ref().is_none_or(|content| content.octets.is_empty()) {
        cx.fail(CONTENT, data.content_type_span, "expected an encryption certificate, found no content");
    }
    Some(Checked)
}

fn content_type_not_data(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = data(etk)?;
    if data.content_type != DATA {
        cx.fail(
            "content.encapContentInfo.eContentType",
            data.content_type_span,
            format!("expected id-data ({DATA}), found {}", data.content_type),
        );
    }
    Some(Checked)
}

fn version_not_1(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = data(etk)?;
    if data.version.to_u64() != Some(1) {
        cx.fail(
            "content.version",
            data.version.span,
            format!("expected version 1, found {}", data.version.to_decimal()),
        );
    }
    Some(Checked)
}

fn content_not_certificate(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let content = data(etk)?.content.as_ref().filter(|content| !content.octets.is_empty())?;
    if etk.encryption.is_none() {
        let why = etk.encryption_faults.last().map_or_else(String::new, |fault| format!(": {}", fault.kind));
        let place = etk.encryption_faults.last().map_or(Span::default(), |fault| fault.span);
        cx.within(CONTENT, content.map(), |cx| {
            cx.fail("", place, format!("expected an X.509 certificate in DER, found something else{why}"));
        });
    }
    Some(Checked)
}

fn signer_missing(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = data(etk)?;
    if data.signers.is_empty() {
        cx.fail("content.signerInfos", data.span, "expected the signature of ETK-RA, found no signer");
    }
    Some(Checked)
}

fn signers_several(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = data(etk).filter(|data| !data.signers.is_empty())?;
    if let [_, second, ..] = data.signers.as_slice() {
        cx.fail(
            "content.signerInfos[1]",
            second.span,
            format!("expected one signer, found {}", data.signers.len()),
        );
    }
    Some(Checked)
}

fn hash_not_sha256(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signer = data(etk)?.signers.first()?;
    let found = etk.cms.checks.first()?.hash.filter(|hash| !hash.is_legacy())?;
    if found != Hash::Sha256 {
        cx.fail(
            "content.signerInfos[0].digestAlgorithm",
            signer.digest_algorithm.span,
            format!("expected SHA-256, found {found}"),
        );
    }
    Some(Checked)
}

fn hash_broken(etk: &Etk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signer = data(etk)?.signers.first()?;
    let found = etk.cms.checks.first()?.hash?;
    if found.is_legacy() && !cx.context().legacy {
        cx.fail(
            "content.signerInfos[0].digestAlgorithm",
            signer.digest_algorithm.span,
            format!("expected SHA-256, found {found}"),
        );
    }
    Some(Checked)
}
