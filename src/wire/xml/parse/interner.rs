//! Texts by number: prefixes and namespaces stand in the arena as numbers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::same;

/// Texts by number, each once.
#[derive(Default)]
pub(super) struct Interner<'a> {
    pub(super) texts: Vec<Cow<'a, str>>,
    large: BTreeMap<Cow<'a, str>, u32>,
    /// The number that was asked for last: names come in runs.
    last: u32,
}

impl<'a> Interner<'a> {
    /// Few texts are compared one by one; many are looked up.
    const SMALL: usize = 16;

    /// Those that have their numbers from the start.
    pub(super) fn of(texts: &[&'static str]) -> Self {
        let mut all = Vec::with_capacity(Self::SMALL);
        all.extend(texts.iter().map(|text| Cow::Borrowed(*text)));
        Self { texts: all, ..Self::default() }
    }

    #[inline]
    pub(super) fn number(&mut self, text: &str, own: impl FnOnce() -> Cow<'a, str>) -> u32 {
        if !same(self.texts[self.last as usize].as_bytes(), text.as_bytes()) {
            self.last = self.find(text).unwrap_or_else(|| self.add(own()));
        }
        self.last
    }

    fn find(&self, text: &str) -> Option<u32> {
        if self.texts.len() <= Self::SMALL {
            let is = |known: &Cow<'_, str>| same(known.as_bytes(), text.as_bytes());
            self.texts.iter().position(is).map(|at| at as u32)
        } else {
            self.large.get(text).copied()
        }
    }

    fn add(&mut self, text: Cow<'a, str>) -> u32 {
        let number = self.texts.len() as u32;
        self.texts.push(text);
        if self.texts.len() == Self::SMALL + 1 {
            self.large = self.texts.iter().cloned().zip(0..).collect();
        } else if self.texts.len() > Self::SMALL {
            self.large.insert(self.texts[number as usize].clone(), number);
        }
        number
    }
}
