//! The attributes that an assertion states.

use std::collections::BTreeSet;

use crate::model::identifier::IdentifierType;
use crate::model::saml::assertion::Assertion;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{NAME_FORMAT_BASIC, NAME_FORMAT_UNSPECIFIED, NAME_FORMAT_URI, Version};
use crate::model::xsd::{Simple, XS, XSI};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::wire::xml::{Attribute, Element};

rule! { Assertion =>
    /// An assertion of eHealth states no attributes
    ///
    /// The Attribute Authority answers with attributes, and the tokens of IAM eXchange carry them. An
    /// assertion without an AttributeStatement says nothing.
    "saml-assertion.attributes-missing": ERROR.not_in_standard() => attributes_missing,
        clauses: &["AA-5.3.2.11-01"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.11", Force::Fact, "the assertion subject is associated with the specified attributes")],
        catalogue: &["SM-18"];

    /// An attribute stands twice
    ///
    /// Two attributes of one name leave open which one counts: some readers take the first, some the
    /// last, some both. Several values belong into one attribute. SAML does not forbid it for answers, as
    /// it does for queries; what can be read in two ways is refused here all the same, as the SAML
    /// toolkits refuse it. Names of different formats are different names.
    "saml-assertion.attribute-duplicated": ERROR => attribute_duplicated,
        clauses: &["AA-5.3.2.13-34"],
        cites: &[cite("SAML core 2.0", "3.3.2.3", Force::Fact, "A single query MUST NOT contain two <saml:Attribute> elements with the same Name and NameFormat values")],
        catalogue: &["SM-19"];

    /// The name format of an attribute is not uri
    ///
    /// eHealth's attribute names are URNs, and say so. In the cookbook's own example one of three
    /// attributes leaves the format out, which means unspecified: a warning.
    "saml-assertion.name-format-other": WARNING.not_in_standard() => name_format_other,
        clauses: &["AA-5.3.2.13-38"],
        defects: &["SD-224"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.7", Force::Fact, "urn:oasis:names:tc:SAML:2.0:attrname-format:uri")],
        catalogue: &["SM-18"];

    /// The declared type of a value is none that can be found
    ///
    /// `xsi:type` holds a qualified name. Its prefix must be bound, to the namespace of XML Schema for
    /// `xs:string`, and the binding must survive canonicalisation (InclusiveNamespaces); otherwise the
    /// type that is read is not the type that was signed. A value without `xsi:type` is fine.
    "saml-assertion.value-type-unbound": ERROR => value_type_unbound,
        clauses: &["AA-5.3.2.12-04", "AA-5.3.2.12-05", "AA-5.3.2.13-13", "AA-5.3.2.13-41"],
        cites: &[cite("XML Schema 1.0 part 1", "2.6.1", Force::Fact, "The value of this attribute is a QName")],
        catalogue: &["SM-18"];

    /// A value is none of the type that it declares
    ///
    /// `xsi:type="xs:integer"` around a word, or `xsi:nil="true"` around a value: a reader that validates
    /// refuses the message, and one that does not gets something else than it was told. What is nil is
    /// empty. Judged are the numbers, `xs:boolean`, `xs:dateTime` and the binary types.
    "saml-assertion.value-of-other-type": ERROR => value_of_other_type,
        clauses: &["AA-5.3.2.12-05"],
        cites: &[
            cite("SAML core 2.0", "2.7.3.1.1", Force::Must, "If a SAML attribute includes a \"null\" value, the corresponding <AttributeValue> element MUST be empty and MUST contain the reserved xsi:nil XML attribute with a value of \"true\" or \"1\"."),
            cite("XML Schema 1.0 part 1", "2.6.1", Force::Fact, "The value of this attribute is a QName"),
        ],
        catalogue: &["SM-18"];

    /// The name of an attribute is none of its format
    ///
    /// In the basic format a name is an XML name: it has no spaces and no slashes. What is a URI says so
    /// by the format uri. Under `field` it is a warning: readers compare the two as text.
    "saml-assertion.attribute-name-malformed": ERROR.in_field(crate::rule::Severity::Warning) => attribute_name_malformed,
        cites: &[cite("SAML core 2.0", "8.2.3", Force::Must, "The class of strings acceptable as the attribute name MUST be drawn from the set of values belonging to the primitive type xs:Name")],
        catalogue: &["SM-18"];

    /// An attribute has no value because nothing was found
    ///
    /// An empty AttributeValue says that all went well and there is no data. A client that takes it for
    /// the value "" is wrong, and so is one that takes it for an error.
    "saml-assertion.value-none": NOTE.not_in_standard() => value_none,
        clauses: &["AA-5.3.2.12-03", "AA-5.3.2.12-06"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.12", Force::Fact, "empty: this means all processing to answer the request went fine, but no data was found")],
        defects: &["SD-179"],
        catalogue: &["SM-18"];

    /// The value of an identifier has not the digits that it must have
    ///
    /// A national number has eleven digits, a pharmacy's NIHII number eight, a person's eleven. The name
    /// of the attribute says which it is. Check digits are judged where the type of the number has some.
    /// Under `field` it is a warning.
    "saml-assertion.identifier-malformed": ERROR.not_in_standard().in_field(crate::rule::Severity::Warning) => identifier_malformed,
        clauses: &["AA-5.3.2.13-42"],
        cites: &[cite("AA cookbook 1.8", "5.3.2.13", Force::Fact, "nihii11 … 23456789012")],
        defects: &["SD-09", "SD-185"],
        catalogue: &["SM-18"];
}

fn attributes_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if assertion.statements("AttributeStatement").next().is_none() {
        let text = "expected an AttributeStatement, found none";
        cx.fail(assertion.element.path(), assertion.element.start_tag(), text);
    }
    Some(Checked)
}

fn attribute_duplicated(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut seen = BTreeSet::new();
    let mut met = None;
    for attribute in assertion.attributes() {
        let Some(name) = assertion.name_of(attribute) else { continue };
        met = Some(Checked);
        // In SAML 1.1 the namespace is half of the name, in 2.0 the format, which may be left out.
        let space = match assertion.version {
            Version::V1 => attribute.value_of("AttributeNamespace"),
            Version::V2 => {
                attribute.value_of("NameFormat").filter(|format| format != NAME_FORMAT_UNSPECIFIED)
            }
        };
        if !seen.insert((name.text.clone(), space)) {
            cx.fail(
                name.path(),
                name.span,
                format!("expected the attribute {} once, found it again", name.shown()),
            );
        }
    }
    met
}

fn name_format_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if assertion.version != Version::V2 {
        return None;
    }
    let mut met = None;
    for attribute in assertion.attributes() {
        met = Some(Checked);
        let format = Value::at(attribute, "NameFormat", Sort::Uri);
        if format.as_ref().is_none_or(|format| format.text != NAME_FORMAT_URI) {
            let (path, span) =
                format.as_ref().map_or((attribute.path(), attribute.start_tag()), |it| (it.path(), it.span));
            let found = format.map_or("none".to_owned(), |it| it.shown());
            cx.fail(path, span, format!("expected the NameFormat {NAME_FORMAT_URI}, found {found}"));
        }
    }
    met
}

fn values<'d>(assertion: &Assertion<'d>) -> impl Iterator<Item = (Element<'d>, Element<'d>)> + use<'d> {
    let namespace = assertion.element.namespace();
    assertion.attributes().flat_map(move |attribute| {
        attribute.all(namespace, "AttributeValue").map(move |value| (attribute, value))
    })
}

