//! Token exchanges: the form that asks, and the JSON that answers with an assertion.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::access_token::{AccessToken, KEY_ID};
use super::actor_token::ActorToken;
use super::saml::Signer;
use super::saml::sts::{self, StsAssertion};
use super::{Bench, Made, Maker};
use crate::base::Kind;
use crate::base::time::Duration;
use crate::wire::base64::{self, Form};

mod mutations;

pub(super) const REQUEST: Maker = Maker {
    kind: Kind::TokenExchangeRequest,
    params: &[],
    valid: |bench| Ok(mutations::asked(bench, &Exchange::of(bench))),
    mutations: mutations::REQUESTS,
};

pub(super) const RESPONSE: Maker = Maker {
    kind: Kind::TokenExchangeResponse,
    params: &[],
    valid: |bench| {
        let assertion = StsAssertion::of(bench).sign(&Signer::sts(&bench.pki));
        Ok(mutations::answered(bench, &answer(&assertion, EXPIRES_IN)))
    },
    mutations: mutations::RESPONSES,
};

/// How long the token is said to be good for: twelve hours.
pub const EXPIRES_IN: Duration = sts::LIFETIME;

/// What a token exchange is asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The parameters, in their order.
    pub parameters: Vec<(String, String)>,
}

impl Exchange {
    /// A request with these two tokens.
    pub fn new(actor_token: &str, subject_token: &str) -> Self {
        let token_type = |last: &str| format!("urn:ietf:params:oauth:token-type:{last}");
        let parameters = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".to_owned()),
            ("requested_token_type", token_type("saml1")),
            ("actor_token", actor_token.to_owned()),
            ("actor_token_type", token_type("jwt")),
            ("subject_token", subject_token.to_owned()),
            ("subject_token_type", token_type("access_token")),
            ("audience", "urn:be:fgov:ehealth:kgss".to_owned()),
            ("resource", "https://services.etalon.test/kgss".to_owned()),
            ("scope", "ehealth".to_owned()),
        ];
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        Self { parameters: parameters.into_iter().map(owned).collect() }
    }

    /// The request of the platform, for the first profile that it may act as.
    pub fn of(bench: &Bench) -> Self {
        let access = AccessToken::of(bench);
        let mut actor = ActorToken::of(bench);
        actor.subject = access.may_act.first().map(|entry| entry.sub.clone());
        Self::new(&actor.sign(&bench.pki.organisation.key), &access.sign(&bench.pki.realm.key, KEY_ID))
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The same, with another value of a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        for (_, held) in self.parameters.iter_mut().filter(|(it, _)| it == name) {
            value.clone_into(held);
        }
        self
    }

    /// The same, without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(it, _)| it != name);
        self
    }

    /// The body of the request.
    pub fn to_form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.parameters);
        form.finish()
    }
}

/// The answer with a signed assertion, in the order of the cookbook.
pub fn answer(assertion: &str, expires_in: Duration) -> Value {
    json!({
        "access_token": base64::encode(assertion.as_bytes(), Form::Standard),
        "refresh_token": null,
        "issued_token_type": "urn:ietf:params:oauth:token-type:saml1",
        "scope": "",
        "token_type": "N_A",
        "expires_in": expires_in.whole_seconds(),
    })
}
