//! Valid variants of actor tokens, and deviations from them.

use super::{ActorToken, Bench, Made};
use crate::forge::Mutation;
use crate::forge::access_token::AccessToken;

pub(super) const MUTATIONS: &[Mutation] =
    &[Mutation::new("chosen-profile", "the token names the profile that is chosen", &[], |bench| {
        let mut token = ActorToken::of(bench);
        token.subject = AccessToken::of(bench).may_act.first().map(|entry| entry.sub.clone());
        Ok(made(bench, &token.sign(&bench.pki.organisation.key)))
    })];

/// A token, and what its receiver knows.
pub(super) fn made(bench: &Bench, token: &str) -> Made {
    Made::new(token).with("key", bench.pki.organisation.key.public_pem()).with("service", "iam-exchange")
}
