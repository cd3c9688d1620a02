//! The contact: an address that somebody reads.

use crate::model::from::From;
use crate::rule;
use crate::rule::{Checked, Cx, Force, WARNING, cite};

rule! { From =>
    /// Nobody reads mail at this address
    ///
    /// The address is the cookbook's example, in a domain reserved for examples and tests, without
    /// a public domain, or says itself that it is not read. It is meant for emergency contact.
    "from.nobody-there": WARNING.not_in_standard() => nobody_there,
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "email-address that can be used for emergency contact in case of an operational problem")],
        catalogue: &["UA-11"];
}

fn nobody_there(from: &From<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let (local, domain) = from.parts().filter(|_| from.is_addr_spec())?;
    let (local, domain) = (local.to_ascii_lowercase(), domain.to_ascii_lowercase());
    let ends = |suffix: &str| domain == suffix || domain.ends_with(&format!(".{suffix}"));
    let reserved = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"];
    let found = if ends("mycompany.be") {
        "the cookbook's example"
    } else if reserved.into_iter().any(ends) {
        "a domain reserved for examples and tests"
    } else if !domain.contains('.') && !domain.starts_with('[') {
        "a domain without a dot"
    } else if ["noreply", "no-reply", "donotreply", "do-not-reply"].contains(&local.as_str()) {
        "a mailbox that is not read"
    } else {
        return Some(Checked);
    };
    cx.fail("", from.span, format!("expected an address for emergency contact, found {found}"));
    Some(Checked)
}
