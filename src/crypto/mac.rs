//! HMAC, for JWS and XML signatures with a shared secret.

use aws_lc_rs::hmac as provider;

use super::Hash;

const HMAC: [(Hash, provider::Algorithm); 5] = [
    (Hash::Sha1, provider::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
    (Hash::Sha224, provider::HMAC_SHA224),
    (Hash::Sha256, provider::HMAC_SHA256),
    (Hash::Sha384, provider::HMAC_SHA384),
    (Hash::Sha512, provider::HMAC_SHA512),
];

/// The HMAC of `message` under `secret`; nothing for a hash of which the provider has none.
pub fn hmac(hash: Hash, secret: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let key = provider::Key::new(hash.within(&HMAC)?, secret);
    Some(provider::sign(&key, message).as_ref().to_vec())
}

/// Whether `tag` is the whole HMAC of `message` under `secret`, compared in constant time.
pub fn hmac_verifies(hash: Hash, secret: &[u8], message: &[u8], tag: &[u8]) -> bool {
    hash.within(&HMAC).is_some_and(|algorithm| {
        provider::verify(&provider::Key::new(algorithm, secret), message, tag).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_verifies_whole_and_only_under_its_secret() {
        // RFC 4231 test case 2.
        let tag = hmac(Hash::Sha256, b"Jefe", b"what do ya want for nothing?").unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(&tag[..4]), "5bdcc146");
        assert!(hmac_verifies(Hash::Sha256, b"Jefe", b"what do ya want for nothing?", &tag));
        assert!(!hmac_verifies(Hash::Sha256, b"jefe", b"what do ya want for nothing?", &tag));
        assert!(!hmac_verifies(Hash::Sha256, b"Jefe", b"what do ya want for nothing?", &tag[..16]));
    }
}
