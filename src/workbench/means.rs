//! What a run may use at a target elsewhere: the tokens of its users, who signs, and whom it knows.
//!
//! A simulated world knows everybody of the run's own PKI. A real one knows nobody of it: there the
//! keys of the target's keystores sign, and what only a simulated world could vouch for is not made.

use std::collections::BTreeMap;

use super::{Refused, Workbench};
use crate::context::Secret;
use crate::forge::keys::Key;
use crate::forge::pki::Party;
use crate::simulator::RelyingParty;
use crate::simulator::iam_exchange::clients::PLATFORM;
use crate::target::people::{Known, Part};
use crate::target::signers::{Role, Signer, Signers};

/// What may be used at a target elsewhere.
#[derive(Clone, Default)]
pub struct Means {
    /// Access tokens of its realm: first the usual one.
    pub tokens: Vec<Secret>,
    /// Test people whom it knows.
    pub people: BTreeMap<Part, Known>,
    /// Who signs there; nothing where no target file says it, and the run's own PKI does.
    pub signers: Option<Signers>,
    /// Whom authenticators register keys with there.
    pub relying_party: Option<RelyingParty>,
    /// The client id under which the organisation's key is known there.
    pub client_id: Option<String>,
    /// Whom the signers of its answers lead to, in DER.
    pub trust: Vec<Vec<u8>>,
    /// Makes an RSA key that nobody else has; nothing takes the public ones that etalon carries.
    pub fresh_key: Option<fn() -> Key>,
}

impl Workbench {
    /// Who signs in a role.
    pub(super) fn signer(&self, role: Role) -> Result<Signer, Refused> {
        let Some(signers) = self.means.as_ref().and_then(|means| means.signers.as_ref()) else {
            return Ok(self.own_signer(role));
        };
        signers.get(&role).cloned().ok_or_else(|| {
            let name = role.name();
            Refused::here(format_args!("the key of {name}: the target file has no [keystores.{name}]"))
        })
    }

    /// The party of the run's own PKI.
    fn own_signer(&self, role: Role) -> Signer {
        let pki = &self.bench.pki;
        let ehealth = || vec![pki.issuing_ca.certificate.clone()];
        let organisation = (&pki.organisation_holder, "", pki.organisation_holder.name.as_str());
        let person = (&pki.person_holder, "Johanna", "Peeters");
        let (party, issuers, (holder, first_name, name)): (&Party, _, _) = match role {
            Role::Organisation => (&pki.organisation, ehealth(), organisation),
            Role::Person => (&pki.person, ehealth(), person),
            Role::EidAuthentication => (&pki.eid_authentication, Vec::new(), person),
            Role::EidSignature => (&pki.eid_signature, Vec::new(), person),
        };
        Signer {
            party: party.clone(),
            issuers,
            identifier_type: holder.identifier_type.clone(),
            identifier: holder.identifier.clone(),
            first_name: first_name.to_owned(),
            name: name.to_owned(),
            until: pki.validity()[1],
        }
    }

    /// The issuers of the certificates that the target issues, without the root.
    pub(super) fn issuers(&self) -> Vec<Vec<u8>> {
        // Where nobody of the target's own is known, a chain of one is all that there is.
        self.signer(Role::Organisation).map(|it| it.issuers).unwrap_or_default()
    }

    /// Whom the signers of answers lead to, in DER.
    pub(super) fn trust(&self) -> Vec<Vec<u8>> {
        match &self.means {
            Some(means) => means.trust.clone(),
            None => vec![self.bench.pki.root.certificate.clone()],
        }
    }

    /// Who plays a part at a target that is real; nothing where whoever etalon makes up will do.
    pub(super) fn known(&self, part: Part) -> Result<Option<&Known>, Refused> {
        let Some(means) = self.means.as_ref().filter(|means| means.signers.is_some()) else {
            return Ok(None);
        };
        let name = part.name();
        means.people.get(&part).map(Some).ok_or_else(|| {
            Refused::here(format_args!("a {name} whom it knows: the target file has no [people.{name}]"))
        })
    }

    /// Refuses what is made up, where a target file says who there really is.
    pub(super) fn only_simulated(&self, what: &str) -> Result<(), Refused> {
        let real = self.means.as_ref().is_some_and(|means| means.signers.is_some());
        if real { Err(Refused::here(format_args!("the simulator: {what}"))) } else { Ok(()) }
    }

    /// The client id of the organisation, for one that a suite names.
    pub(super) fn client_id(&self, named: &str) -> String {
        let known = self.means.as_ref().and_then(|means| means.client_id.as_ref());
        known.filter(|_| named == PLATFORM).map_or_else(|| named.to_owned(), Clone::clone)
    }
}

/// Refuses what a card did not sign.
pub(super) fn signed(by: &Key) -> Result<(), Refused> {
    match by.failure() {
        None => Ok(()),
        Some(why) => {
            Err(Refused(axum::http::StatusCode::SERVICE_UNAVAILABLE, format!("the card did not sign: {why}")))
        }
    }
}
