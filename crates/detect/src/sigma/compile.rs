//! From a parsed rule to predicates and a condition. Everything that a modifier means is decided here.

use std::collections::HashMap;
use std::sync::Arc;

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, FilterRule, FilterRuleTarget, Modifier, Quantifier,
    SelectorPattern, SigmaRule, SigmaString, SigmaValue, SpecialChar, StringPart,
};

use super::encode;
use super::fold::fold;
use super::logsource::LogSource;
use super::network::Network;
use super::number::{Compare, Number};
use super::predicate::{Expr, FieldName, Glob, Place, Predicate, Test, TimePart, Token};
use super::rules::{Filter, Level, Logic, Placeholders, Rule, RuleInfo};

/// Spellings in one rule, after all modifiers. The largest rule of SigmaHQ has some 900.
const MAX_PREDICATES: usize = 20_000;

/// The compiled size of one regular expression.
const MAX_REGEX_BYTES: usize = 4 << 20;

/// The cache that the lazy automaton of one regular expression may grow to, per searching thread. Large
/// expressions that get less are run by a slower machine, a thousand times slower on long values.
const MAX_REGEX_CACHE_BYTES: usize = 8 << 20;

/// Nesting of groups in a regular expression.
const MAX_REGEX_NESTING: u32 = 100;

type Reason = String;

pub(crate) fn rule(parsed: &SigmaRule, file: &str, placeholders: &Placeholders) -> Result<Rule, Reason> {
    if rsigma_parser::is_unsupported(parsed.sigma_version)
        || parsed.sigma_version.is_some_and(|major| major > 2)
    {
        return Err("the rule is written for a later major version of Sigma than 2".to_owned());
    }
    let logic = logic(&parsed.detection, placeholders)?;
    let own = parsed.custom_attributes.get("kakari");
    let text =
        |key: &str| own.and_then(|map| map.get(key)).and_then(|value| value.as_str()).map(str::to_owned);
    let info = RuleInfo {
        id: parsed.id.clone().unwrap_or_else(|| parsed.title.clone()),
        name: parsed.name.clone(),
        title: parsed.title.clone(),
        level: level(parsed.level),
        tags: parsed.tags.clone(),
        logsource: logsource(&parsed.logsource),
        description: parsed.description.clone(),
        author: parsed.author.clone(),
        references: parsed.references.clone(),
        false_positives: parsed.falsepositives.clone(),
        file: file.to_owned(),
        title_ja: text("title_ja"),
        advice_ja: text("advice_ja"),
        advice_en: text("advice_en"),
    };
    Ok(Rule { info: Arc::new(info), logic, has_unknown_source_key: !parsed.logsource.custom.is_empty() })
}

pub(crate) fn filter(parsed: &FilterRule, placeholders: &Placeholders) -> Result<Filter, Reason> {
    Ok(Filter {
        logsource: parsed.logsource.as_ref().map(logsource).unwrap_or_default(),
        rules: match &parsed.rules {
            FilterRuleTarget::Any => None,
            FilterRuleTarget::Specific(rules) => Some(rules.clone()),
        },
        logic: logic(&parsed.detection, placeholders)?,
    })
}

pub(crate) fn level(parsed: Option<rsigma_parser::Level>) -> Level {
    match parsed {
        Some(rsigma_parser::Level::Informational) => Level::Informational,
        Some(rsigma_parser::Level::Low) => Level::Low,
        Some(rsigma_parser::Level::Medium) | None => Level::Medium,
        Some(rsigma_parser::Level::High) => Level::High,
        Some(rsigma_parser::Level::Critical) => Level::Critical,
    }
}

fn logsource(parsed: &rsigma_parser::LogSource) -> LogSource {
    let key = |value: &Option<String>| value.as_ref().map(|value| value.to_lowercase());
    LogSource {
        product: key(&parsed.product),
        category: key(&parsed.category),
        service: key(&parsed.service),
    }
}

