//! The other messages of SAML 2.0's protocol, as the OASIS schema has them: single logout, requests for an
//! authentication, for what an identifier stands for. They come where a response is expected.

use super::schema2::{
    ACTION, ANY_NUMBER, ATTRIBUTE_QUERY, CONDITIONS, ENCRYPTED, EVIDENCE, IDENTIFIER, ISSUER, MORE, NAME,
    NAME_ID, NOTHING, OF_RESPONSE, SIGNATURE, STATUS, SUBJECT, TEXT, URI, request,
};
use super::{ASSERTION_2 as A, PROTOCOL_2 as P};
use crate::model::xsd::{Particle, Simple, Type, choice, many, one, opt, optional, required, some};

/// The type of a message of this name; nothing where none is known, or where what it carries is read in its
/// place.
pub(super) fn named(name: &str) -> Option<&'static Type> {
    Some(match name {
        "LogoutRequest" => &LOGOUT_REQUEST,
        "LogoutResponse" | "ManageNameIDResponse" => &STATUS_RESPONSE,
        "AuthnRequest" => &AUTHN_REQUEST,
        "AttributeQuery" => &ATTRIBUTE_QUERY,
        "AuthnQuery" => &AUTHN_QUERY,
        "AuthzDecisionQuery" => &AUTHZ_DECISION_QUERY,
        "AssertionIDRequest" => &ASSERTION_ID_REQUEST,
        "ArtifactResolve" => &ARTIFACT_RESOLVE,
        "ManageNameIDRequest" => &MANAGE_NAME_ID_REQUEST,
        "NameIDMappingRequest" => &NAME_ID_MAPPING_REQUEST,
        "NameIDMappingResponse" => &NAME_ID_MAPPING_RESPONSE,
        _ => return None,
    })
}

static LOGOUT_REQUEST: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, choice(IDENTIFIER, 1, 1), many(P, "SessionIndex", &TEXT)])
        .with(request![optional("Reason", Simple::Text), optional("NotOnOrAfter", Simple::DateTime),]);

static STATUS_RESPONSE: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(P, "Status", &STATUS)]).with(OF_RESPONSE);

static AUTHN_REQUEST: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    opt(A, "Subject", &SUBJECT),
    opt(P, "NameIDPolicy", &NAME_ID_POLICY),
    opt(A, "Conditions", &CONDITIONS),
    opt(P, "RequestedAuthnContext", &REQUESTED_AUTHN_CONTEXT),
    opt(P, "Scoping", &SCOPING),
])
.with(request![
    optional("ForceAuthn", Simple::Boolean),
    optional("IsPassive", Simple::Boolean),
    optional("ProtocolBinding", Simple::Uri),
    optional("AssertionConsumerServiceIndex", Simple::Count),
    optional("AssertionConsumerServiceURL", Simple::Uri),
    optional("AttributeConsumingServiceIndex", Simple::Count),
    optional("ProviderName", Simple::Text),
]);

static NAME_ID_POLICY: Type = Type::elements(&[]).with(&[
    optional("Format", Simple::Uri),
    optional("SPNameQualifier", Simple::Text),
    optional("AllowCreate", Simple::Boolean),
]);

static REQUESTED_AUTHN_CONTEXT: Type = Type::elements(&[choice(
    &[one(A, "AuthnContextClassRef", &URI), one(A, "AuthnContextDeclRef", &URI)],
    1,
    ANY_NUMBER,
)])
.with(&[optional("Comparison", Simple::OneOf(&["exact", "minimum", "maximum", "better"]))]);

static SCOPING: Type = Type::elements(&[opt(P, "IDPList", &IDP_LIST), many(P, "RequesterID", &URI)])
    .with(&[optional("ProxyCount", Simple::Count)]);

static IDP_LIST: Type = Type::elements(&[some(P, "IDPEntry", &IDP_ENTRY), opt(P, "GetComplete", &URI)]);

static IDP_ENTRY: Type = Type::elements(&[]).with(&[
    required("ProviderID", Simple::Uri),
    optional("Name", Simple::Text),
    optional("Loc", Simple::Uri),
]);

static AUTHN_QUERY: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    one(A, "Subject", &SUBJECT),
    opt(P, "RequestedAuthnContext", &REQUESTED_AUTHN_CONTEXT),
])
.with(request![optional("SessionIndex", Simple::Text)]);

static AUTHZ_DECISION_QUERY: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    one(A, "Subject", &SUBJECT),
    some(A, "Action", &ACTION),
    opt(A, "Evidence", &EVIDENCE),
])
.with(request![required("Resource", Simple::Uri)]);

static ASSERTION_ID_REQUEST: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, some(A, "AssertionIDRef", &NAME)]).with(request!());

static ARTIFACT_RESOLVE: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(P, "Artifact", &TEXT)]).with(request!());

/// A name of the subject that its holder sees.
const NAMES: &[Particle] = &[one(A, "NameID", &NAME_ID), one(A, "EncryptedID", &ENCRYPTED)];
const NAMED: Particle = choice(NAMES, 1, 1);

static MANAGE_NAME_ID_REQUEST: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    NAMED,
    choice(
        &[one(P, "NewID", &TEXT), one(P, "NewEncryptedID", &ENCRYPTED), one(P, "Terminate", &NOTHING)],
        1,
        1,
    ),
])
.with(request!());

static NAME_ID_MAPPING_REQUEST: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    choice(IDENTIFIER, 1, 1),
    one(P, "NameIDPolicy", &NAME_ID_POLICY),
])
.with(request!());

static NAME_ID_MAPPING_RESPONSE: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(P, "Status", &STATUS), NAMED]).with(OF_RESPONSE);
