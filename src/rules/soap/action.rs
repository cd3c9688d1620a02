//! The SOAPAction header, where the caller says with which one the message came.

use crate::model::soap::SoapMessage;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { SoapMessage =>
    /// The SOAPAction is not quoted
    ///
    /// The header's value is a quoted string, even when it is empty: `SOAPAction: "urn:…"`.
    "soap.action-unquoted": ERROR => action_unquoted,
        clauses: &["AA-5.1.2-01", "CR-4.1.1-01", "CR-7.2-01"],
        cites: &[cite("WS-I BP 1.1", "R1109", Force::Must, "The value of the SOAPAction HTTP header field in a HTTP request MESSAGE MUST be a quoted string")],
        catalogue: &["SO-04"];

    /// The SOAPAction names another operation than the body
    ///
    /// A gateway that routes and authorises by the header, in front of a service that executes the
    /// body, can be made to let one operation through as another. The two must agree, and where they
    /// do not nothing may be executed.
    ///
    /// What is compared with is the action that real clients of CertRA and EtkRA send; the case of its
    /// letters is theirs. The service's first version had an empty action, which still passes.
    "soap.action-other": ERROR.not_in_standard() => action_other,
        clauses: &["CR-4.1.1-01", "CR-7.2-01"],
        cites: &[cite("WS-I BP 1.1", "R2744", Force::Must, "MUST contain a SOAPAction HTTP header field with a quoted value equal to the value of the soapAction attribute")],
        catalogue: &["SO-04", "DS-32"];
}

fn action_unquoted(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let action = cx.context().soap_action.as_deref()?.trim();
    message.envelope.as_ref()?;
    if !(action.len() >= 2 && action.starts_with('"') && action.ends_with('"')) {
        let shown = action.escape_debug().to_string();
        cx.fail(
            message.root.path(),
            message.root.start_tag(),
            format!("expected a SOAPAction in quotes, found {shown}"),
        );
    }
    Some(Checked)
}

fn action_other(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let action = cx.context().soap_action.as_deref()?.trim().trim_matches('"');
    let operation = message.operation()?;
    if !action.is_empty() && action != operation.action {
        let entry = message.envelope.as_ref()?.entry()?;
        let found = action.escape_debug();
        let text =
            format!("expected the SOAPAction {} for {}, found {found}", operation.action, operation.name);
        cx.fail(entry.path(), entry.start_tag(), text);
    }
    Some(Checked)
}
