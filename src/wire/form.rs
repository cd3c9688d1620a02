//! `application/x-www-form-urlencoded`: the query of a URL, and the body of a form.

use std::borrow::Cow;
use std::fmt;

use crate::base::{Budget, Fault, Limit, Span, SpanMap};

/// A departure from what a form can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormFault {
    /// A percent sign without two hexadecimal digits behind it.
    Escape,
    /// Bytes that are not UTF-8 once they are decoded.
    Utf8,
    /// A character that has to be escaped: white space, a control character, or one outside ASCII.
    Bare,
    /// A parameter without a name.
    NoName,
    /// A parameter without an equals sign.
    NoValue,
    /// A name that stood there before.
    Repeated,
    /// A budget was spent; decoding stopped.
    Spent(Limit),
}

impl fmt::Display for FormFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escape => f.write_str("expected two hexadecimal digits behind `%`, found others"),
            Self::Utf8 => f.write_str("expected UTF-8 behind the escapes, found other bytes"),
            Self::Bare => f.write_str("expected an escape, found the character itself"),
            Self::NoName => f.write_str("expected a name before `=`, found none"),
            Self::NoValue => f.write_str("expected `=` and a value behind the name, found the name alone"),
            Self::Repeated => f.write_str("expected each parameter once, found it again"),
            Self::Spent(limit) => write!(f, "{limit}; decoding stopped here"),
        }
    }
}

/// A form.
#[derive(Debug)]
pub struct Form<'a> {
    /// Its parameters, in order, repeated ones included.
    pub parameters: Vec<Parameter<'a>>,
    /// Every fault, in the order of the text.
    pub faults: Vec<Fault<FormFault>>,
}

/// One parameter.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Its name, unescaped.
    pub name: Cow<'a, str>,
    /// Its value, unescaped; empty where there is no equals sign.
    pub value: Cow<'a, str>,
    /// Where its value stands.
    pub span: Span,
}

impl Parameter<'_> {
    /// How ranges of the value map to the text.
    pub fn map(&self) -> SpanMap {
        match self.value {
            Cow::Borrowed(_) => SpanMap::Offset(self.span.start),
            Cow::Owned(_) => SpanMap::Within(self.span),
        }
    }
}

impl<'a> Form<'a> {
    /// Reads a text.
    pub fn read(text: &'a [u8], budget: &Budget) -> Self {
        let mut form = Self { parameters: Vec::new(), faults: Vec::new() };
        if text.len() > budget.bytes {
            let limit = Limit::Bytes(budget.bytes);
            form.faults.push(Fault::new(FormFault::Spent(limit), Span::at(budget.bytes), ""));
            return form;
        }
        let mut start = 0;
        for piece in text.split(|byte| *byte == b'&') {
            let end = start + piece.len();
            let spent = if form.parameters.len() >= budget.members {
                Some(Limit::Members(budget.members))
            } else if form.faults.len() >= budget.faults {
                Some(Limit::Faults(budget.faults))
            } else {
                None
            };
            if let Some(limit) = spent {
                form.faults.push(Fault::new(FormFault::Spent(limit), Span::at(start), ""));
                break;
            }
            if !piece.is_empty() {
                form.parameter(piece, start);
            }
            start = end + 1;
        }
        form.repetitions();
        form
    }

    fn parameter(&mut self, piece: &'a [u8], start: usize) {
        let equals = piece.iter().position(|byte| *byte == b'=');
        let (name, value) = match equals {
            Some(at) => (&piece[..at], &piece[at + 1..]),
            None => (piece, &piece[piece.len()..]),
        };
        let span = Span::new(start + piece.len() - value.len(), start + piece.len());
        let whole = Span::new(start, start + piece.len());
        let decoded = self.unescape(name, start, "");
        let at = decoded.to_string();
        if name.is_empty() {
            self.faults.push(Fault::new(FormFault::NoName, whole, ""));
        }
        if equals.is_none() {
            self.faults.push(Fault::new(FormFault::NoValue, whole, at.as_str()));
        }
        let value = self.unescape(value, span.range().start, &at);
        self.parameters.push(Parameter { name: decoded, value, span });
    }

