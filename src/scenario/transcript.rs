//! The record of an exchange: what was sent and what came, as one JSON document without secrets.
//!
//! Whoever runs writes it where it likes; nothing in it depends on the machine or the moment.

use serde_json::{Map, Value, json};

use super::transport::{Error, Request, Response};
use crate::crypto::{Hash, digest};
use crate::event::{Shown, mask};

/// Bytes of the longest body that is kept whole.
const WHOLE: usize = 1 << 20;
/// Characters of a longer one that are kept.
const BEGINNING: usize = 1_000;

/// Headers that differ from run to run without a meaning for the test.
const LEFT_OUT: [&str; 3] = ["date", "connection", "keep-alive"];
/// Headers whose value is a secret.
const SECRET: [&str; 4] = ["authorization", "cookie", "set-cookie", "proxy-authorization"];

/// One exchange of a workflow.
#[derive(Debug)]
pub struct Exchange<'e> {
    /// The suite's path.
    pub suite: &'e str,
    /// The workflow's id.
    pub workflow: &'e str,
    /// The step's id.
    pub step: &'e str,
    /// `source.operationId`.
    pub operation: &'e str,
    /// What was sent.
    pub request: &'e Request,
    /// What came, or why nothing came.
    pub response: Result<&'e Response, &'e Error>,
}

impl Exchange<'_> {
    /// The record.
    pub fn to_json(&self) -> Value {
        let request = json!({
            "method": self.request.method,
            "url": masked(self.request.url.as_str()),
            "headers": headers(&self.request.headers),
            "body": self.request.body.as_deref().map(body),
        });
        let response = match self.response {
            Ok(response) => json!({
                "status": response.status,
                "headers": headers(&response.headers),
                "body": body(&response.body),
            }),
            Err(error) => json!({"error": masked(&error.to_string())}),
        };
        json!({
            "schema": "etalon/exchange/v1",
            "suite": self.suite,
            "workflowId": self.workflow,
            "stepId": self.step,
            "operationId": self.operation,
            "request": request,
            "response": response,
        })
    }
}

fn headers(headers: &[(String, String)]) -> Value {
    let mut kept = Map::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let shown = if SECRET.contains(&name.as_str()) { scheme_only(value) } else { masked(value) };
        kept.insert(name, shown.into());
    }
    Value::Object(kept)
}

/// `Bearer …`: the scheme says what was tried, the rest is the secret.
fn scheme_only(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) => format!("{scheme} …"),
        None => "…".to_owned(),
    }
}

fn masked(text: &str) -> String {
    Shown::from(text).to_string()
}

/// JSON as JSON with its texts masked, other text as text, bytes as base64; of what is out of all
/// proportion the beginning, its length and its digest.
fn body(bytes: &[u8]) -> Value {
    if bytes.len() > WHOLE {
        let beginning: String = String::from_utf8_lossy(&bytes[..WHOLE]).chars().take(BEGINNING).collect();
        let sha256 = data_encoding::HEXLOWER.encode(digest(Hash::Sha256, bytes).as_bytes());
        return json!({"beginning": masked(&beginning), "bytes": bytes.len(), "sha256": sha256});
    }
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        return masked_value(value);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => masked(text).into(),
        Err(_) => json!({"base64": data_encoding::BASE64.encode(bytes)}),
    }
}

/// What is as short as that keeps no secret: `"k": "v"` is no key.
fn masked_member((name, value): (String, Value)) -> (String, Value) {
    match value {
        Value::String(text) if text.len() >= 8 && mask::is_secret_name(&name) => (name, "…".into()),
        value => (name, masked_value(value)),
    }
}

fn masked_value(value: Value) -> Value {
    match value {
        Value::String(text) => masked(&text).into(),
        Value::Array(items) => items.into_iter().map(masked_value).collect(),
        Value::Object(members) => members.into_iter().map(masked_member).collect::<Map<_, _>>().into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}
