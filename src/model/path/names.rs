//! Name constraints (RFC 5280 4.2.1.10).

use crate::model::certificate::Certificate;
use crate::model::extension::{Content, oid};
use crate::model::general_name::{GeneralName, Subtree};
use crate::model::name::{self, Name};

/// The constraints of one authority.
pub(super) struct Constraints<'c, 'a> {
    permitted: &'c [Subtree<'a>],
    excluded: &'c [Subtree<'a>],
}

/// Why a certificate does not meet constraints.
pub(super) enum NameProblem {
    NotAllowed(String),
    Malformed(&'static str),
    TooMany,
}

/// The forms of names that constraints are matched by form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Other,
    Email,
    Dns,
    Directory,
    Uri,
    Ip,
    RegisteredId,
    Obsolete,
}

fn form(name: &GeneralName<'_>) -> Form {
    match name {
        GeneralName::Other(_) => Form::Other,
        GeneralName::Email(_) => Form::Email,
        GeneralName::Dns(_) => Form::Dns,
        GeneralName::Directory(_) => Form::Directory,
        GeneralName::Uri(_) => Form::Uri,
        GeneralName::Ip(_) => Form::Ip,
        GeneralName::RegisteredId(_) => Form::RegisteredId,
        GeneralName::Obsolete => Form::Obsolete,
    }
}

impl<'c, 'a> Constraints<'c, 'a> {
    /// The constraints of an authority's certificate, when it has any.
    pub(super) fn of(issuer: &'c Certificate<'a>) -> Option<Self> {
        issuer.all_extensions().find_map(|extension| {
            let Content::NameConstraints { permitted, excluded } = &extension.content else { return None };
            Some(Self {
                permitted: permitted.as_deref().unwrap_or_default(),
                excluded: excluded.as_deref().unwrap_or_default(),
            })
        })
    }

    /// Whether the subject and the alternative names of a certificate are allowed.
    pub(super) fn check(
        &self,
        certificate: &Certificate<'_>,
        comparisons: &mut usize,
        at_most: usize,
    ) -> Result<(), NameProblem> {
        let mut subtrees = self.permitted.iter().chain(self.excluded);
        if let Some(why) = subtrees.find_map(subtree_problem) {
            return Err(NameProblem::Malformed(why));
        }
        let alternatives = match certificate.extension(oid::SUBJECT_ALT_NAME) {
            Some((_, extension)) if extension.content == Content::Broken => {
                return Err(NameProblem::Malformed("the names that they are for cannot be read"));
            }
            Some(_) | None => certificate.subject_alt_names().unwrap_or_default(),
        };
        let count = (alternatives.len() + 1).saturating_mul(self.permitted.len() + self.excluded.len());
        *comparisons = comparisons.saturating_add(count);
        if *comparisons > at_most {
            return Err(NameProblem::TooMany);
        }
        if !certificate.subject.is_empty() {
            self.check_one(&GeneralName::Directory(certificate.subject.clone()))?;
        }
        // RFC 5280 4.2.1.10: an address in the subject counts when there is no alternative name.
        if certificate.subject_alt_names().is_none() {
            for attribute in certificate.subject.all(name::oid::EMAIL_ADDRESS) {
                let text = attribute.text().unwrap_or_default();
                self.check_one(&GeneralName::Email(&text))?;
            }
        }
        alternatives.iter().try_for_each(|name| self.check_one(name))
    }

