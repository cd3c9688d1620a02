//! The public key: its kind, its size, and whether it is sound.

use crate::base::{Profile, Span};
use crate::crypto::weak::{Weakness, has_close_primes};
use crate::crypto::{Curve, KeyError, KeyKind};
use crate::model::csr::Csr;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, OFF, WARNING, cite};

const KEY: &str = "certificationRequestInfo.subjectPKInfo.subjectPublicKey";
const CODE: &[&str] = &["CSR_INVALID_PUBLIC_KEY_INVALID"];

rule! { Csr =>
    /// The public key is no key
    ///
    /// The bits do not hold a key of the algorithm that they claim: numbers that cannot be read, a
    /// point that does not lie on the curve.
    "csr.key-malformed": ERROR => key_malformed,
        clauses: &["CR-7.1-09"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Must, "The given CSR contains an invalid public key.")],
        catalogue: &["CS-13"],
        codes: CODE;

    /// The key is of a kind that etalon does not know
    ///
    /// Neither the key nor the signature made with it can be judged.
    "csr.key-kind-unsupported": OFF.in_standard(crate::rule::Severity::Inconclusive) => key_kind_unsupported,
        cites: &[cite("RFC 2986", "4.1", Force::Fact, "subjectPublicKeyInfo contains information about the public key being certified")];

    /// The curve of the key is written out
    ///
    /// A curve is named. In a certificate its numbers are forbidden, so no authority can certify the
    /// key as it stands here; what the request itself proves stays true. Make the key with
    /// `-pkeyopt ec_param_enc:named_curve`.
    "csr.curve-explicit": WARNING => curve_explicit,
        cites: &[cite("RFC 5480", "2.1.1", Force::Must, "implicitCurve and specifiedCurve MUST NOT be used in PKIX.")],
        catalogue: &["CS-13"],
        codes: CODE;

    /// The key is not an RSA key
    ///
    /// The cookbook asks for a request signed with RSA, so for an RSA key. Since 2025 the acceptance
    /// environment issues certificates for EC keys on P-384 too, so `field` takes P-256 and P-384.
    "csr.key-not-rsa": ERROR.not_in_standard() => key_not_rsa,
        clauses: &["CR-4.3.4.5.1-09", "CR-7.1-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "Csr signature Algorithm = SHA2 & RSA")],
        defects: &["SD-103"],
        catalogue: &["CS-11"],
        codes: CODE;

    /// The key is smaller than 2048 bits
    ///
    /// A smaller modulus can be factored with means that exist. eHealth refuses it; the base standard
    /// names no size, so there it is a warning.
    "csr.key-too-small": ERROR.in_standard(Warning) => key_too_small,
        clauses: &["CR-4.3.4.5.1-08", "CR-4.3.4-18"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "Generate Key pair : Key size = 2048")],
        catalogue: &["CS-10"],
        codes: CODE;

    /// The key is larger than 2048 bits
    ///
    /// It is stronger than asked for, but the cookbook says 2048, and the real client makes nothing
    /// else. `field` only warns: nothing public says that the service refuses it.
    "csr.key-larger-than-2048": OFF.in_cookbook(crate::rule::Severity::Error).in_field(Warning) => key_larger_than_2048,
        clauses: &["CR-4.3.4.5.1-08"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Fact, "Generate Key pair : Key size = 2048")],
        defects: &["SD-103"],
        catalogue: &["CS-10"],
        codes: CODE;

    /// The modulus or the exponent is negative
    ///
    /// The octet 00 is missing in front of a number whose first bit is set: as an INTEGER it is
    /// negative. Some readers take it for the number that was meant, others refuse it, and two
    /// encodings of one key have two identifiers.
    "csr.key-number-negative": ERROR => key_number_negative,
        cites: &[cite("RFC 8017", "A.1.1", Force::Fact, "modulus INTEGER, -- n")],
        catalogue: &["CS-13"],
        codes: CODE;

    /// The exponent makes the key useless
    ///
    /// With an exponent of 1 each message is its own signature; for an even one there is no private
    /// key at all.
    "csr.key-exponent-unusable": ERROR => key_exponent_unusable,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA public exponent e is an integer between 3 and n - 1 satisfying GCD(e,\\lambda(n)) = 1")],
        catalogue: &["CS-12"],
        codes: CODE;

    /// The exponent is smaller than 65537
    ///
    /// With 3 and the like, a verifier that checks the padding carelessly takes forged signatures
    /// (CVE-2006-4339). Make keys with 65537.
    "csr.key-exponent-small": WARNING.in_standard(Note) => key_exponent_small,
        cites: &[cite("NIST SP 800-56B Rev. 2", "6.2", Force::Must, "65,537 ≤ e < 2^256")],
        catalogue: &["CS-12"];

    /// The modulus has a factor that anyone finds
    ///
    /// It is even, or divisible by a small prime: it is no product of two large primes, and the
    /// private key follows from the public one.
    "csr.key-modulus-factored": ERROR => key_modulus_factored,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus n is a product of u distinct odd primes")],
        catalogue: &["CS-12", "JK-08"],
        codes: CODE;

    /// The primes lie too close to each other
    ///
    /// Fermat's method finds them within a hundred rounds: the generator that made them is broken.
    "csr.key-primes-close": ERROR.not_in_standard() => key_primes_close,
        cites: &[cite("CA/Browser Forum BR", "6.1.1.3", Force::Must, "the CA SHALL reject weak keys which can be factored within 100 rounds using Fermat's factorization method")],
        catalogue: &["CS-12", "JK-08"],
        codes: CODE;

    /// The key was made with Infineon's broken library
    ///
    /// Its modulus bears the mark of CVE-2017-15361 (ROCA): the private key can be computed from it.
    /// Such keys came from smart cards and TPMs up to 2017. Make a new key elsewhere.
    "csr.key-roca": ERROR => key_roca,
        cites: &[cite("CA/Browser Forum BR", "6.1.1.3", Force::Must, "In the case of ROCA vulnerability, the CA SHALL reject keys identified by the tools available at")],
        catalogue: &["CS-12", "JK-08"],
        codes: CODE;
}

