//! The envelope: for whom, with what, and whether it opens.

use crate::base::{Span, SpanMap};
use crate::crypto::names::x509::oid;
use crate::model::sealed_message::{AES_CBC, AES_WRAP, EnvelopedData, Opened, RecipientKind, SealedMessage};
use crate::rule;
use crate::rule::Severity::Note;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};

rule! { SealedMessage =>
    /// What is signed is not encrypted
    ///
    /// The content of the outer layer is an EnvelopedData: the message, encrypted for its readers.
    /// Anything else is readable by whoever carries it, or by nobody.
    "sealed-message.not-enveloped": ERROR => not_enveloped,
        clauses: &["KD-4.1.2-13"],
        cites: &[
            cite("KeyDepot cookbook 1.2", "4.1.2", Force::Fact, "The client encrypts the message with the key received in step 4"),
            cite("RFC 5652", "6.1", Force::Fact, "id-envelopedData"),
        ],
        catalogue: &["CM-02"];

    /// The message is encrypted for nobody
    ///
    /// The list of recipients is empty, or the ciphertext is left out: nobody can read it.
    "sealed-message.recipient-missing": ERROR => recipient_missing,
        clauses: &["KD-4.1.2-13"],
        cites: &[cite("RFC 5652", "6.1", Force::Must, "There MUST be at least one element in the collection")];

    /// A recipient is named in a way that readers do not know
    ///
    /// Known readers are named by issuer and serial number of their encryption certificate, WebAuthn
    /// keys by key identifier, unknown readers by a shared key. Key agreement and passwords are not
    /// known to eHealth's library.
    "sealed-message.recipient-kind-unknown": WARNING.in_field(Note).not_in_standard() => recipient_kind_unknown,
        cites: &[cite("etalon", "sealed-message", Force::House, "the recipients of eHealth's library")];

    /// The key of the content is encrypted with an algorithm that is not taken
    ///
    /// For known readers it is RSAES-PKCS1-v1_5, for a shared key the AES key wrap.
    "sealed-message.key-encryption-unauthorised": ERROR.not_in_standard() => key_encryption_unauthorised,
        cites: &[cite("etalon", "sealed-message", Force::House, "the algorithms of eHealth's library")],
        catalogue: &["CM-09"];

    /// The content is encrypted with an algorithm that is not taken
    ///
    /// AES in CBC mode with 128, 192 or 256 bits. Triple DES and RC2 are refused.
    "sealed-message.content-encryption-unauthorised": ERROR.not_in_standard() => content_encryption_unauthorised,
        cites: &[cite("etalon", "sealed-message", Force::House, "the algorithms of eHealth's library")],
        catalogue: &["CM-09"];

    /// The key of a recipient was not given
    ///
    /// Without a recipient's private key the inner layer stays closed: nothing can be said about who
    /// wrote the message. Give the key in the context, as
    /// `private_key` in PEM or in a `keystore` with its `password`; or name the keystore with `--keystore`.
    "sealed-message.key-not-given": INCONCLUSIVE => key_not_given,
        cites: &[cite("RFC 5652", "6", Force::Fact, "A recipient opens the digital envelope by decrypting one of the encrypted content-encryption keys")];

    /// The message does not open under the recipient's key
    ///
    /// None of the encrypted keys decrypts to one that opens the content. It was encrypted for
    /// somebody else, or was changed. There is one answer for every cause, so that nobody learns
    /// from it what a padding looked like.
    "sealed-message.not-decryptable": ERROR => not_decryptable,
        clauses: &["KD-4.1.2-13"],
        cites: &[cite("RFC 5652", "6", Force::Fact, "A recipient opens the digital envelope by decrypting one of the encrypted content-encryption keys")],
        catalogue: &["ET-08"];
}

/// Runs `check` with the envelope, in the terms of the envelope.
fn inside(
    message: &SealedMessage<'_>,
    cx: &mut Cx<'_>,
    check: impl FnOnce(&EnvelopedData<'_>, &mut Cx<'_>) -> Option<Checked>,
) -> Option<Checked> {
    let envelope = message.envelope.as_ref()?;
    let map = map(message)?;
    cx.within("content.encapContentInfo.eContent", map, |cx| check(envelope, cx))
}

