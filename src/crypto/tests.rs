//! Signatures and ciphertexts from elsewhere, and what holds for all of ours.

use data_encoding::{BASE64, HEXUPPER};

use super::decrypt::{DecryptionKey, Padding};
use super::sign::PrivateKey;
use super::{Algorithm, Curve, Hash, SignatureForm, VerifyError, rsa};

const RSA_2048: &[u8] = include_bytes!("../../tests/data/rsa-2048.key");
const RSA_1024: &[u8] = include_bytes!("../../tests/data/rsa-1024.key");

fn hex(text: &str) -> Vec<u8> {
    HEXUPPER.decode(text.as_bytes()).unwrap()
}

fn ecdsa(hash: Hash, form: SignatureForm) -> Algorithm {
    Algorithm::Ecdsa { hash, form, curve: None }
}

/// RFC 6979 A.2.5 and A.2.6, message "sample".
const RFC_6979: &[(Curve, &str, Hash, &str)] = &[
    (
        Curve::P256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        Hash::Sha256,
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    ),
    (
        Curve::P256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        Hash::Sha1,
        "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D326D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB",
    ),
    (
        Curve::P256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        Hash::Sha512,
        "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F002362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
    ),
    (
        Curve::P384,
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        Hash::Sha384,
        "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE4699EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
    ),
];

#[test]
fn deterministic_signatures_are_those_of_rfc_6979() {
    for (curve, scalar, hash, expected) in RFC_6979 {
        let key = PrivateKey::from_ec_scalar(*curve, &hex(scalar)).unwrap();
        let signature = key.sign(ecdsa(*hash, SignatureForm::Fixed), b"sample").unwrap();
        assert_eq!(HEXUPPER.encode(&signature), *expected, "{curve} {hash}");
    }
}

#[test]
fn every_curve_takes_every_hash_in_both_forms() {
    for curve in Curve::ALL {
        let key = PrivateKey::from_ec_scalar(*curve, &[7; 32]).unwrap();
        for hash in [Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            for form in [SignatureForm::Der, SignatureForm::Fixed] {
                let algorithm = ecdsa(hash, form);
                let mut signature = key.sign(algorithm, b"sample").unwrap();
                assert_eq!(
                    key.public_key().verify(algorithm, b"sample", &signature),
                    Ok(()),
                    "{curve} {hash}"
                );
                assert_eq!(
                    key.public_key().verify(algorithm, b"simple", &signature),
                    Err(VerifyError::Invalid)
                );
                *signature.last_mut().unwrap() ^= 1;
                assert_eq!(
                    key.public_key().verify(algorithm, b"sample", &signature),
                    Err(VerifyError::Invalid)
                );
            }
        }
    }
}

#[test]
fn an_algorithm_that_fixes_the_curve_takes_no_other() {
    let key = PrivateKey::from_ec_scalar(Curve::P384, &[7; 32]).unwrap();
    let signature = key.sign(ecdsa(Hash::Sha256, SignatureForm::Fixed), b"sample").unwrap();
    let es256 = Algorithm::Ecdsa { hash: Hash::Sha256, form: SignatureForm::Fixed, curve: Some(Curve::P256) };
    let found = key.public_key().verify(es256, b"sample", &signature);
    assert!(matches!(found, Err(VerifyError::KeyMismatch { .. })), "{found:?}");
}

