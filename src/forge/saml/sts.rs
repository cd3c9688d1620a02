//! Assertions of SAML 1.1, as the STS of eHealth signs them: the holder of a key, and who that is.

use super::{ASSERTION_1, Attribute, Signer, identifier, key_info};
use crate::base::Kind;
use crate::base::time::{self, Duration, Instant};
use crate::forge::pki::Party;
use crate::forge::rng::Stream;
use crate::forge::xml::escaped;
use crate::forge::{Bench, Made, Maker};

mod mutations;

pub(in crate::forge) const MAKER: Maker = Maker {
    kind: Kind::SamlAssertion,
    params: &[],
    valid: |bench| Ok(mutations::made(bench, &StsAssertion::of(bench).sign(&Signer::sts(&bench.pki)))),
    mutations: mutations::MUTATIONS,
};

/// The STS's name for itself.
pub const ISSUER: &str = "urn:be:fgov:ehealth:sts:1_0";

/// How long a token is good for.
pub const LIFETIME: Duration = Duration::hours(12);

/// The namespace of attributes that name who somebody is.
const IDENTIFICATION: &str = "urn:be:fgov:identification-namespace";

/// An assertion of SAML 1.1 with a holder-of-key confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsAssertion {
    /// Its identifier.
    pub id: String,
    /// When it is issued, and when the subject was authenticated.
    pub issued: Instant,
    /// Who says it.
    pub issuer: String,
    /// From when to when it is valid.
    pub validity: [Instant; 2],
    /// The holder's name: the subject of the certificate.
    pub name: String,
    /// Who issued the holder's certificate.
    pub qualifier: String,
    /// The holder's certificate, in DER.
    pub holder: Vec<u8>,
    /// The audiences of its one restriction; none where there is no restriction.
    pub audiences: Vec<String>,
    /// What it says of the holder.
    pub attributes: Vec<Attribute>,
}

impl StsAssertion {
    /// A token for the holder of a certificate: issued at `now`, valid for twelve hours.
    pub fn new(
        stream: &mut Stream,
        now: Instant,
        name: &str,
        holder: &Party,
        attributes: Vec<Attribute>,
    ) -> Self {
        Self {
            id: identifier(stream),
            issued: now,
            issuer: ISSUER.to_owned(),
            validity: [now, now + LIFETIME],
            name: name.to_owned(),
            qualifier: "CN=Etalon Test PKI - eHealth issuing CA 001,O=ETALON TEST,C=BE".to_owned(),
            holder: holder.certificate.clone(),
            audiences: Vec::new(),
            attributes,
        }
    }

    /// The token of the person of the PKI.
    pub fn of(bench: &Bench) -> Self {
        let pki = &bench.pki;
        let attributes = vec![
            Attribute::of(
                "urn:be:fgov:ehealth:1.0:certificateholder:person:ssin",
                &pki.person_holder.identifier,
            ),
            Attribute::of("urn:be:fgov:person:ssin", &pki.person_holder.identifier),
        ];
        let name = pki.person_holder.subject_text();
        Self::new(&mut bench.stream("sts assertion"), bench.clock(), &name, &pki.person, attributes)
    }

    /// Without a signature.
    pub fn to_xml(&self) -> String {
        let [start, end] = self.validity.map(time::format);
        let audiences: String =
            self.audiences.iter().map(|it| format!("<Audience>{}</Audience>", escaped(it))).collect();
        let conditions = if audiences.is_empty() {
            format!("<Conditions NotBefore=\"{start}\" NotOnOrAfter=\"{end}\"/>")
        } else {
            format!(
                "<Conditions NotBefore=\"{start}\" NotOnOrAfter=\"{end}\"><AudienceRestrictionCondition>\
                 {audiences}</AudienceRestrictionCondition></Conditions>"
            )
        };
        let subject = format!(
            "<Subject><NameIdentifier Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName\" \
             NameQualifier=\"{}\">{}</NameIdentifier><SubjectConfirmation>\
             <ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:holder-of-key</ConfirmationMethod>{}\
             </SubjectConfirmation></Subject>",
            escaped(&self.qualifier),
            escaped(&self.name),
            key_info(&self.holder),
        );
        let attributes: String = self.attributes.iter().map(attribute).collect();
        let issued = time::format(self.issued);
        format!(
            "<Assertion xmlns=\"{ASSERTION_1}\" AssertionID=\"{}\" IssueInstant=\"{issued}\" Issuer=\"{}\" \
             MajorVersion=\"1\" MinorVersion=\"1\">{conditions}\
             <AuthenticationStatement AuthenticationInstant=\"{issued}\" \
             AuthenticationMethod=\"urn:oasis:names:tc:SAML:1.0:am:X509-PKI\">{subject}\
             </AuthenticationStatement><AttributeStatement>{subject}{attributes}</AttributeStatement>\
             </Assertion>",
            escaped(&self.id),
            escaped(&self.issuer),
        )
    }

    /// Signed.
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.to_xml(), &self.id)
    }
}

fn attribute(attribute: &Attribute) -> String {
    let values: String = attribute.values.iter().map(|value| value.to_xml("")).collect();
    format!(
        "<Attribute AttributeName=\"{}\" AttributeNamespace=\"{IDENTIFICATION}\">{values}</Attribute>",
        escaped(&attribute.name)
    )
}
