//! What CertRA, EtkRA and ETK Depot keep together: who asked for a certificate, what was issued, and
//! the encryption tokens that belong to it.
//!
//! Every change is one call under one lock. It knows no message and no code.

use std::collections::BTreeMap;

use super::Limits;
use super::refusal::Refused;
use crate::base::time::{Duration, Instant};
use crate::forge::Bench;
use crate::forge::name::Holder;
use crate::forge::ra_message::Value;

/// How long before the end of a certificate its replacement may begin (4.3.5: about three months).
const REPLACEMENT: Duration = Duration::days(90);

/// What is kept.
#[derive(Debug)]
pub(super) struct Registry {
    limits: Limits,
    records: BTreeMap<String, Record>,
    /// How often something was drawn, so that no two draws are the same.
    draws: u64,
}

/// A certificate that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its PublicKeyIdentifier, in capitals.
    pub(super) id: String,
    pub(super) holder: Holder,
    /// The request; of a certificate that was there before, none.
    pub(super) csr: Vec<u8>,
    /// The SSIN of who asked for it.
    pub(super) requestor: String,
    pub(super) requested: Instant,
    pub(super) automatic: bool,
    /// From when on it can be fetched; nothing while a foreigner has not confirmed.
    pub(super) available: Option<Instant>,
    pub(super) issued: Issued,
    pub(super) contact: Value,
    pub(super) usages: Vec<String>,
    pub(super) revoked: bool,
    /// The page where a foreigner confirms.
    pub(super) confirmation: Option<Confirmation>,
    /// The registration of an encryption key that is under way.
    pub(super) started: Option<Started>,
    pub(super) token: Option<Token>,
}

/// A certificate as it was issued.
#[derive(Debug, Clone)]
pub(super) struct Issued {
    pub(super) certificate: Vec<u8>,
    /// The serial number, in decimal.
    pub(super) serial: String,
    pub(super) validity: [Instant; 2],
}

/// Where a foreigner confirms a request.
#[derive(Debug, Clone)]
pub(super) struct Confirmation {
    pub(super) secret: String,
    pub(super) expires: Instant,
    pub(super) served: bool,
}

/// A registration of an encryption key under way.
#[derive(Debug, Clone)]
pub(super) struct Started {
    pub(super) spki: Vec<u8>,
    pub(super) serial: Vec<u8>,
}

/// An encryption token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) spki: Vec<u8>,
    /// The encryption certificate.
    pub(super) certificate: Vec<u8>,
    /// The serial number of the encryption certificate, in decimal.
    pub(super) serial: String,
    /// The CMS message.
    pub(super) etk: Vec<u8>,
    /// Since when it is active; nothing while it waits for activation.
    pub(super) active: Option<Instant>,
    /// Since when another one is active in its place, or it is revoked.
    pub(super) replaced: Option<Instant>,
}

impl Registry {
    pub(super) fn new(limits: Limits, bench: &Bench) -> Self {
        let mut registry = Self { limits, records: BTreeMap::new(), draws: 0 };
        registry.settle(bench);
        registry
    }

    /// The organisation of the run's PKI has its certificate and its token from the outset.
    fn settle(&mut self, bench: &Bench) {
        let pki = &bench.pki;
        let [from, until] = pki.validity();
        let owner = &pki.organisation;
        let issued = Issued {
            certificate: owner.certificate.clone(),
            serial: super::issuing::serial_of(&owner.certificate),
            validity: [from, until],
        };
        let token = Token {
            spki: pki.organisation_encryption.key.spki().to_vec(),
            certificate: pki.organisation_encryption.certificate.clone(),
            serial: super::issuing::serial_of(&pki.organisation_encryption.certificate),
            etk: crate::forge::etk::token(bench).sign(),
            active: Some(from),
            replaced: None,
        };
        let record = Record {
            id: data_encoding::HEXUPPER.encode(&owner.key.identifier()),
            holder: pki.organisation_holder.clone(),
            csr: Vec::new(),
            requestor: pki.person_holder.identifier.clone(),
            requested: from,
            automatic: true,
            available: Some(from),
            issued,
            contact: Value::of(
                [("EmailPrivate", "nobody@example.org"), ("PhonePrivate", "+3225550100")]
                    .map(|(name, text)| (name, Value::from(text))),
            ),
            usages: Vec::new(),
            revoked: false,
            confirmation: None,
            started: None,
            token: Some(token),
        };
        self.records.insert(record.id.clone(), record);
    }

    /// A number that was not drawn before.
    pub(super) fn draw(&mut self) -> u64 {
        self.draws += 1;
        self.draws
    }

