//! XML 1.0 with namespaces: an arena document, borrowed from its text and spanned to the byte.
//!
//! [`Source`] decodes bytes to text, [`Document::parse`] reads the text. A document is well-formed
//! by XML 1.0 (fifth edition) and Namespaces in XML 1.0 (third edition), or there is no document
//! but a list of faults. There is no DTD, no entity but the five, and nothing is ever fetched.
//! Names are resolved; prefixes and raw text are kept, because signatures are made over them.
//!
//! ```
//! use etalon::base::Budget;
//! use etalon::wire::xml::{Document, Source};
//!
//! let source = Source::of("<a xmlns='urn:x' Id='1'>o<!-- -->ne</a>");
//! let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
//! let root = document.root();
//! assert!(root.is("urn:x", "a"));
//! assert_eq!(root.value_of("Id").as_deref(), Some("1"));
//! assert_eq!(root.text(), "one");
//! ```

pub(super) mod arena;
mod fault;
mod node;
pub(super) mod parse;
mod scan;
mod source;
mod value;

pub use arena::Document;
pub use fault::XmlFault;
pub use node::{Attribute, Element, Node};
pub(crate) use parse::XML_URI;
pub(super) use scan::find;
pub use source::{Encodings, Source};
pub(crate) use value::content;
pub(super) use value::{Place, special, value};
