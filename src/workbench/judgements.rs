//! Judging an artefact, with scalar results.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, Workbench, read};
use crate::base::{Budget, Kind, Profile};
use crate::context::Context;
use crate::engine::{self, Options};
use crate::rule::Severity;
use crate::wire::base64::{self, Form};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Artefact {
    kind: String,
    profile: Option<String>,
    /// The artefact, where it is text.
    text: Option<String>,
    /// The artefact in base64url, where it is not.
    base64url: Option<String>,
    #[serde(default)]
    context: Context,
}

pub(super) async fn judge(State(workbench): State<Arc<Workbench>>, order: Order<Artefact>) -> Answer {
    let mut order = read(order)?;
    let kind: Kind = order.kind.parse().map_err(|error| Refused::order(format!("{error}")))?;
    let profile = order.profile.as_deref().unwrap_or(Profile::Cookbook.name());
    let profile: Profile = profile.parse().map_err(|error| Refused::order(format!("{error}")))?;
    let bytes = bytes_of(order.text, order.base64url)?;
    order.context.as_of.get_or_insert(workbench.clock.now());
    let judgement = engine::judge(kind, &bytes, &order.context, &Options::profile(profile))
        .map_err(|crash| Refused(StatusCode::INTERNAL_SERVER_ERROR, crash.to_string()))?;
    let count = |severity| judgement.findings.iter().filter(|it| it.severity == severity).count();
    let rules: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
    let first = judgement.findings.iter().find(|finding| finding.severity == Severity::Error);
    Ok(Json(json!({
        "verdict": judgement.verdict.name(),
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "rules": rules.join(" "),
        "message": first.map(|finding| finding.message.as_str()).unwrap_or_default(),
    })))
}

/// The bytes of an artefact, as text or in base64url.
pub(super) fn bytes_of(text: Option<String>, base64url: Option<String>) -> Result<Vec<u8>, Refused> {
    match (text, base64url) {
        (Some(text), None) => Ok(text.into_bytes()),
        (None, Some(text)) => base64::decode(text.as_bytes(), Form::Url, &Budget::JUDGE)
            .strict()
            .ok_or_else(|| Refused::order("`base64url` is not base64url")),
        (Some(_), Some(_)) | (None, None) => {
            Err(Refused::order("exactly one of `text` and `base64url` is needed"))
        }
    }
}
