//! `etalon check --jsonl`: the judge protocol, one request a line, one answer a line.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::Value;

use super::{Exit, Failure};
use crate::base::{Kind, Profile};
use crate::context::Context;
use crate::engine::{self, Crash, Judgement, Options};
use crate::wire::base64::{self, Form};
use crate::wire::json::write;

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 64 << 20;
/// What is read, and written, at once.
const BUFFER: usize = 1 << 20;
/// What is read of one line in search of its end before the stream is given up, in bytes.
const MAX_SKIPPED: usize = 512 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    id: Value,
    kind: &'a str,
    #[serde(borrow)]
    data: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    profile: Option<&'a str>,
    #[serde(default)]
    context: Context,
}

/// A text that is borrowed where it has no escapes; directly in an `Option` serde would copy it.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// What a line without a member of its own is judged under.
pub(super) struct Defaults<'d> {
    pub(super) profile: Profile,
    /// What its context leaves open.
    pub(super) context: &'d Context,
    pub(super) without: &'d [String],
}

/// Answers every line of `input` on `output`, in order. Who waits for an answer gets it: answers are
/// held back only as long as the next request is at hand already.
pub(super) fn serve(input: impl Read, output: impl Write, defaults: &Defaults<'_>) -> Result<Exit, Failure> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let mut answers = Answers { output: BufWriter::with_capacity(BUFFER, output), line: Vec::new() };
    let mut line = Vec::new();
    loop {
        // A line that is at hand whole is judged where it lies.
        if let Some(end) = memchr::memchr(b'\n', input.buffer()) {
            answers.respond(&input.buffer()[..end], defaults)?;
            input.consume(end + 1);
            continue;
        }
        answers.output.flush()?;
        line.clear();
        match read_line(&mut input, &mut line)? {
            Line::End => return Ok(Exit::Conforms),
            Line::Endless => {
                answers.refuse(&Value::Null, &format!("the line has no end within {MAX_SKIPPED} bytes"))?;
                return Err(Failure::usage("a line of the judge protocol has no end: nothing more is read"));
            }
            Line::TooLong => {
                answers.refuse(&Value::Null, &format!("the line is longer than {MAX_LINE} bytes"))?;
            }
            Line::Read => answers.respond(&line, defaults)?,
        }
    }
}

enum Line {
    Read,
    TooLong,
    Endless,
    End,
}

fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<Line, Failure> {
    let cannot = |e| Failure::usage(format_args!("cannot read standard input: {e}"));
    input.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', line).map_err(cannot)?;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Line::Read);
    }
    if line.len() <= MAX_LINE {
        return Ok(if line.is_empty() { Line::End } else { Line::Read });
    }
    *line = Vec::new();
    let skipped = input.by_ref().take(MAX_SKIPPED as u64).skip_until(b'\n').map_err(cannot)?;
    Ok(if skipped < MAX_SKIPPED { Line::TooLong } else { Line::Endless })
}

enum Refusal {
    Line(String),
    Crash(Value, Crash),
}

fn answer(line: &[u8], defaults: &Defaults<'_>) -> Result<(Value, Judgement), Refusal> {
    let refused = |message: String| Refusal::Line(message);
    let mut request: Request<'_> =
        serde_json::from_slice(line).map_err(|e| refused(format!("the line is not a request: {e}")))?;
    let kind: Kind = request.kind.parse().map_err(|e| refused(format!("`kind`: {e}")))?;
    let profile = match request.profile {
        None => defaults.profile,
        Some(name) => name.parse().map_err(|e| refused(format!("`profile`: {e}")))?,
    };
    let bytes: Cow<'_, [u8]> = match (&request.data, &request.text) {
        (Some(Text(data)), None) => base64::strictly(data.as_bytes(), Form::Standard)
            .map_or_else(|| BASE64.decode(data.as_bytes()), Ok)
            .map_err(|e| refused(format!("`data` is not standard base64: {e}")))?
            .into(),
        (None, Some(Text(text))) => text.as_bytes().into(),
        (None, None) => return Err(refused("expected `data` or `text`, found neither".to_owned())),
        (Some(_), Some(_)) => return Err(refused("expected `data` or `text`, found both".to_owned())),
    };
    request.context.fill(defaults.context);
    let options = Options { profile, without: defaults.without };
    match engine::judge(kind, &bytes, &request.context, &options) {
        Ok(judgement) => Ok((request.id, judgement)),
        Err(crash) => Err(Refusal::Crash(request.id, crash)),
    }
}

/// Where the answers go.
struct Answers<W: Write> {
    output: BufWriter<W>,
    /// The answer in the making; its memory serves all of them.
    line: Vec<u8>,
}

impl<W: Write> Answers<W> {
    /// Answers a line, unless there is nothing in it.
    fn respond(&mut self, line: &[u8], defaults: &Defaults<'_>) -> Result<(), Failure> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match answer(line, defaults) {
            Ok((id, judgement)) => self.write(|line| push_answer(line, &id, &judgement)),
            Err(Refusal::Line(message)) => self.refuse(&Value::Null, &message),
            Err(Refusal::Crash(id, crash)) => {
                self.refuse(&id, &crash.to_string())?;
                Err(crash.into())
            }
        }
    }

    fn refuse(&mut self, id: &Value, message: &str) -> Result<(), Failure> {
        self.write(|line| {
            write::object(line, |refusal| {
                refusal.value("id", id);
                refusal.text("error", message);
            });
        })
    }

    fn write(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> Result<(), Failure> {
        self.line.clear();
        push(&mut self.line);
        self.line.push(b'\n');
        self.output.write_all(&self.line)?;
        Ok(())
    }
}

