//! Extensions of certificates, of certificate requests and of revocation lists (RFC 5280 4.2).

use super::distribution_point::DistributionPoint;
use super::general_name::{GeneralName, Subtree};
use crate::base::Span;
use crate::wire::der::{DerFault, Integer, Oid, Reader, Stop, Tag, Value};

/// One extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extension<'a> {
    pub(crate) oid: Oid<'a>,
    pub(crate) critical: bool,
    /// The octets of the value.
    pub(crate) value: &'a [u8],
    pub(crate) content: Content<'a>,
    /// Where the whole extension stands.
    pub(crate) span: Span,
}

/// What an extension says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content<'a> {
    BasicConstraints(BasicConstraints<'a>),
    KeyUsage(KeyUsage),
    ExtendedKeyUsage(Vec<Oid<'a>>),
    SubjectAltName(Vec<GeneralName<'a>>),
    IssuerAltName(Vec<GeneralName<'a>>),
    SubjectKeyIdentifier(&'a [u8]),
    AuthorityKeyIdentifier(AuthorityKeyIdentifier<'a>),
    NameConstraints {
        permitted: Option<Vec<Subtree<'a>>>,
        excluded: Option<Vec<Subtree<'a>>>,
    },
    CertificatePolicies(Vec<Oid<'a>>),
    PolicyMappings(Vec<(Oid<'a>, Oid<'a>)>),
    PolicyConstraints {
        require_explicit: Option<u64>,
        inhibit_mapping: Option<u64>,
    },
    InhibitAnyPolicy(u64),
    /// Those of cRLDistributionPoints, and of freshestCRL.
    CrlDistributionPoints(Vec<DistributionPoint<'a>>),
    /// How many descriptions there are, of the authority or of the subject.
    InformationAccess(usize),
    /// One that etalon does not read.
    Unknown,
    /// One that it reads, and that is not what it should be. The faults say why.
    Broken,
}

/// basicConstraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BasicConstraints<'a> {
    pub(crate) ca: bool,
    pub(crate) path_len: Option<Integer<'a>>,
}

/// authorityKeyIdentifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorityKeyIdentifier<'a> {
    pub(crate) key_id: Option<&'a [u8]>,
    pub(crate) issuer: Option<Vec<GeneralName<'a>>>,
    pub(crate) serial: Option<Integer<'a>>,
}

/// keyUsage, bit n of which is bit n of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyUsage(pub(crate) u16);

impl KeyUsage {
    pub(crate) const DIGITAL_SIGNATURE: Self = Self(1);
    pub(crate) const NON_REPUDIATION: Self = Self(1 << 1);
    pub(crate) const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    pub(crate) const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    pub(crate) const KEY_AGREEMENT: Self = Self(1 << 4);
    pub(crate) const KEY_CERT_SIGN: Self = Self(1 << 5);
    pub(crate) const CRL_SIGN: Self = Self(1 << 6);

    const NAMES: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The names of the usages, as RFC 5280 spells them.
    pub(crate) fn names(self) -> Vec<&'static str> {
        (0..9).filter(|bit| self.0 >> bit & 1 == 1).map(|bit| Self::NAMES[bit]).collect()
    }
}

/// Object identifiers of extensions.
pub(crate) mod oid {
    use crate::wire::der::Oid;

    pub(crate) const SUBJECT_KEY_IDENTIFIER: Oid<'static> = Oid::new(&[0x55, 0x1d, 14]);
    pub(crate) const KEY_USAGE: Oid<'static> = Oid::new(&[0x55, 0x1d, 15]);
    pub(crate) const SUBJECT_ALT_NAME: Oid<'static> = Oid::new(&[0x55, 0x1d, 17]);
    pub(crate) const ISSUER_ALT_NAME: Oid<'static> = Oid::new(&[0x55, 0x1d, 18]);
    pub(crate) const BASIC_CONSTRAINTS: Oid<'static> = Oid::new(&[0x55, 0x1d, 19]);
    pub(crate) const NAME_CONSTRAINTS: Oid<'static> = Oid::new(&[0x55, 0x1d, 30]);
    pub(crate) const CRL_DISTRIBUTION_POINTS: Oid<'static> = Oid::new(&[0x55, 0x1d, 31]);
    pub(crate) const CERTIFICATE_POLICIES: Oid<'static> = Oid::new(&[0x55, 0x1d, 32]);
    pub(crate) const POLICY_MAPPINGS: Oid<'static> = Oid::new(&[0x55, 0x1d, 33]);
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: Oid<'static> = Oid::new(&[0x55, 0x1d, 35]);
    pub(crate) const POLICY_CONSTRAINTS: Oid<'static> = Oid::new(&[0x55, 0x1d, 36]);
    pub(crate) const EXTENDED_KEY_USAGE: Oid<'static> = Oid::new(&[0x55, 0x1d, 37]);
    pub(crate) const INHIBIT_ANY_POLICY: Oid<'static> = Oid::new(&[0x55, 0x1d, 54]);
    /// A pointer to a certification practice statement.
    pub(crate) const CPS: Oid<'static> = Oid::new(&[0x2b, 6, 1, 5, 5, 7, 2, 1]);
    pub(crate) const FRESHEST_CRL: Oid<'static> = Oid::new(&[0x55, 0x1d, 46]);
    pub(crate) const SUBJECT_INFO_ACCESS: Oid<'static> = Oid::new(&[0x2b, 6, 1, 5, 5, 7, 1, 11]);
    pub(crate) const AUTHORITY_INFO_ACCESS: Oid<'static> = Oid::new(&[0x2b, 6, 1, 5, 5, 7, 1, 1]);
}

impl<'a> Extension<'a> {
    /// Reads the extensions of a SEQUENCE.
    pub(crate) fn read_all(r: &mut Reader<'a>, name: &'static str) -> Result<Vec<Self>, Stop> {
        r.sequence(name, |r| r.each(|r, _| Self::read(r)))
    }

    fn read(r: &mut Reader<'a>) -> Result<Self, Stop> {
        let whole = r.expect("", Tag::SEQUENCE)?;
        r.inside("", &whole, |r| {
            let oid = r.oid("extnID")?;
            let critical = r.boolean_or_false("critical")?;
            let value = r.octet_string("extnValue")?;
            let content = match reader_of(oid) {
                None => Content::Unknown,
                // What is wrong inside one extension says nothing about the next.
                Some(read) => r.nested("extnValue", value.content_span, read).unwrap_or(Content::Broken),
            };
            Ok(Self { oid, critical, value: value.content, content, span: whole.span })
        })
    }

    /// The name of its type, or the dotted form.
    pub(crate) fn type_name(&self) -> String {
        let known = KNOWN.iter().find(|(oid, ..)| *oid == self.oid);
        known.map_or_else(|| self.oid.to_string(), |(_, name, _)| (*name).to_owned())
    }
}

type ReadContent = for<'a> fn(&mut Reader<'a>) -> Result<Content<'a>, Stop>;

const KNOWN: &[(Oid<'static>, &str, ReadContent)] = &[
    (oid::BASIC_CONSTRAINTS, "basicConstraints", basic_constraints),
    (oid::KEY_USAGE, "keyUsage", key_usage),
    (oid::SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier", subject_key_identifier),
    (oid::AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier", authority_key_identifier),
    (oid::EXTENDED_KEY_USAGE, "extKeyUsage", extended_key_usage),
    (oid::SUBJECT_ALT_NAME, "subjectAltName", subject_alt_name),
    (oid::ISSUER_ALT_NAME, "issuerAltName", issuer_alt_name),
    (oid::NAME_CONSTRAINTS, "nameConstraints", name_constraints),
    (oid::CERTIFICATE_POLICIES, "certificatePolicies", certificate_policies),
    (oid::POLICY_MAPPINGS, "policyMappings", policy_mappings),
    (oid::POLICY_CONSTRAINTS, "policyConstraints", policy_constraints),
    (oid::INHIBIT_ANY_POLICY, "inhibitAnyPolicy", inhibit_any_policy),
    (oid::CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints", crl_distribution_points),
    (oid::FRESHEST_CRL, "freshestCRL", crl_distribution_points),
    (oid::AUTHORITY_INFO_ACCESS, "authorityInfoAccess", information_access),
    (oid::SUBJECT_INFO_ACCESS, "subjectInfoAccess", information_access),
];

fn reader_of(oid: Oid<'_>) -> Option<ReadContent> {
    KNOWN.iter().find(|(it, ..)| *it == oid).map(|(.., read)| *read)
}

fn basic_constraints<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    r.sequence("", |r| {
        let ca = r.boolean_or_false("cA")?;
        let path_len = match r.optional("pathLenConstraint", Tag::INTEGER)? {
            Some(value) => {
                let number = r.integer_in("pathLenConstraint", &value)?;
                if number.is_negative() {
                    let fault =
                        DerFault::Malformed("expected a path length of 0 or more, found a negative one");
                    return r.stop("pathLenConstraint", fault, value.span);
                }
                Some(number)
            }
            None => None,
        };
        Ok(Content::BasicConstraints(BasicConstraints { ca, path_len }))
    })
}

fn key_usage<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let bits = r.bit_string("")?;
    if bits.bytes.last().is_some_and(|last| last >> bits.unused & 1 == 0) {
        r.fault("", DerFault::NamedBitsNotTrimmed, bits.span);
    }
    let usage = (0..9).filter(|bit| bits.bit(*bit)).fold(0, |usage, bit| usage | 1 << bit);
    Ok(Content::KeyUsage(KeyUsage(usage)))
}

fn subject_key_identifier<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    Ok(Content::SubjectKeyIdentifier(r.octet_string("")?.content))
}

fn authority_key_identifier<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    r.sequence("", |r| {
        let key_id = r.optional("keyIdentifier", Tag::context(0))?.map(|value| value.content);
        let issuer = match r.optional("authorityCertIssuer", Tag::context(1))? {
            Some(value) => Some(r.inside("authorityCertIssuer", &value, GeneralName::read_all)?),
            None => None,
        };
        let serial = match r.optional("authorityCertSerialNumber", Tag::context(2))? {
            Some(value) => Some(r.integer_in("authorityCertSerialNumber", &value)?),
            None => None,
        };
        Ok(Content::AuthorityKeyIdentifier(AuthorityKeyIdentifier { key_id, issuer, serial }))
    })
}

fn extended_key_usage<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let oids = r.sequence("", |r| r.each(|r, _| r.oid("")))?;
    Ok(Content::ExtendedKeyUsage(oids))
}

fn subject_alt_name<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    Ok(Content::SubjectAltName(r.sequence("", GeneralName::read_all)?))
}

fn issuer_alt_name<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    Ok(Content::IssuerAltName(r.sequence("", GeneralName::read_all)?))
}

