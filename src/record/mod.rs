//! A client under test: what it sends to the simulated services is judged as it comes, kept, counted,
//! and shown while it happens.
//!
//! [`layer`] stands between the client and the services, [`judging`] says what is wrong with a request,
//! [`tally`] what it all came to, [`live`] is the page that shows it. Where exchanges are kept is the
//! business of whoever implements [`Keep`]: no file is opened here. It knows the services by their
//! contracts only.

mod judging;
pub mod layer;
pub mod live;
mod tally;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::base::time;
use crate::event::{Finding, RunReport, Severity, Shown, StepReport};
use crate::scenario::transcript;
use crate::scenario::transport::{Request, Response};
use crate::simulator::clock::Clock;
use crate::simulator::overheard::Heard;
use tally::Tally;

/// What stands in reports where a suite's path does.
pub const SUITE: &str = "client under test";
/// How many exchanges the live page shows.
const HISTORY: usize = 200;
/// How many exchanges a viewer may be behind before it must load the page again.
const NEWS: usize = 256;

/// Where finished exchanges are kept.
pub trait Keep: Send + Sync {
    /// Keeps a document under a name, whole or not at all.
    ///
    /// # Errors
    /// Why it could not.
    fn keep(&self, name: &str, document: &Value) -> Result<(), String>;
}

/// The record of what a client sent.
pub struct Recorder {
    clock: Arc<Clock>,
    seed: u64,
    started: String,
    keep: Option<Box<dyn Keep>>,
    count: AtomicU64,
    state: Mutex<State>,
    news: broadcast::Sender<Arc<Noted>>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    history: VecDeque<Arc<Noted>>,
    /// How many exchanges could not be kept, and why not the first.
    lost: u64,
    trouble: Option<String>,
}

/// An exchange as the live page shows it.
#[derive(Debug, Serialize)]
struct Noted {
    number: u64,
    time: String,
    operation: String,
    method: String,
    path: Shown,
    status: u16,
    verdict: &'static str,
    findings: Vec<Finding>,
}

/// What could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// How many exchanges.
    pub exchanges: u64,
    /// Why the first of them.
    pub why: String,
}

impl Recorder {
    /// A record without anything in it yet.
    pub fn new(clock: Arc<Clock>, seed: u64, keep: Option<Box<dyn Keep>>) -> Self {
        let started = time::format(clock.now());
        let (news, _) = broadcast::channel(NEWS);
        Self { clock, seed, started, keep, count: AtomicU64::new(0), state: Mutex::default(), news }
    }

    /// An exchange ended.
    fn take(&self, request: &Request, response: &Response, heard: Heard) {
        let called = judging::called(request);
        let judged = judging::judge(request, called, heard, self.clock.now());
        let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        let mut step = StepReport {
            step_id: format!("{number:06}"),
            operation_id: match called {
                Some(called) => called.id(),
                None if response.status < 400 => NOT_JUDGED.to_owned(),
                None => ELSEWHERE.to_owned(),
            },
            method: request.method.clone(),
            url: Shown::from(request.url.as_str()),
            status: Some(response.status),
            duration_ms: response.took.as_micros() as f64 / 1000.0,
            criteria: Vec::new(),
            findings: judged.findings,
            error: judged.crash.map(Shown::from),
        };
        if step.operation_id == ELSEWHERE {
            step.error = Some(Shown::from("no operation of a service has this method and path"));
        }
        let kept = self.keep.as_deref().map(|keep| self.keep(keep, &step, request, response));
        let noted = Arc::new(self.noted(number, &step, request));
        {
            let mut state = self.state();
            if let Some(Err(why)) = kept {
                state.lost += 1;
                state.trouble.get_or_insert(why);
            }
            state.tally.add(called, step, &judged.evaluated);
            state.history.push_front(Arc::clone(&noted));
            state.history.truncate(HISTORY);
        }
        // Nobody may be looking.
        let _ = self.news.send(noted);
    }

    fn keep(
        &self,
        keep: &dyn Keep,
        step: &StepReport,
        request: &Request,
        response: &Response,
    ) -> Result<(), String> {
        let exchange = transcript::Exchange {
            suite: SUITE,
            workflow: &step.operation_id,
            step: &step.step_id,
            operation: &step.operation_id,
            request,
            response: Ok(response),
        };
        let mut document = exchange.to_json();
        document["time"] = time::format(self.clock.now()).into();
        document["findings"] = json!(step.findings);
        if let Some(error) = &step.error {
            document["error"] = json!(error);
        }
        keep.keep(&format!("{}-{}.json", step.step_id, step.operation_id), &document)
    }

    fn noted(&self, number: u64, step: &StepReport, request: &Request) -> Noted {
        const LONGEST: usize = 300;
        let url = &request.url;
        let path =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let path: String = path.chars().take(LONGEST).collect();
        Noted {
            number,
            time: time::format(self.clock.now()),
            operation: step.operation_id.clone(),
            method: step.method.chars().take(LONGEST).collect(),
            path: Shown::from(path),
            status: step.status.unwrap_or_default(),
            verdict: if is_wrong(step) { "wrong" } else { "right" },
            findings: step.findings.clone(),
        }
    }

    /// What it came to.
    pub fn report(&self) -> RunReport {
        let (workflows, operations, clauses) = self.state().tally.report();
        let mut report = RunReport::new(self.seed, self.started.clone(), SUITE, workflows, operations);
        report.clauses = Some(clauses);
        report
    }

    /// What could not be kept.
    pub fn loss(&self) -> Option<Loss> {
        let state = self.state();
        Some(Loss { exchanges: state.lost, why: state.trouble.clone()? })
    }

    /// The state. Every change is one call, so that one that panicked has not left it half changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What stands for an operation where there is none.
const ELSEWHERE: &str = "elsewhere";
/// What stands for an operation that is answered and that no contract describes, as the token
/// endpoint's.
const NOT_JUDGED: &str = "not-judged";

/// Whether the client did something wrong.
fn is_wrong(step: &StepReport) -> bool {
    step.error.is_some() || step.findings.iter().any(|it| it.severity == Severity::Error)
}
