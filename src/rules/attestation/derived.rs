//! Members that say again what stands in the attestation object.

use crate::crypto::PublicKey;
use crate::model::attestation::Attestation;
use crate::model::cose::CoseKey;
use crate::rule;
use crate::rule::{Checked, Cx, Force, WARNING, cite};

rule! { Attestation =>
    /// A derived member is not what the attestation object says
    ///
    /// `authenticatorData`, `publicKey` and `publicKeyAlgorithm` are there for the convenience of those
    /// who have no CBOR reader. Only the attestation object is signed: a service that takes the key from
    /// beside it registers whatever key the client writes there. Take them out of the object, or compare.
    ///
    /// It is a warning, since the registration ceremony does not look at these members.
    "attestation.derived-member-differs": WARNING => derived_member_differs,
        cites: &[
            cite("WebAuthn L3", "5.2.1", Force::Fact, "This operation returns the authenticator data contained within attestationObject."),
            cite("WebAuthn L3", "5.2.1", Force::Fact, "This operation returns the DER [RFC5280] SubjectPublicKeyInfo of the new credential"),
        ];
}

fn derived_member_differs(attestation: &Attestation<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let members = attestation.members;
    let data = attestation.object?.data?;
    let mut met = None;
    if let Some(sent) = &members.authenticator_data
        && let Some(bytes) = sent.bytes()
    {
        met = Some(Checked);
        if bytes != data.bytes {
            let message = "expected the authenticator data of the attestation object, found others";
            cx.fail(sent.value.pointer(), sent.value.span(), message);
        }
    }
    let key = data.key();
    if let (Some(sent), Some(Ok(own))) = (&members.public_key, key.and_then(CoseKey::public_key))
        && let Some(bytes) = sent.bytes()
    {
        met = Some(Checked);
        if !PublicKey::from_spki(bytes).is_ok_and(|sent| sent.is_same(own)) {
            let message = "expected the key of the attestation object, found another";
            cx.fail(sent.value.pointer(), sent.value.span(), message);
        }
    }
    if let (Some(sent), Some(own)) = (members.public_key_algorithm, key.and_then(CoseKey::algorithm_id)) {
        met = Some(Checked);
        if sent.as_i64() != Some(own) {
            let message = format!("expected {own} as in the attestation object, found another algorithm");
            cx.fail(sent.pointer(), sent.span(), message);
        }
    }
    met
}
