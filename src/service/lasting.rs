//! What the operations leave at a service when the calls are over, and which of them take it away.

/// Something that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A key of KeyDepot, known by its credential id.
    Key,
    /// A certificate of CertRA, or the request for one, known by its public key identifier.
    Certificate,
    /// An encryption token of EtkRA, known by the key of the certificate that it belongs to.
    EncryptionToken,
}

/// What an operation does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It comes to be.
    Makes(Thing),
    /// It ends.
    Ends(Thing),
}

impl Thing {
    /// How reports name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Certificate => "certificate",
            Self::EncryptionToken => "encryption token",
        }
    }
}

/// The effect of an operation, as reports name it: `keydepot.deleteKey`.
pub fn effect(operation: &str) -> Option<Effect> {
    Some(match operation {
        "keydepot.attestationResult" => Effect::Makes(Thing::Key),
        "keydepot.deleteKey" => Effect::Ends(Thing::Key),
        "certra.GenerateCertificate" => Effect::Makes(Thing::Certificate),
        "certra.Revoke" => Effect::Ends(Thing::Certificate),
        "etkra.CompleteETKRegistration" => Effect::Makes(Thing::EncryptionToken),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_effect_is_an_operation() {
        let known: Vec<String> = super::super::CONTRACTS
            .iter()
            .flat_map(|it| it.operations.iter().map(|op| format!("{}.{}", it.service.name(), op.id)))
            .collect();
        let with_effect = known.iter().filter(|it| effect(it).is_some()).count();
        assert_eq!(with_effect, 5, "an operation has another name now");
    }
}
