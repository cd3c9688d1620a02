//! The dialects: how many subsets there are, and of how many segments.

use crate::base::Service;
use crate::model::user_agent::UserAgent;
use crate::rule;
use crate::rule::{Checked, Cx, Force, WARNING, cite};

rule! { UserAgent =>
    /// The value does not have exactly two subsets
    ///
    /// The first names the software product, the second the platform or connector below it. With
    /// one of them missing, the emergency contact learns half of what he needs; the printed
    /// expression judges each subset alone, and so does not refuse it.
    "user-agent.not-two-subsets": WARNING.not_in_standard() => not_two_subsets,
        clauses: &[
            "KD-5.1.3-05", "KD-5.1.3-06", "ED-5.1.2-05", "ED-5.1.2-07", "CR-4.1.2-03", "CR-4.1.2-05",
            "IX-5.1.1-04", "AA-5.1.3-04",
        ],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "{company}/{package-name}/{version} {platform-company}/{platform-package-name}/{platform-package-version}")],
        defects: &["SD-01", "SD-64"],
        catalogue: &["UA-02", "UA-09"];

    /// A subset is not of the service's dialect
    ///
    /// KeyDepot and IAM eXchange ask for three segments (company, package, version), the other
    /// services for two (software, version). No service tells the dialects apart, and KeyDepot's own
    /// second example mixes them (SD-118). Without a service either conforms.
    "user-agent.other-dialect": WARNING.not_in_standard() => other_dialect,
        clauses: &[
            "KD-5.1.3-07", "KD-5.1.3-08", "ED-5.1.2-08", "ED-5.1.2-09", "IX-5.1.1-05", "IX-5.1.1-06",
            "AA-5.1.3-06", "AA-5.1.3-07",
        ],
        cites: &[
            cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "Pattern: {company}/{package-name}/{version}"),
            cite("ETK Depot cookbook 1.3", "5.1.2", Force::Fact, "Pattern: {minimal software information}/{version}"),
        ],
        defects: &["SD-01", "SD-61", "SD-118"],
        catalogue: &["UA-03"];
}

fn not_two_subsets(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if agent.is_empty() {
        return None;
    }
    let count = agent.subsets.iter().filter(|subset| !subset.text.is_empty()).count();
    if count != 2 {
        let message = format!("expected two subsets, the product and its platform, found {count}");
        cx.fail("", agent.span(), message);
    }
    Some(Checked)
}

fn other_dialect(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (low, high, expected) = match cx.context().service {
        Some(Service::Keydepot | Service::IamExchange) => (3, 3, "company/package/version"),
        Some(Service::Certra | Service::Etkra | Service::Etkdepot | Service::AttributeAuthority) => {
            (2, 2, "software/version")
        }
        None => (2, 3, "software/version or company/package/version"),
    };
    let with_parts = || agent.subsets.iter().enumerate().filter(|(_, subset)| subset.text.contains('/'));
    with_parts().next()?;
    for (index, subset) in with_parts() {
        let count = subset.segments().count();
        if count < low || count > high {
            let message = format!("expected {expected}, found {count} segments");
            cx.fail(format_args!("subset[{index}]"), subset.span, message);
        }
    }
    Some(Checked)
}
