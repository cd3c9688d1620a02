//! Identifiers of persons and organisations: their types, lengths and check digits.
//!
//! The types and lengths are those that the platform's registration client knows
//! (`IdentifierType`); the check digits follow the National Register (SSIN), the Crossroads Bank
//! for Enterprises (CBE) and the RIZIV/INAMI (NIHII).

use crate::base::Span;
use crate::rule::Artefact;

/// How check digits are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// 97 − (first nine modulo 97), for births from 2000 of the nine behind a 2.
    Ssin,
    /// 97 − (first eight modulo 97).
    Cbe,
    /// M − (first six modulo M), with M one of 97, 89 and 83.
    Nihii,
    /// None is known.
    Unchecked,
}

/// A type of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdentifierType {
    pub(crate) name: &'static str,
    /// How many digits a value has.
    pub(crate) digits: usize,
    pub(crate) scheme: Scheme,
}

const fn of(name: &'static str, digits: usize, scheme: Scheme) -> IdentifierType {
    IdentifierType { name, digits, scheme }
}

/// Every type, the ones that a bare value is taken for first.
pub(crate) const TYPES: &[IdentifierType] = &[
    of("SSIN", 11, Scheme::Ssin),
    of("CBE", 10, Scheme::Cbe),
    of("NIHII", 8, Scheme::Nihii),
    of("NIHII11", 11, Scheme::Nihii),
    of("EHP", 10, Scheme::Cbe),
    of("SITE", 4, Scheme::Unchecked),
    of("CBE-TREAT_CENTER", 10, Scheme::Cbe),
    of("CBE-CONSORTIUM", 10, Scheme::Cbe),
    of("EHP-CTRL_ORGANISM", 10, Scheme::Cbe),
    of("NIHII-PHARMACY", 8, Scheme::Nihii),
    of("NIHII-HOSPITAL", 8, Scheme::Nihii),
    of("NIHII-LABO", 8, Scheme::Nihii),
    of("NIHII-RETIREMENT", 8, Scheme::Nihii),
    of("NIHII-OTD_PHARMACY", 8, Scheme::Nihii),
    of("NIHII-GROUP", 8, Scheme::Nihii),
    of("NIHII-PALLIATIVE_CARE", 8, Scheme::Nihii),
    of("NIHII-MEDICAL_HOUSE", 8, Scheme::Nihii),
    of("NIHII-OFFICE_DOCTORS", 8, Scheme::Nihii),
    of("NIHII-OFFICE_DENTISTS", 8, Scheme::Nihii),
    of("NIHII-GROUP_DOCTORS", 8, Scheme::Nihii),
    of("NIHII-OF_BAND", 8, Scheme::Nihii),
    of("NIHII-PSYCH_HOUSE", 8, Scheme::Nihii),
    of("NIHII-PROT_ACC", 8, Scheme::Nihii),
    of("NIHII-HOME_SERVICES", 8, Scheme::Nihii),
    of("NIHII-OF_PHYSIOS", 8, Scheme::Nihii),
    of("NIHII-GUARD_POST", 8, Scheme::Nihii),
    of("NIHII-BELRAI", 8, Scheme::Nihii),
    of("NIHII-GROUP_MIDWIVES", 8, Scheme::Nihii),
    of("NIHII-AMBU_SERVICE", 8, Scheme::Nihii),
    of("NIHII-LEGAL_PSY", 8, Scheme::Nihii),
    of("NIHII-REEDUCATION", 8, Scheme::Nihii),
    of("NIHII-SORTING_CENTER", 8, Scheme::Nihii),
];

impl IdentifierType {
    /// The type of this name, in whatever case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        TYPES.iter().copied().find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// Whether `value` has the form and the check digits of this type.
    pub(crate) fn takes(self, value: &str) -> bool {
        self.has_form(value) && self.checks(value)
    }

    /// Whether `value` has as many digits as this type wants, and nothing else.
    pub(crate) fn has_form(self, value: &str) -> bool {
        value.len() == self.digits && value.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether the check digits of a value of the right form are right.
    pub(crate) fn checks(self, value: &str) -> bool {
        match self.scheme {
            Scheme::Ssin => Ssin::read(value).is_some_and(|ssin| ssin.born_in.is_some()),
            Scheme::Cbe => {
                number(value, 0, 8).zip(number(value, 8, 10)).is_some_and(|(n, c)| c == 97 - n % 97)
            }
            Scheme::Nihii => nihii_modulus(value).is_some(),
            Scheme::Unchecked => true,
        }
    }
}

/// The modulus under which the seventh and eighth digit of a NIHII number check.
pub(crate) fn nihii_modulus(value: &str) -> Option<u64> {
    let (number, check) = (number(value, 0, 6)?, number(value, 6, 8)?);
    [97, 89, 83].into_iter().find(|modulus| check == modulus - number % modulus)
}

/// The century of a birth, as the check digits tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Born {
    /// 19xx
    Before2000,
    /// 20xx
    From2000,
}

