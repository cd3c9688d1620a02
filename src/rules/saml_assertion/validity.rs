//! Conditions: the window in which an assertion is valid, and conditions that are not known.

use crate::base::time::{self, Duration};
use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{ASSERTION_1, ASSERTION_2, Version};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, NOTE, WARNING, cite};

rule! { Assertion =>
    /// The assertion has expired
    ///
    /// `NotOnOrAfter` is the first instant at which it is no longer valid: at that very instant it has
    /// expired. There is no tolerance here; a service may have one.
    "saml-assertion.expired": ERROR => expired,
        clauses: &["AA-5.3.2.10-05"],
        cites: &[cite("SAML core 2.0", "2.5.1.2", Force::Fact, "The NotOnOrAfter attribute specifies the time instant at which the validity interval has ended.")],
        catalogue: &["SM-14"];

    /// The assertion is not valid yet
    ///
    /// `NotBefore` is the first instant at which it is valid.
    "saml-assertion.not-yet-valid": ERROR => not_yet_valid,
        clauses: &["AA-5.3.2.10-03", "AA-5.3.2.13-30"],
        cites: &[cite("SAML core 2.0", "2.5.1.2", Force::Fact, "The NotBefore attribute specifies the time instant at which the validity interval begins")],
        catalogue: &["SM-14"];

    /// The session of the subject has ended
    ///
    /// `SessionNotOnOrAfter` is the instant at which the session between the subject and the authority
    /// that authenticated it is to be considered ended. It is apart from the conditions: an assertion
    /// may be valid for minutes and the session for hours, or the converse. Where several
    /// authentications are stated, one whose session goes on is enough.
    "saml-assertion.session-ended": ERROR => session_ended,
        cites: &[cite("SAML core 2.0", "2.7.2", Force::Must, "the session between the principal identified by the subject and the SAML authority issuing this statement MUST be considered ended")],
        catalogue: &["SM-14"];

    /// The window of validity is empty
    ///
    /// NotBefore must lie before NotOnOrAfter; otherwise there is no instant at which the assertion is
    /// valid.
    "saml-assertion.window-inverted": ERROR => window_inverted,
        cites: &[cite("SAML core 2.0", "2.5.1.2", Force::Must, "the value for NotBefore MUST be less than (earlier than) the value for NotOnOrAfter")],
        catalogue: &["SM-14"];

    /// Whether the assertion is valid now cannot be told
    ///
    /// It has a window of validity, and no instant was given to judge it by. Give one: `--as-of`.
    "saml-assertion.instant-unknown": INCONCLUSIVE => instant_unknown,
        cites: &[cite("etalon", "time", Force::House, "time is an input")];

    /// A condition is not known
    ///
    /// A receiver that does not understand a condition cannot tell whether the assertion is valid, and
    /// must not rely on it.
    "saml-assertion.condition-unknown": INCONCLUSIVE => condition_unknown,
        cites: &[cite("SAML core 2.0", "2.5.1.1", Force::Must, "the validity of the assertion cannot be determined and is considered to be Indeterminate")],
        catalogue: &["SM-14"];

    /// A condition that may stand once stands twice
    ///
    /// OneTimeUse and ProxyRestriction stand at most once.
    "saml-assertion.condition-repeated": ERROR => condition_repeated,
        cites: &[cite("SAML core 2.0", "2.5.1.5", Force::Must, "A SAML authority MUST NOT include more than one <OneTimeUse> element within a <Conditions> element of an assertion")],
        catalogue: &["SM-16"];

    /// The assertion may be used once
    ///
    /// OneTimeUse (DoNotCacheCondition in SAML 1.1) asks the receiver to keep nothing and to refuse the
    /// same assertion a second time. That takes memory over messages, which a judge of one message does
    /// not have.
    "saml-assertion.one-time-use": NOTE => one_time_use,
        clauses: &["AA-5.3.2.13-31"],
        cites: &[cite("SAML core 2.0", "2.5.1.5", Force::Should, "indicates that the assertion SHOULD be used immediately by the relying party and MUST NOT be retained for future use")],
        catalogue: &["SM-16"];

    /// A token of the STS is not valid for twelve hours
    ///
    /// IAM eXchange says that its holder-of-key tokens live for twelve hours. A shorter or longer one is
    /// a warning; the cookbook's own example says `expires_in` 43500, twelve hours and five minutes.
    "saml-assertion.lifetime-other": WARNING.not_in_standard().not_in_field() => lifetime_other,
        clauses: &["IX-6.1.2-02"],
        cites: &[cite("IAM eXchange cookbook 1.1", "6.1.2", Force::Fact, "limited validity period defined to 12 hours")],
        defects: &["SD-15"];

    /// An answer of the Attribute Authority is not valid for five minutes
    ///
    /// The cookbook's example has a window of five minutes. No text fixes it; a window of hours lets an
    /// answer be kept and shown again.
    "saml-assertion.window-long": NOTE.not_in_standard().not_in_field() => window_long,
        clauses: &["AA-5.3.2.13-29"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.13", Force::Fact, "NotBefore=\"2012-07-04T07:56:21.167Z\" NotOnOrAfter=\"2012-07-04T08:01:21.167Z\"")],
        defects: &["SD-183"];
}

