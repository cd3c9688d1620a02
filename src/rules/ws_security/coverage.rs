//! What the signature covers: body, timestamp and token, as they stand where they are read; and that
//! the holder of an assertion is the one who signed.

use crate::base::Budget;
use crate::crypto::PublicKey;
use crate::model::certificate::Certificate;
use crate::model::saml::assertion::Assertion;
use crate::model::saml::query::AttributeQuery;
use crate::model::security_token;
use crate::model::signed_xml::XmlSignature;
use crate::model::soap::{ENVELOPE, ENVELOPE_12};
use crate::model::ws_security::{WSU, WsSecurity, signs};
use crate::model::x509_designation::identifies;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::Element;
use crate::xmldsig::KeyInfo;

rule! { WsSecurity =>
    /// The body is not signed
    ///
    /// No valid signature of the header covers the body as it stands under the envelope. A signed body
    /// that was moved into another header, with a new one in its place, is found here.
    "ws-security.body-not-signed": ERROR => body_not_signed,
        clauses: &["AA-5.1.1-08", "AA-5.3.1-03", "AA-6.1.2-04", "IX-2.1-09"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "the body (the message itself)")],
        defects: &["SD-160"],
        catalogue: &["DS-10", "DS-12", "SO-10", "SO-16"];

    /// The timestamp is not signed
    ///
    /// An unsigned timestamp is whatever the last hand wrote.
    "ws-security.timestamp-not-signed": ERROR => timestamp_not_signed,
        clauses: &["AA-5.1.1-07", "AA-6.1.2-04"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "the timestamp, (the one mentioned above)")],
        catalogue: &["SO-07", "SO-10"];

    /// The binary security token is not signed
    ///
    /// An unsigned certificate can be exchanged for another one with the same key: one of another holder,
    /// another purpose or another issuer.
    "ws-security.token-not-signed": ERROR.not_in_standard() => token_not_signed,
        clauses: &["AA-5.1.1-09", "AA-6.1.2-04"],
        cites: &[cite("AA cookbook 1.8", "6.1.2", Force::Must, "Signature of the timestamp, body and binary security token")],
        catalogue: &["SO-10"];

    /// Body, timestamp and token are signed apart
    ///
    /// Each is signed, but not by one signature: parts of two messages can be put together.
    "ws-security.signed-apart": ERROR.not_in_standard() => signed_apart,
        clauses: &["AA-6.1.2-04"],
        cites: &[cite("AA cookbook 1.8", "6.1.2", Force::Must, "Signature of the timestamp, body and binary security token")],
        catalogue: &["SO-10"];

    /// What is signed does not stand where it is read
    ///
    /// The signature covers a Body or a Timestamp that is not the message's: it was moved aside, into a
    /// header that nobody reads.
    "ws-security.signed-part-moved": ERROR => signed_part_moved,
        cites: &[cite("XML Signature 1.1", "8.1.3", Force::Should, "should operate over the data that was transformed (including canonicalization) and signed, not the original pre-transformed data")],
        catalogue: &["SO-10", "DS-10", "DS-12"];

    /// The message is not signed by the holder of its assertion
    ///
    /// An assertion with a holder-of-key confirmation is worth something only with the signature of that
    /// key's holder. The signature verifies under another key, or no signature covers the body under the
    /// holder's. The holder's key may be named by a certificate, by value, or by the number, key identifier
    /// or digest of a certificate.
    "ws-security.holder-not-signer": ERROR => holder_not_signer,
        clauses: &["IX-2.1-09", "AA-5.4.3-06"],
        cites: &[
            cite("IAM eXchange cookbook 1.1", "2.1", Force::Fact, "by signing the Body of SOAP messages with the Private Key that corresponds with the Public Key mentioned in the SAML token"),
            cite("WSS SAML Token Profile 1.1", "3.5.1.1", Force::Fact, "by demonstrating knowledge of any key identified in a holder-of-key SubjectConfirmation element"),
        ],
        catalogue: &["SM-26"];
}

fn body_not_signed(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.signature_elements().next()?;
    let body = message.body?;
    if !message.signs(body) {
        cx.fail(body.path(), body.start_tag(), "expected a valid signature over the Body, found none");
    }
    Some(Checked)
}

fn timestamp_not_signed(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.signature_elements().next()?;
    message.timestamps().next()?;
    for timestamp in message.timestamps().filter(|it| !message.signs(it.element)) {
        let element = timestamp.element;
        cx.fail(element.path(), element.span(), "expected a valid signature over the Timestamp, found none");
    }
    Some(Checked)
}

