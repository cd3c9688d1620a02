//! Whether each token belongs to whom its key says.

use crate::model::etk_response::EtkResponse;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { EtkResponse =>
    /// A token belongs to somebody else than its key says
    ///
    /// The identifier in `key` is that of the holder in the token's encryption certificate. Where
    /// they differ, a client that encrypts for the one makes a message that only the other can read.
    "etk-response.owner-mismatch": ERROR.not_in_standard() => owner_mismatch,
        clauses: &["ED-5.2.1.2-04", "ED-5.2.1.2-05"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "Each etkInfo object contains the identifier, the identifier type")],
        catalogue: &["CM-06", "CM-07"];

    /// A token belongs to another application than its key says
    ///
    /// The application id in `key` is the one with which the common name in the token's encryption
    /// certificate ends, and is empty or absent where there is none.
    "etk-response.application-mismatch": ERROR.not_in_standard() => application_mismatch,
        clauses: &["ED-5.2.1.2-06"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.1.2", Force::Fact, "the application id")],
        defects: &["SD-66"],
        catalogue: &["CM-06"];
}

fn owner_mismatch(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for token in &response.tokens {
        let (Some((kind, value)), Some(owner)) = (token.identifier(), &token.owner) else { continue };
        let Some(text) = value.as_str() else { continue };
        any = true;
        // Identifiers of people are not repeated in messages.
        if !owner.kind.eq_ignore_ascii_case(kind.name) {
            let message =
                format!("expected an identifier of type {} as in the token, found {}", owner.kind, kind.name);
            cx.fail(value.pointer(), value.span(), message);
        } else if owner.identifier != text.trim() {
            let message = format!("expected the {} of the token's holder, found another one", kind.name);
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    any.then_some(Checked)
}

fn application_mismatch(response: &EtkResponse<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for token in &response.tokens {
        let (Some(value), Some(owner)) = (token.application(), &token.owner) else { continue };
        any = true;
        let found = value.as_str().unwrap_or_default().trim();
        let expected = owner.application.as_deref().unwrap_or_default();
        if !found.eq_ignore_ascii_case(expected) {
            let message = match expected {
                "" => format!("expected no application as in the token, found `{found}`"),
                _ => format!("expected the application `{expected}` as in the token, found `{found}`"),
            };
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    any.then_some(Checked)
}
