//! Forms: reading what a person typed, saying what is wrong with each field, showing it again as it was.
//!
//! A reader such as [`Form::text`] gives the value or notes an error and gives `None`. A handler reads every
//! field first, so that a person sees all errors at once, and shows the page again when [`Form::is_wrong`]:
//!
//! ```ignore
//! let name = form.text("name", 1..=80);
//! let people = form.number("people", 1..=100_000);
//! let (Some(name), Some(people)) = (name, people) else { return show(&ui, &page, &form) };
//! ```

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;

use crate::words::read_date;

/// More fields than any page has.
const FIELDS_MAX: usize = 2_000;

/// What people write behind a number.
const COUNTERS: [char; 8] = ['人', '名', '台', '件', '個', '社', '円', '年'];

/// The fields of a form with their errors. Made empty for the first showing, filled from a record for
/// editing, or read from a request (urlencoded or multipart). Templates get it as `form`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
    #[serde(skip)]
    files: BTreeMap<String, Upload>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// The key of the sentence.
    pub key: String,
    /// What the sentence mentions.
    pub args: BTreeMap<String, String>,
}

/// A file that came with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name that the sender gave it: to be shown, never to be used as a path.
    pub file_name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Form {
    /// A form without anything in it.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A form that shows what is already known.
    pub fn filled<'a>(values: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in values {
            form.add(name.to_owned(), value);
        }
        form
    }

    fn add(&mut self, name: String, value: String) {
        self.values.entry(name).or_default().push(value);
    }

    /// What was typed, trimmed; empty when the field is absent.
    pub fn raw(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// All values of a field that may come several times, such as checkboxes.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a checkbox is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A password or another secret exactly as it was typed. It is taken out of the form, so that no page
    /// shows it again.
    pub fn secret(&mut self, name: &str) -> Option<String> {
        let value = self.values.remove(name).and_then(|values| values.into_iter().next());
        let value = value.filter(|value| !value.is_empty());
        if value.is_none() {
            self.error(name, "form-required");
        }
        value
    }

    /// A text whose number of characters lies in `chars`; a lower bound of 0 makes it optional. Line ends
    /// become `\n`, and other control characters are refused.
    pub fn text(&mut self, name: &str, chars: RangeInclusive<usize>) -> Option<String> {
        let value = self.raw(name).replace("\r\n", "\n");
        let count = value.chars().count();
        if count == 0 && *chars.start() > 0 {
            self.error(name, "form-required");
        } else if count > *chars.end() {
            self.error_with(name, "form-too-long", &[("max", &chars.end().to_string())]);
        } else if count < *chars.start() {
            self.error_with(name, "form-too-short", &[("min", &chars.start().to_string())]);
        } else if value.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            self.error(name, "form-control-characters");
        } else {
            return Some(value);
        }
        None
    }

    /// A whole number in `range`. Full-width digits, grouping commas and a counter are understood: `１２台`.
    pub fn number(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let typed = half_width(self.raw(name));
        if typed.is_empty() {
            self.error(name, "form-required");
            return None;
        }
        match typed.trim_end_matches(COUNTERS).replace(',', "").parse() {
            Ok(number) if range.contains(&number) => return Some(number),
            Ok(_) => {
                let (min, max) = (range.start().to_string(), range.end().to_string());
                self.error_with(name, "form-range", &[("min", &min), ("max", &max)]);
            }
            Err(_) => self.error(name, "form-number"),
        }
        None
    }

    /// A day: `2026-04-18` as browsers send it, `2026/4/18`, `2026年4月18日` or `令和8年4月18日` as people
    /// type it.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        let typed = half_width(self.raw(name));
        let key = if typed.is_empty() { "form-required" } else { "form-date" };
        let date = read_date(&typed);
        if date.is_none() {
            self.error(name, key);
        }
        date
    }

    /// One of `choices`, given as the texts that the form sends and what they stand for.
    pub fn choice<T: Clone>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let typed = self.raw(name);
        let chosen = choices.iter().find(|(value, _)| *value == typed).map(|(_, chosen)| chosen.clone());
        if chosen.is_none() {
            self.error(name, "form-choice");
        }
        chosen
    }

    /// A mail address, as far as its shape tells.
    pub fn mail_address(&mut self, name: &str) -> Option<String> {
        let typed = self.text(name, 1..=254)?;
        let parts = typed.split_once('@').filter(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
        });
        let plain = typed.chars().all(|c| c.is_ascii_graphic() && !"\"(),:;<>[\\]".contains(c));
        if parts.is_none() || !plain || typed.matches('@').count() != 1 {
            self.error(name, "form-mail");
            return None;
        }
        Some(typed)
    }

    /// The file of a field; an empty file counts as none.
    pub fn file(&mut self, name: &str) -> Option<Upload> {
        let file = self.files.remove(name);
        if file.is_none() {
            self.error(name, "form-file");
        }
        file
    }

    /// The token against forged requests, for sign-in to compare.
    pub fn csrf(&self) -> &str {
        self.raw("csrf")
    }

    /// Notes an error that a rule of the slice found; `key` is the slice's own sentence.
    pub fn error(&mut self, field: &str, key: &str) {
        self.error_with(field, key, &[]);
    }

    /// The same with what the sentence mentions.
    pub fn error_with(&mut self, field: &str, key: &str, args: &[(&str, &str)]) {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.errors.push(FieldError { field: field.to_owned(), key: key.to_owned(), args });
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Everything that is wrong, in the order in which the fields were read.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// 422 when something is wrong, else 200: the status of the page that shows the form.
    pub fn status(&self) -> StatusCode {
        if self.is_wrong() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

/// Full-width digits, signs and separators as their ASCII twins.
fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
            '\u{2212}' => '-',
            other => other,
        })
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// Why a request held no readable form.
#[derive(Debug, thiserror::Error)]
pub enum FormRejection {
    /// Not the encoding that its header promises, or too large.
    #[error("the form could not be read: {0}")]
    Unreadable(String),
    /// More than 2,000 fields.
    #[error("the form has more than {FIELDS_MAX} fields")]
    TooManyFields,
}

