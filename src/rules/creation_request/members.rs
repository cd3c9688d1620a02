//! The members: which there must be, and of which type.

use crate::model::creation_request::{CreationRequest, SHAPE};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::json::shape;

rule! { CreationRequest =>
    /// The request does not say for whom
    ///
    /// `username` and `displayName` name the account that the key is registered for. The cookbook
    /// does not mark which members are required; the FIDO conformance API, which it follows, asks
    /// for both.
    "creation-request.member-missing": ERROR.not_in_standard() => member_missing,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "username: String of the username; displayName: String of the display name")],
        defects: &["SD-49"],
        catalogue: &["WO-11"],
        codes: &["BAD_REQUEST"];

    /// A member has the wrong JSON type
    ///
    /// Both names are strings, `authenticatorSelection` is an object, `attestation` a string. A number or null in
    /// the place of a name is refused by the gateway's schema, before the service sees it.
    "creation-request.member-mistyped": ERROR.not_in_standard() => member_mistyped,
        clauses: &["KD-5.2-01"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "username: String of the username")],
        catalogue: &["WO-11", "GE-08"],
        codes: &["BAD_REQUEST"];

    /// A member is spelt otherwise
    ///
    /// Names are case-sensitive: a service that does not know the spelling takes the member for
    /// absent, or for an unknown one.
    "creation-request.member-misspelt": WARNING.not_in_standard() => member_misspelt,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "\"username\": \"apowers\"")],
        defects: &["SD-07"],
        catalogue: &["GE-05", "WO-12"],
        codes: &["BAD_REQUEST"];
}

fn member_missing(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::missing(request.value, SHAPE, cx)
}

fn member_mistyped(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::mistyped(request.value, SHAPE, cx)
}

fn member_misspelt(request: &CreationRequest<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::misspelt(request.value, SHAPE, cx)
}
