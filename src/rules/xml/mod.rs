//! Rules of `xml`: well-formed or not, and what is not read on purpose.
//!
//! Every artefact that is XML is read through [`read`], so that these rules speak for all of them.

use crate::base::Profile;
use crate::model::xml_document::XmlDocument;
use crate::rule::{Cx, Meta, Rule};
use crate::rules::metas_of;
use crate::wire::xml::{Document, Encodings, Source};

mod encoding;
mod form;
mod refused;

const TOPICS: &[&[Rule<XmlDocument<'static>>]] = &[encoding::RULES, refused::RULES, form::RULES];

pub(crate) fn judge(input: &[u8], cx: &mut Cx<'_>) {
    read(input, cx, |document, cx| {
        let root = document.root();
        cx.fact("root", root.local());
        cx.fact("namespace", root.namespace());
        cx.fact("elements", root.descendants().count());
    });
}

/// Reads `input` as XML. Where it is well-formed, `judge` goes on with the document; where it is
/// not, the findings say why, and the artefact is unreadable.
pub(crate) fn read(input: &[u8], cx: &mut Cx<'_>, judge: impl FnOnce(&Document<'_>, &mut Cx<'_>)) {
    let encodings = match cx.profile() {
        Profile::Standard => Encodings::Utf8AndUtf16,
        Profile::Cookbook | Profile::Field => Encodings::Utf8,
    };
    let source = match Source::read(input, encodings) {
        Ok(source) => source,
        Err(fault) => return unreadable(std::slice::from_ref(&fault), cx),
    };
    cx.within("", source.span_map(), |cx| match Document::parse(&source, cx.budget()) {
        Ok(document) => {
            cx.run(TOPICS, &XmlDocument { faults: &[], document: Some(&document) });
            judge(&document, cx);
        }
        Err(faults) => unreadable(&faults, cx),
    });
}

fn unreadable(faults: &[crate::base::Fault<crate::wire::xml::XmlFault>], cx: &mut Cx<'_>) {
    cx.run(TOPICS, &XmlDocument { faults, document: None });
    cx.unreadable();
}

pub(crate) fn metas() -> Vec<&'static Meta> {
    metas_of(TOPICS)
}
