//! AES in CBC mode with the padding of PKCS #7, as CMS encrypts content.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;

use super::decrypt::DecryptError;

fn algorithm(key: &[u8]) -> Option<&'static Algorithm> {
    match key.len() {
        16 => Some(&AES_128),
        24 => Some(&AES_192),
        32 => Some(&AES_256),
        _ => None,
    }
}

/// The plaintext of `ciphertext`; the length of the key says which AES it is.
///
/// # Errors
/// When it does not decrypt; no cause is told.
pub fn aes_cbc_decrypt(key: &[u8], iv: &[u8; 16], ciphertext: &[u8]) -> Result<Vec<u8>, DecryptError> {
    let key = UnboundCipherKey::new(algorithm(key).ok_or(DecryptError)?, key).map_err(|_| DecryptError)?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| DecryptError)?;
    let mut buffer = ciphertext.to_vec();
    let context = DecryptionContext::Iv128(FixedLength::from(*iv));
    let length = key.decrypt(&mut buffer, context).map_err(|_| DecryptError)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

/// The ciphertext of `plaintext` under a key and a given initialisation vector, for what is forged;
/// nothing when the key has no length of AES.
pub fn aes_cbc_encrypt(key: &[u8], iv: &[u8; 16], plaintext: &[u8]) -> Option<Vec<u8>> {
    let key = UnboundCipherKey::new(algorithm(key)?, key).ok()?;
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).ok()?;
    let mut buffer = plaintext.to_vec();
    key.less_safe_encrypt(&mut buffer, EncryptionContext::Iv128(FixedLength::from(*iv))).ok()?;
    Some(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encrypted_decrypts_under_the_same_key_alone() {
        for length in [16, 24, 32] {
            let key = vec![7; length];
            let sealed = aes_cbc_encrypt(&key, &[1; 16], b"a text of some length").expect("a key of AES");
            assert_eq!(
                aes_cbc_decrypt(&key, &[1; 16], &sealed).as_deref(),
                Ok(&b"a text of some length"[..])
            );
            assert_ne!(
                aes_cbc_decrypt(&vec![8; length], &[1; 16], &sealed).as_deref(),
                Ok(&b"a text of some length"[..])
            );
        }
        assert_eq!(aes_cbc_encrypt(&[0; 15], &[1; 16], b""), None);
    }
}
