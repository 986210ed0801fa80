//! Witnesses: what must be true of an event for a rule to have a chance.
//!
//! A rule's witness is a set of clues of which at least one holds in every event that the rule matches.
//! The index looks for clues; only rules with a clue are evaluated. Claiming too little costs time,
//! claiming too much would lose detections, so in doubt a clue is the weakest: the field is there.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::fold::{fold, fold_char};
use super::number::{Compare, Number};
use super::predicate::{Expr, Place, Test, Token};
use super::rules::Logic;

/// Something an index can find in an event. Literals are folded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Clue {
    /// Something is true of the field that this predicate asks about.
    Field { predicate: u32, sign: Sign },
    /// The literal stands in some text of the event.
    Keyword { literal: String },
}

/// What can be seen in one value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sign {
    /// The literal stands at this place.
    Text(Place, String),
    /// The literal stands anywhere. Only sure for values in ASCII, because regular expressions fold more
    /// letters than we do.
    RegexLiteral(String),
    /// It is this number.
    Number(Number),
    /// It is not null.
    Present,
}

/// Alternatives in one regular expression beyond which its literals are not worth looking for.
const MAX_ALTERNATIVES: usize = 64;

impl Clue {
    /// How often the clue will be found without a match, roughly. Only speed depends on it.
    fn cost(&self) -> u32 {
        let literal_cost = |literal: &str| match literal.len() {
            6.. => 1,
            4..6 => 2,
            3 => 20,
            2 => 40,
            _ => 100,
        };
        let Self::Field { sign, .. } = self else { return 1 };
        match sign {
            Sign::Text(Place::Anywhere, literal) | Sign::RegexLiteral(literal) => literal_cost(literal),
            Sign::Text(Place::Whole, _) => 4,
            Sign::Text(Place::Start | Place::End, literal) => match literal.len() {
                8.. => 5,
                4..8 => 8,
                _ => 60,
            },
            Sign::Number(_) => 6,
            Sign::Present => 200,
        }
    }
}

/// The witness of a rule; none when the rule can match an event of which nothing is known.
pub(crate) fn of(logic: &Logic) -> Option<Vec<Clue>> {
    of_expr(logic, &logic.condition)
}

fn of_expr(logic: &Logic, expr: &Expr) -> Option<Vec<Clue>> {
    match expr {
        Expr::Test(number) => {
            let predicate = logic.predicates.get(*number as usize)?;
            of_test(*number, predicate.field.is_none(), &predicate.test)
        }
        Expr::Selection(number) => of_expr(logic, &logic.selections.get(*number as usize)?.1),
        Expr::All(list) => {
            let each = list.iter().filter_map(|item| of_expr(logic, item));
            each.min_by_key(|clues| (dearest(clues), clues.len()))
        }
        // Of "at least n" with n above zero one must hold, as of "any".
        Expr::Any(list) | Expr::AtLeast(1.., list) => {
            let each = list.iter().map(|item| of_expr(logic, item)).collect::<Option<Vec<_>>>()?;
            Some(each.concat())
        }
        Expr::Not(_) | Expr::AtLeast(0, _) => None,
    }
}

fn dearest(clues: &[Clue]) -> u32 {
    clues.iter().map(Clue::cost).max().unwrap_or(0)
}

fn of_test(predicate: u32, is_keyword: bool, test: &Test) -> Option<Vec<Clue>> {
    if is_keyword { of_keyword(test) } else { of_field(test).map(|signs| at_field(predicate, signs)) }
}

fn at_field(predicate: u32, signs: Vec<Sign>) -> Vec<Clue> {
    signs.into_iter().map(|sign| Clue::Field { predicate, sign }).collect()
}

fn of_keyword(test: &Test) -> Option<Vec<Clue>> {
    let literals = match test {
        Test::Text { literal, .. } => vec![fold(literal).into_owned()],
        Test::Glob(glob) => vec![longest_literal(&glob.tokens)],
        Test::Never => Vec::new(),
        // The literals of regular expressions are sure for ASCII texts only.
        _ => return None,
    };
    // A short word says little.
    let usable = literals.iter().all(|literal| literal.len() >= 3);
    usable.then(|| literals.into_iter().map(|literal| Clue::Keyword { literal }).collect())
}

