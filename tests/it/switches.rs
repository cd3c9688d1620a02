//! The switches of a target file: each reading of a spec defect changes what is sent, and nothing else.

use etalon::base::time;
use etalon::context::Context;
use etalon::scenario;
use etalon::scenario::run::{Session, Setting};
use etalon::scenario::transport::{Client, Limits};
use etalon::simulator::clock::Clock;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::run::Nobody;

const SUITE: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions:
  - {name: keydepot, url: keydepot.yaml, type: openapi}
  - {name: etkdepot, url: etkdepot.yaml, type: openapi}
workflows:
  - workflowId: all
    steps:
      - stepId: register
        operationId: $sourceDescriptions.keydepot.attestationResult
        requestBody: {payload: {id: a, rawId: a, type: public-key, response: {clientDataJSON: c, attestationObject: o}}}
      - stepId: keys
        operationId: $sourceDescriptions.keydepot.listKeys
        parameters:
          - {name: type, in: query, value: SSIN}
          - {name: identifier, in: query, value: '1'}
          - {name: application, in: query, value: app}
      - stepId: account
        operationId: $sourceDescriptions.keydepot.getAccount
        parameters: [{name: accountId, in: path, value: one}]
      - stepId: tokens
        operationId: $sourceDescriptions.etkdepot.listTokens
        parameters:
          - {name: type, in: query, value: CBE}
          - {name: applicationIdentifier, in: query, value: app}
      - stepId: certificates
        operationId: $sourceDescriptions.etkdepot.listKeys
      - stepId: certificate
        operationId: $sourceDescriptions.etkdepot.getKey
        parameters: [{name: kid, in: path, value: S1}]
";

/// What a request is, on one line: path, query, User-Agent and body.
fn line(request: &Request) -> String {
    let agent = request.headers.get("user-agent").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let query = request.url.query().map(|it| format!("?{it}")).unwrap_or_default();
    format!(
        "{}{query} {} {}",
        request.url.path(),
        agent.replace(version, "V"),
        String::from_utf8_lossy(&request.body)
    )
}

const AGENT: &str = "Etalon/etalon/V Rust/reqwest/0.13";

/// What is sent without a switch.
const SENT: [&str; 6] = [
    r#"/keydepot/attestation/result A {"id":"a","rawId":"a","type":"public-key","response":{"clientDataJSON":"c","attestationObject":"o"}}"#,
    "/keydepot/jwks?application=app&identifier=1&type=SSIN A ",
    "/accounts/one A ",
    "/etee/v1/etks?applicationIdentifier=app&type=CBE A ",
    "/etee/v1/pubKeys/cacerts/jwks A ",
    "/etee/v1/pubKeys/cacerts/jwks/S1 A ",
];

/// A switch, and what is sent instead of the request at this place.
const SWITCHED: &[(&str, &[(usize, &str)])] = &[
    ("", &[]),
    ("SD-02 = \"described\"", &[]),
    (
        "SD-02 = \"example\"",
        &[(1, "/etee/v1/pubKeys/webauthn/jwks?application=app&identifier=1&type=SSIN A ")],
    ),
    ("SD-02 = \"text\"", &[(4, "/etee/v1/jwks A "), (5, "/etee/v1/jwks/S1 A ")]),
    (
        "SD-03 = \"rawid\"",
        &[(
            0,
            r#"/keydepot/attestation/result A {"id":"a","type":"public-key","response":{"clientDataJSON":"c","attestationObject":"o"},"rawid":"a"}"#,
        )],
    ),
    ("SD-05 = \"value\"", &[(1, "/keydepot/jwks?application=app&value=1&type=SSIN A ")]),
    (
        "SD-08 = \"flat\"",
        &[(
            0,
            r#"/keydepot/attestation/result A {"id":"a","rawId":"a","type":"public-key","clientDataJSON":"c","attestationObject":"o"}"#,
        )],
    ),
    ("SD-38 = \"user-id\"", &[(2, "/accounts/b25l A ")]),
    (
        "SD-45 = \"clientID\"",
        &[
            (1, "/keydepot/jwks?clientID=app&identifier=1&type=SSIN A "),
            (3, "/etee/v1/etks?clientID=app&type=CBE A "),
        ],
    ),
    ("SD-45 = \"application\"", &[(3, "/etee/v1/etks?application=app&type=CBE A ")]),
    (
        "SD-45 = \"applicationIdentifier\"",
        &[(1, "/keydepot/jwks?applicationIdentifier=app&identifier=1&type=SSIN A ")],
    ),
    (
        "SD-53 = \"small\"",
        &[
            (1, "/keydepot/jwks?application=app&identifier=1&type=ssin A "),
            (3, "/etee/v1/etks?applicationIdentifier=app&type=cbe A "),
        ],
    ),
    ("SD-65 = \"Etks\"", &[(3, "/etee/v1/Etks?applicationIdentifier=app&type=CBE A ")]),
];

