//! JSON: `etalon/check/v1` and `etalon/run/v1`, as `reports/*.schema.json` describe them.

use std::io::{self, Write};

use super::Style;
use crate::event::Report;

pub(super) fn write(report: &Report, _: &Style, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, report)?;
    writeln!(to)
}
