//! The messages of CertRA v2 and EtkRA v2: which operation a message is of, and its parts.
//!
//! The two services share their commons, their signature and their error codes, so that one model
//! serves both. It knows no clause.

pub(crate) mod codes;
mod operations;
mod types;

pub(crate) use operations::{OPERATIONS, Operation, Signer};

use crate::base::Fault;
use crate::model::xsd::Misfit;
use crate::rule::Artefact;
use crate::wire::xml::Element;

/// Elements of CertRA's operations.
pub(crate) const CERTRA: &str = "urn:be:fgov:ehealth:certra:protocol:v2";
/// CertRA's payload types.
pub(crate) const CERTRA_CORE: &str = "urn:be:fgov:ehealth:certra:core:v2";
/// Elements of EtkRA's operations.
pub(crate) const ETKRA: &str = "urn:be:fgov:ehealth:etkra:protocol:v2";
/// Status and actors, shared by eHealth's services.
pub(crate) const COMMONS_CORE: &str = "urn:be:fgov:ehealth:commons:core:v2";
/// The error details of the certificate services; elements in it have no namespace.
pub(crate) const ETEE: &str = "urn:be:fgov:ehealth:etee:commons:core:v2";
/// XML signatures.
pub(crate) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The status code of a request that was done.
pub(crate) const SUCCESS: &str = "urn:be:fgov:ehealth:2.0:status:Success";

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the client.
    Request,
    /// From the service.
    Response,
}

/// A request or response of one of the operations.
#[derive(Debug)]
pub(crate) struct RaMessage<'d> {
    /// The operation that its root element names.
    pub(crate) operation: &'static Operation,
    /// Which of the operation's two messages it is.
    pub(crate) direction: Direction,
    /// The operation's element: the root of a bare message, the child of the Body of a SOAP message.
    pub(crate) element: Element<'d>,
    /// How it departs from its schema.
    pub(crate) misfits: Vec<Fault<Misfit>>,
}

impl Artefact for RaMessage<'static> {
    type Model<'a> = RaMessage<'a>;
}

impl<'d> RaMessage<'d> {
    /// Reads the element of an operation, or nothing when it is of none.
    pub(crate) fn read(element: Element<'d>) -> Option<Self> {
        let (operation, direction) = OPERATIONS.iter().find_map(|operation| {
            let rest = element.local().strip_prefix(operation.name)?;
            let direction = match rest {
                "Request" => Direction::Request,
                "Response" => Direction::Response,
                _ => return None,
            };
            (element.namespace() == operation.namespace()).then_some((operation, direction))
        })?;
        let of = match direction {
            Direction::Request => operation.request,
            Direction::Response => operation.response,
        };
        Some(Self { operation, direction, element, misfits: of.misfits(element) })
    }

    /// The payload element of this name.
    pub(crate) fn part(&self, name: &str) -> Option<Element<'d>> {
        self.element.child(self.operation.namespace(), name)
    }

    /// The payload element, when the message is a request of this operation.
    pub(crate) fn requested(&self, operation: &str, name: &str) -> Option<Element<'d>> {
        let asked = self.direction == Direction::Request && self.operation.name == operation;
        asked.then(|| self.part(name)).flatten()
    }

    /// The Status of a response.
    pub(crate) fn status(&self) -> Option<Element<'d>> {
        self.element.child(COMMONS_CORE, "Status")
    }

    /// The values of the status codes, outermost first, with where they stand.
    pub(crate) fn status_codes(&self) -> Vec<Element<'d>> {
        let first = self.status().and_then(|status| status.child(COMMONS_CORE, "StatusCode"));
        std::iter::successors(first, |code| code.child(COMMONS_CORE, "StatusCode")).collect()
    }

    /// The errors that the status details.
    pub(crate) fn errors(&self) -> Vec<Element<'d>> {
        let detail = self.status().and_then(|status| status.child(COMMONS_CORE, "StatusDetail"));
        detail
            .into_iter()
            .flat_map(|detail| detail.all(ETEE, "EteeStatusDetail"))
            .flat_map(|detail| detail.all("", "Errors"))
            .collect()
    }
}