fn logic(parsed: &Detections, placeholders: &Placeholders) -> Result<Logic, Reason> {
    let mut names: Vec<&String> = parsed.named.keys().collect();
    names.sort();
    let mut compiler = Compiler { placeholders, predicates: Vec::new() };
    let mut selections = Vec::with_capacity(names.len());
    let mut numbers = HashMap::new();
    for name in names {
        let Some(detection) = parsed.named.get(name) else { continue };
        let expr = compiler.detection(detection).map_err(|reason| format!("selection {name}: {reason}"))?;
        numbers.insert(name.as_str(), u32::try_from(selections.len()).map_err(|e| e.to_string())?);
        selections.push((name.clone(), expr));
    }
    let mut conditions = Vec::new();
    for condition in &parsed.conditions {
        conditions.push(self::condition(condition, &numbers)?);
    }
    let condition = match conditions.len() {
        0 => return Err("the rule has no condition".to_owned()),
        _ => any(conditions),
    };
    Ok(Logic { predicates: compiler.predicates, selections, condition })
}

fn condition(parsed: &ConditionExpr, selections: &HashMap<&str, u32>) -> Result<Expr, Reason> {
    let each = |list: &[ConditionExpr]| {
        list.iter().map(|item| condition(item, selections)).collect::<Result<Vec<_>, _>>()
    };
    match parsed {
        ConditionExpr::And(list) => Ok(all(each(list)?)),
        ConditionExpr::Or(list) => Ok(any(each(list)?)),
        ConditionExpr::Not(inner) => Ok(Expr::Not(Box::new(condition(inner, selections)?))),
        ConditionExpr::Identifier(name) => selections
            .get(name.as_str())
            .map(|number| Expr::Selection(*number))
            .ok_or_else(|| format!("the condition names {name}, which is not a selection of this rule")),
        ConditionExpr::Selector { quantifier, pattern } => {
            let mut chosen: Vec<u32> = selections
                .iter()
                .filter(|(name, _)| pattern.matches_detection_name(name))
                .map(|(_, number)| *number)
                .collect();
            chosen.sort_unstable();
            if chosen.is_empty() {
                let pattern = match pattern {
                    SelectorPattern::Them => "them",
                    SelectorPattern::Pattern(pattern) => pattern,
                };
                return Err(format!(
                    "the condition asks for {quantifier} of {pattern}, but no selection has such a name"
                ));
            }
            let chosen: Vec<Expr> = chosen.into_iter().map(Expr::Selection).collect();
            match quantifier {
                Quantifier::Any => Ok(any(chosen)),
                Quantifier::All => Ok(all(chosen)),
                Quantifier::Count(0) => {
                    Err("the condition asks for 0 of some selections, which is always true".to_owned())
                }
                Quantifier::Count(1) => Ok(any(chosen)),
                Quantifier::Count(count) => {
                    Ok(Expr::AtLeast(usize::try_from(*count).unwrap_or(usize::MAX), chosen))
                }
            }
        }
    }
}

fn all(list: Vec<Expr>) -> Expr {
    single_or(list, Expr::All)
}

fn any(list: Vec<Expr>) -> Expr {
    single_or(list, Expr::Any)
}

fn single_or(mut list: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match (list.len(), list.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            list.extend(last);
            join(list)
        }
    }
}

struct Compiler<'p> {
    placeholders: &'p Placeholders,
    predicates: Vec<Predicate>,
}

