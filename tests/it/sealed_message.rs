//! The messages among the public ETEE fixtures, each with the outcome that it comes to and why.
//!
//! Nobody gives the recipients' keys, so a message that is sound outside stays inconclusive.

use etalon::base::{Kind, Profile};
use etalon::engine::Verdict;

use crate::fixtures::{Row, Table};

const SOUND: &str = "sound outside";
const INSIDE: &str =
    "sound outside; what its name says is wrong with the inner layer or the recipient, behind the envelope";

const MESSAGES: &[Row] = &[
    (
        "core/vitalink.cms",
        "2023-06-01T00:00:00Z",
        &[],
        "sound outside; an empty set of unsigned attributes is a note",
    ),
    (
        "core/web-auth.cms",
        "2020-06-01T00:00:00Z",
        &[],
        "signed with a WebAuthn key that is named by its identifier alone",
    ),
    (
        "msg/LTA_Tma.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-key-too-small"],
        "an eID of old has 1024 bits",
    ),
    (
        "msg/LTA_eHTSA.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-key-too-small"],
        "an eID of old has 1024 bits",
    ),
    (
        "msg/LT_FedictTSA.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-key-too-small"],
        "an eID of old has 1024 bits",
    ),
    (
        "msg/LT_eHTSA.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-key-too-small"],
        "an eID of old has 1024 bits",
    ),
    ("msg/brokenSignedData.msg", "2014-06-01T00:00:00Z", &["cms.encoding-malformed"], "as its name says"),
    ("msg/message_from_alice_for_bob.msg", "2014-06-01T00:00:00Z", &[], SOUND),
    (
        "msg/openssl_encrypted.msg",
        "2014-06-01T00:00:00Z",
        &["cms.content-type-not-signed-data"],
        "the envelope alone",
    ),
    (
        "msg/openssl_inner_signed.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.not-enveloped", "sealed-message.signature-algorithm-unauthorised"],
        "the inner layer alone, over SHA-1",
    ),
    (
        "msg/openssl_outer_signed.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signature-algorithm-unauthorised"],
        "signed over SHA-1",
    ),
    ("msg/outer_signed_message.msg", "2014-06-01T00:00:00Z", &[], SOUND),
    (
        "msg/triple_wrapped_certs_contain_no_crluri.msg",
        "2014-06-01T00:00:00Z",
        &[],
        "sound: no revocation list is looked up",
    ),
    (
        "msg/triple_wrapped_certs_contain_noexisting_crluri.msg",
        "2014-06-01T00:00:00Z",
        &[],
        "sound: no revocation list is looked up",
    ),
    ("msg/triple_wrapped_correct.msg", "2014-06-01T00:00:00Z", &[], SOUND),
    ("msg/triple_wrapped_cross_signed.msg", "2014-06-01T00:00:00Z", &[], SOUND),
    (
        "msg/triple_wrapped_expired_auth.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-not-valid"],
        "as its name says",
    ),
    ("msg/triple_wrapped_expired_encr.msg", "2014-06-01T00:00:00Z", &[], INSIDE),
    (
        "msg/triple_wrapped_invalid_cert_chain.msg",
        "2014-06-01T00:00:00Z",
        &[],
        "its chain ends at a root that is not in it; no anchor is given that would tell",
    ),
    (
        "msg/triple_wrapped_invalid_cms_signed.msg",
        "2014-06-01T00:00:00Z",
        &["cms.encoding-malformed"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_invalid_encrypted.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.not-enveloped"],
        "as its name says",
    ),
    ("msg/triple_wrapped_invalid_inner_signed.msg", "2014-06-01T00:00:00Z", &[], INSIDE),
    (
        "msg/triple_wrapped_invalid_key_size.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-key-too-small"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_invalid_key_usage.msg",
        "2014-06-01T00:00:00Z",
        &[],
        "its name says that the key usage is invalid, but it is digitalSignature, as in good ones",
    ),
    (
        "msg/triple_wrapped_invalid_signature.msg",
        "2014-06-01T00:00:00Z",
        &["cms.signature-invalid"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_more_signing_times.msg",
        "2014-06-01T00:00:00Z",
        &["cms.attribute-repeated"],
        "as its name says",
    ),
    ("msg/triple_wrapped_multi_recipients.msg", "2014-06-01T00:00:00Z", &[], SOUND),
    (
        "msg/triple_wrapped_not_valid_yet_auth.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-not-valid"],
        "as its name says",
    ),
    ("msg/triple_wrapped_revoked_cert.msg", "2014-06-01T00:00:00Z", &[], "revocation is not looked up"),
    (
        "msg/triple_wrapped_signed_with_other_key_and_algo.msg",
        "2014-06-01T00:00:00Z",
        &["cms.signature-invalid", "sealed-message.signature-algorithm-unauthorised"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_unauthorized_algos.msg",
        "2014-06-01T00:00:00Z",
        &[
            "sealed-message.content-encryption-unauthorised",
            "sealed-message.signature-algorithm-unauthorised",
        ],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_unsupported_algos_SHA224WITHRSA.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signature-algorithm-unauthorised"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_was_not_valid_yet_auth.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signer-not-valid"],
        "as its name says, as of a time at which its certificate is not valid",
    ),
    (
        "msg/triple_wrapped_with_2_signerinfos.msg",
        "2014-06-01T00:00:00Z",
        &["sealed-message.signers-several"],
        "as its name says",
    ),
    (
        "msg/triple_wrapped_without_outer_cert.msg",
        "2014-06-01T00:00:00Z",
        &[],
        "as its name says: the signature stays unverified",
    ),
    ("msg/triple_wrapped_wrong_encryption_key.msg", "2014-06-01T00:00:00Z", &[], INSIDE),
];

#[test]
fn every_message_of_the_fixtures_comes_to_what_explains_it() {
    let table = Table {
        kind: Kind::SealedMessage,
        profile: Profile::Field,
        sound: Verdict::Inconclusive,
        covers: (&["core", "msg"], &[""]),
        rows: MESSAGES,
        unjudged: &[],
    };
    table.check();
}
