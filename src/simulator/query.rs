//! The query of `GET /keydepot/jwks`.

use crate::base::time::{self, Instant};

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) kind: String,
    pub(super) identifier: String,
    pub(super) usage: Option<String>,
    pub(super) application: Option<String>,
    pub(super) validity_time: Option<Instant>,
}

impl Asked {
    /// Reads a query; with `variants` the identifier may also come as `value` (SD-05).
    pub(super) fn read(raw: &str, variants: bool) -> Result<Self, String> {
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            if all.iter().any(|(other, _)| *other == name) {
                return Err(format!("The parameter `{name}` came twice"));
            }
            all.push((name.into_owned(), value.into_owned()));
        }
        let mut take = |name: &str| {
            let at = all.iter().position(|(it, _)| it == name)?;
            Some(all.swap_remove(at).1)
        };
        let kind = take("type").filter(|it| !it.is_empty()).ok_or("The parameter `type` is missing")?;
        let value = if variants { take("value") } else { None };
        let identifier = take("identifier").or(value).filter(|it| !it.is_empty());
        let identifier = identifier.ok_or("The parameter `identifier` is missing")?;
        let usage = take("use");
        let application = take("application");
        let validity_time = take("validityTime").map(|text| instant(&text)).transpose()?;
        match all.first() {
            // An unknown filter that is ignored gives an answer that is too broad.
            Some((name, _)) => Err(format!("There is no parameter `{name}`")),
            None => Ok(Self { kind, identifier, usage, application, validity_time }),
        }
    }
}

/// A time, or the beginning of a day.
fn instant(text: &str) -> Result<Instant, String> {
    time::parse(text)
        .or_else(|| time::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| "The parameter `validityTime` is no date".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_under_both_names_of_the_identifier() {
        let table = Asked::read("type=SSIN&identifier=1&use=enc&validityTime=2026-01-01", true);
        let example = Asked::read("type=SSIN&value=1&use=enc&validityTime=2026-01-01T00:00:00Z", true);
        assert_eq!(table, example);
        assert!(Asked::read("type=SSIN&value=1", false).is_err());
    }

    #[test]
    fn what_is_doubled_unknown_or_no_date_is_refused() {
        for raw in [
            "type=SSIN&type=CBE&identifier=1",
            "type=SSIN&identifier=1&colour=red",
            "type=SSIN&identifier=1&validityTime=yesterday",
            "type&identifier=1",
            "",
        ] {
            assert!(Asked::read(raw, true).is_err(), "{raw}");
        }
    }
}
