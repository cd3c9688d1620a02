//! The form: one e-mail address.

use crate::base::Span;
use crate::model::from::From;
use crate::rule;
use crate::rule::Severity::Warning;
use crate::rule::{Checked, Cx, ERROR, Force, WARNING, cite};

rule! { From =>
    /// The header is empty
    ///
    /// Every request should carry an address for emergency contact.
    "from.empty": ERROR.in_field(Warning) => empty,
        clauses: &["KD-5.1.3-02", "ED-5.1.2-02", "IX-5.1.1-02", "AA-5.1.3-02"],
        cites: &[
            cite("RFC 9110", "10.1.2", Force::Fact, "From = mailbox"),
            cite("IAM eXchange cookbook 1.1", "5.1.1", Force::Should, "the request SHOULD contain the following two http header values"),
        ],
        defects: &["SD-116", "SD-157"],
        catalogue: &["UA-01", "UA-11"];

    /// The value is not an e-mail address
    ///
    /// A local part, `@`, and a domain, in ASCII: `ops@clinic.be`. Real services log what does not
    /// fit and serve the request, so it is a warning under `field`.
    "from.not-an-address": ERROR.in_field(Warning) => not_an_address,
        clauses: &["KD-5.1.3-12", "ED-5.1.2-13", "CR-4.1.2-10", "IX-5.1.1-11", "AA-5.1.3-12"],
        cites: &[
            cite("RFC 9110", "10.1.2", Force::Fact, "From = mailbox"),
            cite("RFC 5322", "3.4.1", Force::Fact, "addr-spec = local-part \"@\" domain"),
        ],
        defects: &["SD-99"],
        catalogue: &["UA-11"];

    /// There are several addresses
    ///
    /// The header holds one mailbox; use an address that reaches several people.
    "from.several-addresses": ERROR.in_field(Warning) => several_addresses,
        clauses: &["CR-4.1.2-10"],
        cites: &[cite("RFC 9110", "10.1.2", Force::Fact, "From = mailbox")],
        catalogue: &["UA-11"];

    /// The address stands behind a display name or a scheme
    ///
    /// HTTP lets a name stand before the address in angle brackets; the cookbooks ask for an
    /// e-mail address and show it bare, and what reads the header there need not take more.
    "from.not-bare": WARNING.not_in_standard() => not_bare,
        clauses: &["KD-5.1.3-14", "ED-5.1.2-15", "CR-4.1.2-12", "IX-5.1.1-13", "AA-5.1.3-14"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "From: info@mycompany.be")],
        catalogue: &["UA-11"];

    /// The value holds a control character
    ///
    /// A line break in a header value ends the header: whoever controls the text writes the next
    /// header. No profile lets it pass.
    "from.control-character": ERROR => control_character,
        cites: &[cite("RFC 9110", "5.5", Force::Must, "Field values containing CR, LF, or NUL characters are invalid and dangerous")],
        catalogue: &["GE-18"];
}

fn empty(from: &From<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if from.text.trim().is_empty() {
        cx.fail("", from.span, "expected an e-mail address, found nothing");
    }
    Some(Checked)
}

/// Whether a comma or semicolon parts addresses, rather than standing in a quoted local part.
fn has_several(from: &From<'_>) -> bool {
    from.text.split([',', ';']).filter(|part| part.contains('@')).count() > 1
}

fn not_an_address(from: &From<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if from.text.trim().is_empty() || has_several(from) {
        return None;
    }
    if !from.is_addr_spec() {
        let scheme = from.address.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
        let found = match from.parts() {
            _ if scheme => "a `mailto:` URI",
            _ if !from.text.is_ascii() => "characters outside ASCII",
            None => "no `@`",
            Some(("", _)) => "nothing before the `@`",
            Some((_, "")) => "nothing behind the `@`",
            Some(_) => "characters that an address cannot have",
        };
        cx.fail("", from.span, format!("expected an e-mail address, found {found}"));
    }
    Some(Checked)
}

fn several_addresses(from: &From<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !from.text.contains('@') {
        return None;
    }
    if has_several(from) {
        cx.fail("", Span::new(0, from.text.len()), "expected one address, found several");
    }
    Some(Checked)
}

fn not_bare(from: &From<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if !from.is_addr_spec() {
        return None;
    }
    if from.display_name.is_some() {
        cx.fail(
            "",
            Span::new(0, from.text.len()),
            "expected the address alone, found a display name or brackets",
        );
    }
    Some(Checked)
}

fn control_character(from: &From<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    for (at, c) in from.text.char_indices().filter(|(_, c)| c.is_control() && *c != '\t') {
        let span = Span::new(at, at + c.len_utf8());
        cx.fail("", span, format!("expected visible characters, found `{}`", c.escape_default()));
    }
    Some(Checked)
}
