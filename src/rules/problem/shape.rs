//! The shape: an object, its members and their types.

use crate::model::problem::{OAUTH, PROBLEM, Problem, Shape};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, Severity, WARNING, cite};
use crate::rules::json::shape;
use crate::rules::shown;
use crate::wire::json::{Type, Value};

const KEYDEPOT: &str = "KeyDepot cookbook 1.2";
const IAM: &str = "IAM eXchange cookbook 1.1";

rule! { Problem =>
    /// The error has no code
    ///
    /// The tables of errors go by code; without one a client can only guess what went wrong. It
    /// stands in `code`, `errorCode` or `error`; `title` serves too, where the table has a title
    /// for each error. The table has no normative word: it is an error here because the client
    /// could not tell one refusal from another.
    "problem.code-missing": ERROR.not_in_standard() => code_missing,
        clauses: &["KD-8.1-03", "IX-8-67"],
        cites: &[cite(KEYDEPOT, "8.1", Force::Fact, "Http error code Error Code Error description")],
        defects: &["SD-34"],
        catalogue: &["GE-27"];

    /// The error is not described
    ///
    /// Each error of the tables has a text, which tells a person what to mend. It stands in
    /// `detail`, `error_description`, `message` or `description`.
    "problem.description-missing": WARNING.not_in_standard() => description_missing,
        clauses: &["KD-8.1-03", "IX-8-62", "IX-8-67", "IX-8-74"],
        cites: &[cite(KEYDEPOT, "8.1", Force::Fact, "Http error code Error Code Error description")],
        defects: &["SD-34"];

    /// A member has the wrong JSON type
    ///
    /// `type`, `title`, `detail`, `instance` and `id` are strings, as are `error` and
    /// `error_description`; `error_uri` is a string or null. A consumer must ignore a member of
    /// another type, so what it says is lost.
    "problem.member-mistyped": ERROR => member_mistyped,
        clauses: &["IX-8-60", "IX-8-61", "IX-8-62", "IX-8-65", "IX-8-70", "IX-8-71", "IX-8-72", "IX-8-74", "IX-8-75"],
        cites: &[cite("RFC 9457", "3.1", Force::Must, "If a member's value type does not match the specified type, the member MUST be ignored")],
        catalogue: &["TX-11"];

    /// `status` is not a number
    ///
    /// `status` repeats the HTTP status as a JSON number. Some services of the platform send it as
    /// a string, and clients that are strict in types drop it or the whole answer.
    "problem.status-not-a-number": ERROR.in_field(Severity::Note) => status_not_a_number,
        clauses: &["IX-8-73"],
        cites: &[cite("RFC 9457", "3.1.2", Force::Fact, "The \"status\" member is a JSON number indicating the HTTP status code")];

    /// `type` or `instance` is no URI reference
    ///
    /// Both are URI references. The platform's types are
    /// `https://www.gcloud.belgium.be/rest/problems/` and a name, such as `badRequest`.
    "problem.uri-malformed": ERROR => uri_malformed,
        clauses: &["IX-8-71"],
        cites: &[cite("RFC 9457", "3.1.1", Force::Fact, "The \"type\" member is a JSON string containing a URI reference")];

    /// The incident's id has another form
    ///
    /// The examples show `Id-` and 24 lower-case hexadecimal digits. The help desk finds the
    /// incident in its logs by it.
    "problem.id-unusual": WARNING.not_in_standard().not_in_field() => id_unusual,
        clauses: &["IX-8-65", "IX-8-75"],
        cites: &[cite(IAM, "8", Force::Fact, "\"id\" : \"Id-1490f45e9e886f6fc635cd15\"")],
        catalogue: &["TX-11"];
}

fn code_missing(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    // An OAuth error without its code breaks another rule.
    let root =
        Some(problem.root).filter(|it| it.kind() == Type::Object && problem.shape == Shape::Problem)?;
    let title = root.member("title").and_then(Value::as_str).is_some_and(|it| !it.trim().is_empty());
    if problem.code.is_none() && !title {
        cx.fail(
            root.pointer(),
            root.span(),
            "expected a code in `code`, `errorCode`, `error` or `title`, found none",
        );
    }
    Some(Checked)
}

fn description_missing(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = Some(problem.root).filter(|it| it.kind() == Type::Object)?;
    if problem.description.is_none() {
        let name = match problem.shape {
            Shape::OAuth => "error_description",
            Shape::Problem => "detail",
        };
        cx.fail(root.pointer(), root.span(), format!("expected a text in `{name}`, found none"));
    }
    Some(Checked)
}

fn member_mistyped(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let members = match problem.shape {
        Shape::OAuth => OAUTH,
        Shape::Problem => PROBLEM,
    };
    shape::mistyped(problem.root, members, cx)
}

fn status_not_a_number(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let status = problem.root.member("status")?;
    if status.kind() != Type::Number {
        cx.fail(status.pointer(), status.span(), format!("expected a number, found {}", status.kind()));
    }
    Some(Checked)
}

fn uri_malformed(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let texts = || {
        ["type", "instance"].into_iter().filter_map(|name| {
            let value = problem.root.member(name)?;
            Some((value, value.as_str()?))
        })
    };
    texts().next()?;
    for (value, text) in texts() {
        let refused = |c: char| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(c);
        if let Some(found) = text.chars().find(|c| refused(*c)) {
            let message = format!("expected a URI reference, found `{}` in it", found.escape_debug());
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}

fn id_unusual(problem: &Problem<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = problem.root.member("id")?;
    let id = value.as_str()?;
    let is_usual = id.strip_prefix("Id-").is_some_and(|digits| {
        digits.len() == 24 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    });
    if !is_usual {
        let message = format!("expected `Id-` and 24 lower-case hexadecimal digits, found {}", shown(id));
        cx.fail(value.pointer(), value.span(), message);
    }
    Some(Checked)
}
