//! What only the owner of a simulated world can do: configure a client, or let a service fail.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::certification::given;
use super::{Answer, Order, Refused, Workbench, read};
use crate::context;
use crate::simulator::Simulator;
use crate::target::signers::Role;

impl Workbench {
    /// The simulated world.
    fn world(&self) -> Result<&Simulator, Refused> {
        self.world.as_deref().ok_or_else(|| Refused::here("the simulator: only its owner can tell it to"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Failure {
    /// The SSIN of the person for whom the next request fails.
    ssin: String,
    /// What fails.
    failure: String,
}

/// Lets the next request about a person fail inside of a service.
pub(super) async fn provoke(State(workbench): State<Arc<Workbench>>, order: Order<Failure>) -> Answer {
    let order = read(order)?;
    workbench.world()?.provoke(&order.ssin, &order.failure).map_err(Refused::order)?;
    Ok(Json(json!({"failure": order.failure})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Registration {
    /// The client id.
    client: String,
    /// Its certificate, as PEM or in base64.
    certificate: String,
    /// Whether it is a technical client rather than a Trusted Platform.
    #[serde(default)]
    technical: bool,
}

/// Configures a client at IAM eXchange.
pub(super) async fn register(State(workbench): State<Arc<Workbench>>, order: Order<Registration>) -> Answer {
    let order = read(order)?;
    let certificate = if order.certificate.contains("-----BEGIN") {
        let certificates = context::pem_blocks(&order.certificate).map_err(Refused::order)?;
        certificates.into_iter().next().ok_or_else(|| Refused::order("`certificate` holds none"))?
    } else {
        given("certificate", &order.certificate)?
    };
    workbench.world()?.register_client(&order.client, certificate, order.technical);
    Ok(Json(json!({"client": order.client})))
}

/// The certificates of the run's PKI that a workflow compares with or hands on.
pub(super) async fn pki(State(workbench): State<Arc<Workbench>>) -> Answer {
    let pki = &workbench.bench.pki;
    let pem = |role| workbench.signer(role).map(|signer| signer.party.pem());
    Ok(Json(json!({
        "root": pki.root.pem(),
        "organisation": pem(Role::Organisation)?,
        "person": pem(Role::Person)?,
        "stranger": pki.stranger.pem(),
    })))
}
