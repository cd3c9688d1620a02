//! The body: how many entries it has, and what may not stand in them.

use crate::model::soap::{ENVELOPE, SoapMessage, XOP};
use crate::rule;
use crate::rule::Severity::{Inconclusive, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { SoapMessage =>
    /// The body is empty
    ///
    /// The Basic Profile allows an empty body, no operation of eHealth has one. The service answers
    /// that the message has no content that it knows.
    "soap.body-empty": ERROR.not_in_standard() => body_empty,
        clauses: &["CR-7.2-04"],
        cites: &[cite("CertRA cookbook 0.5", "7.2", Force::Must, "Message must contain SOAP body")],
        defects: &["SD-101"],
        catalogue: &["SO-02"],
        codes: &["SOA-03001", "SOA-03003"];

    /// The body has more than one entry
    ///
    /// A message is one element. With two, the service may check one and execute the other.
    "soap.body-entry-repeated": ERROR => body_entry_repeated,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02", "AA-5.3.1-04"],
        cites: &[cite("WS-I BP 1.1", "R9981", Force::Must, "MUST have exactly zero or one child elements of the soap:Body element")],
        catalogue: &["SO-02"],
        codes: &["SOA-03001"];

    /// The body entry has no namespace
    ///
    /// Without a namespace the entry names no operation. SOAP 1.1 by itself allows it, so that it is a
    /// warning under `standard`.
    "soap.body-entry-unqualified": ERROR.in_standard(Warning) => body_entry_unqualified,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "CR-7.2-04", "AA-5.1.2-02"],
        cites: &[cite("WS-I BP 1.1", "R1014", Force::Must, "The children of the soap:Body element in an ENVELOPE MUST be namespace qualified")],
        codes: &["SOA-03001"];

    /// soap:encodingStyle stands where document/literal has none
    ///
    /// The attribute belongs to the SOAP encoding, which the Basic Profile rules out.
    "soap.encoding-style": ERROR => encoding_style,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[
            cite("WS-I BP 1.1", "R1005", Force::Must, "MUST NOT contain soap:encodingStyle attributes on any of the elements whose namespace name is \"http://schemas.xmlsoap.org/soap/envelope/\""),
            cite("WS-I BP 1.1", "R1006", Force::Must, "MUST NOT contain soap:encodingStyle attributes on any element that is a child of soap:Body"),
        ],
        codes: &["SOA-03002"];

    /// A value of the message stands outside of it
    ///
    /// `xop:Include` stands for bytes in another part of a MIME package. A signature over the message
    /// does not cover what a reader then puts in its place unless it reads it back first. CertRA and
    /// EtkRA take no attachments; elsewhere the value cannot be judged here.
    "soap.value-outside": ERROR.in_standard(Inconclusive) => value_outside,
        cites: &[cite("XOP 1.0", "3.2", Force::Fact, "xop:Include element information item")],
        catalogue: &["SO-18"];
}

fn body_empty(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let body = message.envelope.as_ref()?.body?;
    if body.elements().next().is_none() {
        cx.fail(body.path(), body.span(), "expected an element in the Body, found none");
    }
    Some(Checked)
}

fn body_entry_repeated(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    envelope.body?;
    for entry in envelope.entries().skip(1) {
        let message = format!("expected one element in the Body, found {} beside it", entry.name());
        cx.fail(entry.path(), entry.start_tag(), message);
    }
    Some(Checked)
}

fn body_entry_unqualified(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    envelope.entry()?;
    for entry in envelope.entries().filter(|entry| entry.namespace().is_empty()) {
        let text = format!("expected a Body entry with a namespace, found {} without", entry.local());
        cx.fail(entry.path(), entry.start_tag(), text);
    }
    Some(Checked)
}

fn encoding_style(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let of_soap = envelope.element.descendants().filter(|element| element.namespace() == ENVELOPE);
    for element in of_soap.chain(envelope.entries().filter(|entry| entry.namespace() != ENVELOPE)) {
        if let Some(attribute) = element.attribute(ENVELOPE, "encodingStyle") {
            cx.fail(element.path(), attribute.span(), "expected no soap:encodingStyle, found one");
        }
    }
    Some(Checked)
}

fn value_outside(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    for element in envelope.element.descendants().filter(|element| element.is(XOP, "Include")) {
        cx.fail(
            element.path(),
            element.span(),
            "expected the value itself, found a reference to an attachment",
        );
    }
    Some(Checked)
}
