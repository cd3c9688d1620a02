//! Reading: from BER to the model.

use super::{
    AlgorithmIdentifier, Attribute, Attributes, CertificateChoice, Cms, Content, SIGNED_DATA, SignedData,
    SignerIdentifier, SignerInfo,
};
use crate::base::Budget;
use crate::wire::der::{DerFault, Encoding, Oid, Reader, Stop, Tag, Value};

impl<'a> Cms<'a> {
    /// Reads a ContentInfo.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> Self {
        let mut content_type = None;
        let (read, faults) = Reader::read(bytes, Encoding::Ber, budget, |r| {
            let info = r.expect("", Tag::SEQUENCE)?;
            let oid = r.inside("", &info, |r| {
                let oid = r.oid("contentType")?;
                content_type = Some(oid);
                // Another type of content is not looked into.
                let content = r.optional("content", Tag::context(0))?;
                match content {
                    Some(content) if oid.as_bytes() == SIGNED_DATA.as_bytes() => {
                        r.inside("content", &content, signed_data).map(Some)
                    }
                    _ => Ok(None),
                }
            })?;
            Ok(oid)
        });
        Self { content_type, signed_data: read.flatten(), faults }
    }
}

fn signed_data<'a>(r: &mut Reader<'a>) -> Result<SignedData<'a>, Stop> {
    let value = r.expect("", Tag::SEQUENCE)?;
    r.inside("", &value, |r| {
        let version = r.integer("version")?;
        let set = r.expect("digestAlgorithms", Tag::SET)?;
        let digest_algorithms = r.inside("digestAlgorithms", &set, |r| r.each(|r, _| algorithm(r, "")))?;
        let encapsulated = r.expect("encapContentInfo", Tag::SEQUENCE)?;
        let (content_type, content_type_span, content) =
            r.inside("encapContentInfo", &encapsulated, |r| {
                let at = r.offset();
                let oid = r.oid("eContentType")?;
                let span = crate::base::Span::new(at, r.offset());
                let content = match r.optional("eContent", Tag::context(0))? {
                    Some(outer) => Some(r.inside("eContent", &outer, content)?),
                    None => None,
                };
                Ok((oid, span, content))
            })?;
        let certificates = match r.optional("certificates", Tag::context(0))? {
            Some(set) => r.inside("certificates", &set, |r| r.each(certificate))?,
            None => Vec::new(),
        };
        let crls = match r.optional("crls", Tag::context(1))? {
            Some(set) => r.inside("crls", &set, |r| r.each(|r, _| r.value("")))?.len(),
            None => 0,
        };
        let set = r.expect("signerInfos", Tag::SET)?;
        let signers = r.inside("signerInfos", &set, |r| r.each(|r, _| signer(r)))?;
        Ok(SignedData {
            version,
            digest_algorithms,
            content_type,
            content_type_span,
            content,
            certificates,
            crls,
            signers,
            span: value.span,
        })
    })
}

fn content<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let value = r.value("")?;
    let is_octet_string = value.tag == Tag::OCTET_STRING;
    let octets = if is_octet_string { r.octets_in("", &value)? } else { value.content.into() };
    let span = if value.constructed && is_octet_string { value.span } else { value.content_span };
    Ok(Content { octets, is_octet_string, span })
}

fn certificate<'a>(r: &mut Reader<'a>, _: usize) -> Result<CertificateChoice<'a>, Stop> {
    let value = r.value("")?;
    Ok(CertificateChoice { raw: value.raw, is_certificate: value.tag == Tag::SEQUENCE, span: value.span })
}

fn signer<'a>(r: &mut Reader<'a>) -> Result<SignerInfo<'a>, Stop> {
    let value = r.expect("", Tag::SEQUENCE)?;
    r.inside("", &value, |r| {
        let version = r.integer("version")?;
        let (sid, sid_span) = identifier(r)?;
        let digest_algorithm = algorithm(r, "digestAlgorithm")?;
        // RFC 5652 §5.3: signed attributes are DER even where the rest is BER.
        let signed_attributes = r.as_der(|r| attributes(r, "signedAttrs", Tag::context(0)))?;
        let signature_algorithm = algorithm(r, "signatureAlgorithm")?;
        let signature = r.expect("signature", Tag::OCTET_STRING)?;
        Ok(SignerInfo {
            version,
            sid,
            sid_span,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature: r.octets_in("signature", &signature)?,
            signature_span: signature.span,
            unsigned_attributes: attributes(r, "unsignedAttrs", Tag::context(1))?,
            span: value.span,
        })
    })
}

fn identifier<'a>(r: &mut Reader<'a>) -> Result<(SignerIdentifier<'a>, crate::base::Span), Stop> {
    let value = r.value("sid")?;
    let sid = if value.tag == Tag::SEQUENCE {
        r.inside("sid", &value, |r| {
            let issuer = r.expect("issuer", Tag::SEQUENCE)?.raw;
            let serial = r.integer("serialNumber")?;
            Ok(SignerIdentifier::IssuerAndSerial { issuer, serial })
        })?
    } else if value.tag == Tag::context(0) {
        r.primitive("sid", &value)?;
        SignerIdentifier::SubjectKeyIdentifier(value.content)
    } else {
        let kind = DerFault::Unexpected {
            expected: "an issuer and serial number or a [0] subject key identifier",
            found: Some(value.tag),
        };
        return r.stop("sid", kind, value.span);
    };
    Ok((sid, value.span))
}

fn attributes<'a>(r: &mut Reader<'a>, name: &'static str, tag: Tag) -> Result<Option<Attributes<'a>>, Stop> {
    let Some(set) = r.optional(name, tag)? else { return Ok(None) };
    r.check_set_order(name, &set);
    let all = r.inside(name, &set, |r| r.each(|r, _| attribute(r)))?;
    Ok(Some(Attributes { content: set.content, all, span: set.span }))
}

fn attribute<'a>(r: &mut Reader<'a>) -> Result<Attribute<'a>, Stop> {
    let value = r.expect("", Tag::SEQUENCE)?;
    r.inside("", &value, |r| {
        let oid: Oid<'a> = r.oid("attrType")?;
        let set = r.expect("attrValues", Tag::SET)?;
        r.check_set_order("attrValues", &set);
        let values: Vec<Value<'a>> = r.inside("attrValues", &set, |r| r.each(|r, _| r.value("")))?;
        Ok(Attribute { oid, values, span: value.span })
    })
}

pub(super) fn algorithm<'a>(r: &mut Reader<'a>, name: &'static str) -> Result<AlgorithmIdentifier<'a>, Stop> {
    let value = r.expect(name, Tag::SEQUENCE)?;
    r.inside(name, &value, |r| {
        let oid = r.oid("algorithm")?;
        let parameters = if r.is_at_end() { None } else { Some(r.value("parameters")?) };
        Ok(AlgorithmIdentifier { oid, parameters, span: value.span })
    })
}
