//! The assertion that comes out of an exchange: SAML 1.1, holder of key, signed by the STS.

use serde_json::Value;

use super::text;
use crate::base::Budget;
use crate::base::time::{Duration, Instant};
use crate::forge::Bench;
use crate::forge::saml::sts::{ISSUER, StsAssertion};
use crate::forge::saml::{Attribute, SSIN, Signer, identifier};
use crate::model::certificate::Certificate;

/// How long an assertion is good for: the example's 43500 seconds, five minutes more than the twelve
/// hours of the text (SD-15).
pub(super) const LIFETIME: Duration = Duration::seconds(43_500);

/// What an assertion is to say.
pub(super) struct Assertion<'a> {
    /// The certificate of the key's holder, in DER.
    pub(super) holder: &'a [u8],
    /// The user.
    pub(super) ssin: &'a str,
    /// The profile of the login: the claim `userProfile`.
    pub(super) login: &'a Value,
    /// The profile that the actor token chose: the `userProfile` of an entry of `may_act`.
    pub(super) chosen: &'a Value,
    /// What sets this assertion apart from every other.
    pub(super) purpose: &'a str,
}

impl Assertion<'_> {
    /// The signed assertion.
    pub(super) fn sign(&self, bench: &Bench, now: Instant) -> String {
        let from = now.replace_nanosecond(0).unwrap_or(now);
        let certificate = Certificate::read(self.holder, &Budget::JUDGE).0;
        let [name, qualifier] =
            certificate.map(|it| [it.subject.to_text(), it.issuer.to_text()]).unwrap_or_default();
        let assertion = StsAssertion {
            id: identifier(&mut bench.stream(&format!("assertion {}", self.purpose))),
            issued: now,
            issuer: ISSUER.to_owned(),
            validity: [from, from + LIFETIME],
            name,
            qualifier,
            holder: self.holder.to_vec(),
            audiences: Vec::new(),
            attributes: self.attributes(),
        };
        assertion.sign(&Signer::sts(&bench.pki))
    }

    /// What is stated: the user, and whom the profile is for.
    fn attributes(&self) -> Vec<Attribute> {
        let mut all = vec![Attribute::of(SSIN, self.ssin)];
        let profile = if self.chosen.is_object() { self.chosen } else { self.login };
        for (pointer, name) in [
            ("/children/0/ssin", "urn:be:fgov:person:ssin:ehealth:1.0:child:ssin"),
            ("/mandators/0/ssin", "urn:be:fgov:person:ssin:ehealth:1.0:mandator:ssin"),
            ("/nihii", "urn:be:fgov:person:ssin:ehealth:1.0:professional:nihii11"),
        ] {
            if let Some(value) = text(profile, pointer) {
                all.push(Attribute::of(name, value));
            }
        }
        all
    }
}
