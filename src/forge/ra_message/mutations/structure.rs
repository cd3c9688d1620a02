//! Deviations of structure, and of what a status says, in CertRA's messages.

use super::super::{CODES, Value};
use super::{answered, asked, refused, written};
use crate::forge::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "version-1",
        "the request is in the namespace of another version",
        &["certra-message.unknown-message"],
        |bench| written(bench, "GetCertificate", "protocol:v2", "protocol:v1"),
    )
    .case("SO-01"),
    Mutation::new(
        "element-missing",
        "a contract request without a signer",
        &["certra-message.element-missing"],
        |bench| asked(bench, "GenerateContract", |value| value.remove("Signer")),
    )
    .case("SO-24"),
    Mutation::new(
        "element-twice",
        "two identifiers of keys",
        &["certra-message.element-misplaced"],
        |bench| {
            asked(bench, "GetCertificate", |value| {
                let key = value.get("PublicKeyIdentifier").expect("a key").clone();
                *value = value.clone().and("PublicKeyIdentifier", key);
            })
        },
    )
    .case("SO-24"),
    Mutation::new(
        "element-in-text",
        "an element stands in the middle of an SSIN, signed",
        &["certra-message.element-unexpected", "signed-xml.signer-not-the-person"],
        |bench| written(bench, "GetActorQualities", "</certra:SSIN>", "<x xmlns=\"\">1</x>0</certra:SSIN>"),
    )
    .case("XP-10"),
    Mutation::new(
        "element-of-nobody",
        "an element of another namespace stands in the request",
        &["certra-message.element-unexpected"],
        |bench| {
            written(
                bench,
                "Revoke",
                "<certra:Contract>",
                "<x:Extra xmlns:x=\"urn:example:extra\"/><certra:Contract>",
            )
        },
    )
    .case("SO-24"),
    Mutation::new(
        "type-missing",
        "an identifier does not say of which type it is",
        &["certra-message.attribute-missing"],
        |bench| written(bench, "GetExistingApplicationIds", " Type=\"CBE\"", ""),
    )
    .case("SO-24"),
    Mutation::new(
        "attribute-surplus",
        "an attribute that the schema does not have",
        &["certra-message.attribute-unexpected"],
        |bench| written(bench, "GetCertificate", " IssueInstant=", " InResponseTo=\"_1\" IssueInstant="),
    )
    .case("SO-24"),
    Mutation::new(
        "id-starts-with-a-digit",
        "the identifier of the request is a bare UUID",
        &["certra-message.id-malformed"],
        |bench| written(bench, "GetCertificate", " Id=\"_", " Id=\"0"),
    )
    .case("XP-20"),
    Mutation::new(
        "reason-unknown",
        "a reason of revocation that the schema does not list, signed",
        &["certra-message.value-malformed"],
        |bench| {
            asked(bench, "Revoke", |value| {
                value.get_mut("Contract").expect("a contract").set("RevocationReason", "removeFromCRL");
            })
        },
    )
    .case("SO-24"),
    Mutation::new(
        "status-unknown",
        "the status code is of another version",
        &["certra-message.status-unknown"],
        |bench| {
            answered(bench, "Revoke", |value| {
                let code = Value::default().with("Value", "urn:be:fgov:ehealth:1.0:status:Success");
                value.get_mut("Status").expect("a status").set("StatusCode", code);
            })
        },
    )
    .case("SO-23"),
    Mutation::new(
        "code-spelt-right",
        "an error code without the misprint that is on the wire",
        &["certra-message.error-code-unknown"],
        |bench| {
            refused(bench, "GenerateCertificate", "CSR__INPUT_NOT_PARSEBLE_INTO_CSR", |status| {
                let error = status.get_mut("StatusDetail/EteeStatusDetail/Errors").expect("an error");
                error.set("Code", "CSR__INPUT_NOT_PARSABLE_INTO_CSR");
            })
        },
    )
    .case("SO-23"),
    Mutation::new(
        "placeholder-left",
        "the braces stand in the message where a date must",
        &["certra-message.error-message-other"],
        |bench| {
            refused(bench, "GetCertificate", "AUTH_CERT_NOT_YET_VALID", |status| {
                let error = status.get_mut("StatusDetail/EteeStatusDetail/Errors").expect("an error");
                let known = CODES.iter().find(|(code, _)| *code == "AUTH_CERT_NOT_YET_VALID");
                error.set("Message", known.expect("a code of chapter 7").1);
            })
        },
    )
    .case("SO-23"),
];
