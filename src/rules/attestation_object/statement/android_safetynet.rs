//! `android-safetynet` (WebAuthn L3 §8.5): what Google's servers said of a phone.

use crate::base::Span;
use crate::base::time::{self, Instant};
use crate::crypto::Hash;
use crate::model::attestation_statement::safetynet::Response;
use crate::model::attestation_statement::{Format, Statement};
use crate::model::general_name::GeneralName;
use crate::model::name::oid;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::wire::base64::{self, Form};

/// The host that signs the responses.
const HOST: &str = "attest.android.com";
/// How far the response may be from the registration.
const TOLERANCE: time::Duration = time::Duration::minutes(10);

rule! { Statement =>
    /// The SafetyNet response cannot be read
    ///
    /// `response` is the UTF-8 text of a compact JWS, with the certificates in its header and a JSON
    /// object as payload.
    "attestation-object.safetynet-response-malformed": ERROR => response_malformed,
        cites: &[cite("WebAuthn L3", "8.5", Force::Must, "The UTF-8 encoded result of the getJwsResult() call of the SafetyNet API.")],
        catalogue: &["WS-23"],
        codes: &["BAD_REQUEST"];

    /// The SafetyNet response answers another registration
    ///
    /// `nonce` is the base64 of the SHA-256 of authenticator data and client data hash.
    "attestation-object.safetynet-nonce-mismatch": ERROR => nonce_mismatch,
        cites: &[cite("WebAuthn L3", "8.5", Force::Must, "identical to the Base64 encoding of the SHA-256 hash of the concatenation of authenticatorData and clientDataHash")],
        catalogue: &["WC-20", "WS-23"],
        codes: &["VALIDATION_FAILED"];

    /// The SafetyNet response is not signed by Google's service
    ///
    /// The certificate must be issued to `attest.android.com`, by name or alternative name. Whoever has a
    /// certificate for another host can sign any response he likes.
    "attestation-object.safetynet-host-wrong": ERROR => host_wrong,
        cites: &[cite("WebAuthn L3", "8.5", Force::Must, "Verify that the SafetyNet response actually came from the SafetyNet service by following the steps in the SafetyNet online documentation")],
        catalogue: &["WS-23"],
        codes: &["VALIDATION_FAILED"];

    /// The phone did not pass SafetyNet
    ///
    /// `ctsProfileMatch` is not true: the system was changed, or is none that Google approved.
    "attestation-object.safetynet-not-passed": ERROR => not_passed,
        cites: &[cite("WebAuthn L1", "8.5", Force::Must, "Verify that the ctsProfileMatch attribute in the payload of response is true")],
        catalogue: &["WS-23"],
        codes: &["VALIDATION_FAILED"];

    /// The SafetyNet response is not of the time of the registration
    ///
    /// `timestampMs` lies more than ten minutes from the instant as of which is judged. Under a fixed
    /// instant that is to be expected of old registrations.
    "attestation-object.safetynet-time-off": WARNING => time_off,
        cites: &[cite("SafetyNet Attestation API", "verify the response", Force::Should, "timestampMs: the time when the response was generated")],
        catalogue: &["WS-23"];

    /// SafetyNet is no longer offered
    ///
    /// Google turned the service off in 2025: a new registration cannot have a new response. WebAuthn
    /// keeps the format for what exists.
    "attestation-object.safetynet-retired": NOTE => retired,
        cites: &[cite("WebAuthn L3", "8.5", Force::Fact, "This format is deprecated and is expected to be removed in a future revision of this document")],
        catalogue: &["WS-23"];
}

fn response<'a>(statement: &Statement<'a>) -> Option<(&'a Response, String, Span)> {
    let node = statement.member("response")?;
    Some((statement.response?, node.path(), node.span()))
}

fn readable<'a>(statement: &Statement<'a>) -> Option<(&'a Response, String, Span)> {
    response(statement).filter(|(response, ..)| response.malformed.is_none())
}

fn response_malformed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (response, path, span) = response(statement)?;
    if let Some(why) = &response.malformed {
        cx.fail(path, span, why.as_str());
    } else if response.x5c.is_empty() {
        cx.fail(path, span, "expected certificates under `x5c` of the header, found none");
    } else if response.algorithm_name.is_none() {
        cx.fail(path, span, "expected `alg` in the header, found none");
    }
    Some(Checked)
}

fn nonce_mismatch(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (response, path, span) = readable(statement)?;
    let expected = base64::encode(statement.digest_of_both(Hash::Sha256)?.as_bytes(), Form::Standard);
    if response.nonce.as_deref() != Some(expected.as_str()) {
        let found = if response.nonce.is_some() { "another" } else { "none" };
        let message = format!("expected the nonce of this authenticator data and client data, found {found}");
        cx.fail(format!("{path} → payload/nonce"), span, message);
    }
    Some(Checked)
}

fn host_wrong(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (link, certificate) = statement.leaf().filter(|_| statement.is(Format::AndroidSafetynet))?;
    let named = certificate.subject_alt_names().is_some_and(|names| {
        names.iter().any(|name| matches!(name, GeneralName::Dns(host) if *host == HOST))
    });
    let common = certificate.subject.all(oid::COMMON_NAME).any(|name| name.text().as_deref() == Some(HOST));
    if !named && !common {
        let (path, span) = link.at("tbsCertificate.subject", certificate.subject.span);
        let found = certificate.subject.to_text();
        cx.fail(
            path,
            span,
            format!("expected a certificate for `{HOST}`, found one for `{}`", found.escape_debug()),
        );
    }
    Some(Checked)
}

fn not_passed(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (response, path, span) = readable(statement)?;
    if response.cts_profile_match != Some(true) {
        let found = response.cts_profile_match.map_or("none", |_| "false");
        let message = format!("expected `ctsProfileMatch` to be true, found {found}");
        cx.fail(format!("{path} → payload/ctsProfileMatch"), span, message);
    }
    Some(Checked)
}

fn time_off(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (response, path, span) = readable(statement)?;
    let as_of = cx.as_of()?;
    let made = Instant::from_unix_timestamp(response.timestamp_ms? / 1000).ok()?;
    if (as_of - made).abs() > TOLERANCE {
        let (expected, found) = (time::format(as_of), time::format(made));
        let message = format!("expected a response of about {expected}, found one of {found}");
        cx.fail(format!("{path} → payload/timestampMs"), span, message);
    }
    Some(Checked)
}

fn retired(statement: &Statement<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if statement.is(Format::AndroidSafetynet) {
        let (path, span) = (statement.fmt.path(), statement.fmt.span());
        cx.fail(path, span, "expected a format that is still in use, found `android-safetynet`");
    }
    Some(Checked)
}
