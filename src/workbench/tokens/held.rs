//! The access tokens that a target file names: which of them is what a workflow asks for.
//!
//! Only the realm of a target makes tokens that it takes. What a token is good for stands in its claims:
//! whose it is, to which client it was issued, what it allows, and what is wrong with it.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Flaw, Token, client};
use crate::base::time::Instant;
use crate::context::Secret;
use crate::service::iam_exchange::{PROFILE, PROFILE_SPECIFIC, TOKEN_EXCHANGE};
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};
use crate::simulator::iam_exchange::clients::PLATFORM;
use crate::simulator::identity::LEVEL;

/// For whom the tokens of a target stand in the workflow under way.
#[derive(Debug, Default)]
pub(in crate::workbench) struct Bound {
    /// The user of a token, by the name that the workflow gives them.
    users: BTreeMap<String, String>,
    /// The client of a token, likewise.
    clients: BTreeMap<String, String>,
}

/// A token, and what it says.
pub(super) struct Held<'t> {
    pub(super) text: &'t str,
    /// Nothing of one that is no JWT.
    pub(super) claims: Value,
}

/// The roles of KeyDepot, and those of IAM eXchange, each of which a workflow may do without on purpose.
const ROLES: [&[&str]; 2] = [&[READ_KEYS, MANAGE_KEYS], &[TOKEN_EXCHANGE, PROFILE, PROFILE_SPECIFIC]];

impl<'t> Held<'t> {
    fn of(token: &'t Secret) -> Self {
        let text = token.expose();
        let part = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).ok();
        let claims = text.split('.').nth(1).and_then(part);
        let claims = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null);
        Self { text, claims }
    }

    /// Type and value of the identifier of whom it is about.
    pub(super) fn identifier(&self) -> Option<(&'static str, &str)> {
        let text = |pointer: &str| self.claims.pointer(pointer)?.as_str();
        let person = text("/userProfile/ssin").map(|it| ("SSIN", it));
        person.or_else(|| text("/organization/enterprise/cbe").map(|it| ("CBE", it)))
    }

    /// Whom it is about; a token that does not say so is a user of its own.
    fn user(&self) -> &str {
        let subject = || self.claims.get("sub").and_then(Value::as_str);
        self.identifier().map(|(_, it)| it).or_else(subject).unwrap_or(self.text)
    }

    fn client(&self) -> Option<&str> {
        self.claims.get("azp").and_then(Value::as_str)
    }

    /// What is wrong with it, beside the one that is usual at its target.
    fn flaws(&self, usual: &Self, now: Instant) -> Vec<Flaw> {
        let Some(claims) = self.claims.as_object() else { return Vec::new() };
        let mut flaws = Vec::new();
        let mut note = |flaw, is: bool| {
            if is {
                flaws.push(flaw);
            }
        };
        let ends = claims.get("exp").and_then(Value::as_i64);
        note(Flaw::Expired, ends.is_some_and(|at| at <= now.unix_timestamp()));
        let differs = |name: &str| {
            let [own, others] = [self, usual].map(|it| texts(it.claims.get(name)));
            !own.is_empty() && !others.is_empty() && !own.iter().any(|it| others.contains(it))
        };
        note(Flaw::WrongAudience, differs("aud"));
        note(Flaw::WrongIssuer, differs("iss"));
        note(Flaw::NoParty, self.client().is_none() && usual.client().is_some());
        note(Flaw::NoLogin, self.identifier().is_none() && usual.identifier().is_some());
        flaws
    }
}

/// One text, or those of an array.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        other => other.and_then(Value::as_str).into_iter().collect(),
    }
}

