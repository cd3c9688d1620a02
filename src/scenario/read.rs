//! From the text of an Arazzo document to a [`Document`], or to every problem that it has, each with
//! its line and column.
//!
//! Reading opens no file: what the document's sources say is asked of the caller. Four files read parts
//! of the document; [`fitting`] looks at the whole afterwards, and [`sources`] at what it refers to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::document::{Document, Step, Workflow};
use super::openapi::Api;
use super::query::Namespaces;
use super::yaml::{self, Node, Place, Problem, Tree};
use super::{Suite, references};

mod actions;
mod fitting;
mod nodes;
mod parts;
mod queries;
mod sources;
mod targets;

pub use sources::Sources;
use sources::{Unread, located};

/// Reads one document and what it refers to. `fetch` gives the text of a source, by where it is: the
/// URL that the document names, below the document's own folder.
///
/// # Errors
/// Every problem of the document and of its sources.
pub fn read(
    file: &str,
    text: &str,
    fetch: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Suite, Vec<Problem>> {
    Sources::new(fetch).read(file, text)
}

fn read_nested(file: &str, text: &str, sources: &Sources<'_>, depth: usize) -> Result<Suite, Vec<Problem>> {
    let root = yaml::read(file, text).map_err(|problem| vec![problem])?;
    if !matches!(root.tree, Tree::Map(_)) {
        let message = format!("expected an Arazzo document (`arazzo: 1.0.1`…), found {}", root.what());
        return Err(vec![Problem { file: file.to_owned(), at: root.at, message }]);
    }
    let mut reader = Reader {
        file,
        problems: Vec::new(),
        components: root.get("components"),
        apis: BTreeMap::new(),
        suites: BTreeMap::new(),
        namespaces: Namespaces::default(),
        later: false,
        unread: false,
        depth,
    };
    let suite = reader.suite(&root, sources);
    // What is wrong with a source may have been told already.
    if reader.problems.is_empty() && !reader.unread {
        Ok(suite)
    } else {
        reader.problems.sort_by(|a, b| (&a.file, a.at).cmp(&(&b.file, b.at)));
        reader.problems.dedup();
        Err(reader.problems)
    }
}

struct Reader<'n> {
    file: &'n str,
    problems: Vec<Problem>,
    components: Option<&'n Node>,
    apis: BTreeMap<String, Arc<Api>>,
    suites: BTreeMap<String, Arc<Suite>>,
    /// What `x-namespaces` says that the prefixes of XPath expressions stand for.
    namespaces: Namespaces,
    /// Whether the document is one of Arazzo 1.1, with what that added.
    later: bool,
    /// Whether a source could not be read, so that nobody knows what it has.
    unread: bool,
    depth: usize,
}

impl<'n> Reader<'n> {
    fn suite(&mut self, root: &'n Node, sources: &Sources<'_>) -> Suite {
        const MEMBERS: &[&str] = &["arazzo", "info", "sourceDescriptions", "workflows", "components"];
        for (at, message) in root.traps() {
            self.problem(at, message);
        }
        match root.get("arazzo") {
            Some(version) if version.text().is_some_and(|text| text.starts_with("1.0.")) => {}
            Some(version) if version.text().is_some_and(|text| text.starts_with("1.1.")) => self.later = true,
            Some(version) => self.problem(
                version.at,
                format!("expected `arazzo: 1.0.1` or `arazzo: 1.1.0`, found {}", version.to_json()),
            ),
            None => self.problem(root.at, "expected `arazzo: 1.0.1` or `arazzo: 1.1.0`, found none"),
        }
        self.members_by_version("the document", root, MEMBERS, &["$self"]);
        self.read_namespaces(root);
        self.own_uri(root);
        for member in ["title", "version"] {
            match root.get("info") {
                Some(info) => _ = self.text("info", info, member),
                None => self.problem(root.at, format!("expected `info` with `{member}`, found none")),
            }
        }
        let described = self.list("the document", root, "sourceDescriptions");
        self.unread = described.is_empty();
        for node in described {
            self.source(node, sources);
        }
        let nodes = self.list("the document", root, "workflows");
        let ids: Vec<(&str, Place)> =
            nodes.iter().filter_map(|node| node.get("workflowId")?.text().map(|id| (id, node.at))).collect();
        for (index, (id, at)) in ids.iter().enumerate() {
            if ids[..index].iter().any(|(other, _)| other == id) {
                self.problem(*at, format!("the workflowId `{id}` is taken already"));
            }
        }
        let workflows: Vec<Workflow> = nodes.iter().filter_map(|node| self.workflow(node, &ids)).collect();
        self.cycles(nodes, &workflows);
        let own = root.get("$self").and_then(Node::text).map(str::to_owned);
        let document = Document { file: self.file.to_owned(), own, workflows };
        let suite = Suite {
            document,
            apis: std::mem::take(&mut self.apis),
            suites: std::mem::take(&mut self.suites),
        };
        for (at, message) in references::problems(root, &suite) {
            self.problem(at, message);
        }
        self.calls_fit(nodes, &suite);
        suite
    }

