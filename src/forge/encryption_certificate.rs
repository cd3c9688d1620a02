//! Encryption certificates: the organisation's, as it is sent to CompleteETKRegistration.

use num_bigint::BigUint;

use super::certificate::{CertificateSpec, Extension, KEY_USAGE, Usage};
use super::der::{self, Length, Node};
use super::keys::{Algorithm, Hash, Key, OddRsa, identifier};
use super::name::Holder;
use super::pki::encryption_spec;
use super::{Bench, Error, Made, Maker, Mutation, rsa};
use crate::base::time::Duration;
use crate::base::{Kind, Profile};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::EncryptionCertificate,
    params: &[],
    valid: |bench| altered(bench, |_| ()),
    mutations: MUTATIONS,
};

const KEY_WRONG: &[&str] = &["encryption-certificate.key-wrong"];
const SERIAL_DIFFERS: &[&str] = &["encryption-certificate.serial-differs"];
const USAGE_WRONG: &[&str] = &["encryption-certificate.key-usage-wrong"];
const SIGNATURE_INVALID: &[&str] = &["encryption-certificate.signature-invalid"];

const MUTATIONS: &[Mutation] = &[
    Mutation::new("rsa-1024", "the key has 1024 bits", KEY_WRONG, |bench| {
        over(bench, &Key::odd_rsa(OddRsa::Bits1024))
    })
    .case("ET-01"),
    Mutation::new("rsa-3072", "the key has 3072 bits", KEY_WRONG, |bench| {
        over(bench, &Key::odd_rsa(OddRsa::Bits3072))
    })
    .case("ET-01"),
    Mutation::new("rsa-3072-in-the-field", "valid in the field: the key has 3072 bits", &[], |bench| {
        over(bench, &Key::odd_rsa(OddRsa::Bits3072))
    })
    .case("ET-01")
    .under(Profile::Field),
    Mutation::new("p256", "the key is on P-256", KEY_WRONG, |bench| {
        over(bench, &Key::p256(bench.seed(), "encryption"))
    })
    .case("ET-01"),
    Mutation::new(
        "key-bare",
        "the key stands there without its algorithm, as PKCS #1 writes it",
        &["encryption-certificate.malformed"],
        |bench| {
            let bits = bench.pki.organisation_encryption.key.public_bits().to_vec();
            altered(bench, |spec| spec.spki = bits)
        },
    )
    .case("ET-01"),
    Mutation::new(
        "exponent-1",
        "the exponent of the key is 1",
        &["encryption-certificate.key-weak"],
        |bench| {
            let (n, _) = bench.pki.organisation_encryption.key.rsa_public().expect("an RSA key");
            let spki = rsa::spki(&BigUint::from_bytes_be(n), &BigUint::from(1_u8));
            altered(bench, |spec| spec.spki = spki)
        },
    )
    .case("ET-01"),
    Mutation::new(
        "key-reused",
        "the key is the authentication key",
        &["encryption-certificate.key-reused"],
        |bench| over(bench, &bench.pki.organisation.key),
    )
    .case("ET-02"),
    Mutation::new(
        "serial-signed",
        "the first bit of the serial number is taken for its sign",
        &["encryption-certificate.serial-differs", "encryption-certificate.serial-not-positive"],
        |bench| altered(bench, |spec| spec.serial = der::primitive(0x02, serial(bench))),
    )
    .case("ET-11"),
    Mutation::new(
        "serial-zero",
        "the serial number is 0",
        &["encryption-certificate.serial-differs", "encryption-certificate.serial-not-positive"],
        |bench| altered(bench, |spec| spec.serial = der::int(0)),
    )
    .case("ET-11"),
    Mutation::new(
        "serial-padded",
        "the serial number has a zero octet too many",
        &["encryption-certificate.malformed"],
        |bench| {
            let serial = [&[0, 0][..], &serial(bench)].concat();
            altered(bench, |spec| spec.serial = der::primitive(0x02, serial))
        },
    )
    .case("ET-11"),
    Mutation::new(
        "serial-minus-1",
        "the serial number is one less than that of the challenge",
        SERIAL_DIFFERS,
        |bench| {
            let number = BigUint::from_bytes_be(&serial(bench)) - 1_u8;
            altered(bench, |spec| spec.serial = der::uint(&number.to_bytes_be()))
        },
    )
    .case("ET-12"),
    Mutation::new(
        "serial-reversed",
        "the octets of the challenge are read from the end",
        SERIAL_DIFFERS,
        |bench| {
            let mut serial = serial(bench);
            serial.reverse();
            altered(bench, |spec| spec.serial = der::uint(&serial))
        },
    )
    .case("ET-12"),
    Mutation::new(
        "subject-other",
        "the subject is another organisation",
        &["encryption-certificate.subject-differs"],
        |bench| altered(bench, |spec| spec.subject = Holder::organisation(bench.seed() + 1).subject()),
    )
    .case("ET-16"),
    Mutation::new(
        "subject-reversed",
        "valid: the parts of the subject stand in another order",
        &[],
        |bench| altered(bench, |spec| spec.subject.0.reverse()),
    )
    .case("ET-16"),
    Mutation::new(
        "issuer-authority",
        "the issuer is the one of the authentication certificate",
        &["encryption-certificate.issuer-differs"],
        |bench| altered(bench, |spec| spec.issuer = bench.pki.issuing_ca.subject.clone()),
    )
    .case("ET-16"),
    Mutation::new(
        "begins-later",
        "notBefore is a second later",
        &["encryption-certificate.not-before-differs"],
        |bench| {
            let from = bench.clock() - Duration::days(30) + Duration::seconds(1);
            altered(bench, |spec| spec.not_before = der::time(from))
        },
    )
    .case("ET-17"),
    Mutation::new(
        "ends-earlier",
        "notAfter is a second earlier",
        &["encryption-certificate.not-after-differs"],
        |bench| {
            let until = bench.clock() + Duration::days(335) - Duration::seconds(1);
            altered(bench, |spec| spec.not_after = der::time(until))
        },
    )
    .case("ET-17"),
    Mutation::new("usage-absent", "there is no keyUsage", USAGE_WRONG, |bench| {
        altered(bench, |spec| spec.extensions.clear())
    })
    .case("ET-18"),
    Mutation::new("usage-key-encipherment", "dataEncipherment is missing", USAGE_WRONG, |bench| {
        usage(bench, &[Usage::KeyEncipherment])
    })
    .case("ET-18"),
    Mutation::new("usage-signature", "the key may sign, too", USAGE_WRONG, |bench| {
        usage(bench, &[Usage::KeyEncipherment, Usage::DataEncipherment, Usage::DigitalSignature])
    })
    .case("ET-18"),
    Mutation::new("usage-certificate-signing", "the key may sign certificates, too", USAGE_WRONG, |bench| {
        usage(bench, &[Usage::KeyEncipherment, Usage::DataEncipherment, Usage::KeyCertSign])
    })
    .case("ET-18"),
    Mutation::new(
        "usage-not-critical",
        "keyUsage is not critical",
        &["encryption-certificate.key-usage-not-critical"],
        |bench| altered(bench, |spec| spec.extension_mut(KEY_USAGE).expect("keyUsage").critical = false),
    )
    .case("ET-18"),
    Mutation::new(
        "revocation-list",
        "the certificate names a revocation list",
        &["encryption-certificate.revocation-list-named"],
        |bench| with(bench, Extension::crl("http://example.org/list.crl")),
    )
    .case("ET-19"),
    Mutation::new(
        "authority",
        "the certificate is one of an authority",
        &["encryption-certificate.is-ca", "encryption-certificate.extension-unexpected"],
        |bench| with(bench, Extension::authority(None)),
    )
    .case("ET-19"),
    Mutation::new(
        "critical-unknown",
        "a critical extension is not known",
        &["encryption-certificate.critical-extension-unknown", "encryption-certificate.extension-unexpected"],
        |bench| with(bench, Extension::other("2.999.7", true, der::null())),
    )
    .case("ET-19"),
    Mutation::new(
        "extension-surplus",
        "there is an extension that the real client does not write",
        &["encryption-certificate.extension-unexpected"],
        |bench| with(bench, Extension::policy("2.999.1.1")),
    )
    .case("ET-19"),
    Mutation::new(
        "sha-512",
        "signed over SHA-512",
        &["encryption-certificate.algorithm-differs", "encryption-certificate.algorithm-unexpected"],
        |bench| altered(bench, |spec| spec.algorithm = Algorithm::RsaPkcs1(Hash::Sha512)),
    )
    .case("ET-20"),
    Mutation::new(
        "sha-1",
        "signed over SHA-1",
        &["encryption-certificate.algorithm-differs", "encryption-certificate.algorithm-unexpected"],
        |bench| altered(bench, |spec| spec.algorithm = Algorithm::RsaPkcs1(Hash::Sha1)),
    )
    .case("ET-20"),
    Mutation::new("signed-by-itself", "the encryption key signs", SIGNATURE_INVALID, |bench| {
        signed(bench, &bench.pki.organisation_encryption.key)
    })
    .case("ET-20"),
    Mutation::new("signed-by-other", "a third key signs", SIGNATURE_INVALID, |bench| {
        signed(bench, &bench.pki.stranger.key)
    })
    .case("ET-20"),
    Mutation::new("signature-flipped", "one bit of the signature is flipped", SIGNATURE_INVALID, |bench| {
        bytes(bench, |bytes| *bytes.last_mut().expect("a signature") ^= 1)
    })
    .case("ET-20"),
    Mutation::new(
        "algorithms-differ",
        "the signed part names another signature algorithm",
        &["encryption-certificate.algorithms-inconsistent"],
        |bench| {
            altered(bench, |spec| spec.inner_algorithm = Some(identifier(Algorithm::RsaPkcs1(Hash::Sha512))))
        },
    )
    .case("ET-20"),
    Mutation::new("version-1", "the version is 1", &["encryption-certificate.version-wrong"], |bench| {
        altered(bench, |spec| spec.version = None)
    }),
    Mutation::new("truncated", "the last byte is missing", &["encryption-certificate.malformed"], |bench| {
        bytes(bench, |bytes| _ = bytes.pop())
    })
    .case("ET-26"),
    Mutation::new("trailing-garbage", "a byte follows", &["encryption-certificate.malformed"], |bench| {
        bytes(bench, |bytes| bytes.push(0))
    })
    .case("ET-26"),
    Mutation::new(
        "nested-100000",
        "100,000 nested SEQUENCEs",
        &["encryption-certificate.malformed", "encryption-certificate.not-der"],
        |bench| bytes(bench, |bytes| *bytes = [0x30, 0x80].repeat(100_000)),
    )
    .case("ET-26"),
    Mutation::new(
        "indefinite-length",
        "the length is indefinite",
        &["encryption-certificate.not-der"],
        |bench| {
            let spec = spec(bench);
            let tbs = spec.tbs().encode();
            let signature = bench.pki.organisation.key.sign(spec.algorithm, &tbs);
            let parts: [Node; 3] = [der::encoded(tbs), identifier(spec.algorithm), der::bits(&signature)];
            let bytes = der::seq(parts).with_length(Length::Indefinite).encode();
            Ok(made(bench, bytes))
        },
    )
    .case("ET-26"),
    Mutation::new(
        "no-authentication",
        "the authentication certificate is not given",
        &["encryption-certificate.authentication-certificate-missing"],
        |bench| {
            let mut made = altered(bench, |_| ())?;
            made.context.remove("auth_certificate");
            Ok(made)
        },
    ),
];

