//! Who sends a message, and whether CertRA still stands by the certificate.

use crate::context::Context;
use crate::model::signed_xml::{Keys, Readings};
use crate::model::ws_security::WsSecurity;
use crate::simulator::Simulator;
use crate::simulator::refusal::Refused;
use crate::wire::xml::Document;

const DUTY: &str = "attribute-authority.sender-revoked";

impl Simulator {
    /// Watches over the sender's certificate: the one in the header, or the one that an assertion in its
    /// place names as the holder's.
    pub(super) fn watch_sender(&self, document: &Document<'_>, context: &Context) -> Result<(), Refused> {
        if self.is_without(DUTY) {
            return Ok(());
        }
        let keys = Keys::of(context);
        let readings = Readings::of(document);
        let signatures = readings.check(&keys);
        let secured = WsSecurity::read(document.root(), &signatures);
        let registry = self.registry();
        let mut signers = secured.own().filter_map(|signature| signature.signer());
        if signers.any(|signer| registry.is_revoked(signer.raw)) {
            return Err(Refused::duty(DUTY));
        }
        Ok(())
    }
}
