//! JSON alone: what is well-formed, yet read differently by different readers.

use super::artefact::{MAX_EXACT, is_beyond_double};
use super::grammar::fails;
use crate::rule;
use crate::rule::{Checked, Cx, Force, WARNING, cite};
use crate::wire::json::{Document, JsonFault as F};

rule! { Document =>
    /// An object has two members of the same name
    ///
    /// Some readers take the first, most the last, some refuse. Names are compared as they read
    /// unescaped, so that `"a"` and `"\u0061"` are the same.
    "json.duplicate-member": WARNING => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::DuplicateMember)),
        cites: &[cite("RFC 8259", "4", Force::Should, "The names within an object SHOULD be unique.")],
        catalogue: &["GE-04"];

    /// An escape stands for half a character
    ///
    /// A `\u` escape of a surrogate without its other half is no Unicode text: readers replace it,
    /// drop it, keep it or crash.
    "json.lone-surrogate": WARNING => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::LoneSurrogate(_))),
        cites: &[cite("RFC 8259", "8.2", Force::Should, "The behavior of software that receives JSON texts containing such values is unpredictable")],
        catalogue: &["GE-07"];

    /// A number does not fit a double
    ///
    /// An integer beyond 2^53 or a value beyond about 1.8e308 is rounded, made infinite or refused
    /// by readers that keep numbers as IEEE doubles, which is most of them.
    "json.number-beyond-double": WARNING => number_beyond_double,
        cites: &[cite("RFC 8259", "6", Force::Should, "good interoperability can be achieved by implementations that expect no more precision or range than these provide")],
        catalogue: &["GE-09"];
}

fn number_beyond_double(document: &Document<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for value in document.values() {
        if value.as_number().is_some_and(is_beyond_double) {
            let message = format!(
                "expected a number that a double holds exactly (up to {MAX_EXACT}), found a larger one"
            );
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}
