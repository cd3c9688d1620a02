//! What an RSA key may be used for, where the name of its algorithm says so (RFC 4055).

use super::names::x509::{self, oid};
use super::{Algorithm, Hash, KeyError};

/// What the name of an RSA key keeps it to (RFC 4055, 1.2 and 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RsaUse {
    /// rsaEncryption: everything that RSA does.
    Any,
    /// id-RSASSA-PSS: PSS alone.
    Pss,
    /// id-RSASSA-PSS with parameters: PSS with these hashes, and no less salt.
    PssWith { hash: Hash, mgf: Hash, least_salt: u16 },
}

impl RsaUse {
    /// What id-RSASSA-PSS with these parameters, as a whole value, keeps a key to.
    pub(super) fn of_pss(parameters: Option<&[u8]>) -> Result<Self, KeyError> {
        let Some(parameters) = parameters else { return Ok(Self::Pss) };
        match x509::signature(oid::RSASSA_PSS, Some(parameters)) {
            Ok(Algorithm::RsaPss { hash, mgf, salt }) => Ok(Self::PssWith { hash, mgf, least_salt: salt }),
            Ok(_) => Ok(Self::Pss),
            Err(x509::UnknownAlgorithm::Unsupported(what)) => Err(KeyError::Unsupported(what)),
            Err(x509::UnknownAlgorithm::Parameters(why)) => Err(KeyError::Malformed(why.to_owned())),
        }
    }

    pub(super) fn allows(self, algorithm: Algorithm) -> bool {
        match (self, algorithm) {
            (Self::Any, Algorithm::RsaPkcs1(_) | Algorithm::RsaPss { .. })
            | (Self::Pss, Algorithm::RsaPss { .. }) => true,
            (Self::PssWith { hash, mgf, least_salt }, Algorithm::RsaPss { hash: h, mgf: m, salt }) => {
                h == hash && m == mgf && salt >= least_salt
            }
            (
                _,
                Algorithm::RsaPkcs1(_) | Algorithm::Ecdsa { .. } | Algorithm::Ed25519 | Algorithm::Dsa { .. },
            ) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_for_pss_makes_no_other_signatures() {
        let sha256 = Algorithm::pss(Hash::Sha256);
        assert!(RsaUse::Any.allows(sha256) && RsaUse::Any.allows(Algorithm::RsaPkcs1(Hash::Sha256)));
        assert!(RsaUse::Pss.allows(sha256) && !RsaUse::Pss.allows(Algorithm::RsaPkcs1(Hash::Sha256)));
        // Empty parameters are the defaults: SHA-1 and 20 bytes of salt.
        let defaults = RsaUse::of_pss(Some(&[0x30, 0])).unwrap();
        let of_sha1 = |salt| Algorithm::RsaPss { hash: Hash::Sha1, mgf: Hash::Sha1, salt };
        assert!(defaults.allows(of_sha1(20)) && defaults.allows(of_sha1(32)));
        assert!(!defaults.allows(of_sha1(19)) && !defaults.allows(sha256));
        assert!(matches!(RsaUse::of_pss(Some(&[5, 0])), Err(KeyError::Malformed(_))));
    }
}
