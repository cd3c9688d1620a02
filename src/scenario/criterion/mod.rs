//! Arazzo's criteria: simple conditions, and queries of their context.
//!
//! Parsed with the file, so that a misspelt one is a problem of the file and not a failure of the
//! target.

use serde_json::Value;

use super::expression::{Expression, Scope};
use super::query::{Language, Namespaces, Question};

mod condition;
mod parser;

use condition::Condition;
use parser::Parser;

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
    Query(Expression, Question),
}

/// How a criterion is written: the `type` of Arazzo's criterion object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Simple,
    Query(Language),
}

impl Criterion {
    /// Reads a criterion. `namespaces` says what the prefixes of an XPath stand for.
    pub(crate) fn parse(
        text: &str,
        form: Form,
        context: Option<&str>,
        namespaces: &Namespaces,
    ) -> Result<Self, String> {
        let subject = || {
            let text =
                context.ok_or("expected `context` beside a condition that is not simple, found none")?;
            Expression::parse(text)
        };
        let test = match form {
            Form::Simple => Test::Simple(Parser::new(text).condition()?),
            Form::Query(language) => Test::Query(subject()?, Question::parse(language, text, namespaces)?),
        };
        Ok(Self { text: text.to_owned(), test })
    }

    /// Whether it holds. One that cannot be evaluated does not.
    pub(crate) fn holds(&self, scope: &dyn Scope) -> bool {
        match &self.test {
            Test::Simple(condition) => condition.holds(scope),
            Test::Query(subject, question) => subject
                .evaluate(scope)
                .is_some_and(|value| question.query(scope).and_then(|it| it.holds(&value)) == Ok(true)),
        }
    }

    /// What was found in place of what is expected: each expression with its value.
    pub(crate) fn found(&self, scope: &dyn Scope) -> String {
        let mut shown: Vec<String> = self
            .expressions()
            .into_iter()
            .map(|it| match it.evaluate(scope) {
                Some(value) => format!("{it} is {}", short(&value)),
                None => format!("nothing at {it}"),
            })
            .collect();
        if let Test::Query(subject, question) = &self.test
            && let Some(value) = subject.evaluate(scope)
            && let Err(why) = question.query(scope).and_then(|query| query.holds(&value))
        {
            shown.push(why);
        }
        shown.join(", ")
    }

    /// Every expression in it.
    fn expressions(&self) -> Vec<&Expression> {
        match &self.test {
            Test::Simple(condition) => {
                let mut all = Vec::new();
                condition.expressions(&mut all);
                all
            }
            Test::Query(subject, _) => vec![subject],
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
        Criterion::parse(text, Form::Simple, None, &Namespaces::default()).expect(text).holds(&Answer)
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
        let path = Criterion::parse(
            "$[?length(@) == 0]",
            Form::Query(Language::JsonPath),
            body,
            &Namespaces::default(),
        )
        .expect("reads");
        assert!(path.holds(&Answer));
        let regex = Criterion::parse(
            "^4\\d\\d$",
            Form::Query(Language::Regex),
            Some("$statusCode"),
            &Namespaces::default(),
        )
        .expect("reads");
        assert!(regex.holds(&Answer));
        assert!(
            Criterion::parse("^4", Form::Query(Language::Regex), None, &Namespaces::default()).is_err(),
            "without context"
        );
    }

    #[test]
    fn a_query_takes_the_values_of_the_expressions_in_it() {
        let code = Some("$response.body#/code");
        let regex = |text: &str| {
            Criterion::parse(text, Form::Query(Language::Regex), code, &Namespaces::default()).expect("reads")
        };
        assert!(!regex("^{$statusCode}$").holds(&Answer));
        assert!(regex("^NOT FOUND{$response.body#/none}$").found(&Answer).contains("has no value"));
        let whole = Criterion::parse(
            "^{$statusCode}$",
            Form::Query(Language::Regex),
            Some("$statusCode"),
            &Namespaces::default(),
        );
        assert!(whole.expect("reads").holds(&Answer));
    }

    #[test]
    fn a_misspelt_condition_says_what_was_expected_where() {
        let problem =
            |text| Criterion::parse(text, Form::Simple, None, &Namespaces::default()).expect_err(text);
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
        let criterion = Criterion::parse("$statusCode == 200", Form::Simple, None, &Namespaces::default())
            .expect("reads");
        assert_eq!(criterion.found(&Answer), "$statusCode is 404");
    }
}
