//! SAML as the Attribute Authority and the STS of eHealth speak it: queries, answers, assertions.
//!
//! Each file makes one artefact as text; here stands what they share, and how an element of one is
//! signed. WS-Security around them is not known here.

use time::UtcOffset;

use super::keys::Key;
use super::pki::{Party, Pki};
use super::rng::Stream;
use super::signature::{self, RSA_SHA256};
use super::xml::escaped;
use crate::base::time::{Duration, Instant};
use crate::xmldsig::{DS, Template};

pub mod assertion;
pub mod query;
pub mod response;
pub mod sts;

/// SAML 1.1 assertions.
pub(super) const ASSERTION_1: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
/// SAML 2.0 assertions.
pub(super) const ASSERTION_2: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML 2.0 protocol.
pub(super) const PROTOCOL_2: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The Attribute Authority's name for itself.
pub const ATTRIBUTE_AUTHORITY: &str = "urn:be:fgov:ehealth:aa";
/// The format of an issuer's name.
pub const FORMAT_ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// The format of a name that means nothing outside of its session.
pub const FORMAT_TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// The format of an attribute's name.
pub const NAME_FORMAT_URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
/// The sender vouches for the subject.
pub const SENDER_VOUCHES: &str = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches";
/// The subject holds a key.
const HOLDER_OF_KEY: &str = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
/// Whoever carries it is the subject.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// The attribute with a national number.
pub const SSIN: &str = "urn:be:fgov:person:ssin";
/// The attribute with a pharmacy's number.
pub const PHARMACY: &str = "urn:be:fgov:ehealth:1.0:pharmacy:nihii-number";
/// The attribute with the number of a pharmacy's holder.
pub const PHARMACY_HOLDER: &str =
    "urn:be:fgov:ehealth:1.0:pharmacy:nihii-number:person:ssin:pharmacy-holder:nihii11";

/// An attribute, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its values; none where it is asked for.
    pub values: Vec<Value>,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A text that is said to be `xs:string`.
    Typed(String),
    /// XML, as it is to stand there.
    Xml(String),
    /// Nothing: all went well, and there is no data.
    Nothing,
}

impl Attribute {
    /// An attribute with one text.
    pub fn of(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), values: vec![Value::Text(value.to_owned())] }
    }

    /// An attribute that is asked for.
    pub fn asked(name: &str) -> Self {
        Self { name: name.to_owned(), values: Vec::new() }
    }

    /// As SAML 2.0 writes it, under the prefix `saml`.
    fn to_xml(&self) -> String {
        let start =
            format!("<saml:Attribute Name=\"{}\" NameFormat=\"{NAME_FORMAT_URI}\"", escaped(&self.name));
        if self.values.is_empty() {
            return format!("{start}/>");
        }
        let values: String = self.values.iter().map(|value| value.to_xml("saml:")).collect();
        format!("{start}>{values}</saml:Attribute>")
    }
}

impl Value {
    fn to_xml(&self, prefix: &str) -> String {
        let (kind, text) = match self {
            Self::Text(text) => ("", escaped(text)),
            Self::Typed(text) => (" xsi:type=\"xs:string\"", escaped(text)),
            Self::Xml(xml) => ("", xml.clone()),
            Self::Nothing => ("", String::new()),
        };
        format!("<{prefix}AttributeValue{kind}>{text}</{prefix}AttributeValue>")
    }
}

/// Whom a query or an assertion of SAML 2.0 is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The NameID.
    pub name: String,
    /// Its format.
    pub format: String,
    /// How the subject is confirmed.
    pub method: String,
    /// From when to when it can be confirmed.
    pub window: Option<[Instant; 2]>,
    /// The request that the confirmation belongs to.
    pub in_response_to: Option<String>,
    /// Where it is to be used.
    pub recipient: Option<String>,
    /// The holder's certificate in DER, where the method is holder-of-key.
    pub holder: Option<Vec<u8>>,
}

impl Subject {
    /// A subject of a session, for whom the sender vouches within half an hour of `clock`.
    pub fn transient(name: &str, clock: Instant) -> Self {
        Self {
            name: name.to_owned(),
            format: FORMAT_TRANSIENT.to_owned(),
            method: SENDER_VOUCHES.to_owned(),
            window: Some(within_the_day(clock)),
            in_response_to: None,
            recipient: None,
            holder: None,
        }
    }

