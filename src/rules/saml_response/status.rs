//! The status: its codes, and whether the rest of the response fits it.

use crate::model::saml::response::Response;
use crate::model::saml::status::{PREFIX, SECOND, TOP};
use crate::model::saml::value::{Sort, Value};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Response =>
    /// The outermost status code is none of the four
    ///
    /// Success, Requester, Responder or VersionMismatch stands outermost; every other code refines one of
    /// these and stands inside of it. A client tells from the outermost code alone whether it was served.
    "saml-response.status-unknown": ERROR => status_unknown,
        clauses: &[
            "AA-5.3.2.4-01", "AA-5.3.2.4-04", "AA-5.4.4-01", "AA-5.4.4-02", "AA-5.4.4-03", "AA-5.4.4-05",
            "AA-5.4.4-07", "AA-5.4.4-09", "AA-8.2-02", "AA-5.3.2.13-10",
        ],
        cites: &[cite("SAML core 2.0", "3.2.2.2", Force::Must, "The value of the topmost <StatusCode> element MUST be from the top-level list provided in this section")],
        defects: &["SD-152", "SD-162", "SD-177"],
        catalogue: &["SM-09", "SM-29"];

    /// A nested status code is none of the second level
    ///
    /// The second-level codes of SAML are a list; a system may define more, and then they are URIs of its
    /// own. A top-level code inside of another is neither.
    "saml-response.status-detail-unknown": ERROR => status_detail_unknown,
        clauses: &[
            "AA-5.3.2.4-02", "AA-5.3.2.4-05", "AA-5.4.4-11", "AA-5.4.4-12", "AA-5.4.4-14", "AA-5.4.4-16",
            "AA-5.4.4-18", "AA-5.4.4-20", "AA-5.4.4-23", "AA-5.4.4-25", "AA-5.4.4-27", "AA-5.4.4-29",
            "AA-5.4.4-31", "AA-5.4.4-35", "AA-5.4.4-37", "AA-5.4.4-39", "AA-5.4.4-41", "AA-5.4.4-43",
            "AA-5.4.4-45", "AA-5.4.4-47", "AA-5.4.4-49", "AA-5.4.4-51",
        ],
        cites: &[cite("SAML core 2.0", "3.2.2.2", Force::Fact, "The following second-level status codes are referenced at various places in this specification")],
        defects: &["SD-188", "SD-189", "SD-190"],
        catalogue: &["SM-09", "SM-29"];

    /// A failure comes without a message
    ///
    /// The Attribute Authority says with a StatusMessage what went wrong. SAML leaves it optional.
    "saml-response.status-message-missing": ERROR.not_in_standard().in_field(crate::rule::Severity::Warning) => status_message_missing,
        clauses: &["AA-5.3.2.3-03", "AA-5.3.2.5-01"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.3", Force::Fact, "In the case of an error, the <StatusMessage> element will also be present")],
        defects: &["SD-176"],
        catalogue: &["SM-29"];

    /// A success carries no assertion
    ///
    /// What was asked for is answered in an assertion; a success without one answers nothing.
    "saml-response.assertion-missing": ERROR => assertion_missing,
        clauses: &["AA-5.3.2.13-11", "AA-5.3.2.6-01"],
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "It MUST contain at least one <Assertion>")],
        catalogue: &["SM-09"];

    /// A failure carries an assertion
    ///
    /// A client that looks at the assertion and not at the status takes a refusal for an answer.
    "saml-response.assertion-with-failure": ERROR => assertion_with_failure,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "If the identity provider wishes to return an error, it MUST NOT include any assertions in the <Response> message")],
        catalogue: &["SM-09"];

    /// A success carries more than one assertion
    ///
    /// The Attribute Authority answers one query with one assertion. With two, a client that reads the
    /// first and one that reads the last see two answers.
    "saml-response.assertion-repeated": ERROR.not_in_standard() => assertion_repeated,
        clauses: &["AA-5.3.2.13-11"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.13", Force::Fact, "<Assertion ID=\"_7e421a23b9dfee29cebb7e9cf0b25eef\"")],
        catalogue: &["SM-21"];

    /// The consent is none of SAML's list
    ///
    /// SAML core lists seven; others mean nothing to a reader who was not told.
    "saml-response.consent-unknown": WARNING => consent_unknown,
        clauses: &["AA-5.3.2.13-03"],
        cites: &[cite("SAML core 2.0", "8.4", Force::Fact, "Consent Identifiers")];
}

fn status_unknown(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !response.is_v2() {
        return None;
    }
    let value = Value::at(*response.status.as_ref()?.codes.first()?, "Value", Sort::Text)?;
    let known = value.text.trim().strip_prefix(PREFIX).is_some_and(|code| TOP.contains(&code));
    if !known {
        let text = format!("expected one of {} in {PREFIX}, found {}", TOP.join(", "), value.shown());
        cx.fail(value.path(), value.span, text);
    }
    Some(Checked)
}

fn status_detail_unknown(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !response.is_v2() {
        return None;
    }
    let mut met = None;
    for code in response.status.as_ref()?.codes.iter().skip(1) {
        let Some(value) = Value::at(*code, "Value", Sort::Text) else { continue };
        met = Some(Checked);
        let of_saml = value.text.trim().strip_prefix(PREFIX);
        if of_saml.is_some_and(|code| !SECOND.contains(&code)) {
            let text = format!(
                "expected a second-level code of SAML or one of another namespace, found {}",
                value.shown()
            );
            cx.fail(value.path(), value.span, text);
        }
    }
    met
}

fn status_message_missing(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let status = response.status.as_ref().filter(|status| !status.is_success())?;
    if status.message.is_none() {
        cx.fail(
            status.element.path(),
            status.element.span(),
            "expected a StatusMessage with the error, found none",
        );
    }
    Some(Checked)
}

fn assertion_missing(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    response.status.as_ref().filter(|status| status.is_success())?;
    if !matches!(response.element.local(), "Response") {
        return None;
    }
    if response.assertions.is_empty() && response.encrypted.is_empty() {
        let text = "expected an Assertion with the status Success, found none";
        cx.fail(response.element.path(), response.element.start_tag(), text);
    }
    Some(Checked)
}

fn assertion_with_failure(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    response.status.as_ref().filter(|status| !status.codes.is_empty() && !status.is_success())?;
    let assertions = response.assertions.iter().map(|assertion| assertion.element);
    for assertion in assertions.chain(response.encrypted.iter().copied()) {
        let text = "expected no assertion with a status other than Success, found one";
        cx.fail(assertion.path(), assertion.start_tag(), text);
    }
    Some(Checked)
}

fn assertion_repeated(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    response.assertions.first()?;
    for again in response.assertions.iter().skip(1) {
        cx.fail(again.element.path(), again.element.start_tag(), "expected one assertion, found another one");
    }
    Some(Checked)
}

fn consent_unknown(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let consent = Value::at(response.element, "Consent", Sort::Uri)?;
    if !crate::model::saml::CONSENTS.contains(&&*consent.text) {
        let text = format!("expected a consent of SAML core 8.4, found {}", consent.shown());
        cx.fail(consent.path(), consent.span, text);
    }
    Some(Checked)
}
