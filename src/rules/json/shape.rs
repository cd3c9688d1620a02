//! The shape of an artefact in JSON, told in findings: what several kinds of artefact share.

use crate::model::shape::{Member, Misfit, misfits};
use crate::rule::{Checked, Cx};
use crate::wire::json::{Type, Value};

/// Reports every member that an object of `root` lacks.
pub(crate) fn missing(root: Value<'_>, shape: &[Member], cx: &mut Cx<'_>) -> Option<Checked> {
    if root.kind() != Type::Object {
        return None;
    }
    for misfit in misfits(root, shape) {
        if let Misfit::Missing(object, name) = misfit {
            cx.fail(object.pointer(), object.span(), format!("expected a member {name}, found none"));
        }
    }
    Some(Checked)
}

/// Reports every value of another type than its member has; an artefact that is no object at all is
/// none of its kind.
pub(crate) fn mistyped(root: Value<'_>, shape: &[Member], cx: &mut Cx<'_>) -> Option<Checked> {
    if root.kind() != Type::Object {
        cx.unreadable();
    }
    for misfit in misfits(root, shape) {
        if let Misfit::Mistyped(value, types) = misfit {
            let expected: Vec<String> = types.iter().map(ToString::to_string).collect();
            let message = format!("expected {}, found {}", expected.join(" or "), value.kind());
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}

/// Reports every member whose name differs from the one it should have in case or punctuation alone.
pub(crate) fn misspelt(root: Value<'_>, shape: &[Member], cx: &mut Cx<'_>) -> Option<Checked> {
    if root.kind() != Type::Object {
        return None;
    }
    for misfit in misfits(root, shape) {
        if let Misfit::Misspelt(value, name) = misfit {
            let span = value.name_span().unwrap_or(value.span());
            let found = value.name().unwrap_or_default().escape_debug();
            cx.fail(value.pointer(), span, format!("expected the member `{name}`, found `{found}`"));
        }
    }
    Some(Checked)
}
