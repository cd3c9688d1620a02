//! `etalon doctor`: each thing that can be wrong with a configuration is told with its line, with what
//! was expected and found, and with what to do.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use etalon::base::time;
use etalon::listen::{self, Limits, Port};

use crate::command::{command, etalon_in};
use crate::served::Served;

fn doctor(dir: &Path) -> (Option<i32>, String) {
    let output = command(&["doctor", "--target", "target.toml"])
        .current_dir(dir)
        .env_remove("ETALON_TEST_UNSET")
        .output()
        .expect("runs");
    let said = [output.stdout, output.stderr].map(|it| String::from_utf8(it).expect("UTF-8")).concat();
    (output.status.code(), said)
}

/// A directory with a target file of this text.
fn folder(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("target.toml"), text).expect("written");
    dir
}

/// The line about something, and the advice below it.
fn about<'s>(said: &'s str, what: &str) -> (&'s str, &'s str) {
    let start = format!("wrong  {what}: ");
    let mut lines = said.lines().skip_while(|line| !line.starts_with(&start));
    let line = lines.next().unwrap_or_else(|| panic!("nothing is wrong with {what}:\n{said}"));
    (line, lines.next().unwrap_or_default().trim())
}

/// Checks that something is wrong, on which line, what was found, and what to do about it.
fn is_wrong(said: &str, what: &str, line: usize, found: &str, advice: &str) {
    let (told, advised) = about(said, what);
    assert!(told.contains(&format!("this is your configuration, line {line}: expected ")), "{said}");
    assert!(told.contains(found), "no `{found}`:\n{said}");
    assert!(advised.contains(advice), "no `{advice}`:\n{said}");
}

/// The line of a file that begins so.
fn line_of(dir: &Path, begins: &str) -> usize {
    let text = fs::read_to_string(dir.join("target.toml")).expect("there");
    text.lines().position(|line| line.starts_with(begins)).unwrap_or_else(|| panic!("{begins}:\n{text}")) + 1
}

fn changed(dir: &Path, from: &str, to: &str) {
    let path = dir.join("target.toml");
    let text = fs::read_to_string(&path).expect("there");
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).expect("written");
}

/// A served world, and its target file in a directory.
fn world(args: &[&str]) -> (Served, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("UTF-8").to_owned();
    (Served::start_as(&[args, &["--target-out", &path]].concat(), &[]), dir)
}

#[test]
fn what_is_right_is_ok_and_what_is_left_out_is_noted() {
    let (_served, dir) = world(&["--listen", "127.0.0.1:0"]);
    let (code, said) = doctor(dir.path());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.lines().all(|line| line.starts_with("ok ")), "{said}");
    assert!(said.contains("roles for keydepot: read-keys and manage-keys are there"), "{said}");
    let text = fs::read_to_string(dir.path().join("target.toml")).expect("there");
    let services = text.split("\n[token]").next().expect("services");
    fs::write(dir.path().join("target.toml"), services).expect("written");
    let (code, said) = doctor(dir.path());
    assert_eq!(code, Some(0), "{said}");
    for left in ["note   token: ", "note   signatures for certra: the file has no [keystores.eid-signature]"]
    {
        assert!(said.contains(left), "no `{left}`:\n{said}");
    }
}

#[test]
fn a_key_that_nobody_knows_is_told_with_line_and_column() {
    for (text, told) in [
        (
            "[services]\nkeydepot = \"http://a\"\n  [limitz]\nx = 1\n",
            "line 3, column 4: unknown field `limitz`",
        ),
        (
            "[keystores.person]\n\npath = \"a\"\npasword = \"b\"\n",
            "line 4, column 1: unknown field `pasword`",
        ),
        ("[services]\nkeydepot = \"http://a\n", "line 2, column "),
        ("[services]\ncertra = 7\n", "line 2, column 10: "),
        ("[services]\nkeydepott = \"http://a\"\n", "line 2, column 1: `keydepott` is not a service"),
        ("[trust]\nroots = [\"é\", 8]\n", "line 2, column 15: "),
    ] {
        let (code, said) = doctor(folder(text).path());
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains(&format!("this is your configuration, {told}")), "no `{told}`:\n{said}");
    }
}

#[test]
fn nobody_there_is_not_reachable() {
    let (_kept, deaf) = crate::command::deaf();
    let dir =
        folder(&format!("[services]\netkra = \"https://name.invalid/\"\ncertra = \"http://{deaf}/\"\n"));
    let (code, said) = doctor(dir.path());
    assert_eq!(code, Some(4), "{said}");
    is_wrong(&said, "certra", 3, "Connection refused", "check host and port");
    is_wrong(&said, "etkra", 2, "name.invalid:443 cannot be reached", "check host and port");
}

