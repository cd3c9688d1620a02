//! Keys on cards, by PKCS#11: an eID in its reader, or any other token that has a module.
//!
//! The key stays where it is: the card signs, and its certificates are read from it.

use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;

use crate::base::Budget;
use crate::base::time::Instant;
use crate::context::Secret;
use crate::crypto::{Algorithm, Hash, SignatureForm, digest};
use crate::forge::keys::{Keeper, Key};
use crate::model::certificate::Certificate;
use crate::target::signers::{self, Role, Signer};

/// The modules that are loaded: each is initialised once in a process, and stays.
static MODULES: Mutex<Vec<(String, Pkcs11)>> = Mutex::new(Vec::new());

/// The mechanisms of cards that hash and sign.
const RSA_PKCS1: [(Hash, Mechanism<'_>); 3] = [
    (Hash::Sha256, Mechanism::Sha256RsaPkcs),
    (Hash::Sha384, Mechanism::Sha384RsaPkcs),
    (Hash::Sha512, Mechanism::Sha512RsaPkcs),
];

/// A key on a card, with the session in which it signs.
struct OnCard {
    session: Mutex<Session>,
    key: ObjectHandle,
}

impl Keeper for OnCard {
    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, String> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let unfit = || Err(format!("it is not asked for signatures of algorithm {algorithm}"));
        let signed = match algorithm {
            Algorithm::RsaPkcs1(hash) => {
                let Some(mechanism) = RSA_PKCS1.iter().find(|(it, _)| *it == hash) else { return unfit() };
                session.sign(&mechanism.1, self.key, message)
            }
            // Cards differ in the hashes that they know, so that they get the digest.
            Algorithm::Ecdsa { hash, form: SignatureForm::Fixed, .. } => {
                session.sign(&Mechanism::Ecdsa, self.key, digest(hash, message).as_bytes())
            }
            Algorithm::Ecdsa { form: SignatureForm::Der, .. }
            | Algorithm::RsaPss { .. }
            | Algorithm::Ed25519
            | Algorithm::Dsa { .. } => {
                return unfit();
            }
        };
        signed.map_err(|error| said(&error))
    }
}

/// Which card is meant, and which key on it.
pub(super) struct Wanted<'w> {
    pub(super) module: &'w str,
    /// The label of the token; the only one where none is given.
    pub(super) token: Option<&'w str>,
    /// The label of the key.
    pub(super) label: &'w str,
    pub(super) pin: Option<&'w Secret>,
    /// Certificates in DER, that of the key first; none reads those of the card.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// Whose key is on a card.
///
/// # Errors
/// What was expected and found.
pub(super) fn signer(role: Role, wanted: Wanted<'_>, now: Instant) -> Result<Signer, String> {
    let Wanted { module, token, label, pin, certificates: given } = wanted;
    let context = loaded(module)?;
    let slots = context.get_slots_with_initialized_token().map_err(|error| said(&error))?;
    let mut found = Vec::new();
    for slot in slots {
        let info = context.get_token_info(slot).map_err(|error| said(&error))?;
        found.push((slot, info.label().trim().to_owned()));
    }
    let labels = || found.iter().map(|(_, it)| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    let slot = match (token, found.as_slice()) {
        (_, []) => return Err("expected a card, found none in any reader".to_owned()),
        (None, [(slot, _)]) => *slot,
        (None, _) => {
            return Err(format!("expected one card, found {}; `token` says which is meant", labels()));
        }
        (Some(label), _) => {
            let named = found.iter().find(|(_, it)| it == label);
            named.ok_or_else(|| format!("expected the card `{label}`, found {}", labels()))?.0
        }
    };
    let session = context.open_ro_session(slot).map_err(|error| said(&error))?;
    if let Some(pin) = pin {
        match session.login(UserType::User, Some(&AuthPin::new(pin.expose().into()))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(said(&error)),
        }
    }
    let (key, id) = private_key(&session, label)?;
    let mut ders = given;
    if ders.is_empty() {
        // The certificate of a key has its id.
        let all = objects(&session, ObjectClass::CERTIFICATE, AttributeType::Value)?;
        let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.id == id);
        if own.is_empty() {
            return Err(
                "expected a certificate with the id of the key, found none; `certificate` names a file"
                    .to_owned(),
            );
        }
        ders = own.into_iter().chain(others).map(|it| it.attribute).collect();
    }
    let all: Vec<Certificate<'_>> =
        ders.iter().filter_map(|der| Certificate::read(der, &Budget::JUDGE).0).collect();
    let own = all.first().ok_or("expected a certificate with the id of the key, found none")?;
    let public = crate::crypto::PublicKey::from_spki(own.spki.raw).map_err(|error| error.to_string())?;
    let key = Key::kept(public, Arc::new(OnCard { session: Mutex::new(session), key }));
    signers::of(role, key, own, &all.iter().collect::<Vec<_>>(), now)
}

