//! The languages in which a document asks for parts of a value: regular expressions, JSONPath, JSON
//! pointers and XPath.
//!
//! XPath is that of 1.0 with `Q{uri}local` names (see [`xpath`](crate::wire::xpath)); its context is a
//! text that is XML.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::expression::{Scope, Template, plain};
use crate::base::{Budget, Fault};
use crate::wire::xml::{Document, Source, XmlFault};
use crate::wire::xpath::{self, XPath};

/// What the prefixes in a document's XPath expressions stand for.
pub(crate) type Namespaces = Arc<BTreeMap<String, String>>;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Regex,
    JsonPath,
    JsonPointer,
    XPath,
}

/// A question, ready to be asked.
#[derive(Debug, Clone)]
pub(crate) enum Query {
    Regex(Regex),
    JsonPath(Arc<JsonPath>),
    JsonPointer(String),
    XPath(Arc<XPath>),
}

/// A query as a document writes it: it may hold runtime expressions, and is whole only when they have
/// their values.
#[derive(Debug, Clone)]
pub(crate) enum Question {
    Ready(Query),
    Embedded(Language, Template, Namespaces),
}

impl Question {
    /// Reads a question; one without expressions in it is read to its end.
    pub(crate) fn parse(language: Language, text: &str, namespaces: &Namespaces) -> Result<Self, String> {
        match Template::embedded(text)? {
            Template::Text(pieces) => {
                Ok(Self::Embedded(language, Template::Text(pieces), namespaces.clone()))
            }
            _ => Query::parse(language, text, namespaces).map(Self::Ready),
        }
    }

    /// The query, once its expressions have values.
    pub(crate) fn query(&self, scope: &dyn Scope) -> Result<Query, String> {
        match self {
            Self::Ready(query) => Ok(query.clone()),
            Self::Embedded(language, template, namespaces) => {
                let text = template.evaluate(scope)?;
                Query::parse(*language, text.as_str().unwrap_or_default(), namespaces)
            }
        }
    }
}

impl Query {
    /// Reads a question.
    pub(crate) fn parse(language: Language, text: &str, namespaces: &Namespaces) -> Result<Self, String> {
        match language {
            Language::Regex => Regex::new(text)
                .map(Self::Regex)
                .map_err(|error| format!("`{text}` is no regular expression: {}", last_line(&error))),
            Language::JsonPath => JsonPath::parse(text)
                .map(|path| Self::JsonPath(Arc::new(path)))
                .map_err(|error| format!("`{text}` is no JSONPath: {error}")),
            Language::JsonPointer if text.is_empty() || text.starts_with('/') => {
                Ok(Self::JsonPointer(text.to_owned()))
            }
            Language::JsonPointer => Err(format!("`{text}` is no JSON pointer such as `/keys/0/kid`")),
            Language::XPath => XPath::parse(text, namespaces).map(|path| Self::XPath(Arc::new(path))),
        }
    }

    /// Whether a value is what is asked for, as a criterion.
    ///
    /// # Errors
    /// Why it cannot be asked of this value.
    pub(crate) fn holds(&self, value: &Value) -> Result<bool, String> {
        match self {
            Self::Regex(regex) => Ok(regex.is_match(&plain(value))),
            Self::JsonPath(path) => Ok(!path.query(value).is_empty()),
            Self::JsonPointer(pointer) => Ok(value.pointer(pointer).is_some()),
            Self::XPath(path) => in_xml(value, |document| Ok(path.evaluate(document)?.truth())),
        }
    }

    /// What it selects, as a selector: nothing, one value, or a list of several.
    ///
    /// # Errors
    /// Why it cannot be asked of this value.
    pub(crate) fn select(&self, value: &Value) -> Result<Option<Value>, String> {
        let list = |mut all: Vec<Value>| if all.len() < 2 { all.pop() } else { Some(Value::Array(all)) };
        match self {
            Self::Regex(regex) => {
                let text = plain(value);
                let groups = regex.captures(&text);
                Ok(groups.and_then(|it| it.get(1).or(it.get(0)).map(|found| found.as_str().into())))
            }
            Self::JsonPath(path) => Ok(list(path.query(value).all().into_iter().cloned().collect())),
            Self::JsonPointer(pointer) => Ok(value.pointer(pointer).cloned()),
            Self::XPath(path) => in_xml(value, |document| {
                Ok(match path.evaluate(document)? {
                    xpath::Value::Nodes(nodes) => list(nodes.iter().map(|it| it.text().into()).collect()),
                    xpath::Value::Text(text) => Some(text.into()),
                    xpath::Value::Boolean(truth) => Some(truth.into()),
                    xpath::Value::Number(number) => {
                        // A count is a whole number, in JSON as in XPath.
                        let whole = number.fract() == 0.0 && number.abs() < 9e15;
                        Some(if whole { (number as i64).into() } else { number.into() })
                    }
                })
            }),
        }
    }
}

