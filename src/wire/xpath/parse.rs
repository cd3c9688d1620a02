//! The grammar of XPath 1.0: from tokens to an expression whose names are resolved.

use std::collections::BTreeMap;

use super::function::Function;
use super::token::{Name, Operator, Space, Token, tokens};

/// Deepest nesting of an expression.
const DEPTH: usize = 48;

/// An expression.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Binary(Operator, Box<Expression>, Box<Expression>),
    Negated(Box<Expression>),
    Literal(String),
    Number(f64),
    Call(Function, Vec<Expression>),
    Path(Path),
}

/// A location path.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) start: Start,
    pub(super) steps: Vec<Step>,
}

/// Where a path begins.
#[derive(Debug, Clone)]
pub(super) enum Start {
    Context,
    Root,
    /// The nodes of an expression, filtered.
    Filtered(Box<Expression>, Vec<Expression>),
}

/// One step of a path.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expression>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Child,
    Descendant,
    DescendantOrSelf,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
    Own,
}

/// What a step keeps of the nodes on its axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// Elements, or on the attribute axis attributes, of a name: `None` is any.
    Named {
        namespace: Option<String>,
        local: Option<String>,
    },
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
}

const AXES: [(&str, Axis); 12] = [
    ("child", Axis::Child),
    ("descendant", Axis::Descendant),
    ("descendant-or-self", Axis::DescendantOrSelf),
    ("parent", Axis::Parent),
    ("ancestor", Axis::Ancestor),
    ("ancestor-or-self", Axis::AncestorOrSelf),
    ("following-sibling", Axis::FollowingSibling),
    ("preceding-sibling", Axis::PrecedingSibling),
    ("following", Axis::Following),
    ("preceding", Axis::Preceding),
    ("attribute", Axis::Attribute),
    ("self", Axis::Own),
];

pub(super) fn parse(text: &str, namespaces: &BTreeMap<String, String>) -> Result<Expression, String> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0, namespaces };
    let expression = parser.binary(0)?;
    if parser.at < parser.tokens.len() {
        return Err(parser.expected("an operator or the end"));
    }
    Ok(expression)
}

struct Parser<'t, 'n> {
    text: &'t str,
    tokens: Vec<(Token<'t>, usize)>,
    at: usize,
    depth: usize,
    namespaces: &'n BTreeMap<String, String>,
}

/// How tightly an operator binds.
fn precedence(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Equal | Operator::NotEqual => 3,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => 4,
        Operator::Plus | Operator::Minus => 5,
        Operator::Times | Operator::Div | Operator::Mod => 6,
        Operator::Union => UNION,
    }
}

const UNION: u8 = 7;

