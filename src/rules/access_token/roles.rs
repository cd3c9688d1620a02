//! The roles: what the token lets its bearer do.

use crate::base::Service;
use crate::model::token::{KEYDEPOT_BACKEND, Token};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::jws::claims;
use crate::rules::shown;
use crate::wire::json::{Type, Value};

/// The roles of KeyDepot.
const KEYDEPOT: &[&str] = &["read-keys", "manage-keys"];
/// The roles of IAM eXchange.
const IAM_EXCHANGE: &[&str] = &["token-exchange", "profile", "profile-specific"];

rule! { Token =>
    /// Roles are not an array of strings
    ///
    /// They stand in a member `roles` of `realm_access`, of a client below `resource_access`, or of
    /// `ehealth-eteer-backend`. A string in its place is one role for some readers and none for
    /// others.
    "access-token.roles-mistyped": ERROR.not_in_standard() => roles_mistyped,
        clauses: &["KD-5.1.1-08"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.1", Force::Fact, "\"roles\": [ \"read-keys\", \"manage-keys\" ]")],
        catalogue: &["GE-08"];

    /// The token gives no role at the service
    ///
    /// KeyDepot looks for `read-keys` and `manage-keys` under `ehealth-eteer-backend`, IAM eXchange
    /// for `token-exchange` and `profile` under `realm_access`. A token without them is one all the
    /// same, but calls are refused: ask the organisation's local manager, or for the scope.
    "access-token.role-missing": WARNING.not_in_standard() => role_missing,
        clauses: &["KD-4.1.1-02", "KD-5.1.1-07", "IX-8-12"],
        cites: &[
            cite("KeyDepot cookbook 1.2", "5.1.1", Force::Must, "This role must be present in the access token in order to use the POST, PATCH and DELETE methods of the service"),
            cite("IAM eXchange cookbook 1.1", "8", Force::Fact, "SubjectToken Access Denied: realm_access role token-exchange missing."),
        ],
        defects: &["SD-32", "SD-119"],
        catalogue: &["GE-20", "TX-04", "TX-14"];

    /// A role is spelt otherwise
    ///
    /// The names are `read-keys` and `manage-keys`, `token-exchange`, `profile` and
    /// `profile-specific`. Another spelling gives nothing.
    "access-token.role-misspelt": WARNING.not_in_standard() => role_misspelt,
        clauses: &["KD-5.1.1-09"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.1", Force::Fact, "\"read-keys\", \"manage-keys\"")],
        defects: &["SD-32", "SD-119"];
}

fn roles_mistyped(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let lists = token.role_lists();
    lists.first()?;
    for list in lists {
        if list.kind() != Type::Array {
            claims::fail(token, list, format!("expected an array of roles, found {}", list.kind()), cx);
        }
        for role in list.elements().filter(|role| role.as_str().is_none()).take(16) {
            claims::fail(token, role, format!("expected a string, found {}", role.kind()), cx);
        }
    }
    Some(Checked)
}

fn role_missing(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (holder, names) = match cx.context().service? {
        Service::Keydepot => (Some(KEYDEPOT_BACKEND), KEYDEPOT),
        Service::IamExchange => (None, IAM_EXCHANGE),
        Service::Certra | Service::Etkra | Service::Etkdepot | Service::AttributeAuthority => return None,
    };
    if token.claims.kind() != Type::Object {
        return None;
    }
    if !token.roles(holder).iter().any(|role| names.contains(role)) {
        let place = holder.unwrap_or("realm_access");
        let message = format!("expected one of the roles {} under {place}, found none", names.join(", "));
        claims::fail(token, token.claims, message, cx);
    }
    Some(Checked)
}

fn role_misspelt(token: &Token<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let lists = token.role_lists();
    lists.first()?;
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    for role in lists.into_iter().flat_map(Value::elements) {
        let Some(text) = role.as_str() else { continue };
        let meant = KEYDEPOT.iter().chain(IAM_EXCHANGE).find(|name| letters(name) == letters(text));
        if let Some(meant) = meant.filter(|meant| **meant != text) {
            claims::fail(token, role, format!("expected the role `{meant}`, found {}", shown(text)), cx);
        }
    }
    Some(Checked)
}