fn of_field(test: &Test) -> Option<Vec<Sign>> {
    let present = Some(vec![Sign::Present]);
    match test {
        Test::Text { literal, .. } if literal.is_empty() => present,
        Test::Text { place, literal, .. } => Some(vec![Sign::Text(*place, fold(literal).into_owned())]),
        Test::Glob(glob) => match longest_literal(&glob.tokens) {
            literal if literal.is_empty() => present,
            literal => Some(vec![Sign::Text(Place::Anywhere, literal)]),
        },
        Test::Number(Compare::Equal, number) => Some(vec![Sign::Number(*number)]),
        Test::Regex(regex) => match regex_literals(regex.as_str()) {
            Some(literals) => Some(literals.into_iter().map(Sign::RegexLiteral).collect()),
            None => present,
        },
        Test::Number(..) | Test::Cidr(_) | Test::Present | Test::Field { .. } | Test::TimePart { .. } => {
            present
        }
        Test::Null => None,
        Test::Never => Some(Vec::new()),
    }
}

fn longest_literal(tokens: &[Token]) -> String {
    let literals = tokens.iter().filter_map(|token| match token {
        Token::Literal(literal) => Some(literal.as_str()),
        Token::AnyLetter | Token::AnyText => None,
    });
    literals.max_by_key(|literal| literal.len()).map(|literal| fold(literal).into_owned()).unwrap_or_default()
}

/// Folded ASCII literals of which one stands in every match of the expression; none when there is no such
/// set of literals of three letters and more.
fn regex_literals(pattern: &str) -> Option<Vec<String>> {
    // The flags of an expression are written into its clues by the caller's builder only; reading it as
    // case-insensitive finds the same literals, because they are folded anyway.
    let hir = regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern).ok()?;
    required(&hir).filter(|literals| literals.iter().all(|literal| literal.len() >= 3))
}

fn required(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => single_letters(hir).map(|text| vec![text]),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(parts) => {
            let parts = parts.iter().map(required).collect::<Option<Vec<_>>>()?;
            let literals = parts.concat();
            (literals.len() <= MAX_ALTERNATIVES).then_some(literals)
        }
        HirKind::Concat(parts) => required_of_sequence(parts),
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// The best of what the parts require; neighbours that are single letters join to one literal.
fn required_of_sequence(parts: &[Hir]) -> Option<Vec<String>> {
    let mut choices: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        match single_letters(part) {
            Some(text) => run.push_str(&text),
            None => {
                if !run.is_empty() {
                    choices.push(vec![std::mem::take(&mut run)]);
                }
                choices.extend(required(part));
            }
        }
    }
    if !run.is_empty() {
        choices.push(vec![run]);
    }
    let shortest = |literals: &[String]| literals.iter().map(String::len).min().unwrap_or(0);
    choices.into_iter().max_by_key(|literals| shortest(literals))
}

/// The folded text of a part that is ASCII letters and nothing else, in either case.
fn single_letters(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.is_ascii().then(|| fold(text).into_owned())
        }
        HirKind::Class(Class::Unicode(class)) => {
            // `s` and `k` have a third form beyond ASCII; a clue is used for ASCII values only.
            let mut letters = class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .take(8)
                .filter(char::is_ascii)
                .map(fold_char);
            let first = letters.next()?;
            let size: u32 =
                class.iter().map(|range| u32::from(range.end()) - u32::from(range.start()) + 1).sum();
            (size <= 4 && letters.all(|letter| letter == first)).then(|| first.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_match_of_an_expression_holds_one_of_its_literals() {
        for (pattern, literals) in [
            ("abc", Some(vec!["abc"])),
            ("a.*bcd", Some(vec!["bcd"])),
            ("(foo|barbaz)+", Some(vec!["foo", "barbaz"])),
            ("(foo|b)", None),
            ("(foo)?", None),
            ("[a-z]+", None),
            ("task[0-9]", Some(vec!["task"])),
            (r"\\Temp\\[a-z]", Some(vec![r"\temp\"])),
            ("日本語", None),
            ("(?i)MiMi", Some(vec!["mimi"])),
            ("(?-i)MiMi", Some(vec!["mimi"])),
            ("x{0,3}", None),
        ] {
            let literals = literals.map(|list| list.into_iter().map(str::to_owned).collect());
            assert_eq!(regex_literals(pattern), literals, "{pattern}");
        }
    }
}
