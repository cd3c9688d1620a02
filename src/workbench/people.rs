//! People of the simulated world's authentic source, by the names that workflows give them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, Workbench, read};
use crate::simulator::identity::Profile;
use crate::simulator::person::{Family, Person};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    /// A name for the person; the same name is the same person.
    user: String,
    /// Whom the person may act for.
    family: Option<String>,
}

/// The family of this name; everyone when none is given.
pub(super) fn family(name: Option<&str>) -> Result<Family, Refused> {
    let name = name.unwrap_or(Family::Everyone.name());
    Family::ALL.into_iter().find(|it| it.name() == name).ok_or_else(|| {
        let known = Family::ALL.map(Family::name).join(", ");
        Refused::order(format!("`family`: expected one of {known}"))
    })
}

impl Workbench {
    /// The person of a name.
    pub(super) fn person(&self, user: &str, family: Family) -> Result<Person, Refused> {
        Ok(Person::new(self.number(user)?, family))
    }
}

/// Says who a person is.
pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<Named>) -> Answer {
    let order = read(order)?;
    let person = workbench.person(&order.user, family(order.family.as_deref())?)?;
    let (children, mandators) = (person.children(), person.mandators());
    let relative = |of: &[Person]| of.first().map(|it| it.ssin().to_owned()).unwrap_or_default();
    let may_act = person.may_act();
    let profile = |group: &str| {
        let entries = may_act.as_array().into_iter().flatten();
        let mut of = entries.filter(|entry| entry.pointer(&format!("/userProfile/{group}")).is_some());
        of.find_map(|entry| entry.get("sub")?.as_str()).unwrap_or_default().to_owned()
    };
    Ok(Json(json!({
        "ssin": person.ssin(),
        "nihii": person.nihii(),
        "child": relative(&children),
        "childProfile": profile("children"),
        "mandator": relative(&mandators),
        "mandatorProfile": profile("mandators"),
    })))
}

/// The profile of this name that a person has.
pub(super) fn profile(person: &Person, name: &str) -> Result<Profile, Refused> {
    let found = match name {
        "citizen" => Some(Profile::Citizen),
        "professional" => Some(Profile::Professional),
        "parent" => person.children().into_iter().next().map(Profile::Parent),
        "mandate-holder" => person.mandators().into_iter().next().map(Profile::MandateHolder),
        _ => None,
    };
    found.ok_or_else(|| Refused::order("`profile`: the person has no such profile"))
}
