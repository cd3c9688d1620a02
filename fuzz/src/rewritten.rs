//! A signed document rewritten by its structure: where its signature still verifies, what is read from
//! it must still be the same.

use std::sync::OnceLock;

use arbitrary::{Arbitrary, Unstructured};
use etalon::base::{Budget, Kind, time};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::forge::{self, Forged};
use etalon::wire::c14n::{self, Algorithm, Subset};
use etalon::wire::xml::{Document, Element, Encodings, Source};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// How often one document is rewritten.
const STEPS: usize = 4;

/// One change, at elements that are counted in document order.
#[derive(Debug, Arbitrary)]
enum Step {
    /// A copy of an element before another one.
    Copy(u8, u8),
    /// An element moved to the end of another one.
    Move(u8, u8),
    /// An element taken out.
    Remove(u8),
    /// An element with a stranger around it.
    Wrap(u8),
    /// Two elements in each other's places.
    Swap(u8, u8),
    /// Something that is no text in the middle of a text.
    Split(u8, Splitter),
    /// Another text.
    Text(u8, u8),
    /// An identifier on an element, which may be that of the signed one.
    Identify(u8, Identifier),
    /// The first attribute of an element taken out.
    Strip(u8),
}

#[derive(Debug, Arbitrary, Clone, Copy)]
enum Splitter {
    Comment,
    Instruction,
    Cdata,
    Reference,
}

#[derive(Debug, Arbitrary, Clone, Copy)]
enum Identifier {
    Id,
    ID,
    Xml,
    Wsu,
}

