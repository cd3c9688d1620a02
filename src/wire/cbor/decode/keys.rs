//! The keys of a map: their canonical order, and those that stand there twice.

use std::cmp::Ordering;

use super::super::Item;
use super::super::flaw::Flaw;
use super::super::path::push_key;
use super::Reader;
use crate::base::Fault;

impl Reader<'_, '_> {
    /// Compares a key with the one before it.
    pub(super) fn key_completed(&mut self, map: u32) {
        let open = self.open.last().expect("a key stands in an open map");
        let key = match open.key {
            // Behind the key before it stands that key's value, and behind the value this key.
            Some(before) => {
                let value = self.entries[before as usize].after;
                self.entries[value as usize].after
            }
            None => map + 1,
        };
        let ordered =
            open.key.is_none_or(|before| canonical(self.bytes(before), self.bytes(key)) == Ordering::Less);
        let equal = open.key.is_some_and(|before| self.compare_keys(before, key) == Ordering::Equal);
        let open = self.open.last_mut().expect("a key stands in an open map");
        open.key = Some(key);
        if !ordered {
            open.ascending = false;
            if !equal {
                let span = self.entries[key as usize].span;
                self.note(Flaw::KeyOrder, span);
            }
        }
    }

    /// Notes the keys of a map that stand there again.
    pub(super) fn duplicates(&mut self, map: u32) {
        let end = self.entries[map as usize].after;
        let (mut keys, mut next, mut is_key) = (Vec::new(), map + 1, true);
        while next < end {
            if is_key {
                keys.push(next);
            }
            is_key = !is_key;
            next = self.entries[next as usize].after;
        }
        keys.sort_by(|a, b| self.compare_keys(*a, *b).then(a.cmp(b)));
        let mut again: Vec<u32> = keys
            .windows(2)
            .filter(|pair| self.compare_keys(pair[0], pair[1]) == Ordering::Equal)
            .map(|pair| pair[1])
            .collect();
        again.sort_unstable();
        for key in again.into_iter().take(self.budget.faults) {
            let mut at = self.path();
            push_key(&mut at, self.entries[key as usize].item);
            self.faults.push(Fault::new(Flaw::DuplicateKey, self.entries[key as usize].span, at));
        }
    }

    /// Orders keys by what they mean, so that keys of equal meaning are equal whatever their length.
    fn compare_keys(&self, a: u32, b: u32) -> Ordering {
        let rank = |item: Item<'_>| match item {
            Item::Unsigned(_) => 0,
            Item::Negative(_) => 1,
            Item::Bytes(_) => 2,
            Item::Text(_) => 3,
            _ => 4,
        };
        match (self.entries[a as usize].item, self.entries[b as usize].item) {
            (Item::Unsigned(a), Item::Unsigned(b)) | (Item::Negative(a), Item::Negative(b)) => a.cmp(&b),
            (Item::Bytes(a), Item::Bytes(b)) => a.cmp(b),
            (Item::Text(a), Item::Text(b)) => a.cmp(b),
            (first, second) => rank(first).cmp(&rank(second)).then_with(|| self.bytes(a).cmp(self.bytes(b))),
        }
    }
}

/// The order of encoded keys in the CTAP2 canonical form: major type, length, bytes.
fn canonical(a: &[u8], b: &[u8]) -> Ordering {
    let major = |key: &[u8]| key.first().map(|byte| byte >> 5);
    major(a).cmp(&major(b)).then(a.len().cmp(&b.len())).then_with(|| a.cmp(b))
}
