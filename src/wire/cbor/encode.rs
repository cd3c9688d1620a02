//! The writer: heads in their shortest form, and whole items in canonical form.

use super::{Item, Node};

/// Adds the head of an item: its major type, and its number in the shortest form.
pub fn push_head(out: &mut Vec<u8>, major: u8, value: u64) {
    let initial = major << 5;
    match value {
        0..24 => out.push(initial | value as u8),
        24..0x100 => out.extend([initial | 24, value as u8]),
        0x100..0x1_0000 => {
            out.push(initial | 25);
            out.extend((value as u16).to_be_bytes());
        }
        0x1_0000..0x1_0000_0000 => {
            out.push(initial | 26);
            out.extend((value as u32).to_be_bytes());
        }
        _ => {
            out.push(initial | 27);
            out.extend(value.to_be_bytes());
        }
    }
}

impl Node<'_, '_> {
    /// The item in CTAP2 canonical form as far as its content allows: shortest heads, definite
    /// lengths, no tags, keys in the order in which they stand.
    ///
    /// A floating-point number is written in eight bytes, and what has no canonical form (a break
    /// code, text that is not UTF-8) as `undefined`. Nesting deeper than `depth` is too.
    pub fn to_canonical(self, depth: usize) -> Vec<u8> {
        let mut out = Vec::new();
        self.push_canonical(&mut out, depth);
        out
    }

    fn push_canonical(self, out: &mut Vec<u8>, depth: usize) {
        let Some(below) = depth.checked_sub(1) else {
            out.push(0xf7);
            return;
        };
        match self.item() {
            Item::Unsigned(n) => push_head(out, 0, n),
            Item::Negative(n) => push_head(out, 1, n),
            Item::Bytes(_) | Item::ByteChunks => {
                let bytes = self.bytes().unwrap_or_default();
                push_head(out, 2, bytes.len() as u64);
                out.extend_from_slice(&bytes);
            }
            Item::Text(text) => {
                push_head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Item::TextChunks => {
                let text: String = self.children().filter_map(Node::text).collect();
                push_head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Item::Array => {
                push_head(out, 4, self.elements().count() as u64);
                self.elements().for_each(|element| element.push_canonical(out, below));
            }
            Item::Map => {
                push_head(out, 5, self.pairs().count() as u64);
                for (key, value) in self.pairs() {
                    key.push_canonical(out, below);
                    value.push_canonical(out, below);
                }
            }
            Item::Tag(_) => self.children().for_each(|inner| inner.push_canonical(out, below)),
            Item::Bool(value) => out.push(0xf4 | u8::from(value)),
            Item::Null => out.push(0xf6),
            Item::Undefined | Item::Break | Item::BadText(_) => out.push(0xf7),
            Item::Simple(n @ 0..24) => out.push(0xe0 | n),
            Item::Simple(n) => out.extend([0xf8, n]),
            Item::Float(number) => {
                out.push(0xfb);
                out.extend(number.to_bits().to_be_bytes());
            }
        }
    }
}
