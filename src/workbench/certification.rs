//! Keys, the people and organisations that ask for certificates, and their certificate requests.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, Workbench, read};
use crate::base::Budget;
use crate::base::time::Instant;
use crate::crypto::Hash;
use crate::forge::csr::Spec;
use crate::forge::keys::{Algorithm, Key, OddRsa, pem};
use crate::forge::name::Name;
use crate::forge::pki::Party;
use crate::forge::rng::Stream;
use crate::forge::signed_data::{SignerSpec, Spec as SignedData};
use crate::forge::{der, keys::drawn};
use crate::model::distinguished_name::DistinguishedName;
use crate::simulator::identity::Grant;
use crate::target::people::{Known, Part};
use crate::target::signers::Role;
use crate::wire::base64::{self, Form};

/// How many keys a run may name.
const KEYS: usize = 1_000;

impl Workbench {
    /// The RSA key of a name: the same name is the same key, and no two names share one.
    pub(super) fn key(&self, name: &str) -> Result<Key, Refused> {
        let mut keys = self.keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, key)) = keys.iter().find(|(it, _)| it == name) {
            return Ok(key.clone());
        }
        if let Some(fresh) = self.means.as_ref().and_then(|means| means.fresh_key) {
            let key = fresh();
            keys.push((name.to_owned(), key.clone()));
            return Ok(key);
        }
        if keys.len() >= KEYS {
            return Err(Refused::order(format!("a run names at most {KEYS} keys")));
        }
        let key = Key::drawn(self.key_number(keys.len() as u64));
        keys.push((name.to_owned(), key.clone()));
        Ok(key)
    }

    /// The number of the key that is drawn as the `index`th one.
    fn key_number(&self, index: u64) -> u64 {
        let mut stream = Stream::new(self.bench.seed(), &format!("keys of {}", self.run));
        if !self.simulated {
            // A target elsewhere remembers the keys of every run before this one.
            return drawn::READY + stream.below(u64::MAX >> 1) + index;
        }
        // The world began with this workbench: the keys that lie ready are all new to it.
        if index < drawn::READY { (stream.below(drawn::READY) + index) % drawn::READY } else { index }
    }

    /// Who holds the key of a name, with a certificate in base64.
    pub(super) fn holder(&self, key: &str, certificate: &str) -> Result<Party, Refused> {
        if key.is_empty() || certificate.is_empty() {
            return Err(Refused::order("this sender needs `key` and `certificate`"));
        }
        let party = Party::holding(self.key(key)?, given("certificate", certificate)?);
        party.ok_or_else(|| Refused::order("`certificate` is none"))
    }
}