fn token_not_signed(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.signature_elements().next()?;
    message.tokens().next()?;
    for token in message.tokens().filter(|token| !message.signs(*token)) {
        let text = "expected a valid signature over the BinarySecurityToken, found none";
        cx.fail(token.path(), token.start_tag(), text);
    }
    Some(Checked)
}

fn signed_apart(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let header = message.header()?;
    let timestamps = message.timestamps().map(|timestamp| timestamp.element);
    let parts: Vec<Element<'_>> =
        message.body.into_iter().chain(timestamps).chain(message.tokens()).collect();
    if parts.len() < 2 || !parts.iter().all(|part| message.signs(*part)) {
        return None;
    }
    if !message.own().any(|signature| parts.iter().all(|part| signs(signature, *part))) {
        let text = "expected one signature over body, timestamp and token, found several";
        cx.fail(header.path(), header.start_tag(), text);
    }
    Some(Checked)
}

fn signed_part_moved(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.own().next()?;
    let stands = |apex: Element<'_>| match (apex.namespace(), apex.local()) {
        (ENVELOPE | ENVELOPE_12, "Body") => Some(apex) == message.body,
        (WSU, "Timestamp") => message.timestamps().any(|timestamp| timestamp.element == apex),
        _ => true,
    };
    for signature in message.own() {
        for covered in signature.checked.iter().filter_map(|checked| checked.covered) {
            if !stands(covered.apex) {
                let apex = covered.apex;
                let text = format!(
                    "expected the signed {} at its place in the message, found it elsewhere",
                    apex.local()
                );
                cx.fail(apex.path(), apex.start_tag(), text);
            }
        }
    }
    Some(Checked)
}

/// What the message says of the keys of its holders: in the assertions of its header, and in the query in
/// its body.
fn holders<'m>(message: &WsSecurity<'m>) -> Vec<(Element<'m>, KeyInfo<'m>)> {
    let assertions = message.assertions().filter_map(Assertion::read);
    let mut keys: Vec<_> = assertions.flat_map(|assertion| security_token::holder_keys(&assertion)).collect();
    let query = AttributeQuery::read(message.root);
    let confirmations = query.subject.iter().flat_map(|subject| &subject.confirmations);
    let asked = confirmations.filter(|it| query.is_query && it.kind() == "holder-of-key");
    keys.extend(asked.flat_map(|it| &it.keys));
    keys.into_iter().map(|key| (key, KeyInfo::read(key))).collect()
}

/// Whether the key of a valid signature is the one that `holder` names; nothing where that cannot be told.
fn is_of(signature: &XmlSignature<'_>, holder: &KeyInfo<'_>) -> Option<bool> {
    let parts = signature.parts()?;
    let signer = signature.signer();
    let own = |key: &PublicKey| match signer.map(Certificate::key) {
        Some(Ok(signer)) => signer.is_same(key),
        Some(Err(_)) | None => parts.verify(key).is_ok(),
    };
    let certificates = holder.certificates().filter_map(|(_, der)| Certificate::read(der, &Budget::JUDGE).0);
    let shown = certificates.filter_map(|it| it.key().ok().map(own));
    let given = holder.key_values.iter().filter_map(|(_, key)| key.as_ref()).map(own);
    // Numbers and digests are asked only where no key stands beside them.
    shown.chain(given).reduce(|one, other| one || other).or_else(|| {
        let named = holder.x509.iter().filter_map(|data| identifies(data, signer?));
        named.reduce(|one, other| one || other)
    })
}

fn holder_not_signer(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.signature_elements().next()?;
    let body = message.body?;
    let holders = holders(message);
    let over_body: Vec<_> = message.own().filter(|signature| signature.signed(body)).collect();
    let told = over_body.iter().flat_map(|it| holders.iter().filter_map(|(_, holder)| is_of(it, holder)));
    let shows = |(_, it): &(_, KeyInfo<'_>)| {
        it.certificates().next().is_some() || it.key_values.iter().any(|(_, key)| key.is_some())
    };
    let held = match told.reduce(|one, other| one || other) {
        Some(held) => held,
        None if over_body.is_empty() && holders.iter().any(shows) => false,
        None => return None,
    };
    if !held {
        let shown =
            holders.iter().find_map(|(_, holder)| Some((holder.certificates().next()?.0, "certificate")));
        let (place, what) = shown.or_else(|| Some((holders.first()?.0, "key")))?;
        let text = format!("expected a signature over the Body by the holder of this {what}, found none");
        cx.fail(place.path(), place.span(), text);
    }
    Some(Checked)
}
