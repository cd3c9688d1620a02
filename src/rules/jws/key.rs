//! The key that the signature is to verify under: whether it is fit for that.

use crate::crypto::Hash;
use crate::crypto::names::jose::Protection;
use crate::crypto::weak::Weakness;
use crate::model::jwk::{Jwk, KeyType};
use crate::model::jws::{Jws, Keys, Unpicked, Verification};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, WARNING, cite};
use crate::rules::jwk::MIN_RSA_BITS;

rule! { Jws =>
    /// No key was given to verify the signature under
    ///
    /// Give the signer's public key as `key` in the context: PEM, a JWK, or a JWK set.
    "jws.key-missing": INCONCLUSIVE => key_missing,
        cites: &[cite("RFC 7515", "5.2", Force::Must, "Validate the JWS Signature against the JWS Signing Input")];

    /// What was given as a key is none
    ///
    /// It is neither a PEM public key, nor a JWK, nor a JWK set, or its members make no key: a point
    /// off its curve, a modulus of zero. Nothing verifies under such a key.
    "jws.key-invalid": ERROR => key_invalid,
        cites: &[cite("RFC 7518", "6.2.1", Force::Fact, "which together define a point on an Elliptic Curve")],
        catalogue: &["JK-06"];

    /// The set holds no single key that the header means
    ///
    /// `kid` names none of its keys or several, or there is no `kid` and not exactly one key of the
    /// algorithm's type. Of several, those are not meant that are of another type, for another use or for
    /// another algorithm. Trying all of the rest lets the weakest decide. A set with secrets beside
    /// public keys has no such key: what is public in it would be taken for a secret.
    "jws.key-not-found": ERROR => key_not_found,
        cites: &[cite("RFC 7515", "6", Force::Must, "Validation of the signature or MAC fails when the algorithm used requires a key … and the key used cannot be determined.")],
        catalogue: &["JT-10", "JK-03", "JK-04"];

    /// The key's id is another than the header's
    ///
    /// The header asks for one key and another was given to verify with. If the signature verifies, the
    /// header names the key wrongly; if it does not, this may be why.
    "jws.kid-differs": WARNING => kid_differs,
        cites: &[cite("RFC 7515", "4.1.4", Force::Should, "When used with a JWK, the \"kid\" value is used to match a JWK \"kid\" parameter value.")],
        catalogue: &["JT-10"];

    /// The algorithm works with another type of key
    ///
    /// A token in HS256 that is verified with a public key as the secret, because the receiver let
    /// the header choose, verifies for whoever knows the public key: everybody. Fix the algorithm
    /// with the key, never by the header.
    "jws.alg-for-another-key": ERROR => alg_for_another_key,
        cites: &[cite("RFC 8725", "3.1", Force::Must, "each key MUST be used with exactly one algorithm, and this MUST be checked when the cryptographic operation is performed.")],
        catalogue: &["JT-05", "JK-07"];

    /// The key is for another algorithm
    ///
    /// The JWK's `alg` says what it is used with, and the header says otherwise.
    "jws.key-for-another-alg": ERROR => key_for_another_alg,
        cites: &[cite("RFC 8725", "3.1", Force::Must, "each key MUST be used with exactly one algorithm, and this MUST be checked when the cryptographic operation is performed.")],
        catalogue: &["JK-07"];

    /// The key is not for signatures
    ///
    /// Its `use` is not `sig`, or its `key_ops` do not list `verify`.
    "jws.key-not-for-signatures": ERROR => key_not_for_signatures,
        cites: &[cite("RFC 7517", "4.2", Force::Fact, "The \"use\" (public key use) parameter identifies the intended use of the public key.")],
        catalogue: &["JK-10"];

    /// The key is weak
    ///
    /// An RSA key below 2048 bits or with a known flaw, or an HMAC secret shorter than its hash:
    /// what verifies under it may be forged.
    "jws.key-weak": ERROR => key_weak,
        cites: &[
            cite("RFC 7518", "3.3", Force::Must, "A key of size 2048 bits or larger MUST be used with these algorithms."),
            cite("RFC 7518", "3.2", Force::Must, "A key of the same size as the hash output … or larger MUST be used with this algorithm."),
        ],
        catalogue: &["JK-08", "JK-09", "JK-22", "JT-18"];
}

/// The key that the header means, when it is a JWK.
fn picked<'k>(jws: &'k Jws<'_>) -> Option<&'k Jwk<'k>> {
    jws.keys.pick(jws).ok().flatten()
}

