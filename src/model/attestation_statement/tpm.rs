//! The two TPM 2.0 structures of a `tpm` statement: TPMT_PUBLIC and TPMS_ATTEST (TPM 2.0 Part 2).

use crate::base::Span;
use crate::crypto::{Curve, Hash, PublicKey};

/// TPM_GENERATED_VALUE: what a TPM puts in front of everything that it made itself.
pub(crate) const GENERATED: u32 = 0xff54_4347;
/// TPM_ST_ATTEST_CERTIFY: the structure certifies an object.
pub(crate) const ATTEST_CERTIFY: u16 = 0x8017;

/// Where and why a structure could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The field.
    pub(crate) field: &'static str,
    /// The bytes in the structure.
    pub(crate) span: Span,
    /// What was expected and what was found.
    pub(crate) message: String,
}

/// TPMS_ATTEST of type certify.
#[derive(Debug)]
pub(crate) struct CertInfo<'a> {
    pub(crate) magic: u32,
    pub(crate) attest_type: u16,
    pub(crate) extra_data: &'a [u8],
    pub(crate) extra_data_span: Span,
    /// TPMS_CERTIFY_INFO, where the type is that of one.
    pub(crate) name: Option<(&'a [u8], Span)>,
}

/// TPMT_PUBLIC.
#[derive(Debug)]
pub(crate) struct PubArea<'a> {
    /// The algorithm of the object's name.
    pub(crate) name_algorithm: u16,
    /// The key.
    pub(crate) key: Key<'a>,
    /// Where the key's numbers stand.
    pub(crate) unique_span: Span,
}

/// The public part of a TPM key.
#[derive(Debug)]
pub(crate) enum Key<'a> {
    /// Modulus, and the exponent as encoded: 0 stands for 65537.
    Rsa { modulus: &'a [u8], exponent: u32 },
    /// The TPM's number of the curve, and the coordinates.
    Ecc { curve: u16, x: &'a [u8], y: &'a [u8] },
}

impl Key<'_> {
    /// Whether it is the same key.
    pub(crate) fn is(&self, other: &PublicKey) -> bool {
        match self {
            Self::Rsa { modulus, exponent } => other.rsa().is_some_and(|parts| {
                let exponent = if *exponent == 0 { 65537 } else { *exponent };
                trimmed(modulus) == trimmed(&parts.n) && trimmed(&exponent.to_be_bytes()) == trimmed(&parts.e)
            }),
            Self::Ecc { curve, x, y } => other.point().is_some_and(|point| {
                let Some(length) = tpm_curve(*curve).map(Curve::field_len) else { return false };
                point.len() == 1 + 2 * length
                    && trimmed(&point[1..=length]) == trimmed(x)
                    && trimmed(&point[1 + length..]) == trimmed(y)
            }),
        }
    }
}

fn trimmed(number: &[u8]) -> &[u8] {
    &number[number.iter().take_while(|byte| **byte == 0).count()..]
}

fn tpm_curve(number: u16) -> Option<Curve> {
    Some(match number {
        0x0003 => Curve::P256,
        0x0004 => Curve::P384,
        0x0005 => Curve::P521,
        _ => return None,
    })
}

/// The hash that a TPM_ALG_ID stands for.
pub(crate) fn hash(algorithm: u16) -> Option<Hash> {
    Some(match algorithm {
        0x0004 => Hash::Sha1,
        0x000b => Hash::Sha256,
        0x000c => Hash::Sha384,
        0x000d => Hash::Sha512,
        _ => return None,
    })
}

struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], Unreadable> {
        let left = self.all.len() - self.at;
        let Some(bytes) = self.all[self.at..].get(..count) else {
            let span = Span::new(self.at, self.all.len());
            let message = format!("expected {count} bytes, found {left}");
            return Err(Unreadable { field, span, message });
        };
        self.at += count;
        Ok(bytes)
    }

    fn u16(&mut self, field: &'static str) -> Result<u16, Unreadable> {
        self.take(2, field).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self, field: &'static str) -> Result<u32, Unreadable> {
        self.take(4, field).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A TPM2B: a length of two bytes, and as many bytes.
    fn sized(&mut self, field: &'static str) -> Result<(&'a [u8], Span), Unreadable> {
        let length = self.u16(field)?;
        let start = self.at;
        let bytes = self.take(usize::from(length), field)?;
        Ok((bytes, Span::new(start, self.at)))
    }

    fn end(self) -> Result<(), Unreadable> {
        let left = self.all.len() - self.at;
        if left == 0 {
            return Ok(());
        }
        let message = format!("expected the end of the structure, found {left} more bytes");
        Err(Unreadable { field: "", span: Span::new(self.at, self.all.len()), message })
    }

    /// A scheme: an algorithm, and the hash that all signing schemes take.
    fn scheme(&mut self, field: &'static str) -> Result<(), Unreadable> {
        const NULL: u16 = 0x0010;
        const ECDAA: u16 = 0x001a;
        const RSAES: u16 = 0x0015;
        match self.u16(field)? {
            NULL | RSAES => Ok(()),
            ECDAA => self.take(4, field).map(drop),
            _ => self.take(2, field).map(drop),
        }
    }
}

impl<'a> CertInfo<'a> {
    /// Reads the structure, which must be all of `bytes`.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let mut r = Bytes { all: bytes, at: 0 };
        let magic = r.u32("magic")?;
        let attest_type = r.u16("type")?;
        r.sized("qualifiedSigner")?;
        let (extra_data, extra_data_span) = r.sized("extraData")?;
        r.take(17, "clockInfo")?;
        r.take(8, "firmwareVersion")?;
        let mut info = Self { magic, attest_type, extra_data, extra_data_span, name: None };
        // Other types hold other things here, of which nothing is known.
        if attest_type == ATTEST_CERTIFY {
            info.name = Some(r.sized("attested.name")?);
            r.sized("attested.qualifiedName")?;
            r.end()?;
        }
        Ok(info)
    }
}

impl<'a> PubArea<'a> {
    /// Reads the structure, which must be all of `bytes`.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        const RSA: u16 = 0x0001;
        const ECC: u16 = 0x0023;
        const NULL: u16 = 0x0010;
        let mut r = Bytes { all: bytes, at: 0 };
        let key_type = r.u16("type")?;
        let name_algorithm = r.u16("nameAlg")?;
        r.u32("objectAttributes")?;
        r.sized("authPolicy")?;
        if key_type != RSA && key_type != ECC {
            let message = format!("expected RSA (0x0001) or ECC (0x0023), found {key_type:#06x}");
            return Err(Unreadable { field: "type", span: Span::new(0, 2), message });
        }
        if r.u16("parameters.symmetric")? != NULL {
            r.take(4, "parameters.symmetric")?;
        }
        r.scheme("parameters.scheme")?;
        let (key, unique_span) = if key_type == RSA {
            r.u16("parameters.keyBits")?;
            let exponent = r.u32("parameters.exponent")?;
            let (modulus, span) = r.sized("unique")?;
            (Key::Rsa { modulus, exponent }, span)
        } else {
            let curve = r.u16("parameters.curveID")?;
            if r.u16("parameters.kdf")? != NULL {
                r.take(2, "parameters.kdf")?;
            }
            let (x, first) = r.sized("unique.x")?;
            let (y, second) = r.sized("unique.y")?;
            (Key::Ecc { curve, x, y }, first.join(second))
        };
        r.end()?;
        Ok(Self { name_algorithm, key, unique_span })
    }
}
