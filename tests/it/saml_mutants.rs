//! A signed response or message, changed in thousands of ways by its structure: where the verdict is
//! still without an error, every reader reads what was signed.
//!
//! The readers are written here, over another parser, and read as careless products do: the child of the
//! response, the first assertion of the document, the last one; the whole text of an element, or its
//! first run of text.

use std::collections::BTreeMap;
use std::ops::Range;

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};
use etalon::forge;
use etalon::forge::rng::Stream;
use etalon::rule::Severity;
use roxmltree::{Document, Node};

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// How many changed documents are judged for each way of signing.
const MUTANTS: u64 = 1500;

/// What a reader takes out of an assertion: places and values.
fn values(assertion: Node<'_, '_>, text: fn(Node<'_, '_>) -> String) -> Vec<String> {
    let mut all = Vec::new();
    let own = |node: &Node<'_, '_>| node.tag_name().namespace() == Some(ASSERTION);
    for node in assertion.descendants().filter(own) {
        let name = node.tag_name().name();
        match name {
            "Issuer" | "NameID" | "Audience" | "AttributeValue" => all.push(format!("{name}={}", text(node))),
            _ => {}
        }
        for attribute in node.attributes() {
            if !matches!(attribute.name(), "schemaLocation" | "type") {
                all.push(format!("{name}/@{}={}", attribute.name(), attribute.value()));
            }
        }
    }
    all.sort();
    all
}

/// All of the text in an element.
fn whole(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|it| it.text().map(str::to_owned)).collect()
}

/// The first run of text in an element, as readers take it that CVE-2017-11427 was found in.
fn first(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().to_owned()
}

/// What every reader reads.
fn read(text: &str) -> Option<Vec<Vec<String>>> {
    let document = Document::parse(text).ok()?;
    let is = |node: &Node<'_, '_>, namespace, name| node.has_tag_name((namespace, name));
    let response = document.descendants().find(|it| is(it, PROTOCOL, "Response"))?;
    let assertions: Vec<_> = document.descendants().filter(|it| is(it, ASSERTION, "Assertion")).collect();
    let child = response.children().find(|it| is(it, ASSERTION, "Assertion"))?;
    let mut readings = Vec::new();
    for assertion in [child, *assertions.first()?, *assertions.last()?] {
        readings.push(values(assertion, whole));
        readings.push(values(assertion, first));
    }
    Some(readings)
}

/// What readers of a message take out of its body: the body under the envelope, and the one that the
/// signature names.
fn read_body(text: &str) -> Option<Vec<Vec<String>>> {
    const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
    const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    let document = Document::parse(text).ok()?;
    let child = document.root_element().children().find(|it| it.has_tag_name((SOAP, "Body")))?;
    let named = document.descendants().find(|it| it.attribute((WSU, "Id")) == Some("B-1"))?;
    let mut readings = Vec::new();
    for body in [child, named] {
        let query = body.children().find(|it| it.has_tag_name((PROTOCOL, "AttributeQuery")))?;
        readings.push(values(query, whole));
    }
    Some(readings)
}

/// One document in the making.
struct Mutant {
    text: String,
    stream: Stream,
}