async fn sent(config: &str) -> Vec<String> {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(418)).mount(&server).await;
    let uri = server.uri();
    let text = format!("[services]\nkeydepot = \"{uri}\"\netkdepot = \"{uri}\"\n{config}\n");
    let target = etalon::target::read(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let fetch = |name: &str| {
        let files = etalon::suites::files();
        let found = files.into_iter().find(|(path, _)| *path == format!("openapi/{name}"));
        found.map(|(_, text)| text.to_owned()).ok_or_else(|| "none".to_owned())
    };
    let suite =
        scenario::read("my.arazzo.yaml", SUITE, &fetch).unwrap_or_else(|problems| panic!("{problems:?}"));
    let setting = Setting {
        client: &Client::new(Limits::default(), &[]).expect("a client"),
        bases: &target.services.iter().map(|(it, url)| (it.name().to_owned(), url.clone())).collect(),
        context: &Context::default(),
        clock: &Clock::frozen(time::parse("2026-01-15T10:00:00Z").expect("RFC 3339")),
        variants: &target.variants,
    };
    Session::new(&suite, &setting).run("all", &mut Nobody).await.expect("no crash");
    server.received_requests().await.expect("recorded").iter().map(line).collect()
}

#[tokio::test]
async fn each_reading_changes_what_it_names_and_nothing_else() {
    for (switch, changed) in SWITCHED {
        let mut expected: Vec<String> =
            SENT.iter().map(|it| it.replace(" A ", &format!(" {AGENT} "))).collect();
        for (at, line) in *changed {
            expected[*at] = line.replace(" A ", &format!(" {AGENT} "));
        }
        let found = sent(&format!("[switches]\n{switch}")).await;
        assert_eq!(found, expected, "{switch}");
    }
    let found = sent("[switches]\nSD-01 = \"two-segments\"").await;
    assert!(found.iter().all(|it| it.contains(" etalon/V reqwest/0.13 ")), "{found:#?}");
    let moved = sent("[paths]\n\"keydepot.attestationResult\" = \"/keydepot/attestations/result\"").await;
    assert!(moved[0].starts_with("/keydepot/attestations/result "), "{moved:#?}");
}

#[test]
fn every_switch_is_tried_and_what_is_none_is_refused() {
    for switch in etalon::target::switches::SWITCHES {
        for reading in &switch.readings[1..] {
            let line = format!("{} = \"{}\"", switch.id, reading.name);
            let tried = SWITCHED.iter().any(|(it, _)| *it == line) || switch.id == "SD-01";
            assert!(tried, "nothing tries {line}");
        }
    }
    let refused = |text: &str| etalon::target::read(text).expect_err("a wrong file")[0].to_string();
    assert_eq!(
        refused("[switches]\nSD-05 = \"both\""),
        "this is your configuration, line 2, column 1: SD-05: expected one of identifier, value, found `both`"
    );
    assert!(refused("[switches]\nSD-09 = \"x\"").contains("SD-09 changes nothing that is sent"));
    assert!(
        refused("[paths]\n\"keydepot.getKey\" = \"/keys\"")
            .contains("expected a path with the parameters of /keydepot/jwks/{kid}")
    );
    assert!(refused("[paths]\n\"keydepot.nothing\" = \"/keys\"").contains("expected an operation such as"));
}
