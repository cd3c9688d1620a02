//! The error table of the exchange, chapter 8: its rows, in words and in the order of the checks.

use crate::service::Refusal;

/// A row of the error table of the exchange, in the order in which the service looks: of several
/// defects the first one is answered. [`Row::TABLE`] has the order in which the cookbook prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "what each says stands beside it in `printed`")]
pub enum Row {
    GrantType,
    RequestedTokenType,
    ActorTokenType,
    SubjectTokenType,
    Audience,
    Resource,
    Scope,
    ActorToken,
    WrongAlgorithm,
    ClientUnknown,
    WrongCertificate,
    ActorTokenExpired,
    SubjectTokenUnreadable,
    IssuerUntrusted,
    SubjectTokenForged,
    SubjectTokenIncomplete,
    SubjectTokenExpired,
    RoleMissing,
    PartyDiffers,
    LevelUnknown,
    LevelLow,
    AccountRefused,
    Undetermined,
    ProfileUnresolved,
    ProfessionUnresolved,
    WebAccess,
    SigningKey,
    AccountEndpoint,
    Backend,
    BackendEmpty,
    BackendInvalid,
    Encoding,
    IssuedTokenType,
    TokenType,
    Lifetime,
}

impl Row {
    /// The rows as chapter 8 prints them.
    pub const TABLE: [Self; 35] = [
        Self::AccountRefused,
        Self::WebAccess,
        Self::PartyDiffers,
        Self::RoleMissing,
        Self::ActorTokenType,
        Self::ActorToken,
        Self::WrongAlgorithm,
        Self::ClientUnknown,
        Self::WrongCertificate,
        Self::ActorTokenExpired,
        Self::Audience,
        Self::GrantType,
        Self::RequestedTokenType,
        Self::Resource,
        Self::Scope,
        Self::SubjectTokenUnreadable,
        Self::SubjectTokenType,
        Self::SubjectTokenForged,
        Self::IssuerUntrusted,
        Self::SubjectTokenIncomplete,
        Self::SubjectTokenExpired,
        Self::LevelLow,
        Self::ProfileUnresolved,
        Self::Undetermined,
        Self::ProfessionUnresolved,
        Self::LevelUnknown,
        Self::SigningKey,
        Self::AccountEndpoint,
        Self::Backend,
        Self::BackendEmpty,
        Self::BackendInvalid,
        Self::Encoding,
        Self::IssuedTokenType,
        Self::TokenType,
        Self::Lifetime,
    ];

    /// What no request of a client causes: failures inside of eHealth, by the names under which a
    /// test can provoke them.
    pub const PROVOKED: &[(&str, Self)] = &[
        ("webaccess-endpoint", Self::WebAccess),
        ("profile-unresolved", Self::ProfileUnresolved),
        ("profession-unresolved", Self::ProfessionUnresolved),
        ("signing-key", Self::SigningKey),
        ("account-endpoint", Self::AccountEndpoint),
        ("backend", Self::Backend),
        ("backend-empty", Self::BackendEmpty),
        ("backend-invalid", Self::BackendInvalid),
        ("assertion-encoding", Self::Encoding),
        ("issued-token-type", Self::IssuedTokenType),
        ("token-type", Self::TokenType),
        ("assertion-lifetime", Self::Lifetime),
    ];

