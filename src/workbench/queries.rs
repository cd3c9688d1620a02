//! Attribute queries in signed SOAP messages, valid or changed at a named place before or after they
//! are signed.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use regex::{NoExpand, RegexBuilder};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, Workbench, means, people, read};
use crate::base::Budget;
use crate::base::time::Duration;
use crate::forge::pki::Party;
use crate::forge::rng::Stream;
use crate::forge::saml::query::Query;
use crate::forge::saml::{Attribute, PHARMACY, PHARMACY_HOLDER, SSIN, Subject};
use crate::forge::ws_security::Message;
use crate::model::saml::assertion::Assertion;
use crate::simulator::person::Family;
use crate::target::people::Part;
use crate::target::signers::Role;
use crate::wire::base64::{self, Form};
use crate::wire::xml::{Document, Source};

/// Largest compiled pattern.
const PATTERN: usize = 1 << 20;

/// A pharmacy's number with right check digits, of no pharmacy in particular.
const NUMBER: &str = "12345625";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct QueryOrder {
    /// A name; the same name is the same identifier.
    id: String,
    /// A name for the person that is asked about.
    #[serde(default = "user")]
    user: String,
    /// Whom the person may act for.
    family: Option<String>,
    #[serde(default = "pharmacy")]
    pharmacy: String,
    /// The attributes that are asked, separated by spaces.
    #[serde(default = "asked")]
    asked: String,
    #[serde(default = "issuer")]
    issuer: String,
    #[serde(default)]
    sender: Sender,
    /// Of a sender with a certificate of its own: the certificate, in base64.
    #[serde(default)]
    certificate: String,
    /// The name of the key that it is over.
    #[serde(default)]
    key: String,
    /// A SAML 1.1 assertion in base64, in the place of the certificate.
    #[serde(default)]
    assertion: String,
    /// Whose key the subject is confirmed by.
    #[serde(default)]
    holder: Holder,
    /// Milliseconds from now to the creation of the timestamp.
    #[serde(default)]
    created: i64,
    /// A pattern in the query, and what stands there instead before the message is signed.
    #[serde(default)]
    replace: String,
    #[serde(default)]
    with: String,
    /// A pattern in the message, and what stands there instead once it is signed.
    #[serde(default)]
    tamper: String,
    #[serde(default)]
    tamper_with: String,
}

/// Who signs.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Sender {
    #[default]
    Organisation,
    Person,
    /// Somebody whom no eHealth certificate names.
    Stranger,
    /// Whoever holds `key`, with `certificate`.
    Holder,
}

/// How the subject is confirmed.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Holder {
    /// The sender vouches for it.
    #[default]
    None,
    /// It holds the key of the organisation.
    Organisation,
    /// It holds the key of the person.
    Person,
    /// It holds the key of who sends the query.
    Sender,
}

fn user() -> String {
    "queried".to_owned()
}

fn pharmacy() -> String {
    NUMBER.to_owned()
}

fn asked() -> String {
    PHARMACY_HOLDER.to_owned()
}

fn issuer() -> String {
    "urn:be:fgov:ehealth:etalon".to_owned()
}

/// Replaces what a pattern matches; one that matches nothing is a mistake of the order.
fn replaced(text: &str, pattern: &str, with: &str) -> Result<String, Refused> {
    if pattern.is_empty() {
        return Ok(text.to_owned());
    }
    let pattern = RegexBuilder::new(pattern)
        .size_limit(PATTERN)
        .build()
        .map_err(|error| Refused::order(format!("not a regular expression: {error}")))?;
    if !pattern.is_match(text) {
        return Err(Refused::order(format!("`{pattern}` matches nothing in the message")));
    }
    Ok(pattern.replace(text, NoExpand(with)).into_owned())
}

pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<QueryOrder>) -> Answer {
    let order = read(order)?;
    let now = workbench.clock.now();
    let About { ssin, nihii, pharmacy } = about(&workbench, &order)?;
    let stream = |what: &str| {
        Stream::new(workbench.bench.seed(), &workbench.own(&format!("{what} of query {}", order.id)))
    };
    let name = stream("name").below(u64::MAX).to_string();
    let sender = sender(&workbench, &order)?;
    let held_by = |role| {
        let holder = workbench.signer(role)?;
        Ok::<_, Refused>(Subject::transient(&name, now).held_by(&holder.party.certificate))
    };
    let subject = match order.holder {
        Holder::None => Subject::transient(&name, now),
        Holder::Organisation => held_by(Role::Organisation)?,
        Holder::Person => held_by(Role::Person)?,
        Holder::Sender => Subject::transient(&name, now).held_by(&sender.certificate),
    };
    let mut query = Query::new(&mut stream("identifier"), now, &order.issuer, subject.clone());
    query.given.push(Attribute::of(SSIN, &ssin));
    if !pharmacy.is_empty() {
        query.given.push(Attribute::of(PHARMACY, &pharmacy));
    }
    query.asked = order.asked.split_whitespace().map(str::to_owned).collect();
    let body = replaced(&query.to_xml(), &order.replace, &order.with)?;
    let mut message = Message::new(&sender, now + Duration::milliseconds(order.created));
    if !order.assertion.is_empty() {
        let (id, text) = assertion(&order.assertion)?;
        message = message.with_assertion(&id, &text);
    }
    let signed = message.sign(&body);
    means::signed(&sender.key)?;
    let signed = replaced(&signed, &order.tamper, &order.tamper_with)?;
    let [start, end] = subject.window.map(|it| it.map(crate::forge::saml::instant)).unwrap_or_default();
    Ok(Json(json!({
        "message": signed,
        "id": query.id,
        "ssin": ssin,
        "nihii": nihii,
        "pharmacy": pharmacy,
        "nameId": name,
        "method": subject.method,
        "windowStart": start,
        "windowEnd": end,
    })))
}

/// Whom a query is about.
struct About {
    ssin: String,
    nihii: String,
    pharmacy: String,
}

/// The person and the pharmacy of an order: those that the target knows, where they must be.
fn about(workbench: &Workbench, order: &QueryOrder) -> Result<About, Refused> {
    let family = people::family(order.family.as_deref())?;
    let known = match family {
        Family::Everyone => workbench.known(Part::Pharmacist)?,
        Family::Alone => workbench.known(Part::OtherCitizen)?,
        Family::Unsupported => workbench.known(Part::UnknownCitizen)?,
        Family::Children | Family::Mandators => {
            workbench.only_simulated("it asks about a family that etalon made up")?;
            None
        }
    };
    let Some(known) = known else {
        let person = workbench.person(&order.user, family)?;
        let (ssin, nihii) = (person.ssin().to_owned(), person.nihii());
        return Ok(About { ssin, nihii, pharmacy: order.pharmacy.clone() });
    };
    let pharmacy = match workbench.known(Part::Pharmacist)? {
        Some(pharmacist) if order.pharmacy == NUMBER => pharmacist.pharmacy.clone(),
        _ => order.pharmacy.clone(),
    };
    Ok(About { ssin: known.ssin.clone(), nihii: known.nihii.clone(), pharmacy })
}

fn sender(workbench: &Workbench, order: &QueryOrder) -> Result<Party, Refused> {
    Ok(match order.sender {
        Sender::Organisation => workbench.signer(Role::Organisation)?.party,
        Sender::Person => workbench.signer(Role::Person)?.party,
        Sender::Stranger => workbench.bench.pki.stranger.clone(),
        Sender::Holder => workbench.holder(&order.key, &order.certificate)?,
    })
}

/// The identifier of an assertion in base64, and its text.
fn assertion(given: &str) -> Result<(String, String), Refused> {
    let unread = || Refused::order("`assertion` is no SAML 1.1 assertion in base64");
    let bytes = base64::decode(given.as_bytes(), Form::Standard, &Budget::JUDGE).strict();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(unread)?;
    let source = Source::of(&text);
    let document = Document::parse(&source, &Budget::JUDGE).map_err(|_| unread())?;
    let id = Assertion::read(document.root()).and_then(|it| it.id()).ok_or_else(unread)?;
    Ok((id.text.into_owned(), text.clone()))
}
