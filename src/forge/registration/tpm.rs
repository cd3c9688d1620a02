//! What a TPM says of a key: TPMT_PUBLIC and TPMS_ATTEST.

use crate::crypto::{KeyKind, PublicKey, digest};
use crate::forge::keys::{Hash, Key};

/// The fields that a TPM fills in, each of which may be another.
#[derive(Clone)]
pub struct Tpm {
    /// `ver`.
    pub version: &'static str,
    /// The magic number.
    pub magic: u32,
    /// The type of the attestation.
    pub attest_type: u16,
    /// extraData, where it is not the right one.
    pub extra_data: Option<Vec<u8>>,
    /// The name of the certified object, where it is not the right one.
    pub name: Option<Vec<u8>>,
    /// The key that pubArea describes, where it is not the credential key.
    pub key: Option<Key>,
    /// What stands behind pubArea.
    pub behind_pub_area: Vec<u8>,
    /// What stands behind certInfo.
    pub behind_cert_info: Vec<u8>,
}

impl Default for Tpm {
    fn default() -> Self {
        Self {
            version: "2.0",
            magic: 0xff54_4347,
            attest_type: 0x8017,
            extra_data: None,
            name: None,
            key: None,
            behind_pub_area: Vec::new(),
            behind_cert_info: Vec::new(),
        }
    }
}

fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u16).to_be_bytes());
    out.extend(bytes);
}

impl Tpm {
    /// pubArea.
    pub(super) fn pub_area(&self, credential: &Key) -> Vec<u8> {
        const SHA256: u16 = 0x000b;
        const NULL: u16 = 0x0010;
        let key = self.key.as_ref().unwrap_or(credential);
        let public = PublicKey::from_spki(key.spki()).expect("a key of our own");
        let is_rsa = matches!(public.kind(), KeyKind::Rsa(_));
        let mut out = Vec::new();
        out.extend(if is_rsa { 0x0001_u16 } else { 0x0023 }.to_be_bytes());
        out.extend(SHA256.to_be_bytes());
        // fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, sign
        out.extend(0x0004_0072_u32.to_be_bytes());
        push_sized(&mut out, &[]);
        out.extend(NULL.to_be_bytes());
        out.extend(NULL.to_be_bytes());
        if let Some(parts) = public.rsa() {
            out.extend(2048_u16.to_be_bytes());
            out.extend(0_u32.to_be_bytes());
            push_sized(&mut out, &parts.n);
        } else {
            let point = public.point().expect("a TPM key is RSA or EC");
            let (x, y) = point[1..].split_at(point.len() / 2);
            let curve: u16 = if x.len() == 32 { 0x0003 } else { 0x0004 };
            out.extend(curve.to_be_bytes());
            out.extend(NULL.to_be_bytes());
            push_sized(&mut out, x);
            push_sized(&mut out, y);
        }
        out.extend(&self.behind_pub_area);
        out
    }

    /// certInfo.
    pub(super) fn cert_info(&self, pub_area: &[u8], extra_data: &[u8]) -> Vec<u8> {
        let name = [&[0x00, 0x0b], digest(Hash::Sha256, pub_area).as_bytes()].concat();
        let mut out = Vec::new();
        out.extend(self.magic.to_be_bytes());
        out.extend(self.attest_type.to_be_bytes());
        push_sized(&mut out, &[0x00, 0x0b, 7, 7]);
        push_sized(&mut out, self.extra_data.as_deref().unwrap_or(extra_data));
        out.extend([0; 17]);
        out.extend([0; 8]);
        push_sized(&mut out, self.name.as_deref().unwrap_or(&name));
        push_sized(&mut out, &[0x00, 0x0b, 8, 8]);
        out.extend(&self.behind_cert_info);
        out
    }
}
