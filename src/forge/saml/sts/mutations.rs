//! Valid variants of assertions, and deviations from them.

use super::super::assertion::Assertion;
use super::super::{Signer, Subject};
use super::{Bench, Made, StsAssertion};
use crate::forge::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("saml-2", "the assertion of SAML 2.0 that the Attribute Authority signs", &[], |bench| {
        Ok(made(bench, &Assertion::of(bench).sign(&Signer::attribute_authority(&bench.pki))))
    }),
    Mutation::new(
        "saml-2-holder-of-key",
        "an assertion of SAML 2.0 whose subject holds a key",
        &[],
        |bench| {
            let mut assertion = Assertion::of(bench);
            assertion.subject = Subject::transient(super::super::query::NAME, bench.clock())
                .held_by(&bench.pki.person.certificate);
            Ok(made(bench, &assertion.sign(&Signer::attribute_authority(&bench.pki))))
        },
    ),
    Mutation::new("audience", "the assertion names its audience", &[], |bench| {
        let mut assertion = StsAssertion::of(bench);
        assertion.audiences = vec!["urn:be:fgov:ehealth:kgss".to_owned()];
        let text = assertion.sign(&Signer::sts(&bench.pki));
        Ok(made(bench, &text).with("audience", "urn:be:fgov:ehealth:kgss"))
    }),
];

/// An assertion, and what its receiver knows.
pub(super) fn made(bench: &Bench, text: &str) -> Made {
    Made::new(text).with("trust", vec![bench.pki.root.pem()]).with("auth_certificate", bench.pki.person.pem())
}