impl Compiler<'_> {
    fn detection(&mut self, detection: &Detection) -> Result<Expr, Reason> {
        match detection {
            Detection::AllOf(items) if items.is_empty() => Err("it is empty".to_owned()),
            Detection::AllOf(items) => {
                let items = items.iter().map(|item| self.item(item)).collect::<Result<Vec<_>, _>>()?;
                Ok(all(items))
            }
            Detection::AnyOf(parts) => Ok(any(self.each(parts)?)),
            Detection::And(parts) => Ok(all(self.each(parts)?)),
            Detection::Keywords(values) if values.is_empty() => Err("it is empty".to_owned()),
            Detection::Keywords(values) => {
                let item = Item::new(None, &[])?;
                let tests =
                    values.iter().map(|value| self.value(&item, value)).collect::<Result<Vec<_>, _>>()?;
                Ok(any(tests))
            }
            Detection::ArrayMatch { field, .. } => {
                Err(format!("field {field}: array selectors such as [any] are not part of Sigma 2"))
            }
            Detection::Conditional { .. } => {
                Err("array blocks with a condition are not part of Sigma 2".to_owned())
            }
        }
    }

    fn each(&mut self, parts: &[Detection]) -> Result<Vec<Expr>, Reason> {
        parts.iter().map(|part| self.detection(part)).collect()
    }

    fn item(&mut self, parsed: &DetectionItem) -> Result<Expr, Reason> {
        let name = parsed.field.name.as_deref().unwrap_or("keyword");
        self.checked_item(parsed).map_err(|reason| format!("field {name}: {reason}"))
    }

    fn checked_item(&mut self, parsed: &DetectionItem) -> Result<Expr, Reason> {
        let field: Option<FieldName> =
            parsed.field.name.as_deref().map(|name| rsigma_parser::fieldpath::unescape_brackets(name).into());
        let item = Item::new(field, &parsed.field.modifiers)?;
        if item.operator == Operator::Exists {
            return self.exists(&item, &parsed.values);
        }
        if parsed.values.is_empty() {
            return Err("it has no value".to_owned());
        }
        let mut tests = Vec::with_capacity(parsed.values.len());
        for value in &parsed.values {
            tests.push(self.value(&item, value)?);
        }
        let expr = if item.all { all(tests) } else { any(tests) };
        if !item.negated {
            return Ok(expr);
        }
        // "differs from" needs something that differs: an absent field is no match.
        let present = self.test(&item, Test::Present)?;
        Ok(Expr::All(vec![present, Expr::Not(Box::new(expr))]))
    }

    fn exists(&mut self, item: &Item, values: &[SigmaValue]) -> Result<Expr, Reason> {
        let wanted = match values {
            [SigmaValue::Bool(wanted)] => *wanted,
            [SigmaValue::String(text)] if text.original.eq_ignore_ascii_case("true") => true,
            [SigmaValue::String(text)] if text.original.eq_ignore_ascii_case("false") => false,
            _ => return Err("exists takes true or false".to_owned()),
        };
        let present = self.test(item, Test::Present)?;
        Ok(if wanted == item.negated { Expr::Not(Box::new(present)) } else { present })
    }

    fn test(&mut self, item: &Item, test: Test) -> Result<Expr, Reason> {
        if item.field.is_none()
            && !matches!(test, Test::Text { .. } | Test::Glob(_) | Test::Regex(_) | Test::Never)
        {
            return Err("a keyword can only be compared as text".to_owned());
        }
        if self.predicates.len() >= MAX_PREDICATES {
            return Err(format!("the rule has more than {MAX_PREDICATES} patterns"));
        }
        let number = u32::try_from(self.predicates.len()).map_err(|error| error.to_string())?;
        self.predicates.push(Predicate { field: item.field.clone(), test });
        Ok(Expr::Test(number))
    }

    fn value(&mut self, item: &Item, value: &SigmaValue) -> Result<Expr, Reason> {
        match item.operator {
            Operator::Text(place) => self.text_value(item, place, value),
            Operator::Regex => {
                let regex = regex(&plain(value)?, item)?;
                self.test(item, Test::Regex(Box::new(regex)))
            }
            Operator::Cidr => {
                let text = plain(value)?;
                let network = Network::parse(&text).ok_or_else(|| format!("{text} is not a network"))?;
                self.test(item, Test::Cidr(network))
            }
            Operator::Number(compare) => {
                let number = number(value)?;
                self.test(item, Test::Number(compare, number))
            }
            Operator::FieldRef(place) => {
                let other = plain(value)?.into();
                self.test(item, Test::Field { other, place, cased: item.cased })
            }
            Operator::Time(part, compare) => {
                let number = number(value)?;
                self.test(item, Test::TimePart { part, compare, number })
            }
            Operator::Exists => Err("exists takes true or false".to_owned()),
        }
    }

    fn text_value(&mut self, item: &Item, place: Place, value: &SigmaValue) -> Result<Expr, Reason> {
        let place_is_default = place == Place::Whole && item.field.is_some();
        let text = match value {
            SigmaValue::String(text) => text.clone(),
            SigmaValue::Null if place_is_default => return self.test(item, Test::Null),
            SigmaValue::Null => return Err("null cannot be compared as text".to_owned()),
            SigmaValue::Bool(value) => SigmaString::from_raw(&value.to_string()),
            SigmaValue::Integer(value) if place_is_default && item.transforms.is_empty() => {
                return self.test(item, Test::Number(Compare::Equal, Number::Whole(i128::from(*value))));
            }
            SigmaValue::Float(value) if place_is_default && item.transforms.is_empty() => {
                return self.test(item, Test::Number(Compare::Equal, Number::Real(*value)));
            }
            SigmaValue::Integer(value) => SigmaString::from_raw(&value.to_string()),
            SigmaValue::Float(value) => SigmaString::from_raw(&value.to_string()),
        };
        // A keyword is looked for anywhere in a text.
        let place = if item.field.is_none() && place == Place::Whole { Place::Anywhere } else { place };
        let spellings = self.spellings(item, &text)?;
        let mut tests = Vec::with_capacity(spellings.len());
        for spelling in &spellings {
            let test = text_test(spelling, place, item.cased);
            tests.push(self.test(item, test)?);
        }
        if tests.is_empty() { self.test(item, Test::Never) } else { Ok(any(tests)) }
    }

    /// All texts that the value stands for, after its transforming modifiers in their order.
    fn spellings(&self, item: &Item, text: &SigmaString) -> Result<Vec<Vec<Token>>, Reason> {
        let mut spellings = vec![Spelling::Text(tokens(text))];
        for transform in &item.transforms {
            let mut next = Vec::new();
            for spelling in spellings {
                self.transform(*transform, spelling, &mut next)?;
                if next.len() > MAX_PREDICATES {
                    return Err(format!("the value has more than {MAX_PREDICATES} spellings"));
                }
            }
            spellings = next;
        }
        Ok(spellings.into_iter().map(Spelling::into_tokens).collect())
    }

    fn transform(
        &self,
        transform: Transform,
        spelling: Spelling,
        out: &mut Vec<Spelling>,
    ) -> Result<(), Reason> {
        match transform {
            Transform::Base64 => out.push(Spelling::literal(encode::base64(&spelling.into_bytes()?))),
            Transform::Base64Offset => {
                let variants = encode::base64_at_each_offset(&spelling.into_bytes()?);
                if variants.is_empty() {
                    return Err("the value is too short for base64offset".to_owned());
                }
                out.extend(variants.into_iter().map(Spelling::literal));
            }
            Transform::Utf16(encode) => out.push(Spelling::Bytes(encode(&spelling.into_text()?))),
            Transform::WindowsDash => {
                out.extend(dashes(spelling.into_tokens())?.into_iter().map(Spelling::Text));
            }
            Transform::Expand => {
                out.extend(self.expand(spelling.into_tokens())?.into_iter().map(Spelling::Text));
            }
        }
        Ok(())
    }

    /// Puts in the values of `%placeholders%`. Without values nothing is left, so that nothing matches.
    fn expand(&self, spelling: Vec<Token>) -> Result<Vec<Vec<Token>>, Reason> {
        let mut variants: Vec<Vec<Token>> = vec![Vec::new()];
        for token in spelling {
            let Token::Literal(text) = token else {
                variants.iter_mut().for_each(|variant| variant.push(token.clone()));
                continue;
            };
            for (position, piece) in text.split('%').enumerate() {
                let is_name = position % 2 == 1;
                let values: Vec<Vec<Token>> = if is_name {
                    let values = self.placeholders.get(piece).map(Vec::as_slice).unwrap_or_default();
                    values.iter().map(|value| tokens(&SigmaString::new(value))).collect()
                } else {
                    vec![vec![Token::Literal(piece.to_owned())]]
                };
                if variants.len() * values.len() > MAX_PREDICATES {
                    return Err(format!("the value has more than {MAX_PREDICATES} spellings"));
                }
                variants = variants
                    .iter()
                    .flat_map(|start| values.iter().map(|value| [start.as_slice(), value].concat()))
                    .collect();
            }
        }
        Ok(variants)
    }
}

