//! The search for a path.

use std::collections::HashMap;

use super::names::{Constraints, NameProblem};
use super::policies;
use super::problem::Problem;
use crate::base::time::{self, Instant};
use crate::base::{Budget, Span};
use crate::model::certificate::{Certificate, SignatureError};
use crate::model::extension::{Content, KeyUsage, oid};
use crate::model::name::Name;
use crate::wire::der::Oid;

/// Signatures that one search checks at most.
const MAX_SIGNATURES: usize = 200;
/// Steps that one search tries at most.
const MAX_STEPS: usize = 20_000;
/// Certificates of a path at most, the first included.
const MAX_LENGTH: usize = 24;
/// Names that one search compares with constraints at most.
const MAX_COMPARISONS: usize = 250_000;

/// Certificates up to which a store is gone through without an index.
const FEW: usize = 16;

/// A certificate of a store.
enum Held<'a> {
    Owned(Box<Certificate<'a>>),
    Borrowed(&'a Certificate<'a>),
}

impl<'a> Held<'a> {
    fn get(&self) -> &Certificate<'a> {
        match self {
            Self::Owned(certificate) => certificate,
            Self::Borrowed(certificate) => certificate,
        }
    }
}

/// The certificates that a path may be built from.
pub(crate) struct Store<'a> {
    certificates: Vec<Held<'a>>,
    /// How many of them, the first ones, are anchors.
    anchors: usize,
    /// Their numbers by subject; nothing where they are few.
    by_subject: Option<HashMap<Vec<u8>, Vec<usize>>>,
}

/// What a path must meet beside being one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// The instant at which each certificate must be valid, to the second; nothing when that is not
    /// judged.
    pub(crate) as_of: Option<Instant>,
    /// Whether signatures over SHA-1 and MD5 count.
    pub(crate) legacy: bool,
}

/// What a search came to.
#[derive(Debug)]
pub(crate) enum Searched {
    /// A path: the certificates above the first one, as numbers in the store, the anchor last.
    Found(Vec<usize>),
    /// None; what stood in the way of the one that came furthest.
    NotFound(Problem),
}

impl Searched {
    /// What shows by itself that a certificate was not issued as it must be; with anchors, that the
    /// path ends at a root that is none of them, too. That a certificate is not at hand shows nothing.
    pub(crate) fn breach(&self, anchored: bool) -> Option<&Problem> {
        let Self::NotFound(problem) = self else { return None };
        let unanchored = matches!(problem, Problem::NotAnchored(_)) && !anchored;
        (!unanchored && !problem.is_absence() && !problem.is_unjudged()).then_some(problem)
    }
}

