//! The certificates of `x5c`: that they are some, in order, and of this key.

use crate::base::Service;
use crate::model::certificate::SignatureError;
use crate::model::extension::KeyUsage;
use crate::model::jwk::JwkChain;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::json::{Type, Value};

/// No chain is longer, and readers do not read on.
const LONGEST: usize = 16;

rule! { JwkChain =>
    /// The certificate is to be fetched from an address
    ///
    /// `x5u` lets whoever makes the key choose where the reader connects to. eHealth's keys carry
    /// their certificates; etalon fetches nothing.
    "jwk.x5u-present": ERROR.in_standard(Warning) => x5u_present,
        cites: &[cite("RFC 8725", "3.10", Force::Should, "may contain an arbitrary URL, could result in server-side request forgery (SSRF) attacks")],
        catalogue: &["JK-15"];

    /// A key of ETK Depot comes without its certificate
    ///
    /// ETK Depot answers with the certificate itself; without it nobody can tell whose key it is, nor
    /// whether it is still valid. Send the chain in `x5c`.
    "jwk.x5c-missing": ERROR.not_in_standard() => x5c_missing,
        clauses: &["ED-5.2.2.2-06", "ED-5.2.3.2-05"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.2.2", Force::Fact, "Each etkInfo object contains the use, the kid, and the certificate itself.")];

    /// The certificate chain is empty or endless
    ///
    /// `x5c` holds at least the certificate of the key, and no chain has more than 16.
    "jwk.x5c-length": ERROR => x5c_length,
        cites: &[cite("RFC 7517", "4.7", Force::Must, "The PKIX certificate containing the key value MUST be the first certificate.")],
        catalogue: &["JK-11", "JK-18"];

    /// A certificate of the chain is not base64
    ///
    /// Each is standard base64 with padding, not base64url, without line breaks or PEM lines.
    "jwk.x5c-not-base64": ERROR => x5c_not_base64,
        clauses: &["ED-5.2.2.2-15"],
        cites: &[cite("RFC 7517", "4.7", Force::Fact, "Each string in the array is a base64-encoded (Section 4 of [RFC4648] -- not base64url-encoded) DER … PKIX certificate value.")],
        catalogue: &["JK-11", "GE-13", "GE-15"];

    /// An entry of the chain is no certificate
    ///
    /// Each entry is the DER of one X.509 certificate, in standard base64. Bytes that are something else
    /// leave the key without proof of its holder.
    "jwk.x5c-not-certificate": ERROR => x5c_not_certificate,
        clauses: &["ED-5.2.2.2-15"],
        cites: &[cite("RFC 7517", "4.7", Force::Fact, "DER [ITU.X690.1994] PKIX certificate value")],
        catalogue: &["JK-11"];

    /// The first certificate holds another key
    ///
    /// What a reader checks is the certificate, what he uses are `n` and `e` or `x` and `y`: if they
    /// differ, somebody vouches for one key while another is used.
    "jwk.x5c-of-another-key": ERROR => x5c_of_another_key,
        clauses: &["ED-5.2.2.2-16"],
        cites: &[cite("RFC 7517", "4.7", Force::Must, "The key in the first certificate MUST match the public key represented by other members of the JWK.")],
        defects: &["SD-12"],
        catalogue: &["JK-12"];

    /// The certificates are out of order
    ///
    /// Each one after the first certifies the one before it: its subject is that one's issuer, and
    /// its key made that one's signature.
    "jwk.x5c-out-of-order": ERROR => x5c_out_of_order,
        cites: &[cite("RFC 7517", "4.7", Force::Fact, "This MAY be followed by additional certificates, with each subsequent certificate being the one used to certify the previous one.")],
        catalogue: &["JK-11"];

    /// The chain ends in a root
    ///
    /// A reader trusts roots that he has, never one that comes along.
    "jwk.x5c-with-root": WARNING => x5c_with_root,
        cites: &[cite("RFC 5280", "6.1", Force::Fact, "this self-signed certificate is not included as part of the prospective certification path")],
        catalogue: &["JK-11"];

    /// The certificate does not allow the use
    ///
    /// A key for `sig` has a certificate with digitalSignature, one for `enc` with keyEncipherment,
    /// dataEncipherment or keyAgreement.
    "jwk.use-against-key-usage": ERROR => use_against_key_usage,
        clauses: &["ED-5.2.2.1-03"],
        cites: &[cite("RFC 7517", "4.6", Force::Must, "if the \"use\" member is present, then it MUST correspond to the usage that is specified in the certificate")],
        catalogue: &["JK-10", "JK-19"];

    /// The certificate was not valid at the time
    ///
    /// ETK Depot and KeyDepot return keys that were valid at a time, now if none is asked. Judged
    /// where `as_of` is given.
    "jwk.certificate-not-valid": ERROR.in_standard(Warning) => certificate_not_valid,
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.2.1", Force::Fact, "The time for the lookup (lookup moment default is now).")],
        catalogue: &["JK-19"];

    /// The id of an ETK Depot key is not made of its certificate's serial number
    ///
    /// It is the letter S and the serial number in decimal: `S5436060553504243135` for the
    /// certificate 4B70C4459D223DBF.
    "jwk.kid-not-serial": ERROR.not_in_standard() => kid_not_serial,
        clauses: &["ED-5.2.2.2-10"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.2.2", Force::Fact, "\"kid\": \"S5436060553504243135\"")],
        catalogue: &["JK-05"];
}

fn x5u_present(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    chain.jwk.key_type()?;
    if let Some(x5u) = chain.jwk.member("x5u") {
        cx.fail(x5u.pointer(), x5u.span(), "expected the certificate itself, found an address");
    }
    Some(Checked)
}

