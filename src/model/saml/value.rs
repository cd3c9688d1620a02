//! The values of SAML's own elements and attributes: instants, URI references and other strings.

use std::borrow::Cow;

use super::{ASSERTION_1, ASSERTION_2, PROTOCOL_1, PROTOCOL_2};
use crate::base::Span;
use crate::model::xsd::DateTime;
use crate::wire::xml::{Attribute, Element, Node};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// An instant.
    Time,
    /// A URI reference.
    Uri,
    /// Another string.
    Text,
    /// The value of an attribute of the subject: anything.
    Free,
}

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Value<'d> {
    /// What it is.
    pub(crate) sort: Sort,
    /// The element that holds it, in an attribute or as its text.
    pub(crate) element: Element<'d>,
    /// The name of the attribute, where it is in one.
    pub(crate) attribute: Option<&'d str>,
    /// The bytes.
    pub(crate) span: Span,
    /// The whole text, across whatever stands in it; empty where it may be anything.
    pub(crate) text: Cow<'d, str>,
}

impl<'d> Value<'d> {
    /// The text of an element.
    pub(crate) fn of(element: Element<'d>, sort: Sort) -> Self {
        // Nobody judges what may be anything, and of it there is most.
        let text = if sort == Sort::Free { Cow::Borrowed("") } else { element.text() };
        Self { sort, element, attribute: None, span: element.content(), text }
    }

    /// An attribute of an element.
    pub(crate) fn at(element: Element<'d>, name: &str, sort: Sort) -> Option<Self> {
        element.attribute("", name).map(|attribute| Self::held(element, attribute, sort))
    }

    fn held(element: Element<'d>, attribute: Attribute<'d>, sort: Sort) -> Self {
        let (span, text) = (attribute.value_span(), attribute.value());
        Self { sort, element, attribute: Some(attribute.name()), span, text }
    }

    /// Where it stands, as an XPath.
    pub(crate) fn path(&self) -> String {
        let path = self.element.path();
        self.attribute.map_or(path.clone(), |name| format!("{path}/@{name}"))
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> &'d str {
        self.attribute.unwrap_or_else(|| self.element.name())
    }

    /// The instant, where it is one.
    pub(crate) fn instant(&self) -> Option<DateTime> {
        DateTime::parse(&self.text)
    }

    /// The text as it may stand in a message.
    pub(crate) fn shown(&self) -> String {
        let short: String = self.text.trim().chars().take(100).collect();
        format!("`{}`", short.escape_debug())
    }

    /// The first comment or processing instruction that stands in the middle of it.
    pub(crate) fn interruption(&self) -> Option<Span> {
        if self.attribute.is_some() {
            return None;
        }
        self.element.children().find_map(|node| match node {
            Node::Comment(_, span) | Node::Instruction(_, span) => Some(span),
            Node::Text(..) | Node::Cdata(..) | Node::Element(_) => None,
        })
    }
}

fn attribute_sort(name: &str) -> Option<Sort> {
    Some(match name {
        "IssueInstant"
        | "NotBefore"
        | "NotOnOrAfter"
        | "AuthnInstant"
        | "SessionNotOnOrAfter"
        | "AuthenticationInstant" => Sort::Time,
        "Destination"
        | "Consent"
        | "Format"
        | "NameFormat"
        | "Method"
        | "Recipient"
        | "AttributeNamespace"
        | "AuthenticationMethod" => Sort::Uri,
        "ID" | "AssertionID" | "ResponseID" | "InResponseTo" | "Version" | "Issuer" | "Name"
        | "AttributeName" | "Value" | "SessionIndex" | "NameQualifier" | "SPNameQualifier" => Sort::Text,
        _ => return None,
    })
}

fn element_sort(name: &str) -> Option<Sort> {
    Some(match name {
        "Audience"
        | "AuthnContextClassRef"
        | "AuthnContextDeclRef"
        | "ConfirmationMethod"
        | "AuthenticatingAuthority" => Sort::Uri,
        "NameID" | "NameIdentifier" | "Issuer" | "StatusMessage" => Sort::Text,
        "AttributeValue" => Sort::Free,
        _ => return None,
    })
}

/// The values of `root` and of the SAML elements in it. What stands in another assertion, in an
/// extension, in advice or in the value of an attribute is not its own.
pub(crate) fn values(root: Element<'_>) -> Vec<Value<'_>> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(element) = open.pop() {
        for attribute in element.attributes().filter(|it| it.namespace().is_empty()) {
            if let Some(sort) = attribute_sort(attribute.local()) {
                found.push(Value::held(element, attribute, sort));
            }
        }
        if let Some(sort) = element_sort(element.local()) {
            found.push(Value::of(element, sort));
        }
        if matches!(element.local(), "Advice" | "Extensions" | "StatusDetail" | "AttributeValue" | "Evidence")
        {
            continue;
        }
        let before = open.len();
        open.extend(element.elements().filter(|child| {
            // What was opened is of SAML itself, and so are most of its children.
            let own = child.shares_namespace(element)
                || [ASSERTION_1, ASSERTION_2, PROTOCOL_1, PROTOCOL_2].contains(&child.namespace());
            own && child.local() != "Assertion"
        }));
        open[before..].reverse();
    }
    found
}
