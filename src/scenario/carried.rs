//! The suites that etalon carries, read.

use std::collections::BTreeMap;

use super::{Problem, Sources, Suite};
use crate::suites;

/// Every suite below `suites/`, in the order of their paths.
///
/// # Errors
/// Every problem of every suite.
pub fn carried() -> Result<Vec<Suite>, Vec<Problem>> {
    let files: BTreeMap<&str, &str> = suites::files().into_iter().collect();
    let fetch = |path: &str| {
        let found = path.strip_prefix("suites/").and_then(|path| files.get(path));
        found.map(|text| (*text).to_owned()).ok_or_else(|| "etalon carries no such file".to_owned())
    };
    let sources = Sources::new(&fetch);
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".arazzo.yaml")) {
        match sources.read(&format!("suites/{path}"), text) {
            Ok(suite) => all.push(suite),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}
