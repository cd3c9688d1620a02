//! The per-run PKI: everyone who signs, encrypts or answers in a run, from one seed, valid around
//! the run's clock.

use super::certificate::{CertificateSpec, Extension, Usage};
use super::der;
use super::keys::{Key, Role, pem};
use super::name::{
    self, COMMON_NAME, COUNTRY, GIVEN_NAME, Holder, Name, ORGANIZATION, SERIAL_NUMBER, SURNAME, UNIT,
};
use super::rng::Stream;
use crate::base::Budget;
use crate::base::time::{Duration, Instant};
use crate::model::certificate::Certificate;

/// A key with a certificate over it.
#[derive(Clone)]
pub struct Party {
    /// The key.
    pub key: Key,
    /// The subject of the certificate.
    pub subject: Name,
    /// The certificate, in DER.
    pub certificate: Vec<u8>,
    /// The certificate before it was signed.
    pub spec: CertificateSpec,
}

impl Party {
    /// Whoever holds this key and this certificate; nothing when the bytes are none.
    pub fn holding(key: Key, certificate: Vec<u8>) -> Option<Self> {
        let read = Certificate::read(&certificate, &Budget::JUDGE).0?;
        let validity = [read.not_before.as_ref()?.instant, read.not_after.as_ref()?.instant];
        let [subject, issuer] = [&read.subject, &read.issuer].map(|name| Name::encoded(name.raw));
        let spec = CertificateSpec::new(subject.clone(), &key, issuer, read.serial.bytes, validity);
        Some(Self { key, subject, certificate, spec })
    }

    /// The certificate as PEM.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", &self.certificate)
    }
}

/// Everyone.
#[derive(Clone)]
pub struct Pki {
    /// The seed that everything follows from.
    pub seed: u64,
    /// The instant around which everything is valid.
    pub clock: Instant,
    /// The root of the eHealth-like PKI.
    pub root: Party,
    /// Its CA that issues authentication certificates.
    pub issuing_ca: Party,
    /// The CA of the eID-like cards, its own anchor.
    pub eid_ca: Party,
    /// A citizen's authentication pair.
    pub eid_authentication: Party,
    /// The same citizen's signature pair.
    pub eid_signature: Party,
    /// An organisation's eHealth authentication pair.
    pub organisation: Party,
    /// A person's eHealth authentication pair; the person is the citizen of the eID.
    pub person: Party,
    /// The organisation's encryption pair.
    pub organisation_encryption: Party,
    /// The person's encryption pair.
    pub person_encryption: Party,
    /// The signer of encryption tokens.
    pub etk_ra: Party,
    /// The signer of SAML 1.1 assertions.
    pub sts: Party,
    /// The signer of the attribute authority.
    pub attribute_authority: Party,
    /// The TLS server, for `localhost`.
    pub tls: Party,
    /// The realm that signs access tokens.
    pub realm: Party,
    /// The root of WebAuthn attestations, its own anchor.
    pub attestation_root: Party,
    /// Somebody whom no anchor here vouches for.
    pub stranger: Party,
    /// Who the organisation is.
    pub organisation_holder: Holder,
    /// Who the person is.
    pub person_holder: Holder,
}

/// Makes parties one after the other.
struct Registry {
    seed: u64,
    clock: Instant,
}

impl Registry {
    fn serial(&self, role: Role) -> [u8; 16] {
        let mut serial: [u8; 16] = Stream::new(self.seed, &format!("serial of {role:?}")).array();
        serial[0] |= 0x40;
        serial
    }

    /// A whole-second validity of `before` days before the clock to `after` days after it.
    fn validity(&self, before: i64, after: i64) -> [Instant; 2] {
        let clock = self.clock.replace_nanosecond(0).unwrap_or(self.clock);
        [clock - Duration::days(before), clock + Duration::days(after)]
    }

    fn self_signed(&self, role: Role, subject: Name) -> Party {
        let key = Key::rsa(self.seed, role);
        let validity = self.validity(3650, 3650);
        let spec = CertificateSpec::new(subject.clone(), &key, subject, &self.serial(role), validity).with([
            Extension::authority(None),
            Extension::key_usage(&[Usage::KeyCertSign, Usage::CrlSign]),
            Extension::subject_key(&key),
        ]);
        Party { certificate: spec.sign(&key), subject: spec.subject.clone(), key, spec }
    }

