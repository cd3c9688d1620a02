//! Deviations of parameters: those of RSA-PSS, and those of the curve that a key spells out.

use super::super::Mutation;
use super::super::keys::Key;
use super::algorithm::ECDSA_SHA256;
use super::{Bench, Draft, Made};
use crate::base::Profile;
use crate::crypto::domain::Domain;
use crate::crypto::{Algorithm, Curve, Hash};
use crate::xmldsig::sign;

const RSA_PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss";
const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";

/// SHA-512 with MGF1 over SHA-256 and 20 bytes of salt: nothing of it is the default but MGF1.
const ALGORITHM: Algorithm = Algorithm::RsaPss { hash: Hash::Sha512, mgf: Hash::Sha256, salt: 20 };
const PARAMETERS: &str = "<p:RSAPSSParams xmlns:p=\"http://www.w3.org/2007/05/xmldsig-more#\">\
    <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"></ds:DigestMethod>\
    <p:SaltLength>20</p:SaltLength></p:RSAPSSParams>";

const INVALID: &[&str] = &["signed-xml.signature-invalid"];
const MALFORMED: &[&str] = &["signed-xml.method-parameters-malformed"];

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("pss-parameters", "RSA-PSS with parameters of its own", &[], |bench| {
        Ok(pss(bench, PARAMETERS, ALGORITHM))
    })
    .under(Profile::Standard),
    Mutation::new("pss-parameters-empty", "RSA-PSS, all of whose parameters are the default", &[], |bench| {
        let empty = "<p:RSAPSSParams xmlns:p=\"http://www.w3.org/2007/05/xmldsig-more#\"></p:RSAPSSParams>";
        Ok(pss(bench, empty, Algorithm::pss(Hash::Sha256)))
    })
    .under(Profile::Standard),
    Mutation::new(
        "pss-salt-other",
        "the salt of an RSA-PSS is longer than its parameters say",
        INVALID,
        |bench| {
            Ok(pss(bench, PARAMETERS, Algorithm::RsaPss { hash: Hash::Sha512, mgf: Hash::Sha256, salt: 64 }))
        },
    )
    .under(Profile::Standard)
    .case("DS-21"),
    Mutation::new("pss-mask-other", "the mask of an RSA-PSS is made with another hash", INVALID, |bench| {
        Ok(pss(bench, PARAMETERS, Algorithm::RsaPss { hash: Hash::Sha512, mgf: Hash::Sha512, salt: 20 }))
    })
    .under(Profile::Standard)
    .case("DS-21"),
    Mutation::new(
        "pss-parameters-repeated",
        "the parameters of an RSA-PSS stand twice",
        MALFORMED,
        |bench| Ok(pss_changed(bench, PARAMETERS, &[PARAMETERS, PARAMETERS].concat())),
    )
    .under(Profile::Standard)
    .case("DS-21"),
    Mutation::new("pss-salt-repeated", "the salt of an RSA-PSS has two lengths", MALFORMED, |bench| {
        let twice = "<p:SaltLength>20</p:SaltLength><p:SaltLength>32</p:SaltLength>";
        Ok(pss_changed(bench, "<p:SaltLength>20</p:SaltLength>", twice))
    })
    .under(Profile::Standard)
    .case("DS-21"),
    Mutation::new("pss-trailer-other", "the trailer field of an RSA-PSS is 2", MALFORMED, |bench| {
        let more = "20</p:SaltLength><p:TrailerField>2</p:TrailerField>";
        Ok(pss_changed(bench, "20</p:SaltLength>", more))
    })
    .under(Profile::Standard)
    .case("DS-21"),
    Mutation::new("curve-spelled-out", "a bare key spells out the parameters of P-256", &[], |bench| {
        Ok(spelled(bench, |_, _| ()))
    })
    .under(Profile::Standard),
    Mutation::new(
        "curve-altered",
        "a bare key spells out P-256 with its own point as the base",
        &["signed-xml.curve-altered", "signed-xml.key-missing"],
        |bench| {
            Ok(spelled(bench, |domain, point| {
                let (x, y) = point[1..].split_at(32);
                domain.base = [x, y].map(num_bigint::BigUint::from_bytes_be);
            }))
        },
    )
    .under(Profile::Standard)
    .case("DS-24"),
];

/// Signed by `algorithm`, whatever the parameters say.
fn pss_text(bench: &Bench, parameters: &str, algorithm: Algorithm) -> (Draft, String) {
    let mut draft = Draft::of(bench);
    RSA_PSS.clone_into(&mut draft.template.method);
    parameters.clone_into(&mut draft.template.method_content);
    let text =
        sign(&draft.text, draft.place(), &draft.template, |_, octets| Ok(draft.key.sign(algorithm, octets)))
            .expect("the forge signs what it wrote");
    (draft, text)
}

fn pss(bench: &Bench, parameters: &str, algorithm: Algorithm) -> Made {
    let (draft, text) = pss_text(bench, parameters, algorithm);
    draft.made_of(&text)
}

fn pss_changed(bench: &Bench, from: &str, to: &str) -> Made {
    let (draft, text) = pss_text(bench, PARAMETERS, ALGORITHM);
    assert!(text.contains(from), "what is changed is there");
    draft.made_of(&text.replacen(from, to, 1))
}

/// Signed under a key on P-256, which stands in a KeyValue with its curve spelled out.
fn spelled(bench: &Bench, change: impl FnOnce(&mut Domain, &[u8])) -> Made {
    let key = Key::p256(bench.seed(), "spelled out");
    let mut domain = Domain::of(Curve::P256);
    change(&mut domain, key.public_bits());
    let base64 = |number: &num_bigint::BigUint| data_encoding::BASE64.encode(&number.to_bytes_be());
    let [a, b] = domain.coefficients.each_ref().map(base64);
    let octets = domain.base.each_ref().map(num_bigint::BigUint::to_bytes_be);
    let base = data_encoding::BASE64.encode(&[&[4][..], &octets[0], &octets[1]].concat());
    let mut draft = Draft::of(bench);
    draft.trust.clear();
    ECDSA_SHA256.clone_into(&mut draft.template.method);
    draft.template.key_info = Some(format!(
        "<ds:KeyValue><e:ECKeyValue xmlns:e=\"{DSIG11}\"><e:ECParameters><e:FieldID><e:Prime><e:P>{}</e:P>\
         </e:Prime></e:FieldID><e:Curve><e:A>{a}</e:A><e:B>{b}</e:B></e:Curve><e:Base>{base}</e:Base>\
         <e:Order>{}</e:Order><e:CoFactor>1</e:CoFactor></e:ECParameters><e:PublicKey>{}</e:PublicKey>\
         </e:ECKeyValue></ds:KeyValue>",
        base64(&domain.prime),
        base64(&domain.order),
        data_encoding::BASE64.encode(key.public_bits()),
    ));
    draft.key = key;
    draft.made()
}
