//! The payload types of CertRA v2 and EtkRA v2, as their schemas have them.

use super::{CERTRA_CORE as K, COMMONS_CORE as C, DS, ETEE};
use crate::model::xsd::{AttributeUse, Content, Simple, Type, XML, many, one, opt, optional, required, some};

/// The reasons for which a certificate can be revoked, a part of RFC 5280's.
const REVOCATION_REASONS: &[&str] =
    &["keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"];
/// The states of an authentication certificate.
const CERTIFICATE_STATES: &[&str] = &["IN_PROGRESS", "VALID_ACTIVE", "REFUSED", "REVOKED", "EXPIRED"];
/// The states of an encryption token.
const ETK_STATES: &[&str] =
    &["NOT_REQUESTED", "IN_REQUEST", "WAIT_FOR_ACTIVATION", "VALID_ACTIVE", "REVOKED", "EXPIRED"];

pub(super) static TEXT: Type = Type::text(Simple::Text);
pub(super) static URI: Type = Type::text(Simple::Uri);
pub(super) static FLAG: Type = Type::text(Simple::Boolean);
pub(super) static BASE64: Type = Type::text(Simple::Base64);
pub(super) static DATE_TIME: Type = Type::text(Simple::DateTime);
/// SHA-1 of the subjectPublicKey (RFC 5280, 4.2.1.2, method 1).
pub(super) static PUBLIC_KEY_IDENTIFIER: Type = Type::text(Simple::Hex(20));
pub(super) static REVOCATION_REASON: Type = Type::text(Simple::OneOf(REVOCATION_REASONS));
pub(super) static NILLABLE_TEXT: Type = Type::of(Content::Nillable(Simple::Text));
/// Judged as an XML signature, not here.
pub(super) static SIGNATURE: Type = Type::of(Content::Any).with(&[optional("Id", Simple::NcName)]);

pub(super) static ID: Type = Type::text(Simple::Text).with(&[required("Type", Simple::Uri)]);
pub(super) static ACTOR: Type =
    Type::elements(&[some(C, "Id", &ID), many(C, "FirstName", &TEXT), one(C, "Name", &TEXT)]);

const LANG: AttributeUse = required("lang", Simple::Language).of(XML);
static LOCALIZED: Type = Type::text(Simple::Text).with(&[LANG]);
static LOCALIZED_TEXT: Type = Type::elements(&[some(K, "Value", &LOCALIZED)]);

pub(super) static CONTACT_DATA: Type = Type::elements(&[
    one(K, "EmailPrivate", &TEXT),
    opt(K, "EmailGeneral", &TEXT),
    one(K, "PhonePrivate", &TEXT),
    opt(K, "PhoneGeneral", &TEXT),
]);
pub(super) static CERTIFICATE_IDENTIFIER: Type =
    Type::elements(&[one(K, "Actor", &ACTOR), opt(K, "ApplicationId", &TEXT)]);
pub(super) static ORGANIZATION: Type =
    Type::elements(&[one(K, "Name", &LOCALIZED_TEXT), one(K, "Identifier", &ID)]);
pub(super) static ORGANIZATION_TYPE: Type = Type::elements(&[
    one(K, "Name", &LOCALIZED_TEXT),
    one(K, "IdentifierType", &URI),
    opt(K, "ValidationRegEx", &TEXT),
    many(K, "CheckDigitAlgorithm", &TEXT),
    many(K, "AvailableBaseService", &TEXT),
]);
pub(super) static CONTRACT: Type =
    Type::elements(&[one(K, "DN", &TEXT), one(K, "Signer", &ACTOR), one(K, "Text", &LOCALIZED_TEXT)]);
pub(super) static REVOCATION_CONTRACT: Type = Type::elements(&[
    one(K, "DN", &TEXT),
    one(K, "Signer", &ACTOR),
    one(K, "RevocationReason", &REVOCATION_REASON),
    one(K, "Text", &LOCALIZED_TEXT),
]);
pub(super) static EHEALTH_CSR: Type = Type::elements(&[
    one(K, "ContactData", &CONTACT_DATA),
    one(K, "CSR", &BASE64),
    one(K, "Contract", &CONTRACT),
    many(K, "BaseServiceUsage", &TEXT),
]);

static CERTIFICATE_ENTITY: Type = Type::elements(&[one(K, "CertificateIdentifier", &CERTIFICATE_IDENTIFIER)])
    .with(&[optional("EntityType", Simple::OneOf(&["NaturalPerson", "Organization"]))]);
static CERTIFICATE_STATUS: Type = Type::text(Simple::OneOf(CERTIFICATE_STATES));
static ETK_STATUS: Type = Type::text(Simple::OneOf(ETK_STATES));
static CERTIFICATE_DETAILS: Type = Type::elements(&[
    one(K, "SerialNumber", &TEXT),
    one(K, "DN", &TEXT),
    one(K, "IssuerDN", &TEXT),
    one(K, "ValidNotBefore", &DATE_TIME),
    one(K, "ValidNotAfter", &DATE_TIME),
]);
pub(super) static CERTIFICATE_INFO: Type = Type::elements(&[
    one(K, "RequestedDate", &DATE_TIME),
    one(K, "PublicKeyIdentifier", &PUBLIC_KEY_IDENTIFIER),
    one(K, "CertificateEntity", &CERTIFICATE_ENTITY),
    one(K, "AuthenticationCertificateStatus", &CERTIFICATE_STATUS),
    one(K, "ETKStatus", &ETK_STATUS),
    one(K, "AutomaticallyValidated", &FLAG),
    opt(K, "AuthenticationCertificateDetails", &CERTIFICATE_DETAILS),
    one(K, "Revocable", &FLAG),
    one(K, "Replaceable", &FLAG),
    opt(K, "ReplacementPeriodStartDate", &DATE_TIME),
    one(K, "ContactData", &CONTACT_DATA),
    many(K, "BaseServiceUsage", &TEXT),
]);

/// The status of a response: `StatusCode` may be nested, `StatusDetail` holds the errors.
pub(super) static STATUS: Type = Type::elements(&[
    one(C, "StatusCode", &STATUS_CODE),
    opt(C, "StatusMessage", &TEXT),
    opt(C, "StatusDetail", &STATUS_DETAIL),
]);
static STATUS_CODE: Type =
    Type::elements(&[opt(C, "StatusCode", &STATUS_CODE)]).with(&[required("Value", Simple::Uri)]);
static STATUS_DETAIL: Type =
    Type::elements(&[many(ETEE, "EteeStatusDetail", &ETEE_STATUS_DETAIL), crate::model::xsd::any(ETEE)]);
// Of the ETEE namespace the element is qualified, what stands in it is not.
static ETEE_STATUS_DETAIL: Type = Type::elements(&[many("", "Errors", &ETEE_ERROR)]);
static ETEE_ERROR: Type = Type::elements(&[
    one("", "Code", &TEXT),
    one("", "Message", &TEXT),
    many("", "Parameters", &ETEE_PARAMETER),
]);
static ETEE_PARAMETER: Type = Type::elements(&[one("", "Name", &TEXT), one("", "Value", &TEXT)]);

/// `ds:Signature` as the last child.
pub(super) const SIGNED: crate::model::xsd::Particle = one(DS, "Signature", &SIGNATURE);