    fn unescape(&mut self, text: &'a [u8], start: usize, at: &str) -> Cow<'a, str> {
        let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'+');
        if text.iter().all(plain) {
            return String::from_utf8_lossy(text);
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        while let [first, tail @ ..] = rest {
            let here = start + text.len() - rest.len();
            rest = tail;
            match first {
                b'+' => bytes.push(b' '),
                b'%' => match hex(tail) {
                    Some(byte) => {
                        bytes.push(byte);
                        rest = &tail[2..];
                    }
                    None => {
                        self.faults.push(Fault::new(FormFault::Escape, Span::new(here, here + 1), at));
                        bytes.push(b'%');
                    }
                },
                other => {
                    let bare = Span::new(here, here + 1);
                    match self.faults.last_mut() {
                        _ if other.is_ascii_graphic() => {}
                        Some(last) if last.kind == FormFault::Bare && last.span.end == bare.start => {
                            last.span = last.span.join(bare);
                        }
                        _ => self.faults.push(Fault::new(FormFault::Bare, bare, at)),
                    }
                    bytes.push(*other);
                }
            }
        }
        Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| {
            let span = Span::new(start, start + text.len());
            self.faults.push(Fault::new(FormFault::Utf8, span, at));
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }))
    }

    fn repetitions(&mut self) {
        let mut order: Vec<usize> = (0..self.parameters.len()).collect();
        order.sort_by(|a, b| self.parameters[*a].name.cmp(&self.parameters[*b].name).then(a.cmp(b)));
        for pair in order.windows(2) {
            let (before, again) = (&self.parameters[pair[0]], &self.parameters[pair[1]]);
            if before.name == again.name {
                self.faults.push(Fault::new(FormFault::Repeated, again.span, again.name.as_ref()));
            }
        }
        self.faults.sort_by_key(|fault| fault.span.start);
    }

    /// The first parameter of this name.
    pub fn get(&self, name: &str) -> Option<&Parameter<'a>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

fn hex(text: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match text {
        [high, low, ..] => Some((digit(*high)? * 16 + digit(*low)?) as u8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<FormFault> {
        Form::read(text.as_bytes(), &Budget::JUDGE).faults.into_iter().map(|fault| fault.kind).collect()
    }

    #[test]
    fn parameters_are_read_with_their_places() {
        let form = Form::read(b"type=SSIN&a%20b=x+y%2Bz", &Budget::JUDGE);
        assert_eq!(form.faults, []);
        assert_eq!(form.get("type").map(|it| (it.value.as_ref(), it.span)), Some(("SSIN", Span::new(5, 9))));
        assert_eq!(form.get("a b").map(|it| it.value.as_ref()), Some("x y+z"));
    }

    #[test]
    fn each_departure_has_its_own_fault() {
        assert_eq!(kinds("a=%4"), [FormFault::Escape]);
        assert_eq!(kinds("a=%ff"), [FormFault::Utf8]);
        assert_eq!(kinds("a=x y"), [FormFault::Bare]);
        assert_eq!(kinds("=x"), [FormFault::NoName]);
        assert_eq!(kinds("a"), [FormFault::NoValue]);
        assert_eq!(kinds("a=1&b=2&%61=3"), [FormFault::Repeated]);
        assert_eq!(kinds("&&a=1&"), []);
    }

    proptest! {
        #[test]
        fn a_form_without_fault_reads_like_the_url_crate_reads_it(text in "[a-c=&+%0-9A-F]{0,24}") {
            let form = Form::read(text.as_bytes(), &Budget::JUDGE);
            for fault in &form.faults {
                prop_assert!(fault.span.end as usize <= text.len());
            }
            if !form.faults.iter().any(|fault| matches!(fault.kind, FormFault::Escape | FormFault::Utf8)) {
                let theirs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).collect();
                let ours: Vec<_> =
                    form.parameters.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
