//! The credential public key: the parameters of a COSE key, and their types.

use crate::model::cose::{CoseKey, KeyType, label};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, cite};
use crate::wire::cbor::Item;

rule! { CoseKey =>
    /// The credential public key is not a map
    ///
    /// A COSE key is a CBOR map from labels to parameters.
    "attestation-object.key-not-a-map": ERROR => not_a_map,
        clauses: &["KD-5.2.2-23"],
        cites: &[cite("RFC 9052", "7", Force::Fact, "A COSE Key structure is built on a CBOR map")],
        catalogue: &["WK-01"],
        codes: &["BAD_REQUEST"];

    /// A label of the key is not an integer
    ///
    /// The labels that WebAuthn uses are integers. A text or byte string label stands for another
    /// parameter, or for the same one in the eyes of a reader that compares loosely.
    "attestation-object.key-label-mistyped": ERROR => label_mistyped,
        cites: &[cite("WebAuthn L3", "6.5.1.1", Force::Fact, "1: 2, ; kty: EC2 key type")],
        catalogue: &["WK-11"],
        codes: &["BAD_REQUEST"];

    /// A parameter of the key is missing
    ///
    /// `kty` (1) and `alg` (3) always stand there; EC2 keys have `crv`, `x` and `y`, OKP keys `crv`
    /// and `x`, RSA keys `n` and `e`.
    "attestation-object.key-parameter-missing": ERROR => parameter_missing,
        clauses: &["KD-5.2.2-23"],
        cites: &[
            cite("WebAuthn L3", "6.5.1", Force::Must, "The COSE_Key-encoded credential public key MUST contain the \"alg\" parameter"),
            cite("RFC 9053", "7.1.1", Force::Must, "For public keys, it is REQUIRED that \"crv\", \"x\", and \"y\" be present in the structure"),
        ],
        catalogue: &["WK-01", "WK-02", "WK-03"],
        codes: &["BAD_REQUEST"];

    /// A parameter of the key has the wrong CBOR type
    ///
    /// `kty`, `alg` and `crv` are integers, coordinates and RSA numbers are byte strings.
    "attestation-object.key-parameter-mistyped": ERROR => parameter_mistyped,
        clauses: &["KD-5.2.2-23"],
        cites: &[cite("RFC 9053", "7.1.1", Force::Must, "For public keys, it is REQUIRED that \"crv\", \"x\", and \"y\" be present in the structure.")],
        catalogue: &["WB-13", "WB-14", "WK-04"],
        codes: &["BAD_REQUEST"];

    /// The key type is none that signs in WebAuthn
    ///
    /// EC2 (2), RSA (3), OKP (1) and AKP (7) keys are used. A symmetric key (4) is a secret.
    "attestation-object.key-type-unknown": ERROR => type_unknown,
        cites: &[cite("RFC 9053", "7", Force::Fact, "For each of the key types, we define both public and private members.")],
        catalogue: &["WK-01"],
        codes: &["BAD_REQUEST"];

    /// The point is compressed
    ///
    /// The y-coordinate is a boolean, which stands for the sign of a compressed point. WebAuthn allows
    /// only the uncompressed form.
    "attestation-object.key-compressed": ERROR => compressed,
        cites: &[cite("WebAuthn L3", "5.8.5", Force::Must, "MUST NOT use the compressed point form")],
        catalogue: &["WK-06"],
        codes: &["BAD_REQUEST"];

    /// The key holds private parameters
    ///
    /// What makes the private key stands in the registration: whoever sees the message can sign as the
    /// user. The key is burnt; make another.
    "attestation-object.key-private": ERROR => private,
        cites: &[cite("WebAuthn L3", "6.5.1", Force::Must, "MUST NOT contain any other OPTIONAL parameters")],
        catalogue: &["WK-10"],
        codes: &["BAD_REQUEST"];

    /// The key has a parameter that it should not have
    ///
    /// Beside `alg` a credential public key holds the parameters that its type requires and no
    /// optional ones (`kid`, `key_ops`, a base IV).
    "attestation-object.key-extra-parameter": ERROR => extra_parameter,
        cites: &[cite("WebAuthn L3", "6.5.1", Force::Must, "MUST contain the \"alg\" parameter and MUST NOT contain any other OPTIONAL parameters")],
        catalogue: &["WK-10"],
        codes: &["BAD_REQUEST"];
}

