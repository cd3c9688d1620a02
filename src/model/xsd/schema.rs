//! Types written as XML Schema 1.0: what a description of a service shows of the tables that its messages
//! are judged by.
//!
//! Two things that a [`Type`] says stay unsaid: that one whose every child may be left out must have one,
//! and that a text says something.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::content::{Particle, Term};
use super::{AttributeUse, Content, Simple, Type, XML, XS};

/// An element with its type.
pub(crate) struct Declaration {
    /// Its namespace.
    pub(crate) namespace: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) of: &'static Type,
}

/// The schemas of these elements and of all that stands in them: one for each namespace, that of the first
/// element first. Each refers to the others by their namespaces alone.
pub(crate) fn schemas(elements: Vec<Declaration>) -> Vec<String> {
    let mut writer = Writer::default();
    for element in elements {
        // Its children of other namespaces are referred to from its own.
        writer.name_type(element.of, element.namespace, &element.name);
        writer.refer(element);
    }
    let (mut elements, mut types, mut attributes) = (0, 0, 0);
    loop {
        if let Some(declared) = writer.elements.get(elements) {
            let (namespace, name, of) = (declared.namespace, declared.name.clone(), declared.of);
            let text = writer.element(namespace, &name, Some(of), "");
            writer.write(namespace, &text);
            elements += 1;
        } else if let Some(named) = writer.types.get(types) {
            let (namespace, name, of) = (named.namespace, named.name.clone(), named.of);
            let text = writer.complex(namespace, &name, of);
            writer.write(namespace, &text);
            types += 1;
        } else if let Some(used) = writer.attributes.get(attributes).copied() {
            let text = attribute(used.name, used.kind, "");
            writer.write(used.namespace, &text);
            attributes += 1;
        } else {
            return writer.schemas.iter().map(|schema| writer.whole(schema)).collect();
        }
    }
}

/// What is being written, and what is still to be.
#[derive(Default)]
struct Writer {
    schemas: Vec<Schema>,
    elements: Vec<Declaration>,
    types: Vec<Declaration>,
    attributes: Vec<AttributeUse>,
}

struct Schema {
    namespace: &'static str,
    body: String,
}

impl Writer {
    /// One schema, whole.
    fn whole(&self, schema: &Schema) -> String {
        let own = schema.namespace;
        let mut declared = String::new();
        let mut imports = String::new();
        for (index, other) in self.schemas.iter().enumerate() {
            let prefix = prefix(index, other.namespace);
            if !schema.body.contains(&format!("\"{prefix}:")) {
                continue;
            }
            if other.namespace != XML {
                let _ = write!(declared, " xmlns:{prefix}=\"{}\"", other.namespace);
            }
            if other.namespace != own {
                let _ = write!(imports, "<xs:import namespace=\"{}\"/>", other.namespace);
            }
        }
        format!(
            "<xs:schema xmlns:xs=\"{XS}\"{declared} targetNamespace=\"{own}\" \
             elementFormDefault=\"qualified\">{imports}{}</xs:schema>",
            schema.body
        )
    }

    /// The place of a namespace among the schemas.
    fn place(&mut self, namespace: &'static str) -> usize {
        let known = self.schemas.iter().position(|it| it.namespace == namespace);
        known.unwrap_or_else(|| {
            self.schemas.push(Schema { namespace, body: String::new() });
            self.schemas.len() - 1
        })
    }

    fn write(&mut self, namespace: &'static str, text: &str) {
        let place = self.place(namespace);
        self.schemas[place].body.push_str(text);
    }

    fn prefixed(&mut self, namespace: &'static str, name: &str) -> String {
        format!("{}:{name}", prefix(self.place(namespace), namespace))
    }

    /// Declares an element of a schema's top.
    fn refer(&mut self, element: Declaration) {
        let known =
            self.elements.iter().any(|it| (it.namespace, &it.name) == (element.namespace, &element.name));
        if !known {
            self.elements.push(element);
        }
    }