/// What is wrong with a regular expression: the lines above the last one draw it.
fn last_line(error: &regex::Error) -> String {
    let all = error.to_string();
    all.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Hands over a text as the XML document that it is.
fn in_xml<T>(value: &Value, ask: impl FnOnce(&Document<'_>) -> Result<T, String>) -> Result<T, String> {
    let text = value.as_str().ok_or("expected XML as the context of an XPath, found JSON")?;
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE)
        .map_err(|faults| format!("the context of the XPath is no well-formed XML: {}", first(&faults)))?;
    ask(&document)
}

fn first(faults: &[Fault<XmlFault>]) -> String {
    faults.first().map(|fault| fault.kind.to_string()).unwrap_or_default()
}

/// Puts `value` where an XPath leads in a text that is XML: between the tags of an element, or
/// between the quotes of an attribute, escaped as that place asks.
///
/// # Errors
/// Why it leads to nothing that can be replaced.
pub(super) fn replace_in_xml(text: &str, path: &XPath, value: &str) -> Result<String, String> {
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE)
        .map_err(|faults| format!("the payload is no well-formed XML: {}", first(&faults)))?;
    let xpath::Value::Nodes(nodes) = path.evaluate(&document)? else {
        return Err("expected nodes to replace, found a text, a number or a truth value".to_owned());
    };
    if nodes.is_empty() {
        return Err("it leads to nothing in the payload".to_owned());
    }
    let mut edits = Vec::new();
    for node in nodes {
        let escaped = escaped(value);
        if let Some((tag, name)) = node.empty_tag() {
            let start = text[tag.range()].trim_end_matches("/>");
            edits.push((tag.range(), format!("{start}>{escaped}</{name}>")));
        } else {
            let span = node.value_span().ok_or("expected an element, an attribute or text to replace")?;
            edits.push((span.range(), escaped));
        }
    }
    let mut text = text.to_owned();
    let mut untouched = text.len();
    for (range, with) in edits.into_iter().rev() {
        if range.end > untouched {
            return Err("it leads to nodes within each other".to_owned());
        }
        untouched = range.start;
        text.replace_range(range, &with);
    }
    Ok(text)
}

/// A text as it stands in content and in attribute values alike.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SOAP: &str =
        "<s:Envelope xmlns:s='urn:soap'><s:Body><a n='1'>x</a><a n='2'/></s:Body></s:Envelope>";

    fn query(language: Language, text: &str) -> Query {
        let namespaces = [("soap".to_owned(), "urn:soap".to_owned())];
        Query::parse(language, text, &Arc::new(namespaces.into())).expect(text)
    }

    #[test]
    fn each_language_selects_nothing_one_value_or_several() {
        let keys = json!({"keys": [{"kid": "a"}, {"kid": "b"}]});
        let xml = json!(SOAP);
        for (language, text, value, expected) in [
            (Language::JsonPath, "$.keys[*].kid", &keys, Some(json!(["a", "b"]))),
            (Language::JsonPath, "$.keys[0].kid", &keys, Some(json!("a"))),
            (Language::JsonPointer, "/keys/1/kid", &keys, Some(json!("b"))),
            (Language::JsonPointer, "/none", &keys, None),
            (Language::XPath, "/soap:Envelope/soap:Body/a[1]", &xml, Some(json!("x"))),
            (Language::XPath, "//a/@n", &xml, Some(json!(["1", "2"]))),
            (Language::XPath, "count(//a)", &xml, Some(json!(2))),
            (Language::XPath, "//b", &xml, None),
        ] {
            assert_eq!(query(language, text).select(value), Ok(expected), "{text}");
        }
    }

    #[test]
    fn an_xpath_is_asked_of_xml_alone() {
        let path = query(Language::XPath, "//a");
        assert_eq!(path.holds(&json!(SOAP)), Ok(true));
        assert!(path.holds(&json!({"a": 1})).expect_err("JSON").contains("found JSON"));
        assert!(path.holds(&json!("<a><b></a>")).expect_err("broken").contains("no well-formed XML"));
    }

    #[test]
    fn a_replacement_in_xml_is_escaped_and_keeps_the_rest() {
        let replaced = |path: &str, value: &str| {
            let path = XPath::parse(path, &BTreeMap::new()).expect("an XPath");
            replace_in_xml(SOAP, &path, value)
        };
        let all = replaced("//a", "1 < 2").expect("replaced");
        assert!(all.contains("<a n='1'>1 &lt; 2</a><a n='2'>1 &lt; 2</a>"), "{all}");
        let attribute = replaced("//a[2]/@n", "'").expect("replaced");
        assert!(attribute.contains("<a n='&apos;'/>"), "{attribute}");
        assert!(replaced("//text()", "y").expect("replaced").contains(">y</a>"));
        assert!(replaced("//none", "y").expect_err("nothing").contains("leads to nothing"));
        assert!(replaced("//*", "y").expect_err("nested").contains("within each other"));
    }
}