/// What a parameter is called.
fn name(of: Option<KeyType>, number: i64) -> String {
    let known = match (of, number) {
        (_, label::KTY) => "kty",
        (_, 2) => "kid",
        (_, label::ALG) => "alg",
        (_, 4) => "key_ops",
        (_, 5) => "Base IV",
        (Some(KeyType::Ec2 | KeyType::Okp), label::CRV) => "crv",
        (Some(KeyType::Ec2 | KeyType::Okp), label::X) => "x",
        (Some(KeyType::Ec2), label::Y) => "y",
        (Some(KeyType::Ec2 | KeyType::Okp), -4) => "d",
        (Some(KeyType::Rsa), label::N) => "n",
        (Some(KeyType::Rsa), label::E) => "e",
        (Some(KeyType::Rsa), -3) => "d",
        (Some(KeyType::Akp), label::PUB) => "pub",
        (Some(KeyType::Akp), -2) => "priv",
        _ => return number.to_string(),
    };
    format!("{known} ({number})")
}

/// The labels that a key of its type must have.
fn required(key: &CoseKey<'_>) -> impl Iterator<Item = i64> {
    let own = key.key_type().map_or(&[][..], KeyType::parameters);
    [label::KTY, label::ALG].into_iter().chain(own.iter().copied())
}

fn not_a_map(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = key.tree.root()?;
    if !matches!(root.item(), Item::Map) {
        cx.fail("", root.span(), format!("expected a map, found {}", root.item().name()));
    }
    Some(Checked)
}

fn label_mistyped(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (label, value) in key.tree.root()?.pairs() {
        if label.integer().is_none() {
            let message = format!("expected an integer as label, found {}", label.item().name());
            cx.fail(value.path(), label.span(), message);
        }
    }
    Some(Checked)
}

fn parameter_missing(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let root = key.tree.root().filter(|root| matches!(root.item(), Item::Map))?;
    for number in required(key).filter(|number| key.parameter(*number).is_none()) {
        let message = format!("expected the parameter {}, found none", name(key.key_type(), number));
        cx.fail(format_args!("[{number}]"), root.span(), message);
    }
    Some(Checked)
}

fn parameter_mistyped(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key_type = key.key_type();
    for number in required(key) {
        let Some(node) = key.parameter(number) else { continue };
        let curve = number == label::CRV && matches!(key_type, Some(KeyType::Ec2 | KeyType::Okp));
        let integer = curve || matches!(number, label::KTY | label::ALG);
        let fits = match node.item() {
            Item::Unsigned(_) | Item::Negative(_) => integer && node.integer().is_some(),
            Item::Bytes(_) | Item::ByteChunks => !integer,
            // The compressed form is the matter of another rule.
            Item::Bool(_) => number == label::Y && key_type == Some(KeyType::Ec2),
            _ => false,
        };
        if !fits {
            let expected = if integer { "an integer of at most 64 bits" } else { "a byte string" };
            let found = node.item().name();
            let message = format!("expected {expected} as {}, found {found}", name(key_type, number));
            cx.fail(node.path(), node.span(), message);
        }
    }
    Some(Checked)
}

fn type_unknown(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let node = key.parameter(label::KTY)?;
    let number = node.integer()?;
    if KeyType::of(number).is_none() {
        let message = format!("expected key type EC2 (2), RSA (3), OKP (1) or AKP (7), found {number}");
        cx.fail(node.path(), node.span(), message);
    }
    Some(Checked)
}

fn compressed(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if key.key_type()? != KeyType::Ec2 {
        return None;
    }
    let y = key.parameter(label::Y)?;
    if matches!(y.item(), Item::Bool(_)) {
        cx.fail(y.path(), y.span(), "expected the y-coordinate, found the sign of a compressed point");
    }
    Some(Checked)
}

fn private(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key_type = key.key_type()?;
    for (label, value) in key.tree.root()?.pairs() {
        if let Some(number) = label.integer().filter(|number| key_type.private().contains(number)) {
            let message =
                format!("expected a public key alone, found the private {}", name(Some(key_type), number));
            cx.fail(value.path(), label.span(), message);
        }
    }
    Some(Checked)
}

fn extra_parameter(key: &CoseKey<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let key_type = key.key_type()?;
    for (label, value) in key.tree.root()?.pairs() {
        let extra = |number: &i64| {
            !required(key).any(|known| known == *number) && !key_type.private().contains(number)
        };
        if let Some(number) = label.integer().filter(extra) {
            let message = format!(
                "expected only what {} keys require, found {}",
                key_type.name(),
                name(Some(key_type), number)
            );
            cx.fail(value.path(), label.span(), message);
        }
    }
    Some(Checked)
}
