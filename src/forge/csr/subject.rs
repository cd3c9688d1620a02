//! Deviations of the subject: not the name of the contract, or none of eHealth's.

use super::altered;
use crate::forge::name::{self, COMMON_NAME, Holder, Name, UNIT};
use crate::forge::{Bench, Error, Made, Mutation, der};

const DIFFERS: &str = "csr.subject-differs";

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation::new("subject-empty", "the subject is empty", &["csr.subject-empty", DIFFERS], |bench| {
        subject(bench, |name| name.0.clear())
    })
    .case("CS-14"),
    Mutation::new(
        "subject-reversed",
        "the parts of the subject stand in the other order",
        &["csr.subject-reordered", "distinguished-name.order-unusual"],
        |bench| subject(bench, |name| name.0.reverse()),
    )
    .case("CS-15"),
    Mutation::new(
        "unit-missing",
        "the OU of the platform is missing",
        &[DIFFERS, "distinguished-name.platform-unit-missing"],
        |bench| subject(bench, |name| _ = name.0.remove(4)),
    )
    .case("CS-15"),
    Mutation::new(
        "name-in-small-letters",
        "the name of the organisation is in small letters",
        &["distinguished-name.name-not-in-capitals"],
        |bench| {
            subject(bench, |name| {
                let text = bench.pki.organisation_holder.name.to_lowercase();
                name.0[3][0].value = der::utf8(&text);
            })
        },
    )
    .case("CS-15"),
    Mutation::new(
        "space-surplus",
        "a part of the subject ends in a blank",
        &["distinguished-name.space-surplus"],
        |bench| {
            subject(bench, |name| {
                let text = format!("{} ", bench.pki.organisation_holder.name);
                name.0[3][0].value = der::utf8(&text);
            })
        },
    )
    .case("CS-15"),
    Mutation::new("string-type-other", "valid: the name is a PrintableString", &[], |bench| {
        subject(bench, |name| name.0[3][0].value = der::printable(&bench.pki.organisation_holder.name))
    })
    .case("CS-15"),
    Mutation::new(
        "string-type-obsolete",
        "the name is a BMPString",
        &["distinguished-name.string-type-obsolete"],
        |bench| subject(bench, |name| name.0[3][0].value = der::bmp(&bench.pki.organisation_holder.name)),
    )
    .case("CS-15"),
    Mutation::new(
        "multi-valued-rdn",
        "country and organisation share an RDN",
        &["csr.subject-reordered", "distinguished-name.multi-valued-rdn"],
        |bench| {
            subject(bench, |name| {
                let country = name.0.remove(0);
                name.0[0].extend(country);
            })
        },
    )
    .case("CS-15"),
    Mutation::new(
        "common-name-twice",
        "there are two common names",
        &[DIFFERS, "distinguished-name.common-name-malformed"],
        |bench| {
            subject(bench, |name| {
                let common = name.0.last().expect("a CN").clone();
                name.0.push(common);
            })
        },
    )
    .case("CS-15"),
    Mutation::new(
        "null-in-name",
        "a NUL ends the common name early for those who read it as C does",
        &[DIFFERS, "distinguished-name.common-name-malformed", "distinguished-name.control-character"],
        |bench| common(bench, |text| format!("{text}\0.example")),
    )
    .case("CS-15"),
    Mutation::new(
        "homograph",
        "a letter of the name is a Cyrillic one that looks the same",
        &[DIFFERS, "distinguished-name.letter-not-ascii"],
        |bench| {
            subject(bench, |name| {
                let text = bench.pki.organisation_holder.name.replacen('A', "\u{410}", 1);
                name.0[3][0].value = der::utf8(&text);
            })
        },
    )
    .case("CS-15"),
    Mutation::new("holder-other", "the subject is that of another organisation", &[DIFFERS], |bench| {
        subject(bench, |name| *name = Holder::organisation(bench.seed() + 1).subject())
    })
    .case("CS-15"),
    Mutation::new(
        "check-digits-wrong",
        "the check digits of the CBE number are wrong",
        &[DIFFERS, "distinguished-name.identifier-invalid"],
        |bench| {
            let mut holder = bench.pki.organisation_holder.clone();
            let number: u64 = holder.identifier.parse().expect("digits");
            holder.identifier = format!("{:010}", number - 1);
            subject(bench, |name| *name = holder.subject())
        },
    )
    .case("CS-16"),
    Mutation::new("person-other", "the subject is a person with another SSIN", &[DIFFERS], |bench| {
        let mut holder = bench.pki.person_holder.clone();
        holder.identifier = name::ssin(bench.seed() + 1);
        subject(bench, |name| *name = holder.subject())
    })
    .case("CS-16"),
    Mutation::new(
        "identifiers-differ",
        "the common name and the OU name two organisations",
        &[DIFFERS, "distinguished-name.identifiers-differ"],
        |bench| {
            let other = Holder::organisation(bench.seed() + 1);
            subject(bench, |name| {
                let text = format!("{}={}", other.identifier_type, other.identifier);
                *name.value_mut(UNIT).expect("an OU") = der::utf8(&text);
            })
        },
    )
    .case("CS-16"),
];

fn subject(bench: &Bench, alter: impl FnOnce(&mut Name)) -> Result<Made, Error> {
    altered(bench, |spec| alter(&mut spec.subject))
}

fn common(bench: &Bench, alter: impl FnOnce(&str) -> String) -> Result<Made, Error> {
    let holder = &bench.pki.organisation_holder;
    let text = alter(&format!("{}={}", holder.identifier_type, holder.identifier));
    subject(bench, |name| *name.value_mut(COMMON_NAME).expect("a CN") = der::utf8(&text))
}
