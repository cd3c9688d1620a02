//! What came where an assertion is expected.

use crate::rule;
use crate::rule::{Artefact, Checked, Cx, ERROR, Force, cite};
use crate::wire::xml::Element;

/// The element that should be an assertion.
#[derive(Debug)]
pub(super) struct Root<'d> {
    pub(super) element: Element<'d>,
    pub(super) is_assertion: bool,
}

impl Artefact for Root<'static> {
    type Model<'a> = Root<'a>;
}

rule! { Root =>
    /// The document is no SAML assertion
    ///
    /// The root element, or the one in the body of a SOAP message, must be `Assertion` in the namespace
    /// of SAML 1.1 or 2.0.
    "saml-assertion.not-an-assertion": ERROR => not_an_assertion,
        clauses: &["IX-5.2.3.2.1-09"],
        cites: &[cite("SAML core 2.0", "2.3.3", Force::Fact, "The <Assertion> element is of the AssertionType complex type")],
        catalogue: &["SM-27"];
}

fn not_an_assertion(root: &Root<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !root.is_assertion {
        let found = root.element.name();
        let text = format!("expected an Assertion of SAML 1.1 or 2.0, found {found}");
        cx.fail(root.element.path(), root.element.start_tag(), text);
    }
    Some(Checked)
}
