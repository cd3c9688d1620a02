//! Timestamps: in time and out of it, and in other forms.

use super::draft::{after, before, made};
use super::{Bench, Made, Message};
use crate::base::time::Duration;
use crate::forge::Mutation;
use crate::forge::saml::query;
use crate::forge::surgery::{element, replaced, without};

const TIMESTAMP: &str = "<wsu:Timestamp";
const TOKEN: &str = "<wsse:BinarySecurityToken";

macro_rules! changed {
    ($id:literal, $case:literal, $title:literal, [$($rule:literal),*], $how:ident, |$text:ident| $to:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok($how(bench, |$text| $to))).case($case)
    };
}

/// With another timestamp, seconds and milliseconds from the clock: what is signed is right.
macro_rules! timed {
    ($id:literal, $title:literal, [$($rule:literal),*], $created:expr, $expires:expr) => {
        Mutation::new($id, $title, &[$($rule),*], |bench| Ok(timed(bench, $created, $expires))).case("SO-08")
    };
}

pub(super) const MUTATIONS: &[Mutation] = &[
    timed!("created-60-seconds-ago", "the message is sixty seconds old, to the millisecond", [], -60_000, 0),
    timed!(
        "created-a-millisecond-more",
        "the message is a millisecond older",
        ["ws-security.expired", "ws-security.too-old"],
        -60_001,
        -1
    ),
    timed!(
        "created-in-future",
        "the message is made a millisecond later",
        ["ws-security.created-in-future"],
        1,
        60_001
    ),
    timed!(
        "lifetime-61-seconds",
        "the message lives for 61 seconds",
        ["ws-security.lifetime-long"],
        0,
        61_000
    ),
    timed!(
        "lifetime-30-seconds",
        "the message lives for thirty seconds",
        ["ws-security.lifetime-short"],
        0,
        30_000
    ),
    timed!(
        "expires-before-created",
        "the message expires before it is made",
        ["ws-security.expired", "ws-security.timestamp-inverted"],
        0,
        -1
    ),
    changed!(
        "created-missing",
        "SO-08",
        "the timestamp does not say when it was made",
        ["ws-security.created-missing"],
        before,
        |text| without(text, "<wsu:Created>", "</wsu:Created>")
    ),
    changed!(
        "expires-missing",
        "SO-08",
        "the timestamp does not say when it expires",
        ["ws-security.expires-missing"],
        before,
        |text| without(text, "<wsu:Expires>", "</wsu:Expires>")
    ),
    changed!(
        "created-twice",
        "SO-09",
        "Created stands twice",
        ["ws-security.timestamp-part-repeated"],
        before,
        |text| doubled(text, "<wsu:Created>", "</wsu:Created>")
    ),
    changed!(
        "expires-twice",
        "SO-09",
        "Expires stands twice",
        ["ws-security.timestamp-part-repeated"],
        before,
        |text| doubled(text, "<wsu:Expires>", "</wsu:Expires>")
    ),
    changed!(
        "expires-first",
        "SO-09",
        "Expires stands before Created",
        ["ws-security.timestamp-order"],
        before,
        |text| {
            let expires = element(text, "<wsu:Expires>", "</wsu:Expires>");
            replaced(&text.replacen(expires, "", 1), "<wsu:Created>", &format!("{expires}<wsu:Created>"))
        }
    ),
    changed!(
        "timestamp-child",
        "SO-09",
        "the timestamp holds something else",
        ["ws-security.timestamp-child-unknown"],
        before,
        |text| replaced(
            text,
            "</wsu:Timestamp>",
            "<x:Zone xmlns:x=\"urn:example:zone\">Brussels</x:Zone></wsu:Timestamp>"
        )
    ),
    changed!(
        "created-of-a-type",
        "SO-09",
        "Created names a type",
        ["ws-security.timestamp-value-type"],
        before,
        |text| replaced(text, "<wsu:Created>", "<wsu:Created ValueType=\"xsd:dateTime\">")
    ),
    changed!(
        "created-with-offset",
        "SO-09",
        "Created is not in UTC",
        ["ws-security.timestamp-not-utc"],
        before,
        |text| replaced(text, "10:00:00.000Z</wsu:Created>", "11:00:00.000+01:00</wsu:Created>")
    ),
    changed!(
        "created-a-date",
        "SO-09",
        "Created is a date",
        ["ws-security.timestamp-malformed"],
        before,
        |text| replaced(text, "T10:00:00.000Z</wsu:Created>", "</wsu:Created>")
    ),
    changed!(
        "created-leap-second",
        "SO-09",
        "Created has sixty seconds",
        ["ws-security.timestamp-malformed"],
        before,
        |text| replaced(text, "10:00:00.000Z</wsu:Created>", "09:59:60.000Z</wsu:Created>")
    ),
    changed!(
        "created-too-fine",
        "SO-09",
        "Created has microseconds",
        ["ws-security.timestamp-too-fine"],
        before,
        |text| replaced(text, "10:00:00.000Z</wsu:Created>", "10:00:00.000000Z</wsu:Created>")
    ),
    changed!(
        "timestamp-twice",
        "SO-09",
        "there are two timestamps, one of them signed",
        ["ws-security.timestamp-not-signed", "ws-security.timestamp-repeated"],
        after,
        |text| {
            let stamp = element(text, TIMESTAMP, "</wsu:Timestamp>").replace("TS-1", "TS-2");
            replaced(text, TOKEN, &format!("{stamp}{TOKEN}"))
        }
    ),
];

/// With a timestamp so many milliseconds from the clock.
fn timed(bench: &Bench, created: i64, expires: i64) -> Made {
    let mut message = Message::new(&bench.pki.organisation, bench.clock() + Duration::milliseconds(created));
    message.lifetime = Duration::milliseconds(expires - created);
    made(bench, &message.sign(&query::Query::of(bench).to_xml()))
}

/// The element written twice.
fn doubled(text: &str, start: &str, end: &str) -> String {
    let one = element(text, start, end);
    replaced(text, one, &one.repeat(2))
}
