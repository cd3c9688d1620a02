//! Reading: from BER to the model.

use super::{
    Attribute, Attributes, CertificateKinds, Cms, Content, Embedded, SIGNED_DATA, SignedData,
    SignerIdentifier, SignerInfo,
};
use crate::base::{Budget, Span};
use crate::model::algorithm_identifier::AlgorithmIdentifier;
use crate::model::certificate::Certificate;
use crate::model::name::Name;
use crate::wire::der::{DerFault, Encoding, Reader, Stop, Tag};

impl<'a> Cms<'a> {
    /// Reads a ContentInfo.
    pub(crate) fn read(bytes: &'a [u8], budget: &Budget) -> Self {
        let mut content_type = None;
        let (read, faults) = Reader::read(bytes, Encoding::Ber, budget, |r| {
            r.sequence("", |r| {
                let oid = r.oid("contentType")?;
                content_type = Some(oid);
                // RFC 5652 3: the content is there, whatever its type.
                let content = r.expect("content", Tag::context(0))?;
                if oid != SIGNED_DATA {
                    // Another type of content is not looked into.
                    return Ok(None);
                }
                r.inside("content", &content, |r| signed_data(r, budget)).map(Some)
            })
        });
        Self { content_type, signed_data: read.flatten(), faults, checks: Vec::new() }
    }
}

fn signed_data<'a>(r: &mut Reader<'a>, budget: &Budget) -> Result<SignedData<'a>, Stop> {
    let value = r.expect("", Tag::SEQUENCE)?;
    r.inside("", &value, |r| {
        let version = r.integer("version")?;
        let set = r.expect("digestAlgorithms", Tag::SET)?;
        let digest_algorithms = r.inside("digestAlgorithms", &set, |r| {
            r.each(|r, _| AlgorithmIdentifier::read(r, "").map(|algorithm| algorithm.oid))
        })?;
        let (content_type, content_type_span, content) = r.sequence("encapContentInfo", |r| {
            let at = r.offset();
            let oid = r.oid("eContentType")?;
            let span = Span::new(at, r.offset());
            let content = match r.optional("eContent", Tag::context(0))? {
                Some(outer) => Some(r.inside("eContent", &outer, content)?),
                None => None,
            };
            Ok((oid, span, content))
        })?;
        let (mut certificates, mut unread, mut kinds) = (Vec::new(), Vec::new(), CertificateKinds::default());
        if let Some(set) = r.optional("certificates", Tag::context(0))? {
            r.inside("certificates", &set, |r| {
                r.each(|r, index| {
                    let value = r.value("")?;
                    kinds.attribute_v1 |= value.tag == Tag::context(1);
                    kinds.attribute_v2 |= value.tag == Tag::context(2);
                    kinds.other |= value.tag == Tag::context(3);
                    if value.tag != Tag::SEQUENCE && !(0..4).any(|kind| value.tag == Tag::context(kind)) {
                        let expected = "a kind of certificate";
                        let kind = DerFault::Unexpected { expected, found: Some(value.tag) };
                        r.fault("", kind, value.span);
                    }
                    match Certificate::read(value.raw, budget) {
                        (Some(certificate), faults) => {
                            let certificate = Box::new(certificate);
                            certificates.push(Embedded { certificate, faults, span: value.span, index });
                        }
                        (None, _) => unread.push(value.span),
                    }
                    Ok(())
                })
            })?;
        }
        if let Some(set) = r.optional("crls", Tag::context(1))? {
            r.inside("crls", &set, |r| {
                r.each(|r, _| {
                    let value = r.value("")?;
                    kinds.other |= value.tag == Tag::context(1);
                    if value.tag != Tag::SEQUENCE && value.tag != Tag::context(1) {
                        let expected = "a kind of revocation information";
                        let kind = DerFault::Unexpected { expected, found: Some(value.tag) };
                        r.fault("", kind, value.span);
                    }
                    Ok(())
                })
            })?;
        }
        let set = r.expect("signerInfos", Tag::SET)?;
        let signers = r.inside("signerInfos", &set, |r| r.each(|r, _| signer(r)))?;
        Ok(SignedData {
            version,
            digest_algorithms,
            content_type,
            content_type_span,
            content,
            certificates,
            unread_certificates: unread,
            kinds,
            signers,
            span: value.span,
        })
    })
}

impl<'a> Attribute<'a> {
    /// The SignerInfos that its values are; nothing where one is none. Their spans are places in the
    /// values.
    pub(super) fn read_signers(&self) -> Option<Vec<SignerInfo<'a>>> {
        self.read(|r| r.each(|r, _| signer(r)))
    }
}

fn content<'a>(r: &mut Reader<'a>) -> Result<Content<'a>, Stop> {
    let value = r.value("")?;
    let is_octet_string = value.tag == Tag::OCTET_STRING;
    let octets = if is_octet_string { r.octets_in("", &value)? } else { value.content.into() };
    Ok(Content { octets, is_octet_string, span: value.content_span })
}

fn signer<'a>(r: &mut Reader<'a>) -> Result<SignerInfo<'a>, Stop> {
    let value = r.expect("", Tag::SEQUENCE)?;
    r.inside("", &value, |r| {
        let version = r.integer("version")?;
        let (sid, sid_span) = identifier(r)?;
        let digest_algorithm = AlgorithmIdentifier::read(r, "digestAlgorithm")?;
        // RFC 5652 §5.3: signed attributes are DER even where the rest is BER.
        let signed_attributes = r.as_der(|r| attributes(r, "signedAttrs", Tag::context(0)))?;
        let signature_algorithm = AlgorithmIdentifier::read(r, "signatureAlgorithm")?;
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

fn identifier<'a>(r: &mut Reader<'a>) -> Result<(SignerIdentifier<'a>, Span), Stop> {
    let value = r.value("sid")?;
    let sid = if value.tag == Tag::SEQUENCE {
        r.inside("sid", &value, |r| {
            let issuer = Name::read(r, "issuer")?;
            let serial = r.integer("serialNumber")?;
            Ok(SignerIdentifier::IssuerAndSerial { issuer, serial })
        })?
    } else if value.tag == Tag::context(0) {
        SignerIdentifier::SubjectKeyIdentifier(r.octets_in("sid", &value)?)
    } else {
        let expected = "an issuer and serial number or a [0] subject key identifier";
        return r.stop("sid", DerFault::Unexpected { expected, found: Some(value.tag) }, value.span);
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
        let oid = r.oid("attrType")?;
        let set = r.expect("attrValues", Tag::SET)?;
        r.check_set_order("attrValues", &set);
        let count = r.inside("attrValues", &set, |r| r.each(|r, _| r.value("").map(drop)))?.len();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Attribute { oid, values: set.content, count, span: value.span })
    })
}