fn value_type_unbound(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (_, value) in values(assertion) {
        let Some(declared) = value.attribute(XSI, "type") else { continue };
        met = Some(Checked);
        let name = declared.value();
        let (prefix, local) = name.trim().split_once(':').unwrap_or(("", name.trim()));
        let namespace = value.lookup(prefix).unwrap_or_default();
        let known = namespace == XS || (!namespace.is_empty() && !matches!(local, "string" | "anyType"));
        if !known {
            let text = format!(
                "expected a type of XML Schema or of another bound namespace, found `{}`",
                name.escape_debug()
            );
            cx.fail(value.path(), declared.span(), text);
        }
    }
    met
}

fn value_of_other_type(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (_, value) in values(assertion) {
        let is_nil = value.attribute(XSI, "nil").is_some_and(|it| Simple::is_true(&it.value()));
        let declared = value.attribute(XSI, "type").map(Attribute::value);
        let declared = declared.as_deref().and_then(|name| {
            let (prefix, local) = name.trim().split_once(':').unwrap_or(("", name.trim()));
            Simple::built_in(local).filter(|_| value.lookup(prefix).is_some_and(|it| it == XS))
        });
        let text = value.text();
        let expected = match declared {
            _ if is_nil && value.elements().next().is_none() && text.is_empty() => None,
            _ if is_nil => Some("nothing in what is nil".to_owned()),
            Some(kind) if value.elements().next().is_some() || !kind.accepts(&text) => {
                Some(format!("{}, which is the type that is declared", kind.name()))
            }
            Some(_) => None,
            None => continue,
        };
        met = Some(Checked);
        if let Some(expected) = expected {
            cx.fail(value.path(), value.content(), format!("expected {expected}, found something else"));
        }
    }
    met
}

