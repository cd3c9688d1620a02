//! Whether the container opens.

use crate::base::Span;
use crate::model::keystore::{Container, Keystore};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { Keystore =>
    /// The bytes are no PKCS#12
    ///
    /// A keystore is a PFX of version 3 (RFC 7292). A JKS, a PEM file or a lone certificate is
    /// something else; convert it, for instance with `keytool -importkeystore`.
    "keystore.not-pkcs12": ERROR => not_pkcs12,
        clauses: &["CR-4.1-03"],
        cites: &[
            cite("CertRA cookbook 0.5", "4.1", Force::Fact, "Most of the software requires the key pair contained in a PKCS12 type of the key store."),
            cite("RFC 7292", "4", Force::Fact, "PFX ::= SEQUENCE { version INTEGER {v3(3)}(v3,...), …"),
        ];

    /// No password was given
    ///
    /// What a keystore holds can be judged only once it is open. Give the password as `password` of
    /// the context; it is shown nowhere.
    "keystore.password-missing": INCONCLUSIVE => password_missing,
        cites: &[cite("RFC 7292", "3.1", Force::Fact, "Integrity is guaranteed through a Message Authentication Code (MAC) derived from a secret integrity password.")];

    /// The password does not open the keystore
    ///
    /// The integrity check fails, or what is decrypted is no key. The password is another one, or
    /// the file was changed: the check cannot tell which, so nothing is said about the keystore.
    "keystore.password-wrong": INCONCLUSIVE => password_wrong,
        cites: &[cite("RFC 7292", "4", Force::Fact, "As described in Appendix B, the MAC key is derived from the password")];

    /// The keystore is protected in a way that etalon does not read
    ///
    /// It is PKCS#12, but its encryption, integrity check or encoding is of a kind that is not
    /// implemented, or asks for more rounds of key derivation than anybody needs.
    "keystore.protection-unsupported": INCONCLUSIVE => protection_unsupported,
        cites: &[cite("RFC 7292", "5", Force::Fact, "Using PFX PDUs")];
}

fn whole(keystore: &Keystore<'_>) -> Span {
    Span::new(0, keystore.length)
}

fn not_pkcs12(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if matches!(keystore.container, Container::Malformed) {
        cx.unreadable();
        cx.fail("", whole(keystore), "expected a PFX of version 3, found something else");
    }
    Some(Checked)
}

fn password_missing(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if matches!(keystore.container, Container::Malformed) {
        return None;
    }
    if matches!(keystore.container, Container::NoPassword) {
        cx.fail("", whole(keystore), "expected the password of the keystore in the context, found none")
            .hint("give it as `password`");
    }
    Some(Checked)
}

fn password_wrong(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match keystore.container {
        Container::Malformed | Container::NoPassword | Container::Unsupported(_) => return None,
        Container::WrongPassword => {
            cx.fail(
                "",
                whole(keystore),
                "expected a password that opens the keystore, found one that does not",
            )
            .hint("try the password that the keystore was made with");
        }
        Container::Open(_) => {}
    }
    Some(Checked)
}

fn protection_unsupported(keystore: &Keystore<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    match keystore.container {
        Container::Malformed | Container::NoPassword | Container::WrongPassword => return None,
        Container::Unsupported(why) => {
            cx.fail(
                "",
                whole(keystore),
                format!("expected a keystore that can be read, found one that cannot: {why}"),
            );
        }
        Container::Open(_) => {}
    }
    Some(Checked)
}
