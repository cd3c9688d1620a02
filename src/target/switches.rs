//! Where the cookbooks contradict themselves, which reading a target follows: what is sent to it then.
//!
//! A switch is a spec defect that changes requests; `[switches]` of a target file sets it. `[paths]`
//! moves any other operation. What an answer must be stays the same.

use std::collections::BTreeMap;

use crate::base::Service;

/// A spec defect with more than one reading.
#[derive(Debug)]
pub struct Switch {
    /// `SD-05`
    pub id: &'static str,
    /// What a target may follow; the first is what the suites send by themselves.
    pub readings: &'static [Reading],
}

/// One reading of a defect.
#[derive(Debug)]
pub struct Reading {
    /// Its name in a target file.
    pub name: &'static str,
    /// What it changes.
    pub changes: &'static [Change],
}

/// A change of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An operation is at another path.
    Path(&'static str, &'static str),
    /// A parameter of a service's queries has another name.
    Parameter(Service, &'static str, &'static str),
    /// The types of identifiers are in small letters.
    SmallTypes,
    /// A member of a registered credential has another name.
    Member(&'static str, &'static str),
    /// A registered credential is flat, without `response`.
    FlatCredential,
    /// The account's id is the user id of the options: base64url of its text.
    AccountAsUserId,
    /// etalon's own User-Agent has two segments.
    TwoSegments,
}

const fn reading(name: &'static str, changes: &'static [Change]) -> Reading {
    Reading { name, changes }
}

/// Every switch, in the order of their ids.
pub const SWITCHES: &[Switch] = &[
    Switch {
        id: "SD-01",
        readings: &[reading("three-segments", &[]), reading("two-segments", &[Change::TwoSegments])],
    },
    Switch {
        id: "SD-02",
        readings: &[
            reading("described", &[]),
            reading(
                "text",
                &[
                    Change::Path("etkdepot.listKeys", "/etee/v1/jwks"),
                    Change::Path("etkdepot.getKey", "/etee/v1/jwks/{kid}"),
                ],
            ),
            reading("example", &[Change::Path("keydepot.listKeys", "/etee/v1/pubKeys/webauthn/jwks")]),
        ],
    },
    Switch {
        id: "SD-03",
        readings: &[reading("rawId", &[]), reading("rawid", &[Change::Member("rawId", "rawid")])],
    },
    Switch {
        id: "SD-05",
        readings: &[
            reading("identifier", &[]),
            reading("value", &[Change::Parameter(Service::Keydepot, "identifier", "value")]),
        ],
    },
    Switch { id: "SD-08", readings: &[reading("nested", &[]), reading("flat", &[Change::FlatCredential])] },
    Switch {
        id: "SD-38",
        readings: &[reading("decoded", &[]), reading("user-id", &[Change::AccountAsUserId])],
    },
    Switch {
        id: "SD-45",
        readings: &[
            reading("by-service", &[]),
            reading(
                "application",
                &[Change::Parameter(Service::Etkdepot, "applicationIdentifier", "application")],
            ),
            reading(
                "applicationIdentifier",
                &[Change::Parameter(Service::Keydepot, "application", "applicationIdentifier")],
            ),
            reading(
                "clientID",
                &[
                    Change::Parameter(Service::Keydepot, "application", "clientID"),
                    Change::Parameter(Service::Etkdepot, "applicationIdentifier", "clientID"),
                ],
            ),
        ],
    },
    Switch { id: "SD-53", readings: &[reading("capitals", &[]), reading("small", &[Change::SmallTypes])] },
    Switch {
        id: "SD-65",
        readings: &[
            reading("etks", &[]),
            reading("Etks", &[Change::Path("etkdepot.listTokens", "/etee/v1/Etks")]),
        ],
    },
];

/// The changes of a reading.
///
/// # Errors
/// What was expected, when the defect is no switch or has no such reading.
pub fn changes(id: &str, reading: &str) -> Result<&'static [Change], String> {
    let Some(switch) = SWITCHES.iter().find(|it| it.id == id) else {
        let known = SWITCHES.iter().map(|it| it.id).collect::<Vec<_>>().join(", ");
        return Err(if crate::defects::find(id).is_some() {
            format!("{id} changes nothing that is sent; the switches are {known}")
        } else {
            format!("`{id}` is no spec defect; the switches are {known}")
        });
    };
    let found = switch.readings.iter().find(|it| it.name == reading);
    found.map(|it| it.changes).ok_or_else(|| {
        let known = switch.readings.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        format!("{id}: expected one of {known}, found `{reading}`")
    })
}

/// What a target wants otherwise than the suites send it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variants {
    /// The paths of operations, by `service.operationId`.
    pub paths: BTreeMap<String, String>,
    /// The other changes.
    pub changes: Vec<Change>,
}

impl Variants {
    /// Follows a reading.
    pub(super) fn follow(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                // A path that the file names itself goes before that of a reading.
                Change::Path(operation, path) => {
                    self.paths.entry((*operation).to_owned()).or_insert_with(|| (*path).to_owned());
                }
                other => self.changes.push(*other),
            }
        }
    }

    /// Moves an operation.
    pub(super) fn move_to(&mut self, operation: &str, path: &str) -> Result<(), String> {
        let known = crate::service::CONTRACTS
            .iter()
            .flat_map(|it| it.operations.iter().map(move |op| (it.service.name(), op)))
            .find(|(service, op)| operation == format!("{service}.{}", op.id));
        let Some((_, known)) = known else {
            return Err(format!("expected an operation such as keydepot.listKeys, found `{operation}`"));
        };
        let parameters = |path: &str| {
            let mut names: Vec<String> = path
                .split('{')
                .skip(1)
                .map(|it| it.split('}').next().unwrap_or_default().to_owned())
                .collect();
            names.sort();
            names
        };
        if !path.starts_with('/') || parameters(path) != parameters(known.path) {
            return Err(format!(
                "{operation}: expected a path with the parameters of {}, found `{path}`",
                known.path
            ));
        }
        self.paths.insert(operation.to_owned(), path.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_a_known_defect_of_two_readings_or_more() {
        for switch in SWITCHES {
            assert!(crate::defects::find(switch.id).is_some(), "{}", switch.id);
            let (first, others) = switch.readings.split_first().expect("readings");
            assert!(first.changes.is_empty() && !others.is_empty(), "{}", switch.id);
            assert!(others.iter().all(|it| !it.changes.is_empty()), "{}", switch.id);
            for change in others.iter().flat_map(|it| it.changes) {
                if let Change::Path(operation, path) = change {
                    Variants::default().move_to(operation, path).expect("an operation");
                }
            }
        }
    }
}
