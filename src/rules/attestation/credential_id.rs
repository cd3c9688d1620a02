//! The credential id: said three times, and the same each time.

use crate::model::attestation::Attestation;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Attestation =>
    /// `id` is not the base64url of `rawId`
    ///
    /// Both name the credential, once as text and once as bytes. A service that keeps one and looks up
    /// the other loses the key, or finds another's.
    "attestation.id-mismatch": ERROR => id_mismatch,
        clauses: &["KD-5.2.2-07"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "returning the base64url encoding of the data contained in the object's [[identifier]] internal slot")],
        defects: &["SD-03"],
        catalogue: &["WC-02"],
        codes: &["BAD_REQUEST"];

    /// The credential id is not the one in the authenticator data
    ///
    /// Only the id in the authenticator data is signed. A service that keeps the unsigned one registers
    /// the key under a name of the client's choosing.
    "attestation.credential-id-mismatch": ERROR => credential_id_mismatch,
        clauses: &["KD-5.2.2-06", "KD-5.2.2-09"],
        cites: &[cite("WebAuthn L3", "5.1", Force::Must, "This attribute returns the ArrayBuffer contained in the [[identifier]] internal slot.")],
        catalogue: &["WC-03"],
        codes: &["VALIDATION_FAILED"];
}

fn id_mismatch(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (id, raw_id) = (attestation.members.id.as_ref()?, attestation.members.raw_id.as_ref()?);
    let (found, expected) = (id.bytes()?, raw_id.bytes()?);
    if found != expected {
        let message = "expected the base64url of `rawId`, found another id";
        cx.fail(id.value.pointer(), id.value.span(), message);
    }
    Some(Checked)
}

fn credential_id_mismatch(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let attested = attestation.object?.data?.credential_id()?;
    let members = attestation.members;
    // Where `id` differs from `rawId`, another rule says so.
    let sent = members.raw_id.as_ref().or(members.id.as_ref())?;
    if sent.bytes()? != attested {
        let message = "expected the credential id of the authenticator data, found another";
        cx.fail(sent.value.pointer(), sent.value.span(), message);
    }
    Some(Checked)
}
