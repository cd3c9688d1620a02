//! Faults: SOAP's own rules for them, and what eHealth's SOA platform puts into them.

use crate::model::soap::{ENVELOPE, SOA_ERROR, SOA_ERRORS, SoapMessage};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;
use crate::wire::xml::Element;

rule! { SoapMessage =>
    /// A fault has a child that SOAP 1.1 does not know
    ///
    /// The children of `soap:Fault` are `faultcode`, `faultstring`, `faultactor` and `detail`. What a
    /// service has to add goes into `detail`.
    "soap.fault-child-unknown": ERROR => fault_child_unknown,
        cites: &[cite("WS-I BP 1.1", "R1000", Force::Must, "MUST NOT have element children other than faultcode, faultstring, faultactor and detail")],
        catalogue: &["SO-22"];

    /// A child of a fault has a namespace
    ///
    /// `faultcode` and its sisters are unqualified in SOAP 1.1, unlike those of SOAP 1.2.
    "soap.fault-child-qualified": ERROR => fault_child_qualified,
        cites: &[cite("WS-I BP 1.1", "R1001", Force::Must, "the element children of the soap:Fault element MUST be unqualified")],
        catalogue: &["SO-22"];

    /// A fault has no faultcode or no faultstring
    ///
    /// Both must be present: the code for software, the string for people.
    "soap.fault-part-missing": ERROR => fault_part_missing,
        cites: &[cite("SOAP 1.1", "4.4", Force::Must, "The faultcode MUST be present in a SOAP Fault element")],
        catalogue: &["SO-22"];

    /// The faultcode is none of SOAP 1.1's
    ///
    /// `VersionMismatch`, `MustUnderstand`, `Client` and `Server` of SOAP's namespace are what every
    /// client knows. Another name should be a qualified one of the service's own.
    "soap.fault-code-unknown": WARNING => fault_code_unknown,
        cites: &[cite("WS-I BP 1.1", "R1004", Force::Should, "SHOULD be either one of the fault codes defined in SOAP 1.1 … or a Qname whose namespace is controlled by the fault's specifying authority")],
        catalogue: &["SO-22"];

    /// The faultcode is refined with a dot
    ///
    /// `Client.Authentication` and the like are SOAP 1.1's, and discouraged since: the detail says more.
    "soap.fault-code-dotted": WARNING => fault_code_dotted,
        cites: &[cite("WS-I BP 1.1", "R1031", Force::Should, "SHOULD NOT use of the SOAP 1.1 \"dot\" notation to refine the meaning of the fault")],
        catalogue: &["SO-22"];

    /// A fault of the SOA platform does not have the shape of its schema
    ///
    /// `SystemError` and `BusinessError` of `urn:be:fgov:ehealth:errors:soa:v1` hold Origin, Code,
    /// Message, then perhaps Retry and Contact, then Environment. Of these Environment alone is
    /// qualified. Clients read the Code; without it a failure cannot be told from another.
    "soap.fault-detail-malformed": ERROR.not_in_standard() => fault_detail_malformed,
        clauses: &["CR-7.2-04"],
        cites: &[cite("ehealth-errors-schema-soa 1.1", "SOAErrorType", Force::Fact, "base=core:ErrorType")],
        defects: &["SD-194"],
        catalogue: &["SO-22"];

    /// A fault says two things of whose fault it is
    ///
    /// A fault of the message is `Client`, and its detail a BusinessError; a fault of the service, an
    /// internal server error, is `Server`, and its detail a SystemError. SOA-03001 to SOA-03003 are the
    /// consumer's. A client sends again what is the service's fault, and never what is its own.
    "soap.fault-origin-other": WARNING.not_in_standard() => fault_origin_other,
        clauses: &["CR-7.2-05", "CR-4.3.4.2.1-10", "CR-4.3.4.3.1-10", "CR-4.3.4.4.1-09"],
        cites: &[
            cite("CertRA cookbook 0.5", "7.2", Force::Fact, "Consumer"),
            cite("CertRA cookbook 0.5", "4.3.4.2.1", Force::Fact, "Soap Fault with internal server error in case of backend trouble."),
        ],
        codes: &["SOA-03001", "SOA-03002", "SOA-03003"],
        defects: &["SD-86"],
        catalogue: &["SO-22"];

    /// A fault shows the inside of the service
    ///
    /// A stack trace or a class name in a fault tells an attacker which software runs, and helps no
    /// client. What is looked for: lines of a Java or .NET stack trace.
    "soap.fault-shows-internals": WARNING => fault_shows_internals,
        cites: &[cite("etalon", "faults", Force::House, "a fault has a code, a message and an identifier, and no stack trace")],
        catalogue: &["SO-22"];
}

const PARTS: [&str; 4] = ["faultcode", "faultstring", "faultactor", "detail"];

