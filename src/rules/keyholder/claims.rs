//! The claims of ETK Depot's answer: a token's, without a signature.

use crate::model::keyholder::{Dialect, Keyholder};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::rules::shown;
use crate::wire::json::Value;

const ISSUER: &str = "urn:be:fgov:ehealth:etee:etkdepot";

rule! { Keyholder =>
    /// The issuer or the audience is another
    ///
    /// `iss` is `urn:be:fgov:ehealth:etee:etkdepot` and `aud` is `public`.
    "keyholder.claim-of-another": ERROR.not_in_standard() => claim_of_another,
        clauses: &["ED-5.2.4.2-06", "ED-5.2.4.2-11"],
        cites: &[cite("ETK Depot cookbook 1.3", "5.2.4.2", Force::Fact, "\"iss\": \"urn:be:fgov:ehealth:etee:etkdepot\"")],
        defects: &["SD-68"],
        catalogue: &["RL-10"];

    /// The answer has expired
    ///
    /// The claims may be relied on before `exp`, and not at that second or later. Ask again. Judged where `as_of` is
    /// given.
    "keyholder.expired": ERROR.not_in_standard() => expired,
        clauses: &["ED-5.2.4.2-12"],
        cites: &[cite("RFC 7519", "4.1.4", Force::Must, "the expiration time on or after which the JWT MUST NOT be accepted for processing")],
        defects: &["SD-68"],
        catalogue: &["RL-10"];

    /// The times of the answer contradict each other or the clock
    ///
    /// `exp` lies after `iat`, and `iat` not in the future.
    "keyholder.times-wrong": ERROR.not_in_standard() => times_wrong,
        clauses: &["ED-5.2.4.2-13", "ED-5.2.4.2-14"],
        cites: &[cite("RFC 7519", "4.1.6", Force::Fact, "identifies the time at which the JWT was issued")],
        catalogue: &["RL-10"];

    /// The claims have no id
    ///
    /// Without an id one answer cannot be told from another in logs. The example has a UUID.
    "keyholder.jti-empty": WARNING.not_in_standard() => jti_empty,
        clauses: &["ED-5.2.4.2-15"],
        cites: &[cite("RFC 7519", "4.1.7", Force::Fact, "provides a unique identifier for the JWT")],
        catalogue: &["RL-10"];
}

fn claim<'a>(keyholder: &Keyholder<'a>, name: &str) -> Option<Value<'a>> {
    (keyholder.dialect == Dialect::EtkDepot).then(|| keyholder.value.member(name)).flatten()
}

fn claim_of_another(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let present = || {
        [("iss", ISSUER), ("aud", "public")].into_iter().filter_map(|(name, expected)| {
            let value = claim(keyholder, name)?;
            Some((value, value.as_str()?, expected))
        })
    };
    present().next()?;
    for (value, text, expected) in present().filter(|(_, text, expected)| text != expected) {
        cx.fail(value.pointer(), value.span(), format!("expected `{expected}`, found {}", shown(text)));
    }
    Some(Checked)
}

fn expired(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (now, exp) = (cx.as_of()?, claim(keyholder, "exp")?);
    if now.unix_timestamp() >= exp.as_i64()? {
        cx.fail(exp.pointer(), exp.span(), "expected a time that lies ahead, found one that has come");
    }
    Some(Checked)
}

fn times_wrong(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (exp, iat) = (claim(keyholder, "exp")?, claim(keyholder, "iat")?);
    let (until, from) = (exp.as_i64()?, iat.as_i64()?);
    if until <= from {
        cx.fail(exp.pointer(), exp.span(), "expected exp after iat, found it before or at the same time");
    }
    if cx.as_of().is_some_and(|now| from > now.unix_timestamp()) {
        cx.fail(iat.pointer(), iat.span(), "expected a time that has come, found one that lies ahead");
    }
    Some(Checked)
}

fn jti_empty(keyholder: &Keyholder<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let jti = claim(keyholder, "jti")?;
    if jti.as_str()?.is_empty() {
        cx.fail(jti.pointer(), jti.span(), "expected an id, found nothing");
    }
    Some(Checked)
}
