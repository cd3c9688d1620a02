//! What comes out otherwise on purpose: the lists `*-deviations.toml`, and how they are read.
//!
//! An entry says what differs and why; a test fails where one is missing, and where one is no longer
//! needed.

use serde::Deserialize;

/// A list of deviations.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deviations {
    #[serde(default, rename = "deviation")]
    all: Vec<Deviation>,
}

/// Cases that come out otherwise for one reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deviation {
    /// The case, where it is one: the identifier of a vector, a workflow and its step.
    #[serde(default, rename = "at")]
    one: Option<String>,
    /// The cases, where they are several.
    #[serde(default, rename = "ids")]
    several: Vec<String>,
    /// What the source says; it is left out where it is plain.
    #[serde(default)]
    pub(crate) expected: String,
    /// What it comes to instead.
    #[serde(default)]
    pub(crate) actual: String,
    /// Why.
    pub(crate) reason: String,
}

impl Deviation {
    fn ids(&self) -> impl Iterator<Item = &str> {
        self.one.iter().chain(&self.several).map(String::as_str)
    }
}

impl Deviations {
    /// Reads a list.
    pub(crate) fn read(text: &str) -> Self {
        toml::from_str(text).expect("a list of deviations")
    }

    /// Every case that is listed.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().flat_map(Deviation::ids)
    }

    /// The entry of a case.
    pub(crate) fn find(&self, id: &str) -> Option<&Deviation> {
        self.all.iter().find(|deviation| deviation.ids().any(|it| it == id))
    }
}
