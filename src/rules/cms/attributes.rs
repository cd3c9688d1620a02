//! The signed attributes.

use super::signer;
use crate::model::algorithm_identifier::AlgorithmIdentifier;
use crate::model::cms::{
    ALGORITHM_PROTECTION, Attribute, Attributes, CONTENT_TYPE, Cms, DATA, MESSAGE_DIGEST,
    SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, SIGNING_TIME, SignerInfo,
};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::der::{Oid, Tag};

rule! { Cms =>
    /// Content of another type than id-data is signed without signed attributes
    ///
    /// Signed attributes may be left out for id-data only. Without them the type of the content is
    /// not signed, and a signature over one kind of content can be passed off as one over another.
    "cms.signed-attributes-missing": ERROR => signed_attributes_missing,
        cites: &[cite(
            "RFC 5652", "5.3", Force::Must,
            "The field is optional, but it MUST be present if the content type of the EncapsulatedContentInfo value being signed is not id-data",
        )],
        catalogue: &["CM-03"];

    /// A mandatory signed attribute is missing
    ///
    /// Where there are signed attributes, contentType and messageDigest are among them. Without
    /// messageDigest the signature does not cover the content at all; without contentType its type
    /// can be changed.
    "cms.attribute-missing": ERROR => attribute_missing,
        cites: &[cite(
            "RFC 5652", "5.3", Force::Must,
            "If the field is present, it MUST contain, at a minimum, the following two attributes",
        )],
        catalogue: &["CM-03"];

    /// A signed attribute occurs twice, or has another number of values than one
    ///
    /// contentType, messageDigest, signingTime, signingCertificate and the protection of the algorithms
    /// occur at most once, with one value. With two, verifiers differ in which one they take.
    "cms.attribute-repeated": ERROR => attribute_repeated,
        cites: &[
            cite("RFC 5652", "11.2", Force::Must, "A message-digest attribute MUST have a single attribute value"),
            cite("RFC 5652", "11.3", Force::Must, "The SignedAttributes in a signerInfo MUST NOT include multiple instances of the signing-time attribute."),
            cite("RFC 5035", "5.4.1", Force::Must, "A SignerInfo MUST NOT include multiple instances of the SigningCertificateV2 attribute."),
        ],
        catalogue: &["CM-03"];

    /// An attribute that must be signed stands among the unsigned ones
    ///
    /// contentType, messageDigest, signingTime, signingCertificate and the protection of the algorithms
    /// say something about what was signed, and by whom. Unsigned, anybody can add or change them, and a
    /// reader that looks for them there believes a stranger.
    "cms.attribute-unsigned": ERROR => attribute_unsigned,
        cites: &[cite(
            "RFC 5652", "11.3", Force::Must,
            "The signing-time attribute MUST be a signed attribute or an authenticated attribute; it MUST NOT be an unsigned attribute",
        )],
        catalogue: &["CM-03"];

    /// The value of a mandatory signed attribute is of another type
    ///
    /// contentType is an OBJECT IDENTIFIER and messageDigest an OCTET STRING. A reader that finds
    /// something else there has nothing to compare the content with, so that the signature does not cover
    /// the content.
    "cms.attribute-malformed": ERROR => attribute_malformed,
        cites: &[
            cite("RFC 5652", "11.1", Force::Fact, "ContentType ::= OBJECT IDENTIFIER"),
            cite("RFC 5652", "11.2", Force::Fact, "MessageDigest ::= OCTET STRING"),
        ],
        catalogue: &["CM-03"];

    /// The contentType attribute names another type than the content has
    ///
    /// The attribute protects the type of the content. Where the two differ, one of them was changed
    /// after the signature was made.
    "cms.content-type-mismatch": ERROR => content_type_mismatch,
        cites: &[cite(
            "RFC 5652", "11.1", Force::Must,
            "The content-type attribute value MUST match the encapContentInfo eContentType value",
        )],
        catalogue: &["CM-03"];

    /// The messageDigest attribute is not the hash of the content
    ///
    /// The signature covers the attributes, and the attributes cover the content by its hash. Where
    /// the hash differs the content is not the one that was signed, whatever the signature says.
    "cms.message-digest-mismatch": ERROR => message_digest_mismatch,
        clauses: &["KD-4.1.2-18", "KD-4.1.2-21"],
        cites: &[cite("RFC 5652", "5.6", Force::Must, "the message digest value calculated by the recipient MUST be the same as the value of the messageDigest attribute")],
        catalogue: &["CM-03"];

    /// The signing time is not a time in the prescribed form
    ///
    /// UTCTime for 1950 to 2049, GeneralizedTime outside, without fractions of a second. A time without seconds
    /// or with an offset is no DER, which `cms.signed-attributes-not-der` says.
    "cms.signing-time-malformed": ERROR => signing_time_malformed,
        cites: &[cite(
            "RFC 5652", "11.3", Force::Must,
            "Dates between 1 January 1950 and 31 December 2049 (inclusive) MUST be encoded as UTCTime",
        )];

    /// The protected algorithms are not those of the signer
    ///
    /// The CMSAlgorithmProtection attribute repeats the digest and signature algorithms inside the
    /// signed bytes. Where they differ from those of the signer, somebody swapped an algorithm.
    "cms.algorithm-protection-mismatch": ERROR => algorithm_protection_mismatch,
        cites: &[cite("RFC 6211", "3.1", Force::Must, "The SignerInfo.digestAlgorithm field MUST be compared to the digestAlgorithm field in the attribute.")];
}

