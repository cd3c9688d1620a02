//! Triple-wrapped ETEE messages: from the organisation to the person.

use super::certificate::{CertificateSpec, Extension, KEY_USAGE, Usage};
use super::der::{self, Length, Node};
use super::etk_challenge;
use super::keys::{Algorithm, Hash, Key, OddRsa};
use super::pki::Party;
use super::signed_data::{DATA, SignerSpec, Spec, issuer_and_serial};
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::Kind;
use crate::base::time::Duration;
use crate::crypto::cipher::aes_cbc_encrypt;

pub(super) const MAKER: Maker = Maker {
    kind: Kind::SealedMessage,
    params: &[("text", "the text that is sealed")],
    valid: |bench| message(bench, |_| (), |_| (), |_| ()),
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new("pkcs1", "valid: signed with PKCS #1 v1.5, as an eID does", &[], |bench| {
        let plain = |spec: &mut Spec| sign(bench, spec, Algorithm::RsaPkcs1(Hash::Sha256));
        message(bench, plain, |_| (), plain)
    }),
    Mutation::new(
        "inner-certificate-absent",
        "valid: the inner certificate is left out, the outer signer is the same",
        &[],
        |bench| message(bench, |inner| inner.certificates.clear(), |_| (), |_| ()),
    ),
    Mutation::new("outer-unsigned", "the outer layer has no signer", &["sealed-message.unsigned"], |bench| {
        message(bench, |_| (), |_| (), |outer| outer.signers.clear())
    })
    .case("CM-04"),
    Mutation::new("inner-unsigned", "the inner layer has no signer", &["sealed-message.unsigned"], |bench| {
        message(bench, |inner| inner.signers.clear(), |_| (), |_| ())
    })
    .case("CM-04"),
    Mutation::new(
        "two-signers",
        "the outer layer has two signers",
        &["sealed-message.signers-several"],
        |bench| {
            message(
                bench,
                |_| (),
                |_| (),
                |outer| {
                    let again = outer.signers[0].clone();
                    outer.signers.push(again);
                },
            )
        },
    )
    .case("CM-04"),
    Mutation::new(
        "sha-1",
        "the outer layer is signed over SHA-1",
        &["cms.hash-broken", "sealed-message.signature-algorithm-unauthorised"],
        |bench| message(bench, |_| (), |_| (), |outer| sign(bench, outer, Algorithm::RsaPkcs1(Hash::Sha1))),
    )
    .case("CM-04"),
    Mutation::new(
        "sha-224",
        "the outer layer is signed over SHA-224",
        &["sealed-message.signature-algorithm-unauthorised"],
        |bench| message(bench, |_| (), |_| (), |outer| sign(bench, outer, Algorithm::RsaPkcs1(Hash::Sha224))),
    ),
    Mutation::new(
        "outer-other-key",
        "the outer layer is signed with another key",
        &["cms.signature-invalid"],
        |bench| message(bench, |_| (), |_| (), |outer| outer.signers[0].key = bench.pki.stranger.key.clone()),
    )
    .case("CM-05"),
    Mutation::new(
        "inner-other-key",
        "the inner layer is signed with another key",
        &["cms.signature-invalid"],
        |bench| message(bench, |inner| inner.signers[0].key = bench.pki.stranger.key.clone(), |_| (), |_| ()),
    )
    .case("CM-05"),
    Mutation::new(
        "certificate-absent",
        "the outer certificate is left out",
        &["sealed-message.signer-certificate-missing"],
        |bench| message(bench, |_| (), |_| (), |outer| outer.certificates.clear()),
    )
    .case("CM-05"),
    Mutation::new(
        "signer-expired",
        "the outer certificate has expired",
        &["sealed-message.signer-not-valid"],
        |bench| {
            reissued(bench, bench.pki.organisation.key.clone(), |spec| {
                spec.not_after = der::time(bench.clock() - Duration::days(1));
            })
        },
    )
    .case("CM-05"),
    Mutation::new(
        "signer-1024",
        "the outer signer's key has 1024 bits",
        &["sealed-message.signer-key-too-small"],
        |bench| reissued(bench, Key::odd_rsa(OddRsa::Bits1024), |_| ()),
    )
    .case("CM-09"),
    Mutation::new(
        "signer-key-usage",
        "the outer certificate is for encryption only",
        &["sealed-message.signer-key-usage-wrong"],
        |bench| {
            reissued(bench, bench.pki.organisation.key.clone(), |spec| {
                spec.remove(KEY_USAGE);
                spec.extensions.push(Extension::key_usage(&[Usage::KeyEncipherment]));
            })
        },
    )
    .case("CM-05"),
    Mutation::new(
        "signer-rogue",
        "somebody signs with a certificate that names him like the sender",
        &["sealed-message.chain-broken"],
        |bench| {
            let key = bench.pki.stranger.key.clone();
            let mut spec = bench.pki.organisation.spec.clone();
            spec.spki = key.spki().to_vec();
            let certificate = spec.sign(&key);
            by(bench, &Party { subject: spec.subject.clone(), key, certificate, spec })
        },
    )
    .case("CM-05"),
    Mutation::new(
        "in-clear",
        "what is signed is not encrypted",
        &["sealed-message.not-enveloped"],
        |bench| {
            let inner = layer(bench, b"in clear".to_vec()).sign();
            Ok(Made::new(layer(bench, inner).sign()))
        },
    )
    .case("CM-02"),
    Mutation::new(
        "for-nobody",
        "there is no recipient",
        &["sealed-message.recipient-missing", "sealed-message.not-decryptable"],
        |bench| message(bench, |_| (), |envelope| envelope.recipients.clear(), |_| ()),
    ),
    Mutation::new(
        "password-recipient",
        "another recipient has a password",
        &["sealed-message.recipient-kind-unknown"],
        |bench| {
            message(
                bench,
                |_| (),
                |envelope| envelope.recipients.push(der::context(3, [der::int(0)])),
                |_| (),
            )
        },
    ),
    Mutation::new(
        "oaep-named",
        "the key of the content is said to be encrypted with OAEP",
        &["sealed-message.key-encryption-unauthorised"],
        |bench| {
            message(
                bench,
                |_| (),
                |envelope| envelope.key_algorithm = der::algorithm("1.2.840.113549.1.1.7"),
                |_| (),
            )
        },
    )
    .case("CM-09"),
    Mutation::new(
        "triple-des-named",
        "the content is said to be encrypted with Triple DES",
        &["sealed-message.content-encryption-unauthorised"],
        |bench| message(bench, |_| (), |envelope| envelope.content_algorithm = "1.2.840.113549.3.7", |_| ()),
    )
    .case("CM-09"),
    Mutation::new(
        "key-withheld",
        "the recipient's key is not given",
        &["sealed-message.key-not-given"],
        |bench| {
            let mut made = message(bench, |_| (), |_| (), |_| ())?;
            made.context.remove("private_key");
            Ok(made)
        },
    ),
    Mutation::new(
        "other-recipient",
        "encrypted for somebody else",
        &["sealed-message.not-decryptable"],
        |bench| {
            let key = bench.pki.organisation_encryption.key.private_pem();
            Ok(message(bench, |_| (), |_| (), |_| ())?.with("private_key", key))
        },
    )
    .case("ET-08"),
];