/// Bytes that an order gives in base64; blanks and line breaks in it are XML's.
pub(super) fn given(member: &str, text: &str) -> Result<Vec<u8>, Refused> {
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = base64::decode(packed.as_bytes(), Form::Standard, &Budget::JUDGE).strict();
    bytes.ok_or_else(|| Refused::order(format!("`{member}` is not base64")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    key: String,
}

/// The public half of a key.
pub(super) async fn key(State(workbench): State<Arc<Workbench>>, order: Order<Named>) -> Answer {
    let key = workbench.key(&read(order)?.key)?;
    Ok(Json(json!({
        "publicKey": base64::encode(key.spki(), Form::Standard),
        "publicKeyIdentifier": data_encoding::HEXUPPER.encode(&key.identifier()),
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyOrder {
    party: PartyKind,
    /// A name; the same name is the same party.
    #[serde(default)]
    name: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum PartyKind {
    /// Who holds the eID.
    Citizen,
    /// The organisation that the citizen has a mandate for.
    Organisation,
    /// An organisation that nobody has a mandate for.
    OtherOrganisation,
    /// Another citizen.
    OtherCitizen,
    /// A person without an eID, known by a BIS number.
    Foreigner,
}

/// Who somebody is: the identifier and the names that messages need.
pub(super) async fn party(State(workbench): State<Arc<Workbench>>, order: Order<PartyOrder>) -> Answer {
    let order = read(order)?;
    let number = || workbench.number(&order.name);
    let ((kind, identifier), first_name, name) = match order.party {
        PartyKind::Citizen => {
            let eid = workbench.signer(Role::EidSignature);
            let it = eid.or_else(|_| workbench.signer(Role::EidAuthentication))?;
            ((it.identifier_type, it.identifier), it.first_name, it.name)
        }
        PartyKind::Organisation => {
            let it = workbench.signer(Role::Organisation)?;
            ((it.identifier_type, it.identifier), String::new(), it.name)
        }
        PartyKind::OtherOrganisation => {
            workbench.only_simulated("an operator looks at the request, and takes days")?;
            let grant = grant(&workbench, number()?, true);
            (grant, String::new(), format!("ETALON ORGANISATION {}", order.name.to_uppercase()))
        }
        PartyKind::OtherCitizen => match workbench.known(Part::OtherCitizen)? {
            Some(Known { ssin, first_name, name, .. }) => {
                (("SSIN".to_owned(), ssin.clone()), first_name.clone(), name.clone())
            }
            None => (grant(&workbench, number()?, false), "Jan".to_owned(), "Janssens".to_owned()),
        },
        PartyKind::Foreigner => {
            workbench.only_simulated("the page on which a foreigner confirms is for people")?;
            (("SSIN".to_owned(), bis(number()?)), "Jeanne".to_owned(), "Dupond".to_owned())
        }
    };
    // An organisation has no first name, and an empty element would say that it has one.
    let element = match first_name.as_str() {
        "" => String::new(),
        name => format!("<c:FirstName>{name}</c:FirstName>"),
    };
    Ok(Json(json!({
        "identifierType": kind,
        "identifier": identifier,
        "firstName": first_name,
        "firstNameElement": element,
        "name": name,
        "nameUnit": format!("{first_name} {name}").trim().to_uppercase(),
    })))
}

fn grant(workbench: &Workbench, number: u64, organisation: bool) -> (String, String) {
    let mut grant = Grant::new("", number, "", &[], workbench.clock.now());
    if organisation {
        grant.subject = Grant::organisation(number);
    }
    let (kind, identifier) = grant.identifier();
    (kind.to_owned(), identifier.to_owned())
}

/// A BIS number with right check digits: twenty is added to the month of birth, for the sex is unknown.
fn bis(number: u64) -> String {
    let (year, counter) = (number / 997 % 100, number % 997 + 1);
    let first = year * 10_000_000 + 21 * 100_000 + 1_000 + counter;
    format!("{first:09}{:02}", 97 - first % 97)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Csr {
    /// A name for the key.
    key: String,
    /// The subject, as the contract gives it.
    dn: String,
    #[serde(default)]
    flaw: CsrFlaw,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum CsrFlaw {
    #[default]
    None,
    /// One bit of the signature is another.
    Signature,
    /// It is signed with SHA-1.
    Sha1,
    /// The subject is empty.
    SubjectEmpty,
    /// The subject has an attribute that eHealth's policy does not have.
    SubjectUnfit,
    /// The key has 1024 bits.
    KeySmall,
    /// The key is on an elliptic curve.
    KeyOnCurve,
    /// It is of a version that there is none of.
    Version,
    /// It lacks its last bytes.
    Cut,
    /// It is PEM.
    Pem,
    /// It is no request at all, though it is DER.
    Other,
    /// It is a CMS message, as version 1 of the service took.
    Cms,
    /// It is a CMS message without content.
    CmsWithoutContent,
}

/// A certificate request.
pub(super) async fn csr(State(workbench): State<Arc<Workbench>>, order: Order<Csr>) -> Answer {
    let order = read(order)?;
    let key = match order.flaw {
        CsrFlaw::KeySmall => Key::odd_rsa(OddRsa::Bits1024),
        CsrFlaw::KeyOnCurve => Key::p256(workbench.bench.seed(), &workbench.own(&order.key)),
        _ => workbench.key(&order.key)?,
    };
    let subject = subject(&order.dn)?;
    let mut spec = Spec {
        version: der::int(0),
        subject,
        spki: key.spki().to_vec(),
        attributes: Some(Vec::new()),
        algorithm: key.algorithm(),
        signer: key.clone(),
    };
    match order.flaw {
        CsrFlaw::Sha1 => spec.algorithm = Algorithm::RsaPkcs1(Hash::Sha1),
        CsrFlaw::SubjectEmpty => spec.subject = Name::default(),
        CsrFlaw::SubjectUnfit => spec.subject.0.extend(Name::of(&[("2.5.4.7", "Brussels")]).0),
        CsrFlaw::Version => spec.version = der::int(1),
        _ => {}
    }
    let made = spec.sign();
    let bytes = flawed(&workbench, order.flaw, made);
    Ok(Json(json!({
        "csr": base64::encode(&bytes, Form::Standard),
        "publicKeyIdentifier": data_encoding::HEXUPPER.encode(&key.identifier()),
    })))
}

/// The encoding of a request with what is wrong with it.
fn flawed(workbench: &Workbench, flaw: CsrFlaw, mut made: Vec<u8>) -> Vec<u8> {
    match flaw {
        CsrFlaw::Signature => {
            if let Some(last) = made.last_mut() {
                *last ^= 1;
            }
            made
        }
        CsrFlaw::Cut => {
            made.truncate(made.len() - 20);
            made
        }
        CsrFlaw::Pem => pem("CERTIFICATE REQUEST", &made).into_bytes(),
        CsrFlaw::Other => der::seq([der::int(0)]).encode(),
        CsrFlaw::Cms | CsrFlaw::CmsWithoutContent => {
            let pki = &workbench.bench.pki;
            let certificates = vec![pki.organisation.certificate.clone()];
            let mut message = SignedData::new(made, certificates, vec![SignerSpec::of(&pki.organisation)]);
            message.detached = matches!(flaw, CsrFlaw::CmsWithoutContent);
            message.sign()
        }
        CsrFlaw::None
        | CsrFlaw::Sha1
        | CsrFlaw::SubjectEmpty
        | CsrFlaw::SubjectUnfit
        | CsrFlaw::KeySmall
        | CsrFlaw::KeyOnCurve
        | CsrFlaw::Version => made,
    }
}

/// A name in its text form as it is encoded.
fn subject(dn: &str) -> Result<Name, Refused> {
    let name = DistinguishedName::read(dn)
        .map_err(|it| Refused::order(format!("`dn`: expected {} at character {}", it.expected, it.at)))?;
    let attribute = |kind: &str| match kind {
        "C" => Some(crate::forge::name::COUNTRY),
        "O" => Some(crate::forge::name::ORGANIZATION),
        "OU" => Some(crate::forge::name::UNIT),
        "CN" => Some(crate::forge::name::COMMON_NAME),
        _ => None,
    };
    let mut attributes = Vec::new();
    // The text form begins where the encoding ends.
    for it in name.attributes.iter().rev() {
        let kind = attribute(&it.kind)
            .ok_or_else(|| Refused::order(format!("`dn`: the workbench makes no attribute {}", it.kind)))?;
        attributes.push((kind, &*it.value));
    }
    Ok(Name::of(&attributes))
}

/// The times of a certificate that is out of date, and of one that is not valid yet.
pub(super) fn misplaced(now: Instant, later: bool) -> [Instant; 2] {
    use crate::base::time::Duration;
    if later {
        [now + Duration::days(1), now + Duration::days(300)]
    } else {
        [now - Duration::days(300), now - Duration::days(1)]
    }
}
