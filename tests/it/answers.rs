//! Every answer that a table of the cookbooks has is met by a request of a carried workflow: each status
//! of each operation, each error code, and each operation both served and refused.

use std::collections::BTreeSet;
use std::path::Path;

use etalon::base::Service;
use etalon::codes;
use etalon::service::{Answer, CONTRACTS};
use serde_json::Value;

use crate::command::command;
use crate::world::CLOCK;

/// An answer of a run.
struct Met {
    /// `service.operation`
    operation: String,
    status: u16,
    /// The codes in it, and the sentences about them.
    says: BTreeSet<String>,
}

/// Statuses that no workflow meets, by operations or the beginning of their names, and why.
const UNMET: &[(&str, u16, &str)] = &[
    ("keydepot.", 503, "only a service without room fails; simulator::nothing_is_kept_beyond_the_limits"),
    ("etkdepot.listKeys", 500, BY_APPLICATION),
    ("etkdepot.getKey", 500, BY_APPLICATION),
];
const BY_APPLICATION: &str = "only a search for tokens asks for an application, and for the one that fails";

/// The services that share what they answer to messages that are none.
const SOAP: &[&str] = &["certra", "etkra", "attribute-authority"];

/// Codes that no workflow meets, and why.
const UNSAID: &[(&str, &str)] = &[
    ("AuthnFailed", LOGIN),
    ("InvalidNameIDPolicy", LOGIN),
    ("NoAuthnContext", LOGIN),
    ("NoAvailableIDP", LOGIN),
    ("NoPassive", LOGIN),
    ("NoSupportedIDP", LOGIN),
    ("PartialLogout", LOGIN),
    ("ProxyCountExceeded", LOGIN),
    ("Service Unavaible", "only a service without room fails"),
];
const LOGIN: &str = "no query leads to a login; attribute_authority::every_status_code_is_reached_by_a_query";

impl Met {
    fn read(exchange: &Value) -> Option<Self> {
        let answer = &exchange["response"];
        let mut says = BTreeSet::new();
        match &answer["body"] {
            Value::Object(body) => {
                let members = ["code", "error", "error_description", "detail"];
                let texts = members.iter().filter_map(|name| body.get(*name)?.as_str());
                says.extend(texts.map(str::to_owned));
            }
            Value::String(text) => {
                let between = |from: &str, to: char| -> Vec<String> {
                    text.split(from).skip(1).filter_map(|it| Some(it.split_once(to)?.0.to_owned())).collect()
                };
                says.extend(between("<Code>", '<'));
                says.extend(between("StatusCode Value=\"", '"'));
                // What is no SOAP is answered in plain text: `SOA-03001: …`.
                says.extend(text.split_once(':').map(|(code, _)| code.to_owned()));
            }
            _ => {}
        }
        let status = answer["status"].as_u64().and_then(|it| it.try_into().ok())?;
        Some(Self { operation: exchange["operationId"].as_str()?.to_owned(), status, says })
    }

    fn is_refused(&self) -> bool {
        let failed = |says: &String| says.ends_with(":Requester") || says.ends_with(":Responder");
        self.status >= 400 || self.says.iter().any(failed)
    }

    fn is_of(&self, service: &str) -> bool {
        self.operation.split_once('.').is_some_and(|(source, _)| source == service)
    }
}

/// What a whole run is answered.
fn run(out: &Path) -> Vec<Met> {
    let output = command(&["run", "--clock", CLOCK, "--quiet", "--out"]).arg(out).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let entries = |dir: &Path| -> Vec<_> {
        std::fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path()).collect()
    };
    let folders = entries(out).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| entries(&folder));
    let texts = files.map(|path| std::fs::read(path).expect("readable"));
    texts.filter_map(|text| Met::read(&serde_json::from_slice(&text).expect("JSON"))).collect()
}

#[test]
fn every_answer_of_the_cookbooks_is_met_by_a_workflow() {
    let dir = tempfile::tempdir().expect("a directory");
    let met = run(dir.path());
    let (mut missed, mut needed) = (Vec::new(), BTreeSet::new());
    for contract in CONTRACTS {
        let service = contract.service.name();
        for operation in contract.operations {
            let id = format!("{service}.{}", operation.id);
            let own = || met.iter().filter(|it| it.operation == id);
            for (wanted, refused) in [("served", false), ("refused", true)] {
                if !own().any(|it| it.is_refused() == refused) {
                    missed.push(format!("{id} is never {wanted}"));
                }
            }
            // A refusal without a code is one that the cookbook does not have, but for that of ETK Depot,
            // which has statuses alone (8.1).
            let in_cookbook =
                |it: &&Answer| it.status < 400 || it.code.is_some() || contract.service == Service::Etkdepot;
            for answer in operation.answers.iter().filter(in_cookbook) {
                // What is no message names no operation: CertRA and EtkRA answer it alike.
                let here = |it: &&Met| {
                    it.operation == id || operation.soap.is_some() && SOAP.iter().any(|of| it.is_of(of))
                };
                let known =
                    UNMET.iter().position(|(of, status, _)| id.starts_with(of) && *status == answer.status);
                let is_met = met.iter().filter(here).any(|it| it.status == answer.status);
                match known {
                    Some(at) if !is_met => _ = needed.insert(at),
                    Some(_) => {}
                    None if !is_met => missed.push(format!("{id} never answers {}", answer.status)),
                    None => {}
                }
            }
        }
    }
    assert_eq!(needed.len(), UNMET.len(), "not all of UNMET is needed any more: {needed:?}");
    let services: [(&str, &[&str]); 5] = [
        ("KeyDepot", &["keydepot"]),
        ("CertRA/EtkRA", &["certra", "etkra"]),
        ("IAM eXchange", &["iam-exchange"]),
        ("Attribute Authority", &["attribute-authority"]),
        ("all", SOAP),
    ];
    for row in codes::all() {
        let Some((_, services)) = services.iter().find(|(name, _)| *name == row.service) else { continue };
        let code = row.code.rsplit(':').next().unwrap_or_default();
        // SOAP's own codes are those of every fault; the platform's are in the table.
        let is_soaps = row.service == "all" && !code.starts_with("SOA-");
        if is_soaps || UNSAID.iter().any(|(it, _)| *it == code) {
            continue;
        }
        // What stands in braces is another value each time.
        let beginning = row.text.split(['$', '{']).next().unwrap_or_default();
        let is_said = |it: &Met| {
            let said = |wanted: &str| it.says.iter().any(|says| says.rsplit(':').next() == Some(wanted));
            let worded =
                row.service != "IAM eXchange" || it.says.iter().any(|says| says.starts_with(beginning));
            let wordless =
                matches!(row.status, Some(200..300)) || row.code == "invalid_client" && it.status == 400;
            (said(code) || wordless) && worded && row.status.is_none_or(|status| status == it.status)
        };
        if !met.iter().any(|it| services.iter().any(|of| it.is_of(of)) && is_said(it)) {
            missed.push(format!("{} {} ({})", row.service, row.code, row.text));
        }
    }
    assert!(missed.is_empty(), "add a workflow for each, or say why there is none:\n{}", missed.join("\n"));
}
