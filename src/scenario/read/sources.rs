//! What documents refer to: where it is, and what was read of it.
//!
//! Each source is read once for all documents that are read together, however many name it, and what is
//! wrong with it is told once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::read_nested;
use crate::scenario::openapi::Api;
use crate::scenario::yaml::{self, Problem};
use crate::scenario::{Place, Suite};

/// Deepest chain of documents that call workflows of others.
const DEPTH: usize = 4;

/// The sources of documents that are read together.
pub struct Sources<'f> {
    fetch: &'f dyn Fn(&str) -> Result<String, String>,
    apis: RefCell<BTreeMap<String, Found<Api>>>,
    suites: RefCell<BTreeMap<String, Found<Suite>>>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let apis = self.apis.borrow();
        f.debug_struct("Sources").field("apis", &apis.keys()).finish_non_exhaustive()
    }
}

/// What was read of a source.
type Found<T> = Result<Arc<T>, Unread>;

/// Why a source was not read.
#[derive(Clone)]
pub(super) enum Unread {
    /// There is nothing that can be read, and why.
    Unreadable(String),
    /// It has these problems; none where they were told before.
    Broken(Vec<Problem>),
}

impl<'f> Sources<'f> {
    /// None yet. `fetch` gives the text of each, by where it is.
    pub fn new(fetch: &'f dyn Fn(&str) -> Result<String, String>) -> Self {
        Self { fetch, apis: RefCell::default(), suites: RefCell::default() }
    }

    /// Reads a document and what it refers to.
    ///
    /// # Errors
    /// Every problem of the document, and every problem of its sources that was not told before.
    pub fn read(&self, file: &str, text: &str) -> Result<Suite, Vec<Problem>> {
        read_nested(file, text, self, 0)
    }

    pub(super) fn api(&self, location: &str) -> Found<Api> {
        self.once(&self.apis, location, |text| {
            let root = yaml::read(location, text).map_err(|problem| vec![problem])?;
            Api::read(location, &root)
        })
    }

    pub(super) fn suite(&self, location: &str, depth: usize) -> Found<Suite> {
        if depth > DEPTH {
            let message = format!("documents call documents more than {DEPTH} deep");
            let at = Place { line: 1, column: 1 };
            return Err(Unread::Broken(vec![Problem { file: location.to_owned(), at, message }]));
        }
        self.once(&self.suites, location, |text| read_nested(location, text, self, depth))
    }

    fn once<T>(
        &self,
        known: &RefCell<BTreeMap<String, Found<T>>>,
        location: &str,
        read: impl FnOnce(&str) -> Result<T, Vec<Problem>>,
    ) -> Found<T> {
        if let Some(found) = known.borrow().get(location) {
            return found.clone();
        }
        let text = (self.fetch)(location).map_err(Unread::Unreadable);
        let found = text.and_then(|text| read(&text).map(Arc::new).map_err(Unread::Broken));
        let told = |unread: &Unread| match unread {
            Unread::Unreadable(why) => Unread::Unreadable(why.clone()),
            Unread::Broken(_) => Unread::Broken(Vec::new()),
        };
        let again = found.as_ref().map(Arc::clone).map_err(told);
        known.borrow_mut().insert(location.to_owned(), again);
        found
    }
}

/// Where a source is that the document `file` names: as a URI reference it goes from the document's
/// folder.
pub(super) fn located(file: &str, url: &str) -> String {
    if url.contains("://") || url.starts_with('/') {
        return url.to_owned();
    }
    let (root, folder) = match file.rsplit_once('/') {
        Some((folder, _)) => (if folder.starts_with('/') || folder.is_empty() { "/" } else { "" }, folder),
        None => ("", ""),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(url.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        parts.push(".");
    }
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_below_the_folder_of_its_document() {
        for (file, url, expected) in [
            ("my.arazzo.yaml", "api.yaml", "api.yaml"),
            ("suites/keydepot/a.yaml", "../openapi/./b.yaml", "suites/openapi/b.yaml"),
            ("../a.yaml", "../b.yaml", "../../b.yaml"),
            ("/home/me/a.yaml", "b.yaml", "/home/me/b.yaml"),
            ("/a.yaml", "b.yaml", "/b.yaml"),
            ("x/a.yaml", "/b.yaml", "/b.yaml"),
            ("x/a.yaml", "https://host/b.yaml", "https://host/b.yaml"),
        ] {
            assert_eq!(located(file, url), expected, "{file} {url}");
        }
    }

    #[test]
    fn a_source_that_two_documents_name_is_read_once_and_its_problems_told_once() {
        let asked = RefCell::new(Vec::new());
        let fetch = |location: &str| {
            asked.borrow_mut().push(location.to_owned());
            Ok("openapi: 3.1.0\npaths: {/a: {get: {operationId: a}, put: {}}}\n".to_owned())
        };
        let sources = Sources::new(&fetch);
        let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: ../api.yaml}]
workflows: [{workflowId: w, steps: [{stepId: s, operationId: a}]}]
";
        let shown = |file: &str| -> Vec<String> {
            let problems = sources.read(file, text).expect_err("broken");
            problems.iter().map(ToString::to_string).collect()
        };
        assert_eq!(shown("x/one.yaml"), ["api.yaml:2:37: expected `operationId` of put /a, found none"]);
        assert!(shown("y/two.yaml").is_empty());
        assert_eq!(*asked.borrow(), ["api.yaml"]);
    }
}
