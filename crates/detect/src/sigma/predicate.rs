//! What a compiled rule asks of an event: tests of single fields, joined by conditions.

use std::fmt;
use std::sync::Arc;

use super::network::Network;
use super::number::{Compare, Number};

/// A field name as the rule writes it.
pub(crate) type FieldName = Arc<str>;

/// One question about one field. When the field holds several values, one that passes is enough.
#[derive(Debug, Clone)]
pub(crate) struct Predicate {
    /// None asks every text of the event (a keyword).
    pub(crate) field: Option<FieldName>,
    pub(crate) test: Test,
}

/// Where a literal has to stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Whole,
    Start,
    End,
    Anywhere,
}

/// A question about one value.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// The literal is folded unless `cased`.
    Text {
        place: Place,
        literal: Box<str>,
        cased: bool,
    },
    Glob(Glob),
    Number(Compare, Number),
    Regex(Box<regex::Regex>),
    Cidr(Network),
    /// The field is absent, or holds nothing but null.
    Null,
    /// The field holds something that is not null.
    Present,
    /// The text of this field, compared with the text of another.
    Field {
        other: FieldName,
        place: Place,
        cased: bool,
    },
    TimePart {
        part: TimePart,
        compare: Compare,
        number: Number,
    },
    /// An `expand` placeholder without values: never true.
    Never,
}

/// A pattern with wildcards: literals (folded unless `cased`), `?` for one letter, `*` for any number,
/// line ends included. It describes the whole text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Glob {
    pub(crate) tokens: Vec<Token>,
    pub(crate) cased: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Token {
    Literal(String),
    AnyLetter,
    AnyText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A condition over the tests of one rule.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    /// An index into the rule's predicates.
    Test(u32),
    /// An index into the rule's selections.
    Selection(u32),
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    AtLeast(usize, Vec<Expr>),
}

impl Test {
    /// Whether an absent field passes.
    pub(crate) fn holds_when_absent(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Place {
    /// A literal at this place as the wildcard pattern a rule's author would write.
    fn show(self, literal: &str) -> String {
        match self {
            Self::Whole => literal.to_owned(),
            Self::Start => format!("{literal}*"),
            Self::End => format!("*{literal}"),
            Self::Anywhere => format!("*{literal}*"),
        }
    }
}

/// The pattern as it is shown to a person who asks why a rule matched.
impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { place, literal, .. } => f.write_str(&place.show(literal)),
            Self::Glob(glob) => glob.tokens.iter().try_for_each(|token| match token {
                Token::Literal(literal) => f.write_str(literal),
                Token::AnyLetter => f.write_str("?"),
                Token::AnyText => f.write_str("*"),
            }),
            Self::Number(compare, number) => write!(f, "{} {number}", compare.sign()),
            Self::Regex(regex) => write!(f, "/{regex}/"),
            Self::Cidr(network) => write!(f, "{network}"),
            Self::Null => f.write_str("null"),
            Self::Present => f.write_str("present"),
            Self::Field { other, place, .. } => f.write_str(&place.show(&format!("%{other}%"))),
            Self::TimePart { part, compare, number } => write!(f, "{part:?} {} {number}", compare.sign()),
            Self::Never => f.write_str("placeholder without values"),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Real(real) => write!(f, "{real}"),
        }
    }
}
