//! Any SignedData: a short text, signed by the organisation.

use super::der::{self, Length};
use super::keys::{Algorithm, Hash, Key, OddRsa};
use super::pki::Party;
use super::signed_data::{
    ALGORITHM_PROTECTION, Attribute, CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNING_TIME, SignerSpec, Spec,
};
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::{Kind, Profile};

pub(super) const MAKER: Maker =
    Maker { kind: Kind::Cms, params: &[], valid: |bench| spec(bench, |_| ()), mutations: MUTATIONS };

const MUTATIONS: &[Mutation] = &[
    Mutation::new("streamed", "valid: in BER, with indefinite lengths and chunks", &[], |bench| {
        spec(bench, |spec| spec.chunk = Some(7))
    })
    .case("CM-01"),
    Mutation::new("no-attributes", "valid: signed attributes are left out", &[], |bench| {
        signer(bench, |signer| signer.signed = None)
    }),
    Mutation::new("key-identifier", "valid: the signer is named by subject key identifier", &[], |bench| {
        spec(bench, |spec| {
            spec.version = 3;
            let key = spec.signers[0].key.identifier();
            spec.signers[0] = spec.signers[0].clone().by_key_identifier(&key);
        })
    }),
    Mutation::new("pss", "valid: signed with RSA-PSS", &[], |bench| {
        signer(bench, |signer| *signer = signer.clone().with_algorithm(Algorithm::pss(Hash::Sha256)))
    }),
    Mutation::new("p384", "valid: signed with ECDSA on P-384", &[], |bench| {
        by(bench, Key::p384(bench.seed(), "cms signer"))
    }),
    Mutation::new("ed25519", "valid: signed with Ed25519", &[], |bench| {
        by(bench, Key::ed25519(bench.seed(), "cms signer"))
    }),
    Mutation::new("protected", "valid: the algorithms are protected by an attribute", &[], |bench| {
        protected(bench, Hash::Sha256)
    }),
    Mutation::new(
        "end-missing",
        "the last end-of-contents octets are missing",
        &["cms.encoding-malformed"],
        |bench| bytes(bench, true, |bytes| bytes.truncate(bytes.len() - 2)),
    )
    .case("CM-01"),
    Mutation::new("truncated", "the second half is missing", &["cms.encoding-malformed"], |bench| {
        bytes(bench, false, |bytes| bytes.truncate(bytes.len() / 2))
    })
    .case("CM-01"),
    Mutation::new("length-of-4-gigabytes", "a length declares 4 GiB", &["cms.encoding-malformed"], |bench| {
        let spec = valid(bench);
        Ok(Made::new(spec.node().with_length(Length::Claimed(1 << 32)).encode()))
    })
    .case("CM-08"),
    Mutation::new(
        "end-twice",
        "end-of-contents octets stand after the end",
        &["cms.bytes-trailing"],
        |bench| bytes(bench, true, |bytes| bytes.extend([0, 0])),
    )
    .case("CM-01"),
    Mutation::new(
        "enveloped",
        "the message says that it is enveloped",
        &["cms.content-type-not-signed-data"],
        |bench| spec(bench, |spec| spec.outer_type = "1.2.840.113549.1.7.3"),
    )
    .case("CM-02"),
    Mutation::new("detached", "the content is left out", &["cms.content-detached"], |bench| {
        spec(bench, |spec| spec.detached = true)
    })
    .case("CM-02"),
    Mutation::new(
        "request-left-out",
        "a signed request without the request",
        &["cms.content-detached"],
        |bench| {
            let request = super::csr::Spec::valid(bench).sign();
            spec(bench, |spec| (spec.content, spec.detached) = (request, true))
        },
    )
    .case("CS-26"),
    Mutation::new("version-3", "version 3 where the contents call for 1", &["cms.version-wrong"], |bench| {
        spec(bench, |spec| spec.version = 3)
    }),
    Mutation::new(
        "signer-version-3",
        "a signer by issuer and serial number of version 3",
        &["cms.signer-version-wrong"],
        |bench| signer(bench, |signer| signer.version = 3),
    ),
    Mutation::new(
        "content-bare",
        "the content is a text, as in PKCS #7",
        &["cms.content-not-octet-string"],
        bare_content,
    )
    .case("CM-02"),
    Mutation::new(
        "certificate-cut",
        "an embedded certificate breaks off",
        &["cms.certificate-unreadable"],
        |bench| spec(bench, |spec| spec.certificates.push(der::seq([der::int(1)]).encode())),
    )
    .case("CM-08"),
    Mutation::new(
        "digest-unlisted",
        "the digest algorithm is not announced",
        &["cms.digest-algorithm-not-listed"],
        |bench| spec(bench, |spec| spec.hashes = vec![Hash::Sha512]),
    ),
    Mutation::new(
        "unsigned-empty",
        "an empty set of unsigned attributes",
        &["cms.attributes-empty"],
        |bench| signer(bench, |signer| signer.unsigned = Some(Vec::new())),
    ),
    Mutation::new(
        "attributes-unsorted",
        "the signed attributes are not in the order of DER",
        &["cms.signed-attributes-not-der"],
        |bench| {
            signer(bench, |signer| {
                signer.unsorted = true;
                signer.signed.get_or_insert_default().reverse();
            })
        },
    )
    .case("CM-03"),
    Mutation::new(
        "attributes-stripped",
        "content of another type than id-data, signed without attributes",
        &["cms.signed-attributes-missing"],
        |bench| {
            spec(bench, |spec| {
                (spec.content_type, spec.version) = ("1.2.840.113549.1.9.16.1.4", 3);
                spec.signers[0].signed = None;
            })
        },
    )
    .case("CM-03"),
    Mutation::new(
        "content-type-absent",
        "the contentType attribute is missing",
        &["cms.attribute-missing"],
        |bench| without(bench, CONTENT_TYPE),
    )
    .case("CM-03"),
    Mutation::new(
        "digest-absent",
        "the messageDigest attribute is missing",
        &["cms.attribute-missing"],
        |bench| without(bench, MESSAGE_DIGEST),
    )
    .case("CM-03"),
    Mutation::new(
        "digest-twice",
        "the messageDigest attribute occurs twice",
        &["cms.attribute-repeated"],
        |bench| {
            signer(bench, |signer| {
                let again = signer.signed_mut(MESSAGE_DIGEST).clone();
                signer.signed.get_or_insert_default().push(again);
            })
        },
    )
    .case("CM-03"),
    Mutation::new(
        "time-unsigned",
        "signingTime stands among the unsigned attributes",
        &["cms.attribute-unsigned"],
        |bench| {
            signer(bench, |signer| {
                let time = signer.signed_mut(SIGNING_TIME).clone();
                signer.unsigned = Some(vec![time]);
            })
        },
    )
    .case("CM-03"),
    Mutation::new(
        "content-type-other",
        "the contentType attribute names another type",
        &["cms.content-type-mismatch"],
        |bench| {
            signer(bench, |signer| {
                signer.signed_mut(CONTENT_TYPE).values = vec![der::oid("1.2.840.113549.1.7.3")];
            })
        },
    )
    .case("CM-03"),
    Mutation::new(
        "content-changed",
        "one byte of the content is changed",
        &["cms.message-digest-mismatch"],
        |bench| {
            bytes(bench, false, |bytes| {
                let at = bytes.windows(TEXT.len()).position(|it| it == TEXT).expect("the content");
                bytes[at] ^= 1;
            })
        },
    )
    .case("CM-03"),
    Mutation::new(
        "time-generalized",
        "the signing time is a GeneralizedTime before 2050",
        &["cms.signing-time-malformed"],
        |bench| {
            let time = der::generalized_time(bench.clock());
            signer(bench, |signer| signer.signed_mut(SIGNING_TIME).values = vec![time])
        },
    ),
    Mutation::new(
        "protection-other",
        "the protected algorithms are others",
        &["cms.algorithm-protection-mismatch"],
        |bench| protected(bench, Hash::Sha512),
    ),
    Mutation::new(
        "signature-flipped",
        "one bit of the signature is flipped",
        &["cms.signature-invalid"],
        |bench| bytes(bench, false, |bytes| *bytes.last_mut().expect("a signature") ^= 1),
    )
    .case("CM-04"),
    Mutation::new(
        "other-key",
        "signed with a key that is not the certificate's",
        &["cms.signature-invalid"],
        |bench| {
            let key = bench.pki.stranger.key.clone();
            signer(bench, |signer| signer.key = key)
        },
    )
    .case("CM-05"),
    Mutation::new(
        "second-signer-bad",
        "two signers, the second with another key",
        &["cms.signature-invalid"],
        |bench| {
            spec(bench, |spec| {
                let mut second = spec.signers[0].clone();
                second.key = bench.pki.stranger.key.clone();
                spec.signers.push(second);
            })
        },
    )
    .case("CM-04"),
    Mutation::new("nobody", "there is no signer", &["cms.signers-missing"], |bench| {
        spec(bench, |spec| spec.signers.clear())
    })
    .case("CM-04"),
    Mutation::new("sha-1", "hash and signature are SHA-1", &["cms.hash-broken"], |bench| {
        hashed(bench, Algorithm::RsaPkcs1(Hash::Sha1))
    })
    .case("CM-04"),
    Mutation::new(
        "hash-differs",
        "the signature names SHA-512, the signer SHA-256",
        &["cms.hash-differs"],
        |bench| {
            signer(bench, |signer| {
                signer.algorithm = Algorithm::RsaPkcs1(Hash::Sha512);
                signer.written = super::keys::identifier(signer.algorithm);
            })
        },
    )
    .case("CM-09"),
    Mutation::new(
        "pss-hash-differs",
        "RSA-PSS with SHA-512, the signer names SHA-256",
        &["cms.pss-hash-differs"],
        |bench| {
            signer(bench, |signer| {
                signer.algorithm = Algorithm::pss(Hash::Sha512);
                signer.written = super::keys::identifier(signer.algorithm);
            })
        },
    )
    .case("CM-09"),
    Mutation::new(
        "ecdsa-under-rsa",
        "the signature is said to be ECDSA, the key is RSA",
        &["cms.key-mismatch"],
        |bench| signer(bench, |signer| signer.written = der::algorithm("1.2.840.10045.4.3.2")),
    )
    .case("CM-09"),
    Mutation::new(
        "dsa",
        "the signature is said to be DSA with SHA-3",
        &["cms.algorithm-unsupported"],
        |bench| signer(bench, |signer| signer.written = der::algorithm("2.16.840.1.101.3.4.3.6")),
    )
    .case("CM-09"),
    Mutation::new(
        "certificate-absent",
        "the signer's certificate is left out",
        &["cms.signer-certificate-missing"],
        |bench| spec(bench, |spec| spec.certificates.clear()),
    )
    .case("CM-05"),
    Mutation::new("small-key", "valid under the standard alone: a key of 1024 bits", &[], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Bits1024))
    })
    .under(Profile::Standard),
];

