//! The answer to a query: an assertion about the subject of the query, just as the query names it.

use super::source::Asked;
use crate::base::time::Instant;
use crate::forge::Bench;
use crate::forge::saml::assertion::Assertion;
use crate::forge::saml::response::Response;
use crate::forge::saml::{Signer, Subject};
use crate::forge::soap::headless_envelope;
use crate::model::saml::query::AttributeQuery;
use crate::wire::c14n::{Algorithm, Subset, canonical};

/// The signed response, in its envelope.
pub(super) fn success(
    bench: &Bench,
    now: Instant,
    purpose: &str,
    query: &AttributeQuery<'_>,
    asked: &Asked,
) -> String {
    let mut stream = bench.stream(purpose);
    // Its place is taken by the subject of the query below.
    let subject = Subject::transient("placeholder", now);
    let assertion = Assertion::new(&mut stream, now, subject, asked.answered(now));
    let id = assertion.id.clone();
    let response = Response::answer(&mut stream, now, &asked.id, assertion);
    let text = headless_envelope(&response.to_xml());
    let own = text.find("<saml:Subject>").zip(text.find("</saml:Subject>"));
    let text = match own.zip(subject_of(query)) {
        Some(((start, end), echo)) => {
            format!("{}{echo}{}", &text[..start], &text[end + "</saml:Subject>".len()..])
        }
        None => text,
    };
    Signer::attribute_authority(&bench.pki).sign(&text, &id)
}

/// The subject of the query, as an element that can stand anywhere.
fn subject_of(query: &AttributeQuery<'_>) -> Option<String> {
    let subject = query.subject.as_ref()?;
    let bytes = canonical(Subset::element(subject.element), &Algorithm::EXCLUSIVE).ok()?;
    // An empty NotBefore is accepted, and is no instant that an answer could repeat (SD-25).
    String::from_utf8(bytes).ok().map(|text| text.replacen(" NotBefore=\"\"", "", 1))
}
