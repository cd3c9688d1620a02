//! Who is named: the common name, the identifier, the name and the application.

use crate::model::distinguished_name::{DistinguishedName, DnAttribute, Holder};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

const CODE: &[&str] = &["CSR_INVALID_DN_INVALID"];

rule! { DistinguishedName =>
    /// The common name does not say who it is
    ///
    /// There is one CN, and it reads `TYPE=id`, or `TYPE=id, APPID` for an application of an
    /// organisation.
    "distinguished-name.common-name-malformed": ERROR.not_in_standard() => common_name_malformed,
        clauses: &["CR-4.3.7.1-14", "CR-4.3.4.5.1-12", "CR-7.1-19"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "CN=SSIN=85210123617,OU=eHealth-platform Belgium")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// No OU says `TYPE=id`
    ///
    /// One OU repeats the type and the number of the CN, without the application.
    "distinguished-name.identifier-unit-missing": ERROR.not_in_standard() => identifier_unit_missing,
        clauses: &["CR-4.3.7.1-14", "CR-7.1-19"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "OU=SSIN=85210123617")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// CN and OU name two holders
    ///
    /// The `TYPE=id` of the CN is not the one of the OU. Which of them a service takes is chance.
    "distinguished-name.identifiers-differ": ERROR.not_in_standard() => identifiers_differ,
        clauses: &["CR-4.3.7.1-15"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "CN=SSIN=85210123617,…,OU=SSIN=85210123617")],
        catalogue: &["CS-15", "CS-16"],
        codes: CODE;

    /// The type of the identifier is not one that the platform knows
    ///
    /// SSIN, CBE, NIHII, EHP and the types derived from them are known. The service publishes its list
    /// at run time, so a new type may be right; `field` warns.
    "distinguished-name.identifier-type-unknown": ERROR.in_field(Warning).not_in_standard() => identifier_type_unknown,
        clauses: &["CR-4.3.4.5.1-12"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.2", Force::Fact, "getGenericOrganizationTypes")],
        catalogue: &["CS-16"],
        codes: CODE;

    /// The number is none of its type
    ///
    /// It has too few or too many digits, or its check digits are wrong: a typing error, or a number
    /// that was made up.
    "distinguished-name.identifier-invalid": ERROR.not_in_standard() => identifier_invalid,
        clauses: &["CR-7.1-19"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.2", Force::Fact, "CheckDigitAlgorithm")],
        catalogue: &["CS-16"],
        codes: CODE;

    /// No OU holds the name of the holder
    ///
    /// Beside the OU of the platform and the OU of the number, one OU spells the name.
    "distinguished-name.name-unit-missing": ERROR.in_field(Warning).not_in_standard() => name_unit_missing,
        clauses: &["CR-4.3.7.1-14", "CR-4.3.7.1-17"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "OU=DUPONT DUPOND")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The name is not in capitals
    ///
    /// The platform writes names in capitals without diacritics. Names are compared without regard to
    /// case, so `field` warns.
    "distinguished-name.name-not-in-capitals": ERROR.in_field(Warning).not_in_standard() => name_not_in_capitals,
        clauses: &["CR-4.3.7.1-17"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "OU=DUPONT DUPOND")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The application id is not one
    ///
    /// It has 1 to 30 capitals, digits, hyphens and underscores.
    "distinguished-name.application-id-malformed": ERROR.not_in_standard() => application_id_malformed,
        clauses: &["CR-4.3.4-09", "CR-4.3.4.3.1-03"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4", Force::May, "For an Organization's ETK it is possible to add to the DN an application Id value")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The application id stands in the CN alone
    ///
    /// An OU of its own repeats it. Without that OU the application cannot be told from the name.
    "distinguished-name.application-unit-missing": ERROR.in_field(Warning).not_in_standard() => application_unit_missing,
        clauses: &["CR-4.3.4-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.3.1", Force::May, "you can create a new unique Distinguished Name DN by using an application id")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// A person has an application id
    ///
    /// Application ids tell the certificates of one organisation apart. A person has one certificate.
    "distinguished-name.application-of-person": ERROR.in_field(Warning).not_in_standard() => application_of_person,
        clauses: &["CR-4.3.4-09", "CR-4.3.4.3.1-03"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4", Force::May, "For an Organization's ETK it is possible to add to the DN an application Id value")],
        catalogue: &["CS-15"],
        codes: CODE;
}

fn common_name<'n, 'a>(name: &'n DistinguishedName<'a>) -> Option<(&'n DnAttribute<'a>, Holder<'n>)> {
    let attribute = name.all("CN").next()?;
    Some((attribute, Holder::read(&attribute.value)?))
}

fn common_name_malformed(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut all = name.all("CN");
    match (all.next(), all.next()) {
        (None, _) => _ = cx.fail("", name.span, "expected a CN, found none"),
        (Some(one), None) if Holder::read(&one.value).is_some() => {}
        (Some(one), None) => {
            let message = "expected `TYPE=id`, with `, APPID` for an application, found another form";
            cx.fail(format_args!("rdn[{}]", one.rdn), one.span, message);
        }
        (Some(_), Some(second)) => {
            let message = format!("expected one CN, found {}", all.count() + 2);
            cx.fail(format_args!("rdn[{}]", second.rdn), second.span, message);
        }
    }
    Some(Checked)
}

fn identifier_unit_missing(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if name.identifier_unit().is_none() {
        cx.fail("", name.span, "expected an OU that reads `TYPE=id`, found none");
    }
    Some(Checked)
}

fn identifiers_differ(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (_, named) = common_name(name)?;
    let unit = name.identifier_unit()?;
    let repeated = Holder::read(&unit.value)?;
    if (named.kind, named.id) != (repeated.kind, repeated.id) {
        let message = "expected the identifier of the CN, found another";
        cx.fail(format_args!("rdn[{}]", unit.rdn), unit.span, message);
    }
    Some(Checked)
}

/// Each place that names a holder, without saying the same thing twice.
fn holders<'n, 'a>(name: &'n DistinguishedName<'a>) -> Vec<(&'n DnAttribute<'a>, Holder<'n>)> {
    let unit = name.identifier_unit().and_then(|unit| Some((unit, Holder::read(&unit.value)?)));
    let mut all: Vec<_> = common_name(name).into_iter().collect();
    if let Some((attribute, holder)) = unit
        && all.iter().all(|(_, it)| (it.kind, it.id) != (holder.kind, holder.id))
    {
        all.push((attribute, holder));
    }
    all
}

fn identifier_type_unknown(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let holders = holders(name);
    (!holders.is_empty()).then_some(())?;
    for (attribute, holder) in holders {
        if holder.identifier_type().is_none_or(|kind| kind.name != holder.kind) {
            let message =
                format!("expected a type of identifier that the platform knows, found `{}`", holder.kind);
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}

fn identifier_invalid(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let holders = holders(name);
    (!holders.is_empty()).then_some(())?;
    for (attribute, holder) in holders {
        let Some(kind) = holder.identifier_type() else { continue };
        if !kind.has_form(holder.id) {
            let message =
                format!("expected {} digits of a {}, found {}", kind.digits, kind.name, holder.id.len());
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        } else if !kind.checks(holder.id) {
            let message = format!("expected the check digits of a {}, found others", kind.name);
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}

fn name_unit_missing(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if name.name_unit().is_none() {
        cx.fail("", name.span, "expected an OU with the name of the holder, found none");
    }
    Some(Checked)
}

fn name_not_in_capitals(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let unit = name.name_unit()?;
    if unit.value.chars().any(char::is_lowercase) {
        cx.fail(
            format_args!("rdn[{}]", unit.rdn),
            unit.span,
            "expected a name in capitals, found small letters",
        );
    }
    Some(Checked)
}

fn application_id_malformed(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (attribute, holder) = common_name(name)?;
    let id = holder.application?;
    let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if !(1..=30).contains(&id.len()) || !id.bytes().all(fits) {
        let message = format!(
            "expected 1 to 30 capitals, digits, hyphens and underscores, found `{}`",
            id.escape_debug()
        );
        cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
    }
    Some(Checked)
}

fn application_unit_missing(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (attribute, holder) = common_name(name)?;
    let id = holder.application?;
    if name.application_unit().is_none() {
        let message = format!("expected an OU `{}` as in the CN, found none", id.escape_debug());
        cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
    }
    Some(Checked)
}

fn application_of_person(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (attribute, holder) = common_name(name)?;
    (holder.kind == "SSIN").then_some(())?;
    if holder.application.is_some() {
        let message = "expected no application id beside an SSIN, found one";
        cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
    }
    Some(Checked)
}
