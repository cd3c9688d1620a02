//! Requests for certificates, and the certificates.
//!
//! A certificate is delivered a moment after its request where the authentic sources know the
//! requestor's right to it, and after an operator has looked at it otherwise: virtual time.

use super::contract::Terms;
use super::{Actor, core, csr, holder_of, part, refused, signer_ssin};
use crate::base::time::{self, Duration, Instant};
use crate::forge::name::Holder;
use crate::forge::ra_message::Value;
use crate::model::certra::CERTRA_CORE;
use crate::service::Refusal;
use crate::simulator::refusal::Refused;
use crate::simulator::registry::{CertificateState, Record, Registry, TokenState};
use crate::simulator::soap::Call;
use crate::simulator::{Simulator, issuing};
use crate::wire::xml::Element;

/// How long the authority takes after an automatic validation.
pub(super) const AUTOMATIC: Duration = Duration::seconds(3);
/// How long an operator takes.
const MANUAL: Duration = Duration::days(3);
/// How long a certificate is good for.
const LIFETIME: Duration = Duration::days(366);

/// Application ids with which a client rehearses what it cannot bring about itself.
mod rehearsal {
    /// The certificate is delivered, and valid an hour later only.
    pub(super) const VALID_LATER: &str = "ETALON-VALID-LATER";
    /// The certificate is in its replacement period from the beginning. Others may follow the name.
    pub(super) const EXPIRING: &str = "ETALON-EXPIRING";
    /// The authority cannot sign.
    pub(super) const SIGNING_FAILS: &str = "ETALON-SIGNING-FAILS";
    /// The authority has the wrong password of its key.
    pub(super) const PASSWORD_WRONG: &str = "ETALON-PASSWORD-WRONG";
}

/// The operation GenerateCertificate.
pub(super) fn generate(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let of_csr = part(call, "EHealthCSR")?;
    let contract = of_csr.child(CERTRA_CORE, "Contract");
    let contract = contract.ok_or_else(|| refused("The request has no contract"))?;
    let dn = contract.child(CERTRA_CORE, "DN").map(|it| it.text().into_owned()).unwrap_or_default();
    let signer = contract.child(CERTRA_CORE, "Signer").map(Actor::read);
    let signer = signer.ok_or_else(|| refused("The contract has no signer"))?;
    let request = csr::read(world, &core(of_csr, "CSR"), &dn)?;
    let keep = |duty: &str| !world.is_without(duty);
    let terms = Terms { dn: &dn, signer: &signer, revocation: None };
    if keep("certra.contract-altered") && !terms.is_in(world, contract) {
        return Err(Refused::duty("certra.contract-altered"));
    }
    let ssin = signer_ssin(call).unwrap_or_default();
    if keep("certra.requestor-not-the-signer") && signer.ssin() != Some(&*ssin) {
        return Err(Refused::duty("certra.requestor-not-the-signer"));
    }
    let holder = holder_of(&dn).ok_or_else(|| refused("The DN names no holder"))?;
    let automatic = world.may_manage(&ssin, &holder);
    // A natural person is validated automatically or not at all (4.3.4.2).
    if holder.identifier_type == "SSIN" && !automatic && keep("certra.person-not-the-signer") {
        return Err(Refused::duty("certra.person-not-the-signer"));
    }
    let order = Order {
        request,
        requestor: ssin,
        automatic,
        available: Some(call.now + if automatic { AUTOMATIC } else { MANUAL }),
        contact: contact(of_csr.child(CERTRA_CORE, "ContactData")),
        usages: of_csr.all(CERTRA_CORE, "BaseServiceUsage").map(|it| it.text().trim().to_owned()).collect(),
        holder,
    };
    let (id, replaced) = order.keep(world, call.now)?;
    let mut value = Value::default().and("PublicKeyIdentifier", id).and("AutomaticallyValidated", automatic);
    if let Some(replaced) = replaced {
        value = value.and("ReplacesCertificate", replaced);
    }
    Ok(value)
}

/// A certificate that is to be made.
pub(super) struct Order {
    pub(super) request: csr::Request,
    pub(super) holder: Holder,
    pub(super) requestor: String,
    pub(super) automatic: bool,
    pub(super) available: Option<Instant>,
    pub(super) contact: Value,
    pub(super) usages: Vec<String>,
}

