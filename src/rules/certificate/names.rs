//! Alternative names and name constraints (RFC 5280 4.2.1.6, 4.2.1.10).

use super::fail_at;
use crate::base::Span;
use crate::model::certificate::Certificate;
use crate::model::extension::{Content, oid};
use crate::model::general_name::GeneralName;
use crate::model::path::{dns_name_is_valid, subtree_problem};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, cite};

rule! { Certificate =>
    /// The certificate names nobody
    ///
    /// Without a subject the names stand in subjectAltName, which then is critical.
    "certificate.subject-missing": ERROR => subject_missing,
        cites: &[cite("RFC 5280", "4.1.2.6", Force::Must, "the subject name MUST be an empty sequence and the subjectAltName extension MUST be critical")];

    /// A DNS name is none
    ///
    /// Labels have letters, digits and inner hyphens, and the last is no number: `8.8.8.8` is an
    /// address, and stands as iPAddress.
    "certificate.dns-name-malformed": ERROR.in_field(Warning) => dns_name_malformed,
        cites: &[cite("RFC 5280", "4.2.1.6", Force::Must, "The name MUST be in the \"preferred name syntax\"")];

    /// An alternative name is not of its form
    ///
    /// An address has 4 or 16 octets, a mailbox has one `@` between its parts and no empty atoms, a URI has a
    /// scheme, the characters of RFC 3986, and a host where it has an authority.
    "certificate.alternative-name-malformed": ERROR.in_field(Warning) => alternative_name_malformed,
        cites: &[
            cite("RFC 5280", "4.2.1.6", Force::Must, "the octet string MUST contain exactly four octets … exactly sixteen octets"),
            cite("RFC 5280", "4.2.1.6", Force::Must, "URIs that include an authority … MUST include a fully qualified domain name or IP address as the host"),
        ];

    /// A name constraint is not of its form
    ///
    /// DNS constraints have no leading period, those of mailboxes and URIs are a host or what follows a
    /// period, ranges of addresses are an address and a mask without holes, and subtrees have neither
    /// minimum nor maximum. What a broken constraint excludes is not excluded.
    "certificate.name-constraint-malformed": ERROR => name_constraint_malformed,
        cites: &[
            cite("RFC 5280", "4.2.1.10", Force::Must, "the minimum MUST be zero, and maximum MUST be absent"),
            cite("RFC 5280", "4.2.1.10", Force::Must, "For IPv4 addresses, the iPAddress field of GeneralName MUST contain eight (8) octets"),
        ];
}

fn subject_missing(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !certificate.subject.is_empty() || certificate.is_ca() {
        return Some(Checked);
    }
    match certificate.extension(oid::SUBJECT_ALT_NAME) {
        Some((_, extension)) if extension.critical => {}
        Some((at, extension)) => {
            let message =
                "expected a critical subjectAltName beside an empty subject, found a non-critical one";
            fail_at(cx, (at, extension.span), message);
        }
        None => {
            let message = "expected a subject or a subjectAltName, found neither";
            cx.fail("tbsCertificate.subject", certificate.subject.span, message);
        }
    }
    Some(Checked)
}

/// The names of the subject and of the issuer (RFC 5280, 4.2.1.7: the latter are encoded as the former), each
/// with the place of its extension.
fn alternative_names<'c, 'a>(
    certificate: &'c Certificate<'a>,
) -> impl Iterator<Item = ((usize, Span), &'c GeneralName<'a>)> {
    certificate.all_extensions().enumerate().flat_map(|(at, extension)| {
        let names = if let Content::SubjectAltName(names) | Content::IssuerAltName(names) = &extension.content
        {
            names.as_slice()
        } else {
            &[]
        };
        names.iter().map(move |name| ((at, extension.span), name))
    })
}

fn dns_name_malformed(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (place, name) in alternative_names(certificate) {
        any = Some(Checked);
        if let GeneralName::Dns(name) = name
            && !dns_name_is_valid(name, true)
        {
            let message = format!("expected a DNS name, found `{}`", name.escape_debug());
            fail_at(cx, place, message);
        }
    }
    any
}

fn alternative_name_malformed(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (place, name) in alternative_names(certificate) {
        any = Some(Checked);
        let message = match name {
            GeneralName::Ip(octets) if octets.len() != 4 && octets.len() != 16 => {
                format!("expected an address of 4 or 16 octets, found {}", octets.len())
            }
            GeneralName::Email(text) if !is_mailbox(text) => {
                format!("expected a mailbox, found `{}`", text.escape_debug())
            }
            GeneralName::Uri(text) if !is_absolute_uri(text) => {
                format!("expected an absolute URI, found `{}`", text.escape_debug())
            }
            GeneralName::Directory(name) if name.is_empty() => {
                "expected a directory name, found an empty one".to_owned()
            }
            GeneralName::Ip(_)
            | GeneralName::Email(_)
            | GeneralName::Uri(_)
            | GeneralName::Directory(_)
            | GeneralName::Other(_)
            | GeneralName::Dns(_)
            | GeneralName::RegisteredId(_)
            | GeneralName::Obsolete => continue,
        };
        fail_at(cx, place, message);
    }
    any
}

fn is_mailbox(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(user, host)| {
        let plain = |c: char| c.is_ascii_graphic() && !"<>()[]\\,;:@\"".contains(c);
        let quoted = user.len() > 1 && user.starts_with('"') && user.ends_with('"');
        // RFC 2821 4.1.2: a Dot-string is atoms between single periods.
        let user_fits = quoted || user.split('.').all(|atom| !atom.is_empty() && atom.chars().all(plain));
        user_fits && dns_name_is_valid(host, false)
    })
}

/// A scheme and what it is for, in the characters of RFC 3986; where there is an authority, with a host.
fn is_absolute_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let has_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits);
        let is_of_uri = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
        let is_escape =
            |escape: &str| escape.len() >= 2 && escape.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
        let has_host = rest.strip_prefix("//").is_none_or(|rest| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            !host.is_empty() && !host.starts_with(':')
        });
        let escapes = rest.split('%').skip(1);
        has_scheme
            && !rest.is_empty()
            && rest.chars().all(is_of_uri)
            && escapes.into_iter().all(is_escape)
            && has_host
    })
}

fn name_constraint_malformed(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::NAME_CONSTRAINTS)?;
    let Content::NameConstraints { permitted, excluded } = &extension.content else { return None };
    for subtree in [permitted, excluded].into_iter().flatten().flatten() {
        if let Some(problem) = subtree_problem(subtree) {
            fail_at(cx, (at, subtree.span), format!("expected a constraint of its form, found {problem}"));
        }
    }
    Some(Checked)
}