fn name_constraints<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    fn subtrees<'a>(
        r: &mut Reader<'a>,
        name: &'static str,
        number: u32,
    ) -> Result<Option<Vec<Subtree<'a>>>, Stop> {
        match r.optional(name, Tag::context(number))? {
            Some(value) => r.inside(name, &value, Subtree::read_all).map(Some),
            None => Ok(None),
        }
    }
    r.sequence("", |r| {
        let permitted = subtrees(r, "permittedSubtrees", 0)?;
        let excluded = subtrees(r, "excludedSubtrees", 1)?;
        Ok(Content::NameConstraints { permitted, excluded })
    })
}

fn certificate_policies<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let policies = r.sequence("", |r| {
        r.each(|r, _| {
            r.sequence("", |r| {
                let policy = r.oid("policyIdentifier")?;
                if r.peek() == Some(Tag::SEQUENCE) {
                    policy_qualifiers(r)?;
                }
                Ok(policy)
            })
        })
    })?;
    Ok(Content::CertificatePolicies(policies))
}

fn policy_qualifiers(r: &mut Reader<'_>) -> Result<(), Stop> {
    let before = Span::at(r.offset());
    let qualifiers = r.sequence("policyQualifiers", |r| {
        r.each(|r, _| {
            r.sequence("", |r| {
                let is_address = r.oid("policyQualifierId")? == oid::CPS;
                let qualifier = r.value("qualifier")?;
                if is_address && qualifier.tag != Tag::IA5_STRING {
                    // The policy is known all the same.
                    let fault = DerFault::Malformed("expected a CPSuri as an IA5String, found another type");
                    r.fault("qualifier", fault, qualifier.span);
                }
                Ok(())
            })
        })
    })?;
    if qualifiers.is_empty() {
        let fault = DerFault::Malformed("expected at least one policy qualifier, found none");
        return r.stop("policyQualifiers", fault, before);
    }
    Ok(())
}

