//! The artefact kinds, profiles and services that etalon knows, by their public names.

use std::fmt;
use std::str::FromStr;

/// A name that stands for nothing etalon knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {what}; expected one of: {known}")]
pub struct UnknownName {
    given: String,
    what: &'static str,
    known: String,
}

/// An enum whose variants have one public name each.
macro_rules! named {
    ($(#[$meta:meta])* $what:literal $name:ident { $($(#[$doc:meta])+ $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])+ $variant,)+ }

        impl $name {
            /// All of them, in the order in which they are listed to users.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The public name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|it| it.name() == text).ok_or_else(|| UnknownName {
                    given: text.to_owned(),
                    what: $what,
                    known: Self::ALL.iter().map(|it| it.name()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

named! {
    /// A kind of artefact that etalon judges.
    "kind" Kind {
        /// Body of `POST attestations/options`.
        CreationRequest = "creation-request",
        /// Answer of `POST attestations/options`.
        CreationOptions = "creation-options",
        /// Body of `POST attestation/result`: a PublicKeyCredential in JSON.
        Attestation = "attestation",
        /// The CBOR attestation object alone.
        AttestationObject = "attestation-object",
        /// clientDataJSON alone.
        ClientData = "client-data",
        /// An RFC 7517 key.
        Jwk = "jwk",
        /// A set of RFC 7517 keys.
        Jwks = "jwks",
        /// The holder of a key.
        Keyholder = "keyholder",
        /// The keys of an account.
        Account = "account",
        /// Body of `PATCH jwks/{kid}`.
        JwkPatch = "jwk-patch",
        /// The query of the GETs.
        KeyQuery = "key-query",
        /// CMS SignedData that carries an encryption certificate.
        Etk = "etk",
        /// The JSON array of `GET etks`.
        EtkResponse = "etk-response",
        /// RSA ciphertext followed by a SHA-256.
        EtkChallenge = "etk-challenge",
        /// What CompleteETKRegistration registers.
        EncryptionCertificate = "encryption-certificate",
        /// An eHealth authentication certificate.
        Certificate = "certificate",
        /// A distinguished name as text.
        DistinguishedName = "distinguished-name",
        /// PKCS#10, DER or PEM.
        Csr = "csr",
        /// Any XML with an enveloped signature.
        SignedXml = "signed-xml",
        /// A CertRA request or response.
        CertraMessage = "certra-message",
        /// An EtkRA request or response.
        EtkraMessage = "etkra-message",
        /// A SOAP 1.1 message.
        Soap = "soap",
        /// A SOAP message with a WS-Security header.
        WsSecurity = "ws-security",
        /// A SAML 2.0 AttributeQuery.
        AttributeQuery = "attribute-query",
        /// A SAML 2.0 Response.
        SamlResponse = "saml-response",
        /// A SAML 1.1 or 2.0 assertion.
        SamlAssertion = "saml-assertion",
        /// The actor's signed JWT of a token exchange.
        ActorToken = "actor-token",
        /// A signed access token.
        AccessToken = "access-token",
        /// The form body of a token exchange.
        TokenExchangeRequest = "token-exchange-request",
        /// The JSON answer of a token exchange.
        TokenExchangeResponse = "token-exchange-response",
        /// The profiles that a person may take.
        Profiles = "profiles",
        /// An error answer.
        Problem = "problem",
        /// The User-Agent header.
        UserAgent = "user-agent",
        /// The From header.
        From = "from",
        /// An identifier with its check digits.
        Identifier = "identifier",
        /// A triple-wrapped ETEE message.
        SealedMessage = "sealed-message",
        /// A PKCS#12 keystore.
        Keystore = "keystore",
        /// Any CMS SignedData.
        Cms = "cms",
        /// Any compact JWS.
        Jws = "jws",
        /// JSON alone.
        Json = "json",
        /// CBOR alone.
        Cbor = "cbor",
        /// DER alone.
        Der = "der",
        /// XML alone.
        Xml = "xml",
    }
}

named! {
    /// The reading under which an artefact is judged.
    "profile" Profile {
        /// The cookbook and the standards that it builds on, strictly.
        Cookbook = "cookbook",
        /// What real clients send and real services take.
        Field = "field",
        /// The base standard alone.
        Standard = "standard",
    }
}

named! {
    /// A service of the eHealth platform.
    "service" Service {
        /// KeyDepot REST.
        Keydepot = "keydepot",
        /// CertRA SOAP.
        Certra = "certra",
        /// EtkRA SOAP.
        Etkra = "etkra",
        /// ETK Depot REST.
        Etkdepot = "etkdepot",
        /// IAM eXchange REST.
        IamExchange = "iam-exchange",
        /// Attribute Authority SOAP.
        AttributeAuthority = "attribute-authority",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
        }
        let error = "csrr".parse::<Kind>().expect_err("no such kind").to_string();
        assert!(error.starts_with("`csrr` is not a kind; expected one of: creation-request"), "{error}");
    }
}