fn fault_child_unknown(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let fault = message.fault()?;
    for child in fault.elements().filter(|child| !PARTS.contains(&child.local())) {
        let text = format!("expected one of {} in a fault, found {}", PARTS.join(", "), child.name());
        cx.fail(child.path(), child.start_tag(), text);
    }
    Some(Checked)
}

fn fault_child_qualified(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let fault = message.fault()?;
    for child in
        fault.elements().filter(|child| PARTS.contains(&child.local()) && !child.namespace().is_empty())
    {
        let text =
            format!("expected {} without a namespace, found it in {}", child.local(), child.namespace());
        cx.fail(child.path(), child.start_tag(), text);
    }
    Some(Checked)
}

fn fault_part_missing(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let fault = message.fault()?;
    for part in ["faultcode", "faultstring"] {
        if !fault.elements().any(|child| child.local() == part) {
            cx.fail(fault.path(), fault.span(), format!("expected a {part} in the fault, found none"));
        }
    }
    Some(Checked)
}

/// The faultcode: its element, the namespace of its prefix, and its local name.
fn code<'d>(message: &SoapMessage<'d>) -> Option<(Element<'d>, &'d str, String)> {
    let element = message.fault()?.elements().find(|child| child.local() == "faultcode")?;
    let text = element.text();
    let (prefix, local) = text.trim().split_once(':').unwrap_or(("", text.trim()));
    Some((element, element.lookup(prefix).unwrap_or_default(), local.to_owned()))
}

fn fault_code_unknown(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (element, namespace, local) = code(message)?;
    let class = local.split('.').next().unwrap_or_default();
    let of_soap = matches!(class, "VersionMismatch" | "MustUnderstand" | "Client" | "Server");
    let known = if namespace == ENVELOPE { of_soap } else { !namespace.is_empty() };
    if !known {
        let text =
            format!("expected a fault code of SOAP 1.1 or a qualified one, found `{}`", local.escape_debug());
        cx.fail(element.path(), element.content(), text);
    }
    Some(Checked)
}

fn fault_code_dotted(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (element, namespace, local) = code(message)?;
    if namespace != ENVELOPE {
        return None;
    }
    if local.contains('.') {
        let text = format!("expected a fault code without a dot, found `{}`", local.escape_debug());
        cx.fail(element.path(), element.content(), text);
    }
    Some(Checked)
}

fn fault_detail_malformed(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let detail = message.fault()?.elements().find(|child| child.local() == "detail")?;
    let mut met = None;
    for error in detail.elements().filter(|error| error.namespace() == SOA_ERRORS) {
        met = Some(Checked);
        if matches!(error.local(), "SystemError" | "BusinessError") {
            cx.fail_on(&SOA_ERROR.misfits(error), |misfit| !misfit.is_value_empty());
        } else {
            let text = format!("expected a SystemError or a BusinessError, found {}", error.name());
            cx.fail(error.path(), error.start_tag(), text);
        }
    }
    met
}

fn fault_origin_other(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (faultcode, _, class) = code(message).filter(|(_, namespace, _)| *namespace == ENVELOPE)?;
    let class = class.split('.').next()?;
    let detail = message.fault()?.elements().find(|child| child.local() == "detail")?;
    let mut met = None;
    for error in detail.elements().filter(|error| error.namespace() == SOA_ERRORS) {
        let part = |name| error.child("", name).map(|it| it.text().trim().to_owned()).unwrap_or_default();
        let consumers = matches!(&*part("Code"), "SOA-03001" | "SOA-03002" | "SOA-03003");
        let expected = match error.local() {
            _ if consumers => "Client",
            "SystemError" => "Server",
            "BusinessError" => "Client",
            _ => continue,
        };
        met = Some(Checked);
        let origin = part("Origin");
        if class != expected {
            let text = format!(
                "expected the fault code {expected} for {} from {origin}, found {class}",
                error.local()
            );
            cx.fail(faultcode.path(), faultcode.content(), text);
        } else if consumers && !origin.eq_ignore_ascii_case("consumer") {
            let text = format!("expected the origin Consumer of {}, found {}", part("Code"), shown(&origin));
            cx.fail(error.path(), error.start_tag(), text);
        }
    }
    met
}

fn fault_shows_internals(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let fault = message.fault()?;
    for element in fault.descendants().filter(|element| element.elements().next().is_none()) {
        let text = element.text();
        let frame =
            |line: &str| line.trim_start().starts_with("at ") && line.contains('(') && line.contains('.');
        if text.lines().any(frame) || text.contains("Caused by: ") {
            cx.fail(
                element.path(),
                element.content(),
                "expected a message for the caller, found a stack trace",
            );
        }
    }
    Some(Checked)
}