impl Mutant {
    fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        let count = from.len() as u64;
        (count > 0).then(|| &from[usize::try_from(self.stream.below(count)).expect("an index")])
    }

    /// The elements: their ranges, and those of their start tags.
    fn elements(&self) -> Vec<Range<usize>> {
        let Ok(document) = Document::parse(&self.text) else { return Vec::new() };
        document.descendants().filter(Node::is_element).map(|node| node.range()).collect()
    }

    fn attributes(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let Ok(document) = Document::parse(&self.text) else { return Vec::new() };
        let all = document.descendants().filter(Node::is_element).flat_map(|node| node.attributes());
        all.map(|attribute| (attribute.range(), attribute.range_value())).collect()
    }

    fn texts(&self) -> Vec<Range<usize>> {
        let Ok(document) = Document::parse(&self.text) else { return Vec::new() };
        document.descendants().filter(Node::is_text).map(|node| node.range()).collect()
    }

    /// The ends of start tags and the starts of elements: where an element may be put.
    fn places(&self) -> Vec<usize> {
        self.elements().into_iter().flat_map(|it| [it.start, it.end]).collect()
    }

    fn element(&mut self) -> Option<(Range<usize>, String)> {
        let all = self.elements();
        let range = self.pick(&all)?.clone();
        let text = self.text[range.clone()].to_owned();
        Some((range, text))
    }

    fn put(&mut self, what: &str) -> Option<()> {
        let places = self.places();
        let at = *self.pick(&places)?;
        self.text.insert_str(at, what);
        Some(())
    }

    /// Changes one thing.
    fn change(&mut self) -> Option<()> {
        match self.stream.below(14) {
            0 => {
                let (range, element) = self.element()?;
                self.text.replace_range(range, "");
                self.put(&element)
            }
            1 => {
                let (_, element) = self.element()?;
                self.put(&element)
            }
            2 => {
                let (range, _) = self.element()?;
                self.text.replace_range(range, "");
                Some(())
            }
            3 => {
                let (range, element) = self.element()?;
                let wrappers = [
                    "x:wrapper xmlns:x=\"urn:example:x\"",
                    "samlp:Extensions xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
                    "samlp:StatusDetail xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
                    "saml:Advice xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
                    "ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"",
                ];
                let wrapper = *self.pick(&wrappers)?;
                let name = wrapper.split(' ').next()?;
                self.text.replace_range(range, &format!("<{wrapper}>{element}</{name}>"));
                Some(())
            }
            4 => {
                let (range, element) = self.element()?;
                let (_, other) = self.element()?;
                let name = |text: &str| -> Option<String> {
                    let end = text.find([' ', '>', '/'].as_slice())?;
                    Some(text.get(1..end)?.to_owned())
                };
                let (old, new) = (name(&element)?, name(&other)?);
                let renamed = element.replacen(&format!("<{old}"), &format!("<{new}"), 1);
                let renamed = match renamed.strip_suffix(&format!("</{old}>")) {
                    Some(start) => format!("{start}</{new}>"),
                    None => renamed,
                };
                self.text.replace_range(range, &renamed);
                Some(())
            }
            5 => {
                let noise =
                    ["<!-- c -->", "<?p i?>", "<![CDATA[]]>", " ", "\n", "x", "&#x20;", "<![CDATA[x]]>"];
                let what = *self.pick(&noise)?;
                let texts = self.texts();
                let range = self.pick(&texts)?.clone();
                let within = (range.end - range.start) as u64;
                let at = range.start + usize::try_from(self.stream.below(within + 1)).expect("an index");
                self.text.is_char_boundary(at).then(|| self.text.insert_str(at, what))
            }
            6 => {
                let noise = ["<!-- c -->", "<?p i?>", " ", "\n", "&#x20;"];
                let what = *self.pick(&noise)?;
                self.put(what)
            }
            7 => {
                let all = self.attributes();
                let (_, value) = self.pick(&all)?.clone();
                let (_, other) = self.pick(&all)?.clone();
                let other = self.text[other].to_owned();
                self.text.replace_range(value, &other);
                Some(())
            }
            8 => {
                let all = self.attributes();
                let (range, _) = self.pick(&all)?.clone();
                self.text.replace_range(range, "");
                Some(())
            }
            9 => {
                let all = self.attributes();
                let (_, value) = self.pick(&all)?.clone();
                let value = self.text[value].to_owned();
                let names = [
                    "ID",
                    "Id",
                    "id",
                    "xml:id",
                    "AssertionID",
                    "xmlns",
                    "xmlns:saml",
                    "xmlns:samlp",
                    "xmlns:ds",
                ];
                let name = *self.pick(&names)?;
                let (range, element) = self.element()?;
                let end = range.start + element.find([' ', '>', '/'].as_slice())?;
                self.text.insert_str(end, &format!(" {name}=\"{value}\""));
                Some(())
            }
            10 => {
                let all = self.texts();
                let range = self.pick(&all)?.clone();
                let other = self.pick(&all)?.clone();
                let other = self.text[other].to_owned();
                self.text.replace_range(range, &other);
                Some(())
            }
            11 => {
                let (range, element) = self.element()?;
                let evil = element.replace("12345625", "12345724").replace("2525377466882682685475", "1");
                let evil = if self.stream.below(2) == 0 { evil.replace("ID=\"_", "ID=\"_e") } else { evil };
                let at = if self.stream.below(2) == 0 { range.start } else { range.end };
                self.text.insert_str(at, &evil);
                Some(())
            }
            12 => {
                let (range, element) = self.element()?;
                let end = range.start + element.find('>')?;
                let end = if self.text[..end].ends_with('/') { end - 1 } else { end };
                self.text.insert_str(end, if self.stream.below(2) == 0 { " " } else { "\n\t" });
                Some(())
            }
            _ => {
                let (range, element) = self.element()?;
                let swapped = element.replace('"', "'");
                self.text.replace_range(range, &swapped);
                Some(())
            }
        }
    }
}

