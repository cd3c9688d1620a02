//! Whom an assertion is for.

use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::Value;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Assertion =>
    /// The assertion is for another audience
    ///
    /// Every restriction must name the receiver, in at least one of its audiences: several restrictions
    /// are a conjunction. What is compared with is the `audience` of the context, letter by letter.
    "saml-assertion.audience-other": ERROR => audience_other,
        cites: &[cite("SAML core 2.0", "2.5.1.4", Force::Must, "evaluates to Valid if and only if the SAML relying party is a member of one or more of the audiences specified")],
        catalogue: &["SM-15"];

    /// A bearer assertion names no audience
    ///
    /// Whoever holds a bearer assertion may use it; the audience is what keeps a receiver from using it
    /// at another one. The profile for browsers demands it. It is a warning, because many libraries leave
    /// it out and a receiver that checks the recipient is safe, too.
    "saml-assertion.audience-missing": WARNING => audience_missing,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "containing a bearer subject confirmation MUST contain an <AudienceRestriction> including the service provider's unique identifier")],
        catalogue: &["SM-15"];
}

fn audience_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let wanted = cx.context().audience.as_deref()?;
    let restrictions = assertion.audiences();
    let mut met = None;
    for (restriction, audiences) in restrictions {
        met = Some(Checked);
        if !audiences.iter().any(|audience| audience.text.trim() == wanted) {
            let found = audiences.iter().map(Value::shown).collect::<Vec<_>>().join(", ");
            let text = format!("expected the audience `{}`, found {found}", wanted.escape_debug());
            cx.fail(restriction.path(), restriction.span(), text);
        }
    }
    met
}

fn audience_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !assertion.is_confirmed_by("bearer") {
        return None;
    }
    let conditions = assertion.conditions?;
    if assertion.audiences().is_empty() {
        cx.fail(
            conditions.path(),
            conditions.start_tag(),
            "expected an AudienceRestriction in a bearer assertion, found none",
        );
    }
    Some(Checked)
}
