//! Whether the signature value is one of a key's over SignedInfo.

use super::reference::{Hashing, canonicalization};
use super::{AlgorithmUse, DS, Signature};
use crate::crypto::names::jose::Protection;
use crate::crypto::names::xmldsig;
use crate::crypto::{Algorithm, Digester, Hash, KeyKind, PublicKey, VerifyError};
use crate::wire::c14n::{self, RelativeNamespace, Subset};
use crate::wire::xml::Element;

/// The namespace of the parameters of RSA-PSS.
const PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#";
/// The mask generation function of RSA-PSS.
const MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#MGF1";

/// What a SignatureMethod stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// A signature.
    Signature(Algorithm),
    /// A MAC, with the length in bits that HMACOutputLength cuts it to.
    Mac(Hash, Option<u64>),
    /// A digest function: no signature method at all.
    Digest(Hash),
    /// A signature method whose parameters are none by its schema.
    Malformed(&'static str),
    /// A URI that is not known.
    Unknown,
}

/// Why the value was not found to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValueError {
    /// It does not verify under the key.
    Invalid,
    /// The key cannot make signatures of this method.
    KeyMismatch(String),
    /// The method or the canonicalisation is not done here, or cannot be.
    Unsupported(String),
    /// SignedInfo has no canonical form.
    NotCanonical(RelativeNamespace),
    /// The value is no base64.
    ValueMalformed,
}

/// The two integers of an ECDSA value that was written shorter than the curve's: each with its zeros
/// in front. Java writes both as long as the longer one is. Nothing where the length is right or
/// cannot be meant so.
pub(crate) fn filled(method: Algorithm, key: &PublicKey, value: &[u8]) -> Option<Vec<u8>> {
    let (Algorithm::Ecdsa { .. }, KeyKind::Ec(curve)) = (method, key.kind()) else { return None };
    let (half, field) = (value.len() / 2, curve.field_len());
    if half == 0 || value.len() % 2 == 1 || half >= field {
        return None;
    }
    let mut filled = vec![0; 2 * field];
    filled[field - half..field].copy_from_slice(&value[..half]);
    filled[2 * field - half..].copy_from_slice(&value[half..]);
    Some(filled)
}

/// The parameters of RSA-PSS (RFC 9231, 2.3.9): what is left out is SHA-256, MGF1 with SHA-256, a salt
/// as long as the digest, and the trailer field 1.
fn pss(method: Element<'_>) -> Method {
    const PARTS: [(&str, &str); 4] =
        [(DS, "DigestMethod"), (PSS, "MaskGenerationFunction"), (PSS, "SaltLength"), (PSS, "TrailerField")];
    let mut all = method.all(PSS, "RSAPSSParams");
    let Some(parameters) = all.next() else { return Method::Signature(Algorithm::pss(Hash::Sha256)) };
    if all.next().is_some() {
        return Method::Malformed("two RSAPSSParams");
    }
    let places = parameters.elements().map(|it| PARTS.iter().position(|(uri, name)| it.is(uri, name)));
    let mut next = Some(0);
    for place in places {
        next = match (place, next) {
            (Some(place), Some(next)) if place >= next => Some(place + 1),
            _ => None,
        };
    }
    if next.is_none() {
        return Method::Malformed("parts of RSAPSSParams that its schema does not have so");
    }
    let number = |name, otherwise: usize| match parameters.child(PSS, name) {
        Some(element) => element.text().trim().parse::<u16>().ok(),
        None => u16::try_from(otherwise).ok(),
    };
    let digest = |of: Element<'_>| match of.child(DS, "DigestMethod") {
        Some(method) => xmldsig::digest(&method.value_of("Algorithm")?),
        None => Some(Hash::Sha256),
    };
    let Some(hash) = digest(parameters) else { return Method::Unknown };
    let mgf = match parameters.child(PSS, "MaskGenerationFunction") {
        Some(function) if function.value_of("Algorithm").as_deref() == Some(MGF1) => digest(function),
        Some(_) => None,
        None => Some(Hash::Sha256),
    };
    let Some(mgf) = mgf else { return Method::Unknown };
    match (number("SaltLength", hash.len()), number("TrailerField", 1)) {
        (Some(salt), Some(1)) => Method::Signature(Algorithm::RsaPss { hash, mgf, salt }),
        (None, _) => Method::Malformed("a SaltLength that is no length"),
        (Some(_), _) => Method::Malformed("a TrailerField other than 1"),
    }
}

