//! The parts of a name: which there are, in which order, and how they are encoded.

use crate::model::distinguished_name::{DistinguishedName, ORGANISATION, PLATFORM};
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, WARNING, cite};
use crate::wire::der::StringKind;

const CODE: &[&str] = &["CSR_INVALID_DN_INVALID"];

rule! { DistinguishedName =>
    /// The country is not BE
    ///
    /// Every name of the platform ends in `C=BE`, in capitals, once.
    "distinguished-name.country-wrong": ERROR.not_in_standard() => country_wrong,
        clauses: &["CR-4.3.4.5.1-12", "CR-7.1-19"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "O=Federal Government,C=BE")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The organisation is not the Federal Government
    ///
    /// Whoever holds the certificate, its name bears `O=Federal Government`, once: the platform is
    /// the one who names.
    "distinguished-name.organisation-wrong": ERROR.not_in_standard() => organisation_wrong,
        clauses: &["CR-4.3.4.5.1-12", "CR-7.1-19"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "O=Federal Government,C=BE")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The OU of the platform is missing
    ///
    /// One OU is `eHealth-platform Belgium`, in this spelling.
    "distinguished-name.platform-unit-missing": ERROR.not_in_standard() => platform_unit_missing,
        clauses: &["CR-4.3.7.1-14", "CR-7.1-19"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "OU=eHealth-platform Belgium")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The name has a part that no eHealth name has
    ///
    /// CN, OU, O and C are all that there is. A part beside them makes it another name than the
    /// contract's.
    "distinguished-name.attribute-unexpected": ERROR.in_field(Warning).not_in_standard() => attribute_unexpected,
        clauses: &["CR-4.3.4-19", "CR-4.3.4.5.1-12"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "CN=SSIN=85210123617,OU=eHealth-platform Belgium,OU=DUPONT DUPOND,OU=SSIN=85210123617,O=Federal Government,C=BE")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// The parts stand in another order than eHealth's
    ///
    /// As text a name runs CN, OU=eHealth-platform Belgium, OU=name, OU=TYPE=id, OU=application, O, C;
    /// in DER the same backwards. The platform compares without regard to order, since older
    /// authorities scramble it; others do not.
    "distinguished-name.order-unusual": OFF.in_cookbook(Warning).in_field(Note) => order_unusual,
        clauses: &["CR-4.3.7.1-14"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "CN=…,OU=eHealth-platform Belgium,OU=DUPONT DUPOND,OU=SSIN=85210123617,O=Federal Government,C=BE")],
        catalogue: &["CS-15"];

    /// Two parts share one RDN
    ///
    /// `CN=…+OU=…` in one set is another name than the two in a row, though it looks alike to a reader.
    "distinguished-name.multi-valued-rdn": ERROR.in_field(Warning).not_in_standard() => multi_valued_rdn,
        clauses: &["CR-4.3.4.5.1-12"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "CN=SSIN=85210123617,OU=eHealth-platform Belgium")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// A value is in a string type that is not used any more
    ///
    /// TeletexString, BMPString and UniversalString are read differently by different readers.
    /// Authorities use PrintableString and UTF8String.
    "distinguished-name.string-type-obsolete": WARNING.not_in_standard() => string_type_obsolete,
        cites: &[cite("RFC 5280", "4.1.2.4", Force::Must, "CAs conforming to this profile MUST use either the PrintableString or UTF8String encoding of DirectoryString, with two exceptions.")],
        catalogue: &["CS-15"];

    /// A value holds a control character
    ///
    /// A NUL ends the text for one reader and not for the next: `CN=SSIN=…\0…` has two meanings. It was
    /// used to get certificates for names that one does not hold (2009).
    "distinguished-name.control-character": ERROR.not_in_standard() => control_character,
        cites: &[cite("RFC 4518", "2.2", Force::Fact, "All other control code (e.g., Cc) points or code points with a control function (e.g., Cf) are mapped to nothing.")],
        catalogue: &["CS-15"],
        codes: CODE;

    /// A value has surplus spaces
    ///
    /// Spaces at the ends, or two in a row, are lost when names are compared and kept when they are
    /// hashed or shown.
    "distinguished-name.space-surplus": WARNING.not_in_standard() => space_surplus,
        cites: &[cite("RFC 5280", "7.1", Force::Fact, "insignificant space handling")],
        catalogue: &["CS-15"];

    /// A value holds a letter that is not plain Latin
    ///
    /// The platform strips diacritics and writes capitals: a name of its own has letters A to Z only.
    /// Other letters were not stripped, or are look-alikes of another script.
    "distinguished-name.letter-not-ascii": ERROR.in_field(Warning).not_in_standard() => letter_not_ascii,
        clauses: &["CR-4.3.7.1-17"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.7.1", Force::Fact, "OU=DUPONT DUPOND")],
        catalogue: &["CS-15"],
        codes: CODE;
}

