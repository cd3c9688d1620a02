//! The projections of what happened: one file a format.
//!
//! A format sees [`crate::event`] and the rules' declarations; it knows neither the engine nor how a
//! workflow is run. Whatever the artefacts hold, a format escapes it for its own medium.

use std::io::{self, Write};

use crate::event::Report;

mod github;
mod html;
mod json;
mod junit;
mod markdown;
pub mod plain;
mod sarif;
mod snippet;
pub mod text;

/// How a report may look, as far as the medium decides it.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether escape sequences for colour are written.
    pub colour: bool,
    /// How many columns there are.
    pub width: usize,
    /// Whether it is a terminal of that width. Elsewhere prose alone is broken: the lines that name
    /// artefacts and workflows are searched for.
    pub terminal: bool,
    /// Only what is wrong, and no summary.
    pub quiet: bool,
    /// Also the notes on what passed.
    pub verbose: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100, terminal: false, quiet: false, verbose: false }
    }
}

/// A form that a report can take.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The name that `--format` takes.
    pub name: &'static str,
    /// The usual extension of a file of it.
    pub extension: &'static str,
    /// Writes a report.
    pub write: fn(&Report, &Style, &mut dyn Write) -> io::Result<()>,
}

/// Every format, in the order in which they are listed to users.
pub const FORMATS: &[Format] = &[
    Format { name: "text", extension: "txt", write: text::write },
    Format { name: "json", extension: "json", write: json::write },
    Format { name: "junit", extension: "xml", write: junit::write },
    Format { name: "sarif", extension: "sarif", write: sarif::write },
    Format { name: "github", extension: "txt", write: github::write },
    Format { name: "markdown", extension: "md", write: markdown::write },
    Format { name: "html", extension: "html", write: html::write },
];

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
