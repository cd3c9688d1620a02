//! What is signed: changed after signing, written in other ways, wrapped.

use super::super::Mutation;
use super::super::signature::{self, Wrapping};
use super::{ID, between, drafted, edited, replaced};

const MISMATCH: &[&str] = &["signed-xml.digest-mismatch"];

macro_rules! wrapped {
    ($id:literal, $case:literal, $title:literal, $wrapping:ident, $rules:expr) => {
        Mutation::new($id, $title, $rules, |bench| {
            Ok(edited(bench, |text| signature::wrap(text, Wrapping::$wrapping, evil)))
        })
        .case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("text-changed", "a character of the content is another one", MISMATCH, |bench| {
        Ok(replaced(bench, "EncryptionKey>MII", "EncryptionKey>MIJ"))
    })
    .case("DS-03"),
    Mutation::new("attribute-changed", "an attribute has another value", MISMATCH, |bench| {
        Ok(replaced(bench, "IssueInstant=\"2", "IssueInstant=\"3"))
    })
    .case("DS-03"),
    Mutation::new("attribute-added", "an attribute is added", MISMATCH, |bench| {
        Ok(replaced(bench, " IssueInstant=", " InResponseTo=\"x\" IssueInstant="))
    })
    .case("DS-03"),
    Mutation::new("namespace-changed", "the namespace has another name", MISMATCH, |bench| {
        Ok(replaced(bench, "etkra:protocol:v2", "etkra:protocol:v3"))
    })
    .case("DS-34"),
    Mutation::new("prefix-changed", "the names have another prefix", MISMATCH, |bench| {
        Ok(edited(bench, |text| text.replace("etkra:Start", "e:Start").replace("etkra:Public", "e:Public").replace("xmlns:etkra", "xmlns:e")))
    })
    .case("DS-34"),
    Mutation::new("indented", "white space is added", MISMATCH, |bench| {
        Ok(replaced(bench, "\n  <etkra:", "\n    <etkra:"))
    })
    .case("DS-03"),
    Mutation::new("namespace-unused", "a namespace that nothing uses is declared", &[], |bench| {
        Ok(replaced(bench, " Id=", " xmlns:unused=\"urn:example:unused\" Id="))
    })
    .case("DS-34"),
    Mutation::new("attributes-reordered", "the attributes stand in another order", &[], |bench| {
        Ok(edited(bench, |text| {
            let instant = between(text, "IssueInstant=", ">");
            text.replacen(&format!(" Id=\"{ID}\" IssueInstant={instant}"), &format!(" IssueInstant={instant}\n Id='{ID}' "), 1)
        }))
    })
    .case("DS-33"),
    Mutation::new("references-in-content", "characters are written as references", &[], |bench| {
        Ok(replaced(bench, "EncryptionKey>MII", "EncryptionKey>&#77;&#x49;<![CDATA[I]]>"))
    })
    .case("DS-33"),
    Mutation::new("comment-in-content", "a comment stands in the content: it is not signed", &[], |bench| {
        Ok(replaced(bench, "EncryptionKey>MII", "EncryptionKey>MI<!-- x -->I"))
    })
    .case("XP-08"),
    Mutation::new("instruction-in-content", "a processing instruction stands in the content", MISMATCH, |bench| {
        Ok(replaced(bench, "EncryptionKey>MII", "EncryptionKey>MI<?p x?>I"))
    })
    .case("XP-07"),
    Mutation::new("line-ends", "the lines end in CR LF", &[], |bench| {
        Ok(edited(bench, |text| text.replace('\n', "\r\n")))
    })
    .case("XP-21"),
    Mutation::new("in-an-envelope", "the signed request stands in a SOAP envelope", &[], |bench| {
        Ok(edited(bench, |text| {
            let (_, request) = text.split_once("?>\n").expect("a declaration");
            format!(
                "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{}</soap:Body></soap:Envelope>",
                request.trim_end()
            )
        }))
    })
    .case("DS-34"),
    Mutation::new(
        "namespace-relative",
        "a namespace in the content has a relative name",
        &["signed-xml.not-canonical"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen(" Id=", " xmlns:r=\"relative\" Id=", 1);
            }))
        },
    )
    .case("DS-20"),
    Mutation::new(
        "void-canonicalisation",
        "what is signed has no canonical form, and the digest is that of nothing",
        &["signed-xml.digest-of-nothing", "signed-xml.not-canonical"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen(" Id=", " xmlns:r=\"relative\" Id=", 1);
                draft.template.references[0].digest = Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned());
            }))
        },
    )
    .case("DS-19"),
    Mutation::new(
        "identifier-twice",
        "another element has the identifier that is referenced",
        &["signed-xml.id-duplicated", "signed-xml.reference-ambiguous"],
        |bench| {
            Ok(replaced(bench, "EncryptionKey>", &format!("EncryptionKey Id=\"{ID}\">")))
        },
    )
    .case("DS-09"),
    Mutation::new(
        "identifier-twice-by-another-name",
        "an attribute of another name has the identifier that is referenced",
        &["signed-xml.id-duplicated", "signed-xml.reference-ambiguous"],
        |bench| {
            Ok(replaced(bench, "EncryptionKey>", &format!("EncryptionKey xml:id=\"{ID}\">")))
        },
    )
    .case("XP-20"),
    Mutation::new(
        "identifier-reused",
        "two elements have an identifier that nothing references",
        &["signed-xml.id-reused"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen("EncryptionKey>", "EncryptionKey Id=\"_x\">", 1);
                draft.template.objects = String::new();
                draft.text = draft.text.replacen("\n</etkra", "<x xmlns=\"\" Id=\"_x\"/>\n</etkra", 1);
            }))
        },
    )
    .case("XP-20"),
    Mutation::new(
        "signed-twice",
        "a second signature follows the first",
        &["signed-xml.digest-mismatch", "signed-xml.signature-repeated"],
        |bench| {
            let mut draft = super::Draft::of(bench);
            draft.text = draft.sign();
            Ok(draft.made())
        },
    )
    .case("DS-06"),
    Mutation::new(
        "signature-deeper",
        "the signature stands in a child of the request",
        &["signed-xml.signature-misplaced"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.text = draft.text.replacen("\n</etkra", "<x:Holder xmlns:x=\"urn:example:holder\"></x:Holder></etkra", 1);
            }))
        },
    )
    .case("DS-06"),
    Mutation::new(
        "enveloping",
        "the signature holds the request",
        &[
            "signed-xml.not-enveloped",
            "signed-xml.object-present",
            "signed-xml.payload-not-covered",
            "signed-xml.transform-list",
        ],
        |bench| {
            Ok(drafted(bench, |draft| {
                let request = draft.text.split_once("?>\n").expect("a declaration").1.trim_end().to_owned();
                draft.text = String::new();
                draft.template.objects = format!("<ds:Object>{request}</ds:Object>");
                draft.template.references[0].transforms = vec![crate::xmldsig::EXCLUSIVE.to_owned()];
            }))
        },
    )
    .case("DS-31"),
    Mutation::new(
        "object-present",
        "the signature holds an Object",
        &["signed-xml.object-present"],
        |bench| {
            Ok(drafted(bench, |draft| {
                draft.template.objects = "<ds:Object><x xmlns=\"\"/></ds:Object>".to_owned();
            }))
        },
    )
    .case("DS-31"),
    wrapped!("xsw-1", "DS-10", "the signature moves to an evil request and holds the genuine one", InsideSignature, &[
        "signed-xml.enveloped-transform-idle", "signed-xml.not-enveloped", "signed-xml.payload-not-covered", "signed-xml.signature-malformed",
    ]),
    wrapped!("xsw-2", "DS-10", "the signature moves to an evil request, after the genuine one", BeforeSignature, &[
        "signed-xml.enveloped-transform-idle", "signed-xml.not-enveloped", "signed-xml.part-signed", "signed-xml.payload-not-covered",
    ]),
    wrapped!("xsw-3", "DS-10", "the genuine request is the first child of an evil one", FirstChild, &["signed-xml.payload-not-covered"]),
    wrapped!("xsw-4", "DS-10", "the genuine request is the last child of an evil one", LastChild, &["signed-xml.payload-not-covered"]),
    wrapped!("xsw-5", "DS-10", "as 2, and the evil request has the same identifier", SameIdentifier, &["signed-xml.id-duplicated", "signed-xml.reference-ambiguous"]),
    wrapped!("xsw-6", "DS-10", "as 1, and the evil request has the same identifier", SameIdentifierInside, &[
        "signed-xml.id-duplicated", "signed-xml.reference-ambiguous", "signed-xml.signature-malformed",
    ]),
    wrapped!("xsw-7", "DS-12", "the genuine request stands in a container that nobody knows", Extensions, &["signed-xml.payload-not-covered"]),
    wrapped!("xsw-8", "DS-10", "the signature moves to an evil request and holds the genuine one in an Object", Object, &[
        "signed-xml.enveloped-transform-idle", "signed-xml.not-enveloped", "signed-xml.object-present", "signed-xml.payload-not-covered",
    ]),
    wrapped!("xsw-9", "DS-11", "as 3, with an evil SignedInfo before the genuine one", TwoSignedInfos, &[
        "signed-xml.payload-not-covered", "signed-xml.signature-malformed",
    ]),
    wrapped!("xsw-10", "DS-12", "the genuine request stands in a SOAP header", Header, &["signed-xml.payload-not-covered"]),
    Mutation::new(
        "document-type",
        "there is a document type declaration",
        &["xml.document-type-declared"],
        |bench| Ok(replaced(bench, "?>\n", "?>\n<!DOCTYPE x>\n")),
    )
    .case("XP-02"),
    Mutation::new(
        "entity-in-identifier",
        "an entity stands in the identifier",
        &["xml.document-type-declared", "xml.entity-undeclared"],
        |bench| {
            Ok(edited(bench, |text| {
                let entity = format!("?>\n<!DOCTYPE x [<!ENTITY i \"{ID}\">]>\n");
                text.replacen("?>\n", &entity, 1).replacen(&format!(" Id=\"{ID}\""), " Id=\"&i;\"", 1)
            }))
        },
    )
    .case("XP-06"),
    Mutation::new(
        "external-entity",
        "an entity is a file",
        &["xml.document-type-declared", "xml.entity-undeclared"],
        |bench| {
            Ok(edited(bench, |text| {
                text.replacen("?>\n", "?>\n<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n", 1)
                    .replacen("EncryptionKey>", "EncryptionKey>&f;", 1)
            }))
        },
    )
    .case("XP-03"),
    Mutation::new(
        "entity-expansion",
        "entities expand without end",
        &["xml.document-type-declared", "xml.entity-undeclared"],
        |bench| {
            Ok(edited(bench, |text| {
                let bomb = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>\n";
                text.replacen("?>\n", &format!("?>\n{bomb}"), 1).replacen("EncryptionKey>", "EncryptionKey>&c;", 1)
            }))
        },
    )
    .case("XP-04"),
    Mutation::new(
        "default-attribute",
        "a document type gives the request another namespace",
        &["xml.document-type-declared"],
        |bench| Ok(replaced(bench, "?>\n", "?>\n<!DOCTYPE x [<!ATTLIST x xmlns CDATA \"urn:example:evil\">]>\n")),
    )
    .case("XP-05"),
    Mutation::new("second-root", "a second root element follows", &["xml.not-well-formed"], |bench| {
        Ok(edited(bench, |text| format!("{text}<x/>")))
    })
    .case("XP-01"),
    Mutation::new("prefix-unbound", "a prefix is not declared", &["xml.namespace-malformed"], |bench| {
        Ok(replaced(bench, " IssueInstant=", " p:IssueInstant="))
    })
    .case("XP-13"),
    Mutation::new("attribute-twice", "an attribute stands twice", &["xml.attribute-duplicated"], |bench| {
        Ok(replaced(bench, " Id=", " IssueInstant=\"\" Id="))
    })
    .case("XP-14"),
    Mutation::new("attribute-unquoted", "an attribute has no quotes", &["xml.not-well-formed"], |bench| {
        Ok(replaced(bench, &format!("Id=\"{ID}\""), &format!("Id={ID}")))
    })
    .case("XP-18"),
    Mutation::new("xml-1.1", "the document says that it is XML 1.1", &["xml.version-not-read"], |bench| {
        Ok(replaced(bench, "version=\"1.0\"", "version=\"1.1\""))
    })
    .case("XP-12"),
    Mutation::new("utf-7", "the document says that it is UTF-7", &["xml.encoding-not-read"], |bench| {
        Ok(replaced(bench, "encoding=\"UTF-8\"", "encoding=\"UTF-7\""))
    })
    .case("XP-11"),
    Mutation::new("attributes-many", "an element has a hundred thousand attributes: it is read in time", MISMATCH, |bench| {
        let many: String = (0..100_000).map(|index| format!(" a{index}=\"\"")).collect();
        Ok(replaced(bench, " Id=", &format!("{many} Id=")))
    })
    .case("XP-15"),
    Mutation::new("namespaces-many", "an element declares a hundred thousand prefixes: none is signed", &[], |bench| {
        let many: String = (0..100_000).map(|index| format!(" xmlns:n{index}=\"urn:x\"")).collect();
        Ok(replaced(bench, " Id=", &format!("{many} Id=")))
    })
    .case("XP-16"),
    Mutation::new("schema-location", "the request says where a schema is: nothing is fetched", &[], |bench| {
        Ok(drafted(bench, |draft| {
            let location = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                            xsi:schemaLocation=\"urn:x http://127.0.0.1/canary.xsd\" Id=";
            draft.text = draft.text.replacen(" Id=", location, 1);
        }))
    })
    .case("XP-19"),
    Mutation::new("very-deep", "elements nest very deep", &["xml.budget-exceeded"], |bench| {
        Ok(replaced(bench, "</etkra:Start", &format!("{}{}</etkra:Start", "<x>".repeat(10_000), "</x>".repeat(10_000))))
    })
    .case("XP-17"),
];

/// The key of another one.
fn evil(request: &str) -> String {
    request.replacen("EncryptionKey>MII", "EncryptionKey>MIJ", 1)
}