#[test]
fn rsa_signatures_of_openssl_verify() {
    let (large, small) =
        (PrivateKey::from_pem_or_der(RSA_2048).unwrap(), PrivateKey::from_pem_or_der(RSA_1024).unwrap());
    let pss = Algorithm::RsaPss { hash: Hash::Sha256, mgf: Hash::Sha1, salt: 20 };
    let cases = [
        (
            &large,
            pss,
            "EbKavkNj4+sfU+Hezxczl4OqxPdJyAlcxNKJc+AYNBJNJJrj/eqjDTnc8xpSmOGSf1PvirtMj7Y43pHWOUYdeslgjEG6Pst2W/DF8JhebQPJXzTMtPL1KjmBOZrcawjCDKz/GXBHv7+AgDFU+1lzcQHm0yRu66evkYK5dCXBcKphBKCiU0hZXnJr7DgLXr5yR3j5ba9hK7ZAr3VCn3ibzKxYzlwXDaC/FaNYYagNYHhT56eopDcRWlepOg1uZndu94cTAMlyPYtX4AkQjVsQ8INVXi1clYtAVP+IIyHSP5ufD9Yer5dBnQSW+adCTg1lchjrjNtDDtu1B/8sOKnknA==",
        ),
        (
            &small,
            Algorithm::RsaPkcs1(Hash::Md5),
            "HWA/kXoYXQ2ADhkZDi5vMNZ/zB2FI1KNK4RKCt6xA+Ge/mw7JzFiXDYbyFIW664BZll9gv/FhNXW1OFZCYvmAmb4ElJymi5jI0Xeli5T5n0Ngytskve9e+g/+5zHGHfyTezUfja4HTQj+ttGsj6E07DFXgtrw1OcQAZ8iEZnFro=",
        ),
        (
            &small,
            Algorithm::RsaPkcs1(Hash::Sha384),
            "Y0xK5gTExpHsZjM2ZqkCmrQOg5T9Na/AVKItRpiyqpxxIvo3dC+8w67vvQj81YnayJhNWMoyEsu70AuTfPU5dl8nY7FTFnXJ2bEFvbsXQSPE4YHd2DcBn7ABAwDlVSjFsDAl/g61acZOqy3F0eLnBgaxNkztbXHYHUOtWiJ/2ho=",
        ),
    ];
    for (key, algorithm, signature) in cases {
        let signature = BASE64.decode(signature.as_bytes()).unwrap();
        assert_eq!(key.public_key().verify(algorithm, b"sample", &signature), Ok(()), "{algorithm}");
        assert_eq!(key.public_key().verify(algorithm, b"simple", &signature), Err(VerifyError::Invalid));
    }
}

#[test]
fn the_provider_and_plain_arithmetic_agree_on_rsa() {
    let key = PrivateKey::from_pem_or_der(RSA_2048).unwrap();
    let parts = key.public_key().rsa().unwrap().clone();
    for algorithm in [
        Algorithm::RsaPkcs1(Hash::Sha1),
        Algorithm::RsaPkcs1(Hash::Sha256),
        Algorithm::RsaPkcs1(Hash::Sha384),
        Algorithm::RsaPkcs1(Hash::Sha512),
        Algorithm::pss(Hash::Sha256),
        Algorithm::pss(Hash::Sha384),
        Algorithm::pss(Hash::Sha512),
    ] {
        let digest = super::digest(algorithm.hash().unwrap(), b"sample");
        let signature = key.sign_digest(algorithm, &digest).unwrap();
        assert_eq!(key.sign_digest(algorithm, &digest).unwrap(), signature, "the same each time");
        for flip in [None, Some(0), Some(100), Some(255)] {
            let mut signature = signature.clone();
            if let Some(at) = flip {
                signature[at] ^= 4;
            }
            let provider = key.public_key().verify_digest(algorithm, &digest, &signature);
            assert_eq!(provider.is_ok(), flip.is_none(), "{algorithm} {flip:?}");
            assert_eq!(rsa::verify(algorithm, &parts, &digest, &signature), provider, "{algorithm} {flip:?}");
        }
    }
}

