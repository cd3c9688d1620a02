//! The type of an identifier: whether it is known, and whether the value has its form.

use crate::model::identifier::{Identifier, TYPES};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { Identifier =>
    /// The type of the identifier is not known
    ///
    /// The platform identifies by SSIN, CBE, NIHII, NIHII11, EHP, SITE, and by types for kinds of
    /// organisation such as NIHII-PHARMACY, NIHII-HOSPITAL or CBE-CONSORTIUM. A pharmacy is
    /// identified by NIHII-PHARMACY, a hospital by NIHII-HOSPITAL, an organisation in general by CBE.
    "identifier.type-unknown": ERROR.not_in_standard() => type_unknown,
        clauses: &["CR-4.3.4.3.1-07"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.3.1", Force::Fact, "depending on the organization type (e.g. pharmacy, hospital, general organization...)")],
        catalogue: &["GE-24"];

    /// The type is written in another case
    ///
    /// Types are upper case in distinguished names and queries. The ETK Depot cookbook also writes
    /// them in lower case; whether a service folds case is not said.
    "identifier.type-case": WARNING.not_in_standard() => type_case,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "type=NIHII&value=12345678")],
        catalogue: &["GE-24"];

    /// The value does not have the digits of its type
    ///
    /// Every identifier is a fixed number of digits, leading zeros included: 11 for SSIN and
    /// NIHII11, 10 for CBE and EHP, 8 for NIHII and the NIHII-* types, 4 for SITE. Points, spaces
    /// and letters are no part of it, and an expression that is not anchored must not let them in
    /// (SD-10).
    "identifier.malformed": ERROR => malformed,
        clauses: &["KD-5.2.4-15", "KD-5.2.8-08", "ED-5.2.1.1-11", "ED-5.2.2.1-17", "CR-4.3.4.2.1-07"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.4", Force::Fact, "Value of the client's identifier")],
        defects: &["SD-09", "SD-10", "SD-58", "SD-100"],
        catalogue: &["GE-21", "GE-22", "GE-23", "GE-24"];

    /// A hospital's number does not begin with 710, 719 or 720
    ///
    /// The expression that the CertRA cookbook gives for the type; as printed it lacks a group and
    /// asks for a dollar sign (SD-10, SD-100). The service returns the one in force at run time.
    "identifier.hospital-prefix": WARNING.not_in_standard() => hospital_prefix,
        clauses: &["CR-4.3.4.2-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.2", Force::Fact, "^710[0-9]{5}|719[0-9]{5}|720[0-9]{5}$")],
        defects: &["SD-10", "SD-100"],
        catalogue: &["GE-23"];
}

fn type_unknown(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let name = identifier.type_name?;
    if identifier.kind.is_none() {
        let known: Vec<&str> = TYPES.iter().map(|it| it.name).collect();
        let message = format!("expected a known type of identifier, found `{}`", name.escape_debug());
        cx.fail("type", identifier.span, message).hint(format!("the types are {}", known.join(", ")));
    }
    Some(Checked)
}

fn type_case(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (name, kind) = (identifier.type_name?, identifier.kind?);
    if name != kind.name {
        cx.fail("type", identifier.span, format!("expected the type `{}`, found `{name}`", kind.name));
    }
    Some(Checked)
}

fn malformed(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = identifier.value;
    let Some(kind) = identifier.kind else {
        if identifier.type_name.is_some() {
            return None;
        }
        cx.fail("", identifier.span, format!("expected the digits of an identifier, found {}", shape(value)));
        return Some(Checked);
    };
    if !kind.has_form(value) {
        let message = format!("expected {} digits for {}, found {}", kind.digits, kind.name, shape(value));
        let finding = cx.fail("", identifier.span, message);
        if let Some(other) = TYPES.iter().find(|it| it.takes(value)) {
            finding.hint(format!("the value is right as {}", other.name));
        } else if value.chars().filter(char::is_ascii_digit).count() == kind.digits {
            finding.hint("write the digits alone");
        }
    }
    Some(Checked)
}

/// What a value looks like, without saying the value: it may name a person.
fn shape(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let others = value.chars().count() - digits;
    match others {
        0 => format!("{digits} digits"),
        _ => format!("{digits} digits and {others} other characters"),
    }
}

fn hospital_prefix(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kind =
        identifier.kind.filter(|kind| kind.name == "NIHII-HOSPITAL" && kind.has_form(identifier.value))?;
    let prefix = &identifier.value[..3];
    if !["710", "719", "720"].contains(&prefix) {
        let message = format!("expected 710, 719 or 720 to begin a {}, found {prefix}", kind.name);
        cx.fail("", identifier.span, message);
    }
    Some(Checked)
}
