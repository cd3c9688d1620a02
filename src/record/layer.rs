//! Between the client and the services: an exchange passes unchanged, and is recorded before the
//! answer goes out, so that whoever has an answer finds it in the record.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header, request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::Recorder;
use crate::scenario::transport;
use crate::simulator::overheard;

/// `router`, with every exchange recorded.
pub fn recorded(router: Router, recorder: Arc<Recorder>) -> Router {
    router.layer(from_fn_with_state(recorder, observe))
}

#[expect(clippy::disallowed_methods, reason = "the stopwatch of an exchange")]
async fn observe(State(recorder): State<Arc<Recorder>>, request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let (head, body) = request.into_parts();
    // Who listens has read it whole, and no more of it than the limit.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return (StatusCode::BAD_REQUEST, "the body broke off\n").into_response();
    };
    let sent = sent(&head, &body);
    let request = Request::from_parts(head, Body::from(body));
    let (answer, heard) = overheard::listening(next.run(request)).await;
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let received = transport::Response {
        status: head.status.as_u16(),
        headers: headers(&head.headers),
        body: body.to_vec(),
        took: started.elapsed(),
    };
    // Judging and writing take their time; other clients are served meanwhile.
    let recording = tokio::task::spawn_blocking(move || recorder.take(&sent, &received, heard));
    let _ = recording.await;
    Response::from_parts(head, Body::from(body))
}

fn sent(head: &request::Parts, body: &Bytes) -> transport::Request {
    transport::Request {
        method: head.method.as_str().to_owned(),
        url: url(&head.uri, head.headers.get(header::HOST).and_then(|it| it.to_str().ok())),
        headers: headers(&head.headers),
        body: (!body.is_empty()).then(|| body.to_vec()),
    }
}

/// The address that was called; a host that no URL can hold is left out.
fn url(uri: &Uri, host: Option<&str>) -> Url {
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    let at = |host: &str| Url::parse(&format!("http://{host}{path}"));
    at(host.unwrap_or("localhost"))
        .or_else(|_| at("localhost"))
        .unwrap_or_else(|_| Url::parse("http://localhost/").expect("a constant URL"))
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
