//! Deviations of the credential public key.

use super::{draft, standard};
use crate::base::Profile;
use crate::forge::cbor::Cbor;
use crate::forge::keys::{Key, OddRsa, Role};
use crate::forge::registration::{Draft, Format};
use crate::forge::{Bench, Error, Made, Mutation};

const MISSING: &[&str] = &["attestation-object.key-parameter-missing"];
const LENGTH: &[&str] = &["attestation-object.key-coordinate-length"];
const OFF_CURVE: &[&str] = &["attestation-object.key-not-on-curve"];
const WEAK: &[&str] = &["attestation-object.key-weak"];

/// With an RSA key whose numbers are changed.
fn rsa(bench: &Bench, change: fn(&mut Cbor)) -> Result<Made, Error> {
    let mut draft = Draft::of(bench, Format::None, Key::rsa(bench.seed(), Role::Organisation), -257);
    change(&mut draft.data.key);
    Ok(draft.sign().attestation_object())
}

fn of(bench: &Bench, key: Key, alg: i64) -> Result<Made, Error> {
    Ok(Draft::of(bench, Format::None, key, alg).sign().attestation_object())
}

pub(super) const MUTATIONS: &[Mutation] = &[
    standard("rs256", "", "an RSA key: valid", &[], |bench| rsa(bench, |_| {})),
    standard("es384", "", "a key on P-384: valid", &[], |bench| {
        of(bench, Key::p384(bench.seed(), "credential"), -35)
    }),
    standard("eddsa", "", "an Ed25519 key: valid", &[], |bench| {
        of(bench, Key::ed25519(bench.seed(), "credential"), -8)
    }),
    standard(
        "key-array",
        "WK-01",
        "a key that is an array",
        &["attestation-object.key-not-a-map"],
        |bench| draft(bench, |it| it.data.key = Cbor::Array(Vec::new())),
    ),
    standard("kty-missing", "WK-01", "no key type", MISSING, |bench| {
        draft(bench, |it| it.data.key.remove(1))
    }),
    standard(
        "kty-text",
        "WK-01",
        "a key type in text",
        &["attestation-object.key-parameter-mistyped"],
        |bench| draft(bench, |it| it.data.key.set(1, "EC2")),
    ),
    standard(
        "kty-symmetric",
        "WK-01",
        "a symmetric key",
        &["attestation-object.key-type-unknown"],
        |bench| draft(bench, |it| it.data.key.set(1, 4)),
    ),
    standard(
        "alg-of-another-type",
        "WK-01",
        "an RSA algorithm on an EC2 key",
        &["attestation-object.key-algorithm-mismatch"],
        |bench| draft(bench, |it| it.data.key.set(3, -257)),
    ),
    standard("alg-missing", "WK-02", "no algorithm", MISSING, |bench| {
        draft(bench, |it| it.data.key.remove(3))
    }),
    standard(
        "alg-not-offered",
        "WK-02",
        "an algorithm that was not offered",
        &["attestation-object.algorithm-not-offered"],
        |bench| {
            Ok(Draft::new(bench, Format::None).sign().with("algorithms", vec![-257]).attestation_object())
        },
    ),
    standard(
        "alg-unknown",
        "WK-02",
        "an algorithm that nobody registered",
        &["attestation-object.key-algorithm-unknown"],
        |bench| draft(bench, |it| it.data.key.set(3, -99_999)),
    ),
    standard("alg-sha1", "WK-02", "RSA with SHA-1", &["attestation-object.key-algorithm-legacy"], |bench| {
        rsa(bench, |key| key.set(3, -65535))
    }),
    standard(
        "crv-other",
        "WK-03",
        "P-384 for ES256",
        &["attestation-object.key-curve-mismatch", "attestation-object.key-coordinate-length"],
        |bench| draft(bench, |it| it.data.key.set(-1, 2)),
    ),
    standard("crv-missing", "WK-03", "no curve", MISSING, |bench| draft(bench, |it| it.data.key.remove(-1))),
    standard("x-31-bytes", "WK-04", "an x of 31 bytes", LENGTH, |bench| {
        draft(bench, |it| it.data.key.edit(-2, |x| x.truncate(31)))
    }),
    standard("y-33-bytes", "WK-04", "a y of 33 bytes", LENGTH, |bench| {
        draft(bench, |it| it.data.key.edit(-3, |y| y.insert(0, 0)))
    }),
    standard("y-plus-one", "WK-05", "a point beside the curve", OFF_CURVE, |bench| {
        draft(bench, |it| it.data.key.edit(-3, |y| y[31] ^= 1))
    }),
    standard("point-zero", "WK-05", "the point (0, 0)", OFF_CURVE, |bench| {
        draft(bench, |it| {
            it.data.key.set(-2, vec![0; 32]);
            it.data.key.set(-3, vec![0; 32]);
        })
    }),
    standard("x-beyond-field", "WK-05", "an x beyond the field", OFF_CURVE, |bench| {
        draft(bench, |it| it.data.key.set(-2, vec![0xff; 32]))
    }),
    standard("compressed", "WK-06", "a compressed point", &["attestation-object.key-compressed"], |bench| {
        draft(bench, |it| it.data.key.set(-3, Cbor::Bool(true)))
    }),
    standard("rsa-1024", "WK-08", "an RSA key of 1024 bits", &["attestation-object.key-small"], |bench| {
        of(bench, Key::odd_rsa(OddRsa::Bits1024), -257)
    }),
    standard(
        "rsa-exponent-3",
        "WK-08",
        "an RSA key with the exponent 3",
        &["attestation-object.key-exponent-small"],
        |bench| of(bench, Key::odd_rsa(OddRsa::Exponent3), -257),
    ),
    standard("rsa-exponent-1", "WK-08", "an RSA key with the exponent 1", WEAK, |bench| {
        rsa(bench, |key| key.set(-2, vec![1]))
    }),
    standard("rsa-exponent-even", "WK-08", "an RSA key with an even exponent", WEAK, |bench| {
        rsa(bench, |key| key.set(-2, vec![1, 0, 0]))
    }),
    standard("rsa-even", "WK-08", "an RSA key with an even modulus", WEAK, |bench| {
        rsa(bench, |key| key.edit(-1, |n| n[255] &= 0xfe))
    }),
    standard(
        "rsa-padded",
        "WK-09",
        "an RSA modulus with a sign byte",
        &["attestation-object.key-padded"],
        |bench| rsa(bench, |key| key.edit(-1, |n| n.insert(0, 0))),
    ),
    standard(
        "private",
        "WK-10",
        "the private key beside the public one",
        &["attestation-object.key-private"],
        |bench| draft(bench, |it| it.data.key.set(-4, vec![7; 32])),
    ),
    standard(
        "extra-parameter",
        "WK-10",
        "a key id in the key",
        &["attestation-object.key-extra-parameter", "attestation-object.authenticator-data-not-canonical"],
        |bench| draft(bench, |it| it.data.key.set(2, vec![1])),
    ),
    standard("label-text", "WK-11", "a label in text", &["attestation-object.key-label-mistyped"], |bench| {
        draft(bench, |it| it.data.key.set("kty", 2))
    }),
    standard(
        "cookbook-eddsa",
        "",
        "an Ed25519 key under the cookbook: valid",
        &["attestation-object.unattested"],
        |bench| of(bench, Key::ed25519(bench.seed(), "credential"), -8),
    )
    .under(Profile::Cookbook),
];
