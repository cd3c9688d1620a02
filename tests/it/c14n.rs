//! Canonical XML: third-party vectors, and libxml2 on generated documents.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use etalon::base::Budget;
use etalon::wire::c14n::{Algorithm, Method, Subset, canonical};
use etalon::wire::xml::{Document, Element, Source, XmlFault};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use serde_json::json;

use crate::deviations::Deviations;
use crate::xml_readers::tree;

#[derive(Deserialize)]
struct Manifest {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    method: String,
    input: PathBuf,
    xpath_file: Option<PathBuf>,
    inclusive_ns: String,
    expected_file: PathBuf,
}

/// The element that the XPath filter selects the subtree of: the filters of shape
/// `(//. | //@* | //namespace::*)[ancestor-or-self::p:name]` select one.
fn apex<'d>(document: &'d Document<'d>, filter: &str) -> Option<Element<'d>> {
    let source = Source::of(filter);
    let filter = Document::parse(&source, &Budget::JUDGE).expect("an XPath file is XML");
    let root = filter.root();
    let path: String = root.text().split_whitespace().collect();
    let name = path.strip_prefix("(//.|//@*|//namespace::*)[ancestor-or-self::")?.strip_suffix(']')?;
    let (prefix, local) = name.split_once(':')?;
    let namespace = root.lookup(prefix)?;
    document.root().descendants().find(|element| element.is(namespace, local))
}

fn outcome(dir: &std::path::Path, item: &Item) -> Result<Vec<u8>, &'static str> {
    let input = fs::read(dir.join(&item.input)).expect("the input is there");
    let source = Source::read(&input, etalon::wire::xml::Encodings::Utf8AndUtf16).expect("text");
    let document = Document::parse(&source, &Budget::JUDGE).map_err(|faults| {
        assert!(faults.iter().any(|f| f.kind == XmlFault::DoctypeDeclared), "{}: {faults:?}", item.id);
        "document type declaration"
    })?;
    let mut algorithm = Algorithm::from_uri(&item.method).expect("known method");
    algorithm.prefixes = item.inclusive_ns.split_whitespace().map(str::to_owned).collect();
    let subset = match &item.xpath_file {
        None => Subset::document(&document),
        Some(file) => {
            let filter = fs::read_to_string(dir.join(file)).expect("the filter is there");
            Subset::element(apex(&document, &filter).ok_or("node-set that is no subtree")?)
        }
    };
    Ok(canonical(subset, &algorithm).expect("absolute namespace names"))
}

#[test]
fn third_party_vectors_come_out_byte_for_byte() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/c14n");
    let Ok(manifest) = fs::read(dir.join("manifest.json")) else {
        assert!(std::env::var_os("CI").is_none(), "../shared/vectors/c14n is not there");
        println!("skipped: ../shared/vectors/c14n is not there");
        return;
    };
    let manifest: Manifest = serde_json::from_slice(&manifest).expect("a manifest");
    let deviations = Deviations::read(include_str!("c14n-deviations.toml"));
    let mut met = 0;
    for item in &manifest.items {
        let listed = deviations.find(&item.id);
        match outcome(&dir, item) {
            Ok(found) => {
                let expected = fs::read(dir.join(&item.expected_file)).expect("the expected octets");
                assert_eq!(
                    String::from_utf8_lossy(&found),
                    String::from_utf8_lossy(&expected),
                    "{}",
                    item.id
                );
                assert!(listed.is_none(), "{} is met now: take it off the list of deviations", item.id);
                met += 1;
            }
            Err(reason) => {
                let listed = listed.unwrap_or_else(|| panic!("{}: {reason}, and not listed", item.id));
                assert_eq!(listed.reason, reason, "{}", item.id);
            }
        }
    }
    assert!(met >= 12, "{met} vectors were met: a comparison of nothing proves nothing");
}

