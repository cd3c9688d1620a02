//! `--format`: where reports go, and how files are written whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args as ClapArgs;

use super::{Failure, Globals};
use crate::event::Report;
use crate::report::{self, Format, Style};

/// The formats that a report is wanted in.
#[derive(ClapArgs)]
pub(super) struct Output {
    /// How to report: text, json, junit, sarif, github, markdown or html; with `=PATH` into a file.
    /// Repeatable.
    #[arg(long = "format", value_name = "FORMAT[=PATH]", default_value = "text")]
    formats: Vec<Wanted>,
}

#[derive(Clone)]
struct Wanted {
    format: &'static Format,
    path: Option<PathBuf>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("expected a path after `=`".to_owned()),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let format = report::find(name).ok_or_else(|| {
            let known: Vec<_> = report::FORMATS.iter().map(|format| format.name).collect();
            format!("`{name}` is not a format; expected one of: {}", known.join(", "))
        })?;
        Ok(Self { format, path })
    }
}

impl Output {
    /// Writes the report in every format that was asked for.
    pub(super) fn write(&self, report: &Report, globals: Globals) -> Result<(), Failure> {
        for wanted in &self.formats {
            match &wanted.path {
                Some(path) => {
                    let style = Style { quiet: globals.quiet, verbose: globals.verbose, ..Style::default() };
                    write_whole(path, |file| (wanted.format.write)(report, &style, file))?;
                }
                None => {
                    let mut out = BufWriter::new(std::io::stdout().lock());
                    let written = (wanted.format.write)(report, &style(globals), &mut out);
                    match written.and_then(|()| out.flush()) {
                        // Who reads no further (`etalon check … | head`) changes neither what was found nor
                        // which files are written.
                        Err(error) if error.kind() == ErrorKind::BrokenPipe => drop(out.into_parts()),
                        written => written?,
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether standard output takes colour.
pub(super) fn colour() -> bool {
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => false,
        anstream::ColorChoice::Auto | anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => {
            true
        }
    }
}

/// How a report looks on standard output.
pub(super) fn style(Globals { quiet, verbose }: Globals) -> Style {
    Style { colour: colour(), width: width(), terminal: terminal_width().is_some(), quiet, verbose }
}

/// The columns of the terminal; a usual width where there is none.
pub(super) fn width() -> usize {
    terminal_width().unwrap_or(Style::default().width)
}

/// The columns of the terminal that standard output is; nothing where it is none.
pub(super) fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(width.0).clamp(20, 200))
}

/// Writes a file beside its place and moves it there, so that nobody finds half of it.
pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let shown = path.display();
    let failed = |error: std::io::Error| Failure::usage(format_args!("cannot write {shown}: {error}"));
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    let mut file = BufWriter::new(File::create(&partial).map_err(failed)?);
    let written = write(&mut file).and_then(|()| file.flush()).and_then(|()| fs::rename(&partial, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&partial);
        failed(error)
    })
}
