//! The other messages of SAML 2.0's protocol, as the OASIS schema has them: single logout, requests for an
//! authentication, for what an identifier stands for. They come where a response is expected.

use super::schema2::{
    ACTION, ANY_NUMBER, ANYTHING, ATTRIBUTE_QUERY, CONDITIONS, ENCRYPTED, EVIDENCE, EXTENSIONS, IDENTIFIER,
    NAME, NAME_ID, NOTHING, STATUS, SUBJECT, TEXT, URI,
};
use super::{ASSERTION_2 as A, DS, PROTOCOL_2 as P};
use crate::model::xsd::{
    AttributeUse, Particle, Simple, Type, choice, many, one, opt, optional, required, some,
};

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

const ISSUER: Particle = opt(A, "Issuer", &NAME_ID);
const SIGNATURE: Particle = opt(DS, "Signature", &ANYTHING);
const MORE: Particle = opt(P, "Extensions", &EXTENSIONS);

const ID: AttributeUse = required("ID", Simple::NcName);
const VERSION: AttributeUse = required("Version", Simple::Text);
const ISSUE_INSTANT: AttributeUse = required("IssueInstant", Simple::DateTime);
const DESTINATION: AttributeUse = optional("Destination", Simple::Uri);
const CONSENT: AttributeUse = optional("Consent", Simple::Uri);
const IN_RESPONSE_TO: AttributeUse = optional("InResponseTo", Simple::NcName);

const REQUEST: &[AttributeUse] = &[ID, VERSION, ISSUE_INSTANT, DESTINATION, CONSENT];
const RESPONSE: &[AttributeUse] = &[ID, VERSION, ISSUE_INSTANT, DESTINATION, CONSENT, IN_RESPONSE_TO];

static LOGOUT_REQUEST: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, choice(IDENTIFIER, 1, 1), many(P, "SessionIndex", &TEXT)])
        .with(&[
            ID,
            VERSION,
            ISSUE_INSTANT,
            DESTINATION,
            CONSENT,
            optional("Reason", Simple::Text),
            optional("NotOnOrAfter", Simple::DateTime),
        ]);

static STATUS_RESPONSE: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(P, "Status", &STATUS)]).with(RESPONSE);

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
.with(&[
    ID,
    VERSION,
    ISSUE_INSTANT,
    DESTINATION,
    CONSENT,
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
.with(&[ID, VERSION, ISSUE_INSTANT, DESTINATION, CONSENT, optional("SessionIndex", Simple::Text)]);

static AUTHZ_DECISION_QUERY: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    one(A, "Subject", &SUBJECT),
    some(A, "Action", &ACTION),
    opt(A, "Evidence", &EVIDENCE),
])
.with(&[ID, VERSION, ISSUE_INSTANT, DESTINATION, CONSENT, required("Resource", Simple::Uri)]);

static ASSERTION_ID_REQUEST: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, some(A, "AssertionIDRef", &NAME)]).with(REQUEST);

static ARTIFACT_RESOLVE: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(P, "Artifact", &TEXT)]).with(REQUEST);

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
.with(REQUEST);

static NAME_ID_MAPPING_REQUEST: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    choice(IDENTIFIER, 1, 1),
    one(P, "NameIDPolicy", &NAME_ID_POLICY),
])
.with(REQUEST);

static NAME_ID_MAPPING_RESPONSE: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(P, "Status", &STATUS), NAMED]).with(RESPONSE);
