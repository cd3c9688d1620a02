//! The subject: that there is one, and how it can be confirmed.

use crate::base::time;
use crate::context;
use crate::model::saml::assertion::Assertion;
use crate::model::saml::subject::Confirmation;
use crate::model::saml::value::{Sort, Value};
use crate::model::saml::{ASSERTION_2, METHODS, Version};
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};
use crate::wire::xml::Element;
use crate::xmldsig::KeyInfo;

rule! { Assertion =>
    /// Nothing says whom the assertion is about
    ///
    /// An assertion that states attributes or an authentication must have a subject, and one without
    /// any statement, too.
    "saml-assertion.subject-missing": ERROR => subject_missing,
        clauses: &["AA-5.3.2.9-02"],
        cites: &[
            cite("SAML core 2.0", "2.7.3", Force::Must, "Assertions containing <AttributeStatement> elements MUST contain a <Subject> element"),
            cite("SAML core 2.0", "2.3.3", Force::Must, "An assertion with no statements MUST contain a <Subject> element"),
        ],
        catalogue: &["SM-11"];

    /// The subject has no confirmation
    ///
    /// The Attribute Authority and IAM eXchange both say how the subject is confirmed. Without it an
    /// assertion can be shown by whoever finds it.
    "saml-assertion.confirmation-missing": ERROR.not_in_standard() => confirmation_missing,
        clauses: &["AA-5.3.2.9-02", "IX-2.1-06"],
        cites: &[cite("AA cookbook 1.8", "5.3.1.3", Force::Fact, "The <Subject> element uses 2 sub elements (<NameID> and <SubjectConfirmation>)")],
        catalogue: &["SM-12"];

    /// The confirmation method is not one of eHealth's
    ///
    /// eHealth knows holder-of-key and sender-vouches. `bearer` in their place lets whoever holds the
    /// assertion use it: a downgrade. Tokens of the STS are holder-of-key alone.
    "saml-assertion.method-unknown": ERROR.not_in_standard() => method_unknown,
        clauses: &["IX-2.1-06"],
        cites: &[
            cite("AA cookbook 1.8", "5.4.3", Force::Fact, "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key … sender-vouches"),
            cite("IAM eXchange cookbook 1.1", "2.1", Force::Fact, "IAM eXchange issues SAML Holder-of-Key (HOK) session tokens"),
        ],
        catalogue: &["SM-12", "SM-27", "TX-13"];

    /// A holder-of-key confirmation names no key
    ///
    /// The holder proves that he has the private key of the `ds:KeyInfo` in the confirmation. Without one
    /// everybody is the holder.
    "saml-assertion.holder-key-missing": ERROR => holder_key_missing,
        clauses: &["IX-2.1-10"],
        cites: &[
            cite("SAML profiles 2.0", "3.1", Force::Must, "One or more <ds:KeyInfo> elements MUST be present within the <SubjectConfirmationData> element"),
            cite("SAML 1.1 bindings", "5.1", Force::Must, "<ds:KeyInfo> … MUST be present"),
        ],
        catalogue: &["SM-26"];

    /// A holder-of-key confirmation names its key by reference only
    ///
    /// A key name, or a URL to fetch the key from, means whatever the reader has behind it. The
    /// certificate or the key itself must stand in the confirmation. Under `standard` it is a warning: a
    /// name identifies a key for those who agreed on it.
    "saml-assertion.holder-key-unidentified": ERROR.in_standard(Warning) => holder_key_unidentified,
        clauses: &["IX-2.1-10"],
        cites: &[cite("SAML core 2.0", "2.4.1.3", Force::Must, "each <ds:KeyInfo> element MUST identify a single cryptographic key")],
        catalogue: &["SM-26"];

    /// The holder's certificate is another one
    ///
    /// The certificate in the confirmation is not the `auth_certificate` of the context: the holder of
    /// that certificate could not use this assertion.
    "saml-assertion.holder-other": ERROR => holder_other,
        clauses: &["IX-2.1-10"],
        cites: &[cite("IAM eXchange cookbook 1.1", "2.1", Force::Fact, "the Private Key that corresponds with the Public Key mentioned in the SAML token")],
        catalogue: &["SM-26", "TX-13"];

    /// No confirmation of the subject is still possible
    ///
    /// Each SubjectConfirmationData has a NotOnOrAfter that has passed, or a NotBefore to come. One that
    /// can be used is enough. For answers of the Attribute Authority, where the window is that of the
    /// question and may lie in the past, it is a warning.
    "saml-assertion.confirmation-expired": WARNING.in_standard(crate::rule::Severity::Error) => confirmation_expired,
        cites: &[cite("SAML core 2.0", "2.4.1.2", Force::Fact, "A time instant at which the subject can no longer be confirmed")],
        defects: &["SD-167", "SD-182"],
        catalogue: &["SM-13"];

    /// A bearer confirmation had expired when the assertion was issued
    ///
    /// Its NotOnOrAfter lies before the IssueInstant: it could never be used. Of several confirmations one
    /// that can be used is enough.
    "saml-assertion.confirmation-void": ERROR => confirmation_void,
        cites: &[cite("SAML core 2.0", "2.4.1.2", Force::Fact, "A time instant at which the subject can no longer be confirmed")],
        catalogue: &["SM-13"];

    /// No bearer confirmation says anything
    ///
    /// In the browser profile at least one bearer confirmation has data: for whom the assertion is, and
    /// until when. Without any, whoever finds the assertion can use it anywhere and at any time.
    "saml-assertion.confirmation-data-missing": ERROR.not_in_cookbook() => confirmation_data_missing,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "At least one bearer <SubjectConfirmation> element MUST contain a <SubjectConfirmationData> element")],
        catalogue: &["SM-13"];

    /// No bearer confirmation is bound to a place and a time
    ///
    /// In the browser profile a bearer confirmation names the Recipient and the NotOnOrAfter. It is a
    /// warning, because many authorities leave one of them out, and the conditions of the assertion bound
    /// its audience and its time, too.
    "saml-assertion.confirmation-unbounded": WARNING.not_in_cookbook() => confirmation_unbounded,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "itself MUST contain a Recipient attribute containing the service provider's assertion consumer service URL and a NotOnOrAfter attribute")],
        catalogue: &["SM-13"];

    /// Every bearer confirmation has a NotBefore
    ///
    /// In the browser profile a bearer confirmation counts from when it is made: it has no NotBefore, and
    /// receivers are not told to look for one. When the assertion starts to be valid its conditions say. It is
    /// a warning, because some authorities write one and nothing else depends on it.
    "saml-assertion.confirmation-delayed": WARNING.not_in_cookbook() => confirmation_delayed,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "It MUST NOT contain a NotBefore attribute")],
        catalogue: &["SM-13"];

    /// A bearer assertion states no authentication
    ///
    /// In the browser profile the bearer assertion says that the subject was authenticated. One that only
    /// gives attributes logs nobody in. Of several assertions in a response one that says it is enough; a
    /// token in a WS-Security header need not.
    "saml-assertion.authentication-missing": ERROR => authentication_missing,
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "The set of one or more bearer assertions MUST contain at least one <AuthnStatement>")],
        catalogue: &["SM-17"];

    /// A bearer assertion has no conditions
    ///
    /// Without conditions it is valid forever and for everybody. A token in a WS-Security header may have
    /// none.
    "saml-assertion.conditions-missing": ERROR => conditions_missing,
        clauses: &["AA-5.3.2.10-05"],
        cites: &[cite("SAML profiles 2.0", "4.1.4.2", Force::Must, "containing a bearer subject confirmation MUST contain an <AudienceRestriction> including the service provider's unique identifier")],
        catalogue: &["SM-14", "SM-15"];
}