/// What is signed.
const TEXT: &[u8] = b"Signed for the sake of being verified.";

fn valid(bench: &Bench) -> Spec {
    let party = &bench.pki.organisation;
    signed_by(bench, party)
}

fn signed_by(bench: &Bench, party: &Party) -> Spec {
    let signer = SignerSpec::of(party).with_attributes(DATA, TEXT, bench.clock());
    Spec::new(TEXT, vec![party.certificate.clone()], vec![signer])
}

fn spec(bench: &Bench, alter: impl FnOnce(&mut Spec)) -> Result<Made, Error> {
    let mut spec = valid(bench);
    alter(&mut spec);
    Ok(Made::new(spec.sign()))
}

fn signer(bench: &Bench, alter: impl FnOnce(&mut SignerSpec)) -> Result<Made, Error> {
    spec(bench, |spec| alter(&mut spec.signers[0]))
}

fn without(bench: &Bench, oid: &str) -> Result<Made, Error> {
    signer(bench, |signer| signer.signed.get_or_insert_default().retain(|it| it.oid != oid))
}

fn bytes(bench: &Bench, streamed: bool, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let spec = valid(bench);
    let mut bytes = if streamed { spec.streamed().sign() } else { spec.sign() };
    alter(&mut bytes);
    Ok(Made::new(bytes))
}

