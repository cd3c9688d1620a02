//! `etalon doctor`: everything that a run against a target stands on, checked before the run.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args as ClapArgs;
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use time::format_description::well_known::Rfc2822;
use url::Url;

use super::{Exit, Failure, check};
use crate::base::time::Instant;
use crate::base::{Kind, Profile};
use crate::context::{Context, Secret};
use crate::engine::{self, Options, Verdict};
use crate::rule::Severity;
use crate::scenario::transport::{Client, Error, Limits, Request, Way};
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
        said(report, "token", secret(token, folder).and_then(|token| valid(token.expose())))?;
    }
    for (name, keystore) in &target.keystores {
        let opened = secret(&keystore.password, folder).and_then(|password| {
            let path = &keystore.path;
            let bytes = fs::read(folder.join(path)).map_err(|error| format!("{path}: {error}"))?;
            opened(path, &bytes, password)
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

/// What the rules say about a keystore, as of now: its password, its certificates, their validity.
fn opened(path: &str, bytes: &[u8], password: Secret) -> Result<String, String> {
    let context = Context { as_of: Some(check::now()), password: Some(password), ..Context::default() };
    let options = Options::profile(Profile::Field);
    let judgement =
        engine::judge(Kind::Keystore, bytes, &context, &options).map_err(|crash| crash.to_string())?;
    let wrong = judgement.findings.iter().find(|it| it.severity == Severity::Error);
    match (wrong, judgement.verdict) {
        (Some(finding), _) => Err(format!("{path}: {} ({})", finding.message, finding.rule.id)),
        (None, Verdict::Unreadable) => Err(format!("{path} is no PKCS#12 keystore")),
        (None, _) => Ok(format!("opens, {} bytes", bytes.len())),
    }
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
