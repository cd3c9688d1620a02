//! SOAP in suites of one's own: XML bodies with values in them, headers, XPath, and Arazzo 1.1.

use serde_json::json;
use wiremock::matchers::{body_string, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{HEAD, run, run_text};

const ANSWER: &str = "<S:Envelope xmlns:S='http://schemas.xmlsoap.org/soap/envelope/'><S:Body>\
    <r:Answer xmlns:r='urn:reply' Id='7'><r:Code>0</r:Code><r:Item>a</r:Item><r:Item>b &amp; c</r:Item></r:Answer>\
    </S:Body></S:Envelope>";

const NAMESPACES: &str =
    "x-namespaces: {soap: 'http://schemas.xmlsoap.org/soap/envelope/', reply: 'urn:reply'}\n";

async fn soap() -> MockServer {
    let server = MockServer::start().await;
    let xml = |text: &str| ResponseTemplate::new(200).set_body_raw(text.as_bytes().to_vec(), "text/xml");
    let asked = |body: &str, action: &str| {
        Mock::given(method("POST"))
            .and(path("/soap"))
            .and(header("soapaction", action))
            .and(header("content-type", "text/xml; charset=utf-8"))
            .and(body_string(body))
    };
    asked("<ask xmlns=\"urn:ask\"><who>0123</who></ask>\n", "\"urn:ask\"")
        .respond_with(xml(ANSWER))
        .mount(&server)
        .await;
    asked("<ask><who a=\"b &amp; c\">b &amp; c</who><none>7</none></ask>", "\"urn:more\"")
        .respond_with(xml("<done xmlns='urn:reply'/>"))
        .mount(&server)
        .await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soap_operation_is_called_and_its_answer_queried() {
    let server = soap().await;
    let workflows = "  - workflowId: mine
    inputs: {type: object, properties: {who: {type: string, default: 0123}}}
    steps:
      - stepId: first
        operationId: ask
        parameters: [{name: SOAPAction, in: header, value: '\"urn:ask\"'}]
        requestBody:
          contentType: text/xml; charset=utf-8
          payload: |
            <ask xmlns=\"urn:ask\"><who>{$inputs.who}</who></ask>
        successCriteria:
          - {context: $response.body, type: xpath, condition: '/soap:Envelope/soap:Body/reply:Answer/reply:Code = 0'}
          - context: $response.body
            type: {type: xpath, version: xpath-10}
            condition: count(//Q{urn:reply}Item) = 2 and //*[local-name() = 'Answer']/@Id = '7'
          - {context: $response.body, type: xpath, condition: \"string(//reply:Code) != '{$inputs.who}'\"}
        outputs: {answer: $response.body}
      - stepId: second
        operationId: more
        parameters: [{name: SOAPAction, in: header, value: '\"urn:more\"'}]
        requestBody:
          payload: <ask><who a=\"\">?</who><none/></ask>
          contentType: text/xml; charset=utf-8
          replacements:
            - {target: /ask/who, value: b & c}
            - {target: /ask/who/@a, value: b & c}
            - {target: /ask/none, value: 7}
        successCriteria: [{context: $response.body, type: xpath, condition: '/reply:done'}]
      - stepId: third
        operationId: more
        requestBody: {contentType: text/xml, payload: $steps.first.outputs.answer}
        successCriteria:
          - {context: $response.body, type: xpath, condition: //reply:Code = 1}
";
    let head = HEAD.replace("workflows:", &format!("{NAMESPACES}workflows:"));
    let text = format!("{head}{workflows}");
    let (output, report) = tokio::task::block_in_place(|| run_text(&server.uri(), &text, &[]));
    let steps = report["workflows"][0]["steps"].as_array().cloned().unwrap_or_default();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(steps.len(), 3, "{report:#}");
    for criterion in steps[..2].iter().flat_map(|step| step["criteria"].as_array().expect("criteria")) {
        assert_eq!(criterion["passed"], true, "{criterion:#}");
    }
    // The third finds nothing at the other end: 404 with an empty body.
    assert_eq!(steps[2]["criteria"][0]["actual"], "nothing at $response.body");
}

#[tokio::test(flavor = "multi_thread")]
async fn arazzo_1_1_selects_outputs_and_bounds_steps() {
    let server = soap().await;
    let slow = ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(20));
    Mock::given(path("/things/slow")).respond_with(slow).mount(&server).await;
    let found = ResponseTemplate::new(200).set_body_json(json!({"items": [{"id": "b & c"}]}));
    Mock::given(path("/things/7"))
        .and(wiremock::matchers::query_param("all", "yes"))
        .respond_with(found)
        .mount(&server)
        .await;
    let text = format!("arazzo: 1.1.0
$self: https://suites.example/mine
{}{NAMESPACES}workflows:
  - workflowId: mine
    steps:
      - stepId: first
        operationId: ask
        parameters: [{{name: SOAPAction, in: header, value: '\"urn:ask\"'}}]
        requestBody: {{contentType: text/xml; charset=utf-8, payload: \"<ask xmlns=\\\"urn:ask\\\"><who>0123</who></ask>\\n\"}}
        outputs:
          id: {{context: $response.body, selector: //reply:Answer/@Id, type: xpath}}
          items: {{context: $response.body, selector: //reply:Item, type: {{type: xpath, version: xpath-10}}}}
      - stepId: second
        operationId: thing
        dependsOn: [first]
        parameters:
          - {{name: id, in: path, value: $steps.first.outputs.id}}
          - {{name: q, in: querystring, value: all=yes}}
        successCriteria:
          - {{condition: $response.body#/items/0/id == $steps.first.outputs.items#/1}}
          - {{condition: $self == 'https://suites.example/mine'}}
      - stepId: third
        operationId: thing
        timeout: 200
        parameters: [{{name: id, in: path, value: slow}}]
", HEAD.split_once('\n').expect("lines").1.replace("workflows:\n", ""));
    let (output, report) = tokio::task::block_in_place(|| run_text(&server.uri(), &text, &[]));
    let workflow = &report["workflows"][0];
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(workflow["steps"][1]["criteria"][0]["passed"], true, "{workflow:#}");
    assert_eq!(workflow["steps"][1]["criteria"][1]["passed"], true, "{workflow:#}");
    assert_eq!(workflow["reason"], "no complete answer came within 0.2 s");
}

#[test]
fn every_problem_of_a_file_is_told_with_its_place_before_anything_is_sent() {
    let workflows = "  - workflowId: mine
    steps:
      - stepId: first
        operationId: ask
        timeout: 100
        requestBody:
          contentType: text/xml
          payload: <a/>
          replacements:
            - {target: '//soap:Body', value: 1}
            - {target: '/a[', value: 1}
        successCriteria:
          - {context: $response.body, type: xpath, condition: /x:a}
          - {context: $response.body, type: {type: xpath, version: xpath-31}, condition: /a}
          - {type: xpath, condition: /a}
          - {context: $response.body, type: xquery, condition: /a}
        onFailure: [{name: again, type: retry, stepId: none}]
        outputs:
          a: {context: $response.body, selector: /a, type: xpath}
          b: [1]
      - stepId: second
        operationId: ask
        channelPath: x
";
    let (output, _) = run("http://127.0.0.1:9", workflows, &[]);
    assert_eq!(output.status.code(), Some(3));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_arazzo_1_1_adds_and_etalon_does_not_run_is_told() {
    let text = "arazzo: 1.1.0
info: {title: t, version: '1'}
sourceDescriptions:
  - {name: api, url: api.yaml, type: openapi}
  - {name: events, url: api.yaml, type: asyncapi}
workflows:
  - workflowId: mine
    steps:
      - stepId: first
        operationId: thing
        dependsOn: [second]
        timeout: soon
        parameters: [{name: id, in: path, value: {context: $response.body, selector: '$[', type: jsonpath}}]
      - stepId: second
        action: receive
        correlationId: x
        channelPath: x
";
    let (output, _) = run_text("http://127.0.0.1:9", text, &[]);
    assert_eq!(output.status.code(), Some(3));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr));
}
