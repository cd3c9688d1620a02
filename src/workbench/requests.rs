//! Requests of CertRA and EtkRA: signed by whom an operation asks, or by somebody else.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::certification::{given, misplaced};
use super::{Answer, Order, Refused, Workbench, means, read};
use crate::base::Budget;
use crate::base::time;
use crate::forge::certificate::CertificateSpec;
use crate::forge::pki::Party;
use crate::forge::rng::Stream;
use crate::forge::{der, signed_xml, soap};
use crate::target::signers::Role;
use crate::wire::xml::{Document, Source};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Draft {
    /// The request element, without Id, IssueInstant and signature.
    request: String,
    #[serde(default)]
    signer: Signer,
    /// Of a signer with a certificate of its own: the certificate, in base64.
    certificate: Option<String>,
    /// The name of the key that it is over.
    key: Option<String>,
    #[serde(default)]
    flaw: Flaw,
}

/// Who signs.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Signer {
    /// Nobody.
    #[default]
    None,
    /// The authentication key of the citizen's eID.
    EidAuthentication,
    /// The signature key of the citizen's eID.
    EidSignature,
    /// The signature key of another citizen's eID.
    OtherEidSignature,
    /// The organisation, with the certificate that it has from the outset.
    Organisation,
    /// A person with an eHealth certificate that this environment does not know.
    Unregistered,
    /// Whoever holds `key`, with `certificate`.
    Holder,
    /// The same, with another certificate over the key.
    Reissued,
    /// The same, with a certificate that is out of date.
    Expired,
    /// The same, with a certificate that is not valid yet.
    NotYetValid,
    /// The same, with a certificate of an authority that nobody knows.
    Foreign,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Flaw {
    #[default]
    None,
    /// Something is changed after signing.
    Altered,
    /// The signature value is another.
    Signature,
    /// It comes without an envelope.
    Bare,
}

/// A request in its envelope.
pub(super) async fn make(State(workbench): State<Arc<Workbench>>, order: Order<Draft>) -> Answer {
    let order = read(order)?;
    let now = workbench.clock.now();
    let text = order.request.trim();
    let number = workbench.draw();
    let id = format!(
        "_{}",
        Stream::new(workbench.bench.seed(), &format!("request {number} of {}", workbench.run)).uuid()
    );
    let unsigned = completed(text, &id, &time::format(now))?;
    let signed = match signer(&workbench, &order)? {
        None => unsigned,
        Some((party, issuers)) => {
            let issuers: Vec<&[u8]> = issuers.iter().map(Vec::as_slice).collect();
            let signed = signed_xml::sign(&unsigned, &party, &issuers);
            means::signed(&party.key)?;
            signed
        }
    };
    let signed = match order.flaw {
        Flaw::None | Flaw::Bare => signed,
        Flaw::Altered => {
            let later = time::format(now + time::Duration::seconds(1));
            signed.replacen(
                &format!("IssueInstant=\"{}\"", time::format(now)),
                &format!("IssueInstant=\"{later}\""),
                1,
            )
        }
        Flaw::Signature => broken(&signed),
    };
    let message = if order.flaw == Flaw::Bare { signed } else { soap::envelope(&signed) };
    Ok(Json(json!({"message": message, "id": id})))
}

/// The request element with its identifier and its time.
fn completed(text: &str, id: &str, now: &str) -> Result<String, Refused> {
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE).map_err(|faults| {
        let why = faults.first().map(|fault| fault.kind.to_string()).unwrap_or_default();
        Refused::order(format!("`request` is no XML: {why}"))
    })?;
    let root = document.root();
    if root.span().start != 0 {
        return Err(Refused::order("`request` begins with something other than its element"));
    }
    // Behind the name of the element, where attributes begin.
    let at = 1 + root.name().len();
    let mut added = String::new();
    for (name, value) in [("Id", id), ("IssueInstant", now)] {
        if root.attribute("", name).is_none() {
            added += &format!(" {name}=\"{value}\"");
        }
    }
    let text = format!("{}{added}{}", &text[..at], &text[at..]);
    // A signature goes before the end tag, so that there must be one.
    match text.strip_suffix("/>") {
        Some(open) if root.elements().next().is_none() && !text[..text.len() - 2].contains("</") => {
            Ok(format!("{open}></{}>", root.name()))
        }
        _ => Ok(text),
    }
}