fn map(message: &SealedMessage<'_>) -> Option<SpanMap> {
    Some(message.outer.signed_data.as_ref()?.content.as_ref()?.map())
}

fn not_enveloped(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = message.outer.signed_data.as_ref()?;
    if message.envelope.is_none() {
        let fault = message.envelope_faults.iter().rfind(|fault| !fault.kind.is_ber());
        let why = fault.map_or_else(String::new, |fault| format!(": {}", fault.kind));
        let span = data.content.as_ref().map_or(data.span, |content| content.span);
        cx.fail(
            "content.encapContentInfo.eContent",
            span,
            format!("expected an EnvelopedData, found something else{why}"),
        );
    }
    Some(Checked)
}

fn recipient_missing(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    inside(message, cx, |envelope, cx| {
        if envelope.recipients.is_empty() {
            cx.fail("content.recipientInfos", Span::default(), "expected at least one recipient, found none");
        }
        if envelope.ciphertext.is_none() {
            cx.fail(
                "content.encryptedContentInfo",
                Span::default(),
                "expected the encrypted content, found none",
            );
        }
        Some(Checked)
    })
}

fn recipient_kind_unknown(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    inside(message, cx, |envelope, cx| {
        for (index, it) in envelope.recipients.iter().enumerate() {
            if matches!(it.kind, RecipientKind::Other) {
                cx.fail(
                    format!("content.recipientInfos[{index}]"),
                    it.span,
                    "expected a recipient by certificate, key identifier or shared key, found another kind",
                );
            }
        }
        Some(Checked)
    })
}

fn key_encryption_unauthorised(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    inside(message, cx, |envelope, cx| {
        for (index, it) in envelope.recipients.iter().enumerate() {
            let Some(algorithm) = it.algorithm else { continue };
            let taken = match it.kind {
                RecipientKind::SharedKey => AES_WRAP.contains(&algorithm.oid),
                RecipientKind::IssuerAndSerial { .. } | RecipientKind::KeyIdentifier => {
                    algorithm.oid == oid::RSA_ENCRYPTION
                }
                RecipientKind::Other => true,
            };
            if !taken {
                cx.fail(
                    format!("content.recipientInfos[{index}].keyEncryptionAlgorithm"),
                    algorithm.span,
                    format!(
                        "expected rsaEncryption, or the AES key wrap for a shared key, found {}",
                        algorithm.oid
                    ),
                );
            }
        }
        Some(Checked)
    })
}

fn content_encryption_unauthorised(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    inside(message, cx, |envelope, cx| {
        let found = envelope.algorithm.oid;
        if !AES_CBC.contains(&found) {
            cx.fail(
                "content.encryptedContentInfo.contentEncryptionAlgorithm",
                envelope.algorithm.span,
                format!("expected AES in CBC mode, found {found}"),
            );
        }
        Some(Checked)
    })
}

fn key_not_given(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    inside(message, cx, |_, cx| {
        let why = match &message.opened {
            Opened::NoKey => "expected a recipient's private key in the context, found none".to_owned(),
            Opened::KeyUnusable(why) => why.clone(),
            Opened::Closed | Opened::Open(_) => return Some(Checked),
        };
        cx.fail("content.recipientInfos", Span::default(), why)
            .hint("give `private_key` in PEM, or `keystore` and its `password`");
        Some(Checked)
    })
}

fn not_decryptable(message: &SealedMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    inside(message, cx, |_, cx| {
        match message.opened {
            Opened::NoKey | Opened::KeyUnusable(_) => return None,
            Opened::Closed => {
                cx.fail(
                    "content.encryptedContentInfo",
                    Span::default(),
                    "expected content that opens under the recipient's key, found content that does not",
                );
            }
            Opened::Open(_) => {}
        }
        Some(Checked)
    })
}
