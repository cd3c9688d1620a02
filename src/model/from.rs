//! The From header: a mailbox of RFC 5322.

use crate::base::Span;
use crate::rule::Artefact;

/// A From header value.
#[derive(Debug)]
pub(crate) struct From<'a> {
    /// The whole value.
    pub(crate) text: &'a str,
    /// What stands in the place of the address: inside the angle brackets, or everything.
    pub(crate) address: &'a str,
    /// Where it stands.
    pub(crate) span: Span,
    /// What stands before the angle brackets.
    pub(crate) display_name: Option<&'a str>,
}

impl Artefact for From<'static> {
    type Model<'a> = From<'a>;
}

impl<'a> From<'a> {
    /// Reads a header value.
    pub(crate) fn read(text: &'a str) -> Self {
        let bare = text.trim_matches([' ', '\t']);
        let bracketed = bare.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
        let (display_name, address) = match bracketed {
            Some((name, address)) => (Some(name.trim_matches([' ', '\t'])), address),
            None => (None, bare),
        };
        let start = text.find(address).unwrap_or(0);
        Self { text, address, span: Span::new(start, start + address.len()), display_name }
    }

    /// The parts around the last `@`.
    pub(crate) fn parts(&self) -> Option<(&'a str, &'a str)> {
        self.address.rsplit_once('@')
    }

    /// Whether the address is an `addr-spec` of RFC 5322 without folding and comments.
    pub(crate) fn is_addr_spec(&self) -> bool {
        self.parts().is_some_and(|(local, domain)| is_local(local) && is_domain(domain))
    }
}

fn is_dot_atom(text: &str) -> bool {
    let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !text.is_empty() && text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(atext))
}

fn is_local(text: &str) -> bool {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let in_quotes = |text: &str| {
        let mut escaped = false;
        let fits = text.bytes().all(|byte| {
            let fits =
                escaped || byte == b'\\' || (byte != b'"' && (byte == b' ' || byte.is_ascii_graphic()));
            escaped = byte == b'\\' && !escaped;
            fits
        });
        fits && !escaped
    };
    text.len() <= 64 && quoted.map_or_else(|| is_dot_atom(text), in_quotes)
}

/// A host name, or a literal in square brackets.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let literal = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(literal) => {
            !literal.is_empty()
                && literal.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:IPv".contains(&byte))
        }
        None => text.len() <= 255 && text.split('.').all(label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_rfc_5322() {
        for right in
            ["info@mycompany.be", "a.b+c@x-y.example", "\"John Doe\"@x.be", "ops@[192.0.2.1]", "<a@b.be>"]
        {
            assert!(From::read(right).is_addr_spec(), "{right}");
        }
        for wrong in [
            "info",
            "a@",
            "@b.be",
            "a..b@c.be",
            ".a@c.be",
            "a b@c.be",
            "a@-c.be",
            "a@c..be",
            "a@b@c.be",
            "a@c_d.be",
        ] {
            assert!(!From::read(wrong).is_addr_spec(), "{wrong}");
        }
        let named = From::read("Operations <ops@clinic.be>");
        assert_eq!(
            (named.display_name, named.address, named.span),
            (Some("Operations"), "ops@clinic.be", Span::new(12, 25))
        );
    }
}
