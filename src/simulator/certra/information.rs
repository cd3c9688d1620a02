//! What the service knows: who may have certificates, and which there are.

use super::{Actor, certified_key, part, signer_ssin};
use crate::base::time::{self, Instant};
use crate::forge::ra_message::Value;
use crate::simulator::Simulator;
use crate::simulator::refusal::Refused;
use crate::simulator::registry::{CertificateState, Record};
use crate::simulator::soap::Call;

/// The operation GetActorQualities: the person's own right, and the organisation of the mandate.
pub(super) fn actor_qualities(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let ssin = part(call, "SSIN")?.text().trim().to_owned();
    let pki = &world.bench.pki;
    let value = Value::default().and("NaturalPersonAuthorization", true);
    let organisation = &pki.organisation_holder;
    if !world.may_manage(&ssin, organisation) {
        return Ok(value);
    }
    let id = Value::from(organisation.identifier.as_str()).with("Type", &organisation.identifier_type);
    let authorization = Value::default().and("Name", names(&organisation.name)).and("Identifier", id);
    Ok(value.and("OrganizationAuthorization", authorization))
}

/// A name in the languages of the country.
fn names(text: &str) -> Value {
    Value::of(["nl", "fr", "de"].map(|lang| ("Value", Value::from(text).with("lang", lang))))
}

/// Types of organisations: their name, the beginnings of their numbers, and whether those are told.
const TYPES: [(&str, &str, &str); 6] = [
    ("NIHII-HOSPITAL", "Hospital", "^(710|719|720)[0-9]{5}$"),
    ("NIHII-PHARMACY", "Pharmacy", "^[0-9]{8}$"),
    ("NIHII-LABO", "Laboratory", "^[0-9]{8}$"),
    ("NIHII-RETIREMENT", "Rest home", "^[0-9]{8}$"),
    ("CBE", "Enterprise", "^[01][0-9]{9}$"),
    ("EHP", "eHealth platform partner", "^[0-9]{10}$"),
];

/// The operation GetGenericOrganizationTypes.
pub(super) fn organization_types() -> Value {
    Value::of(TYPES.map(|(kind, name, pattern)| {
        let value = Value::default()
            .and("Name", names(name))
            .and("IdentifierType", kind)
            .and("ValidationRegEx", pattern)
            .and("CheckDigitAlgorithm", "CHECK-97-MOD-97")
            .and("AvailableBaseService", "tsa");
        ("OrganizationType", value)
    }))
}

/// The operation GetExistingApplicationIds.
pub(super) fn application_ids(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let asked = part(call, "OrganizationIdentifier")?;
    let kind = asked.value_of("Type").unwrap_or_default().trim().to_owned();
    let id = asked.text().trim().to_owned();
    world.judge_identifier(&kind, &id)?;
    let registry = world.registry();
    let used = registry.records().filter(|it| {
        it.holder.identifier_type == kind
            && it.holder.identifier == id
            && !matches!(it.state(call.now), CertificateState::Revoked | CertificateState::Expired)
    });
    let mut used: Vec<&str> = used.filter_map(|it| it.holder.application.as_deref()).collect();
    used.sort_unstable();
    used.dedup();
    Ok(Value::of(used.into_iter().map(|id| ("ApplicationId", Value::from(id)))))
}

/// The operation GetCertificateInfoForCitizen: of whoever signs.
pub(super) fn for_citizen(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let ssin = signer_ssin(call).unwrap_or_default();
    let registry = world.registry();
    let mut own: Vec<&Record> = registry.records().filter(|it| world.may_manage(&ssin, &it.holder)).collect();
    own.sort_by_key(|it| it.requested);
    Ok(Value::of(own.into_iter().map(|it| ("CertificateInfo", info(it, call.now)))))
}

/// The operation GetCertificateInfoForAuthenticationCertificate: of the certificate that signs.
pub(super) fn for_certificate(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let signer = call.signer.as_deref().unwrap_or_default();
    let registry = world.registry();
    let found = certified_key(signer).and_then(|id| registry.find(&id));
    let Some(record) = found else {
        if world.is_without("certra.signer-unknown") {
            return Ok(Value::default());
        }
        return Err(Refused::duty("certra.signer-unknown"));
    };
    if record.issued.certificate != signer && !world.is_without("certra.signer-not-identical") {
        return Err(Refused::duty("certra.signer-not-identical"));
    }
    Ok(Value::default().and("CertificateInfo", info(record, call.now)))
}

fn info(record: &Record, now: Instant) -> Value {
    let holder = &record.holder;
    let person = holder.identifier_type == "SSIN";
    let actor = Actor {
        ids: vec![(holder.identifier_type.clone(), holder.identifier.clone())],
        first_names: Vec::new(),
        name: holder.name.clone(),
    };
    let mut identifier = Value::default().and("Actor", actor.value());
    if let Some(application) = &holder.application {
        identifier = identifier.and("ApplicationId", application.as_str());
    }
    let entity = Value::default()
        .and("CertificateIdentifier", identifier)
        .with("EntityType", if person { "NaturalPerson" } else { "Organization" });
    let state = record.state(now);
    let replaceable = state == CertificateState::ValidActive && now >= record.replaceable_from();
    let mut value = Value::default()
        .and("RequestedDate", time::format(record.requested))
        .and("PublicKeyIdentifier", record.id.as_str())
        .and("CertificateEntity", entity)
        .and("AuthenticationCertificateStatus", state.name())
        .and("ETKStatus", record.token_state(now).name())
        .and("AutomaticallyValidated", record.automatic)
        .and("Revocable", matches!(state, CertificateState::ValidActive | CertificateState::InProgress))
        .and("Replaceable", replaceable)
        .and("ContactData", record.contact.clone());
    if state != CertificateState::InProgress {
        let issuer = "CN=Etalon Test PKI - eHealth issuing CA 001,SERIALNUMBER=001,O=ETALON TEST,C=BE";
        let details = Value::default()
            .and("SerialNumber", record.issued.serial.as_str())
            .and("DN", holder.subject_text())
            .and("IssuerDN", issuer)
            .and("ValidNotBefore", time::format(record.issued.validity[0]))
            .and("ValidNotAfter", time::format(record.issued.validity[1]));
        let from = time::format(record.replaceable_from());
        value =
            value.and("AuthenticationCertificateDetails", details).and("ReplacementPeriodStartDate", from);
    }
    record.usages.iter().fold(value, |value, usage| value.and("BaseServiceUsage", usage.as_str()))
}
