//! How the children of an element go through a sequence of particles: what fits, what is left out,
//! what stands at the wrong place.

use super::content::{Particle, Term, Type};
use crate::wire::xml::Element;

/// How far the children of an element have come through its sequence.
pub(super) struct Matching {
    particles: &'static [Particle],
    at: usize,
    count: usize,
    /// The last child that each particle would take, found once one is skipped.
    last: Option<Vec<Option<usize>>>,
    /// Particles whose elements came, but too early.
    early: Vec<usize>,
    /// The way through a `Together` that was entered.
    inner: Option<Box<Matching>>,
}

/// What became of a child.
pub(super) enum Step {
    Fits(Option<&'static Type>),
    /// Fits further on; these are left out.
    Skips(Vec<String>, Option<&'static Type>),
    Misplaced,
    Unknown,
}

impl Matching {
    pub(super) fn new(particles: &'static [Particle]) -> Self {
        Self { particles, at: 0, count: 0, last: None, early: Vec::new(), inner: None }
    }

    /// Whether a child behind the one at `index` would be taken by a particle from where we are to `at`.
    fn comes_later(&mut self, at: usize, index: usize, children: &[Element<'_>]) -> bool {
        let find = |particle: &Particle| children.iter().rposition(|child| particle.admits(*child).is_some());
        let last = self.last.get_or_insert_with(|| self.particles.iter().map(find).collect());
        last[self.at..at].iter().any(|last| last.is_some_and(|last| last > index))
    }

    /// Takes the child at `index`.
    pub(super) fn step(&mut self, index: usize, children: &[Element<'_>]) -> Step {
        let child = children[index];
        let mut missing = Vec::new();
        if let Some(inner) = &mut self.inner {
            match inner.step(index, children) {
                Step::Unknown => {}
                step => return step,
            }
        }
        for at in self.at..self.particles.len() {
            let particle = &self.particles[at];
            let count = if at == self.at { self.count } else { 0 };
            if let Some(of) = particle.admits(child).filter(|_| count < particle.max) {
                // Where what is skipped comes later, this child came too early.
                if at != self.at && self.comes_later(at, index, children) {
                    if !self.early.contains(&at) {
                        self.early.push(at);
                    }
                    return Step::Misplaced;
                }
                if at != self.at
                    && let Some(inner) = self.inner.take()
                {
                    missing.splice(0..0, inner.end());
                }
                (self.at, self.count) = (at, count + 1);
                let of = if let Term::Together(particles) = particle.term {
                    let mut inner = Self::new(particles);
                    let step = inner.step(index, children);
                    self.inner = Some(Box::new(inner));
                    match step {
                        Step::Skips(more, of) => {
                            missing.extend(more);
                            of
                        }
                        Step::Fits(of) => of,
                        step @ (Step::Misplaced | Step::Unknown) => return step,
                    }
                } else {
                    of
                };
                return if missing.is_empty() { Step::Fits(of) } else { Step::Skips(missing, of) };
            }
            if count < particle.min && !self.early.contains(&at) {
                missing.push(particle.label());
            }
        }
        let elsewhere = self.particles.iter().any(|particle| particle.admits(child).is_some());
        if elsewhere { Step::Misplaced } else { Step::Unknown }
    }

    /// What is still missing at the end.
    pub(super) fn end(self) -> Vec<String> {
        let mut missing = self.inner.map(|inner| inner.end()).unwrap_or_default();
        for (index, particle) in self.particles.iter().enumerate().skip(self.at) {
            let count = if index == self.at { self.count } else { 0 };
            if count < particle.min && !self.early.contains(&index) {
                missing.push(particle.label());
            }
        }
        missing
    }
}

impl Particle {
    /// Whether the particle takes this element, and as which type.
    #[expect(clippy::option_option, reason = "an element may be admitted without a type to judge it by")]
    fn admits(&self, child: Element<'_>) -> Option<Option<&'static Type>> {
        match &self.term {
            Term::Element(namespace, name, of) => child.is(namespace, name).then_some(*of),
            Term::Choice(particles) => particles.iter().find_map(|particle| particle.admits(child)),
            Term::Together(particles) => particles.iter().find_map(|particle| particle.admits(child)),
            Term::Other(but) => (!child.namespace().is_empty() && child.namespace() != *but).then_some(None),
        }
    }

    fn label(&self) -> String {
        match &self.term {
            Term::Element(_, name, _) => (*name).to_owned(),
            Term::Choice(particles) => particles.iter().map(Self::label).collect::<Vec<_>>().join(" or "),
            Term::Together(particles) => particles.iter().map(Self::label).collect::<Vec<_>>().join(" and "),
            Term::Other(_) => "an element of another namespace".to_owned(),
        }
    }
}
