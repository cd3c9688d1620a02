//! The window of a query: the five rules of the cookbook for NotBefore and NotOnOrAfter.
//!
//! 1. where they stand they are instants, in UTC (`value-malformed`, `time-not-utc`);
//! 2. the current instant lies between them (`window-closed`);
//! 3. an empty NotBefore without a NotOnOrAfter is accepted;
//! 4. NotBefore must not lie after NotOnOrAfter (`window-inverted`);
//! 5. a NotBefore without a NotOnOrAfter is accepted.

use crate::base::Profile;
use crate::base::time::{self, Duration};
use crate::model::saml::query::AttributeQuery;
use crate::model::saml::value::{Sort, Value};
use crate::model::xsd::Misfit;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};

rule! { AttributeQuery =>
    /// The instant of judgement lies outside of the window
    ///
    /// Rule 2: the current date must be after NotBefore and before NotOnOrAfter, otherwise the request
    /// is rejected. NotBefore itself passes, as SAML has it; NotOnOrAfter does not. The cookbook adds that
    /// in some particular cases, which it does not name, the window may lie in the past; its own example
    /// is one of them. Under `field` it is a warning.
    "attribute-query.window-closed": ERROR.in_field(Warning) => window_closed,
        clauses: &["AA-5.3.1.6-13", "AA-5.3.1.6-08", "AA-5.3.1.6-01"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.6", Force::Must, "The current date must be after NotBefore and before NotOnOrAfter, otherwise the request will be rejected")],
        defects: &["SD-165", "SD-167"],
        catalogue: &["SM-13", "SM-30"];

    /// NotBefore lies after NotOnOrAfter, or is the same instant
    ///
    /// Rule 4: then the request is rejected. That they must not be equal either is SAML's.
    "attribute-query.window-inverted": ERROR => window_inverted,
        clauses: &["AA-5.3.1.6-08", "AA-5.3.1.8-16"],
        cites: &[
            cite("AA cookbook 1.8", "5.3.1.6", Force::Must, "If NotBefore represents a date greater than the date contained in NotOnOrAfter, then the request will be rejected"),
            cite("SAML core 2.0", "2.4.1.2", Force::Must, "the value for NotBefore MUST be less than (earlier than) the value for NotOnOrAfter"),
        ],
        defects: &["SD-166"],
        catalogue: &["SM-13"];

    /// NotBefore is empty although NotOnOrAfter stands
    ///
    /// Rules 1 and 3: a present attribute is an instant, and the empty NotBefore is accepted where
    /// NotOnOrAfter is absent. An empty NotBefore with a NotOnOrAfter is neither.
    "attribute-query.window-half-empty": ERROR.not_in_standard() => window_half_empty,
        clauses: &["AA-5.3.1.6-02", "AA-5.3.1.6-05", "AA-5.3.1.6-08"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.6", Force::Must, "If NotBefore is empty and NotOnOrAfter is not present, the request can be accepted")],
        defects: &["SD-25", "SD-166", "SD-168"],
        catalogue: &["SM-13"];

    /// A value is none of its type
    ///
    /// Instants are `xs:dateTime`, identifiers names without a colon, and so on. Where the cookbook's
    /// third rule allows an empty NotBefore, that is none here.
    "attribute-query.value-malformed": ERROR => value_malformed,
        clauses: &["AA-5.3.1.6-08", "AA-5.3.1.8-16", "AA-5.3.1.8-05"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.6", Force::Must, "their value must be a time encoded in UTC; otherwise the request will be rejected")],
        defects: &["SD-25", "SD-168"],
        catalogue: &["SM-04", "SM-06", "SM-13", "SM-24"];

    /// The window crosses midnight
    ///
    /// Some attributes cannot be verified for a date after today, so that a window that ends tomorrow may
    /// fail. Which midnight, Belgian or UTC, is not said; here it is that of UTC.
    "attribute-query.window-crosses-midnight": WARNING.not_in_standard() => window_crosses_midnight,
        clauses: &["AA-5.3.1.6-20"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.6", Force::Should, "you should be careful when sending an AttributeQuery around midnight")],
        defects: &["SD-169", "SD-170", "SD-171"],
        catalogue: &["SM-13"];

    /// Whether the window is open now cannot be told
    ///
    /// The query has a window, and no instant was given to judge it by. Give one: `--as-of`.
    "attribute-query.instant-unknown": INCONCLUSIVE => instant_unknown,
        cites: &[cite("etalon", "time", Force::House, "time is an input")];
}

/// NotBefore and NotOnOrAfter of every confirmation.
fn windows<'d>(query: &AttributeQuery<'d>) -> Vec<(Option<Value<'d>>, Option<Value<'d>>)> {
    let confirmations = query.subject.iter().flat_map(|subject| &subject.confirmations);
    confirmations
        .map(|it| (it.datum("NotBefore", Sort::Time), it.datum("NotOnOrAfter", Sort::Time)))
        .collect()
}

fn window_closed(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    let mut met = None;
    for (start, end) in windows(query) {
        for (value, is_end) in [(start, false), (end, true)] {
            let Some(value) = value else { continue };
            let Some(instant) = value.instant() else { continue };
            met = Some(Checked);
            let (outside, side) =
                if is_end { (now >= instant.instant, "after") } else { (now < instant.instant, "up to") };
            if outside {
                let text = format!(
                    "expected {} {side} {}, found {}",
                    value.name(),
                    time::format(now),
                    value.shown()
                );
                cx.fail(value.path(), value.span, text);
            }
        }
    }
    met
}

fn window_inverted(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (start, end) in windows(query) {
        let (Some(start), Some(end)) = (start, end) else { continue };
        let (Some(from), Some(to)) = (start.instant(), end.instant()) else { continue };
        met = Some(Checked);
        if from.instant >= to.instant {
            cx.fail(
                end.path(),
                end.span,
                format!("expected a NotOnOrAfter after NotBefore, found {}", end.shown()),
            );
        }
    }
    met
}

fn window_half_empty(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (start, end) in windows(query) {
        let Some(start) = start else { continue };
        met = Some(Checked);
        if start.text.trim().is_empty() && end.is_some() {
            cx.fail(
                start.path(),
                start.span,
                "expected an instant in NotBefore beside NotOnOrAfter, found nothing",
            );
        }
    }
    met
}

/// Whether a misfit is the empty NotBefore that the cookbook accepts, or judges as half empty.
fn is_empty_not_before(misfit: &Misfit) -> bool {
    matches!(misfit, Misfit::Value { what, found: Some(found), .. } if what == "@NotBefore" && found.trim().is_empty())
}

fn value_malformed(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let strict = cx.profile() == Profile::Standard;
    cx.fail_on(&query.misfits, |misfit| {
        misfit.is_value_malformed() && (strict || !is_empty_not_before(misfit))
    });
    query.is_query.then_some(Checked)
}

fn window_crosses_midnight(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (start, end) in windows(query) {
        let (Some(start), Some(end)) = (start, end) else { continue };
        let (Some(from), Some(to)) = (start.instant(), end.instant()) else { continue };
        met = Some(Checked);
        // The end itself is outside of the window.
        let last = to.instant - Duration::NANOSECOND;
        if from.instant < to.instant && from.instant.date() != last.date() {
            cx.fail(
                end.path(),
                end.span,
                format!("expected a window within one day, found an end at {}", end.shown()),
            );
        }
    }
    met
}

fn instant_unknown(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (start, end) = windows(query).into_iter().find(|(start, end)| start.is_some() || end.is_some())?;
    let value = end.or(start).filter(|value| !value.text.trim().is_empty())?;
    if cx.as_of().is_none() {
        let text = "expected an instant to judge the window by, found none";
        cx.fail(value.path(), value.span, text).hint("give --as-of");
    }
    Some(Checked)
}
