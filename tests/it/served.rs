//! `etalon serve` as a process of its own, and plain sockets to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The longest that anything here may take.
pub(crate) const LONG: Duration = Duration::from_mins(1);

/// A server under way, which ends with the test.
pub(crate) struct Served {
    child: Child,
    /// What it said when it started, line by line.
    pub(crate) said: Vec<String>,
    /// The address of HTTP, where it is served.
    pub(crate) http: Option<SocketAddr>,
    /// The address of HTTPS, where it is served.
    pub(crate) https: Option<SocketAddr>,
}

impl Served {
    /// Starts it on any port of loopback.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_as(&[&["--listen", "127.0.0.1:0"], args].concat(), &[])
    }

    /// Starts it with exactly these arguments, under `wrapper` if there is one.
    pub(crate) fn start_as(args: &[&str], wrapper: &[&str]) -> Self {
        let line = [wrapper, &[env!("CARGO_BIN_EXE_etalon"), "serve"], args].concat();
        let mut child = Command::new(line[0])
            .args(&line[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let line = line.expect("UTF-8");
            let done = line.trim_start() == "ready";
            said.push(line);
            if done {
                break;
            }
        }
        // What else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let at = |scheme: &str| {
            let start = format!("listening on {scheme}://");
            said.iter().find_map(|line| line.strip_prefix(&start)).map(|it| it.parse().expect("an address"))
        };
        let (http, https) = (at("http"), at("https"));
        Self { child, said, http, https }
    }

    /// A connection of HTTP.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.http.expect("HTTP is served")).expect("somebody listens");
        stream.set_read_timeout(Some(LONG)).expect("a timeout");
        stream
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends one request on a connection of its own; status, head and body of the answer.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request(method, path, headers, body).as_bytes()).expect("sent");
        read(&mut stream)
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &serde_json::Value) -> Answer {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.ask("POST", path, &headers, &body.to_string())
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().expect("kill").success());
    }

    /// Waits until it ends; how, and what it said on standard error.
    #[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let started = Instant::now();
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
            assert!(started.elapsed() < LONG, "it does not end");
        };
        let mut complaint = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut complaint).expect("UTF-8");
        }
        (status, complaint)
    }

    /// Tells it to stop, and waits.
    pub(crate) fn stop(self) -> (ExitStatus, String) {
        self.signal("-TERM");
        self.end()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// A request after which the connection is closed.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}content-length: \
         {length}\r\n\r\n{body}"
    )
}

/// Reads an answer up to the end of the connection.
pub(crate) fn read(stream: &mut impl std::io::Read) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
