//! Rules of `etkra-message`: the requests and responses of EtkRA version 2, bare or in their envelope.
//!
//! The structure is that of the service's schema; the signature of a signed request is judged by
//! `signed-xml`, the envelope by `soap`.

use crate::base::Service;
use crate::model::certra::{Direction, RaMessage};
use crate::model::signed_xml::{Keys, Readings};
use crate::model::soap::payload;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{metas_of, signed_xml, soap, xml};

mod message;
mod structure;

use message::{ROOT, Root};

const TOPICS: &[&[Rule<RaMessage<'static>>]] = &[structure::RULES, message::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    xml::read(input, cx, |document, cx| {
        soap::judge_around(document.root(), cx);
        let element = payload(document.root());
        let message = RaMessage::read(element).filter(|it| it.operation.service == Service::Etkra);
        cx.run(ROOT, &Root { element, known: message.is_some() });
        let Some(message) = message else { return cx.unreadable() };
        cx.fact("operation", message.operation.name);
        cx.fact("request", message.direction == Direction::Request);
        if let Some(signer) = message.operation.signer {
            cx.fact("signed_with", signer.name());
        }
        cx.run(TOPICS, &message);
        let readings = Readings::of(document);
        let keys = Keys::of(cx.context());
        for mut signature in readings.check(&keys) {
            signature.subject = Some(element);
            signed_xml::facts(&signature, cx);
            cx.run(signed_xml::CORE, &signature);
            cx.run(signed_xml::PROFILE, &signature);
            cx.run(signed_xml::OPERATION, &signature);
        }
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(ROOT), metas_of(TOPICS)].concat()
}
