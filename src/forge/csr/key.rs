//! Deviations of the key and the signature.

use num_bigint::BigUint;

use super::{Spec, altered, bytes, made};
use crate::crypto::digest;
use crate::forge::der::{self, Node};
use crate::forge::keys::{Algorithm, Hash, Key, OddRsa, identifier, pem};
use crate::forge::rsa;
use crate::forge::{Bench, Error, Made, Mutation};

const SIGNATURE: &[&str] = &["csr.signature-invalid"];
const UNUSABLE: &[&str] = &["csr.key-exponent-unusable", "csr.signature-invalid"];
const FACTORED: &[&str] = &["csr.key-modulus-factored", "csr.signature-invalid"];
const NOT_SHA2_WITH_RSA: &[&str] = &["csr.signature-not-sha2-with-rsa"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("signature-flipped", "one bit of the signature is flipped", SIGNATURE, |bench| {
        bytes(bench, |bytes| *bytes.last_mut().expect("a signature") ^= 1)
    })
    .case("CS-06"),
    Mutation::new("signed-by-other", "somebody else's key signs", SIGNATURE, |bench| {
        altered(bench, |spec| spec.signer = bench.pki.stranger.key.clone())
    })
    .case("CS-06"),
    Mutation::new("info-changed", "the request is changed after it was signed", SIGNATURE, |bench| {
        let spec = Spec::valid(bench);
        let signature = spec.signer.sign(spec.algorithm, &spec.info().encode());
        let other = Spec { attributes: Some(vec![super::attributes::other()]), ..spec };
        Ok(made(bench, other.assemble(&other.info().encode(), &signature).encode()))
    })
    .case("CS-06"),
    Mutation::new("sha-384", "valid: signed over SHA-384", &[], |bench| {
        altered(bench, |spec| spec.algorithm = Algorithm::RsaPkcs1(Hash::Sha384))
    })
    .case("CS-07"),
    Mutation::new("sha-512", "valid: signed over SHA-512", &[], |bench| {
        altered(bench, |spec| spec.algorithm = Algorithm::RsaPkcs1(Hash::Sha512))
    })
    .case("CS-07"),
    Mutation::new("sha-1", "signed over SHA-1", NOT_SHA2_WITH_RSA, |bench| {
        altered(bench, |spec| spec.algorithm = Algorithm::RsaPkcs1(Hash::Sha1))
    })
    .case("CS-07"),
    Mutation::new(
        "md5",
        "the signature is said to be over MD5",
        &["csr.signature-invalid", "csr.signature-not-sha2-with-rsa"],
        |bench| announced(bench, identifier(Algorithm::RsaPkcs1(Hash::Md5))),
    )
    .case("CS-07"),
    Mutation::new("pss", "signed with RSA-PSS", NOT_SHA2_WITH_RSA, |bench| {
        altered(bench, |spec| spec.algorithm = Algorithm::pss(Hash::Sha256))
    })
    .case("CS-07"),
    Mutation::new(
        "parameters-absent",
        "the signature algorithm has no parameters, where NULL belongs",
        &["csr.signature-parameters-unexpected"],
        |bench| announced(bench, der::algorithm("1.2.840.113549.1.1.11")),
    )
    .case("CS-08"),
    Mutation::new(
        "parameters-other",
        "the parameters of the signature algorithm are an INTEGER",
        &["csr.signature-parameters-malformed"],
        |bench| announced(bench, der::seq([der::oid("1.2.840.113549.1.1.11"), der::int(0)])),
    )
    .case("CS-08"),
    Mutation::new(
        "ecdsa-under-rsa",
        "the signature is said to be ECDSA, the key is RSA",
        &["csr.signature-algorithm-not-of-key", "csr.signature-not-sha2-with-rsa"],
        |bench| announced(bench, der::algorithm("1.2.840.10045.4.3.2")),
    )
    .case("CS-08"),
    Mutation::new(
        "cube-root",
        "a signature without the private key, for those who do not check what stands behind the hash",
        &["csr.key-exponent-small", "csr.signature-invalid"],
        cube_root,
    )
    .case("CS-09"),
    Mutation::new("rsa-1024", "the key has 1024 bits", &["csr.key-too-small"], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Bits1024))
    })
    .case("CS-10"),
    Mutation::new("rsa-1536", "the key has 1536 bits", &["csr.key-too-small"], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Bits1536))
    })
    .case("CS-10"),
    Mutation::new("rsa-2047", "the key has 2047 bits", &["csr.key-too-small"], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Bits2047))
    })
    .case("CS-10"),
    Mutation::new("rsa-3072", "the key has 3072 bits", &["csr.key-larger-than-2048"], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Bits3072))
    })
    .case("CS-10"),
    Mutation::new("rsa-4096", "the key has 4096 bits", &["csr.key-larger-than-2048"], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Bits4096))
    })
    .case("CS-10"),
    Mutation::new(
        "p256",
        "the key is on P-256",
        &["csr.key-not-rsa", "csr.signature-not-sha2-with-rsa"],
        |bench| by(bench, Key::p256(bench.seed(), "csr")),
    )
    .case("CS-11"),
    Mutation::new(
        "ed25519",
        "the key is an Ed25519 key",
        &["csr.key-not-rsa", "csr.signature-not-sha2-with-rsa"],
        |bench| by(bench, Key::ed25519(bench.seed(), "csr")),
    )
    .case("CS-11"),
    Mutation::new(
        "dsa",
        "the key and the signature are said to be DSA",
        &["csr.key-not-rsa", "csr.signature-not-sha2-with-rsa"],
        |bench| {
            let spki = der::seq([der::algorithm("1.2.840.10040.4.1"), der::bits(&der::int(5).encode())]);
            let spec = Spec { spki: spki.encode(), ..Spec::valid(bench) };
            let algorithm = der::algorithm("2.16.840.1.101.3.4.3.2");
            let parts = [spec.info(), algorithm, der::bits(&[0x30, 0])];
            Ok(made(bench, der::seq(parts).encode()))
        },
    )
    .case("CS-11"),
    Mutation::new("exponent-1", "the exponent is 1", UNUSABLE, |bench| {
        public(bench, |n, _| (n, BigUint::from(1_u8)))
    })
    .case("CS-12"),
    Mutation::new("exponent-even", "the exponent is even", UNUSABLE, |bench| {
        public(bench, |n, e| (n, e - 1_u8))
    })
    .case("CS-12"),
    Mutation::new("exponent-3", "the exponent is 3", &["csr.key-exponent-small"], |bench| {
        by(bench, Key::odd_rsa(OddRsa::Exponent3))
    })
    .case("CS-12"),
    Mutation::new("modulus-even", "the modulus is even", FACTORED, |bench| {
        public(bench, |n, e| (n - 1_u8, e))
    })
    .case("CS-12"),
    Mutation::new("modulus-by-3", "the modulus is divisible by 3", FACTORED, |bench| {
        public(bench, |n, e| (rsa::divisible_by_3(&n), e))
    })
    .case("CS-12"),
    Mutation::new(
        "primes-close",
        "the two factors of the modulus differ by little",
        &["csr.key-primes-close", "csr.signature-invalid"],
        |bench| public(bench, |_, e| (rsa::of_close_factors(&mut bench.stream("close factors")), e)),
    )
    .case("CS-12"),
    Mutation::new(
        "roca",
        "the modulus bears the mark of Infineon's library",
        &["csr.key-roca", "csr.signature-invalid"],
        |bench| public(bench, |_, e| (rsa::with_roca_mark(&mut bench.stream("roca")), e)),
    )
    .case("CS-12"),
    Mutation::new(
        "factor-shared",
        "another request of the batch has a modulus with a factor in common",
        &["csr.factor-shared", "csr.signature-invalid"],
        |bench| {
            let (own, other) = rsa::sharing_a_factor(&mut bench.stream("shared factor"));
            let request = public(bench, |_, e| (other, e))?;
            Ok(public(bench, |_, e| (own, e))?.with("requests", batch(&request)))
        },
    )
    .case("CS-12"),
    Mutation::new(
        "key-repeated",
        "another request of the batch is for the same key",
        &["csr.key-repeated"],
        |bench| {
            let request = altered(bench, |spec| spec.subject = bench.pki.person_holder.subject())?;
            let valid = made(bench, Spec::valid(bench).sign());
            Ok(valid.with("requests", batch(&request)))
        },
    )
    .case("CS-18"),
    Mutation::new("keys-differ", "valid: the other request of the batch is for another key", &[], |bench| {
        let request = by(bench, bench.pki.person.key.clone())?;
        let valid = made(bench, Spec::valid(bench).sign());
        Ok(valid.with("requests", batch(&request)))
    })
    .case("CS-18"),
    Mutation::new(
        "modulus-negative",
        "the modulus lacks its leading zero, so that it is negative",
        &["csr.key-number-negative"],
        |bench| modulus(bench, |n| der::primitive(0x02, n)),
    )
    .case("CS-13"),
    Mutation::new("modulus-padded", "the modulus has two leading zeros", &["csr.not-pkcs10"], |bench| {
        modulus(bench, |n| der::primitive(0x02, [&[0, 0], n].concat()))
    })
    .case("CS-13"),
    Mutation::new(
        "key-bits-unused",
        "a bit of the public key is said to be unused",
        &["csr.not-der", "csr.key-malformed"],
        |bench| {
            let (n, e) = bench.pki.organisation.key.rsa_public().expect("an RSA key");
            let key = der::seq([der::uint(n), der::uint(e)]).encode();
            let algorithm = der::algorithm_null("1.2.840.113549.1.1.1");
            altered(bench, |spec| {
                spec.spki = der::seq([algorithm, der::bits_unused(1, &key)]).encode();
            })
        },
    )
    .case("CS-13"),
];

