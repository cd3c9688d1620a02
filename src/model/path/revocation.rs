//! What revocation lists say of a certificate (RFC 5280 6.3.3), as far as they are given: nothing is
//! fetched.
//!
//! Complete lists, the deltas on them, lists of one distribution point, of some reasons and of other
//! issuers are processed. That the signer of a list is itself revoked is not looked at.

use super::search::{Searched, Store, Terms};
use crate::base::time::Instant;
use crate::model::certificate::Certificate;
use crate::model::distribution_point::{DistributionPoint, PointName, Reasons, Scope};
use crate::model::extension::{Content, KeyUsage, oid};
use crate::model::general_name::GeneralName;
use crate::model::revocation_list::{RevocationList, is_above};

/// Certificates that are tried as the signer of one list at most.
const MAX_SIGNERS: usize = 8;

/// What the lists say about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revocation {
    /// Lists that are in force and hold every reason do not name it.
    Good,
    /// A list names it, from this instant on.
    Revoked(Instant),
    /// The lists do not tell.
    Unknown,
}

/// What the lists say about a certificate of `issuer`. Who else may have signed a list about it is
/// looked for in `store`.
pub(crate) fn revocation(
    lists: &[RevocationList<'_>],
    certificate: &Certificate<'_>,
    issuer: &Certificate<'_>,
    store: &Store<'_>,
    terms: &Terms,
) -> Revocation {
    let check = Check { lists, certificate, issuer, store, terms };
    let mut covered = Reasons::NONE;
    for list in lists.iter().filter(|list| list.base.is_none()) {
        let reasons = check.reasons_covered(list);
        if reasons == Reasons::NONE {
            continue;
        }
        let Some(signer) = check.signer(list) else { continue };
        match check.says(list, signer) {
            Some(Revocation::Revoked(from)) => return Revocation::Revoked(from),
            Some(Revocation::Good) => covered = covered.or(reasons),
            Some(Revocation::Unknown) | None => {}
        }
    }
    if covered.contains(Reasons::ALL) { Revocation::Good } else { Revocation::Unknown }
}

struct Check<'c, 'a> {
    lists: &'c [RevocationList<'a>],
    certificate: &'c Certificate<'c>,
    issuer: &'c Certificate<'c>,
    store: &'c Store<'c>,
    terms: &'c Terms,
}

impl<'c, 'a> Check<'c, 'a> {
    /// The reasons for which a list may name the certificate.
    fn reasons_covered(&self, list: &RevocationList<'_>) -> Reasons {
        let whole = Scope::default();
        let scope = list.scope.as_ref().unwrap_or(&whole);
        let is_authority = self.certificate.is_ca();
        if scope.only_attributes
            || scope.only_users && is_authority
            || scope.only_authorities && !is_authority
        {
            return Reasons::NONE;
        }
        let of_list = scope.reasons.unwrap_or(Reasons::ALL);
        let points = self.certificate.all_extensions().find_map(|extension| match &extension.content {
            Content::CrlDistributionPoints(points) if extension.oid == oid::CRL_DISTRIBUTION_POINTS => {
                Some(points.as_slice())
            }
            _ => None,
        });
        let own = list.issuer.is_same(&self.certificate.issuer);
        // RFC 5280 6.3.3, last paragraph: lists of the issuer that no distribution point tells of count
        // as those of a point with the issuer's name.
        let implied = own
            && scope.name.as_ref().is_none_or(|name| {
                name.names(&list.issuer).iter().any(|name| name.is_directory(&self.certificate.issuer))
            });
        let told = points.unwrap_or_default().iter().filter(|point| self.is_at(list, scope, point));
        told.map(|point| point.reasons.unwrap_or(Reasons::ALL))
            .chain(implied.then_some(Reasons::ALL))
            .fold(Reasons::NONE, Reasons::or)
            .and(of_list)
    }

