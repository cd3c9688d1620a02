//! `etalon c14n`: the canonical bytes, to find out why a digest differs.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Exit, Failure, files};
use crate::base::{Budget, Fault};
use crate::wire::c14n::{self, Algorithm, Subset};
use crate::wire::xml::{Document, Element, Encodings, Source, XmlFault};

/// Print the canonical bytes of XML, to find out why a digest differs
#[derive(ClapArgs)]
pub(super) struct Args {
    /// The XML document; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Exclusive 1.0, inclusive 1.0, or inclusive 1.1.
    #[arg(long, default_value = "exc")]
    method: Method,
    /// Keep comments.
    #[arg(long)]
    with_comments: bool,
    /// The prefixes of an InclusiveNamespaces PrefixList, separated by spaces or commas.
    #[arg(long, value_name = "LIST", default_value = "")]
    prefixes: String,
    /// Only the element with this ID (attribute Id, ID, AssertionID, wsu:Id or xml:id).
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Method {
    Exc,
    Inc,
    #[value(name = "1.1")]
    Inc11,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let shown = args.file.display();
    let unread = |fault: &Fault<XmlFault>| {
        let place = if fault.at.is_empty() { "/" } else { &fault.at };
        Failure::new(
            Exit::Findings,
            format_args!("{shown} is no well-formed XML: byte {}, {place}: {}", fault.span.start, fault.kind),
        )
    };
    let bytes = files::read(&args.file, Budget::JUDGE.bytes)?;
    let source = Source::read(&bytes, Encodings::Utf8AndUtf16).map_err(|fault| unread(&fault))?;
    let document = Document::parse(&source, &Budget::JUDGE)
        .map_err(|faults| unread(faults.first().expect("a document is refused for a fault")))?;
    let subset = match &args.id {
        None => Subset::document(&document),
        Some(id) => Subset::element(find(document.root(), id).map_err(Failure::usage)?),
    };
    let prefixes = args.prefixes.split([' ', ',']).filter(|prefix| !prefix.is_empty());
    let algorithm = Algorithm {
        method: match args.method {
            Method::Exc => c14n::Method::Exclusive,
            Method::Inc => c14n::Method::Inclusive,
            Method::Inc11 => c14n::Method::Inclusive11,
        },
        comments: args.with_comments,
        prefixes: prefixes.map(str::to_owned).collect(),
    };
    let canonical = c14n::canonical(subset, &algorithm).map_err(|error| {
        Failure::new(Exit::Findings, format_args!("{shown}: there is no canonical form: {error}"))
    })?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    out.write_all(&canonical)?;
    out.flush()?;
    Ok(Exit::Conforms)
}

fn find<'d>(root: Element<'d>, id: &str) -> Result<Element<'d>, String> {
    const NAMES: [&str; 5] = ["Id", "ID", "AssertionID", "wsu:Id", "xml:id"];
    let carries = |element: &Element<'d>| {
        element.attributes().any(|attribute| {
            let name = attribute.name();
            let local = attribute.local();
            (NAMES.contains(&name) || (local == "Id" && !attribute.namespace().is_empty()))
                && attribute.value() == id
        })
    };
    let mut found = root.descendants().filter(carries);
    match (found.next(), found.next()) {
        (Some(element), None) => Ok(element),
        (None, _) => Err(format!("no element has the ID `{id}`")),
        (Some(_), Some(_)) => Err(format!("more than one element has the ID `{id}`")),
    }
}