fn policy_mappings<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let pairs = r.sequence("", |r| {
        r.each(|r, _| r.sequence("", |r| Ok((r.oid("issuerDomainPolicy")?, r.oid("subjectDomainPolicy")?))))
    })?;
    Ok(Content::PolicyMappings(pairs))
}

fn policy_constraints<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    fn skip_certs(r: &mut Reader<'_>, name: &'static str, number: u32) -> Result<Option<u64>, Stop> {
        let Some(value) = r.optional(name, Tag::context(number))? else { return Ok(None) };
        Ok(Some(small(r, name, &value)?))
    }
    r.sequence("", |r| {
        let require_explicit = skip_certs(r, "requireExplicitPolicy", 0)?;
        let inhibit_mapping = skip_certs(r, "inhibitPolicyMapping", 1)?;
        Ok(Content::PolicyConstraints { require_explicit, inhibit_mapping })
    })
}

fn inhibit_any_policy<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let value = r.expect("", Tag::INTEGER)?;
    Ok(Content::InhibitAnyPolicy(small(r, "", &value)?))
}

fn small(r: &mut Reader<'_>, name: &'static str, value: &Value<'_>) -> Result<u64, Stop> {
    let value = Value { content: r.slice(value.content_span), raw: r.slice(value.span), ..*value };
    match r.integer_in(name, &value)?.to_u64() {
        Some(number) => Ok(number),
        None => r.stop(name, DerFault::Malformed("expected a small number, found another"), value.span),
    }
}

fn crl_distribution_points<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    Ok(Content::CrlDistributionPoints(r.sequence("", |r| r.each(|r, _| DistributionPoint::read(r)))?))
}

fn information_access<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let descriptions = r.sequence("", |r| {
        r.each(|r, _| {
            r.sequence("", |r| {
                r.oid("accessMethod")?;
                let location = r.value("accessLocation")?;
                GeneralName::read_content(r, &location)
            })
        })
    })?;
    Ok(Content::InformationAccess(descriptions.len()))
}