fn subject_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let encrypted = assertion.element.descendants().any(|it| it.local() == "EncryptedID");
    // The schema of SAML 1.1 has the subject in each statement.
    if assertion.version == Version::V2 && assertion.subjects.is_empty() && !encrypted {
        let text = "expected a Subject in the assertion, found none";
        cx.fail(assertion.element.path(), assertion.element.start_tag(), text);
    }
    Some(Checked)
}

fn confirmation_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for subject in assertion.subjects.iter().filter(|subject| subject.confirmations.is_empty()) {
        cx.fail(subject.element.path(), subject.element.span(), "expected a SubjectConfirmation, found none");
    }
    (!assertion.subjects.is_empty()).then_some(Checked)
}

fn confirmations<'a, 'd>(assertion: &'a Assertion<'d>) -> impl Iterator<Item = &'a Confirmation<'d>> {
    assertion.subjects.iter().flat_map(|subject| &subject.confirmations)
}

/// SAML 1.1's own identifiers of the methods, which its tokens use.
const METHODS_1: [&str; 2] =
    ["urn:oasis:names:tc:SAML:1.0:cm:holder-of-key", "urn:oasis:names:tc:SAML:1.1:cm:holder-of-key"];

fn method_unknown(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let known: &[&str] = match assertion.version {
        Version::V1 => &METHODS_1,
        Version::V2 => &METHODS,
    };
    let mut met = None;
    for method in confirmations(assertion).filter_map(|it| it.method.as_ref()) {
        met = Some(Checked);
        if !known.contains(&method.text.trim()) {
            let text = format!("expected one of {}, found {}", known.join(", "), method.shown());
            cx.fail(method.path(), method.span, text);
        }
    }
    met
}

