//! The attributes: what is asked for beside the name and the key.

use crate::model::csr::{Csr, CsrAttribute, oid};
use crate::model::extension::{Content, KeyUsage};
use crate::model::general_name::GeneralName;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::der::{Oid, Tag};

const ATTRIBUTES: &str = "certificationRequestInfo.attributes";

rule! { Csr =>
    /// The attributes are missing
    ///
    /// The field is not optional: a request that asks for nothing more has an empty one (`A0 00`).
    /// OpenSSL and others write and read requests without it, so outside the cookbook it is a warning.
    "csr.attributes-missing": ERROR.in_field(Warning).in_standard(Warning) => attributes_missing,
        cites: &[cite("RFC 2986", "4.1", Force::Fact, "attributes [0] Attributes{{ CRIAttributes }}")],
        catalogue: &["CS-17"],
        codes: &["CSR_NOT_VALID"];

    /// An attribute stands there twice
    ///
    /// Attributes are a set by type: of two, one reader takes the first and another the last.
    "csr.attribute-repeated": WARNING => attribute_repeated,
        cites: &[cite("RFC 2986", "4.1", Force::Fact, "Attributes { ATTRIBUTE:IOSet } ::= SET OF Attribute{{ IOSet }}")],
        catalogue: &["CS-17"];

    /// An attribute has several values
    ///
    /// challengePassword and extensionRequest have one. Of two, one reader takes the first and another
    /// the last. RFC 2986 itself lets them stand, so outside the cookbook it is a warning.
    "csr.attribute-values-several": ERROR.in_field(Warning).in_standard(Warning) => attribute_values_several,
        cites: &[cite("RFC 2985", "5.4.2", Force::Must, "SINGLE VALUE TRUE")],
        catalogue: &["CS-17"],
        codes: &["CSR_NOT_VALID"];

    /// An extension is asked for twice
    ///
    /// One reader takes the first, another the last, and a certificate can have but one. Libraries write
    /// and read such requests, so outside the cookbook it is a warning.
    "csr.extension-repeated": ERROR.in_field(Warning).in_standard(Warning) => extension_repeated,
        cites: &[cite("RFC 5280", "4.2", Force::Must, "A certificate MUST NOT include more than one instance of a particular extension")],
        catalogue: &["CS-17"],
        codes: &["CSR_NOT_VALID"];

    /// The password of the request is no text
    ///
    /// It is one of the string types of a directory, so that it can be typed when the certificate is
    /// to be revoked. What the request proves stays true, so outside the cookbook it is a warning.
    "csr.challenge-password-malformed": ERROR.in_field(Warning).in_standard(Warning) => challenge_password_malformed,
        cites: &[cite("RFC 2985", "5.4.1", Force::Must, "WITH SYNTAX DirectoryString {pkcs-9-ub-challengePassword}")],
        catalogue: &["CS-17"],
        codes: &["CSR_NOT_VALID"];

    /// An attribute has no value
    ///
    /// Its set of values is empty, where at least one must stand: it says nothing. Some libraries write
    /// an extensionRequest like that when there is nothing to ask for, and others read on over it, so
    /// outside the cookbook it is a warning.
    "csr.attribute-empty": ERROR.in_field(Warning).in_standard(Warning) => attribute_empty,
        cites: &[cite("RFC 2986", "4.1", Force::Fact, "values SET SIZE(1..MAX) OF ATTRIBUTE.&Type")],
        catalogue: &["CS-17"],
        codes: &["CSR_NOT_VALID"];

    /// There are more attributes than anyone needs
    ///
    /// A request for an eHealth certificate needs none: name and key are all that the authority takes
    /// over. Dozens of them are an attempt to make a parser work.
    "csr.attributes-too-many": WARNING.in_standard(Note) => attributes_too_many,
        cites: &[cite("etalon", "csr", Force::House, "at most 16 attributes")],
        catalogue: &["CS-17"];

    /// A password stands in the request
    ///
    /// challengePassword is a secret for revoking the certificate later. eHealth does not use it, and
    /// the request is not encrypted: whoever sees it knows the password. Leave the attribute out.
    "csr.challenge-password": WARNING.not_in_standard() => challenge_password,
        cites: &[cite("RFC 2985", "5.4.1", Force::Fact, "The challengePassword attribute type specifies a password by which an entity may request certificate revocation")],
        catalogue: &["CS-17"];

    /// The request asks for a certificate authority
    ///
    /// basicConstraints with cA, or keyUsage with keyCertSign or cRLSign: a holder of an eHealth
    /// certificate issues none. The authority must ignore it; a request that asks for it is wrong or
    /// an attack.
    "csr.authority-requested": ERROR.in_field(Warning).in_standard(Note) => authority_requested,
        cites: &[cite("RFC 5280", "4.2.1.9", Force::Fact, "The basic constraints extension identifies whether the subject of the certificate is a CA")],
        catalogue: &["CS-17"],
        codes: &["CSR_NOT_VALID"];

    /// The request asks for a wildcard name
    ///
    /// An eHealth certificate is for a person or an organisation, not for hosts.
    "csr.wildcard-requested": WARNING.not_in_standard() => wildcard_requested,
        cites: &[cite("etalon", "csr", Force::House, "eHealth certificates bear no host names")],
        catalogue: &["CS-17"];

    /// An identifier has an arc that fits no machine word
    ///
    /// A reader that keeps arcs in 32 or 64 bits and drops the rest takes such an identifier for
    /// another one, which it trusts (CVE-2025-66030). etalon compares the bytes. No algorithm and no
    /// attribute that belongs into a request has one.
    "csr.identifier-arc-oversized": ERROR.in_field(Warning).in_standard(Warning) => identifier_arc_oversized,
        cites: &[cite("etalon", "csr", Force::House, "no arc above 32 bits")],
        catalogue: &["CS-04"],
        codes: &["CSR_NOT_VALID"];
}

