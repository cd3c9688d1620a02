//! Every report format says what happened, and nothing that an artefact or a target says breaks it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use etalon::event::{Report, mask};
use etalon::report::{FORMATS, Style};
use proptest::prelude::*;
use serde_json::{Value, json};

mod readers;
mod sample;

use sample::{check, render, run};

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "</title></style><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\x1b[31mred\x1b]0;title\x07",
    "a\r\n::error file=x::injected",
    "\n::set-output name=a::b",
    "x ::stop-commands::t y\n::add-mask::z",
    "##[error]injected ##vso[task.complete result=Failed]",
    "]]>&<!-- --><![CDATA[",
    "| a | b |\n|---|---|",
    "` `` ``` [link](javascript:alert(1)) ![](http://evil/) @everyone https://evil.example",
    "\u{0}\u{1}\u{b}\u{fffe}\u{ffff}\u{7f}\u{85}",
    "\u{202e}gnp.exe\u{2066}",
    "%0A%0D::error::x, a=b: c",
    "'; DROP TABLE findings; --",
    "\\| \\` \\<",
    "/from/the/root",
    "–-->\u{2028}\u{2029}",
];

fn hostile() -> impl Iterator<Item = (&'static str, Report)> {
    HOSTILE.iter().flat_map(|text| [(*text, check(text)), (*text, run(text))])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// What holds for the texts above holds for any.
    #[test]
    fn any_text_stays_data(text in any::<String>(), marks in "[`|<>&\"'{}%#:\\[\\]\\\\\r\n\u{1b} -]{0,24}") {
        let text = format!("{marks}{text}{marks}");
        // What is empty is left out, and has no shape.
        prop_assume!(!text.is_empty());
        for (report, make) in [(check(&text), check as fn(&str) -> Report), (run(&text), run)] {
            acts_on_nothing(&text, &report);
            is_one_annotation_each(&text, &report);
            is_text_in_junit(&text, &report);
            is_data_in_sarif(&text, &report);
            prop_assert_eq!(html_shape(&text, make), html_shape("harmless", make));
            prop_assert_eq!(markdown_shape(&text, make), markdown_shape("harmless", make));
        }
    }
}

/// The characters on which a terminal, a log or a parser of XML acts.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

fn acts_on_nothing(text: &str, report: &Report) {
    for name in ["text", "markdown", "github", "junit", "html"] {
        for width in [24, 100] {
            let out = render(name, report, &Style { width, ..Style::default() });
            assert_eq!(
                out.chars().find(|c| acts(*c)),
                None,
                "{name} of {text:?} lets a control through:\n{out}"
            );
            let commands =
                out.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##["));
            let expected = if name == "github" { out.lines().count() } else { 0 };
            assert_eq!(commands.count(), expected, "{name} of {text:?} holds a command:\n{out}");
            assert!(name == "markdown" || !out.contains("##"), "{name} of {text:?}:\n{out}");
        }
    }
}

#[test]
fn hostile_text_neither_acts_on_a_terminal_nor_commands_a_build_service() {
    hostile().for_each(|(text, report)| acts_on_nothing(text, &report));
}

#[test]
fn colour_is_all_that_text_adds_for_a_terminal() {
    for (text, report) in hostile() {
        let plain = render("text", &report, &Style::default());
        let coloured = render("text", &report, &Style { colour: true, ..Style::default() });
        assert_ne!(plain, coloured);
        let stripped = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(stripped, plain, "{text:?}");
    }
}

fn is_data_in_sarif(text: &str, report: &Report) {
    let json: Value = serde_json::from_str(&render("json", report, &Style::default())).expect("JSON");
    assert!(json["schema"].as_str().is_some_and(|schema| schema.starts_with("etalon/")));
    let sarif = render("sarif", report, &Style::default());
    let sarif: serde_sarif::sarif::Sarif = serde_json::from_str(&sarif).expect("SARIF");
    let results = sarif.runs[0].results.as_ref().expect("results");
    let shown = mask::mask(text);
    assert!(
        results.iter().any(|it| it.message.text.as_deref().is_some_and(|it| it.contains(&shown))),
        "{text:?} is in no result"
    );
    for result in results {
        let place =
            result.locations.as_ref().and_then(|all| all[0].physical_location.as_ref()).expect("a place");
        let uri = place.artifact_location.as_ref().and_then(|it| it.uri.clone()).expect("a URI");
        let path = uri.strip_prefix("file://").filter(|it| it.starts_with('/')).unwrap_or(&uri);
        assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~%".contains(&b)), "{uri}");
    }
}

