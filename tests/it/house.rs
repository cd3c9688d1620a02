//! What holds the house up: who may import whom, where rules stand, and that they are documented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use etalon::base::{Kind, Profile};
use etalon::rule::document;
use etalon::rules;

/// The modules from the ground up: each may import those before it, and none behind it.
const LAYERS: &[&str] = &[
    "base",
    "wire",
    "crypto",
    "xmldsig",
    "context",
    "rule",
    "suites",
    "defects",
    "catalogue",
    "codes",
    "model",
    "rules",
    "ledger",
    "engine",
    "detect",
    "forge",
    "service",
    "event",
    "inspect",
    "report",
    "target",
    "simulator",
    "workbench",
    "listen",
    "scenario",
    "embedded",
    "record",
    "browser",
    "cli",
];

/// Imports that the order would allow, and that an invariant of docs/ARCHITECTURE.md forbids.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("report", "engine", "reports see events, and know nothing of how a verdict is reached"),
    ("forge", "rules", "what is made follows from its order, not from what judges it"),
    ("rules", "forge", "a rule judges what it is given"),
];

/// Files that are longer than 400 lines, and how long they may be. Shorten them; never add one.
const LONG: &[(&str, usize)] = &[];

/// Files beside `src/crypto` that speak to the crypto provider.
const DOORS: &[(&str, &str)] = &[
    ("src/scenario/transport.rs", "TLS is told which provider serves it"),
    ("src/listen.rs", "TLS is told which provider serves it"),
    ("src/forge/keys.rs", "keys that follow from a seed, and signatures that are wrong on purpose"),
    ("src/forge/rng.rs", "the digest that a seed is stretched with"),
];

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(under: &str) -> Vec<(String, String)> {
    fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        let mut entries: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
                into.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(under), &mut paths);
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).expect("UTF-8"))
    };
    paths.into_iter().map(read).collect()
}

/// A file without its tests.
fn own(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default()
}

/// The code of a file: without its tests, and without comments.
fn code(text: &str) -> String {
    let own = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    own.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |all, line| all + line + "\n")
}

/// The modules that follow `crate::` in `code`.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        if let Some(list) = after.strip_prefix('{') {
            let mut depth = 0;
            let mut rest = list;
            found.insert(name(rest));
            while let Some(at) = rest.find(['{', '}', ',']) {
                match &rest[at..=at] {
                    "{" => depth += 1,
                    "}" if depth == 0 => break,
                    "}" => depth -= 1,
                    _ if depth == 0 => _ = found.insert(name(&rest[at + 1..])),
                    _ => {}
                }
                rest = &rest[at + 1..];
            }
        } else {
            found.insert(name(after));
        }
    }
    found
}

fn module(path: &str) -> &str {
    let rest = path.strip_prefix("src/").expect("below src");
    rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs")
}

#[test]
fn imports_are_read() {
    let found = imports(
        "use crate::base::{Kind, Span};\nuse crate::{rules, rule::{Cx, Meta}, wire};\ncrate::event::x()",
    );
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["base", "event", "rule", "rules", "wire"]);
}

