//! The slow, obvious evaluator: the meaning of a rule, written down plainly.
//!
//! One record, one rule, no index. It is what the fast matcher is compared with, and it finds the reasons
//! of a match. It shares with the fast matcher the compiled predicates and the folding of letters, and
//! nothing else.

use serde_json::Value;

use super::fields::{self, FieldMap};
use super::fold::fold_char;
use super::number::Number;
use super::predicate::{Expr, Glob, Place, Predicate, Test, TimePart, Token};
use super::rules::Logic;

/// Whether the record satisfies the condition.
pub(crate) fn matches(logic: &Logic, record: &Value, map: FieldMap) -> bool {
    Judge { logic, record, map }.expr(&logic.condition)
}

/// Calls `report` for every test that is true inside a selection that is true: selection, predicate, the
/// value that passed (none for an absent field).
pub(crate) fn reasons<'r>(
    logic: &'r Logic,
    record: &'r Value,
    map: FieldMap,
    report: &mut dyn FnMut(&'r str, &'r Predicate, Option<&'r Value>),
) {
    let judge = Judge { logic, record, map };
    for (name, expr) in &logic.selections {
        if judge.expr(expr) {
            judge.explain(name, expr, report);
        }
    }
}

/// Whether one test holds of a record.
pub(crate) fn predicate_holds(predicate: &Predicate, record: &Value, map: FieldMap) -> bool {
    passing_value(predicate, record, map).is_some()
}

struct Judge<'r> {
    logic: &'r Logic,
    record: &'r Value,
    map: FieldMap,
}

impl<'r> Judge<'r> {
    fn expr(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Test(number) => {
                self.predicate(*number).is_some_and(|p| predicate_holds(p, self.record, self.map))
            }
            Expr::Selection(number) => self.selection(*number).is_some_and(|selection| self.expr(selection)),
            Expr::All(list) => list.iter().all(|item| self.expr(item)),
            Expr::Any(list) => list.iter().any(|item| self.expr(item)),
            Expr::Not(inner) => !self.expr(inner),
            Expr::AtLeast(count, list) => list.iter().filter(|item| self.expr(item)).count() >= *count,
        }
    }

    fn explain(
        &self,
        selection: &'r str,
        expr: &'r Expr,
        report: &mut dyn FnMut(&'r str, &'r Predicate, Option<&'r Value>),
    ) {
        match expr {
            Expr::Test(number) => {
                if let Some(predicate) = self.predicate(*number)
                    && let Some(value) = passing_value(predicate, self.record, self.map)
                {
                    report(selection, predicate, value);
                }
            }
            Expr::All(list) | Expr::Any(list) | Expr::AtLeast(_, list) => {
                list.iter().for_each(|item| self.explain(selection, item, report));
            }
            Expr::Selection(_) | Expr::Not(_) => {}
        }
    }

    fn predicate(&self, number: u32) -> Option<&'r Predicate> {
        self.logic.predicates.get(usize::try_from(number).ok()?)
    }

    fn selection(&self, number: u32) -> Option<&'r Expr> {
        self.logic.selections.get(usize::try_from(number).ok()?).map(|(_, expr)| expr)
    }
}

/// The value that passes: none when no value does, an inner none when the absence of one does.
fn passing_value<'r>(predicate: &Predicate, record: &'r Value, map: FieldMap) -> Option<Option<&'r Value>> {
    let Some(name) = &predicate.field else {
        return passing_text(&predicate.test, record).map(Some);
    };
    let values = fields::values_at(record, &map.places(name));
    if values.iter().all(|value| value.is_null()) {
        return predicate.test.holds_when_absent().then_some(None);
    }
    let passes = |value: &Value| match &predicate.test {
        Test::Field { other, place, cased } => fields::values_at(record, &map.places(other))
            .into_iter()
            .filter_map(text_of)
            .any(|literal| text_of(value).is_some_and(|text| stands_at(&text, *place, &literal, *cased))),
        test => holds(test, value),
    };
    values.into_iter().find(|value| passes(value)).map(Some)
}

/// A keyword looks into every text of the record, also inside arrays and objects, never into keys.
fn passing_text<'r>(test: &Test, value: &'r Value) -> Option<&'r Value> {
    match value {
        Value::String(_) => holds(test, value).then_some(value),
        Value::Array(members) => members.iter().find_map(|member| passing_text(test, member)),
        Value::Object(object) => object.values().find_map(|member| passing_text(test, member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The text of a scalar. Null and objects have none.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn holds(test: &Test, value: &Value) -> bool {
    if matches!(test, Test::Present) {
        return !value.is_null();
    }
    let Some(text) = text_of(value) else { return false };
    match test {
        Test::Text { place, literal, cased } => stands_at(&text, *place, literal, *cased),
        Test::Glob(glob) => glob_holds(glob, &text),
        Test::Number(compare, number) => Number::parse(&text)
            .and_then(|value| value.compare(*number))
            .is_some_and(|order| compare.holds(order)),
        Test::Regex(regex) => regex.is_match(&text),
        Test::Cidr(network) => network.contains(&text),
        Test::TimePart { part, compare, number } => time_part(*part, &text)
            .and_then(|value| Number::Whole(value).compare(*number))
            .is_some_and(|order| compare.holds(order)),
        Test::Null | Test::Never | Test::Field { .. } | Test::Present => false,
    }
}

/// A part of the time that a text tells, in the time's own zone; none when it tells no time.
pub(crate) fn time_part(part: TimePart, text: &str) -> Option<i128> {
    let time: jiff::civil::DateTime = text.trim_end_matches('Z').parse().ok()?;
    Some(match part {
        TimePart::Minute => i128::from(time.minute()),
        TimePart::Hour => i128::from(time.hour()),
        TimePart::Day => i128::from(time.day()),
        TimePart::Week => i128::from(time.date().iso_week_date().week()),
        TimePart::Month => i128::from(time.month()),
        TimePart::Year => i128::from(time.year()),
    })
}

fn as_compared(text: &str, cased: bool) -> String {
    if cased { text.to_owned() } else { text.chars().map(fold_char).collect() }
}

fn stands_at(text: &str, place: Place, literal: &str, cased: bool) -> bool {
    let (text, literal) = (as_compared(text, cased), as_compared(literal, cased));
    match place {
        Place::Whole => text == literal,
        Place::Start => text.starts_with(&literal),
        Place::End => text.ends_with(&literal),
        Place::Anywhere => text.contains(&literal),
    }
}

/// Wildcards by the textbook table: `reached[i]` says whether the pattern so far can cover `i` letters.
fn glob_holds(glob: &Glob, text: &str) -> bool {
    let text: Vec<char> = as_compared(text, glob.cased).chars().collect();
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    let step = |reached: &[bool], accepts: &dyn Fn(char) -> bool| -> Vec<bool> {
        let moved = text.iter().zip(reached).map(|(letter, before)| *before && accepts(*letter));
        std::iter::once(false).chain(moved).collect()
    };
    for token in &glob.tokens {
        match token {
            Token::Literal(literal) => {
                for wanted in literal.chars() {
                    reached = step(&reached, &|letter| letter == wanted);
                }
            }
            Token::AnyLetter => reached = step(&reached, &|_| true),
            Token::AnyText => {
                let mut covered = false;
                for place in &mut reached {
                    covered |= *place;
                    *place = covered;
                }
            }
        }
    }
    reached.last().copied().unwrap_or(false)
}
