//! An error answer of a REST service, in any of the shapes that services give it.

use super::shape::{Member, STRING, STRING_OR_NULL, optional};
use crate::rule::Artefact;
use crate::wire::json::Value;

/// The bytes of an error answer, whatever they are.
#[derive(Debug)]
pub(crate) struct ErrorBody<'a> {
    pub(crate) bytes: &'a [u8],
}

impl Artefact for ErrorBody<'static> {
    type Model<'a> = ErrorBody<'a>;
}

impl ErrorBody<'_> {
    fn text(&self) -> &[u8] {
        self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes).trim_ascii_start()
    }

    /// Whether it is a page for a browser.
    pub(crate) fn is_web_page(&self) -> bool {
        let starts =
            |with: &[u8]| self.text().get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
        starts(b"<!doctype html") || starts(b"<html")
    }

    /// Whether it begins as XML does.
    pub(crate) fn is_xml(&self) -> bool {
        self.text().starts_with(b"<")
    }
}

/// Which shape an error answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The error response of OAuth: RFC 6749, 5.2.
    OAuth,
    /// Any other object; RFC 9457 lets a problem object have any further member.
    Problem,
}

/// An error answer in JSON.
#[derive(Debug)]
pub(crate) struct Problem<'a> {
    pub(crate) root: Value<'a>,
    pub(crate) shape: Shape,
    /// The code of the service's table, under whichever name it stands.
    pub(crate) code: Option<Value<'a>>,
    /// What is said of the error to a person.
    pub(crate) description: Option<Value<'a>>,
}

impl Artefact for Problem<'static> {
    type Model<'a> = Problem<'a>;
}

impl<'a> Problem<'a> {
    pub(crate) fn read(root: Value<'a>) -> Self {
        let says = |value: &Value<'_>| match value.as_str() {
            Some(text) => !text.trim().is_empty(),
            None => !value.is_null(),
        };
        let first = |names: &[&str]| names.iter().filter_map(|name| root.member(name)).find(says);
        let has = |name| root.member(name).is_some();
        // Frameworks have a member `error` beside their own `status` or `message`.
        let own = ["status", "title", "message", "detail", "code", "errorCode"].into_iter().any(has);
        let oauth = has("error_description") || has("error_uri") || (has("error") && !own);
        Self {
            root,
            shape: if oauth { Shape::OAuth } else { Shape::Problem },
            code: first(&["code", "errorCode", "error"]),
            description: first(&[
                "detail",
                "error_description",
                "message",
                "description",
                "errorDescription",
                "errorMessage",
            ]),
        }
    }

    /// The HTTP status that the object repeats, written as a number or as text.
    pub(crate) fn status(&self) -> Option<(Value<'a>, i64)> {
        let value = self.root.member("status")?;
        let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
        Some((value, number))
    }
}

/// The members of a problem object; `status` has rules of its own.
pub(crate) const PROBLEM: &[Member] = &[
    optional("", "type", STRING),
    optional("", "title", STRING),
    optional("", "detail", STRING),
    optional("", "instance", STRING),
    optional("", "id", STRING),
];

/// The members of an OAuth error, as IAM eXchange sends them.
pub(crate) const OAUTH: &[Member] = &[
    optional("", "error", STRING),
    optional("", "error_description", STRING),
    optional("", "error_uri", STRING_OR_NULL),
    optional("", "id", STRING),
];
