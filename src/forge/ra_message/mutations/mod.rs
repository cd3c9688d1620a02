//! Deviations of CertRA's and EtkRA's messages. Each is made before the message is signed, so that the
//! signature is right and the deviation is the only thing wrong; wrapping is done to the signed one.

use super::{Direction, Form, OPERATIONS, Order, Value};
use crate::forge::{Bench, Error, Made, Mutation, joined};

mod content;
mod etkra;
mod structure;
mod wrapped;

pub(super) const ETKRA: &[Mutation] = etkra::MUTATIONS;

pub(super) const CERTRA: [Mutation; COUNT] =
    joined(&[structure::MUTATIONS, content::MUTATIONS, wrapped::MUTATIONS]);

const COUNT: usize = structure::MUTATIONS.len() + content::MUTATIONS.len() + wrapped::MUTATIONS.len();

/// The order for one message, the rest as is usual.
fn order(operation: &str, direction: Direction) -> Order {
    let operation = OPERATIONS.iter().find(|it| it.name == operation).expect("an operation of the table");
    Order { operation, direction, refused: None, form: Form::Bare }
}

/// With what the message says changed.
fn said(bench: &Bench, order: &Order, change: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    let mut message = order.message(bench)?;
    let before = message.value.clone();
    change(&mut message.value);
    assert_ne!(before, message.value, "a mutation changes something");
    Ok(order.made_of(bench, message.xml()))
}

fn asked(bench: &Bench, operation: &str, change: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    said(bench, &order(operation, Direction::Request), change)
}

fn answered(bench: &Bench, operation: &str, change: impl FnOnce(&mut Value)) -> Result<Made, Error> {
    said(bench, &order(operation, Direction::Response), change)
}

/// A refusal, changed.
fn refused(
    bench: &Bench,
    operation: &str,
    code: &'static str,
    change: impl FnOnce(&mut Value),
) -> Result<Made, Error> {
    let order = Order { refused: Some(code), ..order(operation, Direction::Response) };
    said(bench, &order, |value| change(value.get_mut("Status").expect("a status")))
}

/// With one piece of the unsigned request replaced by another.
fn written(bench: &Bench, operation: &str, from: &str, to: &str) -> Result<Made, Error> {
    let order = order(operation, Direction::Request);
    let text = order.message(bench)?.xml();
    let changed = text.replacen(from, to, 1);
    assert_ne!(text, changed, "a mutation changes something");
    Ok(order.made_of(bench, changed))
}