/// The other requests of a batch: one.
fn batch(request: &Made) -> Vec<String> {
    vec![pem("CERTIFICATE REQUEST", &request.bytes)]
}

/// The request for `key`, signed with it.
fn by(bench: &Bench, key: Key) -> Result<Made, Error> {
    altered(bench, |spec| {
        (spec.spki, spec.algorithm, spec.signer) = (key.spki().to_vec(), key.algorithm(), key);
    })
}

/// The valid request, which says that it is signed with `algorithm`.
fn announced(bench: &Bench, algorithm: Node) -> Result<Made, Error> {
    let spec = Spec::valid(bench);
    let info = spec.info().encode();
    let signature = spec.signer.sign(spec.algorithm, &info);
    let parts = [der::encoded(info), algorithm, der::bits(&signature)];
    Ok(made(bench, der::seq(parts).encode()))
}

/// The request for another public key, whose private half nobody has.
fn public(bench: &Bench, alter: impl FnOnce(BigUint, BigUint) -> (BigUint, BigUint)) -> Result<Made, Error> {
    let (n, e) = bench.pki.organisation.key.rsa_public().expect("an RSA key");
    let (n, e) = alter(BigUint::from_bytes_be(n), BigUint::from_bytes_be(e));
    altered(bench, |spec| spec.spki = rsa::spki(&n, &e))
}