fn holders<'a, 'd>(assertion: &'a Assertion<'d>) -> impl Iterator<Item = &'a Confirmation<'d>> {
    confirmations(assertion).filter(|it| it.kind() == "holder-of-key")
}

fn holder_key_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    keys_missing(holders(assertion), cx)
}

/// Every holder-of-key confirmation without a key.
pub(in crate::rules) fn keys_missing<'a, 'd: 'a>(
    holders: impl Iterator<Item = &'a Confirmation<'d>>,
    cx: &mut Cx<'_>,
) -> Option<Checked> {
    let mut met = None;
    for holder in holders {
        met = Some(Checked);
        if holder.keys.is_empty() {
            let text = "expected a ds:KeyInfo in a holder-of-key confirmation, found none";
            cx.fail(holder.element.path(), holder.element.span(), text);
        }
    }
    met
}

fn holder_key_unidentified(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut met = None;
    for key in holders(assertion).flat_map(|holder| &holder.keys) {
        met = Some(Checked);
        let info = KeyInfo::read(*key);
        let identified = info.certificates().next().is_some()
            || info.key_values.iter().any(|(_, key)| key.is_some())
            || info.x509.iter().any(|data| {
                !data.key_ids.is_empty() || !data.issuer_serials.is_empty() || !data.digests.is_empty()
            });
        if !identified {
            cx.fail(key.path(), key.span(), "expected a certificate or a key in the KeyInfo, found neither");
        }
    }
    met
}

fn holder_other(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let wanted = context::pem_blocks(cx.context().auth_certificate.as_deref()?).ok()?;
    let wanted = wanted.first()?;
    let mut met = None;
    for holder in holders(assertion) {
        let certificates: Vec<(Element<'_>, Vec<u8>)> = holder
            .keys
            .iter()
            .flat_map(|key| {
                let info = KeyInfo::read(*key);
                info.certificates().map(|(element, der)| (element, der.to_vec())).collect::<Vec<_>>()
            })
            .collect();
        let Some((first, _)) = certificates.first() else { continue };
        met = Some(Checked);
        if !certificates.iter().any(|(_, der)| der == wanted) {
            let text = "expected the given authentication certificate, found another one";
            cx.fail(first.path(), first.span(), text);
        }
    }
    met
}

fn confirmation_expired(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let now = cx.as_of()?;
    let mut last: Option<Value<'_>> = None;
    for confirmation in confirmations(assertion) {
        let start = confirmation.datum("NotBefore", Sort::Time);
        let late = end(confirmation).filter(|it| it.instant().is_some_and(|end| now >= end.instant));
        let early = start.filter(|it| it.instant().is_some_and(|start| now < start.instant));
        match late.or(early) {
            Some(value) => last = Some(value),
            None => return Some(Checked),
        }
    }
    let value = last?;
    let text =
        format!("expected a confirmation that holds at {}, found {}", time::format(now), value.shown());
    cx.fail(value.path(), value.span, text);
    Some(Checked)
}

/// From when on a subject can no longer be confirmed so.
fn end<'d>(confirmation: &Confirmation<'d>) -> Option<Value<'d>> {
    confirmation.datum("NotOnOrAfter", Sort::Time)
}

