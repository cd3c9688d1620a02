//! Trust: a path to an anchor, validity and revocation.

use crate::model::path::Trust;
use crate::model::path::{Problem, Revocation};
use crate::rule;
use crate::rule::Severity::{Note, Warning};
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, cite};

rule! { Trust =>
    /// No path leads to a trust anchor
    ///
    /// Each certificate of a path is signed by the next, was valid at the time, and the next was
    /// allowed to sign it: by basicConstraints and its path length, by keyUsage, by name constraints.
    /// The finding says what stood in the way of the path that came furthest.
    "certificate.path-not-found": ERROR => path_not_found,
        clauses: &["IX-2.1-03", "ED-3.1.1-01"],
        cites: &[cite("RFC 5280", "6", Force::Fact, "Valid paths begin with certificates issued by a trust anchor")],
        codes: &["ETK_REQUESTED_FOR_AUTH_CERT_NOT_ISSUED_BY_EHEALTH_CA"];

    /// A signature on the path cannot be judged
    ///
    /// Its algorithm or its key is one that etalon does not know.
    "certificate.path-not-judged": INCONCLUSIVE => path_not_judged,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "The signature on the certificate can be verified")];

    /// The key identifier of the issuer is another than the one that is named
    ///
    /// The authority key identifier of a certificate is the subject key identifier of its issuer. The
    /// signature verifies all the same, but whoever looks the issuer up by the identifier finds none, and
    /// some verifiers take no other.
    "certificate.authority-key-id-differs": ERROR.in_field(Warning) => authority_key_id_differs,
        cites: &[cite("RFC 5280", "4.2.1.2", Force::Must, "the value of the subject key identifier MUST be the value placed in the key identifier field of the authority key identifier extension … of certificates issued by the subject of this certificate")];

    /// There is no trust anchor to judge by
    ///
    /// Whether the certificate is the platform's cannot be told without the authorities that are
    /// trusted. Give them with `--trust`.
    "certificate.anchor-missing": INCONCLUSIVE.in_standard(Note) => anchor_missing,
        cites: &[cite("RFC 5280", "6.1.1", Force::Must, "trust anchor information")];

    /// There is no time to judge by
    ///
    /// Whether the certificate is valid depends on when. Give the time with `--as-of`.
    "certificate.time-missing": INCONCLUSIVE.in_standard(Note) => time_missing,
        cites: &[cite("RFC 5280", "6.1.1", Force::Must, "the current date/time")];

    /// The certificate is not valid yet
    ///
    /// The certificate is judged at a time before its notBefore. Either a clock is wrong, or it is used
    /// too early.
    "certificate.not-yet-valid": ERROR => not_yet_valid,
        cites: &[cite("RFC 5280", "4.1.2.5", Force::Fact, "the period of time from notBefore through notAfter, inclusive")],
        codes: &["AUTH_CERT_NOT_YET_VALID", "ETK_REQUESTED_FOR_AUTH_CERT_NOT_YET_VALID"];

    /// The certificate has expired
    ///
    /// The certificate is judged at a time after its notAfter. Renew it; to judge an old artefact as of
    /// its own day, give that day with `--as-of`.
    "certificate.expired": ERROR => expired,
        cites: &[cite("RFC 5280", "4.1.2.5", Force::Fact, "the period of time from notBefore through notAfter, inclusive")],
        codes: &["ETK_REQUESTED_FOR_AUTH_CERT_EXPIRED"];

    /// The certificate is revoked
    ///
    /// A revocation list of its issuer names it.
    "certificate.revoked": ERROR => revoked,
        cites: &[cite("RFC 5280", "6.3", Force::Fact, "CRL Validation")],
        codes: &["ETK_REQUESTED_FOR_AUTH_CERT_REVOKED"];

    /// An issuer on the path is revoked
    ///
    /// What a revoked authority issued proves nothing from then on, whatever the certificate itself says.
    "certificate.issuer-revoked": ERROR => issuer_revoked,
        cites: &[cite("RFC 5280", "6.1.3", Force::Must, "At the current time, the certificate is not revoked")];

    /// Revocation cannot be told from the lists that were given
    ///
    /// None of them is one of the issuer, in force, understood, and signed by it.
    "certificate.revocation-unknown": INCONCLUSIVE => revocation_unknown,
        cites: &[cite("RFC 5280", "6.3.3", Force::Must, "if the revocation status has still not been determined, then return the cert_status UNDETERMINED")];

    /// A revocation list is none
    ///
    /// One of the lists that were given cannot be read, and was not used.
    "certificate.revocation-list-malformed": INCONCLUSIVE => revocation_list_malformed,
        cites: &[cite("RFC 5280", "5.1", Force::Fact, "CertificateList ::= SEQUENCE")];
}