impl IntoResponse for FormRejection {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, self.to_string()).into_response()
    }
}

impl From<MultipartError> for FormRejection {
    fn from(error: MultipartError) -> Self {
        Self::Unreadable(error.body_text())
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = FormRejection;

    /// The size is bounded by axum's body limit (2 MB unless a route sets its own).
    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let multipart =
            content_type.is_some_and(|value| value.as_bytes().starts_with(b"multipart/form-data"));
        let mut form = Self::empty();
        if multipart {
            let parts = Multipart::from_request(request, state)
                .await
                .map_err(|rejection| FormRejection::Unreadable(rejection.body_text()))?;
            form.read_parts(parts).await?;
        } else {
            let axum::Form(pairs) = axum::Form::<Vec<(String, String)>>::from_request(request, state)
                .await
                .map_err(|rejection| FormRejection::Unreadable(rejection.body_text()))?;
            if pairs.len() > FIELDS_MAX {
                return Err(FormRejection::TooManyFields);
            }
            for (name, value) in pairs {
                form.add(name, value);
            }
        }
        Ok(form)
    }
}

impl Form {
    async fn read_parts(&mut self, mut parts: Multipart) -> Result<(), FormRejection> {
        let mut count = 0;
        while let Some(part) = parts.next_field().await? {
            count += 1;
            if count > FIELDS_MAX {
                return Err(FormRejection::TooManyFields);
            }
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file_name) => {
                    let bytes = part.bytes().await?.to_vec();
                    if !bytes.is_empty() {
                        self.files.insert(name, Upload { file_name, bytes });
                    }
                }
                None => {
                    let value = part.text().await?;
                    self.add(name, value);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn with(value: &str) -> Form {
        Form::filled([("field", value.to_owned())])
    }

    fn key(form: &Form) -> &str {
        form.errors().first().map_or("", |error| error.key.as_str())
    }

    #[rstest]
    #[case("12", Some(12), "")]
    #[case("１２台", Some(12), "")]
    #[case("1,200", Some(1_200), "")]
    #[case("－3", None, "form-range")]
    #[case("", None, "form-required")]
    #[case("twelve", None, "form-number")]
    #[case("99999999999999999999", None, "form-number")]
    #[case("台", None, "form-number")]
    fn numbers_are_read_as_people_type_them(
        #[case] typed: &str,
        #[case] number: Option<i64>,
        #[case] error: &str,
    ) {
        let mut form = with(typed);
        assert_eq!((form.number("field", 0..=9_999), key(&form)), (number, error));
    }

    #[rstest]
    #[case("  見本  ", Some("見本"), "")]
    #[case("a\r\nb", Some("a\nb"), "")]
    #[case("", None, "form-required")]
    #[case("長すぎる名前", None, "form-too-long")]
    #[case("a\u{0}", None, "form-control-characters")]
    fn texts_are_trimmed_counted_in_characters_and_free_of_control_characters(
        #[case] typed: &str,
        #[case] text: Option<&str>,
        #[case] error: &str,
    ) {
        let mut form = with(typed);
        assert_eq!((form.text("field", 1..=5).as_deref(), key(&form)), (text, error));
    }

    #[rstest]
    #[case("taro@example.jp", true)]
    #[case("taro.yamada+x@mail.example.co.jp", true)]
    #[case("taro@localhost", false)]
    #[case("taro@@example.jp", false)]
    #[case("a@b@example.jp", false)]
    #[case("taro@example.jp, other@example.jp", false)]
    #[case("<taro@example.jp>", false)]
    #[case("@example.jp", false)]
    fn one_mail_address_has_the_shape_of_one(#[case] typed: &str, #[case] right: bool) {
        assert_eq!(with(typed).mail_address("field").is_some(), right);
    }

    #[test]
    fn a_secret_leaves_the_form_when_it_is_read() {
        let mut form = with(" pass word ");
        assert_eq!(form.secret("field").as_deref(), Some(" pass word "));
        assert_eq!(form.raw("field"), "");
    }

    #[test]
    fn a_choice_is_one_of_those_offered() {
        let mut form = with("b");
        assert_eq!(form.choice("field", &[("a", 1), ("b", 2)]), Some(2));
        assert_eq!(form.choice("field", &[("a", 1)]), None);
        assert_eq!(form.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[test]
    fn an_absent_optional_text_is_empty_and_no_error() {
        let mut form = Form::empty();
        assert_eq!(form.text("note", 0..=10).as_deref(), Some(""));
        assert!(!form.is_wrong());
    }
}
