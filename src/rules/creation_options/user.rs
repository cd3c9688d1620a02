//! The user: an id that says nothing, and names.

use crate::model::creation_options::CreationOptions;
use crate::model::identifier::IdentifierType;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

/// The longest user handle, in bytes.
const MAX_ID: usize = 64;

rule! { CreationOptions =>
    /// The user's id is not strict base64url
    ///
    /// Clients decode it before they hand it to the authenticator, and compare it later as text: padding or the other
    /// alphabet makes it fail in one of the two.
    "creation-options.user-id-not-base64url": ERROR.in_field(Warning) => user_id_not_base64url,
        clauses: &["KD-5.2.1-55"],
        cites: &[cite("WebAuthn L3", "5.1.8", Force::Must, "required Base64URLString id")],
        catalogue: &["WO-06", "GE-13", "GE-14"];

    /// The user's id does not have from 1 to 64 bytes
    ///
    /// An empty user handle is refused by authenticators, a longer one by browsers. The cookbook's example holds the
    /// 36 characters of a UUID.
    "creation-options.user-id-length": ERROR => user_id_length,
        clauses: &["KD-5.2.1-38", "KD-5.2.1-55"],
        cites: &[cite("WebAuthn L3", "5.4.3", Force::Must, "a maximum size of 64 bytes … The user handle MUST NOT be empty")],
        defects: &["SD-38"],
        catalogue: &["WO-06"];

    /// The user's id names a person
    ///
    /// Authenticators hand it out without asking who looks: a national number, a NIHII number or an
    /// e-mail address does not belong there.
    "creation-options.user-id-personal": ERROR => user_id_personal,
        clauses: &["KD-5.2.1-38"],
        cites: &[cite("WebAuthn L3", "14.6.1", Force::Must, "the user handle … MUST NOT include personally identifying information")],
        catalogue: &["WO-06"];

    /// A name of the user is empty
    ///
    /// Browsers and authenticators show both names when a person chooses among keys. An empty one leaves a blank line
    /// that nobody can choose.
    "creation-options.user-name-empty": WARNING => user_name_empty,
        clauses: &["KD-5.2.1-53", "KD-5.2.1-54"],
        cites: &[cite("WebAuthn L3", "5.4.3", Force::Fact, "A human-palatable name for the user account, intended only for display.")],
        catalogue: &["WO-07"];
}

fn user_id_not_base64url(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = options.user_id.as_ref()?;
    for fault in id.decoded.distinct_faults() {
        cx.fail(id.value.pointer(), id.value.text_map().outer(fault.span), fault.kind.to_string());
    }
    Some(Checked)
}

fn user_id_length(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = options.user_id.as_ref()?;
    let len = id.decoded.bytes.as_ref()?.len();
    if !(1..=MAX_ID).contains(&len) {
        cx.fail(
            id.value.pointer(),
            id.value.span(),
            format!("expected from 1 to {MAX_ID} bytes, found {len}"),
        );
    }
    Some(Checked)
}

fn user_id_personal(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = options.user_id.as_ref()?;
    let bytes = id.decoded.bytes.as_deref()?;
    // Eleven digits also read as base64url: the text itself may be the number.
    let texts = [std::str::from_utf8(bytes).ok(), id.value.as_str()];
    let found = texts.into_iter().flatten().find_map(|text| {
        let kind = ["SSIN", "NIHII11"]
            .into_iter()
            .find(|name| IdentifierType::named(name).is_some_and(|kind| kind.takes(text)));
        kind.or_else(|| text.contains('@').then_some("e-mail address"))
    });
    if let Some(found) = found {
        cx.fail(
            id.value.pointer(),
            id.value.span(),
            format!("expected bytes that say nothing, found a valid {found}"),
        );
    }
    Some(Checked)
}

fn user_name_empty(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let names = || ["name", "displayName"].into_iter().filter_map(|name| options.text("user", name));
    names().next()?;
    for (value, _) in names().filter(|(_, text)| text.trim().is_empty()) {
        cx.fail(value.pointer(), value.span(), "expected a name, found nothing");
    }
    Some(Checked)
}
