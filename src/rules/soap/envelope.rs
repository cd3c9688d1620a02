//! The envelope: what it is, and what stands in it in which order.

use crate::model::soap::{ENVELOPE, ENVELOPE_12, SoapMessage};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::xml::Node;

rule! { SoapMessage =>
    /// The document is no SOAP 1.1 message
    ///
    /// The root element must be `Envelope` in `http://schemas.xmlsoap.org/soap/envelope/`. A bare
    /// request, an envelope of SOAP 1.2 or one in a misspelt namespace is refused with SOA-03002: the
    /// services of eHealth speak SOAP 1.1, which the WS-I Basic Profile 1.1 fixes.
    "soap.not-an-envelope": ERROR => not_an_envelope,
        clauses: &["CR-7.2-07", "AA-5.1.2-01", "CR-2.4-03", "AA-2.4-04"],
        cites: &[
            cite("WS-I BP 1.1", "R1015", Force::Must, "MUST generate a fault if they encounter an envelope whose document element is not soap:Envelope"),
            cite("WS-I BP 1.1", "R9980", Force::Must, "MUST conform to the structure specified in SOAP 1.1 Section 4"),
        ],
        defects: &["SD-28"],
        catalogue: &["SO-01"],
        codes: &["SOA-03002"];

    /// The envelope has no body
    ///
    /// A SOAP message without `soap:Body` is refused with SOA-03003.
    "soap.body-missing": ERROR => body_missing,
        clauses: &["CR-7.2-09"],
        cites: &[cite("SOAP 1.1", "4", Force::Must, "The element MUST be present in a SOAP message and MUST be an immediate child element of a SOAP Envelope element.")],
        catalogue: &["SO-02"],
        codes: &["SOA-03003"];

    /// Header or Body stands twice, or in the wrong order
    ///
    /// An envelope has at most one `Header`, first, and one `Body`. With two of one, the component that
    /// checks a signature and the one that executes the message may look at different ones.
    "soap.part-misplaced": ERROR => part_misplaced,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[
            cite("SOAP 1.1", "4", Force::Must, "If present, the element MUST be the first immediate child element of a SOAP Envelope element."),
            cite("WS-I BP 1.1", "R9980", Force::Must, "MUST conform to the structure specified in SOAP 1.1 Section 4"),
        ],
        catalogue: &["SO-02"],
        codes: &["SOA-03002"];

    /// An element follows the body, or stands beside header and body
    ///
    /// SOAP 1.1 allowed trailers; the Basic Profile forbids them. What is hidden there is covered by
    /// no signature and read by some toolkits.
    "soap.child-beside-body": ERROR => child_beside_body,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[cite("WS-I BP 1.1", "R1011", Force::Must, "MUST NOT have any element children of soap:Envelope following the soap:Body element")],
        catalogue: &["SO-02"],
        codes: &["SOA-03002"];

    /// The envelope holds a processing instruction
    ///
    /// Processing instructions are for the software that reads the message, and out of reach of the
    /// signature's meaning. SOAP messages have none.
    "soap.processing-instruction": ERROR => processing_instruction,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[cite("WS-I BP 1.1", "R1009", Force::Must, "An ENVELOPE MUST NOT contain Processing Instructions")],
        catalogue: &["SO-02"],
        codes: &["SOA-03002"];

    /// Envelope, Header or Body carries an attribute of the SOAP namespace
    ///
    /// `soap:mustUnderstand`, `soap:actor` and `soap:encodingStyle` belong on header blocks, or
    /// nowhere. On the envelope's own elements they have no meaning that two readers share.
    "soap.envelope-attribute": ERROR => envelope_attribute,
        clauses: &["CR-4.1.1-01", "CR-7.2-01", "AA-5.1.2-02"],
        cites: &[cite("WS-I BP 1.1", "R1032", Force::Must, "MUST NOT have attributes in the namespace \"http://schemas.xmlsoap.org/soap/envelope/\"")],
        codes: &["SOA-03002"];

    /// The message declares the prefix xml
    ///
    /// The prefix is bound by definition. The declaration is harmless and breaks some toolkits.
    "soap.xml-prefix-declared": WARNING => xml_prefix_declared,
        cites: &[cite("WS-I BP 1.1", "R1033", Force::Should, "SHOULD NOT contain the namespace declaration xmlns:xml")],
        catalogue: &["XP-13"];
}

fn not_an_envelope(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if message.envelope.is_none() {
        let root = message.root;
        let found = match root.namespace() {
            ENVELOPE_12 => "one of SOAP 1.2".to_owned(),
            "" => format!("{} in no namespace", root.local()),
            namespace => format!("{} in {namespace}", root.local()),
        };
        cx.fail(root.path(), root.start_tag(), format!("expected an Envelope in {ENVELOPE}, found {found}"));
    }
    Some(Checked)
}

fn body_missing(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    if envelope.body.is_none() {
        cx.fail(
            envelope.element.path(),
            envelope.element.span(),
            "expected a Body in the Envelope, found none",
        );
    }
    Some(Checked)
}

fn part_misplaced(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let (mut headers, mut bodies) = (0, 0);
    for (index, child) in envelope.element.elements().enumerate() {
        if child.is(ENVELOPE, "Header") {
            headers += 1;
            if index > 0 {
                let found = if headers > 1 { "another one" } else { "it later" };
                cx.fail(
                    child.path(),
                    child.start_tag(),
                    format!("expected one Header, before all else, found {found}"),
                );
            }
        } else if child.is(ENVELOPE, "Body") {
            bodies += 1;
            if bodies > 1 {
                cx.fail(child.path(), child.start_tag(), "expected one Body, found another one");
            }
        }
    }
    Some(Checked)
}

fn child_beside_body(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    for child in envelope.element.elements() {
        if !child.is(ENVELOPE, "Header") && !child.is(ENVELOPE, "Body") {
            let message = format!("expected Header and Body alone in the Envelope, found {}", child.name());
            cx.fail(child.path(), child.start_tag(), message);
        }
    }
    Some(Checked)
}

fn processing_instruction(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    for element in envelope.element.descendants() {
        for node in element.children() {
            if let Node::Instruction(_, span) = node {
                cx.fail(
                    element.path(),
                    span,
                    "expected no processing instruction in the envelope, found one",
                );
            }
        }
    }
    Some(Checked)
}

fn envelope_attribute(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let own = [Some(envelope.element), envelope.header, envelope.body];
    for element in own.into_iter().flatten() {
        for attribute in element.attributes().filter(|it| it.namespace() == ENVELOPE) {
            let message = format!(
                "expected no attribute of SOAP's namespace on {}, found {}",
                element.name(),
                attribute.name()
            );
            cx.fail(element.path(), attribute.span(), message);
        }
    }
    Some(Checked)
}

fn xml_prefix_declared(message: &SoapMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    for element in envelope.element.descendants() {
        for (prefix, _, span) in element.declarations() {
            if prefix == "xml" {
                cx.fail(element.path(), span, "expected no declaration of the prefix xml, found one");
            }
        }
    }
    Some(Checked)
}
