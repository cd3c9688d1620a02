//! A real browser registers a key: Debian's Chromium with a virtual authenticator, driven over the
//! DevTools protocol, at the page of `etalon serve`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::served::{LONG, Served};

/// Chromium under way, spoken to over its pipe.
struct Chromium {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    calls: u64,
    session: Option<String>,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts it with an empty page; nothing where it is not installed. In CI that is a failure.
    fn start() -> Option<Self> {
        let installed = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
            Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
        });
        let Some(name) = installed else {
            assert!(std::env::var_os("CI").is_none(), "Chromium is missing, and CI needs it");
            println!("skipped: Chromium is not installed");
            return None;
        };
        let profile = tempfile::tempdir().expect("a directory");
        let data = format!("--user-data-dir={}", profile.path().display());
        // The protocol is spoken over the descriptors 3 and 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec 3<&0 4>&1 </dev/null >/dev/null 2>&1; exec \"$@\"", "sh", name])
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--disable-extensions", "--remote-debugging-pipe", &data, "about:blank"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh");
        let to = child.stdin.take().expect("piped");
        let from = BufReader::new(child.stdout.take().expect("piped"));
        let mut chromium = Self { child, to, from, calls: 0, session: None, _profile: profile };
        let target = chromium.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = chromium.call("Target.attachToTarget", attach);
        chromium.session = attached["sessionId"].as_str().map(str::to_owned);
        Some(chromium)
    }

    /// Calls a method of the protocol, and waits for its result.
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut message = json!({"id": self.calls, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).expect("Chromium reads");
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes).expect("Chromium writes");
            assert_eq!(bytes.pop(), Some(0), "Chromium ended in the middle of {method}");
            let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
            if answer["id"] == self.calls {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// The value of an expression in the page.
    fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true});
        self.call("Runtime.evaluate", params)["result"]["value"].clone()
    }

    /// Waits until an expression in the page is true.
    #[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
    fn wait_for(&mut self, expression: &str) {
        let started = Instant::now();
        while self.evaluate(expression) != true {
            let page = self.evaluate("document.body.innerText");
            assert!(started.elapsed() < LONG, "`{expression}` does not come true: {page}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Registers a key at the page with an authenticator that speaks `protocol`: what the page says, and
    /// whether it was accepted.
    fn register(&mut self, origin: &str, protocol: &str) -> (String, String) {
        self.call("WebAuthn.enable", json!({}));
        let u2f = protocol == "u2f";
        let options = json!({
            "protocol": protocol,
            "transport": "usb",
            "hasUserVerification": !u2f,
            "isUserVerified": !u2f,
            "automaticPresenceSimulation": true,
        });
        let made = self.call("WebAuthn.addVirtualAuthenticator", json!({"options": options}));
        self.call("Page.navigate", json!({"url": format!("{origin}/browser")}));
        self.wait_for("document.readyState === 'complete' && !!document.getElementById('form')");
        self.evaluate("document.getElementById('form').requestSubmit()");
        self.wait_for("['accepted', 'refused'].includes(document.getElementById('result').dataset.state)");
        self.call("WebAuthn.removeVirtualAuthenticator", made);
        let text = |it: Value| it.as_str().unwrap_or_default().to_owned();
        let state = text(self.evaluate("document.getElementById('result').dataset.state"));
        (state, text(self.evaluate("document.getElementById('result').textContent")))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free now: an origin names its port before anybody listens.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("loopback").local_addr().expect("bound").port()
}

/// The last attestation that was posted, from the exchanges that were kept.
fn posted(dir: &Path) -> Value {
    let mut files: Vec<_> =
        std::fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with("keydepot.attestationResult.json"));
    files.sort();
    let text = std::fs::read_to_string(files.last().expect("a result was posted")).expect("readable");
    serde_json::from_str(&text).expect("JSON")
}

/// The certificate that follows `x5c` in an attestation object, as PEM.
fn attestation_certificate(exchange: &Value) -> String {
    let object = exchange["request"]["body"]["response"]["attestationObject"].as_str().expect("base64url");
    let bytes = data_encoding::BASE64URL_NOPAD.decode(object.as_bytes()).expect("base64url");
    // "x5c", an array of one, a byte string with two bytes of length, a DER SEQUENCE.
    let start = bytes.windows(4).position(|it| it == b"cx5c").expect("x5c") + 4;
    assert_eq!(bytes[start..start + 2], [0x81, 0x59], "one certificate");
    let length = usize::from(u16::from_be_bytes([bytes[start + 2], bytes[start + 3]]));
    let base64 = data_encoding::BASE64.encode(&bytes[start + 4..start + 4 + length]);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).filter_map(|it| std::str::from_utf8(it).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// Writes a certificate that makes the issuer of Chromium's attestation certificates a trust anchor.
///
/// An anchor is a name and a key (RFC 5280, 6.1.1). Chromium makes a new certificate for each key, signed
/// by itself, always of this name and under this key; no certificate says that they are an authority's.
fn anchor(certificate: &Path, to: &Path) {
    let script = "set -e; cd \"$(dirname \"$2\")\"; \
        openssl x509 -in \"$1\" -pubkey -noout > key.pem; \
        openssl ecparam -name prime256v1 -genkey -noout -out signer.pem; \
        printf 'basicConstraints=critical,CA:TRUE\n' > extensions; \
        openssl x509 -new -force_pubkey key.pem -key signer.pem -extfile extensions -days 30 -out \"$2\" \
            -subj '/C=US/O=Chromium/OU=Authenticator Attestation/CN=Batch Certificate'";
    let output = Command::new("sh").args(["-c", script, "sh"]).args([certificate, to]).output().expect("sh");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn rules(exchange: &Value, severity: &str) -> Vec<String> {
    let findings = exchange["findings"].as_array().expect("findings").iter();
    let of = findings.filter(|it| it["severity"] == severity && it["artefact"] == "request attestation");
    of.filter_map(|it| it["rule"].as_str().map(str::to_owned)).collect()
}

/// Chromium's authenticators attest by a certificate that nobody vouches for: the first registration is
/// refused for that alone, and accepted once its issuer is trusted.
#[test]
fn chromium_registers_a_key_with_direct_attestation() {
    let Some(mut chromium) = Chromium::start() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    for (protocol, format) in [("ctap2", "packed"), ("u2f", "fido-u2f")] {
        let record = dir.path().join(format!("{protocol}-refused"));
        let port = free_port();
        let (listen, origin) = (format!("127.0.0.1:{port}"), format!("http://localhost:{port}"));
        let base = ["--listen", &listen, "--origin", &origin, "--record"];
        let served = Served::start_as(&[&base[..], &[record.to_str().expect("UTF-8")]].concat(), &[]);
        let (state, said) = chromium.register(&origin, protocol);
        assert_eq!(state, "refused", "{protocol}: {said}");
        let exchange = posted(&record);
        assert_eq!(exchange["response"]["status"], 412, "{protocol}: {said}");
        assert_eq!(rules(&exchange, "error"), ["attestation-object.untrusted"], "{protocol}: {said}");
        served.stop();

        let trust = dir.path().join(format!("{protocol}.pem"));
        let certificate = dir.path().join(format!("{protocol}-attestation.pem"));
        std::fs::write(&certificate, attestation_certificate(&exchange)).expect("written");
        anchor(&certificate, &trust);
        let record = dir.path().join(format!("{protocol}-accepted"));
        let record_and_trust = [record.to_str().expect("UTF-8"), "--trust", trust.to_str().expect("UTF-8")];
        let served = Served::start_as(&[&base[..], &record_and_trust].concat(), &[]);
        let (state, said) = chromium.register(&origin, protocol);
        assert_eq!(state, "accepted", "{protocol}: {said}");
        let exchange = posted(&record);
        assert_eq!(exchange["response"]["status"], 201);
        assert_eq!(rules(&exchange, "error"), [""; 0]);
        let kid = exchange["request"]["body"]["id"].as_str().expect("an id").to_owned();
        assert_eq!(said, format!("KeyDepot holds the key {kid}"));
        let object = exchange["request"]["body"]["response"]["attestationObject"].as_str().expect("a text");
        let object = data_encoding::BASE64URL_NOPAD.decode(object.as_bytes()).expect("base64url");
        let named = object.windows(format.len()).any(|it| it == format.as_bytes());
        assert!(named, "{protocol} does not attest as {format}");
        // The page is no viewer of the record, and the browser names itself as browsers do.
        let live = served.ask("GET", "/live", &[], "").body;
        assert!(live.contains("keydepot.attestationResult"), "{live}");
        served.stop();
    }
}

#[test]
fn at_another_origin_the_page_says_what_to_do() {
    let Some(mut chromium) = Chromium::start() else { return };
    let served = Served::start(&[]);
    let origin = format!("http://localhost:{}", served.http.expect("HTTP").port());
    let (state, said) = chromium.register(&origin, "ctap2");
    assert_eq!(state, "refused");
    assert!(said.contains(&format!("start etalon serve with --origin {origin}")), "{said}");
}

/// The live page fills itself while it is open, and nothing that a client sends is run in it.
#[test]
fn the_live_page_fills_itself_in_a_browser() {
    let Some(mut chromium) = Chromium::start() else { return };
    let served = Served::start(&[]);
    let url = format!("http://localhost:{}/live", served.http.expect("HTTP").port());
    chromium.call("Page.navigate", json!({"url": url}));
    chromium.wait_for("document.getElementById('state')?.textContent === 'live'");
    let hostile = "/<img/src=x/onerror=window.owned=1>?<script>window.owned=1</script>";
    let hostile = hostile.replace('<', "%3C").replace('>', "%3E");
    served.ask("GET", &hostile, &[("user-agent", "<svg onload=window.owned=1>")], "");
    served.ask("GET", "/keydepot/jwks", &[("user-agent", "<svg onload=window.owned=1>")], "");
    chromium.wait_for("document.querySelectorAll('#exchanges > li').length === 2");
    chromium.wait_for("[...document.querySelectorAll('#summary td')].some((it) => it.textContent === '1')");
    assert_eq!(chromium.evaluate("typeof window.owned"), "undefined");
    assert_eq!(chromium.evaluate("document.querySelectorAll('#exchanges img, #exchanges svg').length"), 0);
    let narrow = json!({"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": true});
    chromium.call("Emulation.setDeviceMetricsOverride", narrow);
    assert_eq!(
        chromium.evaluate("document.documentElement.scrollWidth <= 320"),
        true,
        "it fits a narrow screen"
    );
    for scheme in ["light", "dark"] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        chromium.call("Emulation.setEmulatedMedia", media);
        let lightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]";
        let lightness = chromium.evaluate(lightness).as_u64().expect("a colour");
        assert_eq!(lightness > 128, scheme == "light", "{lightness}");
    }
}
