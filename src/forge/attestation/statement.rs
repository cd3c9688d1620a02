//! Deviations of the statement: `none`, `packed`, `fido-u2f` and `compound`.

use super::{draft, signed};
use crate::base::Profile;
use crate::forge::Mutation;
use crate::forge::cbor::{Cbor, map};
use crate::forge::keys::Key;
use crate::forge::registration::{AAGUID, Draft, Format};

const BAD_SIGNATURE: &[&str] = &["attestation-object.signature-invalid"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("none", "no statement: valid", &["attestation-object.unattested"], |bench| {
        draft(bench, Format::None, |_| {})
    })
    .case("WS-03"),
    Mutation::new("self", "signed by the credential key itself: valid", &[], |bench| {
        draft(bench, Format::PackedSelf, |_| {})
    }),
    Mutation::new(
        "format-unknown",
        "a format that nobody defined",
        &["attestation-object.format-unknown"],
        |bench| signed(bench, Format::Packed, |it| it.object.set("fmt", "foo")),
    )
    .case("WS-01"),
    Mutation::new(
        "format-case",
        "the format in a capital",
        &["attestation-object.format-unknown"],
        |bench| signed(bench, Format::Packed, |it| it.object.set("fmt", "Packed")),
    )
    .case("WS-01"),
    Mutation::new(
        "none-with-statement",
        "a packed statement under none",
        &["attestation-object.none-with-statement", "attestation-object.unattested"],
        |bench| signed(bench, Format::Packed, |it| it.object.set("fmt", "none")),
    )
    .case("WS-02"),
    Mutation::new(
        "statement-empty",
        "an empty packed statement",
        &["attestation-object.statement-member-missing"],
        |bench| signed(bench, Format::Packed, |it| *it.statement() = Cbor::Map(Vec::new())),
    )
    .case("WS-04"),
    Mutation::new("alg-missing", "no algorithm", &["attestation-object.statement-member-missing"], |bench| {
        signed(bench, Format::Packed, |it| it.statement().remove("alg"))
    })
    .case("WS-05"),
    Mutation::new(
        "alg-text",
        "an algorithm that is text",
        &["attestation-object.statement-member-mistyped"],
        |bench| signed(bench, Format::Packed, |it| it.statement().set("alg", "ES256")),
    )
    .case("WS-05"),
    Mutation::new(
        "alg-of-another-key",
        "the algorithm of another kind of key",
        &["attestation-object.statement-algorithm-mismatch"],
        |bench| signed(bench, Format::Packed, |it| it.statement().set("alg", -257)),
    )
    .case("WS-05"),
    Mutation::new(
        "alg-unknown",
        "an algorithm that etalon does not verify",
        &["attestation-object.signature-not-judged"],
        |bench| signed(bench, Format::Packed, |it| it.statement().set("alg", -49)),
    ),
    Mutation::new(
        "alg-sha1",
        "RSA with SHA-1, by a TPM's P-256 key",
        &["attestation-object.statement-algorithm-legacy", "attestation-object.statement-algorithm-mismatch"],
        |bench| signed(bench, Format::Packed, |it| it.statement().set("alg", -65535)),
    ),
    Mutation::new("sig-missing", "no signature", &["attestation-object.statement-member-missing"], |bench| {
        signed(bench, Format::Packed, |it| it.statement().remove("sig"))
    })
    .case("WS-06"),
    Mutation::new("sig-empty", "an empty signature", BAD_SIGNATURE, |bench| {
        signed(bench, Format::Packed, |it| it.statement().set("sig", Vec::new()))
    })
    .case("WS-06"),
    Mutation::new("sig-flipped", "one bit of the signature is flipped", BAD_SIGNATURE, |bench| {
        signed(bench, Format::Packed, |it| it.statement().edit("sig", |sig| sig[20] ^= 1))
    })
    .case("WS-06"),
    Mutation::new("sig-over-data", "a signature over the authenticator data alone", BAD_SIGNATURE, |bench| {
        draft(bench, Format::Packed, |it| it.message = Some(|data, _| data.to_vec()))
    })
    .case("WS-07"),
    Mutation::new("sig-over-hash", "a signature over the client data hash alone", BAD_SIGNATURE, |bench| {
        draft(bench, Format::Packed, |it| it.message = Some(|_, hash| hash.to_vec()))
    })
    .case("WS-07"),
    Mutation::new("sig-reversed", "hash and authenticator data in the wrong order", BAD_SIGNATURE, |bench| {
        draft(bench, Format::Packed, |it| it.message = Some(|data, hash| [hash, data].concat()))
    })
    .case("WS-07"),
    Mutation::new(
        "sig-by-credential-key",
        "signed by the credential key under x5c",
        BAD_SIGNATURE,
        |bench| draft(bench, Format::Packed, |it| it.attestation_key = it.key.clone()),
    )
    .case("WS-08"),
    Mutation::new("sig-zero", "r and s of zero", BAD_SIGNATURE, |bench| {
        signed(bench, Format::Packed, |it| it.statement().set("sig", vec![0x30, 6, 2, 1, 0, 2, 1, 0]))
    })
    .case("WS-09"),
    Mutation::new("sig-trailing", "a byte behind the signature", BAD_SIGNATURE, |bench| {
        signed(bench, Format::Packed, |it| it.statement().edit("sig", |sig| sig.push(0)))
    })
    .case("WS-10"),
    Mutation::new("sig-long-form", "the length of the signature in the long form", BAD_SIGNATURE, |bench| {
        signed(bench, Format::Packed, |it| it.statement().edit("sig", |sig| sig.insert(1, 0x81)))
    })
    .case("WS-10"),
    Mutation::new("ecdaa", "an ECDAA key", &["attestation-object.ecdaa"], |bench| {
        signed(bench, Format::PackedSelf, |it| it.statement().set("ecdaaKeyId", vec![1, 2, 3]))
    })
    .case("WS-18"),
    Mutation::new(
        "self-alg",
        "self attestation of another algorithm",
        &["attestation-object.statement-algorithm-mismatch"],
        |bench| signed(bench, Format::PackedSelf, |it| it.statement().set("alg", -35)),
    )
    .case("WS-19"),
    Mutation::new("self-other-key", "self attestation by another key", BAD_SIGNATURE, |bench| {
        draft(bench, Format::PackedSelf, |it| it.key = Key::p256(99, "another"))
    })
    .case("WS-19"),
    Mutation::new(
        "self-empty-x5c",
        "self attestation with an empty list",
        &["attestation-object.certificates-missing"],
        |bench| signed(bench, Format::PackedSelf, |it| it.statement().set("x5c", Cbor::Array(Vec::new()))),
    )
    .case("WS-19"),
    Mutation::new(
        "statement-extra-member",
        "a member that nobody knows: valid",
        &["attestation-object.statement-member-unknown"],
        |bench| signed(bench, Format::PackedSelf, |it| it.statement().set("extra", Cbor::Bool(true))),
    )
    .case("WB-17"),
    Mutation::new("u2f", "U2F: valid", &[], |bench| draft(bench, Format::FidoU2f, |_| {})),
    Mutation::new("u2f-aaguid", "U2F with an AAGUID", &["attestation-object.u2f-aaguid"], |bench| {
        draft(bench, Format::FidoU2f, |it| it.data.aaguid = AAGUID)
    })
    .case("WS-20"),
    Mutation::new(
        "u2f-two-certificates",
        "U2F with two certificates",
        &["attestation-object.u2f-several-certificates", "attestation-object.chain-with-root"],
        |bench| draft(bench, Format::FidoU2f, |it| it.above = vec![it.issuer.certificate.clone()]),
    )
    .case("WS-20"),
    Mutation::new(
        "u2f-certificate-p384",
        "a U2F certificate with a key on P-384",
        &["attestation-object.u2f-certificate-key-wrong"],
        |bench| {
            draft(bench, Format::FidoU2f, |it| {
                it.attestation_key = Key::p384(1, "u2f");
                it.certificate.spki = it.attestation_key.spki().to_vec();
            })
        },
    )
    .case("WS-20"),
    Mutation::new(
        "u2f-credential-p384",
        "U2F of a credential key on P-384",
        &["attestation-object.u2f-credential-key-wrong"],
        |bench| {
            Ok(Draft::of(bench, Format::FidoU2f, Key::p384(bench.seed(), "credential"), -35)
                .sign()
                .attestation())
        },
    )
    .case("WS-20"),
    Mutation::new("u2f-sig-flipped", "one bit of the U2F signature is flipped", BAD_SIGNATURE, |bench| {
        signed(bench, Format::FidoU2f, |it| it.statement().edit("sig", |sig| sig[20] ^= 1))
    })
    .case("WS-20"),
    Mutation::new("compound", "two statements: valid", &[], |bench| draft(bench, Format::Compound, |_| {})),
    Mutation::new("compound-one", "one statement alone", &["attestation-object.compound-too-few"], |bench| {
        signed(bench, Format::Compound, |it| {
            if let Cbor::Array(parts) = it.statement() {
                parts.truncate(1);
            }
        })
    }),
    Mutation::new(
        "compound-part-malformed",
        "a part that is no statement",
        &["attestation-object.compound-part-malformed"],
        |bench| {
            signed(bench, Format::Compound, |it| {
                if let Cbor::Array(parts) = it.statement() {
                    parts[1] = "packed".into();
                }
            })
        },
    ),
    Mutation::new(
        "compound-nested",
        "a compound statement in a compound statement",
        &["attestation-object.compound-nested"],
        |bench| {
            signed(bench, Format::Compound, |it| {
                if let Cbor::Array(parts) = it.statement() {
                    parts[1] = map([("fmt", "compound".into()), ("attStmt", Cbor::Array(Vec::new()))]);
                }
            })
        },
    ),
    Mutation::new(
        "standard-none",
        "no statement, under the standard: valid",
        &["attestation.flat-members"],
        |bench| draft(bench, Format::None, |_| {}),
    )
    .under(Profile::Standard),
];
