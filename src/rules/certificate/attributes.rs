//! The attributes of the issuer and of the subject, against the forms of RFC 5280, appendix A.1.

use crate::model::attribute_form::{Departure, departure};
use crate::model::certificate::Certificate;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, OFF, cite};

rule! { Certificate =>
    /// A part of a name is no string
    ///
    /// Names, countries, mailboxes and their like are strings. Here a number, octets or a structure stand in
    /// place of one: it can be compared with no other name, and many readers refuse the whole certificate.
    "certificate.attribute-not-a-string": ERROR => attribute_not_a_string,
        cites: &[cite("RFC 5280", "4.1.2.4", Force::Fact, "the type of the component AttributeValue is determined by the AttributeType; in general it will be a DirectoryString")];

    /// A part of a name departs from its form
    ///
    /// Each type of attribute has its string type and its length: a country is a PrintableString of two
    /// letters, a mailbox an IA5String, a common name a DirectoryString of 1 to 64 characters. Readers
    /// take others, strict ones do not.
    "certificate.attribute-form-unusual": OFF.in_standard(Warning) => attribute_form_unusual,
        cites: &[cite("RFC 5280", "A.1", Force::Fact, "X520countryName ::= PrintableString (SIZE (2))")];
}

/// Reports the departures that `is` picks.
fn fail_where(certificate: &Certificate<'_>, cx: &mut Cx<'_>, is: impl Fn(Departure) -> bool) {
    for (path, name) in [("issuer", &certificate.issuer), ("subject", &certificate.subject)] {
        for attribute in &name.attributes {
            if let Some(departure) = departure(attribute).filter(|departure| is(*departure)) {
                let at = format!("tbsCertificate.{path}[{}].{}", attribute.rdn, attribute.type_name());
                cx.fail(at, attribute.span, departure.to_string());
            }
        }
    }
}

fn attribute_not_a_string(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    fail_where(certificate, cx, |departure| departure == Departure::NotAString);
    Some(Checked)
}

fn attribute_form_unusual(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    fail_where(certificate, cx, |departure| departure != Departure::NotAString);
    Some(Checked)
}
