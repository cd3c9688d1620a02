//! `etalon doctor`: everything that a run against a target stands on, checked before the run.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use clap::Args as ClapArgs;
use time::format_description::well_known::Rfc2822;
use url::Url;

use super::{Exit, Failure, check, output, targets};
use crate::base::Service;
use crate::base::time::Instant;
use crate::report::plain::wrap;
use crate::scenario::transport::{Access, Client, Doubt, Error, Limits, Request};
use crate::service::iam_exchange::{PROFILE, TOKEN_EXCHANGE};
use crate::service::keydepot::{MANAGE_KEYS, READ_KEYS};
use crate::target::signers::Role;
use crate::target::{Target, guard};

/// The skew between the clocks that services take for granted.
const MAX_SKEW: Duration = Duration::from_mins(1);
/// The roles that the workflows of a service ask for.
const ROLES: [(Service, [&str; 2]); 2] =
    [(Service::Keydepot, [READ_KEYS, MANAGE_KEYS]), (Service::IamExchange, [TOKEN_EXCHANGE, PROFILE])];
/// Whose key the workflows of a service sign with.
const SIGNERS: [(Service, Role); 4] = [
    (Service::IamExchange, Role::Organisation),
    (Service::AttributeAuthority, Role::Organisation),
    (Service::Etkra, Role::Organisation),
    (Service::Certra, Role::EidSignature),
];

/// What is said of a key that is none of RSA.
const ELLIPTIC: &str = "its key is on an elliptic curve and signs with ecdsa-sha256, as real clients do; the CertRA \
                        cookbook, 4.3.2, names rsa-sha256 alone: a service that keeps to it refuses what this key \
                        signs (`etalon explain signed-xml.signature-method`)";

/// Check what a run against a target needs: addresses, TLS, clocks, tokens, keystores
#[derive(ClapArgs)]
pub(super) struct Args {
    /// `sim`, the base URL of a service, or a target file in TOML.
    #[arg(long, value_name = "sim|URL|FILE.toml", default_value = "sim")]
    target: String,
    /// Allow requests to eHealth's production.
    #[arg(long)]
    allow_production: bool,
}

struct Report {
    worst: Exit,
}

/// Something that is wrong, and what to do about it.
struct Wrong {
    exit: Exit,
    /// The line of the target file that it stands on.
    line: Option<usize>,
    /// What was expected and found.
    said: String,
    advice: &'static str,
}

impl Wrong {
    fn configured(line: usize, said: impl Into<String>, advice: &'static str) -> Self {
        Self { exit: Exit::Configuration, line: Some(line), said: said.into(), advice }
    }
}

impl Report {
    fn say(&mut self, what: &str, said: Result<String, Wrong>) -> Result<(), Failure> {
        match said {
            Ok(said) => Self::line("ok", &format!("{what}: {said}")),
            Err(Wrong { exit, line, said, advice }) => {
                // The first thing that is wrong decides: what comes after often follows from it.
                if self.worst == Exit::Conforms {
                    self.worst = exit;
                }
                let line = line.map(|line| format!("this is your configuration, line {line}: "));
                Self::line("wrong", &format!("{what}: {}{said}", line.unwrap_or_default()))?;
                Self::line("", advice)
            }
        }
    }

    /// What is left out, and nothing that is wrong.
    fn note(what: &str, said: &str) -> Result<(), Failure> {
        Self::line("note", &format!("{what}: {said}"))
    }

