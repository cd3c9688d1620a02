//! What a run makes at a target: read from its exchanges as they pass, whether a workflow expected it or not.

use super::transcript::Exchange;
use super::transport::{Request, Response};
use crate::base::Budget;
use crate::event::{Creation, Fate, Shown};
use crate::model::certificate::Certificate;
use crate::service::lasting::{Effect, Thing, effect};
use crate::wire::xml::{Document, Element, Encodings, Source};
use crate::xmldsig::binary;

/// What was made at a target, and what became of it.
#[derive(Debug, Default)]
pub struct Creations {
    all: Vec<Made>,
    /// Whether what ends now ends because somebody cleans up.
    pub cleaning: bool,
}

/// One thing that was made, or asked for.
#[derive(Debug)]
struct Made {
    thing: Thing,
    service: String,
    id: String,
    suite: String,
    workflow: String,
    authorization: Option<String>,
    state: State,
}

/// Where something was seen to come about.
struct Seen<'a> {
    suite: &'a str,
    workflow: &'a str,
    operation: &'a str,
    /// What the request was authorised by.
    authorization: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// It was asked for, and no answer has come.
    Asked,
    There,
    Ended(Fate),
    /// It could not be taken away.
    Stays(String),
}

/// What is to be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What it is.
    pub thing: Thing,
    /// How the service knows it.
    pub id: String,
    /// The header under which it was made.
    pub authorization: String,
}

impl Creations {
    /// A request is about to be sent: from now on its effect cannot be ruled out.
    pub fn sends(&mut self, suite: &str, workflow: &str, operation: &str, request: &Request) {
        if let Some(Effect::Makes(Thing::Key)) = effect(operation)
            && let Some(id) = credential(request)
        {
            let seen = Seen { suite, workflow, operation, authorization: authorization(request) };
            self.note(Thing::Key, id, State::Asked, seen);
        }
    }

    /// An exchange ended.
    pub fn ended(&mut self, exchange: &Exchange<'_>) {
        let Some(effect) = effect(exchange.operation) else { return };
        let Ok(answer) = exchange.response else { return };
        let request = exchange.request;
        let (suite, workflow, operation) = (exchange.suite, exchange.workflow, exchange.operation);
        let seen = |authorization| Seen { suite, workflow, operation, authorization };
        match effect {
            Effect::Makes(Thing::Key) => {
                let Some(id) = credential(request) else { return };
                if (200..300).contains(&answer.status) {
                    self.note(Thing::Key, id, State::There, seen(authorization(request)));
                } else if answer.status < 500 {
                    // Refused: it was not made now. After a failure nobody knows.
                    self.all.retain(|it| it.thing != Thing::Key || it.id != id || it.state != State::Asked);
                }
            }
            Effect::Makes(thing @ (Thing::Certificate | Thing::EncryptionToken)) if succeeded(answer) => {
                let id = match thing {
                    Thing::EncryptionToken => signing_key(request),
                    Thing::Key | Thing::Certificate => text_of(&answer.body, "PublicKeyIdentifier"),
                };
                if let Some(id) = id {
                    self.note(thing, id, State::There, seen(None));
                }
            }
            Effect::Ends(Thing::Key) if matches!(answer.status, 200 | 204 | 404) => {
                let path = request.url.path().trim_end_matches('/');
                let id = path.rsplit('/').next().unwrap_or_default().to_owned();
                self.end(&id, &[Thing::Key], answer.status == 404);
            }
            Effect::Ends(Thing::Certificate) if succeeded(answer) => {
                let id = request.body.as_deref().and_then(|body| text_of(body, "PublicKeyIdentifier"));
                self.end(&id.unwrap_or_default(), &[Thing::Certificate, Thing::EncryptionToken], false);
            }
            Effect::Makes(_) | Effect::Ends(_) => {}
        }
    }

    fn note(&mut self, thing: Thing, id: String, state: State, seen: Seen<'_>) {
        let authorization = seen.authorization;
        if let Some(known) = self.all.iter_mut().find(|it| it.thing == thing && it.id == id) {
            // What is asked for again is there as long as nobody says that it is.
            if state == State::There || matches!(known.state, State::Ended(_)) {
                known.state = state;
                known.authorization = authorization.or(known.authorization.take());
            }
            return;
        }
        let service = seen.operation.split('.').next().unwrap_or_default().to_owned();
        let (suite, workflow) = (seen.suite.to_owned(), seen.workflow.to_owned());
        self.all.push(Made { thing, service, id, suite, workflow, authorization, state });
    }

    fn end(&mut self, id: &str, things: &[Thing], was_not_there: bool) {
        let fate = if self.cleaning { Fate::CleanedUp } else { Fate::Deleted };
        self.all.retain(|it| {
            !(was_not_there && it.id == id && things.contains(&it.thing) && it.state == State::Asked)
        });
        for it in self.all.iter_mut().filter(|it| it.id == id && things.contains(&it.thing)) {
            if !matches!(it.state, State::Ended(_)) {
                it.state = State::Ended(fate);
            }
        }
    }

    /// What of a kind may still be there.
    pub fn open(&self, thing: Thing) -> Vec<Open> {
        let open = self.all.iter().filter(|it| it.thing == thing);
        let open = open.filter(|it| matches!(it.state, State::Asked | State::There));
        open.map(|it| Open {
            thing,
            id: it.id.clone(),
            authorization: it.authorization.clone().unwrap_or_default(),
        })
        .collect()
    }