fn confirmation_void(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let issued = Value::at(assertion.element, "IssueInstant", Sort::Time)?.instant()?;
    let is_void = |end: Value<'_>| end.instant().is_some_and(|end| end.instant <= issued.instant);
    let first = confirmations(assertion).filter(|it| it.kind() == "bearer").find_map(end)?;
    if confirmations(assertion).all(|it| it.kind() == "bearer" && end(it).is_some_and(is_void)) {
        let text = format!("expected a NotOnOrAfter after the IssueInstant, found {}", first.shown());
        cx.fail(first.path(), first.span, text);
    }
    Some(Checked)
}

/// The bearer confirmations of an assertion of the browser profile; nothing where it is none.
fn bearers<'a, 'd>(assertion: &'a Assertion<'d>) -> Option<Vec<&'a Confirmation<'d>>> {
    let bearers: Vec<_> = confirmations(assertion).filter(|it| it.kind() == "bearer").collect();
    let applies = assertion.version == Version::V2 && !assertion.is_token() && !bearers.is_empty();
    applies.then_some(bearers)
}

fn confirmation_data_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bearers = bearers(assertion)?;
    let first = bearers.first()?.element;
    if bearers.iter().all(|bearer| bearer.data.is_none()) {
        let text = "expected SubjectConfirmationData in a bearer confirmation, found none";
        cx.fail(first.path(), first.span(), text);
    }
    Some(Checked)
}

fn confirmation_unbounded(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bearers = bearers(assertion)?;
    let data: Vec<_> = bearers.iter().filter_map(|bearer| bearer.data).collect();
    let first = data.first()?;
    let bound = |data: &Element<'_>| ["Recipient", "NotOnOrAfter"].map(|name| data.value_of(name).is_some());
    if !data.iter().any(|data| bound(data) == [true; 2]) {
        let found = match bound(first) {
            [true, false] => "Recipient alone",
            [false, true] => "NotOnOrAfter alone",
            _ => "neither",
        };
        let text = format!("expected Recipient and NotOnOrAfter in a bearer confirmation, found {found}");
        cx.fail(first.path(), first.start_tag(), text);
    }
    Some(Checked)
}

fn confirmation_delayed(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let bearers = bearers(assertion)?;
    let data: Vec<_> = bearers.iter().filter_map(|bearer| bearer.data).collect();
    let starts: Option<Vec<_>> = data.iter().map(|data| Value::at(*data, "NotBefore", Sort::Time)).collect();
    data.first()?;
    if let Some(first) = starts.as_ref().and_then(|starts| starts.first()) {
        let text = format!("expected a bearer confirmation without a NotBefore, found {}", first.shown());
        cx.fail(first.path(), first.span, text);
    }
    Some(Checked)
}

fn authentication_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    bearers(assertion)?;
    let states = |it: Element<'_>| it.child(ASSERTION_2, "AuthnStatement").is_some();
    // What is encrypted may state it.
    let others = |parent: Element<'_>| {
        parent
            .elements()
            .any(|it| it.is(ASSERTION_2, "EncryptedAssertion") || (Assertion::is(it) && states(it)))
    };
    if !states(assertion.element) && !assertion.element.parent().is_some_and(others) {
        let text = "expected an AuthnStatement in a bearer assertion, found none";
        cx.fail(assertion.element.path(), assertion.element.start_tag(), text);
    }
    Some(Checked)
}

fn conditions_missing(assertion: &Assertion<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    bearers(assertion)?;
    if assertion.conditions.is_none() {
        let text = "expected Conditions in a bearer assertion, found none";
        cx.fail(assertion.element.path(), assertion.element.start_tag(), text);
    }
    Some(Checked)
}
