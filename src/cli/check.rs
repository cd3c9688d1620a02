//! `etalon check`: judge files, standard input, or the lines of the judge protocol.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::exit::FailOn;
use super::output::Output;
use super::{Exit, Failure, Globals, explain, files, judge_lines, values};
use crate::base::time::{self, Instant};
use crate::base::{Kind, Profile, Service};
use crate::context::{Context, Secret, pem_blocks};
use crate::detect::{self, InFile};
use crate::engine::{self, Judgement, Options, Verdict};
use crate::event::{CheckReport, Report, Subject};
use crate::model::keystore::Container;
use crate::model::revocation_list::{RevocationList, lists_in};
use crate::rule::Severity;

/// The largest input that reports may show a piece of, in bytes.
const MAX_SHOWN: usize = 1 << 20;

/// Judge artefacts against the specifications
#[derive(ClapArgs)]
pub(super) struct Args {
    /// The artefacts; `-` is standard input.
    #[arg(value_name = "FILE", required_unless_present = "jsonl")]
    files: Vec<PathBuf>,
    /// What the artefacts are; detected from the bytes if omitted.
    #[arg(long, short, value_parser = values::kind())]
    kind: Option<Kind>,
    /// What to judge by: eHealth's cookbooks, what is met in the field, or the base standard alone.
    #[arg(long, short, default_value = "cookbook", value_parser = values::profile())]
    profile: Profile,
    /// The service that the artefacts are for.
    #[arg(long, value_parser = values::service())]
    service: Option<Service>,
    /// What is known besides the artefact, as JSON: challenge, origin, keys…
    #[arg(long, value_name = "FILE.json")]
    context: Option<PathBuf>,
    /// The time as of which validity is judged: RFC 3339, `now`, or `document` for the artefact's own.
    #[arg(long, value_name = "TIME", default_value = "now")]
    as_of: AsOf,
    /// A PKCS#12 keystore with the keys that open what is encrypted.
    #[arg(long, value_name = "FILE.p12")]
    keystore: Option<PathBuf>,
    /// The file whose first line is the password of a keystore; `-` asks for it on standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A file of revocation lists in PEM or DER; repeatable.
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// A file of trust anchors in PEM; repeatable.
    #[arg(long, value_name = "FILE.pem")]
    trust: Vec<PathBuf>,
    /// Judge SHA-1 and MD5 signatures instead of refusing them.
    #[arg(long)]
    legacy: bool,
    /// Switch a rule off; repeatable.
    #[arg(long, value_name = "RULE")]
    without: Vec<String>,
    /// Read requests of the judge protocol from standard input, one a line. What a line leaves open of its
    /// context the options say.
    #[arg(long, conflicts_with_all = ["files", "kind", "formats", "fail_on"])]
    jsonl: bool,
    #[command(flatten)]
    output: Output,
    /// Exit with 0 whatever was found.
    #[arg(long)]
    exit_zero: bool,
    /// What makes the exit status 1: an error, also a warning, or also an inconclusive verdict.
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
}

#[derive(Clone, Copy)]
enum AsOf {
    Now,
    Document,
    At(Instant),
}

impl std::str::FromStr for AsOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "now" => Ok(Self::Now),
            "document" => Ok(Self::Document),
            _ => time::parse(text).map(Self::At).ok_or_else(|| {
                format!("expected `now`, `document` or a time as 2026-01-15T10:00:00Z, found `{text}`")
            }),
        }
    }
}

/// Whether an artefact is bad enough for exit status 1.
fn is_reached(fail_on: FailOn, judgement: &Judgement) -> bool {
    let wrong = matches!(judgement.verdict, Verdict::Violates | Verdict::Unreadable);
    let warned = || judgement.findings.iter().any(|finding| finding.severity == Severity::Warning);
    fail_on.is_reached(wrong, warned, judgement.verdict == Verdict::Inconclusive)
}

/// The clock of the process.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(super) fn now() -> Instant {
    std::time::SystemTime::now().into()
}

pub(super) fn run(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    if let Some(unknown) = args.without.iter().find(|id| crate::rules::find(id).is_none()) {
        return Err(explain::no_such_rule(unknown, false));
    }
    if args.jsonl {
        let context = context(args)?;
        let defaults =
            judge_lines::Defaults { profile: args.profile, context: &context, without: &args.without };
        return judge_lines::serve(std::io::stdin().lock(), std::io::stdout().lock(), &defaults);
    }
    args.output.prepare()?;
    let mut context = context(args)?;
    context.requests.extend(requests(args)?);
    let mut subjects = Vec::new();
    let mut failures = Vec::new();
    let mut reached = false;
    // A file that cannot be judged says nothing about the others.
    for path in &args.files {
        match judged(path, args, &context) {
            Ok((subject, is_bad)) => {
                reached |= is_bad;
                subjects.push(subject);
            }
            Err(failure) => failures.push(failure),
        }
    }
    if !subjects.is_empty() {
        args.output.write(&Report::Check(CheckReport::new(subjects)), globals)?;
    }
    match Failure::of_all(failures) {
        Some(failure) => Err(failure),
        None => Ok(if reached && !args.exit_zero { Exit::Findings } else { Exit::Conforms }),
    }
}

