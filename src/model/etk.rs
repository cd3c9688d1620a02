//! An encryption token: a SignedData whose content is an encryption certificate, with the
//! certificates that vouch for it.
//!
//! The roles of the embedded certificates are found as eHealth's own library finds them: the
//! signer's is that of ETK-RA, those with basicConstraints of a CA make the chain, and what is left
//! is the authentication certificate.

use super::certificate::Certificate;
use super::chain::{Chain, Pool};
use super::cms::{Cms, Embedded};
use crate::base::time::Instant;
use crate::base::{Budget, Fault};
use crate::rule::Artefact;
use crate::wire::der::DerFault;

/// An encryption token, borrowed from the SignedData that it is.
#[derive(Debug)]
pub(crate) struct Etk<'a> {
    /// The SignedData, its signatures checked.
    pub(crate) cms: &'a Cms<'a>,
    /// The encryption certificate, when the content is one.
    pub(crate) encryption: Option<Certificate<'a>>,
    /// What is wrong with its encoding.
    pub(crate) encryption_faults: Vec<Fault<DerFault>>,
    /// The certificate of the signer, ETK-RA.
    pub(crate) registrar: Option<&'a Embedded<'a>>,
    /// The authentication certificate of the owner.
    pub(crate) authentication: Option<&'a Embedded<'a>>,
    /// The chain of the signer's certificate.
    pub(crate) registrar_chain: Option<Chain>,
    /// The chain of the authentication certificate.
    pub(crate) authentication_chain: Option<Chain>,
}

impl Artefact for Etk<'static> {
    type Model<'a> = Etk<'a>;
}

impl<'a> Etk<'a> {
    /// Finds the roles in a SignedData. Chains are built over what it embeds, `further` certificates
    /// and `anchors`, as of `as_of`.
    pub(crate) fn read(
        cms: &'a Cms<'a>,
        budget: &Budget,
        further: &[Certificate<'_>],
        anchors: &[Certificate<'_>],
        as_of: Option<Instant>,
    ) -> Self {
        let data = cms.signed_data.as_ref();
        let content = data.and_then(|data| data.content.as_ref());
        let (encryption, encryption_faults) =
            content.map_or((None, Vec::new()), |content| Certificate::read(&content.octets, budget));
        let embedded: &'a [Embedded<'a>] = data.map_or(&[], |data| &data.certificates);
        let registrar = cms.checks.first().and_then(|check| embedded.get(check.certificate?));
        let is_registrar =
            |it: &Embedded<'_>| registrar.is_some_and(|own| own.certificate.raw == it.certificate.raw);
        let mut rest = embedded.iter().filter(|it| !it.certificate.is_ca() && !is_registrar(it));
        let belongs = |it: &&Embedded<'_>| {
            encryption.as_ref().is_some_and(|own| own.subject.is_same_in_any_order(&it.certificate.subject))
        };
        let authentication = rest.clone().find(belongs).or_else(|| rest.next());

        let issuers: Vec<&Certificate<'_>> =
            embedded.iter().map(|it| it.certificate.as_ref()).chain(further).collect();
        let pool = Pool { issuers: &issuers, anchors, as_of };
        let registrar_chain = registrar.map(|it| pool.chain(&it.certificate));
        let authentication_chain = authentication.map(|it| pool.chain(&it.certificate));
        Self {
            cms,
            encryption,
            encryption_faults,
            registrar,
            authentication,
            registrar_chain,
            authentication_chain,
        }
    }

    /// Both chains, with the name of whose they are.
    pub(crate) fn chains(&self) -> impl Iterator<Item = (&'static str, &'a Embedded<'a>, &Chain)> {
        let of = |role, it: Option<&'a Embedded<'a>>, chain| Some((role, it?, chain));
        [
            self.registrar_chain.as_ref().and_then(|chain| of("ETK-RA", self.registrar, chain)),
            self.authentication_chain
                .as_ref()
                .and_then(|chain| of("authentication", self.authentication, chain)),
        ]
        .into_iter()
        .flatten()
    }
}
