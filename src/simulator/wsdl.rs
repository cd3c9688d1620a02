//! The WSDL 1.1 description of a SOAP service, written from its contract.
//!
//! Document/literal, one part a message, as the Basic Profile wants it (R2201, R2204). The types are those
//! by which the rules judge the messages.

use std::fmt::Write as _;

use crate::base::Service;
use crate::model::certra;
use crate::model::saml::schema2;
use crate::model::xsd::{Declaration, Type, schemas};
use crate::service::Contract;

/// The description of a service that is reached at `host`.
pub(super) fn of(contract: &Contract, host: &str) -> String {
    let name = contract.service.name();
    let operations = || contract.operations.iter().filter_map(|it| Some((it, it.soap?)));
    let (namespace, path) = operations().next().map_or(("", ""), |(it, soap)| (soap.namespace, it.path));
    let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(*c)).collect();
    let mut elements = Vec::new();
    let mut messages = String::new();
    let mut port = String::new();
    let mut binding = String::new();
    for (operation, soap) in operations() {
        let (id, request) = (operation.id, soap.element);
        let response = answer_of(request);
        for (element, of) in [request, &response].into_iter().zip(types(contract.service, id)) {
            elements.push(Declaration { namespace, name: element.to_owned(), of });
            let _ = write!(
                messages,
                "<wsdl:message name=\"{element}\"><wsdl:part name=\"body\" element=\"tns:{element}\"/></wsdl:message>"
            );
        }
        let _ = write!(
            port,
            "<wsdl:operation name=\"{id}\"><wsdl:input message=\"tns:{request}\"/>\
             <wsdl:output message=\"tns:{response}\"/></wsdl:operation>"
        );
        let _ = write!(
            binding,
            "<wsdl:operation name=\"{id}\"><soap:operation soapAction=\"{}\"/><wsdl:input>\
             <soap:body use=\"literal\"/></wsdl:input><wsdl:output><soap:body use=\"literal\"/></wsdl:output>\
             </wsdl:operation>",
            soap.action
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <wsdl:definitions name=\"{name}\" targetNamespace=\"{namespace}\" xmlns:tns=\"{namespace}\" \
         xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\">\
         <wsdl:types>{}</wsdl:types>\
         {messages}<wsdl:portType name=\"{name}\">{port}</wsdl:portType>\
         <wsdl:binding name=\"{name}\" type=\"tns:{name}\">\
         <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>{binding}\
         </wsdl:binding><wsdl:service name=\"{name}\"><wsdl:port name=\"{name}\" binding=\"tns:{name}\">\
         <soap:address location=\"http://{host}{path}\"/></wsdl:port></wsdl:service></wsdl:definitions>",
        schemas(elements).concat()
    )
}

/// The types of what an operation asks and answers.
fn types(service: Service, operation: &str) -> [&'static Type; 2] {
    let messages = certra::OPERATIONS.iter().find(|it| it.service == service && it.name == operation);
    // The Attribute Authority has one operation, of SAML.
    messages.map_or([&schema2::ATTRIBUTE_QUERY, &schema2::RESPONSE], |it| [it.request, it.response])
}

/// The element that answers a request element.
fn answer_of(request: &str) -> String {
    match request.strip_suffix("Request") {
        Some(name) => format!("{name}Response"),
        // SAML's request has an answer of another name.
        None => "Response".to_owned(),
    }
}
