//! The subsets: how many there are, and how each is built.

use crate::model::user_agent::UserAgent;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { UserAgent =>
    /// A subset does not match the cookbooks' grammar
    ///
    /// Each subset, as the space separates them, is a name of letters, digits, hyphens and slashes,
    /// a slash, and a version of letters, digits, hyphens, underscores and dots.
    ///
    /// The five printed regular expressions are all broken in a way of their own (SD-01, SD-98);
    /// what is judged is the grammar that they mean: `[a-zA-Z0-9-/]*/[0-9a-zA-Z-_.]*`. Real services
    /// log a value that does not match and serve the request, so it is a warning under `field`.
    "user-agent.subset-malformed": ERROR.in_field(Warning) => subset_malformed,
        clauses: &["KD-5.1.3-09", "CR-4.1.2-07"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "Regular expression for each subset")],
        defects: &["SD-01", "SD-98"],
        catalogue: &["UA-04", "UA-06"];
}

fn subset_malformed(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (index, subset) in agent.subsets.iter().enumerate() {
        let (name, version) = subset.text.rsplit_once('/').unwrap_or((subset.text, ""));
        let slash = subset.text.contains('/');
        let fits =
            |text: &str, more: &[u8]| text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
        if !slash || !fits(name, b"-/") || !fits(version, b"-_.") {
            cx.fail(
                format_args!("subset[{index}]"),
                subset.span,
                format!(
                    "expected name/version of letters, digits and hyphens, found `{}`",
                    subset.text.escape_debug()
                ),
            );
        }
    }
    Some(Checked)
}
