//! Algorithm URIs of XML signatures (XMLDSig, XML Encryption, RFC 9231).

use crate::base::same;
use crate::crypto::{Algorithm, Hash, SignatureForm};

use super::jose::Protection;

const fn rsa(hash: Hash) -> Protection {
    Protection::Signature(Algorithm::RsaPkcs1(hash))
}

const fn pss(hash: Hash) -> Protection {
    Protection::Signature(Algorithm::pss(hash))
}

const fn ecdsa(hash: Hash) -> Protection {
    Protection::Signature(Algorithm::Ecdsa { hash, form: SignatureForm::Fixed, curve: None })
}

const fn dsa(hash: Hash) -> Protection {
    Protection::Signature(Algorithm::Dsa { hash, form: SignatureForm::Fixed })
}

const SIGNATURES: &[(&str, Protection)] = &[
    ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", rsa(Hash::Sha1)),
    ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", dsa(Hash::Sha1)),
    ("http://www.w3.org/2009/xmldsig11#dsa-sha256", dsa(Hash::Sha256)),
    ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", Protection::Mac(Hash::Sha1)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", rsa(Hash::Md5)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha224", rsa(Hash::Sha224)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", rsa(Hash::Sha256)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", rsa(Hash::Sha384)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", rsa(Hash::Sha512)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1", pss(Hash::Sha1)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha224-rsa-MGF1", pss(Hash::Sha224)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", pss(Hash::Sha256)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", pss(Hash::Sha384)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", pss(Hash::Sha512)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-224-rsa-MGF1", pss(Hash::Sha3_224)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-256-rsa-MGF1", pss(Hash::Sha3_256)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-384-rsa-MGF1", pss(Hash::Sha3_384)),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-512-rsa-MGF1", pss(Hash::Sha3_512)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", ecdsa(Hash::Sha1)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224", ecdsa(Hash::Sha224)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", ecdsa(Hash::Sha256)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", ecdsa(Hash::Sha384)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", ecdsa(Hash::Sha512)),
    ("http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-224", ecdsa(Hash::Sha3_224)),
    ("http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-256", ecdsa(Hash::Sha3_256)),
    ("http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-384", ecdsa(Hash::Sha3_384)),
    ("http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-512", ecdsa(Hash::Sha3_512)),
    ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha224", Protection::Mac(Hash::Sha224)),
    ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", Protection::Mac(Hash::Sha256)),
    ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha384", Protection::Mac(Hash::Sha384)),
    ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", Protection::Mac(Hash::Sha512)),
    ("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519", Protection::Signature(Algorithm::Ed25519)),
];

const DIGESTS: &[(&str, Hash)] = &[
    ("http://www.w3.org/2000/09/xmldsig#sha1", Hash::Sha1),
    ("http://www.w3.org/2001/04/xmldsig-more#md5", Hash::Md5),
    ("http://www.w3.org/2001/04/xmldsig-more#sha224", Hash::Sha224),
    ("http://www.w3.org/2001/04/xmlenc#sha256", Hash::Sha256),
    ("http://www.w3.org/2001/04/xmldsig-more#sha384", Hash::Sha384),
    ("http://www.w3.org/2001/04/xmlenc#sha512", Hash::Sha512),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-224", Hash::Sha3_224),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-256", Hash::Sha3_256),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-384", Hash::Sha3_384),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-512", Hash::Sha3_512),
];

/// RSA-PSS with parameters of its own (RFC 9231, 2.3.9): which, stands in the element.
pub const RSA_PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss";

/// What a SignatureMethod stands for whose URI says all; [`RSA_PSS`] does not.
pub fn signature(uri: &str) -> Option<Protection> {
    SIGNATURES.iter().find(|(it, _)| same(it.as_bytes(), uri.as_bytes())).map(|(_, protection)| *protection)
}

/// The SignatureMethod of an algorithm: of ECDSA whatever the form, which XML signatures fix, and the
/// curve, which the key tells.
pub fn signature_uri(algorithm: Algorithm) -> Option<&'static str> {
    let wanted = match algorithm {
        Algorithm::Ecdsa { hash, .. } => ecdsa(hash),
        Algorithm::Dsa { hash, .. } => dsa(hash),
        Algorithm::RsaPkcs1(_) | Algorithm::RsaPss { .. } | Algorithm::Ed25519 => {
            Protection::Signature(algorithm)
        }
    };
    SIGNATURES.iter().find(|(_, protection)| *protection == wanted).map(|(uri, _)| *uri)
}

/// What a DigestMethod stands for.
pub fn digest(uri: &str) -> Option<Hash> {
    DIGESTS.iter().find(|(it, _)| same(it.as_bytes(), uri.as_bytes())).map(|(_, hash)| *hash)
}
