//! Content models: which children and attributes an element has, in which order and how often.

use super::matching::{Matching, Step};
use super::{Misfit, Simple, XML, XSI};
use crate::base::{Fault, Span};
use crate::wire::xml::{Element, Node};

/// What an element may carry and contain.
#[derive(Debug)]
pub(crate) struct Type {
    pub(super) attributes: &'static [AttributeUse],
    /// Whether attributes of other namespaces are allowed beside.
    pub(super) open: bool,
    pub(super) content: Content,
    /// What the content must hold at least one of, whatever it is.
    filled: bool,
}

/// The content of an element.
#[derive(Debug)]
pub(crate) enum Content {
    /// Nothing.
    Empty,
    /// Text of this type.
    Text(Simple),
    /// Text of this type, or nothing where `xsi:nil` says so.
    Nillable(Simple),
    /// Child elements, in this order.
    Elements(&'static [Particle]),
    /// Anything: the type says nothing about it.
    Any,
}

/// An attribute that an element may or must carry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeUse {
    pub(super) namespace: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: Simple,
    pub(super) required: bool,
}

/// An element that a type declares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared {
    /// Its namespace.
    pub(crate) namespace: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its type, where one is known.
    pub(crate) of: Option<&'static Type>,
}

/// One term of a sequence.
#[derive(Debug)]
pub(crate) struct Particle {
    pub(super) term: Term,
    pub(super) min: usize,
    pub(super) max: usize,
}

