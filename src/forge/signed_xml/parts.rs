//! Deviations of the signature's parts: whether it is there, its structure, its values.

use super::super::Mutation;
use super::{between, edited, replaced, templated};

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("unsigned", "there is no signature", &["signed-xml.unsigned"], |bench| {
        Ok(edited(bench, |text| {
            let signature = between(text, "<ds:Signature ", "</ds:Signature>");
            text.replacen(&format!("<ds:Signature {signature}</ds:Signature>"), "", 1)
        }))
    })
    .case("DS-01"),
    Mutation::new(
        "signature-of-another-namespace",
        "the signature is in a namespace of another name",
        &["signed-xml.unsigned"],
        |bench| Ok(replaced(bench, "http://www.w3.org/2000/09/xmldsig#\"", "http://www.w3.org/2000/09/xmldsig\"")),
    )
    .case("DS-01"),
    Mutation::new("prefix-other", "the signature has another prefix", &[], |bench| {
        Ok(templated(bench, |template| template.prefix = "dsig".to_owned()))
    })
    .case("DS-01"),
    Mutation::new("prefix-none", "the signature has no prefix", &[], |bench| {
        Ok(templated(bench, |template| template.prefix = String::new()))
    })
    .case("DS-01"),
    Mutation::new("signature-empty", "the signature has no parts", &["signed-xml.signature-malformed"], |bench| {
        Ok(edited(bench, |text| {
            let parts = between(text, "xmldsig#\">", "</ds:Signature>");
            text.replacen(parts, "", 1)
        }))
    })
    .case("DS-01"),
    Mutation::new(
        "signature-value-flipped",
        "one character of the signature value is another one",
        &["signed-xml.signature-invalid"],
        |bench| Ok(edited(bench, |text| flip(text, "<ds:SignatureValue>"))),
    )
    .case("DS-02"),
    Mutation::new(
        "signature-value-empty",
        "the signature value is empty",
        &["signed-xml.signature-invalid"],
        |bench| Ok(edited(bench, |text| value(text, |_| String::new()))),
    )
    .case("DS-02"),
    Mutation::new(
        "signature-value-truncated",
        "the signature value lacks its end",
        &["signed-xml.signature-invalid"],
        |bench| Ok(edited(bench, |text| value(text, |value| value[..value.len() - 8].to_owned()))),
    )
    .case("DS-02"),
    Mutation::new("signature-value-wrapped", "the signature value stands in lines of 76 characters", &[], |bench| {
        Ok(edited(bench, |text| {
            value(text, |value| {
                let lines: Vec<&str> =
                    value.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
                format!("\n{}\n", lines.join("\n"))
            })
        }))
    })
    .case("DS-02"),
    Mutation::new(
        "signature-value-not-base64",
        "the signature value is no base64",
        &["signed-xml.signature-invalid", "signed-xml.value-not-base64"],
        |bench| Ok(edited(bench, |text| value(text, |value| format!("*{}", &value[1..])))),
    )
    .case("DS-02"),
    Mutation::new(
        "signature-value-comment",
        "a comment stands in the signature value",
        &["signed-xml.value-interrupted"],
        |bench| Ok(edited(bench, |text| value(text, |value| format!("<!-- x -->{value}")))),
    )
    .case("XP-08"),
    Mutation::new(
        "digest-value-comment",
        "a comment stands in the digest value: what is signed does not change",
        &["signed-xml.value-interrupted"],
        |bench| Ok(replaced(bench, "<ds:DigestValue>", "<ds:DigestValue><!--deadbeef-->")),
    )
    .case("DS-04"),
    Mutation::new(
        "digest-value-instruction",
        "a processing instruction stands in the digest value",
        &["signed-xml.signature-invalid", "signed-xml.value-interrupted"],
        |bench| Ok(replaced(bench, "<ds:DigestValue>", "<ds:DigestValue><?p x?>")),
    )
    .case("XP-07"),
    Mutation::new(
        "digest-value-section",
        "the digest value stands in a CDATA section: what is signed does not change",
        &["signed-xml.value-interrupted"],
        |bench| {
            Ok(edited(bench, |text| {
                let value = between(text, "<ds:DigestValue>", "</ds:DigestValue>");
                text.replacen(value, &format!("<![CDATA[{value}]]>"), 1)
            }))
        },
    )
    .case("XP-09"),
    Mutation::new(
        "digest-value-flipped",
        "one character of the digest value is another one",
        &["signed-xml.digest-mismatch", "signed-xml.signature-invalid"],
        |bench| Ok(edited(bench, |text| flip(text, "<ds:DigestValue>"))),
    )
    .case("DS-04"),
    Mutation::new(
        "digest-value-twice",
        "the reference has two digest values",
        &["signed-xml.signature-invalid", "signed-xml.signature-malformed"],
        |bench| {
            Ok(replaced(
                bench,
                "</ds:DigestValue>",
                "</ds:DigestValue><ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ds:DigestValue>",
            ))
        },
    )
    .case("DS-04"),
    Mutation::new(
        "signed-info-twice",
        "the signature has two SignedInfo",
        &["signed-xml.signature-malformed"],
        |bench| {
            Ok(edited(bench, |text| {
                let info = between(text, "<ds:SignedInfo>", "</ds:SignedInfo>");
                let info = format!("<ds:SignedInfo>{info}</ds:SignedInfo>");
                text.replacen(&info, &format!("{info}{info}"), 1)
            }))
        },
    )
    .case("DS-05"),
    Mutation::new(
        "signed-info-in-object",
        "SignedInfo stands in an Object",
        &["signed-xml.signature-malformed"],
        |bench| {
            Ok(edited(bench, |text| {
                let info = between(text, "<ds:SignedInfo>", "</ds:SignedInfo>");
                let info = format!("<ds:SignedInfo>{info}</ds:SignedInfo>");
                text.replacen(&info, "", 1)
                    .replacen("</ds:Signature>", &format!("<ds:Object>{info}</ds:Object></ds:Signature>"), 1)
            }))
        },
    )
    .case("DS-05"),
    Mutation::new(
        "signed-info-missing",
        "there is no SignedInfo",
        &["signed-xml.signature-malformed"],
        |bench| {
            Ok(edited(bench, |text| {
                let info = between(text, "<ds:SignedInfo>", "</ds:SignedInfo>");
                text.replacen(&format!("<ds:SignedInfo>{info}</ds:SignedInfo>"), "", 1)
            }))
        },
    )
    .case("DS-05"),
    Mutation::new(
        "signed-info-comment",
        "a comment stands in SignedInfo: what is signed does not change",
        &["signed-xml.signed-info-annotated"],
        |bench| Ok(replaced(bench, "<ds:SignedInfo>", "<ds:SignedInfo><!-- x -->")),
    )
    .case("DS-05"),
    Mutation::new(
        "reference-missing",
        "SignedInfo has no reference",
        &["signed-xml.signature-malformed"],
        |bench| {
            Ok(edited(bench, |text| {
                let reference = between(text, "<ds:Reference ", "</ds:Reference>");
                text.replacen(&format!("<ds:Reference {reference}</ds:Reference>"), "", 1)
            }))
        },
    )
    .case("DS-07"),
    Mutation::new(
        "signature-method-missing",
        "SignedInfo has no SignatureMethod",
        &["signed-xml.signature-malformed"],
        |bench| {
            Ok(edited(bench, |text| {
                let method = between(text, "<ds:SignatureMethod", "</ds:SignatureMethod>");
                text.replacen(&format!("<ds:SignatureMethod{method}</ds:SignatureMethod>"), "", 1)
            }))
        },
    )
    .case("DS-21"),
    Mutation::new(
        "a-thousand-transforms",
        "the reference has a thousand transforms",
        &["signed-xml.signature-invalid", "signed-xml.too-many-parts", "signed-xml.transform-list"],
        |bench| {
            const TRANSFORM: &str =
                "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";
            Ok(replaced(bench, "</ds:Transforms>", &format!("{}</ds:Transforms>", TRANSFORM.repeat(1000))))
        },
    )
    .case("DS-14"),
];

/// The signature value changed.
fn value(text: &str, change: impl FnOnce(&str) -> String) -> String {
    let value = between(text, "<ds:SignatureValue>", "</ds:SignatureValue>");
    text.replacen(&format!(">{value}<"), &format!(">{}<", change(value)), 1)
}

/// The character after `place` replaced by another one of base64.
fn flip(text: &str, place: &str) -> String {
    let at = text.find(place).expect("the place is there") + place.len();
    let other = if text[at..].starts_with('A') { 'B' } else { 'A' };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}
