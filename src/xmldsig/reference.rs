//! What a reference covers, and whether its digest is that of what it covers.

use std::borrow::Cow;

use super::token::{self, STR_TRANSFORM};
use super::{AlgorithmUse, BASE64, DS, ENVELOPED, EXC_C14N, Ids, Lookup, Reference, Signature};
use crate::base::Budget;
use crate::crypto::names::xmldsig;
use crate::crypto::{Digest, Digester};
use crate::wire::base64;
use crate::wire::c14n::{self, Algorithm, RelativeNamespace, Sink, Subset};
use crate::wire::xml::{Document, Element, Encodings, Node, Source, content};

/// An element that a reference covers, with everything in it but the signature itself where that is
/// taken out. Only what stands in it may be read as signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Covered<'d> {
    /// The element.
    pub(crate) apex: Element<'d>,
    /// The signature, where it stands inside and the enveloped signature transform takes it out.
    pub(crate) without: Option<Element<'d>>,
}

impl<'d> Covered<'d> {
    /// Whether everything in `element` but the signature is covered.
    pub(crate) fn covers(&self, element: Element<'d>) -> bool {
        self.apex.contains(element) && !self.without.is_some_and(|signature| signature.contains(element))
    }
}

/// A reference that was followed.
#[derive(Debug)]
pub(crate) struct Checked<'d> {
    /// Which reference it is.
    pub(crate) index: usize,
    /// What it covers; nothing where that is no element as it stands in the document.
    pub(crate) covered: Option<Covered<'d>>,
    /// What came of its digest.
    pub(crate) digested: Digested,
}

/// What came of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Digested {
    /// It is that of what the reference covers.
    Matches,
    /// It is another one; this would be it.
    Differs(Digest),
    /// It could not be computed.
    Not(Failure),
}

/// Why a reference has no digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The identifier stands for nothing.
    Unresolved(String),
    /// The identifier stands for several elements.
    Ambiguous(String),
    /// It points outside of the document. Nothing is fetched.
    External(String),
    /// There is no URI, or a kind of pointer that is not followed.
    PointerUnsupported(String),
    /// A transform that is not done.
    TransformUnsupported(String),
    /// A transform that cannot follow on the one before.
    TransformOrder(String),
    /// What is to be decoded is no base64.
    NotBase64,
    /// A digest function that is not known.
    DigestUnsupported(String),
    /// There is no canonical form.
    NotCanonical(RelativeNamespace),
    /// The digest value itself is none.
    ValueMalformed,
    /// What it covers was encrypted after it was signed, and is decrypted before it is verified.
    Encrypted,
}

impl Failure {
    /// Whether nothing is said of the reference by it: the digest may be right.
    pub(crate) fn is_untold(&self) -> bool {
        match self {
            Self::External(_)
            | Self::PointerUnsupported(_)
            | Self::TransformUnsupported(_)
            | Self::DigestUnsupported(_)
            | Self::Encrypted => true,
            Self::Unresolved(_)
            | Self::Ambiguous(_)
            | Self::TransformOrder(_)
            | Self::NotBase64
            | Self::NotCanonical(_)
            | Self::ValueMalformed => false,
        }
    }
}

/// A digest as a sink.
pub(super) struct Hashing(pub(super) Digester);

impl Sink for Hashing {
    fn put(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// What the transforms work on.
enum Data<'d> {
    /// Nodes of the document; comments are among them only for the pointers that say so.
    Nodes {
        subset: Subset<'d>,
        covered: Covered<'d>,
        comments: bool,
    },
    Octets(Cow<'d, [u8]>),
}

/// Finds the certificate that a security token reference names without carrying it.
pub(crate) type Named<'k> = dyn Fn(Element<'_>) -> Option<Vec<u8>> + 'k;

/// Follows a reference of `signature` and digests what it covers.
pub(crate) fn check<'d>(
    index: usize,
    reference: &Reference<'d>,
    signature: &Signature<'d>,
    ids: &Ids<'d>,
    named: &Named<'_>,
) -> Checked<'d> {
    let mut covered = None;
    let digested = match digest(reference, signature.element, (ids, named), &mut covered) {
        Err(failure) => Digested::Not(failure),
        Ok(digest) => match &reference.digest {
            None => Digested::Not(Failure::ValueMalformed),
            Some(expected) if *expected == digest.as_bytes() => Digested::Matches,
            Some(_) => Digested::Differs(digest),
        },
    };
    Checked { index, covered, digested }
}