/// What a particle stands for.
#[derive(Debug)]
pub(super) enum Term {
    /// An element of this name, and its type where one is known.
    Element(&'static str, &'static str, Option<&'static Type>),
    /// One of several elements.
    Choice(&'static [Particle]),
    /// All of these or none.
    Together(&'static [Particle]),
    /// Any element of another namespace than this one, and of one at all.
    Other(&'static str),
}

/// Exactly one element.
pub(crate) const fn one(namespace: &'static str, name: &'static str, of: &'static Type) -> Particle {
    between(namespace, name, of, 1, 1)
}

/// At most one element.
pub(crate) const fn opt(namespace: &'static str, name: &'static str, of: &'static Type) -> Particle {
    between(namespace, name, of, 0, 1)
}

/// Any number of elements.
pub(crate) const fn many(namespace: &'static str, name: &'static str, of: &'static Type) -> Particle {
    between(namespace, name, of, 0, usize::MAX)
}

/// At least one element.
pub(crate) const fn some(namespace: &'static str, name: &'static str, of: &'static Type) -> Particle {
    between(namespace, name, of, 1, usize::MAX)
}

/// Between so many and so many elements.
pub(crate) const fn between(
    namespace: &'static str,
    name: &'static str,
    of: &'static Type,
    min: usize,
    max: usize,
) -> Particle {
    Particle { term: Term::Element(namespace, name, Some(of)), min, max }
}

/// One of several elements, so many times.
pub(crate) const fn choice(of: &'static [Particle], min: usize, max: usize) -> Particle {
    Particle { term: Term::Choice(of), min, max }
}

/// All of these in this order, or none of them.
pub(crate) const fn together(of: &'static [Particle]) -> Particle {
    Particle { term: Term::Together(of), min: 0, max: 1 }
}

/// Any number of elements of other namespaces than this one.
pub(crate) const fn any(but: &'static str) -> Particle {
    Particle { term: Term::Other(but), min: 0, max: usize::MAX }
}

/// An attribute that must stand.
pub(crate) const fn required(name: &'static str, kind: Simple) -> AttributeUse {
    AttributeUse { namespace: "", name, kind, required: true }
}

/// An attribute that may stand.
pub(crate) const fn optional(name: &'static str, kind: Simple) -> AttributeUse {
    AttributeUse { namespace: "", name, kind, required: false }
}

impl AttributeUse {
    /// The same, of a namespace.
    pub(crate) const fn of(self, namespace: &'static str) -> Self {
        Self { namespace, ..self }
    }
}

impl Type {
    /// A type with child elements in this order.
    pub(crate) const fn elements(particles: &'static [Particle]) -> Self {
        Self::of(Content::Elements(particles))
    }

    /// A type with text.
    pub(crate) const fn text(kind: Simple) -> Self {
        Self::of(Content::Text(kind))
    }

    /// A type with this content and no attribute.
    pub(crate) const fn of(content: Content) -> Self {
        Self { attributes: &[], open: false, content, filled: false }
    }

    /// The same, with these attributes.
    pub(crate) const fn with(self, attributes: &'static [AttributeUse]) -> Self {
        Self { attributes, ..self }
    }

    /// The same, with attributes of other namespaces beside.
    pub(crate) const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// The same, but with at least one child.
    pub(crate) const fn filled(self) -> Self {
        Self { filled: true, ..self }
    }

    /// The attributes that the type declares: namespace and name.
    pub(crate) fn declared_attributes(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.attributes.iter().map(|it| (it.namespace, it.name))
    }

    /// The elements that the type declares, in the order of its sequence.
    pub(crate) fn declared_elements(&self) -> Vec<Declared> {
        let mut found = Vec::new();
        if let Content::Elements(particles) = &self.content {
            // Groups stand in groups to a fixed depth: the tables are constants.
            let mut open: Vec<&'static Particle> = particles.iter().rev().collect();
            while let Some(particle) = open.pop() {
                match particle.term {
                    Term::Element(namespace, name, of) => {
                        found.push(Declared { namespace, name, of });
                    }
                    Term::Choice(inner) | Term::Together(inner) => open.extend(inner.iter().rev()),
                    Term::Other(_) => {}
                }
            }
        }
        found
    }

    /// Every way in which `element` and what stands below it depart from the type.
    pub(crate) fn misfits(&'static self, element: Element<'_>) -> Vec<Fault<Misfit>> {
        let mut found = Vec::new();
        // Depth is bounded by the depth of the document; a stack of our own keeps the thread's.
        let mut open: Vec<(_, &'static Self)> = vec![(element, self)];
        while let Some((element, of)) = open.pop() {
            of.attributes(element, &mut found);
            of.children(element, &mut open, &mut found);
        }
        found
    }

    fn attributes(&self, element: Element<'_>, found: &mut Vec<Fault<Misfit>>) {
        if matches!(self.content, Content::Any) && self.attributes.is_empty() {
            return;
        }
        for attribute in element.attributes() {
            let (namespace, name) = (attribute.namespace(), attribute.local());
            let declared = self.attributes.iter().find(|it| it.name == name && it.namespace == namespace);
            let misfit = match declared {
                Some(it) if it.kind.accepts(&attribute.value()) => continue,
                Some(AttributeUse { kind: Simple::NcName, .. }) => {
                    Misfit::IdMalformed(attribute.name().to_owned(), attribute.value().into_owned())
                }
                Some(it) => Misfit::Value {
                    what: format!("@{}", attribute.name()),
                    expected: it.kind.name(),
                    found: it.kind.shown().then(|| attribute.value().into_owned()),
                },
                None if namespace == XSI
                    && (name != "nil" || matches!(self.content, Content::Nillable(_))) =>
                {
                    continue;
                }
                None if self.open && !namespace.is_empty() && namespace != XSI => continue,
                None => Misfit::AttributeUnexpected(attribute.name().to_owned()),
            };
            found.push(Fault::new(misfit, attribute.span(), element.path()));
        }
        for it in self.attributes.iter().filter(|it| it.required) {
            if element.attribute(it.namespace, it.name).is_none() {
                let name = if it.namespace == XML { format!("xml:{}", it.name) } else { it.name.to_owned() };
                found.push(Fault::new(Misfit::AttributeMissing(name), element.start_tag(), element.path()));
            }
        }
    }

    fn children<'d>(
        &self,
        element: Element<'d>,
        open: &mut Vec<(Element<'d>, &'static Type)>,
        found: &mut Vec<Fault<Misfit>>,
    ) {
        let particles: &'static [Particle] = match &self.content {
            Content::Any => &[],
            Content::Empty => &[],
            Content::Elements(particles) => particles,
            Content::Text(kind) => return text(element, *kind, found),
            Content::Nillable(kind) => {
                let nil =
                    element.attribute(XSI, "nil").is_some_and(|it| matches!(&*it.value(), "true" | "1"));
                return if nil {
                    Self::of(Content::Empty).children(element, open, found);
                } else {
                    text(element, *kind, found);
                };
            }
        };
        if !matches!(self.content, Content::Any) {
            let all: Vec<Element<'d>> = element.elements().collect();
            let mut sequence = Matching::new(particles);
            for (index, child) in all.iter().copied().enumerate() {
                match sequence.step(index, &all) {
                    Step::Fits(of) => open.extend(of.map(|of| (child, of))),
                    Step::Skips(missing, of) => {
                        for name in missing {
                            found.push(missed(element, name, child.span().start as usize));
                        }
                        open.extend(of.map(|of| (child, of)));
                    }
                    Step::Misplaced => found.push(Fault::new(
                        Misfit::ElementMisplaced(child.name().to_owned()),
                        child.span(),
                        child.path(),
                    )),
                    Step::Unknown => found.push(Fault::new(
                        Misfit::ElementUnexpected(child.name().to_owned(), element.name().to_owned()),
                        child.span(),
                        child.path(),
                    )),
                }
            }
            for name in sequence.end() {
                found.push(missed(element, name, element.content().end as usize));
            }
            if let Some(span) = stray_text(element, particles.is_empty()) {
                found.push(Fault::new(Misfit::TextUnexpected, span, element.path()));
            }
        }
        if self.filled && element.elements().next().is_none() {
            found.push(Fault::new(
                Misfit::ContentMissing(element.name().to_owned()),
                element.span(),
                element.path(),
            ));
        }
    }
}

fn missed(parent: Element<'_>, name: String, offset: usize) -> Fault<Misfit> {
    Fault::new(Misfit::ElementMissing(name, parent.name().to_owned()), Span::at(offset), parent.path())
}

fn text(element: Element<'_>, kind: Simple, found: &mut Vec<Fault<Misfit>>) {
    for child in element.elements() {
        let misfit = Misfit::ElementUnexpected(child.name().to_owned(), element.name().to_owned());
        found.push(Fault::new(misfit, child.span(), child.path()));
    }
    let value = element.text();
    let says_nothing = matches!(kind, Simple::Text | Simple::Uri | Simple::Base64) && value.trim().is_empty();
    if says_nothing && element.elements().next().is_none() {
        let misfit = Misfit::ValueEmpty(element.name().to_owned());
        found.push(Fault::new(misfit, element.span(), element.path()));
    }
    if !kind.accepts(&value) {
        let found_value = kind.shown().then(|| value.into_owned());
        let misfit =
            Misfit::Value { what: element.name().to_owned(), expected: kind.name(), found: found_value };
        found.push(Fault::new(misfit, element.content(), element.path()));
    }
}

/// The first text that has no place: between elements what is no white space, in an element that must
/// be empty any at all.
fn stray_text(element: Element<'_>, empty: bool) -> Option<Span> {
    element.children().find_map(|node| match node {
        Node::Text(raw, span) if empty || !raw.bytes().all(is_space) => Some(span),
        Node::Cdata(raw, span) if !raw.is_empty() => Some(span),
        Node::Text(..) | Node::Cdata(..) | Node::Element(_) | Node::Comment(..) | Node::Instruction(..) => {
            None
        }
    })
}

/// White space as XML knows it: nothing of Unicode's.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::wire::xml::{Document, Source};

    const NS: &str = "urn:x";
    static STRING: Type = Type::text(Simple::Text);
    static FLAG: Type = Type::text(Simple::Boolean);
    static LIST: Type = Type::elements(&[
        one(NS, "a", &STRING),
        opt(NS, "b", &FLAG),
        choice(&[one(NS, "c", &STRING), one(NS, "d", &STRING)], 1, 2),
        together(&[one(NS, "e", &STRING), many(NS, "f", &STRING), one(NS, "g", &STRING)]),
    ])
    .with(&[required("Id", Simple::NcName), optional("At", Simple::DateTime)]);

    fn misfits(inner: &str) -> Vec<String> {
        let text = format!("<r xmlns='urn:x' {inner}</r>");
        let source = Source::of(&text);
        let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
        LIST.misfits(document.root()).iter().map(|fault| fault.kind.to_string()).collect()
    }

    #[test]
    fn what_fits_has_no_misfit() {
        assert_eq!(misfits("Id='x'> <a>1</a><c>2</c>\n"), [""; 0]);
        assert_eq!(
            misfits(
                "Id='x' At='2026-01-01T00:00:00Z'><a>1</a><b>1</b><d>3</d><c>2</c><e>4</e><f>5</f><f>5</f><g>6</g>"
            ),
            [""; 0]
        );
    }

    #[test]
    fn each_departure_is_one_misfit() {
        for (inner, expected) in [
            ("><a>1</a><c>2</c>", "expected the attribute Id, found none"),
            ("Id='x' y='1'><a>1</a><c>2</c>", "expected an attribute that the schema has, found y"),
            ("Id='1'><a>1</a><c>2</c>", "found `1`"),
            ("Id='x'><c>2</c>", "expected a in r, found none"),
            ("Id='x'><a>1</a>", "expected c or d in r, found none"),
            ("Id='x'><a>1</a><c>2</c><b>1</b>", "expected c in the order and number"),
            ("Id='x'><a>1</a><c>2</c><c>2</c><c>2</c>", "expected c in the order and number"),
            ("Id='x'><a>1</a><c>2</c><e>4</e><f>5</f>", "expected g in r, found none"),
            ("Id='x'><a>1</a><c>2</c><g>6</g>", "expected e in r, found none"),
            ("Id='x'><a>1</a><c>2</c><z/>", "expected an element that the schema has in r, found z"),
            ("Id='x'><a>1</a><b>yes</b><c>2</c>", "expected `true` or `false` in b, found `yes`"),
            ("Id='x'><a><c>2</c></a><c>2</c>", "expected an element that the schema has in a, found c"),
            ("Id='x'>text<a>1</a><c>2</c>", "expected elements alone"),
        ] {
            let found = misfits(inner);
            assert!(found.len() == 1 && found[0].contains(expected), "{inner}: {found:?}");
        }
    }
}
