//! One HTML page that needs nothing else: no script, no font, no picture from anywhere.
//!
//! The template escapes every value, and the page is well-formed XML too.

use std::io::{self, Write};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};

use super::Style;
use super::plain::visible;
use crate::event::Report;
use crate::rules;

const TEMPLATE: &str = include_str!("page.html.jinja");

pub(super) fn write(report: &Report, _: &Style, to: &mut dyn Write) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("visible", |text: &str| visible(text));
    environment
        .add_filter("title", |id: &str| rules::find(id).map(crate::rule::Meta::title).unwrap_or_default());
    environment.add_template("page", TEMPLATE).map_err(io::Error::other)?;
    let page = environment.get_template("page").map_err(io::Error::other)?;
    let values = match report {
        Report::Check(check) => context! { check => Serde(check) },
        Report::Run(run) => context! { run => Serde(run) },
    };
    writeln!(to, "{}", page.render(values).map_err(io::Error::other)?)
}
