//! What the rules of several tokens say about claims in the same way.

use crate::base::time::Instant;
use crate::model::shape::{Misfit, misfits};
use crate::model::token::{NumericDate, SHAPE, Token};
use crate::rule::{Checked, Cx};
use crate::wire::json::{Type, Value};

/// Seconds since 1970 of the year 3000: what lies behind it was counted in milliseconds.
const IMPLAUSIBLE: f64 = 32_503_680_000.0;

/// Reports a claim of the token; paths stand inside the payload.
pub(crate) fn fail(token: &Token<'_>, value: Value<'_>, message: impl Into<String>, cx: &mut Cx<'_>) {
    cx.within("payload", token.jws.compact.payload().map(), |cx| {
        cx.fail(value.pointer(), value.span(), message);
    });
}

pub(crate) fn not_an_object(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if token.claims.kind() != Type::Object {
        cx.unreadable();
        fail(
            token,
            token.claims,
            format!("expected a JSON object of claims, found {}", token.claims.kind()),
            cx,
        );
    }
    Some(Checked)
}

pub(crate) fn mistyped(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if token.claims.kind() != Type::Object {
        return None;
    }
    for misfit in misfits(token.claims, SHAPE) {
        if let Misfit::Mistyped(value, types) = misfit {
            let expected: Vec<String> = types.iter().map(ToString::to_string).collect();
            fail(token, value, format!("expected {}, found {}", expected.join(" or "), value.kind()), cx);
        }
    }
    for element in token.claim("aud").into_iter().flat_map(Value::elements).take(64) {
        if element.as_str().is_none() {
            fail(token, element, format!("expected a string, found {}", element.kind()), cx);
        }
    }
    Some(Checked)
}

pub(crate) fn missing(token: &Token<'_>, names: &[&str], cx: &mut Cx<'_>) -> Option<Checked> {
    if token.claims.kind() != Type::Object {
        return None;
    }
    for name in names.iter().filter(|name| token.claim(name).is_none()) {
        fail(token, token.claims, format!("expected a claim {name}, found none"), cx);
    }
    Some(Checked)
}

pub(crate) fn seconds(now: Instant) -> f64 {
    now.unix_timestamp_nanos() as f64 / 1e9
}

pub(crate) fn time_implausible(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let dates = || ["exp", "nbf", "iat"].into_iter().filter_map(|name| token.date(name));
    dates().next()?;
    for (value, NumericDate(date)) in dates() {
        if date < 0.0 {
            fail(token, value, "expected seconds since 1970, found a number below zero", cx);
        } else if date > IMPLAUSIBLE {
            fail(token, value, "expected seconds since 1970, found a number that reads as milliseconds", cx);
        }
    }
    Some(Checked)
}

pub(crate) fn expired(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, NumericDate(exp)) = token.date("exp")?;
    if seconds(cx.as_of()?) >= exp {
        fail(token, value, "expected a time that lies ahead, found one that has come", cx);
    }
    Some(Checked)
}

pub(crate) fn not_yet_valid(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, NumericDate(nbf)) = token.date("nbf")?;
    if seconds(cx.as_of()?) < nbf {
        fail(token, value, "expected a time that has come, found one that lies ahead", cx);
    }
    Some(Checked)
}

pub(crate) fn issued_ahead(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, NumericDate(iat)) = token.date("iat")?;
    if seconds(cx.as_of()?) < iat {
        fail(token, value, "expected a time of issue that has come, found one that lies ahead", cx);
    }
    Some(Checked)
}

pub(crate) fn times_contradict(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, NumericDate(exp)) = token.date("exp")?;
    let (_, NumericDate(iat)) = token.date("iat")?;
    if exp <= iat {
        fail(token, value, "expected exp after iat, found it before or at the same time", cx);
    }
    Some(Checked)
}
