//! What a run made at a target elsewhere, and what became of it.

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use super::Shown;

/// Something that a run made at a target.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Creation {
    /// The service that has it.
    pub service: String,
    /// `key`, `certificate` or `encryption token`.
    pub thing: String,
    /// How the service knows it.
    pub id: Shown,
    /// The suite whose workflow made it.
    pub suite: String,
    /// The workflow.
    pub workflow_id: String,
    /// What became of it.
    pub fate: Fate,
    /// Why it is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Shown>,
}

/// What became of something that a run made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A workflow took it away itself.
    Deleted,
    /// It was taken away when the workflow had ended.
    CleanedUp,
    /// It is still there, as far as anybody knows.
    Left,
}

impl Fate {
    const ALL: [Self; 3] = [Self::Deleted, Self::CleanedUp, Self::Left];

    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::CleanedUp => "cleaned-up",
            Self::Left => "left",
        }
    }
}

impl<'de> Deserialize<'de> for Fate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| D::Error::custom(format_args!("`{name}` is no fate of what was made")))
    }
}

/// How many things of each kind were made, and how many of them met each fate.
pub fn counted(created: &[Creation]) -> Vec<String> {
    let mut things: Vec<&str> = Vec::new();
    for it in created {
        if !things.contains(&it.thing.as_str()) {
            things.push(&it.thing);
        }
    }
    let of = |thing: &str| {
        let all: Vec<&Creation> = created.iter().filter(|it| it.thing == thing).collect();
        let fates = Fate::ALL.map(|fate| (fate, all.iter().filter(|it| it.fate == fate).count()));
        let shown: Vec<String> = fates
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(fate, count)| format!("{count} {}", fate.name().replace('-', " ")))
            .collect();
        let plural = if all.len() == 1 { "" } else { "s" };
        format!("{} {thing}{plural} made there: {}", all.len(), shown.join(", "))
    };
    things.into_iter().map(of).collect()
}
