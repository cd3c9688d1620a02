//! An assertion of SAML 1.1 or 2.0.

use super::subject::Subject;
use super::value::{self, Sort, Value};
use super::{ASSERTION_1, ASSERTION_2, Version, schema1, schema2};
use crate::base::Fault;
use crate::model::xsd::Misfit;
use crate::rule::Artefact;
use crate::wire::xml::Element;

/// An assertion.
#[derive(Debug)]
pub(crate) struct Assertion<'d> {
    /// `saml:Assertion`.
    pub(crate) element: Element<'d>,
    /// Which SAML it is.
    pub(crate) version: Version,
    /// How it departs from its schema.
    pub(crate) misfits: Vec<Fault<Misfit>>,
    /// Its values.
    pub(crate) values: Vec<Value<'d>>,
    /// Its subjects: one in SAML 2.0, one for each statement in SAML 1.1.
    pub(crate) subjects: Vec<Subject<'d>>,
    /// Its conditions.
    pub(crate) conditions: Option<Element<'d>>,
}

impl Artefact for Assertion<'static> {
    type Model<'a> = Assertion<'a>;
}

/// The statements of both versions.
const STATEMENTS: [&str; 7] = [
    "Statement",
    "SubjectStatement",
    "AuthnStatement",
    "AuthenticationStatement",
    "AuthzDecisionStatement",
    "AuthorizationDecisionStatement",
    "AttributeStatement",
];

impl<'d> Assertion<'d> {
    /// Reads an assertion, or nothing when the element is none.
    pub(crate) fn read(element: Element<'d>) -> Option<Self> {
        let (version, schema) = match (element.namespace(), element.local()) {
            (ASSERTION_1, "Assertion") => (Version::V1, &schema1::ASSERTION),
            (ASSERTION_2, "Assertion") => (Version::V2, &schema2::ASSERTION),
            _ => return None,
        };
        let namespace = element.namespace();
        let holders: Vec<Element<'d>> = match version {
            Version::V1 => element.elements().filter(|child| STATEMENTS.contains(&child.local())).collect(),
            Version::V2 => vec![element],
        };
        let subjects = holders
            .into_iter()
            .filter_map(|holder| holder.child(namespace, "Subject"))
            .map(|subject| Subject::read(subject, version))
            .collect();
        Some(Self {
            element,
            version,
            misfits: schema.misfits(element),
            values: value::values(element),
            subjects,
            conditions: element.child(namespace, "Conditions"),
        })
    }

    /// Whether the element is an assertion of either version.
    pub(crate) fn is(element: Element<'_>) -> bool {
        element.local() == "Assertion" && matches!(element.namespace(), ASSERTION_1 | ASSERTION_2)
    }

    /// Its identifier.
    pub(crate) fn id(&self) -> Option<Value<'d>> {
        let name = match self.version {
            Version::V1 => "AssertionID",
            Version::V2 => "ID",
        };
        Value::at(self.element, name, Sort::Text)
    }

    /// Who made it.
    pub(crate) fn issuer(&self) -> Option<Value<'d>> {
        match self.version {
            Version::V1 => Value::at(self.element, "Issuer", Sort::Text),
            Version::V2 => {
                self.element.child(ASSERTION_2, "Issuer").map(|issuer| Value::of(issuer, Sort::Text))
            }
        }
    }

    /// An instant of the conditions.
    pub(crate) fn condition(&self, name: &str) -> Option<Value<'d>> {
        Value::at(self.conditions?, name, Sort::Time)
    }

    /// The audiences, one list for each restriction.
    pub(crate) fn audiences(&self) -> Vec<(Element<'d>, Vec<Value<'d>>)> {
        let name = match self.version {
            Version::V1 => "AudienceRestrictionCondition",
            Version::V2 => "AudienceRestriction",
        };
        let namespace = self.element.namespace();
        self.conditions
            .into_iter()
            .flat_map(|conditions| conditions.all(namespace, name))
            .map(|restriction| {
                let all = restriction.all(namespace, "Audience").map(|it| Value::of(it, Sort::Uri)).collect();
                (restriction, all)
            })
            .collect()
    }

    /// The statements of this kind.
    pub(crate) fn statements(&self, name: &'static str) -> impl Iterator<Item = Element<'d>> + use<'d> {
        self.element.all(self.element.namespace(), name)
    }

    /// The attributes that it states.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        let namespace = self.element.namespace();
        self.statements("AttributeStatement").flat_map(move |statement| statement.all(namespace, "Attribute"))
    }

    /// The name of an attribute.
    pub(crate) fn name_of(&self, attribute: Element<'d>) -> Option<Value<'d>> {
        let name = match self.version {
            Version::V1 => "AttributeName",
            Version::V2 => "Name",
        };
        Value::at(attribute, name, Sort::Text)
    }

    /// Whether it is the token of a WS-Security header. A token has rules of its own; those of the browser
    /// profile are for assertions that log somebody in.
    pub(crate) fn is_token(&self) -> bool {
        self.element.parent().is_some_and(|parent| parent.local() == "Security")
    }

    /// Whether a subject of it is confirmed in this way.
    pub(crate) fn is_confirmed_by(&self, kind: &str) -> bool {
        self.subjects.iter().flat_map(|it| &it.confirmations).any(|it| it.kind() == kind)
    }
}
