//! The timestamp: its form by the Basic Security Profile, and the one minute of eHealth.
//!
//! A boundary belongs to the message: at the very instant of Expires, or sixty seconds after Created,
//! it is still taken; a millisecond later it is not.

use crate::base::time::{self, Duration, Instant};
use crate::model::saml::value::Value;
use crate::model::ws_security::{Timestamp, WSU, WsSecurity, instant};
use crate::model::xsd::Zone;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, INCONCLUSIVE, NOTE, WARNING, cite};
use crate::wire::xml::Element;

/// The time to live of a message.
const LIFETIME: Duration = Duration::MINUTE;

rule! { WsSecurity =>
    /// The message has no timestamp
    ///
    /// Without one it can be sent again at any time.
    "ws-security.timestamp-missing": ERROR.not_in_standard() => timestamp_missing,
        clauses: &["AA-5.1.1-03"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "A timestamp (the date of the request), with a Time to live of one minute")],
        catalogue: &["SO-06"];

    /// The header has more than one timestamp
    ///
    /// One is checked, the other signed.
    "ws-security.timestamp-repeated": ERROR => timestamp_repeated,
        cites: &[
            cite("WSS SOAP Message Security 1.1", "10", Force::Must, "may only be present at most once per header (that is, per SOAP actor/role)"),
            cite("WS-I BSP 1.1", "R3227", Force::Must, "A SECURITY_HEADER MUST NOT contain more than one TIMESTAMP"),
        ],
        catalogue: &["SO-09"];

    /// A timestamp does not say when it was made
    ///
    /// Without Created nobody can tell how old the message is, so a recorded one can be sent again at any
    /// time.
    /// Under `standard` it is a warning: WS-Security leaves Created optional.
    "ws-security.created-missing": ERROR.in_standard(Warning) => created_missing,
        clauses: &["AA-5.1.1-03"],
        cites: &[cite("WS-I BSP 1.1", "R3203", Force::Must, "A TIMESTAMP MUST contain exactly one CREATED")],
        catalogue: &["SO-08", "SO-09"];

    /// A timestamp does not say when it expires
    ///
    /// The time to live is one minute, and the sender says so.
    "ws-security.expires-missing": ERROR.not_in_standard() => expires_missing,
        clauses: &["AA-5.1.1-04"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "with a Time to live of one minute")],
        catalogue: &["SO-08"];

    /// A part of a timestamp stands twice
    ///
    /// Created and Expires stand once each. Of two, one reader heeds the first and another the last.
    "ws-security.timestamp-part-repeated": ERROR => timestamp_part_repeated,
        cites: &[
            cite("WS-I BSP 1.1", "R3203", Force::Must, "A TIMESTAMP MUST contain exactly one CREATED"),
            cite("WS-I BSP 1.1", "R3224", Force::Must, "Any TIMESTAMP MUST NOT contain more than one EXPIRES"),
        ],
        catalogue: &["SO-09"];

    /// Expires stands before Created
    ///
    /// The schema has Created first. Readers that validate refuse the other order.
    "ws-security.timestamp-order": ERROR => timestamp_order,
        cites: &[cite("WS-I BSP 1.1", "R3221", Force::Must, "Any TIMESTAMP containing an EXPIRES MUST contain a CREATED that precedes its sibling EXPIRES")],
        catalogue: &["SO-09"];

    /// A timestamp holds something else than Created and Expires
    ///
    /// A timestamp holds Created and Expires and nothing else: no reader knows what more would mean.
    /// Under `standard` it is a warning: WS-Security leaves room for extensions.
    "ws-security.timestamp-child-unknown": ERROR.in_standard(Warning) => timestamp_child_unknown,
        cites: &[cite("WS-I BSP 1.1", "R3222", Force::Must, "Any TIMESTAMP MUST NOT contain anything other than CREATED or EXPIRES elements")],
        catalogue: &["SO-09"];

    /// Created or Expires names a type
    ///
    /// The values are xs:dateTime always; a ValueType would make them something that readers do not know.
    /// Under `standard` it is a warning: it is the Basic Security Profile that
    /// forbids it.
    "ws-security.timestamp-value-type": ERROR.in_standard(Warning) => timestamp_value_type,
        cites: &[
            cite("WS-I BSP 1.1", "R3225", Force::Must, "Any CREATED MUST NOT include a ValueType attribute"),
            cite("WS-I BSP 1.1", "R3226", Force::Must, "Any EXPIRES MUST NOT include a ValueType attribute"),
        ],
        catalogue: &["SO-09"];

    /// Created or Expires is no date and time
    ///
    /// It is an `xs:dateTime`, with seconds below 60: a leap second is none.
    "ws-security.timestamp-malformed": ERROR => timestamp_malformed,
        cites: &[
            cite("WSS SOAP Message Security 1.1", "10", Force::Must, "All times MUST be in UTC format as specified by the XML Schema type (dateTime)"),
            cite("WS-I BSP 1.1", "R3213", Force::Must, "Any CREATED containing second values MUST specify seconds values less than 60"),
            cite("WS-I BSP 1.1", "R3215", Force::Must, "Any EXPIRES containing second values MUST specify seconds values less than 60"),
        ],
        catalogue: &["SO-09"];

    /// Created or Expires is not in UTC
    ///
    /// A time without a zone is read in the receiver's: an hour or two late in Belgium.
    "ws-security.timestamp-not-utc": ERROR => timestamp_not_utc,
        cites: &[
            cite("WS-I BSP 1.1", "R3217", Force::Must, "Any CREATED MUST contain time values in UTC format as specified by the XML Schema type"),
            cite("WS-I BSP 1.1", "R3223", Force::Must, "Any EXPIRES MUST contain time values in UTC format as specified by the XML Schema type"),
        ],
        catalogue: &["SO-09"];

    /// Created or Expires is finer than a millisecond
    ///
    /// Readers may keep milliseconds only. With more digits the order of two moments can differ from one
    /// reader to the next.
    "ws-security.timestamp-too-fine": WARNING => timestamp_too_fine,
        cites: &[
            cite("WS-I BSP 1.1", "R3220", Force::Should, "Any CREATED SHOULD NOT contain a seconds value with more than three digits to the right of the decimal"),
            cite("WS-I BSP 1.1", "R3229", Force::Should, "Any EXPIRES SHOULD NOT contain a seconds value with more than three digits to the right of the decimal"),
        ],
        catalogue: &["SO-09"];

    /// A timestamp expires before it is made
    ///
    /// The message has no moment at which it is valid. The two times were swapped, or one is in another
    /// time zone. Where both are the same it is valid at that very instant.
    "ws-security.timestamp-inverted": ERROR => timestamp_inverted,
        cites: &[cite("WSS SOAP Message Security 1.1", "10", Force::Fact, "Upon expiration, the requestor asserts that its security semantics are no longer valid.")],
        catalogue: &["SO-09"];

    /// The message lives longer than a minute
    ///
    /// Expires lies more than sixty seconds after Created: for that long the message can be sent again.
    "ws-security.lifetime-long": ERROR.not_in_standard() => lifetime_long,
        clauses: &["AA-5.1.1-04", "AA-6.1.2-03"],
        cites: &[cite("AA cookbook 1.8", "6.1.2", Force::Must, "Time-to-live of the message: one minute")],
        defects: &["SD-26"],
        catalogue: &["SO-08"];

    /// The message lives less than a minute
    ///
    /// The sender allows less than eHealth does. Harmless, unless the network is slow.
    "ws-security.lifetime-short": NOTE.not_in_standard() => lifetime_short,
        clauses: &["AA-5.1.1-04"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "with a Time to live of one minute")],
        catalogue: &["SO-08"];

    /// The message has expired
    ///
    /// Its Expires has passed.
    "ws-security.expired": ERROR => expired,
        clauses: &["AA-6.1.2-03"],
        cites: &[cite("WSS SOAP Message Security 1.1", "10", Force::Fact, "Upon expiration, the requestor asserts that its security semantics are no longer valid.")],
        catalogue: &["SO-08"];

    /// The message is older than a minute
    ///
    /// More than sixty seconds have passed since Created, whatever Expires says: such a message is not
    /// treated.
    "ws-security.too-old": ERROR.not_in_standard() => too_old,
        clauses: &["AA-6.1.2-03", "AA-5.1.1-04"],
        cites: &[cite("AA cookbook 1.8", "5.1.1", Force::Must, "if the message doesn't arrive during this minute, he shall not be treated")],
        defects: &["SD-26", "SD-156"],
        catalogue: &["SO-08"];

    /// The message was made in the future
    ///
    /// Created lies after the instant of judgement. eHealth names no tolerance; under `standard` it is a
    /// warning, because receivers allow for clocks that differ.
    "ws-security.created-in-future": ERROR.in_standard(crate::rule::Severity::Warning) => created_in_future,
        cites: &[cite("WSS SOAP Message Security 1.1", "10", Force::Fact, "recipients need to recognize that the requestor's clock may not be synchronized to the recipient's clock")],
        defects: &["SD-156"],
        catalogue: &["SO-08"];

    /// Whether the message is in time cannot be told
    ///
    /// No instant was given to judge the timestamp by. Give one: `--as-of`.
    "ws-security.instant-unknown": INCONCLUSIVE => instant_unknown,
        cites: &[cite("etalon", "time", Force::House, "time is an input")];
}

