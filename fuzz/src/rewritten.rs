//! A signed document rewritten by its structure: where its signature still verifies, what is read from
//! it must still be the same.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use arbitrary::{Arbitrary, Unstructured};
use etalon::base::{Budget, Kind, time};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::forge::{self, Forged};
use etalon::wire::c14n::{self, Algorithm, Subset};
use etalon::wire::xml::{Document, Element, Encodings, Source};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
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

/// The document that is rewritten, and what it is judged with.
struct Original {
    forged: Forged,
    context: Context,
    /// What a reader consumes: the signed request without its signature, in canonical form.
    consumed: Vec<u8>,
}

fn original() -> &'static Original {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    ORIGINAL.get_or_init(|| {
        let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
        let forged = forge::forge(Kind::SignedXml, None, 1, clock, &BTreeMap::default()).expect("it is made");
        let context = serde_json::from_value(forged.context.clone().into()).expect("a context");
        let consumed = consumed(&forged.bytes).expect("well-formed");
        Original { forged, context, consumed }
    })
}

fn judge(bytes: &[u8]) -> Judgement {
    let Original { forged, context, .. } = original();
    engine::judge(Kind::SignedXml, bytes, context, &Options::profile(forged.profile))
        .expect("no rule crashes")
}

/// Rewrites the document as `data` says, and judges it.
///
/// # Panics
/// When an oracle is broken.
pub fn signed_request(data: &[u8]) {
    let mut source = Unstructured::new(data);
    let mut text = String::from_utf8(original().forged.bytes.clone()).expect("XML is text");
    let mut steps = Vec::new();
    while steps.len() < STEPS {
        let Ok(step) = Step::arbitrary(&mut source) else { break };
        let Some(next) = rewritten(&text, &step) else { break };
        text = next;
        steps.push(step);
        if source.is_empty() {
            break;
        }
    }
    let judgement = judge(text.as_bytes());
    if steps.is_empty() {
        assert_eq!(judgement.verdict, Verdict::Conforms, "the document as it was signed");
    }
    if judgement.verdict == Verdict::Conforms {
        let now = consumed(text.as_bytes()).expect("it conforms, so that it is well-formed");
        assert!(
            now == original().consumed,
            "{steps:?}: the signature verifies, and something else is read:\n{text}"
        );
    }
}

fn consumed(bytes: &[u8]) -> Option<Vec<u8>> {
    let source = Source::read(bytes, Encodings::Utf8).ok()?;
    let document = Document::parse(&source, &Budget::JUDGE).ok()?;
    let root = document.root();
    let mut subset = Subset::element(root);
    if let Some(signature) = root.elements().find(|element| element.is(DS, "Signature")) {
        subset = subset.without(signature);
    }
    c14n::canonical(subset, &Algorithm::EXCLUSIVE).ok()
}

/// The text after one step; nothing where it makes no sense.
fn rewritten(text: &str, step: &Step) -> Option<String> {
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
            let id = document.root().value_of("Id")?;
            let place = range(at(element)).start + 1 + at(element).name().len();
            insert(place, &format!("{declaration} {name}=\"{id}\""))
        }
        Step::Strip(element) => {
            let span = at(element).attributes().next()?.span().range();
            format!("{}{}", &text[..span.start], &text[span.end..])
        }
    })
}