#[test]
fn production_and_a_file_without_services_are_configuration() {
    let dir = folder("\n[services]\ncertra = \"https://services.ehealth.fgov.be/CertRa\"\n");
    let (code, said) = doctor(dir.path());
    assert_eq!(code, Some(3), "{said}");
    let (told, advice) = about(&said, "certra");
    assert!(told.contains("this is your configuration, line 3: https://services.ehealth.fgov.be"), "{said}");
    assert!(told.contains("--allow-production") && advice.contains("test environment"), "{said}");
    let (code, said) = doctor(folder("[limits]\ndestructive = true\n").path());
    assert_eq!(code, Some(3), "{said}");
    is_wrong(&said, "configuration", 1, "found none", "add one");
}

#[test]
fn secrets_that_are_missing_or_wrong_are_told_and_never_shown() {
    let (_served, dir) = world(&["--listen", "127.0.0.1:0"]);
    let dir = dir.path();
    changed(dir, "[token]\nfile = \"token.txt\"", "[token]\nenv = \"ETALON_TEST_UNSET\"");
    fs::write(dir.join("other.txt"), "secret-word\n").expect("written");
    let person = "[keystores.person]\npath = \"person.p12\"\npassword-file = \"password.txt\"";
    changed(dir, person, &person.replace("password.txt", "other.txt"));
    changed(dir, "path = \"organisation.p12\"", "path = \"nowhere.p12\"");
    changed(dir, "roots = [\"ca.pem\"]", "roots = [\"other.txt\"]");
    let (code, said) = doctor(dir);
    assert_eq!(code, Some(3), "{said}");
    let line = |begins: &str| line_of(dir, begins);
    is_wrong(
        &said,
        "token",
        line("[token]"),
        "the environment variable `ETALON_TEST_UNSET` is not set",
        "set the variable",
    );
    for (role, found) in [("person", "expected the password"), ("organisation", "nowhere.p12")] {
        let (told, advice) = about(&said, &format!("keystore {role}"));
        let place = format!("configuration, line {}: ", line(&format!("[keystores.{role}]")));
        assert!(told.contains(&place) && told.contains(found), "{said}");
        assert!(advice.contains("password or PIN"), "{said}");
    }
    let (told, _) = about(&said, "trust other.txt");
    assert!(told.contains(&format!("configuration, line {}: other.txt: expected", line("roots"))), "{said}");
    assert!(!said.contains("secret-word"), "{said}");
    // A token whose file is not there, and a further one whose file is empty.
    changed(dir, "[token]\nenv = \"ETALON_TEST_UNSET\"", "[token]\nfile = \"nowhere.txt\"");
    fs::write(dir.join("token-reader.txt"), "\n").expect("written");
    let (_, unread) = doctor(dir);
    for (name, found) in [
        ("token", "nowhere.txt cannot be read: No such file"),
        ("tokens.reader", "token-reader.txt is empty"),
    ] {
        is_wrong(&unread, name, line(&format!("[{name}]")), found, "write the token into the file");
    }
    changed(dir, "[token]\nfile = \"nowhere.txt\"", "[token]\nenv = \"ETALON_TEST_UNSET\"");
    // A run says the same of the first of them, and sends nothing.
    let run = etalon_in(dir, &["run", "--target", "target.toml"]);
    let complaint = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(3), "{complaint}");
    assert!(complaint.contains(&format!("line {}: token: ", line("[token]"))), "{complaint}");
}

#[test]
fn a_role_that_no_token_has_is_missed() {
    let (_served, dir) = world(&["--listen", "127.0.0.1:0"]);
    let dir = dir.path();
    let text = fs::read_to_string(dir.join("target.toml")).expect("there");
    let [before, after] = ["\n[token]", "\n[keystores"].map(|cut| text.find(cut).expect("a table"));
    let after = after.max(before);
    let (tables, rest) = (&text[..before], &text[after..]);
    let people = rest.find("\n[people").unwrap_or(rest.len());
    let reader = "\n[token]\nfile = \"token-reader.txt\"\n";
    fs::write(dir.join("target.toml"), [tables, reader, &rest[people..]].concat()).expect("written");
    let (code, said) = doctor(dir);
    assert_eq!(code, Some(3), "{said}");
    let line = line_of(dir, "[token]");
    is_wrong(
        &said,
        "roles for keydepot",
        line,
        "read-keys and manage-keys, found read-keys",
        "get a new token",
    );
    is_wrong(&said, "roles for iam-exchange", line, "token-exchange and profile, found read-keys", "realm");
}

