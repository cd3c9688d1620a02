//! Messages of CertRA and EtkRA against others: the schemas of the services under `xmllint`, and
//! the synthetic samples of every operation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use etalon::base::{Budget, Kind, Profile, Service, Span, time};
use etalon::context::Context;
use etalon::engine::Verdict;
use etalon::forge::{self, Bench, Forged, ra_message};
use etalon::wire::xml::{Document, Element, Source};

use crate::forge::shown;
use crate::judged::judge;
use crate::shared;

const CLOCK: &str = "2026-01-15T10:00:00Z";
const SERVICES: [(Service, Kind); 2] =
    [(Service::Certra, Kind::CertraMessage), (Service::Etkra, Kind::EtkraMessage)];

fn forged(kind: Kind, params: &[(&str, &str)]) -> Forged {
    let clock = time::parse(CLOCK).expect("RFC 3339");
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    forge::forge(kind, None, 1, clock, &params).expect("the order is in the table")
}

/// Every message that the forge can make of an operation: the service's kind, the operation and the
/// further parameters.
pub(crate) fn orders() -> Vec<(Kind, Vec<(&'static str, &'static str)>)> {
    let mut orders = Vec::new();
    for (service, kind) in SERVICES {
        for operation in ra_message::operations(service) {
            orders.push((kind, vec![("operation", operation), ("side", "request")]));
            orders.push((kind, vec![("operation", operation), ("side", "response")]));
            // Its response has no status to refuse with.
            if operation != "GetExistingApplicationIds" {
                let code = ("outcome", "CERT_NOT_YET_DELIVERED");
                orders.push((kind, vec![("operation", operation), ("side", "response"), code]));
            }
        }
    }
    orders
}