/// A field with its modifiers sorted out.
struct Item {
    field: Option<FieldName>,
    operator: Operator,
    transforms: Vec<Transform>,
    all: bool,
    cased: bool,
    negated: bool,
    regex_flags: RegexFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Text(Place),
    Regex,
    Cidr,
    Exists,
    Number(Compare),
    FieldRef(Place),
    Time(TimePart, Compare),
}

#[derive(Debug, Clone, Copy)]
enum Transform {
    Base64,
    Base64Offset,
    Utf16(fn(&str) -> Vec<u8>),
    WindowsDash,
    Expand,
}

#[derive(Debug, Default, Clone, Copy)]
struct RegexFlags {
    ignore_case: bool,
    multi_line: bool,
    dot_matches_line_end: bool,
}

impl Item {
    fn new(field: Option<FieldName>, modifiers: &[Modifier]) -> Result<Self, Reason> {
        let mut item = Self {
            field,
            operator: Operator::Text(Place::Whole),
            transforms: Vec::new(),
            all: false,
            cased: false,
            negated: false,
            regex_flags: RegexFlags::default(),
        };
        for modifier in modifiers {
            item.add(*modifier)?;
        }
        let flags = item.regex_flags;
        if (flags.ignore_case || flags.multi_line || flags.dot_matches_line_end)
            && item.operator != Operator::Regex
        {
            return Err("the modifiers i, m and s go with re only".to_owned());
        }
        if !matches!(item.operator, Operator::Text(_)) && !item.transforms.is_empty() {
            return Err("a modifier that changes the text does not go with this comparison".to_owned());
        }
        Ok(item)
    }

