//! Arguments that are one of a few names: the help lists them, and a wrong one is told which is near.

use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::base::{Kind, Profile, Service};

/// The name of a kind.
pub(super) fn kind() -> impl TypedValueParser<Value = Kind> {
    one_of(Kind::ALL.iter().map(|kind| kind.name()))
}

/// The name of a profile.
pub(super) fn profile() -> impl TypedValueParser<Value = Profile> {
    one_of(Profile::ALL.iter().map(|profile| profile.name()))
}

/// The name of a service.
pub(super) fn service() -> impl TypedValueParser<Value = Service> {
    one_of(Service::ALL.iter().map(|service| service.name()))
}

fn one_of<T>(names: impl Iterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: Display> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>().map_err(|error| error.to_string()))
}
