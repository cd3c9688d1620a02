//! `--target-out DIR`: a target file for the served world, with the keystores of those whom it knows.
//!
//! Whoever runs suites against the world from outside, as against a real one, finds everything there.

use std::path::Path;

use super::super::{Failure, output};
use super::Place;
use crate::base::time::Duration;
use crate::forge::Bench;
use crate::forge::keystore::{Pair, Spec};
use crate::forge::pki::Party;
use crate::service::iam_exchange::{PROFILE, TOKEN_EXCHANGE};
use crate::service::{CONTRACTS, keydepot};
use crate::simulator::RelyingParty;
use crate::simulator::identity::Grant;
use crate::target::signers::Role;

/// The password of the keystores: their keys are public.
const PASSWORD: &str = "etalon";
/// How long the token is good for.
const LIFETIME: Duration = Duration::hours(12);

/// Writes the files.
pub(super) fn write(
    dir: &Path,
    bench: &Bench,
    places: &[Place],
    relying_party: &RelyingParty,
) -> Result<(), Failure> {
    std::fs::create_dir_all(dir)
        .map_err(|error| Failure::configuration(format_args!("{}: {error}", dir.display())))?;
    let keep = |name: &str, bytes: &[u8]| output::write_whole(&dir.join(name), |file| file.write_all(bytes));
    let pki = &bench.pki;
    let ehealth = [&pki.issuing_ca, &pki.root];
    keep("organisation.p12", &keystore(bench, &[(Role::Organisation, &pki.organisation)], &ehealth))?;
    keep("person.p12", &keystore(bench, &[(Role::Person, &pki.person)], &ehealth))?;
    let eid = [(Role::EidAuthentication, &pki.eid_authentication), (Role::EidSignature, &pki.eid_signature)];
    keep("eid.p12", &keystore(bench, &eid, &[&pki.eid_ca]))?;
    keep("password.txt", PASSWORD.as_bytes())?;
    keep("token.txt", token(bench).as_bytes())?;
    keep("ca.pem", (pki.root.pem() + &pki.eid_ca.pem()).as_bytes())?;
    keep("target.toml", target(places, relying_party).as_bytes())
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

/// An access token of a person who may manage keys and exchange tokens.
fn token(bench: &Bench) -> String {
    let roles = [keydepot::READ_KEYS, keydepot::MANAGE_KEYS];
    let mut grant = Grant::new("alice", 1, "etalon-platform", &roles, bench.clock());
    grant.realm_roles = [TOKEN_EXCHANGE, PROFILE].map(str::to_owned).to_vec();
    grant.validity[1] = bench.clock() + LIFETIME;
    grant.token(bench)
}

fn target(places: &[Place], relying_party: &RelyingParty) -> String {
    let mut text = String::from("# A world of `etalon serve`: everything here is public.\n[services]\n");
    if let Some(Place { scheme, address }) = places.first() {
        for contract in CONTRACTS {
            text += &format!("{} = \"{scheme}://{address}/\"\n", contract.service.name());
        }
    }
    text += "\n[token]\nfile = \"token.txt\"\n";
    for role in Role::ALL {
        let file = match role {
            Role::Organisation | Role::Person => role.name(),
            Role::EidAuthentication | Role::EidSignature => "eid",
        };
        text += &format!(
            "\n[keystores.{}]\npath = \"{file}.p12\"\npassword-file = \"password.txt\"\n",
            role.name()
        );
    }
    let RelyingParty { origin, id, .. } = relying_party;
    text + &format!(
        "\n[relying-party]\norigin = \"{origin}\"\nid = \"{id}\"\n\n[trust]\nroots = [\"ca.pem\"]\n"
    )
}
