//! `--target-out DIR`: a target file for the served world, with the keystores of those whom it knows.
//!
//! Whoever runs suites against the world from outside, as against a real one, finds everything there.

use std::path::Path;

use super::super::{Failure, files, output};
use super::Place;
use crate::base::time::Duration;
use crate::forge::keystore::{Pair, Spec};
use crate::forge::pki::Party;
use crate::forge::{Bench, jwt};
use crate::service::iam_exchange::{PROFILE, TOKEN_EXCHANGE};
use crate::service::{CONTRACTS, keydepot};
use crate::simulator::RelyingParty;
use crate::simulator::iam_exchange::clients::PLATFORM;
use crate::simulator::identity::{Grant, KEY_ID, Subject};
use crate::simulator::person::{Family, Person};
use crate::target::people::Part;
use crate::target::signers::Role;

/// The password of the keystores: their keys are public.
const PASSWORD: &str = "etalon";
/// How long the tokens are good for.
const LIFETIME: Duration = Duration::hours(12);
/// The realm of another environment.
const ANOTHER_ISSUER: &str = "https://iam-int.etalon.example/auth/realms/other";
/// A pharmacy that every pharmacist of the world holds.
const PHARMACY: &str = "12345625";

/// Writes the files.
pub(super) fn write(
    dir: &Path,
    bench: &Bench,
    places: &[Place],
    relying_party: &RelyingParty,
) -> Result<(), Failure> {
    files::make_directory(dir)?;
    let keep = |name: &str, bytes: &[u8]| output::write_whole(&dir.join(name), |file| file.write_all(bytes));
    let pki = &bench.pki;
    let ehealth = [&pki.issuing_ca, &pki.root];
    keep("organisation.p12", &keystore(bench, &[(Role::Organisation, &pki.organisation)], &ehealth))?;
    keep("person.p12", &keystore(bench, &[(Role::Person, &pki.person)], &ehealth))?;
    let eid = [(Role::EidAuthentication, &pki.eid_authentication), (Role::EidSignature, &pki.eid_signature)];
    keep("eid.p12", &keystore(bench, &eid, &[&pki.eid_ca]))?;
    keep("password.txt", PASSWORD.as_bytes())?;
    let tokens = tokens(bench);
    for (table, token) in &tokens {
        keep(&file_of(table), token.as_bytes())?;
    }
    keep("ca.pem", (pki.root.pem() + &pki.eid_ca.pem()).as_bytes())?;
    keep("target.toml", target(places, &tokens, relying_party).as_bytes())
}

fn keystore(bench: &Bench, pairs: &[(Role, &Party)], authorities: &[&Party]) -> Vec<u8> {
    let pair = |(role, party): &(Role, &Party)| Pair {
        alias: role.alias().to_owned(),
        key: party.key.clone(),
        certificate: Some(party.certificate.clone()),
    };
    let mut spec = Spec::valid(bench);
    spec.keys = pairs.iter().map(pair).collect();
    spec.authorities = authorities.iter().map(|it| it.certificate.clone()).collect();
    let salt: [u8; 20] = bench.stream("keystores of the target").array();
    spec.seal(PASSWORD, &salt)
}

