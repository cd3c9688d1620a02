//! Every file under `vectors/` is judged, and must come to exactly what it expects.
//!
//! A vector is one TOML file `vectors/<artefact>/<rule>/{pass,fail}-<slug>.toml`:
//!
//! ```toml
//! kind = "user-agent"
//! text = "myProduct"                # or hex, base64
//! profile = "cookbook"              # the default
//! [context]                         # as in the judge protocol
//! [expect]
//! verdict = "violates"
//! findings = ["user-agent.subset-malformed at subset[0]"]
//! ```
//!
//! `ETALON_BLESS=1` writes `[expect]`, which stands last: read the diff before you keep it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options};
use etalon::rule::Outcome;
use etalon::rules;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    kind: String,
    #[serde(default)]
    profile: Option<String>,
    text: Option<String>,
    hex: Option<String>,
    base64: Option<String>,
    #[serde(default)]
    context: Context,
    expect: Option<Expect>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
struct Expect {
    verdict: String,
    findings: Vec<String>,
}

impl Vector {
    fn bytes(&self, path: &Path) -> Result<Vec<u8>, String> {
        let packed = |text: &str| text.split_ascii_whitespace().collect::<String>();
        let said = |e: data_encoding::DecodeError| format!("{}: {e}", path.display());
        match (&self.text, &self.hex, &self.base64) {
            (Some(text), None, None) => Ok(text.clone().into_bytes()),
            (None, Some(hex), None) => {
                data_encoding::HEXLOWER_PERMISSIVE.decode(packed(hex).as_bytes()).map_err(said)
            }
            (None, None, Some(text)) => data_encoding::BASE64.decode(packed(text).as_bytes()).map_err(said),
            _ => Err(format!("{}: exactly one of text, hex, base64 is needed", path.display())),
        }
    }
}

/// The kind, name and bytes of every vector.
pub(crate) fn inputs() -> Vec<(Kind, String, Vec<u8>)> {
    let mut paths = Vec::new();
    files(&root(), &mut paths);
    let mut all = Vec::new();
    for path in paths {
        let vector: Vector = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace(['/', '.'], "-");
        all.push((vector.kind.parse().unwrap(), name, vector.bytes(&path).unwrap()));
    }
    all
}

/// The rules that are found in vectors whose verdict is a refusal.
pub(crate) fn refusing() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(&root(), &mut paths);
    let mut rules = BTreeSet::new();
    for path in paths {
        let vector: Vector = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let expect = vector.expect.filter(|it| matches!(it.verdict.as_str(), "violates" | "unreadable"));
        let found = expect.into_iter().flat_map(|expect| expect.findings);
        rules.extend(found.filter_map(|finding| finding.split(' ').next().map(str::to_owned)));
    }
    rules
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn files(dir: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(dir).expect("vectors/ is there").map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|e| e == "toml") {
            into.push(path);
        }
    }
}

struct Judged {
    path: PathBuf,
    found: Expect,
    outcomes: Vec<(&'static str, Outcome)>,
}

fn judge(path: &Path, source: &str) -> Result<(Judged, Option<Expect>), String> {
    let vector: Vector = toml::from_str(source).map_err(|e| format!("{}: {e}", path.display()))?;
    let bytes = vector.bytes(path)?;
    let kind: Kind = vector.kind.parse().map_err(|e| format!("{}: {e}", path.display()))?;
    let profile: Profile = vector
        .profile
        .as_deref()
        .unwrap_or("cookbook")
        .parse()
        .map_err(|e| format!("{}: {e}", path.display()))?;
    let judgement = engine::judge(kind, &bytes, &vector.context, &Options::profile(profile))
        .map_err(|e| format!("{}: {e}", path.display()))?;
    let findings = judgement.findings.iter().map(|f| format!("{} at {}", f.rule.id, f.at)).collect();
    let found = Expect { verdict: judgement.verdict.name().to_owned(), findings };
    let outcomes = judgement.trace.iter().map(|(meta, outcome)| (meta.id, *outcome)).collect();
    Ok((Judged { path: path.to_owned(), found, outcomes }, vector.expect))
}

fn blessed(source: &str, expect: &Expect) -> String {
    let kept = source.find("[expect]").map_or(source, |at| &source[..at]).trim_end();
    let mut out = format!("{kept}\n\n[expect]\nverdict = {:?}\nfindings = [", expect.verdict);
    for finding in &expect.findings {
        let _ = write!(out, "\n    {finding:?},");
    }
    out.push_str(if expect.findings.is_empty() { "]\n" } else { "\n]\n" });
    out
}

fn judge_all(bless: bool) -> (Vec<Judged>, Vec<String>) {
    let mut paths = Vec::new();
    files(&root(), &mut paths);
    assert!(!paths.is_empty(), "vectors/ is empty: a replay of nothing proves nothing");
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let source = fs::read_to_string(&path).expect("readable");
        match judge(&path, &source) {
            Err(problem) => problems.push(problem),
            Ok((judged, expected)) => {
                if bless && expected.as_ref() != Some(&judged.found) {
                    fs::write(&path, blessed(&source, &judged.found)).expect("writable");
                } else if expected.as_ref() != Some(&judged.found) {
                    problems.push(format!(
                        "{}:\n  expected {expected:?}\n  found    {:?}",
                        path.display(),
                        judged.found
                    ));
                }
                all.push(judged);
            }
        }
    }
    (all, problems)
}

#[test]
fn every_vector_comes_to_what_it_expects() {
    let (_, problems) = judge_all(std::env::var_os("ETALON_BLESS").is_some());
    assert!(
        problems.is_empty(),
        "{} vectors differ. Where the new outcome is right, run with ETALON_BLESS=1 and read the diff:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn every_rule_has_a_vector_that_fails_it_and_one_that_passes_it() {
    let (all, _) = judge_all(false);
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for judged in &all {
        for (id, outcome) in &judged.outcomes {
            match outcome {
                Outcome::NotApplicable => {}
                Outcome::Pass => _ = seen.entry(id).or_default().insert("pass"),
                Outcome::Fail => {
                    // A failing vector counts where it stands under the rule's own name.
                    let folder: PathBuf = id.split('.').collect();
                    if judged.path.starts_with(root().join(folder)) {
                        seen.entry(id).or_default().insert("fail");
                    }
                }
            }
        }
    }
    let missing: Vec<String> = rules::all()
        .iter()
        .flat_map(|meta| {
            let has = seen.get(meta.id).cloned().unwrap_or_default();
            ["pass", "fail"]
                .into_iter()
                .filter(move |need| !has.contains(need))
                .map(|need| format!("{}: add vectors/{}/{need}-….toml", meta.id, meta.id.replace('.', "/")))
        })
        .collect();
    assert!(missing.is_empty(), "{} vectors are missing:\n{}", missing.len(), missing.join("\n"));
}