fn digest<'d>(
    reference: &Reference<'d>,
    signature: Element<'d>,
    (ids, named): (&Ids<'d>, &Named<'_>),
    covered: &mut Option<Covered<'d>>,
) -> Result<Digest, Failure> {
    let mut data = target(reference, signature.document(), ids)?;
    let mut last = None;
    for (position, transform) in reference.transforms.iter().enumerate() {
        let is_last = position + 1 == reference.transforms.len();
        if let Some(algorithm) = canonicalization(transform) {
            match &data {
                Data::Nodes { .. } if is_last => last = Some(algorithm),
                Data::Nodes { subset, comments, .. } => {
                    data = Data::Octets(Cow::Owned(octets(*subset, *comments, algorithm)?));
                }
                // Octets are read as a document of their own (4.4.3.2).
                Data::Octets(text) => {
                    let wrong = || Failure::TransformOrder(transform.uri.clone().into_owned());
                    let source = Source::read(text, Encodings::Utf8).map_err(|_| wrong())?;
                    let inner = Document::parse(&source, &Budget::JUDGE).map_err(|_| wrong())?;
                    let octets = octets(Subset::document(&inner), true, algorithm)?;
                    data = Data::Octets(Cow::Owned(octets));
                }
            }
            continue;
        }
        data = match (&*transform.uri, data) {
            (ENVELOPED, Data::Nodes { subset, covered, comments }) => {
                let inside = covered.apex.contains(signature) && covered.apex != signature;
                let without = inside.then_some(signature);
                let subset = without.map_or(subset, |signature| subset.without(signature));
                Data::Nodes { subset, covered: Covered { apex: covered.apex, without }, comments }
            }
            (STR_TRANSFORM, Data::Nodes { covered: apex, .. }) => {
                let unsupported = || Failure::TransformUnsupported(transform.uri.clone().into_owned());
                let method = token::parameters(transform).ok_or_else(unsupported)?;
                let algorithm = canonicalization(&method).ok_or_else(unsupported)?;
                let octets = match token::dereference(apex.apex, ids)[..] {
                    [token] => {
                        if is_last {
                            *covered = Some(Covered { apex: token, without: None });
                        }
                        let octets = c14n::canonical(Subset::element(token), &algorithm);
                        token::apart(octets.map_err(Failure::NotCanonical)?)
                    }
                    // What is named by its issuer or a digest stands nowhere: a token is made of it.
                    [] => token::made(apex.apex, &named(apex.apex).ok_or_else(unsupported)?),
                    _ => return Err(unsupported()),
                };
                Data::Octets(Cow::Owned(octets))
            }
            (BASE64, Data::Nodes { covered, .. }) => Data::Octets(Cow::Owned(decoded(&text(covered))?)),
            (BASE64, Data::Octets(octets)) => Data::Octets(Cow::Owned(decoded(&octets)?)),
            (ENVELOPED, Data::Octets(_)) => {
                return Err(Failure::TransformOrder(transform.uri.clone().into_owned()));
            }
            _ => return Err(Failure::TransformUnsupported(transform.uri.clone().into_owned())),
        };
    }
    let hash = xmldsig::digest(&reference.digest_method.uri)
        .ok_or_else(|| Failure::DigestUnsupported(reference.digest_method.uri.clone().into_owned()))?;
    let mut hashing = Hashing(Digester::new(hash));
    match data {
        Data::Octets(octets) => hashing.put(&octets),
        Data::Nodes { subset, covered: apex, comments } => {
            let mut algorithm = last.unwrap_or(Algorithm::INCLUSIVE);
            algorithm.comments &= comments;
            c14n::canonicalize(subset, &algorithm, &mut hashing).map_err(Failure::NotCanonical)?;
            *covered = Some(apex);
        }
    }
    Ok(hashing.0.finish())
}