/// The request with another encoding of the modulus.
fn modulus(bench: &Bench, encode: impl FnOnce(&[u8]) -> Node) -> Result<Made, Error> {
    let (n, e) = bench.pki.organisation.key.rsa_public().expect("an RSA key");
    let key = der::seq([encode(n), der::uint(e)]).encode();
    let algorithm = der::algorithm_null("1.2.840.113549.1.1.1");
    altered(bench, |spec| spec.spki = der::seq([algorithm, der::bits(&key)]).encode())
}

/// A cube root of a number that begins like the padded hash (CVE-2006-4339).
fn cube_root(bench: &Bench) -> Result<Made, Error> {
    let key = Key::odd_rsa(OddRsa::Exponent3);
    let mut spec = Spec::valid(bench);
    (spec.spki, spec.signer) = (key.spki().to_vec(), key.clone());
    let info = spec.info().encode();
    let hash = digest(Hash::Sha256, &info);
    let digest_info =
        der::seq([crate::forge::keys::hash_identifier(Hash::Sha256), der::octets(hash.as_bytes())]);
    let mut block = [&[0, 1][..], &[0xff; 8], &[0]].concat();
    block.extend(digest_info.encode());
    block.resize(256, 0xff);
    let root = BigUint::from_bytes_be(&block).nth_root(3).to_bytes_be();
    let signature = [vec![0; 256 - root.len()], root].concat();
    Ok(made(bench, spec.assemble(&info, &signature).encode()))
}
