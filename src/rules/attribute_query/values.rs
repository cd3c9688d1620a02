//! The values: none empty, none interrupted, URIs absolute, instants in UTC.

use crate::model::saml::query::AttributeQuery;
use crate::rule;
use crate::rule::Severity::Error;
use crate::rule::{ERROR, Force, WARNING, cite};
use crate::rules::saml_assertion::values;

rule! { AttributeQuery =>
    /// A value is empty
    ///
    /// Unless the specification says otherwise, every string of SAML has at least one character that is
    /// not white space. An empty name, issuer or destination matches whatever a reader compares it with
    /// carelessly. The value of an attribute may be empty.
    "attribute-query.value-empty": ERROR => |query, cx| values::empty(&query.values, cx),
        clauses: &["AA-5.3.1.4-01", "AA-5.3.1.5-01"],
        cites: &[
            cite("SAML core 2.0", "1.3.1", Force::Must, "all strings in SAML messages MUST consist of at least one non-whitespace character"),
            cite("SAML core 2.0", "1.3.2", Force::Must, "all URI reference values used within SAML-defined elements or attributes MUST consist of at least one non-whitespace character"),
        ],
        catalogue: &["SM-04", "SM-07", "SM-08", "SM-10", "SM-11", "SM-15"];

    /// A comment or processing instruction stands inside a value
    ///
    /// `admin<!-- -->@example.be` is signed as one value, because comments are not, and read by half of
    /// the XML libraries as `admin`. No sender has a reason to write it. etalon reads the whole text, and
    /// refuses the document, because others do not.
    "attribute-query.value-interrupted": ERROR => |query, cx| values::interrupted(&query.values, cx),
        cites: &[cite("etalon", "what you see is what is signed", Force::House, "text across comments is never truncated (CVE-2017-11427 and its sisters)")],
        catalogue: &["SM-23", "XP-07", "XP-08", "XP-09"];

    /// A URI is not absolute
    ///
    /// URI references in SAML are absolute. Under `standard` and `field` it is a warning: test systems
    /// and old libraries send bare names, and nothing else depends on it.
    "attribute-query.uri-not-absolute": WARNING.in_cookbook(Error) => |query, cx| values::not_absolute(&query.values, cx),
        clauses: &["AA-5.3.1.4-03", "AA-5.3.1.5-03"],
        cites: &[cite("SAML core 2.0", "1.3.2", Force::Must, "and are REQUIRED to be absolute")];

    /// An instant is not written in UTC
    ///
    /// SAML writes instants in UTC, with a `Z`; a time without a zone is worse than one with an offset,
    /// because two readers take it for two instants. It is a warning: the cookbook's own example has
    /// `+02:00`, and the instant is clear.
    "attribute-query.time-not-utc": WARNING => |query, cx| values::not_utc(&query.values, cx),
        clauses: &["AA-5.3.1.1-07", "AA-5.3.1.6-04", "AA-5.3.1.6-07", "AA-5.3.1.8-05"],
        cites: &[cite("SAML core 2.0", "1.3.3", Force::Must, "MUST be expressed in UTC form, with no time zone component")],
        defects: &["SD-24"],
        catalogue: &["SM-06", "SM-13", "SM-14", "SM-30"];

    /// An instant is finer than a millisecond
    ///
    /// Readers cut off what they cannot hold, each in its own way.
    "attribute-query.time-too-fine": WARNING => |query, cx| values::too_fine(&query.values, cx),
        cites: &[cite("SAML core 2.0", "1.3.3", Force::Should, "SAML system entities SHOULD NOT rely on time resolution finer than milliseconds")],
        catalogue: &["SM-06"];
}
