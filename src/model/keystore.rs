//! A PKCS#12 keystore: private keys and certificates, each under an alias.

mod encoding;

use std::fmt;

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;

use super::certificate::Certificate;
use super::extension::KeyUsage;
use crate::base::Budget;
use crate::crypto::PublicKey;
use crate::crypto::sign::PrivateKey;
use crate::rule::Artefact;
use crate::wire::der::{Encoding, Reader, Tag, walk};

/// What came of opening the container.
pub(crate) enum Container {
    /// It is open.
    Open(Pkcs12Archive),
    /// The bytes are no PKCS#12.
    Malformed,
    /// No password was given.
    NoPassword,
    /// The password does not open it, or it was tampered with: nobody can tell which.
    WrongPassword,
    /// It is PKCS#12 of a kind that is not worked with.
    Unsupported(String),
}

/// A keystore, borrowed from its container.
pub(crate) struct Keystore<'a> {
    pub(crate) container: &'a Container,
    pub(crate) keys: Vec<Entry<'a>>,
    pub(crate) certificates: Vec<Certificate<'a>>,
    /// The length of the whole.
    pub(crate) length: usize,
}

/// A private key in a keystore.
pub(crate) struct Entry<'a> {
    /// Its alias.
    pub(crate) alias: Option<&'a str>,
    /// The key as PKCS#8.
    pkcs8: &'a [u8],
    /// Its public half; nothing for a key that is not worked with.
    pub(crate) public: Option<PublicKey>,
    /// The certificate that the keystore ties to it.
    pub(crate) tied: Option<usize>,
    /// The certificate over its public half.
    pub(crate) own: Option<usize>,
}

impl fmt::Display for Entry<'_> {
    /// What messages call it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.alias {
            Some(alias) => write!(f, "`{alias}`"),
            None => f.write_str("a key without an alias"),
        }
    }
}

impl Artefact for Keystore<'static> {
    type Model<'a> = Keystore<'a>;
}

impl Container {
    /// Opens a container.
    pub(crate) fn open(bytes: &[u8], password: Option<&str>, budget: &Budget) -> Self {
        if !is_pfx(bytes, budget) {
            return Self::Malformed;
        }
        let Some(password) = password else { return Self::NoPassword };
        let in_der = encoding::InDer::of(bytes, budget);
        let (sealed, inner) = match &in_der {
            None => (bytes, None),
            Some(it) => (&*it.sealed, it.opened.as_ref()),
        };
        // The rounds of the MAC stand in the one, those of what it protects for certain in the other.
        let forms = [sealed, inner.map_or(&[], |it| &it.safes)];
        if forms.iter().any(|form| rounds(form, budget) > MAX_ROUNDS) {
            return Self::Unsupported(format!("more than {MAX_ROUNDS} rounds of key derivation"));
        }
        let opened = match inner {
            None => Pkcs12Archive::from_pkcs12(sealed, password),
            Some(inner) => match Pkcs12Archive::from_pkcs12(&inner.mac, password) {
                Err(Pkcs12Error::UnsupportedContentType) => {
                    Pkcs12Archive::from_pkcs12(&inner.safes, password)
                }
                other => other,
            },
        };
        match opened {
            Ok(archive) => Self::Open(archive),
            Err(
                Pkcs12Error::MacError(_)
                | Pkcs12Error::UnpadError
                | Pkcs12Error::Pkcs5Error(_)
                | Pkcs12Error::InvalidPrivateKey,
            ) => Self::WrongPassword,
            Err(
                error @ (Pkcs12Error::IoError(_)
                | Pkcs12Error::DerError(_)
                | Pkcs12Error::InvalidVersion
                | Pkcs12Error::UnsupportedContentType
                | Pkcs12Error::UnsupportedCertificateType
                | Pkcs12Error::X509Error(_)
                | Pkcs12Error::InvalidLength
                | Pkcs12Error::InvalidParameters
                | Pkcs12Error::InvalidData
                | Pkcs12Error::UnsupportedEncryptionScheme
                | Pkcs12Error::UnsupportedMacAlgorithm),
            ) => Self::Unsupported(error.to_string()),
        }
    }

    /// Why it is not open, as a message.
    pub(crate) fn problem(&self) -> String {
        match self {
            Self::Open(_) => "expected a key, found a keystore without one".to_owned(),
            Self::Malformed => "expected a PKCS#12 keystore, found other bytes".to_owned(),
            Self::NoPassword => "expected the password of the keystore, found none".to_owned(),
            Self::WrongPassword => "expected the password of the keystore, found another".to_owned(),
            Self::Unsupported(what) => format!("expected a keystore that etalon reads, found {what}"),
        }
    }
}

/// Rounds of key derivation that a keystore may ask for in all: some seconds of work.
const MAX_ROUNDS: u64 = 10_000_000;

