//! The clients that the simulated eHealth has configured, what each is, and the key that each signs
//! with.

use crate::base::Budget;
use crate::forge::Bench;
use crate::model::certificate::Certificate;
use crate::service::iam_exchange::{PROFILE, PROFILE_SPECIFIC, TOKEN_EXCHANGE};
use crate::simulator::bounded::Bounded;

/// How many clients a test may register.
const CLIENTS: usize = 1_000;

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// The roles that it may be granted: those of a Trusted Platform, or of a technical client.
    pub(crate) roles: Vec<&'static str>,
    /// Whether children, mandators and organisations concern it.
    pub(crate) subsets: bool,
    /// Its certificate, in DER.
    pub(crate) certificate: Vec<u8>,
}

/// The configured clients.
#[derive(Debug)]
pub(crate) struct Clients(Bounded<String, Client>);

/// A Trusted Platform with both scopes.
pub(crate) const PLATFORM: &str = "etalon-platform";
/// A Trusted Platform that only exchanges.
const EXCHANGE_ONLY: &str = "etalon-exchange-only";
/// A Trusted Platform that no subset of profiles concerns.
const PLAIN: &str = "etalon-plain";
/// A technical client.
const TECHNICAL: &str = "etalon-technical";
/// A technical client that no subset of profiles concerns.
const TECHNICAL_PLAIN: &str = "etalon-technical-plain";

impl Clients {
    /// Those that are always there: they sign with the key of the bench's organisation.
    pub(in crate::simulator) fn new(bench: &Bench) -> Self {
        let mut clients = Self(Bounded::new(CLIENTS));
        let both: &[&'static str] = &[TOKEN_EXCHANGE, PROFILE];
        for (id, roles, subsets) in [
            (PLATFORM, both, true),
            (EXCHANGE_ONLY, &[TOKEN_EXCHANGE], true),
            (PLAIN, both, false),
            (TECHNICAL, &[PROFILE_SPECIFIC], true),
            (TECHNICAL_PLAIN, &[PROFILE_SPECIFIC], false),
        ] {
            let certificate = bench.pki.organisation.certificate.clone();
            clients.register(id, Client { roles: roles.to_vec(), subsets, certificate });
        }
        clients
    }

    /// Configures a client.
    pub(in crate::simulator) fn register(&mut self, id: &str, client: Client) {
        self.0.insert(id.to_owned(), client);
    }

    /// The client with this id.
    pub(in crate::simulator) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(&id.to_owned())
    }
}

impl Client {
    /// A client whose certificate a test brings: a Trusted Platform with both scopes, or a technical
    /// client.
    pub(in crate::simulator) fn new(certificate: Vec<u8>, technical: bool) -> Self {
        let roles = if technical { vec![PROFILE_SPECIFIC] } else { vec![TOKEN_EXCHANGE, PROFILE] };
        Self { roles, subsets: true, certificate }
    }

    /// The public key that its actor tokens verify under, as PEM.
    pub(super) fn key(&self) -> Option<String> {
        let certificate = Certificate::read(&self.certificate, &Budget::JUDGE).0?;
        Some(crate::forge::keys::pem("PUBLIC KEY", certificate.spki.raw))
    }
}
