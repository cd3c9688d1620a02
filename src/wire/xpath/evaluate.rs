//! Evaluation, within a bound on the nodes that are visited.

use std::cell::Cell;

use super::function;
use super::parse::{Axis, Expression, Path, Start, Step, Test};
use super::token::Operator;
use super::tree::{Item, Sort, Tree};
use super::value::{Value, number_of};

/// Most nodes that one evaluation visits or compares.
const VISITS: u64 = 20_000_000;

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'd> {
    pub(super) tree: Tree<'d>,
    pub(super) item: Item,
    pub(super) position: usize,
    pub(super) size: usize,
    left: &'s Cell<u64>,
}

pub(super) fn evaluate(expression: &Expression, tree: Tree<'_>) -> Result<Value, String> {
    let left = Cell::new(VISITS);
    Scope { tree, item: Item::ROOT, position: 1, size: 1, left: &left }.value(expression)
}

impl Scope<'_, '_> {
    pub(super) fn value(self, expression: &Expression) -> Result<Value, String> {
        self.spend(1)?;
        Ok(match expression {
            Expression::Literal(text) => Value::Text(text.clone()),
            Expression::Number(number) => Value::Number(*number),
            Expression::Negated(inner) => Value::Number(-self.value(inner)?.number(self.tree)),
            Expression::Call(function, arguments) => function::call(*function, arguments, self)?,
            Expression::Path(path) => Value::Nodes(self.path(path)?),
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right)?,
        })
    }

    /// The nodes of an expression that must be some.
    pub(super) fn nodes(self, expression: &Expression) -> Result<Vec<Item>, String> {
        match self.value(expression)? {
            Value::Nodes(nodes) => Ok(nodes),
            Value::Text(_) | Value::Number(_) | Value::Boolean(_) => {
                Err("expected nodes, found a text, a number or a truth value".to_owned())
            }
        }
    }

    fn spend(self, visits: usize) -> Result<(), String> {
        let left = self.left.get().checked_sub(visits as u64);
        self.left.set(left.ok_or("the expression visits too many nodes of this document")?);
        Ok(())
    }

    fn binary(self, operator: Operator, left: &Expression, right: &Expression) -> Result<Value, String> {
        let numbers = |with: fn(f64, f64) -> f64| -> Result<Value, String> {
            let (left, right) = (self.value(left)?, self.value(right)?);
            Ok(Value::Number(with(left.number(self.tree), right.number(self.tree))))
        };
        match operator {
            Operator::Or => Ok(Value::Boolean(self.value(left)?.truth() || self.value(right)?.truth())),
            Operator::And => Ok(Value::Boolean(self.value(left)?.truth() && self.value(right)?.truth())),
            Operator::Plus => numbers(|a, b| a + b),
            Operator::Minus => numbers(|a, b| a - b),
            Operator::Times => numbers(|a, b| a * b),
            Operator::Div => numbers(|a, b| a / b),
            Operator::Mod => numbers(|a, b| a % b),
            Operator::Union => {
                let mut nodes = self.nodes(left)?;
                nodes.extend(self.nodes(right)?);
                Ok(Value::Nodes(in_order(nodes)))
            }
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => {
                self.compare(operator, &self.value(left)?, &self.value(right)?).map(Value::Boolean)
            }
        }
    }

    /// Section 3.4: nodes compare when one of them does.
    fn compare(self, operator: Operator, left: &Value, right: &Value) -> Result<bool, String> {
        let texts = |nodes: &[Item]| -> Vec<String> { nodes.iter().map(|it| self.tree.text(*it)).collect() };
        match (left, right) {
            (Value::Nodes(a), Value::Nodes(b)) => {
                self.spend(a.len().saturating_mul(b.len()))?;
                let (a, b) = (texts(a), texts(b));
                Ok(a.iter().any(|a| {
                    b.iter().any(|b| match operator {
                        Operator::Equal => a == b,
                        Operator::NotEqual => a != b,
                        _ => holds(operator, number_of(a), number_of(b)),
                    })
                }))
            }
            (Value::Nodes(_), Value::Boolean(_)) | (Value::Boolean(_), Value::Nodes(_)) => {
                Ok(self.scalars(operator, &Value::Boolean(left.truth()), &Value::Boolean(right.truth())))
            }
            (Value::Nodes(nodes), other) => {
                let mut texts = texts(nodes).into_iter().map(Value::Text);
                Ok(texts.any(|text| self.scalars(operator, &text, other)))
            }
            (other, Value::Nodes(nodes)) => {
                let mut texts = texts(nodes).into_iter().map(Value::Text);
                Ok(texts.any(|text| self.scalars(operator, other, &text)))
            }
            (left, right) => Ok(self.scalars(operator, left, right)),
        }
    }

    fn scalars(self, operator: Operator, left: &Value, right: &Value) -> bool {
        let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        let equal = match (left, right) {
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) if equality => left.truth() == right.truth(),
            (Value::Text(left), Value::Text(right)) if equality => left == right,
            _ => return holds(operator, left.number(self.tree), right.number(self.tree)),
        };
        equal == (operator == Operator::Equal)
    }

    fn path(self, path: &Path) -> Result<Vec<Item>, String> {
        let mut nodes = match &path.start {
            Start::Context => vec![self.item],
            Start::Root => vec![Item::ROOT],
            Start::Filtered(primary, predicates) => self.filter(self.nodes(primary)?, predicates)?,
        };
        for step in &path.steps {
            let mut found = Vec::new();
            for item in nodes {
                found.extend(self.step(step, item)?);
            }
            nodes = in_order(found);
        }
        Ok(nodes)
    }

    fn step(self, step: &Step, item: Item) -> Result<Vec<Item>, String> {
        let mut along = Vec::new();
        self.tree.along(step.axis, item, &mut along);
        self.spend(along.len())?;
        along.retain(|item| self.passes(&step.test, step.axis, *item));
        self.filter(along, &step.predicates)
    }

    /// What the predicates keep; positions count along the axis.
    fn filter(self, mut items: Vec<Item>, predicates: &[Expression]) -> Result<Vec<Item>, String> {
        for predicate in predicates {
            let size = items.len();
            let mut kept = Vec::new();
            for (index, item) in items.into_iter().enumerate() {
                let position = index + 1;
                let keep = match (Self { item, position, size, ..self }).value(predicate)? {
                    #[expect(clippy::float_cmp, reason = "XPath compares positions as numbers")]
                    Value::Number(number) => number == position as f64,
                    other => other.truth(),
                };
                if keep {
                    kept.push(item);
                }
            }
            items = kept;
        }
        Ok(items)
    }

    fn passes(self, test: &Test, axis: Axis, item: Item) -> bool {
        let fits = |namespace: &Option<String>, local: &Option<String>, found: (&str, &str)| {
            namespace.as_ref().is_none_or(|it| it == found.0) && local.as_ref().is_none_or(|it| it == found.1)
        };
        if let Some(attribute) = self.tree.attribute(item) {
            return match test {
                Test::Node => true,
                Test::Named { namespace, local } if axis == Axis::Attribute => {
                    fits(namespace, local, (attribute.namespace(), attribute.local()))
                }
                Test::Named { .. } | Test::Text | Test::Comment | Test::Instruction(_) => false,
            };
        }
        match (test, self.tree.sort(item)) {
            (Test::Node, _) | (Test::Text, Sort::Text) | (Test::Comment, Sort::Comment) => true,
            (Test::Instruction(wanted), Sort::Instruction(target)) => {
                wanted.as_ref().is_none_or(|it| it == target)
            }
            (Test::Named { namespace, local }, Sort::Element(element)) => {
                fits(namespace, local, (element.namespace(), element.local()))
            }
            (Test::Named { .. } | Test::Text | Test::Comment | Test::Instruction(_), _) => false,
        }
    }
}

#[expect(clippy::float_cmp, reason = "XPath compares numbers as IEEE 754 does")]
fn holds(operator: Operator, left: f64, right: f64) -> bool {
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Less => left < right,
        Operator::LessOrEqual => left <= right,
        Operator::Greater => left > right,
        Operator::GreaterOrEqual => left >= right,
        Operator::Or
        | Operator::And
        | Operator::Plus
        | Operator::Minus
        | Operator::Times
        | Operator::Div
        | Operator::Mod
        | Operator::Union => false,
    }
}

fn in_order(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_unstable();
    items.dedup();
    items
}
