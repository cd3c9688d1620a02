//! Algorithms: broken ones, and those that etalon does not do.

use crate::crypto::names::xmldsig;
use crate::model::signed_xml::XmlSignature;
use crate::rule;
use crate::rule::Severity::{Error, Inconclusive};
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};
use crate::wire::c14n::Algorithm;
use crate::xmldsig::Method;

rule! { XmlSignature =>
    /// The signature or a digest stands on a broken hash
    ///
    /// SHA-1 and MD5 are broken: whoever chooses part of a document can make a second one with the
    /// same digest. They are refused unless the caller asks for legacy signatures to be judged. That is
    /// stricter than XML Signature, which advises against SHA-1 and still has verifiers know it.
    ///
    /// Use SHA-256.
    "signed-xml.hash-broken": ERROR => hash_broken,
        clauses: &["CR-4.3.2-04"],
        cites: &[
            cite("etalon", "legacy", Force::House, "what is signed with a broken hash is judged on request alone"),
            cite("XML Signature 1.1", "6.2", Force::Should, "Use of SHA-256 is strongly recommended over SHA-1"),
        ],
        defects: &["SD-22", "SD-151"],
        catalogue: &["DS-21", "DS-23"];

    /// The signature method is no signature method
    ///
    /// The URI names a digest function, as in the sample of the Attribute Authority cookbook
    /// (`xmlenc#sha256`, SD-21). A verifier that looks up "sha256" and goes on verifies nothing.
    "signed-xml.signature-method-is-a-digest": ERROR => signature_method_is_a_digest,
        clauses: &["CR-4.3.2-06", "AA-5.3.2.13-17"],
        cites: &[cite("XML Signature 1.1", "4.4.2", Force::Fact, "specifies the algorithm used for signature generation and validation")],
        defects: &["SD-21"],
        catalogue: &["DS-21"];

    /// The parameters of the signature method are malformed
    ///
    /// `RSAPSSParams` holds a digest method, a mask generation function, the length of the salt and the
    /// trailer field, each at most once and in this order; the trailer field is 1, the only one that
    /// RFC 8017 has. With a part twice, or out of its place, two verifiers read two algorithms.
    "signed-xml.method-parameters-malformed": ERROR => method_parameters_malformed,
        cites: &[
            cite("RFC 9231", "2.3.9", Force::Fact, "RSASSA-PSS with Parameters"),
            cite("RFC 8017", "A.2.3", Force::Must, "trailerField is the trailer field number"),
        ],
        catalogue: &["DS-21"];

    /// A MAC stands where the key information names a public key
    ///
    /// An HMAC is computed with a secret that both sides share. With a certificate or a public key
    /// beside it, a verifier may take the public key's bytes for the secret, which everybody knows.
    "signed-xml.mac-with-public-key": ERROR => mac_with_public_key,
        clauses: &["CR-4.3.2-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "Signature method rsa-sha256")],
        catalogue: &["DS-21"];

    /// The MAC is cut short
    ///
    /// `HMACOutputLength` below half of the hash, or below 80 bits, lets anyone guess a MAC. Such a
    /// signature is deemed invalid. Under `standard` it is told as what could not be judged: etalon
    /// holds no secrets, and deployments set their own minimum.
    "signed-xml.mac-truncated": ERROR.in_standard(Inconclusive) => mac_truncated,
        cites: &[cite("XML Signature 1.1", "4.4.2", Force::Must, "Signatures MUST be deemed invalid if the truncation length is below the larger of (a) half the underlying hash algorithm's output length")],
        catalogue: &["DS-22"];

    /// An algorithm is not one that etalon does
    ///
    /// Nothing can be said of a signature by an algorithm that is not implemented: HMAC (its
    /// secret is not known), RIPEMD-160, Ed448, GOST, post-quantum schemes, and URIs that are misspelt.
    /// Under the profiles of eHealth the list of algorithms is closed, and such a signature is wrong.
    "signed-xml.algorithm-not-judged": INCONCLUSIVE.in_cookbook(Error).in_field(Error) => algorithm_not_judged,
        clauses: &["CR-4.3.2-04"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.2", Force::Must, "must use the following configuration")],
        catalogue: &["DS-17", "DS-21", "DS-23"];
}

fn hash_broken(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if cx.context().legacy {
        return None;
    }
    let method = match parts.method() {
        Method::Signature(algorithm) => algorithm.hash().filter(|_| algorithm.is_legacy()),
        Method::Mac(..) | Method::Digest(_) | Method::Malformed(_) | Method::Unknown => None,
    };
    if let Some(hash) = method {
        let message = format!("expected a signature over SHA-256, found {hash}");
        cx.fail(parts.method.element.path(), parts.method.element.start_tag(), message);
    }
    for method in parts.references.iter().map(|reference| &reference.digest_method) {
        if let Some(hash) = xmldsig::digest(&method.uri).filter(|hash| hash.is_legacy()) {
            let message = format!("expected a SHA-256 digest, found {hash}");
            cx.fail(method.element.path(), method.element.start_tag(), message);
        }
    }
    Some(Checked)
}

fn signature_method_is_a_digest(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if let Method::Digest(hash) = parts.method() {
        let message = format!("expected a signature method, found the URI of the digest function {hash}");
        cx.fail(parts.method.element.path(), parts.method.element.start_tag(), message);
    }
    Some(Checked)
}

fn method_parameters_malformed(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    if let Method::Malformed(found) = parts.method() {
        let element = parts.method.element;
        cx.fail(
            element.path(),
            element.span(),
            format!("expected parameters by their schema, found {found}"),
        );
    }
    Some(Checked)
}

fn mac_with_public_key(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let Method::Mac(hash, _) = parts.method() else { return None };
    if !signature.certificates.is_empty() || !signature.reading.key_info.key_values.is_empty() {
        let message =
            format!("expected a signature under the public key of KeyInfo, found an HMAC with {hash}");
        cx.fail(parts.method.element.path(), parts.method.element.start_tag(), message);
    }
    Some(Checked)
}

fn mac_truncated(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let Method::Mac(hash, Some(bits)) = parts.method() else { return None };
    let least = (hash.len() as u64 * 8 / 2).max(80);
    if bits < least || bits > hash.len() as u64 * 8 {
        let message = format!("expected an HMACOutputLength of at least {least} bits, found {bits}");
        cx.fail(parts.method.element.path(), parts.method.element.span(), message);
    }
    Some(Checked)
}

fn algorithm_not_judged(signature: &XmlSignature<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let parts = signature.parts()?;
    let judged = matches!(parts.method(), Method::Signature(_) | Method::Digest(_) | Method::Malformed(_));
    let uses = [
        ((!judged).then_some(&parts.method), "signature method"),
        (
            Algorithm::from_uri(&parts.canonicalization.uri).is_none().then_some(&parts.canonicalization),
            "canonicalisation",
        ),
    ];
    for (unknown, what) in uses.into_iter().filter_map(|(unknown, what)| Some((unknown?, what))) {
        let message = format!("expected a {what} that etalon does, found `{}`", unknown.uri.escape_debug());
        cx.fail(unknown.element.path(), unknown.element.start_tag(), message);
    }
    for method in parts.references.iter().map(|reference| &reference.digest_method) {
        if xmldsig::digest(&method.uri).is_none() {
            let message =
                format!("expected a digest function that etalon does, found `{}`", method.uri.escape_debug());
            cx.fail(method.element.path(), method.element.start_tag(), message);
        }
    }
    Some(Checked)
}