    /// Something could not be taken away.
    pub fn stays(&mut self, thing: Thing, id: &str, why: &str) {
        for it in self.all.iter_mut().filter(|it| it.thing == thing && it.id == id) {
            if matches!(it.state, State::Asked | State::There) {
                it.state = State::Stays(why.to_owned());
            }
        }
    }

    /// All of it, as reports show it.
    pub fn report(&self) -> Vec<Creation> {
        let shown = |it: &Made| {
            let (fate, reason) = match &it.state {
                State::Asked => (Fate::Left, Some("nobody knows whether it was made: no answer came")),
                State::There => (Fate::Left, Some(untouched(it.thing))),
                State::Stays(why) => (Fate::Left, Some(why.as_str())),
                State::Ended(fate) => (*fate, None),
            };
            Creation {
                service: it.service.clone(),
                thing: it.thing.name().to_owned(),
                id: Shown::from(it.id.as_str()),
                suite: it.suite.clone(),
                workflow_id: it.workflow.clone(),
                fate,
                reason: reason.map(Shown::from),
            }
        };
        self.all.iter().map(shown).collect()
    }
}

/// Why a thing is left where nobody tried to take it away.
const fn untouched(thing: Thing) -> &'static str {
    match thing {
        Thing::Key => "there was no time to delete it",
        Thing::Certificate => {
            "only a revocation ends it, which is destructive: --allow-destructive, or `destructive = true` in the target file"
        }
        Thing::EncryptionToken => "it ends with its certificate, or when another takes its place",
    }
}

/// The credential id that a registration is about.
fn credential(request: &Request) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(request.body.as_deref()?).ok()?;
    let id = ["id", "rawId", "rawid"].into_iter().find_map(|name| body.get(name)?.as_str());
    id.map(str::to_owned)
}

fn authorization(request: &Request) -> Option<String> {
    request.header("authorization").map(str::to_owned)
}

/// Whether a SOAP operation succeeded: its status says so, whatever HTTP's.
fn succeeded(answer: &Response) -> bool {
    String::from_utf8_lossy(&answer.body).contains("status:Success")
}

/// What `read` makes of the first element of this name.
fn first<T>(body: &[u8], name: &str, read: impl FnOnce(Element<'_>) -> Option<T>) -> Option<T> {
    let source = Source::read(body, Encodings::Utf8).ok()?;
    let document = Document::parse(&source, &Budget::JUDGE).ok()?;
    let found = document.root().descendants().find(|it| it.local() == name)?;
    read(found)
}

/// The text of the first element of this name.
fn text_of(body: &[u8], name: &str) -> Option<String> {
    first(body, name, |it| Some(it.text().trim().to_owned())).filter(|it| !it.is_empty())
}

/// The identifier of the key that signed a request, by the first certificate in it.
fn signing_key(request: &Request) -> Option<String> {
    let der = first(request.body.as_deref()?, "X509Certificate", binary)?;
    let certificate = Certificate::read(&der, &Budget::JUDGE).0?;
    Some(data_encoding::HEXUPPER.encode(certificate.spki.identifier().as_bytes()))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn request(method: &str, path: &str, body: &str) -> Request {
        let url = Url::parse(&format!("https://depot.example{path}")).expect("a URL");
        let headers = vec![("Authorization".to_owned(), "Bearer x".to_owned())];
        Request { method: method.to_owned(), url, headers, body: Some(body.into()) }
    }

    fn answer(status: u16) -> Response {
        Response { status, headers: Vec::new(), body: Vec::new(), took: std::time::Duration::ZERO }
    }

    fn pass(creations: &mut Creations, operation: &str, request: &Request, answer: &Response) {
        creations.sends("s", "w", operation, request);
        let response = Ok(answer);
        creations.ended(&Exchange { suite: "s", workflow: "w", step: "x", operation, request, response });
    }

    #[test]
    fn a_key_is_there_from_the_moment_it_is_asked_for_until_it_is_deleted() {
        let (mut creations, result) = (Creations::default(), "keydepot.attestationResult");
        let (one, two) =
            (request("POST", "/r", "{\"id\":\"one\"}"), request("POST", "/r", "{\"id\":\"two\"}"));
        creations.sends("s", "w", result, &one);
        assert_eq!(creations.open(Thing::Key)[0].id, "one", "no answer came, so nobody knows");
        assert_eq!(creations.open(Thing::Key)[0].authorization, "Bearer x");
        pass(&mut creations, result, &one, &answer(412));
        assert!(creations.open(Thing::Key).is_empty(), "a refusal makes nothing");
        pass(&mut creations, result, &one, &answer(201));
        // A second registration that is refused takes nothing away.
        pass(&mut creations, result, &one, &answer(412));
        pass(&mut creations, result, &two, &answer(500));
        assert_eq!(creations.open(Thing::Key).len(), 2);
        let delete = |id: &str| request("DELETE", &format!("/keydepot/jwks/{id}"), "");
        pass(&mut creations, "keydepot.deleteKey", &delete("one"), &answer(200));
        creations.cleaning = true;
        pass(&mut creations, "keydepot.deleteKey", &delete("two"), &answer(404));
        assert!(creations.open(Thing::Key).is_empty());
        let report = creations.report();
        assert_eq!(report.len(), 1, "two was never made: {report:?}");
        assert_eq!(report[0].fate, Fate::Deleted);
    }
}
