//! Valid variants of access tokens, and deviations from them.

use super::{AccessToken, Bench, KEY_ID, Made};
use crate::forge::Mutation;

pub(super) const MUTATIONS: &[Mutation] =
    &[Mutation::new("no-profiles", "a token of a user with no profile but their own", &[], |bench| {
        let mut token = AccessToken::of(bench);
        token.may_act.clear();
        Ok(made(bench, &token.sign(&bench.pki.realm.key, KEY_ID)))
    })];

/// A token, and what its receiver knows.
pub(super) fn made(bench: &Bench, token: &str) -> Made {
    Made::new(token).with("key", bench.pki.realm.key.public_pem()).with("service", "iam-exchange")
}
