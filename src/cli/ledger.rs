//! `etalon ledger`: each clause of the cookbooks, with what tests it or the reason why nothing does.

use std::io::{self, Write};

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;

use super::{Exit, Failure, output};
use crate::ledger::{self, Row};
use crate::report::plain::wrap;
use crate::{rules, suites};

/// Columns before the text of a clause.
const INDENT: usize = 4;

/// Show which clauses of the cookbooks are tested, and by what
#[derive(ClapArgs)]
pub(super) struct Args {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Only the clauses of this document: keydepot, certra, etkdepot, iam-exchange,
    /// attribute-authority.
    #[arg(long, value_name = "NAME")]
    document: Option<String>,
    /// Only the testable clauses that nothing tests and no reason excuses.
    #[arg(long)]
    open: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
    Csv,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let documents = ledger::documents();
    if let Some(name) = &args.document
        && !documents.iter().any(|document| document.document == *name)
    {
        let known: Vec<&str> = documents.iter().map(|document| document.document.as_str()).collect();
        return Err(Failure::usage(format_args!(
            "there is no document `{name}`; expected one of: {}",
            known.join(", ")
        )));
    }
    let all = rules::all();
    let mut rows = ledger::rows(documents, &all, suites::workflows());
    rows.retain(|row| args.document.as_ref().is_none_or(|name| row.document.document == *name));
    let summary = ledger::summary(&rows);
    rows.retain(|row| !args.open || row.is_open());
    let mut out = anstream::stdout().lock();
    match args.format {
        Form::Text => text(&rows, summary, output::width(), &mut out)?,
        Form::Json => json(&rows, summary, &mut out)?,
        Form::Csv => csv(&rows, &mut out)?,
    }
    Ok(Exit::Conforms)
}

fn text(rows: &[Row<'_>], summary: ledger::Summary, width: usize, out: &mut impl Write) -> io::Result<()> {
    for row in rows {
        let by: Vec<&str> = row.rules.iter().chain(&row.workflows).copied().collect();
        let state = match (&row.clause.why_not, by.is_empty()) {
            (_, false) => by.join(", "),
            (Some(reason), true) => format!("({reason})"),
            (None, true) => format!("open: no {} names it", row.clause.test.name()),
        };
        let room = width.saturating_sub(INDENT);
        writeln!(out, "{}", row.clause.id)?;
        for line in wrap(&row.clause.says, room).iter().chain(&wrap(&format!("→ {state}"), room)) {
            writeln!(out, "{:INDENT$}{line}", "")?;
        }
    }
    let ledger::Summary { testable, tested, reasoned } = summary;
    let open = testable - tested - reasoned;
    let end = format!("{testable} testable: {tested} tested, {reasoned} with a reason why not, {open} open");
    wrap(&end, width).iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn json(rows: &[Row<'_>], summary: ledger::Summary, out: &mut impl Write) -> io::Result<()> {
    let clauses: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.clause.id,
                "doc": row.document.document,
                "section": row.clause.section(),
                "force": row.clause.force,
                "test": row.clause.test.name(),
                "says": row.clause.says,
                "rules": row.rules,
                "workflows": row.workflows,
                "why_not": row.clause.why_not,
            })
        })
        .collect();
    let document = json!({
        "schema": "etalon/ledger/v1",
        "clauses": clauses,
        "summary": {
            "testable": summary.testable,
            "tested": summary.tested,
            "reasoned": summary.reasoned,
        },
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn csv(rows: &[Row<'_>], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "id,doc,section,force,test,rules,workflows,why_not,says")?;
    for row in rows {
        let clause = row.clause;
        let cells = [
            clause.id.as_str(),
            &row.document.document,
            clause.section(),
            &clause.force,
            clause.test.name(),
            &row.rules.join(" "),
            &row.workflows.join(" "),
            clause.why_not.as_deref().unwrap_or_default(),
            &clause.says,
        ];
        writeln!(out, "{}", cells.map(cell).join(","))?;
    }
    Ok(())
}

/// A CSV cell (RFC 4180).
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
