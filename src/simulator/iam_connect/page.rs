//! The pages of the login: plain HTML forms that carry on what they were asked with.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

/// What a page asks.
pub(super) enum Ask {
    /// Who the user is, and as what.
    Login,
    /// Whether the client may act for the user.
    Consent,
}

/// A page with a form: `said` is what it says, `given` what it was asked with.
pub(super) fn page(ask: &Ask, said: &str, given: &BTreeMap<String, String>) -> Response {
    let asked: &[&str] = match ask {
        Ask::Login => &["login_hint", "profile"],
        Ask::Consent => &["consent"],
    };
    let mut hidden = String::new();
    for (name, value) in given.iter().filter(|(name, _)| !asked.contains(&name.as_str())) {
        let [name, value] = [name, value].map(|it| escaped(it));
        let _ = write!(hidden, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    let fields = match ask {
        Ask::Login => {
            "<label>SSIN <input name=\"login_hint\" required></label>\
             <label>Profile <select name=\"profile\"><option>citizen</option><option>professional</option>\
             <option>parent</option><option>mandate-holder</option></select></label>\
             <button>Log in</button>"
        }
        Ask::Consent => {
            "<button name=\"consent\" value=\"yes\">Yes</button>\
             <button name=\"consent\" value=\"no\">No</button>"
        }
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>etalon: simulated login</title>\
         <h1>Simulated I.AM Connect</h1><p>{}</p><form method=\"get\">{hidden}{fields}</form></html>",
        escaped(said)
    );
    shown(StatusCode::OK, html, "'self'")
}

/// A page whose form takes `parameters` to the client.
pub(super) fn way_back(client: &Url, parameters: &[(&str, &str)]) -> Response {
    let mut hidden = String::new();
    for (name, value) in parameters {
        let _ = write!(hidden, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>etalon: simulated login</title>\
         <h1>Simulated I.AM Connect</h1><form method=\"post\" action=\"{}\">{hidden}\
         <button>Back to the application</button></form></html>",
        escaped(client.as_str())
    );
    shown(StatusCode::OK, html, &client.origin().ascii_serialization())
}

/// A page that leads nowhere.
pub(super) fn dead_end(said: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>etalon: simulated login</title>\
         <h1>Simulated I.AM Connect</h1><p>{}</p></html>",
        escaped(said)
    );
    shown(StatusCode::BAD_REQUEST, html, "'self'")
}

/// A page whose forms may go to `target` alone.
fn shown(status: StatusCode, html: String, target: &str) -> Response {
    let policy = format!("default-src 'none'; form-action {target}");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
    ];
    (status, headers, html).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
