//! HTTP to the target: one request, one answer or one named error, within stated limits.
//!
//! No redirect is followed, no answer is read past its limit, and nothing that a server does makes
//! this panic or wait forever. It knows nothing of workflows.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use url::Url;

use crate::base::time::{self, Instant};

/// What one exchange may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For the connection to stand.
    pub connect: Duration,
    /// For the whole exchange.
    pub exchange: Duration,
    /// Bytes of an answer's body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), exchange: Duration::from_secs(30), body: 8 << 20 }
    }
}

/// A request, as it is sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The address.
    pub url: Url,
    /// The headers that the workflow sets, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

/// An answer, as it came.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, in their order; names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// From the first byte sent to the last byte read.
    pub took: Duration,
}

impl Request {
    /// The first header with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }
}

impl Response {
    /// The first header with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// How long its Retry-After asks to wait: so many seconds, or until a time by the clock of whoever
    /// answered (RFC 9110, 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.header("retry-after")?.trim();
        if let Ok(seconds) = asked.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let left = time::parse_http(asked)? - time::parse_http(self.header("date")?.trim())?;
        // A time that has passed asks for nothing more.
        Some(left.try_into().unwrap_or_default())
    }
}

fn first<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection stood.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What the operating system or TLS said.
        why: String,
    },
    /// TLS does not take the server's certificate.
    #[error("{host} cannot be reached: {why}")]
    Untrusted {
        /// Host and port.
        host: String,
        /// What was expected of the certificate, and found.
        why: String,
        /// What is in doubt.
        doubt: Doubt,
    },
    /// It took too long.
    #[error("no complete answer came within {} s", .0.as_secs_f64())]
    Timeout(Duration),
    /// The body is larger than what is read.
    #[error("the answer's body is larger than {0} bytes, which is all that is read")]
    TooLarge(usize),
    /// The connection ended, or what came is not HTTP.
    #[error("the answer broke off or is not HTTP: {0}")]
    Broken(String),
    /// The workflow asks for what HTTP cannot carry.
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
}

/// What is in doubt about a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Whether anybody who is trusted issued it.
    Issuer,
    /// Whether it is for this host.
    Host,
    /// Whether it is valid now.
    Time,
    /// Anything else.
    Other,
}

/// A host name that stands for an address of this process, so that what is written down does not
/// depend on the port that the system gave.
#[derive(Debug, Clone)]
pub struct Alias {
    /// The name.
    pub host: String,
    /// Where it is served.
    pub address: SocketAddr,
}

/// How servers elsewhere are reached.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Certificates that TLS trusts beside those of the system, in DER.
    pub roots: Vec<Vec<u8>>,
    /// How often they may be called; shared by all who call them.
    pub rate_limit: Option<Arc<RateLimit>>,
}

/// The most requests that are sent in a second.
#[derive(Debug)]
pub struct RateLimit {
    interval: Duration,
    next: tokio::sync::Mutex<Option<tokio::time::Instant>>,
}

impl RateLimit {
    /// At most so many requests in a second, evenly.
    pub fn new(per_second: f64) -> Self {
        let interval = Duration::try_from_secs_f64(1.0 / per_second).unwrap_or(Duration::MAX);
        Self { interval, next: tokio::sync::Mutex::default() }
    }

    /// Waits for the turn of one request.
    async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().await;
            let at = next.unwrap_or_else(tokio::time::Instant::now).max(tokio::time::Instant::now());
            *next = at.checked_add(self.interval);
            at
        };
        tokio::time::sleep_until(at).await;
    }
}

/// A client with limits.
#[derive(Debug, Clone)]
pub struct Client {
    inner: reqwest::Client,
    limits: Limits,
    /// The names that stand for addresses of this process: calls to them are not limited.
    own: Vec<String>,
    rate_limit: Option<Arc<RateLimit>>,
}

