//! Extensions as such, and those that say what a key may be used for (RFC 5280 4.2).

use super::fail_at;
use crate::model::certificate::Certificate;
use crate::model::distribution_point::{DistributionPoint, PointName};
use crate::model::extension::{Content, KeyUsage, oid};
use crate::model::path::unknown_critical;
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::der::Oid;

rule! { Certificate =>
    /// An extension stands there twice
    ///
    /// One reader takes the first, another the last.
    "certificate.extension-repeated": ERROR => extension_repeated,
        cites: &[cite("RFC 5280", "4.2", Force::Must, "A certificate MUST NOT include more than one instance of a particular extension")];

    /// An extension says nothing
    ///
    /// A list that must have a member is empty: no usage, no name, no policy, no constraint, no place to
    /// look; or a distribution point has neither a name nor an issuer.
    "certificate.extension-empty": ERROR => extension_empty,
        cites: &[
            cite("RFC 5280", "4.2.1.12", Force::Fact, "ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId"),
            cite("RFC 5280", "4.2.1.13", Force::Must, "a DistributionPoint MUST NOT consist of only the reasons field"),
        ];

    /// A policy stands there twice
    ///
    /// Each policy is named once, with its qualifiers. Of two, one reader takes the first and another
    /// the last.
    "certificate.policy-repeated": ERROR.in_field(Warning) => policy_repeated,
        cites: &[cite("RFC 5280", "4.2.1.4", Force::Must, "A certificate policy OID MUST NOT appear more than once in a certificate policies extension")];

    /// An authority does not say what its key is for
    ///
    /// Who issues certificates for authorities has to put it in. It is a warning all the same: validation
    /// looks at keyUsage where it is present, and lets a certificate without it pass.
    "certificate.authority-key-usage-missing": WARNING => authority_key_usage_missing,
        cites: &[
            cite("RFC 5280", "4.2.1.3", Force::Must, "Conforming CAs MUST include this extension in certificates that contain public keys that are used to validate digital signatures"),
            cite("RFC 5280", "6.1.4", Force::Must, "If a key usage extension is present, verify that the keyCertSign bit is set."),
        ];

    /// A critical extension is not known
    ///
    /// Whoever does not process a critical extension must refuse the certificate.
    "certificate.critical-extension-unknown": ERROR => critical_extension_unknown,
        cites: &[cite("RFC 5280", "4.2", Force::Must, "A certificate-using system MUST reject the certificate if it encounters a critical extension it does not recognize")];

    /// The basic constraints of an authority are not critical
    ///
    /// A reader that skips them takes any certificate for an authority's.
    "certificate.basic-constraints-not-critical": ERROR => basic_constraints_not_critical,
        cites: &[cite("RFC 5280", "4.2.1.9", Force::Must, "Conforming CAs … MUST mark the extension as critical in such certificates")];

    /// There is a path length, but no authority
    ///
    /// pathLenConstraint means something only where cA is true and the key may sign certificates.
    /// Validation ignores it elsewhere.
    "certificate.path-length-without-authority": WARNING => path_length_without_authority,
        cites: &[cite("RFC 5280", "4.2.1.9", Force::Must, "CAs MUST NOT include the pathLenConstraint field unless the cA boolean is asserted and the key usage extension asserts the keyCertSign bit")];

    /// keyUsage allows nothing
    ///
    /// The extension says what the key is for; with no bit set it is for nothing, and every use of it is
    /// a breach.
    "certificate.key-usage-empty": ERROR => key_usage_empty,
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Must, "When the keyUsage extension appears in a certificate, at least one of the bits MUST be set to 1")];

    /// keyUsage is not critical
    ///
    /// Software that does not know the extension may pass over it, and use the key for what it is not
    /// meant.
    "certificate.key-usage-not-critical": WARNING.in_standard(Note) => key_usage_not_critical,
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Should, "When present, conforming CAs SHOULD mark this extension as critical")];

    /// The key may sign certificates, but is no authority's
    ///
    /// Only an authority signs certificates: keyCertSign needs basicConstraints with cA. Software that
    /// looks at one of the two alone would take this certificate for an authority's.
    "certificate.certificate-signing-without-authority": ERROR => certificate_signing_without_authority,
        cites: &[cite("RFC 5280", "4.2.1.9", Force::Must, "If the cA boolean is not asserted, then the keyCertSign bit in the key usage extension MUST NOT be asserted")];

    /// The key of an authority may not sign certificates
    ///
    /// basicConstraints say authority, keyUsage does not: software that looks at one only trusts it.
    "certificate.authority-without-certificate-signing": ERROR.in_field(Warning) => authority_without_certificate_signing,
        cites: &[cite("RFC 5280", "4.2.1.3", Force::Must, "If the keyCertSign bit is asserted, then the cA bit in the basic constraints extension … MUST also be asserted.")];

    /// An extension that restricts paths is not critical
    ///
    /// Name constraints, policy constraints and inhibitAnyPolicy bind only those who process them, so
    /// that they must be critical.
    "certificate.restriction-not-critical": ERROR => restriction_not_critical,
        cites: &[
            cite("RFC 5280", "4.2.1.10", Force::Must, "Conforming CAs MUST mark this extension as critical"),
            cite("RFC 5280", "4.2.1.11", Force::Must, "Conforming CAs MUST mark this extension as critical"),
            cite("RFC 5280", "4.2.1.14", Force::Must, "Conforming CAs MUST mark this extension as critical"),
        ];

    /// An extension of authorities stands in another certificate
    ///
    /// Name constraints and policy constraints restrict the certificates below: nothing stands below
    /// this one.
    "certificate.restriction-without-authority": ERROR => restriction_without_authority,
        cites: &[cite("RFC 5280", "4.2.1.10", Force::Must, "The name constraints extension, which MUST be used only in a CA certificate")];

    /// An informative extension is critical
    ///
    /// authorityInfoAccess, subjectInfoAccess and freshestCRL say where to look; nobody can be made to.
    "certificate.information-critical": ERROR.in_field(Warning) => information_critical,
        cites: &[
            cite("RFC 5280", "4.2.2.1", Force::Must, "Conforming CAs MUST mark this extension as non-critical"),
            cite("RFC 5280", "4.2.1.15", Force::Must, "The extension MUST be marked as non-critical by conforming CAs"),
        ];
}

