//! XPath 1.0 over a [`Document`]: parsed once with its namespaces resolved, evaluated within bounds.
//!
//! The whole of XPath 1.0 is read but for variables, the `namespace` axis, `id()` and `lang()`; beyond
//! it, a name may be written `Q{uri}local` as in XPath 3.1, because whoever writes an expression
//! cannot always declare a prefix. A prefix is one that the caller gave: never the one that a
//! document happens to declare, for then the sender of the document would choose what is found.
//!
//! ```
//! use std::collections::BTreeMap;
//! use etalon::base::Budget;
//! use etalon::wire::xml::{Document, Source};
//! use etalon::wire::xpath::XPath;
//!
//! let path = XPath::parse("//Q{urn:x}b[@n > 1]", &BTreeMap::new()).expect("an XPath");
//! let source = Source::of("<a xmlns='urn:x'><b n='1'>one</b><b n='2'>two</b></a>");
//! let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
//! assert_eq!(path.evaluate(&document).expect("within bounds").text(), "two");
//! ```

use std::collections::BTreeMap;

use super::xml::Document;
use crate::base::Span;

mod evaluate;
mod function;
mod parse;
mod token;
mod tree;
mod value;

use tree::{Item, Tree};

/// An expression, ready to be evaluated.
#[derive(Debug, Clone)]
pub struct XPath {
    expression: parse::Expression,
}

/// What an expression evaluates to.
#[derive(Debug)]
pub enum Value<'d> {
    /// Nodes, in document order.
    Nodes(Vec<Node<'d>>),
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Whether.
    Boolean(bool),
}

/// A node that was found.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    tree: Tree<'d>,
    item: Item,
}

impl XPath {
    /// Reads an expression. `namespaces` says what the prefixes in it stand for.
    ///
    /// # Errors
    /// What was expected and what was found, as a sentence.
    pub fn parse(text: &str, namespaces: &BTreeMap<String, String>) -> Result<Self, String> {
        Ok(Self { expression: parse::parse(text, namespaces)? })
    }

    /// Evaluates it from the root of a document.
    ///
    /// # Errors
    /// When it asks for more work than is allowed, or for nodes of what is none.
    pub fn evaluate<'d>(&self, document: &'d Document<'d>) -> Result<Value<'d>, String> {
        let tree = Tree::of(document);
        Ok(match evaluate::evaluate(&self.expression, tree)? {
            value::Value::Nodes(items) => {
                Value::Nodes(items.into_iter().map(|item| Node { tree, item }).collect())
            }
            value::Value::Text(text) => Value::Text(text),
            value::Value::Number(number) => Value::Number(number),
            value::Value::Boolean(truth) => Value::Boolean(truth),
        })
    }
}

impl Value<'_> {
    /// As `boolean()` of XPath 1.0 says.
    pub fn truth(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => value::truth_of(*number),
            Self::Boolean(truth) => *truth,
        }
    }

    /// As `string()` of XPath 1.0 says: of nodes, the text of the first.
    pub fn text(&self) -> String {
        match self {
            Self::Nodes(nodes) => nodes.first().map(Node::text).unwrap_or_default(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => value::text_of(*number),
            Self::Boolean(truth) => truth.to_string(),
        }
    }
}

