//! The message and its Security header.

use std::collections::BTreeSet;

use super::encryption::XENC;
use crate::model::soap::{ENVELOPE, ENVELOPE_12, WSSE};
use crate::model::ws_security::{Timestamp, WSU, WsSecurity};
use crate::rule;
use crate::rule::Severity::Inconclusive;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::xmldsig::Ids;

rule! { WsSecurity =>
    /// The document is no SOAP message
    ///
    /// WS-Security is a header of SOAP. The root element must be an `Envelope` of SOAP 1.1 or 1.2.
    "ws-security.not-an-envelope": ERROR => not_an_envelope,
        cites: &[cite("WSS SOAP Message Security 1.1", "5", Force::Fact, "The <wsse:Security> header block provides a mechanism for attaching security-related information targeted at a specific recipient")],
        catalogue: &["SO-01"],
        codes: &["SOA-03002"];

    /// The message is of SOAP 1.2
    ///
    /// eHealth's services speak SOAP 1.1.
    "ws-security.soap-version-other": ERROR.not_in_standard() => soap_version_other,
        cites: &[cite("WS-I BP 1.1", "R9980", Force::Must, "MUST conform to the structure specified in SOAP 1.1 Section 4")],
        catalogue: &["SO-01"],
        codes: &["SOA-03002"];

    /// The envelope of SOAP 1.2 holds more than a header and a body
    ///
    /// SOAP 1.2 has one `Header`, which may be left out, and behind it one `Body`, and nothing else. With two
    /// of one, or with an element beside them, the component that checks a signature and the one that executes
    /// the message may look at different ones. What holds for SOAP 1.1 is judged by the rules of `soap`.
    "ws-security.envelope-malformed": ERROR => envelope_malformed,
        cites: &[cite("SOAP 1.2 part 1", "5.1", Force::Fact, "an optional Header element information item … a mandatory Body element information item")],
        catalogue: &["SO-02"];

    /// The message has no Security header
    ///
    /// The timestamp, the certificate and the signature stand in `wsse:Security`. Without it the message
    /// is anybody's.
    "ws-security.header-missing": ERROR => header_missing,
        clauses: &["AA-5.1.1-06", "AA-6.1.2-01", "AA-4-07"],
        cites: &[cite("WSS SOAP Message Security 1.1", "5", Force::Fact, "The <wsse:Security> header block provides a mechanism for attaching security-related information targeted at a specific recipient")],
        defects: &["SD-192"],
        catalogue: &["DS-01", "SO-10"];

    /// Two Security headers are for the same receiver
    ///
    /// One header is for the receiver of the message, others name another actor. With two for one
    /// receiver, one is checked and the other believed.
    "ws-security.header-repeated": ERROR => header_repeated,
        cites: &[
            cite("WSS SOAP Message Security 1.1", "5", Force::Must, "Two <wsse:Security> header blocks MUST NOT have the same value for S11:actor"),
            cite("WS-I BSP 1.1", "R3206", Force::Must, "MUST NOT contain more than one SECURITY_HEADER with the actor attribute omitted"),
            cite("WS-I BSP 1.1", "R3210", Force::Must, "MUST NOT contain more than one SECURITY_HEADER with the same actor attribute value"),
        ],
        catalogue: &["SO-05"];

    /// The Security header need not be understood
    ///
    /// With `mustUnderstand="1"` a receiver that knows no WS-Security refuses the message; without it, it
    /// may go on as if there were no header. Real clients of eHealth set it. The attribute itself is not
    /// signed.
    "ws-security.understanding-not-demanded": WARNING.not_in_standard() => understanding_not_demanded,
        clauses: &["AA-6.1.2-01"],
        cites: &[cite("SOAP 1.1", "4.2.3", Force::May, "can be used to indicate whether a header entry is mandatory or optional for the recipient to process")],
        catalogue: &["SO-05"];

    /// Two elements have the same identifier
    ///
    /// A reference to that identifier can be read as either: what was signed, and what is executed. Meant is
    /// `wsu:Id`; an `id` of the payload is its own affair until a reference uses it.
    "ws-security.id-duplicated": ERROR => id_duplicated,
        cites: &[
            cite("WSS SOAP Message Security 1.1", "4.2", Force::Must, "Two wsu:Id attributes within an XML document MUST NOT have the same value"),
            cite("WS-I BSP 1.1", "R3204", Force::Must, "Two wsu:Id attributes within any SECURE_ENVELOPE MUST NOT have the same value"),
        ],
        catalogue: &["SO-11", "XP-20"];

    /// A part of the message is encrypted
    ///
    /// eHealth's messages are not: TLS does that. What is encrypted cannot be judged here either.
    "ws-security.encrypted": ERROR.in_standard(Inconclusive) => encrypted,
        clauses: &["AA-6.1.2-06"],
        cites: &[
            cite("AA cookbook 1.8", "6.1.2", Force::Must, "No encryption on the message"),
            cite("WS-I BSP 1.1", "R5440", Force::Must, "A SIGNATURE MUST NOT have any xenc:EncryptedData elements amongst its descendants"),
        ],
        catalogue: &["SO-14"];

    /// The header carries a user name
    ///
    /// The sender is known by a certificate. A UsernameToken beside it is ignored at best, and sends a
    /// password to a service that has no use for it.
    "ws-security.username-token": WARNING.not_in_standard() => username_token,
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Fact, "and the binary security token: an eHealth certificate")],
        catalogue: &["SO-20"];

    /// A comment or an instruction stands inside of Created or Expires
    ///
    /// What is canonicalised without comments is signed without them: anybody may put one into a timestamp
    /// afterwards, and the signature stays right. A reader that takes the first piece of text reads another
    /// instant then, one without its zone. etalon reads the whole text, and refuses the message, because
    /// others do not. In tokens and in the signature itself it is told by `signed-xml`.
    "ws-security.value-interrupted": ERROR => value_interrupted,
        cites: &[cite("etalon", "what you see is what is signed", Force::House, "text across comments is never truncated (CVE-2017-11427 and its sisters)")],
        catalogue: &["XP-07", "XP-08", "XP-09"];
}

