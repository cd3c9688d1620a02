//! The certificates of an input, one in DER or any number in PEM, and the order in which they stand.

use std::borrow::Cow;

use crate::base::{Budget, Fault, Span, SpanMap};
use crate::model::certificate::Certificate;
use crate::rule::Artefact;
use crate::wire::base64::Base64Fault;
use crate::wire::pem;

/// The certificates of an input: one in DER, or any number in PEM.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    certificates: Vec<Cow<'a, [u8]>>,
    /// The PEM blocks that they stood in.
    pub(crate) blocks: Vec<Span>,
    /// What is wrong with the base64 of each block that is none: the number of the block, and its faults.
    pub(crate) damaged: Vec<(usize, Vec<Fault<Base64Fault>>)>,
    /// How places in the first certificate map to places in the input.
    pub(crate) map: SpanMap,
}

impl Artefact for Bundle<'static> {
    type Model<'a> = Bundle<'a>;
}

impl<'a> Bundle<'a> {
    /// Takes the certificates out of their PEM, when they stand in one.
    pub(crate) fn open(input: &'a [u8]) -> Self {
        let mut bundle = Self {
            certificates: Vec::new(),
            blocks: Vec::new(),
            damaged: Vec::new(),
            map: SpanMap::Offset(0),
        };
        let text = std::str::from_utf8(input).unwrap_or_default();
        let blocks = if text.contains("-----BEGIN ") { pem::blocks(text) } else { Vec::new() };
        for block in blocks.into_iter().filter(|block| block.label.ends_with("CERTIFICATE")) {
            if bundle.blocks.is_empty() {
                bundle.map = block.map(text);
            }
            if block.der.is_none() {
                bundle.damaged.push((bundle.blocks.len(), block.faults));
            }
            bundle.blocks.push(block.span);
            bundle.certificates.push(Cow::Owned(block.der.unwrap_or_default()));
        }
        if bundle.certificates.is_empty() {
            bundle.certificates.push(Cow::Borrowed(input));
        }
        bundle
    }

    /// The certificate that is judged; nothing when it stands in a PEM block that is no base64.
    pub(crate) fn first(&self) -> Option<&[u8]> {
        let is_damaged = self.damaged.first().is_some_and(|(number, _)| *number == 0);
        (!is_damaged).then(|| &*self.certificates[0])
    }

    /// Those behind it.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates[1..].iter().map(|der| &**der)
    }
}

/// In which order the certificates of a bundle stand.
#[derive(Debug)]
pub(crate) struct BundleOrder<'a> {
    /// The PEM blocks.
    pub(crate) blocks: &'a [Span],
    /// The first of them that is not the issuer of the one before.
    pub(crate) out_of_order: Option<usize>,
    /// The first of them, behind the first, that is self-issued.
    pub(crate) root: Option<usize>,
}

impl Artefact for BundleOrder<'static> {
    type Model<'a> = BundleOrder<'a>;
}

impl<'a> BundleOrder<'a> {
    /// Compares each certificate with the one before.
    pub(crate) fn of(bundle: &'a Bundle<'_>, budget: &Budget) -> Self {
        let read: Vec<_> = bundle.certificates.iter().map(|der| Certificate::read(der, budget).0).collect();
        let mut order = Self { blocks: &bundle.blocks, out_of_order: None, root: None };
        for (at, pair) in read.windows(2).enumerate() {
            let [Some(below), Some(above)] = pair else { continue };
            if !below.issuer.is_same(&above.subject) {
                order.out_of_order.get_or_insert(at + 1);
            }
            if above.is_self_issued() {
                order.root.get_or_insert(at + 1);
            }
        }
        order
    }
}