impl Method {
    /// What a SignatureMethod stands for.
    pub(super) fn of(method: &AlgorithmUse<'_>) -> Self {
        match xmldsig::signature(&method.uri) {
            Some(Protection::Signature(algorithm)) => Self::Signature(algorithm),
            Some(Protection::Mac(hash)) => {
                let length = method.element.child(DS, "HMACOutputLength");
                Self::Mac(hash, length.map(|element| element.text().trim().parse().unwrap_or(0)))
            }
            None if method.uri == xmldsig::RSA_PSS => pss(method.element),
            None => xmldsig::digest(&method.uri).map_or(Self::Unknown, Self::Digest),
        }
    }
}

impl Signature<'_> {
    /// What the SignatureMethod stands for.
    pub(crate) fn method(&self) -> Method {
        self.stands_for
    }

    /// Whether the value is one of `key` over SignedInfo as the CanonicalizationMethod writes it.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), ValueError> {
        let Method::Signature(method) = self.method() else {
            return Err(ValueError::Unsupported(self.method.uri.clone().into_owned()));
        };
        let algorithm = canonicalization(&self.canonicalization)
            .ok_or_else(|| ValueError::Unsupported(self.canonicalization.uri.clone().into_owned()))?;
        let value = self.value.as_deref().ok_or(ValueError::ValueMalformed)?;
        let filled = filled(method, key, value);
        let value = filled.as_deref().unwrap_or(value);
        let subset = Subset::element(self.signed_info);
        let outcome = match method.hash() {
            Some(hash) => {
                let mut hashing = Hashing(Digester::new(hash));
                c14n::canonicalize(subset, &algorithm, &mut hashing).map_err(ValueError::NotCanonical)?;
                key.verify_digest(method, &hashing.0.finish(), value)
            }
            None => {
                let octets = c14n::canonical(subset, &algorithm).map_err(ValueError::NotCanonical)?;
                key.verify(method, &octets, value)
            }
        };
        outcome.map_err(|error| match error {
            VerifyError::Invalid => ValueError::Invalid,
            VerifyError::KeyMismatch { .. } => ValueError::KeyMismatch(error.to_string()),
            VerifyError::Unsupported(what) => ValueError::Unsupported(what),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::wire::xml::{Document, Source};

    #[test]
    fn the_parameters_of_rsa_pss_are_those_of_rfc_9231() {
        let read = |inside: &str| {
            let text =
                format!("<m xmlns='http://www.w3.org/2007/05/xmldsig-more#' xmlns:ds='{DS}'>{inside}</m>");
            let source = Source::of(&text);
            pss(Document::parse(&source, &Budget::JUDGE).expect("well-formed").root())
        };
        let sha512 = "<ds:DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha512'/>";
        let is = |hash, mgf, salt| Method::Signature(Algorithm::RsaPss { hash, mgf, salt });
        assert_eq!(read(""), is(Hash::Sha256, Hash::Sha256, 32));
        assert_eq!(read("<RSAPSSParams/>"), is(Hash::Sha256, Hash::Sha256, 32));
        assert_eq!(
            read(&format!("<RSAPSSParams>{sha512}<SaltLength>20</SaltLength></RSAPSSParams>")),
            is(Hash::Sha512, Hash::Sha256, 20)
        );
        let mgf1 = format!("<MaskGenerationFunction Algorithm='{MGF1}'>{sha512}</MaskGenerationFunction>");
        assert_eq!(
            read(&format!("<RSAPSSParams>{sha512}{mgf1}</RSAPSSParams>")),
            is(Hash::Sha512, Hash::Sha512, 64)
        );
        for unknown in ["<MaskGenerationFunction/>", "<ds:DigestMethod Algorithm='urn:example:hash'/>"] {
            let found = read(&format!("<RSAPSSParams>{unknown}</RSAPSSParams>"));
            assert_eq!(found, Method::Unknown, "{unknown}");
        }
        for malformed in [
            "<TrailerField>2</TrailerField>".to_owned(),
            "<SaltLength>-1</SaltLength>".to_owned(),
            "<SaltLength/>".to_owned(),
            "<SaltLength>32</SaltLength><SaltLength>20</SaltLength>".to_owned(),
            format!("<SaltLength>32</SaltLength>{sha512}"),
            "<Salt>32</Salt>".to_owned(),
            "</RSAPSSParams><RSAPSSParams>".to_owned(),
        ] {
            let found = read(&format!("<RSAPSSParams>{malformed}</RSAPSSParams>"));
            assert!(matches!(found, Method::Malformed(_)), "{malformed}: {found:?}");
        }
    }
}
