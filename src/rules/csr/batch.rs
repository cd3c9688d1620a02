//! The key of a request beside those of the other requests of its batch.

use crate::base::Budget;
use crate::crypto::weak::shares_factor;
use crate::model::csr::{Armour, Csr};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Csr =>
    /// Another request of the batch has the same key
    ///
    /// Each request is for a key of its own: the service knows a key that it has seen, whoever asks.
    /// Judged where several requests are judged at once, or the context names others as `requests`.
    "csr.key-repeated": ERROR.not_in_standard() => key_repeated,
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "CSR_PUB_KEY_NOT_UNIQUE … The CSR is not unique.")],
        catalogue: &["CS-18"],
        codes: &["CSR_PUB_KEY_NOT_UNIQUE"];

    /// The key has a factor in common with that of another request
    ///
    /// Two moduli with a prime in common fall apart by one greatest common divisor: whoever has both
    /// public keys has both private keys. The generator that made them had too little randomness.
    /// Judged where several requests are judged at once, or the context names others as `requests`.
    "csr.factor-shared": ERROR => factor_shared,
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus n is a product of u distinct odd primes")],
        catalogue: &["CS-12"],
        codes: &["CSR_INVALID_PUBLIC_KEY_INVALID"];
}

const KEY: &str = "certificationRequestInfo.subjectPKInfo.subjectPublicKey";

/// The keys of the other requests: the bits of each, and the modulus where it is an RSA key.
fn others(csr: &Csr<'_>, cx: &Cx<'_>) -> Option<Vec<(Vec<u8>, Option<Vec<u8>>)>> {
    let context = cx.context();
    let all = context.requests.iter().filter_map(|text| other(csr, text, &context.budget));
    (!context.requests.is_empty()).then(|| all.collect())
}

/// The key of a request in PEM or base64; nothing where it is none, or the one that is judged.
fn other(csr: &Csr<'_>, text: &str, budget: &Budget) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = if text.contains("-----BEGIN ") {
        text.as_bytes().to_vec()
    } else {
        data_encoding::BASE64.decode(packed.as_bytes()).ok()?
    };
    let armour = Armour::open(&bytes);
    let other = Csr::read(armour.der.as_deref()?, budget).0.filter(|other| other.info != csr.info)?;
    let modulus = other.key().ok().and_then(|key| key.rsa()).map(|rsa| rsa.n.clone());
    Some((other.spki.bits.bytes.to_vec(), modulus))
}

fn key_repeated(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if others(csr, cx)?.iter().any(|(bits, _)| bits == csr.spki.bits.bytes) {
        let message = "expected a key of its own, found that of another request of the batch";
        cx.fail(KEY, csr.spki.bits.span, message);
    }
    Some(Checked)
}

fn factor_shared(csr: &Csr<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let others = others(csr, cx)?;
    let own = csr.key().ok()?.rsa()?;
    let moduli: Vec<&[u8]> = others.iter().filter_map(|(_, modulus)| modulus.as_deref()).collect();
    if shares_factor(&own.n, &moduli).is_some() {
        let message = "expected a modulus of its own primes, found one that shares a factor with another \
                       request of the batch";
        cx.fail(format_args!("{KEY}.modulus"), csr.spki.bits.span, message);
    }
    Some(Checked)
}