    /// Reads what a source description leads to.
    fn source(&mut self, node: &Node, sources: &Sources<'_>) -> Option<()> {
        // Until it is read, nobody knows what it has.
        let unread = std::mem::replace(&mut self.unread, true);
        self.members("a source description", node, &["name", "url", "type"]);
        let name = self.text("a source description", node, "name")?.to_owned();
        let url = self.text("a source description", node, "url")?.to_owned();
        let at = node.get("url").map_or(node.at, |url| url.at);
        let kind = self.optional_text("a source description", node, "type");
        let location = located(self.file, &url);
        if self.apis.contains_key(&name) || self.suites.contains_key(&name) {
            self.problem(node.at, format!("the source name `{name}` is taken already"));
        }
        let read = match kind {
            None | Some("openapi") => sources.api(&location).map(|api| _ = self.apis.insert(name, api)),
            Some("arazzo") => {
                sources.suite(&location, self.depth + 1).map(|suite| _ = self.suites.insert(name, suite))
            }
            Some("asyncapi") if self.later => {
                self.problem(at, "etalon speaks HTTP alone: a source of type asyncapi is not run");
                return None;
            }
            Some(other) => {
                self.problem(at, format!("expected a source of type openapi or arazzo, found `{other}`"));
                return None;
            }
        };
        match read {
            Ok(()) => self.unread = unread,
            Err(Unread::Unreadable(why)) => {
                self.problem(at, format!("the source `{url}` cannot be read: {why}"));
            }
            Err(Unread::Broken(problems)) => self.problems.extend(problems),
        }
        Some(())
    }

    fn workflow(&mut self, node: &'n Node, ids: &[(&str, Place)]) -> Option<Workflow> {
        const MEMBERS: &[&str] = &[
            "workflowId",
            "summary",
            "description",
            "inputs",
            "dependsOn",
            "steps",
            "successActions",
            "failureActions",
            "outputs",
            "parameters",
        ];
        self.members("a workflow", node, MEMBERS);
        let id = self.text("a workflow", node, "workflowId")?.to_owned();
        let nodes = self.list("a workflow", node, "steps");
        let steps: Vec<&str> = nodes.iter().filter_map(|it| it.get("stepId")?.text()).collect();
        for (index, step) in steps.iter().enumerate() {
            if steps[..index].contains(step) {
                self.problem(nodes[index].at, format!("the stepId `{step}` is taken already in `{id}`"));
            }
        }
        let mut depends_on = Vec::new();
        for other in self.items("a workflow", node, "dependsOn") {
            match other.text() {
                Some(other) if ids.iter().any(|(id, _)| *id == other) => depends_on.push(other.to_owned()),
                Some(id) => self.problem(other.at, format!("`{id}` is no workflowId of this document")),
                None => self.problem(other.at, format!("expected a workflowId, found {}", other.what())),
            }
        }
        let schema = node.get("inputs").map(|schema| self.referenced(schema, "inputs"));
        let inputs = schema.map_or(Some(Map::new()), |schema| self.inputs(schema?));
        Some(Workflow {
            inputs_read: inputs.is_some(),
            inputs: inputs.unwrap_or_default(),
            required: schema.flatten().map_or_else(Vec::new, |schema| self.required_inputs(schema)),
            depends_on,
            parameters: self.parameters("a workflow", node),
            steps: nodes.iter().filter_map(|it| self.step(it, &steps, ids)).collect(),
            on_success: self.success_actions("a workflow", node, "successActions", &steps, ids),
            on_failure: self.failure_actions("a workflow", node, "failureActions", &steps, ids),
            outputs: self.outputs("a workflow", node),
            id,
        })
    }

    /// The defaults of the inputs' JSON Schema; nothing where its properties do not read.
    fn inputs(&mut self, schema: &'n Node) -> Option<Map<String, Value>> {
        let problems = self.problems.len();
        let properties = self.mapping("`inputs`", schema, "properties");
        let default = |it: &Node| it.get("default").map_or(Value::Null, Node::to_json);
        let inputs = properties.iter().map(|entry| (entry.key.clone(), default(&entry.value))).collect();
        (self.problems.len() == problems).then_some(inputs)
    }

    /// The inputs that it must be given: those that are required and have no default.
    fn required_inputs(&mut self, schema: &'n Node) -> Vec<String> {
        let required = self.items("`inputs`", schema, "required").iter().filter_map(Node::text);
        let default = |name: &str| schema.get("properties")?.get(name)?.get("default");
        required.filter(|name| default(name).is_none()).map(str::to_owned).collect()
    }

