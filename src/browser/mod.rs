//! The page on which a real browser registers a key: options, `navigator.credentials.create()`, result.
//!
//! It is a client of the simulated KeyDepot like any other, and knows nothing that others do not. It
//! works where the page's host is the relying party's id, in a secure context: on `localhost`, or by
//! HTTPS.

use axum::Router;
use axum::http::header;
use axum::middleware::map_response;
use axum::routing::get;

use crate::record::live;

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("register.js");

/// The page.
pub fn router() -> Router {
    Router::new()
        .route("/browser", get(|| async { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE) }))
        .route(
            "/browser/register.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT) }),
        )
        .layer(map_response(live::guarded))
}
