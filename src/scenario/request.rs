//! From a step and the operation that it names to the request that is sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::Url;

use super::document::{Parameter, RequestBody};
use super::expression::{Scope, plain};
use super::openapi::{Api, Operation, ParameterPlace};
use super::query::{Query, replace_in_xml};
use super::transport::Request;
use super::variants;
use crate::target::switches::Variants;

/// The tracing headers of etalon's own requests, where a workflow sets no others: the dialect is that of
/// the KeyDepot cookbook, and the mailbox is nobody's, as RFC 2606 promises.
pub(super) const TRACING: [(&str, &str); 2] = [
    ("User-Agent", concat!("Etalon/etalon/", env!("CARGO_PKG_VERSION"), " Rust/reqwest/0.13")),
    ("From", "conformance@etalon.example"),
];

/// A request with the values that its parameters were given.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) request: Request,
    pub(super) path: Map<String, Value>,
}

/// Builds the request of a step. A step's parameter goes before the workflow's of the same name and
/// place.
///
/// # Errors
/// What is missing or cannot be sent, as a sentence.
pub(super) fn build(
    base: &Url,
    source: &str,
    variants: &Variants,
    operation: &Operation,
    parameters: [&[Parameter]; 2],
    body: Option<&RequestBody>,
    scope: &dyn Scope,
) -> Result<Built, String> {
    let mut given: BTreeMap<(usize, &str), (ParameterPlace, Value)> = BTreeMap::new();
    for parameter in parameters.into_iter().flatten() {
        // Without a place it is an input of the workflows that are called beside the operations.
        let Some(place) = parameter.place else { continue };
        given.insert((place as usize, &parameter.name), (place, parameter.value.evaluate(scope)?));
    }
    let named = format!("{source}.{}", operation.id);
    let described = Api::sent_path(&operation.path);
    let mut path = variants::path(variants, &named).unwrap_or(described).to_owned();
    let mut values = Map::new();
    let mut query = Vec::new();
    let mut query_string = None;
    let mut headers = Vec::new();
    let mut cookies = Vec::new();
    for ((_, name), (place, value)) in given {
        match place {
            ParameterPlace::Path => {
                let text = plain(&value);
                let sent = variants::path_value(variants, &named, name, &text);
                path = path.replace(&format!("{{{name}}}"), &segment(&sent));
                values.insert(name.to_owned(), value);
            }
            ParameterPlace::Query => query.push((name, plain(&value))),
            ParameterPlace::QueryString => query_string = Some(plain(&value)),
            ParameterPlace::Header => headers.push((name.to_owned(), plain(&value))),
            ParameterPlace::Cookie => cookies.push(format!("{name}={}", plain(&value))),
        }
    }
    if let Some(missing) = operation
        .parameters
        .iter()
        .find(|it| it.required && it.place == ParameterPlace::Path && !values.contains_key(&it.name))
    {
        return Err(format!("the path parameter `{}` of {} was given no value", missing.name, operation.id));
    }
    if !cookies.is_empty() {
        headers.push(("cookie".to_owned(), cookies.join("; ")));
    }
    for (name, value) in TRACING {
        if !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    if let Some(query) = query_string {
        url.set_query(Some(&query));
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut bytes = None;
    if let Some(body) = body {
        let given = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = given
            .map(|(_, value)| value.clone())
            .or_else(|| body.content_type.clone())
            .or_else(|| operation.content_type.clone())
            .unwrap_or_else(|| "application/json".to_owned());
        if let Some(payload) = &body.payload {
            let mut payload = payload.evaluate(scope)?;
            for replacement in &body.replacements {
                let value = replacement.value.evaluate(scope)?;
                put(&mut payload, &replacement.target, &value)
                    .map_err(|why| format!("the replacement at `{}`: {why}", replacement.text))?;
            }
            bytes = Some(encode(&content_type, &payload));
        }
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type".to_owned(), content_type));
        }
    }
    let mut request = Request { method: operation.method.clone(), url, headers, body: bytes };
    variants::apply(variants, &named, &mut request);
    Ok(Built { request, path: values })
}

/// A value as one segment of a path: everything but the unreserved characters is escaped.
fn segment(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A text payload goes as it is, so that a workflow can send what is not JSON.
fn encode(content_type: &str, payload: &Value) -> Vec<u8> {
    match payload {
        Value::String(text) => text.clone().into_bytes(),
        Value::Object(members) if content_type.starts_with("application/x-www-form-urlencoded") => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(members.iter().map(|(name, value)| (name, plain(value))));
            form.finish().into_bytes()
        }
        _ => payload.to_string().into_bytes(),
    }
}

/// Puts `value` where a replacement's target leads.
fn put(payload: &mut Value, target: &Query, value: &Value) -> Result<(), String> {
    let nothing = || "it leads to nothing in the payload".to_owned();
    match target {
        Query::JsonPointer(pointer) => replace(payload, pointer, value.clone()).ok_or_else(nothing),
        Query::JsonPath(path) => {
            let places: Vec<String> = path
                .query_located(payload)
                .locations()
                .map(serde_json_path::NormalizedPath::to_json_pointer)
                .collect();
            if places.is_empty() {
                return Err(nothing());
            }
            places.iter().try_for_each(|it| replace(payload, it, value.clone()).ok_or_else(nothing))
        }
        Query::XPath(path) => {
            let text = payload.as_str().ok_or("expected a payload that is a text of XML, found another")?;
            *payload = replace_in_xml(text, path, &plain(value))?.into();
            Ok(())
        }
        Query::Regex(_) => Err(nothing()),
    }
}

/// Puts `value` where the pointer leads; the last member may be new.
fn replace(payload: &mut Value, pointer: &str, value: Value) -> Option<()> {
    let (parent, last) = pointer.rsplit_once('/')?;
    let last = last.replace("~1", "/").replace("~0", "~");
    match payload.pointer_mut(parent)? {
        Value::Object(members) => _ = members.insert(last, value),
        Value::Array(items) => *items.get_mut(last.parse::<usize>().ok()?)? = value,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::expression::{Source, Template};

    struct Nothing;

    impl Scope for Nothing {
        fn value(&self, _: &Source) -> Option<Value> {
            None
        }
    }

    fn parameter(name: &str, place: Option<ParameterPlace>, value: &str) -> Parameter {
        Parameter { name: name.to_owned(), place, value: Template::Literal(value.into()) }
    }

    fn operation() -> Operation {
        use crate::scenario::openapi::Parameter;
        let kid = Parameter { name: "kid".to_owned(), place: ParameterPlace::Path, required: true };
        Operation {
            id: "op".to_owned(),
            method: "POST".to_owned(),
            path: "/jwks/{kid}#fetch".to_owned(),
            content_type: None,
            parameters: vec![kid],
            simulated: false,
        }
    }

    #[test]
    fn parameters_go_where_they_belong_and_cannot_break_out() {
        let base = Url::parse("https://host/base/").expect("URL");
        let step = [
            parameter("kid", Some(ParameterPlace::Path), "../a b?c#d"),
            parameter("use", Some(ParameterPlace::Query), "sig&enc=1"),
            parameter("X-A", Some(ParameterPlace::Header), "step"),
        ];
        let workflow = [parameter("X-A", Some(ParameterPlace::Header), "workflow")];
        let built =
            build(&base, "depot", &Variants::default(), &operation(), [&workflow, &step], None, &Nothing)
                .expect("fits");
        let url = built.request.url.as_str();
        assert_eq!(url, "https://host/base/jwks/..%2Fa%20b%3Fc%23d?use=sig%26enc%3D1");
        let names: Vec<_> = built.request.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["X-A", "User-Agent", "From"]);
        assert_eq!(built.request.headers[0].1, "step");
    }

    #[test]
    fn what_is_missing_is_said() {
        let base = Url::parse("https://host/").expect("URL");
        let error = build(&base, "depot", &Variants::default(), &operation(), [&[], &[]], None, &Nothing)
            .expect_err("refused");
        assert_eq!(error, "the path parameter `kid` of op was given no value");
    }

    #[test]
    fn a_payload_is_encoded_as_its_type_says() {
        assert_eq!(encode("application/json", &json!({"a": 1})), b"{\"a\":1}");
        assert_eq!(encode("application/json", &json!("{broken")), b"{broken");
        let form = encode("application/x-www-form-urlencoded", &json!({"a": "x y", "b": 2}));
        assert_eq!(form, b"a=x+y&b=2");
    }

    #[test]
    fn a_replacement_may_add_the_last_member_only() {
        let mut payload = json!({"a": {"b": 1}, "l": [1]});
        assert_eq!(replace(&mut payload, "/a/c", json!(2)), Some(()));
        assert_eq!(replace(&mut payload, "/l/0", json!(3)), Some(()));
        assert_eq!(replace(&mut payload, "/x/c", json!(2)), None);
        assert_eq!(payload, json!({"a": {"b": 1, "c": 2}, "l": [3]}));
    }
}
