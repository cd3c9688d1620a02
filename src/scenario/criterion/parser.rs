//! From the text of a simple condition to a [`Condition`].

use serde_json::Value;

use super::super::expression::Expression;
use super::condition::{Condition, Operand, Operator};

/// Deepest nesting of brackets and negations that a condition may have.
const DEPTH: usize = 32;

pub(super) struct Parser<'t> {
    whole: &'t str,
    rest: &'t str,
    depth: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { whole: text, rest: text, depth: 0 }
    }

    pub(super) fn condition(mut self) -> Result<Condition, String> {
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
