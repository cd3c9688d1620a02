//! From the text of an expression to its tokens, with the names of XPath told from its operators.

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    Operator(Operator),
    Literal(&'t str),
    Number(f64),
    Name(Name<'t>),
    /// `/`, `//`, `(`, `)`, `[`, `]`, `.`, `..`, `@`, `,`, `::`
    Mark(&'static str),
}

/// A name, or the `*` that stands for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'t> {
    pub(super) space: Space<'t>,
    /// `None` where it is `*`.
    pub(super) local: Option<&'t str>,
}

/// How a name says its namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space<'t> {
    None,
    Prefix(&'t str),
    Uri(&'t str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Div,
    Mod,
    Union,
}

const SYMBOLS: [(&str, Operator); 9] = [
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("+", Operator::Plus),
    ("-", Operator::Minus),
    ("|", Operator::Union),
];
const WORDS: [(&str, Operator); 4] =
    [("or", Operator::Or), ("and", Operator::And), ("div", Operator::Div), ("mod", Operator::Mod)];
const MARKS: [&str; 11] = ["//", "/", "(", ")", "[", "]", "..", ".", "@", ",", "::"];

/// The tokens of `text`, each with the offset at which it begins.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token<'_>, usize)>, String> {
    let mut tokens: Vec<(Token<'_>, usize)> = Vec::new();
    let mut at = 0;
    loop {
        let rest = text[at..].trim_start_matches([' ', '\t', '\r', '\n']);
        at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        // XPath 1.0, 3.7: after an operand, a `*` and the four words are operators.
        let after_operand = tokens.last().is_some_and(|(token, _)| match token {
            Token::Operator(_) => false,
            Token::Mark(mark) => matches!(*mark, ")" | "]" | "." | ".."),
            Token::Literal(_) | Token::Number(_) | Token::Name(_) => true,
        });
        let (token, length) = if first == '"' || first == '\'' {
            let end =
                rest[1..].find(first).ok_or_else(|| format!("`{text}`: the quote {rest} is not closed"))?;
            (Token::Literal(&rest[1..=end]), end + 2)
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            number(rest)
        } else if let Some((symbol, operator)) = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
            (Token::Operator(*operator), symbol.len())
        } else if first == '*' && after_operand {
            (Token::Operator(Operator::Times), 1)
        } else if let Some((word, operator)) =
            WORDS.iter().find(|(word, _)| after_operand && part(rest) == *word)
        {
            (Token::Operator(*operator), word.len())
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            (Token::Mark(mark), mark.len())
        } else {
            let (name, length) =
                name(rest).ok_or_else(|| format!("`{text}`: `{rest}` begins with no token of XPath"))?;
            (Token::Name(name), length)
        };
        tokens.push((token, at));
        at += length;
    }
}

fn number(rest: &str) -> (Token<'_>, usize) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(rest);
    if rest[end..].starts_with('.') {
        end += 1 + digits(&rest[end + 1..]);
    }
    (Token::Number(rest[..end].parse().unwrap_or(f64::NAN)), end)
}

/// `local`, `prefix:local`, `Q{uri}local`, and each with `*` for the local name.
fn name(rest: &str) -> Option<(Name<'_>, usize)> {
    if let Some(braced) = rest.strip_prefix("Q{") {
        let end = braced.find('}')?;
        let (local, length) = local(&braced[end + 1..])?;
        return Some((Name { space: Space::Uri(braced[..end].trim()), local }, end + 3 + length));
    }
    let (first, length) = local(rest)?;
    let Some(prefix) = first else { return Some((Name { space: Space::None, local: None }, length)) };
    // `child::a` has an axis before its colons and no prefix.
    match rest[length..].strip_prefix(':').filter(|after| !after.starts_with(':')) {
        Some(after) => {
            let (local, more) = local(after)?;
            Some((Name { space: Space::Prefix(prefix), local }, length + 1 + more))
        }
        None => Some((Name { space: Space::None, local: Some(prefix) }, length)),
    }
}

fn local(rest: &str) -> Option<(Option<&str>, usize)> {
    if rest.starts_with('*') {
        return Some((None, 1));
    }
    let part = part(rest);
    (!part.is_empty()).then_some((Some(part), part.len()))
}

/// The name without colons that `rest` begins with; empty where it begins with none.
fn part(rest: &str) -> &str {
    let begins = |c: char| c.is_alphabetic() || c == '_';
    if !rest.starts_with(begins) {
        return "";
    }
    let goes_on = |c: char| c.is_alphanumeric() || "_-.\u{b7}".contains(c);
    &rest[..rest.find(|c| !goes_on(c)).unwrap_or(rest.len())]
}