impl<'a> Store<'a> {
    /// Reads the anchors and the other certificates; what is none is passed over.
    pub(crate) fn new(anchors: &'a [Vec<u8>], others: &[&'a [u8]], budget: &Budget) -> Self {
        let read = |der: &'a [u8]| Some(Held::Owned(Box::new(Certificate::read(der, budget).0?)));
        let mut certificates: Vec<_> = anchors.iter().filter_map(|der| read(der)).collect();
        let anchors = certificates.len();
        certificates.extend(others.iter().filter_map(|der| read(der)));
        Self::holding(certificates, anchors)
    }

    /// Takes anchors and other certificates that were read already.
    pub(crate) fn of(
        anchors: &'a [Certificate<'a>],
        others: impl IntoIterator<Item = &'a Certificate<'a>>,
    ) -> Self {
        Self::holding(anchors.iter().chain(others).map(Held::Borrowed).collect(), anchors.len())
    }

    fn holding(certificates: Vec<Held<'a>>, anchors: usize) -> Self {
        let by_subject = (certificates.len() > FEW).then(|| {
            let mut index = HashMap::<_, Vec<_>>::new();
            for (number, held) in certificates.iter().enumerate() {
                index.entry(held.get().subject.comparable()).or_default().push(number);
            }
            index
        });
        Self { certificates, anchors, by_subject }
    }

    /// The certificates with this subject.
    pub(super) fn named(&self, name: &Name<'_>) -> Vec<usize> {
        match &self.by_subject {
            Some(index) => index.get(&name.comparable()).cloned().unwrap_or_default(),
            None => (0..self.certificates.len()).filter(|it| self.get(*it).subject.is_same(name)).collect(),
        }
    }

    /// Whether there is no anchor.
    pub(crate) fn has_anchor(&self) -> bool {
        self.anchors > 0
    }

    /// A certificate by its number.
    pub(crate) fn get(&self, number: usize) -> &Certificate<'a> {
        self.certificates[number].get()
    }

    /// Whether a certificate is an anchor.
    pub(crate) fn is_anchor(&self, number: usize) -> bool {
        number < self.anchors
    }

    /// Looks for a path from `first` to an anchor: there is none where a critical extension of `first` is
    /// not known, where one stands there twice, or where it names two signature algorithms. Its dates are for
    /// the caller to judge.
    pub(crate) fn search(&self, first: &Certificate<'_>, terms: &Terms) -> Searched {
        let is_anchor = (0..self.anchors).any(|anchor| self.get(anchor).raw == first.raw);
        let problem = critical_problem(first).or_else(|| algorithm_problem(first));
        match problem.or_else(|| repeated_problem(first)).filter(|_| !is_anchor) {
            Some(problem) => Searched::NotFound(problem),
            None => self.search_above(first, terms),
        }
    }

    /// Looks for a path from `first` to an anchor. What `first` itself says (its dates, its critical
    /// extensions, its two algorithm identifiers) is for the caller to judge.
    pub(crate) fn search_above(&self, first: &Certificate<'_>, terms: &Terms) -> Searched {
        let mut search = Search {
            store: self,
            terms,
            path: Vec::new(),
            signatures: 0,
            steps: 0,
            comparisons: 0,
            furthest: None,
        };
        if (0..self.anchors).any(|anchor| self.get(anchor).raw == first.raw) {
            return Searched::Found(Vec::new());
        }
        if search.climb(first) {
            return Searched::Found(search.path);
        }
        let problem = search.furthest.map(|(_, problem)| problem);
        Searched::NotFound(problem.unwrap_or_else(|| Problem::NoIssuer(first.issuer.to_text())))
    }
}

struct Search<'s, 'a> {
    store: &'s Store<'a>,
    terms: &'s Terms,
    path: Vec<usize>,
    signatures: usize,
    steps: usize,
    comparisons: usize,
    /// The problem that was met furthest up, and how far that was.
    furthest: Option<(usize, Problem)>,
}

impl Search<'_, '_> {
    /// Whether a path leads from the last certificate of the path to an anchor. Depth is bounded by
    /// [`MAX_LENGTH`].
    fn climb(&mut self, first: &Certificate<'_>) -> bool {
        let store = self.store;
        let below = self.path.last().map(|number| store.get(*number));
        let issued = below.unwrap_or(first);
        if self.path.len() + 1 >= MAX_LENGTH {
            self.met(Problem::GivenUp("24 certificates in a row"));
            return false;
        }
        let mut candidates = store.named(&issued.issuer);
        if candidates.iter().all(|number| self.repeats(*number, first)) {
            let name = issued.issuer.to_text();
            self.met(if issued.is_self_issued() {
                Problem::NotAnchored(name)
            } else {
                Problem::NoIssuer(name)
            });
        }
        let wanted = issued.authority_key_id().and_then(|id| id.key_id);
        // Anchors first, self-signed ones before cross-signed ones, and among equals those whose key
        // identifier fits.
        candidates.sort_by_key(|number| {
            let fits = wanted.is_some() && store.get(*number).subject_key_id() == wanted;
            (!store.is_anchor(*number), !store.get(*number).is_self_issued(), !fits)
        });
        for number in candidates {
            self.steps += 1;
            if self.steps > MAX_STEPS || self.signatures > MAX_SIGNATURES {
                self.met(Problem::GivenUp("200 signatures or 20,000 steps"));
                return false;
            }
            if self.repeats(number, first) {
                continue;
            }
            if let Some(problem) = self.problem_with(number, first) {
                self.met(problem);
                continue;
            }
            self.path.push(number);
            let reached = if store.is_anchor(number) { self.policies_hold(first) } else { self.climb(first) };
            if reached {
                return true;
            }
            self.path.pop();
        }
        false
    }

