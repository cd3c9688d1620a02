//! What a workflow knows while it runs: the values that its expressions take.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::Url;

use super::expression::{Part, Scope, Source, Template, Which};
use super::run::{Finished, Session};
use super::transport::{Request, Response};
use crate::wire::xml;

/// The values of outputs; one that has none is left out.
pub(super) fn evaluated(outputs: &[(String, Template)], scope: &dyn Scope) -> Map<String, Value> {
    outputs.iter().filter_map(|(name, it)| Some((name.clone(), it.evaluate(scope).ok()?))).collect()
}

/// What a workflow knows while it runs.
pub(super) struct Known<'k> {
    /// The document's `$self`.
    pub(super) own: Option<&'k str>,
    /// The workflows that ran before, by their ids.
    pub(super) finished: &'k BTreeMap<String, Finished>,
    /// The address of each source, by its name.
    pub(super) bases: &'k BTreeMap<String, Url>,
    pub(super) inputs: Map<String, Value>,
    /// The outputs of the steps that ran, by their ids.
    pub(super) steps: BTreeMap<String, Map<String, Value>>,
    /// The outputs of the workflow that was called last.
    pub(super) called: Map<String, Value>,
    /// The last exchange, which `$request`, `$response` and the like are about.
    pub(super) exchanged: Option<Exchanged>,
}

/// The last exchange.
pub(super) struct Exchanged {
    pub(super) request: Request,
    /// The parameters of its path.
    pub(super) path: Map<String, Value>,
    pub(super) response: Response,
}

impl Known<'_> {
    pub(super) fn base(&self, source: &str, session: &Session<'_>) -> Option<Url> {
        let given = self.bases.get(source).cloned();
        given.or_else(|| Url::parse(session.suite.apis.get(source)?.server.as_deref()?).ok())
    }
}

impl Scope for Known<'_> {
    fn value(&self, source: &Source) -> Option<Value> {
        let exchanged = self.exchanged.as_ref();
        match source {
            Source::Url => Some(exchanged?.request.url.as_str().into()),
            Source::Method => Some(exchanged?.request.method.as_str().into()),
            Source::Own => Some(self.own?.into()),
            Source::StatusCode => Some(exchanged?.response.status.into()),
            Source::Request(part) => exchanged?.sent(part),
            Source::Response(part) => exchanged?.received(part),
            Source::Input(name) => self.inputs.get(name).filter(|it| !it.is_null()).cloned(),
            Source::Output(name) => self.called.get(name).cloned(),
            Source::Step { step, output } => self.steps.get(step)?.get(output).cloned(),
            Source::Workflow { workflow, which, name } => {
                let finished = self.finished.get(workflow)?;
                match which {
                    Which::Inputs => finished.inputs.get(name).cloned(),
                    Which::Outputs => finished.outputs.get(name).cloned(),
                }
            }
            Source::Description { name, member } => {
                (member == "url").then(|| self.bases.get(name).map(|url| url.as_str().into()))?
            }
        }
    }
}

impl Exchanged {
    fn sent(&self, part: &Part) -> Option<Value> {
        match part {
            Part::Header(name) => {
                let mut headers = self.request.headers.iter();
                headers.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str().into())
            }
            Part::Query(name) => {
                self.request.url.query_pairs().find(|(it, _)| it == name).map(|(_, value)| value.into())
            }
            Part::Path(name) => self.path.get(name).cloned(),
            Part::Body => body(self.request.body.as_deref()?),
        }
    }

    fn received(&self, part: &Part) -> Option<Value> {
        match part {
            Part::Header(name) => self.response.header(name).map(Value::from),
            Part::Body => body(&self.response.body),
            Part::Query(_) | Part::Path(_) => None,
        }
    }
}

/// A body as JSON, or else as text; an empty one is none.
fn body(bytes: &[u8]) -> Option<Value> {
    if bytes.is_empty() {
        return None;
    }
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(value);
    }
    // XML may be in UTF-16; whatever is no text of either encoding is shown as far as it goes.
    match xml::Source::read(bytes, xml::Encodings::Utf8AndUtf16) {
        Ok(source) => Some(source.text().into()),
        Err(_) => Some(String::from_utf8_lossy(bytes).into_owned().into()),
    }
}
