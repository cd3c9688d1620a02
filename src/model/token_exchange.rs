//! The exchange of an access token for a SAML assertion: the form that asks, the JSON that answers.

use super::saml::assertion::Assertion;
use super::saml::value::{Sort, Value as SamlValue};
use super::shape::{Member, NUMBER, STRING, STRING_OR_NULL, required};
use crate::base::Budget;
use crate::base::time::Duration;
use crate::rule::Artefact;
use crate::wire::form::Form;
use crate::wire::json::Value;
use crate::wire::xml::{Document, Encodings, Source};

/// The form body of `POST /protocol/oauth/tokenExchange`.
#[derive(Debug)]
pub(crate) struct TokenExchangeRequest<'a> {
    pub(crate) form: &'a Form<'a>,
    /// The claims of the actor token, where they can be read.
    pub(crate) actor: Option<Value<'a>>,
    /// The claims of the access token, where it is a JWT.
    pub(crate) subject: Option<Value<'a>>,
}

impl Artefact for TokenExchangeRequest<'static> {
    type Model<'a> = TokenExchangeRequest<'a>;
}

/// The JSON answer.
#[derive(Debug)]
pub(crate) struct TokenExchangeResponse<'a> {
    pub(crate) value: Value<'a>,
    /// How long the assertion in it is valid from when it was issued on.
    pub(crate) lifetime: Option<Duration>,
}

impl Artefact for TokenExchangeResponse<'static> {
    type Model<'a> = TokenExchangeResponse<'a>;
}

/// The members of the answer, as the cookbook's example has them.
pub(crate) const RESPONSE: &[Member] = &[
    required("", "access_token", STRING),
    required("", "issued_token_type", STRING),
    required("", "token_type", STRING),
    required("", "expires_in", NUMBER),
    required("", "scope", STRING_OR_NULL),
    required("", "refresh_token", STRING_OR_NULL),
];

/// From when it was issued to when it ends: how long an assertion, in XML, is valid.
pub(crate) fn lifetime(assertion: &[u8], budget: &Budget) -> Option<Duration> {
    let source = Source::read(assertion, Encodings::Utf8).ok()?;
    let document = Document::parse(&source, budget).ok()?;
    let assertion = Assertion::read(document.root())?;
    let issued = SamlValue::at(assertion.element, "IssueInstant", Sort::Time)?.instant()?;
    let end = assertion.condition("NotOnOrAfter")?.instant()?;
    Some(end.instant - issued.instant)
}
