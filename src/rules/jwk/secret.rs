//! Secrets: what only the owner may know, and secrets that serve as keys.

use crate::crypto::Hash;
use crate::crypto::names::jose::{self, Protection};
use crate::model::jwk::{Jwk, KeyType, PRIVATE};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Jwk =>
    /// The key gives its secret away
    ///
    /// `d`, `p`, `q`, `dp`, `dq`, `qi`, `oth` and the `k` of a symmetric key are known to the owner
    /// alone. Whoever reads them signs and decrypts in his name: revoke the key, and find out how it
    /// got there. RFC 7517 lets a key be private, so this is not judged under `standard`.
    "jwk.secret-member": ERROR.not_in_standard() => secret_member,
        clauses: &["KD-5.2.4-03"],
        cites: &[cite("RFC 7517", "9.2", Force::Must, "Private and symmetric keys MUST be protected from disclosure to unintended parties.")],
        catalogue: &["JK-01", "JK-02"];

    /// The secret is shorter than the hash that it is used with
    ///
    /// An HMAC key has at least the size of the hash output: 32 bytes for HS256. An empty one is no
    /// key at all.
    "jwk.secret-short": ERROR => secret_short,
        cites: &[cite("RFC 7518", "3.2", Force::Must, "A key of the same size as the hash output (for instance, 256 bits for \"HS256\") or larger MUST be used with this algorithm.")],
        catalogue: &["JK-22"];
}

fn secret_member(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jwk.key_type()?;
    for value in PRIVATE.iter().filter_map(|name| jwk.member(name)) {
        cx.fail(
            value.pointer(),
            value.span(),
            "expected a public key, found a member that its owner keeps secret",
        )
        .hint("revoke the key: its secret is known now");
    }
    Some(Checked)
}

fn secret_short(jwk: &Jwk<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if jwk.key_type()? != KeyType::Oct {
        return None;
    }
    let (value, len) = (jwk.member("k")?, jwk.bytes("k")?.len());
    let hash = match jwk.text("alg").and_then(jose::protection) {
        Some(Protection::Mac(hash)) => hash,
        Some(Protection::Signature(_)) | None if len == 0 => Hash::Sha256,
        Some(Protection::Signature(_)) | None => return None,
    };
    if len < hash.len() {
        let message = format!("expected a secret of at least {} bytes for {hash}, found {len}", hash.len());
        cx.fail(value.pointer(), value.span(), message);
    }
    Some(Checked)
}