/// What a reference points at.
fn target<'d>(
    reference: &Reference<'d>,
    document: &'d Document<'d>,
    ids: &Ids<'d>,
) -> Result<Data<'d>, Failure> {
    let Some(uri) = reference.uri.as_deref() else {
        return Err(Failure::PointerUnsupported("no URI".to_owned()));
    };
    let whole = |comments| Data::Nodes {
        subset: Subset::document(document),
        covered: Covered { apex: document.root(), without: None },
        comments,
    };
    if uri.is_empty() {
        return Ok(whole(false));
    }
    let Some(fragment) = uri.strip_prefix('#') else {
        return Err(Failure::External(uri.to_owned()));
    };
    if fragment == "xpointer(/)" {
        return Ok(whole(true));
    }
    let quoted = |quote| {
        fragment.strip_prefix("xpointer(id(")?.strip_prefix(quote)?.strip_suffix("))")?.strip_suffix(quote)
    };
    let pointed = quoted('\'').or_else(|| quoted('"'));
    if pointed.is_none() && fragment.starts_with("xpointer(") {
        return Err(Failure::PointerUnsupported(uri.to_owned()));
    }
    match ids.lookup(pointed.unwrap_or(fragment)) {
        Lookup::None => Err(Failure::Unresolved(uri.to_owned())),
        Lookup::Several => Err(Failure::Ambiguous(uri.to_owned())),
        Lookup::One(apex) => Ok(Data::Nodes {
            subset: Subset::element(apex),
            covered: Covered { apex, without: None },
            comments: pointed.is_some(),
        }),
    }
}

fn octets(subset: Subset<'_>, comments: bool, mut algorithm: Algorithm) -> Result<Vec<u8>, Failure> {
    algorithm.comments &= comments;
    c14n::canonical(subset, &algorithm).map_err(Failure::NotCanonical)
}

/// The canonicalisation that an element names, with its prefixes.
pub(super) fn canonicalization(of: &AlgorithmUse<'_>) -> Option<Algorithm> {
    let mut algorithm = Algorithm::from_uri(&of.uri)?;
    if let Some(list) = of.element.child(EXC_C14N, "InclusiveNamespaces")
        && let Some(prefixes) = list.value_of("PrefixList")
    {
        algorithm.prefixes = prefixes.split_ascii_whitespace().map(str::to_owned).collect();
    }
    Some(algorithm)
}

/// The text of what is covered, as the base64 transform takes it: of all text nodes below.
fn text(covered: Covered<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut stack = vec![covered.apex.children()];
    // Depth is bounded by that of the document.
    while let Some(children) = stack.last_mut() {
        match children.next() {
            None => _ = stack.pop(),
            Some(Node::Element(element)) if covered.without == Some(element) => {}
            Some(Node::Element(element)) => stack.push(element.children()),
            Some(Node::Text(raw, _)) => text.extend_from_slice(content(raw).as_bytes()),
            Some(Node::Cdata(raw, _)) => text.extend_from_slice(raw.as_bytes()),
            Some(Node::Comment(..) | Node::Instruction(..)) => {}
        }
    }
    text
}

fn decoded(text: &[u8]) -> Result<Vec<u8>, Failure> {
    let packed: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    base64::decode(&packed, base64::Form::Standard, &Budget::JUDGE).strict().ok_or(Failure::NotBase64)
}

/// Whether `transform` is one of those that select or compute something else than the element: the
/// transforms of XPath, XSLT and their like.
pub(crate) fn is_filter(transform: &AlgorithmUse<'_>) -> bool {
    !matches!(&*transform.uri, ENVELOPED | BASE64 | STR_TRANSFORM)
        && Algorithm::from_uri(&transform.uri).is_none()
}

/// Whether the reference is to a `ds:Manifest`.
pub(crate) fn is_manifest(reference: &Reference<'_>) -> bool {
    reference.kind.as_deref().and_then(|kind| kind.strip_prefix(DS)) == Some("Manifest")
}