    fn add(&mut self, modifier: Modifier) -> Result<(), Reason> {
        match modifier {
            Modifier::All => self.all = true,
            Modifier::Cased => self.cased = true,
            Modifier::Neq => self.negated = true,
            Modifier::IgnoreCase => self.regex_flags.ignore_case = true,
            Modifier::Multiline => self.regex_flags.multi_line = true,
            Modifier::DotAll => self.regex_flags.dot_matches_line_end = true,
            Modifier::Contains => self.place(Place::Anywhere)?,
            Modifier::StartsWith => self.place(Place::Start)?,
            Modifier::EndsWith => self.place(Place::End)?,
            Modifier::Re => self.operator(Operator::Regex)?,
            Modifier::Cidr => self.operator(Operator::Cidr)?,
            Modifier::Exists => self.operator(Operator::Exists)?,
            Modifier::FieldRef => self.operator(Operator::FieldRef(Place::Whole))?,
            Modifier::Gt => self.compare(Compare::Greater)?,
            Modifier::Gte => self.compare(Compare::GreaterOrEqual)?,
            Modifier::Lt => self.compare(Compare::Less)?,
            Modifier::Lte => self.compare(Compare::LessOrEqual)?,
            Modifier::Minute => self.time(TimePart::Minute)?,
            Modifier::Hour => self.time(TimePart::Hour)?,
            Modifier::Day => self.time(TimePart::Day)?,
            Modifier::Week => self.time(TimePart::Week)?,
            Modifier::Month => self.time(TimePart::Month)?,
            Modifier::Year => self.time(TimePart::Year)?,
            Modifier::Base64 => self.transforms.push(Transform::Base64),
            Modifier::Base64Offset => self.transforms.push(Transform::Base64Offset),
            Modifier::Wide => self.transforms.push(Transform::Utf16(encode::utf16_le)),
            Modifier::Utf16be => self.transforms.push(Transform::Utf16(encode::utf16_be)),
            Modifier::Utf16 => self.transforms.push(Transform::Utf16(encode::utf16_with_mark)),
            Modifier::WindAsh => self.transforms.push(Transform::WindowsDash),
            Modifier::Expand => self.transforms.push(Transform::Expand),
        }
        Ok(())
    }

