//! The values: names that can be shown, and words that the service knows.

use crate::model::creation_request::CreationRequest;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;

/// What `attestation` may say.
const CONVEYANCES: &[&str] = &["none", "indirect", "direct"];

/// What the members of `authenticatorSelection` may say.
const SELECTIONS: &[(&str, &[&str])] = &[
    ("authenticatorAttachment", &["platform", "cross-platform"]),
    ("userVerification", &["required", "preferred", "discouraged"]),
    ("residentKey", &["required", "preferred", "discouraged"]),
];

/// What authenticators keep of a name, in bytes.
const KEPT: usize = 64;

rule! { CreationRequest =>
    /// A name is empty
    ///
    /// Nobody can tell such an account from another, and authenticators show an empty line. Send the names that the
    /// person knows.
    "creation-request.name-empty": ERROR.not_in_standard() => name_empty,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "username: String of the username")],
        catalogue: &["WO-11"],
        codes: &["BAD_REQUEST"];

    /// A name is longer than authenticators keep
    ///
    /// They may cut it after 64 bytes, in the middle of a word.
    "creation-request.name-long": WARNING => name_long,
        cites: &[cite("WebAuthn L3", "5.4.1", Force::May, "the value MAY be truncated … using a size limit greater than or equal to 64 bytes")],
        catalogue: &["GE-11"];

    /// The attestation that is asked for is not known
    ///
    /// `none`, `indirect` or `direct`. Level 2 of WebAuthn adds `enterprise`, which the cookbook does
    /// not offer.
    "creation-request.attestation-unknown": ERROR.not_in_standard() => attestation_unknown,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "“none”, “indirect”, “direct”")],
        defects: &["SD-40"],
        catalogue: &["WO-08", "WO-11"],
        codes: &["BAD_REQUEST"];

    /// The wished authenticator is described in unknown words
    ///
    /// `authenticatorAttachment` is `platform` or `cross-platform`; `userVerification` and `residentKey` are
    /// `required`, `preferred` or `discouraged`. Clients ignore words that they do not know, so that the wish is lost
    /// without a sign.
    "creation-request.selection-unknown": ERROR.not_in_standard() => selection_unknown,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "Available values: “required”, “preferred”, “discouraged”")],
        defects: &["SD-49"],
        catalogue: &["WO-11"],
        codes: &["BAD_REQUEST"];
}

fn name_empty(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let names = || ["username", "displayName"].into_iter().filter_map(|name| request.value.member(name));
    names().next()?;
    for name in names().filter(|name| name.as_str().is_some_and(|text| text.trim().is_empty())) {
        cx.fail(name.pointer(), name.span(), "expected a name, found nothing");
    }
    Some(Checked)
}

fn name_long(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let names = || ["username", "displayName"].into_iter().filter_map(|name| request.value.member(name));
    names().next()?;
    for name in names() {
        let len = name.as_str().map_or(0, str::len);
        if len > KEPT {
            cx.fail(name.pointer(), name.span(), format!("expected at most {KEPT} bytes, found {len}"));
        }
    }
    Some(Checked)
}

fn attestation_unknown(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = request.value.member("attestation")?;
    let text = value.as_str()?;
    if !CONVEYANCES.contains(&text) {
        let message = format!("expected one of {}, found {}", CONVEYANCES.join(", "), shown(text));
        cx.fail(value.pointer(), value.span(), message);
    }
    Some(Checked)
}

fn selection_unknown(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let selection = request.value.member("authenticatorSelection")?;
    for (name, words) in SELECTIONS {
        let Some(value) = selection.member(name) else { continue };
        if let Some(text) = value.as_str().filter(|text| !words.contains(text)) {
            let message = format!("expected one of {}, found {}", words.join(", "), shown(text));
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}
