//! The basic fields (RFC 5280 4.1).

use crate::crypto::KeyError;
use crate::crypto::names::x509::{UnknownAlgorithm, oid};
use crate::crypto::weak::Weakness;
use crate::model::algorithm_identifier::Parameters;
use crate::model::certificate::Certificate;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};
use crate::wire::der::Time;

rule! { Certificate =>
    /// The version does not fit the fields
    ///
    /// Extensions are there from version 3 on, unique identifiers from version 2 on. A reader that
    /// goes by the version does not see them.
    "certificate.version-wrong": ERROR => version_wrong,
        cites: &[cite("RFC 5280", "4.1.2.1", Force::Must, "When extensions are used … version MUST be 3 (value is 2)")];

    /// The serial number is not positive
    ///
    /// Zero and negative numbers are read differently by different software, so that a revocation
    /// misses its certificate.
    "certificate.serial-not-positive": ERROR.in_field(Warning) => serial_not_positive,
        cites: &[cite("RFC 5280", "4.1.2.2", Force::Must, "The serial number MUST be a positive integer")];

    /// The serial number is longer than 20 octets
    ///
    /// Serial numbers have at most 20 octets, and software keeps room for no more. An authority that
    /// gives out longer ones makes certificates that others cannot name.
    "certificate.serial-too-long": ERROR.in_field(Warning) => serial_too_long,
        cites: &[cite("RFC 5280", "4.1.2.2", Force::Must, "Conforming CAs MUST NOT use serialNumber values longer than 20 octets")];

    /// The parameters of the signature algorithm are not what it takes
    ///
    /// With RSA (PKCS#1 v1.5) they are NULL, with ECDSA, DSA and Ed25519 they are absent. Readers must
    /// take an RSA identifier without them. With RSA-PSS they say by what hash, mask and salt: without
    /// them nobody can verify the signature.
    "certificate.signature-parameters-unexpected": ERROR.in_field(Warning) => signature_parameters_unexpected,
        cites: &[
            cite("RFC 5758", "3.2", Force::Must, "the encoding MUST omit the parameters field"),
            cite("RFC 4055", "5", Force::Must, "the parameters MUST be NULL"),
            cite("RFC 4055", "3.1", Force::Must, "RSASSA-PSS-params ::= SEQUENCE"),
        ];

    /// The parameters of the RSA key are not NULL
    ///
    /// An identifier of a key has parameters where the kind of key takes some, and RSA has NULL in their
    /// place. Readers differ in what they make of a key without it, or with anything else there.
    "certificate.key-parameters-unexpected": ERROR.in_field(Warning) => key_parameters_unexpected,
        cites: &[cite("RFC 3279", "2.3.1", Force::Must, "The parameters field MUST have ASN.1 type NULL for this algorithm identifier.")];

    /// The curve of the key is written out
    ///
    /// A curve is named. Whoever takes numbers in its place must compare each of them with the known
    /// ones: a generator of one's own makes a private key for anybody's public key (CVE-2020-0601).
    "certificate.curve-explicit": ERROR.in_field(Warning) => curve_explicit,
        cites: &[cite("RFC 5480", "2.1.1", Force::Must, "implicitCurve and specifiedCurve MUST NOT be used in PKIX.")];

    /// The certificate names two signature algorithms
    ///
    /// The one beside the signature is not signed; the one in the signed part must be the same, so
    /// that nobody can exchange it.
    "certificate.algorithms-differ": ERROR => algorithms_differ,
        cites: &[cite("RFC 5280", "4.1.1.2", Force::Must, "This field MUST contain the same algorithm identifier as the signature field in the sequence tbsCertificate")];

    /// The issuer has no name
    ///
    /// The path to a trust anchor is built by the issuer's name. A certificate without one is issued by
    /// nobody.
    "certificate.issuer-empty": ERROR => issuer_empty,
        cites: &[cite("RFC 5280", "4.1.2.4", Force::Must, "The issuer field MUST contain a non-empty distinguished name (DN)")];

    /// An authority has no name
    ///
    /// The certificates below it find it by its name.
    "certificate.authority-subject-empty": ERROR => authority_subject_empty,
        cites: &[cite("RFC 5280", "4.1.2.6", Force::Must, "If the subject is a CA … then the subject field MUST be populated with a non-empty distinguished name")];

    /// A validity date is in the wrong type
    ///
    /// Up to 2049 a date is a UTCTime, from 2050 on a GeneralizedTime, both to the second.
    "certificate.validity-form-wrong": ERROR.in_field(Warning) => validity_form_wrong,
        cites: &[cite("RFC 5280", "4.1.2.5", Force::Must, "CAs conforming to this profile MUST always encode certificate validity dates through the year 2049 as UTCTime")];

    /// The validity ends before it begins
    ///
    /// There is no time at which the certificate is valid. The two dates were swapped, or a year was
    /// written with two digits.
    "certificate.validity-reversed": ERROR => validity_reversed,
        cites: &[cite("RFC 5280", "4.1.2.5", Force::Fact, "The validity period for a certificate is the period of time from notBefore through notAfter, inclusive")];

    /// There are unique identifiers
    ///
    /// They were for names that are used again. Nobody processes them.
    "certificate.unique-identifier-present": ERROR.in_field(Warning) => unique_identifier_present,
        cites: &[cite("RFC 5280", "4.1.2.8", Force::Must, "CAs conforming to this profile MUST NOT generate certificates with unique identifiers")];

    /// The public key is no key
    ///
    /// The bits do not hold a key of the algorithm that they claim.
    "certificate.key-malformed": ERROR => key_malformed,
        cites: &[cite("RFC 5280", "4.1.2.7", Force::Fact, "This field is used to carry the public key and identify the algorithm with which the key is used")];

    /// The modulus or the exponent is negative
    ///
    /// The octet 00 is missing in front of a number whose first bit is set: as an INTEGER it is
    /// negative. Some readers take it for the number that was meant, others refuse it, and two
    /// encodings of one key have two identifiers.
    "certificate.key-number-negative": ERROR.in_field(Warning) => key_number_negative,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus, a positive integer")],
        catalogue: &["CS-13"];

    /// The key is of a kind that etalon does not know
    ///
    /// Whether the key is sound, and what it signed, cannot be judged. It is not a defect of the
    /// certificate.
    "certificate.key-kind-unsupported": INCONCLUSIVE.in_standard(Warning) => key_kind_unsupported,
        cites: &[cite("RFC 5280", "4.1.2.7", Force::Fact, "identify the algorithm with which the key is used")];

    /// The key has a known weakness
    ///
    /// An exponent of 1 or an even one, an even modulus or one with a small factor, or the mark of
    /// Infineon's library (CVE-2017-15361): the private key follows from the public one.
    "certificate.key-weak": ERROR => key_weak,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus n is a product of u distinct odd primes")],
        catalogue: &["JK-08", "JK-09"];

    /// The RSA exponent is smaller than 65537
    ///
    /// A small exponent is right by the standard, and turns small mistakes in padding into forgeries.
    /// Make keys with 65537.
    "certificate.key-exponent-small": WARNING.not_in_standard() => key_exponent_small,
        cites: &[cite("NIST SP 800-56B Rev. 2", "6.2", Force::Must, "65,537 ≤ e < 2^256")],
        catalogue: &["JK-09"];
}

