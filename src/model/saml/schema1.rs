//! The elements of SAML 1.1 that the artefacts are made of, as the OASIS schemas have them.

use super::{ASSERTION_1 as A, DS, PROTOCOL_1 as P};
use crate::model::xsd::{
    Content, Particle, Simple, Type, any, choice, many, one, opt, optional, required, some,
};

const ANY_NUMBER: usize = usize::MAX;

static ANYTHING: Type = Type::of(Content::Any);
static TEXT: Type = Type::text(Simple::Text);
static URI: Type = Type::text(Simple::Uri);
static NOTHING: Type = Type::of(Content::Empty);

/// `saml:Assertion`.
pub(crate) static ASSERTION: Type = Type::elements(&[
    opt(A, "Conditions", &CONDITIONS),
    opt(A, "Advice", &ADVICE),
    choice(
        &[
            one(A, "Statement", &ANYTHING),
            one(A, "SubjectStatement", &ANYTHING),
            one(A, "AuthenticationStatement", &AUTHENTICATION_STATEMENT),
            one(A, "AuthorizationDecisionStatement", &AUTHORIZATION_DECISION_STATEMENT),
            one(A, "AttributeStatement", &ATTRIBUTE_STATEMENT),
        ],
        1,
        ANY_NUMBER,
    ),
    opt(DS, "Signature", &ANYTHING),
])
.with(&[
    required("MajorVersion", Simple::Count),
    required("MinorVersion", Simple::Count),
    required("AssertionID", Simple::NcName),
    required("Issuer", Simple::Text),
    required("IssueInstant", Simple::DateTime),
]);

static CONDITIONS: Type = Type::elements(&[choice(
    &[
        one(A, "AudienceRestrictionCondition", &AUDIENCES),
        one(A, "DoNotCacheCondition", &NOTHING),
        one(A, "Condition", &ANYTHING),
    ],
    0,
    ANY_NUMBER,
)])
.with(&[optional("NotBefore", Simple::DateTime), optional("NotOnOrAfter", Simple::DateTime)]);

static AUDIENCES: Type = Type::elements(&[some(A, "Audience", &URI)]);

static SUBJECT: Type = Type::elements(&[
    opt(A, "NameIdentifier", &NAME_IDENTIFIER),
    opt(A, "SubjectConfirmation", &SUBJECT_CONFIRMATION),
])
.filled();

static NAME_IDENTIFIER: Type = Type::text(Simple::Text)
    .with(&[optional("NameQualifier", Simple::Text), optional("Format", Simple::Uri)]);

static SUBJECT_CONFIRMATION: Type = Type::elements(&[
    some(A, "ConfirmationMethod", &URI),
    opt(A, "SubjectConfirmationData", &ANYTHING),
    opt(DS, "KeyInfo", &ANYTHING),
]);

static AUTHENTICATION_STATEMENT: Type = Type::elements(&[
    one(A, "Subject", &SUBJECT),
    opt(A, "SubjectLocality", &SUBJECT_LOCALITY),
    many(A, "AuthorityBinding", &AUTHORITY_BINDING),
])
.with(&[required("AuthenticationMethod", Simple::Uri), required("AuthenticationInstant", Simple::DateTime)]);

static SUBJECT_LOCALITY: Type = Type::of(Content::Empty)
    .with(&[optional("IPAddress", Simple::Text), optional("DNSAddress", Simple::Text)]);

static AUTHORITY_BINDING: Type = Type::of(Content::Empty).with(&[
    required("AuthorityKind", Simple::QName),
    required("Location", Simple::Uri),
    required("Binding", Simple::Uri),
]);

static AUTHORIZATION_DECISION_STATEMENT: Type =
    Type::elements(&[one(A, "Subject", &SUBJECT), some(A, "Action", &ACTION), opt(A, "Evidence", &EVIDENCE)])
        .with(&[
            required("Resource", Simple::Uri),
            required("Decision", Simple::OneOf(&["Permit", "Deny", "Indeterminate"])),
        ]);

static ACTION: Type = Type::text(Simple::Text).with(&[optional("Namespace", Simple::Uri)]);

/// What points at an assertion, or is one; the assertions in it have a type of their own.
const ASSERTIONS: &[Particle] = &[one(A, "AssertionIDReference", &NAME), one(A, "Assertion", &ANYTHING)];
static NAME: Type = Type::text(Simple::NcName);
static EVIDENCE: Type = Type::elements(&[choice(ASSERTIONS, 1, ANY_NUMBER)]);
/// `saml:Advice`: the same, and whatever else of other namespaces.
static ADVICE: Type = Type::elements(&[choice(&[choice(ASSERTIONS, 1, 1), any(A)], 0, ANY_NUMBER)]);

static ATTRIBUTE_STATEMENT: Type =
    Type::elements(&[one(A, "Subject", &SUBJECT), some(A, "Attribute", &ATTRIBUTE)]);

static ATTRIBUTE: Type = Type::elements(&[some(A, "AttributeValue", &ANYTHING)])
    .with(&[required("AttributeName", Simple::Text), required("AttributeNamespace", Simple::Uri)]);

/// `samlp:Response`; the assertions in it have a type of their own.
pub(crate) static RESPONSE: Type = Type::elements(&[
    opt(DS, "Signature", &ANYTHING),
    one(P, "Status", &STATUS),
    many(A, "Assertion", &ANYTHING),
])
.with(&[
    required("ResponseID", Simple::NcName),
    optional("InResponseTo", Simple::NcName),
    required("MajorVersion", Simple::Count),
    required("MinorVersion", Simple::Count),
    required("IssueInstant", Simple::DateTime),
    optional("Recipient", Simple::Uri),
]);

static STATUS: Type = Type::elements(&[
    one(P, "StatusCode", &STATUS_CODE),
    opt(P, "StatusMessage", &TEXT),
    opt(P, "StatusDetail", &ANYTHING),
]);
static STATUS_CODE: Type =
    Type::elements(&[opt(P, "StatusCode", &STATUS_CODE)]).with(&[required("Value", Simple::QName)]);
