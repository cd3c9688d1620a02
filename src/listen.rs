//! Sockets: HTTP and HTTPS connections to one router, within limits, until they are told to stop.
//!
//! Whoever connects costs a slot, and a slot is given back in time: a handshake, a head and a body
//! that do not come, and an answer that nobody reads, are waited for no longer than [`Limits`] says. It
//! knows no service, and neither files nor signals.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

use crate::forge::pki::Party;

/// What clients may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; whoever comes then waits until one ends.
    pub connections: usize,
    /// For a TLS handshake, for the head of a request, for its body, between two requests, and for the
    /// client to read on.
    pub patience: Duration,
    /// Bytes of a body that are read before the service sees it. It sees one more where there are
    /// more, so that it refuses the request in its own words.
    pub body: usize,
    /// For what is under way when the stop comes.
    pub grace: Duration,
}

/// A place where clients connect.
pub struct Port {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Port {
    /// Plain HTTP.
    pub fn http(listener: TcpListener) -> Self {
        Self { listener, tls: None }
    }

    /// HTTPS with the certificate of `server`, which `issuer` issued.
    ///
    /// # Errors
    /// When the two do not make a TLS server.
    pub fn https(listener: TcpListener, server: &Party, issuer: &Party) -> Result<Self, rustls::Error> {
        let chain = [server, issuer].map(|party| CertificateDer::from(party.certificate.clone()));
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server.key.pkcs8().to_vec()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain.to_vec(), key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { listener, tls: Some(TlsAcceptor::from(Arc::new(config))) })
    }
}

/// Serves on all ports until `stop` turns true; what is under way then has the grace to end.
pub async fn serve(ports: Vec<Port>, router: Router, limits: Limits, stop: watch::Receiver<bool>) {
    let router = whole_bodies(router, limits);
    let graceful = Arc::new(GracefulShutdown::new());
    let door = Door { router, limits, slots: Arc::new(Semaphore::new(limits.connections)) };
    let mut accepting = tokio::task::JoinSet::new();
    for port in ports {
        accepting.spawn(door.clone().accept(port, Arc::clone(&graceful), stop.clone()));
    }
    while accepting.join_next().await.is_some() {}
    if let Some(graceful) = Arc::into_inner(graceful) {
        // What does not end within the grace is cut with the runtime.
        let _ = tokio::time::timeout(limits.grace, graceful.shutdown()).await;
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Door {
    router: Router,
    limits: Limits,
    slots: Arc<Semaphore>,
}

impl Door {
    async fn accept(self, port: Port, graceful: Arc<GracefulShutdown>, mut stop: watch::Receiver<bool>) {
        loop {
            let come = async {
                let slot = Arc::clone(&self.slots).acquire_owned().await;
                (slot, port.listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                come = come => come,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match (slot, accepted) {
                (Ok(slot), Ok((stream, _))) => {
                    let tls = port.tls.clone();
                    tokio::spawn(self.clone().admit(stream, tls, graceful.watcher(), slot));
                }
                // No file descriptor is free, or the client has gone again: both pass.
                (_, Err(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                (Err(_), _) => return,
            }
        }
    }

    async fn admit(
        self,
        stream: TcpStream,
        tls: Option<TlsAcceptor>,
        watcher: Watcher,
        slot: OwnedSemaphorePermit,
    ) {
        let _ = stream.set_nodelay(true);
        match tls {
            None => self.converse(stream, watcher).await,
            Some(tls) => {
                let handshake = tokio::time::timeout(self.limits.patience, tls.accept(stream));
                if let Ok(Ok(stream)) = handshake.await {
                    self.converse(stream, watcher).await;
                }
            }
        }
        drop(slot);
    }

    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static, watcher: Watcher) {
        let service = TowerToHyperService::new(self.router);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.patience));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.patience)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        // A client that breaks off, or sends no HTTP, has its connection closed; nobody else notices.
        let _ = watcher.watch(connection).await;
    }
}

/// The router behind a reader of whole bodies: a client that sends more than a service takes is not cut off
/// before it gets its answer.
pub fn whole_bodies(router: Router, limits: Limits) -> Router {
    router.layer(from_fn_with_state(limits, whole))
}

/// Reads the body of a request before the service sees it, as long as it comes in time.
async fn whole(State(limits): State<Limits>, request: Request, next: Next) -> Result<Response, Infallible> {
    let (head, body) = request.into_parts();
    let refuse = |status: StatusCode, why: String| {
        let mut refusal = (status, why).into_response();
        refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        Ok(refusal)
    };
    match tokio::time::timeout(limits.patience, read(body, limits.body + 1)).await {
        Ok(Ok(read)) => Ok(next.run(Request::from_parts(head, Body::from(read))).await),
        Ok(Err(_)) => refuse(StatusCode::BAD_REQUEST, "the body broke off\n".to_owned()),
        Err(_) => {
            let why = format!("no complete body came within {} s\n", limits.patience.as_secs_f64());
            refuse(StatusCode::REQUEST_TIMEOUT, why)
        }
    }
}

/// The first `most` bytes of a body. The rest is read too, so that the client gets to its answer.
async fn read(mut body: Body, most: usize) -> Result<Vec<u8>, axum::Error> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let data = frame?.into_data().unwrap_or_default();
        let room = most.saturating_sub(read.len());
        read.extend_from_slice(&data[..data.len().min(room)]);
    }
    Ok(read)
}
