//! Text from anywhere as HTML and XML.

use std::fmt::{Display, Formatter, Result, Write as _};

use minijinja::value::Value;
use minijinja::{Error, Output, State};

/// A text that may stand between tags and in quoted attributes. Control characters, and the marks that turn
/// the direction of writing (with which `fdp.exe` passes for `exe.pdf`), show as `�`: log text is written
/// by attackers.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' | '\r' => f.write_char(c)?,
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {
                    f.write_char('\u{fffd}')?;
                }
                c if c.is_control() => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// How templates print a value: escaped, unless this program made it as HTML. What is known to be absent
/// (`null`) prints nothing; what does not exist is an error before it comes here.
pub(crate) fn print(
    out: &mut Output<'_>,
    _state: &State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    match value.as_str() {
        Some(markup) if value.is_safe() => out.write_str(markup)?,
        Some(text) => write!(out, "{}", Escaped(text))?,
        None => write!(out, "{}", Escaped(&value.to_string()))?,
    }
    Ok(())
}
