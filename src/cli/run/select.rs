//! Which suites are run, and which of their workflows.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::super::{Exit, Failure, files};
use super::Args;
use crate::crypto::{Hash, digest};
use crate::event::{self, Outcome, RunReport};
use crate::scenario::{self, Place, Sources, Suite};
use crate::suites;

/// The largest report of a former run, in bytes.
const MOST_REPORT: usize = 256 << 20;

/// The suites of a run, and what they were read from.
pub(super) struct Loaded {
    pub(super) suites: Vec<Suite>,
    /// What each workflow says that it tests.
    pub(super) declared: Vec<suites::Workflow>,
    /// The files, where they are not the carried ones.
    pub(super) files: Vec<PathBuf>,
}

/// A part of the workflows: `hash:1/4` is the first of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partition {
    index: u64,
    count: u64,
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.strip_prefix("hash:").and_then(|rest| {
            let (index, count) = rest.split_once('/')?;
            Some((index.parse::<u64>().ok()?, count.parse::<u64>().ok()?))
        });
        match parsed {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self { index: index - 1, count }),
            _ => Err(format!("expected a part such as hash:1/4, found `{text}`")),
        }
    }
}

impl Partition {
    /// Whether a workflow belongs to this part. It depends on nothing but the names, so that a
    /// workflow stays in its part while others come and go.
    fn holds(self, suite: &str, workflow: &str) -> bool {
        // SHA-256: even, and the same everywhere and for ever.
        let hashed = digest(Hash::Sha256, format!("{suite}\0{workflow}").as_bytes());
        let hash = hashed.as_ref().iter().take(8).fold(0, |hash: u64, byte| hash << 8 | u64::from(*byte));
        hash % self.count == self.index
    }
}

/// The suites that are run, or every problem that they have.
pub(super) fn load(paths: &[PathBuf]) -> Result<Loaded, Failure> {
    let mut loaded = Loaded { suites: Vec::new(), declared: Vec::new(), files: Vec::new() };
    let mut problems: Vec<String> = Vec::new();
    let mut unreadable = Vec::new();
    let tell = |found: Vec<scenario::Problem>| found.into_iter().map(|it| it.to_string());
    if paths.is_empty() {
        match scenario::carried() {
            Ok(suites) => loaded.suites = suites,
            Err(found) => problems.extend(tell(found)),
        }
        loaded.declared = suites::workflows().to_vec();
    }
    let opened = RefCell::new(Vec::new());
    let fetch = |location: &str| {
        if location.contains("://") {
            return Err("etalon reads files alone: keep a copy beside the suite, and name that".to_owned());
        }
        opened.borrow_mut().push(PathBuf::from(location));
        let bytes = files::contents(Path::new(location), files::MOST)?;
        in_utf8(bytes).map_err(|(at, why)| format!("line {}, column {}: {why}", at.line, at.column))
    };
    let sources = Sources::new(&fetch);
    for path in paths {
        loaded.files.push(path.clone());
        let shown = path.display().to_string();
        let bytes = match files::contents(path, files::MOST) {
            Ok(bytes) => bytes,
            Err(why) => {
                unreadable.push(Failure::usage(format_args!("cannot read {shown}: {why}")));
                continue;
            }
        };
        let text = match in_utf8(bytes) {
            Ok(text) => text,
            Err((at, why)) => {
                problems.push(format!("{shown}:{}:{}: {why}", at.line, at.column));
                continue;
            }
        };
        match sources.read(&shown, &text) {
            Ok(suite) => loaded.suites.push(suite),
            Err(found) => problems.extend(tell(found)),
        }
        loaded.declared.extend(suites::read(&shown, &text).unwrap_or_default());
    }
    loaded.files.extend(opened.into_inner());
    if !problems.is_empty() {
        let told = format!("the suites cannot be run:\n{}", problems.join("\n"));
        unreadable.push(Failure::configuration(told));
    }
    Failure::of_all(unreadable).map_or(Ok(loaded), Err)
}

/// The text that a file holds, or what is wrong with it and where.
fn in_utf8(bytes: Vec<u8>) -> Result<String, (Place, String)> {
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let good = String::from_utf8_lossy(&bytes[..error.utf8_error().valid_up_to()]);
        let (line, last) = good.lines().enumerate().last().unwrap_or_default();
        let (line, last) = if good.ends_with('\n') { (line + 1, "") } else { (line, last) };
        let at = Place { line: line as u64 + 1, column: last.chars().count() as u64 + 1 };
        let byte = bytes.get(error.utf8_error().valid_up_to()).copied().unwrap_or_default();
        (at, format!("expected text in UTF-8, found the byte {byte:#04x}"))
    })
}

