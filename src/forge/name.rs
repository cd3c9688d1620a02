//! Distinguished names, and the synthetic people and organisations that carry them.

use super::der::{self, Node};
use super::rng::Stream;

/// countryName.
pub const COUNTRY: &str = "2.5.4.6";
/// organizationName.
pub const ORGANIZATION: &str = "2.5.4.10";
/// organizationalUnitName.
pub const UNIT: &str = "2.5.4.11";
/// commonName.
pub const COMMON_NAME: &str = "2.5.4.3";
/// serialNumber.
pub const SERIAL_NUMBER: &str = "2.5.4.5";
/// surname.
pub const SURNAME: &str = "2.5.4.4";
/// givenName.
pub const GIVEN_NAME: &str = "2.5.4.42";

/// One attribute of a name: its type and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The type, dotted.
    pub oid: &'static str,
    /// The value, a string of some type.
    pub value: Node,
}

/// A Name: relative distinguished names in encoded order, each with one attribute as a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name(pub Vec<Vec<Attribute>>);

impl Name {
    /// A name of one attribute each: PrintableString for country and serial number, UTF8String for
    /// the rest.
    pub fn of(attributes: &[(&'static str, &str)]) -> Self {
        let rdn = |&(oid, text): &(&'static str, &str)| {
            let value =
                if oid == COUNTRY || oid == SERIAL_NUMBER { der::printable(text) } else { der::utf8(text) };
            vec![Attribute { oid, value }]
        };
        Self(attributes.iter().map(rdn).collect())
    }

    /// The Name to be encoded.
    pub fn node(&self) -> Node {
        if let [rdn] = self.0.as_slice()
            && let [Attribute { oid: "", value }] = rdn.as_slice()
        {
            return value.clone();
        }
        let attribute = |it: &Attribute| der::seq([der::oid(it.oid), it.value.clone()]);
        let rdns: Vec<Node> =
            self.0.iter().map(|rdn| der::set_of(rdn.iter().map(attribute).collect::<Vec<_>>())).collect();
        der::seq(rdns)
    }

    /// A name that is given as it is encoded.
    pub fn encoded(der: &[u8]) -> Self {
        Self(vec![vec![Attribute { oid: "", value: der::encoded(der) }]])
    }

    /// The first value of a type, to be changed.
    pub fn value_mut(&mut self, oid: &str) -> Option<&mut Node> {
        self.0.iter_mut().flatten().find(|it| it.oid == oid).map(|it| &mut it.value)
    }
}

/// Whom an eHealth certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The type of the identifier: `CBE`, `SSIN`, `NIHII-PHARMACY`…
    pub identifier_type: String,
    /// The identifier.
    pub identifier: String,
    /// The name in capitals, without diacritics.
    pub name: String,
    /// The application, for a second certificate of the same holder.
    pub application: Option<String>,
}

impl Holder {
    /// An organisation that follows from the seed, known by a CBE number that is not assigned.
    pub fn organisation(seed: u64) -> Self {
        let first = 9_990_000 + Stream::new(seed, "cbe").below(9_999);
        let identifier = format!("{first:08}{:02}", 97 - first % 97);
        Self {
            identifier_type: "CBE".into(),
            identifier,
            name: "ETALON TEST HOSPITAL".into(),
            application: None,
        }
    }

    /// A person that follows from the seed, known by an SSIN whose birth date is unknown.
    pub fn person(seed: u64) -> Self {
        let identifier = ssin(seed);
        Self { identifier_type: "SSIN".into(), identifier, name: "JOHANNA PEETERS".into(), application: None }
    }

    /// The subject of the holder's certificates, as CertRA makes it.
    pub fn subject(&self) -> Name {
        let owner = format!("{}={}", self.identifier_type, self.identifier);
        let common = match &self.application {
            Some(application) => format!("{owner}, {application}"),
            None => owner.clone(),
        };
        let mut attributes = vec![(COUNTRY, "BE"), (ORGANIZATION, "Federal Government")];
        attributes.extend(self.application.as_deref().map(|application| (UNIT, application)));
        attributes.extend([
            (UNIT, owner.as_str()),
            (UNIT, self.name.as_str()),
            (UNIT, "eHealth-platform Belgium"),
            (COMMON_NAME, common.as_str()),
        ]);
        Name::of(&attributes)
    }

    /// The subject as text, in the form of CertRA's contracts (RFC 4514 with `=` escaped in CN).
    pub fn subject_text(&self) -> String {
        let (kind, id) = (&self.identifier_type, &self.identifier);
        let (suffix, unit) = match &self.application {
            Some(application) => (format!("\\, {application}"), format!("OU={application},")),
            None => (String::new(), String::new()),
        };
        format!(
            "CN={kind}\\={id}{suffix},OU=eHealth-platform Belgium,OU={},OU={kind}\\={id},{unit}O=Federal Government,C=BE",
            self.name
        )
    }
}

/// An SSIN with right check digits whose birth date is unknown, as follows from the seed.
pub fn ssin(seed: u64) -> String {
    let first = 850_000_000 + 1 + Stream::new(seed, "ssin").below(997);
    format!("{first:09}{:02}", 97 - first % 97)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_right_check_digits() {
        for seed in 0..50 {
            let cbe: u64 = Holder::organisation(seed).identifier.parse().expect("digits");
            assert_eq!((cbe / 100 + cbe % 100) % 97, 0);
            let ssin: u64 = ssin(seed).parse().expect("digits");
            assert_eq!((ssin / 100 + ssin % 100) % 97, 0);
        }
    }

    #[test]
    fn a_subject_reads_from_the_country_down() {
        let mut holder = Holder::organisation(1);
        holder.application = Some("LAB".into());
        let types: Vec<_> = holder.subject().0.iter().flatten().map(|it| it.oid).collect();
        assert_eq!(types, [COUNTRY, ORGANIZATION, UNIT, UNIT, UNIT, UNIT, COMMON_NAME]);
        assert!(holder.subject_text().ends_with(",OU=LAB,O=Federal Government,C=BE"));
    }
}
