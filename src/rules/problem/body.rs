//! The bytes of the answer: whether they are for a program at all.

use crate::base::Span;
use crate::model::problem::ErrorBody;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { ErrorBody =>
    /// The error is a web page
    ///
    /// A program asked and gets a page for a browser: a proxy or the server under the service
    /// answered in its place. The client finds neither code nor description in it. Have the
    /// service, and what stands before it, answer every error in JSON.
    "problem.web-page": ERROR => web_page,
        clauses: &["KD-8.1-03", "IX-8-60", "IX-8-70"],
        cites: &[cite("RFC 9457", "3", Force::Fact, "The canonical model for problem details is a JSON [JSON] object.")],
        defects: &["SD-34"],
        catalogue: &["GE-27"];
}

fn web_page(body: &ErrorBody<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if body.is_web_page() {
        let whole = Span::new(0, body.bytes.len());
        cx.fail("", whole, "expected a JSON object, found a web page");
    }
    Some(Checked)
}
