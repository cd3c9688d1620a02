//! The exchange of an access token for a SAML assertion: the form that asks, the JSON that answers.

use super::shape::{Member, NUMBER, STRING, STRING_OR_NULL, required};
use crate::rule::Artefact;
use crate::wire::form::Form;
use crate::wire::json::Value;

/// The form body of `POST /protocol/oauth/tokenExchange`.
#[derive(Debug)]
pub(crate) struct TokenExchangeRequest<'a> {
    pub(crate) form: Form<'a>,
}

impl Artefact for TokenExchangeRequest<'static> {
    type Model<'a> = TokenExchangeRequest<'a>;
}

/// The JSON answer.
#[derive(Debug)]
pub(crate) struct TokenExchangeResponse<'a> {
    pub(crate) value: Value<'a>,
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
