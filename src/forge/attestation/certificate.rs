//! Deviations of the attestation certificate and of the chain above it.

use super::{draft, signed};
use crate::base::time::Duration;
use crate::forge::cbor::Cbor;
use crate::forge::certificate::{BASIC_CONSTRAINTS, Extension};
use crate::forge::keys::{Algorithm, Hash};
use crate::forge::name::{COMMON_NAME, COUNTRY, ORGANIZATION, UNIT};
use crate::forge::registration::{AAGUID, Draft, Format};
use crate::forge::{Bench, Error, Made, Mutation, der};

const AAGUID_EXTENSION: &str = "1.3.6.1.4.1.45724.1.1.4";
const SUBJECT: &[&str] = &["attestation-object.certificate-subject-wrong"];
const BROKEN: &[&str] = &["attestation-object.chain-broken", "attestation-object.untrusted"];

/// Packed, with the certificate changed before it is issued.
fn issued(bench: &Bench, change: fn(&mut Draft<'_>)) -> Result<Made, Error> {
    draft(bench, Format::Packed, change)
}

fn without(draft: &mut Draft<'_>, oid: &str) {
    for rdn in &mut draft.certificate.subject.0 {
        rdn.retain(|attribute| attribute.oid != oid);
    }
    draft.certificate.subject.0.retain(|rdn| !rdn.is_empty());
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "x5c-text",
        "a certificate that is text",
        &["attestation-object.statement-member-mistyped"],
        |bench| {
            signed(bench, Format::Packed, |it| it.statement().set("x5c", Cbor::Array(vec!["MII".into()])))
        },
    )
    .case("WS-11"),
    Mutation::new("x5c-empty", "no certificate", &["attestation-object.certificates-missing"], |bench| {
        signed(bench, Format::Packed, |it| it.statement().set("x5c", Cbor::Array(Vec::new())))
    })
    .case("WS-11"),
    Mutation::new(
        "x5c-not-der",
        "bytes that are no certificate",
        &["attestation-object.certificate-unreadable"],
        |bench| {
            signed(bench, Format::Packed, |it| {
                it.statement().set("x5c", Cbor::Array(vec![vec![1, 2, 3].into()]));
            })
        },
    )
    .case("WS-11"),
    Mutation::new(
        "x5c-trailing",
        "a byte behind the certificate",
        &["attestation-object.certificate-unreadable"],
        |bench| {
            signed(bench, Format::Packed, |it| {
                let mut x5c = it.statement().get("x5c").cloned();
                if let Some(Cbor::Array(certificates)) = &mut x5c
                    && let Some(Cbor::Bytes(der)) = certificates.first_mut()
                {
                    der.push(0);
                }
                if let Some(x5c) = x5c {
                    it.statement().set("x5c", x5c);
                }
            })
        },
    )
    .case("WS-11"),
    Mutation::new(
        "x5c-long-length",
        "a length of the certificate in a longer form than DER has it",
        &["attestation-object.certificate-not-der"],
        |bench| {
            issued(bench, |it| {
                it.certificate.serial = it.certificate.serial.clone().with_length(der::Length::Long(2));
            })
        },
    )
    .case("WS-11"),
    Mutation::new(
        "expired",
        "a certificate that has expired",
        &["attestation-object.certificate-not-valid"],
        |bench| {
            let mut draft = Draft::new(bench, Format::Packed);
            draft.certificate.not_after = der::time(bench.clock() - Duration::days(1));
            Ok(draft.sign().attestation())
        },
    )
    .case("WS-12"),
    Mutation::new(
        "not-yet-valid",
        "a certificate of tomorrow",
        &["attestation-object.certificate-not-valid"],
        |bench| {
            let mut draft = Draft::new(bench, Format::Packed);
            draft.certificate.not_before = der::time(bench.clock() + Duration::days(1));
            Ok(draft.sign().attestation())
        },
    )
    .case("WS-12"),
    Mutation::new(
        "with-root",
        "the root among the certificates",
        &["attestation-object.chain-with-root"],
        |bench| issued(bench, |it| it.above = vec![it.issuer.certificate.clone()]),
    )
    .case("WS-13"),
    Mutation::new(
        "unrelated",
        "an unrelated certificate behind the first",
        &["attestation-object.chain-broken"],
        |bench| {
            let mut draft = Draft::new(bench, Format::Packed);
            draft.above = vec![bench.pki.organisation.certificate.clone()];
            Ok(draft.sign().attestation())
        },
    )
    .case("WS-14"),
    Mutation::new("not-a-ca", "issued by a certificate that is no CA's", BROKEN, |bench| {
        let mut draft = Draft::new(bench, Format::Packed);
        draft.issuer = bench.pki.organisation.clone();
        draft.certificate.issuer = draft.issuer.subject.clone();
        draft.above = vec![draft.issuer.certificate.clone()];
        Ok(draft.sign().attestation())
    })
    .case("WS-14"),
    Mutation::new(
        "issuer-impostor",
        "signed by another than the issuer that it names",
        &["attestation-object.untrusted"],
        |bench| {
            let mut draft = Draft::new(bench, Format::Packed);
            draft.issuer = bench.pki.stranger.clone();
            Ok(draft.sign().attestation())
        },
    )
    .case("WS-14"),
    Mutation::new(
        "own-root",
        "issued by a root of the attacker's, which comes with it",
        &["attestation-object.untrusted", "attestation-object.chain-with-root"],
        |bench| {
            let mut draft = Draft::new(bench, Format::Packed);
            draft.issuer = bench.pki.stranger.clone();
            draft.certificate.issuer = draft.issuer.subject.clone();
            draft.above = vec![draft.issuer.certificate.clone()];
            Ok(draft.sign().attestation())
        },
    )
    .case("WS-15"),
    Mutation::new(
        "no-anchor",
        "a relying party without anchors",
        &["attestation-object.no-trust-anchor"],
        |bench| Ok(Draft::new(bench, Format::Packed).sign().without("trust").attestation()),
    ),
    Mutation::new(
        "version-1",
        "a certificate of version 1",
        &[
            "attestation-object.certificate-version-wrong",
            "attestation-object.certificate-without-constraints",
        ],
        |bench| {
            issued(bench, |it| {
                it.certificate.version = None;
                it.certificate.extensions.clear();
            })
        },
    )
    .case("WS-16"),
    Mutation::new("subject-without-country", "a subject without a country", SUBJECT, |bench| {
        issued(bench, |it| without(it, COUNTRY))
    })
    .case("WS-16"),
    Mutation::new("subject-without-organisation", "a subject without an organisation", SUBJECT, |bench| {
        issued(bench, |it| without(it, ORGANIZATION))
    })
    .case("WS-16"),
    Mutation::new("subject-without-unit", "a subject without the unit", SUBJECT, |bench| {
        issued(bench, |it| without(it, UNIT))
    })
    .case("WS-16"),
    Mutation::new("subject-other-unit", "a subject with another unit", SUBJECT, |bench| {
        issued(bench, |it| {
            if let Some(unit) = it.certificate.subject.value_mut(UNIT) {
                *unit = der::utf8("authenticator attestation");
            }
        })
    })
    .case("WS-16"),
    Mutation::new("subject-without-name", "a subject without a common name", SUBJECT, |bench| {
        issued(bench, |it| without(it, COMMON_NAME))
    })
    .case("WS-16"),
    Mutation::new("of-ca", "the certificate of a CA", &["attestation-object.certificate-of-ca"], |bench| {
        issued(bench, |it| {
            it.certificate.remove(BASIC_CONSTRAINTS);
            it.certificate.extensions.push(Extension::authority(None));
        })
    })
    .case("WS-16"),
    Mutation::new(
        "without-constraints",
        "no basicConstraints",
        &["attestation-object.certificate-without-constraints"],
        |bench| issued(bench, |it| it.certificate.remove(BASIC_CONSTRAINTS)),
    )
    .case("WS-16"),
    Mutation::new(
        "aaguid-other",
        "the certificate of another model",
        &["attestation-object.aaguid-mismatch"],
        |bench| issued(bench, |it| it.data.aaguid = *b"another model 01"),
    )
    .case("WS-17"),
    Mutation::new(
        "aaguid-critical",
        "a critical AAGUID extension",
        &["attestation-object.aaguid-critical"],
        |bench| {
            issued(bench, |it| {
                if let Some(extension) = it.certificate.extension_mut(AAGUID_EXTENSION) {
                    extension.critical = true;
                }
            })
        },
    )
    .case("WS-17"),
    Mutation::new(
        "aaguid-unwrapped",
        "an AAGUID in one OCTET STRING",
        &["attestation-object.aaguid-malformed"],
        |bench| {
            issued(bench, |it| {
                if let Some(extension) = it.certificate.extension_mut(AAGUID_EXTENSION) {
                    extension.value = der::encoded(AAGUID);
                }
            })
        },
    )
    .case("WS-17"),
    Mutation::new(
        "certificate-sha1",
        "a certificate signed over SHA-1",
        &["attestation-object.certificate-signature-legacy", "attestation-object.untrusted"],
        |bench| issued(bench, |it| it.certificate.algorithm = Algorithm::RsaPkcs1(Hash::Sha1)),
    ),
];
