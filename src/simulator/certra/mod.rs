//! CertRA's operations: contracts, certificates, what is known of them, and their revocation.

mod certificates;
mod contract;
mod csr;
mod foreigners;
mod information;
mod revocation;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::refusal::Refused;
use super::soap::{self, Bound, Call};
use super::{Simulator, issuing};
use crate::base::{Budget, Kind, Service};
use crate::context::Context;
use crate::forge::name::Holder;
use crate::forge::ra_message::Value;
use crate::model::certificate::Certificate;
use crate::model::certra::{CERTRA_CORE, COMMONS_CORE};
use crate::model::distinguished_name::{DistinguishedName, Holder as Named};
use crate::model::xml_signer;
use crate::service::binding::{MALFORMED, fault};
use crate::service::certra::{CONFIRMATION, CONTRACT, NAMESPACE, NOT_AN_EHCSR, PATH};
use crate::service::{Operation, Refusal};
use crate::wire::xml::Element;

/// The routes.
pub(super) fn routes(_: &Simulator) -> Router<Arc<Simulator>> {
    Router::new()
        .route(PATH, soap::endpoint(&BOUND))
        .route(CONFIRMATION, get(foreigners::page).post(foreigners::confirm))
}

const BOUND: Bound = Bound {
    contract: &CONTRACT,
    kind: Kind::CertraMessage,
    left: &[
        "certra-message.csr-unreadable",
        "certra-message.foreigner-other",
        "certra-message.person-incomplete",
        "certra-message.subject-other",
    ],
    perform,
    refine,
};

fn perform(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    match call.operation.id {
        "GetActorQualities" => information::actor_qualities(world, call),
        "GetGenericOrganizationTypes" => Ok(information::organization_types()),
        "GetExistingApplicationIds" => information::application_ids(world, call),
        "GetCertificateInfoForCitizen" => information::for_citizen(world, call),
        "GetCertificateInfoForAuthenticationCertificate" => information::for_certificate(world, call),
        "GenerateContract" => contract::generate(world, call),
        "GenerateCertificate" => certificates::generate(world, call),
        "GetCertificate" => certificates::get(world, call),
        "SubmitCSRForForeigner" => foreigners::submit(world, call),
        "GenerateRevocationContract" => revocation::contract(world, call),
        "Revoke" => revocation::revoke(world, call),
        other => Err(refused(format!("The service has no operation {other}"))),
    }
}

/// A refusal that chapter 7.1 has no code for.
fn refused(detail: impl Into<String>) -> Refused {
    Refused::new(fault(MALFORMED), detail)
}

/// What the schema's rules refuse only in an eHealth CSR has no code in any other message.
fn refine(operation: &Operation, request: Element<'_>, by_rule: Refused) -> Refused {
    let with_csr = matches!(operation.id, "GenerateCertificate" | "SubmitCSRForForeigner");
    let code = by_rule.refusal().code;
    if code == NOT_AN_EHCSR && !with_csr {
        return refused(by_rule.detail());
    }
    let csr = request.descendants().find(|it| it.local() == "CSR").filter(|_| code.starts_with("CSR_"));
    match csr.and_then(|it| csr::finer(&csr::der(&it.text()))) {
        Some(code) => Refused::new(Refusal { status: 200, code }, by_rule.detail()),
        None => by_rule,
    }
}

/// The payload element of this name, of the operation's own namespace.
fn part<'d>(call: &Call<'d>, name: &str) -> Result<Element<'d>, Refused> {
    call.request.child(NAMESPACE, name).ok_or_else(|| refused(format!("The request has no {name}")))
}

/// The text of an element of the core namespace; empty where there is none.
fn core(element: Element<'_>, name: &str) -> String {
    element.child(CERTRA_CORE, name).map(|it| it.text().trim().to_owned()).unwrap_or_default()
}

