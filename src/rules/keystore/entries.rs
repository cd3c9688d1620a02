//! The keys, their aliases and their certificates.

use super::path;
use crate::base::Span;
use crate::model::keystore::{Entry, Keystore};
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

/// The alias of the authentication key, as eHealth's software looks it up.
const AUTHENTICATION: &str = "authentication";

rule! { Keystore =>
    /// No key stands under the alias `authentication`
    ///
    /// Software that uses eHealth certificates looks the authentication key up by this alias, letter
    /// for letter. The cookbook permits the name with a "can", and describes it as what software
    /// requires: an error, because such software finds no key.
    "keystore.authentication-missing": ERROR.in_field(Warning).not_in_standard() => authentication_missing,
        clauses: &["CR-4.1-04", "CR-4.3.4-32"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4", Force::May, "you can add the certificate and the private key as a key pair with alias 'authentication' in your KeyStore")];

    /// The keystore has no encryption key
    ///
    /// An eHealth certificate is complete with two key pairs. Until the encryption token is
    /// registered there is only one, so this is a warning.
    "keystore.encryption-missing": WARNING.in_field(Note).not_in_standard() => encryption_missing,
        clauses: &["CR-2.1-02"],
        cites: &[cite("CertRA cookbook 0.5", "2.1", Force::Fact, "An eHealth certificate is composed of two key pairs")],
        defects: &["SD-16", "SD-109"];

    /// The alias of an encryption key is not the serial number of its certificate
    ///
    /// The encryption key stands under the serial number of its certificate in decimal. A message
    /// names its recipient by that number, and software finds the key to decrypt it with by the
    /// alias. The number is unsigned: 128-bit serial numbers are not negative.
    "keystore.encryption-alias-wrong": ERROR.not_in_standard() => encryption_alias_wrong,
        clauses: &["CR-4.1-05"],
        cites: &[cite("CertRA cookbook 0.5", "4.1", Force::Fact, "the encryption key gets its serial number being the decimal representation of the 'Alias'")];

    /// A private key has no certificate
    ///
    /// No certificate in the keystore is over the public half of this key, so nobody can be told
    /// whose key it is. It was generated and never completed with the certificate that was issued.
    "keystore.certificate-missing": ERROR => certificate_missing,
        clauses: &["CR-4.1-03"],
        cites: &[cite("CertRA cookbook 0.5", "4.1", Force::Fact, "the key pair contained in a PKCS12 type of the key store")];

    /// The certificate that is tied to a key is over another key
    ///
    /// The keystore ties a certificate to a private key by its localKeyId, but the two are no pair:
    /// what the key signs does not verify under the certificate.
    "keystore.pair-mismatched": ERROR => pair_mismatched,
        clauses: &["CR-4.1-03"],
        cites: &[cite("RFC 2985", "5.5.2", Force::Fact, "The localKeyId attribute type specifies an identifier for a particular key.")];

    /// Two keys have the same alias
    ///
    /// Software that looks a key up by its alias finds one of them, and which one depends on the
    /// reader.
    "keystore.alias-repeated": WARNING => alias_repeated,
        cites: &[cite("RFC 2985", "5.5.1", Force::Fact, "The friendlyName attribute type specifies a user-friendly name of the object it belongs to.")];
}

fn open<'m, 'a>(keystore: &'m Keystore<'a>) -> Option<&'m [Entry<'a>]> {
    keystore.is_open().then_some(keystore.keys.as_slice())
}

fn authentication_missing(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let keys = open(keystore)?;
    if keys.iter().all(|key| key.alias != Some(AUTHENTICATION)) {
        let alike =
            keys.iter().filter_map(|key| key.alias).find(|it| it.eq_ignore_ascii_case(AUTHENTICATION));
        let found = alike.map_or("none".to_owned(), |alike| format!("`{alike}`"));
        cx.fail(
            "keys",
            Span::default(),
            format!("expected a key with the alias `{AUTHENTICATION}`, found {found}"),
        );
    }
    Some(Checked)
}

fn encryption_missing(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let keys = open(keystore)?;
    if !keys.iter().any(|key| keystore.is_for_encryption(key)) {
        cx.fail(
            "keys",
            Span::default(),
            "expected an encryption key beside the authentication key, found none",
        );
    }
    Some(Checked)
}

fn encryption_alias_wrong(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = false;
    for (index, key) in open(keystore)?.iter().enumerate().filter(|(_, key)| keystore.is_for_encryption(key))
    {
        let Some(certificate) = keystore.certificate(key) else { continue };
        any = true;
        let expected = certificate.serial.to_decimal();
        if key.alias != Some(expected.as_str()) {
            let found = key.alias.map_or("none".to_owned(), |alias| format!("`{alias}`"));
            cx.fail(path(index), Span::default(), format!("expected the alias `{expected}`, found {found}"));
        }
    }
    any.then_some(Checked)
}

fn certificate_missing(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (index, key) in open(keystore)?.iter().enumerate() {
        if key.public.is_some() && key.own.is_none() && key.tied.is_none() {
            cx.fail(path(index), Span::default(), "expected a certificate over this key, found none");
        }
    }
    Some(Checked)
}

fn pair_mismatched(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (index, key) in open(keystore)?.iter().enumerate() {
        if let Some(tied) = key.tied.filter(|_| key.public.is_some())
            && key.own != Some(tied)
        {
            let subject = keystore.certificates[tied].subject.to_text();
            cx.fail(
                path(index),
                Span::default(),
                format!("expected the certificate `{subject}` to be over this key, found it over another"),
            );
        }
    }
    Some(Checked)
}

fn alias_repeated(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let keys = open(keystore)?;
    for (index, key) in keys.iter().enumerate() {
        let Some(alias) = key.alias else { continue };
        if keys[..index].iter().any(|it| it.alias == Some(alias)) {
            cx.fail(
                path(index),
                Span::default(),
                format!("expected an alias of its own, found `{alias}` again"),
            );
        }
    }
    Some(Checked)
}
