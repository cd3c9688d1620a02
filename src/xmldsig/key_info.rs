//! KeyInfo: what the signer says of the key. It is a claim, and nothing is fetched for it.

use std::borrow::Cow;

use super::{DS, DSIG11, binary};
use crate::crypto::{Curve, PublicKey};
use crate::wire::xml::Element;

/// A `ds:KeyInfo`, taken apart.
#[derive(Debug, Default)]
pub(crate) struct KeyInfo<'d> {
    /// Every X509Data.
    pub(crate) x509: Vec<X509Data<'d>>,
    /// Every KeyValue, with the key where it is one that is known.
    pub(crate) key_values: Vec<(Element<'d>, Option<PublicKey>)>,
    /// Every KeyName.
    pub(crate) names: Vec<Cow<'d, str>>,
    /// Children that would be fetched or looked up elsewhere: RetrievalMethod, KeyInfoReference.
    pub(crate) elsewhere: Vec<Element<'d>>,
    /// A `wsse:SecurityTokenReference`: the key stands in another part of the message.
    pub(crate) security_tokens: Vec<Element<'d>>,
    /// All other children.
    pub(crate) others: Vec<Element<'d>>,
}

/// A `ds:X509Data`.
#[derive(Debug)]
pub(crate) struct X509Data<'d> {
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) element: Element<'d>,
    /// Every X509Certificate, with its bytes where it is base64.
    pub(crate) certificates: Vec<(Element<'d>, Option<Vec<u8>>)>,
    pub(crate) issuer_serials: Vec<IssuerSerial<'d>>,
    pub(crate) key_ids: Vec<(Element<'d>, Option<Vec<u8>>)>,
    pub(crate) subject_names: Vec<Element<'d>>,
}

/// A `ds:X509IssuerSerial`.
#[derive(Debug)]
pub(crate) struct IssuerSerial<'d> {
    pub(crate) element: Element<'d>,
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) issuer: Cow<'d, str>,
    /// The serial number in decimal.
    pub(crate) serial: Cow<'d, str>,
}

impl<'d> KeyInfo<'d> {
    /// Takes a `ds:KeyInfo` apart.
    pub(crate) fn read(element: Element<'d>) -> Self {
        let mut info = Self::default();
        for child in element.elements() {
            match (child.namespace(), child.local()) {
                (DS, "X509Data") => info.x509.push(X509Data::read(child)),
                (DS, "KeyValue") => info.key_values.push((child, key_value(child))),
                (DS, "KeyName") => info.names.push(child.text()),
                (DS, "RetrievalMethod") | (DSIG11, "KeyInfoReference") => info.elsewhere.push(child),
                (DSIG11, "DEREncodedKeyValue") => {
                    let key = binary(child).and_then(|der| PublicKey::from_spki(&der).ok());
                    info.key_values.push((child, key));
                }
                (_, "SecurityTokenReference") => info.security_tokens.push(child),
                _ => info.others.push(child),
            }
        }
        info
    }

    /// The certificates of all X509Data, in the order of the document.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = (Element<'d>, &[u8])> {
        self.x509
            .iter()
            .flat_map(|data| &data.certificates)
            .filter_map(|(element, der)| Some((*element, der.as_deref()?)))
    }
}

impl<'d> X509Data<'d> {
    fn read(element: Element<'d>) -> Self {
        let mut data = Self {
            element,
            certificates: Vec::new(),
            issuer_serials: Vec::new(),
            key_ids: Vec::new(),
            subject_names: Vec::new(),
        };
        for child in element.elements().filter(|child| child.namespace() == DS) {
            match child.local() {
                "X509Certificate" => data.certificates.push((child, binary(child))),
                "X509SKI" => data.key_ids.push((child, binary(child))),
                "X509SubjectName" => data.subject_names.push(child),
                "X509IssuerSerial" => {
                    let text = |local| child.child(DS, local).map(Element::text).unwrap_or_default();
                    data.issuer_serials.push(IssuerSerial {
                        element: child,
                        issuer: text("X509IssuerName"),
                        serial: text("X509SerialNumber"),
                    });
                }
                _ => {}
            }
        }
        data
    }
}

/// The key in a `ds:KeyValue`.
fn key_value(element: Element<'_>) -> Option<PublicKey> {
    if let Some(rsa) = element.child(DS, "RSAKeyValue") {
        let part = |local| rsa.child(DS, local).and_then(binary);
        return PublicKey::from_rsa(&part("Modulus")?, &part("Exponent")?).ok();
    }
    let ec = element.child(DSIG11, "ECKeyValue")?;
    let curve = match ec.child(DSIG11, "NamedCurve")?.value_of("URI")?.as_ref() {
        "urn:oid:1.2.840.10045.3.1.7" => Curve::P256,
        "urn:oid:1.3.132.0.34" => Curve::P384,
        "urn:oid:1.3.132.0.35" => Curve::P521,
        "urn:oid:1.3.132.0.10" => Curve::Secp256k1,
        _ => return None,
    };
    PublicKey::from_point(curve, &binary(ec.child(DSIG11, "PublicKey")?)?).ok()
}