    /// The name of a type: that of the first element that has it.
    fn name_type(&mut self, of: &'static Type, namespace: &'static str, element: &str) -> String {
        if let Some(known) = self.types.iter().find(|it| std::ptr::eq(it.of, of)) {
            let (namespace, name) = (known.namespace, known.name.clone());
            return self.prefixed(namespace, &name);
        }
        let taken: BTreeSet<&str> =
            self.types.iter().filter(|it| it.namespace == namespace).map(|it| it.name.as_str()).collect();
        let mut name = format!("{element}Type");
        let mut number = 2;
        while taken.contains(name.as_str()) {
            name = format!("{element}Type{number}");
            number += 1;
        }
        self.types.push(Declaration { namespace, name: name.clone(), of });
        self.prefixed(namespace, &name)
    }

    /// The declaration of an element in the schema `home`.
    fn element(&mut self, home: &'static str, name: &str, of: Option<&'static Type>, more: &str) -> String {
        let Some(of) = of else { return format!("<xs:element name=\"{name}\" type=\"xs:anyType\"{more}/>") };
        let simple = match &of.content {
            Content::Text(kind) | Content::Nillable(kind) if of.attributes.is_empty() => Some(*kind),
            Content::Any if of.attributes.is_empty() => return self.element(home, name, None, more),
            Content::Text(_)
            | Content::Nillable(_)
            | Content::Any
            | Content::Empty
            | Content::Elements(_) => None,
        };
        let nillable = if matches!(of.content, Content::Nillable(_)) { " nillable=\"true\"" } else { "" };
        match simple.map(written) {
            Some(Written::Builtin(of)) => {
                format!("<xs:element name=\"{name}\" type=\"{of}\"{nillable}{more}/>")
            }
            Some(Written::Restricted(of)) => {
                format!("<xs:element name=\"{name}\"{nillable}{more}>{of}</xs:element>")
            }
            None => {
                let of = self.name_type(of, home_of(of, home), name);
                format!("<xs:element name=\"{name}\" type=\"{of}\"{nillable}{more}/>")
            }
        }
    }

    /// The definition of a type in the schema `home`.
    fn complex(&mut self, home: &'static str, name: &str, of: &'static Type) -> String {
        let mut attributes = String::new();
        for used in of.attributes {
            let needed = if used.required { " use=\"required\"" } else { "" };
            if used.namespace.is_empty() {
                attributes.push_str(&attribute(used.name, used.kind, needed));
            } else {
                let reference = self.prefixed(used.namespace, used.name);
                let _ = write!(attributes, "<xs:attribute ref=\"{reference}\"{needed}/>");
                let same = |it: &AttributeUse| (it.namespace, it.name) == (used.namespace, used.name);
                if !self.attributes.iter().any(same) {
                    self.attributes.push(*used);
                }
            }
        }
        if of.open {
            attributes.push_str("<xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/>");
        }
        let (mixed, content) = match &of.content {
            Content::Empty => ("", String::new()),
            Content::Elements(particles) => ("", self.sequence(home, particles, "")),
            Content::Any => {
                let any = "<xs:any minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"lax\"/>";
                (" mixed=\"true\"", format!("<xs:sequence>{any}</xs:sequence>"))
            }
            Content::Text(kind) | Content::Nillable(kind) => {
                let base = match written(*kind) {
                    Written::Builtin(base) => base,
                    // No table has such a text with attributes.
                    Written::Restricted(_) => "xs:string",
                };
                return format!(
                    "<xs:complexType name=\"{name}\"><xs:simpleContent><xs:extension base=\"{base}\">\
                     {attributes}</xs:extension></xs:simpleContent></xs:complexType>"
                );
            }
        };
        format!("<xs:complexType name=\"{name}\"{mixed}>{content}{attributes}</xs:complexType>")
    }

    fn sequence(&mut self, home: &'static str, particles: &'static [Particle], times: &str) -> String {
        let inner: String = particles.iter().map(|particle| self.particle(home, particle)).collect();
        format!("<xs:sequence{times}>{inner}</xs:sequence>")
    }

    fn particle(&mut self, home: &'static str, particle: &'static Particle) -> String {
        let times = times(particle);
        match particle.term {
            Term::Element(namespace, name, of) if namespace == home => self.element(home, name, of, &times),
            Term::Element("", name, of) => {
                self.element(home, name, of, &format!(" form=\"unqualified\"{times}"))
            }
            Term::Element(namespace, name, of) => {
                let reference = self.prefixed(namespace, name);
                let of = of.unwrap_or(&ANYTHING);
                self.refer(Declaration { namespace, name: name.to_owned(), of });
                format!("<xs:element ref=\"{reference}\"{times}/>")
            }
            Term::Choice(particles) => {
                let inner: String = particles.iter().map(|it| self.particle(home, it)).collect();
                format!("<xs:choice{times}>{inner}</xs:choice>")
            }
            Term::Together(particles) => self.sequence(home, particles, &times),
            Term::Other(_) => format!("<xs:any namespace=\"##other\" processContents=\"lax\"{times}/>"),
        }
    }
}

