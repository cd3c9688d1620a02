//! The table of docs/performance.md: each judgement beside its floor, and the budgets held to it.
//!
//! `cargo bench --bench ratios` measures everything, `… -- etk` what has `etk` in its name. Exit
//! status 8 says that a budget was missed, as it does for etalon itself.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Instant;

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};

mod cases;
mod measure;

use cases::{Case, wire, xml};
use measure::{Fastest, interleaved};

/// A budget that etalon missed.
const MISSED: u8 = 8;

/// How many lines of the judge protocol are timed, and in what portions.
const LINES: usize = 10_000;
const PORTION: usize = 120;
/// How often the lines are judged.
const ROUNDS: usize = 12;
/// The budget of the lines.
const LINES_BUDGET: f64 = 1.4;
/// How much longer a byte of a document of 10 MB may take than one of 100 KB.
const GROWTH_BUDGET: f64 = 1.3;
/// How many times the size of a document its judgement may take in memory.
const MEMORY_BUDGET: f64 = 5.0;

/// The argument by which the bench asks itself for the memory of one judgement.
const MEMORY: &str = "--memory-of";

/// The table in the making.
struct Table {
    missed: bool,
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
impl Table {
    fn new() -> Self {
        println!("| Case | etalon (ns) | floor (ns) | ratio | budget |\n|---|---:|---:|---:|---:|");
        Self { missed: false }
    }

    fn row(&mut self, name: &str, fastest: Fastest, budget: Option<f64>) {
        let Fastest { ours, beside } = fastest;
        let verdict = self.verdict(fastest.ratio(), budget);
        println!("| {name} | {ours:.0} | {beside:.0} | {:.2} | {verdict} |", fastest.ratio());
    }

    fn figure(&mut self, name: &str, figure: f64, budget: f64) {
        let verdict = self.verdict(figure, Some(budget));
        println!("| {name} | | | {figure:.2} | {verdict} |");
    }

    fn verdict(&mut self, figure: f64, budget: Option<f64>) -> String {
        let Some(budget) = budget else { return String::new() };
        let missed = figure > budget;
        self.missed |= missed;
        if missed { format!("{budget:.2} missed") } else { format!("{budget:.2}") }
    }
}

/// The judge protocol as a harness uses it: another process, JSON in and JSON out.
struct Judge {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Judge {
    fn start() -> Self {
        let mut judge = Command::new(env!("CARGO_BIN_EXE_etalon"));
        let judge = judge.args(["check", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = judge.spawn().expect("etalon runs");
        let requests = child.stdin.take().expect("it is piped");
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, requests, answers }
    }

    /// Hands in one portion and waits for every answer.
    fn answer(&mut self, portion: &str, lines: usize) {
        let mut answer = String::new();
        std::thread::scope(|scope| {
            let requests = &mut self.requests;
            // The answers are read meanwhile: pipes are short.
            scope.spawn(move || requests.write_all(portion.as_bytes()).expect("etalon reads"));
            for _ in 0..lines {
                answer.clear();
                self.answers.read_line(&mut answer).expect("etalon answers");
                assert!(answer.contains("\"verdict\""), "{answer}");
            }
        });
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long a process has worked so far, without what others worked meanwhile. Of one that waits it is
/// exact.
fn worked(process: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/schedstat")).expect("Linux tells");
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok());
    nanoseconds.expect("the first number is the time in nanoseconds")
}

/// The time that the processor works on all lines, and on all their floors: of each portion the fastest
/// round counts, as the fastest batch does elsewhere.
///
/// The lines go through another process. Its waiting is not counted, so that it does not matter who
/// interrupts whom.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn lines() -> Fastest {
    let lines = cases::attestation::lines();
    let mut judge = Judge::start();
    let child = judge.child.id().to_string();
    let all: Vec<_> = lines.iter().cycle().take(LINES).collect();
    let portions = all.chunks(PORTION).map(|portion| {
        let text: String = portion.iter().map(|(text, _)| text.as_str()).collect();
        (text, portion, Fastest { ours: f64::INFINITY, beside: f64::INFINITY })
    });
    let mut portions: Vec<_> = portions.collect();
    for _ in 0..ROUNDS {
        for (text, portion, fastest) in &mut portions {
            let before = worked(&child);
            judge.answer(text, portion.len());
            fastest.ours = fastest.ours.min(worked(&child) - before);
            let before = Instant::now();
            portion.iter().flat_map(|(_, floor)| floor).for_each(|work| work());
            fastest.beside = fastest.beside.min(before.elapsed().as_nanos() as f64);
        }
    }
    let sum = |time: fn(&Fastest) -> f64| portions.iter().map(|(_, _, fastest)| time(fastest)).sum();
    Fastest { ours: sum(|it| it.ours), beside: sum(|it| it.beside) }
}

/// The most memory that reading and judging `case` takes in a process of its own, as a multiple of the
/// document's size.
fn memory(case: &Case) -> f64 {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), &case.bytes).expect("the file can be written");
    let own = std::env::current_exe().expect("the bench has a path");
    let output = Command::new(own).arg(MEMORY).arg(file.path()).output().expect("the bench runs");
    let peak: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of bytes");
    peak / case.bytes.len() as f64
}

/// Says how many bytes of memory it takes to read and judge the document at `path`.
#[expect(clippy::print_stdout, reason = "its caller reads it there")]
fn say_memory(path: &str) {
    let bytes = |name: &str| {
        let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("it is there");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes * 1024
    };
    let before = bytes("VmRSS:");
    let document = fs::read(path).expect("the document is there");
    let options = Options::profile(Profile::Standard);
    let judgement = engine::judge(Kind::SignedXml, &document, &Context::default(), &options);
    assert!(judgement.is_ok_and(|judgement| judgement.verdict != Verdict::Unreadable));
    println!("{}", bytes("VmHWM:") - before);
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [MEMORY, path] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        say_memory(path);
        return ExitCode::SUCCESS;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-')).map_or("", String::as_str);
    let wanted = |name: &str| name.contains(filter);
    let mut table = Table::new();
    let mut per_byte = Vec::new();
    for case in cases::named(filter) {
        let fastest = interleaved(&case.judge(), &case.floor);
        per_byte.push((case.name, fastest.ours / case.bytes.len() as f64));
        table.row(case.name, fastest, case.budget);
        if case.name == xml::LARGE {
            table.figure("peak memory at 10 MB, as a multiple of the document", memory(&case), MEMORY_BUDGET);
        }
    }
    let of = |name: &str| per_byte.iter().find(|(known, _)| *known == name).map(|(_, time)| *time);
    if let (Some(small), Some(large)) = (of(xml::MIDDLE), of(xml::LARGE)) {
        table.figure("time per byte, 10 MB beside 100 KB", large / small, GROWTH_BUDGET);
    }
    if wanted(wire::CBOR_WALK) {
        let (ours, theirs) = wire::cbor_walk();
        table.row(wire::CBOR_WALK, interleaved(&ours, &theirs), None);
    }
    if wanted("lines") {
        table.row("10,000 mixed lines through `check --jsonl`", lines(), Some(LINES_BUDGET));
    }
    if table.missed { ExitCode::from(MISSED) } else { ExitCode::SUCCESS }
}
