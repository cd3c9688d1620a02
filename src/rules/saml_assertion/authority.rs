//! What the Attribute Authority and the STS of eHealth say of themselves.

use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{ASSERTION_2, ATTRIBUTE_AUTHORITY, FORMAT_ENTITY, Version};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Assertion =>
    /// The issuer is not the Attribute Authority
    ///
    /// The assertions of the Attribute Authority always name `urn:be:fgov:ehealth:aa`. Another issuer is
    /// another authority, whoever signed.
    "saml-assertion.issuer-other": ERROR.not_in_standard() => issuer_other,
        clauses: &["AA-5.3.2.7-03", "AA-5.3.2.13-14"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.7", Force::Must, "This will always return urn:be:fgov:ehealth:aa")],
        catalogue: &["SM-10"];

    /// The issuer's format is not entity
    ///
    /// Left out it means the same; another one says that the issuer is something else than a system.
    "saml-assertion.issuer-format-other": ERROR.not_in_standard().in_field(Warning) => issuer_format_other,
        clauses: &["AA-5.3.2.7-04", "AA-5.3.2.13-14"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.7", Force::Fact, "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")],
        catalogue: &["SM-10"];

    /// The subject holds something else than a name and its confirmation
    ///
    /// The subject of an answer has the shape of that of the query: NameID and SubjectConfirmation.
    "saml-assertion.subject-shape-other": WARNING.not_in_standard() => subject_shape_other,
        clauses: &["AA-5.3.2.9-02"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.9", Force::Fact, "The <Subject> element references to the one sent in the request")],
        catalogue: &["SM-11"];
}

fn issuer_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if assertion.version != Version::V2 {
        return None;
    }
    authority(assertion.issuer()?, cx)
}

/// Whether an issuer is the Attribute Authority.
pub(in crate::rules) fn authority(issuer: Value<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if issuer.text.trim() != ATTRIBUTE_AUTHORITY {
        let text = format!("expected the issuer {ATTRIBUTE_AUTHORITY}, found {}", issuer.shown());
        cx.fail(issuer.path(), issuer.span, text);
    }
    Some(Checked)
}

fn issuer_format_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if assertion.version != Version::V2 {
        return None;
    }
    entity(&assertion.issuer()?, cx)
}

/// Whether the format of an issuer is that of an entity, or left out.
pub(in crate::rules) fn entity(issuer: &Value<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Some(format) = Value::at(issuer.element, "Format", Sort::Uri).filter(|it| it.text != FORMAT_ENTITY)
    {
        let text = format!("expected the Format {FORMAT_ENTITY}, found {}", format.shown());
        cx.fail(format.path(), format.span, text);
    }
    Some(Checked)
}

fn subject_shape_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if assertion.version != Version::V2 {
        return None;
    }
    let subject = assertion.subjects.first()?;
    if subject.name.is_none() {
        cx.fail(
            subject.element.path(),
            subject.element.span(),
            "expected a NameID in the Subject, found none",
        );
    }
    for child in subject.element.elements().filter(|it| it.is(ASSERTION_2, "BaseID")) {
        let text = format!("expected NameID and SubjectConfirmation alone, found {}", child.name());
        cx.fail(child.path(), child.start_tag(), text);
    }
    Some(Checked)
}
