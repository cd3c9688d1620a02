//! KeyInfo: what the signer says of the key. It is a claim, and nothing is fetched for it.

use std::borrow::Cow;

use super::ec_key::{Value, ec_key};
use super::{AlgorithmUse, DS, DSIG11, Ids, Lookup, binary};
use crate::crypto::{Curve, PublicKey};
use crate::wire::xml::Element;

/// A `ds:KeyInfo`, taken apart.
#[derive(Debug, Default)]
pub(crate) struct KeyInfo<'d> {
    /// Every X509Data.
    pub(crate) x509: Vec<X509Data<'d>>,
    /// Every KeyValue, with the key where it is one that is known.
    pub(crate) key_values: Vec<(Element<'d>, Option<PublicKey>)>,
    /// Every KeyValue whose curve is spelled out, and is nearly one that is known.
    pub(crate) altered_curves: Vec<(Element<'d>, Curve)>,
    /// Every KeyName.
    pub(crate) names: Vec<Cow<'d, str>>,
    /// Children that say that the key stands elsewhere: RetrievalMethod, KeyInfoReference.
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
    /// Every X509Digest, with its algorithm, and its bytes where it is base64.
    pub(crate) digests: Vec<(AlgorithmUse<'d>, Option<Vec<u8>>)>,
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
        element.elements().for_each(|child| info.take(child));
        info
    }

    /// The same, with what the first RetrievalMethod or KeyInfoReference points at where that stands in
    /// the document as it is. What is pointed at points no further, and nothing is fetched.
    pub(crate) fn resolved(element: Element<'d>, ids: &Ids<'d>) -> Self {
        let mut info = Self::read(element);
        if let Some(target) = info.elsewhere.first().and_then(|pointer| pointed(*pointer, ids))
            && !target.contains(element)
        {
            if target.is(DS, "KeyInfo") {
                target.elements().for_each(|child| info.take(child));
            } else {
                info.take(target);
            }
        }
        info
    }

    fn take(&mut self, child: Element<'d>) {
        match (child.namespace(), child.local()) {
            (DS, "X509Data") => self.x509.push(X509Data::read(child)),
            (DS, "KeyValue") => {
                let key = match key_value(child) {
                    Value::Known(key) => Some(key),
                    Value::Altered(curve) => {
                        self.altered_curves.push((child, curve));
                        None
                    }
                    Value::Unknown => None,
                };
                self.key_values.push((child, key));
            }
            (DS, "KeyName") => self.names.push(child.text()),
            (DS, "RetrievalMethod") | (DSIG11, "KeyInfoReference") => self.elsewhere.push(child),
            (DSIG11, "DEREncodedKeyValue") => {
                let key = binary(child).and_then(|der| PublicKey::from_spki(&der).ok());
                self.key_values.push((child, key));
            }
            (_, "SecurityTokenReference") => self.security_tokens.push(child),
            _ => self.others.push(child),
        }
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
            digests: Vec::new(),
        };
        for child in element.elements() {
            if child.is(DSIG11, "X509Digest")
                && let Some(uri) = child.value_of("Algorithm")
            {
                data.digests.push((AlgorithmUse { element: child, uri }, binary(child)));
            }
            if !child.shares_namespace(element) {
                continue;
            }
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

/// The element of the document that a RetrievalMethod or KeyInfoReference points at, where no transform
/// makes something else of it.
fn pointed<'d>(pointer: Element<'d>, ids: &Ids<'d>) -> Option<Element<'d>> {
    let uri = pointer.value_of("URI")?;
    let id = uri.strip_prefix('#').filter(|_| pointer.child(DS, "Transforms").is_none())?;
    match ids.lookup(id) {
        Lookup::One(target) => Some(target),
        Lookup::Several | Lookup::None => None,
    }
}

/// The key in a `ds:KeyValue`.
fn key_value(element: Element<'_>) -> Value {
    let key = if let Some(rsa) = element.child(DS, "RSAKeyValue") {
        let part = |local| rsa.child(DS, local).and_then(binary);
        part("Modulus").zip(part("Exponent")).and_then(|(n, e)| PublicKey::from_rsa(&n, &e).ok())
    } else if let Some(dsa) = element.child(DS, "DSAKeyValue") {
        let part = |local| dsa.child(DS, local).and_then(binary);
        let group = part("P").zip(part("Q")).zip(part("G"));
        group.zip(part("Y")).and_then(|(((p, q), g), y)| PublicKey::from_dsa(&p, &q, &g, &y).ok())
    } else {
        return ec_key(element);
    };
    key.map_or(Value::Unknown, Value::Known)
}
