//! The parts of a `ds:Signature`, by the schema of XML Signature 1.1.

use std::borrow::Cow;
use std::fmt;

use super::{DS, Method};
use crate::base::{Budget, Fault, Limit};
use crate::wire::base64;
use crate::wire::xml::{Element, Node};

/// More references, or transforms of one, than any message has: each may digest the whole document.
const MANY: usize = 64;

/// As many children as most elements of a signature have.
const FEW: usize = 4;

/// A departure from the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignatureFault {
    /// An element that must stand here does not.
    Missing(&'static str),
    /// An element that has no place here.
    Unexpected(String),
    /// Text that has no place here.
    Text,
    /// An `Algorithm` attribute that must stand here does not.
    AlgorithmMissing,
    /// A value that is no base64.
    NotBase64,
    /// More than anybody needs.
    Limit(Limit),
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "expected the element ds:{name}, found none"),
            Self::Unexpected(name) => {
                write!(f, "expected the elements of the schema in their order, found `{name}`")
            }
            Self::Text => write!(f, "expected elements alone, found text between them"),
            Self::AlgorithmMissing => write!(f, "expected the attribute Algorithm, found none"),
            Self::NotBase64 => write!(f, "expected base64, found something else"),
            Self::Limit(limit) => write!(f, "expected no more than etalon reads, found more: {limit}"),
        }
    }
}

/// An element that names an algorithm.
#[derive(Debug, Clone)]
pub(crate) struct AlgorithmUse<'d> {
    pub(crate) element: Element<'d>,
    pub(crate) uri: Cow<'d, str>,
}

/// A `ds:Reference`.
#[derive(Debug)]
pub(crate) struct Reference<'d> {
    pub(crate) element: Element<'d>,
    pub(crate) uri: Option<Cow<'d, str>>,
    pub(crate) kind: Option<Cow<'d, str>>,
    pub(crate) transforms: Vec<AlgorithmUse<'d>>,
    pub(crate) digest_method: AlgorithmUse<'d>,
    pub(crate) digest_value: Element<'d>,
    /// The digest; nothing where the value is no base64.
    pub(crate) digest: Option<Vec<u8>>,
}

/// A `ds:Signature`.
#[derive(Debug)]
pub(crate) struct Signature<'d> {
    pub(crate) element: Element<'d>,
    pub(crate) signed_info: Element<'d>,
    pub(crate) canonicalization: AlgorithmUse<'d>,
    pub(crate) method: AlgorithmUse<'d>,
    /// What the method stands for.
    pub(super) stands_for: Method,
    pub(crate) references: Vec<Reference<'d>>,
    pub(crate) value_element: Element<'d>,
    /// The value; nothing where it is no base64.
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) key_info: Option<Element<'d>>,
    pub(crate) objects: Vec<Element<'d>>,
}

/// The bytes of an element that holds base64, across white space.
pub(crate) fn binary(element: Element<'_>) -> Option<Vec<u8>> {
    if element.elements().next().is_some() {
        return None;
    }
    let text = element.text();
    let strict = |text: &[u8]| base64::decode(text, base64::Form::Standard, &Budget::JUDGE).strict();
    // Without a branch, so that the compiler compares many bytes at once.
    if text.bytes().fold(false, |any, b| any | (b <= b' ')) {
        let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        return strict(&packed);
    }
    strict(text.as_bytes())
}

/// The faults of one signature in the making, and the walk over children in their order.
struct Walk<'d, 'f> {
    children: Vec<Element<'d>>,
    next: usize,
    parent: Element<'d>,
    faults: &'f mut Vec<Fault<SignatureFault>>,
}

fn fault(faults: &mut Vec<Fault<SignatureFault>>, kind: SignatureFault, at: Element<'_>) {
    faults.push(Fault::new(kind, at.start_tag(), at.path()));
}

impl<'d, 'f> Walk<'d, 'f> {
    fn new(parent: Element<'d>, faults: &'f mut Vec<Fault<SignatureFault>>) -> Self {
        let mut children = Vec::with_capacity(FEW);
        for child in parent.children() {
            match child {
                Node::Element(child) => children.push(child),
                Node::Text(text, _) if text.trim_ascii().is_empty() => {}
                Node::Text(_, span) | Node::Cdata(_, span) => {
                    faults.push(Fault::new(SignatureFault::Text, span, parent.path()));
                }
                Node::Comment(..) | Node::Instruction(..) => {}
            }
        }
        Self { children, next: 0, parent, faults }
    }