fn version_wrong(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let found = certificate.version.saturating_add(1);
    let at = "tbsCertificate.version";
    if found > 3 {
        cx.fail(at, certificate.version_span, format!("expected version 1, 2 or 3, found {found}"));
    } else if certificate.extensions.is_some() && found < 3 {
        let message = format!("expected version 3, since there are extensions, found {found}");
        cx.fail(at, certificate.version_span, message);
    } else if certificate.unique_id.is_some() && found < 2 {
        let message = format!("expected version 2 or 3, since there is a unique identifier, found {found}");
        cx.fail(at, certificate.version_span, message);
    }
    Some(Checked)
}

fn serial_not_positive(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let serial = certificate.serial;
    if serial.is_negative() || serial.bits() == Some(0) {
        let found = if serial.is_negative() { "a negative one" } else { "0" };
        cx.fail(
            "tbsCertificate.serialNumber",
            serial.span,
            format!("expected a number above 0, found {found}"),
        );
    }
    Some(Checked)
}

fn serial_too_long(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let serial = certificate.serial;
    if serial.bytes.len() > 20 {
        let message = format!("expected at most 20 octets, found {}", serial.bytes.len());
        cx.fail("tbsCertificate.serialNumber", serial.span, message);
    }
    Some(Checked)
}

fn algorithms_differ(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (outer, inner) = (&certificate.algorithm, &certificate.tbs_algorithm);
    if outer.raw != inner.raw {
        let message = if outer.oid == inner.oid {
            format!("expected the parameters of the signed part for {}, found others", inner.oid)
        } else {
            format!("expected {} as in the signed part, found {}", inner.oid, outer.oid)
        };
        cx.fail("signatureAlgorithm", outer.span, message);
    }
    Some(Checked)
}

