//! What an attestation is made of: its members, their types and their encoding.

use crate::model::attestation::{Attestation, Members};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::shown;
use crate::wire::json::{Type, Value};

rule! { Attestation =>
    /// The attestation is not a JSON object
    ///
    /// The body of the request is one JSON object, the PublicKeyCredential that `create()` returned.
    "attestation.not-an-object": ERROR => not_an_object,
        clauses: &["KD-5.2.2-02"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "dictionary RegistrationResponseJSON")],
        catalogue: &["WC-05"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation is missing
    ///
    /// `id`, `rawId`, `type`, `clientDataJSON` and `attestationObject` are all needed. The last two
    /// stand under `response`, or flat as in the cookbook's example (SD-08).
    "attestation.member-missing": ERROR => member_missing,
        clauses: &["KD-4.1.1-04", "KD-5.2.2-02", "KD-5.2.2-06", "KD-5.2.2-08", "KD-5.2.2-17"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "required DOMString id; required Base64URLString rawId; required AuthenticatorAttestationResponseJSON response; … required DOMString type")],
        defects: &["SD-03", "SD-08"],
        catalogue: &["WC-01", "WC-04", "WC-05"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation has the wrong JSON type
    ///
    /// `response` is an object, everything else a string. Bytes travel as base64url text, not as
    /// arrays of numbers.
    "attestation.member-mistyped": ERROR => member_mistyped,
        clauses: &["KD-5.2.2-26", "KD-5.2.2-27"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "typedef DOMString Base64URLString")],
        catalogue: &["WC-01", "WC-04", "WC-05"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation is empty
    ///
    /// The text is there and stands for no bytes: an encoder was given nothing. Look at what the client
    /// returned before it was put into JSON.
    "attestation.member-empty": ERROR => member_empty,
        cites: &[cite("FIDO conformance", "Server-ServerAuthenticatorAttestationResponse-Resp-1", Force::Must, "response.clientDataJSON is empty DOMString and check that server returns an error")],
        catalogue: &["WC-01", "WC-05"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation cannot be decoded
    ///
    /// Its text has characters that are in no base64 alphabet, or a length that no bytes encode to; the
    /// cookbook's own samples have such lengths through damage in print. What it carries is not judged.
    "attestation.member-undecodable": ERROR => member_undecodable,
        clauses: &["KD-5.2.2-26", "KD-5.2.2-27", "KD-5.2.2-30", "KD-5.2.2-32"],
        cites: &[cite("RFC 4648", "3.3", Force::Must, "Implementations MUST reject the encoded data if it contains characters outside the base alphabet")],
        defects: &["SD-04"],
        catalogue: &["WC-01"],
        codes: &["BAD_REQUEST"];

    /// A member of the attestation is not strict base64url
    ///
    /// WebAuthn writes base64url without padding. Padding, the `+` and `/` of base64, white space or
    /// bits behind the last byte are taken by many readers and refused by others.
    "attestation.member-not-base64url": ERROR.in_field(Warning) => member_not_base64url,
        clauses: &["KD-5.2.2-07", "KD-5.2.2-26", "KD-5.2.2-27", "KD-5.2.2-30", "KD-5.2.2-32"],
        cites: &[cite("WebAuthn L3", "3", Force::Must, "with all trailing '=' characters omitted … and without the inclusion of any line breaks, whitespace, or other additional characters")],
        catalogue: &["WC-01"],
        codes: &["BAD_REQUEST"];

    /// The type of the credential is not `public-key`
    ///
    /// WebAuthn has only this one type, in small letters.
    "attestation.type-wrong": ERROR => type_wrong,
        clauses: &["KD-5.2.2-12"],
        cites: &[cite("WebAuthn L3", "5.8.2", Force::Must, "enum PublicKeyCredentialType { \"public-key\" }")],
        catalogue: &["WC-04"],
        codes: &["BAD_REQUEST"];

    /// The raw id is spelled `rawid`
    ///
    /// The cookbook's table and example write `rawid`, WebAuthn `rawId`, and JSON tells capitals apart
    /// (SD-03). Both are taken. Send `rawId`, as every WebAuthn library does.
    "attestation.raw-id-spelling": WARNING => raw_id_spelling,
        clauses: &["KD-5.2.2-08"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "required Base64URLString rawId")],
        defects: &["SD-03"];

    /// Client data and attestation object stand flat
    ///
    /// WebAuthn puts them under `response`, and so does every client library; only the cookbook's example
    /// has them beside `id` and `type` (SD-08). Both are taken, and which the service wants has to be
    /// found out.
    "attestation.flat-members": WARNING.not_in_cookbook() => flat_members,
        clauses: &["KD-5.2.2-28", "KD-5.2.2-29"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "required AuthenticatorAttestationResponseJSON response")],
        defects: &["SD-08"],
        catalogue: &["WC-06"];

    /// Client data and attestation object stand under `response`
    ///
    /// So WebAuthn has it; the cookbook's example has them flat (SD-08). Both are taken.
    "attestation.nested-members": NOTE.not_in_standard().not_in_field() => nested_members,
        clauses: &["KD-5.2.2-28", "KD-5.2.2-29"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.2", Force::Fact, "\"type\": \"public-key\", \"clientDataJSON\":")],
        defects: &["SD-08"],
        catalogue: &["WC-06"];
}

