//! What is known about a certificate beside itself: the path, the validity and the revocation that were
//! found for it.

use crate::base::time::{self, Instant};
use crate::base::{Budget, Fault, Span};
use crate::context::Context;
use crate::model::certificate::Certificate;
use crate::model::path::{Problem, Revocation, Searched, Store, Terms, revocation};
use crate::model::revocation_list::{RevocationList, lists_in};
use crate::rule::Artefact;
use crate::wire::der::{DerFault, Time};

/// What reading a certificate found, whether or not it is one.
#[derive(Debug)]
pub(crate) struct CertificateEncoding<'a> {
    pub(crate) faults: &'a [Fault<DerFault>],
    /// Whether a certificate could be read.
    pub(crate) is_read: bool,
}

impl Artefact for CertificateEncoding<'static> {
    type Model<'a> = CertificateEncoding<'a>;
}

/// What was found out about a certificate's trust.
#[derive(Debug)]
pub(crate) struct Trust<'a> {
    pub(crate) span: Span,
    pub(crate) serial_span: Span,
    pub(crate) not_before: Option<Time>,
    pub(crate) not_after: Option<Time>,
    /// The time that is judged by, to the second.
    pub(crate) as_of: Option<Instant>,
    /// Whether a path leads to an anchor; nothing when there is no anchor.
    pub(crate) path: Option<Result<(), &'a Problem>>,
    /// Of the certificate and of each issuer below the anchor, the first whose authority key identifier is
    /// not the subject key identifier of the one above it: how far up it stands.
    pub(crate) key_id_differs: Option<usize>,
    /// The state of the certificate and of each issuer below the anchor, when lists were given.
    pub(crate) revocations: Vec<Revocation>,
    /// Revocation lists that were given, and those of them that could not be read.
    pub(crate) lists: usize,
    pub(crate) lists_unread: usize,
}

impl Artefact for Trust<'static> {
    type Model<'a> = Trust<'a>;
}

impl<'a> Trust<'a> {
    pub(crate) fn new(
        certificate: &Certificate<'_>,
        store: &Store<'_>,
        searched: Option<&'a Searched>,
        as_of: Option<Instant>,
        context: &Context,
        budget: &Budget,
    ) -> Self {
        let mut trust = Self {
            span: certificate.span,
            serial_span: certificate.serial.span,
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            as_of,
            path: searched.map(|searched| match searched {
                Searched::Found(_) => Ok(()),
                Searched::NotFound(problem) => Err(problem),
            }),
            key_id_differs: None,
            revocations: Vec::new(),
            lists: context.crls.len(),
            lists_unread: 0,
        };
        if let Some(Searched::Found(path)) = searched {
            let above = path.iter().map(|number| store.get(*number));
            let below = std::iter::once(certificate).chain(above.clone());
            trust.key_id_differs = below.zip(above).position(|(issued, issuer)| {
                let named = issued.authority_key_id().and_then(|id| id.key_id);
                named.zip(issuer.subject_key_id()).is_some_and(|(named, own)| named != own)
            });
        }
        if let (Some(Searched::Found(path)), false) = (searched, context.crls.is_empty()) {
            trust.check_revocation(certificate, store, path, context, budget);
        }
        trust
    }

    fn check_revocation(
        &mut self,
        certificate: &Certificate<'_>,
        store: &Store<'_>,
        path: &[usize],
        context: &Context,
        budget: &Budget,
    ) {
        let bytes: Vec<_> = context.crls.iter().flat_map(|text| lists_in(text)).collect();
        let lists: Vec<_> =
            bytes.iter().flatten().filter_map(|der| RevocationList::read(der, budget)).collect();
        self.lists = bytes.len();
        self.lists_unread = bytes.len() - lists.len();
        let terms = Terms { as_of: self.as_of, legacy: context.legacy };
        let mut below = certificate;
        for number in path {
            let issuer = store.get(*number);
            self.revocations.push(revocation(&lists, below, issuer, store, &terms));
            below = issuer;
        }
    }

    /// An instant as findings show it.
    pub(crate) fn shown(instant: Instant) -> String {
        time::format(instant)
    }
}
