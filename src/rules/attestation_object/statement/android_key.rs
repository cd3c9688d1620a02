//! `android-key` (WebAuthn L3 §8.4): keys of Android's hardware keystore.

use crate::base::Span;
use crate::model::attestation_statement::android_key::{
    AuthorizationList, KeyDescription, ORIGIN_GENERATED, PURPOSE_SIGN,
};
use crate::model::attestation_statement::{Format, Link, Statement};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Statement =>
    /// The certificate is for another key
    ///
    /// The key in the first certificate must be the credential key itself.
    "attestation-object.android-key-mismatch": ERROR => key_mismatch,
        cites: &[cite("WebAuthn L3", "8.4", Force::Must, "Verify that the public key in the first certificate in x5c matches the credentialPublicKey in the attestedCredentialData in authenticatorData")],
        catalogue: &["WS-22"],
        codes: &["VALIDATION_FAILED"];

    /// The certificate has no description of the key
    ///
    /// The extension 1.3.6.1.4.1.11129.2.1.17 is missing or cannot be read: nothing says that the key is
    /// kept in hardware, or which registration it was made for.
    "attestation-object.android-key-undescribed": ERROR => undescribed,
        cites: &[cite("WebAuthn L3", "8.4.1", Force::Must, "Android Key Attestation attestation certificate's android key attestation certificate extension data is identified by the OID 1.3.6.1.4.1.11129.2.1.17")],
        catalogue: &["WS-22"],
        codes: &["VALIDATION_FAILED"];

    /// The key was made for another registration
    ///
    /// The challenge in the certificate must be the SHA-256 of the client data.
    "attestation-object.android-key-challenge-mismatch": ERROR => challenge_mismatch,
        cites: &[cite("WebAuthn L3", "8.4", Force::Must, "Verify that the attestationChallenge field in the attestation certificate extension data is identical to clientDataHash")],
        catalogue: &["WC-20", "WS-22"],
        codes: &["VALIDATION_FAILED"];

    /// Any application may use the key
    ///
    /// `allApplications` must be absent: the key belongs to one relying party.
    "attestation-object.android-key-for-all": ERROR => for_all,
        cites: &[cite("WebAuthn L3", "8.4", Force::Must, "The AuthorizationList.allApplications field is not present on either authorization list")],
        catalogue: &["WS-22"],
        codes: &["VALIDATION_FAILED"];

    /// The key was not made in the keystore
    ///
    /// `origin` must be KM_ORIGIN_GENERATED (0): an imported key may exist elsewhere too.
    "attestation-object.android-key-origin-wrong": ERROR => origin_wrong,
        cites: &[cite("WebAuthn L3", "8.4", Force::Must, "The value in the AuthorizationList.origin field is equal to KM_ORIGIN_GENERATED")],
        catalogue: &["WS-22"],
        codes: &["VALIDATION_FAILED"];

    /// The key is not for signing
    ///
    /// `purpose` must be KM_PURPOSE_SIGN (2). A key for other purposes was not made for WebAuthn, and
    /// Android will not sign with it.
    "attestation-object.android-key-purpose-wrong": ERROR => purpose_wrong,
        cites: &[cite("WebAuthn L3", "8.4", Force::Must, "The value in the AuthorizationList.purpose field is equal to KM_PURPOSE_SIGN")],
        catalogue: &["WS-22"],
        codes: &["VALIDATION_FAILED"];
}

/// The description in the attestation certificate, with where it stands in the attestation object.
fn description<'s, 'a>(
    statement: &'s Statement<'a>,
    cx: &Cx<'_>,
) -> Option<(&'s Link<'a>, &'s KeyDescription)> {
    let (link, _) = statement.leaf().filter(|_| statement.is(Format::AndroidKey))?;
    Some((link, statement.key_description(cx.budget())?.ok()?))
}

fn place(link: &Link<'_>, description: &KeyDescription, field: &str) -> (String, Span) {
    link.at(&format!("tbsCertificate.extensions[{}].{field}", description.index), description.span)
}

fn key_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::AndroidKey))?;
    let credential = statement.data.key()?.public_key()?.ok()?;
    if !certificate.key().is_ok_and(|key| key.is_same(credential)) {
        let (path, span) = link.at("tbsCertificate.subjectPublicKeyInfo", certificate.spki.span);
        cx.fail(path, span, "expected the credential key, found another");
    }
    Some(Checked)
}

fn undescribed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::AndroidKey))?;
    match statement.key_description(cx.budget()) {
        Some(Ok(_)) => {}
        Some(Err((index, span))) => {
            let (path, span) = link.at(&format!("tbsCertificate.extensions[{index}]"), *span);
            cx.fail(path, span, "expected a KeyDescription, found something that cannot be read as one");
        }
        None => {
            let (path, span) = link.at("tbsCertificate.extensions", certificate.tbs_span);
            cx.fail(path, span, "expected the description of the key, found no such extension");
        }
    }
    Some(Checked)
}

fn challenge_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, description) = description(statement, cx)?;
    let expected = statement.client_data_hash?;
    if description.challenge != expected.as_bytes() {
        let (path, span) = place(link, description, "attestationChallenge");
        cx.fail(path, span, "expected the SHA-256 of the client data, found other bytes");
    }
    Some(Checked)
}

fn lists(description: &KeyDescription) -> [(&'static str, &AuthorizationList); 2] {
    [("softwareEnforced", &description.software), ("teeEnforced", &description.hardware)]
}

fn for_all(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, description) = description(statement, cx)?;
    for (name, _) in lists(description).into_iter().filter(|(_, list)| list.all_applications) {
        let (path, span) = place(link, description, &format!("{name}.allApplications"));
        cx.fail(path, span, "expected a key for one application, found one for all");
    }
    Some(Checked)
}

fn origin_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, description) = description(statement, cx)?;
    let found: Vec<u64> = lists(description).into_iter().filter_map(|(_, list)| list.origin).collect();
    if found.is_empty() || found.iter().any(|origin| *origin != ORIGIN_GENERATED) {
        let found = found.first().map_or_else(|| "none".to_owned(), u64::to_string);
        let (path, span) = place(link, description, "origin");
        cx.fail(path, span, format!("expected the origin KM_ORIGIN_GENERATED (0), found {found}"));
    }
    Some(Checked)
}

fn purpose_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, description) = description(statement, cx)?;
    let found: Vec<u64> = lists(description)
        .into_iter()
        .flat_map(|(_, list)| list.purpose.clone().unwrap_or_default())
        .collect();
    if !found.contains(&PURPOSE_SIGN) {
        let found = found.first().map_or_else(|| "none".to_owned(), u64::to_string);
        let (path, span) = place(link, description, "purpose");
        cx.fail(path, span, format!("expected the purpose KM_PURPOSE_SIGN (2), found {found}"));
    }
    Some(Checked)
}
