//! Deviations of the bytes and the fields.

use super::{altered, bytes, made};
use crate::base::Profile;
use crate::base::time::Duration;
use crate::forge::der::{self, Length};
use crate::forge::keys::{Algorithm, Hash, Key, OddRsa, identifier};
use crate::forge::{Bench, Error, Made, Mutation, rsa};
use num_bigint::BigUint;

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("pem", "valid: in PEM", &[], |bench| {
        Ok(made(bench, bench.pki.organisation.pem().into_bytes()))
    }),
    Mutation::new("truncated", "the second half is missing", &["certificate.not-parsable"], |bench| {
        bytes(bench, |bytes| bytes.truncate(bytes.len() / 2))
    }),
    Mutation::new(
        "other-value",
        "an INTEGER in place of a certificate",
        &["certificate.not-x509"],
        |bench| bytes(bench, |bytes| *bytes = der::int(7).encode()),
    ),
    Mutation::new("trailing-garbage", "a byte follows", &["certificate.trailing-data"], |bench| {
        bytes(bench, |bytes| bytes.push(0))
    }),
    Mutation::new("long-length", "the length has an octet too many", &["certificate.not-der"], |bench| {
        let spec = &bench.pki.organisation.spec;
        let tbs = spec.tbs().encode();
        let signature = bench.pki.issuing_ca.key.sign(spec.algorithm, &tbs);
        let parts = [der::encoded(tbs), identifier(spec.algorithm), der::bits(&signature)];
        Ok(made(bench, der::seq(parts).with_length(Length::Long(3)).encode()))
    }),
    Mutation::new(
        "version-1",
        "a certificate of version 1 has extensions",
        &["certificate.version-wrong"],
        |bench| altered(bench, |spec| spec.version = None),
    ),
    Mutation::new("version-4", "the version is 4", &["certificate.version-wrong"], |bench| {
        altered(bench, |spec| spec.version = Some(3))
    }),
    Mutation::new("serial-zero", "the serial number is 0", &["certificate.serial-not-positive"], |bench| {
        altered(bench, |spec| spec.serial = der::int(0))
    }),
    Mutation::new(
        "serial-negative",
        "the serial number is negative",
        &["certificate.serial-not-positive"],
        |bench| altered(bench, |spec| spec.serial = der::int(-5)),
    ),
    Mutation::new(
        "serial-long",
        "the serial number has 21 octets",
        &["certificate.serial-too-long"],
        |bench| altered(bench, |spec| spec.serial = der::uint(&[0x55; 21])),
    ),
    Mutation::new(
        "algorithms-differ",
        "the signed part names another signature algorithm",
        &["certificate.algorithms-differ"],
        |bench| {
            altered(bench, |spec| spec.inner_algorithm = Some(identifier(Algorithm::RsaPkcs1(Hash::Sha512))))
        },
    ),
    Mutation::new(
        "issuer-empty",
        "the issuer is empty",
        &["certificate.issuer-empty", "certificate.path-not-found"],
        |bench| altered(bench, |spec| spec.issuer.0.clear()),
    ),
    Mutation::new(
        "subject-empty",
        "the subject is empty, and there is no alternative name",
        &[
            "certificate.subject-missing",
            "distinguished-name.common-name-malformed",
            "distinguished-name.country-wrong",
            "distinguished-name.identifier-unit-missing",
            "distinguished-name.name-unit-missing",
            "distinguished-name.organisation-wrong",
            "distinguished-name.platform-unit-missing",
        ],
        |bench| altered(bench, |spec| spec.subject.0.clear()),
    ),
    Mutation::new(
        "date-generalized",
        "notAfter is a GeneralizedTime before 2050",
        &["certificate.validity-form-wrong"],
        |bench| {
            let until = bench.clock() + Duration::days(335);
            altered(bench, |spec| spec.not_after = der::generalized_time(until))
        },
    ),
    Mutation::new(
        "validity-reversed",
        "the validity ends before it begins",
        &["certificate.expired", "certificate.validity-reversed"],
        |bench| {
            altered(bench, |spec| {
                spec.not_before = der::time(bench.clock() - Duration::days(1));
                spec.not_after = der::time(bench.clock() - Duration::days(2));
            })
        },
    ),
    Mutation::new("rsa-1024", "the key has 1024 bits", &["certificate.key-not-of-ehealth"], |bench| {
        over(bench, &Key::odd_rsa(OddRsa::Bits1024))
    }),
    Mutation::new("p256", "the key is on P-256", &["certificate.key-not-of-ehealth"], |bench| {
        over(bench, &Key::p256(bench.seed(), "certificate"))
    }),
    Mutation::new("p256-in-the-field", "valid in the field: the key is on P-256", &[], |bench| {
        over(bench, &Key::p256(bench.seed(), "certificate"))
    })
    .under(Profile::Field),
    Mutation::new(
        "exponent-3",
        "the exponent of the key is 3",
        &["certificate.key-exponent-small"],
        |bench| over(bench, &Key::odd_rsa(OddRsa::Exponent3)),
    )
    .case("JK-09"),
    Mutation::new("exponent-even", "the exponent of the key is even", &["certificate.key-weak"], |bench| {
        over_public(bench, |n, e| (n, e - 1_u8))
    })
    .case("JK-09"),
    Mutation::new("modulus-even", "the modulus is even", &["certificate.key-weak"], |bench| {
        over_public(bench, |n, e| (n - 1_u8, e))
    })
    .case("JK-08"),
    Mutation::new("modulus-by-3", "the modulus is divisible by 3", &["certificate.key-weak"], |bench| {
        over_public(bench, |n, e| (rsa::divisible_by_3(&n), e))
    })
    .case("JK-08"),
    Mutation::new(
        "roca",
        "the modulus bears the mark of Infineon's library",
        &["certificate.key-weak"],
        |bench| over_public(bench, |_, e| (rsa::with_roca_mark(&mut bench.stream("roca")), e)),
    )
    .case("JK-08"),
    Mutation::new(
        "key-of-no-kind",
        "the key is of a kind that is not known",
        &["certificate.key-kind-unsupported", "certificate.key-not-of-ehealth"],
        |bench| {
            altered(bench, |spec| {
                spec.spki = der::seq([der::algorithm("2.999.1"), der::bits(&[1, 2, 3])]).encode();
                spec.remove(super::SUBJECT_KEY_IDENTIFIER);
            })
        },
    ),
];

/// The certificate over another key, with the right key identifier.
fn over(bench: &Bench, key: &Key) -> Result<Made, Error> {
    let spec = bench.pki.authentication_spec(&bench.pki.organisation_holder, key);
    Ok(made(bench, spec.sign(&bench.pki.issuing_ca.key)))
}

/// The certificate over a public key whose private half nobody has.
fn over_public(
    bench: &Bench,
    alter: impl FnOnce(BigUint, BigUint) -> (BigUint, BigUint),
) -> Result<Made, Error> {
    let (n, e) = bench.pki.organisation.key.rsa_public().expect("an RSA key");
    let (n, e) = alter(BigUint::from_bytes_be(n), BigUint::from_bytes_be(e));
    altered(bench, |spec| {
        spec.spki = rsa::spki(&n, &e);
        spec.remove(super::SUBJECT_KEY_IDENTIFIER);
    })
}
