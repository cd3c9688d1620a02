//! Oracles of the reader of target files.

use etalon::target::{self, Problem};

/// Target files to start from: right ones, and ones that are wrong in one place each.
pub const SEEDS: &[&str] = &[
    "[services]\nkeydepot = \"https://depot.example/etee\"\ncertra = \"http://127.0.0.1:8480/\"\n",
    "[token]\nenv = \"TOKEN\"\n[tokens.reader]\nfile = \"reader.txt\"\n",
    "[keystores.organisation]\npath = \"me.p12\"\npassword-env = \"P\"\nalias = \"a\"\nclient-id = \"c\"\n",
    "[keystores.eid-signature]\nmodule = \"m.so\"\ntoken = \"t\"\npin-file = \"p\"\ncertificate = \"c.pem\"\n",
    "[relying-party]\norigin = \"https://portal.example.be\"\nid = \"example.be\"\n[trust]\nroots = [\"a.pem\"]\n",
    "[people.pharmacist]\nssin = \"00000000196\"\nnihii = \"1\"\npharmacy = \"2\"\n",
    "[people.other-citizen]\nssin = \"00000000196\"\nfirst-name = \"é\"\nname = \"ß\"\n",
    "[switches]\nSD-05 = \"value\"\n[paths]\n\"keydepot.listKeys\" = \"/keys\"\n[limits]\nrequests-per-second = 2.0\n",
    "[services]\nkeydepo = \"https://a.example\"\ncertra = \"ftp://a.example\"\n\n[token]\n",
    "[keystores.eid]\npath = \"a\"\nmodule = \"b\"\n[limits]\nrequests-per-second = -inf\n",
    "# é\n[service]\nkeydepot = \"unclosed\n",
    "[limits]\r\ndestructive = \"é\"\r\n",
];

/// A refusal names a place inside the file, and nothing that is unknown is let through.
///
/// # Panics
/// When an oracle is broken.
pub fn any_bytes(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    match target::read(text) {
        Err(problems) => stands_in(&problems, text),
        Ok(read) => {
            for address in read.services.values() {
                assert!(matches!(address.scheme(), "http" | "https") && address.has_host(), "{address}");
            }
            let lines = text.split('\n').count();
            for line in read.lines.values().chain(read.tokens.iter().map(|it| &it.line)) {
                assert!((1..=lines).contains(line), "line {line} of {lines}");
            }
            let more = format!("{text}\n[nothing-of-the-kind]\n");
            let problems = target::read(&more).expect_err("a table that nobody knows is refused");
            assert_eq!(problems[0].line, more.split('\n').count() - 1, "{problems:?}");
        }
    }
}

fn stands_in(problems: &[Problem], text: &str) {
    assert!(!problems.is_empty(), "refused without a reason");
    for problem in problems {
        let line = problem.line.checked_sub(1).and_then(|at| text.split('\n').nth(at));
        let length = line.unwrap_or_else(|| panic!("no such line: {problem:?}")).chars().count();
        assert!((1..=length + 1).contains(&problem.column), "outside of its line: {problem:?}");
        assert!(!problem.message.is_empty(), "says nothing: {problem:?}");
    }
}
