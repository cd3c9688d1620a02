//! `etalon doctor`: everything that a run against a target stands on, checked before the run.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args as ClapArgs;
use time::format_description::well_known::Rfc2822;
use url::Url;

use super::{Exit, Failure, check};
use crate::base::time::Instant;
use crate::scenario::transport::{Client, Error, Limits, Request};
use crate::target::{self, SecretSource, Target, guard};

/// The skew between the clocks that services take for granted.
const MAX_SKEW: Duration = Duration::from_mins(1);

/// Check what a run against a target stands on
#[derive(ClapArgs)]
pub(super) struct Args {
    /// `sim`, the base URL of a service, or a target file in TOML.
    #[arg(long, value_name = "sim|URL|FILE.toml", default_value = "sim")]
    target: String,
    /// Speak to eHealth's production.
    #[arg(long)]
    allow_production: bool,
}

struct Report {
    worst: Exit,
}

impl Report {
    fn line(&mut self, exit: Exit, what: &str, said: &str) -> Result<(), Failure> {
        let mark = if exit == Exit::Conforms { "ok   " } else { "wrong" };
        // The first thing that is wrong decides: what comes after often follows from it.
        if self.worst == Exit::Conforms {
            self.worst = exit;
        }
        writeln!(anstream::stdout(), "{mark}  {what}: {said}")?;
        Ok(())
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut report = Report { worst: Exit::Conforms };
    if args.target == "sim" {
        report.line(Exit::Conforms, "target", "the embedded simulator, which needs nothing but loopback")?;
        return Ok(report.worst);
    }
    let (target, folder) = load(&args.target)?;
    report.line(Exit::Conforms, "configuration", &format!("{} services", target.services.len()))?;
    if target.services.is_empty() {
        report.line(Exit::Configuration, "services", "expected at least one under [services], found none")?;
    }
    secrets(&target, &folder, &mut report)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let limits =
        Limits { connect: Duration::from_secs(5), exchange: Duration::from_secs(10), ..Limits::default() };
    let client = Client::new(limits, &[]).map_err(|error| Failure::new(Exit::Internal, error))?;
    for (service, address) in &target.services {
        if guard::is_production(address) && !args.allow_production {
            let said = format!("{address} is eHealth's production: not touched without --allow-production");
            report.line(Exit::Configuration, service.name(), &said)?;
            continue;
        }
        let answer = runtime.block_on(client.send(&probe(address)));
        match answer {
            Ok(answer) => {
                let said = format!("{address} answers ({})", answer.status);
                report.line(Exit::Conforms, service.name(), &said)?;
                clock(answer.header("date"), service.name(), &mut report)?;
            }
            Err(error @ (Error::Unreachable { .. } | Error::Timeout(_))) => {
                report.line(Exit::Unreachable, service.name(), &error.to_string())?;
            }
            Err(error) => report.line(Exit::Unreachable, service.name(), &format!("{address}: {error}"))?,
        }
    }
    Ok(report.worst)
}

/// The target that a URL or a target file stands for, and the folder that its paths start from.
pub(super) fn load(text: &str) -> Result<(Target, PathBuf), Failure> {
    if text.starts_with("http://") || text.starts_with("https://") {
        let url =
            Url::parse(text).map_err(|error| Failure::usage(format_args!("`--target {text}`: {error}")))?;
        let mut target = Target::default();
        target.services.insert(crate::base::Service::Keydepot, url);
        return Ok((target, PathBuf::new()));
    }
    let path = Path::new(text);
    let source = fs::read_to_string(path)
        .map_err(|error| Failure::usage(format_args!("cannot read the target file {text}: {error}")))?;
    let target = target::read(&source).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Failure::configuration(format_args!("{text} cannot be used:\n{}", lines.join("\n")))
    })?;
    Ok((target, path.parent().unwrap_or(Path::new("")).to_owned()))
}

fn secrets(target: &Target, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    if let Some(token) = &target.token {
        said(report, "token", secret(token, folder).map(|_| "there".to_owned()))?;
    }
    for (name, keystore) in &target.keystores {
        let opened = secret(&keystore.password, folder).and_then(|_| {
            fs::metadata(folder.join(&keystore.path))
                .map(|found| format!("{} bytes", found.len()))
                .map_err(|error| format!("{}: {error}", keystore.path))
        });
        let opened = opened
            .map_err(|message| format!("this is your configuration, line {}: {message}", keystore.line));
        said(report, &format!("keystore {name}"), opened)?;
    }
    for root in &target.roots {
        let read = fs::read_to_string(folder.join(root)).map_err(|error| error.to_string());
        let count =
            read.and_then(|text| crate::context::pem_blocks(&text)).map(|all| format!("{} roots", all.len()));
        said(report, &format!("trust {root}"), count)?;
    }
    Ok(())
}

fn said(report: &mut Report, what: &str, result: Result<String, String>) -> Result<(), Failure> {
    match result {
        Ok(text) => report.line(Exit::Conforms, what, &text),
        Err(text) => report.line(Exit::Configuration, what, &text),
    }
}

/// Looks a secret up. It is never printed.
#[expect(clippy::disallowed_methods, reason = "the target file names a variable to read a secret from")]
pub(super) fn secret(source: &SecretSource, folder: &Path) -> Result<crate::context::Secret, String> {
    let text = match source {
        SecretSource::Environment(name) => {
            std::env::var(name).map_err(|_| format!("the environment variable `{name}` is not set"))?
        }
        SecretSource::File(path) => {
            fs::read_to_string(folder.join(path)).map_err(|error| format!("{path}: {error}"))?
        }
    };
    Ok(crate::context::Secret::new(text.trim_end_matches(['\r', '\n'])))
}

fn probe(address: &Url) -> Request {
    Request { method: "GET".to_owned(), url: address.clone(), headers: Vec::new(), body: None }
}

fn clock(date: Option<&str>, service: &str, report: &mut Report) -> Result<(), Failure> {
    let Some(date) = date else { return Ok(()) };
    let what = format!("clock of {service}");
    // An HTTP date is an RFC 2822 date whose zone is written GMT.
    match Instant::parse(&date.replace("GMT", "+0000"), &Rfc2822) {
        Ok(theirs) => {
            let skew = (check::now() - theirs).unsigned_abs();
            if skew <= MAX_SKEW {
                report.line(Exit::Conforms, &what, &format!("within {} s of this machine's", skew.as_secs()))
            } else {
                let said =
                    format!("{} s from this machine's; timestamps are refused beyond 60 s", skew.as_secs());
                report.line(Exit::Configuration, &what, &said)
            }
        }
        Err(_) => report.line(Exit::Conforms, &what, "not told"),
    }
}
