//! The members: which there must be, of which type, and under which name.

use crate::model::creation_options::{CreationOptions, OTHER_NAMES, SHAPE};
use crate::model::shape::{Misfit, at, misfits};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::json::shape;
use crate::rules::shown;

rule! { CreationOptions =>
    /// A member that the ceremony needs is missing
    ///
    /// `challenge`, `rp`, `user` and `pubKeyCredParams` make a registration possible; `rp` has a
    /// name, `user` an id and two names, each parameter a type and an algorithm.
    "creation-options.member-missing": ERROR => member_missing,
        clauses: &[
            "KD-4.1.1-06", "KD-4.1.1-07", "KD-4.1.1-08", "KD-5.2.1-15", "KD-5.2.1-20", "KD-5.2.1-28",
            "KD-5.2.1-31", "KD-5.2.1-32", "KD-5.2.1-33", "KD-5.2.1-38",
        ],
        cites: &[
            cite("WebAuthn L3", "5.4", Force::Must, "required PublicKeyCredentialRpEntity rp; required PublicKeyCredentialUserEntity user; required BufferSource challenge; required sequence<PublicKeyCredentialParameters> pubKeyCredParams"),
            cite("KeyDepot cookbook 1.2", "4.1.1", Force::Must, "the eHealth platform will return a challenge, user info, and relying party info to the client"),
        ],
        defects: &["SD-38"],
        catalogue: &["WO-04", "WO-06"];

    /// A member has the wrong JSON type
    ///
    /// Browsers convert the options member by member: one of another type makes the whole call fail, with a
    /// TypeError that names no member. `rp.id`, `rp.icon` and `authenticatorSelection` may be null, as in the
    /// cookbook's example.
    "creation-options.member-mistyped": ERROR => member_mistyped,
        clauses: &[
            "KD-5.2-01", "KD-5.2.1-15", "KD-5.2.1-26", "KD-5.2.1-40", "KD-5.2.1-42", "KD-5.2.1-45",
            "KD-5.2.1-47", "KD-5.2.1-49", "KD-5.2.1-50", "KD-5.2.1-52", "KD-5.2.1-53", "KD-5.2.1-54",
        ],
        cites: &[cite("WebAuthn L3", "5.4", Force::Must, "dictionary PublicKeyCredentialCreationOptions")],
        defects: &["SD-06", "SD-49"],
        catalogue: &["GE-08", "WO-09"];

    /// A member stands under the name that the cookbook's tables give it
    ///
    /// The tables say `publicKeyCredParams`, `requiredResidentKey`, `username`, `displayname` and
    /// `accountId`; the example and WebAuthn say `pubKeyCredParams`, `requireResidentKey`, `name`,
    /// `displayName` and `id` (SD-07, SD-38). A browser ignores a member that it does not know.
    "creation-options.member-renamed": WARNING => member_renamed,
        clauses: &["KD-5.2.1-26", "KD-5.2.1-31", "KD-5.2.1-38"],
        cites: &[cite("WebAuthn L3", "5.4", Force::Must, "required sequence<PublicKeyCredentialParameters> pubKeyCredParams")],
        defects: &["SD-07", "SD-38", "SD-195"],
        catalogue: &["GE-05", "WO-12"];

    /// The answer gives internals away
    ///
    /// A member is called like a secret or like the trace of an error. Options are shown to any
    /// caller.
    "creation-options.internals-given-away": ERROR => internals_given_away,
        cites: &[cite("etalon", "creation-options", Force::House, "options hold nothing but what the ceremony needs")],
        catalogue: &["WO-10"];
}

/// Words that no member of options has in its name.
const INTERNAL: &[&str] = &["password", "secret", "privatekey", "stacktrace", "exception", "token"];

fn member_missing(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if options.value.kind() != crate::wire::json::Type::Object {
        return None;
    }
    for misfit in misfits(options.value, SHAPE) {
        let Misfit::Missing(object, name) = misfit else { continue };
        let renamed =
            OTHER_NAMES.iter().any(|(_, other, right)| *right == name && object.member(other).is_some());
        if !renamed {
            cx.fail(object.pointer(), object.span(), format!("expected a member {name}, found none"));
        }
    }
    Some(Checked)
}

fn member_mistyped(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::mistyped(options.value, SHAPE, cx)
}

fn member_renamed(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::misspelt(options.value, SHAPE, cx)?;
    for (of, other, right) in OTHER_NAMES {
        for value in at(options.value, of).into_iter().filter_map(|object| object.member(other)) {
            let span = value.name_span().unwrap_or(value.span());
            cx.fail(value.pointer(), span, format!("expected the member `{right}`, found `{other}`"));
        }
    }
    Some(Checked)
}

fn internals_given_away(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    options.value.members().next()?;
    for (name, value) in options.value.members() {
        let letters: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        if INTERNAL.iter().any(|word| letters.contains(word)) {
            let message = format!("expected members of the ceremony alone, found {}", shown(name));
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}