static ANYTHING: Type = Type::of(Content::Any);

/// The prefix of the namespace at this place.
fn prefix(place: usize, namespace: &str) -> String {
    if namespace == XML { "xml".to_owned() } else { format!("n{}", place + 1) }
}

/// The namespace in whose schema a type has its place: there its children need no reference.
fn home_of(of: &'static Type, used_in: &'static str) -> &'static str {
    if let Content::Elements(particles) = of.content
        && let Some(but) =
            particles.iter().find_map(|it| if let Term::Other(but) = it.term { Some(but) } else { None })
    {
        return but;
    }
    let children = of.declared_elements();
    let mut namespaces = children.iter().map(|it| it.namespace).filter(|it| !it.is_empty());
    if namespaces.clone().any(|it| it == used_in) {
        return used_in;
    }
    namespaces.next().unwrap_or(used_in)
}

fn times(particle: &Particle) -> String {
    let mut times = String::new();
    if particle.min != 1 {
        let _ = write!(times, " minOccurs=\"{}\"", particle.min);
    }
    match particle.max {
        1 => {}
        usize::MAX => times.push_str(" maxOccurs=\"unbounded\""),
        max => _ = write!(times, " maxOccurs=\"{max}\""),
    }
    times
}

fn attribute(name: &str, kind: Simple, more: &str) -> String {
    match written(kind) {
        // What signatures refer to.
        Written::Builtin("xs:NCName") if name.eq_ignore_ascii_case("id") => {
            format!("<xs:attribute name=\"{name}\" type=\"xs:ID\"{more}/>")
        }
        Written::Builtin(of) => format!("<xs:attribute name=\"{name}\" type=\"{of}\"{more}/>"),
        Written::Restricted(of) => format!("<xs:attribute name=\"{name}\"{more}>{of}</xs:attribute>"),
    }
}

/// A simple type as it is written.
enum Written {
    /// The name of one that XML Schema has.
    Builtin(&'static str),
    /// A definition.
    Restricted(String),
}

fn written(kind: Simple) -> Written {
    let restricted = |base: &str, facets: &str| {
        Written::Restricted(format!(
            "<xs:simpleType><xs:restriction base=\"{base}\">{facets}</xs:restriction></xs:simpleType>"
        ))
    };
    Written::Builtin(match kind {
        Simple::Text => "xs:string",
        Simple::Uri => "xs:anyURI",
        Simple::NcName => "xs:NCName",
        Simple::QName => "xs:QName",
        Simple::DateTime => "xs:dateTime",
        Simple::Boolean => "xs:boolean",
        Simple::Base64 => "xs:base64Binary",
        Simple::Count => "xs:nonNegativeInteger",
        Simple::Name => "xs:Name",
        Simple::Binary => "xs:hexBinary",
        Simple::Integer(least, most) => {
            let facets = [("minInclusive", least, i128::MIN), ("maxInclusive", most, i128::MAX)];
            let bounds = facets.iter().filter(|(_, bound, none)| bound != none);
            let facet = |(name, bound, _): &(_, _, _)| format!("<xs:{name} value=\"{bound}\"/>");
            return restricted("xs:integer", &bounds.map(facet).collect::<String>());
        }
        Simple::Hex(bytes) => return restricted("xs:hexBinary", &format!("<xs:length value=\"{bytes}\"/>")),
        Simple::OneOf(values) => {
            let facet = |value: &&str| format!("<xs:enumeration value=\"{value}\"/>");
            return restricted("xs:string", &values.iter().map(facet).collect::<String>());
        }
        Simple::Language => {
            // Nothing undoes an outer one.
            return Written::Restricted(
                "<xs:simpleType><xs:union memberTypes=\"xs:language\"><xs:simpleType>\
                 <xs:restriction base=\"xs:string\"><xs:enumeration value=\"\"/></xs:restriction>\
                 </xs:simpleType></xs:union></xs:simpleType>"
                    .to_owned(),
            );
        }
    })
}
