//! Version and subject.

use crate::model::attribute_form::{Departure, departure};
use crate::model::csr::Csr;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, cite};

rule! { Csr =>
    /// The version is not 0
    ///
    /// PKCS#10 has one version, v1, encoded as 0. Libraries that write `1` mean v1 too, and write v2.
    "csr.version-not-zero": ERROR => version_not_zero,
        cites: &[cite("RFC 2986", "4.1", Force::Must, "It shall be 0 for this version of the standard")],
        catalogue: &["CS-05"],
        codes: &["CSR_NOT_VALID"];

    /// The request names nobody
    ///
    /// The subject is the owner of the certificate to be: eHealth makes none for an empty name. The
    /// base standard allows one, for requests whose CA fills it in.
    "csr.subject-empty": ERROR.not_in_standard() => subject_empty,
        clauses: &["CR-7.1-07", "CR-4.3.4-20"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Must, "The given CSR does not contain a subject (=owner).")],
        catalogue: &["CS-14"],
        codes: &["CSR_INVALID_NO_SUBJECT_PRESENT"];

    /// A part of the subject is no string
    ///
    /// Names, countries, mailboxes and their like are strings. Here a number, octets or a structure stand in
    /// place of one: it can be compared with no other name, and many readers refuse the whole request.
    "csr.subject-not-a-string": ERROR => subject_not_a_string,
        cites: &[cite("RFC 5280", "4.1.2.4", Force::Fact, "the type of the component AttributeValue is determined by the AttributeType; in general it will be a DirectoryString")],
        codes: &["CSR_NOT_VALID"];

    /// A part of the subject departs from its form
    ///
    /// Each type of attribute has its string type and its length: a country is a PrintableString of two
    /// letters, a mailbox an IA5String, a common name a DirectoryString of 1 to 64 characters. The
    /// certificate would depart from RFC 5280, so that its CA refuses the request or writes another name.
    "csr.subject-form-unusual": OFF.in_standard(Warning) => subject_form_unusual,
        cites: &[cite("RFC 5280", "A.1", Force::Fact, "X520countryName ::= PrintableString (SIZE (2))")];

    /// The subject is not the name of the contract
    ///
    /// generateContract returns the name that the certificate will bear, and the person who signs the
    /// contract signs for that name. Names are compared as RFC 5280 7.1 does, without regard to case,
    /// to string types and to surplus spaces; the order of the parts is another rule's. Judged when
    /// the expected name is given. Take the DN of the contract as it is.
    "csr.subject-differs": ERROR => subject_differs,
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Must, "The 'distinguished name' of the CSR must match the distinguished name that was returned in the \"DN\" element of the response of generateContract")],
        catalogue: &["CS-15"],
        codes: &["CSR_INVALID_DN_INVALID"];

    /// The subject has the parts of the contract's name in another order
    ///
    /// Each part is there, but not where the contract has it. The platform compares names without
    /// regard to order, since older authorities scramble them; other readers do not.
    "csr.subject-reordered": OFF.in_cookbook(Warning).in_field(Note).in_standard(Warning) => subject_reordered,
        cites: &[cite("RFC 5280", "7.1", Force::Fact, "have the same number of RDNs … in the same order")],
        catalogue: &["CS-15"];

    /// The expected name is no distinguished name
    ///
    /// What was given to compare the subject with cannot be read as RFC 4514 text, so nothing was
    /// compared. Give the DN element of the contract as it is.
    "csr.expected-name-malformed": crate::rule::INCONCLUSIVE => expected_name_malformed,
        cites: &[cite("RFC 4514", "3", Force::Fact, "distinguishedName = [ relativeDistinguishedName …")];
}

fn version_not_zero(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if csr.version.to_u64() != Some(0) {
        let message = format!("expected version 0, found {}", csr.version.to_decimal());
        cx.fail("certificationRequestInfo.version", csr.version.span, message);
    }
    Some(Checked)
}

fn subject_empty(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if csr.subject.is_empty() {
        let message = "expected the name of the certificate's owner, found an empty one";
        cx.fail("certificationRequestInfo.subject", csr.subject.span, message);
    }
    Some(Checked)
}

fn subject_differs(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = csr.expected.as_ref()?.as_ref().ok()?;
    if !csr.owner.is_same_in_any_order(expected) {
        let message = format!(
            "expected the name `{}`, found `{}`",
            cx.context().expect_dn.as_deref().unwrap_or_default(),
            csr.subject.to_text()
        );
        cx.fail("certificationRequestInfo.subject", csr.subject.span, message);
    }
    Some(Checked)
}

fn subject_reordered(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = csr.expected.as_ref()?.as_ref().ok()?;
    csr.owner.is_same_in_any_order(expected).then_some(())?;
    if !csr.owner.is_same(expected) {
        let message = "expected the parts of the name in the order of the contract, found another";
        cx.fail("certificationRequestInfo.subject", csr.subject.span, message);
    }
    Some(Checked)
}

fn expected_name_malformed(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Err(no) = csr.expected.as_ref()? {
        let message = format!(
            "expected `expect_dn` to be a distinguished name, found no {} at character {}",
            no.expected.trim_start_matches("an ").trim_start_matches("a "),
            no.at
        );
        cx.fail("certificationRequestInfo.subject", csr.subject.span, message);
    }
    Some(Checked)
}

/// Reports the departures that `is` picks.
fn fail_where(csr: &Csr<'_>, cx: &mut Cx<'_>, is: impl Fn(Departure) -> bool) {
    for attribute in &csr.subject.attributes {
        if let Some(departure) = departure(attribute).filter(|departure| is(*departure)) {
            let (rdn, name) = (attribute.rdn, attribute.type_name());
            let at = format!("certificationRequestInfo.subject[{rdn}].{name}");
            cx.fail(at, attribute.span, departure.to_string());
        }
    }
}

fn subject_not_a_string(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    csr.subject.attributes.first()?;
    fail_where(csr, cx, |departure| departure == Departure::NotAString);
    Some(Checked)
}

fn subject_form_unusual(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    csr.subject.attributes.first()?;
    fail_where(csr, cx, |departure| departure != Departure::NotAString);
    Some(Checked)
}
