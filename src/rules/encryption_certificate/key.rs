//! Whether the encryption key can be broken.

use super::EncryptionCertificate;
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::rules::certificate;

rule! { EncryptionCertificate =>
    /// The key has a known weakness
    ///
    /// An exponent of 1 or an even one, an even modulus or one with a small factor, or the mark of
    /// Infineon's library (CVE-2017-15361): whoever has the token has the private key, too.
    "encryption-certificate.key-weak": ERROR => key_weak,
        catalogue: &["ET-01"],
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus n is a product of u distinct odd primes")],
        codes: &["CSR_INVALID_PUBLIC_KEY_INVALID"];

    /// The modulus or the exponent is negative
    ///
    /// The octet 00 is missing in front of a number whose first bit is set: as an INTEGER it is
    /// negative. Some senders take it for the number that was meant and encrypt, others refuse the token.
    "encryption-certificate.key-number-negative": ERROR => key_number_negative,
        catalogue: &["ET-01"],
        cites: &[cite("RFC 8017", "3.1", Force::Fact, "the RSA modulus, a positive integer")];
}

fn key_number_negative(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate::key_number_negative(it.certificate, cx)
}

fn key_weak(it: &EncryptionCertificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate::key_weak(it.certificate, cx)
}
