//! The CSR of a request: judged, and taken apart.

use super::refused;
use crate::base::{Budget, Kind, Service};
use crate::context::Context;
use crate::model::cms::Cms;
use crate::model::csr::Csr;
use crate::service::Refusal;
use crate::service::certra::CONTRACT;
use crate::simulator::refusal::Refused;
use crate::simulator::{Simulator, issuing};
use crate::wire::base64::{self, Form};

/// A CSR that the rules let pass.
pub(super) struct Request {
    pub(super) der: Vec<u8>,
    pub(super) spki: Vec<u8>,
    /// The PublicKeyIdentifier, in capitals.
    pub(super) id: String,
}

/// Judges a CSR in base64 that must be for `dn`.
pub(super) fn read(world: &Simulator, text: &str, dn: &str) -> Result<Request, Refused> {
    let der = der(text);
    let context = Context {
        as_of: Some(world.clock.now()),
        service: Some(Service::Certra),
        expect_dn: Some(dn.to_owned()),
        ..Context::default()
    };
    let judged = world.judge(&CONTRACT, Kind::Csr, &der, &context);
    judged.map_err(|refused| match finer(&der) {
        Some(code) => Refused::new(Refusal { status: 200, code }, refused.detail()),
        None => refused,
    })?;
    // A service without a rule can have let pass what is none.
    let unread = || refused("The CSR holds no key");
    let spki = Csr::read(&der, &Budget::JUDGE).0.map(|csr| csr.spki.raw.to_vec()).ok_or_else(unread)?;
    let id = issuing::key_identifier(&spki).ok_or_else(unread)?;
    Ok(Request { der, spki, id })
}

/// The bytes of a CSR in base64; none where it is no base64.
pub(super) fn der(text: &str) -> Vec<u8> {
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let decoded = base64::decode(packed.as_bytes(), Form::Standard, &Budget::JUDGE);
    decoded.strict().unwrap_or_default()
}

/// The code that says more of a CSR than that it is wrong: it is a CMS message, as version 1 of the
/// service took (SD-211), or it has no subject.
pub(super) fn finer(der: &[u8]) -> Option<&'static str> {
    if let Some(csr) = Csr::read(der, &Budget::JUDGE).0 {
        return csr.subject.attributes.is_empty().then_some("CSR_INVALID_NO_SUBJECT_PRESENT");
    }
    let message = Cms::read(der, &Budget::JUDGE);
    message.content_type?;
    Some(match message.signed_data {
        Some(data) if data.content.is_none() => "EHCSR_SIGNED_DATA_HAS_NO_CONTENT",
        Some(_) | None => "REQUEST_HAS_NO_VALID_CMS_FORMAT",
    })
}
