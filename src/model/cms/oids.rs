//! The object identifiers of CMS, by their names in the RFCs.

use crate::wire::der::Oid;

macro_rules! oids {
    ($($(#[$doc:meta])+ $name:ident = [$($byte:literal),+];)+) => {
        $($(#[$doc])+ pub(crate) const $name: Oid<'static> = Oid::new(&[$($byte),+]);)+
    };
}

oids! {
    /// 1.2.840.113549.1.7.1, id-data
    DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    /// 1.2.840.113549.1.7.2, id-signedData
    SIGNED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    /// 1.2.840.113549.1.7.3, id-envelopedData
    ENVELOPED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
    /// 1.2.840.113549.1.9.3, id-contentType
    CONTENT_TYPE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
    /// 1.2.840.113549.1.9.4, id-messageDigest
    MESSAGE_DIGEST = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
    /// 1.2.840.113549.1.9.5, id-signingTime
    SIGNING_TIME = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 5];
    /// 1.2.840.113549.1.9.6, id-countersignature
    COUNTERSIGNATURE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 6];
    /// 1.2.840.113549.1.9.16.2.12, id-aa-signingCertificate (RFC 2634)
    SIGNING_CERTIFICATE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 12];
    /// 1.2.840.113549.1.9.16.2.47, id-aa-signingCertificateV2 (RFC 5035)
    SIGNING_CERTIFICATE_V2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];
    /// 1.2.840.113549.1.9.52, id-aa-CMSAlgorithmProtection (RFC 6211)
    ALGORITHM_PROTECTION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 52];
}
