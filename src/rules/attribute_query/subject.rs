//! The subject: whom the query is about, and how that is confirmed.

use crate::model::saml::query::AttributeQuery;
use crate::model::saml::subject::Confirmation;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{METHODS, NAME_ID_FORMATS};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::saml_assertion::{identity, subject, values};

rule! { AttributeQuery =>
    /// The subject has no NameID
    ///
    /// The subject of a query is named by a NameID, and confirmed.
    "attribute-query.name-id-missing": ERROR.not_in_standard() => name_id_missing,
        clauses: &["AA-5.3.1.3-02"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.3", Force::Fact, "The <Subject> element uses 2 sub elements (<NameID> and <SubjectConfirmation>)")],
        catalogue: &["SM-11", "SM-28"],
        codes: &["urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"];

    /// The subject holds something else than NameID and SubjectConfirmation
    ///
    /// Encrypted and abstract identifiers are SAML's, not the Attribute Authority's; a second
    /// confirmation leaves open which one counts.
    "attribute-query.subject-child-other": ERROR.not_in_standard() => subject_child_other,
        clauses: &["AA-5.3.1.3-04"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.3", Force::Fact, "uses 2 sub elements")],
        catalogue: &["SM-11"];

    /// The format of the NameID is missing, or not one of the list
    ///
    /// transient, entity or unspecified. The appendix calls its lists not exhaustive: a format of another
    /// namespace than SAML's passes.
    "attribute-query.name-id-format-unknown": ERROR.not_in_standard().in_field(Warning) => name_id_format_unknown,
        clauses: &[
            "AA-5.3.1.4-03", "AA-5.3.1.4-04", "AA-5.3.1.8-13", "AA-5.4.2-01", "AA-5.4.2-02", "AA-5.4.2-04", "AA-5.4.2-05",
            "AA-5.4.2-06",
        ],
        cites: &[cite("AA cookbook 1.8", "5.4.2", Force::Fact, "urn:oasis:names:tc:SAML:2.0:nameid-format:transient … entity … unspecified")],
        defects: &["SD-152", "SD-162", "SD-163", "SD-164", "SD-174"],
        catalogue: &["SM-11"];

    /// A name is longer than its format allows
    ///
    /// A persistent or transient NameID has at most 256 characters, the name of an entity, of which the Issuer
    /// is one, at most 1024.
    "attribute-query.name-id-long": ERROR => |query, cx| identity::name_id_long(query.values.iter(), cx),
        clauses: &["AA-5.3.1.8-14"],
        cites: &[cite("SAML core 2.0", "8.3.8", Force::Must, "MUST NOT exceed a length of 256 characters")],
        catalogue: &["SM-11"];

    /// The name of a system is qualified
    ///
    /// The identifier of an entity is a URI that stands for itself: NameQualifier, SPNameQualifier and
    /// SPProvidedID are left out, in the Issuer, too.
    "attribute-query.entity-qualified": ERROR => |query, cx| identity::entity_qualified(query.values.iter(), cx),
        cites: &[cite("SAML core 2.0", "8.3.6", Force::Must, "The NameQualifier, SPNameQualifier, and SPProvidedID attributes MUST be omitted.")],
        catalogue: &["SM-10", "SM-11"];

    /// The subject has no confirmation
    ///
    /// The sender says how the subject was confirmed.
    "attribute-query.confirmation-missing": ERROR.not_in_standard() => confirmation_missing,
        clauses: &["AA-5.3.1.3-03", "AA-5.3.1.5-01"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.5", Force::Fact, "This is the information allowing the subject to be confirmed")],
        catalogue: &["SM-12"];

    /// The confirmation method is not one of the list
    ///
    /// holder-of-key or sender-vouches, of SAML 2.0 or, as the appendix has it, of SAML 1.0. eHealth's own
    /// template for another service writes `samlp:oasis:…`; under `field` it is a warning.
    "attribute-query.method-unknown": ERROR.not_in_standard().in_field(Warning) => method_unknown,
        clauses: &[
            "AA-5.3.1.5-03", "AA-5.3.1.5-04", "AA-5.3.1.8-15", "AA-5.4.3-01", "AA-5.4.3-02", "AA-5.4.3-03", "AA-5.4.3-08",
            "AA-5.4.3-09",
        ],
        cites: &[cite("AA cookbook 1.8", "5.4.3", Force::Fact, "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key … sender-vouches")],
        defects: &["SD-152", "SD-162"],
        catalogue: &["SM-12"];

    /// A holder-of-key confirmation names no key
    ///
    /// The sender adds a `ds:KeyInfo` for the private key that he signs the request with.
    "attribute-query.holder-key-missing": ERROR => holder_key_missing,
        clauses: &["AA-5.4.3-05"],
        cites: &[
            cite("SAML profiles 2.0", "3.1", Force::Must, "One or more <ds:KeyInfo> elements MUST be present within the <SubjectConfirmationData> element"),
            cite("AA cookbook 1.8", "5.4.3", Force::Fact, "adds a key info element, linked to the private key he will use to sign the request"),
        ],
        catalogue: &["SM-26"];
}

fn name_id_missing(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let subject = query.subject.as_ref()?;
    if subject.name.is_none() {
        cx.fail(
            subject.element.path(),
            subject.element.span(),
            "expected a NameID in the Subject, found none",
        );
    }
    Some(Checked)
}

fn subject_child_other(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let subject = query.subject.as_ref()?;
    for child in subject.element.elements() {
        let known = Some(child) == subject.name
            || subject.confirmations.first().is_some_and(|it| it.element == child);
        if !known {
            let text = format!(
                "expected one NameID and one SubjectConfirmation, found {} beside them",
                child.name()
            );
            cx.fail(child.path(), child.start_tag(), text);
        }
    }
    Some(Checked)
}

fn name_id_format_unknown(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let name = query.subject.as_ref()?.name?;
    match Value::at(name, "Format", Sort::Uri) {
        None => _ = cx.fail(name.path(), name.start_tag(), "expected a Format of the NameID, found none"),
        Some(format) => {
            let text = format.text.trim();
            let of_saml = text.starts_with("urn:oasis:names:tc:SAML:");
            if !NAME_ID_FORMATS.contains(&text) && (of_saml || !values::is_absolute(text)) {
                let text =
                    format!("expected one of {}, found {}", NAME_ID_FORMATS.join(", "), format.shown());
                cx.fail(format.path(), format.span, text);
            }
        }
    }
    Some(Checked)
}

fn confirmation_missing(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let subject = query.subject.as_ref()?;
    if subject.confirmations.is_empty() {
        cx.fail(subject.element.path(), subject.element.span(), "expected a SubjectConfirmation, found none");
    }
    Some(Checked)
}

fn confirmations<'a, 'd>(query: &'a AttributeQuery<'d>) -> impl Iterator<Item = &'a Confirmation<'d>> {
    query.subject.iter().flat_map(|subject| &subject.confirmations)
}

fn method_unknown(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for method in confirmations(query).filter_map(|it| it.method.as_ref()) {
        met = Some(Checked);
        if !METHODS.contains(&method.text.trim()) {
            let text = format!("expected one of {}, found {}", METHODS.join(", "), method.shown());
            cx.fail(method.path(), method.span, text);
        }
    }
    met
}

fn holder_key_missing(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    subject::keys_missing(confirmations(query).filter(|it| it.kind() == "holder-of-key"), cx)
}
