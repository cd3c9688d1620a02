//! What is wrong with a request: the contract tells what it is, the services told what they found.

use crate::base::time::Instant;
use crate::base::{Kind, Profile};
use crate::context::Context;
use crate::engine::{self, Judgement, Options};
use crate::event::{Finding, Severity, Shown};
use crate::rule::Outcome;
use crate::scenario::transport::Request;
use crate::service::{CONTRACTS, Contract, Duty, Operation};
use crate::simulator::overheard::Heard;

/// The operation that a request calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Called {
    pub(super) contract: &'static Contract,
    pub(super) operation: &'static Operation,
}

impl Called {
    /// `keydepot.listKeys`
    pub(super) fn id(self) -> String {
        format!("{}.{}", self.contract.service.name(), self.operation.id)
    }
}

/// Where the cookbooks contradict themselves about a path, the other one (SD-02).
const OTHER_PATHS: &[(&str, &str)] = &[
    ("/keydepot/attestations/result", "/keydepot/attestation/result"),
    ("/etee/v1/pubKeys/webauthn/jwks", "/keydepot/jwks"),
];

/// The operation that a request calls, if a contract has one of its method and path.
pub(super) fn called(request: &Request) -> Option<Called> {
    let given = request.url.path().trim_end_matches('/');
    let path = OTHER_PATHS.iter().find(|(other, _)| *other == given).map_or(given, |(_, path)| path);
    let here = |operation: &&Operation| operation.method == request.method && is_at(operation.path, path);
    CONTRACTS.iter().find_map(|contract| {
        let first = contract.operations.iter().find(here)?;
        let operation = match first.soap {
            None => first,
            Some(_) => contract
                .soap_operation(request.body.as_deref().unwrap_or_default(), request.header("soapaction"))
                .filter(|it| here(it))?,
        };
        Some(Called { contract, operation })
    })
}

/// Whether a path is at a template with parameters in braces.
fn is_at(template: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let fits = template.trim_end_matches('/').split('/').all(|wanted| {
        parts.next().is_some_and(|part| part == wanted || (wanted.starts_with('{') && !part.is_empty()))
    });
    fits && parts.next().is_none()
}

/// What was found out about a request.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// The ids of the rules that were evaluated.
    pub(super) evaluated: Vec<&'static str>,
    /// That etalon itself failed.
    pub(super) crash: Option<String>,
}

/// Brings together what a service found and what it did not look at.
pub(super) fn judge(request: &Request, called: Option<Called>, heard: Heard, now: Instant) -> Judged {
    let mut judged = Judged::default();
    for judgement in &heard.judgements {
        judged.add(judgement, |_| true);
    }
    if let Some(Called { contract, operation }) = called {
        let context = Context {
            as_of: Some(now),
            service: Some(contract.service),
            soap_action: request.header("soapaction").map(str::to_owned),
            ..Context::default()
        };
        let text = |name| request.header(name).unwrap_or_default().as_bytes();
        let body = request.body.as_deref().unwrap_or_default();
        let query = request.url.query().unwrap_or_default().as_bytes();
        let parts = [
            (Some(Kind::UserAgent), text("user-agent")),
            (Some(Kind::From), text("from")),
            (operation.query, query),
            (operation.request, body),
        ];
        for (kind, bytes) in parts.into_iter().filter_map(|(kind, bytes)| Some((kind?, bytes))) {
            if heard.judgements.iter().any(|it| it.kind == kind) {
                continue;
            }
            match engine::judge(kind, bytes, &context, &Options::profile(Profile::Cookbook)) {
                // What depends on the service's own knowledge is not known where it did not look.
                Ok(judgement) => judged.add(&judgement, |it| it.severity != Severity::Inconclusive),
                Err(crash) => judged.crash = Some(crash.to_string()),
            }
        }
    }
    judged.findings.extend(heard.duties.into_iter().map(unfulfilled));
    judged
}

impl Judged {
    fn add(&mut self, judgement: &Judgement, counts: impl Fn(&crate::rule::Finding) -> bool) {
        let artefact = Shown::from(format!("request {}", judgement.kind));
        let findings = judgement.findings.iter().filter(|it| counts(it));
        self.findings
            .extend(findings.map(|it| Finding { artefact: Some(artefact.clone()), ..Finding::from(it) }));
        let trace = judgement.trace.iter().filter(|(_, outcome)| *outcome != Outcome::NotApplicable);
        self.evaluated.extend(trace.map(|(meta, _)| meta.id));
    }
}

/// That a duty of the service refused the request.
fn unfulfilled(duty: &'static Duty) -> Finding {
    // To ask for what is not there is no mistake of a client.
    let severity = if duty.refusal.status == 404 { Severity::Note } else { Severity::Error };
    Finding {
        rule: duty.id.to_owned(),
        severity,
        at: Shown::default(),
        span: [0, 0],
        message: Shown::from(duty.title),
        hint: None,
        clauses: Vec::new(),
        artefact: Some(Shown::from("request")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> Request {
        let url = format!("http://localhost{path}").parse().expect("a URL");
        Request { method: method.to_owned(), url, headers: Vec::new(), body: None }
    }

    #[test]
    fn a_request_calls_the_operation_of_its_method_and_path() {
        for (method, path, id) in [
            ("GET", "/keydepot/jwks?type=SSIN", Some("keydepot.listKeys")),
            ("GET", "/keydepot/jwks/", Some("keydepot.listKeys")),
            ("GET", "/etee/v1/pubKeys/webauthn/jwks", Some("keydepot.listKeys")),
            ("GET", "/keydepot/jwks/AA", Some("keydepot.getKey")),
            ("DELETE", "/keydepot/jwks/AA", Some("keydepot.deleteKey")),
            ("PUT", "/keydepot/jwks/AA", None),
            ("GET", "/keydepot/jwks/AA/BB", None),
            ("GET", "/keydepot", None),
        ] {
            assert_eq!(called(&request(method, path)).map(Called::id).as_deref(), id, "{method} {path}");
        }
    }
}
