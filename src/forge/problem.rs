//! Error answers of IAM eXchange: errors of OAuth, and problem objects.

use serde_json::{Map, Value, json};

use super::rng::Stream;
use super::{Bench, Error, Made, Maker, Mutation};
use crate::base::Kind;
use crate::codes::{self, Row};

pub(super) const MAKER: Maker = Maker {
    kind: Kind::Problem,
    params: &[
        ("row", "which row of IAM eXchange's table of errors, counted from 1"),
        ("fill", "what stands where the row has a placeholder"),
    ],
    valid: |bench| {
        let number: usize = match bench.param("row") {
            None => 1,
            Some(text) => text.parse().map_err(|_| ROW)?,
        };
        let row = rows().nth(number.wrapping_sub(1)).ok_or(ROW)?;
        Ok(made(&answer(row, bench.param("fill").unwrap_or("etalon"), &id(&mut bench.stream("problem")))))
    },
    mutations: MUTATIONS,
};

const ROW: Error = Error::Value { name: "row", expected: "the number of a row of the table" };

const MUTATIONS: &[Mutation] = &[
    Mutation::new("bad-request", "the problem object for a number that is none", &[], |bench| {
        let detail = "Invalid parameter: 'a' is not a valid SSIN.";
        Ok(made(&bad_request(detail, &id(&mut bench.stream("problem")))))
    }),
    Mutation::new("error-absent", "there is no code", &["problem.oauth-error-missing"], |bench| {
        changed(bench, |it| _ = it.remove("error"))
    }),
    Mutation::new("id-absent", "there is no id", &["problem.oauth-member-missing"], |bench| {
        changed(bench, |it| _ = it.remove("id"))
    })
    .case("TX-11"),
    Mutation::new("id-other", "the id has another form", &["problem.id-unusual"], |bench| {
        changed(bench, |it| it["id"] = json!("1490f45e"))
    })
    .case("TX-11"),
    Mutation::new(
        "code-in-capitals",
        "the code starts with a capital, as the table prints it once",
        &["problem.oauth-code-not-lower-case"],
        |bench| changed(bench, |it| it["error"] = json!("Invalid_request")),
    )
    .case("TX-11"),
    Mutation::new("code-unknown", "the code is in no table", &["problem.code-unknown"], |bench| {
        changed(bench, |it| it["error"] = json!("invalid_mood"))
    })
    .case("TX-11"),
    Mutation::new("placeholder", "a placeholder is left", &["problem.placeholder-left"], |bench| {
        changed(bench, |it| it["error_description"] = json!("Reason: ${failureStatusMessage}"))
    })
    .case("TX-11"),
];

/// The rows of IAM eXchange's table for the token exchange.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    codes::all().iter().filter(|row| row.service == "IAM eXchange" && row.place.ends_with("tokenExchange"))
}

/// The error of OAuth that a row stands for, with `fill` where it has a placeholder.
pub fn answer(row: &Row, fill: &str, id: &str) -> Value {
    let mut text = row.text.clone();
    while let Some(start) = text.find("${") {
        let end = text[start..].find('}').map_or(text.len(), |at| start + at + 1);
        text.replace_range(start..end, fill);
    }
    oauth(&row.code.to_ascii_lowercase(), &text, id)
}

/// An error of OAuth, as the cookbook's example has it.
pub fn oauth(code: &str, description: &str, id: &str) -> Value {
    json!({"error": code, "error_description": description, "error_uri": null, "id": id})
}

/// A problem object for a request that cannot be used.
fn bad_request(detail: &str, id: &str) -> Value {
    json!({
        "type": "https://www.gcloud.belgium.be/rest/problems/badRequest",
        "title": "Bad Request",
        "status": 400,
        "detail": detail,
        "id": id,
    })
}

/// The id of an incident.
pub fn id(stream: &mut Stream) -> String {
    format!("Id-{}", data_encoding::HEXLOWER.encode(&stream.array::<12>()))
}

fn made(answer: &Value) -> Made {
    Made::new(answer.to_string()).with("service", "iam-exchange")
}

#[expect(clippy::unnecessary_wraps, reason = "what a maker returns")]
fn changed(bench: &Bench, change: impl FnOnce(&mut Map<String, Value>)) -> Result<Made, Error> {
    let row = rows().next().expect("the table has rows");
    let mut answer = answer(row, "etalon", &id(&mut bench.stream("problem")));
    change(answer.as_object_mut().expect("it was written as an object"));
    Ok(made(&answer))
}