fn key_missing(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.protection()?;
    if matches!(jws.keys, Keys::Absent) {
        cx.fail(
            "signature",
            jws.compact.signature().span,
            "expected a key in the context to verify under, found none",
        );
    }
    Some(Checked)
}

fn key_invalid(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let why = match &jws.verification {
        Verification::NoKey | Verification::NoAlgorithm | Verification::Unpicked(_) => return None,
        Verification::KeyUnreadable => "expected a PEM public key, a JWK or a JWK set, found none of them",
        Verification::KeyInvalid(why) => why,
        Verification::OtherKey(_)
        | Verification::NotImplemented(_)
        | Verification::Valid
        | Verification::Invalid => return Some(Checked),
    };
    cx.fail("signature", jws.compact.signature().span, why);
    Some(Checked)
}

fn key_not_found(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Keys::Set(all) = jws.keys else { return None };
    if let Verification::Unpicked(why) = &jws.verification {
        let found = match why {
            Unpicked::None => "none".to_owned(),
            Unpicked::Several(count) => format!("{count}"),
            Unpicked::Mixed => "secrets and public keys side by side".to_owned(),
        };
        let message = format!(
            "expected one of the set's {} keys to be the one that the header means, found {found}",
            all.len()
        );
        cx.fail("signature", jws.compact.signature().span, message);
    }
    Some(Checked)
}

fn kid_differs(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let Keys::One(jwk) = jws.keys else { return None };
    if jws.text("kid")? != jwk.text("kid")? {
        cx.fail("header → /kid", jws.compact.header().span, "expected the kid of the key, found another");
    }
    Some(Checked)
}

fn alg_for_another_key(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let alg = jws.text("alg")?;
    match &jws.verification {
        Verification::OtherKey(kind) => {
            let message =
                format!("expected an algorithm for a key of kind {kind}, found `{}`", alg.escape_debug());
            cx.fail("header → /alg", jws.compact.header().span, message);
            Some(Checked)
        }
        Verification::Valid | Verification::Invalid => Some(Checked),
        Verification::NoKey
        | Verification::KeyUnreadable
        | Verification::Unpicked(_)
        | Verification::KeyInvalid(_)
        | Verification::NoAlgorithm
        | Verification::NotImplemented(_) => None,
    }
}

fn key_for_another_alg(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    jws.protection()?;
    let (wanted, alg) = (picked(jws)?.text("alg")?, jws.text("alg")?);
    if wanted != alg {
        let message = format!(
            "expected the key's algorithm `{}`, found `{}`",
            wanted.escape_debug(),
            alg.escape_debug()
        );
        cx.fail("header → /alg", jws.compact.header().span, message);
    }
    Some(Checked)
}

fn key_not_for_signatures(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let jwk = picked(jws)?;
    let span = jws.compact.signature().span;
    if let Some(other) = jwk.text("use").filter(|it| *it != "sig") {
        cx.fail(
            "signature",
            span,
            format!("expected a key for use `sig`, found one for `{}`", other.escape_debug()),
        );
    }
    // Whoever holds the secret may have it to sign with, and verifies all the same.
    let is_secret = jwk.member("d").is_some() || jwk.key_type() == Some(KeyType::Oct);
    let verifies = |name: &str| name == "verify" || is_secret && name == "sign";
    if jwk.member("key_ops").is_some() && !jwk.operations().any(verifies) {
        cx.fail("signature", span, "expected a key for operation `verify`, found one for others");
    }
    Some(Checked)
}

fn key_weak(jws: &Jws<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let span = jws.compact.signature().span;
    if let Protection::Mac(hash) = jws.protection()? {
        let len = picked(jws)?.bytes("k")?.len();
        if len < Hash::len(hash) {
            let message =
                format!("expected a secret of at least {} bytes for {hash}, found {len}", hash.len());
            cx.fail("signature", span, message);
        }
        return Some(Checked);
    }
    let key = match jws.keys {
        Keys::Spki(key) => key.as_ref().ok()?,
        Keys::Absent | Keys::Unreadable | Keys::One(_) | Keys::Set(_) => picked(jws)?.public_key()?.ok()?,
    };
    let rsa = key.rsa()?;
    let bits = crate::wire::der::bit_length(&rsa.n);
    if bits < MIN_RSA_BITS {
        cx.fail(
            "signature",
            span,
            format!("expected an RSA key of at least {MIN_RSA_BITS} bits, found {bits}"),
        );
    }
    let fatal: Vec<Weakness> = crate::crypto::weak::weaknesses(rsa);
    for why in fatal.into_iter().filter_map(Weakness::fatal) {
        cx.fail("signature", span, format!("expected an RSA key that only its owner knows, found {why}"));
    }
    Some(Checked)
}
