//! The compact serialization: three parts of base64url.

use crate::model::jws::Serialized;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Serialized =>
    /// The text is no compact JWS
    ///
    /// A compact JWS is header, payload and signature with two dots between them. Five parts are a
    /// JWE, a JSON object is another serialization: neither is taken where a signed token is
    /// expected, nor is what stands in an unprotected header.
    "jws.not-three-parts": ERROR => not_three_parts,
        clauses: &["KD-8.1-06"],
        cites: &[cite("RFC 7515", "3.1", Force::Fact, "BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload) || '.' || BASE64URL(JWS Signature)")],
        catalogue: &["JT-01", "JT-02", "JT-06", "JT-19", "JT-20", "JT-22"];

    /// A part is not strict base64url
    ///
    /// Padding, white space, the other alphabet, foreign characters and set bits behind the last
    /// byte are each read differently by different decoders: the same signature then stands for
    /// several texts, and a filter sees another token than the service.
    "jws.part-not-base64url": ERROR => part_not_base64url,
        cites: &[cite("RFC 7515", "2", Force::Fact, "with all trailing '=' characters omitted … and without the inclusion of any line breaks, whitespace, or other additional characters")],
        catalogue: &["GE-13", "GE-14", "GE-15", "JT-01", "JT-15"];
}

fn not_three_parts(text: &Serialized<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some(departure) = text.compact.departure() {
        cx.fail("", text.compact.span(), departure.to_string());
    }
    Some(Checked)
}

fn part_not_base64url(text: &Serialized<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if text.compact.departure().is_some() {
        return None;
    }
    let is_encoded = |name: &str| !(text.is_payload_bare && name == "payload");
    for (name, part) in text.compact.named_parts().into_iter().filter(|(name, _)| is_encoded(name)) {
        for fault in &part.faults {
            cx.fail(name, fault.span, fault.kind.to_string());
        }
    }
    Some(Checked)
}
