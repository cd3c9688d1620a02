//! Deviations of what stands in CertRA's messages, and of who signs them.

use super::super::{Direction, Value, sample};
use super::{answered, asked, order};
use crate::forge::{Made, Mutation, csr, signed_xml};

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new(
        "answer-empty",
        "a success without the certificate",
        &["certra-message.payload-missing"],
        |bench| answered(bench, "GetCertificate", |value| value.remove("X509Certificate")),
    )
    .case("SO-24"),
    Mutation::new(
        "identifier-empty",
        "the identifier of the organisation is empty",
        &["certra-message.value-empty"],
        |bench| {
            asked(bench, "GetExistingApplicationIds", |value| {
                value.set("OrganizationIdentifier", Value::default().with("Type", "CBE"));
            })
        },
    )
    .case("SO-24"),
    Mutation::new(
        "csr-unreadable",
        "the CSR decodes to something else",
        &["certra-message.csr-unreadable"],
        |bench| asked(bench, "SubmitCSRForForeigner", |value| value.set("CSR", Value::base64(b"no request"))),
    ),
    Mutation::new(
        "csr-for-another-name",
        "the CSR is for another name than the contract, signed",
        &["certra-message.subject-other"],
        |bench| {
            asked(bench, "GenerateCertificate", |value| {
                let pki = &bench.pki;
                let other = csr::Spec::of(&pki.person_holder, &pki.person.key).sign();
                value.get_mut("EHealthCSR").expect("a CSR").set("CSR", Value::base64(&other));
            })
        },
    )
    .case("SO-24"),
    Mutation::new(
        "certificate-unreadable",
        "the certificate decodes to something else",
        &["certra-message.certificate-unreadable"],
        |bench| {
            answered(bench, "GetCertificate", |value| value.set("X509Certificate", Value::base64(b"none")))
        },
    ),
    Mutation::new(
        "chain-with-root",
        "the root stands in the chain",
        &["certra-message.certificate-chain-other"],
        |bench| {
            answered(bench, "GetCertificate", |value| {
                *value = value.clone().and("X509Certificate", Value::base64(&bench.pki.root.certificate));
            })
        },
    )
    .case("DS-25"),
    Mutation::new(
        "chain-reversed",
        "the certificate of the CA stands first",
        &["certra-message.certificate-chain-other"],
        |bench| {
            answered(bench, "GetCertificate", |value| {
                let pki = &bench.pki;
                value.set("X509Certificate", Value::base64(&pki.issuing_ca.certificate));
                *value = value.clone().and("X509Certificate", Value::base64(&pki.organisation.certificate));
            })
        },
    )
    .case("DS-25"),
    Mutation::new(
        "contract-in-plain-text",
        "the contract has no tag",
        &["certra-message.contract-not-html"],
        |bench| {
            answered(bench, "GenerateContract", |value| {
                let text = value.get_mut("Contract/Text").expect("a text");
                text.set("Value", Value::from("I agree to what is not said.").with("lang", "en"));
            })
        },
    ),
    Mutation::new(
        "dates-missing",
        "a certificate that is valid, without its dates",
        &["certra-message.details-missing"],
        |bench| {
            answered(bench, "GetCertificateInfoForCitizen", |value| {
                let info = value.get_mut("CertificateInfo").expect("a certificate");
                info.remove("AuthenticationCertificateDetails");
                info.remove("ReplacementPeriodStartDate");
            })
        },
    ),
    Mutation::new(
        "identifier-not-described",
        "a type of organisation without pattern and algorithm",
        &["certra-message.identifier-not-described"],
        |bench| {
            answered(bench, "GetGenericOrganizationTypes", |value| {
                let of = value.get_mut("OrganizationType").expect("a type");
                of.remove("ValidationRegEx");
                of.remove("CheckDigitAlgorithm");
            })
        },
    ),
    Mutation::new(
        "pattern-as-printed",
        "the pattern that the cookbook prints: its anchors bind to the outer alternatives alone",
        &["certra-message.pattern-ungrouped"],
        |bench| {
            answered(bench, "GetGenericOrganizationTypes", |value| {
                let of = value.get_mut("OrganizationType").expect("a type");
                of.set("ValidationRegEx", "^710[0-9]{5}|719[0-9]{5}|720[0-9]{5}$");
            })
        },
    ),
    Mutation::new(
        "first-name-missing",
        "who revokes is named without a first name",
        &["certra-message.person-incomplete"],
        |bench| {
            asked(bench, "GenerateRevocationContract", |value| {
                value.get_mut("Signer").expect("a signer").remove("FirstName");
            })
        },
    )
    .case("SO-24"),
    Mutation::new(
        "foreigner-of-belgium",
        "the foreigner has a national number, and the CSR is for the same",
        &["certra-message.foreigner-without-bis"],
        |bench| {
            asked(bench, "SubmitCSRForForeigner", |value| {
                let pki = &bench.pki;
                let id = Value::from(&*pki.person_holder.identifier).with("Type", "SSIN");
                value.get_mut("ForeignPerson").expect("a person").set("Id", id);
                value.set("CSR", Value::base64(&csr::Spec::of(&pki.person_holder, &pki.person.key).sign()));
            })
        },
    )
    .case("DS-28"),
    Mutation::new(
        "csr-for-another-foreigner",
        "the CSR is for another person than the foreigner",
        &["certra-message.foreigner-other"],
        |bench| {
            asked(bench, "SubmitCSRForForeigner", |value| {
                let pki = &bench.pki;
                assert_ne!(sample::foreigner(bench), pki.person_holder, "two people");
                value.set("CSR", Value::base64(&csr::Spec::of(&pki.person_holder, &pki.person.key).sign()));
            })
        },
    ),
    Mutation::new(
        "signed-with-the-other-key-of-the-card",
        "the revocation is signed with the authentication key of the eID",
        &["signed-xml.key-of-another-operation"],
        |bench| {
            let order = order("Revoke", Direction::Request);
            let text = order.message(bench)?.xml();
            let signed = signed_xml::sign(&text, &bench.pki.eid_authentication, &[]);
            Ok(Made::new(signed).with("trust", vec![bench.pki.eid_ca.pem()]))
        },
    )
    .case("DS-28"),
];