/// The attributes that are signed, and there once, by name. The first two are always there.
const SINGLE: [(Oid<'static>, &str); 6] = [
    (CONTENT_TYPE, "contentType"),
    (MESSAGE_DIGEST, "messageDigest"),
    (SIGNING_TIME, "signingTime"),
    (SIGNING_CERTIFICATE, "signingCertificate"),
    (SIGNING_CERTIFICATE_V2, "signingCertificateV2"),
    (ALGORITHM_PROTECTION, "CMSAlgorithmProtection"),
];

/// Every signer that has signed attributes.
pub(super) fn attributed<'m, 'a>(
    cms: &'m Cms<'a>,
) -> Option<Vec<(usize, &'m SignerInfo<'a>, &'m Attributes<'a>)>> {
    let signers = cms.signed_data.as_ref()?.signers.iter().enumerate();
    let all: Vec<_> =
        signers.filter_map(|(index, it)| Some((index, it, it.signed_attributes.as_ref()?))).collect();
    (!all.is_empty()).then_some(all)
}

fn signed_attributes_missing(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref().filter(|data| !data.signers.is_empty())?;
    for (index, it) in data.signers.iter().enumerate() {
        if it.signed_attributes.is_none() && data.content_type != DATA {
            cx.fail(
                signer(index),
                it.span,
                format!("expected signed attributes over content of type {}, found none", data.content_type),
            );
        }
    }
    Some(Checked)
}

fn attribute_missing(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (index, _, attributes) in attributed(cms)? {
        for (oid, name) in &SINGLE[..2] {
            if attributes.of(*oid).next().is_none() {
                cx.fail(
                    format!("{}.signedAttrs", signer(index)),
                    attributes.span,
                    format!("expected the attribute {name}, found none"),
                );
            }
        }
    }
    Some(Checked)
}

fn attribute_repeated(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (index, _, attributes) in attributed(cms)? {
        for (oid, name) in SINGLE {
            let found: Vec<_> = attributes.of(oid).collect();
            let values: u32 = found.iter().fold(0, |sum, it| sum.saturating_add(it.count));
            if !found.is_empty() && (found.len() > 1 || values != 1) {
                cx.fail(
                    format!("{}.signedAttrs", signer(index)),
                    found[0].span,
                    format!(
                        "expected one attribute {name} with one value, found {} with {values} values",
                        found.len()
                    ),
                );
            }
        }
    }
    Some(Checked)
}

fn attribute_unsigned(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let signers = &cms.signed_data.as_ref()?.signers;
    let mut any = false;
    for (index, it) in signers.iter().enumerate() {
        let Some(attributes) = &it.unsigned_attributes else { continue };
        any = true;
        for (oid, name) in SINGLE {
            for found in attributes.of(oid) {
                cx.fail(
                    format!("{}.unsignedAttrs", signer(index)),
                    found.span,
                    format!("expected {name} among the signed attributes, found it among the unsigned"),
                );
            }
        }
    }
    any.then_some(Checked)
}

fn attribute_malformed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let types = [Tag::OID, Tag::OCTET_STRING];
    for (index, _, attributes) in attributed(cms)? {
        for ((oid, name), tag) in SINGLE.into_iter().zip(types) {
            let is_of_type =
                |it: &Attribute<'_>| it.read(|r| r.value("value")).is_some_and(|it| it.tag == tag);
            if let Some(found) = attributes.single(oid).filter(|it| !is_of_type(it)) {
                cx.fail(
                    format!("{}.signedAttrs", signer(index)),
                    found.span,
                    format!("expected {name} to be an {}, found another type", tag.label()),
                );
            }
        }
    }
    Some(Checked)
}

