//! `etalon explain`: the page of a rule, a clause, a spec defect, a case of the catalogue, an error
//! code or a mutation.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::Args as ClapArgs;

use super::rules::levels;
use super::{Exit, Failure, output};
use crate::base::Kind;
use crate::catalogue::{self, Case, Family};
use crate::codes::{self, Row};
use crate::defects::{self, Defect};
use crate::forge::{self, Maker, Mutation};
use crate::ledger::{self, Clause, Document};
use crate::report::plain::{page, wrap};
use crate::rule::{Meta, document};
use crate::service::{self, Duty};
use crate::{rules, suites};

/// Explain a rule, a duty, a clause, a spec defect, a case of the catalogue, an error code or a mutation
#[derive(ClapArgs)]
pub(super) struct Args {
    /// `csr.key-too-small`, `KD-5.2.1-03`, `SD-05`, `WS-09`, `CSR_NOT_VALID`…
    #[arg(value_name = "ID")]
    id: String,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let text = explain(args.id.trim(), output::width()).ok_or_else(|| unknown(&args.id))?;
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(Exit::Conforms)
}

fn explain(id: &str, width: usize) -> Option<String> {
    let mut out = Page { text: String::new(), width };
    let upper = numbered(&id.to_ascii_uppercase());
    if let Some(meta) = rules::find(&id.to_ascii_lowercase()) {
        rule(meta, &mut out);
    } else if let Some(it) = service::duty(&id.to_ascii_lowercase()) {
        duty(it, &mut out);
    } else if let Some((document, it)) = ledger::find(id).or_else(|| ledger::find(&upper)) {
        clause(document, it, &mut out);
    } else if let Some(it) = defects::find(&upper) {
        defect(it, &mut out);
    } else if let Some((family, it)) = catalogue::find(&upper) {
        case(family, it, &mut out);
    } else {
        let (rows, made) = (codes::find(id), mutations_that(|it| it.id.eq_ignore_ascii_case(id)));
        match (rows.is_empty(), made.is_empty()) {
            (true, true) => return None,
            (false, _) => code(&rows, &mut out),
            (true, false) => made.into_iter().for_each(|(maker, it)| mutation(maker, it, &mut out)),
        }
    }
    Some(out.text)
}

/// `SD-5` and `WS-9` as they are numbered: `SD-05`, `WS-09`.
fn numbered(id: &str) -> String {
    match id.split_once('-') {
        Some((family, number)) if number.len() == 1 && number.as_bytes()[0].is_ascii_digit() => {
            format!("{family}-0{number}")
        }
        _ => id.to_owned(),
    }
}

/// The text of a page as it grows.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        for line in wrap(line, self.width) {
            let _ = writeln!(self.text, "{line}");
        }
    }

    fn section(&mut self, title: &str, items: impl IntoIterator<Item = String>) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            return;
        }
        let _ = writeln!(self.text, "\n{title}");
        for item in items {
            for (number, line) in wrap(&item, self.width.saturating_sub(4)).into_iter().enumerate() {
                let _ = writeln!(self.text, "{}{line}", if number == 0 { "  " } else { "    " });
            }
        }
    }
}

fn named(meta: &Meta) -> String {
    format!("{}: {}", meta.id, meta.title())
}

fn rules_that(name: impl Fn(&Meta) -> bool) -> Vec<String> {
    rules::all().into_iter().filter(|meta| name(meta)).map(named).collect()
}

fn workflows_that(name: impl Fn(&suites::Workflow) -> bool) -> Vec<String> {
    let all = suites::workflows().iter().filter(|it| name(it));
    all.map(|it| format!("{} in {}", it.id, it.suite)).collect()
}

fn mutations_that(name: impl Fn(&Mutation) -> bool) -> Vec<(&'static Maker, &'static Mutation)> {
    let all = forge::MAKERS.iter().flat_map(|maker| maker.mutations.iter().map(move |it| (maker, it)));
    all.filter(|(_, it)| name(it)).collect()
}

fn how_to_make(maker: &Maker, mutation: &Mutation) -> String {
    format!("etalon forge {} --mutation {}: {}", maker.kind, mutation.id, mutation.title)
}

fn mutation(maker: &Maker, mutation: &Mutation, out: &mut Page) {
    out.line(&how_to_make(maker, mutation));
    let case = catalogue::find(mutation.case);
    out.section("Case of the catalogue", case.map(|(_, it)| format!("{} {}", it.id, it.title)));
    let fired = mutation.rules.iter().filter_map(|id| rules::find(id)).map(named);
    out.section(&format!("Rules that fire (profile {})", mutation.profile), fired);
}

