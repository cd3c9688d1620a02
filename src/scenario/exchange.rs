//! What the rules say about an answer: the contract tells what the body must be.

use crate::base::Profile;
use crate::context::Context;
use crate::engine::{self, Crash, Options};
use crate::event::{Finding, Shown};
use crate::rule::Outcome;
use crate::service::{self, Body, Operation};

use super::transport::{Request, Response};

/// The operation of the contracts that a request calls.
pub(super) fn called(source: &str, id: &str, request: &Request) -> Option<&'static Operation> {
    let action = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("soapaction"));
    let body = request.body.as_deref().unwrap_or_default();
    service::called(source, id, action.map(|(_, value)| value.as_str()), body)
}

/// What the rules say about an answer.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// The rules that had something to look at.
    pub(super) evaluated: Vec<&'static str>,
}

/// Judges the answer of an operation; one that no contract knows is not judged.
///
/// # Errors
/// When a rule crashes.
pub(super) fn judge(
    operation: Option<&Operation>,
    response: &Response,
    context: &Context,
) -> Result<Judged, Crash> {
    let Some(operation) = operation else { return Ok(Judged::default()) };
    let Some(answer) = operation.answer(response.status) else { return Ok(Judged::default()) };
    let nested;
    let (kind, bytes) = match answer.body {
        Body::Open | Body::Empty => return Ok(Judged::default()),
        Body::Artefact(kind) => (kind, response.body.as_slice()),
        Body::Member(name, kind) => {
            let Some(bytes) = member(&response.body, name) else { return Ok(Judged::default()) };
            nested = bytes;
            (kind, nested.as_slice())
        }
    };
    let judgement = engine::judge(kind, bytes, context, &Options::profile(Profile::Cookbook))?;
    let findings = judgement.findings.iter().map(|finding| {
        let artefact = Some(Shown::from(format!("response {kind}")));
        Finding { artefact, ..Finding::from(finding) }
    });
    let looked = judgement.trace.iter().filter(|(_, outcome)| *outcome != Outcome::NotApplicable);
    let evaluated = looked.map(|(meta, _)| meta.id).collect();
    Ok(Judged { findings: findings.collect(), evaluated })
}

/// The bytes that a member of a JSON object holds in base64url.
fn member(body: &[u8], name: &str) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    data_encoding::BASE64URL_NOPAD.decode(value.get(name)?.as_str()?.as_bytes()).ok()
}