impl Order {
    /// Keeps the order, and issues its certificate. The identifier of its key, and that of the
    /// certificate that it replaces.
    pub(super) fn keep(self, world: &Simulator, now: Instant) -> Result<(String, Option<String>), Refused> {
        let mut registry = world.registry();
        registry.room()?;
        let replaced = self.replaced(world, &registry, now)?;
        let application = self.holder.application.as_deref().unwrap_or_default();
        let failed = |code| Err(Refused::new(Refusal { status: 200, code }, "The authority is rehearsing"));
        match application {
            rehearsal::SIGNING_FAILS => return failed("CSR__CSR_DELIVERY_TO_CA_FAILED__SIGNING_FAILED"),
            rehearsal::PASSWORD_WRONG => {
                return failed("CSR__CSR_DELIVERY_TO_CA_FAILED__INVALID_SIGN_KEY_PWD");
            }
            _ => {}
        }
        let mut from = self.available.unwrap_or(now);
        if application == rehearsal::VALID_LATER {
            from += Duration::hours(1);
        }
        // A first certificate that rehearses its end is followed by one of full length.
        let short = application.starts_with(rehearsal::EXPIRING) && replaced.is_none();
        let until = from + if short { Duration::days(60) } else { LIFETIME };
        let number = registry.draw();
        let issued = issuing::issue(&world.bench, &self.holder, &self.request.spki, number, [from, until]);
        let issued = issued.ok_or_else(|| refused("The key cannot be certified"))?;
        let id = self.request.id.clone();
        registry.keep(Record {
            id: id.clone(),
            holder: self.holder,
            csr: self.request.der,
            requestor: self.requestor,
            requested: now,
            automatic: self.automatic,
            available: self.available,
            issued,
            contact: self.contact,
            usages: self.usages,
            revoked: false,
            confirmation: None,
            started: None,
            token: None,
        });
        Ok((id, replaced))
    }

    /// The certificate that this one replaces, or why there cannot be another one.
    fn replaced(
        &self,
        world: &Simulator,
        registry: &Registry,
        now: Instant,
    ) -> Result<Option<String>, Refused> {
        let keep = |duty: &str| !world.is_without(duty);
        if let Some(other) = registry.find(&self.request.id) {
            let same = other.csr == self.request.der;
            let duty = if same { "certra.csr-validated-already" } else { "certra.key-not-unique" };
            if keep(duty) {
                return Err(Refused::duty(duty));
            }
        }
        let of_name = registry.of(&self.holder);
        if of_name.iter().any(|it| it.state(now) == CertificateState::InProgress)
            && keep("certra.certificate-being-made")
        {
            return Err(Refused::duty("certra.certificate-being-made"));
        }
        let Some(valid) = of_name.iter().find(|it| it.is_valid(now)) else { return Ok(None) };
        if now < valid.replaceable_from() {
            let duty = if valid.token_state(now) == TokenState::ValidActive {
                "certra.renewal-early"
            } else {
                "certra.certificate-valid-already"
            };
            if keep(duty) {
                return Err(Refused::duty(duty));
            }
        }
        Ok(Some(valid.id.clone()))
    }
}

/// How a requestor can be reached, as it is handed back later.
pub(super) fn contact(element: Option<Element<'_>>) -> Value {
    let parts = element.into_iter().flat_map(Element::elements);
    Value::of(parts.map(|it| (it.local().to_owned(), Value::from(it.text().trim()))))
}

/// The operation GetCertificate.
pub(super) fn get(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let id = part(call, "PublicKeyIdentifier")?.text().trim().to_owned();
    let registry = world.registry();
    let Some(record) = registry.find(&id) else {
        if world.is_without("certra.identifier-unknown") {
            return Ok(chain(world, &world.bench.pki.organisation.certificate));
        }
        return Err(Refused::duty("certra.identifier-unknown"));
    };
    if record.state(call.now) == CertificateState::InProgress
        && !world.is_without("certra.certificate-not-delivered")
    {
        return Err(Refused::duty("certra.certificate-not-delivered"));
    }
    let from = record.issued.validity[0];
    if call.now < from && !world.is_without("certra.certificate-not-yet-valid") {
        return Err(Refused::duty("certra.certificate-not-yet-valid").with("validFrom", time::format(from)));
    }
    Ok(chain(world, &record.issued.certificate))
}

/// A certificate with those that lead to its root, which the client has already.
fn chain(world: &Simulator, certificate: &[u8]) -> Value {
    let pki = &world.bench.pki;
    let chain = [certificate, &pki.issuing_ca.certificate];
    Value::of(chain.map(|der| ("X509Certificate", Value::base64(der))))
}