    /// The same, confirmed by the key of this certificate.
    #[must_use]
    pub fn held_by(mut self, certificate: &[u8]) -> Self {
        HOLDER_OF_KEY.clone_into(&mut self.method);
        self.holder = Some(certificate.to_vec());
        self
    }

    fn to_xml(&self) -> String {
        let [start, end] = self.window.map(|window| window.map(instant)).unwrap_or_default();
        let attributes: String = [
            ("NotBefore", Some(start).filter(|it| !it.is_empty())),
            ("NotOnOrAfter", Some(end).filter(|it| !it.is_empty())),
            ("Recipient", self.recipient.clone()),
            ("InResponseTo", self.in_response_to.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!(" {name}=\"{}\"", escaped(&value?))))
        .collect();
        let holder = self.holder.as_deref().map(key_info).unwrap_or_default();
        format!(
            "<saml:Subject><saml:NameID Format=\"{}\">{}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"{}\"><saml:SubjectConfirmationData{attributes}>{holder}\
             </saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>",
            escaped(&self.format),
            escaped(&self.name),
            escaped(&self.method),
        )
    }
}

/// The KeyInfo with a holder's certificate.
fn key_info(certificate: &[u8]) -> String {
    format!("<ds:KeyInfo xmlns:ds=\"{DS}\">{}</ds:KeyInfo>", Template::x509_data(&[certificate]))
}

/// Who signs, and with which certificates in the signature.
#[derive(Clone)]
pub struct Signer {
    /// The key.
    pub key: Key,
    /// The certificates, the signer's first.
    pub chain: Vec<Vec<u8>>,
}

impl Signer {
    /// A party, with the CA that issued its certificate.
    pub fn of(party: &Party, issuer: &Party) -> Self {
        Self { key: party.key.clone(), chain: vec![party.certificate.clone(), issuer.certificate.clone()] }
    }

    /// The Attribute Authority.
    pub fn attribute_authority(pki: &Pki) -> Self {
        Self::of(&pki.attribute_authority, &pki.issuing_ca)
    }

    /// The STS.
    pub fn sts(pki: &Pki) -> Self {
        Self::of(&pki.sts, &pki.issuing_ca)
    }

    /// Signs the element with this identifier where SAML has its signature: behind the issuer in
    /// SAML 2.0, at the end of an assertion of SAML 1.1.
    ///
    /// # Panics
    /// When `text` is no document with such an element.
    pub fn sign(&self, text: &str, id: &str) -> String {
        signature::at_offset(text, place(text, id), &self.template(id), &self.key)
    }

    /// The signature that is made.
    pub(super) fn template(&self, id: &str) -> Template {
        let chain: Vec<&[u8]> = self.chain.iter().map(Vec::as_slice).collect();
        Template::enveloped(id, RSA_SHA256, &chain)
    }
}

/// Where SAML has the signature of the element with this identifier.
pub(super) fn place(text: &str, id: &str) -> usize {
    signature::with_document(text, |document| {
        let is_it = |name: &'static str| {
            document.root().descendants().find(|it| it.value_of(name).as_deref() == Some(id))
        };
        let element = is_it("ID").or_else(|| is_it("AssertionID")).expect("the element is there");
        match element.child(ASSERTION_2, "Issuer") {
            Some(issuer) => issuer.span().end as usize,
            None if element.is(ASSERTION_1, "Assertion") => element.content().end as usize,
            None => element.content().start as usize,
        }
    })
}

/// An identifier that is drawn from `stream`: an underscore and 128 bits.
pub fn identifier(stream: &mut Stream) -> String {
    format!("_{}", data_encoding::HEXLOWER.encode(&stream.array::<16>()))
}

/// An instant as SAML writes it: in UTC, with milliseconds.
pub fn instant(at: Instant) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

/// Half an hour around `clock`, without the other side of a midnight.
fn within_the_day(clock: Instant) -> [Instant; 2] {
    let clock = clock.to_offset(UtcOffset::UTC);
    let midnight = clock.replace_time(time::Time::MIDNIGHT);
    let start = (clock - Duration::minutes(30)).max(midnight);
    [start, (clock + Duration::minutes(30)).min(midnight + Duration::DAY)]
}