#[test]
fn every_message_of_every_operation_conforms_bare_and_in_an_envelope() {
    let mut problems = Vec::new();
    for (kind, params) in orders() {
        for (kind, form) in [(kind, "bare"), (kind, "envelope"), (Kind::Soap, "")] {
            let mut params = params.clone();
            if kind != Kind::Soap {
                params.push(("form", form));
            }
            let forged = forged(kind, &params);
            let context = serde_json::from_value(forged.context.into()).expect("a context");
            for profile in [Profile::Cookbook, Profile::Field, Profile::Standard] {
                let judgement = judge(kind, &forged.bytes, &context, profile);
                if judgement.verdict != Verdict::Conforms || !judgement.findings.is_empty() {
                    problems.push(format!("{kind} {params:?} under {profile}: {}", shown(&judgement)));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} messages differ:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn faults_of_the_platform_conform() {
    for code in ["SOA-03001", "SOA-03002", "SOA-03003"] {
        let forged = forged(Kind::Soap, &[("fault", code)]);
        let judgement = judge(Kind::Soap, &forged.bytes, &Context::default(), Profile::Cookbook);
        assert_eq!(judgement.findings.len(), 0, "{code}: {}", shown(&judgement));
        assert!(String::from_utf8_lossy(&forged.bytes).contains(code));
    }
}

/// The folder with the schemas and samples of the services, where it is there.
pub(crate) fn reference() -> Option<PathBuf> {
    shared::root().map(|root| root.join("../reference"))
}

fn kind_of(text: &str) -> Kind {
    if text.contains("urn:be:fgov:ehealth:etkra:protocol:v2") {
        Kind::EtkraMessage
    } else {
        Kind::CertraMessage
    }
}

/// The samples: file name and text.
pub(crate) fn samples(reference: &Path) -> Vec<(String, String)> {
    let mut samples: Vec<_> = fs::read_dir(reference.join("samples-synthetic"))
        .expect("the samples")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("text"))
        })
        .collect();
    samples.sort();
    samples
}

#[test]
fn the_samples_have_their_dummy_signature_as_their_one_fault_and_conform_once_signed() {
    let Some(reference) = reference() else { return };
    let samples = samples(&reference);
    assert_eq!(samples.len(), 29, "one for each message of each operation, and one refusal");
    let bench = Bench::new(1, time::parse(CLOCK).expect("RFC 3339"));
    let trust = [&bench.pki.root, &bench.pki.eid_ca].map(|party| party.certificate.clone());
    let context = Context { trust: trust.to_vec(), as_of: time::parse(CLOCK), ..Context::default() };
    let mut problems = Vec::new();
    for (name, text) in samples {
        let kind = kind_of(&text);
        let given = judge(kind, text.as_bytes(), &context, Profile::Standard);
        let rules: BTreeSet<_> = given.findings.iter().map(|finding| finding.rule.id).collect();
        let expected: &[&str] = if text.contains("<ds:Signature") { DUMMY } else { &[] };
        if rules != expected.iter().copied().collect() {
            problems.push(format!("{name}: {}", shown(&given)));
        }
        // Who signs must be whom GetActorQualities asks about.
        let text = unsigned(&text).replace("98472899765", &bench.pki.person_holder.identifier);
        let signed = ra_message::sign(&bench, &text);
        let judgement = judge(kind, signed.unwrap_or(text).as_bytes(), &context, Profile::Standard);
        if judgement.verdict != Verdict::Conforms {
            problems.push(format!("{name}, signed: {}", shown(&judgement)));
        }
    }
    assert!(problems.is_empty(), "{} samples differ:\n{}", problems.len(), problems.join("\n"));
}

/// What a dummy signature trips: the digest is that of nothing, the value and the certificate are none.
const DUMMY: &[&str] = &[
    "signed-xml.certificate-malformed",
    "signed-xml.digest-mismatch",
    "signed-xml.digest-of-nothing",
    "signed-xml.signature-invalid",
];

/// The message without its signature.
fn unsigned(text: &str) -> String {
    match (text.find("<ds:Signature"), text.find("</ds:Signature>")) {
        (Some(start), Some(end)) => format!("{}{}", &text[..start], &text[end + "</ds:Signature>".len()..]),
        _ => text.to_owned(),
    }
}

/// `xmllint` under schemas.
pub(crate) struct XmlLint {
    folder: tempfile::TempDir,
    schema: PathBuf,
}

impl XmlLint {
    /// Under the schemas of both services.
    pub(crate) fn find() -> Option<Self> {
        let reference = fs::canonicalize(reference()?).expect("a path");
        let imports: String = [
            ("urn:be:fgov:ehealth:certra:protocol:v2", "ehealth-certra-schema-protocol-2_0.xsd"),
            ("urn:be:fgov:ehealth:etkra:protocol:v2", "ehealth-etkra-schema-protocol-2_0.xsd"),
            ("urn:be:fgov:ehealth:etee:commons:core:v2", "ehealth-etee-schema-core-2_0.xsd"),
        ]
        .map(|(namespace, file)| {
            let path = reference.join("xsd/ehealth-etee/XSD").join(file);
            format!("<xs:import namespace=\"{namespace}\" schemaLocation=\"{}\"/>", path.display())
        })
        .concat();
        Self::with(|_| {
            format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{imports}</xs:schema>")
        })
    }

    /// Under a schema, which may import others that `schema` writes into the folder.
    pub(crate) fn with(schema: impl FnOnce(&Path) -> String) -> Option<Self> {
        if Command::new("xmllint").arg("--version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "CI must have `xmllint`");
            println!("skipped: there is no `xmllint` here");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary directory");
        let text = schema(folder.path());
        let schema = folder.path().join("all.xsd");
        fs::write(&schema, text).expect("writable");
        Some(Self { folder, schema })
    }

    /// For each document, whether the schemas refuse it and why.
    pub(crate) fn refused(&self, documents: &[String]) -> Vec<Option<String>> {
        let paths: Vec<PathBuf> =
            (0..documents.len()).map(|index| self.folder.path().join(format!("{index}.xml"))).collect();
        for (path, text) in paths.iter().zip(documents) {
            fs::write(path, text).expect("writable");
        }
        let mut said = BTreeMap::new();
        for paths in paths.chunks(500) {
            let ran = Command::new("xmllint")
                .args(["--nonet", "--noout", "--schema"])
                .arg(&self.schema)
                .args(paths)
                .output()
                .expect("xmllint runs");
            let mut reasons = String::new();
            for line in String::from_utf8_lossy(&ran.stderr).lines() {
                if let Some(path) = line.strip_suffix(" validates") {
                    said.insert(path.to_owned(), None);
                } else if let Some(path) = line.strip_suffix(" fails to validate") {
                    said.insert(path.to_owned(), Some(std::mem::take(&mut reasons)));
                } else {
                    reasons.push_str(line);
                    reasons.push('\n');
                }
            }
        }
        paths
            .iter()
            .map(|path| said.remove(&path.display().to_string()).expect("xmllint says something of each"))
            .collect()
    }
}

/// The text of a forged message.
pub(crate) fn text(kind: Kind, params: &[(&str, &str)]) -> String {
    String::from_utf8(forged(kind, params).bytes).expect("UTF-8")
}

#[test]
fn the_schemas_accept_every_message_that_is_forged() {
    let Some(xmllint) = XmlLint::find() else { return };
    let orders = orders();
    let documents: Vec<String> = orders.iter().map(|(kind, params)| text(*kind, params)).collect();
    for ((kind, params), refused) in orders.iter().zip(xmllint.refused(&documents)) {
        assert_eq!(refused, None, "{kind} {params:?}");
    }
}

/// The rules that judge what the schemas judge.
const STRUCTURE: [&str; 8] = [
    "attribute-missing",
    "attribute-unexpected",
    "element-misplaced",
    "element-missing",
    "element-unexpected",
    "id-malformed",
    "unknown-message",
    "value-malformed",
];

#[test]
fn the_rules_of_structure_refuse_exactly_what_the_schemas_refuse() {
    let Some(xmllint) = XmlLint::find() else { return };
    let mut mutants = Vec::new();
    for (kind, params) in orders() {
        let text = text(kind, &params);
        mutants.extend(
            broken(&text).into_iter().map(|(what, mutant)| (kind, format!("{params:?} {what}"), mutant)),
        );
    }
    let documents: Vec<String> = mutants.iter().map(|(.., mutant)| mutant.clone()).collect();
    let (mut problems, mut refusals) = (Vec::new(), 0);
    for ((kind, what, mutant), refused) in mutants.iter().zip(xmllint.refused(&documents)) {
        let judgement = judge(*kind, mutant.as_bytes(), &Context::default(), Profile::Cookbook);
        let found = judgement.findings.iter().any(|finding| {
            let id = finding.rule.id.split_once('.').map_or("", |(_, id)| id);
            finding.rule.id.starts_with(kind.name()) && STRUCTURE.contains(&id)
        });
        refusals += usize::from(refused.is_some());
        if found != refused.is_some() {
            problems.push(format!("{what}: xmllint {refused:?}, etalon {}", shown(&judgement)));
        }
    }
    assert!(refusals > 500, "{refusals} of {} are refused", mutants.len());
    let some = problems.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(problems.is_empty(), "{} of {} differ:\n{some}", problems.len(), mutants.len());
}

/// The document with one thing of its structure broken, in many ways: what, and the document. The
/// signature is left alone.
pub(crate) fn broken(text: &str) -> Vec<(String, String)> {
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
    let with = |span: Span, new: &str| {
        format!("{}{new}{}", &text[..span.start as usize], &text[span.end as usize..])
    };
    let mut mutants = Vec::new();
    let mut add = |what: &str, element: Element<'_>, mutant: String| {
        mutants.push((format!("{what} {}", element.path()), mutant));
    };
    let signature = document.root().descendants().find(|element| element.local() == "Signature");
    for element in document.root().descendants() {
        if signature.is_some_and(|signature| signature.contains(element)) {
            continue;
        }
        let own = document.slice_of(element.span());
        let name_end = element.start_tag().start as usize + 1 + element.name().len();
        let at = |offset: usize| Span::at(offset);
        if element.parent().is_some() {
            add("without", element, with(element.span(), ""));
            add("twice", element, with(element.span(), &own.repeat(2)));
            let siblings: Vec<_> = element.parent().expect("a parent").elements().collect();
            let place = siblings.iter().position(|it| it.span() == element.span()).expect("its own place");
            if let Some(next) = siblings.get(place + 1) {
                let both = Span { start: element.span().start, end: next.span().end };
                add("swapped", element, with(both, &format!("{}{own}", document.slice_of(next.span()))));
            }
        }
        add("unknown attribute of", element, with(at(name_end), " surplus=\"x\""));
        // A letter of the base64 alphabet: libxml2 skips what is none, which XML Schema does not.
        add("text in", element, with(at(element.content().start as usize), "A"));
        add(
            "unknown element in",
            element,
            with(at(element.content().start as usize), "<x:Surplus xmlns:x=\"urn:x\"/>"),
        );
        let local = element.local();
        let other = own
            .replace(&format!("<{}", element.name()), &format!("<{local}"))
            .replace(&format!("</{}", element.name()), &format!("</{local}"));
        if other != own && element.elements().next().is_none() {
            add("without the namespace of", element, with(element.span(), &other));
        }
        if element.elements().next().is_none() {
            let inside = Span { start: element.content().start, end: element.content().end };
            add("emptied", element, with(inside, ""));
            add("blank", element, with(inside, " "));
        }
        for attribute in element.attributes() {
            add(&format!("without @{} of", attribute.name()), element, with(attribute.span(), ""));
            let value = attribute.value_span();
            add(&format!("emptied @{} of", attribute.name()), element, with(value, ""));
            add(&format!("digit in @{} of", attribute.name()), element, with(value, "1 2"));
        }
    }
    mutants
}