    fn check_one(&self, name: &GeneralName<'_>) -> Result<(), NameProblem> {
        let of_form = |subtree: &&Subtree<'_>| form(&subtree.base) == form(name);
        for subtree in self.excluded.iter().filter(of_form) {
            if matches(name, &subtree.base, Side::Excluded)? {
                return Err(NameProblem::NotAllowed(shown(name)));
            }
        }
        let mut permitted = self.permitted.iter().filter(of_form).peekable();
        if permitted.peek().is_none() {
            return Ok(());
        }
        for subtree in permitted {
            if matches(name, &subtree.base, Side::Permitted)? {
                return Ok(());
            }
        }
        Err(NameProblem::NotAllowed(shown(name)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Permitted,
    Excluded,
}

fn shown(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::Email(text) | GeneralName::Dns(text) | GeneralName::Uri(text) => (*text).to_owned(),
        GeneralName::Directory(name) => name.to_text(),
        GeneralName::Ip(octets) => data_encoding::HEXLOWER.encode(octets),
        GeneralName::Other(oid) | GeneralName::RegisteredId(oid) => oid.to_string(),
        GeneralName::Obsolete => "a name of an obsolete form".to_owned(),
    }
}

/// Whether a name falls under a constraint of its own form. A form that is not known falls under
/// every exclusion and under no permission.
fn matches(name: &GeneralName<'_>, base: &GeneralName<'_>, side: Side) -> Result<bool, NameProblem> {
    match (name, base) {
        (GeneralName::Dns(name), GeneralName::Dns(base)) => Ok(dns_matches(name, base, side)),
        (GeneralName::Email(name), GeneralName::Email(base)) => email_matches(name, base),
        (GeneralName::Uri(name), GeneralName::Uri(base)) => uri_matches(name, base),
        (GeneralName::Ip(name), GeneralName::Ip(base)) => ip_matches(name, base),
        (GeneralName::Directory(name), GeneralName::Directory(base)) => Ok(name_starts_with(name, base)),
        (GeneralName::Other(name), GeneralName::Other(base)) => Ok(side == Side::Excluded && name == base),
        _ => Ok(side == Side::Excluded),
    }
}

fn is_within(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    domain.is_empty() || host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

fn dns_matches(name: &str, base: &str, side: Side) -> bool {
    let Some(parent) = name.strip_prefix("*.") else { return is_within(name, base) };
    // A wildcard stands for each name one label below its parent: all of them must be permitted, and
    // none of them excluded.
    let covers_all = is_within(parent, base);
    let covers_one = base.split_once('.').is_some_and(|(_, above)| above.eq_ignore_ascii_case(parent));
    covers_all || (side == Side::Excluded && covers_one)
}

fn email_matches(name: &str, base: &str) -> Result<bool, NameProblem> {
    let (user, host) = name.rsplit_once('@').ok_or(NameProblem::Malformed("an e-mail address is none"))?;
    if let Some((base_user, base_host)) = base.rsplit_once('@') {
        return Ok(user == base_user && host.eq_ignore_ascii_case(base_host));
    }
    Ok(match base.strip_prefix('.') {
        Some(domain) => is_within(host, domain) && !host.eq_ignore_ascii_case(domain),
        None => host.eq_ignore_ascii_case(base),
    })
}

fn uri_matches(name: &str, base: &str) -> Result<bool, NameProblem> {
    let host = name
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default())
        .map(|authority| authority.rsplit_once('@').map_or(authority, |(_, host)| host))
        .map(|host| host.rsplit_once(':').map_or(host, |(host, _)| host))
        // RFC 5280 4.2.1.10: a URI whose host is no name, but an address, is refused whatever the
        // constraint.
        .filter(|host| dns_name_is_valid(host, false))
        .ok_or(NameProblem::Malformed("a URI has no host that is a name"))?;
    Ok(match base.strip_prefix('.') {
        Some(domain) => is_within(host, domain) && !host.eq_ignore_ascii_case(domain),
        None => host.eq_ignore_ascii_case(base),
    })
}

/// What is wrong with a constraint, by the form of names that it is of.
pub(crate) fn subtree_problem(subtree: &Subtree<'_>) -> Option<&'static str> {
    if subtree.has_distance {
        return Some("a subtree with a minimum or a maximum");
    }
    // RFC 5280 4.2.1.10: a host, or with a leading period each host below it.
    let is_host = |text: &str| dns_name_is_valid(text.strip_prefix('.').unwrap_or(text), false);
    match &subtree.base {
        GeneralName::Dns(name) if !name.is_empty() && !dns_name_is_valid(name, false) => {
            Some("a DNS name that is none")
        }
        GeneralName::Email(text) => {
            let host =
                text.rsplit_once('@').map(|(user, host)| !user.is_empty() && dns_name_is_valid(host, false));
            (!host.unwrap_or_else(|| is_host(text))).then_some("a mailbox or host that is none")
        }
        GeneralName::Uri(text) => (!is_host(text)).then_some("a host of URIs that is no name"),
        GeneralName::Ip(octets) => range(octets).err(),
        GeneralName::Dns(_)
        | GeneralName::Other(_)
        | GeneralName::Directory(_)
        | GeneralName::RegisteredId(_)
        | GeneralName::Obsolete => None,
    }
}

/// The network and the mask of a range of addresses.
fn range(base: &[u8]) -> Result<(&[u8], &[u8]), &'static str> {
    if base.len() != 8 && base.len() != 32 {
        return Err("a range of addresses that is no address and mask");
    }
    let (network, mask) = base.split_at(base.len() / 2);
    let contiguous = {
        let ones: u32 = mask.iter().map(|octet| octet.leading_ones()).sum();
        let first_zero = mask.iter().position(|octet| *octet != 0xff).unwrap_or(mask.len());
        let tail_is_zero = mask.iter().skip(first_zero + 1).all(|octet| *octet == 0);
        let edge =
            mask.get(first_zero).is_none_or(|octet| octet.leading_ones() + octet.trailing_zeros() >= 8);
        ones > 0 && tail_is_zero && edge || mask.iter().all(|octet| *octet == 0)
    };
    if contiguous { Ok((network, mask)) } else { Err("a range of addresses whose mask has holes") }
}

fn ip_matches(name: &[u8], base: &[u8]) -> Result<bool, NameProblem> {
    let (network, mask) = range(base).map_err(NameProblem::Malformed)?;
    if name.len() != network.len() {
        return Ok(false);
    }
    Ok(name.iter().zip(network).zip(mask).all(|((name, network), mask)| name & mask == network & mask))
}

/// Whether the RDNs of `base` are the first ones of `name`.
fn name_starts_with(name: &Name<'_>, base: &Name<'_>) -> bool {
    let head = Name {
        attributes: name.attributes.iter().copied().filter(|it| it.rdn < base.rdns).collect(),
        rdns: name.rdns.min(base.rdns),
        raw: &[],
        span: name.span,
    };
    head.is_same(base)
}

/// Whether a text is a DNS name in the preferred syntax: labels of letters, digits and inner hyphens,
/// the last of which is no number. A wildcard is a whole first label, where one may stand.
pub(crate) fn dns_name_is_valid(name: &str, wildcard: bool) -> bool {
    let name = if wildcard { name.strip_prefix("*.").unwrap_or(name) } else { name };
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last_is_number =
        name.rsplit('.').next().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    (1..=253).contains(&name.len()) && name.split('.').all(label_fits) && !last_is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_preferred_syntax() {
        for good in ["example.com", "a-b.example", "xn--caf-dma.example", "localhost"] {
            assert!(dns_name_is_valid(good, false), "{good}");
        }
        for bad in [
            "",
            ".example.com",
            "example.com.",
            "a_b.example",
            "-a.example",
            "8.8.8.8",
            "*.example.com",
            "a..b",
        ] {
            assert!(!dns_name_is_valid(bad, false), "{bad}");
        }
        assert!(dns_name_is_valid("*.example.com", true));
        assert!(!dns_name_is_valid("f*.example.com", true));
    }

    #[test]
    fn a_wildcard_is_all_of_its_names() {
        assert!(dns_matches("*.example.com", "example.com", Side::Permitted));
        assert!(!dns_matches("*.example.com", "foo.example.com", Side::Permitted));
        assert!(dns_matches("*.example.com", "foo.example.com", Side::Excluded));
        assert!(!dns_matches("*.example.com", "a.foo.example.com", Side::Excluded));
        assert!(!dns_matches("badexample.com", "example.com", Side::Permitted));
    }

    #[test]
    fn mailboxes_and_hosts() {
        let fits = |name, base| email_matches(name, base).is_ok_and(|fits| fits);
        assert!(fits("a@example.com", "example.com") && !fits("a@sub.example.com", "example.com"));
        assert!(fits("a@sub.example.com", ".example.com") && !fits("a@example.com", ".example.com"));
        assert!(fits("a@Example.com", "a@example.com") && !fits("A@example.com", "a@example.com"));
    }

    #[test]
    fn hosts_of_uris() {
        let fits = |name, base| uri_matches(name, base).ok();
        assert_eq!(fits("https://u@a.example:8/x", "a.example"), Some(true));
        assert_eq!(fits("https://a.example/x", ".example"), Some(true));
        assert_eq!(fits("https://a.example/x", ".a.example"), Some(false));
        for none in
            ["urn:a:b", "https:///x", "https://192.0.2.1/", "https://[2001:db8::1]/", "https://[::1]:8/"]
        {
            assert_eq!(fits(none, "a.example"), None, "{none}");
        }
    }

    #[test]
    fn ranges_of_addresses() {
        let fits = |name: &[u8], base: &[u8]| ip_matches(name, base).ok();
        assert_eq!(fits(&[192, 0, 2, 7], &[192, 0, 2, 0, 255, 255, 255, 0]), Some(true));
        assert_eq!(fits(&[192, 0, 3, 7], &[192, 0, 2, 0, 255, 255, 255, 0]), Some(false));
        assert_eq!(fits(&[1; 16], &[192, 0, 2, 0, 255, 255, 255, 0]), Some(false));
        assert_eq!(fits(&[192, 0, 2, 7], &[192, 0, 2, 0, 255, 0, 255, 0]), None);
        assert_eq!(fits(&[192, 0, 2, 7], &[192, 0, 2, 0]), None);
    }
}
