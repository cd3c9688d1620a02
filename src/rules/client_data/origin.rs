//! The origin: whether it is the one that the relying party expects.

use crate::model::client_data::ClientData;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};
use crate::rules::shown;

rule! { ClientData =>
    /// The origin is not the one that the relying party expects
    ///
    /// The browser states where the registration was made; another origin is how phishing shows.
    /// Origins are compared as texts: scheme, host and port, in lower case, without a path. Apps have
    /// origins of their own (`android:apk-key-hash:…`), which must be expected by name.
    "client-data.origin-mismatch": ERROR => origin_mismatch,
        clauses: &["KD-4.1.1-23"],
        cites: &[
            cite("WebAuthn L3", "7.1", Force::Must, "Verify that the value of C.origin is an origin expected by the Relying Party"),
            cite("WebAuthn L3", "13.4.9", Force::Must, "The Relying Party MUST validate the origin member of the client data"),
        ],
        defects: &["SD-06", "SD-74"],
        catalogue: &["WC-14", "WC-15"],
        codes: &["VALIDATION_FAILED"];

    /// The origin that the relying party expects is not known
    ///
    /// Whether the registration was made in the right place cannot be judged. Name the origin in the
    /// context (`origin`). The cookbook does not say which one the service expects (SD-74).
    "client-data.no-expected-origin": INCONCLUSIVE => no_expected_origin,
        clauses: &["KD-4.1.1-23"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the value of C.origin is an origin expected by the Relying Party")],
        defects: &["SD-74"];
}

fn origin_mismatch(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let expected = cx.context().origin.as_deref()?;
    let (found, value) = data.text("origin")?;
    if found != expected {
        let finding = cx.fail(
            "/origin",
            value.span(),
            format!("expected the origin {}, found {}", shown(expected), shown(found)),
        );
        if found.trim_end_matches('/').eq_ignore_ascii_case(expected.trim_end_matches('/')) {
            finding.hint("an origin is written in lower case and without a slash at the end");
        }
    }
    Some(Checked)
}

fn no_expected_origin(data: &ClientData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (_, value) = data.text("origin")?;
    if cx.context().origin.is_none() {
        let message = "expected to know the origin of the relying party, found none in the context";
        cx.fail("/origin", value.span(), message).hint("name it in the context as `origin`");
    }
    Some(Checked)
}