/// The module, initialised.
fn loaded(module: &str) -> Result<Pkcs11, String> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = modules.iter().find(|(name, _)| name == module) {
        return Ok(known.clone());
    }
    let context =
        Pkcs11::new(module).map_err(|error| format!("expected a module of PKCS#11, found none: {error}"))?;
    match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(said(&error)),
    }
    modules.push((module.to_owned(), context.clone()));
    Ok(context)
}

/// An object on a card.
struct Object {
    handle: ObjectHandle,
    id: Vec<u8>,
    /// What else was asked about it.
    attribute: Vec<u8>,
}

/// The objects of a class, with one attribute of each.
fn objects(session: &Session, class: ObjectClass, asked: AttributeType) -> Result<Vec<Object>, String> {
    let mut found = Vec::new();
    for handle in session.find_objects(&[Attribute::Class(class)]).map_err(|error| said(&error))? {
        let known =
            session.get_attributes(handle, &[AttributeType::Id, asked]).map_err(|error| said(&error))?;
        let (mut id, mut attribute) = (Vec::new(), Vec::new());
        for it in known {
            match it {
                Attribute::Id(bytes) => id = bytes,
                Attribute::Label(bytes) | Attribute::Value(bytes) => attribute = bytes,
                _ => {}
            }
        }
        found.push(Object { handle, id, attribute });
    }
    Ok(found)
}

/// The private key of this label, with its id.
fn private_key(session: &Session, label: &str) -> Result<(ObjectHandle, Vec<u8>), String> {
    let mut labels = Vec::new();
    for Object { handle, id, attribute } in objects(session, ObjectClass::PRIVATE_KEY, AttributeType::Label)?
    {
        let text = String::from_utf8_lossy(&attribute);
        let own = text.trim();
        if own == label {
            return Ok((handle, id));
        }
        labels.push(format!("`{own}`"));
    }
    let found = if labels.is_empty() { "no key; a PIN may be missing".to_owned() } else { labels.join(", ") };
    Err(format!("expected a key under the label `{label}`, found {found}"))
}

/// What a card said, in words where it has a well-known meaning.
fn said(error: &Error) -> String {
    match error {
        Error::Pkcs11(RvError::PinIncorrect, _) => {
            "expected the PIN of the card, found another; three wrong ones lock it".to_owned()
        }
        Error::Pkcs11(RvError::PinLocked, _) => "the PIN is locked".to_owned(),
        Error::Pkcs11(RvError::PinLenRange | RvError::PinInvalid, _) => {
            "expected the PIN of the card, found what is none".to_owned()
        }
        Error::Pkcs11(RvError::TokenNotPresent | RvError::DeviceRemoved, _) => {
            "the card was taken away".to_owned()
        }
        Error::Pkcs11(code, function) => format!("the card answered {function}: {code}"),
        other => other.to_string(),
    }
}
