//! Small work on texts that Arazzo's expressions cannot do.

use axum::Json;
use regex::RegexBuilder;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, read};
use crate::base::Budget;
use crate::wire::base64::{self, Form};

/// Largest compiled pattern.
const PATTERN: usize = 1 << 20;

/// Longest text that is made: an answer that the runner reads.
const LONGEST: usize = 6 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Encoded {
    base64url: String,
}

/// The text that base64url stands for.
pub(super) async fn decode(order: Order<Encoded>) -> Answer {
    let Encoded { base64url } = read(order)?;
    let bytes = base64::decode(base64url.as_bytes(), Form::Url, &Budget::JUDGE)
        .strict()
        .ok_or_else(|| Refused::order("`base64url` is not base64url"))?;
    let text = String::from_utf8(bytes).map_err(|_| Refused::order("the bytes are no UTF-8"))?;
    Ok(Json(json!({"text": text})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extraction {
    text: String,
    pattern: String,
}

/// The first group of the first match of a pattern, or the match where there is no group.
pub(super) async fn extract(order: Order<Extraction>) -> Answer {
    let Extraction { text, pattern } = read(order)?;
    let pattern = RegexBuilder::new(&pattern)
        .size_limit(PATTERN)
        .build()
        .map_err(|error| Refused::order(format!("`pattern` is no regular expression: {error}")))?;
    let found = pattern.captures(&text).and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    let found = found.ok_or_else(|| Refused::order("`pattern` does not match"))?;
    Ok(Json(json!({"text": found.as_str()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repetition {
    text: String,
    times: usize,
}

/// A text, so many times over.
pub(super) async fn repeat(order: Order<Repetition>) -> Answer {
    let Repetition { text, times } = read(order)?;
    if text.len().checked_mul(times).is_none_or(|length| length > LONGEST) {
        return Err(Refused::order(format!("at most {LONGEST} bytes are made")));
    }
    Ok(Json(json!({"text": text.repeat(times)})))
}
