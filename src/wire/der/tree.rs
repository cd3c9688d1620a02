//! The tree walk: whatever stands there, without knowing what it should be.

use std::fmt::Write as _;

use super::fault::DerFault;
use super::header::{Class, Header, Tag};
use super::text::{StringKind, decode_string};
use super::{time, values};
use crate::base::{Budget, Fault, Limit, Span};

/// One value of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Its tag.
    pub tag: Tag,
    /// Whether its content is made of values.
    pub constructed: bool,
    /// How deep it stands, the outermost being 0.
    pub depth: usize,
    /// The index of the node that contains it.
    pub parent: Option<usize>,
    /// Its place among its siblings.
    pub index: usize,
    /// Where the whole value stands.
    pub span: Span,
    /// Where its content stands.
    pub content: Span,
}

/// Every value, in the order in which they start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The values.
    pub nodes: Vec<Node>,
    /// What departs from DER.
    pub faults: Vec<Fault<DerFault>>,
    /// Whether the walk came to the end of the input.
    pub complete: bool,
}

impl Tree {
    /// The path of a node, as the places among siblings: `[0][2]`. The outermost value has none.
    pub fn path(&self, node: usize) -> String {
        let mut indices = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at.and_then(|at| self.nodes.get(at)) {
            if node.parent.is_some() {
                indices.push(node.index);
            }
            at = node.parent;
        }
        let mut path = String::new();
        for index in indices.iter().rev() {
            let _ = write!(path, "[{index}]");
        }
        path
    }
}

struct Open {
    node: usize,
    end: usize,
    indefinite: bool,
    children: usize,
}

struct Walk<'a> {
    bytes: &'a [u8],
    budget: &'a Budget,
    tree: Tree,
    open: Vec<Open>,
    at: usize,
}

/// Reads one value and everything in it. It does not recurse, and looks at each byte once.
pub fn walk(bytes: &[u8], budget: &Budget) -> Tree {
    let mut walk = Walk { bytes, budget, tree: Tree::default(), open: Vec::new(), at: 0 };
    let complete = walk.run().is_some();
    walk.tree.complete = complete;
    walk.tree
}

