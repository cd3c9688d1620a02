//! Signed requests wrapped: the verifier finds the genuine one, the service reads the evil one.

use super::super::Direction;
use super::order;
use crate::forge::signature::{self, Wrapping};
use crate::forge::{Bench, Error, Made, Mutation};

/// A signed request wrapped: the evil one asks for another thing.
fn wrapped(bench: &Bench, operation: &str, wrapping: Wrapping, from: &str, to: &str) -> Result<Made, Error> {
    let mut made = order(operation, Direction::Request).made(bench)?;
    let text = String::from_utf8(made.bytes).expect("the forge writes UTF-8");
    made.bytes = signature::wrap(&text, wrapping, |request| {
        let changed = request.replacen(from, to, 1);
        assert_ne!(request, changed, "the evil request is another one");
        changed
    })
    .into_bytes();
    Ok(made)
}

/// The signed root may be of any operation: one of CertRA's that needs non-repudiation.
macro_rules! wrapped {
    ($id:literal, $case:literal, $title:literal, $wrapping:ident, $rules:expr) => {
        Mutation::new($id, $title, $rules, |bench| {
            wrapped(bench, "Revoke", Wrapping::$wrapping, "superseded", "keyCompromise")
        })
        .case($case)
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    wrapped!(
        "xsw-1",
        "DS-10",
        "the signature moves to an evil request and holds the genuine one",
        InsideSignature,
        &[
            "signed-xml.enveloped-transform-idle",
            "signed-xml.not-enveloped",
            "signed-xml.payload-not-covered",
            "signed-xml.signature-malformed",
        ]
    ),
    wrapped!(
        "xsw-2",
        "DS-10",
        "the signature moves to an evil request, after the genuine one",
        BeforeSignature,
        &[
            "certra-message.element-unexpected",
            "signed-xml.enveloped-transform-idle",
            "signed-xml.not-enveloped",
            "signed-xml.part-signed",
            "signed-xml.payload-not-covered",
        ]
    ),
    wrapped!(
        "xsw-3",
        "DS-10",
        "the genuine request is the first child of an evil one",
        FirstChild,
        &[
            "certra-message.element-missing",
            "certra-message.element-unexpected",
            "signed-xml.payload-not-covered",
        ]
    ),
    wrapped!(
        "xsw-4",
        "DS-10",
        "the genuine request is the last child of an evil one",
        LastChild,
        &[
            "certra-message.element-missing",
            "certra-message.element-unexpected",
            "signed-xml.payload-not-covered",
        ]
    ),
    wrapped!(
        "xsw-5",
        "DS-10",
        "as 2, and the evil request has the same identifier",
        SameIdentifier,
        &["certra-message.element-unexpected", "signed-xml.reference-ambiguous",]
    ),
    wrapped!(
        "xsw-6",
        "DS-10",
        "as 1, and the evil request has the same identifier",
        SameIdentifierInside,
        &["signed-xml.reference-ambiguous", "signed-xml.signature-malformed",]
    ),
    wrapped!(
        "xsw-7",
        "DS-12",
        "the genuine request stands in a container that nobody knows",
        Extensions,
        &[
            "certra-message.element-missing",
            "certra-message.element-unexpected",
            "signed-xml.payload-not-covered",
        ]
    ),
    wrapped!(
        "xsw-8",
        "DS-10",
        "the signature moves to an evil request and holds the genuine one in an Object",
        Object,
        &[
            "signed-xml.enveloped-transform-idle",
            "signed-xml.not-enveloped",
            "signed-xml.object-present",
            "signed-xml.payload-not-covered",
        ]
    ),
    wrapped!(
        "xsw-9",
        "DS-11",
        "as 3, with an evil SignedInfo before the genuine one",
        TwoSignedInfos,
        &[
            "certra-message.element-missing",
            "certra-message.element-unexpected",
            "signed-xml.payload-not-covered",
            "signed-xml.signature-malformed",
        ]
    ),
    wrapped!(
        "xsw-10",
        "DS-12",
        "the genuine request stands in a SOAP header",
        Header,
        &["certra-message.element-missing", "signed-xml.payload-not-covered",]
    ),
];
