//! Rules of `saml-response`: what the Attribute Authority answers, and SAML responses at large.
//!
//! Its assertions are judged by the rules of `saml-assertion`, its signatures by those of
//! `signed-xml`; here stands what belongs to the response itself, and that nothing in it is read
//! which is not signed.

use crate::model::saml::protection::Protection;
use crate::model::saml::response::Response;
use crate::model::signed_xml::{Keys, Readings};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, saml_assertion, signed_xml, soap, xml};

mod exchange;
mod form;
mod identity;
mod signature;
mod status;
mod structure;
mod values;

use form::Root;
use signature::Guarded;

const ROOT: &[&[Rule<Root<'static>>]] = &[form::RULES];

const GUARDED: &[&[Rule<Guarded<'static>>]] = &[signature::RULES];

const TOPICS: &[&[Rule<Response<'static>>]] =
    &[structure::RULES, values::RULES, identity::RULES, status::RULES, exchange::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        soap::judge_around(document.root(), cx);
        let response = Response::read(document.root());
        cx.run(ROOT, &Root { element: document.root(), form: response.as_ref().map(|it| it.form) });
        let Some(response) = response else { return cx.unreadable() };
        facts(&response, cx);
        let readings = Readings::of(document);
        let keys = Keys::of(cx.context());
        let signatures = readings.check(&keys);
        for signature in &signatures {
            cx.run(signed_xml::CORE, signature);
        }
        let protection = Protection::of(&response, document.root(), &signatures);
        cx.run(GUARDED, &Guarded { response: &response, protection: &protection });
        cx.run(saml_assertion::SIGNED, &protection);
        cx.run(TOPICS, &response);
        for assertion in &response.assertions {
            cx.facts_under("assertion", |cx| saml_assertion::facts(assertion, cx));
            cx.run(saml_assertion::TOPICS, assertion);
        }
    });
}

fn facts(response: &Response<'_>, cx: &mut Cx<'_>) {
    cx.fact("message", response.element.local());
    cx.fact("assertions", response.assertions.len());
    for (name, value) in [("id", response.id()), ("issuer", response.issuer())] {
        if let Some(value) = value {
            cx.fact(name, value.text.trim());
        }
    }
    if let Some(in_response_to) = response.element.value_of("InResponseTo") {
        cx.fact("in_response_to", &*in_response_to);
    }
    let codes: Vec<String> = response
        .status
        .iter()
        .flat_map(|status| &status.codes)
        .filter_map(|code| code.value_of("Value"))
        .map(std::borrow::Cow::into_owned)
        .collect();
    cx.fact("status", codes);
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(ROOT), metas_of(GUARDED), metas_of(TOPICS)].concat()
}