impl Node<'_> {
    /// Its text: of an element, that of all the text below it.
    pub fn text(&self) -> String {
        self.tree.text(self.item)
    }

    /// Where its value stands in the document: what is between an element's tags, or within an
    /// attribute's quotes; `None` of an empty-element tag, which has no between, and of the root.
    pub fn value_span(&self) -> Option<Span> {
        self.tree.value_span(self.item)
    }

    /// The tag of an element that is written `<name/>`, and its name.
    pub fn empty_tag(&self) -> Option<(Span, &str)> {
        self.tree.empty_tag(self.item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::wire::xml::Source;

    const TEXT: &str = "<?xml version='1.0'?><!-- before --><s:Envelope xmlns:s='urn:soap' xmlns='urn:own'>\
        <s:Body><list n='3'><item id='a'>1</item><item id='b' s:x='y'>2<![CDATA[2]]></item>\
        <item id='c'><b>3</b> &amp; </item><plain xmlns=''/></list></s:Body></s:Envelope>";

    fn evaluate(text: &str) -> Result<(String, bool), String> {
        let namespaces =
            [("s", "urn:soap"), ("o", "urn:own")].map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()));
        let path = XPath::parse(text, &namespaces.into())?;
        let source = Source::of(TEXT);
        let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
        path.evaluate(&document).map(|value| (value.text(), value.truth()))
    }

    #[test]
    fn paths_predicates_and_functions_find_what_they_name() {
        for (path, expected) in [
            ("/s:Envelope/s:Body/o:list/o:item", "1"),
            ("/Q{urn:soap}Envelope/Q{urn:soap}Body/Q{urn:own}list/@n", "3"),
            ("//o:item[2]", "22"),
            ("//o:item[last()]/o:b", "3"),
            ("//o:item[@id='c']", "3 & "),
            ("normalize-space(//o:item[@id = 'c'])", "3 &"),
            ("//*[local-name() = 'item'][position() = 2]/@s:x", "y"),
            ("count(//o:item)", "3"),
            ("count(//item)", "0"),
            ("count(//plain)", "1"),
            ("count(//o:*)", "5"),
            ("count(//@*)", "5"),
            ("count(//comment())", "1"),
            ("count(//text())", "4"),
            ("sum(//o:item[position() < 3]) div 2 - 1", "10.5"),
            ("7 mod -2 * 3", "3"),
            ("-2 * -(3)", "6"),
            (
                "concat(name(/*), '|', local-name(//o:list/..), '|', namespace-uri(/*))",
                "s:Envelope|Body|urn:soap",
            ),
            ("substring('12345', 1.5, 2.6)", "234"),
            ("substring-after('a=b', '=')", "b"),
            ("translate('bar', 'abc', 'AB')", "BAr"),
            ("string(//o:item[1]/following-sibling::*[1]/@id)", "b"),
            ("//o:item[3]/preceding-sibling::o:item[1]/@id", "b"),
            ("//o:b/ancestor::*[last()]/@n | //o:list/@n", "3"),
            ("(//o:item)[2]/@id", "b"),
            ("string(1 div 0)", "Infinity"),
            ("number('1e3')", "NaN"),
            ("round(-0.5)", "0"),
            ("name(//o:b/following::*)", "plain"),
            ("count(//o:b/preceding::*)", "2"),
        ] {
            assert_eq!(evaluate(path).map(|(text, _)| text).as_deref(), Ok(expected), "{path}");
        }
    }

    #[test]
    fn truth_is_that_of_xpath_1_0() {
        for (path, expected) in [
            ("//o:item = '22'", true),
            ("//o:item > 2", true),
            ("//o:item != '1'", true),
            ("not(//o:none)", true),
            ("//o:none = false()", true),
            ("//o:list/@n = count(//o:item)", true),
            ("//o:item/@id = //o:item", false),
            ("'false' = true()", true),
            ("0 or ''", false),
            ("true() and 1 < 2", true),
            ("'a' < 'b'", false),
            ("contains(//o:list, '22') and starts-with('ab', 'a')", true),
        ] {
            assert_eq!(evaluate(path).map(|(_, truth)| truth), Ok(expected), "{path}");
        }
    }

    #[test]
    fn what_is_no_xpath_is_said_so() {
        let problem = |text: &str| evaluate(text).expect_err(text);
        assert_eq!(
            problem("/x:a"),
            "`/x:a`: the prefix `x` stands for no namespace here: declare it, or write Q{uri}a"
        );
        assert_eq!(problem("//a["), "`//a[`: expected an expression, found the end");
        assert_eq!(problem("//a]"), "`//a]`: expected an operator or the end, found `]`");
        for text in ["", "$x", "a b", "last(1)", "nothing()", "count(1)", "namespace::*", "'a", "a[", "1 +"] {
            assert!(evaluate(text).is_err(), "{text}");
        }
        assert!(problem(&"(".repeat(1000)).contains("nesting"));
        let hungry = format!("count(//*{})", "/ancestor-or-self::*//node()".repeat(30));
        assert!(evaluate(&hungry).is_ok(), "duplicates are dropped at every step");
    }
}
