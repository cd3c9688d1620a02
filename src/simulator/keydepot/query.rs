//! The query of `GET /keydepot/jwks`: what it asks for, once the rules let it pass.

use crate::base::time::{self, Instant};

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Asked {
    pub(super) kind: String,
    pub(super) identifier: String,
    pub(super) usage: Option<String>,
    pub(super) application: Option<String>,
    pub(super) validity_time: Option<Instant>,
}

impl Asked {
    /// Reads a query; with `variants` the identifier may also come as `value` (SD-05). It refuses
    /// nothing: a service without a rule takes what the rule would refuse.
    pub(super) fn read(raw: &str, variants: bool) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "type" => asked.kind = value,
                "identifier" => asked.identifier = value,
                "value" if variants => asked.identifier = value,
                "use" => asked.usage = Some(value),
                "application" => asked.application = Some(value),
                "validityTime" => asked.validity_time = instant(&value),
                _ => {}
            }
        }
        asked
    }
}

/// A time, or the beginning of a day.
fn instant(text: &str) -> Option<Instant> {
    time::parse(text).or_else(|| time::parse(&format!("{text}T00:00:00Z")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_under_both_names_of_the_identifier() {
        let table = Asked::read("type=SSIN&identifier=1&use=enc&validityTime=2026-01-01", true);
        let example = Asked::read("type=SSIN&value=1&use=enc&validityTime=2026-01-01T00:00:00Z", true);
        assert_eq!(table, example);
        assert!(table.validity_time.is_some());
        assert_eq!(Asked::read("type=SSIN&value=1", false).identifier, "");
    }
}
