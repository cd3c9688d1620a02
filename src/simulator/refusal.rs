//! How a refusal goes over the wire: problem+json with the cookbook's code.

use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::overheard;
use crate::service::binding::MALFORMED;
use crate::service::{self, Refusal};

/// A refusal, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    refusal: Refusal,
    detail: String,
    /// What the message of the code has a place for: a name and a value.
    value: Option<(&'static str, String)>,
}

impl Refused {
    pub(super) fn new(refusal: Refusal, detail: impl Into<String>) -> Self {
        Self { refusal, detail: detail.into(), value: None }
    }

    /// The refusal of a duty.
    ///
    /// # Panics
    /// When there is no such duty: the ids are written in the source.
    pub(super) fn duty(id: &str) -> Self {
        let duty = service::duty(id).expect("the duty is declared");
        overheard::refused(duty);
        Self::new(duty.refusal, duty.title)
    }

    /// The refusal of a body that could not be read: too large, or cut.
    pub(super) fn unread(rejection: &BytesRejection) -> Self {
        Self::new(Refusal { status: rejection.status().as_u16(), code: MALFORMED }, rejection.body_text())
    }

    /// The same, with a value for its message.
    #[must_use]
    pub(super) fn with(self, name: &'static str, value: String) -> Self {
        Self { value: Some((name, value)), ..self }
    }

    /// The status and the code.
    pub(super) fn refusal(&self) -> Refusal {
        self.refusal
    }

    /// Why.
    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// The value that its message has a place for.
    pub(super) fn value(&self) -> Option<(&'static str, &str)> {
        self.value.as_ref().map(|(name, value)| (*name, value.as_str()))
    }

    /// A failure of the service itself.
    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        // The cookbook's spelling.
        Self::new(Refusal { status: 503, code: "Service Unavaible" }, detail)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = status.canonical_reason().unwrap_or("Refused");
        let mut body = json!({
            "type": format!("https://www.gcloud.belgium.be/rest/problems/{}", camel(title)),
            "title": title,
            "status": self.refusal.status,
            "detail": self.detail,
        });
        if !self.refusal.code.is_empty() {
            body["code"] = self.refusal.code.into();
        }
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An answer in plain text, where a service has no form for it.
pub(super) fn plain(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.to_owned()).into_response()
}

/// The answer where no operation has the path.
pub(super) async fn nowhere() -> Refused {
    Refused::new(Refusal { status: 404, code: service::keydepot::NOT_FOUND }, "No operation has this path")
}

/// The answer where the path has operations, and none of this method.
pub(super) async fn not_so() -> Refused {
    let refusal = Refusal { status: 405, code: "METHOD_NOT_ALLOWED" };
    Refused::new(refusal, "The operations of this path have other methods")
}

/// `Bad Request` as `badRequest`, as the platform names its problem types.
fn camel(title: &str) -> String {
    let mut out = String::new();
    for (index, word) in title.split_whitespace().enumerate() {
        let mut letters = word.chars();
        let first =
            letters.next().map(|c| if index == 0 { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() });
        out.extend(first);
        out.push_str(letters.as_str().to_ascii_lowercase().as_str());
    }
    out
}
