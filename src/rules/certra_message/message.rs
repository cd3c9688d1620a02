//! Which message it is, and what its status says.

use crate::model::certra::codes::CODES;
use crate::model::certra::{RaMessage, SUCCESS};
use crate::rule;
use crate::rule::{Artefact, Checked, Cx, ERROR, Force, Rule, WARNING, cite};
use crate::wire::xml::Element;

/// What came where a message of CertRA is expected.
#[derive(Debug)]
pub(super) struct Root<'d> {
    pub(super) element: Element<'d>,
    pub(super) known: bool,
}

impl Artefact for Root<'static> {
    type Model<'a> = Root<'a>;
}

/// Rules over what the message is.
pub(super) const ROOT: &[&[Rule<Root<'static>>]] = &[root::RULES];

mod root {
    use super::{Checked, Cx, ERROR, Force, Root, cite};
    use crate::rule;

    rule! { Root =>
        /// The document is no message of CertRA
        ///
        /// The element, bare or as the one entry of a SOAP body, must be a request or response of one of
        /// the operations of CertRA version 2, in its namespace.
        "certra-message.unknown-message": ERROR => |root, cx| unknown_message(root, cx),
            clauses: &["CR-4.3.4.1.1-05", "CR-4.3.4.1.1-06", "CR-4.3.4.1.2-01", "CR-4.3.4.1.3-01", "CR-4.3.4.2.2-01", "CR-4.3.4.2.3-01", "CR-4.3.4.3.2-01", "CR-4.3.4.3.3-01", "CR-4.3.4.4.2-02", "CR-4.3.4.4.3-01", "CR-4.3.4.5.2-01", "CR-4.3.4.5.3-02", "CR-4.3.4.6.2-01", "CR-4.3.4.6.3-01", "CR-4.3.5.1.1-05", "CR-4.3.5.1.2-01", "CR-4.3.5.1.3-01", "CR-4.3.6.2.1-01", "CR-4.3.6.2.2-01", "CR-4.3.6.3.2-01", "CR-4.3.6.3.3-01", "CR-4.3.6.4.2-01", "CR-4.3.6.4.3-01", "CR-4.3.7.1.1-01", "CR-4.3.7.1.2-01"],
            cites: &[cite("ehealth-certra-schema-protocol-2_0", "elements", Force::Fact, "urn:be:fgov:ehealth:certra:protocol:v2")],
            catalogue: &["SO-01"],
            codes: &["SOA-03001"];
    }

    fn unknown_message(root: &Root<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
        if !root.known {
            let text = format!("expected a message of CertRA, found {}", root.element.name());
            cx.fail(root.element.path(), root.element.start_tag(), text);
        }
        Some(Checked)
    }
}

rule! { RaMessage =>
    /// The status code is none of eHealth's
    ///
    /// A request that was done is answered with `urn:be:fgov:ehealth:2.0:status:Success`; a failure names whose it is, Requester or
    /// Responder. Only the success code is documented, so that another one is a warning.
    "certra-message.status-unknown": WARNING => status_unknown,
        clauses: &["CR-4.3.4.5.3-01", "CR-4.3.6.4.1-09"],
        cites: &[cite("ehealth-commons-schema-core-2_0", "StatusCodeType", Force::Fact, "URI code of the status")],
        catalogue: &["SO-23"];

    /// An error code is not one of chapter 7
    ///
    /// The cookbook lists 28 codes, misprints included. Another one a client has no text for.
    "certra-message.error-code-unknown": WARNING.not_in_standard() => error_code_unknown,
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "Error code, Message")],
        defects: &["SD-20"],
        catalogue: &["SO-23"];
}

fn status_unknown(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let code = *message.status_codes().first()?;
    let value = code.value_of("Value")?;
    let known =
        [SUCCESS, "urn:be:fgov:ehealth:2.0:status:Requester", "urn:be:fgov:ehealth:2.0:status:Responder"];
    if !known.contains(&&*value) {
        let text = format!("expected one of {}, found `{}`", known.join(", "), value.escape_debug());
        cx.fail(code.path(), code.start_tag(), text);
    }
    Some(Checked)
}

fn error_code_unknown(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for code in message.errors().into_iter().filter_map(|error| error.child("", "Code")) {
        met = Some(Checked);
        let text = code.text();
        if !CODES.iter().any(|(known, _)| *known == text.trim()) {
            let text = format!("expected a code of chapter 7, found `{}`", text.trim().escape_debug());
            cx.fail(code.path(), code.content(), text);
        }
    }
    met
}