/// A world of five years ago: whatever has a validity has expired.
#[test]
fn what_has_expired_is_told_with_its_times() {
    let (_served, dir) = world(&["--listen", "127.0.0.1:0", "--clock", "2021-03-01T10:00:00Z"]);
    let dir = dir.path();
    let (code, said) = doctor(dir);
    assert_eq!(code, Some(3), "{said}");
    is_wrong(&said, "token", line_of(dir, "[token]"), "found one that expired", "get a new one");
    let (told, _) = about(&said, "keystore person");
    assert!(told.contains("expected a certificate that is valid now"), "{said}");
    assert!(told.contains("found one from 20") && told.contains(" to 202"), "{said}");
}

/// Serves HTTPS with a certificate as of a time and for a host, until the test ends; where, and its root.
fn https(address: &str, clock: time::Instant) -> (std::net::SocketAddr, String) {
    let pki = etalon::forge::pki::Pki::new(1, clock);
    let party = pki.tls_for(&["portal.example.be"]);
    let listener = std::net::TcpListener::bind(address).expect("loopback");
    listener.set_nonblocking(true).expect("set");
    let bound = listener.local_addr().expect("bound");
    let root = pki.root.pem();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let port = Port::https(listener, &party, &pki.issuing_ca).expect("a TLS server");
            let limits = Limits {
                connections: 8,
                patience: Duration::from_secs(10),
                body: 1 << 10,
                grace: Duration::ZERO,
            };
            let (_keep, stop) = tokio::sync::watch::channel(false);
            listen::serve(vec![port], axum::Router::new(), limits, stop).await;
        });
    });
    (bound, root)
}

/// A file of one service, which TLS is to trust for this root.
fn trusting(address: std::net::SocketAddr, root: &str) -> tempfile::TempDir {
    let dir =
        folder(&format!("[services]\ncertra = \"https://{address}/\"\n[trust]\nroots = [\"root.pem\"]\n"));
    fs::write(dir.path().join("root.pem"), root).expect("written");
    dir
}

#[test]
#[expect(clippy::disallowed_methods, reason = "TLS goes by this machine's clock")]
fn a_certificate_that_tls_refuses_is_told_apart_from_a_server_that_is_not_there() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let now = i64::try_from(now.as_secs()).ok().and_then(|at| time::Instant::from_unix_timestamp(at).ok());
    let now = now.expect("a time");
    let (address, root) = https("127.0.0.1:0", now);
    let right = trusting(address, &root);
    assert!(doctor(right.path()).1.contains("ok     certra"), "{}", doctor(right.path()).1);
    changed(right.path(), "\"root.pem\"", "");
    let (code, said) = doctor(right.path());
    assert_eq!(code, Some(3), "{said}");
    is_wrong(&said, "certra", 2, "of an issuer that is not trusted", "add the root of its issuer to `roots`");
    let (address, root) = https("127.0.0.2:0", now);
    let (code, said) = doctor(trusting(address, &root).path());
    assert_eq!(code, Some(3), "{said}");
    is_wrong(
        &said,
        "certra",
        2,
        "expected a certificate for 127.0.0.2, found one for",
        "as its certificate does",
    );
    assert!(said.contains("for portal.example.be"), "{said}");
    let (address, root) = https("127.0.0.1:0", time::parse("2021-03-01T10:00:00Z").expect("a time"));
    let (code, said) = doctor(trusting(address, &root).path());
    assert_eq!(code, Some(4), "{said}");
    is_wrong(&said, "certra", 2, "found one that expired on 202", "set this machine's clock");
}

#[test]
fn a_clock_that_is_off_is_told_with_its_side() {
    for (date, side) in
        [("Mon, 01 Mar 2021 10:00:00 GMT", "s behind"), ("Wed, 01 Mar 2090 10:00:00 GMT", "s ahead")]
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("bound");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let answer =
                format!("HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        });
        let (code, said) = doctor(folder(&format!("[services]\n\netkra = \"http://{address}/\"\n")).path());
        assert_eq!(code, Some(3), "{said}");
        is_wrong(&said, "clock of etkra", 3, side, "set this machine's clock");
    }
}
