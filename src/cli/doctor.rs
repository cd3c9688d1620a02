//! `etalon doctor`: everything that a run against a target stands on, checked before the run.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use clap::Args as ClapArgs;
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use time::format_description::well_known::Rfc2822;
use url::Url;

use super::{Exit, Failure, check, targets};
use crate::base::time::Instant;
use crate::scenario::transport::{Client, Error, Limits, Request, Way};
use crate::target::{Target, guard};

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
    let (target, folder) = targets::load(&args.target)?;
    report.line(Exit::Conforms, "configuration", &format!("{} services", target.services.len()))?;
    if target.services.is_empty() {
        report.line(Exit::Configuration, "services", "expected at least one under [services], found none")?;
    }
    secrets(&target, &folder, &mut report)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let limits =
        Limits { connect: Duration::from_secs(5), exchange: Duration::from_secs(10), ..Limits::default() };
    let mut way = Way::default();
    for root in &target.roots {
        let read = fs::read_to_string(folder.join(root)).ok();
        way.roots.extend(read.and_then(|text| crate::context::pem_blocks(&text).ok()).into_iter().flatten());
    }
    let client = Client::by(limits, &[], &way).map_err(Failure::configuration)?;
    for (service, address) in &target.services {
        if guard::is_production(address) && !args.allow_production {
            let line =
                target.lines.get(service).map(|line| format!("this is your configuration, line {line}: "));
            let said = format!(
                "{}{address} is eHealth's production: not touched without --allow-production",
                line.unwrap_or_default()
            );
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
                let line =
                    target.lines.get(service).map(|line| format!(" (your configuration, line {line})"));
                let said = format!("{error}{}", line.unwrap_or_default());
                report.line(Exit::Unreachable, service.name(), &said)?;
            }
            Err(error) => report.line(Exit::Unreachable, service.name(), &format!("{address}: {error}"))?,
        }
    }
    Ok(report.worst)
}

fn secrets(target: &Target, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    if let Some(token) = &target.token {
        said(report, "token", targets::secret(token, folder).and_then(|token| valid(token.expose())))?;
    }
    for (role, keystore) in &target.keystores {
        let opened = targets::signer(*role, keystore, folder, check::now())
            .map(|signer| format!("{signer}"))
            .map_err(|message| format!("this is your configuration, line {}: {message}", keystore.line));
        said(report, &format!("keystore {}", role.name()), opened)?;
    }
    for root in &target.roots {
        let read = fs::read_to_string(folder.join(root)).map_err(|error| error.to_string());
        let count =
            read.and_then(|text| crate::context::pem_blocks(&text)).map(|all| format!("{} roots", all.len()));
        said(report, &format!("trust {root}"), count)?;
    }
    Ok(())
}

/// How long a token is valid yet, and which roles it holds; one that is no JWT is taken as it is.
fn valid(token: &str) -> Result<String, String> {
    let claims = token.split('.').nth(1).and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let Some(claims) = claims.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) else {
        return Ok("there; it is no JWT, so nothing more is known of it".to_owned());
    };
    let left = claims.get("exp").and_then(Value::as_i64).map(|exp| exp - check::now().unix_timestamp());
    let roles = claims.pointer("/realm_access/roles").into_iter().chain(
        claims
            .get("resource_access")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|all| all.values().filter_map(|client| client.get("roles"))),
    );
    let roles: Vec<&str> = roles.filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect();
    let roles = if roles.is_empty() { "no roles".to_owned() } else { format!("roles {}", roles.join(", ")) };
    match left {
        Some(left) if left <= 0 => Err(format!("it expired {} s ago", -left)),
        Some(left) => Ok(format!("valid for {left} s, {roles}")),
        None => Ok(format!("there, {roles}")),
    }
}

fn said(report: &mut Report, what: &str, result: Result<String, String>) -> Result<(), Failure> {
    match result {
        Ok(text) => report.line(Exit::Conforms, what, &text),
        Err(text) => report.line(Exit::Configuration, what, &text),
    }
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