    /// `$self`: a URI without a fragment. Sources are found beside the file all the same, for nobody has
    /// to have it published.
    fn own_uri(&mut self, root: &Node) {
        if self.later
            && let Some(uri) = self.optional_text("the document", root, "$self")
            && uri.contains('#')
        {
            let at = root.get("$self").map_or(root.at, |it| it.at);
            self.problem(at, format!("expected `$self` to be a URI without a fragment, found `{uri}`"));
        }
    }

    fn step(&mut self, node: &'n Node, steps: &[&str], ids: &[(&str, Place)]) -> Option<Step> {
        const MEMBERS: &[&str] = &[
            "stepId",
            "description",
            "operationId",
            "operationPath",
            "workflowId",
            "parameters",
            "requestBody",
            "successCriteria",
            "onSuccess",
            "onFailure",
            "outputs",
        ];
        const ADDED: &[&str] = &["timeout", "dependsOn", "channelPath", "action", "correlationId"];
        self.members_by_version("a step", node, MEMBERS, ADDED);
        let id = self.text("a step", node, "stepId")?.to_owned();
        let target = self.target(node, ids);
        Some(Step {
            depends_on: self.steps_before(node, &id, steps),
            timeout: self.timeout(node),
            parameters: self.parameters("a step", node),
            body: node.get("requestBody").map(|body| self.body(body)),
            criteria: self.criteria("a step", node, "successCriteria"),
            on_success: self.success_actions("a step", node, "onSuccess", steps, ids),
            on_failure: self.failure_actions("a step", node, "onFailure", steps, ids),
            outputs: self.outputs("a step", node),
            target: target?,
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "openapi: 3.1.0\npaths:\n  /jwks:\n    get: {operationId: list}\n";

    fn load(text: &str) -> Result<Suite, Vec<String>> {
        let fetch =
            |url: &str| if url == "api.yaml" { Ok(API.to_owned()) } else { Err("not there".to_owned()) };
        read("s.yaml", text, &fetch).map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    const HEAD: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
  - workflowId: one
";

    #[test]
    fn a_suite_without_problems_reads() {
        let text = format!(
            "{HEAD}    inputs: {{properties: {{ssin: {{default: 01234}}}}}}
    steps:
      - stepId: a
        operationId: list
        parameters: [{{name: q, in: query, value: $inputs.ssin}}]
        successCriteria: [{{condition: $statusCode == 200}}]
        outputs: {{keys: $response.body#/keys}}
      - stepId: b
        operationPath: '{{$sourceDescriptions.api.url}}#/paths/~1jwks/get'
        requestBody: {{payload: {{k: '$steps.a.outputs.keys'}}}}
"
        );
        let suite = load(&text).expect("no problem");
        let workflow = suite.document.workflow("one").expect("there");
        assert_eq!(workflow.inputs["ssin"], "01234", "a leading zero stays");
        assert_eq!(workflow.steps.len(), 2);
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let text = format!(
            "{HEAD}    stepz: []
    steps:
      - stepId: a
        operationId: lost
        successCriteria: [{{condition: $statusCode = 200}}]
      - stepId: a
        operationId: list
        onSuccess: [{{name: x, type: goto, stepId: nowhere}}]
        outputs: {{k: response.body}}
      - stepId: c
        operationId: list
        requestBody: {{payload: '$steps.b.outputs.k'}}
        parameters: [{{name: q, in: query, value: '$inputs.none'}}]
"
        );
        let problems = load(&text).expect_err("broken");
        assert_eq!(
            problems,
            [
                "s.yaml:6:5: a workflow has no member `stepz`; expected one of: workflowId, summary, description, inputs, dependsOn, steps, successActions, failureActions, outputs, parameters",
                "s.yaml:9:22: `lost` is no operationId of a source of this document",
                "s.yaml:10:39: `$statusCode = 200`: expected an operator or the end, found `= 200`",
                "s.yaml:11:9: the stepId `a` is taken already in `one`",
                "s.yaml:13:21: `nowhere` is no stepId of this workflow",
                "s.yaml:14:22: `response.body` is no runtime expression of Arazzo",
                "s.yaml:17:32: `$steps.b.outputs.k`: `b` is no stepId of this workflow",
                "s.yaml:18:50: `$inputs.none`: the workflow declares no input `none`",
            ]
        );
    }

    #[test]
    fn a_source_that_is_not_there_is_a_problem_of_the_line_that_names_it() {
        let problems = load(&HEAD.replace("url: api.yaml", "url: other.yaml")).expect_err("broken");
        assert_eq!(problems[0], "s.yaml:3:39: the source `other.yaml` cannot be read: not there");
    }
}
