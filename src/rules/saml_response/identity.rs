//! Version, identifier, issuer and time of issue.

use crate::model::saml::Version;
use crate::model::saml::response::{Form, Response};
use crate::model::saml::value::{Sort, Value};
use crate::rule;
use crate::rule::Severity::{Error, Inconclusive, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::saml_assertion::{authority, identity};

rule! { Response =>
    /// The version of the message is another one
    ///
    /// A message of SAML 2.0 has `Version="2.0"`. A service that is sent another one answers with
    /// VersionMismatch.
    "saml-response.version-other": ERROR => version_other,
        clauses: &["AA-5.3.2.1-04", "AA-5.3.2.13-06"],
        cites: &[cite("SAML core 2.0", "3.2.2", Force::Fact, "The version of this response. The identifier for the version of SAML defined in this specification is \"2.0\"")],
        catalogue: &["SM-05", "SM-27"],
        codes: &["urn:oasis:names:tc:SAML:2.0:status:VersionMismatch"];

    /// The identifier is too short to be unique
    ///
    /// The probability that two identifiers are the same must be negligible: at most 2^-128. 128 random
    /// bits take 32 hexadecimal digits or 22 of base64.
    "saml-response.id-short": WARNING => |response, cx| identity::id_short(response.id().filter(|_| response.form != Form::Assertion), cx),
        clauses: &["AA-5.3.2.13-02"],
        cites: &[cite("SAML core 2.0", "1.3.4", Force::Must, "MUST be less than or equal to 2^-128")],
        catalogue: &["SM-04"];

    /// The message is issued in the future
    ///
    /// Its IssueInstant lies after the instant of judgement. Under `standard` and `field` it is a warning.
    "saml-response.issued-in-future": WARNING.in_cookbook(Error) => |response, cx| identity::issued_in_future(message(response)?.element, cx),
        clauses: &["AA-5.3.2.1-05"],
        cites: &[cite("SAML core 2.0", "3.2.2", Force::Fact, "The time instant of issue of the response")],
        defects: &["SD-156"],
        catalogue: &["SM-06"];

    /// The request has expired
    ///
    /// A LogoutRequest may say until when it counts: its NotOnOrAfter is the first instant at which the
    /// receiver may throw it away. At that instant it has expired. There is no tolerance here; a service may
    /// have one.
    "saml-response.request-expired": ERROR => request_expired,
        cites: &[cite("SAML core 2.0", "3.7.1", Force::May, "The time at which the request expires, after which the recipient may discard the message")],
        catalogue: &["SM-06"];

    /// A name is longer than its format allows
    ///
    /// The name of an entity, of which the Issuer is one, has at most 1024 characters, a persistent or
    /// transient NameID at most 256. A receiver has room for so many, and cuts off or refuses more.
    "saml-response.name-id-long": ERROR => |response, cx| identity::name_id_long(message(response)?.values.iter(), cx),
        cites: &[cite("SAML core 2.0", "8.3.6", Force::Fact, "The value of such an identifier is a URI of not more than 1024 characters in length")],
        catalogue: &["SM-10"];

    /// The name of a system is qualified
    ///
    /// The identifier of an entity is a URI that stands for itself: NameQualifier, SPNameQualifier and
    /// SPProvidedID are left out. An Issuer without a format is such an identifier.
    "saml-response.entity-qualified": ERROR => |response, cx| identity::entity_qualified(message(response)?.values.iter(), cx),
        cites: &[cite("SAML core 2.0", "8.3.6", Force::Must, "The NameQualifier, SPNameQualifier, and SPProvidedID attributes MUST be omitted.")],
        catalogue: &["SM-10"];

    /// The response has no issuer
    ///
    /// The Attribute Authority always says that it answered. SAML leaves the issuer of a response out
    /// when its assertions say it.
    "saml-response.issuer-missing": ERROR.not_in_standard() => issuer_missing,
        clauses: &["AA-5.3.2.2-01", "AA-5.3.2.13-09"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.2", Force::Fact, "The <Issuer> element identifies the entity that generated the response message")],
        catalogue: &["SM-10"];

    /// The issuer is not the Attribute Authority
    ///
    /// The Attribute Authority always names itself `urn:be:fgov:ehealth:aa`.
    "saml-response.issuer-other": ERROR.not_in_standard() => issuer_other,
        clauses: &["AA-5.3.2.2-02"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.2", Force::Must, "This will always return urn:be:fgov:ehealth:aa")],
        catalogue: &["SM-10"];

    /// The issuer's format is not entity
    ///
    /// Left out it means the same; another one says that the issuer is something else than a system.
    "saml-response.issuer-format-other": ERROR.not_in_standard().in_field(Warning) => issuer_format_other,
        clauses: &["AA-5.3.2.2-03"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.2", Force::Fact, "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")],
        catalogue: &["SM-10"];

    /// Response and assertion name different issuers
    ///
    /// In the browser profile both are the identity provider. SAML core allows a response that passes on another authority's assertion; then
    /// somebody must know which of the two is trusted, and nothing here says so: under `standard` it
    /// cannot be judged. Under `cookbook` both have to be the Attribute Authority, which is judged as such.
    "saml-response.issuer-differs": ERROR.in_standard(Inconclusive).not_in_cookbook() => issuer_differs,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "it MUST contain the unique identifier of the issuing identity provider")],
        catalogue: &["SM-10"];
}

/// The response, unless it is an assertion by itself.
fn message<'a, 'd>(response: &'a Response<'d>) -> Option<&'a Response<'d>> {
    (response.form != Form::Assertion).then_some(response)
}

fn version_other(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message(response)?;
    let wanted: &[(&str, &[&str])] = match response.version {
        Version::V1 => &[("MajorVersion", &["1"]), ("MinorVersion", &["1", "0"])],
        Version::V2 => &[("Version", &["2.0"])],
    };
    let mut met = None;
    for (name, allowed) in wanted {
        let Some(value) = Value::at(response.element, name, Sort::Text) else { continue };
        met = Some(Checked);
        if !allowed.contains(&&*value.text) {
            let text = format!("expected {name} {}, found {}", allowed.join(" or "), value.shown());
            cx.fail(value.path(), value.span, text);
        }
    }
    met
}

fn request_expired(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    if response.form != Form::Message || response.version != Version::V2 {
        return None;
    }
    let end = Value::at(response.element, "NotOnOrAfter", Sort::Time)?;
    if now >= end.instant()?.instant {
        let now = crate::base::time::format(now);
        cx.fail(end.path(), end.span, format!("expected a NotOnOrAfter after {now}, found {}", end.shown()));
    }
    Some(Checked)
}

fn issuer_missing(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !response.is_v2() {
        return None;
    }
    if response.issuer().is_none() {
        cx.fail(response.element.path(), response.element.start_tag(), "expected an Issuer, found none");
    }
    Some(Checked)
}

fn issuer_other(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    authority::authority(response.issuer().filter(|_| response.is_v2())?, cx)
}

fn issuer_format_other(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    authority::entity(&response.issuer().filter(|_| response.is_v2())?, cx)
}

fn issuer_differs(response: &Response<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let of_response = response.issuer()?;
    let mut met = None;
    for issuer in response.assertions.iter().filter_map(crate::model::saml::assertion::Assertion::issuer) {
        met = Some(Checked);
        if issuer.text.trim() != of_response.text.trim() {
            let text = format!(
                "expected the issuer of the response, {}, found {}",
                of_response.shown(),
                issuer.shown()
            );
            cx.fail(issuer.path(), issuer.span, text);
        }
    }
    met
}
