//! `etalon inspect`: the decoded artefact with offsets, down through nested encodings.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Exit, Failure, check, files, values};
use crate::base::{Budget, Kind};
use crate::detect;
use crate::inspect::{self, Node};

/// Show the decoded artefact with offsets, down through nested encodings
#[derive(ClapArgs)]
pub(super) struct Args {
    /// The artefact; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What it is; detected from the bytes if omitted.
    #[arg(long, short, value_parser = values::kind())]
    kind: Option<Kind>,
    /// How to show it.
    #[arg(long, default_value = "text")]
    format: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let bytes = files::read(&args.file, Budget::JUDGE.bytes)?;
    let (kind, artefact) = match args.kind {
        Some(kind) => (kind, detect::in_file(kind, &bytes)),
        None => {
            let found = detect::detect(&bytes).ok_or_else(|| check::undetected(&args.file, &bytes))?;
            (found.kind, found.artefact)
        }
    };
    let bytes = artefact.bytes;
    let tree = inspect::inspect(kind, &bytes).ok_or_else(|| {
        Failure::new(
            Exit::Findings,
            format_args!(
                "{} cannot be decoded as {kind}; `etalon check` says where it stops",
                args.file.display()
            ),
        )
    })?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    match args.format {
        Form::Json => writeln!(out, "{:#}", tree.to_json())?,
        Form::Text => {
            writeln!(out, "{kind}, {} bytes", bytes.len())?;
            show(&tree, 0, &mut out)?;
        }
    }
    out.flush()?;
    Ok(Exit::Conforms)
}

fn show(node: &Node, depth: usize, out: &mut impl Write) -> std::io::Result<()> {
    let place = format!("{}..{}", node.span.start, node.span.end);
    let what: String = node.what.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    writeln!(out, "{place:>13}  {:indent$}{}  {what}", "", node.label.escape_debug(), indent = depth * 2)?;
    node.children.iter().try_for_each(|child| show(child, depth + 1, out))
}
