//! Deviations of the CBOR.

use super::{bytes, signed, standard};
use crate::forge::Mutation;
use crate::forge::cbor::Cbor;

const MISTYPED: &[&str] = &["attestation-object.member-mistyped"];
const MISSING: &[&str] = &["attestation-object.member-missing"];

fn reorder(object: &mut Cbor) {
    if let Cbor::Map(pairs) = object {
        pairs.reverse();
    }
}

pub(super) const MUTATIONS: &[Mutation] = &[
    standard("truncated", "WB-01", "the last byte is missing", &["cbor.length-beyond-input"], |bench| {
        bytes(bench, |it| _ = it.pop())
    }),
    standard("trailing-byte", "WB-02", "a byte behind the object", &["cbor.trailing-bytes"], |bench| {
        bytes(bench, |it| it.push(0))
    }),
    standard("array", "WB-03", "an array around the map", &["attestation-object.not-a-map"], |bench| {
        bytes(bench, |it| it.insert(0, 0x81))
    }),
    standard("fmt-twice", "WB-04", "fmt stands twice", &["cbor.duplicate-key"], |bench| {
        signed(bench, |it| {
            it.object.prepend("fmt", "none");
        })
    }),
    standard(
        "key-order",
        "WB-05",
        "the members in reverse: taken with a warning",
        &["cbor.key-order"],
        |bench| signed(bench, |it| reorder(&mut it.object)),
    ),
    standard(
        "long-length",
        "WB-06",
        "a length in more bytes than it needs: taken with a warning",
        &["cbor.non-minimal"],
        |bench| signed(bench, |it| it.object.set("fmt", Cbor::Encoded(b"\x78\x04none".to_vec()))),
    ),
    standard(
        "indefinite",
        "WB-07",
        "a map of indefinite length: taken with a warning",
        &["cbor.indefinite-length"],
        |bench| {
            bytes(bench, |it| {
                it[0] = 0xbf;
                it.push(0xff);
            })
        },
    ),
    standard("reserved", "WB-08", "a reserved initial byte", &["cbor.reserved-information"], |bench| {
        signed(bench, |it| it.object.prepend("x", Cbor::Encoded(vec![0x1c])))
    }),
    standard("length-bomb", "WB-09", "a string of 2⁶³ bytes", &["cbor.length-beyond-input"], |bench| {
        bytes(bench, |it| *it = vec![0xa1, 0x63, b'f', b'm', b't', 0x7b, 0x80, 0, 0, 0, 0, 0, 0, 0])
    }),
    standard("nesting-bomb", "WB-10", "a hundred thousand arrays", &["cbor.over-budget"], |bench| {
        bytes(bench, |it| *it = vec![0x81; 100_000])
    }),
    standard(
        "tagged",
        "WB-11",
        "a tag around fmt",
        &["cbor.tagged", "attestation-object.member-mistyped"],
        |bench| signed(bench, |it| it.object.set("fmt", Cbor::Encoded(b"\xd8\x18\x64none".to_vec()))),
    ),
    standard(
        "fmt-not-utf8",
        "WB-12",
        "a format that is not UTF-8",
        &["cbor.invalid-utf8", "attestation-object.member-mistyped"],
        |bench| signed(bench, |it| it.object.set("fmt", Cbor::Encoded(b"\x64non\xff".to_vec()))),
    ),
    standard("fmt-bytes", "WB-13", "a format in bytes", MISTYPED, |bench| {
        signed(bench, |it| it.object.set("fmt", b"none".to_vec()))
    }),
    standard("auth-data-text", "WB-13", "authenticator data as text", MISTYPED, |bench| {
        signed(bench, |it| it.object.set("authData", "authenticator data"))
    }),
    standard(
        "key-bytes",
        "WB-13",
        "a member named in bytes",
        &["attestation-object.key-mistyped"],
        |bench| signed(bench, |it| it.object.prepend(b"fmt".to_vec(), "none")),
    ),
    standard(
        "statement-float",
        "WB-14",
        "a number for a statement",
        &["cbor.floating-point", "attestation-object.member-mistyped"],
        |bench| signed(bench, |it| it.object.set("attStmt", Cbor::Encoded(vec![0xf9, 0x3c, 0]))),
    ),
    standard("empty-map", "WB-16", "no member at all", MISSING, |bench| bytes(bench, |it| *it = vec![0xa0])),
    standard("without-fmt", "WB-16", "no format", MISSING, |bench| {
        signed(bench, |it| it.object.remove("fmt"))
    }),
    standard("without-statement", "WB-16", "no statement", MISSING, |bench| {
        signed(bench, |it| it.object.remove("attStmt"))
    }),
    standard("without-auth-data", "WB-16", "no authenticator data", MISSING, |bench| {
        signed(bench, |it| it.object.remove("authData"))
    }),
    standard(
        "extra-member",
        "WB-17",
        "a member of CTAP's: valid",
        &["attestation-object.unknown-member"],
        |bench| signed(bench, |it| it.object.set("largeBlobKey", vec![1, 2, 3])),
    ),
];