#[test]
fn ciphertexts_of_openssl_decrypt() {
    let key = DecryptionKey::from_pem_or_der(RSA_2048).unwrap();
    let pkcs1 = "EFNBLJ0oa06+56Thg6q0IwBsRXbnMnue1ADtSKcGZ5kr8T2WzIfa5Vi5dlLjbPlEtnKisnn0TyAmZf0MS2e30mA4QPavrCzsSDjTO1KhNVf46YZCDA1mQspn5mgJp/dXyhU8a4HULcfIqONHrrSNE0zew/119NTotlQ7GhTTevg8pQ6oJ+ldX9iairpocwPGSQnNx0kgzA3lW/ery6hNerwoyc8mCfkjJljvNYC9ZzdvE+OHpTHKl8KfutlKH7EH/9iPRXfs4ILXH+xqBRo3YM+KsEePI0uWO01yde/00xf4pqvon1N0BmKH75wJfcGQhgDfu8WjbneRdFATD7kTog==";
    let oaep = "KacQGz+VW2wX3XG0vLQHfX9H++Pt/CHXSTr+xqgasxZ+gvIiT0ZZwcaLe/FHm/66Jd7YdCA9m8ADFcpQdDqhDm72xWaqJB2NfBnWe2xKKjyGPozf5dHUSq8fn//bWUHzaMEGYahcqLmClQIfXNOZUo30YgSDV3I4iQ3C+HTCaUQrOH6A7DsQwlyo6syazOqJXwRIS3Qk4NLf1o58g/00fSMvlWOTPWQuWUNEXpicdMyTvbYJT1hJyGKUeYEUNc0NDeDkzsv3PdRdJ5x5B85tnOHyQ0ozqHgdcyFO4cFMenSIKfZOfRa6WrkzB/ILe3/aCepe6NnXpBsnlxrpU+/gHw==";
    let decode = |text: &str| BASE64.decode(text.as_bytes()).unwrap();
    assert_eq!(key.decrypt(Padding::Pkcs1, &decode(pkcs1)).unwrap(), b"sample");
    assert_eq!(key.decrypt(Padding::Oaep(Hash::Sha256), &decode(oaep)).unwrap(), b"sample");
    assert!(key.decrypt(Padding::Oaep(Hash::Sha1), &decode(oaep)).is_err());
    assert!(key.decrypt(Padding::Pkcs1, &decode(pkcs1)[1..]).is_err());
}

#[test]
fn keys_read_back_as_they_were_written() {
    let rsa = PrivateKey::from_pem_or_der(RSA_1024).unwrap();
    let ec = PrivateKey::from_ec_scalar(Curve::P521, &[9; 66]);
    assert!(ec.is_err(), "a scalar above the order is no key");
    let ec = PrivateKey::from_ec_scalar(Curve::P521, &[9; 32]).unwrap();
    let ed = PrivateKey::from_ed25519_seed(&[3; 32]).unwrap();
    for key in [rsa, ec, ed] {
        let again = PrivateKey::from_der(&key.to_pkcs8()).unwrap();
        assert!(again.public_key().is_same(key.public_key()));
        let public = super::PublicKey::from_spki(&key.public_key().to_spki()).unwrap();
        assert!(public.is_same(key.public_key()));
        assert_eq!(public.kind(), key.public_key().kind());
    }
}

#[test]
fn a_point_off_the_curve_is_no_key() {
    let key = PrivateKey::from_ec_scalar(Curve::P256, &[7; 32]).unwrap();
    let point = key.public_key().point().unwrap();
    let (x, y) = point[1..].split_at(32);
    assert!(super::PublicKey::from_coordinates(Curve::P256, x, y).is_ok());
    assert!(super::PublicKey::from_coordinates(Curve::P256, y, x).is_err());
    assert!(super::PublicKey::from_coordinates(Curve::P256, &[0; 32], &[0; 32]).is_err());
    assert!(super::PublicKey::from_coordinates(Curve::P256, &x[1..], y).is_err());
}

#[test]
fn ed25519_signs_and_verifies() {
    let key = PrivateKey::from_ed25519_seed(&[3; 32]).unwrap();
    let signature = key.sign(Algorithm::Ed25519, b"sample").unwrap();
    assert_eq!(key.public_key().verify(Algorithm::Ed25519, b"sample", &signature), Ok(()));
    assert_eq!(key.public_key().verify(Algorithm::Ed25519, b"simple", &signature), Err(VerifyError::Invalid));
    let rsa = Algorithm::RsaPkcs1(Hash::Sha256);
    assert!(matches!(
        key.public_key().verify(rsa, b"sample", &signature),
        Err(VerifyError::KeyMismatch { .. })
    ));
}
