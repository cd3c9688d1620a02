//! What client data is made of: the members, their types, and the type of the ceremony.

use crate::model::client_data::ClientData;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::shown;
use crate::wire::json::Type;

/// The members that must be there, with their type.
const REQUIRED: &[&str] = &["type", "challenge", "origin"];

/// The members that may be there, with their type.
const OPTIONAL: &[(&str, Type)] = &[("crossOrigin", Type::Bool), ("topOrigin", Type::String)];

/// A member that Level 3 only reserves, and that has a rule of its own.
const RESERVED: &str = "tokenBinding";

rule! { ClientData =>
    /// The client data is not a JSON object
    ///
    /// clientDataJSON is the JSON of a CollectedClientData dictionary. An array, a string or a number
    /// has no members, so neither challenge nor origin can be checked. Send the bytes that the
    /// browser returned in `response.clientDataJSON`.
    "client-data.not-an-object": ERROR => not_an_object,
        clauses: &["KD-5.2.2-13"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Let C, the client data claimed as collected during the credential creation, be the result of running an implementation-specific JSON parser on JSONtext")],
        catalogue: &["WC-07"],
        codes: &["BAD_REQUEST"];

    /// A member of the client data is missing
    ///
    /// `type`, `challenge` and `origin` are required: without one of them the ceremony that was
    /// signed is not known.
    "client-data.member-missing": ERROR => member_missing,
        clauses: &["KD-5.2.2-15"],
        cites: &[cite("WebAuthn L3", "5.8.1", Force::Must, "required DOMString type; required DOMString challenge; required DOMString origin")],
        catalogue: &["WC-08", "WC-09", "WC-14"],
        codes: &["BAD_REQUEST"];

    /// A member of the client data has the wrong JSON type
    ///
    /// `type`, `challenge`, `origin` and `topOrigin` are strings, `crossOrigin` is a boolean.
    "client-data.member-mistyped": ERROR => member_mistyped,
        clauses: &["KD-5.2.2-15"],
        cites: &[cite("WebAuthn L3", "5.8.1", Force::Must, "required DOMString challenge; … boolean crossOrigin; DOMString topOrigin")],
        catalogue: &["WC-09", "WC-14", "WC-16"],
        codes: &["BAD_REQUEST"];

    /// The client data is not that of a registration
    ///
    /// `type` must be `webauthn.create`, in these letters. `webauthn.get` belongs to an
    /// authentication, `navigator.id.finishEnrollment` to U2F. The cookbook's table speaks of "either
    /// create() or get()" (SD-51), but a registration is only ever the former.
    "client-data.type-wrong": ERROR => type_wrong,
        clauses: &["KD-5.2.2-16"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the value of C.type is webauthn.create")],
        defects: &["SD-51"],
        catalogue: &["WC-08"],
        codes: &["VALIDATION_FAILED"];

    /// A byte order mark stands before the client data
    ///
    /// The UTF-8 decoding that WebAuthn prescribes takes it off, so the registration is valid. Plain
    /// JSON parsers stumble over it, and the mark is part of what was signed: leave it in place.
    "client-data.byte-order-mark": NOTE => byte_order_mark,
        cites: &[cite("WebAuthn L3", "7.1", Force::Fact, "In particular, any leading byte order mark (BOM) MUST be stripped.")],
        catalogue: &["WC-07"];

    /// The token binding is not described as WebAuthn describes it
    ///
    /// `tokenBinding` was reserved in Level 3 and is ignored there. Where it stands, its `status` was
    /// `supported` or `present`, and `present` came with an `id`.
    "client-data.token-binding-malformed": ERROR.in_field(Warning).in_standard(Warning) => token_binding_malformed,
        cites: &[cite("WebAuthn L2", "5.8.1", Force::Must, "This member MUST be present if status is present, and MUST be a base64url encoding of the Token Binding ID")],
        catalogue: &["WC-17"],
        codes: &["BAD_REQUEST"];

    /// The client data has a member that WebAuthn does not know
    ///
    /// Clients add members, also on purpose, so that nobody compares client data with a template.
    /// Unknown members must be ignored; this note only shows that they are there.
    "client-data.unknown-member": NOTE => unknown_member,
        clauses: &["KD-5.2.2-31"],
        cites: &[cite("WebAuthn L3", "5.8.1", Force::Must, "Therefore it's critical when parsing to be tolerant of unknown keys and of any reordering of the keys.")],
        catalogue: &["WC-18"];

    /// The registration was made inside a frame of another origin
    ///
    /// `crossOrigin` is true: the page that asked for the key was embedded in a page of another site.
    /// A relying party that does not mean to be embedded refuses this. `topOrigin` names the site
    /// around it.
    "client-data.cross-origin": WARNING => cross_origin,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "If C.crossOrigin is present and set to true, verify that the Relying Party expects that this credential would have been created within an iframe")],
        catalogue: &["WC-16"],
        codes: &["VALIDATION_FAILED"];

    /// A top origin is named although the frames share one origin
    ///
    /// `topOrigin` is only written when `crossOrigin` is true.
    "client-data.top-origin-unexpected": ERROR => top_origin_unexpected,
        cites: &[cite("WebAuthn L3", "5.8.1", Force::Must, "It is set only if the call was made from context that is not same-origin with its ancestors, i.e. if crossOrigin is true")],
        catalogue: &["WC-16"],
        codes: &["VALIDATION_FAILED"];
}