    fn issued(
        &self,
        role: Role,
        by: &Party,
        subject: Name,
        days: [i64; 2],
        extensions: impl FnOnce(&Key) -> Vec<Extension>,
    ) -> Party {
        let key = Key::rsa(self.seed, role);
        let validity = self.validity(days[0], days[1]);
        let mut spec = CertificateSpec::new(subject, &key, by.subject.clone(), &self.serial(role), validity);
        spec.extensions = extensions(&key);
        spec.extensions.push(Extension::subject_key(&key));
        spec.extensions.push(Extension::authority_key(&by.key));
        Party { certificate: spec.sign(&by.key), subject: spec.subject.clone(), key, spec }
    }

    fn tls(&self, by: &Party, names: &[&str]) -> Party {
        self.issued(Role::Tls, by, service("localhost"), YEAR, |_| {
            vec![
                Extension::end_entity(),
                Extension::key_usage(&[Usage::DigitalSignature, Usage::KeyEncipherment]),
                Extension::extended_key_usage(&["1.3.6.1.5.5.7.3.1"]),
                Extension::host(names),
            ]
        })
    }
}

/// A leaf's validity: most of a year is left.
const YEAR: [i64; 2] = [30, 335];

/// The name of a service of the platform.
fn service(common: &str) -> Name {
    Name::of(&[
        (COUNTRY, "BE"),
        (ORGANIZATION, "Federal Government"),
        (UNIT, "eHealth-platform Belgium"),
        (COMMON_NAME, common),
    ])
}

fn signer(_: &Key) -> Vec<Extension> {
    vec![Extension::end_entity(), Extension::key_usage(&[Usage::DigitalSignature, Usage::NonRepudiation])]
}

/// The extensions of an eHealth authentication certificate, as issued since 2025.
fn authentication(_: &Key) -> Vec<Extension> {
    vec![
        Extension::key_usage(&[Usage::DigitalSignature, Usage::NonRepudiation, Usage::KeyEncipherment]),
        Extension::extended_key_usage(&["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"]),
        Extension::policy("2.999.1.1"),
    ]
}

impl Pki {
    /// The PKI of a seed, valid around `clock`.
    pub fn new(seed: u64, clock: Instant) -> Self {
        let make = Registry { seed, clock };
        let authority = |common: &str| {
            Name::of(&[
                (COUNTRY, "BE"),
                (ORGANIZATION, "ETALON TEST"),
                (SERIAL_NUMBER, "001"),
                (COMMON_NAME, common),
            ])
        };
        let root = make.self_signed(Role::Root, authority("Etalon Test PKI - root CA 001"));
        let issuing_ca = make.issued(
            Role::IssuingCa,
            &root,
            authority("Etalon Test PKI - eHealth issuing CA 001"),
            [1825, 1825],
            |_| {
                vec![
                    Extension::authority(Some(0)),
                    Extension::key_usage(&[Usage::KeyCertSign, Usage::CrlSign]),
                ]
            },
        );
        let eid_ca = make.self_signed(Role::EidCa, authority("Etalon Test Citizen CA"));
        let person_holder = Holder::person(seed);
        let organisation_holder = Holder::organisation(seed);
        let citizen = |purpose: &str| {
            Name::of(&[
                (COUNTRY, "BE"),
                (COMMON_NAME, &format!("Johanna Peeters ({purpose})")),
                (SURNAME, "Peeters"),
                (GIVEN_NAME, "Johanna"),
                (SERIAL_NUMBER, &person_holder.identifier),
            ])
        };
        let eid_authentication =
            make.issued(Role::EidAuthentication, &eid_ca, citizen("Authentication"), YEAR, |_| {
                vec![Extension::key_usage(&[Usage::DigitalSignature])]
            });
        let eid_signature = make.issued(Role::EidSignature, &eid_ca, citizen("Signature"), YEAR, |_| {
            vec![Extension::key_usage(&[Usage::NonRepudiation])]
        });
        let organisation =
            make.issued(Role::Organisation, &issuing_ca, organisation_holder.subject(), YEAR, authentication);
        let person = make.issued(Role::Person, &issuing_ca, person_holder.subject(), YEAR, authentication);
        let encryption = |role, owner: &Party| {
            let key = Key::rsa(seed, role);
            let spec = encryption_spec(owner, &key, &make.serial(role));
            Party { certificate: spec.sign(&owner.key), subject: spec.subject.clone(), key, spec }
        };
        let organisation_encryption = encryption(Role::OrganisationEncryption, &organisation);
        let person_encryption = encryption(Role::PersonEncryption, &person);
        let etk_ra = make.issued(Role::EtkRa, &issuing_ca, service("ETK-RA"), YEAR, signer);
        let sts = make.issued(Role::Sts, &issuing_ca, service("STS"), YEAR, signer);
        let attribute_authority =
            make.issued(Role::AttributeAuthority, &issuing_ca, service("Attribute Authority"), YEAR, signer);
        let realm = make.issued(Role::Realm, &issuing_ca, service("IAM realm"), YEAR, signer);
        let tls = make.tls(&issuing_ca, &["localhost"]);
        let attestation_root = make.self_signed(
            Role::AttestationRoot,
            Name::of(&[
                (COUNTRY, "BE"),
                (ORGANIZATION, "Etalon Authenticators"),
                (UNIT, "Authenticator Attestation"),
                (COMMON_NAME, "Etalon attestation root"),
            ]),
        );
        let stranger = make.self_signed(Role::Stranger, authority("Nobody in particular"));
        Self {
            seed,
            clock,
            root,
            issuing_ca,
            eid_ca,
            eid_authentication,
            eid_signature,
            organisation,
            person,
            organisation_encryption,
            person_encryption,
            etk_ra,
            sts,
            attribute_authority,
            tls,
            realm,
            attestation_root,
            stranger,
            organisation_holder,
            person_holder,
        }
    }

