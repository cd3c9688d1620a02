//! Authenticator data, part by part.

use super::{Format, RP_ID};
use crate::crypto::{KeyKind, PublicKey, digest};
use crate::forge::cbor::Cbor;
use crate::forge::keys::{Hash, Key};

/// The model that the authenticator says it is.
pub const AAGUID: [u8; 16] = *b"etalon-virtual-1";

/// Authenticator data that is still to be put together.
#[derive(Debug, Clone)]
pub struct Data {
    /// The relying party's id.
    pub rp_id: String,
    /// The flags.
    pub flags: u8,
    /// The signature counter.
    pub sign_count: u32,
    /// The model.
    pub aaguid: [u8; 16],
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// The length that is declared for it, where it is not the right one.
    pub declared: Option<u16>,
    /// The COSE key.
    pub key: Cbor,
    /// The extensions.
    pub extensions: Option<Cbor>,
    /// What stands behind everything.
    pub rest: Vec<u8>,
    /// Whether the attested credential data is left out.
    pub unattested: bool,
}

impl Data {
    /// UP.
    pub const PRESENT: u8 = 0x01;
    /// UV.
    pub const VERIFIED: u8 = 0x04;
    /// BE.
    pub const BACKUP_ELIGIBLE: u8 = 0x08;
    /// BS.
    pub const BACKED_UP: u8 = 0x10;
    /// AT.
    pub const ATTESTED: u8 = 0x40;
    /// ED.
    pub const EXTENDED: u8 = 0x80;

    pub(super) fn new(format: Format, key: &Key, alg: i64, credential_id: Vec<u8>) -> Self {
        let anonymous = matches!(format, Format::None | Format::FidoU2f);
        Self {
            rp_id: RP_ID.to_owned(),
            flags: Self::PRESENT | Self::VERIFIED | Self::ATTESTED,
            sign_count: 0,
            aaguid: if anonymous { [0; 16] } else { AAGUID },
            credential_id,
            declared: None,
            key: cose(key, alg),
            extensions: None,
            rest: Vec::new(),
            unattested: false,
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = digest(Hash::Sha256, self.rp_id.as_bytes()).as_bytes().to_vec();
        out.push(self.flags);
        out.extend(self.sign_count.to_be_bytes());
        if !self.unattested {
            out.extend(self.aaguid);
            let length = self.declared.unwrap_or(self.credential_id.len() as u16);
            out.extend(length.to_be_bytes());
            out.extend(&self.credential_id);
            out.extend(self.key.encode());
        }
        if let Some(extensions) = &self.extensions {
            out.extend(extensions.encode());
        }
        out.extend(&self.rest);
        out
    }
}

/// The COSE key of `key`, for the algorithm `alg`.
///
/// # Panics
/// When the key's own SubjectPublicKeyInfo cannot be read: keys are made here.
pub fn cose(key: &Key, alg: i64) -> Cbor {
    let public = PublicKey::from_spki(key.spki()).expect("a key of our own");
    let mut pairs: Vec<(Cbor, Cbor)> = Vec::new();
    let mut push = |label: i64, value: Cbor| pairs.push((label.into(), value));
    match public.kind() {
        KeyKind::Rsa(_) => {
            let parts = public.rsa().expect("an RSA key has parts");
            push(1, 3.into());
            push(3, alg.into());
            push(-1, parts.n.as_slice().into());
            push(-2, parts.e.as_slice().into());
        }
        KeyKind::Ec(curve) => {
            let point = public.point().expect("an EC key has a point");
            let (x, y) = point[1..].split_at(curve.field_len());
            let number = match curve.name() {
                "P-256" => 1,
                "P-384" => 2,
                "P-521" => 3,
                _ => 8,
            };
            push(1, 2.into());
            push(3, alg.into());
            push(-1, number.into());
            push(-2, x.into());
            push(-3, y.into());
        }
        KeyKind::Ed25519 => {
            push(1, 1.into());
            push(3, alg.into());
            push(-1, 6.into());
            push(-2, key.public_bits().into());
        }
        KeyKind::Dsa(_) => panic!("COSE has no DSA keys"),
    }
    Cbor::Map(pairs)
}
