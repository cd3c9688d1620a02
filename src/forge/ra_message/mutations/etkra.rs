//! Deviations of EtkRA's messages.

use super::super::Value;
use super::{answered, asked, refused, written};
use crate::forge::Mutation;
use crate::forge::keys::Key;

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "version-1",
        "the request is in the namespace of another version",
        &["etkra-message.unknown-message"],
        |bench| written(bench, "StartETKRegistration", "protocol:v2", "protocol:v1"),
    )
    .case("SO-01"),
    Mutation::new(
        "nothing-to-register",
        "a registration without a certificate, signed",
        &["etkra-message.element-missing", "etkra-message.payload-missing"],
        |bench| asked(bench, "CompleteETKRegistration", |value| value.remove("ToBeRegistered")),
    )
    .case("SO-24"),
    Mutation::new(
        "answer-empty",
        "a success without the challenge",
        &["etkra-message.payload-missing"],
        |bench| answered(bench, "StartETKRegistration", |value| value.remove("Challenge")),
    )
    .case("SO-24"),
    Mutation::new(
        "key-empty",
        "the encryption key has no bytes, signed",
        &["etkra-message.value-empty"],
        |bench| asked(bench, "StartETKRegistration", |value| value.set("PublicEncryptionKey", "")),
    )
    .case("SO-24"),
    Mutation::new(
        "message-other",
        "the message of an error is another one's",
        &["etkra-message.error-message-other"],
        |bench| {
            refused(bench, "CompleteETKRegistration", "AUTH_CERT_NOT_FOUND", |status| {
                let error = status.get_mut("StatusDetail/EteeStatusDetail/Errors").expect("an error");
                error.set("Message", "The CSR is not unique.");
            })
        },
    )
    .case("SO-23"),
    Mutation::new(
        "key-elliptic",
        "the encryption key is on P-384, signed",
        &["etkra-message.encryption-key-other"],
        |bench| {
            asked(bench, "StartETKRegistration", |value| {
                let key = Key::p384(bench.seed(), "encryption");
                value.set("PublicEncryptionKey", Value::base64(key.spki()));
            })
        },
    ),
    Mutation::new(
        "key-of-authentication",
        "the encryption key is the one that signs",
        &["etkra-message.encryption-key-reused"],
        |bench| {
            asked(bench, "StartETKRegistration", |value| {
                value.set("PublicEncryptionKey", Value::base64(bench.pki.organisation.key.spki()));
            })
        },
    ),
    Mutation::new(
        "certificate-unreadable",
        "what is to be registered is no certificate, signed",
        &["etkra-message.certificate-unreadable"],
        |bench| {
            asked(bench, "CompleteETKRegistration", |value| {
                value.set("ToBeRegistered", Value::base64(b"no certificate"));
            })
        },
    ),
    Mutation::new(
        "certificate-of-another",
        "what is to be registered is signed with the key of somebody else",
        &[
            "encryption-certificate.issuer-differs",
            "encryption-certificate.signature-invalid",
            "encryption-certificate.subject-differs",
        ],
        |bench| {
            asked(bench, "CompleteETKRegistration", |value| {
                value.set("ToBeRegistered", Value::base64(&bench.pki.person_encryption.certificate));
            })
        },
    ),
];
