//! An encryption token: a SignedData whose content is an encryption certificate, with the
//! certificates that vouch for it.
//!
//! The roles of the embedded certificates are found as eHealth's own library finds them: the
//! signer's is that of ETK-RA, those with basicConstraints of a CA make the chain, and what is left
//! is the authentication certificate.

use super::certificate::Certificate;
use super::cms::{Cms, Embedded};
use super::path::{Revocation, Searched, Store, Terms, revocation};
use super::revocation_list::RevocationList;
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
    /// The path of the signer's certificate.
    pub(crate) registrar_path: Option<Searched>,
    /// The path of the authentication certificate.
    pub(crate) authentication_path: Option<Searched>,
    /// What revocation lists say of the two, where lists were given and the issuer is at hand.
    pub(crate) revocations: Vec<(&'static str, &'a Embedded<'a>, Revocation)>,
}

impl Artefact for Etk<'static> {
    type Model<'a> = Etk<'a>;
}

impl<'a> Etk<'a> {
    /// Finds the roles in a SignedData. Paths are built over what it embeds, `further` certificates
    /// and `anchors`, as of `as_of`; `lists` say what is revoked.
    pub(crate) fn read(
        cms: &'a Cms<'a>,
        budget: &Budget,
        further: &'a [Certificate<'a>],
        anchors: &'a [Certificate<'a>],
        lists: &[RevocationList<'_>],
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

        let store = Store::of(anchors, embedded.iter().map(|it| it.certificate.as_ref()).chain(further));
        // A broken hash has rules of its own: it is no reason not to follow a path.
        let terms = Terms { as_of, legacy: true };
        let path = |it: &Embedded<'_>| store.search(&it.certificate, &terms);
        let registrar_path = registrar.map(path);
        let issuers = embedded.iter().map(|it| it.certificate.as_ref()).chain(further).chain(anchors);
        let roles = [("ETK-RA", registrar), ("authentication", authentication)];
        let revocations = roles.into_iter().filter(|_| !lists.is_empty()).filter_map(|(role, it)| {
            let it = it?;
            let issuer = issuers.clone().find(|issuer| it.certificate.is_issued_by(issuer))?;
            Some((role, it, revocation(lists, &it.certificate, issuer, &store, &terms)))
        });
        let revocations = revocations.collect();
        let authentication_path = authentication.map(path);
        Self {
            cms,
            encryption,
            encryption_faults,
            registrar,
            authentication,
            registrar_path,
            authentication_path,
            revocations,
        }
    }

    /// Both paths, with the name of whose they are.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static str, &'a Embedded<'a>, &Searched)> {
        let of = |role, it: Option<&'a Embedded<'a>>, path| Some((role, it?, path));
        [
            self.registrar_path.as_ref().and_then(|path| of("ETK-RA", self.registrar, path)),
            self.authentication_path
                .as_ref()
                .and_then(|path| of("authentication", self.authentication, path)),
        ]
        .into_iter()
        .flatten()
    }
}
