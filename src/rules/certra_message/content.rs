//! What stands in requests and answers: the CSR beside its contract, the chain of a certificate, and
//! what an answer tells of types, contracts and states.

use crate::model::certificate::Certificate;
use crate::model::certra::{CERTRA, CERTRA_CORE, RaMessage};
use crate::model::csr::Csr;
use crate::model::distinguished_name::DistinguishedName;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::ra_message::message::{certificate_unreadable, csr_unreadable};
use crate::rules::ra_message::{answered, csr_of};
use crate::rules::shown;
use crate::xmldsig::binary;

rule! { RaMessage =>
    /// The CSR is no PKCS#10 request
    ///
    /// The element holds a certification request in DER, in base64. What decodes to something else the
    /// service cannot hand to its CA.
    "certra-message.csr-unreadable": ERROR.not_in_standard() => csr_unreadable,
        clauses: &["CR-4.3.7.1-13"],
        cites: &[cite("CertRA cookbook 0.5", "7.1", Force::Fact, "The given CSR is not a valid PKCS10 CSR.")],
        codes: &["CSR_NOT_VALID", "CSR__INPUT_NOT_PARSEBLE_INTO_CSR"],
        catalogue: &["SO-24"];

    /// The CSR is for another name than the contract
    ///
    /// The contract that generateContract returned names the subject, and the person who signs agrees to
    /// that one. A CSR with another name asks for a certificate that nobody agreed to.
    "certra-message.subject-other": ERROR.not_in_standard() => subject_other,
        clauses: &["CR-4.3.4.5.1-10"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.5.1", Force::Must, "must match the distinguished name that was returned in the \"DN\" element of the response of generateContract")],
        codes: &["CSR_INVALID_DN_INVALID"],
        catalogue: &["SO-24"];

    /// A certificate of the answer is none
    ///
    /// X509Certificate holds a certificate in DER, in base64.
    "certra-message.certificate-unreadable": ERROR.not_in_standard() => |message, cx| certificate_unreadable(message, "X509Certificate", cx),
        clauses: &["CR-4.3.4.6.1-07"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.6.1", Force::Fact, "Return the produced certificate and the certificate chain")],
        catalogue: &["SO-24"];

    /// The certificates of the answer are no chain
    ///
    /// The produced certificate stands first, then its issuer, and so on; the root stands with the
    /// client already. A client that takes the first for its own stores another one's otherwise.
    "certra-message.certificate-chain-other": ERROR.not_in_standard().in_field(Warning) => certificate_chain_other,
        clauses: &["CR-4.3.4.6.1-08"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.6.1", Force::Fact, "Return the produced certificate and the certificate chain")],
        catalogue: &["DS-25"];

    /// The contract is no HTML
    ///
    /// The text of a contract is HTML that is shown to the person who signs it. Plain text is shown as
    /// one run of words.
    "certra-message.contract-not-html": WARNING.not_in_standard() => contract_not_html,
        clauses: &["CR-4.3.4-16", "CR-4.3.6.3.1-09"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.6.3.1", Force::Fact, "Inside the XML contract are HTML contents")],
        catalogue: &["SO-24"];

    /// A certificate that was delivered has no dates
    ///
    /// Of a certificate that is or was valid the answer tells until when, and from when on it can be
    /// replaced. Without them a client misses the day.
    "certra-message.details-missing": WARNING.not_in_standard() => details_missing,
        clauses: &["CR-4.3.5.1.1-11", "CR-4.3.5.1.1-12"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.5.1.1", Force::Fact, "The ReplacementPeriodStartDate (the start date of the replacement period) and the ValidNotAfter date")],
        catalogue: &["SO-24"];

    /// A type of organisation does not say how its identifier is checked
    ///
    /// The answer gives for each type the pattern and the check-digit algorithm of its identifiers, where
    /// there are any. A type with neither leaves the client with nothing to check by.
    "certra-message.identifier-not-described": WARNING.not_in_standard() => identifier_not_described,
        clauses: &["CR-4.3.4.2-05", "CR-4.3.4.2-07", "CR-4.3.4.2.1-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.2", Force::Fact, "the expected pattern of the identifier")],
        catalogue: &["SO-24"];

    /// A pattern matches more than it looks
    ///
    /// In `^710[0-9]{5}|719[0-9]{5}$` the `^` belongs to the first alternative and the `$` to the last,
    /// so that `xx71912345` passes where the pattern is searched for. Put the alternatives in
    /// parentheses.
    "certra-message.pattern-ungrouped": WARNING.not_in_standard() => pattern_ungrouped,
        clauses: &["CR-4.3.4.2-05", "CR-4.3.4.2.1-06"],
        cites: &[cite("CertRA cookbook 0.5", "4.3.4.2", Force::Fact, "the expected pattern of the identifier")],
        defects: &["SD-10"],
        catalogue: &["SO-24"];
}

fn subject_other(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let whole = message.requested("GenerateCertificate", "EHealthCSR")?;
    let name = whole.child(CERTRA_CORE, "Contract")?.child(CERTRA_CORE, "DN")?;
    let element = csr_of(message)?;
    let der = binary(element)?;
    let csr = Csr::read(&der, cx.budget()).0?;
    let text = name.text();
    let agreed = DistinguishedName::read(text.trim()).ok();
    let asked = DistinguishedName::of(&csr.subject);
    if !agreed.is_some_and(|agreed| asked.is_same_in_any_order(&agreed)) {
        let message =
            format!("expected the name of the contract in the CSR, found {}", csr.subject.to_text());
        cx.fail(element.path(), element.content(), message);
    }
    Some(Checked)
}

fn certificate_chain_other(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    answered(message, "GetCertificate", "X509Certificate")?;
    let elements: Vec<_> = message.element.all(CERTRA, "X509Certificate").collect();
    let bytes: Vec<_> = elements.iter().map(|element| binary(*element).unwrap_or_default()).collect();
    let chain: Option<Vec<_>> = bytes.iter().map(|der| Certificate::read(der, cx.budget()).0).collect();
    let chain = chain?;
    for (at, certificate) in chain.iter().enumerate() {
        let element = elements[at];
        if certificate.is_self_issued() {
            cx.fail(element.path(), element.span(), "expected the chain without its root, found the root");
        } else if at > 0 && !chain[at - 1].is_issued_by(certificate) {
            let text = "expected the issuer of the certificate before, found another certificate";
            cx.fail(element.path(), element.span(), text);
        } else if at == 0 && certificate.is_ca() {
            let text = "expected the produced certificate first, found that of a CA";
            cx.fail(element.path(), element.span(), text);
        }
    }
    Some(Checked)
}

fn contract_not_html(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let contract = ["GenerateContract", "GenerateRevocationContract"];
    let contract = contract.iter().find_map(|operation| answered(message, operation, "Contract"))?;
    for value in contract.child(CERTRA_CORE, "Text")?.all(CERTRA_CORE, "Value") {
        let text = value.text();
        let is_marked = text.split('<').skip(1).any(|rest| {
            rest.strip_prefix('/').unwrap_or(rest).starts_with(|c: char| c.is_ascii_alphabetic())
                && rest.contains('>')
        });
        if !text.trim().is_empty() && !is_marked {
            cx.fail(value.path(), value.content(), "expected HTML in the contract, found text without a tag");
        }
    }
    Some(Checked)
}

fn details_missing(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for info in message.element.all(CERTRA, "CertificateInfo") {
        let Some(state) = info.child(CERTRA_CORE, "AuthenticationCertificateStatus") else { continue };
        if !matches!(state.text().trim(), "VALID_ACTIVE" | "REVOKED" | "EXPIRED") {
            continue;
        }
        met = Some(Checked);
        for name in ["AuthenticationCertificateDetails", "ReplacementPeriodStartDate"] {
            if info.child(CERTRA_CORE, name).is_none() {
                let text = format!("expected {name} of a certificate that was delivered, found none");
                cx.fail(info.path(), info.start_tag(), text);
            }
        }
    }
    met
}

fn identifier_not_described(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for organisation in message.element.all(CERTRA, "OrganizationType") {
        met = Some(Checked);
        let described = ["ValidationRegEx", "CheckDigitAlgorithm"];
        if described.iter().all(|name| organisation.child(CERTRA_CORE, name).is_none()) {
            let text = "expected a ValidationRegEx or a CheckDigitAlgorithm, found neither";
            cx.fail(organisation.path(), organisation.start_tag(), text);
        }
    }
    met
}

/// Whether alternatives stand outside of any group.
fn has_open_alternatives(pattern: &str) -> bool {
    let (mut depth, mut in_class) = (0_usize, false);
    let mut bytes = pattern.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next(),
            b']' => in_class = false,
            _ if in_class => {}
            b'[' => in_class = true,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

fn pattern_ungrouped(message: &RaMessage<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    let types = message.element.all(CERTRA, "OrganizationType");
    for element in types.filter_map(|it| it.child(CERTRA_CORE, "ValidationRegEx")) {
        met = Some(Checked);
        let pattern = element.text();
        let anchored = pattern.trim().starts_with('^') || pattern.trim().ends_with('$');
        if anchored && has_open_alternatives(pattern.trim()) {
            let text = format!(
                "expected alternatives in parentheses between `^` and `$`, found {}",
                shown(&pattern)
            );
            cx.fail(element.path(), element.content(), text);
        }
    }
    met
}
