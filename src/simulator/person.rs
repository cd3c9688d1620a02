//! The authentic source of the simulated world: who a person is, and whom the person may act for.
//!
//! Nothing is kept: everything follows from the SSIN, so that any SSIN with right check digits is
//! somebody. No living person has one of those that are made here: they stand for a birth of which
//! neither month nor day is known.

use serde_json::{Value, json};

use crate::forge::rng::Stream;
use crate::model::identifier::IdentifierType;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    ssin: String,
}

/// What the authentic source knows of a person, by the last digits of the SSIN's counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Nobody else.
    Alone,
    /// Two children.
    Children,
    /// Two children, and a mandator.
    Mandators,
    /// Children, a mandator, and an organisation.
    Everyone,
    /// A person without a profile that can be exchanged.
    Unsupported,
}

impl Family {
    /// All of them: the place of each is the remainder of the counter, less one, by their number.
    pub const ALL: [Self; 5] =
        [Self::Alone, Self::Children, Self::Mandators, Self::Everyone, Self::Unsupported];

    /// The name under which an order asks for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Children => "children",
            Self::Mandators => "mandators",
            Self::Everyone => "everyone",
            Self::Unsupported => "unsupported",
        }
    }
}

/// How many people of one family share a birth date.
const COUNTERS: u64 = 199;

const FIRST_NAMES: [&str; 8] = ["Anna", "Bram", "Clara", "Daan", "Elise", "Finn", "Greet", "Hugo"];
const LAST_NAMES: [&str; 5] = ["Claes", "Dubois", "Janssens", "Lambert", "Maes"];

impl Person {
    /// A person of a family: numbers that follow each other are different people.
    pub fn new(number: u64, family: Family) -> Self {
        let place = Family::ALL.iter().position(|it| *it == family).unwrap_or_default() as u64;
        let counter = number % COUNTERS * 5 + place + 1;
        Self::born(number / COUNTERS % 100, counter, false)
    }

    fn born(year: u64, counter: u64, after_2000: bool) -> Self {
        let first = year * 10_000_000 + counter;
        let century = if after_2000 { 2_000_000_000 } else { 0 };
        Self { ssin: format!("{first:09}{:02}", 97 - (century + first) % 97) }
    }

    /// The person with this SSIN, or nobody when it is none.
    pub fn of(ssin: &str) -> Option<Self> {
        IdentifierType::named("SSIN").filter(|kind| kind.takes(ssin))?;
        Some(Self { ssin: ssin.to_owned() })
    }

    /// The SSIN.
    pub fn ssin(&self) -> &str {
        &self.ssin
    }

    /// What is known of the person.
    pub fn family(&self) -> Family {
        let counter: usize = self.ssin.get(6..9).and_then(|it| it.parse().ok()).unwrap_or(1);
        Family::ALL[counter.saturating_sub(1) % Family::ALL.len()]
    }

    fn stream(&self, purpose: &str) -> Stream {
        Stream::new(0, &format!("{purpose} of {}", self.ssin))
    }

    /// Whether the person has a profile that can be exchanged.
    pub(super) fn has_a_profile(&self) -> bool {
        self.family() != Family::Unsupported
    }

    /// First and last name.
    pub fn names(&self) -> [&'static str; 2] {
        let mut stream = self.stream("name");
        [FIRST_NAMES[usize::from(stream.byte() % 8)], LAST_NAMES[usize::from(stream.byte() % 5)]]
    }

    fn relative(&self, what: &str, years: [u64; 2], after_2000: bool) -> Self {
        let mut stream = self.stream(what);
        // The families of relatives end here: they are alone.
        let counter = stream.below(COUNTERS) * 5 + 1;
        Self::born(years[0] + stream.below(years[1] - years[0]), counter, after_2000)
    }

    /// The children.
    pub fn children(&self) -> Vec<Self> {
        match self.family() {
            Family::Alone | Family::Unsupported => Vec::new(),
            Family::Children | Family::Mandators | Family::Everyone => {
                ["first child", "second child"].map(|it| self.relative(it, [10, 25], true)).to_vec()
            }
        }
    }

    /// The people who gave this one a mandate.
    pub fn mandators(&self) -> Vec<Self> {
        match self.family() {
            Family::Alone | Family::Unsupported | Family::Children => Vec::new(),
            Family::Mandators | Family::Everyone => vec![self.relative("mandator", [30, 60], false)],
        }
    }

    /// The CBE numbers of the organisations.
    pub fn organisations(&self) -> Vec<String> {
        if self.family() != Family::Everyone {
            return Vec::new();
        }
        let first = 9_980_000 + self.stream("organisation").below(9_999);
        vec![format!("{first:08}{:02}", 97 - first % 97)]
    }

    /// The NIHII number of the person's profession, eleven digits.
    pub fn nihii(&self) -> String {
        let first = 100_000 + self.stream("nihii").below(900_000);
        format!("{first:06}{:02}001", 97 - first % 97)
    }

    /// The person's profiles, of the subsets that the asking client is concerned by. No document shows
    /// an organisation (SD-123).
    pub fn profiles(&self, subsets: bool, with_names: bool) -> Value {
        let named = |person: &Self| {
            let [first, last] = person.names();
            json!({"ssin": person.ssin, "firstName": first, "lastName": last})
        };
        let mut profiles = if with_names { named(self) } else { json!({"ssin": self.ssin}) };
        if !subsets {
            return profiles;
        }
        let mandator = |person: &Self| {
            let [first, last] = person.names();
            let mut entry = named(person);
            entry["name"] = format!("{last} {first}").into();
            entry["serviceNames"] = json!(["medicaldatamanagement", "recipe"]);
            entry
        };
        let organisation = |cbe: String| json!({"name": "Etalon practice", "enterprise": {"cbe": cbe}});
        let groups: [(&str, Vec<Value>); 3] = [
            ("children", self.children().iter().map(named).collect()),
            ("mandators", self.mandators().iter().map(mandator).collect()),
            ("organizations", self.organisations().into_iter().map(organisation).collect()),
        ];
        for (name, entries) in groups {
            if !entries.is_empty() {
                profiles[name] = entries.into();
            }
        }
        profiles
    }

    /// What the person may be exchanged as beside the profile of the login: the entries of `may_act`.
    pub fn may_act(&self) -> Value {
        let entry = |group: &str, person: &Self| {
            let sub: [u8; 16] = self.stream(&format!("profile {group} {}", person.ssin)).array();
            let sub = data_encoding::HEXLOWER.encode(&sub);
            json!({"sub": sub, "userProfile": {group: [{"ssin": person.ssin}]}})
        };
        let children = self.children();
        let mandators = self.mandators();
        let children = children.iter().map(|it| entry("children", it));
        children.chain(mandators.iter().map(|it| entry("mandators", it))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_back_with_the_family_that_was_asked() {
        for family in Family::ALL {
            for number in [0, 7, 198, 199, 12_345] {
                let person = Person::new(number, family);
                assert_eq!(Person::of(person.ssin()).as_ref(), Some(&person), "{}", person.ssin());
                assert_eq!(person.family(), family);
                for relative in person.children().iter().chain(&person.mandators()) {
                    assert_eq!(Person::of(relative.ssin()).as_ref(), Some(relative));
                    assert_eq!(relative.family(), Family::Alone);
                }
            }
        }
        assert_ne!(Person::new(1, Family::Alone), Person::new(2, Family::Alone));
        assert_eq!(Person::of("12345678912"), None);
    }
}
