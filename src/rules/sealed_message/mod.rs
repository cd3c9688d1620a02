//! Rules of `sealed-message`: a triple-wrapped ETEE message.
//!
//! The outer SignedData is judged by the rules of `cms`, then the envelope in it; with the
//! recipient's key, the inner SignedData, too.

use crate::base::SpanMap;
use crate::model::certificate::Certificate;
use crate::model::cms::{Cms, Known};
use crate::model::recipient::RecipientKeys;
use crate::model::sealed_message::{Opened, SealedMessage};
use crate::rule::{Cx, Meta, Rule};
use crate::rules::{cms, metas_of};

mod envelope;
mod layers;

const SIGNED: &[&[Rule<SealedMessage<'static>>]] = &[layers::RULES];
const ENVELOPE: &[&[Rule<SealedMessage<'static>>]] = &[envelope::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    let context = cx.context();
    let known = cms::certificates(context);
    let mut outer = Cms::read(input, &context.budget);
    outer.verify(&Known { certificates: &known, key: None });
    let keys = RecipientKeys::of(context);
    let message = SealedMessage::read(&outer, &context.budget, keys.as_ref());
    if outer.signed_data.is_none() {
        cx.unreadable();
    }
    cms::run(&outer, cx);
    cx.run(SIGNED, &message);
    cx.run(ENVELOPE, &message);
    let Opened::Open(plaintext) = &message.opened else { return };

    let mut inner = Cms::read(plaintext, &context.budget);
    // The inner certificate is left out when the inner signer is the outer one.
    let outer_raw: Vec<&[u8]> =
        outer.signed_data.iter().flat_map(|data| &data.certificates).map(|it| it.certificate.raw).collect();
    let further: Vec<Certificate<'_>> =
        outer_raw.iter().filter_map(|raw| Certificate::read(raw, &context.budget).0).chain(known).collect();
    inner.verify(&Known { certificates: &further, key: None });
    let whole = outer.signed_data.as_ref().and_then(|data| data.content.as_ref()).map(|it| it.span);
    cx.within("decrypted", SpanMap::Within(whole.unwrap_or_default()), |cx| {
        cx.facts_under("inner", |cx| cms::run(&inner, cx));
        cx.run(SIGNED, &SealedMessage::bare(&inner));
    });
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    [metas_of(SIGNED), metas_of(ENVELOPE)].concat()
}
