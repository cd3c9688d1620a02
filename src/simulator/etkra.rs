//! EtkRA's operations: the registration of an encryption key, and its activation.

use std::sync::Arc;

use axum::Router;
use num_bigint::BigUint;

use super::refusal::Refused;
use super::registry::{CertificateState, Record, Registry, Started, Token, TokenState};
use super::soap::{self, Bound, Call};
use super::{Simulator, issuing};
use crate::base::{Budget, Kind, Service};
use crate::context::Context;
use crate::crypto::PublicKey;
use crate::forge::keys::pem;
use crate::forge::ra_message::Value;
use crate::forge::signed_data::{SignerSpec, Spec};
use crate::forge::{etk_challenge, rng::Stream};
use crate::model::certificate::Certificate;
use crate::service::Refusal;
use crate::service::binding::{MALFORMED, fault};
use crate::service::etkra::{CONTRACT, NAMESPACE, PATH};
use crate::wire::base64::{self, Form};

/// Octets of the shortest modulus that a serial number and its padding fit into.
const SHORTEST: usize = 64;

/// The routes.
pub(super) fn routes(_: &Simulator) -> Router<Arc<Simulator>> {
    Router::new().route(PATH, soap::endpoint(&BOUND))
}

const BOUND: Bound = Bound {
    contract: &CONTRACT,
    kind: Kind::EtkraMessage,
    left: &["etkra-message.certificate-unreadable", "etkra-message.payload-missing"],
    perform,
    refine: |_, _, refused| refused,
};

fn perform(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    match call.operation.id {
        "StartETKRegistration" => start(world, call),
        "CompleteETKRegistration" => complete(world, call),
        "ActivateETK" => activate(world, call),
        other => Err(refused(format!("The service has no operation {other}"))),
    }
}

fn refused(detail: impl Into<String>) -> Refused {
    Refused::new(fault(MALFORMED), detail)
}

/// The bytes of a payload element in base64.
fn bytes(call: &Call<'_>, name: &str) -> Result<Vec<u8>, Refused> {
    let element = call.request.child(NAMESPACE, name);
    let text = element.ok_or_else(|| refused(format!("The request has no {name}")))?.text().into_owned();
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let decoded = base64::decode(packed.as_bytes(), Form::Standard, &Budget::JUDGE).strict();
    decoded.ok_or_else(|| refused(format!("{name} is no base64")))
}

/// The record of the certificate that signs; `unknown` is the duty where there is none.
fn signer<'r>(
    world: &Simulator,
    registry: &'r mut Registry,
    call: &Call<'_>,
    unknown: &str,
) -> Result<&'r mut Record, Refused> {
    let certificate = call.signer.as_deref().unwrap_or_default();
    let read = Certificate::read(certificate, &Budget::JUDGE).0;
    let id = read.and_then(|it| issuing::key_identifier(&it.key().ok()?.to_spki()));
    let now = call.now;
    // A service with that hole takes whoever comes for the organisation of the run.
    let fallback = || data_encoding::HEXUPPER.encode(&world.bench.pki.organisation.key.identifier());
    let known =
        id.filter(|id| registry.find(id).is_some_and(|it| it.state(now) != CertificateState::InProgress));
    let id = match known {
        Some(id) => id,
        None if world.is_without(unknown) => fallback(),
        None => return Err(Refused::duty(unknown)),
    };
    let record = registry.find_mut(&id).ok_or_else(|| Refused::duty(unknown))?;
    let keep = |duty: &str| !world.is_without(duty);
    if record.issued.certificate != certificate && keep("etkra.certificate-not-identical") && keep(unknown) {
        return Err(Refused::duty("etkra.certificate-not-identical"));
    }
    if record.revoked && keep("etkra.certificate-revoked") {
        return Err(Refused::duty("etkra.certificate-revoked"));
    }
    Ok(record)
}

/// The modulus and exponent of an RSA key that a challenge can be encrypted to.
fn rsa(spki: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let key = PublicKey::from_spki(spki).ok()?;
    let parts = key.rsa().filter(|parts| parts.n.len() >= SHORTEST)?;
    Some((parts.n.clone(), parts.e.clone()))
}

