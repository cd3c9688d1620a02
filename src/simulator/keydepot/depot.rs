//! The state of KeyDepot: accounts, challenges and keys, within limits.
//!
//! Every change is one call under one lock, so that what must happen once happens once.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::super::{Limits, TIMEOUT, refusal::Refused};
use super::caller::{Caller, Owner};
use crate::base::time::{Duration, Instant};
use crate::forge::rng::Stream;
use crate::wire::base64::{self, Form};

/// What is kept of the depot.
#[derive(Debug)]
pub(in crate::simulator) struct Depot {
    seed: u64,
    limits: Limits,
    accounts: BTreeMap<Owner, Account>,
    challenges: BTreeMap<String, Challenge>,
    /// The challenges in the order in which they were issued.
    issued: VecDeque<String>,
    issues: u64,
    keys: BTreeMap<String, Slot>,
}

/// An account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) username: String,
}

/// A challenge that was issued.
#[derive(Debug, Clone)]
pub(super) struct Challenge {
    pub(super) account: String,
    pub(super) expires: Instant,
    pub(super) used: bool,
    pub(super) user_verification: Option<String>,
    pub(super) attestation: String,
}

/// A place under a `kid`: a key, or that there was one.
#[derive(Debug)]
enum Slot {
    Kept(Box<StoredKey>),
    Deleted,
}

/// A registered key.
#[derive(Debug, Clone)]
pub(super) struct StoredKey {
    pub(super) kid: String,
    pub(super) owner: Owner,
    pub(super) account: String,
    pub(super) application: String,
    pub(super) jwk: Value,
    pub(super) usage: Option<String>,
    pub(super) name: Option<String>,
    pub(super) attestation_object: Vec<u8>,
    pub(super) holder: Value,
    pub(super) registered: Instant,
    pub(super) expires: Instant,
}

/// What is under a `kid`.
pub(super) enum Found {
    Key(Box<StoredKey>),
    /// There was one, and it was deleted.
    Gone,
    Nothing,
}

/// How long a key is good for: the expiration policy that the cookbook leaves open (SD-47).
const LIFETIME: Duration = Duration::days(2 * 365);

impl Depot {
    pub(in crate::simulator) fn new(seed: u64, limits: Limits) -> Self {
        Self {
            seed,
            limits,
            accounts: BTreeMap::new(),
            challenges: BTreeMap::new(),
            issued: VecDeque::new(),
            issues: 0,
            keys: BTreeMap::new(),
        }
    }

    /// The account of a caller, opened at the first call.
    pub(super) fn open_account(&mut self, caller: &Caller) -> Result<&mut Account, Refused> {
        if !self.accounts.contains_key(&caller.owner) && self.accounts.len() >= self.limits.accounts {
            return Err(Refused::unavailable("No more accounts can be opened"));
        }
        let purpose = format!("account of {} {}", caller.owner.kind, caller.owner.id);
        let id = || Stream::new(self.seed, &purpose).uuid();
        let account = self.accounts.entry(caller.owner.clone());
        Ok(account.or_insert_with(|| Account { id: id(), username: String::new() }))
    }

    pub(super) fn account_of(&self, owner: &Owner) -> Option<&Account> {
        self.accounts.get(owner)
    }

    pub(super) fn account(&self, id: &str) -> Option<(&Owner, &Account)> {
        self.accounts.iter().find(|(_, account)| account.id == id)
    }

    /// Issues a challenge.
    pub(super) fn issue(
        &mut self,
        account: &str,
        now: Instant,
        user_verification: Option<String>,
        attestation: &str,
    ) -> String {
        while self.issued.len() >= self.limits.challenges {
            if let Some(oldest) = self.issued.pop_front() {
                self.challenges.remove(&oldest);
            }
        }
        self.issues += 1;
        let bytes: [u8; 32] = Stream::new(self.seed, &format!("challenge {}", self.issues)).array();
        let challenge = base64::encode(&bytes, Form::Url);
        let entry = Challenge {
            account: account.to_owned(),
            expires: now + Duration::milliseconds(TIMEOUT.cast_signed()),
            used: false,
            user_verification,
            attestation: attestation.to_owned(),
        };
        self.challenges.insert(challenge.clone(), entry);
        self.issued.push_back(challenge.clone());
        challenge
    }

    pub(super) fn challenge(&self, challenge: &str) -> Option<&Challenge> {
        self.challenges.get(challenge)
    }

    /// Takes a challenge; says whether it was there to be taken. Of many at once, one takes it.
    pub(super) fn take(&mut self, challenge: &str) -> bool {
        match self.challenges.get_mut(challenge) {
            Some(entry) if !entry.used => {
                entry.used = true;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Keeps a key.
    pub(super) fn register(&mut self, mut key: StoredKey, now: Instant) -> Result<(), Refused> {
        if self.keys.len() >= self.limits.keys {
            self.keys.retain(|_, slot| matches!(slot, Slot::Kept(_)));
        }
        if self.keys.len() >= self.limits.keys {
            return Err(Refused::unavailable("No more keys can be kept"));
        }
        key.registered = now;
        key.expires = now + LIFETIME;
        self.keys.insert(key.kid.clone(), Slot::Kept(Box::new(key)));
        Ok(())
    }

    pub(super) fn find(&self, kid: &str) -> Found {
        match self.keys.get(kid) {
            Some(Slot::Kept(key)) => Found::Key(key.clone()),
            Some(Slot::Deleted) => Found::Gone,
            None => Found::Nothing,
        }
    }

    /// Whether a key is kept under the id now.
    pub(super) fn is_registered(&self, kid: &str) -> bool {
        matches!(self.keys.get(kid), Some(Slot::Kept(_)))
    }

    /// Changes a key in place; says whether there is one.
    pub(super) fn patch(&mut self, kid: &str, usage: Option<String>, name: Option<String>) -> bool {
        let Some(Slot::Kept(key)) = self.keys.get_mut(kid) else { return false };
        if usage.is_some() {
            key.usage = usage;
        }
        if name.is_some() {
            key.name = name;
        }
        true
    }

    /// Deletes a key; says whether there was one.
    pub(super) fn delete(&mut self, kid: &str) -> bool {
        match self.keys.get_mut(kid) {
            Some(slot @ Slot::Kept(_)) => {
                *slot = Slot::Deleted;
                true
            }
            Some(Slot::Deleted) | None => false,
        }
    }

    /// The keys, in the order of their ids.
    pub(super) fn keys(&self) -> impl Iterator<Item = &StoredKey> {
        self.keys.values().filter_map(|slot| match slot {
            Slot::Kept(key) => Some(&**key),
            Slot::Deleted => None,
        })
    }
}

impl StoredKey {
    /// The key as it is listed.
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = self.jwk.clone();
        if let Value::Object(members) = &mut jwk {
            if let Some(usage) = &self.usage {
                members.insert("use".to_owned(), usage.as_str().into());
                if usage == "enc" {
                    // `alg` is the signature algorithm, and a key for encryption has none (SD-54).
                    members.shift_remove("alg");
                }
            }
            members.insert("kid".to_owned(), self.kid.as_str().into());
        }
        jwk
    }

    /// Whether it is valid at `time`.
    pub(super) fn is_valid_at(&self, time: Instant) -> bool {
        self.registered <= time && time < self.expires
    }
}
