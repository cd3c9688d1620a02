//! What a decoder may spend.

use std::fmt;

/// The limits that every decoder works under. A decoder that reaches one stops, and reports it as
/// a fault that names the [`Limit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Input bytes of one artefact.
    pub bytes: usize,
    /// Nested containers.
    pub depth: usize,
    /// Decoded values, elements or items.
    pub nodes: usize,
    /// Members of one JSON object, entries of one map, attributes of one element.
    pub members: usize,
    /// Faults that are kept; after that decoding stops.
    pub faults: usize,
}

impl Budget {
    /// The default for judged artefacts.
    pub const JUDGE: Self =
        Self { bytes: 128 << 20, depth: 128, nodes: 2_000_000, members: 200_000, faults: 256 };
}

impl Default for Budget {
    fn default() -> Self {
        Self::JUDGE
    }
}

/// A limit of a [`Budget`] that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// [`Budget::bytes`]
    Bytes(usize),
    /// [`Budget::depth`]
    Depth(usize),
    /// [`Budget::nodes`]
    Nodes(usize),
    /// [`Budget::members`]
    Members(usize),
    /// [`Budget::faults`]
    Faults(usize),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(n) => write!(f, "at most {n} bytes are read"),
            Self::Depth(n) => write!(f, "at most {n} levels of nesting are read"),
            Self::Nodes(n) => write!(f, "at most {n} values are read"),
            Self::Members(n) => write!(f, "at most {n} members of one container are read"),
            Self::Faults(n) => write!(f, "decoding stops after {n} faults"),
        }
    }
}