/// StartETKRegistration: a challenge that only the holder of the private key reads.
fn start(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let spki = bytes(call, "PublicEncryptionKey")?;
    let mut registry = world.registry();
    let number = registry.draw();
    let taken = registry.has_token(&spki);
    let record = signer(world, &mut registry, call, "etkra.certificate-unknown")?;
    if (taken || record.token.is_some()) && !world.is_without("etkra.key-registered-already") {
        return Err(Refused::duty("etkra.key-registered-already"));
    }
    let mut stream = Stream::new(world.bench.seed(), &format!("challenge {number} of EtkRA"));
    let mut serial: [u8; 16] = stream.array();
    // Never zero, and of no fewer than 126 bits: what stands beside its hash must not be guessed.
    serial[0] |= 0x40;
    let challenge = match rsa(&spki) {
        Some((n, e)) => etk_challenge::sealed(&serial, &n, &e, &mut stream),
        // A service without the rule about the key has nothing to encrypt to.
        None => serial.to_vec(),
    };
    record.started = Some(Started { spki, serial: serial.to_vec() });
    Ok(Value::default().and("Challenge", Value::base64(&challenge)))
}

/// What a completion calls a certificate that nobody registered.
fn not_found(refused: Refused) -> Refused {
    if refused.refusal().code == "NO_VALID_AUTH_CERT_FOUND" {
        return Refused::new(Refusal { status: 200, code: "AUTH_CERT_NOT_FOUND" }, refused.detail());
    }
    refused
}

/// CompleteETKRegistration: the encryption certificate, with the number of the challenge.
fn complete(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let der = bytes(call, "ToBeRegistered")?;
    let mut registry = world.registry();
    let spki = Certificate::read(&der, &Budget::JUDGE).0.map(|it| it.spki.raw.to_vec()).unwrap_or_default();
    let taken = registry.has_token(&spki);
    let record = signer(world, &mut registry, call, "etkra.certificate-unknown").map_err(not_found)?;
    if taken && !world.is_without("etkra.key-registered-already") {
        return Err(Refused::duty("etkra.key-registered-already"));
    }
    let started = record.started.clone();
    let same = started.as_ref().is_some_and(|it| it.spki == spki);
    // What cannot be read is the rules' to refuse, in the words of what is wrong with it.
    if (started.is_none() || (!same && !spki.is_empty()))
        && !world.is_without("etkra.registration-not-started")
    {
        return Err(Refused::duty("etkra.registration-not-started"));
    }
    let serial = started.map(|it| BigUint::from_bytes_be(&it.serial).to_string());
    let context = Context {
        as_of: Some(call.now),
        service: Some(Service::Etkra),
        auth_certificate: Some(pem("CERTIFICATE", &record.issued.certificate)),
        serial,
        ..Context::default()
    };
    world.judge(&CONTRACT, Kind::EncryptionCertificate, &der, &context)?;
    let (id, holder) = (record.id.clone(), record.holder.clone());
    let pki = &world.bench.pki;
    let embedded = [&pki.etk_ra.certificate, &record.issued.certificate, &pki.issuing_ca.certificate];
    let embedded = embedded.into_iter().chain([&pki.root.certificate]).cloned().collect();
    let etk = Spec::new(der.clone(), embedded, vec![SignerSpec::of(&pki.etk_ra)]).streamed().sign();
    record.started = None;
    record.token = Some(Token {
        spki,
        serial: issuing::serial_of(&der),
        certificate: der,
        etk: etk.clone(),
        active: None,
        replaced: None,
    });
    // While the name has an active token, the new one waits (4.3.5.2).
    let waits = registry.of(&holder).iter().any(|it| it.token_state(call.now) == TokenState::ValidActive);
    if !waits {
        registry.activate(&id, call.now);
    }
    Ok(Value::default().and("ETK", Value::base64(&etk)).and("ToBeActivated", waits))
}

/// ActivateETK: from now on the new token is the one.
fn activate(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let mut registry = world.registry();
    let record = signer(world, &mut registry, call, "etkra.certificate-unknown")?;
    let id = record.id.clone();
    let Some(token) = &record.token else {
        if world.is_without("etkra.registration-not-started") {
            return Ok(Value::default());
        }
        return Err(Refused::duty("etkra.registration-not-started"));
    };
    if token.active.is_some() && !world.is_without("etkra.token-active-already") {
        return Err(Refused::duty("etkra.token-active-already"));
    }
    registry.activate(&id, call.now);
    Ok(Value::default())
}