fn push_answer(line: &mut Vec<u8>, id: &Value, judgement: &Judgement) {
    write::object(line, |answer| {
        answer.value("id", id);
        answer.text("verdict", judgement.verdict.name());
        answer.serialized("findings", &judgement.findings);
        answer.object("facts", |facts| {
            judgement.facts.iter().for_each(|(name, value)| facts.value(name, value));
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;
    use crate::rule::Finding;

    fn run(input: &str) -> Vec<Value> {
        let now = time::parse("2026-01-15T10:00:00Z").unwrap();
        let context = Context { as_of: Some(now), ..Context::default() };
        let defaults = Defaults { profile: Profile::Cookbook, context: &context, without: &[] };
        let mut output = Vec::new();
        let _ = serve(input.as_bytes(), &mut output, &defaults);
        String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn each_line_is_answered_in_order() {
        let answers = run(concat!(
            r#"{"id":"a","kind":"user-agent","text":"myProduct/1.0 Technical/3.19.0"}"#,
            "\nnot json\n\n",
            r#"{"id":2,"kind":"user-agent","data":"bXlQcm9kdWN0"}"#,
        ));
        assert_eq!(answers.len(), 3);
        assert_eq!(answers[0]["verdict"], "conforms");
        assert_eq!(answers[1]["id"], Value::Null);
        assert!(answers[1]["error"].as_str().unwrap().contains("not a request"));
        assert_eq!(answers[2]["id"], 2);
        assert_eq!(answers[2]["findings"][0]["rule"], "user-agent.subset-malformed");
    }

    #[test]
    fn a_finding_stands_as_in_the_other_machine_formats() {
        let text =
            "{\"id\":1,\"kind\":\"csr\",\"text\":\"\"}\n{\"id\":1,\"kind\":\"user-agent\",\"text\":\"\"}";
        for (answer, (kind, text)) in run(text).iter().zip([(Kind::Csr, ""), (Kind::UserAgent, "")]) {
            let as_of = time::parse("2026-01-15T10:00:00Z");
            let context = Context { as_of, ..Context::default() };
            let options = Options::profile(Profile::Cookbook);
            let judgement = engine::judge(kind, text.as_bytes(), &context, &options).unwrap();
            let findings: Vec<_> = judgement.findings.iter().map(Finding::to_json).collect();
            assert!(!findings.is_empty());
            assert_eq!(answer["findings"], Value::Array(findings));
        }
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        let answers = run(concat!(
            r#"{"id":1,"kind":"csrr","text":""}"#,
            "\n",
            r#"{"id":1,"kind":"csr","data":"%"}"#,
            "\n",
            r#"{"id":1,"kind":"csr"}"#,
            "\n",
            r#"{"id":1,"kind":"csr","text":"","context":{"as_of":"soon"}}"#,
        ));
        let errors: Vec<_> = answers.iter().map(|a| a["error"].as_str().unwrap().to_owned()).collect();
        assert!(errors[0].contains("`csrr` is not a kind"), "{errors:?}");
        assert!(errors[1].contains("`data` is not standard base64"), "{errors:?}");
        assert!(errors[2].contains("found neither"), "{errors:?}");
        assert!(errors[3].contains("`as_of` is not an RFC 3339 time: found `soon`"), "{errors:?}");
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_and_the_next_is_judged() {
        let mut input = "x".repeat(MAX_LINE + 1);
        input.push_str("\n{\"id\":1,\"kind\":\"user-agent\",\"text\":\"a/1 b/2\"}\n");
        let answers = run(&input);
        assert!(answers[0]["error"].as_str().unwrap().contains("longer than"), "{answers:?}");
        assert_eq!(answers[1]["verdict"], "conforms");
    }

    /// Sends the next line only when every line before it has been answered.
    struct Patient<'o> {
        lines: std::vec::IntoIter<&'static str>,
        asked: usize,
        answers: &'o std::cell::RefCell<Vec<u8>>,
    }

    impl Read for Patient<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let answered = self.answers.borrow().split(|b| *b == b'\n').count() - 1;
            assert_eq!(answered, self.asked, "every request so far has its answer");
            let Some(line) = self.lines.next() else { return Ok(0) };
            self.asked += line.matches('\n').count();
            into[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    struct Shared<'o>(&'o std::cell::RefCell<Vec<u8>>);

    impl Write for Shared<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_waits_for_an_answer_gets_it() {
        let answers = std::cell::RefCell::default();
        let (one, two) = ("{\"id\":1,\"kind\":\"x\"}\n", "{\"id\":1}\n{\"id\":2}\n");
        let lines = vec![one, two, "{\"id\"", ":1}\n", one].into_iter();
        let context =
            Context { as_of: Some(time::parse("2026-01-15T10:00:00Z").unwrap()), ..Context::default() };
        let defaults = Defaults { profile: Profile::Cookbook, context: &context, without: &[] };
        let input = Patient { lines, asked: 0, answers: &answers };
        serve(input, Shared(&answers), &defaults).unwrap();
        assert_eq!(answers.borrow().split(|b| *b == b'\n').count() - 1, 5);
    }
}
