//! Attestation objects, right and wrong: the CBOR, the authenticator data and the key in it.
//!
//! They are of format `none`, and judged by the standard: nothing but the deviation is to be seen.

mod data;
mod encoding;
mod key;

use super::registration::{Draft, Format, Signed};
use super::{Bench, Error, Made, Maker, Mutation, joined};
use crate::base::{Kind, Profile};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::AttestationObject,
    params: &[],
    valid: |bench| Ok(Draft::new(bench, Format::None).sign().attestation_object()),
    mutations: &ALL,
};

const ALL: [Mutation; encoding::MUTATIONS.len() + data::MUTATIONS.len() + key::MUTATIONS.len()] =
    joined(&[encoding::MUTATIONS, data::MUTATIONS, key::MUTATIONS]);

/// A mutation that is judged by the standard.
const fn standard(
    id: &'static str,
    case: &'static str,
    title: &'static str,
    rules: &'static [&'static str],
    make: super::Make,
) -> Mutation {
    Mutation::new(id, title, rules, make).case(case).under(Profile::Standard)
}

/// Changed before it is signed.
fn draft(bench: &Bench, change: fn(&mut Draft<'_>)) -> Result<Made, Error> {
    let mut draft = Draft::new(bench, Format::None);
    change(&mut draft);
    Ok(draft.sign().attestation_object())
}

/// Changed after it was signed.
fn signed(bench: &Bench, change: fn(&mut Signed)) -> Result<Made, Error> {
    let mut signed = Draft::new(bench, Format::None).sign();
    change(&mut signed);
    Ok(signed.attestation_object())
}

/// With the bytes changed.
fn bytes(bench: &Bench, change: fn(&mut Vec<u8>)) -> Result<Made, Error> {
    let mut made = Draft::new(bench, Format::None).sign().attestation_object();
    change(&mut made.bytes);
    Ok(made)
}
