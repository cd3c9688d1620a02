//! Revocation: the contract about it, and the act.

use super::contract::Terms;
use super::{Actor, core, part, refused, signer_ssin};
use crate::forge::ra_message::Value;
use crate::simulator::Simulator;
use crate::simulator::refusal::Refused;
use crate::simulator::registry::Record;
use crate::simulator::soap::Call;

fn identifier(call: &Call<'_>) -> Result<String, Refused> {
    Ok(part(call, "PublicKeyIdentifier")?.text().trim().to_ascii_uppercase())
}

/// The operation GenerateRevocationContract.
pub(super) fn contract(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let id = identifier(call)?;
    let signer = Actor::read(part(call, "Signer")?);
    let reason = part(call, "RevocationReason")?.text().trim().to_owned();
    for (kind, id) in &signer.ids {
        world.judge_identifier(kind, id)?;
    }
    let registry = world.registry();
    let found = registry.find(&id).map(|record| record.holder.subject_text());
    drop(registry);
    let dn = match found {
        Some(dn) => dn,
        None if world.is_without("certra.identifier-unknown") => String::new(),
        None => return Err(Refused::duty("certra.identifier-unknown")),
    };
    let terms = Terms { dn: &dn, signer: &signer, revocation: Some((&id, &reason)) };
    Ok(Value::default().and("Contract", terms.value(world)))
}

/// Whether a person may have a certificate revoked: it is theirs, one of the organisation of their
/// mandate, or one that they asked for.
fn may_revoke(world: &Simulator, ssin: &str, record: &Record) -> bool {
    world.may_manage(ssin, &record.holder) || record.requestor == ssin
}

/// The operation Revoke: the certificate and its token go together.
pub(super) fn revoke(world: &Simulator, call: &Call<'_>) -> Result<Value, Refused> {
    let id = identifier(call)?;
    let contract = part(call, "Contract")?;
    let signer = contract.child(crate::model::certra::CERTRA_CORE, "Signer").map(Actor::read);
    let signer = signer.ok_or_else(|| refused("The contract has no signer"))?;
    let keep = |duty: &str| !world.is_without(duty);
    let ssin = signer_ssin(call).unwrap_or_default();
    let mut registry = world.registry();
    let now = call.now;
    let Some(record) = registry.find_mut(&id) else {
        return Err(Refused::duty("certra.identifier-unknown"));
    };
    let dn = record.holder.subject_text();
    let reason = core(contract, "RevocationReason");
    let terms = Terms { dn: &dn, signer: &signer, revocation: Some((&id, &reason)) };
    if keep("certra.revocation-contract-altered") && !terms.is_in(world, contract) {
        return Err(Refused::duty("certra.revocation-contract-altered"));
    }
    let allowed = signer.ssin() == Some(&*ssin) && may_revoke(world, &ssin, record);
    if keep("certra.revoker-not-allowed") && !allowed {
        return Err(Refused::duty("certra.revoker-not-allowed"));
    }
    if keep("certra.revoked-already") && record.revoked {
        return Err(Refused::duty("certra.revoked-already"));
    }
    record.revoked = true;
    record.started = None;
    if let Some(token) = &mut record.token {
        token.replaced.get_or_insert(now);
    }
    Ok(Value::default())
}
