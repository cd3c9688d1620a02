//! Deviations from the signature profile: canonicalisation, transforms, references.

use super::super::Mutation;
use super::{drafted, templated};
use crate::base::Profile;
use crate::xmldsig::{BASE64, ENVELOPED, EXCLUSIVE, ReferenceTemplate};

/// Canonical XML 1.0.
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

pub(super) const MUTATIONS: &[Mutation] = &[
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
        "canonicalised-twice",
        "what is canonical is canonicalised once more: its octets are read as a document",
        &[],
        |bench| Ok(templated(bench, |template| template.references[0].transforms.push(EXCLUSIVE.to_owned()))),
    )
    .under(Profile::Standard),
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
