//! eHealth's distinguished names as text, in the form of CertRA's contracts.

use super::name::Holder;
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::{Kind, Profile};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::DistinguishedName,
    params: &[],
    valid: |bench| named(&bench.pki.organisation_holder),
    mutations: MUTATIONS,
};

const MUTATIONS: &[Mutation] = &[
    Mutation::new("person", "valid: the name of a person", &[], |bench| named(&bench.pki.person_holder)),
    Mutation::new("application", "valid: with an application id", &[], |bench| {
        holder(bench, |holder| holder.application = Some("LAB-1".into()))
    }),
    Mutation::new(
        "unclosed-escape",
        "the text ends in an escape",
        &["distinguished-name.malformed"],
        |bench| text(bench, |text| text + "\\"),
    )
    .case("CS-15"),
    Mutation::new("country-other", "the country is FR", &["distinguished-name.country-wrong"], |bench| {
        text(bench, |text| text.replace("C=BE", "C=FR"))
    })
    .case("CS-15"),
    Mutation::new(
        "organisation-other",
        "the organisation is another one",
        &["distinguished-name.organisation-wrong"],
        |bench| text(bench, |text| text.replace("O=Federal Government", "O=Regional Government")),
    )
    .case("CS-15"),
    Mutation::new(
        "platform-absent",
        "the OU of the platform is missing",
        &["distinguished-name.platform-unit-missing"],
        |bench| text(bench, |text| text.replace("OU=eHealth-platform Belgium,", "")),
    )
    .case("CS-15"),
    Mutation::new("locality", "there is a locality", &["distinguished-name.attribute-unexpected"], |bench| {
        text(bench, |text| text.replace(",C=BE", ",L=Brussels,C=BE"))
    })
    .case("CS-15"),
    Mutation::new(
        "reversed",
        "the parts stand in the order of the encoding",
        &["distinguished-name.order-unusual"],
        |bench| text(bench, |text| text.split(',').rev().collect::<Vec<_>>().join(",")),
    )
    .case("CS-15"),
    Mutation::new(
        "multi-valued",
        "organisation and country share an RDN",
        &["distinguished-name.multi-valued-rdn"],
        |bench| text(bench, |text| text.replace(",C=BE", "+C=BE")),
    )
    .case("CS-15"),
    Mutation::new(
        "control-character",
        "the name holds a tab",
        &["distinguished-name.control-character"],
        |bench| holder(bench, |holder| holder.name = "ETALON\tTEST HOSPITAL".into()),
    )
    .case("CS-15"),
    Mutation::new(
        "space-surplus",
        "two blanks stand between words",
        &["distinguished-name.space-surplus"],
        |bench| holder(bench, |holder| holder.name = "ETALON  TEST HOSPITAL".into()),
    )
    .case("CS-15"),
    Mutation::new(
        "diacritics",
        "the name has a diacritic",
        &["distinguished-name.letter-not-ascii"],
        |bench| holder(bench, |holder| holder.name = "H\u{d4}PITAL ETALON".into()),
    )
    .case("CS-15"),
    Mutation::new(
        "common-name-free",
        "the common name is the name itself",
        &["distinguished-name.common-name-malformed"],
        |bench| {
            text(bench, |text| {
                let rest = text.split_once(',').expect("a CN first").1;
                format!("CN=ETALON TEST HOSPITAL,{rest}")
            })
        },
    )
    .case("CS-15"),
    Mutation::new(
        "identifier-unit-absent",
        "no OU holds the identifier",
        &["distinguished-name.identifier-unit-missing"],
        |bench| {
            let id = &bench.pki.organisation_holder.identifier;
            text(bench, |text| text.replace(&format!("OU=CBE\\={id},"), ""))
        },
    )
    .case("CS-15"),
    Mutation::new(
        "identifiers-differ",
        "common name and OU name two organisations",
        &["distinguished-name.identifiers-differ"],
        |bench| {
            let id = &bench.pki.organisation_holder.identifier;
            let other = Holder::organisation(bench.seed() + 1).identifier;
            text(bench, |text| text.replacen(id.as_str(), &other, 1))
        },
    )
    .case("CS-16"),
    Mutation::new(
        "type-unknown",
        "the type of the identifier is not known",
        &["distinguished-name.identifier-type-unknown"],
        |bench| holder(bench, |holder| holder.identifier_type = "VAT".into()),
    )
    .case("CS-16"),
    Mutation::new(
        "check-digits-wrong",
        "the check digits are wrong",
        &["distinguished-name.identifier-invalid"],
        |bench| {
            holder(bench, |holder| {
                let number: u64 = holder.identifier.parse().expect("digits");
                holder.identifier = format!("{:010}", number - 1);
            })
        },
    )
    .case("CS-16"),
    Mutation::new(
        "name-absent",
        "no OU holds the name",
        &["distinguished-name.name-unit-missing"],
        |bench| {
            let name = &bench.pki.organisation_holder.name;
            text(bench, |text| text.replace(&format!("OU={name},"), ""))
        },
    )
    .case("CS-15"),
    Mutation::new(
        "small-letters",
        "the name is in small letters",
        &["distinguished-name.name-not-in-capitals"],
        |bench| holder(bench, |holder| holder.name = "Etalon Test Hospital".into()),
    )
    .case("CS-15"),
    Mutation::new(
        "application-malformed",
        "the application id has small letters",
        &["distinguished-name.application-id-malformed"],
        |bench| holder(bench, |holder| holder.application = Some("lab".into())),
    )
    .case("CS-15"),
    Mutation::new(
        "application-unit-absent",
        "the application id stands in the common name alone",
        &["distinguished-name.application-unit-missing"],
        |bench| {
            let mut holder = bench.pki.organisation_holder.clone();
            holder.application = Some("LAB".into());
            Ok(Made::new(holder.subject_text().replace("OU=LAB,", "")))
        },
    )
    .case("CS-15"),
    Mutation::new(
        "application-of-person",
        "a person has an application id",
        &["distinguished-name.application-of-person"],
        |bench| {
            let mut holder = bench.pki.person_holder.clone();
            holder.application = Some("LAB".into());
            named(&holder)
        },
    )
    .case("CS-15"),
    Mutation::new(
        "diacritics-in-the-field",
        "the name has a diacritic, which the field takes",
        &["distinguished-name.letter-not-ascii"],
        |bench| holder(bench, |holder| holder.name = "H\u{d4}PITAL ETALON".into()),
    )
    .under(Profile::Field),
];

fn named(holder: &Holder) -> Result<Made, Error> {
    Ok(Made::new(holder.subject_text()))
}

fn holder(bench: &Bench, alter: impl FnOnce(&mut Holder)) -> Result<Made, Error> {
    let mut holder = bench.pki.organisation_holder.clone();
    alter(&mut holder);
    named(&holder)
}

fn text(bench: &Bench, alter: impl FnOnce(String) -> String) -> Result<Made, Error> {
    Ok(Made::new(alter(bench.pki.organisation_holder.subject_text())))
}
