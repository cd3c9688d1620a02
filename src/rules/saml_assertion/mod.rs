//! Rules of `saml-assertion`: assertions of SAML 2.0 (Attribute Authority) and 1.1 (IAM eXchange).
//!
//! A response runs these on each assertion that it carries.

use crate::model::saml::assertion::Assertion;
use crate::model::saml::protection::Protection;
use crate::model::signed_xml::{Keys, Readings};
use crate::model::soap;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, signed_xml, xml};

pub(in crate::rules) mod attributes;
mod audience;
pub(in crate::rules) mod authority;
pub(in crate::rules) mod identity;
mod root;
mod signature;
mod signer;
mod structure;
pub(in crate::rules) mod subject;
mod validity;
pub(in crate::rules) mod values;

use root::Root;

const ROOT: &[&[Rule<Root<'static>>]] = &[root::RULES];

/// What is signed, of a document with assertions.
pub(in crate::rules) const SIGNED: &[&[Rule<Protection<'static>>]] = &[signature::RULES, signer::RULES];

pub(in crate::rules) const TOPICS: &[&[Rule<Assertion<'static>>]] = &[
    structure::RULES,
    values::RULES,
    identity::RULES,
    validity::RULES,
    audience::RULES,
    subject::RULES,
    attributes::RULES,
    authority::RULES,
];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        let element = soap::payload(document.root());
        let assertion = Assertion::read(element);
        cx.run(ROOT, &Root { element, is_assertion: assertion.is_some() });
        match assertion {
            Some(assertion) => {
                facts(&assertion, cx);
                let readings = Readings::of(document);
                let keys = Keys::of(cx.context());
                let signatures = readings.check(&keys);
                for signature in &signatures {
                    cx.run(signed_xml::CORE, signature);
                }
                cx.run(SIGNED, &Protection::of_assertion(element, document.root(), &signatures));
                cx.run(TOPICS, &assertion);
            }
            None => cx.unreadable(),
        }
    });
}

/// What was read from an assertion. Values of the subject are not among it: they are personal.
pub(in crate::rules) fn facts(assertion: &Assertion<'_>, cx: &mut Cx<'_>) {
    let members = [
        ("id", assertion.id()),
        ("issuer", assertion.issuer()),
        ("not_before", assertion.condition("NotBefore")),
        ("not_on_or_after", assertion.condition("NotOnOrAfter")),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            cx.fact(name, value.text.trim());
        }
    }
    let audiences: Vec<String> =
        assertion.audiences().iter().flat_map(|(_, all)| all).map(|it| it.text.trim().to_owned()).collect();
    cx.fact("audiences", audiences);
    let names: Vec<String> = assertion
        .attributes()
        .filter_map(|attribute| assertion.name_of(attribute))
        .map(|name| name.text.into_owned())
        .collect();
    cx.fact("attributes", names);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(ROOT), metas_of(SIGNED), metas_of(TOPICS)].concat()
}