fn not_an_object(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = attestation.members.root;
    if !attestation.members.is_one() {
        cx.unreadable();
        cx.fail("", root.span(), format!("expected an object, found {}", root.kind()));
    }
    Some(Checked)
}

fn member_missing(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let members = object(attestation)?;
    let parent = |nested| match members.response.filter(|response| nested && response.kind() == Type::Object)
    {
        Some(response) => (response.pointer(), response.span()),
        None => (String::new(), members.root.span()),
    };
    let wanted = [
        ("id", members.id.is_some(), false),
        ("rawId", members.raw_id.is_some(), false),
        ("type", members.kind.is_some(), false),
        ("clientDataJSON", members.client_data.is_some(), true),
        ("attestationObject", members.attestation_object.is_some(), true),
    ];
    for (name, there, nested) in wanted {
        if !there {
            let (at, span) = parent(nested);
            cx.fail(format_args!("{at}/{name}"), span, format!("expected the member `{name}`, found none"));
        }
    }
    Some(Checked)
}

fn member_mistyped(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let members = object(attestation)?;
    let strings = members.encoded().map(|it| it.value).chain(members.kind);
    let all = strings.map(|value| (value, Type::String)).chain(members.response.map(|it| (it, Type::Object)));
    for (value, wanted) in all {
        if value.kind() != wanted {
            cx.fail(value.pointer(), value.span(), format!("expected {wanted}, found {}", value.kind()));
        }
    }
    Some(Checked)
}

fn member_empty(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for encoded in object(attestation)?.encoded() {
        if encoded.value.as_str() == Some("") {
            let message = format!("expected bytes in `{}`, found an empty text", encoded.name);
            cx.fail(encoded.value.pointer(), encoded.value.span(), message);
        }
    }
    Some(Checked)
}

fn member_undecodable(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    report_faults(attestation, cx, false)
}

fn member_not_base64url(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    report_faults(attestation, cx, true)
}

/// Reports the base64url faults of members whose bytes could be read, or could not.
fn report_faults(attestation: &Attestation<'_>, cx: &mut Cx<'_>, readable: bool) -> Option<Checked> {
    for encoded in object(attestation)?.encoded() {
        let Some(decoded) = encoded.decoded.as_ref().filter(|it| it.bytes.is_some() == readable) else {
            continue;
        };
        for fault in &decoded.faults {
            let span = encoded.value.text_map().outer(fault.span);
            cx.fail(encoded.value.pointer(), span, fault.kind.to_string());
        }
    }
    Some(Checked)
}

fn type_wrong(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = object(attestation)?.kind?;
    let found = value.as_str()?;
    if found != "public-key" {
        cx.fail(value.pointer(), value.span(), format!("expected `public-key`, found {}", shown(found)));
    }
    Some(Checked)
}

fn raw_id_spelling(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = object(attestation)?.raw_id.as_ref()?.value;
    if value.name() == Some("rawid") {
        let span = value.name_span().unwrap_or(value.span());
        cx.fail(value.pointer(), span, "expected the member `rawId`, found `rawid`");
    }
    Some(Checked)
}

/// The members that WebAuthn nests, with whether they are nested.
fn placed<'a>(members: &'a Members<'a>) -> impl Iterator<Item = (&'static str, Value<'a>, bool)> {
    [&members.client_data, &members.attestation_object].into_iter().flatten().map(|encoded| {
        let nested = members.response.is_some_and(|response| response.member(encoded.name).is_some());
        (encoded.name, encoded.value, nested)
    })
}

fn flat_members(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (name, value, nested) in placed(object(attestation)?) {
        if !nested {
            let message = format!("expected `{name}` under `response`, found it beside `id`");
            cx.fail(value.pointer(), value.name_span().unwrap_or(value.span()), message);
        }
    }
    Some(Checked)
}

fn nested_members(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (name, value, nested) in placed(object(attestation)?) {
        if nested {
            let message = format!("expected `{name}` beside `id`, found it under `response`");
            cx.fail(value.pointer(), value.name_span().unwrap_or(value.span()), message);
        }
    }
    Some(Checked)
}

fn object<'a>(attestation: &'a Attestation<'a>) -> Option<&'a Members<'a>> {
    Some(attestation.members).filter(|members| members.is_one())
}
