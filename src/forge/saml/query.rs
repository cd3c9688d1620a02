//! Attribute queries: what is asked of the Attribute Authority.

use super::{
    ASSERTION_2, Attribute, FORMAT_ENTITY, PHARMACY, PHARMACY_HOLDER, PROTOCOL_2, SSIN, Subject, identifier,
    instant,
};
use crate::base::Kind;
use crate::base::time::Instant;
use crate::forge::rng::Stream;
use crate::forge::ws_security::Message;
use crate::forge::xml::escaped;
use crate::forge::{Bench, Maker};

mod mutations;

pub(in crate::forge) const MAKER: Maker = Maker {
    kind: Kind::AttributeQuery,
    params: &[
        ("issuer", "who asks, as a URI"),
        ("ssin", "the national number of the person that is asked about"),
    ],
    valid: |bench| {
        let mut query = Query::of(bench);
        if let Some(issuer) = bench.param("issuer") {
            issuer.clone_into(&mut query.issuer);
        }
        if let Some(ssin) = bench.param("ssin") {
            query.given[0] = Attribute::of(SSIN, ssin);
        }
        Ok(mutations::secured(bench, &query.to_xml()))
    },
    mutations: mutations::MUTATIONS,
};

/// The name of the subject in the cookbook's example.
pub(super) const NAME: &str = "252537746688268268547539284732423893";
/// A pharmacy's number, with right check digits.
pub(super) const PHARMACY_NUMBER: &str = "12345625";
/// The number of a pharmacy's holder.
pub(super) const HOLDER_NUMBER: &str = "12345625001";

/// An attribute query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Its identifier.
    pub id: String,
    /// When it is issued.
    pub issued: Instant,
    /// The consent of the subject, as a URI.
    pub consent: Option<String>,
    /// Who asks.
    pub issuer: String,
    /// Whom it is about.
    pub subject: Subject,
    /// The attributes that are known.
    pub given: Vec<Attribute>,
    /// The names of those that are asked.
    pub asked: Vec<String>,
}

impl Query {
    /// A query about a subject, issued at `now`.
    pub fn new(stream: &mut Stream, now: Instant, issuer: &str, subject: Subject) -> Self {
        Self {
            id: identifier(stream),
            issued: now,
            consent: Some("urn:oasis:names:tc:SAML:2.0:consent:current-implicit".to_owned()),
            issuer: issuer.to_owned(),
            subject,
            given: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// The cookbook's question: is the person of the PKI the holder of the pharmacy?
    pub fn of(bench: &Bench) -> Self {
        let subject = Subject::transient(NAME, bench.clock());
        let mut query =
            Self::new(&mut bench.stream("query"), bench.clock(), "urn:be:fgov:ehealth:etalon", subject);
        query.given = vec![
            Attribute::of(SSIN, &bench.pki.person_holder.identifier),
            Attribute::of(PHARMACY, PHARMACY_NUMBER),
        ];
        query.asked = vec![PHARMACY_HOLDER.to_owned()];
        query
    }

    /// The query by itself: the body of the message.
    pub fn to_xml(&self) -> String {
        let consent =
            self.consent.as_ref().map(|it| format!(" Consent=\"{}\"", escaped(it))).unwrap_or_default();
        let asked = self.asked.iter().map(|name| Attribute::asked(name));
        let attributes: String = self.given.iter().cloned().chain(asked).map(|it| it.to_xml()).collect();
        format!(
            "<samlp:AttributeQuery xmlns:samlp=\"{PROTOCOL_2}\" xmlns:saml=\"{ASSERTION_2}\" ID=\"{}\" \
             Version=\"2.0\" IssueInstant=\"{}\"{consent}>\
             <saml:Issuer Format=\"{FORMAT_ENTITY}\">{}</saml:Issuer>{}{attributes}</samlp:AttributeQuery>",
            escaped(&self.id),
            instant(self.issued),
            escaped(&self.issuer),
            self.subject.to_xml(),
        )
    }

    /// The message: the query in the body of a SOAP envelope that `message`'s sender signs.
    pub fn sign(&self, message: &Message) -> String {
        message.sign(&self.to_xml())
    }
}
