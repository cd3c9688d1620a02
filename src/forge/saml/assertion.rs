//! Assertions of SAML 2.0, as the Attribute Authority answers with them.

use super::{
    ASSERTION_2, ATTRIBUTE_AUTHORITY, Attribute, FORMAT_ENTITY, PHARMACY, PHARMACY_HOLDER, SSIN, Signer,
    Subject, Value, identifier, instant,
};
use crate::base::time::{Duration, Instant};
use crate::forge::Bench;
use crate::forge::rng::Stream;
use crate::forge::xml::escaped;

/// An assertion of SAML 2.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its identifier.
    pub id: String,
    /// When it is issued.
    pub issued: Instant,
    /// Who says it.
    pub issuer: String,
    /// Whom it is about.
    pub subject: Subject,
    /// From when to when it is valid.
    pub validity: [Instant; 2],
    /// The audiences of its one restriction; none where there is no restriction.
    pub audiences: Vec<String>,
    /// What it says.
    pub attributes: Vec<Attribute>,
}

impl Assertion {
    /// What the Attribute Authority says of a subject: issued at `now`, valid for five minutes.
    pub fn new(stream: &mut Stream, now: Instant, subject: Subject, attributes: Vec<Attribute>) -> Self {
        Self {
            id: identifier(stream),
            issued: now,
            issuer: ATTRIBUTE_AUTHORITY.to_owned(),
            subject,
            validity: [now, now + Duration::minutes(5)],
            audiences: Vec::new(),
            attributes,
        }
    }

    /// The answer to the cookbook's question: the person of the PKI is the holder of the pharmacy.
    pub fn of(bench: &Bench) -> Self {
        let mut stream = bench.stream("assertion");
        let subject = Subject::transient(super::query::NAME, bench.clock());
        let ssin = Attribute::of(SSIN, &bench.pki.person_holder.identifier);
        let pharmacy = Attribute::of(PHARMACY, super::query::PHARMACY_NUMBER);
        let holder = Attribute {
            name: PHARMACY_HOLDER.to_owned(),
            values: vec![Value::Typed(super::query::HOLDER_NUMBER.to_owned())],
        };
        Self::new(&mut stream, bench.clock(), subject, vec![pharmacy, ssin, holder])
    }

    /// Without a signature. The prefix of `xs:string` is declared where it is used, so that the
    /// assertion can be taken out of its message.
    pub fn to_xml(&self) -> String {
        let [start, end] = self.validity.map(instant);
        let audiences: String = self
            .audiences
            .iter()
            .map(|it| format!("<saml:Audience>{}</saml:Audience>", escaped(it)))
            .collect();
        let conditions = if audiences.is_empty() {
            format!("<saml:Conditions NotBefore=\"{start}\" NotOnOrAfter=\"{end}\"/>")
        } else {
            format!(
                "<saml:Conditions NotBefore=\"{start}\" NotOnOrAfter=\"{end}\"><saml:AudienceRestriction>\
                 {audiences}</saml:AudienceRestriction></saml:Conditions>"
            )
        };
        let attributes: String = self.attributes.iter().map(Attribute::to_xml).collect();
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION_2}\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ID=\"{}\" IssueInstant=\"{}\" \
             Version=\"2.0\"><saml:Issuer Format=\"{FORMAT_ENTITY}\">{}</saml:Issuer>{}{conditions}\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>",
            escaped(&self.id),
            instant(self.issued),
            escaped(&self.issuer),
            self.subject.to_xml(),
        )
    }

    /// Signed, by itself.
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.to_xml(), &self.id)
    }
}
