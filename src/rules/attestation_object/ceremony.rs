//! The ceremony: whose relying party, and what the user did.

use crate::base::Span;
use crate::crypto::{Hash, digest};
use crate::model::authenticator_data::{AuthenticatorData, Flags};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};
use crate::rules::shown;

const HASH: Span = Span { start: 0, end: 32 };
const FLAGS: Span = Span { start: 32, end: 33 };

rule! { AuthenticatorData =>
    /// The key was made for another relying party
    ///
    /// The first 32 bytes are the SHA-256 of the relying party's id, a host name without scheme and
    /// port. Where only the origin is known, its host and the domains above it are tried, as a client
    /// would when the options name no id (SD-06).
    "attestation-object.rp-id-mismatch": ERROR => rp_id_mismatch,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the rpIdHash in authData is the SHA-256 hash of the RP ID expected by the Relying Party")],
        defects: &["SD-06", "SD-74"],
        catalogue: &["WD-02"],
        codes: &["VALIDATION_FAILED"];

    /// The id of the relying party is not known
    ///
    /// Whether the key was made for the right relying party cannot be judged. Name the id in the
    /// context (`rp_id`), or the origin where its host is the id. The cookbook's sample has `rp.id`
    /// null (SD-06) and does not say what the service expects (SD-74).
    "attestation-object.no-rp-id": INCONCLUSIVE => no_rp_id,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the rpIdHash in authData is the SHA-256 hash of the RP ID expected by the Relying Party")],
        defects: &["SD-06", "SD-74"];

    /// The user was not present
    ///
    /// The UP flag is clear: nobody touched the authenticator. Only a conditional registration, which
    /// eHealth does not use, may be without.
    "attestation-object.user-absent": ERROR => user_absent,
        clauses: &["KD-4.1.1-10"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "verify that the UP bit of the flags in authData is set")],
        catalogue: &["WD-03"],
        codes: &["VALIDATION_FAILED"];

    /// The user was not verified although that was required
    ///
    /// The options asked for user verification with `required`, and the UV flag is clear: no PIN, no
    /// fingerprint.
    "attestation-object.user-unverified": ERROR => user_unverified,
        clauses: &["KD-4.1.1-09"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "If the Relying Party requires user verification for this registration, verify that the UV bit of the flags in authData is set")],
        defects: &["SD-41"],
        catalogue: &["WD-04"],
        codes: &["VALIDATION_FAILED"];

    /// The user was not verified
    ///
    /// The UV flag is clear. The cookbook's procedure always asks for a PIN or the like, while its
    /// options may say `preferred` or `discouraged` (SD-41); so without `required` this is a warning.
    "attestation-object.user-verification-skipped": WARNING.not_in_standard() => user_verification_skipped,
        clauses: &["KD-4.1.1-09"],
        cites: &[cite("KeyDepot cookbook 1.2", "4.1.1", Force::Must, "the client or device that will generate the key pair will ask for some form of user verification, like a PIN")],
        defects: &["SD-41"];

    /// The key is backed up although it may not be
    ///
    /// BS is set and BE is clear. An authenticator says whether a key may ever leave it once and for
    /// all; a key that may not cannot have been backed up.
    "attestation-object.backed-up-without-eligibility": ERROR => backed_up_without_eligibility,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "If the BE bit of the flags in authData is not set, verify that the BS bit is not set")],
        catalogue: &["WD-08"],
        codes: &["VALIDATION_FAILED"];

    /// A reserved flag is set
    ///
    /// Bits 1 and 5 have no meaning yet. Relying parties ignore them; an authenticator must leave them
    /// clear.
    "attestation-object.reserved-flag": WARNING => reserved_flag,
        cites: &[cite("WebAuthn L3", "6.1", Force::Must, "Bit 1: Reserved for future use (RFU1)")],
        catalogue: &["WD-09"];
}

fn sha256(text: &str) -> [u8; 32] {
    digest(Hash::Sha256, text.as_bytes()).as_bytes().try_into().expect("SHA-256 has 32 bytes")
}

/// The host of an origin and the domains above it that may be its relying party's id.
fn possible_ids(origin: &str) -> impl Iterator<Item = &str> {
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or("");
    std::iter::successors(Some(host).filter(|host| !host.is_empty()), |id| {
        id.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))
    })
}

fn rp_id_mismatch(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let head = data.head?;
    let expected = cx.context().rp_id.as_deref()?;
    if *head.rp_id_hash != sha256(expected) {
        cx.fail("rpIdHash", HASH, format!("expected the SHA-256 of {}, found another hash", shown(expected)));
    }
    Some(Checked)
}

fn no_rp_id(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let head = data.head?;
    if cx.context().rp_id.is_some() {
        return Some(Checked);
    }
    let origin = cx.context().origin.as_deref();
    if !origin.is_some_and(|origin| possible_ids(origin).any(|id| *head.rp_id_hash == sha256(id))) {
        let message = match origin {
            Some(origin) => format!(
                "expected to know the relying party's id, found none in the context and a hash that no domain of {} has",
                shown(origin)
            ),
            None => "expected to know the relying party's id, found none in the context".to_owned(),
        };
        cx.fail("rpIdHash", HASH, message).hint("name it in the context as `rp_id`");
    }
    Some(Checked)
}

fn user_absent(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !data.head?.flags.user_present() {
        cx.fail("flags", FLAGS, "expected the flag UP to be set, found it clear");
    }
    Some(Checked)
}

fn user_unverified(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let flags = data.head?.flags;
    if cx.context().user_verification.as_deref()? != "required" {
        return None;
    }
    if !flags.user_verified() {
        cx.fail("flags", FLAGS, "expected the flag UV to be set as the options require, found it clear");
    }
    Some(Checked)
}

fn user_verification_skipped(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let flags = data.head?.flags;
    if cx.context().user_verification.as_deref() == Some("required") {
        return None;
    }
    if !flags.user_verified() {
        cx.fail("flags", FLAGS, "expected the flag UV to be set, found it clear");
    }
    Some(Checked)
}

fn backed_up_without_eligibility(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let flags = data.head?.flags;
    if flags.backed_up() && !flags.backup_eligible() {
        cx.fail("flags", FLAGS, "expected the flag BS to be clear where BE is, found it set");
    }
    Some(Checked)
}

fn reserved_flag(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let flags = data.head?.flags;
    if flags.0 & Flags::RESERVED != 0 {
        let found = Flags(flags.0 & Flags::RESERVED).names().join(" and ");
        cx.fail("flags", FLAGS, format!("expected the reserved flags to be clear, found {found} set"));
    }
    Some(Checked)
}
