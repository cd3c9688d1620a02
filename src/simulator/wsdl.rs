//! The WSDL 1.1 description of a SOAP service, written from its contract.
//!
//! Document/literal, one part a message, as the Basic Profile wants it (R2201, R2204). The elements
//! have no type here: the rules hold their schema.

use std::fmt::Write as _;

use crate::service::Contract;

/// The description of a service that is reached at `host`.
pub(super) fn of(contract: &Contract, host: &str) -> String {
    let name = contract.service.name();
    let operations = || contract.operations.iter().filter_map(|it| Some((it, it.soap?)));
    let (namespace, path) = operations().next().map_or(("", ""), |(it, soap)| (soap.namespace, it.path));
    let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(*c)).collect();
    let mut elements = String::new();
    let mut messages = String::new();
    let mut port = String::new();
    let mut binding = String::new();
    for (operation, soap) in operations() {
        let (id, request) = (operation.id, soap.element);
        let response = answer_of(request);
        for element in [request, &response] {
            let _ = write!(elements, "<xs:element name=\"{element}\" type=\"xs:anyType\"/>");
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
         <wsdl:types><xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
         targetNamespace=\"{namespace}\" elementFormDefault=\"qualified\">{elements}</xs:schema></wsdl:types>\
         {messages}<wsdl:portType name=\"{name}\">{port}</wsdl:portType>\
         <wsdl:binding name=\"{name}\" type=\"tns:{name}\">\
         <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>{binding}\
         </wsdl:binding><wsdl:service name=\"{name}\"><wsdl:port name=\"{name}\" binding=\"tns:{name}\">\
         <soap:address location=\"http://{host}{path}\"/></wsdl:port></wsdl:service></wsdl:definitions>"
    )
}

/// The element that answers a request element.
fn answer_of(request: &str) -> String {
    match request.strip_suffix("Request") {
        Some(name) => format!("{name}Response"),
        // SAML's request has an answer of another name.
        None => "Response".to_owned(),
    }
}
