//! Arazzo's runtime expressions: `$inputs.kid`, `$steps.options.outputs.challenge`,
//! `$response.body#/keys/0/kid`, alone or embedded in a text as `{$…}`.
//!
//! Parsed before anything is sent, so that a misspelt one is a problem of the file and not a failure
//! of the target. Knows nothing of how a workflow runs: values come from a [`Scope`].

use std::fmt;

use serde_json::Value;

use super::query::Question;

/// A runtime expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    text: String,
    source: Source,
    /// What is taken out of the value: member names and indexes, in order.
    path: Vec<String>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Url,
    Method,
    StatusCode,
    Request(Part),
    Response(Part),
    Input(String),
    Output(String),
    Step {
        step: String,
        output: String,
    },
    Workflow {
        workflow: String,
        which: Which,
        name: String,
    },
    Description {
        name: String,
        member: String,
    },
    /// The URI that the document says is its own.
    Own,
}

/// Which values of another workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Inputs,
    Outputs,
}

/// A part of a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Header(String),
    Query(String),
    Path(String),
    Body,
}

/// What expressions are evaluated in.
pub(crate) trait Scope {
    /// The value of a source, or nothing when there is none.
    fn value(&self, source: &Source) -> Option<Value>;
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Expression {
    /// Reads one expression, the whole text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (body, pointer) = match text.split_once('#') {
            Some((body, pointer)) => (body, Some(pointer)),
            None => (text, None),
        };
        let unknown = || format!("`{text}` is no runtime expression of Arazzo");
        let mut tokens = tokens(body.strip_prefix('$').ok_or_else(unknown)?).into_iter();
        let head = tokens.next().unwrap_or_default();
        let mut take = || tokens.next().filter(|token| !token.is_empty()).ok_or_else(unknown);
        let source = match head.as_str() {
            "url" => Source::Url,
            "method" => Source::Method,
            "statusCode" => Source::StatusCode,
            "self" => Source::Own,
            "request" | "response" => {
                let part = match take()?.as_str() {
                    "header" => Part::Header(take()?),
                    "query" => Part::Query(take()?),
                    "path" => Part::Path(take()?),
                    "body" => Part::Body,
                    _ => return Err(unknown()),
                };
                if head == "request" { Source::Request(part) } else { Source::Response(part) }
            }
            "inputs" => Source::Input(take()?),
            "outputs" => Source::Output(take()?),
            "steps" => {
                let step = take()?;
                if take()? != "outputs" {
                    return Err(format!("`{text}`: expected `$steps.<stepId>.outputs.<name>`"));
                }
                Source::Step { step, output: take()? }
            }
            "workflows" => {
                let workflow = take()?;
                let which = match take()?.as_str() {
                    "inputs" => Which::Inputs,
                    "outputs" => Which::Outputs,
                    _ => return Err(format!("`{text}`: expected `$workflows.<workflowId>.outputs.<name>`")),
                };
                Source::Workflow { workflow, which, name: take()? }
            }
            "message" => {
                return Err(format!("`{text}`: messages are of AsyncAPI, and etalon speaks HTTP alone"));
            }
            "sourceDescriptions" => Source::Description { name: take()?, member: take()? },
            _ => return Err(unknown()),
        };
        let mut path: Vec<String> = tokens.collect();
        if let Some(pointer) = pointer {
            path.extend(pointer_tokens(pointer).ok_or_else(|| {
                format!("`{text}`: expected a JSON pointer after `#`, such as `#/keys/0/kid`")
            })?);
        }
        Ok(Self { text: text.to_owned(), source, path })
    }

    /// Where it takes its value from.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Its value, or nothing when there is none.
    pub(crate) fn evaluate(&self, scope: &dyn Scope) -> Option<Value> {
        let mut value = scope.value(&self.source)?;
        for name in &self.path {
            value = match value {
                Value::Object(mut members) => members.shift_remove(name)?,
                Value::Array(mut items) => {
                    let index: usize = name.parse().ok()?;
                    if index >= items.len() {
                        return None;
                    }
                    items.swap_remove(index)
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
            };
        }
        Some(value)
    }
}

/// `steps.list.outputs.keys[0].kid` as its names and indexes.
fn tokens(body: &str) -> Vec<String> {
    body.split(['.', '[']).map(|token| token.trim_end_matches(']').to_owned()).collect()
}

fn pointer_tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let tokens = pointer.strip_prefix('/')?.split('/');
    Some(tokens.map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}

/// A value of a document in which texts may be, or may hold, expressions.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    /// A value without expressions.
    Literal(Value),
    /// The whole value is one expression, and keeps its type.
    Expression(Expression),
    /// A text with `{$…}` in it.
    Text(Vec<Piece>),
    /// A list with templates in it.
    List(Vec<Template>),
    /// An object with templates in it.
    Object(Vec<(String, Template)>),
    /// A part of what an expression gives: Arazzo 1.1's selector object.
    Selector(Box<(Expression, Question)>),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    Expression(Expression),
}

