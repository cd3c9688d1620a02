//! The elements of SAML 2.0 that the artefacts are made of, as the OASIS schemas have them.

use super::{ASSERTION_2 as A, DS, PROTOCOL_2 as P, XENC};
use crate::model::xsd::{
    AttributeUse, Content, Particle, Simple, Type, any, choice, many, one, opt, optional, required, some,
};

pub(super) const ANY_NUMBER: usize = usize::MAX;

pub(super) static ANYTHING: Type = Type::of(Content::Any);
pub(super) static TEXT: Type = Type::text(Simple::Text);
pub(super) static URI: Type = Type::text(Simple::Uri);
pub(super) static NAME: Type = Type::text(Simple::NcName);
pub(super) static NOTHING: Type = Type::of(Content::Empty);

pub(super) static NAME_ID: Type = Type::text(Simple::Text).with(&[
    optional("NameQualifier", Simple::Text),
    optional("SPNameQualifier", Simple::Text),
    optional("Format", Simple::Uri),
    optional("SPProvidedID", Simple::Text),
]);

pub(super) static ENCRYPTED: Type =
    Type::elements(&[one(XENC, "EncryptedData", &ANYTHING), many(XENC, "EncryptedKey", &ANYTHING)]);

pub(super) const IDENTIFIER: &[Particle] =
    &[one(A, "BaseID", &ANYTHING), one(A, "NameID", &NAME_ID), one(A, "EncryptedID", &ENCRYPTED)];

pub(super) static SUBJECT: Type =
    Type::elements(&[choice(IDENTIFIER, 0, 1), many(A, "SubjectConfirmation", &SUBJECT_CONFIRMATION)])
        .filled();

static SUBJECT_CONFIRMATION: Type = Type::elements(&[
    choice(IDENTIFIER, 0, 1),
    opt(A, "SubjectConfirmationData", &SUBJECT_CONFIRMATION_DATA),
])
.with(&[required("Method", Simple::Uri)]);

static SUBJECT_CONFIRMATION_DATA: Type = Type::of(Content::Any)
    .with(&[
        optional("NotBefore", Simple::DateTime),
        optional("NotOnOrAfter", Simple::DateTime),
        optional("Recipient", Simple::Uri),
        optional("InResponseTo", Simple::NcName),
        optional("Address", Simple::Text),
    ])
    .open();

pub(super) static CONDITIONS: Type = Type::elements(&[choice(
    &[
        one(A, "Condition", &ANYTHING),
        one(A, "AudienceRestriction", &AUDIENCE_RESTRICTION),
        one(A, "OneTimeUse", &NOTHING),
        one(A, "ProxyRestriction", &PROXY_RESTRICTION),
    ],
    0,
    ANY_NUMBER,
)])
.with(&[optional("NotBefore", Simple::DateTime), optional("NotOnOrAfter", Simple::DateTime)]);

static AUDIENCE_RESTRICTION: Type = Type::elements(&[some(A, "Audience", &URI)]);
static PROXY_RESTRICTION: Type =
    Type::elements(&[many(A, "Audience", &URI)]).with(&[optional("Count", Simple::Count)]);

static AUTHN_STATEMENT: Type =
    Type::elements(&[opt(A, "SubjectLocality", &SUBJECT_LOCALITY), one(A, "AuthnContext", &AUTHN_CONTEXT)])
        .with(&[
            required("AuthnInstant", Simple::DateTime),
            optional("SessionIndex", Simple::Text),
            optional("SessionNotOnOrAfter", Simple::DateTime),
        ]);

static SUBJECT_LOCALITY: Type =
    Type::of(Content::Empty).with(&[optional("Address", Simple::Text), optional("DNSName", Simple::Text)]);

static AUTHN_CONTEXT: Type = Type::elements(&[
    opt(A, "AuthnContextClassRef", &URI),
    choice(&[one(A, "AuthnContextDecl", &ANYTHING), one(A, "AuthnContextDeclRef", &URI)], 0, 1),
    many(A, "AuthenticatingAuthority", &URI),
])
.filled();

static AUTHZ_DECISION_STATEMENT: Type =
    Type::elements(&[some(A, "Action", &ACTION), opt(A, "Evidence", &EVIDENCE)]).with(&[
        required("Resource", Simple::Text),
        required("Decision", Simple::OneOf(&["Permit", "Deny", "Indeterminate"])),
    ]);