#[test]
fn hostile_text_stays_data_in_json_and_sarif() {
    hostile().for_each(|(text, report)| is_data_in_sarif(text, &report));
}

fn is_text_in_junit(text: &str, report: &Report) {
    let xml = render("junit", report, &Style::default());
    let document = roxmltree::Document::parse(&xml).unwrap_or_else(|e| panic!("{text:?}: {e}\n{xml}"));
    let known = [
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
        "properties",
        "property",
    ];
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(known.contains(&element.tag_name().name()), "{text:?}: {element:?}");
    }
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
    assert_eq!(cases, if matches!(report, Report::Check(_)) { 2 } else { 5 }, "{text:?}");
}

#[test]
fn hostile_text_stays_text_in_junit() {
    hostile().for_each(|(text, report)| is_text_in_junit(text, &report));
}

/// The elements of the page, with the names of their attributes.
fn html_shape(text: &str, report: fn(&str) -> Report) -> Vec<String> {
    let page = render("html", &report(text), &Style::default());
    let page = page.replacen("<!DOCTYPE html>", "", 1);
    let document = roxmltree::Document::parse(&page).unwrap_or_else(|e| panic!("{text:?}: {e}\n{page}"));
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    let named = elements.map(|it| {
        let attributes: BTreeSet<_> = it.attributes().map(|attribute| attribute.name()).collect();
        format!("{} {attributes:?}", it.tag_name().name())
    });
    named.collect()
}

#[test]
fn hostile_text_stays_text_in_html() {
    for report in [check, run] {
        let shape = html_shape("harmless", report);
        for bad in ["script", "img", "link", "iframe", "href", "src", "on"] {
            assert!(
                !shape.iter().any(|it| it.starts_with(bad) || it.contains(&format!("\"{bad}\""))),
                "{bad}"
            );
        }
        for text in HOSTILE {
            assert_eq!(html_shape(text, report), shape, "{text:?} adds an element or an attribute");
        }
    }
}

/// What stands outside of code spans.
fn outside_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let run = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let after = &rest[start + run..];
        let mut at = 0;
        let end = loop {
            let Some(next) = after[at..].find('`').map(|it| at + it) else {
                panic!("a code span has no end: {line}")
            };
            let length = after[next..].len() - after[next..].trim_start_matches('`').len();
            if length == run {
                break next + length;
            }
            at = next + length;
        };
        out.push('…');
        rest = &after[end..];
    }
    out + rest
}

fn markdown_shape(text: &str, report: fn(&str) -> Report) -> Vec<String> {
    render("markdown", &report(text), &Style::default()).lines().map(outside_code).collect()
}

#[test]
fn hostile_text_stays_code_in_markdown() {
    for report in [check, run] {
        for text in HOSTILE {
            assert_eq!(
                markdown_shape(text, report),
                markdown_shape("harmless", report),
                "{text:?} leaves its code span"
            );
            let page = render("markdown", &report(text), &Style::default());
            for row in page.lines().filter(|line| line.starts_with('|')) {
                assert_eq!(row.matches('|').count(), 5, "{text:?} breaks a table: {row}");
            }
        }
    }
}

/// Reads a command as the runner does: name, properties, text.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let rest = line.strip_prefix("::").expect("a command");
    let (head, data) = rest.split_once("::").expect("two parts");
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let plain =
        |text: &str| text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%25", "%");
    let properties = properties.split(',').map(|pair| {
        let (name, value) = pair.split_once('=').expect("name=value");
        (name.to_owned(), plain(value))
    });
    (name.to_owned(), properties.collect(), plain(data))
}

fn is_one_annotation_each(text: &str, report: &Report) {
    let out = render("github", report, &Style::default());
    for line in out.lines() {
        let (name, properties, _) = command(line);
        assert!(["error", "warning", "notice"].contains(&name.as_str()), "{text:?}: {line}");
        for (name, _) in &properties {
            assert!(["file", "line", "col", "title"].contains(&name.as_str()), "{text:?}: {line}");
        }
    }
    assert_eq!(
        out.lines().count(),
        if matches!(report, Report::Check(_)) { 3 } else { 9 },
        "{text:?}:\n{out}"
    );
}

#[test]
fn hostile_text_stays_in_its_annotation() {
    hostile().for_each(|(text, report)| is_one_annotation_each(text, &report));
}

