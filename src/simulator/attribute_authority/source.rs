//! What a query asks, and what the authentic source knows about it.

use crate::base::time::{Duration, Instant};
use crate::forge::saml::{Attribute, PHARMACY, PHARMACY_HOLDER, SSIN, Value};
use crate::model::saml::ASSERTION_2;
use crate::model::saml::query::AttributeQuery;
use crate::model::saml::value::Sort;
use crate::simulator::person::{Family, Person};

/// How many attributes are answered at most.
pub(super) const MOST: usize = 100;

/// The number of a healthcare professional.
const PROFESSIONAL: &str = "urn:be:fgov:person:ssin:ehealth:1.0:professional:nihii11";

/// The attributes that are known.
const KNOWN: [&str; 4] = [SSIN, PHARMACY, PHARMACY_HOLDER, PROFESSIONAL];

/// What a query asks.
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) issuer: String,
    /// The attributes, in their order: those with values are given, those without are asked.
    attributes: Vec<Attribute>,
    /// The names of all.
    pub(super) names: Vec<String>,
    /// Whom it is about.
    pub(super) person: Option<Person>,
    /// The window in which the answer must hold.
    window: [Option<Instant>; 2],
}

impl Asked {
    /// Reads a query that the rules let pass.
    pub(super) fn read(query: &AttributeQuery<'_>) -> Self {
        let attributes: Vec<Attribute> = query
            .attributes()
            .map(|attribute| {
                let values = attribute.all(ASSERTION_2, "AttributeValue");
                Attribute {
                    name: attribute.value_of("Name").unwrap_or_default().trim().to_owned(),
                    values: values.map(|it| Value::Text(it.text().trim().to_owned())).collect(),
                }
            })
            .collect();
        let confirmation = query.subject.as_ref().and_then(|it| it.confirmations.first());
        let bound = |name| Some(confirmation?.datum(name, Sort::Time)?.instant()?.instant);
        let mut asked = Self {
            id: query.id().map(|id| id.text.trim().to_owned()).unwrap_or_default(),
            issuer: query.issuer().map(|it| it.text.trim().to_owned()).unwrap_or_default(),
            names: attributes.iter().map(|it| it.name.clone()).collect(),
            attributes,
            person: None,
            window: [bound("NotBefore"), bound("NotOnOrAfter")],
        };
        asked.person = asked.given(SSIN).and_then(Person::of).filter(Person::has_a_profile);
        asked
    }

    /// The value that the query gives for an attribute.
    fn given(&self, name: &str) -> Option<&str> {
        let attribute = self.attributes.iter().find(|it| it.name == name)?;
        match attribute.values.first()? {
            Value::Text(text) => Some(text),
            Value::Typed(_) | Value::Xml(_) | Value::Nothing => None,
        }
    }

    /// Whether it gives a pharmacy that there is not: no number of one begins with a 9.
    pub(super) fn names_no_pharmacy(&self) -> bool {
        self.given(PHARMACY).is_some_and(|number| number.starts_with('9'))
    }

    /// The attributes of the answer: what was given, and what was asked with what is known of it.
    pub(super) fn answered(&self, now: Instant) -> Vec<Attribute> {
        let answer = |attribute: &Attribute| {
            if !attribute.values.is_empty() {
                return attribute.clone();
            }
            let found = self.value(&attribute.name).filter(|_| self.is_verifiable(now));
            let value = found.map_or(Value::Nothing, Value::Typed);
            Attribute { name: attribute.name.clone(), values: vec![value] }
        };
        self.attributes.iter().map(answer).collect()
    }

    /// What the source knows: who has a family is a professional, and holds any pharmacy.
    fn value(&self, name: &str) -> Option<String> {
        let person = self.person.as_ref()?;
        let professional = (person.family() != Family::Alone).then(|| person.nihii());
        match name {
            SSIN => Some(person.ssin().to_owned()),
            PHARMACY_HOLDER => professional.filter(|_| self.given(PHARMACY).is_some()),
            PROFESSIONAL => professional,
            _ => None,
        }
    }

    /// Whether the source can speak for the whole window: it knows the last ten years, and nothing
    /// beyond today (SD-169, SD-170).
    fn is_verifiable(&self, now: Instant) -> bool {
        let midnight = now.replace_time(time::Time::MIDNIGHT) + Duration::DAY;
        let [start, end] = self.window;
        start.is_none_or(|start| start > now - Duration::days(3653)) && end.is_none_or(|end| end <= midnight)
    }
}

/// Whether the name of an attribute is of a profile that the service knows.
pub(super) fn is_of_a_profile(name: &str) -> bool {
    name.starts_with("urn:be:fgov:")
}

/// Whether an attribute is known.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}
