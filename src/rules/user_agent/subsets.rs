//! The subsets: how each is built.

use crate::model::user_agent::UserAgent;
use crate::rule;
use crate::rule::Severity::{Error, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, cite};
use crate::rules::shown;

rule! { UserAgent =>
    /// The header is empty
    ///
    /// Every request should carry a User-Agent that names the software and the platform below it:
    /// it is how the emergency contact finds whose component misbehaves.
    "user-agent.empty": ERROR.in_field(Warning) => empty,
        clauses: &["KD-5.1.3-01", "ED-5.1.2-01", "IX-5.1.1-01", "AA-5.1.3-01"],
        cites: &[
            cite("RFC 9110", "10.1.5", Force::Fact, "User-Agent = product *( RWS ( product / comment ) )"),
            cite("IAM eXchange cookbook 1.1", "5.1.1", Force::Should, "the request SHOULD contain the following two http header values"),
        ],
        catalogue: &["UA-01"];

    /// A subset does not match the cookbooks' grammar
    ///
    /// Each subset, as the space separates them, is a name of letters, digits, hyphens and slashes,
    /// a slash, and a version of letters, digits, hyphens, underscores and dots.
    ///
    /// The five printed regular expressions are all broken in a way of their own (SD-01, SD-98);
    /// what is judged is the grammar that they mean: `[a-zA-Z0-9-/]*/[0-9a-zA-Z-_.]*`. Real services
    /// log a value that does not match and serve the request, so it is a warning under `field`.
    /// Two spaces in a row make an empty subset; a comma shows that two header lines were joined;
    /// a comment in brackets is HTTP, but not in the grammar.
    "user-agent.subset-malformed": ERROR.in_field(Warning).not_in_standard() => subset_malformed,
        clauses: &[
            "KD-5.1.3-09", "KD-5.1.3-10", "KD-5.1.3-11", "CR-4.1.2-06", "CR-4.1.2-07", "CR-4.1.2-08",
            "CR-4.1.2-09", "ED-5.1.2-10", "ED-5.1.2-11", "ED-5.1.2-12", "IX-5.1.1-07", "IX-5.1.1-08",
            "IX-5.1.1-09", "IX-5.1.1-10", "AA-5.1.3-08", "AA-5.1.3-09", "AA-5.1.3-10", "AA-5.1.3-11",
        ],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "Regular expression for each subset")],
        defects: &["SD-01", "SD-98"],
        catalogue: &["UA-04", "UA-06", "UA-12"];

    /// A subset has an empty part
    ///
    /// `/`, `a//1` and `a/` match the printed expressions, whose halves are both `*`, but they name
    /// no product or no version, and a product token of HTTP has at least one character.
    "user-agent.part-empty": ERROR.in_field(Warning) => part_empty,
        clauses: &["ED-5.1.2-08", "ED-5.1.2-09", "CR-4.1.2-05", "AA-5.1.3-06", "AA-5.1.3-07"],
        cites: &[cite("RFC 9110", "5.6.2", Force::Fact, "token = 1*tchar")],
        defects: &["SD-01"],
        catalogue: &["UA-04", "UA-05"];

    /// The value is no list of HTTP products
    ///
    /// HTTP knows `product/version`, and comments in brackets: a third segment, as KeyDepot and IAM
    /// eXchange ask for, is outside the grammar that they cite (SD-117), which is why this is judged
    /// under `standard` alone.
    "user-agent.not-products": OFF.in_standard(Error) => not_products,
        clauses: &["KD-5.1.3-03", "ED-5.1.2-03", "IX-5.1.1-03", "AA-5.1.3-03"],
        cites: &[
            cite("RFC 9110", "10.1.5", Force::Fact, "product = token [\"/\" product-version]"),
            cite("RFC 2616", "3.8", Force::Fact, "product = token [\"/\" product-version]"),
        ],
        defects: &["SD-60", "SD-117"],
        catalogue: &["UA-06"];

    /// The value holds a control character
    ///
    /// A line break in a header value ends the header: whoever controls the text writes the next
    /// header. No profile lets it pass.
    "user-agent.control-character": ERROR => control_character,
        cites: &[cite("RFC 9110", "5.5", Force::Must, "Field values containing CR, LF, or NUL characters are invalid and dangerous")],
        catalogue: &["UA-06", "GE-18"];
}

fn empty(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if agent.is_empty() {
        cx.fail("", agent.span(), "expected the product and its platform, found nothing");
    }
    Some(Checked)
}

fn subset_malformed(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if agent.is_empty() {
        return None;
    }
    for (index, subset) in agent.subsets.iter().enumerate() {
        let (name, version) = subset.text.rsplit_once('/').unwrap_or((subset.text, ""));
        let slash = subset.text.contains('/');
        let fits =
            |text: &str, more: &[u8]| text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
        if !slash || !fits(name, b"-/") || !fits(version, b"-_.") {
            cx.fail(
                format_args!("subset[{index}]"),
                subset.span,
                format!("expected name/version of letters, digits and hyphens, found {}", shown(subset.text)),
            );
        }
    }
    Some(Checked)
}

fn part_empty(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let with_parts = || agent.subsets.iter().enumerate().filter(|(_, subset)| subset.text.contains('/'));
    with_parts().next()?;
    for (index, subset) in with_parts() {
        if subset.segments().any(str::is_empty) {
            let message =
                format!("expected a name and a version around each slash, found {}", shown(subset.text));
            cx.fail(format_args!("subset[{index}]"), subset.span, message);
        }
    }
    Some(Checked)
}

fn not_products(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if agent.is_empty() {
        return None;
    }
    let mut depth = 0_usize;
    for (index, subset) in agent.subsets.iter().enumerate() {
        let in_comment = depth > 0 || (index > 0 && subset.text.starts_with('('));
        depth += subset.text.matches('(').count();
        depth = depth.saturating_sub(subset.text.matches(')').count());
        let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_tchar);
        let mut segments = subset.segments();
        let fits = segments.next().is_some_and(is_token) && segments.next().is_none_or(is_token);
        // White space between products may be any number of spaces and tabs.
        let blank = index > 0 && subset.text.bytes().all(|byte| byte == b'\t');
        if !in_comment && !blank && (!fits || segments.next().is_some()) {
            let message =
                format!("expected product/version in HTTP's token characters, found {}", shown(subset.text));
            cx.fail(format_args!("subset[{index}]"), subset.span, message);
        }
    }
    Some(Checked)
}

/// A character of an HTTP token.
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn control_character(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (at, c) in agent.text.char_indices().filter(|(_, c)| c.is_control() && *c != '\t') {
        let span = crate::base::Span::new(at, at + c.len_utf8());
        cx.fail("", span, format!("expected visible characters, found `{}`", c.escape_default()));
    }
    Some(Checked)
}