    /// The TLS server under other names than `localhost`: host names and addresses.
    pub fn tls_for(&self, names: &[&str]) -> Party {
        Registry { seed: self.seed, clock: self.clock }.tls(&self.issuing_ca, names)
    }

    /// An eHealth authentication certificate over `key` for `holder`, still to be signed by the
    /// issuing CA.
    pub fn authentication_spec(&self, holder: &Holder, key: &Key) -> CertificateSpec {
        let make = Registry { seed: self.seed, clock: self.clock };
        let mut serial: [u8; 16] =
            Stream::new(self.seed, &format!("serial of {}", holder.subject_text())).array();
        serial[0] |= 0x40;
        let validity = make.validity(YEAR[0], YEAR[1]);
        let issuer = self.issuing_ca.subject.clone();
        let mut spec = CertificateSpec::new(holder.subject(), key, issuer, &serial, validity);
        spec.extensions = authentication(key);
        spec.extensions.push(Extension::subject_key(key));
        spec.extensions.push(Extension::authority_key(&self.issuing_ca.key));
        spec
    }

    /// A WebAuthn attestation certificate (WebAuthn §8.2.1) over `key`, still to be signed by the
    /// attestation root.
    pub fn attestation_spec(&self, key: &Key, aaguid: [u8; 16]) -> CertificateSpec {
        let make = Registry { seed: self.seed, clock: self.clock };
        let subject = Name::of(&[
            (COUNTRY, "BE"),
            (ORGANIZATION, "Etalon Authenticators"),
            (UNIT, "Authenticator Attestation"),
            (COMMON_NAME, "Etalon attestation 1"),
        ]);
        let serial: [u8; 8] = Stream::new(self.seed, "serial of the attestation").array();
        let issuer = self.attestation_root.subject.clone();
        let aaguid = Extension::other("1.3.6.1.4.1.45724.1.1.4", false, der::octets(aaguid));
        CertificateSpec::new(subject, key, issuer, &serial, make.validity(YEAR[0], YEAR[1]))
            .with([Extension::end_entity(), aaguid])
    }

    /// From when to when the certificates of the run are valid.
    pub fn validity(&self) -> [Instant; 2] {
        Registry { seed: self.seed, clock: self.clock }.validity(YEAR[0], YEAR[1])
    }

    /// An SSIN that is not the person's.
    pub fn other_ssin(&self) -> String {
        let own = &self.person_holder.identifier;
        let other = (1..99).map(|step| name::ssin(self.seed + step)).find(|it| it != own);
        other.expect("99 seeds do not share one SSIN")
    }
}

/// The encryption certificate of `owner` over `key`, as the real client makes it: subject and
/// issuer are the owner, validity is the owner's, and only keyUsage is stated. The owner's
/// authentication key signs it.
pub fn encryption_spec(owner: &Party, key: &Key, serial: &[u8]) -> CertificateSpec {
    CertificateSpec {
        version: Some(2),
        serial: der::uint(serial),
        algorithm: owner.key.algorithm(),
        inner_algorithm: None,
        issuer: owner.subject.clone(),
        not_before: owner.spec.not_before.clone(),
        not_after: owner.spec.not_after.clone(),
        subject: owner.subject.clone(),
        spki: key.spki().to_vec(),
        extensions: vec![Extension::key_usage(&[Usage::KeyEncipherment, Usage::DataEncipherment])],
    }
}
