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
        /// The document is no message of EtkRA
        ///
        /// The element, bare or as the one entry of a SOAP body, must be a request or response of one of
        /// the operations of EtkRA version 2, in its namespace.
        "etkra-message.unknown-message": ERROR => |root, cx| unknown_message(root, cx, "EtkRA"),
            clauses: &["CR-4.3.4.7.2-01", "CR-4.3.4.7.3-01", "CR-4.3.4.9.2-01", "CR-4.3.4.9.3-01", "CR-4.3.5.2.2-01", "CR-4.3.5.2.3-01"],
            cites: &[cite("ehealth-etkra-schema-protocol-2_0", "elements", Force::Fact, "urn:be:fgov:ehealth:etkra:protocol:v2")],
            catalogue: &["SO-01", "DS-32"],
            codes: &["SOA-03001"];
    }
}

rule! { RaMessage =>
    /// The status code is none of eHealth's
    ///
    /// A request that was done is answered with `urn:be:fgov:ehealth:2.0:status:Success`; a failure names whose it is, Requester or
    /// Responder. Only the success code is documented, so that another one is a warning.
    "etkra-message.status-unknown": WARNING => status_unknown,
        clauses: &["CR-4.3.4.9.1-06", "CR-4.3.5.2.1-13"],
        cites: &[cite("ehealth-commons-schema-core-2_0", "StatusCodeType", Force::Fact, "URI code of the status")],
        catalogue: &["SO-23"];

    /// An error code is not one of chapter 7
    ///
    /// The cookbook lists 28 codes, misprints included. Another one a client has no text for.
    "etkra-message.error-code-unknown": WARNING.not_in_standard() => error_code_unknown,
        clauses: &["CR-2.2-02", "CR-4.3.4.9.1-12", "CR-7.1-01"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "Error code, Message")],
        defects: &["SD-20"],
        catalogue: &["SO-23"];

    /// An error's message is not that of chapter 7
    ///
    /// The table gives each code its message. In that of AUTH_CERT_NOT_YET_VALID `{0}` keeps the place
    /// of the instant from which the certificate is valid, and a client that is shown the braces
    /// learns nothing.
    "etkra-message.error-message-other": WARNING.not_in_standard() => error_message_other,
        clauses: &["CR-7.1-01", "CR-7.1-26"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "The certificate is valid from {0}.")],
        catalogue: &["SO-23"];

    /// A message does not hold what it is for
    ///
    /// The schema has the payload of responses optional, for the sake of refusals, and that of
    /// CompleteETKRegistrationRequest as well, for no reason that it gives. With the status Success the
    /// client reads the challenge or the token, and goes on with nothing; a registration without a
    /// certificate registers nothing.
    "etkra-message.payload-missing": ERROR.not_in_standard() => payload_missing,
        clauses: &["CR-4.3.4-41", "CR-4.3.4-48", "CR-4.3.4.7.1-10", "CR-4.3.4.9.1-03", "CR-4.3.4.9.1-07"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.7", Force::Fact, "Challenge: A challenge created by the server.")],
        catalogue: &["SO-23", "SO-24"];

    /// An element that must say something is empty
    ///
    /// The schema types it as base64, and takes the empty one. A key, a certificate, a challenge or a
    /// token of no bytes is none.
    "etkra-message.value-empty": ERROR.not_in_standard().in_field(Warning) => value_empty,
        clauses: &["CR-4.3.4-34", "CR-4.3.4.7.1-04"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.7", Force::Fact, "The public key part of the new encryption key you want to register")],
        catalogue: &["SO-24"];
}