/// The tokens of the world's realm, by the tables that name them: that of a person who may manage keys
/// and exchange tokens, and those without which a workflow could not be run.
fn tokens(bench: &Bench) -> Vec<(&'static str, String)> {
    let keys = [keydepot::READ_KEYS, keydepot::MANAGE_KEYS];
    let exchange = [TOKEN_EXCHANGE, PROFILE];
    let grant = |user: &str, number: u64, roles: &[&str], realm_roles: &[&str]| {
        let mut grant = Grant::new(user, number, PLATFORM, roles, bench.clock());
        grant.realm_roles = realm_roles.iter().map(|&role| role.to_owned()).collect();
        grant.validity[1] = bench.clock() + LIFETIME;
        grant
    };
    let usual = || grant("alice", 1, &keys, &exchange);
    let mut no_party = usual().claims(bench.seed());
    if let Some(claims) = no_party.as_object_mut() {
        claims.shift_remove("azp");
    }
    let all = [
        ("token", usual()),
        ("tokens.another-person", grant("bob", 2, &keys, &exchange)),
        ("tokens.another-client", Grant { client: "etalon-another".to_owned(), ..usual() }),
        (
            "tokens.organisation",
            Grant { subject: Grant::organisation(3), ..grant("hospital", 3, &keys, &[]) },
        ),
        ("tokens.another-reader", grant("bob", 2, &[keydepot::READ_KEYS], &[])),
        ("tokens.reader", grant("alice", 1, &[keydepot::READ_KEYS], &[])),
        ("tokens.exchanger", grant("alice", 1, &keys, &[TOKEN_EXCHANGE])),
        ("tokens.chooser", grant("alice", 1, &keys, &[PROFILE])),
        ("tokens.weak-login", Grant { level: "0".to_owned(), ..usual() }),
        ("tokens.other-login", Grant { level: "none-of-them".to_owned(), ..usual() }),
        ("tokens.expired", Grant { validity: usual().validity.map(|at| at - LIFETIME * 2), ..usual() }),
        ("tokens.another-audience", Grant { audience: "somebody-else".to_owned(), ..usual() }),
        ("tokens.another-issuer", Grant { issuer: ANOTHER_ISSUER.to_owned(), ..usual() }),
        ("tokens.no-login", Grant { subject: Subject::Client, ..usual() }),
    ];
    let mut tokens: Vec<_> = all.map(|(table, grant)| (table, grant.token(bench))).into();
    tokens.push(("tokens.no-party", jwt::sign(&bench.pki.realm.key, KEY_ID, &no_party)));
    tokens
}

/// Whom the world knows, by their parts.
fn people() -> String {
    let person = |part: Part, number: u64, family: Family| {
        let person = Person::new(number, family);
        let ([first, last], ssin) = (person.names(), person.ssin());
        let own = match part {
            Part::Pharmacist => format!("nihii = \"{}\"\npharmacy = \"{PHARMACY}\"\n", person.nihii()),
            Part::OtherCitizen | Part::UnknownCitizen => String::new(),
        };
        let part = part.name();
        format!("\n[people.{part}]\nssin = \"{ssin}\"\nfirst-name = \"{first}\"\nname = \"{last}\"\n{own}")
    };
    person(Part::Pharmacist, 10, Family::Everyone)
        + &person(Part::OtherCitizen, 11, Family::Alone)
        + &person(Part::UnknownCitizen, 12, Family::Unsupported)
}

/// The file of a token, by its table.
fn file_of(table: &str) -> String {
    format!("{}.txt", table.replace("tokens.", "token-"))
}

fn target(places: &[Place], tokens: &[(&str, String)], relying_party: &RelyingParty) -> String {
    let mut text = String::from("# A world of `etalon serve`: everything here is public.\n[services]\n");
    if let Some(Place { scheme, address }) = places.first() {
        for contract in CONTRACTS {
            text += &format!("{} = \"{scheme}://{address}/\"\n", contract.service.name());
        }
    }
    for (table, _) in tokens {
        text += &format!("\n[{table}]\nfile = \"{}\"\n", file_of(table));
    }
    text += &people();
    for role in Role::ALL {
        let file = match role {
            Role::Organisation | Role::Person => role.name(),
            Role::EidAuthentication | Role::EidSignature => "eid",
        };
        text += &format!(
            "\n[keystores.{}]\npath = \"{file}.p12\"\npassword-file = \"password.txt\"\n",
            role.name()
        );
        if role == Role::Organisation {
            text += &format!("client-id = \"{PLATFORM}\"\n");
        }
    }
    let RelyingParty { origin, id, .. } = relying_party;
    text + &format!(
        "\n[relying-party]\norigin = \"{origin}\"\nid = \"{id}\"\n\n[trust]\nroots = [\"ca.pem\"]\n"
    )
}