fn expired(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    let end = assertion.condition("NotOnOrAfter")?;
    if now >= end.instant()?.instant {
        let text = format!("expected a NotOnOrAfter after {}, found {}", time::format(now), end.shown());
        cx.fail(end.path(), end.span, text);
    }
    Some(Checked)
}

fn not_yet_valid(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    let start = assertion.condition("NotBefore")?;
    if now < start.instant()?.instant {
        let text = format!("expected a NotBefore up to {}, found {}", time::format(now), start.shown());
        cx.fail(start.path(), start.span, text);
    }
    Some(Checked)
}

fn session_ended(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    let ends = assertion
        .statements("AuthnStatement")
        .map(|statement| Value::at(statement, "SessionNotOnOrAfter", Sort::Time));
    // A session without an end goes on.
    let ends = ends.collect::<Option<Vec<_>>>()?;
    let last = ends.iter().max_by_key(|end| end.instant().map(|end| end.instant))?;
    if ends.iter().all(|end| end.instant().is_some_and(|end| now >= end.instant)) {
        let text =
            format!("expected a SessionNotOnOrAfter after {}, found {}", time::format(now), last.shown());
        cx.fail(last.path(), last.span, text);
    }
    Some(Checked)
}

/// The window of the conditions, where both ends are instants.
fn window<'d>(assertion: &Assertion<'d>) -> Option<(Value<'d>, Duration)> {
    let start = assertion.condition("NotBefore")?;
    let end = assertion.condition("NotOnOrAfter")?;
    let length = end.instant()?.instant - start.instant()?.instant;
    Some((end, length))
}

fn window_inverted(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (end, length) = window(assertion)?;
    if length <= Duration::ZERO {
        let text = format!("expected a NotOnOrAfter after NotBefore, found {}", end.shown());
        cx.fail(end.path(), end.span, text);
    }
    Some(Checked)
}

fn instant_unknown(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let end = assertion.condition("NotOnOrAfter").or_else(|| assertion.condition("NotBefore"))?;
    if cx.as_of().is_none() {
        let text = "expected an instant to judge the window of validity by, found none";
        cx.fail(end.path(), end.span, text).hint("give --as-of");
    }
    Some(Checked)
}

fn condition_unknown(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let conditions = assertion.conditions?;
    for child in conditions.elements() {
        let known = match child.namespace() {
            ASSERTION_1 => matches!(child.local(), "AudienceRestrictionCondition" | "DoNotCacheCondition"),
            ASSERTION_2 => matches!(child.local(), "AudienceRestriction" | "OneTimeUse" | "ProxyRestriction"),
            _ => false,
        };
        if !known {
            let text = format!("expected a condition that SAML defines, found {}", child.name());
            cx.fail(child.path(), child.start_tag(), text);
        }
    }
    Some(Checked)
}

fn condition_repeated(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let conditions = assertion.conditions?;
    for name in ["OneTimeUse", "ProxyRestriction"] {
        for again in conditions.all(ASSERTION_2, name).skip(1) {
            cx.fail(again.path(), again.start_tag(), format!("expected one {name}, found another one"));
        }
    }
    Some(Checked)
}

fn one_time_use(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let conditions = assertion.conditions?;
    for child in conditions.elements().filter(|it| matches!(it.local(), "OneTimeUse" | "DoNotCacheCondition"))
    {
        cx.fact("one_time_use", true);
        cx.fail(
            child.path(),
            child.start_tag(),
            "expected an assertion that can be kept, found one for a single use",
        );
    }
    Some(Checked)
}

fn lifetime_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (end, length) = window(assertion)?;
    if assertion.version != Version::V1 {
        return None;
    }
    // The example's five minutes more are the cookbook's own, too.
    if length < Duration::hours(12) || length > Duration::hours(12) + Duration::minutes(5) {
        let text = format!("expected a window of 12 hours, found one of {} minutes", length.whole_minutes());
        cx.fail(end.path(), end.span, text);
    }
    Some(Checked)
}

fn window_long(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (end, length) = window(assertion)?;
    if assertion.version != Version::V2 {
        return None;
    }
    if length > Duration::minutes(5) {
        let text = format!("expected a window of 5 minutes, found one of {} minutes", length.whole_minutes());
        cx.fail(end.path(), end.span, text);
    }
    Some(Checked)
}
