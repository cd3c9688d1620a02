//! The relying party.

use crate::model::creation_options::CreationOptions;
use crate::model::path::dns_name_is_valid;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::shown;

rule! { CreationOptions =>
    /// The relying party's id is null
    ///
    /// The client then takes the effective domain of its origin (SD-06). WebAuthn has the member
    /// absent for that; code that hands null on asks for a relying party called "null".
    "creation-options.rp-id-null": NOTE => rp_id_null,
        clauses: &["KD-5.2.1-40"],
        cites: &[cite("WebAuthn L3", "5.4", Force::Fact, "If omitted, its value will be the CredentialsContainer object's relevant settings object's origin's effective domain.")],
        defects: &["SD-06", "SD-74"],
        catalogue: &["WO-05"];

    /// The relying party's id is no domain
    ///
    /// It is a domain, such as `ehealth.fgov.be`: no scheme, no port, no path.
    "creation-options.rp-id-not-a-domain": ERROR => rp_id_not_a_domain,
        clauses: &["KD-5.2.1-40"],
        cites: &[cite("WebAuthn L3", "4", Force::Must, "In the context of the WebAuthn API, a relying party identifier is a valid domain string identifying the WebAuthn Relying Party")],
        catalogue: &["WO-05"];

    /// The relying party is another than the one expected
    ///
    /// The authenticator binds the key to this id. With another one the registration succeeds in the browser, and
    /// every later check of the id's hash fails. Judged where `rp_id` is given.
    "creation-options.rp-id-differs": ERROR => rp_id_differs,
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the rpIdHash in authData is the SHA-256 hash of the RP ID expected by the Relying Party.")],
        catalogue: &["WO-05"];

    /// The relying party has no name
    ///
    /// The browser shows it when it asks the person for consent: with an empty one they consent to nobody.
    "creation-options.rp-name-empty": WARNING => rp_name_empty,
        clauses: &["KD-5.2.1-41"],
        cites: &[cite("WebAuthn L3", "5.4.1", Force::Fact, "A human-palatable name for the entity.")];

    /// The relying party has an icon
    ///
    /// WebAuthn Level 2 removed the member, and clients ignore it; the cookbook's example has it as
    /// null.
    "creation-options.rp-icon": NOTE => rp_icon,
        clauses: &["KD-5.2.1-42"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "\"icon\": null")],
        defects: &["SD-197"];
}

fn rp_id_null(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = options.value.member("rp")?.member("id")?;
    if id.is_null() {
        cx.fail(id.pointer(), id.span(), "expected a domain or no member, found null");
    }
    Some(Checked)
}

fn rp_id_not_a_domain(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, id) = options.text("rp", "id")?;
    if !dns_name_is_valid(id, false) {
        cx.fail(value.pointer(), value.span(), format!("expected a domain, found {}", shown(id)));
    }
    Some(Checked)
}

fn rp_id_differs(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = cx.context().rp_id.as_deref()?;
    let (value, id) = options.text("rp", "id")?;
    if id != expected {
        cx.fail(value.pointer(), value.span(), format!("expected {}, found {}", shown(expected), shown(id)));
    }
    Some(Checked)
}

fn rp_name_empty(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, name) = options.text("rp", "name")?;
    if name.trim().is_empty() {
        cx.fail(value.pointer(), value.span(), "expected a name, found nothing");
    }
    Some(Checked)
}

fn rp_icon(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let rp = options.value.member("rp")?;
    if let Some(icon) = rp.member("icon").filter(|icon| !icon.is_null()) {
        cx.fail(icon.pointer(), icon.span(), "expected no icon, found one");
    }
    Some(Checked)
}
