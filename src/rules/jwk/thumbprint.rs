//! The fingerprints `x5t` and `x5t#S256`: of which certificate, in which form.

use crate::crypto::{Hash, digest};
use crate::model::jwk::JwkChain;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { JwkChain =>
    /// A fingerprint does not have the length of its hash
    ///
    /// `x5t#S256` is 32 bytes, 43 characters; `x5t` is 20 bytes, 27 characters. Hexadecimal digits
    /// in base64url are longer: they are the fingerprint of nothing.
    "jwk.fingerprint-length": ERROR => fingerprint_length,
        clauses: &["ED-5.2.2.2-11"],
        cites: &[cite("RFC 7517", "4.9", Force::Fact, "is a base64url-encoded SHA-256 thumbprint (a.k.a. digest) of the DER encoding of an X.509 certificate")],
        catalogue: &["JK-13"];

    /// A fingerprint is that of another certificate
    ///
    /// It is computed over the DER of the first certificate of `x5c`, not over its base64 or PEM.
    "jwk.fingerprint-of-another-certificate": ERROR => fingerprint_of_another_certificate,
        clauses: &["ED-5.2.2.2-11"],
        cites: &[cite("RFC 7517", "4.9", Force::Must, "The key in the certificate MUST match the public key represented by other members of the JWK.")],
        catalogue: &["JK-13"];

    /// The certificate is named by SHA-1 alone
    ///
    /// `x5t` is SHA-1: two certificates of one fingerprint can be made. Give `x5t#S256`.
    "jwk.fingerprint-sha1-only": WARNING => fingerprint_sha1_only,
        cites: &[cite("RFC 7517", "4.8", Force::May, "\"x5t\" (X.509 certificate SHA-1 thumbprint) parameter")],
        catalogue: &["JK-14"];
}

const FINGERPRINTS: [(&str, Hash); 2] = [("x5t#S256", Hash::Sha256), ("x5t", Hash::Sha1)];

fn fingerprint_length(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let present =
        || FINGERPRINTS.into_iter().filter_map(|(name, hash)| Some((chain.jwk.octets(name)?, hash)));
    present().next()?;
    for (octets, hash) in present() {
        let Some(bytes) = &octets.decoded.bytes else { continue };
        if bytes.len() != hash.len() {
            let message = format!("expected the {} bytes of {hash}, found {}", hash.len(), bytes.len());
            cx.fail(octets.value.pointer(), octets.value.span(), message);
        }
    }
    Some(Checked)
}

fn fingerprint_of_another_certificate(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let der = chain.jwk.chain.first()?.decoded.bytes.as_deref()?;
    let present =
        || FINGERPRINTS.into_iter().filter_map(|(name, hash)| Some((chain.jwk.octets(name)?, hash)));
    present().next()?;
    for (octets, hash) in present() {
        let Some(bytes) = octets.decoded.bytes.as_deref().filter(|bytes| bytes.len() == hash.len()) else {
            continue;
        };
        if bytes != digest(hash, der).as_bytes() {
            let message = format!("expected the {hash} of the first certificate's DER, found another");
            cx.fail(octets.value.pointer(), octets.value.span(), message);
        }
    }
    Some(Checked)
}

fn fingerprint_sha1_only(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let x5t = chain.jwk.member("x5t").or_else(|| chain.jwk.member("x5t#S256"))?;
    if chain.jwk.member("x5t#S256").is_none() {
        cx.fail(x5t.pointer(), x5t.span(), "expected x5t#S256, found x5t alone");
    }
    Some(Checked)
}
