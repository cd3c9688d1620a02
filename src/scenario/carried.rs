//! The suites that etalon carries, read.

use std::collections::BTreeMap;

use super::{Problem, Suite, read};
use crate::suites;

/// Every suite below `suites/`, in the order of their paths.
///
/// # Errors
/// Every problem of every suite.
pub fn carried() -> Result<Vec<Suite>, Vec<Problem>> {
    let files: BTreeMap<&str, &str> = suites::files().into_iter().collect();
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".arazzo.yaml")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let fetch = |url: &str| {
            let found = files.get(normal(&format!("{folder}/{url}")).as_str());
            found.map(|text| (*text).to_owned()).ok_or_else(|| "etalon carries no such file".to_owned())
        };
        match read(&format!("suites/{path}"), text, &fetch) {
            Ok(suite) => all.push(suite),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// A relative path without `.` and `..`, as the carried files are named.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