fn exactly_one(
    name: &DistinguishedName<'_>,
    cx: &mut Cx<'_>,
    kind: &'static str,
    wanted: &str,
) -> Option<Checked> {
    let mut found = name.all(kind);
    match (found.next(), found.next()) {
        (Some(one), None) if one.value == wanted => {}
        (None, _) => _ = cx.fail("", name.span, format!("expected `{kind}={wanted}`, found no {kind}")),
        (Some(one), None) => {
            let message = format!("expected `{kind}={wanted}`, found `{}`", one.value.escape_debug());
            cx.fail(format_args!("rdn[{}]", one.rdn), one.span, message);
        }
        (Some(_), Some(second)) => {
            let parts = found.count() + 2;
            let message = format!("expected `{kind}={wanted}` once, found {parts} parts {kind}");
            cx.fail(format_args!("rdn[{}]", second.rdn), second.span, message);
        }
    }
    Some(Checked)
}

fn country_wrong(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    exactly_one(name, cx, "C", "BE")
}

fn organisation_wrong(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    exactly_one(name, cx, "O", ORGANISATION)
}

fn platform_unit_missing(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !name.all("OU").any(|unit| unit.value == PLATFORM) {
        cx.fail("", name.span, format!("expected `OU={PLATFORM}`, found no such part"));
    }
    Some(Checked)
}

fn attribute_unexpected(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for attribute in &name.attributes {
        if !["CN", "OU", "O", "C"].contains(&&*attribute.kind) {
            let message = format!("expected CN, OU, O and C only, found {}", attribute.kind.escape_debug());
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}

fn order_unusual(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut expected = Vec::with_capacity(name.attributes.len());
    expected.extend(name.all("CN"));
    expected.extend(name.all("OU").filter(|unit| unit.value == PLATFORM));
    expected.extend(name.name_unit());
    expected.extend(name.identifier_unit());
    expected.extend(name.application_unit());
    expected.extend(name.all("O"));
    expected.extend(name.all("C"));
    // Where parts are missing or surplus, or share an RDN, the order says nothing.
    let shared = name.attributes.windows(2).any(|pair| pair[0].rdn == pair[1].rdn);
    (expected.len() == name.attributes.len() && !shared).then_some(())?;
    let moved = name.attributes.iter().zip(&expected).find(|(found, expected)| found.span != expected.span);
    if let Some((found, expected)) = moved {
        let message = format!("expected {} here, found {}", expected.kind, found.kind);
        cx.fail(format_args!("rdn[{}]", found.rdn), found.span, message);
    }
    Some(Checked)
}

fn multi_valued_rdn(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for pair in name.attributes.windows(2).filter(|pair| pair[0].rdn == pair[1].rdn) {
        let message =
            format!("expected one part in each RDN, found {} beside {}", pair[1].kind, pair[0].kind);
        cx.fail(format_args!("rdn[{}]", pair[1].rdn), pair[1].span, message);
    }
    Some(Checked)
}

fn string_type_obsolete(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for attribute in &name.attributes {
        let Some(kind) = attribute.encoded else { continue };
        if matches!(kind, StringKind::Teletex | StringKind::Bmp | StringKind::Universal) {
            let message = format!("expected a PrintableString or a UTF8String, found a {}", kind.name());
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}

fn control_character(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for attribute in &name.attributes {
        if let Some(control) = attribute.value.chars().find(|character| character.is_control()) {
            let message =
                format!("expected text without control characters, found U+{:04X}", u32::from(control));
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}

fn space_surplus(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for attribute in &name.attributes {
        let value = &attribute.value;
        if value.starts_with(' ')
            || value.ends_with(' ')
            || value.as_bytes().windows(2).any(|pair| pair == b"  ")
        {
            let message = format!("expected single spaces between words, found `{}`", value.escape_debug());
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}

fn letter_not_ascii(name: &DistinguishedName<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for attribute in name.attributes.iter().filter(|attribute| !attribute.value.is_ascii()) {
        if let Some(letter) = attribute.value.chars().find(|character| !character.is_ascii()) {
            let message = format!("expected letters A to Z, found `{letter}` (U+{:04X})", u32::from(letter));
            cx.fail(format_args!("rdn[{}]", attribute.rdn), attribute.span, message);
        }
    }
    Some(Checked)
}
