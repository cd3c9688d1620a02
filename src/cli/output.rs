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
    /// Sees that every file can be written before there is anything to write: what took minutes is not lost
    /// for a path. Folders that are not there are made.
    pub(super) fn prepare(&self) -> Result<(), Failure> {
        let paths = self.formats.iter().filter_map(|wanted| wanted.path.as_deref());
        let failures = paths.filter_map(|path| {
            let error = Destination::of(path).and_then(|it| it.prepare()).err()?;
            Some(cannot_write(path, &error))
        });
        Failure::of_all(failures.collect()).map_or(Ok(()), Err)
    }

    /// Writes the report in every format that was asked for. One that cannot be written keeps none of the
    /// others back.
    pub(super) fn write(&self, report: &Report, globals: Globals) -> Result<(), Failure> {
        let mut failures = Vec::new();
        for wanted in &self.formats {
            match &wanted.path {
                Some(path) => {
                    let style = Style { quiet: globals.quiet, verbose: globals.verbose, ..Style::default() };
                    failures
                        .extend(write_whole(path, |file| (wanted.format.write)(report, &style, file)).err());
                }
                None => {
                    let mut out = BufWriter::new(std::io::stdout().lock());
                    let written = (wanted.format.write)(report, &style(globals), &mut out);
                    match written.and_then(|()| out.flush()) {
                        // Who reads no further (`etalon check … | head`) changes neither what was found nor
                        // which files are written.
                        Err(error) if error.kind() == ErrorKind::BrokenPipe => drop(out.into_parts()),
                        written => failures.extend(written.err().map(Failure::from)),
                    }
                }
            }
        }
        Failure::of_all(failures).map_or(Ok(()), Err)
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

/// Where a file goes.
enum Destination {
    /// What is no file, such as `/dev/stdout` or a named pipe, is written into.
    Stream(PathBuf),
    /// A file is written beside its place, and moved there; a link to one stays.
    File { path: PathBuf, partial: PathBuf },
}

impl Destination {
    fn of(path: &Path) -> std::io::Result<Self> {
        let path = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(found) if !found.is_file() => return Ok(Self::Stream(path.to_owned())),
            Ok(_) => fs::canonicalize(path)?,
            Err(_) => path.to_owned(),
        };
        let mut partial = path.clone().into_os_string();
        partial.push(".partial");
        Ok(Self::File { path, partial: partial.into() })
    }

    /// Makes the folder, and sees that a file can be written there.
    fn prepare(&self) -> std::io::Result<()> {
        match self {
            Self::Stream(_) => Ok(()),
            Self::File { path, partial } => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    fs::create_dir_all(folder)?;
                }
                File::create(partial).and_then(|_| fs::remove_file(partial))
            }
        }
    }

    fn write(&self, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> std::io::Result<()> {
        match self {
            Self::Stream(path) => {
                let mut stream = BufWriter::new(File::options().write(true).open(path)?);
                write(&mut stream).and_then(|()| stream.flush())
            }
            Self::File { path, partial } => {
                let mut file = BufWriter::new(File::create(partial)?);
                let written = write(&mut file).and_then(|()| file.flush());
                written.and_then(|()| fs::rename(partial, path)).inspect_err(|_| {
                    let _ = fs::remove_file(partial);
                })
            }
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format_args!("cannot write {}: {error}", path.display()))
}

/// Writes a file whole or not at all, so that nobody finds half of it.
pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    Destination::of(path).and_then(|it| it.write(write)).map_err(|error| cannot_write(path, &error))
}
