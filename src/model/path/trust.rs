//! What is known about a certificate beside itself: the bundle that it came in, and the path, the
//! validity and the revocation that were found for it.

use std::borrow::Cow;

use crate::base::time::{self, Instant};
use crate::base::{Budget, Fault, Span};
use crate::context::Context;
use crate::model::certificate::Certificate;
use crate::model::path::{Problem, Revocation, Searched, Store, Terms, revocation};
use crate::model::revocation_list::{RevocationList, lists_in};
use crate::rule::Artefact;
use crate::wire::der::{DerFault, Time};
use crate::wire::pem;

/// The certificates of an input: one in DER, or any number in PEM.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    certificates: Vec<Cow<'a, [u8]>>,
    /// Where the first PEM block stands.
    pub(crate) pem: Option<Span>,
}

impl<'a> Bundle<'a> {
    /// Takes the certificates out of their PEM, when they stand in one.
    pub(crate) fn open(input: &'a [u8]) -> Self {
        let text = std::str::from_utf8(input).ok().filter(|text| text.contains("-----BEGIN "));
        let mut pem = None;
        let mut certificates = Vec::new();
        for block in text.map(pem::blocks).unwrap_or_default() {
            if let (true, Some(der)) = (block.label.ends_with("CERTIFICATE"), block.der) {
                pem.get_or_insert(block.span);
                certificates.push(Cow::Owned(der));
            }
        }
        if certificates.is_empty() {
            certificates.push(Cow::Borrowed(input));
        }
        Self { certificates, pem }
    }

    /// The certificate that is judged.
    pub(crate) fn first(&self) -> &[u8] {
        &self.certificates[0]
    }

    /// Those behind it.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates[1..].iter().map(|der| &**der)
    }
}

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
    /// Certificates of the bundle.
    pub(crate) bundle: usize,
    /// The first of them that is not the issuer of the one before.
    pub(crate) out_of_order: Option<usize>,
    /// The first of them, behind the first, that is self-issued.
    pub(crate) root_in_bundle: Option<usize>,
}

impl Artefact for Trust<'static> {
    type Model<'a> = Trust<'a>;
}

impl<'a> Trust<'a> {
    pub(crate) fn new(
        certificate: &Certificate<'_>,
        bundle: &Bundle<'_>,
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
            bundle: bundle.certificates.len(),
            out_of_order: None,
            root_in_bundle: None,
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
        trust.check_order(bundle, budget);
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

    fn check_order(&mut self, bundle: &Bundle<'_>, budget: &Budget) {
        let read: Vec<_> = bundle.certificates.iter().map(|der| Certificate::read(der, budget).0).collect();
        for (at, pair) in read.windows(2).enumerate() {
            let [Some(below), Some(above)] = pair else { continue };
            if !below.issuer.is_same(&above.subject) {
                self.out_of_order.get_or_insert(at + 1);
            }
            if above.is_self_issued() {
                self.root_in_bundle.get_or_insert(at + 1);
            }
        }
    }

    /// An instant as findings show it.
    pub(crate) fn shown(instant: Instant) -> String {
        time::format(instant)
    }
}
