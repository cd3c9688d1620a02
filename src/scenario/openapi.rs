//! What a workflow needs to know of an OpenAPI description: the operations, where they are, and
//! where their parameters go.
//!
//! No schema is read: what an answer must be is judged by the rules.

use super::yaml::{Node, Place, Problem};

/// An API that a workflow calls.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// The URL that the first `servers` entry names.
    pub(crate) server: Option<String>,
    pub(crate) operations: Vec<Operation>,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// `GET`, `POST`…
    pub(crate) method: String,
    /// The path with its `{parameters}`, as the description writes it. What follows a `#` tells the
    /// operations of one SOAP endpoint apart, and is not sent.
    pub(crate) path: String,
    /// The first content type of its body.
    pub(crate) content_type: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether only a simulated world has it (`x-etalon-simulated`).
    pub(crate) simulated: bool,
}

/// A parameter that an operation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: ParameterPlace,
    pub(crate) required: bool,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ParameterPlace {
    Path,
    Query,
    Header,
    Cookie,
    /// The whole query at once (OpenAPI 3.2).
    QueryString,
}

impl ParameterPlace {
    const ALL: [Self; 5] = [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::QueryString];

    /// The `in` of a parameter.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::QueryString => "querystring",
        }
    }

    /// Reads the `in` of a parameter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.name() == text)
    }
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Api {
    /// Reads a description, and reports every problem of what is read.
    pub(crate) fn read(file: &str, root: &Node) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut problem = |at: Place, message: String| {
            problems.push(Problem { file: file.to_owned(), at, message });
        };
        if root.get("openapi").and_then(Node::text).is_none_or(|version| !version.starts_with("3.")) {
            problem(root.at, "expected an OpenAPI 3 description (`openapi: 3.…`)".to_owned());
        }
        for (at, message) in root.traps() {
            problem(at, message);
        }
        let mut api = Self::default();
        let first = root.get("servers").and_then(|servers| servers.items().first());
        api.server = first.and_then(|server| server.get("url")).and_then(Node::text).map(str::to_owned);
        let Some(paths) = root.get("paths") else {
            problem(root.at, "expected `paths`, found none".to_owned());
            return Err(problems);
        };
        for path in paths.entries() {
            for item in path.value.entries().iter().filter(|it| METHODS.contains(&it.key.as_str())) {
                let Some(id) = item.value.get("operationId").and_then(Node::text) else {
                    problem(
                        item.at,
                        format!("expected `operationId` of {} {}, found none", item.key, path.key),
                    );
                    continue;
                };
                if api.operation(id).is_some() {
                    problem(item.at, format!("the operationId `{id}` is taken already"));
                }
                let mut parameters = Vec::new();
                let shared = path.value.get("parameters");
                for node in shared.into_iter().chain(item.value.get("parameters")).flat_map(Node::items) {
                    match parameter(root, node) {
                        Ok(parameter) => parameters.push(parameter),
                        Err(message) => problem(node.at, message),
                    }
                }
                api.operations.push(Operation {
                    id: id.to_owned(),
                    method: item.key.to_uppercase(),
                    path: path.key.clone(),
                    content_type: content_type(&item.value),
                    parameters,
                    simulated: item.value.get("x-etalon-simulated").is_some_and(|it| it.to_json() == true),
                });
            }
        }
        if problems.is_empty() { Ok(api) } else { Err(problems) }
    }

    /// The part of an operation's path that is sent.
    pub(crate) fn sent_path(path: &str) -> &str {
        path.split_once('#').map_or(path, |(sent, _)| sent)
    }

    /// The operation with this id.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The operation that an `operationPath`'s JSON pointer leads to: `/paths/~1jwks/get`.
    pub(crate) fn operation_at(&self, pointer: &str) -> Option<&Operation> {
        let (path, method) = pointer.strip_prefix("/paths/")?.rsplit_once('/')?;
        let path = path.replace("~1", "/").replace("~0", "~");
        self.operations.iter().find(|it| it.path == path && it.method.eq_ignore_ascii_case(method))
    }
}

fn content_type(operation: &Node) -> Option<String> {
    let content = operation.get("requestBody")?.get("content")?;
    content.entries().first().map(|entry| entry.key.clone())
}

fn parameter(root: &Node, node: &Node) -> Result<Parameter, String> {
    let node = match node.get("$ref").and_then(Node::text) {
        None => node,
        Some(reference) => reference
            .strip_prefix("#/components/parameters/")
            .and_then(|name| root.get("components")?.get("parameters")?.get(name))
            .ok_or_else(|| format!("`{reference}` leads to no parameter of this description"))?,
    };
    let name = node.get("name").and_then(Node::text).ok_or("expected `name` of a parameter, found none")?;
    let place = node.get("in").and_then(Node::text).and_then(ParameterPlace::parse).ok_or_else(|| {
        format!("expected `in` of the parameter `{name}` to be path, query, querystring, header or cookie")
    })?;
    let required = node.get("required").is_some_and(|it| it.to_json() == true);
    Ok(Parameter { name: name.to_owned(), place, required })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::yaml;

    const TEXT: &str = "openapi: 3.1.0
servers: [{url: 'http://localhost:1'}]
paths:
  /jwks/{kid}:
    parameters:
      - $ref: '#/components/parameters/kid'
    get:
      operationId: fetch
    delete:
      summary: no id
components:
  parameters:
    kid: {name: kid, in: path, required: true}
";

    #[test]
    fn operations_know_where_their_parameters_go() {
        let text = TEXT.replace("summary: no id", "operationId: remove");
        let api = Api::read("o.yaml", &yaml::read("o.yaml", &text).expect("YAML")).expect("fine");
        let fetch = api.operation("fetch").expect("there");
        assert_eq!((fetch.method.as_str(), fetch.path.as_str()), ("GET", "/jwks/{kid}"));
        let kid = Parameter { name: "kid".to_owned(), place: ParameterPlace::Path, required: true };
        assert_eq!(fetch.parameters, [kid]);
        assert_eq!(api.operation_at("/paths/~1jwks~1{kid}/delete").map(|it| it.id.as_str()), Some("remove"));
    }

    #[test]
    fn what_is_missing_is_reported_with_its_place() {
        let text = TEXT.replace("parameters/kid'", "parameters/kidd'");
        let problems = Api::read("o.yaml", &yaml::read("o.yaml", &text).expect("YAML")).expect_err("broken");
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "o.yaml:6:9: `#/components/parameters/kidd` leads to no parameter of this description",
                "o.yaml:9:5: expected `operationId` of delete /jwks/{kid}, found none",
            ]
        );
    }
}
