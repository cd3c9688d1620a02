//! What a step calls: an operation of a source, or a workflow.

use super::Reader;
use crate::scenario::document::Target;
use crate::scenario::yaml::{Node, Place};

impl Reader<'_> {
    pub(super) fn target(&mut self, step: &Node, ids: &[(&str, Place)]) -> Option<Target> {
        for (member, why) in [
            ("channelPath", "channels are of AsyncAPI"),
            ("action", "sending and receiving are of AsyncAPI"),
            ("correlationId", "correlation is of AsyncAPI"),
        ] {
            if let Some(node) = step.get(member) {
                self.problem(node.at, format!("etalon speaks HTTP alone, and {why}: `{member}` is not run"));
            }
        }
        let given: Vec<(&str, &Node)> = ["operationId", "operationPath", "workflowId"]
            .into_iter()
            .filter_map(|member| step.get(member).map(|node| (member, node)))
            .collect();
        let [(member, node)] = given.as_slice() else {
            let found = if given.is_empty() { "none" } else { "several" };
            self.problem(
                step.at,
                format!(
                    "expected one of `operationId`, `operationPath`, `workflowId` in a step, found {found}"
                ),
            );
            return None;
        };
        let target = match node.text() {
            None => Err(format!("expected `{member}` to be a text, found {}", node.what())),
            Some(text) if *member == "operationId" => self.operation(text),
            Some(text) if *member == "operationPath" => self.operation_path(text),
            Some(text) => self
                .workflow_called(text, ids)
                .map(|(source, workflow)| Target::Workflow { source, workflow }),
        };
        if target.is_err() && self.unread && node.text().is_some() {
            // It may be one of what could not be read.
            return None;
        }
        self.keep(node.at, target)
    }

    /// A workflow of this document, or `$sourceDescriptions.<name>.<workflowId>`: its source and id.
    pub(super) fn workflow_called(
        &self,
        text: &str,
        ids: &[(&str, Place)],
    ) -> Result<(Option<String>, String), String> {
        if ids.iter().any(|(id, _)| *id == text) {
            return Ok((None, text.to_owned()));
        }
        let found = text.strip_prefix("$sourceDescriptions.").and_then(|rest| {
            let (name, id) = rest.split_once('.')?;
            self.suites.get(name)?.document.workflow(id)?;
            Some((Some(name.to_owned()), id.to_owned()))
        });
        found.ok_or_else(|| format!("`{text}` is no workflowId of this document or of a source of it"))
    }

    /// `operationId`, or `$sourceDescriptions.<name>.<operationId>`.
    fn operation(&self, text: &str) -> Result<Target, String> {
        let target = |source: &str, operation: &str| Target::Operation {
            source: source.to_owned(),
            operation: operation.to_owned(),
        };
        if let Some(qualified) = text.strip_prefix("$sourceDescriptions.") {
            return self
                .apis
                .iter()
                .find_map(|(name, api)| {
                    let id = qualified.strip_prefix(name.as_str())?.strip_prefix('.')?;
                    api.operation(id).map(|_| target(name, id))
                })
                .ok_or_else(|| format!("`{text}` is no operation of a source of this document"));
        }
        let mut holders = self.apis.iter().filter(|(_, api)| api.operation(text).is_some());
        match (holders.next(), holders.next()) {
            (Some((name, _)), None) => Ok(target(name, text)),
            (Some(_), Some(_)) => Err(format!(
                "`{text}` is an operation of several sources; expected `$sourceDescriptions.<name>.{text}`"
            )),
            (None, _) => Err(format!("`{text}` is no operationId of a source of this document")),
        }
    }

    /// `{$sourceDescriptions.<name>.url}#/paths/~1jwks/get`.
    fn operation_path(&self, text: &str) -> Result<Target, String> {
        let found = text.split_once("}#").and_then(|(source, pointer)| {
            let name = source.strip_prefix("{$sourceDescriptions.")?.strip_suffix(".url")?;
            let operation = self.apis.get(name)?.operation_at(pointer)?;
            Some(Target::Operation { source: name.to_owned(), operation: operation.id.clone() })
        });
        found.ok_or_else(|| format!("`{text}` leads to no operation of a source of this document"))
    }
}