impl Walk<'_> {
    /// Nothing when the walk had to stop; the last fault says why.
    fn run(&mut self) -> Option<()> {
        if self.bytes.len() > self.budget.bytes {
            return self.stop(DerFault::Limit(Limit::Bytes(self.budget.bytes)), Span::default());
        }
        loop {
            self.close_finished()?;
            if self.open.is_empty() && !self.tree.nodes.is_empty() {
                break;
            }
            self.step()?;
        }
        if self.at < self.bytes.len() {
            let span = Span::new(self.at, self.bytes.len());
            self.tree.faults.push(Fault::new(DerFault::Trailing(span.len()), span, ""));
        }
        Some(())
    }

    fn close_finished(&mut self) -> Option<()> {
        while let Some(top) = self.open.last() {
            let ends = if top.indefinite {
                let end_marker = self.bytes[self.at..top.end].starts_with(&[0, 0]);
                if !end_marker && self.at >= top.end {
                    let node = self.tree.nodes[top.node];
                    return self.stop(DerFault::EndMissing, node.span);
                }
                end_marker
            } else {
                self.at >= top.end
            };
            if !ends {
                return Some(());
            }
            let top = self.open.pop().expect("looked at above");
            let content_end = self.at;
            self.at += if top.indefinite { 2 } else { 0 };
            let (content_start, at) = (self.tree.nodes[top.node].content.start as usize, self.at);
            let node = &mut self.tree.nodes[top.node];
            node.content = Span::new(content_start, content_end);
            node.span = Span::new(node.span.start as usize, at);
            if node.tag == Tag::SET {
                self.check_order(top.node);
            }
        }
        Some(())
    }

    fn step(&mut self) -> Option<()> {
        let (start, limit) = (self.at, self.open.last().map_or(self.bytes.len(), |top| top.end));
        let header = match Header::read(&self.bytes[start..limit]) {
            Ok(header) => header,
            Err(kind) => return self.stop(kind, Span::new(start, limit)),
        };
        if self.tree.nodes.len() >= self.budget.nodes {
            return self.stop(DerFault::Limit(Limit::Nodes(self.budget.nodes)), Span::at(start));
        }
        let content_start = start + header.len;
        let available = limit - content_start;
        let content_end = match header.content {
            None if !header.constructed => {
                return self.stop(DerFault::IndefinitePrimitive, Span::new(start, content_start));
            }
            None => limit,
            Some(declared) => match usize::try_from(declared).ok().filter(|len| *len <= available) {
                Some(len) => content_start + len,
                None => {
                    let kind = DerFault::Truncated { declared, available };
                    return self.stop(kind, Span::new(start, content_start));
                }
            },
        };
        let index = self.open.last_mut().map_or(0, |top| {
            top.children += 1;
            top.children - 1
        });
        let id = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            tag: header.tag,
            constructed: header.constructed,
            depth: self.open.len(),
            parent: self.open.last().map(|top| top.node),
            index,
            span: Span::new(start, content_end),
            content: Span::new(content_start, content_end),
        });
        let head = Span::new(start, content_start);
        if header.tag_padded {
            self.fault(id, DerFault::TagNotMinimal, head)?;
        }
        if header.length_padded {
            self.fault(id, DerFault::LengthNotMinimal, head)?;
        }
        if header.content.is_none() {
            self.fault(id, DerFault::IndefiniteLength, head)?;
        }
        let outer =
            self.open.last().map(|top| self.tree.nodes[top.node].tag).filter(|outer| outer.is_string());
        if outer.is_some_and(|outer| !header.tag.is_segment_of(outer)) {
            self.fault(
                id,
                DerFault::Malformed("expected a segment of the string, found another type"),
                head,
            )?;
        }
        if header.tag == Tag::universal(0) {
            self.fault(id, DerFault::Malformed("expected a value, found end-of-contents octets"), head)?;
        }
        if header.constructed && header.tag.is_string() {
            self.fault(id, DerFault::ConstructedString, head)?;
        } else if header.constructed && header.tag.class == Class::Universal && !header.tag.is_container() {
            self.fault(id, DerFault::WrongForm { constructed: true }, head)?;
        } else if !header.constructed && header.tag.is_container() {
            self.fault(id, DerFault::WrongForm { constructed: false }, head)?;
        } else if !header.constructed
            && let Some(kind) = primitive_fault(header.tag, &self.bytes[content_start..content_end])
        {
            self.fault(id, kind, Span::new(start, content_end))?;
        }
        if header.constructed {
            if self.open.len() >= self.budget.depth {
                return self.stop(DerFault::Limit(Limit::Depth(self.budget.depth)), head);
            }
            let indefinite = header.content.is_none();
            self.open.push(Open { node: id, end: content_end, indefinite, children: 0 });
            self.at = content_start;
        } else {
            self.at = content_end;
        }
        Some(())
    }

    /// A SET in descending order is neither a SET nor a SET OF in DER: tags or octets ascend.
    fn check_order(&mut self, set: usize) {
        let mut last: Option<Node> = None;
        let depth = self.tree.nodes[set].depth + 1;
        let mut unsorted = false;
        for node in self.tree.nodes[set + 1..].iter().filter(|node| node.depth == depth) {
            if let Some(last) = last {
                let order = super::reader::in_order(last.span.of(self.bytes), node.span.of(self.bytes));
                unsorted |= order.is_gt();
            }
            last = Some(*node);
        }
        if unsorted {
            let _ = self.fault(set, DerFault::SetUnsorted, self.tree.nodes[set].span);
        }
    }

    fn fault(&mut self, node: usize, kind: DerFault, span: Span) -> Option<()> {
        if self.tree.faults.len() >= self.budget.faults {
            let kind = DerFault::Limit(Limit::Faults(self.budget.faults));
            self.tree.faults.push(Fault::new(kind, span, ""));
            return None;
        }
        let path = self.tree.path(node);
        self.tree.faults.push(Fault::new(kind, span, path));
        Some(())
    }

    fn stop(&mut self, kind: DerFault, span: Span) -> Option<()> {
        let path = self.open.last().map(|top| {
            let parent = self.tree.path(top.node);
            format!("{parent}[{}]", top.children)
        });
        self.tree.faults.push(Fault::new(kind, span, path.unwrap_or_default()));
        None
    }
}

/// What is wrong with the content of a primitive value of a universal type.
fn primitive_fault(tag: Tag, content: &[u8]) -> Option<DerFault> {
    match tag {
        Tag::BOOLEAN => match *content {
            [0 | 0xff] => None,
            [other] => Some(DerFault::BooleanNotCanonical(other)),
            _ => Some(DerFault::Malformed("expected a BOOLEAN of one byte, found another length")),
        },
        Tag::INTEGER | Tag::ENUMERATED => values::integer_fault(content),
        Tag::BIT_STRING => values::bit_string_fault(content),
        Tag::NULL if !content.is_empty() => {
            Some(DerFault::Malformed("expected an empty NULL, found content"))
        }
        Tag::OID => values::oid_fault(content),
        Tag::UTC_TIME | Tag::GENERALIZED_TIME => match time::read(content, tag == Tag::GENERALIZED_TIME) {
            Ok((_, departure)) => departure,
            Err(kind) => Some(kind),
        },
        _ => {
            let kind = StringKind::of(tag)?;
            let good = decode_string(kind, content).is_some();
            (!good).then_some(DerFault::Malformed("expected characters of the string's type, found others"))
        }
    }
}