/// The rounds that a keystore asks for, as far as they stand in clear: wherever an INTEGER follows an
/// OCTET STRING, which is the salt, also in what an OCTET STRING holds.
fn rounds(bytes: &[u8], budget: &Budget) -> u64 {
    /// PFX, authenticated safe, safe contents, and one more.
    const LEVELS: usize = 4;
    let mut rounds = 0_u64;
    let mut open = vec![(bytes, LEVELS)];
    while let Some((part, levels)) = open.pop() {
        let tree = walk(part, budget);
        for pair in tree.nodes.windows(2) {
            let (salt, count) = (&pair[0], &pair[1]);
            if (salt.tag, count.tag) == (Tag::OCTET_STRING, Tag::INTEGER) && salt.parent == count.parent {
                let count = count.content.of(part).iter();
                let count = count.fold(0_u64, |all, octet| all.saturating_mul(256) | u64::from(*octet));
                rounds = rounds.saturating_add(count);
            }
        }
        let strings = tree.nodes.iter().filter(|it| it.tag == Tag::OCTET_STRING && !it.constructed);
        let inner = strings.map(|it| it.content.of(part)).filter(|inner| inner.first() == Some(&0x30));
        open.extend(inner.filter(|_| levels > 1).map(|inner| (inner, levels - 1)));
    }
    rounds
}

/// Whether the bytes are a PFX of version 3 (RFC 7292 §4), in BER.
fn is_pfx(bytes: &[u8], budget: &Budget) -> bool {
    let (version, faults) = Reader::read(bytes, Encoding::Ber, budget, |r| {
        r.sequence("PFX", |r| {
            let version = r.integer("version")?;
            r.expect("authSafe", Tag::SEQUENCE)?;
            r.optional("macData", Tag::SEQUENCE)?;
            Ok(version.to_u64())
        })
    });
    version == Some(Some(3)) && faults.is_empty()
}

impl<'a> Keystore<'a> {
    /// Finds the entries of a container.
    pub(crate) fn read(container: &'a Container, length: usize, budget: &Budget) -> Self {
        let Container::Open(archive) = container else {
            return Self { container, keys: Vec::new(), certificates: Vec::new(), length };
        };
        let bags: Vec<_> = archive
            .certs
            .iter()
            .filter_map(|bag| Some((bag, Certificate::read(bag.cert.as_der(), budget).0?)))
            .collect();
        let keys = archive
            .keys
            .iter()
            .map(|bag| {
                let pkcs8 = bag.key.as_der();
                let private = PrivateKey::from_pkcs8(pkcs8).ok();
                let public = private.map(PrivateKey::into_public_key);
                let id = bag.local_key_id.as_ref().map(|id| id.0.as_slice());
                let tied = bags.iter().position(|(it, _)| id.is_some() && it.local_key_id.as_deref() == id);
                let is_own = |certificate: &Certificate<'_>| {
                    let key = certificate.key().ok();
                    public.as_ref().zip(key).is_some_and(|(public, key)| public.is_same(key))
                };
                let tied_is_own = tied.filter(|&at| is_own(&bags[at].1));
                let own = tied_is_own.or_else(|| bags.iter().position(|(_, it)| is_own(it)));
                Entry { alias: bag.friendly_name.as_deref(), pkcs8, public, tied, own }
            })
            .collect();
        Self { container, keys, certificates: bags.into_iter().map(|(_, it)| it).collect(), length }
    }

    /// Whether the container is open.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.container, Container::Open(_))
    }

    /// The certificate of a key: that over its public half, or else the one that is tied to it.
    pub(crate) fn certificate(&self, entry: &Entry<'_>) -> Option<&Certificate<'a>> {
        self.certificates.get(entry.own.or(entry.tied)?)
    }

    /// The key of an entry, and its certificate.
    ///
    /// # Errors
    /// What was expected and found.
    pub(crate) fn pair(&self, entry: &Entry<'_>) -> Result<(PrivateKey, &Certificate<'a>), String> {
        let certificate = self
            .certificate(entry)
            .ok_or_else(|| format!("expected a certificate over {entry}, found none"))?;
        let key = PrivateKey::from_pkcs8(entry.pkcs8).map_err(|error| format!("{entry}: {error}"))?;
        Ok((key, certificate))
    }

    /// Whether a key is for encryption, by the keyUsage of its certificate.
    pub(crate) fn is_for_encryption(&self, entry: &Entry<'_>) -> bool {
        let usage = self.certificate(entry).and_then(Certificate::key_usage);
        usage.is_some_and(|usage| {
            usage.contains(KeyUsage::DATA_ENCIPHERMENT) && !usage.contains(KeyUsage::DIGITAL_SIGNATURE)
        })
    }
}
