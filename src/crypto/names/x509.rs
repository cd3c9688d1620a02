//! Algorithm identifiers of X.509, PKCS#10 and CMS (RFC 3279, 4055, 5480, 5758, 8410).

use crate::base::Budget;
use crate::crypto::{Algorithm, Curve, Hash, SignatureForm};
use crate::wire::der::{Encoding, Oid, Reader, Stop, Tag};

/// Object identifiers, each with its dotted form.
pub mod oid {
    use crate::wire::der::Oid;

    /// rsaEncryption: 1.2.840.113549.1.1.1
    pub const RSA_ENCRYPTION: Oid<'static> =
        Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]);
    /// id-RSASSA-PSS: 1.2.840.113549.1.1.10
    pub const RSASSA_PSS: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]);
    /// id-mgf1: 1.2.840.113549.1.1.8
    pub const MGF1: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08]);
    /// id-ecPublicKey: 1.2.840.10045.2.1
    pub const EC_PUBLIC_KEY: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
    /// id-Ed25519: 1.3.101.112
    pub const ED25519: Oid<'static> = Oid::new(&[0x2b, 0x65, 0x70]);
    /// secp256r1: 1.2.840.10045.3.1.7
    pub const P256: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
    /// secp384r1: 1.3.132.0.34
    pub const P384: Oid<'static> = Oid::new(&[0x2b, 0x81, 0x04, 0x00, 0x22]);
    /// secp521r1: 1.3.132.0.35
    pub const P521: Oid<'static> = Oid::new(&[0x2b, 0x81, 0x04, 0x00, 0x23]);
    /// secp256k1: 1.3.132.0.10
    pub const SECP256K1: Oid<'static> = Oid::new(&[0x2b, 0x81, 0x04, 0x00, 0x0a]);
    /// md5WithRSAEncryption: 1.2.840.113549.1.1.4
    pub const MD5_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04]);
    /// sha1WithRSAEncryption: 1.2.840.113549.1.1.5
    pub const SHA1_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05]);
    /// sha1WithRSASignature: 1.3.14.3.2.29
    pub const SHA1_RSA_OIW: Oid<'static> = Oid::new(&[0x2b, 0x0e, 0x03, 0x02, 0x1d]);
    /// sha224WithRSAEncryption: 1.2.840.113549.1.1.14
    pub const SHA224_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0e]);
    /// sha256WithRSAEncryption: 1.2.840.113549.1.1.11
    pub const SHA256_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]);
    /// sha384WithRSAEncryption: 1.2.840.113549.1.1.12
    pub const SHA384_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c]);
    /// sha512WithRSAEncryption: 1.2.840.113549.1.1.13
    pub const SHA512_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d]);
    /// ecdsa-with-SHA1: 1.2.840.10045.4.1
    pub const ECDSA_SHA1: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]);
    /// ecdsa-with-SHA224: 1.2.840.10045.4.3.1
    pub const ECDSA_SHA224: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x01]);
    /// ecdsa-with-SHA256: 1.2.840.10045.4.3.2
    pub const ECDSA_SHA256: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);
    /// ecdsa-with-SHA384: 1.2.840.10045.4.3.3
    pub const ECDSA_SHA384: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]);
    /// ecdsa-with-SHA512: 1.2.840.10045.4.3.4
    pub const ECDSA_SHA512: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04]);
    /// md5: 1.2.840.113549.2.5
    pub const MD5: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05]);
    /// sha1: 1.3.14.3.2.26
    pub const SHA1: Oid<'static> = Oid::new(&[0x2b, 0x0e, 0x03, 0x02, 0x1a]);
    /// sha224: 2.16.840.1.101.3.4.2.4
    pub const SHA224: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04]);
    /// sha256: 2.16.840.1.101.3.4.2.1
    pub const SHA256: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);
    /// sha384: 2.16.840.1.101.3.4.2.2
    pub const SHA384: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]);
    /// sha512: 2.16.840.1.101.3.4.2.3
    pub const SHA512: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]);
    /// DSA: 1.2.840.10040.4.1
    pub const DSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01]);
    /// DSA, as OIW named it: 1.3.14.3.2.12
    pub const DSA_OIW: Oid<'static> = Oid::new(&[0x2b, 0x0e, 0x03, 0x02, 0x0c]);
    /// DSA with SHA-1, as OIW named it: 1.3.14.3.2.27
    pub const DSA_SHA1_OIW: Oid<'static> = Oid::new(&[0x2b, 0x0e, 0x03, 0x02, 0x1b]);
    /// dsa-with-sha1: 1.2.840.10040.4.3
    pub const DSA_SHA1: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03]);
    /// dsa-with-sha224: 2.16.840.1.101.3.4.3.1
    pub const DSA_SHA224: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x01]);
    /// dsa-with-sha256: 2.16.840.1.101.3.4.3.2
    pub const DSA_SHA256: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x02]);
    /// sha512-256WithRSAEncryption: 1.2.840.113549.1.1.16
    pub const RSA_SHA512_256: Oid<'static> =
        Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x10]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-224: 2.16.840.1.101.3.4.3.13
    pub const RSA_SHA3_224: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0d]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-256: 2.16.840.1.101.3.4.3.14
    pub const RSA_SHA3_256: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0e]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-384: 2.16.840.1.101.3.4.3.15
    pub const RSA_SHA3_384: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0f]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-512: 2.16.840.1.101.3.4.3.16
    pub const RSA_SHA3_512: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x10]);
    /// id-ecdsa-with-sha3-224: 2.16.840.1.101.3.4.3.9
    pub const ECDSA_SHA3_224: Oid<'static> =
        Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x09]);
    /// id-ecdsa-with-sha3-256: 2.16.840.1.101.3.4.3.10
    pub const ECDSA_SHA3_256: Oid<'static> =
        Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0a]);
    /// id-ecdsa-with-sha3-384: 2.16.840.1.101.3.4.3.11
    pub const ECDSA_SHA3_384: Oid<'static> =
        Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0b]);
    /// id-ecdsa-with-sha3-512: 2.16.840.1.101.3.4.3.12
    pub const ECDSA_SHA3_512: Oid<'static> =
        Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0c]);
    /// sha512-256: 2.16.840.1.101.3.4.2.6
    pub const SHA512_256: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x06]);
    /// sha3-224: 2.16.840.1.101.3.4.2.7
    pub const SHA3_224: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x07]);
    /// sha3-256: 2.16.840.1.101.3.4.2.8
    pub const SHA3_256: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x08]);
    /// sha3-384: 2.16.840.1.101.3.4.2.9
    pub const SHA3_384: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x09]);
    /// sha3-512: 2.16.840.1.101.3.4.2.10
    pub const SHA3_512: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x0a]);
    /// dsa-with-sha384: 2.16.840.1.101.3.4.3.3
    pub const DSA_SHA384: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x03]);
    /// dsa-with-sha512: 2.16.840.1.101.3.4.3.4
    pub const DSA_SHA512: Oid<'static> = Oid::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x04]);
    /// Ed448: 1.3.101.113
    pub const ED448: Oid<'static> = Oid::new(&[0x2b, 0x65, 0x71]);
    /// X25519: 1.3.101.110
    pub const X25519: Oid<'static> = Oid::new(&[0x2b, 0x65, 0x6e]);
    /// md2WithRSAEncryption: 1.2.840.113549.1.1.2
    pub const MD2_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x02]);
    /// md4WithRSAEncryption: 1.2.840.113549.1.1.3
    pub const MD4_RSA: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x03]);
    /// Diffie-Hellman: 1.2.840.113549.1.3.1
    pub const DH: Oid<'static> = Oid::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01]);
    /// GOST R 34.10-2001: 1.2.643.2.2.19
    pub const GOST2001: Oid<'static> = Oid::new(&[0x2a, 0x85, 0x03, 0x02, 0x02, 0x13]);
    /// GOST R 34.10-2001 signatures: 1.2.643.2.2.3
    pub const GOST_SIG: Oid<'static> = Oid::new(&[0x2a, 0x85, 0x03, 0x02, 0x02, 0x03]);
    /// SM2 with SM3: 1.2.156.10197.1.501
    pub const SM2_SM3: Oid<'static> = Oid::new(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75]);
}