    fn met(&mut self, problem: Problem) {
        let here = self.path.len();
        let given_up = matches!(problem, Problem::GivenUp(_));
        if given_up || self.furthest.as_ref().is_none_or(|(depth, _)| here >= *depth) {
            self.furthest = Some((if given_up { usize::MAX } else { here }, problem));
        }
    }

    /// Whether the path would come back to an authority that it has been at: same name, same key.
    fn repeats(&self, number: usize, first: &Certificate<'_>) -> bool {
        let candidate = self.store.get(number);
        let same = |it: &Certificate<'_>| {
            it.spki.raw == candidate.spki.raw && it.subject.is_same(&candidate.subject)
        };
        same(first) && !first.is_self_issued() || self.path.iter().any(|number| same(self.store.get(*number)))
    }

    fn problem_with(&mut self, number: usize, first: &Certificate<'_>) -> Option<Problem> {
        let candidate = self.store.get(number);
        let name = || candidate.subject.to_text();
        // Version 1 certificates have no extensions to say that they are authorities: only as an
        // anchor is one taken at its word.
        let bare_anchor = self.store.is_anchor(number) && candidate.version < 2;
        let constraints = candidate.basic_constraints();
        if !bare_anchor && !constraints.is_some_and(|constraints| constraints.ca) {
            return Some(Problem::NotAnAuthority(name()));
        }
        if candidate.key_usage().is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN)) {
            return Some(Problem::KeyUsage(name()));
        }
        if let Some(allowed) = constraints.and_then(|constraints| constraints.path_len) {
            let below = self.path.iter().map(|number| self.store.get(*number));
            let found = below.filter(|certificate| !certificate.is_self_issued()).count();
            let allowed = allowed.to_u64().unwrap_or(if allowed.is_negative() { 0 } else { u64::MAX });
            if found as u64 > allowed {
                return Some(Problem::PathLength { issuer: name(), allowed, found });
            }
        }
        if let Some(problem) = validity_problem(candidate, self.terms)
            .or_else(|| broken_problem(candidate))
            .or_else(|| repeated_problem(candidate))
            .or_else(|| critical_problem(candidate))
        {
            return Some(problem);
        }
        if let Some(problem) = self.names_problem(candidate, first) {
            return Some(problem);
        }
        self.signature_problem(candidate, first)
    }

    fn names_problem(&mut self, issuer: &Certificate<'_>, first: &Certificate<'_>) -> Option<Problem> {
        let constraints = Constraints::of(issuer)?;
        let name = || issuer.subject.to_text();
        let below = self.path.iter().map(|number| self.store.get(*number));
        let constrained = below.filter(|certificate| !certificate.is_self_issued());
        for certificate in constrained.chain([first]) {
            match constraints.check(certificate, &mut self.comparisons, MAX_COMPARISONS) {
                Ok(()) => {}
                Err(NameProblem::NotAllowed(found)) => {
                    return Some(Problem::NameNotAllowed { issuer: name(), name: found });
                }
                Err(NameProblem::Malformed(why)) => {
                    return Some(Problem::NameConstraints { issuer: name(), why });
                }
                Err(NameProblem::TooMany) => return Some(Problem::GivenUp("250,000 comparisons of names")),
            }
        }
        None
    }

    /// Whether a certificate policy holds for the whole path, or none is demanded.
    fn policies_hold(&mut self, first: &Certificate<'_>) -> bool {
        let below_anchor = self.path.iter().rev().skip(1).map(|number| self.store.get(*number));
        let certificates: Vec<_> = below_anchor.chain([first]).collect();
        let Some(at) = policies::fails_at(&certificates) else { return true };
        self.met(Problem::Policies(certificates[at].subject.to_text()));
        false
    }

    fn signature_problem(&mut self, issuer: &Certificate<'_>, first: &Certificate<'_>) -> Option<Problem> {
        let below = self.path.last().map_or(first, |number| self.store.get(*number));
        let name = || issuer.subject.to_text();
        if below.algorithm.signature().is_ok_and(crate::crypto::Algorithm::is_legacy) && !self.terms.legacy {
            return Some(Problem::LegacySignature(name()));
        }
        self.signatures += 1;
        match below.is_signed_by(issuer) {
            Ok(()) if self.path.is_empty() || below.algorithm.raw == below.tbs_algorithm.raw => None,
            Ok(()) | Err(SignatureError::Invalid) => Some(Problem::Signature(name())),
            Err(SignatureError::Unsupported(why)) => Some(Problem::SignatureUnjudged { issuer: name(), why }),
        }
    }
}