/// The workflows to run, by suite. Whatever selects a workflow takes along what it depends on.
pub(super) fn select(suites: &[Suite], args: &Args) -> Result<Vec<BTreeSet<String>>, Failure> {
    let mut selected: Vec<BTreeSet<String>> =
        suites.iter().map(|suite| suite.document.workflow_ids().map(str::to_owned).collect()).collect();
    let chosen = |id: &&String| selected.iter().any(|ids| ids.contains(*id));
    let unknown: Vec<String> =
        args.only.iter().filter(|id| !chosen(id)).map(|id| not_chosen(id, suites, &selected)).collect();
    if !unknown.is_empty() {
        return Err(Failure::new(Exit::Nothing, unknown.join("\n")));
    }
    if !args.only.is_empty() {
        selected.iter_mut().for_each(|ids| ids.retain(|id| args.only.contains(id)));
    }
    if let Some(path) = &args.rerun_failed {
        let former = former(path)?;
        let known = |suite: &Suite| former.workflows.iter().any(|it| it.suite == suite.document.file);
        if !suites.iter().any(known) {
            return Err(Failure::configuration(format_args!(
                "`--rerun-failed {}`: it is the run of other suites: {}",
                path.display(),
                former
                    .workflows
                    .iter()
                    .map(|it| it.suite.as_str())
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect::<Vec<_>>()
                    .join(", ")
            )));
        }
        for (suite, ids) in suites.iter().zip(&mut selected) {
            ids.retain(|id| {
                former.workflows.iter().any(|it| {
                    it.suite == suite.document.file && it.workflow_id == *id && it.outcome != Outcome::Passed
                })
            });
        }
        if selected.iter().all(BTreeSet::is_empty) {
            return Err(Failure::new(
                Exit::Nothing,
                format_args!("`--rerun-failed {}`: every workflow that is selected passed", path.display()),
            ));
        }
    }
    if let Some(partition) = args.partition {
        for (suite, ids) in suites.iter().zip(&mut selected) {
            ids.retain(|id| partition.holds(&suite.document.file, id));
        }
    }
    let with_dependencies = |(suite, ids): (&Suite, BTreeSet<String>)| {
        suite.document.with_dependencies(&ids.into_iter().collect::<Vec<_>>())
    };
    Ok(suites.iter().zip(selected).map(with_dependencies).collect())
}

/// Why no workflow of this id is run, and which one may be meant.
fn not_chosen(id: &str, suites: &[Suite], selected: &[BTreeSet<String>]) -> String {
    if let Some(suite) = suites.iter().find(|suite| suite.document.is_only_called(id)) {
        let file = &suite.document.file;
        return format!("`--only {id}`: it needs inputs, and is there for others to call ({file})");
    }
    let near = |other: &&String| other.contains(id) || id.contains(other.as_str());
    let meant: Vec<String> =
        selected.iter().flatten().filter(near).take(3).map(|it| format!("`{it}`")).collect();
    let hint = if meant.is_empty() { String::new() } else { format!("; is it {}?", meant.join(" or ")) };
    format!("`--only {id}`: no suite has such a workflow{hint}")
}

/// The report that a path leads to: the file itself, or the one in a directory that `--out` made.
pub(super) fn former(path: &Path) -> Result<RunReport, Failure> {
    let file = if path.is_dir() { path.join(super::REPORT) } else { path.to_owned() };
    let shown = file.display();
    let text = files::text(&file, MOST_REPORT)
        .map_err(|why| Failure::usage(format_args!("cannot read {shown}: {why}")))?;
    event::read_run(&text).map_err(|error| Failure::configuration(format_args!("{shown}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workflow_is_in_one_part() {
        let parts: Vec<Partition> = (1..=4).map(|n| format!("hash:{n}/4").parse().expect("a part")).collect();
        let mut sizes = [0; 4];
        for n in 0..1000 {
            let holders: Vec<usize> =
                (0..4).filter(|at| parts[*at].holds("suites/a.yaml", &format!("workflow-{n}"))).collect();
            assert_eq!(holders.len(), 1);
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| (150..350).contains(size)), "{sizes:?}");
        // Another version must cut as this one does: the results of its parts are merged.
        assert!(parts[2].holds("suites/keydepot/life-cycle.arazzo.yaml", "register"), "the cut changed");
        for wrong in ["hash:0/4", "hash:5/4", "1/4", "hash:1/0", "hash:a/b"] {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }
}
