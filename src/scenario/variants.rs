//! A request as the target wants it: the reading of the spec defects that it follows.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::request::TRACING;
use super::transport::Request;
use crate::target::switches::{Change, Variants};

/// etalon's own User-Agent in the two-segment dialect.
const TWO_SEGMENTS: &str = concat!("etalon/", env!("CARGO_PKG_VERSION"), " reqwest/0.13");

/// The path of an operation at the target, where it is another than that of the description.
pub(super) fn path<'v>(variants: &'v Variants, operation: &str) -> Option<&'v str> {
    variants.paths.get(operation).map(String::as_str)
}

/// The value of a path's parameter.
pub(super) fn path_value<'t>(
    variants: &Variants,
    operation: &str,
    name: &str,
    value: &'t str,
) -> Cow<'t, str> {
    if operation == "keydepot.getAccount"
        && name == "accountId"
        && variants.changes.contains(&Change::AccountAsUserId)
    {
        return data_encoding::BASE64URL_NOPAD.encode(value.as_bytes()).into();
    }
    value.into()
}

/// Changes what is sent beside the path.
pub(super) fn apply(variants: &Variants, operation: &str, request: &mut Request) {
    let service = operation.split('.').next().unwrap_or_default();
    for change in &variants.changes {
        match change {
            Change::Path(..) | Change::AccountAsUserId => {}
            Change::Parameter(of, from, to) if of.name() == service => {
                query(request, |name, value| (if name == *from { (*to).to_owned() } else { name }, value));
            }
            Change::SmallTypes if matches!(service, "keydepot" | "etkdepot") => {
                query(request, |name, value| {
                    let value = if name == "type" { value.to_ascii_lowercase() } else { value };
                    (name, value)
                });
            }
            Change::Member(from, to) => credential(operation, request, |members| {
                if let Some(value) = members.shift_remove(*from) {
                    members.insert((*to).to_owned(), value);
                }
            }),
            Change::FlatCredential => credential(operation, request, |members| {
                if let Some(Value::Object(inner)) = members.shift_remove("response") {
                    members.extend(inner);
                }
            }),
            Change::TwoSegments => {
                for (name, value) in &mut request.headers {
                    if name.eq_ignore_ascii_case("user-agent") && value == TRACING[0].1 {
                        TWO_SEGMENTS.clone_into(value);
                    }
                }
            }
            Change::Parameter(..) | Change::SmallTypes => {}
        }
    }
}

fn query(request: &mut Request, change: impl Fn(String, String) -> (String, String)) {
    if request.url.query().is_none() {
        return;
    }
    let pairs: Vec<(String, String)> = request
        .url
        .query_pairs()
        .map(|(name, value)| change(name.into_owned(), value.into_owned()))
        .collect();
    request.url.query_pairs_mut().clear().extend_pairs(pairs);
}

/// Changes a credential that is registered; what is no JSON object is left as it is.
fn credential(operation: &str, request: &mut Request, change: impl Fn(&mut Map<String, Value>)) {
    if operation != "keydepot.attestationResult" {
        return;
    }
    let body = request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
    if let Some(Value::Object(mut members)) = body {
        change(&mut members);
        request.body = Some(Value::Object(members).to_string().into_bytes());
    }
}
