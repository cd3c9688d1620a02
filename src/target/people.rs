//! Whom a target knows beside those who sign: the people that suites ask about.
//!
//! The suites' own are made up, and a real service has never heard of them: a target file names test
//! people of its environment instead.

use std::str::FromStr;

use serde::Deserialize;

use crate::model::identifier::IdentifierType;

/// What somebody is for the suites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A pharmacist who holds a pharmacy.
    Pharmacist,
    /// A citizen who holds no pharmacy, and for whom nobody who signs may act.
    OtherCitizen,
    /// Somebody about whom the Attribute Authority gives no answer.
    UnknownCitizen,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pharmacist, Self::OtherCitizen, Self::UnknownCitizen];

    /// Its name in a target file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pharmacist => "pharmacist",
            Self::OtherCitizen => "other-citizen",
            Self::UnknownCitizen => "unknown-citizen",
        }
    }

    /// Who plays it, as an entry says.
    ///
    /// # Errors
    /// What was expected and found.
    pub(super) fn played_by(self, entry: Entry) -> Result<Known, String> {
        let Entry { ssin, first_name, name, nihii, pharmacy } = entry;
        if !IdentifierType::named("SSIN").is_some_and(|kind| kind.takes(&ssin)) {
            let length = ssin.chars().count();
            return Err(format!(
                "`ssin`: expected eleven digits with right check digits, found another text of {length} characters"
            ));
        }
        let (needs_name, needs_pharmacy) = match self {
            Self::Pharmacist => (false, true),
            Self::UnknownCitizen => (false, false),
            Self::OtherCitizen => (true, false),
        };
        for (needed, member, value) in [
            (needs_name, "first-name", &first_name),
            (needs_name, "name", &name),
            (needs_pharmacy, "nihii", &nihii),
            (needs_pharmacy, "pharmacy", &pharmacy),
        ] {
            if needed && value.is_empty() {
                return Err(format!("{}: expected `{member}`, found none", self.name()));
            }
        }
        Ok(Known { ssin, first_name, name, nihii, pharmacy })
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is nobody whom the suites ask about; expected one of: {known}")
        })
    }
}

/// An entry of `[people]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Entry {
    ssin: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    nihii: String,
    #[serde(default)]
    pharmacy: String,
}

/// Somebody whom the target knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The SSIN.
    pub ssin: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub name: String,
    /// The NIHII number of a pharmacist.
    pub nihii: String,
    /// The number of the pharmacy that a pharmacist holds.
    pub pharmacy: String,
}