pub(super) static ACTION: Type = Type::text(Simple::Text).with(&[required("Namespace", Simple::Uri)]);

/// What points at an assertion, or is one; the assertions in it have a type of their own.
const ASSERTIONS: &[Particle] = &[
    one(A, "AssertionIDRef", &NAME),
    one(A, "AssertionURIRef", &URI),
    one(A, "Assertion", &ANYTHING),
    one(A, "EncryptedAssertion", &ENCRYPTED),
];
pub(super) static EVIDENCE: Type = Type::elements(&[choice(ASSERTIONS, 1, ANY_NUMBER)]);
/// `saml:Advice`: the same, and whatever else of other namespaces.
static ADVICE: Type = Type::elements(&[choice(&[choice(ASSERTIONS, 1, 1), any(A)], 0, ANY_NUMBER)]);

static ATTRIBUTE_STATEMENT: Type = Type::elements(&[choice(
    &[one(A, "Attribute", &ATTRIBUTE), one(A, "EncryptedAttribute", &ENCRYPTED)],
    1,
    ANY_NUMBER,
)]);

/// `saml:Attribute`. A value is anything.
static ATTRIBUTE: Type = Type::elements(&[many(A, "AttributeValue", &ANYTHING)])
    .with(&[
        required("Name", Simple::Text),
        optional("NameFormat", Simple::Uri),
        optional("FriendlyName", Simple::Text),
    ])
    .open();

/// `saml:Assertion`.
pub(crate) static ASSERTION: Type = Type::elements(&[
    one(A, "Issuer", &NAME_ID),
    opt(DS, "Signature", &ANYTHING),
    opt(A, "Subject", &SUBJECT),
    opt(A, "Conditions", &CONDITIONS),
    opt(A, "Advice", &ADVICE),
    choice(
        &[
            one(A, "Statement", &ANYTHING),
            one(A, "AuthnStatement", &AUTHN_STATEMENT),
            one(A, "AuthzDecisionStatement", &AUTHZ_DECISION_STATEMENT),
            one(A, "AttributeStatement", &ATTRIBUTE_STATEMENT),
        ],
        0,
        ANY_NUMBER,
    ),
])
.with(&[
    required("Version", Simple::Text),
    required("ID", Simple::NcName),
    required("IssueInstant", Simple::DateTime),
]);

pub(super) static STATUS: Type = Type::elements(&[
    one(P, "StatusCode", &STATUS_CODE),
    opt(P, "StatusMessage", &TEXT),
    opt(P, "StatusDetail", &ANYTHING),
]);
static STATUS_CODE: Type =
    Type::elements(&[opt(P, "StatusCode", &STATUS_CODE)]).with(&[required("Value", Simple::Uri)]);
pub(super) static EXTENSIONS: Type = Type::elements(&[any(P)]).filled();

/// What every message begins with.
pub(super) const ISSUER: Particle = opt(A, "Issuer", &NAME_ID);
pub(super) const SIGNATURE: Particle = opt(DS, "Signature", &ANYTHING);
pub(super) const MORE: Particle = opt(P, "Extensions", &EXTENSIONS);

/// The attributes of a request, and those that its type has beside.
macro_rules! request {
    ($($more:expr),* $(,)?) => {
        &[
            required("ID", Simple::NcName),
            required("Version", Simple::Text),
            required("IssueInstant", Simple::DateTime),
            optional("Destination", Simple::Uri),
            optional("Consent", Simple::Uri),
            $($more),*
        ]
    };
}
pub(super) use request;

/// The attributes of a response.
pub(super) const OF_RESPONSE: &[AttributeUse] = request![optional("InResponseTo", Simple::NcName)];

/// `samlp:Response`; the assertions in it have a type of their own.
pub(crate) static RESPONSE: Type = Type::elements(&[
    ISSUER,
    SIGNATURE,
    MORE,
    one(P, "Status", &STATUS),
    choice(&[one(A, "Assertion", &ANYTHING), one(A, "EncryptedAssertion", &ENCRYPTED)], 0, ANY_NUMBER),
])
.with(OF_RESPONSE);

/// `samlp:AttributeQuery`.
pub(crate) static ATTRIBUTE_QUERY: Type =
    Type::elements(&[ISSUER, SIGNATURE, MORE, one(A, "Subject", &SUBJECT), many(A, "Attribute", &ATTRIBUTE)])
        .with(request!());
