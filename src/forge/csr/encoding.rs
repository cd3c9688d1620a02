//! Deviations of the bytes: no DER, no PKCS#10, or something beside it.

use super::{Spec, altered, bytes, made};
use crate::forge::der::{self, Length, Node};
use crate::forge::keys::{identifier, pem};
use crate::forge::{Bench, Error, Made, Mutation};

const NOT_PARSABLE: &[&str] = &["csr.not-parsable"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("empty", "there is nothing", NOT_PARSABLE, |bench| bytes(bench, Vec::clear)).case("CS-01"),
    Mutation::new("text", "a text that is neither base64 nor DER", NOT_PARSABLE, |bench| {
        bytes(bench, |bytes| *bytes = b"no request".to_vec())
    })
    .case("CS-01"),
    Mutation::new("base64", "the request in base64, without its lines of PEM", NOT_PARSABLE, |bench| {
        bytes(bench, |bytes| *bytes = data_encoding::BASE64.encode(bytes).into_bytes())
    })
    .case("CS-01"),
    Mutation::new("pem", "the request in PEM", &["csr.pem-armoured"], |bench| {
        bytes(bench, |bytes| *bytes = pem("CERTIFICATE REQUEST", bytes).into_bytes())
    })
    .case("CS-01"),
    Mutation::new("truncated", "the last byte is missing", NOT_PARSABLE, |bench| {
        bytes(bench, |bytes| _ = bytes.pop())
    })
    .case("CS-02"),
    Mutation::new("trailing-garbage", "three bytes follow the request", &["csr.trailing-data"], |bench| {
        bytes(bench, |bytes| bytes.extend([0xde, 0xad, 0xbf]))
    })
    .case("CS-02"),
    Mutation::new(
        "null-appended",
        "a NULL stands behind the signature, inside the request",
        &["csr.trailing-data"],
        |bench| {
            request(bench, |mut parts| {
                parts.push(der::null());
                der::seq(parts)
            })
        },
    )
    .case("CS-02"),
    Mutation::new(
        "indefinite-length",
        "the length of the request is indefinite",
        &["csr.not-der"],
        |bench| length(bench, |_| Length::Indefinite),
    )
    .case("CS-02"),
    Mutation::new("long-length", "the length has an octet too many", &["csr.not-der"], |bench| {
        length(bench, |_| Length::Long(3))
    })
    .case("CS-02"),
    Mutation::new("length-plus-1", "the length claims one byte more", NOT_PARSABLE, |bench| {
        length(bench, |length| Length::Claimed(length + 1))
    })
    .case("CS-02"),
    Mutation::new("length-minus-1", "the length claims one byte less", NOT_PARSABLE, |bench| {
        length(bench, |length| Length::Claimed(length - 1))
    })
    .case("CS-02"),
    Mutation::new("length-2-31", "a length of 2 GiB", NOT_PARSABLE, |bench| {
        length(bench, |_| Length::Claimed(1 << 31))
    })
    .case("CS-02"),
    Mutation::new("length-2-32", "a length of 4 GiB", NOT_PARSABLE, |bench| {
        length(bench, |_| Length::Claimed(1 << 32))
    })
    .case("CS-02"),
    Mutation::new("length-2-64", "the largest length that fits 8 octets", NOT_PARSABLE, |bench| {
        length(bench, |_| Length::Claimed(u64::MAX))
    })
    .case("CS-02"),
    Mutation::new(
        "nested-100000",
        "100,000 nested SEQUENCEs",
        &["csr.not-der", "csr.not-parsable"],
        |bench| bytes(bench, |bytes| *bytes = [0x30, 0x80].repeat(100_000)),
    )
    .case("CS-03"),
    Mutation::new("version-1", "the version is 1", &["csr.version-not-zero"], |bench| {
        altered(bench, |spec| spec.version = der::int(1))
    })
    .case("CS-05"),
    Mutation::new("version-long", "the version has a needless octet", &["csr.not-pkcs10"], |bench| {
        altered(bench, |spec| spec.version = der::primitive(0x02, [0, 0]))
    })
    .case("CS-13"),
    Mutation::new(
        "signature-bits-unused",
        "three bits of the signature are said to be unused",
        &["csr.not-der", "csr.signature-invalid"],
        |bench| {
            request(bench, |mut parts| {
                let signature = parts.pop().expect("a signature").encode();
                // Header, length of two octets, and the number of unused bits.
                parts.push(der::bits_unused(3, &signature[5..]));
                der::seq(parts)
            })
        },
    )
    .case("CS-13"),
];

/// The parts of the valid request, put together again by `assemble`.
fn request(bench: &Bench, assemble: impl FnOnce(Vec<Node>) -> Node) -> Result<Made, Error> {
    let spec = Spec::valid(bench);
    let info = spec.info().encode();
    let signature = spec.signer.sign(spec.algorithm, &info);
    let parts = vec![der::encoded(info), identifier(spec.algorithm), der::bits(&signature)];
    Ok(made(bench, assemble(parts).encode()))
}

/// The valid request under another length.
fn length(bench: &Bench, choose: impl FnOnce(u64) -> Length) -> Result<Made, Error> {
    request(bench, |parts| {
        let length = parts.iter().map(|part| part.encode().len() as u64).sum();
        der::seq(parts).with_length(choose(length))
    })
}