/// What a reader takes out of a document: the canonical forms of the elements that it reads, one for each
/// way of finding them. Nothing where it finds none.
type Reader = fn(Element<'_>) -> Option<Vec<Vec<u8>>>;

/// The document that is rewritten, and what it is judged with.
struct Original {
    kind: Kind,
    forged: Forged,
    context: Context,
    /// The identifier that its signature refers to first.
    id: String,
    read: Reader,
    consumed: Vec<Vec<u8>>,
}

impl Original {
    fn of(kind: Kind, mutation: Option<&str>, params: &[(&str, &str)], read: Reader) -> Self {
        let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let forged = forge::forge(kind, mutation, 1, clock, &params).expect("it is made");
        let context = serde_json::from_value(forged.context.clone().into()).expect("a context");
        let text = std::str::from_utf8(&forged.bytes).expect("XML is text");
        let reference = text.split("URI=\"#").nth(1).expect("a reference to an element");
        let id = reference.split('"').next().expect("its end").to_owned();
        let consumed = consumed(&forged.bytes, read).expect("it is read");
        Self { kind, forged, context, id, read, consumed }
    }

    fn judge(&self, bytes: &[u8]) -> Judgement {
        engine::judge(self.kind, bytes, &self.context, &Options::profile(self.forged.profile))
            .expect("no rule crashes")
    }

    /// Rewrites the document as `data` says, and judges it: where it still conforms, every reader takes the
    /// same out of it.
    fn rewrite(&self, data: &[u8]) {
        let mut source = Unstructured::new(data);
        let mut text = String::from_utf8(self.forged.bytes.clone()).expect("XML is text");
        let mut steps = Vec::new();
        while steps.len() < STEPS {
            let Ok(step) = Step::arbitrary(&mut source) else { break };
            let Some(next) = rewritten(&text, &step, &self.id) else { break };
            text = next;
            steps.push(step);
            if source.is_empty() {
                break;
            }
        }
        let judgement = self.judge(text.as_bytes());
        if steps.is_empty() {
            assert_eq!(judgement.verdict, Verdict::Conforms, "the {} as it was signed", self.kind);
        }
        if judgement.verdict == Verdict::Conforms {
            assert!(
                consumed(text.as_bytes(), self.read).as_ref() == Some(&self.consumed),
                "{} {steps:?}: the signature verifies, and something else is read:\n{text}",
                self.kind
            );
        }
    }
}

/// A signed request of EtkRA, read at the root.
///
/// # Panics
/// When an oracle is broken.
pub fn signed_request(data: &[u8]) {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    let make = || Original::of(Kind::SignedXml, None, &[], |root| Some(vec![unsigned(root)?]));
    ORIGINAL.get_or_init(make).rewrite(data);
}

/// A signed request of CertRA, read at the root.
///
/// # Panics
/// When an oracle is broken.
pub fn revocation(data: &[u8]) {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    let params = [("operation", "Revoke"), ("form", "bare")];
    let make = || Original::of(Kind::CertraMessage, None, &params, |root| Some(vec![unsigned(root)?]));
    ORIGINAL.get_or_init(make).rewrite(data);
}

/// A response whose assertion is signed: readers take the response's child, and the first and the last
/// assertion of the document.
///
/// # Panics
/// When an oracle is broken.
pub fn signed_assertion(data: &[u8]) {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    let read: Reader = |root| {
        let is_assertion = |element: &Element<'_>| element.is(ASSERTION, "Assertion");
        let child = root.elements().find(is_assertion)?;
        let first = root.descendants().find(is_assertion)?;
        let last = root.descendants().filter(is_assertion).last()?;
        [child, first, last].into_iter().map(unsigned).collect()
    };
    ORIGINAL.get_or_init(|| Original::of(Kind::SamlResponse, Some("bare"), &[], read)).rewrite(data);
}

/// A response that is signed as a whole, read at the root.
///
/// # Panics
/// When an oracle is broken.
pub fn signed_response(data: &[u8]) {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    let make =
        || Original::of(Kind::SamlResponse, Some("signed-whole"), &[], |root| Some(vec![unsigned(root)?]));
    ORIGINAL.get_or_init(make).rewrite(data);
}

/// A message with a security header: readers take the body, and the timestamp of the header.
///
/// # Panics
/// When an oracle is broken.
pub fn secured_message(data: &[u8]) {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    let read: Reader = |root| {
        let body = root.elements().find(|element| element.local() == "Body")?;
        let header = root.elements().find(|element| element.local() == "Header")?;
        let security = header.elements().find(|element| element.local() == "Security")?;
        let timestamp = security.elements().find(|element| element.local() == "Timestamp")?;
        [body, timestamp].into_iter().map(unsigned).collect()
    };
    ORIGINAL.get_or_init(|| Original::of(Kind::WsSecurity, None, &[], read)).rewrite(data);
}

/// The canonical form of an element without a signature among its children.
fn unsigned(element: Element<'_>) -> Option<Vec<u8>> {
    let mut subset = Subset::element(element);
    if let Some(signature) = element.elements().find(|element| element.is(DS, "Signature")) {
        subset = subset.without(signature);
    }
    c14n::canonical(subset, &Algorithm::EXCLUSIVE).ok()
}

fn consumed(bytes: &[u8], read: Reader) -> Option<Vec<Vec<u8>>> {
    let source = Source::read(bytes, Encodings::Utf8).ok()?;
    let document = Document::parse(&source, &Budget::JUDGE).ok()?;
    read(document.root())
}

/// The text after one step; nothing where it makes no sense.
fn rewritten(text: &str, step: &Step, id: &str) -> Option<String> {
    let source = Source::read(text.as_bytes(), Encodings::Utf8).ok()?;
    let document = Document::parse(&source, &Budget::JUDGE).ok()?;
    let all: Vec<Element<'_>> = document.root().descendants().collect();
    let at = |index: u8| all[index as usize % all.len()];
    let range = |element: Element<'_>| element.span().range();
    let end = |element: Element<'_>| element.content().range().end;
    let insert = |offset: usize, piece: &str| format!("{}{piece}{}", &text[..offset], &text[offset..]);
    Some(match *step {
        Step::Copy(from, before) => insert(range(at(before)).start, &text[range(at(from))]),
        Step::Move(from, into) => {
            let (from, into) = (at(from), at(into));
            if from.contains(into) || into.content().is_empty() {
                return None;
            }
            let (piece, offset) = (&text[range(from)], end(into));
            if offset > range(from).start {
                format!(
                    "{}{}{piece}{}",
                    &text[..range(from).start],
                    &text[range(from).end..offset],
                    &text[offset..]
                )
            } else {
                format!(
                    "{}{piece}{}{}",
                    &text[..offset],
                    &text[offset..range(from).start],
                    &text[range(from).end..]
                )
            }
        }
        Step::Remove(element) => {
            format!("{}{}", &text[..range(at(element)).start], &text[range(at(element)).end..])
        }
        Step::Wrap(element) => {
            let range = range(at(element));
            format!(
                "{}<w:W xmlns:w=\"urn:w\">{}</w:W>{}",
                &text[..range.start],
                &text[range.clone()],
                &text[range.end..]
            )
        }
        Step::Swap(first, second) => {
            let (mut first, mut second) = (at(first), at(second));
            if range(first).start > range(second).start {
                (first, second) = (second, first);
            }
            if first.contains(second) {
                return None;
            }
            let (one, two) = (range(first), range(second));
            format!(
                "{}{}{}{}{}",
                &text[..one.start],
                &text[two.clone()],
                &text[one.end..two.start],
                &text[one],
                &text[two.end..]
            )
        }
        Step::Split(element, with) => {
            let content = at(element).content().range();
            let middle = content.start + content.len() / 2;
            if content.is_empty() || !text.is_char_boundary(middle) {
                return None;
            }
            insert(
                middle,
                match with {
                    Splitter::Comment => "<!--c-->",
                    Splitter::Instruction => "<?p i?>",
                    Splitter::Cdata => "<![CDATA[]]>",
                    Splitter::Reference => "&#65;",
                },
            )
        }
        Step::Text(element, by) => {
            let content = at(element).content().range();
            let first = text[content.clone()].chars().next().filter(char::is_ascii_alphanumeric)?;
            let other = char::from(b'a' + by % 26);
            format!("{}{other}{}", &text[..content.start], &text[content.start + first.len_utf8()..])
        }
        Step::Identify(element, name) => {
            let (name, declaration) = match name {
                Identifier::Id => ("Id", ""),
                Identifier::ID => ("ID", ""),
                Identifier::Xml => ("xml:id", ""),
                Identifier::Wsu => (
                    "u:Id",
                    " xmlns:u=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\"",
                ),
            };
            let place = range(at(element)).start + 1 + at(element).name().len();
            insert(place, &format!("{declaration} {name}=\"{id}\""))
        }
        Step::Strip(element) => {
            let span = at(element).attributes().next()?.span().range();
            format!("{}{}", &text[..span.start], &text[span.end..])
        }
    })
}
