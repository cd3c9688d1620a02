//! Messages with a WS-Security header: a timestamp of one minute, the sender's token, and one
//! signature over both and the body.

use super::pki::Party;
use super::saml::instant;
use super::signature::{self, RSA_SHA256};
use super::xml::escaped;
use super::{Bench, Made, Maker, Mutation, joined};
use crate::base::Kind;
use crate::base::time::{Duration, Instant};
use crate::xmldsig::{EXCLUSIVE, ReferenceTemplate, Template};

mod draft;
mod mutations;
mod timestamp;
mod token;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::WsSecurity,
    params: &[],
    valid: |bench| Ok(draft::made(bench, &draft::Draft::of(bench).sign())),
    mutations: &MUTATIONS,
};

const MUTATIONS: [Mutation; COUNT] = joined(&[mutations::MUTATIONS, timestamp::MUTATIONS, token::MUTATIONS]);
const COUNT: usize = mutations::MUTATIONS.len() + timestamp::MUTATIONS.len() + token::MUTATIONS.len();

const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
const X509V3: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
const WSSE11: &str = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd";
const SAML_TYPE: &str = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1";
const SAML_ID: &str = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID";

/// How long a message is good for.
pub const LIFETIME: Duration = Duration::MINUTE;

/// What stands around a body.
#[derive(Clone)]
pub struct Message {
    /// Who sends and signs it.
    pub sender: Party,
    /// When it is made.
    pub created: Instant,
    /// How long it is good for.
    pub lifetime: Duration,
    /// Who the sender is said to be.
    pub token: Token,
    /// What identifiers end in: the same in one envelope, another in the next.
    pub number: u64,
}

/// The token of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// The sender's certificate.
    Certificate,
    /// An assertion of the STS, signed, by which the sender holds the key: its identifier and its text.
    Assertion(String, String),
}

impl Message {
    /// What `sender` puts around a body at `now`: its certificate, and one minute.
    pub fn new(sender: &Party, now: Instant) -> Self {
        Self {
            sender: sender.clone(),
            created: now,
            lifetime: LIFETIME,
            token: Token::Certificate,
            number: 1,
        }
    }

    /// The same, with a signed assertion in the place of the certificate.
    #[must_use]
    pub fn with_assertion(mut self, id: &str, assertion: &str) -> Self {
        self.token = Token::Assertion(id.to_owned(), assertion.to_owned());
        self
    }

    /// The message around `body`, without its signature.
    pub fn to_xml(&self, body: &str) -> String {
        let number = self.number;
        let token = match &self.token {
            Token::Certificate => format!(
                "<wsse:BinarySecurityToken EncodingType=\"{BASE64}\" ValueType=\"{X509V3}\" \
                 wsu:Id=\"X509-{number}\">{}</wsse:BinarySecurityToken>",
                data_encoding::BASE64.encode(&self.sender.certificate)
            ),
            Token::Assertion(_, text) => text.clone(),
        };
        format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>\
             <wsse:Security xmlns:wsse=\"{WSSE}\" xmlns:wsu=\"{WSU}\" soap:mustUnderstand=\"1\">\
             <wsu:Timestamp wsu:Id=\"TS-{number}\"><wsu:Created>{}</wsu:Created>\
             <wsu:Expires>{}</wsu:Expires></wsu:Timestamp>{token}</wsse:Security></soap:Header>\
             <soap:Body xmlns:wsu=\"{WSU}\" wsu:Id=\"B-{number}\">{body}</soap:Body></soap:Envelope>",
            instant(self.created),
            instant(self.created + self.lifetime),
        )
    }

    /// The signature that is made.
    pub(super) fn template(&self) -> Template {
        let number = self.number;
        let mut parts = vec![format!("TS-{number}"), format!("B-{number}")];
        let reference = match &self.token {
            Token::Certificate => {
                parts.push(format!("X509-{number}"));
                format!(
                    "<wsse:SecurityTokenReference xmlns:wsse=\"{WSSE}\">\
                     <wsse:Reference URI=\"#X509-{number}\" ValueType=\"{X509V3}\"></wsse:Reference>\
                     </wsse:SecurityTokenReference>"
                )
            }
            Token::Assertion(id, _) => format!(
                "<wsse:SecurityTokenReference xmlns:wsse=\"{WSSE}\" xmlns:wsse11=\"{WSSE11}\" \
                 wsse11:TokenType=\"{SAML_TYPE}\"><wsse:KeyIdentifier ValueType=\"{SAML_ID}\">{}\
                 </wsse:KeyIdentifier></wsse:SecurityTokenReference>",
                escaped(id)
            ),
        };
        let reference_to = |id: &String| ReferenceTemplate {
            transforms: vec![EXCLUSIVE.to_owned()],
            ..ReferenceTemplate::enveloped(id)
        };
        Template {
            references: parts.iter().map(reference_to).collect(),
            key_info: Some(reference),
            ..Template::enveloped("", RSA_SHA256, &[])
        }
    }

    /// The message around `body`, signed.
    pub fn sign(&self, body: &str) -> String {
        let text = self.to_xml(body);
        let at = text.find("</wsse:Security>").expect("the header was written");
        signature::at_offset(&text, at, &self.template(), &self.sender.key)
    }
}
