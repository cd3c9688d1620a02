//! The core function library of XPath 1.0 (section 4), but for `id()` and `lang()`.

use super::evaluate::Scope;
use super::parse::Expression;
use super::tree::{Item, Sort};
use super::value::{Value, number_of};

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal..=$most:expr),+ $(,)?) => {
        /// A function.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Function { $($variant),+ }

        impl Function {
            pub(super) fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// Its name, and the least and the most arguments that it takes.
            fn signature(self) -> (&'static str, usize, usize) {
                match self { $(Self::$variant => ($name, $least, $most)),+ }
            }
        }
    };
}

functions! {
    Last "last" 0..=0, Position "position" 0..=0, Count "count" 1..=1,
    LocalName "local-name" 0..=1, NamespaceUri "namespace-uri" 0..=1, Name "name" 0..=1,
    String "string" 0..=1, Concat "concat" 2..=usize::MAX, StartsWith "starts-with" 2..=2,
    Contains "contains" 2..=2, SubstringBefore "substring-before" 2..=2,
    SubstringAfter "substring-after" 2..=2, Substring "substring" 2..=3,
    StringLength "string-length" 0..=1, NormalizeSpace "normalize-space" 0..=1,
    Translate "translate" 3..=3, Boolean "boolean" 1..=1, Not "not" 1..=1, True "true" 0..=0,
    False "false" 0..=0, Number "number" 0..=1, Sum "sum" 1..=1, Floor "floor" 1..=1,
    Ceiling "ceiling" 1..=1, Round "round" 1..=1,
}

impl Function {
    /// Whether it takes these arguments.
    pub(super) fn takes(self, arguments: &[Expression]) -> Result<(), String> {
        let (name, least, most) = self.signature();
        if (least..=most).contains(&arguments.len()) {
            return Ok(());
        }
        let expected = match most {
            usize::MAX => format!("at least {least}"),
            most if most == least => least.to_string(),
            most => format!("{least} to {most}"),
        };
        Err(format!("{name}() takes {expected} arguments, found {}", arguments.len()))
    }
}

/// Calls a function with as many arguments as it takes.
pub(super) fn call(
    function: Function,
    arguments: &[Expression],
    scope: Scope<'_, '_>,
) -> Result<Value, String> {
    let text = |index: usize| -> Result<String, String> {
        match arguments.get(index) {
            Some(argument) => Ok(scope.value(argument)?.text(scope.tree)),
            None => Ok(scope.tree.text(scope.item)),
        }
    };
    let number = |index: usize| -> Result<f64, String> {
        match arguments.get(index) {
            Some(argument) => Ok(scope.value(argument)?.number(scope.tree)),
            None => Ok(number_of(&scope.tree.text(scope.item))),
        }
    };
    let node = || -> Result<Option<Item>, String> {
        match arguments.first() {
            Some(argument) => Ok(scope.nodes(argument)?.first().copied()),
            None => Ok(Some(scope.item)),
        }
    };
    Ok(match function {
        Function::Last => Value::Number(scope.size as f64),
        Function::Position => Value::Number(scope.position as f64),
        Function::Count => Value::Number(scope.nodes(&arguments[0])?.len() as f64),
        Function::LocalName | Function::NamespaceUri | Function::Name => {
            Value::Text(node()?.map(|item| name(function, item, scope)).unwrap_or_default())
        }
        Function::String => Value::Text(text(0)?),
        Function::Concat => {
            Value::Text((0..arguments.len()).map(text).collect::<Result<Vec<_>, _>>()?.concat())
        }
        Function::StartsWith => Value::Boolean(text(0)?.starts_with(&text(1)?)),
        Function::Contains => Value::Boolean(text(0)?.contains(&text(1)?)),
        Function::SubstringBefore => {
            let (whole, mark) = (text(0)?, text(1)?);
            Value::Text(whole.split_once(&mark).map_or(String::new(), |(before, _)| before.to_owned()))
        }
        Function::SubstringAfter => {
            let (whole, mark) = (text(0)?, text(1)?);
            Value::Text(whole.split_once(&mark).map_or(String::new(), |(_, after)| after.to_owned()))
        }
        Function::Substring => {
            let from = round(number(1)?);
            let to = if arguments.len() > 2 { from + round(number(2)?) } else { f64::INFINITY };
            let kept = text(0)?
                .chars()
                .zip(1_u32..)
                .filter_map(|(c, position)| {
                    let position = f64::from(position);
                    (position >= from && position < to).then_some(c)
                })
                .collect();
            Value::Text(kept)
        }
        Function::StringLength => Value::Number(text(0)?.chars().count() as f64),
        Function::NormalizeSpace => {
            let whole = text(0)?;
            let words = whole.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
            Value::Text(words.collect::<Vec<_>>().join(" "))
        }
        Function::Translate => {
            let (from, to) = (text(1)?, text(2)?);
            let (whole, to) = (text(0)?, to.chars().collect::<Vec<_>>());
            let translated = whole.chars().filter_map(|c| match from.chars().position(|it| it == c) {
                Some(index) => to.get(index).copied(),
                None => Some(c),
            });
            Value::Text(translated.collect())
        }
        Function::Boolean => Value::Boolean(scope.value(&arguments[0])?.truth()),
        Function::Not => Value::Boolean(!scope.value(&arguments[0])?.truth()),
        Function::True => Value::Boolean(true),
        Function::False => Value::Boolean(false),
        Function::Number => Value::Number(number(0)?),
        Function::Sum => {
            let nodes = scope.nodes(&arguments[0])?;
            Value::Number(nodes.iter().map(|item| number_of(&scope.tree.text(*item))).sum())
        }
        Function::Floor => Value::Number(number(0)?.floor()),
        Function::Ceiling => Value::Number(number(0)?.ceil()),
        Function::Round => Value::Number(round(number(0)?)),
    })
}

/// Half goes up, as XPath says, and not away from zero.
fn round(number: f64) -> f64 {
    if number.is_finite() { (number + 0.5).floor() } else { number }
}

fn name(function: Function, item: Item, scope: Scope<'_, '_>) -> String {
    let (name, local, namespace) = if let Some(attribute) = scope.tree.attribute(item) {
        (attribute.name(), attribute.local(), attribute.namespace())
    } else {
        match scope.tree.sort(item) {
            Sort::Element(element) => (element.name(), element.local(), element.namespace()),
            Sort::Instruction(target) => (target, target, ""),
            Sort::Root | Sort::Text | Sort::Comment => ("", "", ""),
        }
    };
    match function {
        Function::LocalName => local.to_owned(),
        Function::NamespaceUri => namespace.to_owned(),
        _ => name.to_owned(),
    }
}
