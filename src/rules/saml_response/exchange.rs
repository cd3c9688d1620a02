//! The response as the answer to a request: that it belongs to it, and came to the right place.

use crate::model::saml::response::{Form, Response};
use crate::model::saml::value::{Sort, Value};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::saml_assertion::values::is_absolute;

rule! { Response =>
    /// The response names no request
    ///
    /// InResponseTo ties the answer to the query. Without it an old answer, or somebody else's, can be
    /// slipped in. SAML demands it of every response to a request.
    "saml-response.request-missing": ERROR => request_missing,
        clauses: &["AA-5.3.2-03", "AA-5.3.2.1-03"],
        cites: &[cite("SAML core 2.0", "3.2.2", Force::Must, "Otherwise, it MUST be present and its value MUST match the value of the corresponding request's ID attribute")],
        catalogue: &["SM-07"];

    /// The response answers another request
    ///
    /// Its InResponseTo is not the `in_response_to` of the context, the identifier that was sent.
    "saml-response.request-other": ERROR => request_other,
        clauses: &["AA-5.3.2.1-03", "AA-5.3.2.13-04"],
        cites: &[cite("SAML core 2.0", "3.2.2", Force::Must, "its value MUST match the value of the corresponding request's ID attribute")],
        defects: &["SD-173"],
        catalogue: &["SM-07"];

    /// Response and subject confirmation answer different requests
    ///
    /// Both have an InResponseTo, and the two differ: the assertion was made for another request than the
    /// response around it. Of several confirmations of one subject, one for this request is enough.
    "saml-response.request-differs": ERROR => request_differs,
        cites: &[cite("SAML profiles 2.0", "4.1.4.3", Force::Must, "Verify that the InResponseTo attribute in the bearer <SubjectConfirmationData> equals the ID of its original <AuthnRequest> message")],
        catalogue: &["SM-07"];

    /// The response was sent to one place, and its subject is to be confirmed at another
    ///
    /// A receiver must discard a response whose Destination is not where it arrived, and a bearer
    /// confirmation whose Recipient is not that place either. Where no Recipient is the Destination, there
    /// is no receiver that may take the response. What is no absolute URI names no place, and is judged as
    /// that.
    "saml-response.recipient-differs": ERROR => recipient_differs,
        cites: &[
            cite("SAML profiles 2.0", "4.1.4.3", Force::Must, "Verify that the Recipient attribute in any bearer <SubjectConfirmationData> matches the assertion consumer service URL to which the <Response> or artifact was delivered"),
            cite("SAML core 2.0", "3.2.2", Force::Must, "the actual recipient MUST check that the URI reference identifies the location at which the message was received"),
        ],
        catalogue: &["SM-08"];
}

fn in_response_to<'d>(response: &Response<'d>) -> Option<Value<'d>> {
    (response.form == Form::Response)
        .then(|| Value::at(response.element, "InResponseTo", Sort::Text))
        .flatten()
}

fn request_missing(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if response.form != Form::Response || (!response.is_v2() && cx.context().in_response_to.is_none()) {
        return None;
    }
    // A response that nobody asked for has none; whether this one was asked for the caller says.
    if cx.profile() == crate::base::Profile::Standard && cx.context().in_response_to.is_none() {
        return None;
    }
    if in_response_to(response).is_none() {
        let text = "expected an InResponseTo with the identifier of the request, found none";
        cx.fail(response.element.path(), response.element.start_tag(), text);
    }
    Some(Checked)
}

fn request_other(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let wanted = cx.context().in_response_to.as_deref()?;
    let found = in_response_to(response)?;
    if found.text != wanted {
        let text = format!("expected InResponseTo `{}`, found {}", wanted.escape_debug(), found.shown());
        cx.fail(found.path(), found.span, text);
    }
    Some(Checked)
}

/// The recipients of all bearer confirmations.
fn recipients<'d>(response: &Response<'d>) -> Vec<Value<'d>> {
    let confirmations =
        response.assertions.iter().flat_map(|it| &it.subjects).flat_map(|it| &it.confirmations);
    let bearers = confirmations.filter(|it| it.kind() == "bearer");
    bearers.filter_map(|it| it.datum("Recipient", Sort::Uri)).collect()
}

fn request_differs(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let of_response = in_response_to(response)?;
    let mut met = None;
    for subject in response.assertions.iter().flat_map(|assertion| &assertion.subjects) {
        let named = subject.confirmations.iter().map(|it| it.datum("InResponseTo", Sort::Text));
        // One that names no request may be used for any.
        let Some(named) = named.collect::<Option<Vec<_>>>() else { continue };
        let Some(value) = named.first() else { continue };
        met = Some(Checked);
        if named.iter().all(|value| value.text != of_response.text) {
            let text = format!(
                "expected the InResponseTo of the response, {}, found {}",
                of_response.shown(),
                value.shown()
            );
            cx.fail(value.path(), value.span, text);
        }
    }
    met
}

fn recipient_differs(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let destination =
        Value::at(response.element, "Destination", Sort::Uri).filter(|it| is_absolute(it.text.trim()))?;
    let recipients: Vec<_> =
        recipients(response).into_iter().filter(|recipient| is_absolute(recipient.text.trim())).collect();
    let first = recipients.first()?;
    if !recipients.iter().any(|recipient| recipient.text == destination.text) {
        let text = format!(
            "expected the Destination of the response, {}, found {}",
            destination.shown(),
            first.shown()
        );
        cx.fail(first.path(), first.span, text);
    }
    Some(Checked)
}
