//! The OpenAPI descriptions of what is served: each as it is carried, and all of one port as one.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use serde_json::{Map, Value, json};

use super::{IAM_CONNECT, SERVICES, refusal};
use crate::suites;

/// The description of one service.
pub(super) fn one<S: Clone + Send + Sync + 'static>(name: &str) -> MethodRouter<S> {
    let text = carried(name);
    get(move || async move {
        match text {
            Some(text) => ([(header::CONTENT_TYPE, "application/yaml")], text).into_response(),
            None => refusal::nowhere().await.into_response(),
        }
    })
}

/// The description of everything.
pub(super) fn all<S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let names = SERVICES.iter().map(|(service, _)| service.name());
        // What is JSON is YAML too.
        format!("{:#}\n", merged(names.chain([IAM_CONNECT])))
    });
    get(|| async { ([(header::CONTENT_TYPE, "application/yaml")], TEXT.as_str()).into_response() })
}

fn carried(name: &str) -> Option<&'static str> {
    let path = format!("openapi/{name}.yaml");
    suites::files().into_iter().find(|(it, _)| *it == path).map(|(_, text)| text)
}

/// One description of several services. Two of them have operations and components of one name, and so
/// each name has its service's in front.
fn merged<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    let mut paths = Map::new();
    let mut components = Map::new();
    for name in names {
        let Some(text) = carried(name) else { continue };
        let mut own: Value = serde_saphyr::from_str(text).expect("a test reads every carried description");
        named(&mut own, name);
        let security = own["security"].take();
        for (path, mut operations) in members(own["paths"].take()) {
            for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if operation.get("operationId").is_some() {
                    operation["tags"] = json!([name]);
                    if operation.get("security").is_none() && security.is_array() {
                        operation["security"] = security.clone();
                    }
                }
            }
            paths.insert(path, operations);
        }
        for (sort, own) in members(own["components"].take()) {
            let all = components.entry(sort).or_insert_with(|| json!({}));
            for (component, value) in members(own) {
                all[format!("{name}-{component}")] = value;
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Everything on this port",
            "version": "1",
            "description": "Each service alone is described at /openapi/{service}.yaml, and those of SOAP at ?wsdl too.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": components,
    })
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

/// Puts `service` before the names of operations, and before those of components where they are used.
fn named(value: &mut Value, service: &str) {
    match value {
        Value::Object(all) => {
            for (name, value) in all.iter_mut() {
                match (name.as_str(), value) {
                    ("operationId", Value::String(id)) => *id = format!("{service}.{id}"),
                    ("$ref", Value::String(target)) => {
                        if let Some((before, component)) = target.rsplit_once('/') {
                            *target = format!("{before}/{service}-{component}");
                        }
                    }
                    ("security", Value::Array(choices)) => {
                        for choice in choices {
                            let schemes = members(choice.take());
                            let schemes =
                                schemes.into_iter().map(|(it, scopes)| (format!("{service}-{it}"), scopes));
                            *choice = Value::Object(schemes.collect());
                        }
                    }
                    (_, value) => named(value, service),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| named(item, service)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
