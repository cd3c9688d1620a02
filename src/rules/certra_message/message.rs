//! Which message it is, whether it holds what it is for, and what its status says.

use crate::model::certra::RaMessage;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{ERROR, Force, WARNING, cite};
use crate::rules::ra_message::message::{
    error_code_unknown, error_message_other, payload_missing, status_unknown, value_empty,
};

/// Rules over what the message is.
pub(super) mod root {
    use crate::rule;
    use crate::rule::{ERROR, Force, cite};
    use crate::rules::ra_message::{Root, message::unknown_message};

    rule! { Root =>
        /// The document is no message of CertRA
        ///
        /// The element, bare or as the one entry of a SOAP body, must be a request or response of one of
        /// the operations of CertRA version 2, in its namespace.
        "certra-message.unknown-message": ERROR => |root, cx| unknown_message(root, cx, "CertRA"),
            clauses: &["CR-4.3.4.1.1-05", "CR-4.3.4.1.1-06", "CR-4.3.4.1.2-01", "CR-4.3.4.1.3-01", "CR-4.3.4.2.2-01", "CR-4.3.4.2.3-01", "CR-4.3.4.3.2-01", "CR-4.3.4.3.3-01", "CR-4.3.4.4.2-02", "CR-4.3.4.4.3-01", "CR-4.3.4.5.2-01", "CR-4.3.4.5.3-02", "CR-4.3.4.6.2-01", "CR-4.3.4.6.3-01", "CR-4.3.5.1.1-05", "CR-4.3.5.1.2-01", "CR-4.3.5.1.3-01", "CR-4.3.6.2.1-01", "CR-4.3.6.2.2-01", "CR-4.3.6.3.2-01", "CR-4.3.6.3.3-01", "CR-4.3.6.4.2-01", "CR-4.3.6.4.3-01", "CR-4.3.7.1.1-01", "CR-4.3.7.1.2-01"],
            cites: &[cite("ehealth-certra-schema-protocol-2_0", "elements", Force::Fact, "urn:be:fgov:ehealth:certra:protocol:v2")],
            catalogue: &["SO-01", "DS-32"],
            codes: &["SOA-03001"];
    }
}

rule! { RaMessage =>
    /// The status code is none of eHealth's
    ///
    /// A request that was done is answered with `urn:be:fgov:ehealth:2.0:status:Success`; a failure names whose it is, Requester or
    /// Responder. Only the success code is documented, so that another one is a warning.
    "certra-message.status-unknown": WARNING => status_unknown,
        clauses: &["CR-4.3.4.5.3-01", "CR-4.3.6.4.1-09"],
        cites: &[cite("ehealth-commons-schema-core-2_0", "StatusCodeType", Force::Fact, "URI code of the status")],
        catalogue: &["SO-23"];

    /// An error code is not one of chapter 7
    ///
    /// The cookbook lists 28 codes, misprints included. Another one a client has no text for.
    "certra-message.error-code-unknown": WARNING.not_in_standard() => error_code_unknown,
        clauses: &["CR-2.2-02", "CR-4.3.4.5.1-26", "CR-7.1-01"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "Error code, Message")],
        defects: &["SD-20"],
        catalogue: &["SO-23"];

    /// An error's message is not that of chapter 7
    ///
    /// The table gives each code its message. In that of AUTH_CERT_NOT_YET_VALID `{0}` keeps the place
    /// of the instant from which the certificate is valid, and a client that is shown the braces
    /// learns nothing.
    "certra-message.error-message-other": WARNING.not_in_standard() => error_message_other,
        clauses: &["CR-7.1-01", "CR-7.1-26"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "The certificate is valid from {0}.")],
        catalogue: &["SO-23"];

    /// A success does not hold what was asked for
    ///
    /// The schema has the payload optional, for the sake of refusals. With the status Success the client
    /// reads it, and goes on with nothing. GetCertificateInfoForCitizen alone may have nothing to tell.
    "certra-message.payload-missing": ERROR.not_in_standard() => payload_missing,
        clauses: &["CR-4.3.4-08", "CR-4.3.4-16", "CR-4.3.4-26", "CR-4.3.4.1.1-03", "CR-4.3.4.2-03", "CR-4.3.4.2.1-05", "CR-4.3.4.4.1-08", "CR-4.3.4.6.1-07", "CR-4.3.5.1.1-08", "CR-4.3.6.3.1-08", "CR-4.3.7.1-05", "CR-4.3.7.1-18"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "The PublicKeyIdentifier is the Hexa Decimal representation")],
        catalogue: &["SO-23", "SO-24"];

    /// An element that must say something is empty
    ///
    /// The schema types it as a string or as base64, and takes the empty one. A name, a number, a
    /// contract or a certificate that is empty is none. A first name may be: organisations have none.
    "certra-message.value-empty": ERROR.not_in_standard().in_field(Warning) => value_empty,
        clauses: &["CR-4.3.4.3.1-08"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.3.1", Force::Fact, "Value: the organization identifier value.")],
        catalogue: &["SO-24"];
}
