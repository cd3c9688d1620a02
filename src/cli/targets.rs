//! Target files: read, and what they name looked up in files, in the environment and on cards.

use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use url::Url;

use super::{Failure, files};
use crate::base::time::Instant;
use crate::context::Secret;
use crate::crypto::sign::PrivateKey;
use crate::forge::keys::Key;
use crate::target::signers::{self, Role, Signer};
use crate::target::{self, Keystore, Place, Root, SecretSource, Target};

/// The URL that `--target` is; nothing where it names a file.
pub(super) fn url(text: &str) -> Result<Option<Url>, Failure> {
    if !text.contains("://") {
        return Ok(None);
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let wrong = || {
        Failure::usage(format_args!(
            "`--target {text}`: expected `sim`, a URL such as https://host/base, or a target file"
        ))
    };
    url.ok_or_else(wrong).map(Some)
}

/// The target that a URL or a target file stands for, and the folder that its paths start from.
pub(super) fn load(text: &str) -> Result<(Target, PathBuf), Failure> {
    if let Some(url) = url(text)? {
        let mut target = Target::default();
        target.services.insert(crate::base::Service::Keydepot, url);
        return Ok((target, PathBuf::new()));
    }
    let path = Path::new(text);
    let source = files::text(path, files::MOST)
        .map_err(|why| Failure::usage(format_args!("cannot read the target file {text}: {why}")))?;
    let target = target::read(&source).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Failure::configuration(format_args!("{text} cannot be used:\n{}", lines.join("\n")))
    })?;
    Ok((target, path.parent().unwrap_or(Path::new("")).to_owned()))
}

/// Looks a secret up. It is never printed.
#[expect(clippy::disallowed_methods, reason = "the target file names a variable to read a secret from")]
pub(super) fn secret(source: &SecretSource, folder: &Path) -> Result<Secret, String> {
    let text = match source {
        SecretSource::Environment(name) => {
            std::env::var(name).map_err(|_| format!("the environment variable `{name}` is not set"))?
        }
        SecretSource::File(path) => files::text(&folder.join(path), files::MOST)
            .map_err(|why| format!("{path} cannot be read: {why}"))?,
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(match source {
            SecretSource::Environment(name) => format!("the environment variable `{name}` is empty"),
            SecretSource::File(path) => format!("{path} is empty"),
        });
    }
    Ok(Secret::new(text))
}

/// The certificates of a PEM file with roots, in DER.
pub(super) fn certificates(root: &Root, folder: &Path) -> Result<Vec<Vec<u8>>, String> {
    let Root { path, .. } = root;
    let text = files::text(&folder.join(path), files::MOST).map_err(|why| format!("{path}: {why}"))?;
    match crate::context::pem_blocks(&text) {
        Ok(found) if found.is_empty() => Err(format!("{path}: expected certificates in PEM, found none")),
        found => found.map_err(|why| format!("{path}: {why}")),
    }
}

/// What an access token says of itself; nothing of one that is no JWT.
pub(super) fn claims(token: &Secret) -> Option<Value> {
    let part = token.expose().split('.').nth(1)?;
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).ok()?).ok()
}

/// How long a token is valid yet, and which roles it holds; one that is no JWT is taken as it is.
pub(super) fn said(token: &Secret, now: Instant) -> Result<String, String> {
    let Some(claims) = claims(token) else {
        return Ok("there; it is no JWT, so nothing more is known of it".to_owned());
    };
    let left = claims.get("exp").and_then(Value::as_i64).map(|exp| exp - now.unix_timestamp());
    let roles = roles(&claims);
    let roles = if roles.is_empty() { "no roles".to_owned() } else { format!("roles {}", roles.join(", ")) };
    match left {
        Some(left) if left <= 0 => {
            Err(format!("expected a token that is valid now, found one that expired {} s ago", -left))
        }
        Some(left) => Ok(format!("valid for {left} s, {roles}")),
        None => Ok(format!("there, {roles}")),
    }
}

/// The roles that a token's claims give, of the realm and of any client.
pub(super) fn roles(claims: &Value) -> Vec<&str> {
    let clients = claims.get("resource_access").and_then(Value::as_object);
    let clients = clients.into_iter().flat_map(|all| all.values().filter_map(|client| client.get("roles")));
    let all = claims.pointer("/realm_access/roles").into_iter().chain(clients);
    all.filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
}

/// Whose key is in a keystore or on a card.
pub(super) fn signer(role: Role, keystore: &Keystore, folder: &Path, now: Instant) -> Result<Signer, String> {
    match &keystore.place {
        Place::File { path, password } => {
            let password = secret(password, folder)?;
            let bytes =
                files::contents(&folder.join(path), files::MOST).map_err(|why| format!("{path}: {why}"))?;
            signers::open(role, &bytes, &password, keystore.alias.as_deref(), now)
                .map_err(|message| format!("{path}: {message}"))
        }
        #[cfg(feature = "pkcs11")]
        Place::Card { module, token, pin, certificate } => {
            let pin = pin.as_ref().map(|source| secret(source, folder)).transpose()?;
            let mut certificates = Vec::new();
            if let Some(path) = certificate {
                let text =
                    files::text(&folder.join(path), files::MOST).map_err(|why| format!("{path}: {why}"))?;
                certificates = crate::context::pem_blocks(&text).map_err(|why| format!("{path}: {why}"))?;
            }
            let wanted = super::card::Wanted {
                module,
                token: token.as_deref(),
                label: keystore.alias.as_deref().unwrap_or(role.alias()),
                pin: pin.as_ref(),
                certificates,
            };
            super::card::signer(role, wanted, now).map_err(|message| format!("{module}: {message}"))
        }
        #[cfg(not(feature = "pkcs11"))]
        Place::Card { module, .. } => {
            Err(format!("{module}: this etalon was built without the feature `pkcs11`"))
        }
    }
}

/// An RSA key that nobody else has.
pub(super) fn fresh_key() -> Key {
    Key::of(PrivateKey::fresh_rsa().expect("the provider makes RSA keys"))
}
