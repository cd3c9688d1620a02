//! The number itself: check digits, and what a national number says.

use crate::model::identifier::{Identifier, Scheme, Ssin};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Identifier =>
    /// The check digits are wrong
    ///
    /// - SSIN: 97 − (the first nine digits modulo 97); for births from 2000, of the nine behind a 2.
    /// - CBE and EHP: 97 − (the first eight digits modulo 97).
    /// - NIHII: M − (the first six digits modulo M), where M is 97, 89 or 83.
    ///
    /// One digit was mistyped, or the number was made up. Of all numbers that the cookbooks print
    /// only the SSIN 85210123617 is right (SD-09). Which algorithm a type of organisation has is
    /// what the service returns at run time, hence a warning under `field`.
    "identifier.check-digits-wrong": ERROR.in_field(Warning) => check_digits_wrong,
        clauses: &[
            "KD-5.2.4-07", "KD-5.2.8-08", "KD-5.2.8-16", "ED-5.2.1.1-03", "ED-5.2.1.1-11", "ED-5.2.2.1-05",
            "ED-5.2.2.1-17", "ED-5.2.4.2-09", "CR-4.3.4.2-08", "CR-4.3.4.2.1-07", "IX-5.4.2.1-02",
            "IX-5.4.2.1-03", "IX-8-69",
        ],
        cites: &[
            cite("CertRA cookbook 0.5", "4.3.4.2", Force::Fact, "for example: “modulo 97” algorithm"),
            cite("IAM eXchange cookbook 1.1", "8", Force::Fact, "is not a valid SSIN"),
        ],
        defects: &["SD-09", "SD-58", "SD-82", "SD-185"],
        catalogue: &["GE-21", "GE-22"];

    /// A national number names no day or no birth
    ///
    /// Its first six digits are year, month and day; a BIS number adds 20 to the month where the
    /// sex is not known, 40 where it is. Zeros stand for what is unknown. The next three count the
    /// births of a day, from 001 to 998. Right check digits do not make such a number exist.
    "identifier.ssin-impossible": ERROR.in_field(Warning) => ssin_impossible,
        clauses: &["CR-4.3.7.1-11"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "The SSIN BIs number")],
        defects: &["SD-90"],
        catalogue: &["GE-21"];

    /// An enterprise number does not begin with 0 or 1
    ///
    /// The Crossroads Bank for Enterprises gives out numbers of ten digits whose first is 0 or 1. Another
    /// digit is a number of another register, or a typing error that the check digits do not show.
    "identifier.cbe-prefix": ERROR.in_field(Warning) => cbe_prefix,
        clauses: &["ED-5.2.1.1-11"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.1", Force::Fact, "identifier=0123456789&type=CBE")],
        catalogue: &["GE-22"];
}

fn check_digits_wrong(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kind = identifier.kind.filter(|kind| kind.has_form(identifier.value))?;
    let how = match kind.scheme {
        Scheme::Ssin => "97 − (first nine digits modulo 97), with a 2 before them for births from 2000",
        Scheme::Cbe => "97 − (first eight digits modulo 97)",
        Scheme::Nihii => "M − (first six digits modulo M) for M = 97, 89 or 83",
        Scheme::Unchecked => return None,
    };
    if !kind.checks(identifier.value) {
        cx.fail("", identifier.span, format!("expected check digits that are {how}, found others"));
    }
    Some(Checked)
}

fn ssin_impossible(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kind =
        identifier.kind.filter(|kind| kind.scheme == Scheme::Ssin && kind.has_form(identifier.value))?;
    let Ssin { month, day, sequence, .. } = Ssin::read(identifier.value)?;
    if month > 12 {
        let message = "expected a month up to 12, or raised by 20 or 40 in a BIS number, found another";
        cx.fail("", identifier.span, message);
    }
    if day > 31 {
        cx.fail("", identifier.span, format!("expected a day up to 31 in the {}, found another", kind.name));
    }
    if sequence == 0 || sequence == 999 {
        cx.fail("", identifier.span, "expected a counter from 001 to 998 behind the date, found another");
    }
    Some(Checked)
}

fn cbe_prefix(identifier: &Identifier<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let kind =
        identifier.kind.filter(|kind| kind.name.starts_with("CBE") && kind.has_form(identifier.value))?;
    if !identifier.value.starts_with(['0', '1']) {
        cx.fail(
            "",
            identifier.span,
            format!("expected 0 or 1 to begin a {}, found another digit", kind.name),
        );
    }
    Some(Checked)
}