fn attribute_name_malformed(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if assertion.version != Version::V2 {
        return None;
    }
    let is_basic =
        |it: &Element<'_>| it.value_of("NameFormat").is_some_and(|it| it.trim() == NAME_FORMAT_BASIC);
    let mut met = None;
    for attribute in assertion.attributes().filter(is_basic) {
        let Some(name) = assertion.name_of(attribute) else { continue };
        met = Some(Checked);
        if !Simple::Name.accepts(&name.text) {
            let text =
                format!("expected {} in the basic format, found {}", Simple::Name.name(), name.shown());
            cx.fail(name.path(), name.span, text);
        }
    }
    met
}

fn value_none(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for (attribute, value) in values(assertion) {
        met = Some(Checked);
        if value.elements().next().is_none() && value.text().trim().is_empty() {
            let name = assertion.name_of(attribute).map(|name| name.shown()).unwrap_or_default();
            cx.fail(value.path(), value.span(), format!("expected data for {name}, found none"));
        }
    }
    met
}

/// The type of number that an attribute of this name holds.
pub(in crate::rules) fn identifier_type(name: &str) -> Option<IdentifierType> {
    let last = name.rsplit(':').next()?;
    let name = match last {
        "ssin" => "SSIN",
        "nihii11" => "NIHII11",
        "nihii-number" if name.contains(":pharmacy:") => "NIHII-PHARMACY",
        "nihii-number" if name.contains(":hospital:") => "NIHII-HOSPITAL",
        _ => return None,
    };
    IdentifierType::named(name)
}

fn identifier_malformed(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let all = values(assertion).filter_map(|(attribute, value)| Some((assertion.name_of(attribute)?, value)));
    identifiers(all, cx)
}

/// Every value that is no number of the type that its attribute's name says.
pub(in crate::rules) fn identifiers<'d>(
    values: impl Iterator<Item = (Value<'d>, Element<'d>)>,
    cx: &mut Cx<'_>,
) -> Option<Checked> {
    let mut met = None;
    for (name, value) in values {
        let Some(kind) = identifier_type(&name.text) else { continue };
        let text = value.text();
        // No data: judged as such.
        if text.trim().is_empty() {
            continue;
        }
        met = Some(Checked);
        if !kind.has_form(text.trim()) {
            let message = format!("expected {} digits in {}, found something else", kind.digits, kind.name);
            cx.fail(value.path(), value.content(), message);
        } else if !kind.checks(text.trim()) {
            let message = format!("expected the right check digits of {}, found wrong ones", kind.name);
            cx.fail(value.path(), value.content(), message);
        }
    }
    met
}
