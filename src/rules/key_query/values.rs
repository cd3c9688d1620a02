//! The values: a use, an application, a time.

use crate::base::time;
use crate::model::key_query::KeyQuery;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;

rule! { KeyQuery =>
    /// The use is neither `sig` nor `enc`
    ///
    /// Two values are possible, in small letters. A service that ignores another one answers with keys of both uses,
    /// and the client encrypts to a key for signatures.
    "key-query.use-unknown": ERROR.not_in_standard() => use_unknown,
        cites: &[
            cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "2 values possible: \"sig\" or \"enc\""),
            cite("RFC 7517", "4.2", Force::Fact, "The \"use\" value is a case-sensitive string."),
        ],
        catalogue: &["JK-10"],
        codes: &["BAD_REQUEST"];

    /// The time is no date
    ///
    /// "This parameter is a date": `2026-01-15`, or a time of RFC 3339. A number of milliseconds is
    /// none, nor is a day that no month has.
    "key-query.time-malformed": ERROR.not_in_standard() => time_malformed,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "validityTime: This parameter is a date.")],
        catalogue: &["RL-06"],
        codes: &["BAD_REQUEST"];

    /// The time has no zone
    ///
    /// Client and service take it for an hour or two apart, and around a renewal find different keys.
    "key-query.time-without-zone": WARNING.not_in_standard() => time_without_zone,
        cites: &[cite("RFC 3339", "4.4", Force::Should, "the interoperability problems of unqualified local time are deemed unacceptable for the Internet")],
        catalogue: &["RL-06"];

    /// The application's name has another form
    ///
    /// The registration knows up to 30 letters, digits, hyphens and underscores, in upper case.
    "key-query.application-malformed": WARNING.not_in_standard() => application_malformed,
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.1", Force::Fact, "applicationIdentifier=appID")];
}

fn use_unknown(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parameter = query.form.get("use").filter(|it| !it.value.is_empty())?;
    if !["sig", "enc"].contains(&parameter.value.as_ref()) {
        let message = format!("expected `sig` or `enc`, found {}", shown(&parameter.value));
        cx.fail("use", parameter.span, message);
    }
    Some(Checked)
}

/// Whether the text is a date or a time, and whether it says its zone; a plus sign of the zone that
/// was not escaped reads as a space.
fn read_time(text: &str) -> Option<bool> {
    let text = text.replace(' ', "+");
    let is_date = text.len() == 10 && time::parse(&format!("{text}T00:00:00Z")).is_some();
    if is_date || time::parse(&text).is_some() {
        return Some(true);
    }
    time::parse(&format!("{text}Z")).map(|_| false)
}

fn time_malformed(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parameter = query.form.get("validityTime").filter(|it| !it.value.is_empty())?;
    if read_time(&parameter.value).is_none() {
        let message = format!("expected a date or a time of RFC 3339, found {}", shown(&parameter.value));
        cx.fail("validityTime", parameter.span, message);
    }
    Some(Checked)
}

fn time_without_zone(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parameter = query.form.get("validityTime")?;
    if !read_time(&parameter.value)? {
        cx.fail("validityTime", parameter.span, "expected a time with its zone, found one without");
    }
    Some(Checked)
}

fn application_malformed(query: &KeyQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let names = ["application", "applicationIdentifier"];
    let parameter = names.iter().find_map(|name| query.form.get(name)).filter(|it| !it.value.is_empty())?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if parameter.value.len() > 30 || !parameter.value.bytes().all(is_plain) {
        let message = "expected up to 30 letters, digits, hyphens and underscores, found another name";
        cx.fail(&parameter.name, parameter.span, message);
    }
    Some(Checked)
}
