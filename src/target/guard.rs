//! The guard before production: etalon does not test there unless it was told to, twice.

use url::Url;

/// The domain of the eHealth platform.
const PLATFORM: &str = "ehealth.fgov.be";
/// What the names of its other environments end or begin with.
const ENVIRONMENTS: [&str; 4] = ["acpt", "int", "test", "dev"];

/// Whether an address is the eHealth platform's production.
pub fn is_production(address: &Url) -> bool {
    let Some(host) = address.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase()) else {
        return false;
    };
    let Some(name) = host.strip_suffix(PLATFORM) else { return false };
    // `notehealth.fgov.be` is somebody else.
    if !name.is_empty() && !name.ends_with('.') {
        return false;
    }
    let elsewhere =
        name.split('.').flat_map(|label| label.split('-')).any(|part| ENVIRONMENTS.contains(&part));
    !elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    fn production(address: &str) -> bool {
        is_production(&Url::parse(address).unwrap())
    }

    #[test]
    fn production_is_what_names_no_other_environment() {
        assert!(production("https://services.ehealth.fgov.be/CertRa/v2"));
        assert!(production("https://API.ehealth.fgov.be./iam/v2"));
        assert!(production("https://ehealth.fgov.be"));
        assert!(!production("https://services-acpt.ehealth.fgov.be/CertRa/v2"));
        assert!(!production("https://api-int.ehealth.fgov.be"));
        assert!(!production("https://notehealth.fgov.be"));
        assert!(!production("http://127.0.0.1:8080"));
    }
}
