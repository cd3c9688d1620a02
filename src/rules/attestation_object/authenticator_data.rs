//! Authenticator data: that its parts are there, and nothing else.

use crate::base::Span;
use crate::model::authenticator_data::{Attested, AuthenticatorData, HEAD};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::cbor::{Held, Item};

rule! { AuthenticatorData =>
    /// The authenticator data is shorter than 37 bytes
    ///
    /// 32 bytes of hash, one of flags and four of counter always stand in front.
    "attestation-object.authenticator-data-short": ERROR => authenticator_data_short,
        cites: &[cite("WebAuthn L3", "6.1", Force::Must, "a byte array of 37 bytes or more")],
        catalogue: &["WD-01"],
        codes: &["BAD_REQUEST"];

    /// The authenticator data has no attested credential data
    ///
    /// The AT flag is clear. A registration is all about the new key, which stands in the attested
    /// credential data; without it the authenticator data is that of an authentication.
    "attestation-object.no-attested-credential": ERROR => no_attested_credential,
        clauses: &["KD-4.1.1-14", "KD-5.2.2-03", "KD-5.2.2-21"],
        cites: &[cite("WebAuthn L3", "6.5.1", Force::Must, "variable-length byte array added to the authenticator data when generating an attestation object for a given credential")],
        catalogue: &["WD-05"],
        codes: &["BAD_REQUEST"];

    /// The attested credential data ends too early
    ///
    /// The AT flag announces an AAGUID of 16 bytes, a length of two, a credential id as long as that
    /// says, and the key. The bytes end before.
    "attestation-object.attested-credential-cut": ERROR => attested_credential_cut,
        clauses: &["KD-5.2.2-21", "KD-5.2.2-22", "KD-5.2.2-23"],
        cites: &[cite("WebAuthn L3", "6.5.1", Force::Must, "Byte length L of Credential ID, 16-bit unsigned big-endian integer.")],
        catalogue: &["WD-06", "WD-10"],
        codes: &["BAD_REQUEST"];

    /// Bytes stand behind what the flags announce
    ///
    /// Behind the key (and the extensions, where ED is set) the authenticator data must end. What
    /// stands there is signed, but nobody reads it: most often a flag is wrong, or the key's CBOR map
    /// declares fewer entries than it has, as the first SoloKeys and Firefox 117 wrote it.
    "attestation-object.leftover-bytes": ERROR => leftover_bytes,
        cites: &[cite("WebAuthn L3", "6.1", Force::Must, "Indicates if the authenticator data has extensions.")],
        catalogue: &["WD-05", "WD-07", "WD-12", "WD-14"],
        codes: &["BAD_REQUEST"];

    /// Extensions are announced but missing
    ///
    /// The ED flag is set, and the bytes end before the extensions begin.
    "attestation-object.extensions-missing": ERROR => extensions_missing,
        cites: &[cite("WebAuthn L3", "6.1", Force::Must, "Extension data included (ED)")],
        catalogue: &["WD-07"],
        codes: &["BAD_REQUEST"];

    /// The extensions are not a map of text keys
    ///
    /// Authenticator extension outputs are a CBOR map from extension identifiers, which are text, to
    /// the outputs. Unknown extensions are ignored; another shape is an error.
    "attestation-object.extensions-malformed": ERROR => extensions_malformed,
        cites: &[cite("WebAuthn L3", "6.1", Force::Must, "This is a CBOR … map with extension identifiers as keys, and authenticator extension outputs as values.")],
        catalogue: &["WD-13"],
        codes: &["BAD_REQUEST"];

    /// CBOR in the authenticator data is not in canonical form
    ///
    /// The key and the extensions must stand in the CTAP2 canonical form: shortest numbers, definite
    /// lengths, keys in order, no tags. Readers that compute where the key ends from its canonical
    /// form lose their way otherwise.
    "attestation-object.authenticator-data-not-canonical": ERROR => not_canonical,
        cites: &[
            cite("WebAuthn L3", "6.5.1", Force::Must, "credentialPublicKey … using the CTAP2 canonical CBOR encoding form"),
            cite("WebAuthn L3", "2.4", Force::Must, "All CBOR encoding … MUST be done using the CTAP2 canonical CBOR encoding form."),
        ],
        catalogue: &["WB-05", "WB-06", "WB-07", "WB-11", "WB-14"],
        codes: &["BAD_REQUEST"];

    /// The credential id is empty
    ///
    /// Its length is zero: no key can be told from another by it.
    "attestation-object.credential-id-empty": ERROR => credential_id_empty,
        clauses: &["KD-5.2.2-22"],
        cites: &[cite("WebAuthn L3", "4", Force::Fact, "A probabilistically-unique byte sequence identifying a public key credential source and its authentication assertions.")],
        catalogue: &["WD-10"],
        codes: &["BAD_REQUEST"];

    /// The credential id is longer than 1023 bytes
    ///
    /// Relying parties fail the registration then; browsers cannot use such a credential.
    "attestation-object.credential-id-long": ERROR => credential_id_long,
        clauses: &["KD-5.2.2-22"],
        cites: &[cite("WebAuthn L3", "7.1", Force::Must, "Verify that the credentialId is ≤ 1023 bytes.")],
        catalogue: &["WD-10"],
        codes: &["VALIDATION_FAILED"];

    /// The credential id is shorter than 16 bytes
    ///
    /// An id that is not an encrypted key has at least 16 bytes, of which 100 bits are random, so that
    /// ids of different users do not meet.
    "attestation-object.credential-id-short": WARNING => credential_id_short,
        clauses: &["KD-5.2.2-22"],
        cites: &[cite("WebAuthn L3", "4", Force::Fact, "At least 16 bytes that include at least 100 bits of entropy")],
        catalogue: &["WD-10"];
}

