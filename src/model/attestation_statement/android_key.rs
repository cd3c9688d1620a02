//! The key description of Android's hardware attestation, an extension of the certificate.

use crate::base::{Budget, Span};
use crate::model::certificate::Certificate;
use crate::wire::der::{Encoding, Oid, Reader, Stop, Tag};

/// 1.3.6.1.4.1.11129.2.1.17
const KEY_DESCRIPTION: Oid<'static> = Oid::new(&[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 1, 0x11]);

/// KM_ORIGIN_GENERATED: the key was made inside.
pub(crate) const ORIGIN_GENERATED: u64 = 0;
/// KM_PURPOSE_SIGN: the key may sign.
pub(crate) const PURPOSE_SIGN: u64 = 2;

/// KeyDescription.
#[derive(Debug)]
pub(crate) struct KeyDescription {
    /// attestationChallenge.
    pub(crate) challenge: Vec<u8>,
    /// softwareEnforced.
    pub(crate) software: AuthorizationList,
    /// teeEnforced, called hardwareEnforced since.
    pub(crate) hardware: AuthorizationList,
    /// Where the extension stands in the certificate.
    pub(crate) span: Span,
    /// Its number among the extensions.
    pub(crate) index: usize,
}

/// AuthorizationList, as far as WebAuthn asks for it.
#[derive(Debug, Default)]
pub(crate) struct AuthorizationList {
    /// purpose.
    pub(crate) purpose: Option<Vec<u64>>,
    /// allApplications: any application may use the key.
    pub(crate) all_applications: bool,
    /// origin.
    pub(crate) origin: Option<u64>,
}

/// The extension in a certificate: nothing where it has none, an error where it cannot be read.
pub(crate) fn key_description(
    certificate: &Certificate<'_>,
    budget: &Budget,
) -> Option<Result<KeyDescription, (usize, Span)>> {
    let (index, extension) = certificate.extension(KEY_DESCRIPTION)?;
    let span = extension.span;
    let (read, _) = Reader::read(extension.value, Encoding::Ber, budget, |r| {
        r.sequence("", |r| {
            for name in [
                "attestationVersion",
                "attestationSecurityLevel",
                "keymasterVersion",
                "keymasterSecurityLevel",
            ] {
                r.value(name)?;
            }
            let challenge = r.octet_string("attestationChallenge")?.content.to_vec();
            r.octet_string("uniqueId")?;
            let software = AuthorizationList::read(r, "softwareEnforced")?;
            let hardware = AuthorizationList::read(r, "teeEnforced")?;
            // Later versions may add fields.
            while !r.is_at_end() {
                r.value("")?;
            }
            Ok(KeyDescription { challenge, software, hardware, span, index })
        })
    });
    Some(read.ok_or((index, span)))
}

impl AuthorizationList {
    fn read(r: &mut Reader<'_>, name: &'static str) -> Result<Self, Stop> {
        const PURPOSE: Tag = Tag::context(1);
        const ALL_APPLICATIONS: Tag = Tag::context(600);
        const ORIGIN: Tag = Tag::context(702);
        let mut list = Self::default();
        r.sequence(name, |r| {
            while !r.is_at_end() {
                let value = r.value("")?;
                match value.tag {
                    PURPOSE => {
                        let numbers = r.inside("purpose", &value, |r| {
                            let set = r.expect("", Tag::SET)?;
                            r.inside("", &set, |r| r.each(|r, _| Ok(r.integer("")?.to_u64())))
                        })?;
                        list.purpose = Some(numbers.into_iter().map(|n| n.unwrap_or(u64::MAX)).collect());
                    }
                    ALL_APPLICATIONS => list.all_applications = true,
                    ORIGIN => {
                        let number = r.inside("origin", &value, |r| r.integer(""))?;
                        list.origin = Some(number.to_u64().unwrap_or(u64::MAX));
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
        Ok(list)
    }
}
