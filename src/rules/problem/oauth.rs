//! The errors of OAuth: RFC 6749, 5.2, as IAM eXchange sends them.

use crate::codes;
use crate::model::problem::{Problem, Shape};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, Severity, WARNING, cite};
use crate::rules::shown;
use crate::wire::json::Type;

const IAM: &str = "IAM eXchange cookbook 1.1";

rule! { Problem =>
    /// An OAuth error has no `error`
    ///
    /// `error` holds the code that a client decides by; `error_description` is for people.
    "problem.oauth-error-missing": ERROR => error_missing,
        clauses: &["IX-8-61"],
        cites: &[cite("RFC 6749", "5.2", Force::Must, "REQUIRED. A single ASCII [USASCII] error code from the following")],
        catalogue: &["GE-27"];

    /// A member of IAM eXchange's OAuth errors is missing
    ///
    /// The example has `error_description`, `error_uri`, which is null, and `id`. The help desk
    /// asks for the last one.
    "problem.oauth-member-missing": NOTE.not_in_standard().not_in_field() => member_missing,
        clauses: &["IX-8-62", "IX-8-64", "IX-8-65"],
        cites: &[cite(IAM, "8", Force::Fact, "\"error_uri\" : null")],
        catalogue: &["TX-11"];

    /// An OAuth code differs from a known one in its case
    ///
    /// Codes are case-sensitive and the known ones are lower case. The table of IAM eXchange prints
    /// `Invalid_request` once (SD-14), so that clients had better compare in any case; a service
    /// sends `invalid_request`.
    "problem.oauth-code-not-lower-case": WARNING.in_standard(Severity::Error).in_field(Severity::Note) => code_not_lower_case,
        clauses: &["IX-8-61"],
        cites: &[cite("RFC 6749", "1.9", Force::Fact, "Unless otherwise noted, all the protocol parameter names and values are case sensitive.")],
        defects: &["SD-14"],
        catalogue: &["TX-11"];

    /// An OAuth error holds letters that OAuth refuses there
    ///
    /// `error` and `error_description` are of printable ASCII without quotation marks and
    /// backslashes; `error_uri` is the same without blanks. Clients put them into headers and logs.
    "problem.oauth-text-refused": ERROR => text_refused,
        clauses: &["IX-8-61", "IX-8-62"],
        cites: &[cite("RFC 6749", "5.2", Force::Must, "Values for the \"error_description\" parameter MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.")],
        catalogue: &["TX-11"];
}

fn oauth<'p, 'a>(problem: &'p Problem<'a>) -> Option<&'p Problem<'a>> {
    Some(problem).filter(|it| it.shape == Shape::OAuth && it.root.kind() == Type::Object)
}

fn error_missing(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = oauth(problem)?.root;
    let is_empty = root.member("error").is_none_or(|it| it.is_null() || it.as_str() == Some(""));
    if is_empty {
        cx.fail(root.pointer(), root.span(), "expected a code in `error`, found none");
    }
    Some(Checked)
}

fn member_missing(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = oauth(problem)?.root;
    for name in ["error_uri", "id"].into_iter().filter(|name| root.member(name).is_none()) {
        cx.fail(root.pointer(), root.span(), format!("expected a member `{name}`, found none"));
    }
    Some(Checked)
}

fn code_not_lower_case(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = oauth(problem)?.root.member("error")?;
    let code = value.as_str()?;
    let lower = code.to_ascii_lowercase();
    let is_known = codes::find(code).iter().any(|row| row.service == "IAM eXchange");
    if is_known && lower != code {
        let message = format!("expected `{}`, found {}", lower.escape_debug(), shown(code));
        cx.fail(value.pointer(), value.span(), message);
    }
    Some(Checked)
}

fn text_refused(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = oauth(problem)?.root;
    for (name, lowest) in [("error", ' '), ("error_description", ' '), ("error_uri", '!')] {
        let Some((value, text)) = root.member(name).and_then(|it| Some((it, it.as_str()?))) else { continue };
        let allowed = |c: char| (lowest..='~').contains(&c) && c != '"' && c != '\\';
        if let Some(found) = text.chars().find(|c| !allowed(*c)) {
            let message = format!(
                "expected printable ASCII without quotation marks and backslashes, found U+{:04X}",
                u32::from(found)
            );
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}