    /// Whether another record can be kept.
    pub(super) fn room(&self) -> Result<(), Refused> {
        if self.records.len() >= self.limits.certificates {
            return Err(Refused::unavailable("No more certificates can be kept"));
        }
        Ok(())
    }

    pub(super) fn keep(&mut self, record: Record) {
        self.records.insert(record.id.clone(), record);
    }

    pub(super) fn find(&self, id: &str) -> Option<&Record> {
        self.records.get(&id.to_ascii_uppercase())
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Record> {
        self.records.get_mut(&id.to_ascii_uppercase())
    }

    /// Whether this certificate was issued, and revoked since.
    pub(super) fn is_revoked(&self, certificate: &[u8]) -> bool {
        self.records().any(|it| it.revoked && it.issued.certificate == certificate)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    pub(super) fn records_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.records.values_mut()
    }

    /// The records of one name, newest first.
    pub(super) fn of<'r>(&'r self, holder: &Holder) -> Vec<&'r Record> {
        let mut found: Vec<&Record> = self.records().filter(|it| is_same(&it.holder, holder)).collect();
        found.sort_by_key(|it| std::cmp::Reverse(it.requested));
        found
    }

    /// Whether a key has a token.
    pub(super) fn has_token(&self, spki: &[u8]) -> bool {
        self.records().filter_map(|it| it.token.as_ref()).any(|token| token.spki == spki)
    }

    /// Makes the token of a record the active one of its name.
    pub(super) fn activate(&mut self, id: &str, now: Instant) {
        let Some(holder) = self.find(id).map(|it| it.holder.clone()) else { return };
        for record in self.records.values_mut().filter(|it| is_same(&it.holder, &holder)) {
            let own = record.id == id;
            let Some(token) = &mut record.token else { continue };
            if own {
                token.active = Some(now);
            } else if token.active.is_some() {
                token.replaced.get_or_insert(now);
            }
        }
    }
}

/// What has become of a certificate (4.3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificateState {
    InProgress,
    ValidActive,
    Revoked,
    Expired,
}

impl CertificateState {
    /// Its name in messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::ValidActive => "VALID_ACTIVE",
            Self::Revoked => "REVOKED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// What has become of the encryption token of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenState {
    NotRequested,
    InRequest,
    WaitForActivation,
    ValidActive,
    Revoked,
    Expired,
}

impl TokenState {
    /// Its name in messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NotRequested => "NOT_REQUESTED",
            Self::InRequest => "IN_REQUEST",
            Self::WaitForActivation => "WAIT_FOR_ACTIVATION",
            Self::ValidActive => "VALID_ACTIVE",
            Self::Revoked => "REVOKED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// Whether both are one holder with one application: the DN of both is the same.
pub(super) fn is_same(one: &Holder, other: &Holder) -> bool {
    (&one.identifier_type, &one.identifier, &one.application)
        == (&other.identifier_type, &other.identifier, &other.application)
}

impl Record {
    /// What has become of it.
    pub(super) fn state(&self, now: Instant) -> CertificateState {
        if self.revoked {
            CertificateState::Revoked
        } else if self.available.is_none_or(|at| now < at) {
            CertificateState::InProgress
        } else if now > self.issued.validity[1] {
            CertificateState::Expired
        } else {
            CertificateState::ValidActive
        }
    }

    /// Whether it is there, and neither revoked nor out of date.
    pub(super) fn is_valid(&self, now: Instant) -> bool {
        self.state(now) == CertificateState::ValidActive
    }

    /// When its replacement may begin.
    pub(super) fn replaceable_from(&self) -> Instant {
        self.issued.validity[1] - REPLACEMENT
    }

    /// What has become of its token.
    pub(super) fn token_state(&self, now: Instant) -> TokenState {
        match &self.token {
            _ if self.revoked => TokenState::Revoked,
            None if self.started.is_some() => TokenState::InRequest,
            None => TokenState::NotRequested,
            Some(token) if token.replaced.is_some() || now > self.issued.validity[1] => TokenState::Expired,
            Some(token) if token.active.is_some() => TokenState::ValidActive,
            Some(_) => TokenState::WaitForActivation,
        }
    }

    /// Its token, where it was the active one of its name at `time`.
    pub(super) fn token_at(&self, time: Instant) -> Option<&Token> {
        let token = self.token.as_ref().filter(|_| !self.revoked && time <= self.issued.validity[1])?;
        let active = token.active.is_some_and(|from| from <= time);
        (active && token.replaced.is_none_or(|until| time < until)).then_some(token)
    }
}
