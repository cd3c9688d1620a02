//! `--target`: the simulated services, a base URL, or a target file.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::super::{Failure, check, targets};
use crate::base::Service;
use crate::embedded::{self, WORKBENCH};
use crate::scenario::transport::{Access, RateLimit};
use crate::scenario::{Called, Suite};
use crate::simulator::{IAM_CONNECT, RelyingParty};
use crate::target::signers::Signers;
use crate::target::{self, guard};
use crate::workbench::Means;

/// Services elsewhere.
pub(super) struct Elsewhere {
    /// The URL or the file, as it was given.
    pub(super) name: String,
    /// The address of every service, where one stands for all.
    all: Option<Url>,
    pub(super) file: target::Target,
    /// How they are reached.
    access: Access,
    means: Means,
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
    let elsewhere = if let Some(url) = targets::url(text)? {
        Elsewhere {
            name: url.to_string(),
            all: Some(url),
            file: target::Target::default(),
            access: Access::default(),
            means: Means { fresh_key: Some(targets::fresh_key), ..Means::default() },
        }
    } else {
        let (file, folder) = targets::load(text)?;
        let wrong = |why| Failure::configuration(format_args!("{text}: {why}; `etalon doctor` says more"));
        let mut tokens = Vec::new();
        for token in &file.tokens {
            let at = |why| {
                wrong(format!("this is your configuration, line {}: {}: {why}", token.line, token.name))
            };
            let secret = targets::secret(&token.source, &folder).map_err(at)?;
            // Others may have expired on purpose.
            if tokens.is_empty()
                && let Err(why) = targets::said(&secret, check::now())
            {
                return Err(at(why));
            }
            tokens.push(secret);
        }
        let mut signers = Signers::new();
        for (role, keystore) in &file.keystores {
            let signer = targets::signer(*role, keystore, &folder, check::now())
                .map_err(|why| wrong(format!("this is your configuration, line {}: {why}", keystore.line)))?;
            signers.insert(*role, signer);
        }
        let mut access = Access {
            rate_limit: file.requests_per_second.map(|rate| Arc::new(RateLimit::new(rate))),
            ..Access::default()
        };
        for root in &file.roots {
            let certificates = targets::certificates(root, &folder)
                .map_err(|why| wrong(format!("this is your configuration, line {}: {why}", root.line)))?;
            access.roots.extend(certificates);
        }
        let party = file.relying_party.clone();
        let means = Means {
            tokens,
            people: file.people.clone(),
            signers: Some(signers),
            relying_party: party.map(|[origin, id]| RelyingParty { origin, id, trust: Vec::new() }),
            client_id: file.client_id.clone(),
            fresh_key: Some(targets::fresh_key),
            trust: access.roots.clone(),
        };
        Elsewhere { name: text.to_owned(), all: None, file, access, means }
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
        let (access, means) = (self.access.clone(), self.means.clone());
        let variants = self.file.variants.clone();
        embedded::Elsewhere { bases: self.bases_of(suite), access, means, variants }
    }

    /// What a workflow needs that is not here: the rest of a sentence that begins with "it needs".
    pub(super) fn lacks(&self, suite: &Suite, workflow: &str) -> Option<String> {
        let bases = self.bases_of(suite);
        suite.called(workflow).into_iter().find_map(|called| {
            let Called { source, operation, simulated } = called;
            if simulated {
                return Some(format!("the simulator: it calls `{operation}`"));
            }
            if source == IAM_CONNECT && self.all.is_none() {
                return Some("the simulator: nobody logs in without a browser elsewhere".to_owned());
            }
            let is_service = source.parse::<Service>().is_ok();
            (is_service && !bases.contains_key(source))
                .then(|| format!("{source}: the target file does not name it under [services]"))
        })
    }

    /// The address of each API that a suite calls, but for the workbench.
    fn bases_of(&self, suite: &Suite) -> BTreeMap<String, Url> {
        let given =
            |name: &str| self.all.clone().or_else(|| self.file.services.get(&name.parse().ok()?).cloned());
        let names = suite.sources().filter(|name| *name != WORKBENCH);
        names.filter_map(|name| Some((name.to_owned(), given(name)?))).collect()
    }
}
