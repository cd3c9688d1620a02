//! Variants of the SignedData: its form, its content, its signers.

use super::{altered, bytes, certificate, encrypted, hashed, party};
use crate::base::Profile;
use crate::forge::Mutation;
use crate::forge::keys::{Algorithm, Hash, Key};
use crate::forge::signed_data::{DATA, SignerSpec};

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("der", "valid: in DER", &[], |bench| altered(bench, |spec| spec.chunk = None)),
    Mutation::new("signed-attributes", "valid: with signed attributes, as since 2024", &[], |bench| {
        altered(bench, |spec| {
            let signer = spec.signers[0].clone();
            spec.signers[0] = signer.with_attributes(DATA, &spec.content, bench.clock());
        })
    }),
    Mutation::new("small-chunks", "valid: in chunks of 7 bytes", &[], |bench| {
        altered(bench, |spec| spec.chunk = Some(7))
    })
    .case("CM-01"),
    Mutation::new("rsa-pss", "valid: signed with RSA-PSS", &[], |bench| {
        altered(bench, |spec| {
            spec.signers[0] = spec.signers[0].clone().with_algorithm(Algorithm::pss(Hash::Sha256));
        })
    }),
    Mutation::new(
        "p384-owner",
        "taken in the field, with a warning: both of the owner's keys are on P-384",
        &["encryption-certificate.algorithm-differs"],
        |bench| {
            let owner = party(bench, Key::p384(bench.seed(), "etk authentication"));
            encrypted(bench, &owner, Key::p384(bench.seed(), "etk encryption"), |_| ())
        },
    )
    .under(Profile::Field),
    Mutation::new("dn-scrambled", "valid: the parts of the subject stand in another order", &[], |bench| {
        certificate(bench, |spec| spec.subject.0.reverse())
    }),
    Mutation::new("detached", "the certificate is left out", &["etk.content-missing"], |bench| {
        altered(bench, |spec| spec.detached = true)
    })
    .case("CM-02"),
    Mutation::new(
        "content-other-type",
        "the content is not of type id-data",
        &["cms.signed-attributes-missing", "etk.content-type-not-data", "etk.version-not-1"],
        |bench| altered(bench, |spec| (spec.content_type, spec.version) = ("1.2.840.113549.1.9.16.1.4", 3)),
    )
    .case("CM-02"),
    Mutation::new(
        "key-identifier",
        "the signer is named by subject key identifier",
        &["etk.version-not-1"],
        |bench| {
            altered(bench, |spec| {
                spec.version = 3;
                let id = bench.pki.etk_ra.key.identifier();
                spec.signers[0] = spec.signers[0].clone().by_key_identifier(&id);
            })
        },
    ),
    Mutation::new("content-text", "the content is a text", &["etk.content-not-certificate"], |bench| {
        altered(bench, |spec| spec.content = b"no certificate".to_vec())
    })
    .case("ET-26"),
    Mutation::new(
        "content-cut",
        "the encryption certificate breaks off",
        &["etk.content-not-certificate"],
        |bench| altered(bench, |spec| spec.content.truncate(300)),
    )
    .case("ET-26"),
    Mutation::new("nobody", "there is no signer", &["etk.signer-missing"], |bench| {
        altered(bench, |spec| {
            spec.signers.clear();
            spec.certificates.remove(0);
        })
    })
    .case("CM-04"),
    Mutation::new("two-signers", "the owner signs, too", &["etk.signers-several"], |bench| {
        altered(bench, |spec| spec.signers.push(SignerSpec::of(&bench.pki.organisation)))
    })
    .case("CM-04"),
    Mutation::new(
        "second-signer-bad",
        "a second signature does not verify",
        &["cms.signature-invalid", "etk.signers-several"],
        |bench| {
            altered(bench, |spec| {
                let mut second = SignerSpec::of(&bench.pki.organisation);
                second.key = bench.pki.stranger.key.clone();
                spec.signers.push(second);
            })
        },
    )
    .case("CM-04"),
    Mutation::new("sha-512", "signed over SHA-512", &["etk.hash-not-sha256"], |bench| {
        hashed(bench, Hash::Sha512)
    }),
    Mutation::new("sha-1", "signed over SHA-1", &["cms.hash-broken", "etk.hash-broken"], |bench| {
        hashed(bench, Hash::Sha1)
    })
    .case("CM-04"),
    Mutation::new(
        "end-missing",
        "the last end-of-contents octets are missing",
        &["cms.encoding-malformed"],
        |bench| bytes(bench, |bytes| bytes.truncate(bytes.len() - 2)),
    )
    .case("CM-01"),
    Mutation::new(
        "end-twice",
        "end-of-contents octets stand after the end",
        &["cms.bytes-trailing"],
        |bench| bytes(bench, |bytes| bytes.extend([0, 0])),
    )
    .case("CM-01"),
    Mutation::new(
        "signature-flipped",
        "one bit of the signature is flipped",
        &["cms.signature-invalid"],
        |bench| {
            bytes(bench, |bytes| {
                // Behind the signature stand the end-of-contents octets of three values.
                let at = bytes.len() - 7;
                bytes[at] ^= 1;
            })
        },
    )
    .case("CM-04"),
];
