//! The authorization endpoint (RFC 6749, 4.1): login, profile and consent, then a code.
//!
//! The login is a stub: whoever gives an SSIN is that person. A test gives it as `login_hint`, the
//! profile as `profile` and the answer about consent as `consent`; a browser is asked on pages. Codes and
//! errors go back by a redirect, or by a form where the client asks for that (OAuth 2.0 Form Post Response
//! Mode).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::page::{Ask, dead_end, page, way_back};
use super::{parameters, roles};
use crate::base::time::Duration;
use crate::forge::rng::Stream;
use crate::simulator::Simulator;
use crate::simulator::iam_exchange::state::{Code, words};
use crate::simulator::identity::{Grant, Profile, Subject};
use crate::simulator::person::Person;

/// How long a code is good for.
const LIFETIME: Duration = Duration::minutes(1);

/// Longest query that is looked at.
const LONGEST: usize = 8 << 10;

pub(super) async fn login(State(world): State<Arc<Simulator>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let Some(asked) = parameters(query.as_bytes()).filter(|_| query.len() <= LONGEST) else {
        return dead_end("The request is too long, or says something twice.");
    };
    let asks = |name: &str| asked.get(name).map_or("", String::as_str);
    let client_roles = world.exchange().clients.get(asks("client_id")).map(|client| client.roles.clone());
    let redirect = Url::parse(asks("redirect_uri")).ok().filter(is_redirect);
    // Neither a client nor an address that is not known is ever sent to (RFC 6749, 4.1.2.1).
    let (Some(client_roles), Some(redirect)) = (client_roles, redirect) else {
        return dead_end("The client is not known, or its redirect_uri cannot be used.");
    };
    let back = |parameters: &[(&str, &str)]| {
        if asks("response_mode") == "form_post" {
            let state = asked.get("state").map(|state| ("state", state.as_str()));
            let parameters: Vec<_> = parameters.iter().copied().chain(state).collect();
            return way_back(&redirect, &parameters);
        }
        let mut url = redirect.clone();
        url.query_pairs_mut().extend_pairs(parameters);
        if let Some(state) = asked.get("state") {
            url.query_pairs_mut().append_pair("state", state);
        }
        (StatusCode::FOUND, [(header::LOCATION, url.as_str()), (header::CACHE_CONTROL, "no-store")])
            .into_response()
    };
    if asks("response_type") != "code" {
        return back(&[("error", "unsupported_response_type")]);
    }
    let scope = asks("scope");
    let granted = roles(scope);
    let exchange_words = words(scope).into_iter().filter(|word| word.starts_with("iam:")).count();
    if exchange_words != granted.len() || granted.iter().any(|role| !client_roles.contains(role)) {
        return back(&[("error", "invalid_scope")]);
    }
    let challenge = asked.get("code_challenge").map(|challenge| {
        let method = asked.get("code_challenge_method").map_or("plain", String::as_str);
        (challenge.clone(), method.to_owned())
    });
    if challenge.as_ref().is_some_and(|(_, method)| method != "S256" && method != "plain") {
        return back(&[("error", "invalid_request")]);
    }
    if !asked.contains_key("login_hint") {
        return page(&Ask::Login, "Who are you, and as what do you log in?", &asked);
    }
    let Some(person) = Person::of(asks("login_hint")) else {
        return page(&Ask::Login, "This is no SSIN.", &asked);
    };
    let Some(profile) = profile(&person, asks("profile")) else {
        return page(&Ask::Login, "You have no such profile that is supported.", &asked);
    };
    let names = person.names();
    let grant = Grant {
        subject: Subject::Person(person),
        profile,
        realm_roles: granted.into_iter().map(str::to_owned).collect(),
        ..Grant::new(names[0], 0, asks("client_id"), &[], world.clock.now())
    };
    let sub = grant.sub(world.config.seed);
    if world.exchange().consent(&sub, asks("client_id")) != Some(true) {
        match asks("consent") {
            "yes" => world.exchange().set_consent(&sub, asks("client_id"), true),
            "no" => return back(&[("error", "access_denied")]),
            _ => return page(&Ask::Consent, "May the application act for you?", &asked),
        }
    }
    let code = Code {
        grant,
        redirect: asks("redirect_uri").to_owned(),
        challenge,
        scope: scope.to_owned(),
        expires: world.clock.now() + LIFETIME,
    };
    let name = |number| {
        let bytes: [u8; 24] = Stream::new(world.config.seed, &format!("code {number}")).array();
        data_encoding::HEXLOWER.encode(&bytes)
    };
    let code = world.exchange().issue(name, code);
    back(&[("code", &code)])
}

/// Where a code may be sent: to an address of the web without a fragment, without TLS only on this
/// machine.
fn is_redirect(url: &Url) -> bool {
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.fragment().is_none() && (url.scheme() == "https" || (url.scheme() == "http" && is_local))
}

/// The profile of this name, where the person has it.
fn profile(person: &Person, name: &str) -> Option<Profile> {
    if !person.has_a_profile() {
        return None;
    }
    match name {
        "" | "citizen" => Some(Profile::Citizen),
        "professional" => Some(Profile::Professional),
        "parent" => person.children().into_iter().next().map(Profile::Parent),
        "mandate-holder" => person.mandators().into_iter().next().map(Profile::MandateHolder),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sent_over_tls_or_to_this_machine() {
        let goes = |text: &str| is_redirect(&Url::parse(text).expect("a URL"));
        assert!(goes("https://platform.example/callback?a=1") && goes("http://127.0.0.1:8080/"));
        assert!(!goes("http://platform.example/") && !goes("https://platform.example/#x"));
        assert!(!goes("javascript:alert(1)"));
    }

    #[test]
    fn only_a_profile_that_the_person_has_can_be_chosen() {
        use crate::simulator::person::Family;
        let of = |family, name| profile(&Person::new(1, family), name);
        assert_eq!(of(Family::Alone, "citizen"), Some(Profile::Citizen));
        assert_eq!(of(Family::Alone, "parent"), None);
        assert_eq!(of(Family::Unsupported, "citizen"), None);
        assert!(matches!(of(Family::Mandators, "mandate-holder"), Some(Profile::MandateHolder(_))));
    }
}
