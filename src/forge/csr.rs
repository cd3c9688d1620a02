//! PKCS#10 certification requests.

use super::der::{self, Node};
use super::keys::{Algorithm, Key, identifier};
use super::name::{Holder, Name};
use super::{Bench, Made, Maker};
use crate::base::Kind;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Csr,
    params: &[],
    valid: |bench| Ok(made(&bench.pki.organisation_holder, &Spec::valid(bench))),
    mutations: &[],
};

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

fn made(holder: &Holder, spec: &Spec) -> Made {
    Made::new(spec.sign()).with("expect_dn", holder.subject_text())
}
