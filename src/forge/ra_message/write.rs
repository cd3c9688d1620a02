//! Writes a [`Value`] as XML, by the table of its type: its order, its namespaces, its attributes.

use std::collections::BTreeMap;

use super::Value;
use crate::forge::xml::escaped;
use crate::model::certra::{CERTRA, CERTRA_CORE, COMMONS_CORE, ETEE, ETKRA};
use crate::model::xsd::{Type, XML, XSI};

/// A root element with what stands in it, every namespace declared there.
pub(super) fn root(namespace: &'static str, name: &str, of: &'static Type, value: &Value) -> String {
    let mut writer = Writer::default();
    let inside = writer.inside(of, value);
    let name = writer.name(namespace, name);
    let attributes = writer.attributes(of, value);
    let declared: String = writer
        .prefixes
        .iter()
        .map(|(prefix, namespace)| format!(" xmlns:{prefix}=\"{namespace}\""))
        .collect();
    format!("<{name}{declared}{attributes}>{inside}</{name}>")
}

/// The namespaces that were used so far.
#[derive(Default)]
struct Writer {
    prefixes: BTreeMap<&'static str, &'static str>,
}

impl Writer {
    fn name(&mut self, namespace: &'static str, local: &str) -> String {
        let prefix = match namespace {
            "" => return local.to_owned(),
            // Bound by definition.
            XML => return format!("xml:{local}"),
            CERTRA => "certra",
            ETKRA => "etkra",
            CERTRA_CORE => "core",
            COMMONS_CORE => "commons",
            ETEE => "etee",
            XSI => "xsi",
            _ => "other",
        };
        self.prefixes.insert(prefix, namespace);
        format!("{prefix}:{local}")
    }

    fn attributes(&mut self, of: &'static Type, value: &Value) -> String {
        let mut written = String::new();
        for (namespace, name) in of.declared_attributes() {
            if let Some(text) = value.attribute(name) {
                let name = self.name(namespace, name);
                written += &format!(" {name}=\"{}\"", escaped(text));
            }
        }
        written
    }

    /// What stands between the tags. It goes as deep as the value does, which the forge or a simulator
    /// built.
    fn inside(&mut self, of: &'static Type, value: &Value) -> String {
        let mut written = escaped(&value.text);
        for declared in of.declared_elements() {
            let Some(inner) = declared.of else { continue };
            for value in value.all(declared.name) {
                let name = self.name(declared.namespace, declared.name);
                let attributes = self.attributes(inner, value);
                let inside = self.inside(inner, value);
                written += &format!("<{name}{attributes}>{inside}</{name}>");
            }
        }
        written
    }
}
