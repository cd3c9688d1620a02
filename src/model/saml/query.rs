//! An attribute query of SAML 2.0.

use super::subject::Subject;
use super::value::{self, Sort, Value};
use super::{ASSERTION_2, PROTOCOL_2, Version, schema2};
use crate::base::Fault;
use crate::model::soap::{self, Envelope};
use crate::model::xsd::Misfit;
use crate::rule::Artefact;
use crate::wire::xml::Element;

/// An attribute query, or what came as one.
#[derive(Debug)]
pub(crate) struct AttributeQuery<'d> {
    /// `samlp:AttributeQuery`, inside of its envelope; another element where it is none.
    pub(crate) element: Element<'d>,
    /// Whether it is an attribute query.
    pub(crate) is_query: bool,
    /// The envelope around it.
    #[expect(dead_code, reason = "part of what it is; no rule asks for it yet")]
    pub(crate) envelope: Option<Envelope<'d>>,
    /// How it departs from its schema.
    pub(crate) misfits: Vec<Fault<Misfit>>,
    /// Its values.
    pub(crate) values: Vec<Value<'d>>,
    /// Its subject.
    pub(crate) subject: Option<Subject<'d>>,
}

impl Artefact for AttributeQuery<'static> {
    type Model<'a> = AttributeQuery<'a>;
}

impl<'d> AttributeQuery<'d> {
    /// Reads the query of a document.
    pub(crate) fn read(root: Element<'d>) -> Self {
        let element = soap::payload(root);
        let is_query = element.is(PROTOCOL_2, "AttributeQuery");
        Self {
            element,
            is_query,
            envelope: Envelope::read(root),
            misfits: if is_query { schema2::ATTRIBUTE_QUERY.misfits(element) } else { Vec::new() },
            values: if is_query { value::values(element) } else { Vec::new() },
            subject: element.child(ASSERTION_2, "Subject").map(|it| Subject::read(it, Version::V2)),
        }
    }

    /// Its identifier.
    pub(crate) fn id(&self) -> Option<Value<'d>> {
        Value::at(self.element, "ID", Sort::Text)
    }

    /// Who asks.
    pub(crate) fn issuer(&self) -> Option<Value<'d>> {
        self.element.child(ASSERTION_2, "Issuer").map(|issuer| Value::of(issuer, Sort::Text))
    }

    /// The attributes that are asked or given.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        self.element.all(ASSERTION_2, "Attribute")
    }
}