/// What `script` answers to `lines`, or nothing where it cannot run here.
pub(crate) fn oracle(script: &str, lines: &str) -> Option<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/tools").join(script);
    let ran =
        Command::new("python3").arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().and_then(
            |mut child| {
                let mut stdin = child.stdin.take().expect("piped");
                let lines = lines.to_owned();
                let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
                let output = child.wait_with_output();
                let _ = writer.join();
                output
            },
        );
    match ran {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8(output.stdout).expect("base64").lines().map(str::to_owned).collect())
        }
        other => {
            assert!(std::env::var_os("CI").is_none(), "{script} did not run: {other:?}");
            println!("skipped: {script} did not run");
            None
        }
    }
}

const METHODS: [(Method, u8); 3] = [(Method::Inclusive, 0), (Method::Exclusive, 1), (Method::Inclusive11, 2)];

#[test]
fn libxml2_writes_the_same_octets_of_generated_documents() {
    const DOCUMENTS: usize = 10_000;
    let mut runner = TestRunner::deterministic();
    let choices =
        (tree(), 0usize..3, any::<[usize; 2]>(), any::<bool>(), prop::bool::weighted(0.3), 0usize..6);
    let (mut jobs, mut ours) = (String::new(), Vec::new());
    while ours.len() < DOCUMENTS {
        let (text, method, [apex, without], comments, whole, listed) =
            choices.new_tree(&mut runner).expect("a document").current();
        let source = Source::of(&text);
        let Ok(document) = Document::parse(&source, &Budget::JUDGE) else { continue };
        let elements: Vec<_> = document.root().descendants().collect();
        let (method, mode) = METHODS[method];
        let prefixes: &[&str] = match (method, listed) {
            (Method::Exclusive, 1) => &["#default"],
            (Method::Exclusive, 2) => &["p"],
            (Method::Exclusive, 3) => &["q", "p", "unknown"],
            (Method::Exclusive, 4) => &["#default", "q"],
            _ => &[],
        };
        let algorithm =
            Algorithm { method, comments, prefixes: prefixes.iter().map(|p| (*p).to_owned()).collect() };
        let apex = apex % elements.len();
        let mut subset = if whole { Subset::document(&document) } else { Subset::element(elements[apex]) };
        // An enveloped signature stands below the apex.
        let without = (without % elements.len() > apex
            && elements[if whole { 0 } else { apex }].contains(elements[without % elements.len()]))
        .then_some(without % elements.len());
        if let Some(without) = without {
            subset = subset.without(elements[without]);
        }
        jobs.push_str(
            &json!({"document": text, "mode": mode, "comments": comments, "prefixes": prefixes,
                "apex": (!whole).then_some(apex + 1), "without": without.map(|n| n + 1)})
            .to_string(),
        );
        jobs.push('\n');
        ours.push(canonical(subset, &algorithm));
    }
    let Some(theirs) = oracle("libxml2_c14n.py", &jobs) else { return };
    assert_eq!(theirs.len(), ours.len());
    for ((ours, theirs), job) in ours.iter().zip(&theirs).zip(jobs.lines()) {
        let theirs = data_encoding::BASE64.decode(theirs.as_bytes()).unwrap_or_else(|_| b"(failed)".to_vec());
        let ours = ours.as_deref().unwrap_or(b"(failed)");
        assert_eq!(String::from_utf8_lossy(ours), String::from_utf8_lossy(&theirs), "{job}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_canonical_form_is_its_own_canonical_form(text in tree(), method in 0usize..3, comments: bool) {
        let source = Source::of(&text);
        prop_assume!(Document::parse(&source, &Budget::JUDGE).is_ok());
        let document = Document::parse(&source, &Budget::JUDGE).expect("just read");
        let algorithm = Algorithm { method: METHODS[method].0, comments, prefixes: Vec::new() };
        let once = canonical(Subset::document(&document), &algorithm).expect("absolute");
        let once = String::from_utf8(once).expect("UTF-8");
        let source = Source::of(&once);
        let again = Document::parse(&source, &Budget::JUDGE).expect("a canonical form is a document");
        let twice = canonical(Subset::document(&again), &algorithm).expect("absolute");
        prop_assert_eq!(once.as_bytes(), &twice[..]);
    }
}

#[test]
fn a_tag_that_is_nearly_canonical_is_put_right() {
    for (near, canonical_form) in [
        (r#"<a b="1" c="2"></a>"#, r#"<a b="1" c="2"></a>"#),
        (r#"<a c="2" b="1"></a>"#, r#"<a b="1" c="2"></a>"#),
        (r#"<a ba="1" b="2"></a>"#, r#"<a b="2" ba="1"></a>"#),
        (r#"<a  b="1"></a>"#, r#"<a b="1"></a>"#),
        ("<a\nb=\"1\"></a>", r#"<a b="1"></a>"#),
        (r#"<a b="1" ></a>"#, r#"<a b="1"></a>"#),
        (r#"<a b ="1"></a>"#, r#"<a b="1"></a>"#),
        (r#"<a b= "1"></a>"#, r#"<a b="1"></a>"#),
        ("<a b='1'></a>", r#"<a b="1"></a>"#),
        (r#"<a b="&gt;"></a>"#, r#"<a b=">"></a>"#),
        ("<a b=\"\t\"></a>", r#"<a b=" "></a>"#),
        ("<a b=\"\n\"></a>", r#"<a b=" "></a>"#),
        (r#"<a b="1"/>"#, r#"<a b="1"></a>"#),
        (r#"<a b="1" />"#, r#"<a b="1"></a>"#),
        ("<a b=\"1\"></a\n>", r#"<a b="1"></a>"#),
        (r#"<a xml:b="1" c="2"></a>"#, r#"<a c="2" xml:b="1"></a>"#),
        (r#"<a xml:b="1"></a>"#, r#"<a xml:b="1"></a>"#),
        ("<a>1 > 2 &gt; 3</a>", "<a>1 &gt; 2 &gt; 3</a>"),
        ("<a>&amp;&lt;&quot;&#38;</a>", "<a>&amp;&lt;\"&amp;</a>"),
        ("<a>1\r\n2</a>", "<a>1\n2</a>"),
    ] {
        // Below the apex, where nothing is inherited.
        let text = format!("<r>{near}</r>");
        let source = Source::of(&text);
        let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
        for (method, _) in METHODS {
            let algorithm = Algorithm { method, comments: false, prefixes: Vec::new() };
            let octets = canonical(Subset::document(&document), &algorithm).expect("absolute");
            assert_eq!(String::from_utf8_lossy(&octets), format!("<r>{canonical_form}</r>"), "{near:?}");
        }
        let element = document.root().elements().next().expect("an element");
        for attribute in element.attributes() {
            let value = attribute.value();
            assert!(!value.contains(['\t', '\n', '&']), "the value of {near:?} is not normalised: {value:?}");
        }
    }
}

/// What is written in one piece ends where something departs from the canonical form, and goes on behind it.
#[test]
fn what_departs_is_put_right_among_what_does_not() {
    let text = "<?xml version='1.0'?>\n<!--a-->\n<r xmlns:p=\"urn:p\">\n <a>1</a >\n <p:b><p:c>2</p:c><!--b--></p:b>\n <d/>\n \
                <e><![CDATA[<]]>3</e><s><t>&#65;</t></s><p:f></p:f>\n</r>\n\n<?x y?>\n";
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
    let left_out = document.root().elements().find(|element| element.name() == "s").expect("it is there");
    let subset = Subset::document(&document).without(left_out);
    let octets = canonical(subset, &Algorithm::EXCLUSIVE).expect("absolute");
    let expected = "<r>\n <a>1</a>\n <p:b xmlns:p=\"urn:p\"><p:c>2</p:c></p:b>\n <d></d>\n <e>&lt;3</e>\
                    <p:f xmlns:p=\"urn:p\"></p:f>\n</r>\n<?x y?>";
    assert_eq!(String::from_utf8_lossy(&octets), expected);
}

#[test]
fn a_relative_namespace_name_has_no_canonical_form() {
    for text in ["<a xmlns='myns'/>", "<a xmlns:p='../x'><p:b/></a>", "<a xmlns:p='1a:b'/>"] {
        let source = Source::of(text);
        let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
        for (method, _) in METHODS {
            let algorithm = Algorithm { method, comments: false, prefixes: Vec::new() };
            canonical(Subset::document(&document), &algorithm).expect_err(text);
        }
    }
}
