//! `etalon forge`: make an artefact, right or wrong.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::{Exit, Failure, Globals, output, values};
use crate::base::Kind;
use crate::base::time::{self, Instant};
use crate::forge::{self, Bench, Maker};
use crate::report::plain::wrap;

/// Make valid artefacts, and artefacts with one deviation
#[derive(ClapArgs)]
pub(super) struct Args {
    /// What to make: a kind, as `--list` names them.
    #[arg(required_unless_present = "list", value_parser = values::kind(), hide_possible_values = true)]
    kind: Option<Kind>,
    /// The deviation, by its name or its case of the negative catalogue; none if omitted.
    #[arg(long, short, value_name = "ID")]
    mutation: Option<String>,
    /// The seed of keys, serial numbers and identities.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The time at which the artefact is valid, in RFC 3339; now if omitted.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    clock: Option<Instant>,
    /// A PKCS#12 keystore whose key pairs are the organisation's, in place of those of the seed.
    #[arg(long, value_name = "FILE.p12", requires = "password_file")]
    keystore: Option<PathBuf>,
    /// The file whose first line is the password of the keystore; `-` asks for it on standard input.
    #[arg(long, value_name = "FILE", requires = "keystore")]
    password_file: Option<PathBuf>,
    /// A parameter of the kind; repeatable. `--list` names them.
    #[arg(long, value_name = "K=V", value_parser = pair)]
    param: Vec<(String, String)>,
    /// Where to write the artefact; standard output if omitted.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Where to write the context that belongs to the artefact, for `check --context`.
    #[arg(long, value_name = "FILE.json")]
    context: Option<PathBuf>,
    /// List the deviations of the kind, or of all kinds, instead of making anything.
    #[arg(long)]
    list: bool,
}

fn instant(text: &str) -> Result<Instant, String> {
    time::parse(text).ok_or_else(|| format!("expected a time as 2026-01-15T10:00:00Z, found `{text}`"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("expected K=V, found `{text}`"))?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn run(args: &Args, globals: Globals) -> Result<Exit, Failure> {
    if args.list {
        return list(args.kind);
    }
    let kind = args.kind.ok_or_else(|| Failure::usage("expected a kind"))?;
    // What is forged has whole seconds, as X.509 and CMS do.
    let clock = args.clock.unwrap_or_else(super::check::now);
    let clock = clock.replace_nanosecond(0).unwrap_or(clock);
    let params = args.param.iter().cloned().collect();
    let mut bench = Bench::new(args.seed, clock).with_params(params);
    if let (Some(path), Some(password)) = (&args.keystore, &args.password_file) {
        let bytes = super::files::read(path, super::files::MOST)?;
        let password = super::check::password(password)?;
        bench = bench
            .with_keystore(&bytes, &password)
            .map_err(|problem| Failure::configuration(format_args!("{}: {problem}", path.display())))?;
    }
    let forged = bench.forge(kind, args.mutation.as_deref()).map_err(Failure::usage)?;
    if let Some(wanted) = args.mutation.as_deref().filter(|_| !globals.quiet) {
        tell_which(kind, wanted);
    }
    if let Some(path) = &args.context {
        let json = serde_json::Value::Object(forged.context);
        write(path, format!("{json:#}\n").as_bytes())?;
    }
    match &args.output {
        Some(path) => write(path, &forged.bytes)?,
        None if std::io::stdout().is_terminal() && !is_text(&forged.bytes) => {
            return Err(Failure::usage(
                "the artefact is binary: name a file for it with `-o`, or pipe it on",
            ));
        }
        None => std::io::stdout().lock().write_all(&forged.bytes)?,
    }
    Ok(Exit::Conforms)
}

/// Says which mutation was made where a case of the catalogue has several.
fn tell_which(kind: Kind, wanted: &str) {
    let mutations = forge::maker(kind).map_or(&[][..], |maker| maker.mutations);
    let of_case: Vec<&str> = mutations.iter().filter(|it| it.case == wanted).map(|it| it.id).collect();
    if let [made, others @ ..] = of_case.as_slice()
        && !others.is_empty()
    {
        let others = others.join("`, `");
        let _ = writeln!(anstream::stderr(), "etalon: {wanted}: this is `{made}`; its others are `{others}`");
    }
}

/// Whether a terminal shows it as what it is.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(|c| !c.is_control() || c.is_whitespace()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::usage(format_args!("cannot write {}: {error}", path.display())))
}

fn list(kind: Option<Kind>) -> Result<Exit, Failure> {
    let makers: Vec<&Maker> =
        forge::MAKERS.iter().filter(|maker| kind.is_none_or(|kind| maker.kind == kind)).collect();
    if let (Some(kind), []) = (kind, makers.as_slice()) {
        return Err(Failure::usage(forge::Error::Kind(kind)));
    }
    let mut out = anstream::stdout().lock();
    // Elsewhere than on a terminal an entry is one line, to be searched for.
    let width = output::terminal_width().unwrap_or(usize::MAX);
    let mut tell = |indent: usize, text: &str| {
        let mut lines = wrap(text, width.saturating_sub(indent)).into_iter();
        lines.try_for_each(|line| writeln!(out, "{:indent$}{line}", ""))
    };
    for maker in makers {
        tell(0, maker.kind.name())?;
        for (name, what) in maker.params {
            tell(2, &format!("--param {name}=…: {what}"))?;
        }
        for it in maker.mutations {
            let case = if it.case.is_empty() { String::new() } else { format!(" ({})", it.case) };
            tell(2, &format!("{}{case}: {}", it.id, it.title))?;
            for rule in it.rules {
                tell(4, &format!("trips {rule} under {}", it.profile))?;
            }
        }
    }
    Ok(Exit::Conforms)
}