fn x5c_missing(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    chain.jwk.key_type()?;
    if cx.context().service != Some(Service::Etkdepot) {
        return None;
    }
    if chain.jwk.member("x5c").is_none() {
        cx.fail(chain.jwk.value.pointer(), chain.jwk.value.span(), "expected a member x5c, found none");
    }
    Some(Checked)
}

fn x5c_length(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let x5c = chain.jwk.member("x5c").filter(|x5c| x5c.kind() == Type::Array)?;
    let count = x5c.elements().count();
    if !(1..=LONGEST).contains(&count) {
        cx.fail(
            x5c.pointer(),
            x5c.span(),
            format!("expected from 1 to {LONGEST} certificates, found {count}"),
        );
    }
    Some(Checked)
}

fn x5c_not_base64(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    chain.jwk.chain.first()?;
    for link in chain.jwk.chain.iter().take(LONGEST) {
        if link.value.as_str().is_some_and(|text| text.contains("-----BEGIN")) {
            cx.fail(link.value.pointer(), link.value.span(), "expected the base64 of DER alone, found PEM");
            continue;
        }
        if let Some(fault) = link.decoded.faults.first() {
            cx.fail(link.value.pointer(), link.value.text_map().outer(fault.span), fault.kind.to_string());
        }
    }
    Some(Checked)
}

fn x5c_not_certificate(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    chain.certificates.first()?;
    for (link, certificate) in chain.jwk.chain.iter().zip(&chain.certificates) {
        if link.decoded.bytes.is_some() && certificate.is_none() {
            cx.fail(
                link.value.pointer(),
                link.value.span(),
                "expected a certificate in DER, found other bytes",
            );
        }
    }
    Some(Checked)
}

fn x5c_of_another_key(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let certified = chain.jwk.certified_key()?;
    let at = chain.jwk.member("x5c")?;
    // A modulus that is taken from the certificate agrees, but a private exponent may still differ.
    let own = chain.jwk.public_key()?.ok()?;
    let exponent = || chain.jwk.bytes("e").zip(certified.rsa()).is_none_or(|(e, rsa)| e == rsa.e);
    if !own.is_same(certified) || !exponent() {
        cx.fail(
            at.pointer(),
            at.span(),
            "expected the key of the JWK in the first certificate, found another",
        );
    }
    Some(Checked)
}

fn x5c_out_of_order(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if chain.certificates.len() < 2 {
        return None;
    }
    for (index, pair) in chain.certificates.windows(2).enumerate() {
        let (Some(subject), Some(issuer)) = (&pair[0], &pair[1]) else { continue };
        let value: Value<'_> = chain.jwk.chain[index + 1].value;
        if !subject.issuer.is_same(&issuer.subject) {
            let message = "expected the certificate of the issuer of the one before, found that of another";
            cx.fail(value.pointer(), value.span(), message);
            continue;
        }
        if subject.is_signed_by(issuer) == Err(SignatureError::Invalid) {
            let message = "expected the key that signed the certificate before, found another of that name";
            cx.fail(value.pointer(), value.span(), message);
        }
    }
    Some(Checked)
}

fn x5c_with_root(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if chain.certificates.len() < 2 {
        return None;
    }
    let last = chain.certificates.last()?.as_ref()?;
    if last.is_self_issued() {
        let value = chain.jwk.chain[chain.certificates.len() - 1].value;
        cx.fail(
            value.pointer(),
            value.span(),
            "expected the chain to end below the root, found the root in it",
        );
    }
    Some(Checked)
}

fn use_against_key_usage(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (value, usage) = (chain.jwk.member("use")?, chain.leaf()?.key_usage()?);
    let any_of: &[KeyUsage] = match value.as_str()? {
        "sig" => &[KeyUsage::DIGITAL_SIGNATURE, KeyUsage::NON_REPUDIATION],
        "enc" => &[KeyUsage::KEY_ENCIPHERMENT, KeyUsage::DATA_ENCIPHERMENT, KeyUsage::KEY_AGREEMENT],
        _ => return None,
    };
    if !any_of.iter().any(|wanted| usage.contains(*wanted)) {
        let expected: Vec<&str> = any_of.iter().flat_map(|it| it.names()).collect();
        let message = format!(
            "expected key usage {} in the certificate, found {}",
            expected.join(" or "),
            usage.names().join(", ")
        );
        cx.fail(value.pointer(), value.span(), message);
    }
    Some(Checked)
}

fn certificate_not_valid(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (now, leaf) = (cx.as_of()?, chain.leaf()?);
    let value = chain.jwk.chain.first()?.value;
    if leaf.not_before.is_some_and(|from| now < from.instant) {
        cx.fail(
            value.pointer(),
            value.span(),
            "expected a certificate that is valid at the time, found one that begins later",
        );
    }
    if leaf.not_after.is_some_and(|until| now > until.instant) {
        cx.fail(
            value.pointer(),
            value.span(),
            "expected a certificate that is valid at the time, found one that has expired",
        );
    }
    Some(Checked)
}

fn kid_not_serial(chain: &JwkChain<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if cx.context().service != Some(Service::Etkdepot) {
        return None;
    }
    let (kid, leaf) = (chain.jwk.member("kid")?, chain.leaf()?);
    let expected = format!("S{}", leaf.serial.to_decimal());
    if kid.as_str()? != expected {
        cx.fail(
            kid.pointer(),
            kid.span(),
            format!("expected `{expected}` from the certificate's serial number, found another"),
        );
    }
    Some(Checked)
}