/// Why an AlgorithmIdentifier stands for no algorithm that can be verified with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownAlgorithm {
    /// The identifier is not one that etalon works with.
    #[error("{0}")]
    Unsupported(String),
    /// The parameters are not what the identifier takes.
    #[error("{0}")]
    Parameters(&'static str),
}

/// The curve that EC key parameters, as a whole value, name.
pub fn curve(parameters: &[u8]) -> Option<Curve> {
    let named = named_curve(parameters)?;
    Curve::ALL.iter().copied().find(|curve| curve_oid(*curve) == named)
}

/// The identifier that EC key parameters, as a whole value, are; nothing when they are explicit.
pub fn named_curve(parameters: &[u8]) -> Option<Oid<'_>> {
    let (oid, faults) = Reader::read(parameters, Encoding::Ber, &Budget::JUDGE, |r| r.oid("namedCurve"));
    oid.filter(|_| faults.is_empty())
}

/// The identifier of a curve.
pub const fn curve_oid(curve: Curve) -> Oid<'static> {
    match curve {
        Curve::P256 => oid::P256,
        Curve::P384 => oid::P384,
        Curve::P521 => oid::P521,
        Curve::Secp256k1 => oid::SECP256K1,
    }
}

/// The hash that a digest algorithm's identifier names.
pub fn hash(algorithm: Oid<'_>) -> Option<Hash> {
    HASHES.iter().find(|(it, _)| *it == algorithm).map(|(_, hash)| *hash)
}

