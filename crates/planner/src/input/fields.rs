//! JSON with places: every value knows where it stands, every object knows which of its fields were read.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Remark;

/// A JSON value that refuses an object with the same field twice, where others silently keep the last.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

pub(super) fn parse(bytes: &[u8]) -> Result<Json, serde_json::Error> {
    // serde_json refuses more than 128 levels, so the depth is bounded.
    serde_json::from_slice(bytes)
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object: Vec<(String, Json)> = Vec::new();
        let mut names = BTreeSet::new();
        while let Some((name, value)) = entries.next_entry::<String, Json>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("the field \"{name}\" stands twice in one object")));
            }
            object.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

/// What is wrong and what was ignored, gathered while reading.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub faults: RefCell<Vec<Remark>>,
    pub warnings: RefCell<Vec<Remark>>,
}

impl Remarks {
    pub fn fault(&self, at: &str, problem: impl Into<String>, advice: impl Into<String>) {
        add(&self.faults, at, problem.into(), advice.into());
    }
    pub fn warn(&self, at: &str, problem: impl Into<String>, advice: impl Into<String>) {
        add(&self.warnings, at, problem.into(), advice.into());
    }
}

fn add(remarks: &RefCell<Vec<Remark>>, at: &str, problem: String, advice: String) {
    remarks.borrow_mut().push(Remark { at: at.to_owned(), problem, advice });
}

/// A value at a place.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    pub at: String,
    pub json: &'a Json,
}

impl<'a> Place<'a> {
    /// What kind of value this is, for messages.
    pub fn kind(&self) -> String {
        match self.json {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Number(value) => value.to_string(),
            Json::Text(value) => format!("\"{}\"", value.chars().take(40).collect::<String>()),
            Json::List(_) => "a list".to_owned(),
            Json::Object(_) => "an object".to_owned(),
        }
    }

    pub fn text(&self, remarks: &Remarks) -> Option<&'a str> {
        match self.json {
            Json::Text(text) => Some(text.trim()),
            _ => {
                remarks.fault(
                    &self.at,
                    format!("{} is not a text", self.kind()),
                    "write it in quotation marks",
                );
                None
            }
        }
    }

    pub fn flag(&self, remarks: &Remarks) -> bool {
        match self.json {
            Json::Bool(value) => *value,
            _ => {
                remarks.fault(
                    &self.at,
                    format!("{} is neither true nor false", self.kind()),
                    "write true or false",
                );
                false
            }
        }
    }

    pub fn list(&self, remarks: &Remarks) -> Vec<Place<'a>> {
        match self.json {
            Json::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, json)| Place { at: format!("{}[{index}]", self.at), json })
                .collect(),
            _ => {
                remarks.fault(&self.at, format!("{} is not a list", self.kind()), "write [ … ]");
                Vec::new()
            }
        }
    }

    /// A list of texts; one text alone is taken as a list of one.
    pub fn texts(&self, remarks: &Remarks) -> Vec<(String, &'a str)> {
        if let Json::Text(text) = self.json {
            return vec![(self.at.clone(), text.trim())];
        }
        self.list(remarks)
            .into_iter()
            .filter_map(|item| item.text(remarks).map(|text| (item.at, text)))
            .collect()
    }

    pub fn fields(&self, remarks: &Remarks) -> Option<Fields<'a>> {
        match self.json {
            Json::Object(entries) => Some(Fields { at: self.at.clone(), entries, read: BTreeSet::new() }),
            _ => {
                remarks.fault(&self.at, format!("{} is not an object", self.kind()), "write { … }");
                None
            }
        }
    }
}

/// An object whose fields are taken one by one; [`Fields::finish`] names those that nobody asked for.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub at: String,
    entries: &'a [(String, Json)],
    read: BTreeSet<&'a str>,
}

impl<'a> Fields<'a> {
    /// The field under one of its names. `null` is taken as absent; two names at once are a fault.
    pub fn take(&mut self, names: &[&str], remarks: &Remarks) -> Option<Place<'a>> {
        let mut found: Option<(&'a str, Place<'a>)> = None;
        for (name, json) in self.entries.iter().filter(|(name, _)| names.contains(&name.as_str())) {
            self.read.insert(name);
            if *json == Json::Null {
                continue;
            }
            let place = Place { at: self.place(name), json };
            if let Some((first, _)) = &found {
                remarks.fault(
                    &place.at,
                    format!("\"{first}\" and \"{name}\" say the same thing"),
                    "keep one of them",
                );
            } else {
                found = Some((name, place));
            }
        }
        found.map(|(_, place)| place)
    }

    /// All fields, for objects whose names are ids.
    pub fn all(&mut self) -> Vec<(&'a str, Place<'a>)> {
        let mut all = Vec::new();
        for (name, json) in self.entries {
            self.read.insert(name);
            all.push((name.as_str(), Place { at: self.place(name), json }));
        }
        all
    }

    pub fn place(&self, name: &str) -> String {
        if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) }
    }

    /// Names what was not read. Names that begin with `_` or are called a comment are free for remarks.
    pub fn finish(self, known: &str, remarks: &Remarks) {
        for (name, _) in self.entries {
            let is_comment = name.starts_with('_')
                || name.starts_with('$')
                || matches!(name.as_str(), "comment" | "note" | "notes" | "description");
            if !self.read.contains(name.as_str()) && !is_comment {
                let at = self.place(name);
                remarks.warn(&at, "this field is not known and was ignored", format!("known here: {known}"));
            }
        }
    }
}
