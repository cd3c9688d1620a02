//! What the texts of an error give away: the service's inside, and what the caller must keep to
//! itself.

use crate::model::problem::Problem;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, Severity, WARNING, cite};
use crate::wire::json::Value;

const IAM: &str = "IAM eXchange cookbook 1.1";

rule! { Problem =>
    /// The error shows a stack trace
    ///
    /// A trace of the service's code tells attackers which libraries it is made of, and tells the
    /// client nothing that it could mend. Log it beside the incident's id, and send the id. RFC 9457
    /// warns of it without forbidding it: under the standard alone it is a warning.
    "problem.stack-trace": ERROR.in_standard(Severity::Warning) => stack_trace,
        cites: &[cite("RFC 9457", "5", Force::Should, "avoid making implementation details such as a stack dump available through the HTTP interface")],
        catalogue: &["GE-27"];

    /// The error repeats a secret
    ///
    /// Errors are logged on both sides and shown to people: a token or a private key in one is then
    /// in the hands of everyone who reads them. Name the member that was refused, not its value.
    "problem.secret-echoed": ERROR.in_standard(Severity::Warning) => secret_echoed,
        cites: &[cite("RFC 9457", "5", Force::Should, "the details given must also be scrutinized")],
        catalogue: &["GE-27"];

    /// A placeholder stands in the text
    ///
    /// The tables write `${statusCode}` and `{0}` for what the service fills in. Left in place,
    /// they tell the reader nothing. A text without a normative word, hence a warning.
    "problem.placeholder-left": WARNING.not_in_standard() => placeholder_left,
        clauses: &["IX-8-62", "IX-8-63"],
        cites: &[cite(IAM, "8", Force::Fact, "Account Service 401 Unauthorized")],
        defects: &["SD-146"],
        catalogue: &["TX-11"];
}

/// The texts in the answer, at whatever depth.
fn texts<'a>(problem: &Problem<'a>) -> Vec<(Value<'a>, &'a str)> {
    let mut found = Vec::new();
    let mut open = vec![problem.root];
    while let Some(value) = open.pop() {
        if let Some(text) = value.as_str() {
            found.push((value, text));
        }
        open.extend(value.elements());
        open.extend(value.members().map(|(_, member)| member));
    }
    found.sort_by_key(|(value, _)| value.span().start);
    found
}

/// Tells each text that `holds` what it must not.
fn refuse(problem: &Problem<'_>, cx: &mut Cx<'_>, holds: fn(&str) -> bool, message: &str) -> Option<Checked> {
    let texts = texts(problem);
    texts.first()?;
    for (value, _) in texts.into_iter().filter(|(_, text)| holds(text)) {
        cx.fail(value.pointer(), value.span(), message);
    }
    Some(Checked)
}

fn stack_trace(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    refuse(problem, cx, is_trace, "expected a text for the caller, found a stack trace")
}

/// Whether a line is a frame as Java, .NET, Python, Node or Go print it.
fn is_trace(text: &str) -> bool {
    let is_frame = |line: &str| {
        let line = line.trim();
        let at = line.strip_prefix("at ").is_some_and(|frame| frame.contains('(') && frame.contains('.'));
        let python = line.starts_with("File \"") && line.contains(", line ");
        at || python || line.starts_with("goroutine ") && line.ends_with("]:")
    };
    text.contains("Traceback (most recent call last)") || text.lines().any(is_frame)
}

fn secret_echoed(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    refuse(
        problem,
        cx,
        |text| holds_token(text) || holds_private_key(text),
        "expected no secret, found a token or a private key",
    )
}

/// Whether a JSON web token stands in it: a header, which begins a JSON object, and two more parts.
fn holds_token(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.split(|c: char| !is_letter(c)).any(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() >= 3 && parts[0].starts_with("eyJ") && parts[1].len() >= 8 && parts[2].len() >= 8
    })
}

fn holds_private_key(text: &str) -> bool {
    text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----")
}

fn placeholder_left(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = problem.description?;
    let text = value.as_str()?;
    let is_numbered = |open: usize| {
        let rest = &text[open + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest[digits..].starts_with('}')
    };
    let is_left =
        text.contains("${") || text.contains("{{") || text.match_indices('{').any(|(at, _)| is_numbered(at));
    if is_left {
        cx.fail(value.pointer(), value.span(), "expected a text that is filled in, found a placeholder");
    }
    Some(Checked)
}
