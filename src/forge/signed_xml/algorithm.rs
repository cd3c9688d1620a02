//! Deviations from the signature profile: signature methods and digests.

use super::super::Mutation;
use super::super::keys::Key;
use super::{replaced, templated};
use crate::base::Profile;

const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
pub(super) const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

const METHOD: &[&str] = &["signed-xml.signature-method"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "rsa-sha1",
        "the signature method is rsa-sha1",
        &["signed-xml.hash-broken", "signed-xml.signature-method"],
        |bench| Ok(templated(bench, |template| template.method = RSA_SHA1.to_owned())),
    )
    .case("DS-21"),
    Mutation::new(
        "rsa-md5",
        "the signature method is rsa-md5",
        &["signed-xml.hash-broken", "signed-xml.signature-method"],
        |bench| {
            Ok(templated(bench, |template| {
                template.method = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5".to_owned();
            }))
        },
    )
    .case("DS-21"),
    Mutation::new("rsa-sha512", "the signature method is rsa-sha512", METHOD, |bench| {
        Ok(templated(bench, |template| {
            template.method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512".to_owned();
        }))
    })
    .case("DS-21"),
    Mutation::new("rsa-sha512-elsewhere", "the same under the standard", &[], |bench| {
        Ok(templated(bench, |template| {
            template.method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512".to_owned();
        }))
    })
    .under(Profile::Standard),
    Mutation::new("rsa-pss", "the signature method is RSA-PSS", METHOD, |bench| {
        Ok(templated(bench, |template| {
            template.method = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1".to_owned();
        }))
    })
    .case("DS-21"),
    Mutation::new("ecdsa", "the signature is ecdsa-sha256 under an EC certificate", METHOD, |bench| {
        Ok(elliptic(bench))
    })
    .case("DS-21"),
    Mutation::new("ecdsa-in-the-field", "the same as real clients do it", &[], |bench| Ok(elliptic(bench)))
        .under(Profile::Field),
    Mutation::new(
        "ecdsa-short",
        "an ECDSA value is written without its leading zeros",
        &["signed-xml.signature-value-short"],
        |bench| Ok(short(bench)),
    )
    .under(Profile::Field),
    Mutation::new(
        "digest-as-method",
        "the signature method is the URI of a digest function, as the AA cookbook prints it",
        &["signed-xml.signature-method", "signed-xml.signature-method-is-a-digest"],
        |bench| {
            Ok(replaced(
                bench,
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2001/04/xmlenc#sha256",
            ))
        },
    )
    .case("DS-21"),
    Mutation::new(
        "hmac",
        "the signature method is an HMAC",
        &["signed-xml.algorithm-not-judged", "signed-xml.mac-with-public-key", "signed-xml.signature-method"],
        |bench| {
            Ok(replaced(
                bench,
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            ))
        },
    )
    .case("DS-21"),
    Mutation::new(
        "hmac-truncated",
        "the signature method is an HMAC of eight bits",
        &[
            "signed-xml.algorithm-not-judged",
            "signed-xml.mac-truncated",
            "signed-xml.mac-with-public-key",
            "signed-xml.signature-method",
        ],
        |bench| {
            Ok(replaced(
                bench,
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\">",
                "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"><ds:HMACOutputLength>8</ds:HMACOutputLength>",
            ))
        },
    )
    .case("DS-22"),
    Mutation::new(
        "hmac-under-a-secret",
        "the signature method is an HMAC, the key a secret that both sides share",
        &["signed-xml.algorithm-not-judged", "signed-xml.signature-method", "signed-xml.x509-data-missing"],
        |bench| {
            let mut draft = super::Draft::of(bench);
            draft.template.key_info = Some("<ds:KeyName>shared</ds:KeyName>".to_owned());
            let text = draft.sign().replacen(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\">",
                "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"><ds:HMACOutputLength>256</ds:HMACOutputLength>",
                1,
            );
            Ok(draft.made_of(&text))
        },
    )
    .case("DS-21"),
    Mutation::new(
        "method-as-printed",
        "the signature method is the URI that the CertRA cookbook prints",
        &["signed-xml.algorithm-not-judged", "signed-xml.signature-method"],
        |bench| Ok(replaced(bench, "xmldsig-more#rsa-sha256", "xmlsig-more#rsa-sha256")),
    )
    .case("DS-21"),
    Mutation::new(
        "digest-sha1",
        "the digest is a SHA-1",
        &["signed-xml.digest-method", "signed-xml.hash-broken"],
        |bench| Ok(templated(bench, |template| template.references[0].digest_method = SHA1.to_owned())),
    )
    .case("DS-23"),
    Mutation::new("digest-sha512", "the digest is a SHA-512", &["signed-xml.digest-method"], |bench| {
        Ok(templated(bench, |template| {
            template.references[0].digest_method = "http://www.w3.org/2001/04/xmlenc#sha512".to_owned();
        }))
    })
    .case("DS-23"),
    Mutation::new(
        "digest-unknown",
        "the digest is by a function that nobody knows",
        &["signed-xml.algorithm-not-judged", "signed-xml.digest-method"],
        |bench| {
            Ok(templated(bench, |template| {
                template.references[0].digest_method = "urn:example:digest".to_owned();
            }))
        },
    )
    .case("DS-23"),
    Mutation::new(
        "digest-of-sha1-length",
        "the digest is as long as a SHA-1, as in the sample of the AA cookbook",
        &["signed-xml.digest-length"],
        |bench| {
            Ok(templated(bench, |template| {
                template.references[0].digest = Some("HwWGjZmm5592QRqZaKBQaM13Z3Q=".to_owned());
            }))
        },
    )
    .case("DS-23"),
    Mutation::new(
        "digest-of-nothing",
        "the digest is that of no bytes",
        &["signed-xml.digest-mismatch", "signed-xml.digest-of-nothing"],
        |bench| {
            Ok(templated(bench, |template| {
                template.references[0].digest = Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned());
            }))
        },
    )
    .case("DS-19"),
];

/// Signed under an EC certificate of the organisation.
fn elliptic(bench: &super::Bench) -> super::Made {
    elliptic_draft(bench, Key::p256(bench.seed(), "ec authentication")).made()
}

fn elliptic_draft(bench: &super::Bench, key: Key) -> super::Draft {
    let pki = &bench.pki;
    let certificate = pki.authentication_spec(&pki.organisation_holder, &key).sign(&pki.issuing_ca.key);
    let mut draft = super::Draft::of(bench);
    draft.template.method = ECDSA_SHA256.to_owned();
    draft.template.key_info =
        Some(crate::xmldsig::Template::x509_data(&[&certificate, &pki.issuing_ca.certificate]));
    draft.key = key;
    draft
}

/// Signed under a P-521 key, both halves of the value without the zero that they begin with: one
/// value in four begins so.
fn short(bench: &super::Bench) -> super::Made {
    (0..256)
        .find_map(|attempt| {
            let draft = elliptic_draft(bench, Key::p521(bench.seed(), &format!("short {attempt}")));
            let text = draft.sign();
            let value = super::between(&text, "<ds:SignatureValue>", "</ds:SignatureValue>");
            let octets = data_encoding::BASE64.decode(value.as_bytes()).expect("a value in base64");
            let (r, s) = octets.split_at(66);
            let cut = data_encoding::BASE64.encode(&[&r[1..], &s[1..]].concat());
            (r[0] == 0 && s[0] == 0).then(|| draft.made_of(&text.replacen(value, &cut, 1)))
        })
        .expect("one value in four begins with zeros")
}
