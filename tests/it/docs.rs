//! The pages for users: each transcript is what etalon says, each flag is one that there is.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{command, etalon};

const PAGES: [&str; 6] = [
    "README.md",
    "docs/integrators.md",
    "docs/ci-gates.md",
    "docs/security-review.md",
    "docs/adding-a-rule.md",
    "docs/performance.md",
];

/// What a reader has to type, and what is printed then; `…` stands for lines that differ.
struct Typed {
    page: &'static str,
    command: String,
    printed: Vec<String>,
}

/// The fenced blocks of a page in one of these languages.
fn blocks(page: &str, languages: &[&str]) -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect("a page");
    let (mut blocks, mut open): (Vec<Vec<String>>, Option<bool>) = (Vec::new(), None);
    for line in text.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(language), None) => {
                open = Some(languages.contains(&language));
                blocks.extend(languages.contains(&language).then(Vec::new));
            }
            (Some(_), Some(_)) => open = None,
            (None, Some(true)) => blocks.last_mut().expect("one is open").push(line.to_owned()),
            (None, _) => {}
        }
    }
    blocks
}

fn transcripts() -> Vec<Typed> {
    let mut all: Vec<Typed> = Vec::new();
    for page in PAGES {
        for block in blocks(page, &["console"]) {
            for line in block {
                match (line.strip_prefix("$ "), all.last_mut()) {
                    (Some(typed), _) => {
                        all.push(Typed { page, command: typed.to_owned(), printed: Vec::new() });
                    }
                    (None, Some(last)) if last.command.ends_with('\\') => {
                        last.command += &format!("\n{line}");
                    }
                    (None, Some(last)) => last.printed.push(line),
                    (None, None) => panic!("{page}: a transcript begins with `$ `"),
                }
            }
        }
    }
    all
}

/// Whether these lines were printed, where `…` stands for any.
fn fits(printed: &[String], found: &[&str]) -> bool {
    match printed.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line == "…" => (0..=found.len()).any(|skipped| fits(rest, &found[skipped..])),
        Some((line, rest)) => found.first() == Some(&line.as_str()) && fits(rest, &found[1..]),
    }
}

#[test]
fn transcripts_are_what_is_printed() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("vector.txt"), "okhttp/4.12.0 Java/21\n").expect("written");
    let program = Path::new(env!("CARGO_BIN_EXE_etalon")).parent().expect("a folder").display();
    let mut compared = 0;
    for Typed { page, command, printed } in transcripts() {
        let ours = command.contains("etalon ") && !command.starts_with("cargo") && !command.contains("serve");
        if !ours {
            continue;
        }
        let line = format!("PATH=\"{program}:$PATH\"; {command}");
        let output = Command::new("sh").args(["-c", &line]).current_dir(dir.path()).output().expect("sh");
        let said = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it).into_owned());
        assert!(said[1].is_empty() && output.status.code() <= Some(1), "{page}: {command}: {}", said[1]);
        let found: Vec<&str> = said[0].lines().collect();
        assert!(printed.is_empty() || fits(&printed, &found), "{page}: {command} prints\n{}", said[0]);
        compared += usize::from(!printed.is_empty());
    }
    assert!(compared >= 3, "{compared} transcripts were compared");
}

/// A served world says what the page says, but for the ports, which others may have taken.
#[test]
fn a_served_world_begins_as_the_page_says() {
    let without_ports = |line: &str| {
        let address = line.split_once("127.0.0.1:");
        let rest = |after: &str| after.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
        address.map_or(line.to_owned(), |(before, after)| format!("{before}127.0.0.1:0{}", rest(after)))
    };
    let mut compared = 0;
    for Typed { page, command: typed, printed } in transcripts() {
        if !typed.starts_with("etalon serve") || printed.iter().all(|line| line == "…" || line.is_empty()) {
            continue;
        }
        let args: Vec<String> = typed.split_whitespace().skip(1).map(without_ports).collect();
        let dir = tempfile::tempdir().expect("a directory");
        let mut child =
            command(&args).current_dir(dir.path()).stdout(Stdio::piped()).spawn().expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let mut found = Vec::new();
        for line in lines {
            found.push(without_ports(&line));
            if line.trim() == "ready" {
                break;
            }
        }
        child.kill().expect("it is there");
        child.wait().expect("it ends");
        let printed: Vec<String> = printed.iter().map(|line| without_ports(line)).collect();
        assert_eq!(printed, found, "{page}: {typed}");
        compared += 1;
    }
    assert!(compared > 0, "no page shows how a served world begins");
}

/// The flags in a piece of text, without what is given to them.
fn flags(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let words = text.split([' ', '\n']).filter(|word| word.starts_with("--") && word.len() > 2);
    words.map(move |word| word.split(is_end).next().unwrap_or(word))
}

#[test]
fn every_flag_that_a_page_names_is_there() {
    const COMMANDS: [&str; 10] =
        ["c14n", "check", "doctor", "explain", "forge", "inspect", "ledger", "rules", "run", "serve"];
    let helps: BTreeMap<&str, String> = COMMANDS
        .into_iter()
        .map(|name| (name, String::from_utf8_lossy(&etalon(&[name, "--help"]).stdout).into_owned()))
        .collect();
    let has = |help: &str, flag: &str| help.split([' ', '\n', ',']).any(|word| word == flag);
    let mut seen = 0;
    for page in PAGES {
        for line in blocks(page, &["sh", "console"]).concat() {
            let line = line.split(" # ").next().unwrap_or_default();
            for typed in line.split(['|', ';', '(']).filter_map(|part| part.split_once("etalon ")) {
                let name = typed.1.split_whitespace().next().unwrap_or_default();
                let Some(help) = helps.get(name) else { continue };
                for flag in flags(typed.1) {
                    seen += 1;
                    assert!(has(help, flag), "{page}: `etalon {name}` has no {flag}: {line}");
                }
            }
        }
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect("a page");
        let prose: Vec<&str> = text.split("```").step_by(2).collect();
        // Between a pair of back quotes stands code.
        let code = prose.concat();
        let ours = |code: &&str| code.starts_with("--") || code.starts_with("etalon ");
        for code in code.split('`').skip(1).step_by(2).filter(ours) {
            for flag in flags(code) {
                seen += 1;
                assert!(helps.values().any(|help| has(help, flag)), "{page}: nothing has {flag}: `{code}`");
            }
        }
    }
    assert!(seen > 60, "{seen} flags were seen");
}

/// Whoever writes a context finds each of its members on the page.
#[test]
fn every_member_of_a_context_is_on_the_page() {
    let unknown = serde_json::from_str::<etalon::context::Context>(r#"{"?": 1}"#);
    let listed = unknown.expect_err("there is no such member").to_string();
    let members: Vec<&str> = listed.split('`').skip(3).step_by(2).collect();
    assert!(members.len() > 20 && members.contains(&"challenge"), "{listed}");
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/integrators.md"));
    let page = page.expect("a page");
    let absent: Vec<_> = members.iter().filter(|it| !page.contains(&format!("`{it}`"))).collect();
    assert!(absent.is_empty(), "docs/integrators.md does not name {absent:?}");
}
