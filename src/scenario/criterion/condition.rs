//! A simple condition of Arazzo: values, comparisons, and what combines them.
//!
//! As Arazzo says, texts are compared without regard to case, and nothing equals what is missing but
//! null.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::expression::{Expression, Scope};

/// A simple condition.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    Value(Operand),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Compare(Operand, Operator, Operand),
}

/// A side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Literal(Value),
    Expression(Expression),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    pub(super) fn holds(&self, scope: &dyn Scope) -> bool {
        match self {
            Self::Value(operand) => truth(&operand.value(scope)),
            Self::Not(inner) => !inner.holds(scope),
            Self::And(left, right) => left.holds(scope) && right.holds(scope),
            Self::Or(left, right) => left.holds(scope) || right.holds(scope),
            Self::Compare(left, operator, right) => operator.holds(&left.value(scope), &right.value(scope)),
        }
    }

    pub(super) fn expressions<'c>(&'c self, into: &mut Vec<&'c Expression>) {
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
