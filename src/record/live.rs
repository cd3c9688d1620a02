//! The live page: what a client under test does, while it does it.
//!
//! The server writes all HTML, and the template escapes every value; the script only puts what
//! arrives into its place. Nothing is loaded from elsewhere, and nothing inline is run.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::Recorder;
use crate::report::plain::visible;

/// How many people may look at once.
const VIEWERS: usize = 100;
/// How often a quiet stream shows that it is alive.
const PULSE: Duration = Duration::from_secs(15);

const TEMPLATES: [(&str, &str); 4] = [
    ("page", include_str!("live/page.html.jinja")),
    ("summary", include_str!("live/summary.html.jinja")),
    ("exchange", include_str!("live/exchange.html.jinja")),
    ("finding", include_str!("live/finding.html.jinja")),
];
const SCRIPT: &str = include_str!("live/live.js");
const STYLE: &str = include_str!("live/live.css");

/// Nothing from elsewhere, nothing inline, and in no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Show {
    recorder: Arc<Recorder>,
    stop: watch::Receiver<bool>,
}

/// The page and its stream, which ends when `stop` turns true.
pub fn router(recorder: Arc<Recorder>, stop: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/live") }))
        .route("/live", get(page))
        .route("/live/summary", get(summary))
        .route("/live/events", get(events))
        .route("/live/live.js", get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT) }))
        .route("/live/live.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], STYLE) }))
        .with_state(Show { recorder, stop })
        .layer(map_response(guarded))
}

/// Tells a browser what a page of ours may load and run.
pub(crate) async fn guarded(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("visible", |text: &str| visible(text));
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).expect("a test renders every template");
    }
    environment
});

/// Renders a template; what goes wrong is said instead.
fn rendered(template: &str, values: minijinja::Value) -> Result<String, minijinja::Error> {
    ENVIRONMENT.get_template(template)?.render(values)
}

fn html(template: &str, values: minijinja::Value) -> Response {
    match rendered(template, values) {
        Ok(page) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn state(recorder: &Recorder) -> minijinja::Value {
    let loss = recorder.loss();
    let state = recorder.state();
    let history: Vec<_> = state.history.iter().map(|it| &**it).collect();
    context! {
        seed => recorder.seed,
        started => recorder.started.as_str(),
        rows => Serde(state.tally.rows()),
        loss => loss.map(|it| context! { exchanges => it.exchanges, why => it.why }),
        history => Serde(history),
    }
}

async fn page(State(show): State<Show>) -> Response {
    html("page", state(&show.recorder))
}

async fn summary(State(show): State<Show>) -> Response {
    html("summary", state(&show.recorder))
}

async fn events(State(show): State<Show>) -> Response {
    if show.recorder.news.receiver_count() >= VIEWERS {
        let why = format!("{VIEWERS} people look already\n");
        return (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    }
    Sse::new(news(show)).keep_alive(KeepAlive::new().interval(PULSE)).into_response()
}

/// Each exchange as it comes. Who cannot keep up is told to load the page again.
fn news(show: Show) -> impl Stream<Item = Result<Event, Infallible>> {
    let receiver = show.recorder.news.subscribe();
    stream::unfold((receiver, show.stop), |(mut receiver, mut stop)| async move {
        let event = tokio::select! {
            news = receiver.recv() => match news {
                Ok(noted) => {
                    let item = rendered("exchange", context! { it => Serde(&*noted) }).ok()?;
                    Event::default().event("exchange").id(noted.number.to_string()).data(item)
                }
                Err(RecvError::Lagged(_)) => Event::default().event("reload").data("behind"),
                Err(RecvError::Closed) => return None,
            },
            _ = stop.wait_for(|stop| *stop) => return None,
        };
        Some((Ok(event), (receiver, stop)))
    })
}