    fn maybe(&mut self, local: &str) -> Option<Element<'d>> {
        let element = self.children.get(self.next).copied().filter(|element| element.is(DS, local));
        self.next += usize::from(element.is_some());
        element
    }

    /// The next child, which must be this one. Strangers before it are faults and skipped.
    fn one(&mut self, local: &'static str) -> Option<Element<'d>> {
        let rest = &self.children[self.next..];
        let Some(strangers) = rest.iter().position(|element| element.is(DS, local)) else {
            fault(self.faults, SignatureFault::Missing(local), self.parent);
            return None;
        };
        for stranger in &rest[..strangers] {
            fault(self.faults, SignatureFault::Unexpected(stranger.name().to_owned()), *stranger);
        }
        self.next += strangers + 1;
        Some(rest[strangers])
    }

    fn many(&mut self, local: &'static str) -> Vec<Element<'d>> {
        let mut all = Vec::new();
        while let Some(element) = self.maybe(local) {
            if all.len() < MANY {
                all.push(element);
                continue;
            }
            // The others are passed over, too.
            fault(self.faults, SignatureFault::Limit(Limit::Members(MANY)), element);
            while self.maybe(local).is_some() {}
        }
        all
    }

    fn end(self) {
        for stranger in &self.children[self.next..] {
            fault(self.faults, SignatureFault::Unexpected(stranger.name().to_owned()), *stranger);
        }
    }
}

fn algorithm<'d>(element: Element<'d>, faults: &mut Vec<Fault<SignatureFault>>) -> Option<AlgorithmUse<'d>> {
    let uri = element.value_of("Algorithm");
    if uri.is_none() {
        fault(faults, SignatureFault::AlgorithmMissing, element);
    }
    uri.map(|uri| AlgorithmUse { element, uri })
}

fn decoded(element: Element<'_>, faults: &mut Vec<Fault<SignatureFault>>) -> Option<Vec<u8>> {
    let bytes = binary(element);
    if bytes.is_none() {
        faults.push(Fault::new(SignatureFault::NotBase64, element.span(), element.path()));
    }
    bytes
}

impl<'d> Signature<'d> {
    /// Reads a `ds:Signature`. Nothing when parts are missing without which nothing can be verified;
    /// the faults say which, and what else departs from the schema.
    pub(crate) fn read(element: Element<'d>) -> (Option<Self>, Vec<Fault<SignatureFault>>) {
        let mut faults = Vec::new();
        let signature = Self::parts(element, &mut faults);
        (signature, faults)
    }

    fn parts(element: Element<'d>, faults: &mut Vec<Fault<SignatureFault>>) -> Option<Self> {
        let mut children = Walk::new(element, faults);
        let signed_info = children.one("SignedInfo");
        let value_element = children.one("SignatureValue");
        let key_info = children.maybe("KeyInfo");
        let objects = children.many("Object");
        children.end();
        let signed_info = signed_info?;
        let mut children = Walk::new(signed_info, faults);
        let canonicalization = children.one("CanonicalizationMethod");
        let method = children.one("SignatureMethod");
        let first = children.one("Reference");
        let mut references = children.many("Reference");
        children.end();
        references.splice(0..0, first);
        let canonicalization = canonicalization.and_then(|element| algorithm(element, faults));
        let method = method.and_then(|element| algorithm(element, faults));
        let wanted = references.len();
        let references: Vec<_> =
            references.into_iter().filter_map(|element| Reference::read(element, faults)).collect();
        let value = value_element.and_then(|element| decoded(element, faults));
        let method = method?;
        (references.len() == wanted && wanted > 0).then_some(Self {
            element,
            signed_info,
            canonicalization: canonicalization?,
            stands_for: Method::of(&method),
            method,
            references,
            value_element: value_element?,
            value,
            key_info,
            objects,
        })
    }
}

impl<'d> Reference<'d> {
    fn read(element: Element<'d>, faults: &mut Vec<Fault<SignatureFault>>) -> Option<Self> {
        let mut children = Walk::new(element, faults);
        let transforms = children.maybe("Transforms");
        let digest_method = children.one("DigestMethod");
        let digest_value = children.one("DigestValue");
        children.end();
        let transforms = match transforms {
            None => Vec::new(),
            Some(list) => {
                let mut children = Walk::new(list, faults);
                let first = children.one("Transform");
                let mut all = children.many("Transform");
                children.end();
                all.splice(0..0, first);
                all
            }
        };
        let wanted = transforms.len();
        let transforms: Vec<_> =
            transforms.into_iter().filter_map(|element| algorithm(element, faults)).collect();
        let digest_method = digest_method.and_then(|element| algorithm(element, faults));
        let digest = digest_value.and_then(|element| decoded(element, faults));
        (transforms.len() == wanted).then_some(())?;
        Some(Self {
            element,
            uri: element.value_of("URI"),
            kind: element.value_of("Type"),
            transforms,
            digest_method: digest_method?,
            digest_value: digest_value?,
            digest,
        })
    }
}
