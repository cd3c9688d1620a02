//! What holds for every kind and any bytes.

use etalon::base::{Kind, Profile, time};
use etalon::context::Context;
use etalon::engine::{self, Judgement, Options, Verdict};
use etalon::rule::Severity;

/// Judges `data` as `kind` under every profile, and checks what must hold of any judgement.
///
/// # Panics
/// When a rule crashes, a span lies outside of the input, a finding does not survive JSON, or the
/// verdict does not follow from the findings.
pub fn judged(kind: Kind, data: &[u8]) {
    let context = Context { as_of: time::parse("2026-01-15T10:00:00Z"), ..Context::default() };
    for profile in Profile::ALL {
        match engine::judge(kind, data, &context, &Options::profile(*profile)) {
            Ok(judgement) => holds(&judgement, data),
            Err(crash) => panic!("{kind} under {profile}: {crash}"),
        }
    }
}

fn holds(judgement: &Judgement, data: &[u8]) {
    for finding in &judgement.findings {
        let (id, span) = (finding.rule.id, finding.span);
        assert!(span.start <= span.end, "{id}: {span:?} runs backwards");
        assert!(span.end as usize <= data.len(), "{id}: {span:?} lies outside of {} bytes", data.len());
        assert!(!finding.message.is_empty(), "{id}: says nothing");
        let text = finding.to_json().to_string();
        let back: serde_json::Value = serde_json::from_str(&text).expect("a finding is valid JSON");
        assert_eq!(back["rule"], id);
    }
    let has = |severity| judgement.findings.iter().any(|finding| finding.severity == severity);
    match judgement.verdict {
        Verdict::Conforms => assert!(!has(Severity::Error) && !has(Severity::Inconclusive)),
        Verdict::Violates => assert!(has(Severity::Error)),
        Verdict::Inconclusive => assert!(!has(Severity::Error) && has(Severity::Inconclusive)),
        Verdict::Unreadable => {
            assert!(!judgement.findings.is_empty(), "unreadable, and nothing says where decoding stopped");
        }
    }
}
