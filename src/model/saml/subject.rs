//! Subjects and how they are confirmed, in both versions of SAML.

use super::value::{Sort, Value};
use super::{ASSERTION_1, ASSERTION_2, DS, Version};
use crate::wire::xml::Element;

/// A subject.
#[derive(Debug, Clone)]
pub(crate) struct Subject<'d> {
    /// `saml:Subject`.
    pub(crate) element: Element<'d>,
    /// The name: `NameID`, or `NameIdentifier` of SAML 1.1.
    pub(crate) name: Option<Element<'d>>,
    /// The ways in which it can be confirmed.
    pub(crate) confirmations: Vec<Confirmation<'d>>,
}

/// One way in which a subject can be confirmed.
#[derive(Debug, Clone)]
pub(crate) struct Confirmation<'d> {
    /// `saml:SubjectConfirmation`.
    pub(crate) element: Element<'d>,
    /// The method.
    pub(crate) method: Option<Value<'d>>,
    /// `saml:SubjectConfirmationData`.
    pub(crate) data: Option<Element<'d>>,
    /// The KeyInfo that names the holder's key.
    pub(crate) keys: Vec<Element<'d>>,
}

impl<'d> Subject<'d> {
    /// Reads a subject.
    pub(crate) fn read(element: Element<'d>, version: Version) -> Self {
        let (namespace, name) = match version {
            Version::V1 => (ASSERTION_1, "NameIdentifier"),
            Version::V2 => (ASSERTION_2, "NameID"),
        };
        let confirmations = element
            .all(namespace, "SubjectConfirmation")
            .flat_map(|confirmation| Confirmation::read(confirmation, version))
            .collect();
        Self { element, name: element.child(namespace, name), confirmations }
    }
}

impl<'d> Confirmation<'d> {
    /// In SAML 1.1 one element may name several methods, all with the same data.
    fn read(element: Element<'d>, version: Version) -> Vec<Self> {
        match version {
            Version::V1 => {
                let data = element.child(ASSERTION_1, "SubjectConfirmationData");
                let keys: Vec<_> = element.all(DS, "KeyInfo").collect();
                element
                    .all(ASSERTION_1, "ConfirmationMethod")
                    .map(|method| Self {
                        element,
                        method: Some(Value::of(method, Sort::Uri)),
                        data,
                        keys: keys.clone(),
                    })
                    .collect()
            }
            Version::V2 => {
                let data = element.child(ASSERTION_2, "SubjectConfirmationData");
                let keys = data.into_iter().flat_map(|data| data.all(DS, "KeyInfo")).collect();
                vec![Self { element, method: Value::at(element, "Method", Sort::Uri), data, keys }]
            }
        }
    }

    /// The last part of the method: `holder-of-key`, `sender-vouches`, `bearer`.
    pub(crate) fn kind(&self) -> &str {
        self.method
            .as_ref()
            .map(|method| method.text.trim())
            .and_then(|it| it.rsplit(':').next())
            .unwrap_or_default()
    }

    /// A value of the data.
    pub(crate) fn datum(&self, name: &str, sort: Sort) -> Option<Value<'d>> {
        Value::at(self.data?, name, sort)
    }
}
