//! Deviations of KeyInfo, the chain and the signer.

use super::super::certificate::{Extension, Usage};
use super::super::der;
use super::super::name::{self, Name};
use super::super::pki::Party;
use super::super::{Bench, Made, Mutation};
use super::{drafted, templated};
use crate::base::time::Duration;
use crate::xmldsig::Template;

/// What a chain that ends in nothing trips.
const UNTRUSTED: &[&str] = &["signed-xml.chain-incomplete", "signed-xml.signer-untrusted"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "key-info-missing",
        "there is no KeyInfo",
        &["signed-xml.key-missing", "signed-xml.x509-data-missing"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.template.key_info = None;
                draft.trust.clear();
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "key-name-alone",
        "KeyInfo names the key, and holds nothing else",
        &["signed-xml.key-missing", "signed-xml.x509-data-missing"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.template.key_info = Some("<ds:KeyName>organisation</ds:KeyName>".to_owned());
                draft.trust.clear();
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "key-value-alone",
        "KeyInfo holds the bare key of anyone",
        &["signed-xml.key-value-alone", "signed-xml.signer-untrusted", "signed-xml.x509-data-missing"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.key = bench.pki.stranger.key.clone();
                draft.template.key_info = Some(key_value(&bench.pki.stranger));
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "key-value-contradicts",
        "KeyInfo holds the bare key of somebody else beside the certificate",
        &["signed-xml.key-value-contradicts"],
        |bench| {
            Ok(templated(bench, |template| {
                let more = key_value(&bench.pki.stranger);
                template.key_info = template.key_info.take().map(|info| info + &more);
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "retrieval-method",
        "KeyInfo says where to fetch the key",
        &["signed-xml.key-elsewhere"],
        |bench| {
            Ok(templated(bench, |template| {
                let more = "<ds:RetrievalMethod URI=\"http://127.0.0.1/canary.cer\"></ds:RetrievalMethod>";
                template.key_info = template.key_info.take().map(|info| info + more);
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "certificate-malformed",
        "an X509Certificate holds something else",
        &["signed-xml.certificate-malformed"],
        |bench| {
            Ok(templated(bench, |template| {
                template.key_info = Some(Template::x509_data(&[
                    &bench.pki.organisation.certificate,
                    &bench.pki.issuing_ca.certificate,
                    b"no certificate",
                ]));
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "issuer-serial-contradicts",
        "X509IssuerSerial is that of another certificate",
        &["signed-xml.x509-data-contradicts"],
        |bench| {
            Ok(templated(bench, |template| {
                let more = "<ds:X509IssuerSerial><ds:X509IssuerName>CN=Somebody</ds:X509IssuerName>\
                            <ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>";
                template.key_info = template.key_info.take().map(|info| info.replace("</ds:X509Data>", more));
            }))
        },
    )
    .case("DS-29"),
    Mutation::new(
        "digest-contradicts",
        "X509Digest is that of another certificate",
        &["signed-xml.x509-data-contradicts"],
        |bench| {
            Ok(templated(bench, |template| {
                let more = "<e:X509Digest xmlns:e=\"http://www.w3.org/2009/xmldsig11#\" \
                            Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">\
                            47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</e:X509Digest></ds:X509Data>";
                template.key_info = template.key_info.take().map(|info| info.replace("</ds:X509Data>", more));
            }))
        },
    )
    .case("DS-29"),
    Mutation::new(
        "certificate-named",
        "X509IssuerSerial names the signer's certificate, which is not at hand",
        &["signed-xml.key-missing", "signed-xml.x509-data-missing"],
        |bench| {
            Ok(templated(bench, |template| {
                template.key_info = Some(
                    "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=Issuer</ds:X509IssuerName>\
                     <ds:X509SerialNumber>123456789</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>"
                        .to_owned(),
                );
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "certificate-of-another",
        "the certificate is somebody else's",
        &["signed-xml.signature-invalid"],
        |bench| Ok(drafted(bench, |draft| draft.key = bench.pki.stranger.key.clone())),
    )
    .case("DS-24"),
    Mutation::new(
        "certificate-of-another-key",
        "the signer is trusted, and KeyInfo shows somebody else's certificate",
        &["signed-xml.certificate-of-another-key"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.trust = vec![bench.pki.organisation.pem()];
                draft.template.key_info = Some(Template::x509_data(&[
                    &bench.pki.person.certificate,
                    &bench.pki.issuing_ca.certificate,
                ]));
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "key-of-another-kind",
        "the method is ECDSA, the certificate's key RSA",
        &["signed-xml.key-mismatch", "signed-xml.signature-method"],
        |bench| Ok(super::replaced(bench, "xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256")),
    )
    .case("DS-21"),
    Mutation::new(
        "key-of-unknown-kind",
        "the certificate's key is of an algorithm that nobody knows",
        &["signed-xml.key-not-judged"],
        |bench| {
            Ok(signed_by(bench, |party| {
                party.spec.spki = der::seq([der::algorithm("2.999.1"), der::bits(&[0; 32])]).encode();
            }))
        },
    )
    .case("DS-24"),
    Mutation::new(
        "trust-none",
        "the judge is given no trust anchor",
        &["signed-xml.trust-not-given"],
        |bench| Ok(drafted(bench, |draft| draft.trust.clear())),
    )
    .case("DS-26"),
    Mutation::new("same-name", "another CA of the same name issued the certificate", UNTRUSTED, |bench| {
        let mut evil = bench.pki.organisation.clone();
        evil.certificate = evil.spec.sign(&bench.pki.stranger.key);
        Ok(drafted(bench, |draft| {
            draft.template.key_info = Some(Template::x509_data(&[&evil.certificate]));
        }))
    })
    .case("DS-26"),
    Mutation::new(
        "self-signed",
        "the signer issued the certificate to themselves, with the organisation's name",
        &["signed-xml.signer-untrusted"],
        |bench| {
            Ok(drafted(bench, |draft| {
                let mut spec = bench.pki.organisation.spec.clone();
                spec.issuer = spec.subject.clone();
                draft.template.key_info = Some(Template::x509_data(&[&spec.sign(&draft.key)]));
            }))
        },
    )
    .case("DS-26"),
    Mutation::new(
        "expired",
        "the signer's certificate has expired",
        &["signed-xml.signer-expired"],
        |bench| {
            Ok(signed_by(bench, |party| {
                party.spec.not_after = der::utc_time(bench.clock() - Duration::seconds(1));
            }))
        },
    )
    .case("DS-27"),
    Mutation::new(
        "not-yet-valid",
        "the signer's certificate is not valid yet",
        &["signed-xml.signer-not-yet-valid"],
        |bench| {
            Ok(signed_by(bench, |party| {
                party.spec.not_before = der::utc_time(bench.clock() + Duration::days(1));
            }))
        },
    )
    .case("DS-27"),
    Mutation::new(
        "usage-encipherment",
        "the signer's certificate is for encryption alone",
        &["signed-xml.signer-usage"],
        |bench| {
            Ok(signed_by(bench, |party| {
                party.spec.extensions = vec![Extension::key_usage(&[Usage::KeyEncipherment])];
            }))
        },
    )
    .case("DS-27"),
    Mutation::new(
        "leaf-alone",
        "the chain lacks the issuing CA",
        &["signed-xml.chain-incomplete"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.intermediates = vec![bench.pki.issuing_ca.pem()];
                draft.template.key_info = Some(Template::x509_data(&[&bench.pki.organisation.certificate]));
            }))
        },
    )
    .case("DS-25"),
    Mutation::new("root-included", "the chain contains the root", &["signed-xml.root-included"], |bench| {
        Ok(chain(bench, &[&bench.pki.organisation, &bench.pki.issuing_ca, &bench.pki.root]))
    })
    .case("DS-25"),
    Mutation::new(
        "chain-reversed",
        "the chain stands in the other order",
        &["signed-xml.chain-order", "signed-xml.signer-not-first"],
        |bench| Ok(chain(bench, &[&bench.pki.issuing_ca, &bench.pki.organisation])),
    )
    .case("DS-25"),
    Mutation::new(
        "leaf-twice",
        "the signer's certificate stands twice",
        &["signed-xml.chain-order"],
        |bench| Ok(chain(bench, &[&bench.pki.organisation, &bench.pki.organisation, &bench.pki.issuing_ca])),
    )
    .case("DS-25"),
    Mutation::new(
        "stranger-in-chain",
        "a certificate that has no part in it stands in the chain",
        &["signed-xml.chain-order"],
        |bench| Ok(chain(bench, &[&bench.pki.organisation, &bench.pki.issuing_ca, &bench.pki.sts])),
    )
    .case("DS-25"),
    Mutation::new(
        "eid-for-ehealth",
        "the request of EtkRA is signed with an eID",
        &["signed-xml.key-of-another-operation"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.key = bench.pki.eid_authentication.key.clone();
                draft.trust = vec![bench.pki.eid_ca.pem()];
                draft.template.key_info =
                    Some(Template::x509_data(&[&bench.pki.eid_authentication.certificate]));
            }))
        },
    )
    .case("DS-28"),
    Mutation::new(
        "signature-key-for-authentication",
        "GetActorQualities is signed with the signature key of an eID",
        &["signed-xml.key-of-another-operation"],
        |bench| Ok(qualities(bench, &bench.pki.eid_signature, &bench.pki.person_holder.identifier)),
    )
    .case("DS-28"),
    Mutation::new("get-actor-qualities", "GetActorQualities, signed by the person", &[], |bench| {
        Ok(qualities(bench, &bench.pki.eid_authentication, &bench.pki.person_holder.identifier))
    }),
    Mutation::new(
        "another-person",
        "GetActorQualities asks for another person than the signer",
        &["signed-xml.signer-not-the-person"],
        |bench| Ok(qualities(bench, &bench.pki.eid_authentication, &name::ssin(bench.seed() + 1000))),
    )
    .case("DS-28"),
    Mutation::new(
        "signer-of-no-kind",
        "the signer has neither an eID nor an eHealth certificate",
        &["signed-xml.signer-of-no-kind"],
        |bench| {
            Ok(signed_by(bench, |party| party.spec.subject = Name::of(&[(name::COMMON_NAME, "Somebody")])))
        },
    )
    .case("DS-28"),
];

/// Signed under the organisation's certificate, changed and issued again.
fn signed_by(bench: &Bench, change: impl FnOnce(&mut Party)) -> Made {
    drafted(bench, |draft| {
        let mut party = bench.pki.organisation.clone();
        change(&mut party);
        let certificate = party.spec.sign(&bench.pki.issuing_ca.key);
        draft.template.key_info =
            Some(Template::x509_data(&[&certificate, &bench.pki.issuing_ca.certificate]));
    })
}

fn chain(bench: &Bench, parties: &[&Party]) -> Made {
    templated(bench, |template| {
        let certificates: Vec<&[u8]> = parties.iter().map(|party| party.certificate.as_slice()).collect();
        template.key_info = Some(Template::x509_data(&certificates));
    })
}

/// GetActorQualities for `ssin`, signed by a key of an eID.
fn qualities(bench: &Bench, signer: &Party, ssin: &str) -> Made {
    drafted(bench, |draft| {
        let start = draft.text.find("<etkra:Public").expect("the key");
        let end = draft.text.find("\n</etkra").expect("the end");
        draft.text.replace_range(start..end, &format!("<etkra:SSIN>{ssin}</etkra:SSIN>"));
        draft.text = draft
            .text
            .replace("StartETKRegistrationRequest", "GetActorQualitiesRequest")
            .replace("etkra:", "certra:")
            .replace(":etkra=", ":certra=");
        draft.key = signer.key.clone();
        draft.trust = vec![bench.pki.eid_ca.pem()];
        draft.template.key_info = Some(Template::x509_data(&[&signer.certificate]));
    })
}

fn key_value(party: &Party) -> String {
    let (modulus, exponent) = party.key.rsa_public().expect("the stranger has an RSA key");
    let text = |octets: &[u8]| data_encoding::BASE64.encode(octets);
    format!(
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent>{}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>",
        text(modulus),
        text(exponent)
    )
}
