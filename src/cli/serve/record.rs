//! `--record DIR`: the exchanges of a client under test in files, and the reports when it is over.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::super::output;
use super::{Exit, Failure, Globals, files};
use crate::event::Report;
use crate::record::{Keep, Loss, Recorder};
use crate::report::{self, Style};

/// The reports that are left in the directory, besides the text on standard output.
const REPORTS: [(&str, &str); 4] =
    [("json", "report.json"), ("html", "report.html"), ("junit", "report.xml"), ("markdown", "report.md")];

/// A directory of exchanges.
struct Directory {
    path: PathBuf,
    complained: AtomicBool,
    _claim: files::Claim,
}

/// A directory to record into. It holds no other recording: nothing that was kept is written over.
pub(super) fn open(path: &Path) -> Result<Box<dyn Keep>, Failure> {
    let shown = path.display();
    let failed = |error: std::io::Error| Failure::usage(format_args!("cannot read {shown}: {error}"));
    let claim = files::claim(path)?;
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".json") || name.ends_with(".partial") {
            return Err(Failure::configuration(format_args!(
                "{shown} holds a recording already (`{name}`): name another directory"
            )));
        }
    }
    Ok(Box::new(Directory { path: path.to_owned(), complained: AtomicBool::new(false), _claim: claim }))
}

impl Keep for Directory {
    fn keep(&self, name: &str, document: &Value) -> Result<(), String> {
        let written = output::write_whole(&self.path.join(name), |file| {
            serde_json::to_writer_pretty(&mut *file, document)?;
            file.write_all(b"\n")
        });
        written.map_err(|failure| {
            // Once, when it happens: whoever watches can make room.
            if !self.complained.swap(true, Ordering::SeqCst) {
                let _ = writeln!(anstream::stderr(), "etalon: {}; the services go on", failure.message);
            }
            failure.message
        })
    }
}

/// Writes the reports. How the command ends is how the client did.
pub(super) fn close(dir: &Path, recorder: &Recorder, globals: Globals) -> Result<Exit, Failure> {
    let run = recorder.report();
    let summary = run.summary;
    let report = Report::Run(run);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let text = report::find("text").expect("text is a format");
    (text.write)(&report, &output::style(globals), &mut out)?;
    out.flush()?;
    drop(out);
    let style = Style { colour: false, quiet: false, ..Style::default() };
    let mut failed = None;
    for (name, file) in REPORTS {
        let format = report::find(name).expect("these are formats");
        let written = output::write_whole(&dir.join(file), |to| (format.write)(&report, &style, to));
        if let Err(failure) = written {
            failed.get_or_insert(failure);
        }
    }
    if let Some(Loss { exchanges, why }) = recorder.loss() {
        let what = if exchanges == 1 { "1 exchange" } else { &format!("{exchanges} exchanges") };
        return Err(Failure::new(Exit::Internal, format_args!("{what} could not be kept: {why}")));
    }
    if let Some(Failure { message, .. }) = failed {
        return Err(Failure::new(Exit::Internal, message));
    }
    Ok(if summary.failed + summary.inconclusive > 0 {
        Exit::Findings
    } else if summary.passed == 0 {
        Exit::Nothing
    } else {
        Exit::Conforms
    })
}
