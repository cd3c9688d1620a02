//! What may be changed: the use and the name, and nothing else.

use crate::model::jwk_patch::{JwkPatch, SHAPE};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::json::shape;
use crate::rules::shown;

/// A name is shown to people; nobody reads more.
const MAX_NAME: usize = 255;

rule! { JwkPatch =>
    /// A member has the wrong JSON type
    ///
    /// `use` and `name` are strings. A null is no way to take them back.
    "jwk-patch.member-mistyped": ERROR.not_in_standard() => member_mistyped,
        clauses: &["KD-5.2-01"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.3", Force::Fact, "{ \"use\": \"sig\", \"name\": \"moto g 2013\" }")],
        catalogue: &["RL-03", "GE-08"],
        codes: &["BAD_REQUEST"];

    /// A member cannot be patched
    ///
    /// Only `use` and `name` can. A service that takes others lets a client change the key, its id
    /// or its attestation after they were verified.
    "jwk-patch.member-not-patchable": ERROR.not_in_standard() => member_not_patchable,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.3", Force::Fact, "An 'use' specification if the public key has a limitation to a specific usage. A meaningful name for this key.")],
        catalogue: &["RL-02"],
        codes: &["BAD_REQUEST"];

    /// The use is neither `sig` nor `enc`
    ///
    /// KeyDepot lists keys by these two words (5.2.4), in small letters. A key that is given another use is found by
    /// no query.
    "jwk-patch.use-unknown": ERROR.not_in_standard() => use_unknown,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "2 values possible: \"sig\" or \"enc\"")],
        defects: &["SD-50"],
        catalogue: &["RL-03"],
        codes: &["BAD_REQUEST"];

    /// The name cannot be shown
    ///
    /// It is empty, longer than 255 characters, or holds control characters.
    "jwk-patch.name-unusable": ERROR.not_in_standard() => name_unusable,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.3", Force::Fact, "A meaningful name for this key.")],
        catalogue: &["RL-03", "GE-11"],
        codes: &["BAD_REQUEST"];

    /// The name holds markup
    ///
    /// It is shown in `GET accounts` and wherever keys are listed: a page that does not escape it
    /// runs it.
    "jwk-patch.name-with-markup": WARNING.not_in_standard() => name_with_markup,
        cites: &[cite("etalon", "jwk-patch", Force::House, "a name is text")],
        catalogue: &["RL-03"];

    /// Nothing is changed
    ///
    /// All inputs are optional, but a patch without any changes nothing: the client probably left out what it meant
    /// to set.
    "jwk-patch.nothing-changed": WARNING.not_in_standard() => nothing_changed,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.3", Force::Fact, "All the inputs of the request are optional")];
}

fn member_mistyped(patch: &JwkPatch<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::mistyped(patch.value, SHAPE, cx)
}

fn member_not_patchable(patch: &JwkPatch<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    patch.value.members().next()?;
    for (name, value) in patch.value.members().filter(|(name, _)| !["use", "name"].contains(name)) {
        cx.fail(value.pointer(), value.span(), format!("expected `use` or `name`, found {}", shown(name)));
    }
    Some(Checked)
}

fn use_unknown(patch: &JwkPatch<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = patch.value.member("use")?;
    let text = value.as_str()?;
    if !["sig", "enc"].contains(&text) {
        cx.fail(value.pointer(), value.span(), format!("expected `sig` or `enc`, found {}", shown(text)));
    }
    Some(Checked)
}

fn name_unusable(patch: &JwkPatch<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = patch.value.member("name")?;
    let name = value.as_str()?;
    let count = name.chars().count();
    if name.trim().is_empty() {
        cx.fail(value.pointer(), value.span(), "expected a name, found nothing");
    } else if count > MAX_NAME {
        cx.fail(
            value.pointer(),
            value.span(),
            format!("expected at most {MAX_NAME} characters, found {count}"),
        );
    }
    if name.chars().any(char::is_control) {
        cx.fail(value.pointer(), value.span(), "expected visible characters, found a control character");
    }
    Some(Checked)
}

fn name_with_markup(patch: &JwkPatch<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = patch.value.member("name")?;
    if value.as_str()?.contains(['<', '>']) {
        cx.fail(value.pointer(), value.span(), "expected plain text, found angle brackets");
    }
    Some(Checked)
}

fn nothing_changed(patch: &JwkPatch<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if patch.value.kind() != crate::wire::json::Type::Object {
        return None;
    }
    if patch.value.members().next().is_none() {
        cx.fail("", patch.value.span(), "expected `use` or `name`, found neither");
    }
    Some(Checked)
}