fn attributes_missing(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if csr.attributes.is_none() {
        cx.fail(ATTRIBUTES, csr.span, "expected attributes, at least an empty field [0], found none");
    }
    Some(Checked)
}

fn attribute_repeated(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut seen = std::collections::HashSet::new();
    for (at, attribute) in csr.all_attributes().enumerate() {
        if !seen.insert(attribute.oid) {
            let message = format!("expected each attribute once, found {} again", attribute.oid);
            cx.fail(format_args!("{ATTRIBUTES}[{at}]"), attribute.span, message);
        }
    }
    Some(Checked)
}

fn attribute_empty(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (at, attribute) in csr.all_attributes().enumerate().filter(|(_, it)| it.values.is_empty()) {
        let message = "expected a value, found an empty set";
        cx.fail(format_args!("{ATTRIBUTES}[{at}].values"), attribute.span, message);
    }
    Some(Checked)
}

/// The attributes of these types, each with its place.
fn of<'c, 'a>(csr: &'c Csr<'a>, types: &[Oid<'_>]) -> impl Iterator<Item = (usize, &'c CsrAttribute<'a>)> {
    csr.all_attributes().enumerate().filter(|(_, attribute)| types.contains(&attribute.oid))
}

fn attribute_values_several(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (at, attribute) in of(csr, &[oid::CHALLENGE_PASSWORD, oid::EXTENSION_REQUEST]) {
        any = Some(Checked);
        if attribute.values.len() > 1 {
            let message = format!("expected one value, found {}", attribute.values.len());
            cx.fail(format_args!("{ATTRIBUTES}[{at}].values"), attribute.span, message);
        }
    }
    any
}

fn extension_repeated(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    let mut seen = std::collections::HashSet::new();
    for (attribute, at, extension) in csr.requested_extensions() {
        any = Some(Checked);
        if !seen.insert(extension.oid) {
            let message = format!("expected each extension once, found {} again", extension.type_name());
            cx.fail(format_args!("{ATTRIBUTES}[{attribute}].values[0][{at}]"), extension.span, message);
        }
    }
    any
}

/// The types of DirectoryString (RFC 5280 4.1.2.4), and IA5String, which older requests have.
const TEXTS: [Tag; 6] = [
    Tag::UTF8_STRING,
    Tag::PRINTABLE_STRING,
    Tag::TELETEX_STRING,
    Tag::BMP_STRING,
    Tag::UNIVERSAL_STRING,
    Tag::IA5_STRING,
];

fn challenge_password_malformed(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (at, attribute) in of(csr, &[oid::CHALLENGE_PASSWORD]) {
        any = Some(Checked);
        if attribute.values.iter().any(|value| !TEXTS.contains(&value.tag)) {
            let message = "expected a password of a string type, found a value of another";
            cx.fail(format_args!("{ATTRIBUTES}[{at}].values"), attribute.span, message);
        }
    }
    any
}

fn attributes_too_many(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let attributes = csr.attributes.as_ref()?;
    if let Some(one_too_many) = attributes.get(16) {
        let message = format!("expected at most 16 attributes, found {}", attributes.len());
        cx.fail(ATTRIBUTES, one_too_many.span, message);
    }
    Some(Checked)
}

fn challenge_password(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (at, attribute) in of(csr, &[oid::CHALLENGE_PASSWORD]) {
        let message = "expected no password in a request, found a challengePassword";
        cx.fail(format_args!("{ATTRIBUTES}[{at}]"), attribute.span, message);
    }
    Some(Checked)
}

fn authority_requested(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (attribute, at, extension) in csr.requested_extensions() {
        let asked = match &extension.content {
            Content::BasicConstraints(constraints) if constraints.ca => "basicConstraints with cA",
            Content::KeyUsage(usage) if usage.contains(KeyUsage::KEY_CERT_SIGN) => "keyCertSign",
            Content::KeyUsage(usage) if usage.contains(KeyUsage::CRL_SIGN) => "cRLSign",
            _ => continue,
        };
        let message = format!("expected a request for a certificate of an end entity, found {asked}");
        cx.fail(format_args!("{ATTRIBUTES}[{attribute}].values[0][{at}]"), extension.span, message);
    }
    Some(Checked)
}

fn wildcard_requested(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (attribute, at, extension) in csr.requested_extensions() {
        let Content::SubjectAltName(names) = &extension.content else { continue };
        let wildcard = |name: &&GeneralName<'_>| matches!(name, GeneralName::Dns(name) if name.contains('*'));
        if names.iter().any(|name| wildcard(&name)) {
            let message = "expected no host name with a wildcard, found one";
            cx.fail(format_args!("{ATTRIBUTES}[{attribute}].values[0][{at}]"), extension.span, message);
        }
    }
    Some(Checked)
}

/// Whether an arc takes more than 32 bits: five octets of seven bits, the first above 0x8f.
fn has_oversized_arc(oid: Oid<'_>) -> bool {
    let mut arc: u64 = 0;
    oid.as_bytes().iter().any(|byte| {
        arc = (arc << 7 | u64::from(byte & 0x7f)).min(u64::MAX >> 8);
        let oversized = arc > u64::from(u32::MAX);
        if byte & 0x80 == 0 {
            arc = 0;
        }
        oversized
    })
}

fn identifier_arc_oversized(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let fixed = [
        ("signatureAlgorithm", csr.algorithm.oid, csr.algorithm.span),
        ("certificationRequestInfo.subjectPKInfo.algorithm", csr.spki.algorithm.oid, csr.spki.algorithm.span),
    ];
    for (at, oid, span) in fixed {
        if has_oversized_arc(oid) {
            cx.fail(at, span, format!("expected arcs of at most 32 bits, found {oid}"));
        }
    }
    for attribute in csr.subject.attributes.iter().filter(|it| has_oversized_arc(it.oid)) {
        let message = format!("expected arcs of at most 32 bits, found {}", attribute.oid);
        cx.fail("certificationRequestInfo.subject", attribute.span, message);
    }
    for (at, attribute) in csr.all_attributes().enumerate().filter(|(_, it)| has_oversized_arc(it.oid)) {
        let message = format!("expected arcs of at most 32 bits, found {}", attribute.oid);
        cx.fail(format_args!("{ATTRIBUTES}[{at}]"), attribute.span, message);
    }
    Some(Checked)
}