fn rule(meta: &Meta, out: &mut Page) {
    out.line(&format!("{} ({})", meta.id, levels(meta)));
    out.text.push('\n');
    out.text.push_str(&page(meta.page, out.width));
    let cites = meta.cites.iter();
    out.section(
        "It stands on",
        cites.clone().map(|it| {
            let quote = if it.quote.is_empty() { String::new() } else { format!(": “{}”", it.quote) };
            format!("{}, {} ({}){quote}", it.document, it.section, it.force.name())
        }),
    );
    let mut named: Vec<_> = cites.map(|it| it.document).collect();
    named.sort_unstable();
    named.dedup();
    out.section("Documents", named.into_iter().filter_map(read_at));
    let clauses = meta.clauses.iter().filter_map(|id| ledger::find(id));
    out.section("Clauses of the cookbooks", clauses.map(|(_, it)| format!("{} {}", it.id, it.says)));
    let defects = meta.defects.iter().filter_map(|id| defects::find(id));
    out.section("Spec defects", defects.map(|it| format!("{} {}", it.id, it.wrong)));
    let cases = meta.catalogue.iter().filter_map(|id| catalogue::find(id));
    out.section("Cases of the catalogue", cases.map(|(_, it)| format!("{} {}", it.id, it.title)));
    out.section("Services answer a violation with", meta.codes.iter().map(|it| (*it).to_owned()));
    let made = mutations_that(|it| it.rules.contains(&meta.id));
    out.section("To make a violation", made.into_iter().map(|(maker, it)| how_to_make(maker, it)));
}

fn duty(duty: &Duty, out: &mut Page) {
    let Duty { id, title, refusal } = duty;
    out.line(&format!("{id} (a duty of the service)"));
    out.text.push('\n');
    out.line(title);
    out.text.push('\n');
    out.line(
        "No artefact shows this by itself: the service refuses the request for what it knows beside it.",
    );
    out.section("Services answer a violation with", [format!("{} {}", refusal.status, refusal.code)]);
    let names = |it: &suites::Workflow| match &it.without {
        Some(suites::Without::Rules(ids)) => ids.iter().any(|it| it == id),
        Some(suites::Without::Nothing(_)) | None => false,
    };
    out.section("Workflows that look for it", workflows_that(names));
    out.section(
        "To test a client against a service that neglects it",
        [format!("etalon serve --without {id}")],
    );
}

/// `RFC 7517: JSON Web Key (JWK), May 2015, https://www.rfc-editor.org/rfc/rfc7517`
fn read_at(name: &str) -> Option<String> {
    let document = document::all().get(name)?;
    let address = document.address.as_ref().map_or_else(String::new, |it| format!(", {it}"));
    Some(format!("{name}: {}, {}{address}", document.title, document.edition))
}

fn clause(document: &Document, clause: &Clause, out: &mut Page) {
    out.line(&format!("{}: {}", clause.id, clause.says));
    out.text.push('\n');
    out.line(&format!("“{}”", clause.quote));
    out.line(&format!("{}, version {}, section {}", document.title, document.version, clause.section()));
    let mut facts = vec![format!("force: {}", clause.force), format!("binds: {}", clause.binds)];
    let more = [
        ("shows in", &clause.kind),
        ("service", &clause.service),
        ("builds on", &clause.base),
        ("a breach is answered with", &clause.error),
        ("not tested", &clause.why_not),
    ];
    facts.extend(more.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?))));
    out.section("Facts", facts);
    out.section("Rules that test it", rules_that(|meta| meta.clauses.contains(&clause.id.as_str())));
    out.section("Workflows that test it", workflows_that(|it| it.clauses.contains(&clause.id)));
    let defects = clause.defects.iter().filter_map(|id| defects::find(id));
    out.section("Spec defects", defects.map(|it| format!("{} {}", it.id, it.wrong)));
}

fn defect(defect: &Defect, out: &mut Page) {
    out.line(&format!("{}: {}", defect.id, defect.wrong));
    if defect.extraction {
        out.text.push('\n');
        out.line("This may come from the conversion of the document to text.");
    }
    out.section("Where", defect.places.iter().cloned());
    out.section("What etalon does", [defect.decision.clone()]);
    out.section("Rules that rest on it", rules_that(|meta| meta.defects.contains(&defect.id.as_str())));
    let clauses = ledger::documents().iter().flat_map(|document| &document.clauses);
    let clauses = clauses.filter(|clause| clause.defects.contains(&defect.id));
    out.section("Clauses that it touches", clauses.map(|it| format!("{} {}", it.id, it.says)));
}

fn case(family: &Family, case: &Case, out: &mut Page) {
    out.line(&format!("{}: {}", case.id, case.title));
    out.line(&format!("{} · expected: {}", family.title, case.expected));
    if let Some(reason) = &case.why_not {
        out.section("Why nothing catches it", [reason.clone()]);
    }
    out.section("Held by", case.held_by.iter().cloned());
    out.section("Rules that catch it", rules_that(|meta| meta.catalogue.contains(&case.id.as_str())));
    let made = mutations_that(|it| it.case == case.id);
    out.section("To make one", made.into_iter().map(|(maker, it)| how_to_make(maker, it)));
    out.section("Workflows that provoke it", workflows_that(|it| it.catalogue.contains(&case.id)));
}

