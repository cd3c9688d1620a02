//! Deviations of token exchanges.

use serde_json::Value;

use super::{Bench, Exchange, Made, StsAssertion, answer};
use crate::base::time::Duration;
use crate::forge::Mutation;
use crate::forge::saml::Signer;

pub(super) const REQUESTS: &[Mutation] = &[Mutation::new(
    "audience-absent",
    "the audience is left out",
    &["token-exchange-request.parameter-undocumented"],
    |bench| Ok(asked(bench, &Exchange::of(bench).without("audience"))),
)
.case("TX-06")];

pub(super) const RESPONSES: &[Mutation] = &[Mutation::new(
    "lifetime-of-a-day",
    "the token is said to be good for a day",
    &["token-exchange-response.lifetime-unusual"],
    |bench| {
        let assertion = StsAssertion::of(bench).sign(&Signer::sts(&bench.pki));
        Ok(answered(bench, &answer(&assertion, Duration::DAY)))
    },
)
.case("TX-12")];

/// A request, and what its receiver knows.
pub(super) fn asked(bench: &Bench, exchange: &Exchange) -> Made {
    Made::new(exchange.to_form())
        .with("key", bench.pki.organisation.key.public_pem())
        .with("service", "iam-exchange")
}

/// An answer, and what its receiver knows.
pub(super) fn answered(bench: &Bench, answer: &Value) -> Made {
    Made::new(answer.to_string())
        .with("trust", vec![bench.pki.root.pem()])
        .with("auth_certificate", bench.pki.person.pem())
        .with("service", "iam-exchange")
}