/// A file as it was judged, and whether it is bad enough for exit status 1.
fn judged(path: &Path, args: &Args, context: &Context) -> Result<(Subject, bool), Failure> {
    let bytes = files::read(path, context.budget.bytes)?;
    let (kind, artefact, detected) = match args.kind {
        Some(kind) => (kind, detect::in_file(kind, &bytes), false),
        None => {
            let found = detect::detect(&bytes).ok_or_else(|| undetected(path, &bytes))?;
            (found.kind, found.artefact, true)
        }
    };
    let options = Options { profile: args.profile, without: &args.without };
    let mut judgement = engine::judge(kind, &artefact.bytes, context, &options)?;
    for finding in &mut judgement.findings {
        finding.span = artefact.map.outer(finding.span);
    }
    let is_bad = is_reached(args.fail_on, &judgement);
    let subject = Subject::new(&path.to_string_lossy(), &judgement, args.profile);
    drop(artefact);
    let input = (bytes.len() <= MAX_SHOWN).then(|| bytes.into());
    Ok((Subject { detected, input, ..subject }, is_bad))
}

/// The certificate requests among several files: each is judged beside the others.
fn requests(args: &Args) -> Result<Vec<String>, Failure> {
    /// More than any batch has, and than each of it is compared with.
    const MOST: usize = 256;
    const LONGEST: usize = 1 << 16;
    let mut requests = Vec::new();
    if args.files.len() < 2 || args.kind.is_some_and(|kind| kind != Kind::Csr) {
        return Ok(requests);
    }
    let is_small =
        |path: &PathBuf| std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= LONGEST as u64);
    for path in args.files.iter().filter(|path| is_small(path)).take(MOST) {
        // What cannot be read is told when it is to be judged.
        let Ok(bytes) = files::read(path, LONGEST) else { continue };
        let found = match args.kind {
            Some(kind) => Some(detect::in_file(kind, &bytes)),
            None => detect::detect(&bytes).filter(|found| found.kind == Kind::Csr).map(|it| it.artefact),
        };
        requests.extend(found.map(|InFile { bytes, .. }| {
            let is_pem = bytes.starts_with(b"-----BEGIN ");
            if is_pem {
                String::from_utf8_lossy(&bytes).into_owned()
            } else {
                data_encoding::BASE64.encode(&bytes)
            }
        }));
    }
    Ok(requests)
}

/// What to say of bytes whose kind nobody named, and that look like none.
pub(super) fn undetected(path: &Path, bytes: &[u8]) -> Failure {
    let shown = path.display();
    if bytes.is_empty() {
        return Failure::usage(format_args!("{shown}: expected an artefact, found nothing: it is empty"));
    }
    Failure::usage(format_args!(
        "{shown}: its bytes look like no artefact that etalon knows; say with `--kind` what it is \
        (`etalon check --help` lists the kinds)"
    ))
}

fn context(args: &Args) -> Result<Context, Failure> {
    let mut context = match &args.context {
        None => Context::default(),
        Some(path) => {
            let bytes = files::read(path, files::MOST)?;
            let wrong = |why: &dyn std::fmt::Display| {
                Failure::configuration(format_args!("{}: {why}", path.display()))
            };
            // Any list would do for a context without members, too.
            if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
                return Err(wrong(
                    &"expected a JSON object with the members of a context, found something else",
                ));
            }
            serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?
        }
    };
    for path in &args.trust {
        let bytes = files::read(path, files::MOST)?;
        let anchors = pem_blocks(&String::from_utf8_lossy(&bytes))
            .map_err(|e| Failure::configuration(format_args!("{}: {e}", path.display())))?;
        context.trust.extend(anchors);
    }
    for path in &args.crl {
        let bytes = files::read(path, 64 << 20)?;
        let is_pem = bytes.windows(11).any(|it| it == b"-----BEGIN ");
        let in_base64 = || data_encoding::BASE64.encode(&bytes);
        let text = if is_pem { String::from_utf8_lossy(&bytes).into_owned() } else { in_base64() };
        let is_list = |der: &Vec<u8>| RevocationList::read(der, &context.budget).is_some();
        if !lists_in(&text).iter().all(|list| list.as_ref().is_some_and(is_list)) {
            return Err(Failure::configuration(format_args!(
                "{}: expected revocation lists in PEM or DER, found other bytes",
                path.display()
            )));
        }
        context.crls.push(text);
    }
    if let Some(path) = &args.password_file {
        context.password = Some(password(path)?);
    }
    if let Some(path) = &args.keystore {
        let bytes = files::read(path, files::MOST)?;
        let password = context.password.as_ref().map(Secret::expose);
        let container = Container::open(&bytes, password, &context.budget);
        if !matches!(container, Container::Open(_)) {
            let hint = if password.is_none() { "; name it with `--password-file`" } else { "" };
            return Err(Failure::configuration(format_args!(
                "{}: {}{hint}",
                path.display(),
                container.problem()
            )));
        }
        context.keystore = Some(Secret::new(data_encoding::BASE64.encode(&bytes)));
    }
    context.service = args.service.or(context.service);
    context.legacy |= args.legacy;
    match args.as_of {
        AsOf::Now => _ = context.as_of.get_or_insert_with(now),
        AsOf::At(instant) => context.as_of = Some(instant),
        AsOf::Document => context.as_of = None,
    }
    Ok(context)
}

/// The first line of a file; of standard input, after a question, for `-`. A password is never an
/// argument: arguments stand in the list of processes and in the shell's history.
pub(super) fn password(path: &Path) -> Result<Secret, Failure> {
    let line = if path.as_os_str() == "-" {
        let asked = std::io::Write::write_all(&mut std::io::stderr(), b"Password of the keystore: ");
        asked.map_err(|error| Failure::usage(format_args!("cannot ask for the password: {error}")))?;
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        read.map_err(|error| Failure::usage(format_args!("cannot read the password: {error}")))?;
        line
    } else {
        String::from_utf8_lossy(&files::read(path, 1 << 16)?).into_owned()
    };
    Ok(Secret::new(line.lines().next().unwrap_or_default()))
}
