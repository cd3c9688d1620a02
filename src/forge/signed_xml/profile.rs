//! Deviations from the signature profile: algorithms, transforms, references.

use super::super::Mutation;
use super::super::keys::Key;
use super::{drafted, replaced, templated};
use crate::base::Profile;
use crate::xmldsig::{BASE64, ENVELOPED, EXCLUSIVE, ReferenceTemplate};

/// Canonical XML 1.0.
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

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
    Mutation::new(
        "signed-info-inclusive",
        "SignedInfo is canonicalised inclusively",
        &["signed-xml.signed-info-not-exclusive"],
        |bench| Ok(templated(bench, |template| template.canonicalization = INCLUSIVE.to_owned())),
    )
    .case("DS-17"),
    Mutation::new(
        "signed-info-with-comments",
        "SignedInfo is canonicalised with comments",
        &["signed-xml.signed-info-not-exclusive"],
        |bench| Ok(templated(bench, |template| template.canonicalization = format!("{EXCLUSIVE}WithComments"))),
    )
    .case("DS-17"),
    Mutation::new(
        "reference-inclusive",
        "the reference is canonicalised inclusively",
        &["signed-xml.reference-not-exclusive"],
        |bench| {
            Ok(templated(bench, |template| {
                template.references[0].transforms = vec![ENVELOPED.to_owned(), INCLUSIVE.to_owned()];
            }))
        },
    )
    .case("DS-17"),
    Mutation::new(
        "reference-inclusive-11",
        "the reference is canonicalised by Canonical XML 1.1",
        &["signed-xml.reference-not-exclusive"],
        |bench| {
            Ok(templated(bench, |template| {
                let canonical = "http://www.w3.org/2006/12/xml-c14n11".to_owned();
                template.references[0].transforms = vec![ENVELOPED.to_owned(), canonical];
            }))
        },
    )
    .case("DS-17"),
    Mutation::new(
        "canonicalisation-implied",
        "the reference is not canonicalised: the inclusive one is implied",
        &["signed-xml.reference-not-exclusive"],
        |bench| Ok(templated(bench, |template| template.references[0].transforms = vec![ENVELOPED.to_owned()])),
    )
    .case("DS-14"),
    Mutation::new(
        "canonicalisation-misspelt",
        "the canonicalisation lacks the `#` at its end",
        &["signed-xml.reference-not-exclusive", "signed-xml.transform-not-judged"],
        |bench| {
            Ok(templated(bench, |template| {
                let misspelt = EXCLUSIVE.trim_end_matches('#').to_owned();
                template.references[0].transforms = vec![ENVELOPED.to_owned(), misspelt];
            }))
        },
    )
    .case("DS-17"),
    Mutation::new("prefix-list", "exclusive canonicalisation treats some prefixes inclusively", &[], |bench| {
        Ok(templated(bench, |template| {
            template.canonicalization_content = format!(
                "<ec:InclusiveNamespaces xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"#default etkra unknown\">\
                 </ec:InclusiveNamespaces>"
            );
        }))
    })
    .case("DS-18"),
    Mutation::new("prefix-list-long", "a list of a hundred thousand prefixes", &[], |bench| {
        Ok(templated(bench, |template| {
            template.canonicalization_content = format!(
                "<ec:InclusiveNamespaces xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"{}\"></ec:InclusiveNamespaces>",
                "p ".repeat(100_000)
            );
        }))
    })
    .case("DS-18"),
    Mutation::new(
        "transforms-swapped",
        "canonicalisation stands before the enveloped signature transform",
        &["signed-xml.transform-list", "signed-xml.transform-order"],
        |bench| Ok(templated(bench, |template| template.references[0].transforms.reverse())),
    )
    .case("DS-14"),
    Mutation::new(
        "transform-twice",
        "the enveloped signature transform stands twice",
        &["signed-xml.transform-list"],
        |bench| {
            Ok(templated(bench, |template| template.references[0].transforms.insert(0, ENVELOPED.to_owned())))
        },
    )
    .case("DS-14"),
    Mutation::new(
        "transform-xslt",
        "the reference is transformed by XSLT",
        &["signed-xml.transform-not-judged"],
        |bench| Ok(with_transform(bench, "http://www.w3.org/TR/1999/REC-xslt-19991116")),
    )
    .case("DS-15"),
    Mutation::new(
        "transform-xpath",
        "the reference is filtered by XPath",
        &["signed-xml.transform-not-judged"],
        |bench| Ok(with_transform(bench, "http://www.w3.org/TR/1999/REC-xpath-19991116")),
    )
    .case("DS-16"),
    Mutation::new(
        "transform-filter-2",
        "the reference is filtered by XPath Filter 2.0",
        &["signed-xml.transform-not-judged"],
        |bench| Ok(with_transform(bench, "http://www.w3.org/2002/06/xmldsig-filter2")),
    )
    .case("DS-16"),
    Mutation::new(
        "transform-base64",
        "the reference is decoded from base64, which it is not",
        &["signed-xml.reference-not-exclusive", "signed-xml.transform-not-base64"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen("Key>", "Key>*", 1);
                draft.template.references[0].transforms = vec![ENVELOPED.to_owned(), BASE64.to_owned()];
            }))
        },
    )
    .case("DS-16"),
    Mutation::new(
        "transform-base64-of-base64",
        "the reference covers the bytes that the content decodes to",
        &[],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen("EncryptionKey>", "EncryptionKey Id=\"_key\">", 1);
                draft.template.references[0].uri = Some("#_key".to_owned());
                draft.template.references[0].transforms = vec![BASE64.to_owned()];
            }))
        },
    )
    .under(Profile::Standard),
    Mutation::new(
        "references-two",
        "a second reference covers a part of the request",
        &["signed-xml.enveloped-transform-idle", "signed-xml.reference-repeated"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen("EncryptionKey>", "EncryptionKey Id=\"_key\">", 1);
                draft.template.references.push(ReferenceTemplate::enveloped("_key"));
            }))
        },
    )
    .case("DS-07"),
    Mutation::new(
        "reference-to-a-part",
        "the reference covers a child of the request alone",
        &[
            "signed-xml.not-enveloped",
            "signed-xml.part-signed",
            "signed-xml.payload-not-covered",
            "signed-xml.transform-list",
        ],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen("EncryptionKey>", "EncryptionKey Id=\"_key\">", 1);
                let reference = &mut draft.template.references[0];
                reference.uri = Some("#_key".to_owned());
                reference.transforms = vec![EXCLUSIVE.to_owned()];
            }))
        },
    )
    .case("DS-07"),
    Mutation::new(
        "reference-unresolved",
        "the reference names an identifier that nothing has",
        &["signed-xml.reference-unresolved"],
        |bench| Ok(pointing(bench, Some("#_nobody"))),
    )
    .case("DS-08"),
    Mutation::new(
        "reference-hash-alone",
        "the URI of the reference is `#`",
        &["signed-xml.reference-unresolved"],
        |bench| Ok(pointing(bench, Some("#"))),
    )
    .case("DS-08"),
    Mutation::new(
        "reference-encoded",
        "the identifier in the URI is percent-encoded",
        &["signed-xml.reference-unresolved"],
        |bench| Ok(pointing(bench, Some("#%5F0b2d6e2c-5f0e-4c57-9c29-3f1b6f7d2a11"))),
    )
    .case("DS-08"),
    Mutation::new(
        "reference-external",
        "the reference points at a server",
        &["signed-xml.reference-external"],
        |bench| Ok(pointing(bench, Some("http://127.0.0.1/canary.xml"))),
    )
    .case("DS-08"),
    Mutation::new(
        "reference-to-a-file",
        "the reference points at a file",
        &["signed-xml.reference-external"],
        |bench| Ok(pointing(bench, Some("file:///etc/passwd"))),
    )
    .case("DS-08"),
    Mutation::new(
        "reference-without-uri",
        "the reference has no URI",
        &["signed-xml.reference-not-judged"],
        |bench| Ok(pointing(bench, None)),
    )
    .case("DS-08"),
    Mutation::new(
        "reference-xpointer",
        "the reference is an XPointer",
        &["signed-xml.reference-not-judged"],
        |bench| Ok(pointing(bench, Some("#xpointer(//*)"))),
    )
    .case("DS-08"),
    Mutation::new("reference-to-the-document", "the URI is empty: the whole document is signed", &[], |bench| {
        Ok(pointing(bench, Some("")))
    })
    .case("DS-08"),
];

fn pointing(bench: &super::Bench, uri: Option<&str>) -> super::Made {
    templated(bench, |template| template.references[0].uri = uri.map(str::to_owned))
}

fn with_transform(bench: &super::Bench, uri: &str) -> super::Made {
    templated(bench, |template| template.references[0].transforms.insert(1, uri.to_owned()))
}

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
