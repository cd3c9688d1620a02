//! Certificate revocation lists.

use super::certificate::Extension;
use super::der::{self, Node};
use super::keys::{identifier, pem};
use super::pki::Party;
use crate::base::time::{Duration, Instant};

/// cRLNumber
const CRL_NUMBER: &str = "2.5.29.20";

/// The list of an authority, in force for a day around `clock`, that revokes these serial numbers an
/// hour before it; as PEM.
pub fn signed(authority: &Party, clock: Instant, revoked: &[Node]) -> String {
    let entry = |serial: &Node| der::seq([serial.clone(), der::time(clock - Duration::hours(1))]);
    let algorithm = authority.key.algorithm();
    let mut parts = vec![
        der::int(1),
        identifier(algorithm),
        authority.subject.node(),
        der::time(clock - Duration::minutes(30)),
        der::time(clock + Duration::hours(12)),
    ];
    if !revoked.is_empty() {
        parts.push(der::seq(revoked.iter().map(entry).collect::<Vec<_>>()));
    }
    let number = Extension::other(CRL_NUMBER, false, der::int(1));
    let extensions = [Extension::authority_key(&authority.key).node(), number.node()];
    parts.push(der::context(0, [der::seq(extensions)]));
    let tbs = der::seq(parts).encode();
    let signature = authority.key.sign(algorithm, &tbs);
    let list = der::seq([der::encoded(tbs), identifier(algorithm), der::bits(&signature)]);
    pem("X509 CRL", &list.encode())
}
