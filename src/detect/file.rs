//! The artefact in a file: what stands around it there is the file's.

use std::borrow::Cow;

use crate::base::{Budget, Kind, SpanMap};
use crate::wire::base64::{self, Form};
use crate::wire::pem;

/// The longest base64 text that is taken off an artefact, in bytes.
const MAX_WRAPPED: usize = 16 << 20;

/// An artefact that was taken out of a file.
#[derive(Debug)]
pub struct InFile<'a> {
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// How places in them map to places in the file.
    pub map: SpanMap,
}

impl<'a> InFile<'a> {
    /// What the file begins with.
    pub(super) fn at_start(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.into(), map: SpanMap::Offset(0) }
    }
}

/// The artefact in a file with these `bytes`, known to be of `kind`. Base64 text around what is binary, PEM
/// around CMS, and the end of the line behind what is one, are the file's.
pub fn in_file(kind: Kind, bytes: &[u8]) -> InFile<'_> {
    if is_line(kind) { InFile::at_start(without_line_end(bytes)) } else { without_base64(kind, bytes) }
}

/// Whether artefacts of this kind are one line of text: what stands in a header, an address or a form.
pub(super) fn is_line(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::UserAgent
            | Kind::From
            | Kind::Identifier
            | Kind::DistinguishedName
            | Kind::KeyQuery
            | Kind::TokenExchangeRequest
            | Kind::ActorToken
            | Kind::AccessToken
            | Kind::Jws
    )
}

/// `bytes` without the one line end that editors and `echo` put behind them.
pub(super) fn without_line_end(bytes: &[u8]) -> &[u8] {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if line.len() < bytes.len() { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
}

fn without_base64(kind: Kind, bytes: &[u8]) -> InFile<'_> {
    let is_cms = matches!(kind, Kind::Etk | Kind::EtkChallenge | Kind::SealedMessage | Kind::Cms);
    let is_binary = is_cms
        || matches!(
            kind,
            Kind::AttestationObject
                | Kind::EncryptionCertificate
                | Kind::Certificate
                | Kind::Csr
                | Kind::Keystore
                | Kind::Cbor
                | Kind::Der
        );
    match std::str::from_utf8(bytes) {
        Ok(text) if is_binary && text.contains("-----BEGIN") => {
            if is_cms {
                without_pem(bytes)
            } else {
                InFile::at_start(bytes)
            }
        }
        Ok(text) if is_binary => decoded(text).unwrap_or_else(|| InFile::at_start(bytes)),
        Ok(_) | Err(_) => InFile::at_start(bytes),
    }
}

/// The CMS message in a PEM text: the labels are those of RFC 7468, 8 and 9.
pub(super) fn without_pem(bytes: &[u8]) -> InFile<'_> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let found = pem::blocks(text).into_iter().find(|block| is_cms_label(block.label));
    match found.map(|block| (block.map(text), block.der)) {
        Some((map, Some(der))) => InFile { bytes: der.into(), map },
        Some((_, None)) | None => InFile::at_start(bytes),
    }
}

pub(super) fn is_cms_label(label: &str) -> bool {
    matches!(label, "CMS" | "PKCS7")
}

pub(super) fn decoded(text: &str) -> Option<InFile<'static>> {
    if text.len() > MAX_WRAPPED {
        return None;
    }
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let packed: String = text[mark..].split_ascii_whitespace().collect();
    let form = if packed.contains(['-', '_']) { Form::Url } else { Form::Standard };
    let decoded = base64::decode(packed.as_bytes(), form, &Budget::JUDGE);
    let bytes = decoded.strict().filter(|bytes| bytes.len() >= 8)?;
    Some(InFile { bytes: bytes.into(), map: base64::map(&text.as_bytes()[mark..], mark) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_line_is_the_files() {
        for (file, artefact) in
            [("a/1 b/2\n", "a/1 b/2"), ("a/1\r\n", "a/1"), ("a/1\n\n", "a/1\n"), ("a/1\r", "a/1\r")]
        {
            assert_eq!(&*in_file(Kind::UserAgent, file.as_bytes()).bytes, artefact.as_bytes(), "{file:?}");
        }
        let address = super::super::detect(b"info@mycompany.be\n").expect("an address");
        assert_eq!(&*address.artefact.bytes, b"info@mycompany.be");
        assert_eq!(&*in_file(Kind::Xml, b"<a/>\n").bytes, b"<a/>\n");
    }
}
