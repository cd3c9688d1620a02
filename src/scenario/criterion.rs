//! Arazzo's criteria: simple conditions, regular expressions and JSONPath.
//!
//! Parsed with the file. As Arazzo 1.0.1 says, texts are compared without regard to case.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::expression::{Expression, Scope, plain};

/// A condition that an answer must meet.
#[derive(Debug, Clone)]
pub(crate) struct Criterion {
    /// The condition as it was written.
    pub(crate) text: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Simple(Condition),
    Regex(Expression, Regex),
    JsonPath(Expression, Box<JsonPath>),
}

/// A simple condition.
#[derive(Debug, Clone)]
enum Condition {
    Value(Operand),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Compare(Operand, Operator, Operand),
}

#[derive(Debug, Clone)]
enum Operand {
    Literal(Value),
    Expression(Expression),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How a criterion is written: the `type` of Arazzo's criterion object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Simple,
    Regex,
    JsonPath,
}

impl Criterion {
    /// Reads a criterion.
    pub(crate) fn parse(text: &str, form: Form, context: Option<&str>) -> Result<Self, String> {
        let subject = || {
            let text =
                context.ok_or("expected `context` beside a condition that is not simple, found none")?;
            Expression::parse(text)
        };
        let test = match form {
            Form::Simple => Test::Simple(Parser::new(text).condition()?),
            Form::Regex => Test::Regex(
                subject()?,
                Regex::new(text).map_err(|error| format!("`{text}` is no regular expression: {error}"))?,
            ),
            Form::JsonPath => Test::JsonPath(
                subject()?,
                Box::new(JsonPath::parse(text).map_err(|error| format!("`{text}` is no JSONPath: {error}"))?),
            ),
        };
        Ok(Self { text: text.to_owned(), test })
    }

    /// Whether it holds.
    pub(crate) fn holds(&self, scope: &dyn Scope) -> bool {
        match &self.test {
            Test::Simple(condition) => condition.holds(scope),
            Test::Regex(subject, regex) => {
                subject.evaluate(scope).is_some_and(|value| regex.is_match(&plain(&value)))
            }
            Test::JsonPath(subject, path) => {
                subject.evaluate(scope).is_some_and(|value| !path.query(&value).is_empty())
            }
        }
    }

    /// What was found in place of what is expected: each expression with its value.
    pub(crate) fn found(&self, scope: &dyn Scope) -> String {
        let shown: Vec<String> = self
            .expressions()
            .into_iter()
            .map(|it| match it.evaluate(scope) {
                Some(value) => format!("{it} is {}", short(&value)),
                None => format!("{it} is not there"),
            })
            .collect();
        shown.join(", ")
    }

    /// Every expression in it.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        match &self.test {
            Test::Simple(condition) => {
                let mut all = Vec::new();
                condition.expressions(&mut all);
                all
            }
            Test::Regex(subject, _) | Test::JsonPath(subject, _) => vec![subject],
        }
    }
}

/// A value as one short line.
fn short(value: &Value) -> String {
    const KEPT: usize = 160;
    let text = value.to_string();
    match text.char_indices().nth(KEPT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

impl Condition {
    fn holds(&self, scope: &dyn Scope) -> bool {
        match self {
            Self::Value(operand) => truth(&operand.value(scope)),
            Self::Not(inner) => !inner.holds(scope),
            Self::And(left, right) => left.holds(scope) && right.holds(scope),
            Self::Or(left, right) => left.holds(scope) || right.holds(scope),
            Self::Compare(left, operator, right) => operator.holds(&left.value(scope), &right.value(scope)),
        }
    }

    fn expressions<'c>(&'c self, into: &mut Vec<&'c Expression>) {
        match self {
            Self::Value(operand) => into.extend(operand.expression()),
            Self::Not(inner) => inner.expressions(into),
            Self::And(left, right) | Self::Or(left, right) => {
                left.expressions(into);
                right.expressions(into);
            }
            Self::Compare(left, _, right) => {
                into.extend(left.expression().into_iter().chain(right.expression()));
            }
        }
    }
}

impl Operand {
    /// The value; what is missing compares as null.
    fn value(&self, scope: &dyn Scope) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Expression(expression) => expression.evaluate(scope).unwrap_or(Value::Null),
        }
    }

    fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Literal(_) => None,
            Self::Expression(expression) => Some(expression),
        }
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

impl Operator {
    fn holds(self, left: &Value, right: &Value) -> bool {
        match self {
            Self::Equal => equal(left, right),
            Self::NotEqual => !equal(left, right),
            Self::Less => order(left, right) == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order(left, right) == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.to_lowercase() == right.to_lowercase(),
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.to_lowercase().cmp(&right.to_lowercase())),
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        _ => None,
    }
}

/// Deepest nesting of brackets and negations that a condition may have.
const DEPTH: usize = 32;