    fn operator(&mut self, operator: Operator) -> Result<(), Reason> {
        if self.operator != Operator::Text(Place::Whole) {
            return Err("two modifiers say in different ways how to compare".to_owned());
        }
        self.operator = operator;
        Ok(())
    }

    fn place(&mut self, place: Place) -> Result<(), Reason> {
        if self.operator == Operator::FieldRef(Place::Whole) {
            self.operator = Operator::FieldRef(place);
            return Ok(());
        }
        self.operator(Operator::Text(place))
    }

    fn compare(&mut self, compare: Compare) -> Result<(), Reason> {
        if let Operator::Time(part, Compare::Equal) = self.operator {
            self.operator = Operator::Time(part, compare);
            return Ok(());
        }
        self.operator(Operator::Number(compare))
    }

    fn time(&mut self, part: TimePart) -> Result<(), Reason> {
        self.operator(Operator::Time(part, Compare::Equal))
    }
}

fn tokens(text: &SigmaString) -> Vec<Token> {
    text.parts
        .iter()
        .map(|part| match part {
            StringPart::Plain(text) => Token::Literal(text.clone()),
            StringPart::Special(SpecialChar::WildcardSingle) => Token::AnyLetter,
            StringPart::Special(SpecialChar::WildcardMulti) => Token::AnyText,
        })
        .collect()
}

/// A pattern at a place, as the simplest test that means the same.
fn text_test(spelling: &[Token], place: Place, cased: bool) -> Test {
    let mut tokens: Vec<Token> = Vec::with_capacity(spelling.len() + 2);
    if matches!(place, Place::End | Place::Anywhere) {
        tokens.push(Token::AnyText);
    }
    for token in spelling {
        match (tokens.last_mut(), token) {
            (_, Token::Literal(text)) if text.is_empty() => {}
            (Some(Token::Literal(before)), Token::Literal(text)) => before.push_str(text),
            (Some(Token::AnyText), Token::AnyText) => {}
            (_, token) => tokens.push(token.clone()),
        }
    }
    if matches!(place, Place::Start | Place::Anywhere) && tokens.last() != Some(&Token::AnyText) {
        tokens.push(Token::AnyText);
    }
    if !cased {
        for token in &mut tokens {
            if let Token::Literal(text) = token {
                *text = fold(text).into_owned();
            }
        }
    }
    let (place, literal) = match tokens.as_slice() {
        [] => (Place::Whole, ""),
        [Token::Literal(literal)] => (Place::Whole, literal.as_str()),
        [Token::Literal(literal), Token::AnyText] => (Place::Start, literal.as_str()),
        [Token::AnyText, Token::Literal(literal)] => (Place::End, literal.as_str()),
        [Token::AnyText, Token::Literal(literal), Token::AnyText] => (Place::Anywhere, literal.as_str()),
        _ => return Test::Glob(Glob { tokens, cased }),
    };
    Test::Text { place, literal: literal.into(), cased }
}