    /// One line behind a word; on a terminal that has not the columns for it, several.
    fn line(word: &str, text: &str) -> Result<(), Failure> {
        const INDENT: usize = 7;
        let mut out = anstream::stdout().lock();
        let room = output::terminal_width().map_or(usize::MAX, |it| it.saturating_sub(INDENT));
        let mut word = word;
        for line in wrap(text, room) {
            writeln!(out, "{word:INDENT$}{line}")?;
            word = "";
        }
        Ok(())
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut report = Report { worst: Exit::Conforms };
    if args.target == "sim" {
        report.say("target", Ok("the embedded simulator, which needs nothing but loopback".to_owned()))?;
        return Ok(report.worst);
    }
    let (target, folder) = targets::load(&args.target)?;
    let read = match target.services.len() {
        0 => Err(Wrong::configured(
            1,
            "expected the address of at least one service under [services], found none",
            "add one, such as keydepot = \"https://host/base\"",
        )),
        1 => Ok("1 service".to_owned()),
        count => Ok(format!("{count} services")),
    };
    report.say("configuration", read)?;
    tokens(&target, &folder, &mut report)?;
    keystores(&target, &folder, &mut report)?;
    let mut access = Access::default();
    for root in &target.roots {
        let found = targets::certificates(root, &folder);
        access.roots.extend(found.iter().flatten().cloned());
        let advice = "`roots` names PEM files, from the folder of the target file";
        let found = found.map(|all| format!("{} roots", all.len()));
        let found = found.map_err(|why| Wrong::configured(root.line, why, advice));
        report.say(&format!("trust {}", root.path), found)?;
    }
    services(args, &target, &access, &mut report)?;
    Ok(report.worst)
}

fn tokens(target: &Target, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    let uses = |service: &Service| target.services.contains_key(service);
    let rest = [Service::Keydepot, Service::IamExchange];
    let Some(first) = target.tokens.first() else {
        if rest.iter().any(uses) && !target.lines.is_empty() {
            Report::note("token", "the file has no [token]: workflows that need one are skipped")?;
        }
        return Ok(());
    };
    let (mut held, mut unread) = (Vec::new(), false);
    for token in &target.tokens {
        let advice = "set the variable, or write the token into the file that the table names";
        let found = targets::secret(&token.source, folder).map_err(|why| {
            Wrong::configured(token.line, format!("expected a token, found that {why}"), advice)
        });
        let found = found.and_then(|secret| {
            match targets::claims(&secret) {
                Some(claims) => held.extend(targets::roles(&claims).into_iter().map(str::to_owned)),
                None => unread = true,
            }
            let said = targets::said(&secret, check::now());
            // The others may have expired on purpose.
            let said = if token == first {
                said
            } else {
                said.or_else(|why| Ok(format!("kept for refusals: {why}")))
            };
            said.map_err(|why| Wrong::configured(token.line, why, "get a new one from the target's realm"))
        });
        unread |= found.is_err();
        report.say(&token.name, found)?;
    }
    for (service, roles) in ROLES.iter().filter(|(service, _)| uses(service) && !unread) {
        let missing: Vec<&str> =
            roles.iter().copied().filter(|role| !held.iter().any(|it| it == role)).collect();
        let said = if missing.is_empty() {
            Ok(format!("{} are there", roles.join(" and ")))
        } else {
            held.sort();
            held.dedup();
            let found = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
            let said = format!("expected a token with the roles {}, found {found}", roles.join(" and "));
            Err(Wrong::configured(
                first.line,
                said,
                "have the realm give the user these roles, and get a new token",
            ))
        };
        report.say(&format!("roles for {}", service.name()), said)?;
    }
    Ok(())
}

fn keystores(target: &Target, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    for (role, keystore) in &target.keystores {
        let signer = targets::signer(*role, keystore, folder, check::now());
        let elliptic = signer.as_ref().is_ok_and(|signer| signer.party.key.rsa_public().is_none());
        let opened = signer.map(|signer| signer.to_string());
        let advice = "the table names a keystore or a card, its password or PIN, and the alias of a key whose \
                      certificate is valid";
        let opened = opened.map_err(|why| Wrong::configured(keystore.line, why, advice));
        let what = format!("keystore {}", role.name());
        report.say(&what, opened)?;
        if elliptic {
            Report::note(&what, ELLIPTIC)?;
        }
    }
    // An address alone says nothing of keys.
    let is_file = !target.lines.is_empty();
    for (service, role) in SIGNERS {
        if is_file && target.services.contains_key(&service) && !target.keystores.contains_key(&role) {
            let (service, role) = (service.name(), role.name());
            let said = format!("the file has no [keystores.{role}]: workflows that sign with it are skipped");
            Report::note(&format!("signatures for {service}"), &said)?;
        }
    }
    Ok(())
}

fn services(args: &Args, target: &Target, access: &Access, report: &mut Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let limits =
        Limits { connect: Duration::from_secs(5), exchange: Duration::from_secs(10), ..Limits::default() };
    let client = Client::with_access(limits, &[], access).map_err(Failure::configuration)?;
    for (service, address) in &target.services {
        let line = target.lines.get(service).copied();
        if guard::is_production(address) && !args.allow_production {
            let said = format!("{address} is eHealth's production: not touched without --allow-production");
            let advice = "name the address of a test environment";
            report.say(service.name(), Err(Wrong { exit: Exit::Configuration, line, said, advice }))?;
            continue;
        }
        match runtime.block_on(client.send(&probe(address))) {
            Ok(answer) => {
                report.say(service.name(), Ok(format!("{address} answers ({})", answer.status)))?;
                clock(answer.header("date"), service.name(), line, report)?;
            }
            Err(error) => {
                let said = format!("expected an answer from {address}, found that {error}");
                let (exit, advice) = cause(&error);
                report.say(service.name(), Err(Wrong { exit, line, said, advice }))?;
            }
        }
    }
    Ok(())
}

/// What it means that no answer came, and what to do about it.
fn cause(error: &Error) -> (Exit, &'static str) {
    match error {
        Error::Untrusted { doubt: Doubt::Issuer, .. } => (
            Exit::Configuration,
            "add the root of its issuer to `roots` under [trust], if it is to be trusted",
        ),
        Error::Untrusted { doubt: Doubt::Host, .. } => {
            (Exit::Configuration, "name the host as its certificate does")
        }
        Error::Untrusted { doubt: Doubt::Time, .. } => {
            (Exit::Unreachable, "set this machine's clock; if it is right, tell whoever runs the server")
        }
        Error::Untrusted { doubt: Doubt::Other, .. } => (Exit::Unreachable, "tell whoever runs the server"),
        Error::Unreachable { .. } | Error::Timeout(_) => {
            (Exit::Unreachable, "check host and port, and whether a network, VPN or proxy leads there")
        }
        Error::TooLarge(_) | Error::Broken(_) | Error::Unsendable(_) => {
            (Exit::Unreachable, "check that the address is that of an HTTP service")
        }
    }
}

fn probe(address: &Url) -> Request {
    Request { method: "GET".to_owned(), url: address.clone(), headers: Vec::new(), body: None }
}

fn clock(date: Option<&str>, service: &str, line: Option<usize>, report: &mut Report) -> Result<(), Failure> {
    let Some(date) = date else { return Ok(()) };
    let what = format!("clock of {service}");
    // An HTTP date is an RFC 2822 date whose zone is written GMT.
    let Ok(theirs) = Instant::parse(&date.replace("GMT", "+0000"), &Rfc2822) else {
        return Report::note(&what, "the answer does not tell");
    };
    let ahead = theirs - check::now();
    let skew = ahead.unsigned_abs();
    let said = if skew <= MAX_SKEW {
        Ok(format!("within {} s of this machine's", skew.as_secs()))
    } else {
        let side = if ahead.is_positive() { "ahead" } else { "behind" };
        let most = MAX_SKEW.as_secs();
        let skew = skew.as_secs();
        let said =
            format!("expected a clock within {most} s of this machine's, found one that is {skew} s {side}");
        let advice =
            "set this machine's clock; if it is right, the server refuses timestamps until its own is";
        Err(Wrong { exit: Exit::Configuration, line, said, advice })
    };
    report.say(&what, said)
}
