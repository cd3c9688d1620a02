//! Scenarios: Arazzo workflows, 1.0 and 1.1, over OpenAPI descriptions, read, checked and run.
//!
//! In reading order: [`yaml`] is text with places, [`expression`], [`query`] and [`criterion`] the
//! little languages in it, [`document`] what a workflow is, [`read`](mod@read) how a text becomes one;
//! [`run`] runs it over [`transport`], [`exchange`] judges what passes, and [`transcript`] keeps it.
//! No file is opened here and no clock but the stopwatch is read: texts, addresses and limits are
//! inputs.

mod called;
mod carried;
pub mod creations;
mod criterion;
mod document;
mod exchange;
mod expression;
mod known;
mod openapi;
mod query;
mod read;
mod references;
mod request;
pub mod run;
pub mod transcript;
pub mod transport;
mod variants;
mod walk;
mod yaml;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use called::Called;
pub use carried::carried;
pub use document::Document;
pub use openapi::Api;
pub use read::{Sources, read};
pub use yaml::{Place, Problem};

/// A document with the descriptions of the APIs that it calls.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The workflows.
    pub document: Document,
    /// The APIs, by the names under which the document refers to them.
    pub(crate) apis: BTreeMap<String, Arc<Api>>,
    /// Other documents whose workflows it calls, by their names.
    pub(crate) suites: BTreeMap<String, Arc<Suite>>,
}

impl Suite {
    /// The names of the APIs that the suite calls, and the suites that it is made of.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.apis.keys().map(String::as_str).collect();
        for suite in self.suites.values() {
            names.extend(suite.sources().collect::<Vec<_>>());
        }
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }

    /// The operations that the suite's workflows may call, as `(source, "POST /path", operationId)`.
    pub fn operations(&self) -> impl Iterator<Item = (&str, String, &str)> {
        self.apis.iter().flat_map(|(name, api)| {
            api.operations
                .iter()
                .map(move |it| (name.as_str(), format!("{} {}", it.method, it.path), it.id.as_str()))
        })
    }
}