fn timestamp_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let header = message.header()?;
    if message.timestamps().next().is_none() {
        cx.fail(header.path(), header.start_tag(), "expected a Timestamp in the Security header, found none");
    }
    Some(Checked)
}

fn timestamp_repeated(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    message.timestamps().next()?;
    for header in &message.headers {
        for again in header.all(WSU, "Timestamp").skip(1) {
            cx.fail(
                again.path(),
                again.start_tag(),
                "expected one Timestamp in the header, found another one",
            );
        }
    }
    Some(Checked)
}

/// Judges every timestamp; nothing where there is none.
fn each<'m>(message: &WsSecurity<'m>, mut judge: impl FnMut(Timestamp<'m>)) -> Option<Checked> {
    message.timestamps().next()?;
    for timestamp in message.timestamps() {
        judge(timestamp);
    }
    Some(Checked)
}

fn created_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |timestamp| {
        if timestamp.created().is_none() {
            let element = timestamp.element;
            cx.fail(element.path(), element.span(), "expected Created in the Timestamp, found none");
        }
    })
}

fn expires_missing(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |timestamp| {
        if timestamp.expires().is_none() {
            let element = timestamp.element;
            cx.fail(element.path(), element.span(), "expected Expires in the Timestamp, found none");
        }
    })
}