fn signature_parameters_unexpected(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let identifier = &certificate.tbs_algorithm;
    let misfit = match identifier.signature() {
        Ok(algorithm) => identifier.misfit(algorithm),
        Err(UnknownAlgorithm::Parameters(why)) => {
            cx.fail("tbsCertificate.signature.parameters", identifier.span, why);
            return Some(Checked);
        }
        Err(UnknownAlgorithm::Unsupported(_)) => return None,
    };
    if let Some((wanted, found)) = misfit {
        let message = format!("expected {wanted}, found {found}");
        cx.fail("tbsCertificate.signature.parameters", identifier.span, message);
    }
    Some(Checked)
}

fn key_parameters_unexpected(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let algorithm = &certificate.spki.algorithm;
    (algorithm.oid == oid::RSA_ENCRYPTION).then_some(())?;
    let found = algorithm.parameters_form();
    if found != Parameters::Null {
        cx.fail(
            format_args!("{KEY}.algorithm.parameters"),
            algorithm.span,
            format!("expected {}, found {found}", Parameters::Null),
        );
    }
    Some(Checked)
}

fn curve_explicit(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let algorithm = &certificate.spki.algorithm;
    if algorithm.is_curve_explicit()? {
        cx.fail(
            "tbsCertificate.subjectPublicKeyInfo.algorithm.parameters",
            algorithm.span,
            "expected the name of a curve, found its numbers",
        );
    }
    Some(Checked)
}

fn issuer_empty(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if certificate.issuer.is_empty() {
        cx.fail("tbsCertificate.issuer", certificate.issuer.span, "expected a name, found an empty one");
    }
    Some(Checked)
}

fn authority_subject_empty(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate.is_ca().then_some(())?;
    if certificate.subject.is_empty() {
        let message = "expected the name of the authority, found an empty one";
        cx.fail("tbsCertificate.subject", certificate.subject.span, message);
    }
    Some(Checked)
}

fn validity_form_wrong(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut check = |name: &str, time: Option<Time>| {
        let Some(time) = time else { return };
        let at = format!("tbsCertificate.validity.{name}");
        if time.generalized && time.instant.year() < 2050 {
            cx.fail(at, time.span, "expected a UTCTime before 2050, found a GeneralizedTime");
        } else if time.instant.nanosecond() != 0 {
            cx.fail(at, time.span, "expected a time to the second, found a fraction");
        }
    };
    check("notBefore", certificate.not_before);
    check("notAfter", certificate.not_after);
    Some(Checked)
}

fn validity_reversed(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (from, until) = (certificate.not_before?, certificate.not_after?);
    if until.instant < from.instant {
        let message = "expected notAfter at or behind notBefore, found it before";
        cx.fail("tbsCertificate.validity", from.span.join(until.span), message);
    }
    Some(Checked)
}

fn unique_identifier_present(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some(span) = certificate.unique_id {
        cx.fail("tbsCertificate", span, "expected no unique identifier, found one");
    }
    Some(Checked)
}

const KEY: &str = "tbsCertificate.subjectPublicKeyInfo";

fn key_malformed(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match certificate.key() {
        Ok(_) => {}
        Err(KeyError::Unsupported(_)) => return None,
        Err(KeyError::Malformed(why)) => _ = cx.fail(KEY, certificate.spki.bits.span, why.clone()),
    }
    Some(Checked)
}

/// That the numbers of an RSA key are above zero.
pub(crate) fn key_number_negative(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (n, e) = certificate.spki.rsa?;
    for (name, number) in [("modulus", n), ("publicExponent", e)] {
        if number.is_negative() {
            let message = format!("expected a {name} above zero, found a negative one");
            cx.fail(format_args!("{KEY}.{name}"), number.span, message);
        }
    }
    Some(Checked)
}

fn key_kind_unsupported(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Err(KeyError::Unsupported(what)) = certificate.key() {
        let message = format!("expected a key of a kind that etalon judges, found {what}");
        cx.fail(KEY, certificate.spki.algorithm.span, message);
    }
    Some(Checked)
}

/// What makes the key of a certificate worthless.
pub(crate) fn key_weak(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for found in certificate.weaknesses()?.iter().copied().filter_map(Weakness::fatal) {
        cx.fail(
            KEY,
            certificate.spki.bits.span,
            format!("expected a key that nobody can break, found {found}"),
        );
    }
    Some(Checked)
}

fn key_exponent_small(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if certificate.weaknesses()?.contains(&Weakness::ExponentSmall) {
        cx.fail(
            KEY,
            certificate.spki.bits.span,
            "expected an exponent of at least 65537, found a smaller one",
        );
    }
    Some(Checked)
}