fn key_malformed(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match csr.key() {
        Ok(_) => {}
        Err(KeyError::Unsupported(_)) => return None,
        Err(KeyError::Malformed(why)) => _ = cx.fail(KEY, csr.spki.bits.span, why.clone()),
    }
    Some(Checked)
}

fn key_kind_unsupported(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Err(KeyError::Unsupported(what)) = csr.key() {
        let message = format!("expected a key of a kind that etalon judges, found {what}");
        cx.fail("certificationRequestInfo.subjectPKInfo.algorithm", csr.spki.algorithm.span, message);
    }
    Some(Checked)
}

fn curve_explicit(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let algorithm = &csr.spki.algorithm;
    if algorithm.is_curve_explicit()? {
        cx.fail(
            "certificationRequestInfo.subjectPKInfo.algorithm.parameters",
            algorithm.span,
            "expected the name of a curve, found its numbers",
        );
    }
    Some(Checked)
}

fn key_not_rsa(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let field = cx.profile() == Profile::Field;
    let found = match csr.key() {
        Ok(key) => match key.kind() {
            KeyKind::Rsa(_) => return Some(Checked),
            KeyKind::Ec(Curve::P256 | Curve::P384) if field => return Some(Checked),
            other @ (KeyKind::Ec(_) | KeyKind::Ed25519 | KeyKind::Dsa(_)) => other.to_string(),
        },
        Err(KeyError::Unsupported(what)) => what.clone(),
        Err(KeyError::Malformed(_)) => return None,
    };
    let wanted = if field { "an RSA key, or an EC key on P-256 or P-384" } else { "an RSA key" };
    let message = format!("expected {wanted}, found {found}");
    cx.fail("certificationRequestInfo.subjectPKInfo.algorithm", csr.spki.algorithm.span, message);
    Some(Checked)
}

