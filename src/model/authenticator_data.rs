//! Authenticator data (WebAuthn L3 §6.1): the bytes that an authenticator signs.

use crate::base::{Budget, Span};
use crate::model::cose::CoseKey;
use crate::rule::Artefact;
use crate::wire::cbor::{Tree, decode_prefix};

/// The bytes before anything optional: hash, flags and counter.
pub(crate) const HEAD: usize = 37;

/// The flags byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(pub(crate) u8);

impl Flags {
    /// The bits that are reserved for future use.
    pub(crate) const RESERVED: u8 = 0b0010_0010;

    /// UP: the user was present.
    pub(crate) fn user_present(self) -> bool {
        self.0 & 0x01 != 0
    }

    /// UV: the user was verified.
    pub(crate) fn user_verified(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// BE: the credential may be backed up.
    pub(crate) fn backup_eligible(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// BS: the credential is backed up.
    pub(crate) fn backed_up(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// AT: attested credential data follows.
    pub(crate) fn attested(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// ED: extension data follows.
    pub(crate) fn extended(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The names of the flags that are set.
    pub(crate) fn names(self) -> Vec<&'static str> {
        const NAMES: [&str; 8] = ["UP", "RFU1", "UV", "BE", "BS", "RFU2", "AT", "ED"];
        NAMES
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, name)| name)
            .collect()
    }
}

/// Authenticator data.
#[derive(Debug)]
pub(crate) struct AuthenticatorData<'a> {
    /// All of it.
    pub(crate) bytes: &'a [u8],
    /// What always stands in front; nothing where the bytes are too few.
    pub(crate) head: Option<Head<'a>>,
    /// The attested credential data, as far as it reaches.
    pub(crate) attested: Option<Attested<'a>>,
    /// The extension data.
    pub(crate) extensions: Option<Tree<'a>>,
    /// Where reading ended.
    pub(crate) end: usize,
}

/// Hash, flags and counter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    /// SHA-256 of the relying party's id.
    pub(crate) rp_id_hash: &'a [u8; 32],
    /// The flags.
    pub(crate) flags: Flags,
    /// The signature counter.
    pub(crate) sign_count: u32,
}

/// Attested credential data (WebAuthn L3 §6.5.1), each part where the bytes reach that far.
#[derive(Debug, Default)]
pub(crate) struct Attested<'a> {
    /// The model of the authenticator.
    pub(crate) aaguid: Option<&'a [u8; 16]>,
    /// The length that is declared for the credential id.
    pub(crate) declared: Option<u16>,
    /// The credential id.
    pub(crate) credential_id: Option<&'a [u8]>,
    /// The credential public key.
    pub(crate) key: Option<CoseKey<'a>>,
}

impl Artefact for AuthenticatorData<'static> {
    type Model<'a> = AuthenticatorData<'a>;
}

impl<'a> AuthenticatorData<'a> {
    /// Reads the bytes as far as they go.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> Self {
        let mut data = Self { bytes, head: None, attested: None, extensions: None, end: bytes.len() };
        let Some((rp_id_hash, [flags, count @ ..])) =
            bytes.split_first_chunk::<32>().and_then(|(hash, rest)| Some((hash, rest.first_chunk::<5>()?)))
        else {
            return data;
        };
        let flags = Flags(*flags);
        data.head = Some(Head { rp_id_hash, flags, sign_count: u32::from_be_bytes(*count) });
        data.end = HEAD;
        if flags.attested() {
            let attested = data.attested.insert(Attested::default());
            let end = attested.read(bytes, budget);
            data.end = end.unwrap_or(bytes.len());
            if end.is_none() {
                return data;
            }
        }
        if flags.extended() && data.end < bytes.len() {
            let tree = decode_prefix(bytes, data.end, budget);
            data.end = if tree.is_well_formed() { tree.end() } else { bytes.len() };
            data.extensions = Some(tree);
        }
        data
    }

    /// The bytes behind what the flags announce.
    pub(crate) fn leftover(&self) -> Span {
        Span::new(self.end, self.bytes.len())
    }

    /// The credential id.
    pub(crate) fn credential_id(&self) -> Option<&'a [u8]> {
        self.attested.as_ref()?.credential_id
    }

    /// The credential public key.
    pub(crate) fn key(&self) -> Option<&CoseKey<'a>> {
        self.attested.as_ref()?.key.as_ref()
    }

    /// The model of the authenticator.
    pub(crate) fn aaguid(&self) -> Option<&'a [u8; 16]> {
        self.attested.as_ref()?.aaguid
    }
}

impl<'a> Attested<'a> {
    /// Where the credential id begins.
    pub(crate) const ID: usize = HEAD + 18;

    /// Reads what stands behind the head; nothing where the bytes end before the key does.
    fn read(&mut self, bytes: &'a [u8], budget: &Budget) -> Option<usize> {
        let (aaguid, rest) = bytes[HEAD..].split_first_chunk::<16>()?;
        self.aaguid = Some(aaguid);
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let length = u16::from_be_bytes(*length);
        self.declared = Some(length);
        let id = rest.get(..usize::from(length))?;
        self.credential_id = Some(id);
        let start = Self::ID + id.len();
        if start >= bytes.len() {
            return None;
        }
        let key = self.key.insert(CoseKey::read(bytes, start, budget));
        key.tree.is_well_formed().then(|| key.tree.end())
    }
}

/// The canonical text of an AAGUID, a UUID.
pub(crate) fn aaguid_text(aaguid: &[u8; 16]) -> String {
    let hex = data_encoding::HEXLOWER.encode(aaguid);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