    /// Status, code and text, as printed; values go where `${…}` stands.
    pub const fn printed(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::GrantType => (400, "unsupported_grant_type", "Invalid input for field grant_type"),
            Self::RequestedTokenType => {
                (400, "invalid_request", "Invalid input for field requested_token_type")
            }
            Self::ActorTokenType => (400, "invalid_request", "Invalid input for field actor_token_type"),
            Self::SubjectTokenType => (400, "invalid_request", "Invalid input for field subject_token_type"),
            Self::Audience => (400, "invalid_request", "Invalid input for field audience"),
            Self::Resource => (400, "invalid_request", "Invalid input for field resource"),
            Self::Scope => (400, "invalid_scope", "Invalid input for field scope"),
            Self::ActorToken => (400, "invalid_request", "Invalid input for field actor_token"),
            Self::WrongAlgorithm => (
                400,
                "invalid_request",
                "ActorToken Access Denied: client ${issuer} not allowed (wrong signing algorithm)",
            ),
            Self::ClientUnknown => {
                (400, "invalid_client", "ActorToken Access Denied: client ${issuer} not allowed")
            }
            Self::WrongCertificate => (
                400,
                "invalid_request",
                "ActorToken Access Denied: client ${issuer} not allowed (wrong certificate)",
            ),
            Self::ActorTokenExpired => (400, "invalid_client", "ActorToken expired"),
            Self::SubjectTokenUnreadable | Self::SubjectTokenForged | Self::SubjectTokenIncomplete => {
                (400, "invalid_request", "Invalid input for field subject_token")
            }
            Self::IssuerUntrusted => {
                (400, "invalid_request", "SubjectToken Access Denied: untrusted issuer [{{subjectToken.iss}}")
            }
            Self::SubjectTokenExpired => (400, "invalid_client", "SubjectToken expired"),
            Self::RoleMissing => (
                400,
                "invalid_request",
                "SubjectToken Access Denied: realm_access role token-exchange missing.",
            ),
            Self::PartyDiffers => (
                400,
                "invalid_request",
                "ActorToken Access Denied: Authorized Party of subjectToken ${subjectToken.azp} must be \
                 the same as issuer actorToken ${actorToken.iss}",
            ),
            Self::LevelLow => {
                (400, "Invalid_request", "SubjectToken Access Denied: Authentication level not satisfied.")
            }
            Self::LevelUnknown => {
                (401, "unauthorized_client", "SubjectToken Access Denied: Invalid authentication level.")
            }
            Self::AccountRefused => (
                400,
                "invalid_client",
                "SubjectToken Access Denied: Account Service ${statusCode} ${httpStatusMessage}",
            ),
            Self::Undetermined => (
                401,
                "unauthorized_client",
                "ActorToken Access Denied: failed to determine profile (Profile option type \
                 ${profileOptionType})",
            ),
            Self::ProfileUnresolved => (
                401,
                "unauthorized_client",
                "ActorToken Access Denied: failed to resolve attributes (Profile ${profile})",
            ),
            Self::ProfessionUnresolved => (
                401,
                "unauthorized_client",
                "ActorToken Access Denied: failed to resolve attributes (Profile ${profession})",
            ),
            Self::WebAccess => (400, "invalid_client", "Reason : error while invoking webaccess endpoint"),
            Self::SigningKey => unknown("Reason: unable to resolve signing key"),
            Self::AccountEndpoint => unknown("Reason: error while invoking account endpoint"),
            Self::Backend => unknown("Reason: ${failureStatusMessage}"),
            Self::BackendEmpty => {
                unknown("Reason: unable to extract assertion from backend (empty response)")
            }
            Self::BackendInvalid => {
                unknown("Reason: unable to extract assertion from backend (invalid response)")
            }
            Self::Encoding => unknown("Reason: unable to encode assertion"),
            Self::IssuedTokenType => unknown("Reason: wrong issued_token_type received from backend"),
            Self::TokenType => unknown("Reason: wrong token_type received from backend"),
            Self::Lifetime => unknown("Reason: unable to determine assertionLifetime"),
        }
    }

    /// How it is refused.
    pub const fn refusal(self) -> Refusal {
        let (status, code, _) = self.printed();
        Refusal { status, code }
    }

    /// The text with the values in the places of `${…}`, in their order. The brackets of the untrusted
    /// issuer are closed (SD-141).
    pub fn text(self, values: &[&str]) -> String {
        let (_, _, printed) = self.printed();
        let printed = printed.replace("[{{subjectToken.iss}}", "[${subjectToken.iss}]");
        let mut text = String::new();
        let mut rest = printed.as_str();
        let mut values = values.iter();
        while let Some((before, after)) = rest.split_once("${") {
            text.push_str(before);
            text.push_str(values.next().unwrap_or(&"unknown"));
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        text + rest
    }
}

const fn unknown(text: &'static str) -> (u16, &'static str, &'static str) {
    (500, "unknown", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;

    #[test]
    fn the_rows_are_those_of_the_table() {
        let table = codes::all().iter().filter(|it| it.place == "8, tokenExchange");
        let printed: Vec<_> =
            table.map(|it| (it.status.unwrap_or_default(), it.code.as_str(), it.text.as_str())).collect();
        assert_eq!(Row::TABLE.map(Row::printed).to_vec(), printed);
    }

    #[test]
    fn values_go_where_the_table_leaves_a_place() {
        let text = Row::PartyDiffers.text(&["a", "b"]);
        assert!(text.ends_with("of subjectToken a must be the same as issuer actorToken b"), "{text}");
        let text = Row::IssuerUntrusted.text(&["https://iam.example"]);
        assert_eq!(text, "SubjectToken Access Denied: untrusted issuer [https://iam.example]");
        assert_eq!(Row::Backend.text(&[]), "Reason: unknown");
    }
}