/// What a reader takes out of a document: one list for each way of reading.
type Reader = fn(&str) -> Option<Vec<Vec<String>>>;

/// Judges the mutants of a document; fails where one is accepted and read otherwise.
fn hunt(kind: Kind, mutation: Option<&str>, profile: Profile, read: Reader) {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let forged = forge::forge(kind, mutation, 3, clock, &BTreeMap::new());
    let forged = forged.expect("the order is in the tables");
    let context: Context = serde_json::from_value(forged.context.into()).expect("a context");
    let original = String::from_utf8(forged.bytes).expect("XML");
    let expected = read(&original).expect("what is read is there");
    let (mut accepted, mut refused, mut problems) = (0, 0, Vec::new());
    for number in 0..MUTANTS {
        let stream = Stream::new(number, &format!("mutants of {kind} {mutation:?}"));
        let mut mutant = Mutant { text: original.clone(), stream };
        for _ in 0..=mutant.stream.below(3) {
            _ = mutant.change();
        }
        if mutant.text == original {
            continue;
        }
        let judged = engine::judge(kind, mutant.text.as_bytes(), &context, &Options::profile(profile))
            .expect("no crash");
        let wrong = judged.findings.iter().any(|finding| finding.severity == Severity::Error);
        if wrong || judged.verdict == Verdict::Unreadable {
            refused += 1;
            continue;
        }
        accepted += 1;
        let found = read(&mutant.text);
        if found.as_ref() != Some(&expected) {
            problems.push(format!(
                "mutant {number}: expected {expected:?}\n  found {found:?}\n  in {}",
                mutant.text
            ));
        }
    }
    assert!(problems.is_empty(), "{} are read otherwise:\n{}", problems.len(), problems.join("\n"));
    assert!(accepted > 50 && refused > 500, "{accepted} accepted, {refused} refused: the hunt is no hunt");
}

#[test]
fn what_is_accepted_of_a_signed_assertion_reads_as_it_was_signed() {
    hunt(Kind::SamlResponse, Some("bare"), Profile::Cookbook, read);
    hunt(Kind::SamlResponse, Some("bare"), Profile::Standard, read);
}

#[test]
fn what_is_accepted_of_a_signed_response_reads_as_it_was_signed() {
    hunt(Kind::SamlResponse, Some("signed-whole"), Profile::Standard, read);
}

#[test]
fn what_is_accepted_of_a_signed_message_reads_as_it_was_signed() {
    hunt(Kind::WsSecurity, None, Profile::Cookbook, read_body);
}

/// The readers see what the hunt is for: each attack changes what one of them reads.
#[test]
fn the_readers_are_deceived_by_the_attacks() {
    let clock = time::parse("2026-01-15T10:00:00Z").expect("RFC 3339");
    let text = |mutation| {
        let forged = forge::forge(Kind::SamlResponse, Some(mutation), 3, clock, &BTreeMap::new());
        String::from_utf8(forged.expect("the order is in the tables").bytes).expect("XML")
    };
    let genuine = read(&text("bare"));
    for attack in
        ["value-changed", "comment-in-value", "evil-assertion-first", "evil-assertion-last", "xsw-3", "xsw-8"]
    {
        assert_ne!(read(&text(attack)), genuine, "{attack}");
    }
}