    /// Whether a list is one of a distribution point of the certificate.
    fn is_at(&self, list: &RevocationList<'_>, scope: &Scope<'_>, point: &DistributionPoint<'_>) -> bool {
        let issuer_fits = match &point.crl_issuer {
            Some(names) => scope.indirect && names.iter().any(|name| name.is_directory(&list.issuer)),
            None => list.issuer.is_same(&self.certificate.issuer),
        };
        let Some(of_list) = &scope.name else { return issuer_fits };
        let of_list = of_list.names(&list.issuer);
        let of_point = match (&point.name, &point.crl_issuer) {
            (Some(PointName::Full(names)), _) | (None, Some(names)) => names.clone(),
            (Some(PointName::Relative(relative)), issuers) => {
                let directory = issuers.iter().flatten().find_map(|name| match name {
                    GeneralName::Directory(name) => Some(name),
                    _ => None,
                });
                vec![GeneralName::Directory(directory.unwrap_or(&self.certificate.issuer).below(relative))]
            }
            (None, None) => return false,
        };
        issuer_fits && of_list.iter().any(|mine| of_point.iter().any(|theirs| is_same(mine, theirs)))
    }

    /// Whose key signed a list: the issuer's, or one of a certificate in its name that leads to an
    /// anchor as well.
    fn signer(&self, list: &RevocationList<'_>) -> Option<&'c Certificate<'c>> {
        let signed = |it: &Certificate<'_>| {
            let may_sign = it.key_usage().is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN));
            may_sign && list.issuer.is_same(&it.subject) && list.is_signed_by(it, self.terms.legacy)
        };
        if signed(self.issuer) {
            return Some(self.issuer);
        }
        let others = self.store.named(&list.issuer).into_iter().take(MAX_SIGNERS);
        let mut others = others.map(|number| self.store.get(number));
        others
            .find(|other| signed(other) && matches!(self.store.search(other, self.terms), Searched::Found(_)))
    }

    /// What a list and the newest delta on it say.
    fn says(&self, list: &RevocationList<'_>, signer: &Certificate<'_>) -> Option<Revocation> {
        let delta = self.delta(list, signer);
        let told = delta.and_then(|delta| delta.entry(self.certificate));
        let entry = told.or_else(|| list.entry(self.certificate)).filter(|entry| !entry.is_removal);
        let entry = entry.map(|entry| entry.from.instant);
        let as_of = self.terms.as_of;
        // A revocation holds even when the list has run out, or says more than is understood.
        if let Some(from) = entry.filter(|from| as_of.is_none_or(|as_of| *from <= as_of)) {
            return Some(Revocation::Revoked(from));
        }
        let current = self.is_in_force(list) || delta.is_some();
        (current && !list.has_unknown_critical).then_some(Revocation::Good)
    }

    /// The newest delta that may be laid over a list: same issuer and key, same scope, made for this
    /// list or an older one, newer than it, and in force.
    fn delta(&self, list: &RevocationList<'_>, signer: &Certificate<'_>) -> Option<&'c RevocationList<'a>> {
        let number = list.number?;
        let mut newest: Option<&'c RevocationList<'a>> = None;
        for delta in self.lists {
            let (Some(base), Some(of_delta)) = (delta.base, delta.number) else { continue };
            let fits = delta.issuer.is_same(&list.issuer)
                && delta.scope_octets == list.scope_octets
                && delta.authority_key_id == list.authority_key_id
                && !is_above(base, number)
                && !is_above(number, of_delta)
                && !delta.has_unknown_critical
                && self.is_in_force(delta);
            let is_newer = newest.is_none_or(|it| it.number.is_none_or(|it| is_above(of_delta, it)));
            if fits && is_newer && delta.is_signed_by(signer, self.terms.legacy) {
                newest = Some(delta);
            }
        }
        newest
    }

    fn is_in_force(&self, list: &RevocationList<'_>) -> bool {
        self.terms.as_of.is_none_or(|as_of| {
            list.this_update.instant <= as_of && list.next_update.is_none_or(|next| as_of <= next.instant)
        })
    }
}

fn is_same(name: &GeneralName<'_>, other: &GeneralName<'_>) -> bool {
    if let GeneralName::Directory(other) = other { name.is_directory(other) } else { name == other }
}
