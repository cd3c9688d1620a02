//! The grammar of RFC 8259: a text that breaks it is not JSON.

use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::json::{Document, JsonFault as F};

rule! { Document =>
    /// There is no JSON value
    ///
    /// The text is empty, or nothing but white space. A body that is expected to be JSON was
    /// probably not sent at all.
    "json.empty": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Empty)),
        cites: &[cite("RFC 8259", "2", Force::Fact, "JSON-text = ws value ws")],
        catalogue: &["GE-01"];

    /// The text ends inside a value
    ///
    /// A string, an array, an object or a member stands open at the end: the text was cut, or a
    /// closing character was forgotten. What was read up to there is not judged any further.
    "json.truncated": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Truncated(_))),
        cites: &[cite("RFC 8259", "2", Force::Fact, "JSON-text = ws value ws")],
        defects: &["SD-04"];

    /// A byte cannot stand where it stands
    ///
    /// Decoding stops at the first byte that fits nowhere: the text is something else than JSON,
    /// or a bracket closes what was not opened.
    "json.unexpected-byte": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Unexpected(..))),
        cites: &[cite("RFC 8259", "2", Force::Fact, "The set of tokens includes six structural characters, strings, numbers, and three literal names.")],
        catalogue: &["GE-02"];

    /// Something stands behind the value
    ///
    /// A JSON text is one value. A reader that stops at its end never sees the rest, one that
    /// reads on may take it for the artefact.
    "json.trailing-data": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::TrailingData)),
        cites: &[cite("RFC 8259", "2", Force::Fact, "JSON-text = ws value ws")],
        catalogue: &["GE-06"];

    /// A comma is missing or one too many
    ///
    /// Commas stand between values, and nowhere else. The cookbook's own samples miss one after
    /// `displayName` and have some before a closing brace (SD-04); services refuse both.
    "json.comma-misplaced": ERROR => |doc, cx| {
        fails(doc, cx, |fault| matches!(fault, F::TrailingComma | F::ExtraComma | F::MissingComma))
    },
        cites: &[cite("RFC 8259", "4", Force::Fact, "A single comma separates a value from a following name")],
        defects: &["SD-04"],
        catalogue: &["GE-06"];

    /// There is a comment
    ///
    /// JSON has no comments. Readers that skip them and readers that stop at them disagree on what
    /// the text says.
    "json.comment": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Comment)),
        cites: &[cite("RFC 8259", "2", Force::Fact, "Insignificant whitespace is allowed before or after any of the six structural characters")],
        catalogue: &["GE-06"];

    /// A number is not written in JSON's notation
    ///
    /// No plus sign, no leading zero, no bare point, no hexadecimal digits.
    "json.number-malformed": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Number)),
        cites: &[cite("RFC 8259", "6", Force::Fact, "number = [ minus ] int [ frac ] [ exp ]")],
        catalogue: &["GE-09"];

    /// A bare word stands where a value or a name is expected
    ///
    /// The only words of JSON are `true`, `false` and `null`, in lower case; strings and member
    /// names are quoted. `NaN` and `Infinity` are JavaScript.
    "json.bare-word": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Literal)),
        cites: &[cite("RFC 8259", "3", Force::Must, "The literal names MUST be lowercase. No other literal names are allowed.")],
        catalogue: &["GE-09"];

    /// A control character stands unescaped in a string
    ///
    /// Characters below U+0020, line breaks among them, are written as escapes. One in a string
    /// often shows that its closing quote was forgotten.
    "json.control-character": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::ControlCharacter(_))),
        cites: &[cite("RFC 8259", "7", Force::Must, "characters that MUST be escaped: … the control characters (U+0000 through U+001F)")],
        catalogue: &["GE-07"];

    /// A backslash stands before something that has no escape
    ///
    /// JSON has eight escapes of one letter, and `\u` with four hexadecimal digits. Parsers that guess
    /// at others read different texts; write a backslash itself as `\\`.
    "json.escape-unknown": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Escape)),
        cites: &[cite("RFC 8259", "7", Force::Fact, "there are two-character sequence escape representations of some popular characters")];

    /// The text is not UTF-8
    ///
    /// Overlong forms, surrogates, cut sequences and other encodings are each read differently by
    /// different readers.
    "json.not-utf8": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Utf8)),
        clauses: &["KD-5.2.2-14"],
        cites: &[cite("RFC 8259", "8.1", Force::Must, "JSON text exchanged between systems that are not part of a closed ecosystem MUST be encoded using UTF-8")],
        catalogue: &["GE-07", "JT-21"];

    /// A byte order mark stands before the text
    ///
    /// Senders must not add one; readers may ignore it, or refuse the text.
    "json.byte-order-mark": ERROR.in_field(Warning) => |doc, cx| {
        fails(doc, cx, |fault| matches!(fault, F::ByteOrderMark))
    },
        cites: &[cite("RFC 8259", "8.1", Force::Must, "Implementations MUST NOT add a byte order mark (U+FEFF) to the beginning of a networked-transmitted JSON text")],
        catalogue: &["GE-06"];

    /// The text is larger or deeper than etalon reads
    ///
    /// Readers may set limits, and attackers count on those that have none. The message names the
    /// limit that was reached; decoding stopped there.
    "json.limit-reached": ERROR => |doc, cx| fails(doc, cx, |fault| matches!(fault, F::Spent(_))),
        cites: &[cite("RFC 8259", "9", Force::May, "An implementation may set limits on the size of texts that it accepts")],
        catalogue: &["GE-10", "GE-11", "GE-12"];
}

pub(super) fn fails(document: &Document<'_>, cx: &mut Cx<'_>, is: impl Fn(&F) -> bool) -> Option<Checked> {
    cx.fail_on(document.faults(), is);
    Some(Checked)
}