/// Another signature value.
fn broken(signed: &str) -> String {
    const BEFORE: &str = "<ds:SignatureValue>";
    let Some(at) = signed.find(BEFORE).map(|at| at + BEFORE.len()) else { return signed.to_owned() };
    let other = if signed[at..].starts_with('A') { 'B' } else { 'A' };
    format!("{}{other}{}", &signed[..at], &signed[at + 1..])
}

/// Who signs, with the issuers that belong beside the certificate.
fn signer(workbench: &Workbench, order: &Draft) -> Result<Option<(Party, Vec<Vec<u8>>)>, Refused> {
    let pki = &workbench.bench.pki;
    let known = |role| workbench.signer(role).map(|it| (it.party, it.issuers));
    // With a certificate that the simulated authorities issued for the occasion.
    let issued = || workbench.only_simulated("no authority issues a certificate that is wrong in this way");
    let ehealth = || vec![pki.issuing_ca.certificate.clone()];
    Ok(Some(match order.signer {
        Signer::None => return Ok(None),
        Signer::EidAuthentication => known(Role::EidAuthentication)?,
        Signer::EidSignature => known(Role::EidSignature)?,
        Signer::Organisation => known(Role::Organisation)?,
        Signer::Holder => (holder(workbench, order, |_| {}, None)?, workbench.issuers()),
        Signer::Foreign => {
            let change = |spec: &mut CertificateSpec| spec.issuer = pki.stranger.subject.clone();
            (holder(workbench, order, change, Some(&pki.stranger))?, Vec::new())
        }
        Signer::Unregistered => {
            issued()?;
            (pki.person.clone(), ehealth())
        }
        Signer::OtherEidSignature => {
            issued()?;
            let mut spec = pki.eid_signature.spec.clone();
            let other = pki.other_ssin();
            if let Some(number) = spec.subject.value_mut(crate::forge::name::SERIAL_NUMBER) {
                *number = der::printable(&other);
            }
            let certificate = spec.sign(&pki.eid_ca.key);
            let key = pki.eid_signature.key.clone();
            (Party { key, subject: spec.subject.clone(), certificate, spec }, Vec::new())
        }
        Signer::Reissued => {
            issued()?;
            let other = |spec: &mut CertificateSpec| spec.serial = der::uint(&[0x41; 16]);
            (holder(workbench, order, other, Some(&pki.issuing_ca))?, ehealth())
        }
        Signer::Expired | Signer::NotYetValid => {
            issued()?;
            let times = misplaced(workbench.clock.now(), order.signer == Signer::NotYetValid);
            let change = |spec: &mut CertificateSpec| {
                (spec.not_before, spec.not_after) = (der::time(times[0]), der::time(times[1]));
            };
            (holder(workbench, order, change, Some(&pki.issuing_ca))?, ehealth())
        }
    }))
}

/// The holder of the named key: with the given certificate, or with another one that `issuer` signs.
fn holder(
    workbench: &Workbench,
    order: &Draft,
    change: impl FnOnce(&mut CertificateSpec),
    issuer: Option<&Party>,
) -> Result<Party, Refused> {
    // An expression cannot leave a member out, but it can leave it empty.
    let stated = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let name = stated(&order.key).ok_or_else(|| Refused::order("this signer needs `key`"))?;
    let key = workbench.key(&name)?;
    let pki = &workbench.bench.pki;
    let mut spec = pki.authentication_spec(&pki.organisation_holder, &key);
    change(&mut spec);
    let certificate = match (issuer, stated(&order.certificate)) {
        (Some(issuer), _) => spec.sign(&issuer.key),
        (None, Some(given_)) => given("certificate", &given_)?,
        (None, None) => return Err(Refused::order("this signer needs `certificate`")),
    };
    Ok(Party { key, subject: spec.subject.clone(), certificate, spec })
}