fn rsa_bits(csr: &Csr<'_>) -> Option<usize> {
    match csr.key().ok()?.kind() {
        KeyKind::Rsa(bits) => Some(bits),
        KeyKind::Ec(_) | KeyKind::Ed25519 | KeyKind::Dsa(_) => None,
    }
}

fn key_too_small(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bits = rsa_bits(csr)?;
    if bits < 2048 {
        cx.fail(KEY, csr.spki.bits.span, format!("expected a modulus of 2048 bits, found {bits}"))
            .hint("openssl req -new -newkey rsa:2048 …");
    }
    Some(Checked)
}

fn key_larger_than_2048(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bits = rsa_bits(csr)?;
    if bits > 2048 {
        cx.fail(KEY, csr.spki.bits.span, format!("expected a modulus of 2048 bits, found {bits}"));
    }
    Some(Checked)
}

fn key_number_negative(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (n, e) = csr.spki.rsa?;
    for (name, number) in [("modulus", n), ("publicExponent", e)] {
        if number.is_negative() {
            let message = format!("expected a {name} above zero, found a negative one");
            cx.fail(format_args!("{KEY}.{name}"), number.span, message);
        }
    }
    Some(Checked)
}

/// Reports the weaknesses that `tell` has a message for, at the number that they lie in.
fn weak(
    csr: &Csr<'_>,
    cx: &mut Cx<'_>,
    tell: impl Fn(Weakness) -> Option<(&'static str, String)>,
) -> Option<Checked> {
    let (n, e) = csr.spki.rsa?;
    for (name, message) in csr.weaknesses()?.iter().copied().filter_map(tell) {
        let span: Span = if name == "modulus" { n.span } else { e.span };
        cx.fail(format_args!("{KEY}.{name}"), span, message);
    }
    Some(Checked)
}

fn key_exponent_unusable(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    weak(csr, cx, |weakness| {
        let found = match weakness {
            Weakness::ExponentOne => "1",
            Weakness::ExponentEven => "an even one",
            Weakness::ExponentSmall
            | Weakness::ExponentLarge
            | Weakness::ModulusEven
            | Weakness::ClosePrimes
            | Weakness::SmallFactor(_)
            | Weakness::Roca => return None,
        };
        Some(("publicExponent", format!("expected an odd exponent of at least 3, found {found}")))
    })
}

fn key_exponent_small(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (_, e) = csr.spki.rsa?;
    weak(csr, cx, |weakness| {
        (weakness == Weakness::ExponentSmall).then(|| {
            ("publicExponent", format!("expected an exponent of at least 65537, found {}", e.to_decimal()))
        })
    })
}

fn key_modulus_factored(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    weak(csr, cx, |weakness| {
        let factor = match weakness {
            Weakness::ModulusEven => 2,
            Weakness::SmallFactor(factor) => factor,
            Weakness::ExponentOne
            | Weakness::ExponentEven
            | Weakness::ExponentSmall
            | Weakness::ExponentLarge
            | Weakness::ClosePrimes
            | Weakness::Roca => return None,
        };
        Some(("modulus", format!("expected a product of two large primes, found the factor {factor}")))
    })
}

fn key_primes_close(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key = csr.key().ok()?.rsa()?;
    let (n, _) = csr.spki.rsa?;
    if has_close_primes(key) {
        let message = "expected primes that lie far from each other, found some that Fermat's method finds";
        cx.fail(format_args!("{KEY}.modulus"), n.span, message);
    }
    Some(Checked)
}

fn key_roca(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    weak(csr, cx, |weakness| {
        let message = "expected a modulus of random primes, found the mark of CVE-2017-15361";
        (weakness == Weakness::Roca).then(|| ("modulus", message.to_owned()))
    })
}