fn by(bench: &Bench, key: Key) -> Result<Made, Error> {
    let holder = &bench.pki.organisation_holder;
    let spec = bench.pki.authentication_spec(holder, &key);
    let certificate = spec.sign(&bench.pki.issuing_ca.key);
    let party = Party { subject: spec.subject.clone(), key, certificate, spec };
    Ok(Made::new(signed_by(bench, &party).sign()))
}

fn hashed(bench: &Bench, algorithm: Algorithm) -> Result<Made, Error> {
    let party = &bench.pki.organisation;
    let signer = SignerSpec::of(party).with_algorithm(algorithm).with_attributes(DATA, TEXT, bench.clock());
    Ok(Made::new(Spec::new(TEXT, vec![party.certificate.clone()], vec![signer]).sign()))
}

/// The content is any value, hashed without its header as PKCS #7 does.
fn bare_content(bench: &Bench) -> Result<Made, Error> {
    let bytes = valid(bench).sign();
    let at = bytes.windows(TEXT.len()).position(|it| it == TEXT).expect("the content");
    let mut bytes = bytes;
    // The OCTET STRING becomes an UTF8String of the same length.
    bytes[at - 2] = 0x0c;
    Ok(Made::new(bytes))
}

/// With a CMSAlgorithmProtection attribute (RFC 6211) that names `hash`.
fn protected(bench: &Bench, hash: Hash) -> Result<Made, Error> {
    signer(bench, |signer| {
        let value = der::seq([super::keys::hash_identifier(hash), signer.written.clone().tagged(0xa1)]);
        signer.signed.get_or_insert_default().push(Attribute::new(ALGORITHM_PROTECTION, value));
    })
}