fn code(rows: &[&Row], out: &mut Page) {
    out.line(&rows[0].code);
    for row in rows {
        let status = row.status.map(|status| format!(" {status}")).unwrap_or_default();
        let mut lines = vec![row.text.clone()];
        lines.extend(row.advice.clone());
        out.section(&format!("{} ({}){status}", row.service, row.place), lines);
    }
    let is_here = |code: &str| rows.iter().any(|row| row.is_of(code));
    let names = |meta: &Meta| meta.codes.iter().any(|code| is_here(code));
    out.section("Rules whose violation is answered so", rules_that(names));
    let duties = service::duties().filter(|duty| is_here(duty.refusal.code));
    out.section("Duties whose violation is answered so", duties.map(|it| format!("{}: {}", it.id, it.title)));
}

fn unknown(id: &str) -> Failure {
    if let Ok(kind) = id.parse::<Kind>() {
        return Failure::usage(format_args!(
            "`{kind}` is a kind: `etalon rules {kind}.` lists its rules, `etalon forge {kind} --list` what can be made"
        ));
    }
    let near = nearest(id, all_ids());
    let hint = if near.is_empty() {
        "see `etalon rules`, or `etalon ledger` for clauses".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Failure::usage(format_args!(
        "there is no rule, duty, clause, defect, case or code `{}`; {hint}",
        id.escape_debug()
    ))
}

/// That `--without` names no rule, nor a duty where those count too.
pub(super) fn no_such_rule(id: &str, duties: bool) -> Failure {
    let rules = rules::all().into_iter().map(|meta| meta.id);
    let duty_ids = service::duties().filter(|_| duties).map(|duty| duty.id);
    let near = nearest(id, rules.chain(duty_ids).map(str::to_owned));
    let what = if duties { "rule or duty" } else { "rule" };
    let hint = if near.is_empty() {
        "see `etalon rules`".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Failure::usage(format_args!("`--without {}`: there is no such {what}; {hint}", id.escape_debug()))
}

/// Every id that has a page.
fn all_ids() -> impl Iterator<Item = String> {
    let rules = rules::all().into_iter().map(|meta| meta.id.to_owned());
    let duties = service::duties().map(|duty| duty.id.to_owned());
    let clauses = ledger::documents().iter().flat_map(|it| it.clauses.iter().map(|clause| clause.id.clone()));
    let defects = defects::all().iter().map(|defect| defect.id.clone());
    let cases = catalogue::families().iter().flat_map(|it| it.cases.iter().map(|case| case.id.clone()));
    let codes = codes::all().iter().map(|row| row.code.clone());
    rules.chain(duties).chain(clauses).chain(defects).chain(cases).chain(codes)
}

/// Which of these ids are nearest to `id`, the nearest first.
fn nearest(id: &str, among: impl Iterator<Item = String>) -> Vec<String> {
    let wanted: Vec<char> = id.to_lowercase().chars().take(100).collect();
    let mut all: Vec<(usize, String)> = among
        .map(|known| (distance(&wanted, &known.to_lowercase().chars().collect::<Vec<_>>()), known))
        .filter(|(far, _)| *far <= (wanted.len() / 3).max(2))
        .collect();
    all.sort();
    all.dedup();
    all.into_iter().take(3).map(|(_, known)| format!("`{known}`")).collect()
}

/// The edit distance: how many letters to add, drop or change.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_look_as_they_did() {
        for id in ["KD-5.1.3-09", "SD-05", "WS-18", "CSR_ALREADY_VALIDATED"] {
            let shown = explain(id, 80).expect("it is known");
            // What names it changes with every rule: only its own words are held here.
            let own = shown.split("\nRules ").next().unwrap_or_default();
            let own = own.split("\nClauses that ").next().unwrap_or_default();
            let own = own.split("\nTo make ").next().unwrap_or_default();
            insta::assert_snapshot!(id, own);
        }
    }

    #[test]
    fn a_rules_page_shows_all_that_it_declares() {
        static META: Meta = Meta {
            id: "csr.key-too-small",
            levels: crate::rule::ERROR,
            page: " The key has fewer than 2048 bits\n\n What it signs can be forged:\n - by a state, today;\n - by anybody, tomorrow.\n\n ```\n openssl genrsa 2048\n ```\n",
            clauses: &["CR-4.3.4.5.1-08"],
            cites: &[crate::rule::cite(
                "CertRA cookbook 0.5",
                "4.3.4.5",
                crate::rule::Force::Must,
                "Key size = 2048",
            )],
            defects: &["SD-103"],
            catalogue: &["CS-10"],
            codes: &["CSR_INVALID_PUBLIC_KEY_INVALID"],
        };
        let mut out = Page { text: String::new(), width: 60 };
        rule(&META, &mut out);
        let own = out.text.split("\nTo make ").next().unwrap_or_default();
        insta::assert_snapshot!("rule", own);
    }

    #[test]
    fn an_unknown_id_gets_the_nearest_ones() {
        assert_eq!(nearest("user-agent.subset-malfromed", all_ids())[0], "`user-agent.subset-malformed`");
        assert!(explain("sd-5", 80).expect("it is known").starts_with("SD-05: "));
        assert!(nearest("quite something else", all_ids()).is_empty());
        assert_eq!(distance(&['a', 'b'], &['b']), 1);
    }
}