#[test]
fn no_module_imports_one_above_it() {
    let rank: BTreeMap<&str, usize> = LAYERS.iter().enumerate().map(|(rank, name)| (*name, rank)).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let own = module(&path);
        if ["lib", "main"].contains(&own) {
            continue;
        }
        let Some(own_rank) = rank.get(own) else {
            wrong.push(format!("{path}: give the module `{own}` its place in LAYERS of tests/it/house.rs"));
            continue;
        };
        for import in imports(&code(&text)) {
            let forbidden = FORBIDDEN.iter().find(|(from, to, _)| *from == own && *to == import);
            match rank.get(import.as_str()) {
                Some(other) if other > own_rank => wrong.push(format!(
                    "{path} imports `{import}`, which stands above `{own}`: hand it in as an argument, or move what \
                     both need below them"
                )),
                Some(_) => wrong.extend(forbidden.map(|(.., why)| format!("{path} imports `{import}`: {why}"))),
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_door_leads_to_the_crypto_provider() {
    let wrong: Vec<String> = sources("src")
        .into_iter()
        .filter(|(path, text)| module(path) != "crypto" && code(text).contains("aws_lc_rs::"))
        .filter(|(path, _)| !DOORS.iter().any(|(door, _)| door == path))
        .map(|(path, _)| path)
        .collect();
    assert!(
        wrong.is_empty(),
        "only src/crypto speaks to aws-lc-rs: add what you need there\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        if !text.starts_with("//! ") {
            wrong.push(format!(
                "{path}: begin with a module comment that says what it owns and must not know"
            ));
        }
        let lines = own(&text).lines().count();
        let most = LONG.iter().find(|(long, _)| *long == path).map_or(400, |(_, most)| *most);
        if lines > most {
            wrong.push(format!(
                "{path}: {lines} lines without its tests, and {most} are the most: divide it by topic"
            ));
        }
        if most > 400 && lines <= 400 {
            wrong.push(format!("{path} is short now: take it out of LONG in tests/it/house.rs"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_rules_id_is_its_path() {
    let folders: BTreeMap<String, String> =
        sources("src/rules").into_iter().fold(BTreeMap::new(), |mut all, (path, text)| {
            let folder = path.split('/').nth(2).unwrap_or_default().to_owned();
            all.entry(folder).or_default().push_str(&text);
            all
        });
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for meta in rules::all() {
        let id = meta.id;
        let well_formed = id.split('.').count() == 2
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        if !well_formed {
            wrong.push(format!("{id}: an id reads `artefact.defect-name` in small letters"));
        }
        if !seen.insert(id) {
            wrong.push(format!("{id} stands twice: a rule is declared once"));
        }
        let artefact = meta.artefact();
        if !Kind::ALL.iter().any(|kind| kind.name() == artefact) {
            wrong.push(format!("{id}: `{artefact}` is no kind of artefact; see src/base/kind.rs"));
        }
        let folder = artefact.replace('-', "_");
        if !folders.get(&folder).is_some_and(|text| text.contains(&format!("\"{id}\""))) {
            wrong.push(format!("{id} is not declared in src/rules/{folder}/: move it there, or rename it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_is_documented() {
    let mut wrong = Vec::new();
    for meta in rules::all() {
        let id = meta.id;
        let mut paragraphs = meta.page.trim().splitn(2, "\n\n").map(str::trim);
        let title = paragraphs.next().unwrap_or_default();
        if title.is_empty() || title.contains('\n') || title.ends_with('.') || title.chars().count() > 100 {
            wrong.push(format!(
                "{id}: the first line of its page is a title: one line, no full stop, then a blank line"
            ));
        }
        if paragraphs.next().is_none_or(|body| body.split_whitespace().count() < 4) {
            wrong.push(format!("{id}: its page says what is wrong, why it matters, and what to do"));
        }
        if meta.cites.is_empty() && meta.clauses.is_empty() {
            wrong.push(format!(
                "{id}: name the passage it stands on in `cites:`, or the clause in `clauses:`"
            ));
        }
        for cite in meta.cites {
            if cite.document.is_empty() || cite.quote.chars().count() > 320 {
                wrong.push(format!("{id}: a cite has a document, and a quote of a sentence or two"));
            }
        }
        if Profile::ALL.iter().all(|profile| meta.levels.under(*profile).is_none()) {
            wrong.push(format!("{id} is held by no profile"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_cite_names_a_document_of_the_list() {
    let cited: BTreeSet<&str> =
        rules::all().iter().flat_map(|meta| meta.cites).map(|cite| cite.document).collect();
    let listed: BTreeSet<&str> = document::all().keys().map(String::as_str).collect();
    let unlisted: Vec<_> = cited.difference(&listed).collect();
    assert!(unlisted.is_empty(), "name it as src/rule/documents.toml does, or add it there: {unlisted:?}");
    let uncited: Vec<_> = listed.difference(&cited).collect();
    assert!(uncited.is_empty(), "no rule cites it: take it out of src/rule/documents.toml: {uncited:?}");
}

#[test]
fn every_vector_stands_under_a_rule_or_says_why() {
    let known: BTreeSet<String> = rules::all().iter().map(|meta| meta.id.replace('.', "/")).collect();
    let mut wrong = Vec::new();
    for artefact in
        fs::read_dir(root().join("vectors")).expect("vectors/").map(|it| it.expect("an entry").path())
    {
        if !artefact.is_dir() {
            continue;
        }
        let name = artefact.file_name().expect("a name").to_string_lossy().into_owned();
        for folder in fs::read_dir(&artefact).expect("a folder").map(|it| it.expect("an entry").path()) {
            let rule = format!("{name}/{}", folder.file_name().expect("a name").to_string_lossy());
            if folder.is_dir() && !known.contains(&rule) {
                wrong.push(format!(
                    "vectors/{rule}: there is no such rule; rename the folder after the rule it tests"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