struct Parser<'t> {
    whole: &'t str,
    rest: &'t str,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self { whole: text, rest: text, depth: 0 }
    }

    fn condition(mut self) -> Result<Condition, String> {
        let condition = self.or()?;
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() { Ok(condition) } else { Err(self.expected("an operator or the end")) }
    }

    fn expected(&self, what: &str) -> String {
        let rest = self.rest.trim_start();
        let found = if rest.is_empty() { "the end".to_owned() } else { format!("`{rest}`") };
        format!("`{}`: expected {what}, found {found}", self.whole)
    }

    fn eat(&mut self, token: &str) -> bool {
        let trimmed = self.rest.trim_start();
        let Some(rest) = trimmed.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn or(&mut self) -> Result<Condition, String> {
        let mut left = self.and()?;
        while self.eat("||") {
            left = Condition::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Condition, String> {
        let mut left = self.unary()?;
        while self.eat("&&") {
            left = Condition::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("`{}`: expected at most {DEPTH} levels of nesting", self.whole));
        }
        let condition = if !self.rest.trim_start().starts_with("!=") && self.eat("!") {
            Condition::Not(Box::new(self.unary()?))
        } else if self.eat("(") {
            let inner = self.or()?;
            if !self.eat(")") {
                return Err(self.expected("`)`"));
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Condition, String> {
        const OPERATORS: [(&str, Operator); 6] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let left = self.operand()?;
        for (token, operator) in OPERATORS {
            if self.eat(token) {
                return Ok(Condition::Compare(left, operator, self.operand()?));
            }
        }
        Ok(Condition::Value(left))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let text = self.rest.trim_start();
        if let Some(quoted) = text.strip_prefix('\'') {
            return self.quoted(quoted);
        }
        let ends = |c: char| c.is_whitespace() || "=!<>&|()".contains(c);
        let end = text.find(ends).unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        let operand = match token {
            "" => return Err(self.expected("a value or a runtime expression")),
            "true" => Operand::Literal(Value::Bool(true)),
            "false" => Operand::Literal(Value::Bool(false)),
            "null" => Operand::Literal(Value::Null),
            _ if token.starts_with('$') => Operand::Expression(Expression::parse(token)?),
            _ => match serde_json::from_str(token) {
                Ok(number @ Value::Number(_)) => Operand::Literal(number),
                _ => return Err(self.expected("a number, true, false, null, a 'text' or a `$` expression")),
            },
        };
        self.rest = rest;
        Ok(operand)
    }

    /// A text in single quotes; a quote in it is doubled.
    fn quoted(&mut self, mut from: &'t str) -> Result<Operand, String> {
        let mut text = String::new();
        loop {
            let Some(end) = from.find('\'') else { return Err(self.expected("a closing `'`")) };
            text.push_str(&from[..end]);
            from = &from[end + 1..];
            match from.strip_prefix('\'') {
                Some(rest) => {
                    text.push('\'');
                    from = rest;
                }
                None => break,
            }
        }
        self.rest = from;
        Ok(Operand::Literal(Value::String(text)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::expression::{Part, Source};

    struct Answer;

    impl Scope for Answer {
        fn value(&self, source: &Source) -> Option<Value> {
            match source {
                Source::StatusCode => Some(json!(404)),
                Source::Response(Part::Body) => Some(json!({"code": "NOT FOUND", "keys": [], "n": 1.0})),
                _ => None,
            }
        }
    }

    fn simple(text: &str) -> bool {
        Criterion::parse(text, Form::Simple, None).expect(text).holds(&Answer)
    }

    #[test]
    fn simple_conditions_compare_and_combine() {
        for text in [
            "$statusCode == 404",
            "$statusCode>=400 && $statusCode<500",
            "$statusCode == 204 || $statusCode == 404",
            "!($statusCode == 200)",
            "$response.body#/code == 'not found'",
            "$response.body.n == 1",
            "$response.header.Location == null",
            "$statusCode != 200 && ($response.body#/code != 'it''s' || false)",
            "'a' < 'b'",
        ] {
            assert!(simple(text), "{text}");
        }
        for text in ["$statusCode == 200", "$statusCode < 404", "$response.body.code", "!true"] {
            assert_eq!(simple(text), text == "$response.body.code", "{text}");
        }
        assert!(!simple("1 < 'b'"), "what cannot be ordered is not less");
    }

    #[test]
    fn other_forms_look_into_their_context() {
        let body = Some("$response.body");
        let path = Criterion::parse("$[?length(@) == 0]", Form::JsonPath, body).expect("reads");
        assert!(path.holds(&Answer));
        let regex = Criterion::parse("^4\\d\\d$", Form::Regex, Some("$statusCode")).expect("reads");
        assert!(regex.holds(&Answer));
        assert!(Criterion::parse("^4", Form::Regex, None).is_err(), "without context");
    }

    #[test]
    fn a_misspelt_condition_says_what_was_expected_where() {
        let problem = |text| Criterion::parse(text, Form::Simple, None).expect_err(text);
        assert_eq!(
            problem("$statusCode = 200"),
            "`$statusCode = 200`: expected an operator or the end, found `= 200`"
        );
        assert_eq!(
            problem("$statusCode =="),
            "`$statusCode ==`: expected a value or a runtime expression, found the end"
        );
        assert!(problem("$statusCode == 'x").contains("closing"));
        assert!(problem(&"(".repeat(100)).contains("levels of nesting"));
    }

    #[test]
    fn a_failed_condition_shows_what_was_found() {
        let criterion = Criterion::parse("$statusCode == 200", Form::Simple, None).expect("reads");
        assert_eq!(criterion.found(&Answer), "$statusCode is 404");
    }
}