impl<'t> Parser<'t, '_> {
    fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn eat(&mut self, mark: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Mark(found)) if *found == mark);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, mark: &str) -> Result<(), String> {
        if self.eat(mark) { Ok(()) } else { Err(self.expected(&format!("`{mark}`"))) }
    }

    fn expected(&self, what: &str) -> String {
        let found = match self.tokens.get(self.at) {
            Some((_, offset)) => format!("`{}`", &self.text[*offset..]),
            None => "the end".to_owned(),
        };
        format!("`{}`: expected {what}, found {found}", self.text)
    }

    /// An expression of operators that bind at least as tightly as `least`.
    fn binary(&mut self, least: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("`{}`: expected at most {DEPTH} levels of nesting", self.text));
        }
        let mut left = if matches!(self.peek(), Some(Token::Operator(Operator::Minus))) {
            self.at += 1;
            Expression::Negated(Box::new(self.binary(UNION)?))
        } else {
            self.path()?
        };
        while let Some(Token::Operator(operator)) = self.peek() {
            let operator = *operator;
            if precedence(operator) < least {
                break;
            }
            self.at += 1;
            let right = self.binary(precedence(operator) + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn path(&mut self) -> Result<Expression, String> {
        let mut steps = Vec::new();
        let start = if self.eat("//") {
            steps.push(Step::all_below());
            self.steps(&mut steps)?;
            Start::Root
        } else if self.eat("/") {
            if self.begins_step() {
                self.steps(&mut steps)?;
            }
            Start::Root
        } else if self.begins_step() {
            self.steps(&mut steps)?;
            Start::Context
        } else {
            let primary = self.primary()?;
            let predicates = self.predicates()?;
            if self.eat("//") {
                steps.push(Step::all_below());
                self.steps(&mut steps)?;
            } else if self.eat("/") {
                self.steps(&mut steps)?;
            }
            if predicates.is_empty() && steps.is_empty() {
                return Ok(primary);
            }
            Start::Filtered(Box::new(primary), predicates)
        };
        Ok(Expression::Path(Path { start, steps }))
    }

    /// Whether the next token begins a step: a name that is no call of a function.
    fn begins_step(&self) -> bool {
        match self.peek() {
            Some(Token::Mark(mark)) => matches!(*mark, "." | ".." | "@"),
            Some(Token::Name(name)) => {
                let called = matches!(self.tokens.get(self.at + 1), Some((Token::Mark("("), _)));
                !called || node_test(*name).is_some()
            }
            Some(Token::Operator(_) | Token::Literal(_) | Token::Number(_)) | None => false,
        }
    }

    fn steps(&mut self, into: &mut Vec<Step>) -> Result<(), String> {
        loop {
            into.push(self.step()?);
            if self.eat("//") {
                into.push(Step::all_below());
            } else if !self.eat("/") {
                return Ok(());
            }
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        let plain = |axis| Step { axis, test: Test::Node, predicates: Vec::new() };
        if self.eat("..") {
            return Ok(plain(Axis::Parent));
        }
        if self.eat(".") {
            return Ok(plain(Axis::Own));
        }
        let axis = if self.eat("@") { Axis::Attribute } else { self.axis()? };
        let Some(Token::Name(name)) = self.peek() else { return Err(self.expected("a step")) };
        let name = *name;
        self.at += 1;
        let test = if self.eat("(") {
            let test = node_test(name).ok_or_else(|| self.expected("node(), text() or comment()"))?;
            let test = match (test, self.peek()) {
                (Test::Instruction(_), Some(Token::Literal(target))) => {
                    let target = Some((*target).to_owned());
                    self.at += 1;
                    Test::Instruction(target)
                }
                (test, _) => test,
            };
            self.expect(")")?;
            test
        } else {
            self.named(name)?
        };
        Ok(Step { axis, test, predicates: self.predicates()? })
    }

    fn axis(&mut self) -> Result<Axis, String> {
        let named = matches!(self.tokens.get(self.at + 1), Some((Token::Mark("::"), _)));
        let Some(Token::Name(name)) = self.peek().filter(|_| named) else { return Ok(Axis::Child) };
        let written = name.local.unwrap_or_default();
        let axis = AXES.iter().find(|(axis, _)| *axis == written).map(|(_, axis)| *axis);
        let axis = axis.ok_or_else(|| self.expected("an axis of XPath 1.0 other than `namespace`"))?;
        self.at += 2;
        Ok(axis)
    }

    fn named(&self, name: Name<'t>) -> Result<Test, String> {
        let local = name.local.map(str::to_owned);
        let namespace = match name.space {
            // A name without a prefix is in no namespace; `*` alone is any name.
            Space::None => local.as_ref().map(|_| String::new()),
            Space::Uri(uri) => Some(uri.to_owned()),
            Space::Prefix(prefix) => Some(self.namespaces.get(prefix).cloned().ok_or_else(|| {
                format!(
                    "`{}`: the prefix `{prefix}` stands for no namespace here: declare it, or write Q{{uri}}{}",
                    self.text,
                    name.local.unwrap_or("*")
                )
            })?),
        };
        Ok(Test::Named { namespace, local })
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, String> {
        let mut predicates = Vec::new();
        while self.eat("[") {
            predicates.push(self.binary(0)?);
            self.expect("]")?;
        }
        Ok(predicates)
    }

    fn primary(&mut self) -> Result<Expression, String> {
        if self.eat("(") {
            let inner = self.binary(0)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let token = self.peek().cloned();
        match token {
            Some(Token::Literal(text)) => {
                self.at += 1;
                Ok(Expression::Literal(text.to_owned()))
            }
            Some(Token::Number(number)) => {
                self.at += 1;
                Ok(Expression::Number(number))
            }
            Some(Token::Name(name)) => self.call(name),
            Some(Token::Mark(_) | Token::Operator(_)) | None => Err(self.expected("an expression")),
        }
    }

    fn call(&mut self, name: Name<'t>) -> Result<Expression, String> {
        let function = match (name.space, name.local) {
            (Space::None, Some(local)) => Function::named(local),
            (Space::None | Space::Prefix(_) | Space::Uri(_), _) => None,
        };
        let function = function.ok_or_else(|| self.expected("a function of XPath 1.0"))?;
        self.at += 1;
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.eat(")") {
            loop {
                arguments.push(self.binary(0)?);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        function.takes(&arguments).map_err(|why| format!("`{}`: {why}", self.text))?;
        Ok(Expression::Call(function, arguments))
    }
}

impl Step {
    /// What `//` stands for.
    fn all_below() -> Self {
        Self { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() }
    }
}

/// The test that `node()`, `text()`, `comment()` and `processing-instruction()` are.
fn node_test(name: Name<'_>) -> Option<Test> {
    match (name.space, name.local?) {
        (Space::None, "node") => Some(Test::Node),
        (Space::None, "text") => Some(Test::Text),
        (Space::None, "comment") => Some(Test::Comment),
        (Space::None, "processing-instruction") => Some(Test::Instruction(None)),
        _ => None,
    }
}
