//! Distribution points of revocation lists: where a certificate says that they are (RFC 5280
//! 4.2.1.13), and which part of all revocations a list says that it holds (5.2.5).

use super::general_name::GeneralName;
use super::name::Name;
use crate::wire::der::{DerFault, Reader, Stop, Tag};

/// Reasons for a revocation, bit n of which is bit n of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

impl Reasons {
    pub(crate) const NONE: Self = Self(0);
    /// All that there are: keyCompromise (1) to aACompromise (8).
    pub(crate) const ALL: Self = Self(0x1fe);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Those under a context tag, where they stand.
    fn read(r: &mut Reader<'_>, name: &'static str, number: u32) -> Result<Option<Self>, Stop> {
        let Some(value) = r.optional(name, Tag::context(number))? else { return Ok(None) };
        let Some((_, octets)) = value.content.split_first().filter(|_| !value.constructed) else {
            return r.stop(name, DerFault::Malformed("expected reasons, found no bits"), value.span);
        };
        let bit = |number: usize| octets.get(number / 8).is_some_and(|it| it >> (7 - number % 8) & 1 == 1);
        Ok(Some(Self((1..9).filter(|number| bit(*number)).fold(0, |all, number| all | 1 << number))))
    }
}

/// The name of a distribution point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PointName<'a> {
    Full(Vec<GeneralName<'a>>),
    /// What stands below the name of the issuer of the list.
    Relative(Name<'a>),
}

impl<'a> PointName<'a> {
    /// The one under [0], where it stands: in a point, and in the scope of a list.
    fn read(r: &mut Reader<'a>) -> Result<Option<Self>, Stop> {
        let Some(value) = r.optional("distributionPoint", Tag::context(0))? else { return Ok(None) };
        let read = |r: &mut Reader<'a>| {
            let choice = r.value("")?;
            if choice.tag == Tag::context(0) {
                r.inside("fullName", &choice, GeneralName::read_all).map(Self::Full)
            } else if choice.tag == Tag::context(1) {
                Name::read_relative(r, "nameRelativeToCRLIssuer", &choice).map(Self::Relative)
            } else {
                let kind = DerFault::Unexpected {
                    expected: "the name of a distribution point",
                    found: Some(choice.tag),
                };
                r.stop("", kind, choice.span)
            }
        };
        r.inside("distributionPoint", &value, read).map(Some)
    }

    /// The names that it stands for below an issuer of lists.
    pub(crate) fn names(&self, issuer: &Name<'a>) -> Vec<GeneralName<'a>> {
        match self {
            Self::Full(names) => names.clone(),
            Self::Relative(relative) => vec![GeneralName::Directory(issuer.below(relative))],
        }
    }
}

/// A place where revocation lists for a certificate are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DistributionPoint<'a> {
    pub(crate) name: Option<PointName<'a>>,
    /// The reasons that the lists there hold; nothing for all of them.
    pub(crate) reasons: Option<Reasons>,
    /// Who issues the lists, when it is not the issuer of the certificate.
    pub(crate) crl_issuer: Option<Vec<GeneralName<'a>>>,
}

impl<'a> DistributionPoint<'a> {
    pub(super) fn read(r: &mut Reader<'a>) -> Result<Self, Stop> {
        r.sequence("", |r| {
            let name = PointName::read(r)?;
            let reasons = Reasons::read(r, "reasons", 1)?;
            let crl_issuer = match r.optional("cRLIssuer", Tag::context(2))? {
                Some(value) => Some(r.inside("cRLIssuer", &value, GeneralName::read_all)?),
                None => None,
            };
            Ok(Self { name, reasons, crl_issuer })
        })
    }
}

/// issuingDistributionPoint: which certificates and which reasons a list is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scope<'a> {
    pub(crate) name: Option<PointName<'a>>,
    pub(crate) only_users: bool,
    pub(crate) only_authorities: bool,
    pub(crate) only_attributes: bool,
    pub(crate) reasons: Option<Reasons>,
    /// Whether entries may be about certificates of other issuers.
    pub(crate) indirect: bool,
}

impl<'a> Scope<'a> {
    /// Reads the value of the extension.
    pub(super) fn read(r: &mut Reader<'a>) -> Result<Self, Stop> {
        fn flag(r: &mut Reader<'_>, name: &'static str, number: u32) -> Result<bool, Stop> {
            let value = r.optional(name, Tag::context(number))?;
            Ok(value.is_some_and(|value| value.content.iter().any(|octet| *octet != 0)))
        }
        r.sequence("", |r| {
            let name = PointName::read(r)?;
            let only_users = flag(r, "onlyContainsUserCerts", 1)?;
            let only_authorities = flag(r, "onlyContainsCACerts", 2)?;
            let reasons = Reasons::read(r, "onlySomeReasons", 3)?;
            let indirect = flag(r, "indirectCRL", 4)?;
            let only_attributes = flag(r, "onlyContainsAttributeCerts", 5)?;
            Ok(Self { name, only_users, only_authorities, only_attributes, reasons, indirect })
        })
    }
}