impl Template {
    /// Reads the expressions out of a text.
    pub(crate) fn of_text(text: &str) -> Result<Self, String> {
        if text.starts_with('$') {
            return Expression::parse(text).map(Self::Expression);
        }
        Self::embedded(text)
    }

    /// Reads a text whose expressions stand in braces only: one that begins with `$` may be a JSONPath.
    pub(crate) fn embedded(text: &str) -> Result<Self, String> {
        let pieces = pieces(text)?;
        Ok(match pieces.as_slice() {
            [] | [Piece::Literal(_)] => Self::Literal(text.into()),
            _ => Self::Text(pieces),
        })
    }

    /// The value with every expression replaced, or the expression that has no value.
    pub(crate) fn evaluate(&self, scope: &dyn Scope) -> Result<Value, String> {
        let missing = |expression: &Expression| format!("`{expression}` has no value");
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Expression(expression) => expression.evaluate(scope).ok_or_else(|| missing(expression)),
            Self::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Literal(literal) => text.push_str(literal),
                        Piece::Expression(it) => {
                            text.push_str(&plain(&it.evaluate(scope).ok_or_else(|| missing(it))?));
                        }
                    }
                }
                Ok(text.into())
            }
            Self::Selector(selector) => {
                let (context, question) = &**selector;
                let value = context.evaluate(scope).ok_or_else(|| missing(context))?;
                let selected = question.query(scope)?.select(&value)?;
                selected.ok_or_else(|| format!("the selector finds nothing in `{context}`"))
            }
            Self::List(items) => items.iter().map(|item| item.evaluate(scope)).collect(),
            Self::Object(members) => members
                .iter()
                .map(|(name, value)| Ok((name.clone(), value.evaluate(scope)?)))
                .collect::<Result<serde_json::Map<_, _>, String>>()
                .map(Value::Object),
        }
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{$") {
        let end = rest[start..].find('}').ok_or_else(|| format!("`{text}`: `{{$` is not closed"))? + start;
        if start > 0 {
            pieces.push(Piece::Literal(rest[..start].to_owned()));
        }
        pieces.push(Piece::Expression(Expression::parse(&rest[start + 1..end])?));
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

/// A value as it stands in a URL, a header or a text: a string without its quotes.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Answer;

    impl Scope for Answer {
        fn value(&self, source: &Source) -> Option<Value> {
            match source {
                Source::StatusCode => Some(json!(200)),
                Source::Response(Part::Body) => Some(json!({"keys": [{"kid": "0a", "a/b": 1}]})),
                Source::Step { step, output } if step == "s" && output == "list" => Some(json!([1, [2]])),
                _ => None,
            }
        }
    }

    fn value(text: &str) -> Option<Value> {
        Expression::parse(text).expect(text).evaluate(&Answer)
    }

    #[test]
    fn a_value_is_taken_out_by_pointer_by_name_and_by_index() {
        assert_eq!(value("$statusCode"), Some(json!(200)));
        assert_eq!(value("$response.body#/keys/0/kid"), Some(json!("0a")));
        assert_eq!(value("$response.body#/keys/0/a~1b"), Some(json!(1)));
        assert_eq!(value("$response.body.keys[0].kid"), Some(json!("0a")));
        assert_eq!(value("$steps.s.outputs.list[1][0]"), Some(json!(2)));
        assert_eq!(value("$response.body#/keys/1"), None);
    }

    #[test]
    fn a_template_keeps_types_and_embeds_texts() {
        let whole = Template::of_text("$steps.s.outputs.list").expect("reads");
        assert_eq!(whole.evaluate(&Answer), Ok(json!([1, [2]])));
        let path = Template::embedded("$.keys[{$statusCode}]").expect("reads");
        assert_eq!(path.evaluate(&Answer), Ok(json!("$.keys[200]")));
        let text = Template::of_text("a {$statusCode} b").expect("reads");
        assert_eq!(text.evaluate(&Answer), Ok(json!("a 200 b")));
        let missing = Template::of_text("x{$inputs.none}").expect("reads");
        assert_eq!(missing.evaluate(&Answer), Err("`$inputs.none` has no value".to_owned()));
    }

    #[test]
    fn what_is_no_expression_is_said_so() {
        for text in [
            "$",
            "$inputs.",
            "$message.payload",
            "$stepz.a.outputs.b",
            "$steps.a.b",
            "$response.cookie.x",
            "$response.body#x",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
        assert!(Template::of_text("a {$statusCode").is_err());
    }
}
