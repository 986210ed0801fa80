//! Values that go into a statement and rows that come out: texts, whole numbers, fractions and bytes.

use std::sync::Arc;

use kakari_kernel::{Error, Id, OrgId, PersonId, ProviderId, Result, from_ms, to_ms};

/// A value of a statement. A missing value still has a type, because PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Real(Option<f64>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($type:ty => $variant:ident, |$x:ident| $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($x: $type) -> Self {
                Self::$variant(Some($convert))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(maybe: Option<$type>) -> Self {
                Self::$variant(maybe.map(|$x| $convert))
            }
        }
    )*};
}

value_from! {
    String => Text, |x| x;
    &str => Text, |x| x.to_owned();
    &String => Text, |x| x.clone();
    Id => Text, |x| x.to_string();
    OrgId => Text, |x| x.to_string();
    ProviderId => Text, |x| x.to_string();
    PersonId => Text, |x| x.to_string();
    i64 => Int, |x| x;
    i32 => Int, |x| i64::from(x);
    u32 => Int, |x| i64::from(x);
    bool => Int, |x| i64::from(x);
    jiff::Timestamp => Int, |x| to_ms(x);
    f64 => Real, |x| x;
    Vec<u8> => Bytes, |x| x;
    &[u8] => Bytes, |x| x.to_vec();
}

/// One row of an answer. Columns are read by name; a wrong name or type is a fault of ours and says which.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub(crate) names: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

impl Row {
    fn value(&self, column: &str) -> Result<&Value> {
        self.names
            .iter()
            .position(|name| name == column)
            .and_then(|i| self.values.get(i))
            .ok_or_else(|| Error::internal(format!("the answer has no column {column}")))
    }

    fn wrong(column: &str, wanted: &str, value: &Value) -> Error {
        Error::internal(format!("column {column} is no {wanted}: {value:?}"))
    }

    /// A text; `Internal` when it is missing or of another type. So for the other readers.
    pub fn text(&self, column: &str) -> Result<String> {
        match self.value(column)? {
            Value::Text(Some(text)) => Ok(text.clone()),
            other => Err(Self::wrong(column, "text", other)),
        }
    }

    pub fn text_or_none(&self, column: &str) -> Result<Option<String>> {
        match self.value(column)? {
            Value::Text(text) => Ok(text.clone()),
            // SQLite does not say what type a missing value would have had.
            Value::Int(None) | Value::Real(None) | Value::Bytes(None) => Ok(None),
            other => Err(Self::wrong(column, "text", other)),
        }
    }

    pub fn int(&self, column: &str) -> Result<i64> {
        self.int_or_none(column)?.ok_or_else(|| Error::internal(format!("column {column} is missing")))
    }

    pub fn int_or_none(&self, column: &str) -> Result<Option<i64>> {
        match self.value(column)? {
            Value::Int(int) => Ok(*int),
            Value::Text(None) | Value::Real(None) | Value::Bytes(None) => Ok(None),
            other => Err(Self::wrong(column, "whole number", other)),
        }
    }

    /// A count that cannot be negative; a negative one is read as 0.
    pub fn count(&self, column: &str) -> Result<u64> {
        Ok(u64::try_from(self.int(column)?).unwrap_or(0))
    }

    pub fn bool(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub fn real(&self, column: &str) -> Result<f64> {
        match self.value(column)? {
            Value::Real(Some(real)) => Ok(*real),
            #[expect(
                clippy::cast_precision_loss,
                reason = "a whole number below 2^53 in a column of fractions"
            )]
            Value::Int(Some(int)) => Ok(*int as f64),
            other => Err(Self::wrong(column, "number", other)),
        }
    }

    pub fn bytes(&self, column: &str) -> Result<Vec<u8>> {
        match self.value(column)? {
            Value::Bytes(Some(bytes)) => Ok(bytes.clone()),
            other => Err(Self::wrong(column, "bytes", other)),
        }
    }

    /// A time kept as milliseconds since 1970.
    pub fn time(&self, column: &str) -> Result<jiff::Timestamp> {
        Ok(from_ms(self.int(column)?))
    }

    pub fn time_or_none(&self, column: &str) -> Result<Option<jiff::Timestamp>> {
        Ok(self.int_or_none(column)?.map(from_ms))
    }

    pub fn id(&self, column: &str) -> Result<Id> {
        self.text(column)?.parse().ok().ok_or_else(|| Error::internal(format!("column {column} holds no id")))
    }

    pub fn org(&self, column: &str) -> Result<OrgId> {
        self.id(column).map(OrgId)
    }

    /// A text that holds JSON.
    pub fn json(&self, column: &str) -> Result<serde_json::Value> {
        serde_json::from_str(&self.text(column)?)
            .map_err(|error| Error::internal(format!("column {column} holds no JSON: {error}")))
    }
}

/// Arguments of a statement: `args![name, at, None::<i64>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*][..] };
}
