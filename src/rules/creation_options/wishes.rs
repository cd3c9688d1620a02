//! What the relying party wishes: attestation, authenticator, time.

use crate::base::Profile;
use crate::model::creation_options::CreationOptions;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, cite};
use crate::rules::shown;

/// What the members of `authenticatorSelection` may say.
const SELECTIONS: &[(&str, &[&str])] = &[
    ("authenticatorAttachment", &["platform", "cross-platform"]),
    ("userVerification", &["required", "preferred", "discouraged"]),
    ("residentKey", &["required", "preferred", "discouraged"]),
];

rule! { CreationOptions =>
    /// The attestation conveyance is not known
    ///
    /// `none`, `indirect` or `direct`; WebAuthn Level 2 adds `enterprise`. Clients take an unknown
    /// word for `none`, and the registration comes without attestation.
    "creation-options.attestation-unknown": ERROR => attestation_unknown,
        clauses: &["KD-5.2.1-16"],
        cites: &[
            cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "“none”, “indirect”, “direct”"),
            cite("WebAuthn L3", "5.4.7", Force::Fact, "enum AttestationConveyancePreference { \"none\", \"indirect\", \"direct\", \"enterprise\" }"),
        ],
        defects: &["SD-40"],
        catalogue: &["WO-08"];

    /// The wished authenticator is described in unknown words
    ///
    /// `authenticatorAttachment` is `platform` or `cross-platform`; `userVerification` and `residentKey` are
    /// `required`, `preferred` or `discouraged`. Clients ignore words that they do not know, so that the wish is lost
    /// without a sign.
    "creation-options.selection-unknown": ERROR => selection_unknown,
        clauses: &["KD-5.2.1-22", "KD-5.2.1-24"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "Available values: “required”, “preferred”, “discouraged”")],
        catalogue: &["WO-08"];

    /// The timeout is no time
    ///
    /// A number of milliseconds: an integer above zero. The example has 300000, five minutes.
    "creation-options.timeout-wrong": ERROR => timeout_wrong,
        clauses: &["KD-5.2.1-29", "KD-5.2.1-49"],
        cites: &[cite("WebAuthn L3", "5.4", Force::Must, "unsigned long timeout")],
        catalogue: &["WO-09", "GE-09"];

    /// There is no timeout
    ///
    /// The client then waits as long as it sees fit, and the challenge may expire meanwhile.
    "creation-options.timeout-missing": NOTE => timeout_missing,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.1", Force::Fact, "\"timeout\": 300000")],
        catalogue: &["WO-09"];
}

fn attestation_unknown(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = options.value.member("attestation")?;
    let text = value.as_str()?;
    let mut known = vec!["none", "indirect", "direct"];
    if cx.profile() == Profile::Standard {
        known.push("enterprise");
    }
    if !known.contains(&text) {
        cx.fail(
            value.pointer(),
            value.span(),
            format!("expected one of {}, found {}", known.join(", "), shown(text)),
        );
    }
    Some(Checked)
}

fn selection_unknown(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let selection = options.value.member("authenticatorSelection")?;
    for (name, words) in SELECTIONS {
        let Some(value) = selection.member(name) else { continue };
        if let Some(text) = value.as_str().filter(|text| !words.contains(text)) {
            cx.fail(
                value.pointer(),
                value.span(),
                format!("expected one of {}, found {}", words.join(", "), shown(text)),
            );
        }
    }
    Some(Checked)
}

fn timeout_wrong(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = options.value.member("timeout")?;
    let number = value.as_number()?;
    if number.parse::<u32>().is_ok_and(|time| time > 0) {
        return Some(Checked);
    }
    cx.fail(
        value.pointer(),
        value.span(),
        format!("expected milliseconds above zero, found {}", shown(number)),
    );
    Some(Checked)
}

fn timeout_missing(options: &CreationOptions<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    options.value.members().next()?;
    if options.value.member("timeout").is_none() {
        cx.fail("", options.value.span(), "expected a member timeout, found none");
    }
    Some(Checked)
}