impl Client {
    /// A client. Proxies of the environment are used only where no alias is given: what runs in this
    /// process is reached directly.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(limits: Limits, aliases: &[Alias]) -> Result<Self, Error> {
        Self::with_access(limits, aliases, &Access::default())
    }

    /// A client that reaches servers elsewhere as `access` says.
    ///
    /// # Errors
    /// When TLS cannot be set up, or a root is no certificate.
    pub fn with_access(limits: Limits, aliases: &[Alias], access: &Access) -> Result<Self, Error> {
        // The provider is process-wide; that another part set the same one already is no error.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .timeout(limits.exchange);
        if !aliases.is_empty() {
            builder = builder.no_proxy();
        }
        for alias in aliases {
            builder = builder.resolve(&alias.host, alias.address);
        }
        for root in &access.roots {
            let root = reqwest::Certificate::from_der(root)
                .map_err(|error| Error::Unsendable(format!("a trusted root is unfit: {}", reason(&error))))?;
            builder = builder.tls_certs_merge([root]);
        }
        let inner = builder.build().map_err(|error| Error::Unsendable(reason(&error)))?;
        let own = aliases.iter().map(|alias| alias.host.clone()).collect();
        Ok(Self { inner, limits, own, rate_limit: access.rate_limit.clone() })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// Why no answer came.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        self.send_within(request, None).await
    }

    /// Sends a request and reads its answer, within a time of its own where one is given.
    ///
    /// # Errors
    /// Why no answer came.
    #[expect(clippy::disallowed_methods, reason = "the stopwatch of an exchange")]
    pub async fn send_within(&self, request: &Request, most: Option<Duration>) -> Result<Response, Error> {
        if let Some(limit) = &self.rate_limit
            && !self.own.iter().any(|own| request.url.host_str() == Some(own))
        {
            limit.turn().await;
        }
        let most = most.map_or(self.limits.exchange, |most| most.min(self.limits.exchange));
        let started = std::time::Instant::now();
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| Error::Unsendable(error.to_string()))?;
        let mut builder = self.inner.request(method, request.url.clone()).timeout(most);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let sendable = builder.build().map_err(|error| Error::Unsendable(reason(&error)))?;
        let broken = |error: reqwest::Error| Self::error(&error, &request.url, most);
        let mut answer = self.inner.execute(sendable).await.map_err(broken)?;
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(Error::TooLarge(self.limits.body));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body, took: started.elapsed() })
    }

    fn error(error: &reqwest::Error, url: &Url, most: Duration) -> Error {
        if error.is_connect() {
            let port = url.port_or_known_default().unwrap_or_default();
            let host = format!("{}:{port}", url.host_str().unwrap_or_default());
            if let Some((why, doubt)) = certificate_error(error).map(doubted) {
                return Error::Untrusted { host, why, doubt };
            }
            return Error::Unreachable { host, why: reason(error) };
        }
        if error.is_timeout() {
            return Error::Timeout(most);
        }
        Error::Broken(reason(error))
    }
}

/// The innermost cause: the outer layers of a client error only repeat the address.
fn reason(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// What TLS says of the server's certificate, where that is the cause.
fn certificate_error<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e CertificateError> {
    let mut layer = Some(error);
    while let Some(error) = layer {
        if let Some(rustls::Error::InvalidCertificate(problem)) = error.downcast_ref() {
            return Some(problem);
        }
        // What an I/O error wraps is none of its sources.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        layer = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// What was expected of a certificate and found, and what that puts in doubt.
fn doubted(problem: &CertificateError) -> (String, Doubt) {
    let time = |at: &UnixTime| {
        let at = i64::try_from(at.as_secs()).ok().and_then(|at| Instant::from_unix_timestamp(at).ok());
        at.map_or_else(|| "another time".to_owned(), time::format)
    };
    match problem {
        CertificateError::UnknownIssuer => (
            "expected a certificate that leads to a trusted root, found one of an issuer that is not trusted"
                .to_owned(),
            Doubt::Issuer,
        ),
        CertificateError::NotValidForNameContext { expected, presented } => (
            format!("expected a certificate for {}, found one for {}", expected.to_str(), names(presented)),
            Doubt::Host,
        ),
        CertificateError::NotValidForName => {
            ("expected a certificate for this host, found one for another".to_owned(), Doubt::Host)
        }
        CertificateError::ExpiredContext { not_after, .. } => (
            format!(
                "expected a certificate that is valid now, found one that expired on {}",
                time(not_after)
            ),
            Doubt::Time,
        ),
        CertificateError::NotValidYetContext { not_before, .. } => (
            format!("expected a certificate that is valid now, found one from {} on", time(not_before)),
            Doubt::Time,
        ),
        CertificateError::Expired | CertificateError::NotValidYet => {
            ("expected a certificate that is valid now, found another".to_owned(), Doubt::Time)
        }
        other => (
            format!("expected a certificate that TLS takes, found that it is refused: {other}"),
            Doubt::Other,
        ),
    }
}

/// The names of a certificate. TLS hands them over with their type around them: `DnsName("host")`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inside = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inside.unwrap_or(name).trim_matches('"').to_owned()
    };
    presented.iter().map(bare).collect::<Vec<_>>().join(", ")
}
