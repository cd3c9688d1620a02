//! `etalon rules`: every rule, with its severity under each profile.

use std::io::{self, Write};

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::{Value, json};

use super::{Exit, Failure, output};
use crate::base::Profile;
use crate::report::plain::wrap;
use crate::rule::Meta;
use crate::rules;
use crate::service::{self, Duty, Refusal};

/// List the rules, and the duties of the services
#[derive(ClapArgs)]
pub(super) struct Args {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Only those whose id begins so: `csr`, `csr.key`.
    #[arg(value_name = "PREFIX")]
    prefix: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let begins = |id: &str| args.prefix.as_ref().is_none_or(|prefix| id.starts_with(prefix.as_str()));
    let mut all = rules::all();
    all.retain(|meta| begins(meta.id));
    let duties: Vec<&Duty> = service::duties().filter(|duty| begins(duty.id)).collect();
    if let (Some(prefix), [], []) = (&args.prefix, all.as_slice(), duties.as_slice()) {
        return Err(Failure::usage(format_args!(
            "the id of no rule or duty begins with `{prefix}`; see `etalon rules`"
        )));
    }
    let mut out = anstream::stdout().lock();
    match args.format {
        Form::Text => text(&all, &duties, output::width(), &mut out)?,
        Form::Json => json(&all, &duties, &mut out)?,
    }
    Ok(Exit::Conforms)
}

fn text(all: &[&Meta], duties: &[&Duty], width: usize, out: &mut impl Write) -> io::Result<()> {
    for meta in all {
        writeln!(out, "{}", meta.id)?;
        let lines = [&levels(meta), meta.title()].map(|it| wrap(it, width.saturating_sub(4)));
        for line in lines.concat() {
            writeln!(out, "    {line}")?;
        }
    }
    for duty in duties {
        writeln!(out, "{}", duty.id)?;
        let Refusal { status, code } = duty.refusal;
        let lines = [&format!("duty of a service, which answers {status} {code}"), duty.title];
        for line in lines.map(|it| wrap(it, width.saturating_sub(4))).concat() {
            writeln!(out, "    {line}")?;
        }
    }
    let counted = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let mut end = counted(all.len(), "rule", "rules");
    if !duties.is_empty() {
        end += &format!(", {} of services", counted(duties.len(), "duty", "duties"));
    }
    end += "; `etalon explain ID` shows its page";
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

fn json(all: &[&Meta], duties: &[&Duty], out: &mut impl Write) -> io::Result<()> {
    let rules: Vec<Value> = all.iter().map(|meta| declaration(meta)).collect();
    let duties: Vec<Value> = duties
        .iter()
        .map(|it| json!({ "id": it.id, "title": it.title, "status": it.refusal.status, "code": it.refusal.code }))
        .collect();
    let list = json!({ "schema": "etalon/rules/v1", "rules": rules, "duties": duties });
    serde_json::to_writer_pretty(&mut *out, &list)?;
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
        text(&[meta], &[], 60, &mut out).unwrap();
        insta::assert_snapshot!("text", String::from_utf8(out).unwrap());
        insta::assert_snapshot!("json", serde_json::to_string_pretty(&declaration(meta)).unwrap());
    }
}
