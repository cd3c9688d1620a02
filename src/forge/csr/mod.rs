//! PKCS#10 certification requests.

use super::der::{self, Node};
use super::keys::{Algorithm, Key, identifier};
use super::name::{Holder, Name};
use super::{Bench, Error, Made, Maker, joined};
use crate::base::Kind;

mod attributes;
mod encoding;
mod key;
mod subject;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Csr,
    params: &[],
    valid: |bench| Ok(made(bench, Spec::valid(bench).sign())),
    mutations: &joined::<COUNT>(&[
        encoding::MUTATIONS,
        key::MUTATIONS,
        subject::MUTATIONS,
        attributes::MUTATIONS,
    ]),
};

const COUNT: usize =
    encoding::MUTATIONS.len() + key::MUTATIONS.len() + subject::MUTATIONS.len() + attributes::MUTATIONS.len();

/// A request that is still to be signed.
#[derive(Clone)]
pub struct Spec {
    /// The version number as encoded.
    pub version: Node,
    /// The subject.
    pub subject: Name,
    /// The SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    /// The attributes; nothing leaves the field out, which PKCS#10 does not allow.
    pub attributes: Option<Vec<Node>>,
    /// The signature algorithm.
    pub algorithm: Algorithm,
    /// Who signs.
    pub signer: Key,
}

impl Spec {
    /// The request of the organisation.
    pub fn valid(bench: &Bench) -> Self {
        Self::of(&bench.pki.organisation_holder, &bench.pki.organisation.key)
    }

    /// The request of `holder` for `key`.
    pub fn of(holder: &Holder, key: &Key) -> Self {
        Self {
            version: der::int(0),
            subject: holder.subject(),
            spki: key.spki().to_vec(),
            attributes: Some(Vec::new()),
            algorithm: key.algorithm(),
            signer: key.clone(),
        }
    }

    /// The CertificationRequestInfo to be encoded.
    pub fn info(&self) -> Node {
        let mut parts = vec![self.version.clone(), self.subject.node(), der::encoded(self.spki.clone())];
        parts.extend(self.attributes.clone().map(|attributes| der::context(0, attributes)));
        der::seq(parts)
    }

    /// The request, signed.
    pub fn sign(&self) -> Vec<u8> {
        let info = self.info().encode();
        let signature = self.signer.sign(self.algorithm, &info);
        self.assemble(&info, &signature).encode()
    }

    /// The request around a signature that is given.
    pub fn assemble(&self, info: &[u8], signature: &[u8]) -> Node {
        der::seq([der::encoded(info), identifier(self.algorithm), der::bits(signature)])
    }
}

fn made(bench: &Bench, bytes: Vec<u8>) -> Made {
    Made::new(bytes).with("expect_dn", bench.pki.organisation_holder.subject_text())
}

/// The valid request, altered before it is signed.
fn altered(bench: &Bench, alter: impl FnOnce(&mut Spec)) -> Result<Made, Error> {
    let mut spec = Spec::valid(bench);
    alter(&mut spec);
    Ok(made(bench, spec.sign()))
}

/// The valid request, altered after it was signed.
fn bytes(bench: &Bench, alter: impl FnOnce(&mut Vec<u8>)) -> Result<Made, Error> {
    let mut bytes = Spec::valid(bench).sign();
    alter(&mut bytes);
    Ok(made(bench, bytes))
}
