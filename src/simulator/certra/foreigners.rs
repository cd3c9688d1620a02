//! Requests of people who have no eID: submitted unsigned, and confirmed on a page.
//!
//! The page stands for eHealth's identity provider: whoever reaches it is taken for the person.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::certificates::{AUTOMATIC, Order, contact};
use super::{Actor, csr, part, refused};
use crate::base::time::{self, Duration, Instant};
use crate::forge::ra_message::Value;
use crate::model::identifier::Ssin;
use crate::service::certra::CONFIRMATION;
use crate::simulator::Simulator;
use crate::simulator::refusal::{self, Refused};
use crate::simulator::registry::{Confirmation, Record};
use crate::simulator::soap::Call;

/// How long the page is there.
const PAGE: Duration = Duration::days(7);

/// The operation SubmitCSRForForeigner.
pub(super) fn submit(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let person = Actor::read(part(call, "ForeignPerson")?);
    let ssin = person.ssin().unwrap_or_default().to_owned();
    world.judge_identifier("SSIN", &ssin)?;
    let bis = Ssin::read(&ssin).is_some_and(|it| it.is_bis);
    if !bis && !world.is_without("certra.foreigner-without-bis") {
        return Err(Refused::duty("certra.foreigner-without-bis"));
    }
    let holder = person.holder(None).ok_or_else(|| refused("The request is for nobody"))?;
    let text = part(call, "CSR")?.text().into_owned();
    let request = csr::read(world, &text, &holder.subject_text())?;
    let order = Order {
        request,
        requestor: ssin,
        automatic: true,
        available: None,
        contact: contact(part(call, "ContactData").ok()),
        usages: Vec::new(),
        holder,
    };
    let (id, _) = order.keep(world, call.now)?;
    let expires = call.now + PAGE;
    let mut registry = world.registry();
    let number = registry.draw();
    let secret =
        data_encoding::HEXLOWER.encode(&world.bench.stream(&format!("confirmation {number}")).array::<16>());
    if let Some(record) = registry.find_mut(&id) {
        record.confirmation = Some(Confirmation { secret: secret.clone(), expires, served: false });
    }
    drop(registry);
    let url = format!("https://certra.etalon.example{}", CONFIRMATION.replace("{token}", &secret));
    Ok(Value::default().and("ValidationUrl", url).and("ExpirationDate", time::format(expires)))
}

/// The answer where no request has the page.
const NOBODYS: (StatusCode, &str) = (StatusCode::NOT_FOUND, "There is no such request");

/// Finds the record of a page and does something with it; why not, where there is none.
fn with_record<T>(
    world: &Simulator,
    token: &str,
    now: Instant,
    f: impl FnOnce(&mut Record) -> T,
) -> Result<T, (StatusCode, &'static str)> {
    let mut registry = world.registry();
    let is_its = |it: &Record| it.confirmation.as_ref().is_some_and(|page| page.secret == token);
    let Some(record) = registry.records_mut().find(|it| is_its(it)) else {
        return Err(NOBODYS);
    };
    let over = record.confirmation.as_ref().is_some_and(|page| page.served || page.expires < now);
    if over && !world.is_without("certra.confirmation-late") {
        return Err((StatusCode::GONE, "The page has expired or was used already"));
    }
    Ok(f(record))
}

/// The page.
pub(super) async fn page(
    State(world): State<Arc<Simulator>>,
    token: Result<Path<String>, PathRejection>,
) -> Response {
    let Ok(Path(token)) = token else { return refusal::plain(NOBODYS.0, NOBODYS.1) };
    let now = world.clock.now();
    match with_record(&world, &token, now, |record| record.holder.name.clone()) {
        Ok(name) => Html(format!(
            "<!DOCTYPE html><html lang=\"en\"><head><title>Confirm</title></head><body><h1>Confirm</h1>\
             <p>A certificate is requested for {}.</p><form method=\"post\"><button>Confirm</button></form>\
             </body></html>",
            name.replace('&', "&amp;").replace('<', "&lt;")
        ))
        .into_response(),
        Err((status, why)) => refusal::plain(status, why),
    }
}

/// The confirmation: from now on the certificate is made.
pub(super) async fn confirm(
    State(world): State<Arc<Simulator>>,
    _: HeaderMap,
    token: Result<Path<String>, PathRejection>,
) -> Response {
    let Ok(Path(token)) = token else { return refusal::plain(NOBODYS.0, NOBODYS.1) };
    let now = world.clock.now();
    let done = with_record(&world, &token, now, |record| {
        record.available.get_or_insert(now + AUTOMATIC);
        if let Some(page) = &mut record.confirmation {
            page.served = true;
        }
    });
    match done {
        Ok(()) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "Confirmed")
            .into_response(),
        Err((status, why)) => refusal::plain(status, why),
    }
}