/// The identifier of a hash.
pub fn hash_oid(hash: Hash) -> Oid<'static> {
    HASHES.iter().find(|(_, it)| *it == hash).map(|(oid, _)| *oid).expect("every hash stands in the table")
}

const HASHES: &[(Oid<'static>, Hash)] = &[
    (oid::MD5, Hash::Md5),
    (oid::SHA1, Hash::Sha1),
    (oid::SHA224, Hash::Sha224),
    (oid::SHA256, Hash::Sha256),
    (oid::SHA384, Hash::Sha384),
    (oid::SHA512, Hash::Sha512),
    (oid::SHA512_256, Hash::Sha512_256),
    (oid::SHA3_224, Hash::Sha3_224),
    (oid::SHA3_256, Hash::Sha3_256),
    (oid::SHA3_384, Hash::Sha3_384),
    (oid::SHA3_512, Hash::Sha3_512),
];

const SIGNATURES: &[(Oid<'static>, Algorithm)] = &[
    (oid::MD5_RSA, Algorithm::RsaPkcs1(Hash::Md5)),
    (oid::SHA1_RSA, Algorithm::RsaPkcs1(Hash::Sha1)),
    (oid::SHA1_RSA_OIW, Algorithm::RsaPkcs1(Hash::Sha1)),
    (oid::SHA224_RSA, Algorithm::RsaPkcs1(Hash::Sha224)),
    (oid::SHA256_RSA, Algorithm::RsaPkcs1(Hash::Sha256)),
    (oid::SHA384_RSA, Algorithm::RsaPkcs1(Hash::Sha384)),
    (oid::SHA512_RSA, Algorithm::RsaPkcs1(Hash::Sha512)),
    (oid::RSA_SHA512_256, Algorithm::RsaPkcs1(Hash::Sha512_256)),
    (oid::RSA_SHA3_224, Algorithm::RsaPkcs1(Hash::Sha3_224)),
    (oid::RSA_SHA3_256, Algorithm::RsaPkcs1(Hash::Sha3_256)),
    (oid::RSA_SHA3_384, Algorithm::RsaPkcs1(Hash::Sha3_384)),
    (oid::RSA_SHA3_512, Algorithm::RsaPkcs1(Hash::Sha3_512)),
    (oid::ECDSA_SHA1, Algorithm::ecdsa_der(Hash::Sha1)),
    (oid::ECDSA_SHA224, Algorithm::ecdsa_der(Hash::Sha224)),
    (oid::ECDSA_SHA256, Algorithm::ecdsa_der(Hash::Sha256)),
    (oid::ECDSA_SHA384, Algorithm::ecdsa_der(Hash::Sha384)),
    (oid::ECDSA_SHA512, Algorithm::ecdsa_der(Hash::Sha512)),
    (oid::ECDSA_SHA3_224, Algorithm::ecdsa_der(Hash::Sha3_224)),
    (oid::ECDSA_SHA3_256, Algorithm::ecdsa_der(Hash::Sha3_256)),
    (oid::ECDSA_SHA3_384, Algorithm::ecdsa_der(Hash::Sha3_384)),
    (oid::ECDSA_SHA3_512, Algorithm::ecdsa_der(Hash::Sha3_512)),
    (oid::ED25519, Algorithm::Ed25519),
    (oid::DSA_SHA1, dsa(Hash::Sha1)),
    (oid::DSA_SHA1_OIW, dsa(Hash::Sha1)),
    (oid::DSA_SHA224, dsa(Hash::Sha224)),
    (oid::DSA_SHA256, dsa(Hash::Sha256)),
    (oid::DSA_SHA384, dsa(Hash::Sha384)),
    (oid::DSA_SHA512, dsa(Hash::Sha512)),
];

const fn dsa(hash: Hash) -> Algorithm {
    Algorithm::Dsa { hash, form: SignatureForm::Der }
}

/// Identifiers that are known by name only.
const UNSUPPORTED: &[(Oid<'static>, &str)] = &[
    (oid::DSA, "DSA"),
    (oid::ED448, "Ed448"),
    (oid::X25519, "X25519"),
    (oid::MD2_RSA, "md2WithRSAEncryption"),
    (oid::MD4_RSA, "md4WithRSAEncryption"),
    (oid::DH, "Diffie-Hellman"),
    (oid::GOST2001, "GOST R 34.10-2001"),
    (oid::GOST_SIG, "GOST R 34.10-2001 signatures"),
    (oid::SM2_SM3, "SM2 with SM3"),
];

/// What to call the algorithm of a key that is not worked with.
pub fn key_algorithm_name(algorithm: Oid<'_>) -> String {
    let known = UNSUPPORTED.iter().find(|(it, _)| *it == algorithm);
    known.map_or_else(|| algorithm.to_string(), |(_, name)| (*name).to_owned())
}

/// The algorithm of a signature in X.509: identifier, and parameters as a whole value.
///
/// NULL or absent parameters are both taken: which of them is right is for a rule to say.
///
/// # Errors
/// When the identifier is not known, or its parameters are not what it takes.
pub fn signature(algorithm: Oid<'_>, parameters: Option<&[u8]>) -> Result<Algorithm, UnknownAlgorithm> {
    if algorithm == oid::RSASSA_PSS {
        return pss(parameters);
    }
    SIGNATURES
        .iter()
        .find(|(it, _)| *it == algorithm)
        .map(|(_, algorithm)| *algorithm)
        .ok_or_else(|| UnknownAlgorithm::Unsupported(key_algorithm_name(algorithm)))
}

/// The identifier of a signature algorithm that says all without parameters.
pub fn signature_oid(algorithm: Algorithm) -> Option<Oid<'static>> {
    SIGNATURES.iter().find(|(_, it)| *it == algorithm).map(|(oid, _)| *oid)
}

/// The algorithm of a signature in CMS, where the identifier may name the key's algorithm alone and
/// the hash stands in `digestAlgorithm`.
///
/// # Errors
/// As for [`signature`], and when the signature names another hash.
pub fn cms_signature(
    algorithm: Oid<'_>,
    parameters: Option<&[u8]>,
    digest: Hash,
) -> Result<Algorithm, UnknownAlgorithm> {
    if algorithm == oid::RSA_ENCRYPTION {
        return Ok(Algorithm::RsaPkcs1(digest));
    }
    if algorithm == oid::EC_PUBLIC_KEY {
        return Ok(Algorithm::ecdsa_der(digest));
    }
    if algorithm == oid::DSA {
        return Ok(dsa(digest));
    }
    signature(algorithm, parameters)
}

/// RSASSA-PSS-params (RFC 4055 3.1), whose defaults are SHA-1 and 20 bytes of salt.
fn pss(parameters: Option<&[u8]>) -> Result<Algorithm, UnknownAlgorithm> {
    const BAD: UnknownAlgorithm =
        UnknownAlgorithm::Parameters("expected RSASSA-PSS-params, found something else");
    let parameters =
        parameters.ok_or(UnknownAlgorithm::Parameters("expected RSASSA-PSS-params, found none"))?;
    let (read, faults) = Reader::read(parameters, Encoding::Ber, &Budget::JUDGE, |r| {
        r.sequence("RSASSA-PSS-params", |r| {
            let hash = explicit(r, "hashAlgorithm", 0, |r| hash_identifier(r))?;
            let mgf = explicit(r, "maskGenAlgorithm", 1, |r| {
                r.sequence("maskGenAlgorithm", |r| {
                    let mgf1 = r.oid("algorithm")? == oid::MGF1;
                    Ok(hash_identifier(r)?.filter(|_| mgf1))
                })
            })?;
            let salt = explicit(r, "saltLength", 2, |r| Ok(r.integer("saltLength")?.to_u64()))?;
            let trailer = explicit(r, "trailerField", 3, |r| Ok(r.integer("trailerField")?.to_u64()))?;
            Ok((hash, mgf, salt, trailer))
        })
    });
    let (hash, mgf, salt, trailer) = read.filter(|_| faults.is_empty()).ok_or(BAD)?;
    let unknown = || UnknownAlgorithm::Unsupported("RSA-PSS with these parameters".to_owned());
    let hash = hash.unwrap_or(Some(Hash::Sha1)).ok_or_else(unknown)?;
    let mgf = mgf.unwrap_or(Some(Hash::Sha1)).ok_or_else(unknown)?;
    let salt = salt.unwrap_or(Some(20)).and_then(|salt| u16::try_from(salt).ok()).ok_or(
        UnknownAlgorithm::Parameters("expected a length of salt that fits a signature, found none such"),
    )?;
    if trailer.unwrap_or(Some(1)) != Some(1) {
        return Err(UnknownAlgorithm::Parameters("expected a trailer field of 1, found another"));
    }
    Ok(Algorithm::RsaPss { hash, mgf, salt })
}

fn hash_identifier(r: &mut Reader<'_>) -> Result<Option<Hash>, Stop> {
    r.sequence("algorithm", |r| {
        let algorithm = r.oid("algorithm")?;
        r.optional("parameters", Tag::NULL)?;
        Ok(hash(algorithm))
    })
}

fn explicit<'a, T>(
    r: &mut Reader<'a>,
    name: &'static str,
    number: u32,
    f: impl FnOnce(&mut Reader<'a>) -> Result<T, Stop>,
) -> Result<Option<T>, Stop> {
    match r.optional(name, Tag::context(number))? {
        Some(value) => r.inside(name, &value, f).map(Some),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_that_their_comments_say() {
        let source = include_str!("x509.rs");
        let mut checked = 0;
        for pair in source.lines().collect::<Vec<_>>().windows(2) {
            let (Some(comment), true) =
                (pair[0].trim().strip_prefix("/// "), pair[1].contains("Oid::new(&["))
            else {
                continue;
            };
            let dotted = comment.rsplit_once(": ").expect("name: dotted").1;
            let octets: Vec<u8> = pair[1]
                .split(['[', ']'])
                .nth(1)
                .unwrap()
                .split(", ")
                .map(|octet| u8::from_str_radix(octet.trim_start_matches("0x"), 16).unwrap())
                .collect();
            assert_eq!(Oid::new(&octets).to_string(), dotted);
            checked += 1;
        }
        assert!(checked > 30, "only {checked} identifiers were found");
    }

    #[test]
    fn pss_parameters_have_defaults() {
        let sha256 = [
            0x30, 0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
            0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
            0x00, 0xa2, 0x03, 0x02, 0x01, 0x20,
        ];
        assert_eq!(signature(oid::RSASSA_PSS, Some(&sha256)), Ok(Algorithm::pss(Hash::Sha256)));
        assert_eq!(signature(oid::RSASSA_PSS, Some(&[0x30, 0])), Ok(Algorithm::pss(Hash::Sha1)));
        assert!(signature(oid::RSASSA_PSS, None).is_err());
    }
}
