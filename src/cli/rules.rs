//! `etalon rules`: every rule, with its severity under each profile.

use std::io::{self, Write};

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::{Value, json};

use super::{Exit, Failure, output};
use crate::base::Profile;
use crate::report::plain::wrap;
use crate::rule::Meta;
use crate::rules;

/// List the rules
#[derive(ClapArgs)]
pub(super) struct Args {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Only rules whose id begins so: `csr`, `csr.key`.
    #[arg(value_name = "PREFIX")]
    prefix: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut all = rules::all();
    if let Some(prefix) = &args.prefix {
        all.retain(|meta| meta.id.starts_with(prefix.as_str()));
        if all.is_empty() {
            return Err(Failure::usage(format_args!(
                "no rule's id begins with `{prefix}`; see `etalon rules`"
            )));
        }
    }
    let mut out = anstream::stdout().lock();
    match args.format {
        Form::Text => text(&all, output::width(), &mut out)?,
        Form::Json => json(&all, &mut out)?,
    }
    Ok(Exit::Conforms)
}

fn text(all: &[&Meta], width: usize, out: &mut impl Write) -> io::Result<()> {
    for meta in all {
        writeln!(out, "{}", meta.id)?;
        let lines = [&levels(meta), meta.title()].map(|it| wrap(it, width.saturating_sub(4)));
        for line in lines.concat() {
            writeln!(out, "    {line}")?;
        }
    }
    let rules = if all.len() == 1 { "rule" } else { "rules" };
    let end = format!("{} {rules}; `etalon explain ID` shows a rule's page", all.len());
    wrap(&end, width).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// `cookbook error, field warning, standard off`
pub(super) fn levels(meta: &Meta) -> String {
    let level = |profile: &Profile| {
        let severity = meta.levels.under(*profile).map_or("off", crate::rule::Severity::name);
        format!("{profile} {severity}")
    };
    Profile::ALL.iter().map(level).collect::<Vec<_>>().join(", ")
}

fn json(all: &[&Meta], out: &mut impl Write) -> io::Result<()> {
    let rules: Vec<Value> = all.iter().map(|meta| declaration(meta)).collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "schema": "etalon/rules/v1", "rules": rules }))?;
    writeln!(out)
}

fn declaration(meta: &Meta) -> Value {
    let severity = Profile::ALL.iter().map(|profile| {
        let level = meta.levels.under(*profile).map_or(Value::Null, |severity| severity.name().into());
        (profile.name().to_owned(), level)
    });
    let cites = meta.cites.iter().map(|cite| {
        json!({
            "document": cite.document,
            "section": cite.section,
            "force": cite.force.name(),
            "quote": cite.quote,
        })
    });
    json!({
        "id": meta.id,
        "title": meta.title(),
        "artefact": meta.artefact(),
        "severity": Value::Object(severity.collect()),
        "clauses": meta.clauses,
        "cites": cites.collect::<Vec<_>>(),
        "defects": meta.defects,
        "catalogue": meta.catalogue,
        "codes": meta.codes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_listed_with_its_levels() {
        static META: Meta = Meta {
            id: "csr.key-too-small",
            levels: crate::rule::ERROR.in_field(crate::rule::Severity::Warning).not_in_standard(),
            page: " The key has fewer than 2048 bits\n\n What it signs can be forged.\n",
            clauses: &["CR-4.3.4.5.1-08"],
            cites: &[crate::rule::cite(
                "CertRA cookbook 0.5",
                "4.3.4.5",
                crate::rule::Force::Must,
                "Key size = 2048",
            )],
            ..Meta::BLANK
        };
        let meta = &META;
        let mut out = Vec::new();
        text(&[meta], 60, &mut out).unwrap();
        insta::assert_snapshot!("text", String::from_utf8(out).unwrap());
        insta::assert_snapshot!("json", serde_json::to_string_pretty(&declaration(meta)).unwrap());
    }
}