/// Somebody or something that messages name: identifiers with their types, first names, a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Actor {
    ids: Vec<(String, String)>,
    first_names: Vec<String>,
    name: String,
}

impl Actor {
    fn read(element: Element<'_>) -> Self {
        let text = |it: Element<'_>| it.text().trim().to_owned();
        let ids = element
            .all(COMMONS_CORE, "Id")
            .map(|id| (id.value_of("Type").unwrap_or_default().trim().to_owned(), text(id)));
        Self {
            ids: ids.collect(),
            first_names: element.all(COMMONS_CORE, "FirstName").map(text).collect(),
            name: element.child(COMMONS_CORE, "Name").map(text).unwrap_or_default(),
        }
    }

    fn value(&self) -> Value {
        let ids = self.ids.iter().map(|(kind, id)| ("Id", Value::from(id.as_str()).with("Type", kind)));
        let first = self.first_names.iter().map(|name| ("FirstName", Value::from(name.as_str())));
        Value::of(ids.chain(first).chain([("Name", Value::from(self.name.as_str()))]))
    }

    fn ssin(&self) -> Option<&str> {
        self.ids.iter().find(|(kind, _)| kind == "SSIN").map(|(_, id)| id.as_str())
    }

    /// The holder of a certificate for this actor.
    fn holder(&self, application: Option<String>) -> Option<Holder> {
        let (kind, id) = self.ids.first()?;
        let name = self.first_names.iter().map(String::as_str).chain([self.name.as_str()]);
        Some(Holder {
            identifier_type: kind.clone(),
            identifier: id.clone(),
            name: plain(&name.collect::<Vec<_>>().join(" ")),
            application,
        })
    }
}

/// A name as a DN has it: in capitals, without the diacritics of the languages of the country.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' => 'O',
        'Ù'..='Ü' => 'U',
        'Ý' => 'Y',
        other => other,
    };
    name.trim().to_uppercase().chars().map(letter).collect()
}

/// The holder that a DN names.
fn holder_of(dn: &str) -> Option<Holder> {
    let name = DistinguishedName::read(dn).ok()?;
    let unit = name.identifier_unit()?;
    let named = Named::read(&unit.value)?;
    Some(Holder {
        identifier_type: named.kind.to_owned(),
        identifier: named.id.to_owned(),
        name: name.name_unit().map(|it| it.value.clone().into_owned()).unwrap_or_default(),
        application: name.application_unit().map(|it| it.value.clone().into_owned()),
    })
}

/// The SSIN of the eID that signed.
fn signer_ssin(call: &Call<'_>) -> Option<String> {
    xml_signer::ssin(&Certificate::read(call.signer.as_deref()?, &Budget::JUDGE).0?)
}

impl Simulator {
    /// Whether a person may manage the certificates of a holder without an operator: their own, and
    /// those of the organisation that the authentic sources have a mandate for.
    fn may_manage(&self, ssin: &str, holder: &Holder) -> bool {
        let own = holder.identifier_type == "SSIN" && holder.identifier == ssin;
        let pki = &self.bench.pki;
        let mandate = ssin == pki.person_holder.identifier
            && holder.identifier_type == pki.organisation_holder.identifier_type
            && holder.identifier == pki.organisation_holder.identifier;
        own || mandate
    }

    /// Judges an identifier of a request.
    fn judge_identifier(&self, kind: &str, id: &str) -> Result<(), Refused> {
        let context = Context {
            identifier_type: Some(kind.to_owned()),
            service: Some(Service::Certra),
            as_of: Some(self.clock.now()),
            ..Context::default()
        };
        self.judge(&CONTRACT, Kind::Identifier, id.as_bytes(), &context).map(|_| ())
    }
}

/// The identifier of the key that a certificate is over.
fn certified_key(certificate: &[u8]) -> Option<String> {
    let read = Certificate::read(certificate, &Budget::JUDGE).0?;
    issuing::key_identifier(&read.key().ok()?.to_spki())
}