fn not_an_object(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if data.value.kind() != Type::Object {
        cx.unreadable();
        let found = data.value.kind();
        cx.fail("", data.value.span(), format!("expected an object, found {found}"));
    }
    Some(Checked)
}

fn member_missing(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    object(data)?;
    for name in REQUIRED.iter().filter(|name| data.member(name).is_none()) {
        cx.fail(
            format_args!("/{name}"),
            data.value.span(),
            format!("expected the member `{name}`, found none"),
        );
    }
    Some(Checked)
}

fn member_mistyped(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    object(data)?;
    let required = REQUIRED.iter().map(|name| (*name, Type::String));
    for (name, wanted) in required.chain(OPTIONAL.iter().copied()) {
        if let Some(value) = data.member(name)
            && value.kind() != wanted
        {
            cx.fail(value.pointer(), value.span(), format!("expected {wanted}, found {}", value.kind()));
        }
    }
    Some(Checked)
}

fn type_wrong(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (found, value) = data.text("type")?;
    if found != "webauthn.create" {
        let hint = match found {
            "webauthn.get" => "this is the client data of an authentication; send that of create()",
            _ => "the comparison is exact, capitals included",
        };
        cx.fail("/type", value.span(), format!("expected `webauthn.create`, found {}", shown(found)))
            .hint(hint);
    }
    Some(Checked)
}

fn byte_order_mark(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some(span) = data.byte_order_mark {
        cx.fail("", span, "expected the JSON to begin at once, found a byte order mark");
    }
    Some(Checked)
}

fn token_binding_malformed(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let binding = data.member(RESERVED)?;
    if binding.kind() != Type::Object {
        cx.fail("/tokenBinding", binding.span(), format!("expected an object, found {}", binding.kind()));
        return Some(Checked);
    }
    let status = binding.member("status");
    match status.and_then(crate::wire::json::Value::as_str) {
        Some("supported") => {}
        Some("present") => {
            if binding.member("id").and_then(crate::wire::json::Value::as_str).is_none_or(str::is_empty) {
                cx.fail(
                    "/tokenBinding/id",
                    binding.span(),
                    "expected the token binding id of status `present`, found none",
                );
            }
        }
        Some(other) => {
            let found = shown(other);
            let span = status.map_or(binding.span(), crate::wire::json::Value::span);
            let message = format!("expected the status `supported` or `present`, found {found}");
            cx.fail("/tokenBinding/status", span, message);
        }
        None => {
            cx.fail("/tokenBinding/status", binding.span(), "expected the status as a string, found none");
        }
    }
    Some(Checked)
}

fn unknown_member(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    object(data)?;
    for (name, value) in data.value.members() {
        if name != RESERVED && !REQUIRED.contains(&name) && OPTIONAL.iter().all(|(known, _)| *known != name) {
            cx.fail(value.pointer(), value.span(), format!("expected a known member, found {}", shown(name)));
        }
    }
    Some(Checked)
}

fn cross_origin(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let cross = data.member("crossOrigin")?;
    if cross.as_bool()? {
        let around =
            data.text("topOrigin").map_or(String::new(), |(top, _)| format!(" inside {}", shown(top)));
        cx.fail(
            "/crossOrigin",
            cross.span(),
            format!("expected a registration from the page itself, found one from a frame{around}"),
        );
    }
    Some(Checked)
}

fn top_origin_unexpected(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let top = data.member("topOrigin")?;
    if data.member("crossOrigin").and_then(crate::wire::json::Value::as_bool) != Some(true) {
        cx.fail(
            "/topOrigin",
            top.span(),
            "expected a top origin only where `crossOrigin` is true, found one without",
        );
    }
    Some(Checked)
}

fn object(data: &ClientData<'_>) -> Option<()> {
    (data.value.kind() == Type::Object).then_some(())
}
