//! Contracts: what a requestor reads and signs, in three languages.
//!
//! A contract follows from what it is about and from the seed, so that the service knows its own again
//! without keeping any.

use super::{Actor, core, part, refused};
use crate::forge::ra_message::Value;
use crate::model::certra::CERTRA_CORE;
use crate::simulator::Simulator;
use crate::simulator::refusal::Refused;
use crate::simulator::soap::Call;
use crate::wire::xml::Element;

/// The languages of the country, each with its title and its promise.
const LANGUAGES: [(&str, &str, &str); 3] = [
    ("nl", "Contract voor een eHealth-certificaat", "Ik verklaar dat wat hier staat juist is."),
    ("fr", "Contrat pour un certificat eHealth", "Je déclare que ce qui figure ici est exact."),
    ("de", "Vertrag über ein eHealth-Zertifikat", "Ich erkläre, dass das hier Stehende richtig ist."),
];

/// What a contract is about.
pub(super) struct Terms<'t> {
    pub(super) dn: &'t str,
    pub(super) signer: &'t Actor,
    /// Why a certificate is to be revoked, and which; of a request, nothing.
    pub(super) revocation: Option<(&'t str, &'t str)>,
}

impl Terms<'_> {
    /// The contract.
    pub(super) fn value(&self, world: &Simulator) -> Value {
        let about = format!("contract {} {:?} {:?}", self.dn, self.signer, self.revocation);
        let reference = world.bench.stream(&about).uuid();
        let texts = LANGUAGES.map(|(lang, title, promise)| {
            let revoked = match self.revocation {
                Some((id, reason)) => format!("<p>{} ({})</p>", html(id), html(reason)),
                None => String::new(),
            };
            let text = format!(
                "<!DOCTYPE html><html lang=\"{lang}\"><head><title>{title}</title></head><body><h1>{title}</h1>\
                 <p>{}</p>{revoked}<p>{}</p><p>{promise}</p><p>{reference}</p></body></html>",
                html(self.dn),
                html(&self.signer.name)
            );
            ("Value", Value::from(text).with("lang", lang))
        });
        let mut value = Value::default().and("DN", self.dn).and("Signer", self.signer.value());
        if let Some((_, reason)) = self.revocation {
            value = value.and("RevocationReason", reason);
        }
        value.and("Text", Value::of(texts))
    }

    /// Whether an element is this contract, to the letter.
    pub(super) fn is_in(&self, world: &Simulator, contract: Element<'_>) -> bool {
        let expected = self.value(world);
        let same = |path: &str, found: &str| expected.get(path).is_some_and(|it| it.text() == found);
        let text = |name: &str| contract.child(CERTRA_CORE, name).map(|it| it.text().into_owned());
        let parts = contract.elements().count() == if self.revocation.is_some() { 4 } else { 3 };
        let named = text("DN").is_some_and(|it| same("DN", &it))
            && contract.child(CERTRA_CORE, "Signer").is_some_and(|it| Actor::read(it) == *self.signer);
        let reason = match self.revocation {
            Some(_) => text("RevocationReason").is_some_and(|it| same("RevocationReason", &it)),
            None => true,
        };
        let texts = contract.child(CERTRA_CORE, "Text");
        let found: Vec<_> = texts
            .into_iter()
            .flat_map(|it| it.all(CERTRA_CORE, "Value"))
            .map(|value| {
                let lang = value.attribute("http://www.w3.org/XML/1998/namespace", "lang");
                (lang.map(|it| it.value().into_owned()).unwrap_or_default(), value.text().into_owned())
            })
            .collect();
        let wanted: Vec<_> = expected
            .get("Text")
            .into_iter()
            .flat_map(|it| it.all("Value"))
            .zip(LANGUAGES)
            .map(|(value, (lang, ..))| (lang.to_owned(), value.text().to_owned()))
            .collect();
        parts && named && reason && found == wanted
    }
}

/// Text in HTML.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The operation GenerateContract.
pub(super) fn generate(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let signer = Actor::read(part(call, "Signer")?);
    let identifier = part(call, "CertificateIdentifier")?;
    let actor = identifier.child(CERTRA_CORE, "Actor").map(Actor::read);
    let application = Some(core(identifier, "ApplicationId")).filter(|it| !it.is_empty());
    let holder = actor.and_then(|actor| actor.holder(application));
    let holder = holder.ok_or_else(|| refused("The certificate is for nobody"))?;
    world.judge_identifier(&holder.identifier_type, &holder.identifier)?;
    for (kind, id) in &signer.ids {
        world.judge_identifier(kind, id)?;
    }
    let terms = Terms { dn: &holder.subject_text(), signer: &signer, revocation: None };
    Ok(Value::default().and("Contract", terms.value(world)))
}
