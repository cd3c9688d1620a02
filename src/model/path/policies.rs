//! Certificate policies along a path (RFC 5280 6.1), from the anchor down.
//!
//! Of the valid policy tree only the lowest level is kept: a node higher up counts for nothing but
//! the nodes below it. Nodes of one policy are one node, since their expected policies are the same;
//! so a level never holds more policies than the certificates name, and nothing grows beyond them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::certificate::Certificate;
use crate::model::extension::Content;
use crate::wire::der::Oid;

/// anyPolicy.
const ANY: Oid<'static> = Oid::new(&[0x55, 0x1d, 32, 0]);

/// The lowest level of the tree: each valid policy, and the policies that are expected below it.
/// Without a policy, the tree is gone.
type Level<'a> = BTreeMap<&'a [u8], BTreeSet<&'a [u8]>>;

/// How many more certificates may do without something.
struct Counters {
    explicit_policy: u64,
    policy_mapping: u64,
    inhibit_any_policy: u64,
}

/// The first certificate, from the anchor's side, at which a policy is demanded and none holds.
///
/// `certificates` are those of the path below the anchor, the last one the end of it.
pub(super) fn fails_at(certificates: &[&Certificate<'_>]) -> Option<usize> {
    let demanded = |it: &&Certificate<'_>| {
        it.all_extensions().any(|it| matches!(it.content, Content::PolicyConstraints { .. }))
    };
    let maps_any = |it: &Certificate<'_>| {
        let any = |(from, to): &(Oid<'_>, Oid<'_>)| *from == ANY || *to == ANY;
        it.all_extensions()
            .any(|it| matches!(&it.content, Content::PolicyMappings(all) if all.iter().any(any)))
    };
    if !certificates.iter().any(demanded) {
        return certificates.iter().position(|it| maps_any(it));
    }
    let count = certificates.len() as u64;
    let mut left =
        Counters { explicit_policy: count + 1, policy_mapping: count + 1, inhibit_any_policy: count + 1 };
    let mut level = Level::from([(ANY.as_bytes(), BTreeSet::from([ANY.as_bytes()]))]);
    for (at, certificate) in certificates.iter().enumerate() {
        let last = at + 1 == certificates.len();
        let any_counts = left.inhibit_any_policy > 0 || !last && certificate.is_self_issued();
        level = below(&level, certificate, any_counts);
        if left.explicit_policy == 0 && level.is_empty() || maps_any(certificate) {
            return Some(at);
        }
        if last {
            let explicit = left.explicit_policy.saturating_sub(1);
            let explicit = if constraints(certificate).0 == Some(0) { 0 } else { explicit };
            return (explicit == 0 && level.is_empty()).then_some(at);
        }
        map(&mut level, certificate, left.policy_mapping > 0);
        left.prepare(certificate);
    }
    None
}

/// 6.1.3 (d) and (e): the policies of a certificate that the level above expects.
fn below<'a>(above: &Level<'a>, certificate: &Certificate<'a>, any_counts: bool) -> Level<'a> {
    let mut level = Level::new();
    let named = certificate.all_extensions().find_map(|it| {
        if let Content::CertificatePolicies(policies) = &it.content { Some(policies) } else { None }
    });
    let Some(named) = named else { return level };
    let expected: BTreeSet<_> = above.values().flatten().copied().collect();
    let any_above = above.contains_key(ANY.as_bytes());
    for policy in named.iter().filter(|policy| **policy != ANY) {
        let policy = policy.as_bytes();
        if expected.contains(policy) || any_above {
            level.insert(policy, BTreeSet::from([policy]));
        }
    }
    if any_counts && named.contains(&ANY) {
        for policy in expected {
            level.entry(policy).or_insert_with(|| BTreeSet::from([policy]));
        }
    }
    level
}

/// 6.1.4 (b): the policies of the domain below that stand for those of this one.
fn map<'a>(level: &mut Level<'a>, certificate: &Certificate<'a>, allowed: bool) {
    let mut mapped = Level::new();
    for extension in certificate.all_extensions() {
        let Content::PolicyMappings(pairs) = &extension.content else { continue };
        for (from, to) in pairs {
            mapped.entry(from.as_bytes()).or_default().insert(to.as_bytes());
        }
    }
    let any = level.contains_key(ANY.as_bytes());
    for (from, to) in mapped {
        if !allowed {
            level.remove(from);
        } else if any || level.contains_key(from) {
            level.insert(from, to);
        }
    }
}

impl Counters {
    /// 6.1.4 (h) to (j): what the next certificate may do without.
    fn prepare(&mut self, certificate: &Certificate<'_>) {
        let all = [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.inhibit_any_policy];
        if !certificate.is_self_issued() {
            all.into_iter().for_each(|left| *left = left.saturating_sub(1));
        }
        let (explicit, mapping) = constraints(certificate);
        self.explicit_policy = explicit.map_or(self.explicit_policy, |it| it.min(self.explicit_policy));
        self.policy_mapping = mapping.map_or(self.policy_mapping, |it| it.min(self.policy_mapping));
        for extension in certificate.all_extensions() {
            if let Content::InhibitAnyPolicy(most) = extension.content {
                self.inhibit_any_policy = self.inhibit_any_policy.min(most);
            }
        }
    }
}

/// requireExplicitPolicy and inhibitPolicyMapping.
fn constraints(certificate: &Certificate<'_>) -> (Option<u64>, Option<u64>) {
    let found = certificate.all_extensions().find_map(|it| {
        let Content::PolicyConstraints { require_explicit, inhibit_mapping } = it.content else {
            return None;
        };
        Some((require_explicit, inhibit_mapping))
    });
    found.unwrap_or_default()
}
