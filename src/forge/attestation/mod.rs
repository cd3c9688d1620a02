//! Attestations in every format, right and wrong: the JSON, the statement and its certificates.

mod android;
mod certificate;
mod members;
mod statement;
mod tpm;

use super::registration::{Draft, Format, Signed};
use super::{Bench, Error, Made, Maker, Mutation, joined};
use crate::base::Kind;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Attestation,
    params: &[(
        "format",
        "none, packed-self, packed (the default), fido-u2f, tpm, android-key, android-safetynet, apple or compound",
    )],
    valid: |bench| {
        let format = match bench.param("format") {
            None => Format::Packed,
            Some(name) => {
                let found = Format::ALL.iter().find(|format| format.name() == name);
                *found.ok_or(Error::Value { name: "format", expected: "the name of a format" })?
            }
        };
        Ok(Draft::new(bench, format).sign().attestation())
    },
    mutations: &ALL,
};

const PARTS: &[&[Mutation]] =
    &[members::MUTATIONS, statement::MUTATIONS, certificate::MUTATIONS, tpm::MUTATIONS, android::MUTATIONS];

const ALL: [Mutation;
    members::MUTATIONS.len()
        + statement::MUTATIONS.len()
        + certificate::MUTATIONS.len()
        + tpm::MUTATIONS.len()
        + android::MUTATIONS.len()] = joined(PARTS);

/// Changed before it is signed.
fn draft(bench: &Bench, format: Format, change: fn(&mut Draft<'_>)) -> Result<Made, Error> {
    let mut draft = Draft::new(bench, format);
    change(&mut draft);
    Ok(draft.sign().attestation())
}

/// Changed after it was signed.
fn signed(bench: &Bench, format: Format, change: fn(&mut Signed)) -> Result<Made, Error> {
    let mut signed = Draft::new(bench, format).sign();
    change(&mut signed);
    Ok(signed.attestation())
}