fn timestamp_part_repeated(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |timestamp| {
        for name in ["Created", "Expires"] {
            for again in timestamp.element.all(WSU, name).skip(1) {
                cx.fail(
                    again.path(),
                    again.span(),
                    format!("expected one {name} in the Timestamp, found another one"),
                );
            }
        }
    })
}

fn timestamp_order(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |timestamp| {
        let position = |name| timestamp.element.elements().position(|it| it.is(WSU, name));
        if let (Some(created), Some(expires)) = (position("Created"), position("Expires"))
            && expires < created
        {
            let element = timestamp.element;
            cx.fail(element.path(), element.span(), "expected Created before Expires, found it behind");
        }
    })
}

fn timestamp_child_unknown(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |timestamp| {
        for child in timestamp.element.elements() {
            if !child.is(WSU, "Created") && !child.is(WSU, "Expires") {
                let text = format!("expected Created and Expires alone, found {}", child.name());
                cx.fail(child.path(), child.start_tag(), text);
            }
        }
    })
}

fn timestamp_value_type(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    each(message, |timestamp| {
        for element in [timestamp.created(), timestamp.expires()].into_iter().flatten() {
            if let Some(attribute) = element.attributes().find(|it| it.local() == "ValueType") {
                cx.fail(element.path(), attribute.span(), "expected no ValueType, found one");
            }
        }
    })
}