/// A value on its way through transforming modifiers.
enum Spelling {
    Text(Vec<Token>),
    Bytes(Vec<u8>),
}

impl Spelling {
    fn literal(text: String) -> Self {
        Self::Text(vec![Token::Literal(text)])
    }

    fn into_text(self) -> Result<String, Reason> {
        let Self::Text(tokens) = self else {
            return Err("a value cannot be encoded as UTF-16 twice".to_owned());
        };
        let mut text = String::new();
        for token in tokens {
            match token {
                Token::Literal(literal) => text.push_str(&literal),
                Token::AnyLetter | Token::AnyText => return Err("a wildcard cannot be encoded".to_owned()),
            }
        }
        Ok(text)
    }

    fn into_bytes(self) -> Result<Vec<u8>, Reason> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            text @ Self::Text(_) => text.into_text().map(String::into_bytes),
        }
    }

    /// Bytes become text with one letter for each byte.
    fn into_tokens(self) -> Vec<Token> {
        match self {
            Self::Text(tokens) => tokens,
            Self::Bytes(bytes) => vec![Token::Literal(bytes.into_iter().map(char::from).collect())],
        }
    }
}

fn dashes(spelling: Vec<Token>) -> Result<Vec<Vec<Token>>, Reason> {
    let too_many = || "the value has too many dashes for windash".to_owned();
    let mut variants: Vec<Vec<Token>> = vec![Vec::new()];
    for token in spelling {
        let pieces: Vec<Token> = match token {
            Token::Literal(text) => {
                encode::windows_dashes(&text).ok_or_else(too_many)?.into_iter().map(Token::Literal).collect()
            }
            wildcard => vec![wildcard],
        };
        if variants.len() * pieces.len() > MAX_PREDICATES {
            return Err(too_many());
        }
        variants = variants
            .iter()
            .flat_map(|start| {
                pieces.iter().map(move |piece| [start.as_slice(), std::slice::from_ref(piece)].concat())
            })
            .collect();
    }
    Ok(variants)
}

fn plain(value: &SigmaValue) -> Result<String, Reason> {
    match value {
        SigmaValue::String(text) => {
            text.as_plain().ok_or_else(|| format!("{text} has a wildcard, which means nothing here"))
        }
        SigmaValue::Integer(number) => Ok(number.to_string()),
        SigmaValue::Float(number) => Ok(number.to_string()),
        SigmaValue::Bool(value) => Ok(value.to_string()),
        SigmaValue::Null => Err("null means nothing here".to_owned()),
    }
}

fn number(value: &SigmaValue) -> Result<Number, Reason> {
    match value {
        SigmaValue::Integer(number) => Ok(Number::Whole(i128::from(*number))),
        SigmaValue::Float(number) => Ok(Number::Real(*number)),
        other => Number::parse(&plain(other)?).ok_or_else(|| format!("{other} is not a number")),
    }
}

fn regex(pattern: &str, item: &Item) -> Result<regex::Regex, Reason> {
    regex::RegexBuilder::new(pattern)
        .case_insensitive(item.regex_flags.ignore_case)
        .multi_line(item.regex_flags.multi_line)
        .dot_matches_new_line(item.regex_flags.dot_matches_line_end)
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_CACHE_BYTES)
        .nest_limit(MAX_REGEX_NESTING)
        .build()
        .map_err(|error| explain_regex_error(pattern, &error))
}

fn explain_regex_error(pattern: &str, error: &regex::Error) -> Reason {
    match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("the regular expression {pattern} needs more than {limit} bytes")
        }
        _ if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| pattern.contains(look)) => format!(
            "the regular expression {pattern} uses look-around, which is refused because it can be made to run without end"
        ),
        other => {
            let cause = other.to_string();
            let cause = cause.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the regular expression {pattern} is not understood: {cause}")
        }
    }
}
