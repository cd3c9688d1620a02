//! What the message is, and who sends it.

use crate::model::saml::query::AttributeQuery;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{CONSENTS, FORMAT_ENTITY};
use crate::rule;
use crate::rule::Severity::{Error, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::saml_assertion::{identity, values};

rule! { AttributeQuery =>
    /// The document is no attribute query
    ///
    /// Expected is `AttributeQuery` in `urn:oasis:names:tc:SAML:2.0:protocol`, bare or as the one entry of
    /// a SOAP body, without anything around it.
    "attribute-query.not-a-query": ERROR => not_a_query,
        clauses: &["AA-4-03", "AA-5.2-01", "AA-5.2-02", "AA-5.3.1-04", "AA-5.3.1.8-02", "AA-5.3.1.8-08", "AA-2.4-01", "AA-2.4-02"],
        cites: &[cite("SAML core 2.0", "3.3.2.3", Force::Fact, "The <AttributeQuery> element is used to make the query \"Return the requested attributes for this subject.\"")],
        catalogue: &["SM-28"];

    /// The version of the query is another one
    ///
    /// It is `2.0`. eHealth's own template for another service says `1.0`, which strict receivers answer
    /// with VersionMismatch; under `field` it is a warning.
    "attribute-query.version-other": ERROR.in_field(Warning) => version_other,
        clauses: &["AA-5.3.1.1-05", "AA-5.3.1.8-04"],
        cites: &[cite("SAML core 2.0", "3.2.1", Force::Fact, "The identifier for the version of SAML defined in this specification is \"2.0\"")],
        catalogue: &["SM-05"],
        codes: &["urn:oasis:names:tc:SAML:2.0:status:VersionMismatch"];

    /// The identifier is too short to be unique
    ///
    /// The probability that two identifiers are the same must be negligible: at most 2^-128. 128 random
    /// bits take 32 hexadecimal digits or 22 of base64.
    "attribute-query.id-short": WARNING => |query, cx| identity::id_short(query.id(), cx),
        clauses: &["AA-5.3.1.8-03"],
        cites: &[cite("SAML core 2.0", "1.3.4", Force::Must, "MUST be less than or equal to 2^-128")],
        catalogue: &["SM-04"];

    /// The query is issued in the future
    ///
    /// Its IssueInstant lies after the instant of judgement. Under `standard` and `field` it is a warning.
    "attribute-query.issued-in-future": WARNING.in_cookbook(Error) => |query, cx| identity::issued_in_future(query.element, cx),
        clauses: &["AA-5.3.1.1-06"],
        cites: &[cite("SAML core 2.0", "3.2.1", Force::Fact, "The time instant of issue of the request")],
        defects: &["SD-156"],
        catalogue: &["SM-06"];

    /// The query does not say who asks
    ///
    /// The Attribute Authority serves registered senders alone, and knows them by their Issuer. SAML
    /// leaves it out where the channel says it.
    "attribute-query.issuer-missing": ERROR.not_in_standard() => issuer_missing,
        clauses: &["AA-5.3.1.1-02", "AA-5.3.1.2-01"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.2", Force::Fact, "This element provides information about the issuer of the message")],
        catalogue: &["SM-10", "SM-28"];

    /// The issuer is no URI
    ///
    /// The sender names itself with a URI: `urn:be:fgov:ehealth:…`.
    "attribute-query.issuer-not-uri": ERROR.not_in_standard() => issuer_not_uri,
        clauses: &["AA-5.3.1.2-02", "AA-5.3.1.8-11"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.2", Force::Must, "The element requires the use of an URI that can uniquely identify the requester")],
        catalogue: &["SM-28"];

    /// The issuer's format is not entity
    ///
    /// Left out it means the same; another one says that the issuer is something else than a system.
    "attribute-query.issuer-format-other": ERROR.not_in_standard().in_field(Warning) => issuer_format_other,
        clauses: &["AA-5.3.1.2-04", "AA-5.3.1.8-09"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.2", Force::Fact, "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")],
        catalogue: &["SM-10"];

    /// The consent is none of SAML's list
    ///
    /// The appendix lists the seven of SAML core, and calls itself not exhaustive: a URI of another
    /// namespace passes. One of SAML's namespace that SAML does not have, and what is no URI at all, do
    /// not.
    "attribute-query.consent-unknown": ERROR => consent_unknown,
        clauses: &[
            "AA-5.3.1.1-08", "AA-5.3.1.1-09", "AA-5.3.1.8-06", "AA-5.4-01", "AA-5.4-02", "AA-5.4.1-01", "AA-5.4.1-02",
            "AA-5.4.1-04", "AA-5.4.1-06", "AA-5.4.1-08", "AA-5.4.1-11", "AA-5.4.1-13", "AA-5.4.1-15",
        ],
        cites: &[cite("SAML core 2.0", "8.4", Force::Fact, "The following identifiers MAY be used in the Consent attribute")],
        defects: &["SD-152", "SD-161", "SD-162", "SD-186"],
        catalogue: &["SM-28"];
}

fn not_a_query(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !query.is_query {
        let element = query.element;
        let text = format!("expected an AttributeQuery of SAML 2.0, found {}", element.name());
        cx.fail(element.path(), element.start_tag(), text);
    }
    Some(Checked)
}

fn version_other(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let version = Value::at(query.element, "Version", Sort::Text).filter(|_| query.is_query)?;
    if version.text != "2.0" {
        cx.fail(version.path(), version.span, format!("expected Version 2.0, found {}", version.shown()));
    }
    Some(Checked)
}

fn issuer_missing(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !query.is_query {
        return None;
    }
    if query.issuer().is_none() {
        cx.fail(query.element.path(), query.element.start_tag(), "expected an Issuer, found none");
    }
    Some(Checked)
}

fn issuer_not_uri(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let issuer = query.issuer().filter(|issuer| !issuer.text.trim().is_empty())?;
    if !values::is_absolute(issuer.text.trim()) {
        cx.fail(
            issuer.path(),
            issuer.span,
            format!("expected a URI as the Issuer, found {}", issuer.shown()),
        );
    }
    Some(Checked)
}

fn issuer_format_other(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let issuer = query.issuer()?;
    let format = Value::at(issuer.element, "Format", Sort::Uri);
    if let Some(format) = format.filter(|format| format.text != FORMAT_ENTITY) {
        let text = format!("expected the Format {FORMAT_ENTITY}, found {}", format.shown());
        cx.fail(format.path(), format.span, text);
    }
    Some(Checked)
}

fn consent_unknown(query: &AttributeQuery<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let consent = Value::at(query.element, "Consent", Sort::Uri).filter(|_| query.is_query)?;
    let text = consent.text.trim();
    let of_saml = text.starts_with("urn:oasis:names:tc:SAML:");
    if !CONSENTS.contains(&text) && (of_saml || !values::is_absolute(text)) {
        let text = format!("expected a consent of SAML core 8.4, found {}", consent.shown());
        cx.fail(consent.path(), consent.span, text);
    }
    Some(Checked)
}
