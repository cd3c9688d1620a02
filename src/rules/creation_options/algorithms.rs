//! The algorithms that are offered.

use crate::model::creation_options::CreationOptions;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;

/// ES256 and RS256, the algorithms of the cookbook's example.
const USUAL: [(i64, &str); 2] = [(-7, "ES256"), (-257, "RS256")];

rule! { CreationOptions =>
    /// No algorithm is offered
    ///
    /// WebAuthn reads an empty list as ES256 and RS256; older clients refuse it.
    "creation-options.no-algorithm": ERROR.in_standard(Warning) => no_algorithm,
        clauses: &["KD-5.2.1-31"],
        cites: &[cite("WebAuthn L3", "5.1.3", Force::Fact, "Append the following pairs of PublicKeyCredentialType and COSEAlgorithmIdentifier values")],
        catalogue: &["WO-04"];

    /// The type of a credential is not `public-key`
    ///
    /// It is the only type there is. Clients leave entries of other types out, and with all of them gone the call
    /// fails.
    "creation-options.credential-type-unknown": ERROR.in_standard(Warning) => credential_type_unknown,
        clauses: &["KD-5.2.1-32", "KD-5.2.1-46"],
        cites: &[cite("WebAuthn L3", "5.8.2", Force::Fact, "enum PublicKeyCredentialType { \"public-key\" }")],
        catalogue: &["WO-04"];

    /// An algorithm is no integer
    ///
    /// `alg` is the number of a COSE algorithm, such as -7: neither a fraction, nor a float that happens to be whole,
    /// nor a number beyond 32 bits. Clients round such numbers to other algorithms.
    "creation-options.algorithm-not-integer": ERROR => algorithm_not_integer,
        clauses: &["KD-5.2.1-33", "KD-5.2.1-47"],
        cites: &[cite("WebAuthn L3", "5.8.5", Force::Must, "typedef long COSEAlgorithmIdentifier")],
        catalogue: &["GE-09", "WO-04"];

    /// An algorithm is offered twice
    ///
    /// The list is ordered by preference: a second entry says nothing, and shows that the list was put together
    /// carelessly. WebAuthn lets it stand and passes it over: under `standard` it is a note.
    "creation-options.algorithm-repeated": WARNING.in_standard(Note) => algorithm_repeated,
        cites: &[cite("WebAuthn L3", "5.4", Force::Fact, "Duplicates are allowed but effectively ignored.")],
        catalogue: &["WO-04"];

    /// ES256 or RS256 is not offered
    ///
    /// The cookbook's example offers both; authenticators that do neither are rare, those that do
    /// only one are common.
    "creation-options.usual-algorithm-missing": WARNING => usual_algorithm_missing,
        clauses: &["KD-5.2.1-47", "KD-5.2.1-48"],
        cites: &[cite("WebAuthn L3", "5.4", Force::Should, "Relying Parties that wish to support a wide range of authenticators SHOULD include at least the following COSEAlgorithmIdentifier values")],
        catalogue: &["WO-04"];

    /// An algorithm beyond ES256 and RS256 is offered
    ///
    /// The cookbook knows these two: a key of another algorithm may be refused at the next step.
    "creation-options.algorithm-not-in-cookbook": WARNING.not_in_standard() => algorithm_not_in_cookbook,
        clauses: &["KD-5.2.1-47", "KD-5.2.1-48"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "\"alg\": -7 … \"alg\": -257")],
        catalogue: &["WO-04"];
}

fn no_algorithm(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let list =
        options.value.member("pubKeyCredParams").or_else(|| options.value.member("publicKeyCredParams"))?;
    if options.parameters().next().is_none() {
        cx.fail(list.pointer(), list.span(), "expected at least one algorithm, found none");
    }
    Some(Checked)
}

fn credential_type_unknown(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    options.parameters().next()?;
    for value in options.parameters().filter_map(|it| it.member("type")) {
        if let Some(text) = value.as_str().filter(|text| *text != "public-key") {
            cx.fail(value.pointer(), value.span(), format!("expected `public-key`, found {}", shown(text)));
        }
    }
    Some(Checked)
}

fn algorithm_not_integer(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    options.parameters().next()?;
    for value in options.parameters().filter_map(|it| it.member("alg")) {
        if value.as_number().is_some() && value.as_i64().is_none_or(|alg| i32::try_from(alg).is_err()) {
            cx.fail(
                value.pointer(),
                value.span(),
                "expected the integer of a COSE algorithm, found another number",
            );
        }
    }
    Some(Checked)
}

fn algorithm_repeated(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    options.algorithms().next()?;
    let mut seen = std::collections::BTreeSet::new();
    for value in options.parameters().filter_map(|it| it.member("alg")) {
        if let Some(alg) = value.as_i64().filter(|alg| !seen.insert(*alg)) {
            cx.fail(
                value.pointer(),
                value.span(),
                format!("expected each algorithm once, found {alg} again"),
            );
        }
    }
    Some(Checked)
}

fn usual_algorithm_missing(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let list =
        options.value.member("pubKeyCredParams").or_else(|| options.value.member("publicKeyCredParams"))?;
    options.algorithms().next()?;
    for (number, name) in USUAL {
        if !options.algorithms().any(|alg| alg == number) {
            cx.fail(
                list.pointer(),
                list.span(),
                format!("expected {number} ({name}) among the algorithms, found others"),
            );
        }
    }
    Some(Checked)
}

fn algorithm_not_in_cookbook(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    options.algorithms().next()?;
    for value in options.parameters().filter_map(|it| it.member("alg")) {
        if let Some(alg) = value.as_i64().filter(|alg| !USUAL.iter().any(|(number, _)| number == alg)) {
            cx.fail(value.pointer(), value.span(), format!("expected -7 or -257, found {alg}"));
        }
    }
    Some(Checked)
}
