//! Reading values out of XML, which Arazzo's expressions cannot.

use axum::Json;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Order, Refused, read};
use crate::base::Budget;
use crate::wire::c14n::{Algorithm, Subset, canonical};
use crate::wire::xml::{Attribute, Document, Element, Source};
use crate::xmldsig::EXCLUSIVE;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    text: String,
    /// Local names from some element on down, with slashes between them: `Contract/DN`. A number in
    /// brackets after a name counts from 1; an attribute comes last, after `@`.
    path: String,
}

/// The first element, or attribute, at a path.
pub(super) async fn value(order: Order<Asked>) -> Answer {
    let Asked { text, path } = read(order)?;
    let source = Source::of(&text);
    let document = Document::parse(&source, &Budget::JUDGE).map_err(|faults| {
        let why = faults.first().map(|fault| fault.kind.to_string()).unwrap_or_default();
        Refused::order(format!("`text` is no XML: {why}"))
    })?;
    let (names, attribute) = match path.split_once('@') {
        Some((names, attribute)) => (names.trim_end_matches('/'), Some(attribute)),
        None => (path.as_str(), None),
    };
    let steps = names.split('/').map(step).collect::<Option<Vec<_>>>();
    let steps = steps.ok_or_else(|| Refused::order("`path` is none: expected names with slashes"))?;
    let Some(((first, nth), rest)) = steps.split_first() else {
        return Err(Refused::order("`path` is empty"));
    };
    let found: Vec<_> = document.root().descendants().filter(|it| it.local() == *first).collect();
    let mut at = found.get(nth - 1).copied();
    for (name, nth) in rest {
        at = at.and_then(|it: Element<'_>| it.elements().filter(|it| it.local() == *name).nth(nth - 1));
    }
    let element = at.ok_or_else(|| Refused::order(format!("nothing stands at `{path}`")))?;
    if let Some(attribute) = attribute {
        let value = element.attributes().find(|it| it.local() == attribute).map(Attribute::value);
        let value = value.ok_or_else(|| Refused::order(format!("nothing stands at `{path}`")))?;
        return Ok(Json(json!({"text": value.trim(), "xml": "", "inside": "", "count": 1})));
    }
    let inside = element.elements().map(own).collect::<Result<String, Refused>>()?;
    let shown = element.text();
    Ok(Json(json!({"text": shown.trim(), "xml": own(element)?, "inside": inside, "count": found.len()})))
}

/// An element as a document of its own: with the namespaces that it uses.
fn own(element: Element<'_>) -> Result<String, Refused> {
    let algorithm = Algorithm::from_uri(EXCLUSIVE).ok_or_else(|| Refused::order("no canonical form"))?;
    let octets =
        canonical(Subset::element(element), &algorithm).map_err(|error| Refused::order(error.to_string()))?;
    String::from_utf8(octets).map_err(|_| Refused::order("`text` is no UTF-8"))
}

/// A name, and which of that name.
fn step(text: &str) -> Option<(&str, usize)> {
    match text.split_once('[') {
        Some((name, number)) => {
            let number = number.strip_suffix(']')?.parse().ok().filter(|it| *it > 0)?;
            Some((name, number))
        }
        None => (!text.is_empty()).then_some((text, 1)),
    }
}