fn validity_problem(certificate: &Certificate<'_>, terms: &Terms) -> Option<Problem> {
    let as_of = terms.as_of?;
    let name = || certificate.subject.to_text();
    if let Some(from) = certificate.not_before.filter(|from| as_of < from.instant) {
        return Some(Problem::NotYetValid { name: name(), from: time::format(from.instant) });
    }
    // RFC 5280 4.1.2.5: the second of notAfter is still within.
    let until = certificate.not_after.filter(|until| as_of > until.instant)?;
    Some(Problem::Expired { name: name(), until: time::format(until.instant) })
}

/// The extensions that are processed: RFC 5280 6.1 and what eHealth's certificates are used for.
const PROCESSED: &[Oid<'static>] = &[
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
    oid::NAME_CONSTRAINTS,
    oid::CERTIFICATE_POLICIES,
    oid::POLICY_CONSTRAINTS,
    oid::POLICY_MAPPINGS,
    oid::INHIBIT_ANY_POLICY,
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::CRL_DISTRIBUTION_POINTS,
    oid::ISSUER_ALT_NAME,
];

/// The first critical extension that is not processed, with its place and name.
pub(crate) fn unknown_critical(certificate: &Certificate<'_>) -> Option<(usize, Span, String)> {
    certificate
        .all_extensions()
        .enumerate()
        .find(|(_, extension)| extension.critical && !PROCESSED.contains(&extension.oid))
        .map(|(at, extension)| (at, extension.span, extension.type_name()))
}

/// An issuer that may restrict what stands below it in a way that nobody can read allows nothing.
fn broken_problem(certificate: &Certificate<'_>) -> Option<Problem> {
    let broken = certificate.all_extensions().find(|extension| extension.content == Content::Broken)?;
    Some(Problem::ExtensionBroken { name: certificate.subject.to_text(), extension: broken.type_name() })
}

/// Of two extensions of one type only the first is processed: what the other restricts would be passed over.
fn repeated_problem(certificate: &Certificate<'_>) -> Option<Problem> {
    let (_, extension) = certificate.repeated_extension()?;
    let (name, extension) = (certificate.subject.to_text(), extension.type_name());
    Some(Problem::ExtensionRepeated { name, extension })
}

fn algorithm_problem(certificate: &Certificate<'_>) -> Option<Problem> {
    let differ = certificate.algorithm.raw != certificate.tbs_algorithm.raw;
    differ.then(|| Problem::AlgorithmsDiffer(certificate.subject.to_text()))
}

fn critical_problem(certificate: &Certificate<'_>) -> Option<Problem> {
    let (_, _, extension) = unknown_critical(certificate)?;
    Some(Problem::CriticalExtension { name: certificate.subject.to_text(), extension })
}