/// The serial number of the challenge. Its first bit is set: it takes a zero octet to stay positive.
fn serial(bench: &Bench) -> Vec<u8> {
    let mut serial = bench.stream("serial of the challenge").bytes(16);
    serial[0] |= 0x80;
    serial
}

fn spec(bench: &Bench) -> CertificateSpec {
    encryption_spec(&bench.pki.organisation, &bench.pki.organisation_encryption.key, &serial(bench))
}

fn made(bench: &Bench, bytes: Vec<u8>) -> Made {
    Made::new(bytes)
        .with("auth_certificate", bench.pki.organisation.pem())
        .with("serial", BigUint::from_bytes_be(&serial(bench)).to_string())
}

fn altered(bench: &Bench, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let mut spec = spec(bench);
    alter(&mut spec);
    Ok(made(bench, spec.sign(&bench.pki.organisation.key)))
}

fn signed(bench: &Bench, by: &Key) -> Result<Made, Error> {
    Ok(made(bench, spec(bench).sign(by)))
}

fn over(bench: &Bench, key: &Key) -> Result<Made, Error> {
    altered(bench, |spec| spec.spki = key.spki().to_vec())
}

fn usage(bench: &Bench, usages: &[Usage]) -> Result<Made, Error> {
    altered(bench, |spec| spec.extensions = vec![Extension::key_usage(usages)])
}

fn with(bench: &Bench, extension: Extension) -> Result<Made, Error> {
    altered(bench, |spec| spec.extensions.push(extension))
}

fn bytes(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let mut bytes = spec(bench).sign(&bench.pki.organisation.key);
    alter(&mut bytes);
    Ok(made(bench, bytes))
}