fn not_an_envelope(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !message.is_envelope {
        let root = message.root;
        let text = format!("expected an Envelope of SOAP, found {}", root.name());
        cx.fail(root.path(), root.start_tag(), text);
    }
    Some(Checked)
}

fn soap_version_other(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !message.is_envelope {
        return None;
    }
    if message.root.namespace() == ENVELOPE_12 {
        cx.fail(message.root.path(), message.root.start_tag(), "expected SOAP 1.1, found SOAP 1.2");
    }
    Some(Checked)
}

fn envelope_malformed(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let envelope = message.root;
    if !message.is_envelope || envelope.namespace() != ENVELOPE_12 {
        return None;
    }
    let mut wanted: &[&str] = &["Header", "Body"];
    for child in envelope.elements() {
        let place = wanted.iter().position(|name| child.is(ENVELOPE_12, name));
        match place {
            Some(place) => wanted = &wanted[place + 1..],
            None => {
                let text =
                    format!("expected one Header and one Body in the Envelope, found {}", child.name());
                cx.fail(child.path(), child.start_tag(), text);
            }
        }
    }
    if message.body.is_none() {
        cx.fail(envelope.path(), envelope.span(), "expected a Body in the Envelope, found none");
    }
    Some(Checked)
}

fn header_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !message.is_envelope {
        return None;
    }
    if message.headers.is_empty() {
        let text = "expected a wsse:Security header, found none";
        cx.fail(message.root.path(), message.root.start_tag(), text);
    }
    Some(Checked)
}

fn header_repeated(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.header()?;
    let mut seen = BTreeSet::new();
    for header in &message.headers {
        let actor = header
            .attribute(ENVELOPE, "actor")
            .or_else(|| header.attribute(ENVELOPE_12, "role"))
            .map(|actor| actor.value().into_owned());
        if !seen.insert(actor) {
            let text = "expected one Security header for a receiver, found another one";
            cx.fail(header.path(), header.start_tag(), text);
        }
    }
    Some(Checked)
}

fn understanding_not_demanded(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let header = message.header()?;
    let demanded = [ENVELOPE, ENVELOPE_12]
        .into_iter()
        .filter_map(|namespace| header.attribute(namespace, "mustUnderstand"))
        .any(|attribute| matches!(&*attribute.value(), "1" | "true"));
    if !demanded {
        cx.fail(
            header.path(),
            header.start_tag(),
            "expected mustUnderstand=\"1\" on the Security header, found none",
        );
    }
    Some(Checked)
}

fn id_duplicated(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.header()?;
    let ids = Ids::of(message.root.document());
    let first = |id| ids.first(id).is_some_and(|first| first.attribute(WSU, "Id").is_some());
    let again = ids.duplicates().filter(|(id, _, again)| again.namespace() == WSU && first(*id));
    for (id, element, attribute) in again {
        let text = format!("expected the identifier `{}` once, found it again", id.escape_debug());
        cx.fail(element.path(), attribute.span(), text);
    }
    Some(Checked)
}

fn encrypted(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !message.is_envelope {
        return None;
    }
    let all = message.root.descendants().filter(|element| element.namespace() == XENC);
    for element in all.filter(|element| matches!(element.local(), "EncryptedData" | "EncryptedKey")) {
        cx.fail(
            element.path(),
            element.start_tag(),
            "expected the message in clear, found encrypted content",
        );
    }
    Some(Checked)
}

fn username_token(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.header()?;
    for token in message.parts(WSSE, "UsernameToken") {
        cx.fail(token.path(), token.start_tag(), "expected a certificate alone, found a UsernameToken");
    }
    Some(Checked)
}

fn value_interrupted(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.timestamps().next()?;
    for value in message.timestamps().flat_map(Timestamp::instants) {
        if let Some(span) = value.interruption() {
            let text = format!(
                "expected the text of {} in one piece, found a comment or an instruction in it",
                value.name()
            );
            cx.fail(value.path(), span, text);
        }
    }
    Some(Checked)
}