fn content_type_mismatch(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let data = cms.signed_data.as_ref()?;
    let mut any = false;
    for (index, (it, check)) in cms.signers().enumerate() {
        let Some(matches) = check.content_type_matches else { continue };
        any = true;
        if !matches {
            cx.fail(
                format!("{}.signedAttrs", signer(index)),
                it.signed_attributes.as_ref().map_or(it.span, |all| all.span),
                format!("expected the attribute contentType to be {}, found another type", data.content_type),
            );
        }
    }
    any.then_some(Checked)
}

fn message_digest_mismatch(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for (index, (it, check)) in cms.signers().enumerate() {
        let (Some(matches), Some(hash)) = (check.digest_matches, check.hash) else { continue };
        any = true;
        if !matches {
            cx.fail(
                format!("{}.signedAttrs", signer(index)),
                it.signed_attributes.as_ref().map_or(it.span, |all| all.span),
                format!("expected the attribute messageDigest to be the {hash} of the content, found another value"),
            );
        }
    }
    any.then_some(Checked)
}

fn signing_time_malformed(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for (index, _, attributes) in attributed(cms)? {
        let Some(attribute) = attributes.single(SIGNING_TIME) else { continue };
        any = true;
        let time = attribute.read(|r| r.time("value"));
        let fits = time.is_some_and(|time| {
            time.generalized != (1950..2050).contains(&time.instant.year()) && time.instant.nanosecond() == 0
        });
        if !fits {
            cx.fail(
                format!("{}.signedAttrs", signer(index)),
                attribute.span,
                "expected a UTCTime until 2049 or a GeneralizedTime from 2050 without fractions, found something else",
            );
        }
    }
    any.then_some(Checked)
}

fn algorithm_protection_mismatch(cms: &Cms<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for (index, it, attributes) in attributed(cms)? {
        let mut found = attributes.of(ALGORITHM_PROTECTION).peekable();
        if found.peek().is_none() {
            continue;
        }
        any = true;
        let protected = attributes.single(ALGORITHM_PROTECTION).and_then(|attribute| {
            attribute.read(|r| {
                r.sequence("value", |r| {
                    let digest = AlgorithmIdentifier::read(r, "digestAlgorithm")?;
                    let signature = AlgorithmIdentifier::read_implicit(r, "signatureAlgorithm", 1)?;
                    Ok((digest, signature))
                })
            })
        });
        let same = protected.is_some_and(|(digest, signature)| {
            digest.is_same(&it.digest_algorithm)
                && signature.is_some_and(|signature| signature.is_same(&it.signature_algorithm))
        });
        if !same {
            cx.fail(
                format!("{}.signedAttrs", signer(index)),
                found.next().map_or(attributes.span, |attribute| attribute.span),
                "expected the digest and signature algorithms of the signer, found others",
            );
        }
    }
    any.then_some(Checked)
}
