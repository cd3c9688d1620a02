//! A JSON text as an artefact of its own.

use crate::rule::Artefact;
use crate::wire::json::Document;

impl Artefact for Document<'static> {
    type Model<'a> = Document<'a>;
}