#[test]
fn secrets_are_masked_in_every_format() {
    let secrets = [
        "85210123617",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjbGllbnQifQ.c2lnbmF0dXJl",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----",
        r#"{"kty":"EC","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#,
    ];
    let tell = ["85210123617", "eyJpc3MiOiJj", "MIIEvQIBADAN", "870MB6gfuTJ4"];
    for secret in secrets {
        // What a runner writes into plain members is its own; what an artefact holds is not.
        for format in FORMATS {
            let out = render(format.name, &check(secret), &Style::default());
            for part in tell {
                assert!(!out.contains(part), "{} shows {part}:\n{out}", format.name);
            }
        }
    }
}

#[test]
fn reports_look_as_they_did() {
    let (check, run) = (check("myProduct"), run("replay"));
    for format in FORMATS {
        insta::assert_snapshot!(
            format!("check-{}", format.name),
            render(format.name, &check, &Style::default())
        );
        insta::assert_snapshot!(format!("run-{}", format.name), render(format.name, &run, &Style::default()));
    }
    insta::assert_snapshot!(
        "check-text-narrow",
        render("text", &check, &Style { width: 40, ..Style::default() })
    );
}

/// On a terminal no line is longer than it is wide; what it breaks is there whole.
#[test]
fn a_report_fits_a_narrow_terminal() {
    let mut rounds = run("replay");
    if let Report::Run(run) = &mut rounds {
        run.rounds = 3;
    }
    for (name, report) in [("check", check("myProduct")), ("run", run("replay")), ("rounds", rounds)] {
        let wide = render("text", &report, &Style::default());
        let narrow = Style { width: 40, terminal: true, ..Style::default() };
        let plain = render("text", &report, &narrow);
        let long: Vec<&str> = plain.lines().filter(|line| line.chars().count() > 40).collect();
        assert!(long.is_empty(), "{name}: {long:#?} in\n{plain}");
        let letters = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
        // The piece of an input that is shown is as wide as there is room for.
        if name != "check" {
            assert_eq!(letters(&plain), letters(&wide), "{name}:\n{plain}");
        }
        let coloured = render("text", &report, &Style { colour: true, ..narrow });
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain, "{name}");
    }
}

fn reports() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports")
}

fn read(name: &str) -> Value {
    let path = reports().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The golden examples are what etalon writes today: `ETALON_BLESS=1` writes them anew.
#[test]
fn golden_examples_are_what_is_written_and_fit_their_schemas() {
    for (name, report) in [("check", check("myProduct")), ("run", run("replay"))] {
        let found: Value = serde_json::from_str(&render("json", &report, &Style::default())).expect("JSON");
        let golden = format!("{name}.example.json");
        if std::env::var_os("ETALON_BLESS").is_some() {
            let text = render("json", &report, &Style::default());
            fs::write(reports().join(&golden), text).expect("writable");
        }
        assert_eq!(
            read(&golden),
            found,
            "reports/{golden} is not what `--format json` writes: if the change is meant, run with ETALON_BLESS=1, \
             read the diff, and say it in CHANGELOG.md"
        );
        let schema = read(&format!("{name}.schema.json"));
        let validator = jsonschema::validator_for(&schema).expect("a JSON schema");
        if let Err(error) = validator.validate(&found) {
            panic!(
                "reports/{golden} does not fit reports/{name}.schema.json: {error} at {}",
                error.instance_path()
            );
        }
        let mut broken = found.clone();
        broken["summary"] = json!({});
        assert!(!validator.is_valid(&broken), "reports/{name}.schema.json accepts anything");
        for (text, report) in hostile() {
            let schema_of = if matches!(report, Report::Check(_)) { "check" } else { "run" };
            if schema_of == name {
                let found: Value =
                    serde_json::from_str(&render("json", &report, &Style::default())).expect("JSON");
                assert!(validator.is_valid(&found), "{text:?}");
            }
        }
    }
}

/// Code scanning shows a rule's page beside its finding.
#[test]
fn sarif_holds_the_pages_of_the_rules() {
    let meta = etalon::rules::find("user-agent.subset-malformed").expect("the rule");
    let mut report = check("myProduct");
    if let Report::Check(check) = &mut report {
        meta.id.clone_into(&mut check.subjects[0].findings[0].rule);
    }
    let log: Value = serde_json::from_str(&render("sarif", &report, &Style::default())).expect("JSON");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|rule| rule["id"] == meta.id).expect("the rule");
    assert_eq!(rule["shortDescription"]["text"], meta.title());
    assert!(rule["help"]["markdown"].as_str().is_some_and(|page| page.starts_with(meta.title())));
    assert_eq!(rule["properties"]["clauses"], json!(meta.clauses));
}

#[test]
fn formats_are_named_once() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(names.len(), FORMATS.len());
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["github", "html", "json", "junit", "markdown", "sarif", "text"],
        "the formats are a contract with pipelines: add, never rename"
    );
}
