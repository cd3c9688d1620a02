//! `etalon check --jsonl`: the judge protocol, one request a line, one answer a line.

use std::borrow::Cow;
use std::io::{BufRead, Write};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Exit, Failure};
use crate::base::{Kind, Profile, time::Instant};
use crate::context::Context;
use crate::engine::{self, Crash, Judgement, Options};
use crate::rule::Finding;

/// The longest line that is read, in bytes.
pub(super) const MAX_LINE: usize = 64 << 20;
/// What is read of one line in search of its end before the stream is given up, in bytes.
const MAX_SKIPPED: usize = 512 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    id: Value,
    kind: &'a str,
    #[serde(borrow)]
    data: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    profile: Option<&'a str>,
    #[serde(default)]
    context: Context,
}

/// What a line without a member of its own is judged under.
pub(super) struct Defaults<'d> {
    pub(super) profile: Profile,
    pub(super) now: Instant,
    pub(super) without: &'d [String],
}

/// Answers every line of `input` on `output`, in order, flushed one by one.
pub(super) fn serve(
    mut input: impl BufRead,
    mut output: impl Write,
    defaults: &Defaults<'_>,
) -> Result<Exit, Failure> {
    let mut line = Vec::new();
    loop {
        line.clear();
        match read_line(&mut input, &mut line)? {
            Line::End => return Ok(Exit::Conforms),
            Line::Endless => {
                refuse(
                    &mut output,
                    &Value::Null,
                    &format!("the line has no end within {MAX_SKIPPED} bytes"),
                )?;
                return Err(Failure::usage("a line of the judge protocol has no end: nothing more is read"));
            }
            Line::TooLong => {
                refuse(&mut output, &Value::Null, &format!("the line is longer than {MAX_LINE} bytes"))?;
            }
            Line::Read if line.iter().all(u8::is_ascii_whitespace) => {}
            Line::Read => match answer(&line, defaults) {
                Ok((id, judgement)) => write_answer(&mut output, &id, &judgement)?,
                Err(Refusal::Line(message)) => refuse(&mut output, &Value::Null, &message)?,
                Err(Refusal::Crash(id, crash)) => {
                    refuse(&mut output, &id, &crash.to_string())?;
                    return Err(crash.into());
                }
            },
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
    let mut skipped = 0;
    loop {
        let chunk =
            input.fill_buf().map_err(|e| Failure::usage(format_args!("cannot read standard input: {e}")))?;
        if chunk.is_empty() {
            return Ok(if skipped > 0 {
                Line::TooLong
            } else if line.is_empty() {
                Line::End
            } else {
                Line::Read
            });
        }
        let end = chunk.iter().position(|b| *b == b'\n');
        let part = end.map_or(chunk, |end| &chunk[..end]);
        if skipped > 0 || line.len() + part.len() > MAX_LINE {
            skipped += line.len() + part.len();
            *line = Vec::new();
        } else {
            line.extend_from_slice(part);
        }
        let used = end.map_or(chunk.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(if skipped > 0 { Line::TooLong } else { Line::Read });
        }
        if skipped > MAX_SKIPPED {
            return Ok(Line::Endless);
        }
    }
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
        (Some(data), None) => BASE64
            .decode(data.as_bytes())
            .map_err(|e| refused(format!("`data` is not standard base64: {e}")))?
            .into(),
        (None, Some(text)) => text.as_bytes().into(),
        (None, None) => return Err(refused("expected `data` or `text`, found neither".to_owned())),
        (Some(_), Some(_)) => return Err(refused("expected `data` or `text`, found both".to_owned())),
    };
    request.context.as_of.get_or_insert(defaults.now);
    let options = Options { profile, without: defaults.without };
    match engine::judge(kind, &bytes, &request.context, &options) {
        Ok(judgement) => Ok((request.id, judgement)),
        Err(crash) => Err(Refusal::Crash(request.id, crash)),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    verdict: &'static str,
    findings: &'a [Finding],
    facts: &'a Map<String, Value>,
}

fn write_answer(output: &mut impl Write, id: &Value, judgement: &Judgement) -> Result<(), Failure> {
    let Judgement { verdict, findings, facts, .. } = judgement;
    write_line(output, &Answer { id, verdict: verdict.name(), findings, facts })
}

fn refuse(output: &mut impl Write, id: &Value, message: &str) -> Result<(), Failure> {
    write_line(output, &json!({ "id": id, "error": message }))
}

fn write_line(output: &mut impl Write, answer: &impl Serialize) -> Result<(), Failure> {
    let mut line = serde_json::to_vec(answer).expect("an answer serialises");
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;

    fn run(input: &str) -> Vec<Value> {
        let now = time::parse("2026-01-15T10:00:00Z").unwrap();
        let defaults = Defaults { profile: Profile::Cookbook, now, without: &[] };
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
}