/// That no extension stands there twice.
pub(crate) fn extension_repeated(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate.extensions.as_ref()?;
    if let Some((at, extension)) = certificate.repeated_extension() {
        let message = format!("expected each extension once, found {} again", extension.type_name());
        fail_at(cx, (at, extension.span), message);
    }
    Some(Checked)
}

fn extension_empty(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let extensions = certificate.extensions.as_ref()?;
    if extensions.is_empty() {
        let message = "expected an extension in the list, found none";
        cx.fail("tbsCertificate.extensions", certificate.tbs_span, message);
    }
    for (at, extension) in extensions.iter().enumerate() {
        let is_empty = match &extension.content {
            Content::ExtendedKeyUsage(usages) => usages.is_empty(),
            Content::SubjectAltName(names) | Content::IssuerAltName(names) => names.is_empty(),
            Content::CertificatePolicies(policies) => policies.is_empty(),
            Content::PolicyMappings(mappings) => mappings.is_empty(),
            Content::NameConstraints { permitted, excluded } => {
                let given = [permitted, excluded].map(Option::as_ref);
                given.iter().all(Option::is_none) || given.iter().flatten().any(|list| list.is_empty())
            }
            Content::PolicyConstraints { require_explicit, inhibit_mapping } => {
                require_explicit.is_none() && inhibit_mapping.is_none()
            }
            Content::InformationAccess(descriptions) => *descriptions == 0,
            Content::CrlDistributionPoints(points) => {
                let says_nothing = |it: &DistributionPoint<'_>| {
                    let is_nameless = match &it.name {
                        None => it.crl_issuer.is_none(),
                        Some(PointName::Full(names)) => names.is_empty(),
                        Some(PointName::Relative(_)) => false,
                    };
                    is_nameless || it.crl_issuer.as_ref().is_some_and(Vec::is_empty)
                };
                points.is_empty() || points.iter().any(says_nothing)
            }
            Content::BasicConstraints(_)
            | Content::KeyUsage(_)
            | Content::SubjectKeyIdentifier(_)
            | Content::AuthorityKeyIdentifier(_)
            | Content::InhibitAnyPolicy(_)
            | Content::Unknown
            | Content::Broken => false,
        };
        if is_empty {
            let message = format!("expected {} to have a member, found an empty one", extension.type_name());
            fail_at(cx, (at, extension.span), message);
        }
    }
    Some(Checked)
}