/// Judges every instant of every timestamp that `is` picks, with `wanted` as what was expected.
fn instants(
    message: &WsSecurity<'_>,
    cx: &mut Cx<'_>,
    wanted: &str,
    is: impl Fn(&Value<'_>) -> bool,
) -> Option<Checked> {
    each(message, |timestamp| {
        for value in timestamp.instants().iter().filter(|value| is(value)) {
            let text = format!("expected {wanted} in {}, found {}", value.name(), value.shown());
            cx.fail(value.path(), value.span, text);
        }
    })
}

fn timestamp_malformed(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    instants(message, cx, "a date and time as xs:dateTime", |value| value.instant().is_none())
}

fn timestamp_not_utc(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    instants(message, cx, "UTC with a Z", |value| value.instant().is_some_and(|it| it.zone != Zone::Utc))
}

fn timestamp_too_fine(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    instants(message, cx, "at most milliseconds", |value| value.instant().is_some_and(|it| it.fraction > 3))
}

/// Judges every timestamp that has both instants by its lifetime.
fn lifetimes(
    message: &WsSecurity<'_>,
    cx: &mut Cx<'_>,
    wanted: &str,
    is: impl Fn(Duration) -> bool,
) -> Option<Checked> {
    let mut met = None;
    each(message, |timestamp| {
        let (Some(created), Some(expires)) = (timestamp.created(), timestamp.expires()) else { return };
        let (Some(from), Some(to)) = (instant(created), instant(expires)) else { return };
        met = Some(Checked);
        let lifetime = to.instant - from.instant;
        if is(lifetime) {
            let text = format!("expected {wanted}, found {} ms after Created", lifetime.whole_milliseconds());
            cx.fail(expires.path(), expires.content(), text);
        }
    })?;
    met
}

fn timestamp_inverted(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    lifetimes(message, cx, "Expires after Created", |lifetime| lifetime < Duration::ZERO)
}

fn lifetime_long(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    lifetimes(message, cx, "Expires 60 seconds after Created", |lifetime| lifetime > LIFETIME)
}

fn lifetime_short(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    lifetimes(message, cx, "Expires 60 seconds after Created", |lifetime| {
        lifetime > Duration::ZERO && lifetime < LIFETIME
    })
}

/// Holds one instant of each timestamp against the clock; `wrong` says what is wrong with it.
fn by_clock<'m>(
    message: &WsSecurity<'m>,
    cx: &mut Cx<'_>,
    of: impl Fn(Timestamp<'m>) -> Option<Element<'m>>,
    wrong: impl Fn(Instant, Instant, &str) -> Option<String>,
) -> Option<Checked> {
    let now = cx.as_of()?;
    let mut met = None;
    each(message, |timestamp| {
        let Some(element) = of(timestamp) else { return };
        let Some(given) = instant(element) else { return };
        met = Some(Checked);
        if let Some(text) = wrong(now, given.instant, element.text().trim()) {
            cx.fail(element.path(), element.content(), text);
        }
    })?;
    met
}

fn expired(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    by_clock(message, cx, Timestamp::expires, |now, expires, found| {
        (now > expires).then(|| format!("expected Expires from {} on, found {found}", time::format(now)))
    })
}

fn too_old(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    by_clock(message, cx, Timestamp::created, |now, created, _| {
        let age = now - created;
        (age > LIFETIME).then(|| {
            format!("expected Created at most 60 seconds ago, found it {} ms ago", age.whole_milliseconds())
        })
    })
}

fn created_in_future(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    by_clock(message, cx, Timestamp::created, |now, created, found| {
        (now < created).then(|| format!("expected Created up to {}, found {found}", time::format(now)))
    })
}

fn instant_unknown(message: &WsSecurity<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let timestamp = message.timestamps().next()?;
    if cx.as_of().is_none() {
        let element = timestamp.element;
        let text = "expected an instant to judge the timestamp by, found none";
        cx.fail(element.path(), element.span(), text).hint("give --as-of");
    }
    Some(Checked)
}