fn path_not_found(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let path = trust.path.as_ref()?;
    match path {
        Ok(()) | Err(Problem::SignatureUnjudged { .. }) => {}
        Err(problem) => {
            let message = format!("expected a path to a trust anchor, found none: {problem}");
            cx.fail("", trust.span, message);
        }
    }
    Some(Checked)
}

fn path_not_judged(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let path = trust.path.as_ref()?;
    if let Err(problem @ Problem::SignatureUnjudged { .. }) = path {
        cx.fail("", trust.span, format!("expected a path that can be judged, found that {problem}"));
    }
    Some(Checked)
}

fn authority_key_id_differs(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    trust.path.as_ref()?.ok()?;
    if let Some(above) = trust.key_id_differs {
        let message = "expected the key identifier of the issuer, found another";
        if above == 0 {
            cx.fail("tbsCertificate.extensions", trust.span, message);
        } else {
            cx.fail(format_args!("path[{above}] → tbsCertificate.extensions"), trust.span, message);
        }
    }
    Some(Checked)
}

fn anchor_missing(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if trust.path.is_none() {
        cx.fail("", trust.span, "expected a trust anchor to judge by, found none")
            .hint("give the authorities that are trusted with --trust");
    }
    Some(Checked)
}

fn time_missing(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if cx.as_of().is_none() {
        cx.fail("tbsCertificate.validity", trust.span, "expected a time to judge by, found none")
            .hint("give the time with --as-of");
    }
    Some(Checked)
}

fn not_yet_valid(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (as_of, from) = (trust.as_of?, trust.not_before?);
    if as_of < from.instant {
        let message =
            format!("expected a time from {} on, found {}", Trust::shown(from.instant), Trust::shown(as_of));
        cx.fail("tbsCertificate.validity.notBefore", from.span, message);
    }
    Some(Checked)
}

fn expired(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (as_of, until) = (trust.as_of?, trust.not_after?);
    if as_of > until.instant {
        let message =
            format!("expected a time up to {}, found {}", Trust::shown(until.instant), Trust::shown(as_of));
        cx.fail("tbsCertificate.validity.notAfter", until.span, message);
    }
    Some(Checked)
}

fn revoked(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if let Revocation::Revoked(from) = trust.revocations.first()? {
        let message = format!("expected a certificate in force, found it revoked on {}", Trust::shown(*from));
        cx.fail("tbsCertificate.serialNumber", trust.serial_span, message);
    }
    Some(Checked)
}

fn issuer_revoked(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let issuers = trust.revocations.get(1..)?;
    for (above, revocation) in issuers.iter().enumerate() {
        if let Revocation::Revoked(from) = revocation {
            let message = format!("expected an issuer in force, found it revoked on {}", Trust::shown(*from));
            cx.fail(format_args!("path[{}]", above + 1), trust.span, message);
        }
    }
    Some(Checked)
}

fn revocation_unknown(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if *trust.revocations.first()? == Revocation::Unknown {
        let message = "expected a revocation list of the issuer that is in force, found none";
        cx.fail("tbsCertificate.serialNumber", trust.serial_span, message);
    }
    Some(Checked)
}

fn revocation_list_malformed(trust: &Trust<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    (trust.lists > 0).then_some(())?;
    if trust.lists_unread > 0 {
        let message = format!("expected revocation lists, found {} that cannot be read", trust.lists_unread);
        cx.fail("", trust.span, message);
    }
    Some(Checked)
}
