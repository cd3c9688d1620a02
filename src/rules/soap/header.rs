//! The header blocks: names, mustUnderstand, and blocks that have no place in eHealth's messages.

use crate::model::certra::{CERTRA, ETKRA};
use crate::model::soap::{ADDRESSING, ENVELOPE, SoapMessage, WSSE};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { SoapMessage =>
    /// A header block has no namespace
    ///
    /// Every child of `soap:Header` must be namespace-qualified, so that who processes it is known.
    "soap.header-block-unqualified": ERROR => header_block_unqualified,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[cite("SOAP 1.1", "4", Force::Must, "All immediate child elements of the SOAP Header element MUST be namespace-qualified")],
        catalogue: &["SO-05"],
        codes: &["SOA-03002"];

    /// soap:mustUnderstand is neither 0 nor 1
    ///
    /// `true` and `false` are booleans of XML Schema, but not of SOAP 1.1: a receiver may take them for
    /// not set.
    "soap.must-understand-malformed": ERROR => must_understand_malformed,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[cite("WS-I BP 1.1", "R1013", Force::Must, "MUST only use the lexical forms \"0\" and \"1\"")],
        catalogue: &["SO-05"];

    /// A header block must be understood, and no service of eHealth does
    ///
    /// Of all header blocks eHealth's services know `wsse:Security` alone. A receiver that does not
    /// know a block with `mustUnderstand="1"` must answer with a MustUnderstand fault and do nothing.
    "soap.block-not-understood": ERROR.not_in_standard() => block_not_understood,
        cites: &[cite("SOAP 1.1", "4.2.3", Force::Must, "the recipient of that header entry either MUST obey the semantics … or MUST fail processing the message")],
        catalogue: &["SO-05"],
        codes: &["MustUnderstand"];

    /// A message of CertRA or EtkRA has a WS-Security header
    ///
    /// These two services secure their operations with an XML signature in the request itself. A
    /// WS-Security header is for others; real services ignore it.
    "soap.security-header-unexpected": WARNING.not_in_standard() => security_header_unexpected,
        clauses: &["CR-5.1.2-02"],
        cites: &[cite("CertRA cookbook 0.5", "5.1.2", Force::Fact, "No WS-Security is present")],
        catalogue: &["SO-20"];

    /// An addressing header asks for the answer to be sent elsewhere
    ///
    /// eHealth answers on the connection of the request. A `wsa:ReplyTo` or `wsa:FaultTo` with another
    /// address than the anonymous one would make a service call whoever the sender names.
    "soap.reply-sent-elsewhere": WARNING => reply_sent_elsewhere,
        cites: &[cite("WS-Addressing 1.0 Core", "4", Force::Fact, "capabilities that allow a message sender to instruct a message receiver to send additional unsolicited messages to other receivers of their choice")],
        catalogue: &["SO-19"];
}

fn header_block_unqualified(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    envelope.header?;
    for block in envelope.blocks().filter(|block| block.namespace().is_empty()) {
        let message = format!("expected a header block with a namespace, found {} without", block.local());
        cx.fail(block.path(), block.start_tag(), message);
    }
    Some(Checked)
}

fn must_understand_malformed(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let mut met = None;
    for element in envelope.element.descendants() {
        let Some(attribute) = element.attribute(ENVELOPE, "mustUnderstand") else { continue };
        met = Some(Checked);
        let value = attribute.value();
        if !matches!(&*value, "0" | "1") {
            let message = format!("expected `0` or `1`, found `{}`", value.escape_debug());
            cx.fail(element.path(), attribute.span(), message);
        }
    }
    met
}

fn block_not_understood(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let mut met = None;
    for block in envelope.blocks() {
        let Some(attribute) = block.attribute(ENVELOPE, "mustUnderstand") else { continue };
        met = Some(Checked);
        if attribute.value() == "1" && !block.is(WSSE, "Security") {
            let message =
                format!("expected wsse:Security alone to demand understanding, found {}", block.name());
            cx.fail(block.path(), attribute.span(), message);
        }
    }
    met
}

fn security_header_unexpected(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let entry = envelope.entry()?;
    if !matches!(entry.namespace(), CERTRA | ETKRA) {
        return None;
    }
    for block in envelope.blocks().filter(|block| block.is(WSSE, "Security")) {
        cx.fail(
            block.path(),
            block.start_tag(),
            "expected no WS-Security header with this service, found one",
        );
    }
    Some(Checked)
}

fn reply_sent_elsewhere(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    envelope.header?;
    for block in envelope.blocks() {
        let namespace = block.namespace();
        if !ADDRESSING.contains(&namespace) || !matches!(block.local(), "ReplyTo" | "FaultTo") {
            continue;
        }
        let address = block.child(namespace, "Address").map(|it| it.text().into_owned()).unwrap_or_default();
        if !address.trim().ends_with("/anonymous") {
            let message = format!("expected the anonymous address in {}, found another", block.local());
            cx.fail(block.path(), block.span(), message);
        }
    }
    Some(Checked)
}
