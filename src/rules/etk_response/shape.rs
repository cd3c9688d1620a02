//! The shape: an array of objects with `key` and `value`.

use crate::model::etk_response::{APPLICATION, EtkInfo, EtkResponse};
use crate::model::identifier::IdentifierType;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::json::Type;

rule! { EtkResponse =>
    /// The answer is no array
    ///
    /// `GET etks` answers with an array, even where one token was found: a client that reads an
    /// array finds nothing in an object.
    "etk-response.not-array": ERROR.not_in_standard() => not_array,
        clauses: &["ED-4.1-02", "ED-5.2.1.2-01"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "This GET operation returns an array of etkInfo Json object")];

    /// The answer holds no token
    ///
    /// Where nothing was found the service answers 404 ("There exists no ETK matching your search
    /// criteria"), not an empty array with 200.
    "etk-response.empty": WARNING.not_in_standard() => empty,
        clauses: &["ED-5.2.1.2-01"],
        cites: &[cite("ETEE REST interface", "GET /etks", Force::Fact, "404 There exists no ETK matching your search criteria")];

    /// An element lacks its key or its token
    ///
    /// Each element is an object with `key`, an object that says whose token it is, and `value`, a
    /// string that is the token.
    "etk-response.member-missing": ERROR.not_in_standard() => member_missing,
        clauses: &["ED-5.2.1.2-01", "ED-5.2.1.2-07", "ED-5.2.1.2-08", "ED-5.2.1.2-12"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "[{ \"key\": { … }, \"value\": \"MIAG…\" }]")];

    /// The key does not say whose token it is
    ///
    /// There is no member for the type of the identifier: the type is the name of the member that
    /// holds it, in small letters (`cbe`, `ssin`, `nihii`…), and its value is a string, because
    /// identifiers begin with zeros.
    "etk-response.identifier-missing": ERROR.not_in_standard() => identifier_missing,
        clauses: &["ED-5.2.1.2-04", "ED-5.2.1.2-05", "ED-5.2.1.2-10"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "\"cbe\": \"0123456789\"")],
        defects: &["SD-67", "SD-53"];

    /// The key does not name the application
    ///
    /// Each element is said to hold the application id. It is empty for tokens of no application;
    /// services that leave it out then are understood all the same.
    "etk-response.application-missing": WARNING.in_field(Note).not_in_standard() => application_missing,
        clauses: &["ED-5.2.1.2-06"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "Each etkInfo object contains the identifier, the identifier type, the application id, and the Etk itself.")],
        defects: &["SD-66", "SD-45"];

    /// The application id has blanks around it
    ///
    /// The cookbook's own example has them. A client that compares with what it asked for finds
    /// another application.
    "etk-response.application-padded": WARNING.not_in_standard() => application_padded,
        clauses: &["ED-5.2.1.2-06"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "\"applicationIdentifier\": \" appID \"")],
        defects: &["SD-66"];

    /// The token is not standard base64
    ///
    /// A token travels in the alphabet of RFC 4648 §4 with its padding, unbroken. base64url, line
    /// breaks and missing padding are taken by some decoders and refused by others.
    "etk-response.value-not-base64": ERROR.in_field(Warning).not_in_standard() => value_not_base64,
        clauses: &["ED-5.2.1.2-12"],
        cites: &[cite("RFC 4648", "4", Force::Fact, "Base 64 Encoding")];
}

fn objects<'m, 'a>(response: &'m EtkResponse<'a>) -> impl Iterator<Item = &'m EtkInfo<'a>> {
    response.tokens.iter().filter(|it| it.element.kind() == Type::Object)
}

fn keyed<'m, 'a>(response: &'m EtkResponse<'a>) -> Option<Vec<&'m EtkInfo<'a>>> {
    let has_key = |it: &&EtkInfo<'_>| it.key.is_some_and(|key| key.kind() == Type::Object);
    let all: Vec<_> = objects(response).filter(has_key).collect();
    (!all.is_empty()).then_some(all)
}

fn not_array(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = response.root;
    if root.kind() != Type::Array {
        cx.fail(root.pointer(), root.span(), format!("expected an array, found {}", root.kind()));
    }
    Some(Checked)
}

fn empty(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = response.root;
    if root.kind() != Type::Array {
        return None;
    }
    if response.tokens.is_empty() {
        cx.fail(root.pointer(), root.span(), "expected at least one token, found an empty array");
    }
    Some(Checked)
}

fn member_missing(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for token in &response.tokens {
        let element = token.element;
        if element.kind() != Type::Object {
            cx.fail(
                element.pointer(),
                element.span(),
                format!("expected an object, found {}", element.kind()),
            );
            continue;
        }
        let members = [("key", token.key, Type::Object), ("value", token.value, Type::String)];
        for (name, member, expected) in members {
            match member {
                Some(member) if member.kind() == expected => {}
                Some(member) => {
                    let message = format!("expected {expected}, found {}", member.kind());
                    cx.fail(member.pointer(), member.span(), message);
                }
                None => {
                    let message = format!("expected the member `{name}`, found none");
                    cx.fail(element.pointer(), element.span(), message);
                }
            }
        }
    }
    (!response.tokens.is_empty()).then_some(Checked)
}

fn identifier_missing(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for token in keyed(response)? {
        let Some(key) = token.key else { continue };
        match token.identifier() {
            Some((_, value)) if value.kind() == Type::String => {}
            Some((_, value)) => {
                let message = format!("expected the identifier as a string, found {}", value.kind());
                cx.fail(value.pointer(), value.span(), message);
            }
            None => {
                let finding = cx.fail(
                    key.pointer(),
                    key.span(),
                    "expected a member named after the type of the identifier, found none",
                );
                if key.members().any(|(name, _)| IdentifierType::named(name).is_some()) {
                    finding.hint("write the type in small letters");
                }
            }
        }
    }
    Some(Checked)
}

fn application_missing(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for token in keyed(response)? {
        if let (Some(key), None) = (token.key, token.application()) {
            cx.fail(key.pointer(), key.span(), format!("expected the string `{APPLICATION}`, found none"));
        }
    }
    Some(Checked)
}

fn application_padded(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for token in keyed(response)? {
        let Some(value) = token.application() else { continue };
        any = true;
        let text = value.as_str().unwrap_or_default();
        if text.trim() != text {
            cx.fail(
                value.pointer(),
                value.span(),
                format!("expected `{}`, found blanks around it", text.trim()),
            );
        }
    }
    any.then_some(Checked)
}

fn value_not_base64(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for token in objects(response) {
        let (Some(value), Some(decoded)) = (token.value, &token.decoded) else { continue };
        any = true;
        for fault in decoded.distinct_faults() {
            let span = value.text_map().outer(fault.span);
            cx.fail(value.pointer(), span, fault.kind.to_string());
        }
    }
    any.then_some(Checked)
}
