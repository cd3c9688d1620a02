//! Files that are wrong in one thing: each is refused with the line, the column and what to do, before
//! anything is sent; and its twin, which is right in that one thing, runs.

use wiremock::{Mock, MockServer, ResponseTemplate};

/// A document without problems. Its lines are numbered from 1.
const GOOD: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
x-namespaces: {s: 'urn:s'}
workflows:
  - workflowId: one
    inputs: {type: object, properties: {id: {type: string, default: '7'}}}
    steps:
      - stepId: first
        operationId: thing
        parameters: [{name: id, in: path, value: $inputs.id}]
        successCriteria: [{condition: $statusCode == 200}]
        outputs: {next: $response.body#/next}
      - stepId: second
        operationId: form
        requestBody: {payload: {next: $steps.first.outputs.next}}
        onFailure: [{name: again, type: retry, retryAfter: 0, retryLimit: 2}]
  - workflowId: two
    dependsOn: [one]
    inputs: {type: object, required: [who], properties: {who: {type: string}}}
    steps: [{stepId: third, operationId: form, requestBody: {payload: $inputs.who}}]
  - workflowId: three
    steps: [{stepId: fourth, workflowId: two, parameters: [{name: who, value: me}]}]
";

/// A row of `broken.toml`, which says what each member is.
#[derive(serde::Deserialize)]
struct Row {
    from: String,
    broken: String,
    twin: Option<String>,
    said: String,
}

fn rows() -> Vec<Row> {
    #[derive(serde::Deserialize)]
    struct Table {
        row: Vec<Row>,
    }
    let table: Table = toml::from_str(include_str!("broken.toml")).expect("TOML");
    assert!(table.row.len() > 60, "{} rows", table.row.len());
    table.row
}

#[test]
fn what_is_wrong_is_told_with_its_place_before_anything_is_sent() {
    let rows = rows();
    let dir = folder("http://127.0.0.1:9", &rows, |row| &row.broken);
    let output = super::etalon(dir.path(), &args(&rows));
    let heard = String::from_utf8_lossy(&output.stderr).into_owned();
    // 4 would be the end of a run that tried to send something.
    assert_eq!(output.status.code(), Some(3), "{heard}");
    let mut wrong = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let lines = heard.lines().filter(|line| line.starts_with(&format!("{index}.yaml:")));
        let lines: Vec<&str> = lines.collect();
        let said = lines.iter().any(|line| line.contains(&format!("{index}.yaml:{}", row.said)));
        if !said || lines.len() != 1 {
            wrong.push(format!("{}\n  expected {}\n  found {lines:?}", row.broken, row.said));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    for foreign in [" at line ", "Policy", "from_str"] {
        assert!(!heard.contains(foreign), "it speaks as the YAML reader does to programs: {foreign}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twin_of_what_is_wrong_runs() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_json(serde_json::json!({"next": 1}));
    Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&server).await;
    let rows = rows();
    let dir = folder(&server.uri(), &rows, |row| row.twin.as_ref().unwrap_or(&row.from));
    let output = tokio::task::block_in_place(|| {
        super::etalon(
            dir.path(),
            &[args(&rows), vec!["--jobs".into(), "4".into(), "--format=json".into()]].concat(),
        )
    });
    let heard = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {heard}", output.status.code());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    let ran = report["workflows"].as_array().expect("workflows");
    for (index, row) in rows.iter().enumerate() {
        let own = ran.iter().filter(|it| it["suite"] == format!("{index}.yaml")).count();
        assert!(own >= 2, "{}: {own} workflows of its twin ran", row.broken);
    }
}

/// A file for each row.
fn folder(server: &str, rows: &[Row], text: impl Fn(&Row) -> &String) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("api.yaml"), super::API.replace("SERVER", server)).expect("written");
    for (index, row) in rows.iter().enumerate() {
        assert!(GOOD.contains(&row.from), "{} is not in the document", row.from);
        let whole = GOOD.replacen(&row.from, text(row), 1);
        std::fs::write(dir.path().join(format!("{index}.yaml")), whole).expect("written");
    }
    dir
}

fn args(rows: &[Row]) -> Vec<String> {
    std::iter::once("run".to_owned()).chain((0..rows.len()).map(|index| format!("{index}.yaml"))).collect()
}

/// Nothing is read as an octal number.
#[tokio::test(flavor = "multi_thread")]
async fn a_leading_zero_stays_wherever_it_stands() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200);
    Mock::given(wiremock::matchers::path("/things/010")).respond_with(answer).mount(&server).await;
    let steps = "  - workflowId: 01\n    steps: [{stepId: 002, operationId: thing, parameters: [{name: id, in: path, value: 010}], successCriteria: [{condition: $statusCode == 200}]}]\n";
    let (output, report) = tokio::task::block_in_place(|| super::run(&server.uri(), steps, &[]));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(report["workflows"][0]["workflowId"], "01");
    assert_eq!(report["workflows"][0]["steps"][0]["stepId"], "002");
}

/// Every problem of every file is told at once.
#[test]
fn several_problems_in_several_files_are_told_together() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).expect("written");
    write(
        "api.yaml",
        b"openapi: 3.1.0\npaths:\n  /forms: {post: {}, post: {}}\n  /things/{id}: {get: {operationId: thing}}\n",
    );
    write(
        "one.yaml",
        GOOD.replace("arazzo: 1.0.1", "arazzo: 3").replace("$inputs.id", "$inputs.").as_bytes(),
    );
    write("two.yaml", GOOD.as_bytes());
    write(
        "latin.yaml",
        &GOOD
            .replace("title: t", "title: \u{1}")
            .bytes()
            .map(|it| if it == 1 { 0xe9 } else { it })
            .collect::<Vec<u8>>(),
    );
    write("empty.yaml", b"");
    write("bom.yaml", format!("\u{feff}{GOOD}").as_bytes());
    let args = ["run", "one.yaml", "two.yaml", "latin.yaml", "empty.yaml", ".", "lost.yaml"];
    let output = super::etalon(dir.path(), &args);
    let heard = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{heard}");
    for said in [
        "api.yaml:3:12: expected `operationId` of post /forms, found none",
        "api.yaml:3:22: the key `post` stands twice in one mapping",
        "one.yaml:1:9: expected `arazzo: 1.0.1` or `arazzo: 1.1.0`, found 3",
        "one.yaml:11:50: `$inputs.` is no runtime expression of Arazzo",
        "latin.yaml:2:15: expected text in UTF-8, found the byte 0xe9",
        "empty.yaml:1:1: expected an Arazzo document (`arazzo: 1.0.1`…), found nothing",
        "cannot read .: expected a file, found a directory",
        "cannot read lost.yaml: ",
    ] {
        assert_eq!(heard.matches(said).count(), 1, "{said} is not told once:\n{heard}");
    }
    // A byte order mark is no problem: what is wrong here is the description.
    let output = super::etalon(dir.path(), &["run", "bom.yaml"]);
    let heard = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(heard.contains("api.yaml:3:12") && !heard.contains("bom.yaml:1"), "{heard}");
}