/// An EnvelopedData that is still to be encoded.
struct Envelope {
    recipients: Vec<Node>,
    key_algorithm: Node,
    encrypted_key: Vec<u8>,
    rid: Node,
    content_algorithm: &'static str,
    iv: [u8; 16],
    ciphertext: Vec<u8>,
}

impl Envelope {
    fn new(bench: &Bench, plaintext: &[u8]) -> Self {
        let reader = &bench.pki.person_encryption;
        let key: [u8; 16] = bench.stream("content key").array();
        let iv: [u8; 16] = bench.stream("content iv").array();
        let ciphertext = aes_cbc_encrypt(&key, &iv, plaintext).expect("16 bytes are a key of AES");
        // The key is encrypted as a challenge is: PKCS #1 v1.5 with padding from the seed.
        let sealed = etk_challenge::Spec::of(bench, key.to_vec(), reader.key.clone());
        let encrypted_key = sealed.bytes();
        let encrypted_key = encrypted_key[..encrypted_key.len() - 32].to_vec();
        let rid = issuer_and_serial(&reader.spec);
        let key_algorithm = der::algorithm_null("1.2.840.113549.1.1.1");
        Self {
            recipients: vec![der::null()],
            key_algorithm,
            encrypted_key,
            rid,
            content_algorithm: "2.16.840.1.101.3.4.1.2",
            iv,
            ciphertext,
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut recipients = self.recipients.clone();
        if let Some(first) = recipients.first_mut() {
            let parts = [
                der::int(0),
                self.rid.clone(),
                self.key_algorithm.clone(),
                der::octets(self.encrypted_key.clone()),
            ];
            *first = der::seq(parts);
        }
        let algorithm = der::seq([der::oid(self.content_algorithm), der::octets(self.iv)]);
        let ciphertext = der::chunked_octets(&self.ciphertext, 1000).tagged(0xa0);
        let content = der::seq([der::oid(DATA), algorithm, ciphertext]).with_length(Length::Indefinite);
        let data = der::seq([der::int(0), der::set_of(recipients), content]).with_length(Length::Indefinite);
        let parts =
            [der::oid("1.2.840.113549.1.7.3"), der::context(0, [data]).with_length(Length::Indefinite)];
        der::seq(parts).with_length(Length::Indefinite).encode()
    }
}

/// A signed layer of the organisation over `content`.
fn layer(bench: &Bench, content: Vec<u8>) -> Spec {
    let party = &bench.pki.organisation;
    let mut spec = Spec::new(content, vec![party.certificate.clone()], Vec::new()).streamed();
    sign(bench, &mut spec, Algorithm::pss(Hash::Sha256));
    spec
}

fn sign(bench: &Bench, spec: &mut Spec, algorithm: Algorithm) {
    let signer = SignerSpec::of(&bench.pki.organisation).with_algorithm(algorithm);
    spec.hashes = vec![signer.hash];
    spec.signers = vec![signer.with_attributes(DATA, &spec.content, bench.clock())];
}

fn message(
    bench: &Bench,
    inner: impl FnOnce(&mut Spec),
    envelope: impl FnOnce(&mut Envelope),
    outer: impl FnOnce(&mut Spec),
) -> Result<Made, Error> {
    let text = bench.param("text").unwrap_or("For your eyes only.");
    let mut first = layer(bench, text.as_bytes().to_vec());
    inner(&mut first);
    let mut second = Envelope::new(bench, &first.sign());
    envelope(&mut second);
    let mut third = layer(bench, second.encode());
    outer(&mut third);
    let key = bench.pki.person_encryption.key.private_pem();
    Ok(Made::new(third.sign()).with("private_key", key))
}

/// With the outer layer signed by the organisation under another certificate.
fn reissued(bench: &Bench, key: Key, alter: impl FnOnce(&mut CertificateSpec)) -> Result<Made, Error> {
    let mut spec = bench.pki.authentication_spec(&bench.pki.organisation_holder, &key);
    alter(&mut spec);
    let certificate = spec.sign(&bench.pki.issuing_ca.key);
    by(bench, &Party { subject: spec.subject.clone(), key, certificate, spec })
}

/// With the outer layer signed by `party`, its issuer embedded.
fn by(bench: &Bench, party: &Party) -> Result<Made, Error> {
    message(
        bench,
        |_| (),
        |_| (),
        |outer| {
            outer.certificates = vec![party.certificate.clone(), bench.pki.issuing_ca.certificate.clone()];
            // RSA-PSS over SHA-256 with 32 bytes of salt fits into 1024 bits, too.
            let signer = SignerSpec::of(party).with_algorithm(Algorithm::pss(Hash::Sha256));
            outer.signers = vec![signer.with_attributes(DATA, &outer.content, bench.clock())];
        },
    )
}