fn policy_repeated(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::CERTIFICATE_POLICIES)?;
    let Content::CertificatePolicies(policies) = &extension.content else { return None };
    let mut seen = std::collections::HashSet::new();
    for policy in policies.iter().filter(|policy| !seen.insert(**policy)) {
        fail_at(cx, (at, extension.span), format!("expected each policy once, found {policy} again"));
    }
    Some(Checked)
}

fn authority_key_usage_missing(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate.is_ca().then_some(())?;
    if certificate.extension(oid::KEY_USAGE).is_none() {
        let message = "expected keyUsage of an authority, found none";
        cx.fail("tbsCertificate.extensions", certificate.tbs_span, message);
    }
    Some(Checked)
}

fn critical_extension_unknown(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    certificate.extensions.as_ref()?;
    if let Some((at, span, name)) = unknown_critical(certificate) {
        fail_at(cx, (at, span), format!("expected critical extensions that are known, found {name}"));
    }
    Some(Checked)
}

fn basic_constraints_not_critical(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::BASIC_CONSTRAINTS)?;
    certificate.is_ca().then_some(())?;
    if !extension.critical {
        fail_at(cx, (at, extension.span), "expected a critical extension, found a non-critical one");
    }
    Some(Checked)
}

fn path_length_without_authority(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::BASIC_CONSTRAINTS)?;
    let constraints = certificate.basic_constraints()?;
    let signs = certificate.key_usage().is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    if constraints.path_len.is_some() && !(constraints.ca && signs) {
        fail_at(cx, (at, extension.span), "expected no path length beside this use, found one");
    }
    Some(Checked)
}

fn key_usage_empty(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::KEY_USAGE)?;
    if certificate.key_usage()? == KeyUsage(0) {
        fail_at(cx, (at, extension.span), "expected at least one use of the key, found none");
    }
    Some(Checked)
}

fn key_usage_not_critical(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::KEY_USAGE)?;
    if !extension.critical {
        fail_at(cx, (at, extension.span), "expected a critical extension, found a non-critical one");
    }
    Some(Checked)
}

fn certificate_signing_without_authority(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::KEY_USAGE)?;
    if certificate.key_usage()?.contains(KeyUsage::KEY_CERT_SIGN) && !certificate.is_ca() {
        fail_at(cx, (at, extension.span), "expected keyCertSign of an authority only, found it elsewhere");
    }
    Some(Checked)
}

fn authority_without_certificate_signing(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (at, extension) = certificate.extension(oid::KEY_USAGE)?;
    certificate.is_ca().then_some(())?;
    if !certificate.key_usage()?.contains(KeyUsage::KEY_CERT_SIGN) {
        fail_at(cx, (at, extension.span), "expected keyCertSign of an authority, found other uses only");
    }
    Some(Checked)
}

const RESTRICTIONS: [Oid<'static>; 3] =
    [oid::NAME_CONSTRAINTS, oid::POLICY_CONSTRAINTS, oid::INHIBIT_ANY_POLICY];

fn restriction_not_critical(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (at, extension) in RESTRICTIONS.into_iter().filter_map(|oid| certificate.extension(oid)) {
        any = Some(Checked);
        if !extension.critical {
            let message = format!("expected a critical {}, found a non-critical one", extension.type_name());
            fail_at(cx, (at, extension.span), message);
        }
    }
    any
}

fn restriction_without_authority(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for (at, extension) in RESTRICTIONS.into_iter().filter_map(|oid| certificate.extension(oid)) {
        any = Some(Checked);
        if !certificate.is_ca() {
            let message =
                format!("expected {} of an authority only, found it elsewhere", extension.type_name());
            fail_at(cx, (at, extension.span), message);
        }
    }
    any
}

fn information_critical(certificate: &Certificate<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut any = None;
    for oid in [oid::AUTHORITY_INFO_ACCESS, oid::SUBJECT_INFO_ACCESS, oid::FRESHEST_CRL] {
        let Some((at, extension)) = certificate.extension(oid) else { continue };
        any = Some(Checked);
        if extension.critical {
            fail_at(cx, (at, extension.span), "expected a non-critical extension, found a critical one");
        }
    }
    any
}
