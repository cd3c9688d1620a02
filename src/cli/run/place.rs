//! `--target`: the simulated services, a base URL, or a target file.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::super::{Failure, doctor};
use crate::context::{self, Secret};
use crate::embedded::{self, WORKBENCH};
use crate::scenario::Suite;
use crate::scenario::transport::{Pace, Way};
use crate::target::{self, guard};

/// Services elsewhere.
pub(super) struct Elsewhere {
    /// The URL or the file, as it was given.
    pub(super) name: String,
    /// The address of every service, where one stands for all.
    all: Option<Url>,
    pub(super) file: target::Target,
    /// How they are reached.
    way: Way,
    token: Option<Secret>,
}

/// What `--target` stands for; nothing for the simulated services.
pub(super) fn find(
    text: &str,
    allow_production: bool,
    suites: &[Suite],
) -> Result<Option<Elsewhere>, Failure> {
    if text == "sim" {
        return Ok(None);
    }
    let elsewhere = if text.contains("://") {
        let url =
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.ok_or_else(|| {
            Failure::usage(format_args!(
                "`--target {text}`: expected `sim`, a URL such as https://host/base, or a target file"
            ))
        })?;
        Elsewhere {
            name: url.to_string(),
            all: Some(url),
            file: target::Target::default(),
            way: Way::default(),
            token: None,
        }
    } else {
        let (file, folder) = doctor::load(text)?;
        let wrong = |why| Failure::configuration(format_args!("{text}: {why}; `etalon doctor` says more"));
        let token = file.token.as_ref().map(|source| doctor::secret(source, &folder));
        let token = token.transpose().map_err(wrong)?;
        let mut way =
            Way { pace: file.requests_per_second.map(|rate| Arc::new(Pace::new(rate))), ..Way::default() };
        for root in &file.roots {
            let read = std::fs::read_to_string(folder.join(root)).map_err(|error| error.to_string());
            let blocks = read.and_then(|text| context::pem_blocks(&text));
            way.roots.extend(blocks.map_err(|why| wrong(format!("{root}: {why}")))?);
        }
        Elsewhere { name: text.to_owned(), all: None, file, way, token }
    };
    if !allow_production {
        let mut bases = suites.iter().flat_map(|suite| elsewhere.bases_of(suite).into_values());
        if let Some(address) = bases.find(guard::is_production) {
            return Err(Failure::configuration(format_args!(
                "{address} is eHealth's production: nothing is sent there without --allow-production"
            )));
        }
    }
    Ok(Some(elsewhere))
}

impl Elsewhere {
    /// What a world beside them needs, for one suite.
    pub(super) fn beside(&self, suite: &Suite) -> embedded::Elsewhere {
        let (way, token) = (self.way.clone(), self.token.clone());
        embedded::Elsewhere { bases: self.bases_of(suite), way, token }
    }

    /// The address of each API that a suite calls, but for the workbench.
    pub(super) fn bases_of(&self, suite: &Suite) -> BTreeMap<String, Url> {
        let given =
            |name: &str| self.all.clone().or_else(|| self.file.services.get(&name.parse().ok()?).cloned());
        let names = suite.sources().filter(|name| *name != WORKBENCH);
        names.filter_map(|name| Some((name.to_owned(), given(name)?))).collect()
    }
}
