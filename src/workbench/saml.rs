//! Reading SAML: an assertion or a response, judged by the run's PKI, and its values as scalars.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Order, Refused, Workbench, read};
use crate::base::{Budget, Kind, Profile};
use crate::context::Context;
use crate::engine::{self, Options};
use crate::model::saml::assertion::Assertion;
use crate::model::saml::response::Response;
use crate::model::saml::value::Sort;
use crate::model::soap;
use crate::rule::Severity;
use crate::target::signers::Role;
use crate::wire::base64::{self, Form};
use crate::wire::xml::{Document, Element, Source};
use crate::xmldsig::KeyInfo;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Saml {
    /// The XML, or the SOAP message around it.
    text: Option<String>,
    /// The same in base64, as an exchange answers it.
    base64: Option<String>,
    /// The name of the attribute whose value is wanted.
    #[serde(default)]
    attribute: String,
    /// The identifier of the request that it answers.
    in_response_to: Option<String>,
}

pub(super) async fn read_saml(State(workbench): State<Arc<Workbench>>, order: Order<Saml>) -> Answer {
    let order = read(order)?;
    let text = match (order.text, order.base64) {
        (Some(text), None) => text,
        (None, Some(text)) => {
            let bytes = base64::decode(text.as_bytes(), Form::Standard, &Budget::JUDGE)
                .strict()
                .ok_or_else(|| Refused::order("`base64` is not base64"))?;
            String::from_utf8(bytes).map_err(|_| Refused::order("the bytes are no UTF-8"))?
        }
        (Some(_), Some(_)) | (None, None) => {
            return Err(Refused::order("exactly one of `text` and `base64` is needed"));
        }
    };
    let source = Source::of(&text);
    let document =
        Document::parse(&source, &Budget::JUDGE).map_err(|_| Refused::order("the text is no XML"))?;
    let element = soap::payload(document.root());
    let response = Response::read(document.root());
    let found = response.as_ref().and_then(|it| it.assertions.first().map(|it| it.element));
    let assertion = found.or(Some(element)).and_then(Assertion::read);
    let kind = if Assertion::is(element) { Kind::SamlAssertion } else { Kind::SamlResponse };
    let context = Context {
        as_of: Some(workbench.clock.now()),
        trust: workbench.trust(),
        in_response_to: order.in_response_to,
        ..Context::default()
    };
    let judgement = engine::judge(kind, text.as_bytes(), &context, &Options::profile(Profile::Cookbook))
        .map_err(|crash| Refused(StatusCode::INTERNAL_SERVER_ERROR, crash.to_string()))?;
    let rules: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
    let error = judgement.findings.iter().find(|finding| finding.severity == Severity::Error);
    let mut answer = nothing();
    answer["verdict"] = judgement.verdict.name().into();
    answer["rules"] = rules.join(" ").into();
    answer["message"] = error.map(|finding| finding.message.as_str()).unwrap_or_default().into();
    let fault = element.elements().find(|it| it.local() == "faultcode" && element.local() == "Fault");
    answer["fault"] = fault.map(|it| it.text().trim().to_owned()).unwrap_or_default().into();
    of_response(&mut answer, response.as_ref());
    of_assertion(&mut answer, assertion.as_ref(), &order.attribute);
    if let Some(assertion) = &assertion {
        let holder = holder(assertion);
        let organisation = workbench.signer(Role::Organisation).ok();
        let own = holder.as_ref().zip(organisation).is_some_and(|(der, it)| *der == it.party.certificate);
        answer["heldByOrganisation"] = own.into();
        let text = holder.map(|der| base64::encode(&der, Form::Standard));
        answer["holder"] = text.unwrap_or_default().into();
    }
    Ok(Json(answer))
}

/// An answer in which nothing was found: every value is there, and empty, since not every Arazzo runner
/// can say of a member that it is absent.
fn nothing() -> Value {
    let texts = [
        ["status", "statusDetail", "statusMessage", "inResponseTo", "id", "issuer", "notBefore"],
        ["notOnOrAfter", "nameId", "nameIdFormat", "method", "windowStart", "windowEnd", "attributes"],
    ];
    let texts =
        texts.iter().flatten().chain(&["value", "holder"]).map(|name| ((*name).to_owned(), "".into()));
    let mut answer = Value::Object(texts.collect());
    answer["assertions"] = 0.into();
    answer["values"] = 0.into();
    answer["heldByOrganisation"] = false.into();
    answer
}

fn of_response(answer: &mut Value, response: Option<&Response<'_>>) {
    let Some(response) = response else { return };
    let text = |value: Option<String>| Value::from(value.unwrap_or_default());
    let codes = response.status.iter().flat_map(|status| &status.codes);
    let mut codes = codes.filter_map(|code| {
        let value = code.value_of("Value")?;
        value.rsplit(':').next().map(str::to_owned)
    });
    answer["status"] = text(codes.next());
    answer["statusDetail"] = text(codes.next());
    let message = response.status.as_ref().and_then(|status| status.message);
    answer["statusMessage"] = text(message.map(|it| it.text().trim().to_owned()));
    answer["inResponseTo"] =
        text(response.element.value_of("InResponseTo").map(std::borrow::Cow::into_owned));
    answer["assertions"] = response.assertions.len().into();
}

fn of_assertion(answer: &mut Value, assertion: Option<&Assertion<'_>>, attribute: &str) {
    let Some(assertion) = assertion else { return };
    let namespace = assertion.element.namespace();
    let trimmed = |text: &str| Value::from(text.trim());
    for (name, value) in [
        ("id", assertion.id()),
        ("issuer", assertion.issuer()),
        ("notBefore", assertion.condition("NotBefore")),
        ("notOnOrAfter", assertion.condition("NotOnOrAfter")),
    ] {
        answer[name] = trimmed(value.as_ref().map_or("", |value| &value.text));
    }
    if let Some(subject) = assertion.subjects.first() {
        answer["nameId"] = trimmed(&subject.name.map(Element::text).unwrap_or_default());
        let format = subject.name.and_then(|name| name.value_of("Format"));
        answer["nameIdFormat"] = trimmed(&format.unwrap_or_default());
        if let Some(confirmation) = subject.confirmations.first() {
            answer["method"] = trimmed(confirmation.method.as_ref().map_or("", |it| &it.text));
            for (name, member) in [("windowStart", "NotBefore"), ("windowEnd", "NotOnOrAfter")] {
                let value = confirmation.datum(member, Sort::Time);
                answer[name] = trimmed(value.as_ref().map_or("", |value| &value.text));
            }
        }
    }
    let named: Vec<(String, Element<'_>)> = assertion
        .attributes()
        .filter_map(|it| Some((assertion.name_of(it)?.text.into_owned(), it)))
        .collect();
    let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    answer["attributes"] = names.join(" ").into();
    let wanted = named.iter().filter(|(name, _)| name == attribute);
    let values: Vec<String> = wanted
        .flat_map(|(_, it)| it.all(namespace, "AttributeValue"))
        .map(|value| value.text().trim().to_owned())
        .collect();
    answer["values"] = values.len().into();
    answer["value"] = values.into_iter().next().unwrap_or_default().into();
}

/// The certificate of the key's holder.
fn holder(assertion: &Assertion<'_>) -> Option<Vec<u8>> {
    let key = assertion.subjects.iter().flat_map(|it| &it.confirmations).find_map(|it| it.keys.first())?;
    let info = KeyInfo::read(*key);
    let (_, der) = info.certificates().next()?;
    Some(der.to_vec())
}