/// The parts of a national number of eleven digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ssin {
    /// The century, where the check digits are right.
    pub(crate) born_in: Option<Born>,
    /// The month, without what a BIS number adds.
    pub(crate) month: u64,
    pub(crate) day: u64,
    /// The counter of births on a day.
    pub(crate) sequence: u64,
    /// Whether it is a BIS number: 20 or 40 was added to the month.
    pub(crate) is_bis: bool,
}

impl Ssin {
    /// Takes eleven digits apart.
    pub(crate) fn read(value: &str) -> Option<Self> {
        let (first, check) = (number(value, 0, 9)?, number(value, 9, 11)?);
        let born_in = if check == 97 - first % 97 {
            Some(Born::Before2000)
        } else if check == 97 - (2_000_000_000 + first) % 97 {
            Some(Born::From2000)
        } else {
            None
        };
        let month = number(value, 2, 4)?;
        let added = match month {
            20..40 => 20,
            40..60 => 40,
            _ => 0,
        };
        Some(Self {
            born_in,
            month: month - added,
            day: number(value, 4, 6)?,
            sequence: number(value, 6, 9)?,
            is_bis: added > 0,
        })
    }
}

fn number(value: &str, from: usize, to: usize) -> Option<u64> {
    value
        .get(from..to)?
        .bytes()
        .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0')))
}

/// An identifier that is judged: its value, and the type that goes with it.
#[derive(Debug)]
pub(crate) struct Identifier<'a> {
    pub(crate) value: &'a str,
    pub(crate) span: Span,
    /// The name of its type, where one is given.
    pub(crate) type_name: Option<&'a str>,
    /// The type of that name, or the one that the value fits.
    pub(crate) kind: Option<IdentifierType>,
}

impl Artefact for Identifier<'static> {
    type Model<'a> = Identifier<'a>;
}

impl<'a> Identifier<'a> {
    /// Reads `value` or, where no type is known from elsewhere, `TYPE=value`.
    pub(crate) fn read(text: &'a str, type_name: Option<&'a str>) -> Self {
        let (type_name, value) = match (type_name, text.split_once('=')) {
            (None, Some((name, value))) => (Some(name), value),
            (given, _) => (given, text),
        };
        let fitting = || {
            let by_form = || TYPES.iter().find(|it| it.has_form(value));
            TYPES.iter().find(|it| it.takes(value)).or_else(by_form).copied()
        };
        let kind = type_name.map_or_else(fitting, IdentifierType::named);
        Self { value, span: Span::new(text.len() - value.len(), text.len()), type_name, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(name: &str, value: &str) -> bool {
        IdentifierType::named(name).expect("known").takes(value)
    }

    #[test]
    fn check_digits_of_public_examples() {
        assert!(takes("SSIN", "85210123617"), "the one valid SSIN of the cookbooks, a BIS number");
        assert!(takes("SSIN", "98472899765"), "BIS, born before 2000");
        assert!(takes("SSIN", "01490700185"), "BIS, born from 2000");
        assert!(!takes("SSIN", "12345678912"));
        assert!(!takes("SSIN", "0123456789"), "ten digits");
        assert!(takes("CBE", "0809394427"));
        assert!(takes("CBE", "0406798006"));
        assert!(takes("CBE", "0123456749"));
        assert!(!takes("CBE", "0123456789"));
        assert!(takes("EHP", "1990001916"));
        assert!(takes("NIHII", "12345625"));
        assert!(!takes("NIHII11", "23456789012"));
    }

    #[test]
    fn the_parts_of_a_bis_number() {
        let ssin = Ssin::read("01490700185").expect("digits");
        assert_eq!((ssin.month, ssin.day, ssin.sequence), (9, 7, 1));
        assert_eq!((ssin.is_bis, ssin.born_in), (true, Some(Born::From2000)));
    }

    #[test]
    fn a_type_may_stand_before_the_value() {
        let identifier = Identifier::read("CBE=0809394427", None);
        assert_eq!((identifier.value, identifier.span), ("0809394427", Span::new(4, 14)));
        assert_eq!(identifier.kind.map(|it| it.name), Some("CBE"));
    }

    #[test]
    fn every_wrong_check_pair_is_refused() {
        for (name, value) in [("SSIN", "85210123617"), ("CBE", "0809394427")] {
            let (body, right) = value.split_at(value.len() - 2);
            let accepted: Vec<String> = (0..100)
                .map(|n| format!("{n:02}"))
                .filter(|check| takes(name, &format!("{body}{check}")))
                .collect();
            assert!(accepted.contains(&right.to_owned()));
            assert!(accepted.len() <= 2, "{name}: {accepted:?}");
        }
    }
}
