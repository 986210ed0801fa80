//! Checks that a slice runs in its tests: the same keys and variables in both languages, every key that a
//! template names exists, and nothing that the security policy would break in silence.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast;
use fluent_syntax::parser;
use minijinja::machinery::{Token, WhitespaceConfig, tokenize};
use minijinja::syntax::SyntaxConfig;

use crate::language::Lang;
use crate::render::{OWN, SliceAssets};

/// Everything that is wrong with the templates and texts of `slices`, as sentences; empty when all is well.
/// Pass the slices whose keys the templates may use; the layout's own are always included.
///
/// ```ignore
/// assert_eq!(kakari_ui::check::problems(&[incidents::ASSETS]), Vec::<String>::new());
/// ```
pub fn problems(slices: &[SliceAssets]) -> Vec<String> {
    let mut found = Vec::new();
    let mut keys = BTreeSet::new();
    for slice in std::iter::once(&OWN).chain(slices) {
        let mut messages = Lang::ALL.map(|lang| {
            let source = if lang == Lang::Ja { slice.ja } else { slice.en };
            variables_by_key(source).unwrap_or_else(|errors| {
                found.push(format!("{}/{}.ftl: {errors}", slice.name, lang));
                BTreeMap::new()
            })
        });
        let [ja, en] = &mut messages;
        compare(slice.name, ja, en, &mut found);
        keys.extend(std::mem::take(ja).into_keys());
    }
    for slice in std::iter::once(&OWN).chain(slices) {
        for (file, source) in slice.templates {
            let name = format!("{}/{file}", slice.name);
            found.extend(forbidden(source).into_iter().map(|what| format!("{name}: {what}")));
            found.extend(unknown_keys(source, &keys).into_iter().map(|what| format!("{name}: {what}")));
        }
    }
    found
}

type Variables = BTreeMap<String, BTreeSet<String>>;

fn compare(slice: &str, ja: &Variables, en: &Variables, found: &mut Vec<String>) {
    for key in ja.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
        match (ja.get(key), en.get(key)) {
            (Some(ja), Some(en)) if ja != en => {
                found.push(format!("{slice}: {key} has {ja:?} in ja and {en:?} in en"));
            }
            (None, _) => found.push(format!("{slice}: {key} is missing in ja.ftl")),
            (_, None) => found.push(format!("{slice}: {key} is missing in en.ftl")),
            _ => {}
        }
    }
}

/// The messages of a `.ftl` file with the variables each one uses.
fn variables_by_key(source: &str) -> Result<Variables, String> {
    let resource = parser::parse(source)
        .map_err(|(_, errors)| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let mut messages = Variables::new();
    for entry in resource.body {
        if let ast::Entry::Message(message) = entry {
            let mut names = BTreeSet::new();
            if let Some(pattern) = &message.value {
                in_pattern(pattern, &mut names);
            }
            if messages.insert(message.id.name.to_owned(), names).is_some() {
                return Err(format!("{} stands twice", message.id.name));
            }
        }
    }
    Ok(messages)
}

fn in_pattern(pattern: &ast::Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            in_expression(expression, names);
        }
    }
}

fn in_expression(expression: &ast::Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Inline(inline) => in_inline(inline, names),
        ast::Expression::Select { selector, variants } => {
            in_inline(selector, names);
            for variant in variants {
                in_pattern(&variant.value, names);
            }
        }
    }
}

fn in_inline(inline: &ast::InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression } => in_expression(expression, names),
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                in_inline(argument, names);
            }
        }
        ast::InlineExpression::StringLiteral { .. }
        | ast::InlineExpression::NumberLiteral { .. }
        | ast::InlineExpression::MessageReference { .. }
        | ast::InlineExpression::TermReference { .. } => {}
    }
}

/// The keys that a template names in `t("…")` and that no file has. A key put together with `~` needs at
/// least one key that begins with its fixed part.
fn unknown_keys(source: &str, keys: &BTreeSet<String>) -> Vec<String> {
    let tokens = tokenize(source, false, SyntaxConfig, WhitespaceConfig::default());
    let tokens: Vec<Token<'_>> = match tokens.map(|token| token.map(|(token, _)| token)).collect() {
        Ok(tokens) => tokens,
        Err(error) => return vec![error.to_string()],
    };
    let mut found = Vec::new();
    for window in tokens.windows(4) {
        let [Token::Ident("t"), Token::ParenOpen, key, after] = window else { continue };
        let key = match key {
            Token::Str(key) => *key,
            Token::String(key) => key,
            _ => continue,
        };
        let known = match after {
            Token::Tilde => keys.iter().any(|known| known.starts_with(key)),
            _ => keys.contains(key),
        };
        if !known {
            found.push(format!("the text {key} does not exist"));
        }
    }
    found
}

/// What a template must not hold: each of these is either stopped by the security policy without a word, or
/// is a way around the escaping.
pub fn forbidden(source: &str) -> Vec<String> {
    let plain = source.to_lowercase();
    let mut found = Vec::new();
    for (word, why) in [
        ("style=", "an inline style is ignored by the security policy: use a class"),
        ("<style", "an inline style sheet is ignored by the security policy: use a class"),
        ("hx-on", "hx-on is ignored by the security policy: use app.js"),
        ("hx-vals='js:", "script in hx-vals is ignored by the security policy"),
        ("hx-vals=\"js:", "script in hx-vals is ignored by the security policy"),
        ("javascript:", "a javascript: address is ignored by the security policy"),
        ("autoescape", "escaping is always on"),
    ] {
        if plain.contains(word) {
            found.push(format!("{word} {why}"));
        }
    }
    let squeezed: String = plain.split_whitespace().collect::<Vec<_>>().join(" ").replace("| ", "|");
    if squeezed.contains("|safe") {
        found.push("|safe prints what came from outside unescaped: pass a Markup from Rust".to_owned());
    }
    for script in plain.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        if !tag.contains(" src=") {
            found.push("<script> without src is ignored by the security policy".to_owned());
        }
    }
    for trigger in plain.split("hx-trigger=").skip(1) {
        let value = trigger.get(1..).unwrap_or_default();
        if value.split(['"', '\'']).next().unwrap_or_default().contains('[') {
            found.push("a filter in hx-trigger is ignored by the security policy".to_owned());
        }
    }
    found.extend(handlers(&plain));
    found
}

/// Attributes such as `onclick=`.
fn handlers(plain: &str) -> Vec<String> {
    plain
        .split_whitespace()
        .filter_map(|word| word.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| {
            name.len() > 4 && name.starts_with("on") && name.chars().all(|c| c.is_ascii_lowercase())
        })
        .map(|name| format!("{name}= is ignored by the security policy: use app.js"))
        .collect()
}
