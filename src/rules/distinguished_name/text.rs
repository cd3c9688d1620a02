//! The text form.

use super::NameText;
use crate::base::Span;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { NameText =>
    /// The text is no distinguished name
    ///
    /// A name is a list of `type=value` parts with commas between them, as RFC 4514 has it. Commas, plus
    /// signs, quotation marks and the like inside a value are escaped with a backslash: the CN of an
    /// application is `CN=CBE=0406798006\, APP`.
    "distinguished-name.malformed": ERROR => malformed,
        clauses: &["CR-4.3.4-19"],
        cites: &[cite("RFC 4514", "3", Force::Fact, "distinguishedName = [ relativeDistinguishedName *( COMMA relativeDistinguishedName ) ]")],
        catalogue: &["CS-15"],
        codes: &["CSR_INVALID_DN_INVALID"];
}

fn malformed(name: &NameText<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some(problem) = name.problem {
        let message = format!("expected {}, found none", problem.expected);
        cx.fail("", Span::new(problem.at, name.text.len()), message);
    }
    Some(Checked)
}
