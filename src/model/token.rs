//! A signed JWT: a JWS whose payload is a set of claims (RFC 7519).

use super::shape::{Member, NUMBER, OBJECT, STRING, optional};
use crate::model::jws::Jws;
use crate::rule::Artefact;
use crate::wire::json::{Type, Value};

/// A signed JWT.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) jws: &'a Jws<'a>,
    /// The payload.
    pub(crate) claims: Value<'a>,
}

impl Artefact for Token<'static> {
    type Model<'a> = Token<'a>;
}

/// The types of the registered claims, and of those that eHealth's tokens have.
pub(crate) const SHAPE: &[Member] = &[
    optional("", "iss", STRING),
    optional("", "sub", STRING),
    optional("", "aud", &[Type::String, Type::Array]),
    optional("", "exp", NUMBER),
    optional("", "nbf", NUMBER),
    optional("", "iat", NUMBER),
    optional("", "jti", STRING),
    optional("", "azp", STRING),
    optional("", "scope", STRING),
    optional("", "typ", STRING),
    optional("", "realm_access", OBJECT),
    optional("", "resource_access", OBJECT),
];

/// Seconds since 1970, with their fraction.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct NumericDate(pub(crate) f64);

impl<'a> Token<'a> {
    /// A claim.
    pub(crate) fn claim(&self, name: &str) -> Option<Value<'a>> {
        self.claims.member(name)
    }

    /// A claim that is a NumericDate.
    pub(crate) fn date(&self, name: &str) -> Option<(Value<'a>, NumericDate)> {
        let value = self.claim(name)?;
        Some((value, NumericDate(value.as_number()?.parse().ok()?)))
    }

    /// The audiences that it names.
    pub(crate) fn audiences(&self) -> Vec<&'a str> {
        let aud = self.claim("aud");
        let one = aud.and_then(Value::as_str);
        one.into_iter().chain(aud.into_iter().flat_map(Value::elements).filter_map(Value::as_str)).collect()
    }

    /// The lists of roles: of the realm, and of each client, wherever they stand.
    pub(crate) fn role_lists(&self) -> Vec<Value<'a>> {
        let realm = self.claim("realm_access").into_iter();
        let clients =
            self.claim("resource_access").into_iter().flat_map(Value::members).map(|(_, client)| client);
        let backend = self.claim(KEYDEPOT_BACKEND).into_iter();
        realm.chain(clients).chain(backend).filter_map(|holder| holder.member("roles")).collect()
    }

    /// The roles of the client `client`, or of the realm.
    pub(crate) fn roles(&self, client: Option<&str>) -> Vec<&'a str> {
        let holder = match client {
            None => self.claim("realm_access"),
            Some(client) => {
                let nested = self.claim("resource_access").and_then(|all| all.member(client));
                nested.or_else(|| self.claim(client))
            }
        };
        holder
            .and_then(|holder| holder.member("roles"))
            .into_iter()
            .flat_map(Value::elements)
            .filter_map(Value::as_str)
            .collect()
    }

    /// The entries of `may_act`: who the bearer may act as.
    pub(crate) fn may_act(&self) -> impl Iterator<Item = Value<'a>> {
        self.claim("may_act").into_iter().flat_map(Value::elements)
    }
}

/// The client under which KeyDepot's roles stand.
pub(crate) const KEYDEPOT_BACKEND: &str = "ehealth-eteer-backend";
