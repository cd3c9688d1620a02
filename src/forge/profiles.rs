//! The profiles that a person may take, as IAM eXchange lists them.

use serde_json::{Map, Value, json};

use super::{Bench, Error, Made, Maker, Mutation, name};
use crate::base::Kind;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Profiles,
    params: &[("ssin", "the national number of the person")],
    valid: |bench| {
        let mut profiles = Profiles::of(bench);
        if let Some(ssin) = bench.param("ssin") {
            ssin.clone_into(&mut profiles.person.ssin);
        }
        Ok(made(&profiles.to_json()))
    },
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new("own", "a person with no profile but their own", &[], |bench| {
        let mut profiles = Profiles::of(bench);
        profiles.children.clear();
        profiles.mandators.clear();
        Ok(made(&profiles.to_json()))
    }),
    Mutation::new("by-number", "the profiles of a number: the person has no name", &[], |bench| {
        Ok(made(&Profiles::of(bench).to_json_by_number()))
    }),
    Mutation::new("ssin-absent", "the person has no number", &["profiles.person-incomplete"], |bench| {
        changed(bench, |it| _ = it.remove("ssin"))
    }),
    Mutation::new("ssin-wrong", "the check number is wrong", &["profiles.ssin-invalid"], |bench| {
        changed(bench, |it| it["ssin"] = json!("85000012300"))
    })
    .case("TX-14"),
    Mutation::new("ssin-number", "the number is a JSON number", &["profiles.person-mistyped"], |bench| {
        changed(bench, |it| it["ssin"] = json!(85_000_012_386_u64))
    }),
    Mutation::new(
        "children-object",
        "one child stands without an array",
        &["profiles.group-mistyped"],
        |bench| changed(bench, |it| it["children"] = it["children"][0].take()),
    ),
    Mutation::new("children-empty", "the list of children is empty", &["profiles.group-empty"], |bench| {
        changed(bench, |it| it["children"] = json!([]))
    }),
    Mutation::new("child-nameless", "a child has no name", &["profiles.entry-incomplete"], |bench| {
        changed(bench, |it| _ = it["children"][0].as_object_mut().and_then(|child| child.remove("firstName")))
    }),
    Mutation::new(
        "mandate-absent",
        "a mandator without a mandate",
        &["profiles.mandates-missing"],
        |bench| {
            changed(bench, |it| {
                _ = it["mandators"][0].as_object_mut().and_then(|mandator| mandator.remove("serviceNames"));
            })
        },
    ),
];

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The national number.
    pub ssin: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
}

/// A person who gave mandates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandator {
    /// Who it is.
    pub person: Person,
    /// For what the mandates are.
    pub services: Vec<String>,
}

/// The profiles of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles {
    /// The person.
    pub person: Person,
    /// Their children.
    pub children: Vec<Person>,
    /// Those who gave them a mandate.
    pub mandators: Vec<Mandator>,
}

impl Person {
    /// A person.
    pub fn new(ssin: &str, first_name: &str, last_name: &str) -> Self {
        Self { ssin: ssin.to_owned(), first_name: first_name.to_owned(), last_name: last_name.to_owned() }
    }

    fn to_json(&self) -> Map<String, Value> {
        [("firstName", &self.first_name), ("lastName", &self.last_name), ("ssin", &self.ssin)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect()
    }
}

impl Profiles {
    /// The person of the PKI, with those of the access token: two children and a mandator.
    pub fn of(bench: &Bench) -> Self {
        let seed = bench.seed();
        let child = |step, first| Person::new(&name::ssin(seed + step), first, "Peeters");
        Self {
            person: Person::new(&bench.pki.person_holder.identifier, "Johanna", "Peeters"),
            children: vec![child(1, "Emma"), child(2, "Lucas")],
            mandators: vec![Mandator {
                person: Person::new(&name::ssin(seed + 3), "Maria", "Janssens"),
                services: vec!["medicaldatamanagement".to_owned()],
            }],
        }
    }

    /// The answer of `GET /profiles`.
    pub fn to_json(&self) -> Value {
        self.with(self.person.to_json())
    }

    /// The answer of `GET /profiles/{ssin}`: the person has no name.
    fn to_json_by_number(&self) -> Value {
        self.with(Map::from_iter([("ssin".to_owned(), json!(self.person.ssin))]))
    }

    fn with(&self, mut members: Map<String, Value>) -> Value {
        if !self.children.is_empty() {
            let children = self.children.iter().map(|child| Value::Object(child.to_json())).collect();
            members.insert("children".to_owned(), children);
        }
        if !self.mandators.is_empty() {
            let mandators = self.mandators.iter().map(Mandator::to_json).collect();
            members.insert("mandators".to_owned(), mandators);
        }
        Value::Object(members)
    }
}

impl Mandator {
    fn to_json(&self) -> Value {
        let mut members = self.person.to_json();
        let name = format!("{} {}", self.person.last_name, self.person.first_name);
        members.insert("name".to_owned(), json!(name));
        members.insert("serviceNames".to_owned(), json!(self.services));
        Value::Object(members)
    }
}

fn made(profiles: &Value) -> Made {
    Made::new(profiles.to_string()).with("service", "iam-exchange")
}

#[expect(clippy::unnecessary_wraps, reason = "what a maker returns")]
fn changed(bench: &Bench, change: impl FnOnce(&mut Map<String, Value>)) -> Result<Made, Error> {
    let mut profiles = Profiles::of(bench).to_json();
    change(profiles.as_object_mut().expect("it was written as an object"));
    Ok(made(&profiles))
}