fn authenticator_data_short(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if data.head.is_none() {
        let length = data.bytes.len();
        cx.fail("", Span::new(0, length), format!("expected at least {HEAD} bytes, found {length}"));
    }
    Some(Checked)
}

fn no_attested_credential(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !data.head?.flags.attested() {
        cx.fail("flags", Span::new(32, 33), "expected the flag AT to be set, found it clear");
    }
    Some(Checked)
}

fn attested_credential_cut(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let attested = data.attested.as_ref()?;
    let end = data.bytes.len();
    let rest = |from: usize| (Span::new(from, end), end.saturating_sub(from));
    if attested.aaguid.is_none() {
        let (span, left) = rest(HEAD);
        cx.fail("aaguid", span, format!("expected 16 bytes, found {left}"));
    } else if attested.declared.is_none() {
        let (span, left) = rest(HEAD + 16);
        cx.fail("credentialIdLength", span, format!("expected 2 bytes, found {left}"));
    } else if attested.credential_id.is_none() {
        let (span, left) = rest(Attested::ID);
        let declared = attested.declared?;
        cx.fail("credentialId", span, format!("expected {declared} bytes as declared, found {left}"));
    } else if attested.key.is_none() {
        cx.fail("credentialPublicKey", Span::at(end), "expected a COSE key, found the end of the bytes");
    }
    Some(Checked)
}

fn leftover_bytes(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let flags = data.head?.flags;
    let span = data.leftover();
    if !span.is_empty() {
        let what = match (flags.attested(), flags.extended()) {
            (true, true) => "the extensions",
            (true, false) => "the key, as ED is clear",
            (false, true) => "the extensions, as AT is clear",
            (false, false) => "the counter, as AT and ED are clear",
        };
        cx.fail("", span, format!("expected nothing behind {what}, found {} bytes", span.len()));
    }
    Some(Checked)
}

fn extensions_missing(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let announced = data.head?.flags.extended();
    let reached =
        data.attested.as_ref().is_none_or(|it| it.key.as_ref().is_some_and(|key| key.tree.is_well_formed()));
    if announced && reached && data.extensions.is_none() {
        let end = Span::at(data.bytes.len());
        cx.fail("extensions", end, "expected extensions as the flag ED says, found the end of the bytes");
    }
    Some(Checked)
}

fn extensions_malformed(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = data.extensions.as_ref()?.root()?;
    if !matches!(root.item(), Item::Map) {
        cx.fail("extensions", root.span(), format!("expected a map, found {}", root.item().name()));
    }
    for (key, _) in root.pairs() {
        if key.text().is_none() {
            let message =
                format!("expected a text string as extension identifier, found {}", key.item().name());
            cx.fail("extensions", key.span(), message);
        }
    }
    Some(Checked)
}

fn not_canonical(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key = data.key().map(|key| ("credentialPublicKey", &key.tree));
    let extensions = data.extensions.as_ref().map(|tree| ("extensions", tree));
    for (name, tree) in key.into_iter().chain(extensions) {
        for fault in tree.faults().iter().filter(|fault| fault.kind.holds() == Held::NotCanonical) {
            cx.fail(format_args!("{name}{}", fault.at), fault.span, fault.kind.to_string());
        }
    }
    Some(Checked)
}

fn credential_id_empty(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if data.credential_id()?.is_empty() {
        let length = Span::new(Attested::ID - 2, Attested::ID);
        cx.fail("credentialId", length, "expected a credential id of 16 bytes or more, found an empty one");
    }
    Some(Checked)
}

fn credential_id_long(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let declared = data.attested.as_ref()?.declared?;
    if declared > 1023 {
        let length = Span::new(Attested::ID - 2, Attested::ID);
        cx.fail("credentialIdLength", length, format!("expected at most 1023 bytes, found {declared}"));
    }
    Some(Checked)
}

fn credential_id_short(data: &AuthenticatorData<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let id = data.credential_id().filter(|id| !id.is_empty())?;
    if id.len() < 16 {
        let span = Span::new(Attested::ID, Attested::ID + id.len());
        cx.fail("credentialId", span, format!("expected at least 16 bytes, found {}", id.len()));
    }
    Some(Checked)
}