impl Bound {
    /// The token that is what a workflow asks for: a verdict that was reached with another would not be
    /// about the target.
    ///
    /// # Errors
    /// What there is no token of.
    pub(super) fn choose<'t>(
        &mut self,
        tokens: &'t [Secret],
        order: &Token,
        platform: Option<&str>,
        now: Instant,
    ) -> Result<Held<'t>, String> {
        let mut nearest = (0, "an access token".to_owned());
        let mut chosen = None;
        let held: Vec<Held<'_>> = tokens.iter().map(Held::of).collect();
        // How these look, no other token is.
        let wanted = match order.flaw {
            Flaw::None | Flaw::ForeignKey | Flaw::Tampered | Flaw::Unsigned | Flaw::Garbage => None,
            flaw => Some(flaw),
        };
        for (index, token) in held.iter().enumerate() {
            let flaws = if index == 0 && wanted.is_none() { Vec::new() } else { token.flaws(&held[0], now) };
            let lacks = if flaws == wanted.into_iter().collect::<Vec<_>>() {
                match wanted {
                    // Whose it is does not matter where it says so no longer.
                    Some(Flaw::NoLogin | Flaw::NoParty | Flaw::WrongIssuer | Flaw::WrongAudience) => None,
                    _ => self.lacks(token, &held[0], order, platform),
                }
            } else {
                Some((1, described(order.flaw).to_owned()))
            };
            match lacks {
                None => {
                    self.bind(token, order);
                    chosen = Some(index);
                    break;
                }
                Some(lacks) if lacks.0 > nearest.0 => nearest = lacks,
                Some(_) => {}
            }
        }
        chosen.and_then(|index| held.into_iter().nth(index)).ok_or(nearest.1)
    }

    /// What a token is not that an order asks for; the more of it fits, the higher the number.
    fn lacks(
        &self,
        token: &Held<'_>,
        usual: &Held<'_>,
        order: &Token,
        platform: Option<&str>,
    ) -> Option<(u8, String)> {
        let lacks = |step: u8, what: &str| Some((step, what.to_owned()));
        if !fits(&self.users, &order.user, token.user()) {
            return lacks(2, "the tokens of two users");
        }
        if order.client != client() {
            let own = token.client().unwrap_or_default();
            let is_platform = order.client != PLATFORM || platform.is_none_or(|id| own == id);
            if !fits(&self.clients, &order.client, own) || (token.claims.is_object() && !is_platform) {
                return lacks(3, "the tokens of two clients");
            }
        }
        let claims = token.claims.as_object()?;
        if order.flaw == Flaw::Expired {
            // What it allowed, it allows no longer.
            return None;
        }
        if order.organisation == claims.contains_key("userProfile") {
            return lacks(
                4,
                if order.organisation { "the token of an organisation" } else { "the token of a person" },
            );
        }
        let profile = |name: &str| token.claims.pointer(&format!("/userProfile/{name}")).is_some();
        let is_profile = match order.profile.as_str() {
            "professional" => profile("nihii"),
            "parent" => profile("children"),
            "mandate-holder" => profile("mandators"),
            _ => !profile("children") && !profile("mandators"),
        };
        let level = claims.get("acr").and_then(Value::as_str);
        // Whatever level the usual token has is the usual one, and an organisation has none.
        let is_usual = level.is_none() || level == usual.claims.get("acr").and_then(Value::as_str);
        let is_level = if order.level == LEVEL { is_usual } else { level == Some(&*order.level) };
        if !is_profile || !is_level {
            return lacks(5, &format!("a login as {} at level {}", order.profile, order.level));
        }
        let roles = missing_roles(claims, order)?;
        lacks(6, &format!("a token with the roles {roles} and no others of that service"))
    }

    fn bind(&mut self, token: &Held<'_>, order: &Token) {
        if matches!(order.flaw, Flaw::NoLogin | Flaw::NoParty | Flaw::WrongIssuer | Flaw::WrongAudience) {
            return;
        }
        self.users.insert(order.user.clone(), token.user().to_owned());
        if order.client != client() {
            self.clients.insert(order.client.clone(), token.client().unwrap_or_default().to_owned());
        }
    }
}

/// Whether a name can stand for somebody: it does already, or neither stands for another.
fn fits(bound: &BTreeMap<String, String>, name: &str, whom: &str) -> bool {
    bound.get(name).map_or_else(|| !bound.values().any(|it| it == whom), |it| it == whom)
}

/// The roles that an order asks for, where a token gives others.
fn missing_roles(claims: &Map<String, Value>, order: &Token) -> Option<String> {
    let own = format!("{READ_KEYS} {MANAGE_KEYS}");
    let wanted = [order.roles.as_deref().unwrap_or(&own), &order.realm_roles];
    let held = roles(claims);
    let named = [order.roles.is_some(), true];
    for ((known, wanted), named) in ROLES.iter().zip(wanted).zip(named) {
        // Roles of other names may mean the same: the service decides.
        if held.is_empty() || (!named && !known.iter().any(|role| held.contains(role))) {
            continue;
        }
        let is = |role: &&&str| wanted.split_whitespace().any(|it| it == **role);
        // A workflow that names none of them asks the service for nothing that they allow.
        let differs = known.iter().any(|role| is(&role) != held.contains(role));
        if known.iter().any(|role| is(&role)) && differs {
            return Some(wanted.to_owned());
        }
    }
    None
}

/// The roles that a token gives, of any client and of the realm.
fn roles(claims: &Map<String, Value>) -> Vec<&str> {
    let clients = claims.get("resource_access").and_then(Value::as_object);
    let all = clients.into_iter().flat_map(|all| all.values()).chain(claims.get("realm_access"));
    all.filter_map(|it| it.get("roles")?.as_array()).flatten().filter_map(Value::as_str).collect()
}

/// A token with a flaw that only its realm could give it.
const fn described(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Expired => "a token that has expired",
        Flaw::WrongAudience => "a token for another audience",
        Flaw::WrongIssuer => "a token of another issuer, such as that of another environment",
        Flaw::NoLogin => "a token that stems from no login",
        Flaw::NoParty => "a token that does not say to which client it was issued",
        Flaw::None | Flaw::ForeignKey | Flaw::Tampered | Flaw::Unsigned | Flaw::Garbage => {
            "an access token that is valid"
        }
    }
}
