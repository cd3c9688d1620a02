//! Deviations of the extensions.

use super::{
    AUTHORITY_KEY_IDENTIFIER, EXTENDED_KEY_USAGE, Extension, KEY_USAGE, SUBJECT_ALT_NAME,
    SUBJECT_KEY_IDENTIFIER, Usage, altered,
};
use crate::forge::der;
use crate::forge::{Bench, Error, Made, Mutation};

/// authorityInfoAccess
const AUTHORITY_INFO_ACCESS: &str = "1.3.6.1.5.5.7.1.1";
/// nameConstraints
const NAME_CONSTRAINTS: &str = "2.5.29.30";

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "authority-key-absent",
        "the authority key identifier is missing",
        &["certificate.authority-key-id-missing"],
        |bench| altered(bench, |spec| spec.remove(AUTHORITY_KEY_IDENTIFIER)),
    ),
    Mutation::new(
        "authority-key-critical",
        "the authority key identifier is critical",
        &["certificate.authority-key-id-critical"],
        |bench| critical(bench, AUTHORITY_KEY_IDENTIFIER, true),
    ),
    Mutation::new(
        "authority-key-serial-alone",
        "the authority key identifier has a serial number without the issuer it belongs to",
        &["certificate.authority-key-id-incomplete"],
        |bench| {
            value(
                bench,
                AUTHORITY_KEY_IDENTIFIER,
                der::seq([
                    der::primitive(0x80, bench.pki.issuing_ca.key.identifier()),
                    der::primitive(0x82, [1]),
                ]),
            )
        },
    ),
    Mutation::new(
        "subject-key-critical",
        "the subject key identifier is critical",
        &["certificate.subject-key-id-critical"],
        |bench| critical(bench, SUBJECT_KEY_IDENTIFIER, true),
    ),
    Mutation::new(
        "subject-key-other",
        "the subject key identifier is that of another key",
        &["certificate.subject-key-id-differs"],
        |bench| value(bench, SUBJECT_KEY_IDENTIFIER, der::octets([7; 20])),
    ),
    Mutation::new(
        "extension-twice",
        "keyUsage stands there twice",
        &["certificate.extension-repeated"],
        |bench| {
            altered(bench, |spec| {
                let usage = spec.extension_mut(KEY_USAGE).expect("keyUsage").clone();
                spec.extensions.push(usage);
            })
        },
    ),
    Mutation::new(
        "purposes-empty",
        "extKeyUsage names no purpose",
        &["certificate.extension-empty"],
        |bench| value(bench, EXTENDED_KEY_USAGE, der::seq([])),
    ),
    Mutation::new(
        "critical-unknown",
        "a critical extension is not known",
        &["certificate.critical-extension-unknown"],
        |bench| with(bench, Extension::other("2.999.7", true, der::null())),
    ),
    Mutation::new("unknown", "valid: an extension is not known, and not critical", &[], |bench| {
        with(bench, Extension::other("2.999.7", false, der::null()))
    }),
    Mutation::new(
        "key-usage-empty",
        "keyUsage allows nothing",
        &["certificate.key-usage-empty", "certificate.signing-not-allowed"],
        |bench| value(bench, KEY_USAGE, der::primitive(0x03, [0])),
    ),
    Mutation::new(
        "key-usage-not-critical",
        "keyUsage is not critical",
        &["certificate.key-usage-not-critical"],
        |bench| critical(bench, KEY_USAGE, false),
    ),
    Mutation::new(
        "key-usage-encryption",
        "the key is for encryption only",
        &["certificate.signing-not-allowed"],
        |bench| {
            altered(bench, |spec| {
                spec.remove(KEY_USAGE);
                spec.extensions.push(Extension::key_usage(&[Usage::KeyEncipherment]));
            })
        },
    ),
    Mutation::new(
        "certificate-signing",
        "the key may sign certificates, but is no authority's",
        &["certificate.certificate-signing-without-authority"],
        |bench| {
            altered(bench, |spec| {
                spec.remove(KEY_USAGE);
                spec.extensions.push(Extension::key_usage(&[Usage::DigitalSignature, Usage::KeyCertSign]));
            })
        },
    ),
    Mutation::new(
        "authority",
        "the certificate is an authority's",
        &["certificate.authority-instead-of-holder", "certificate.authority-without-certificate-signing"],
        |bench| with(bench, Extension::authority(None)),
    ),
    Mutation::new(
        "path-length-alone",
        "there is a path length, but no authority",
        &["certificate.path-length-without-authority"],
        |bench| with(bench, Extension::other(super::BASIC_CONSTRAINTS, true, der::seq([der::int(0)]))),
    ),
    Mutation::new(
        "name-constraints",
        "there are name constraints in a holder's certificate",
        &["certificate.restriction-without-authority"],
        |bench| {
            let dns = der::context(0, [der::seq([der::primitive(0x82, "example.org")])]);
            with(bench, Extension::other(NAME_CONSTRAINTS, true, der::seq([dns])))
        },
    ),
    Mutation::new(
        "information-critical",
        "authorityInfoAccess is critical",
        &["certificate.critical-extension-unknown", "certificate.information-critical"],
        |bench| {
            let access =
                der::seq([der::oid("1.3.6.1.5.5.7.48.1"), der::primitive(0x86, "http://example.org/")]);
            with(bench, Extension::other(AUTHORITY_INFO_ACCESS, true, der::seq([access])))
        },
    ),
    Mutation::new(
        "dns-name-malformed",
        "an alternative name is no DNS name",
        &["certificate.dns-name-malformed"],
        |bench| alternative(bench, der::primitive(0x82, "under_score.example.org")),
    ),
    Mutation::new(
        "address-malformed",
        "an alternative name is an address of five octets",
        &["certificate.alternative-name-malformed"],
        |bench| alternative(bench, der::primitive(0x87, [192, 0, 2, 1, 0])),
    ),
];

fn with(bench: &Bench, extension: Extension) -> Result<Made, Error> {
    altered(bench, |spec| spec.extensions.push(extension))
}

fn alternative(bench: &Bench, name: der::Node) -> Result<Made, Error> {
    with(bench, Extension::other(SUBJECT_ALT_NAME, false, der::seq([name])))
}

fn critical(bench: &Bench, oid: &str, critical: bool) -> Result<Made, Error> {
    altered(bench, |spec| spec.extension_mut(oid).expect("it is there").critical = critical)
}

fn value(bench: &Bench, oid: &str, value: der::Node) -> Result<Made, Error> {
    altered(bench, |spec| spec.extension_mut(oid).expect("it is there").value = value)
}
