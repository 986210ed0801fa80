//! From rows to machines: which row is the header, which column means what, what each cell says. Pure.

use std::collections::BTreeMap;

use kakari_ui::words::read_date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::sheet::Sheet;

/// A title and blank rows stand above the header; more than this they are not.
const HEADER_ROWS: usize = 30;
const QUANTITY_MAX: i64 = 100_000;

/// What a column may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Number,
    Name,
    Kind,
    Host,
    Serial,
    Mac,
    Ip,
    Os,
    Maker,
    Model,
    Owner,
    Place,
    Bought,
    Quantity,
    Note,
}

impl Field {
    pub(super) const ALL: [Self; 15] = [
        Self::Number,
        Self::Name,
        Self::Kind,
        Self::Host,
        Self::Serial,
        Self::Mac,
        Self::Ip,
        Self::Os,
        Self::Maker,
        Self::Model,
        Self::Owner,
        Self::Place,
        Self::Bought,
        Self::Quantity,
        Self::Note,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Host => "host",
            Self::Serial => "serial",
            Self::Mac => "mac",
            Self::Ip => "ip",
            Self::Os => "os",
            Self::Maker => "maker",
            Self::Model => "model",
            Self::Owner => "owner",
            Self::Place => "place",
            Self::Bought => "bought",
            Self::Quantity => "quantity",
            Self::Note => "note",
        }
    }

    /// Words that headers of this column begin or end with, after [`plain`].
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Number => &["no", "no.", "番号", "管理番号", "資産番号", "管理no", "資産no", "#"],
            Self::Name => &[
                "機器名",
                "機器名称",
                "名称",
                "資産名",
                "品名",
                "pc名",
                "パソコン名",
                "端末",
                "name",
                "asset",
            ],
            Self::Kind => &["種別", "種類", "区分", "分類", "type", "category"],
            Self::Host => &[
                "ホスト名",
                "コンピュータ名",
                "コンピューター名",
                "コンピュータ",
                "端末名",
                "hostname",
                "host",
                "computername",
            ],
            Self::Serial => {
                &["シリアル", "シリアル番号", "シリアルno", "製造番号", "s/n", "sn", "serial", "serialnumber"]
            }
            Self::Mac => &["mac", "macアドレス", "物理アドレス", "macaddress"],
            Self::Ip => &["ip", "ipアドレス", "ipaddress"],
            Self::Os => &["os", "osバージョン", "オペレーティングシステム", "operatingsystem"],
            Self::Maker => &["メーカー", "メーカ", "製造元", "maker", "manufacturer", "vendor"],
            Self::Model => &["型番", "型式", "機種", "機種名", "モデル", "model"],
            Self::Owner => &["使用者", "利用者", "担当者", "担当", "管理者", "所有者", "owner", "user"],
            Self::Place => &["設置場所", "場所", "部署", "部門", "所属", "拠点", "location", "department"],
            Self::Bought => &[
                "購入日",
                "購入年月日",
                "導入日",
                "取得日",
                "取得年月日",
                "納品日",
                "purchased",
                "purchasedate",
            ],
            Self::Quantity => &["台数", "数量", "個数", "quantity", "qty", "count"],
            Self::Note => &["備考", "メモ", "摘要", "note", "notes", "remarks"],
        }
    }
}

/// Column number to what it means.
pub(super) type Mapping = BTreeMap<usize, Field>;

/// How a ledger was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Understood {
    /// Position of the header row.
    pub(super) header: usize,
    pub(super) titles: Vec<String>,
    pub(super) mapping: Mapping,
    pub(super) machines: Vec<Machine>,
}

/// A row that names a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct Machine {
    /// Row of the file, from 1.
    pub(super) row: usize,
    pub(super) values: BTreeMap<Field, String>,
    pub(super) quantity: i64,
    /// What could not be understood, as field and what stood there.
    pub(super) errors: Vec<(Field, String)>,
}

impl Machine {
    pub(super) fn value(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }

    /// What people call it: its name, else its host name, model or kind with number.
    pub(super) fn name(&self) -> String {
        let by = [Field::Name, Field::Host, Field::Model, Field::Kind, Field::Serial];
        by.iter()
            .map(|field| self.value(*field))
            .find(|value| !value.is_empty())
            .unwrap_or_default()
            .to_owned()
    }
}

/// Half-width letters, no spaces, lower case: for comparing words.
fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// A text as it is kept: full-width letters half-width, half-width kana full-width, one space at most.
fn tidy(text: &str) -> String {
    let normal: String = text.nfkc().collect();
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn meaning(title: &str) -> Option<Field> {
    let title = plain(title);
    let title = title.split(['(', '（', '\n']).next().unwrap_or_default();
    let exact = Field::ALL.into_iter().find(|field| field.words().contains(&title));
    let ends = || {
        let long = |word: &&&str| word.chars().count() > 1 && title.ends_with(**word);
        Field::ALL.into_iter().find(|field| field.words().iter().any(|word| long(&word)))
    };
    exact.or_else(|| if title.chars().count() <= 20 { ends() } else { None })
}

/// The row among the first ones that reads most like a header; of equals the first. Where no row has two known
/// words, the first with at least two filled cells.
pub(super) fn guess_header(rows: &Sheet) -> usize {
    let known = |row: &Vec<String>| {
        let mut fields: Vec<Field> = row.iter().filter_map(|cell| meaning(cell)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    };
    let best = rows.iter().take(HEADER_ROWS).map(known).enumerate().rev().max_by_key(|(_, known)| *known);
    match best {
        Some((row, known)) if known >= 2 => row,
        _ => rows.iter().position(|row| row.iter().filter(|cell| !cell.is_empty()).count() >= 2).unwrap_or(0),
    }
}

/// What the columns mean by their titles; each meaning once.
pub(super) fn guess_mapping(titles: &[String]) -> Mapping {
    let mut mapping = Mapping::new();
    for (column, title) in titles.iter().enumerate() {
        if let Some(field) = meaning(title)
            && !mapping.values().any(|taken| *taken == field)
        {
            mapping.insert(column, field);
        }
    }
    mapping
}

/// Reads the rows below the header. Blank rows and sums are passed over.
pub(super) fn understand(rows: &Sheet, header: usize, mapping: &Mapping) -> Understood {
    let titles: Vec<String> =
        rows.get(header).map(|row| row.iter().map(|title| tidy(title)).collect()).unwrap_or_default();
    let body = rows.iter().enumerate().skip(header + 1);
    let machines = body
        .filter(|(_, row)| row.iter().any(|cell| !cell.is_empty()) && !is_sum(row))
        .map(|(position, row)| machine(position + 1, row, mapping))
        .collect();
    Understood { header, titles, mapping: mapping.clone(), machines }
}

fn is_sum(row: &[String]) -> bool {
    let first = row.iter().find(|cell| !cell.is_empty()).map(|cell| plain(cell)).unwrap_or_default();
    ["合計", "小計", "総計", "計", "total"].contains(&first.as_str())
}

fn machine(row: usize, cells: &[String], mapping: &Mapping) -> Machine {
    let mut machine = Machine { row, quantity: 1, ..Machine::default() };
    for (column, field) in mapping {
        let cell = cells.get(*column).map_or("", String::as_str);
        let text = tidy(cell);
        if text.is_empty()
            || ["-", "ー", "なし", "無し", "n/a", "不明"].contains(&text.to_lowercase().as_str())
        {
            continue;
        }
        let value = match field {
            Field::Quantity => {
                match quantity(&text) {
                    Some(quantity) => machine.quantity = quantity,
                    None => machine.errors.push((*field, text)),
                }
                continue;
            }
            Field::Bought => read_day(&text),
            Field::Mac => mac(&text),
            Field::Ip => text.parse::<std::net::IpAddr>().ok().map(|ip| ip.to_string()),
            Field::Host => Some(text.to_lowercase()),
            Field::Serial => Some(text.to_lowercase().replace(' ', "")),
            _ => Some(text.clone()),
        };
        match value {
            Some(value) => {
                machine.values.insert(*field, value);
            }
            None => machine.errors.push((*field, text)),
        }
    }
    machine
}

/// `12台`, `1 台`, `１２`.
fn quantity(text: &str) -> Option<i64> {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let digits = squeezed.trim_end_matches(['台', '個', '本', '件', '式', '枚', '基', '機']);
    digits.parse().ok().filter(|quantity| (1..=QUANTITY_MAX).contains(quantity))
}

/// A day in any of the ways that ledgers write it, as `2024-04-01`; a month without a day is its first.
fn read_day(text: &str) -> Option<String> {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let day = squeezed.split('T').next().unwrap_or_default();
    let whole = read_date(day).or_else(|| {
        let month = day.trim_end_matches('月');
        let separator =
            if month.contains('年') { '月' } else { month.chars().find(|c| "/.-".contains(*c))? };
        read_date(&format!("{month}{separator}1"))
    });
    whole.map(|date| date.to_string())
}

/// Twelve hexadecimal digits however they are grouped, as `aa:bb:cc:dd:ee:ff`.
fn mac(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(|c| !":-. ".contains(*c)).collect();
    if digits.len() != 12 || !digits.iter().all(char::is_ascii_hexdigit) {
        return None;
    }
    let pairs: Vec<String> =
        digits.chunks(2).map(|pair| pair.iter().collect::<String>().to_lowercase()).collect();
    Some(pairs.join(":"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_small_companys_ledger_is_understood() {
        let rows = sheet(&[
            &["ＩＴ資産管理台帳（令和６年度）"],
            &[],
            &["№", "機器名", "ホスト名", "シリアル番号", "ＭＡＣアドレス", "購入日", "台数", "設置場所"],
            &[
                "①",
                "会計用ﾊﾟｿｺﾝ",
                "KAIKEI-01",
                "ＡＢ　123",
                "AA-BB-CC-00-11-22",
                "令和６年４月１日",
                "１２台",
                "総務",
            ],
            &["2", "受付PC", "", "", "わからない", "R6.4", "1 台", ""],
            &["", "", "", "", "", "", "", ""],
            &["合計", "", "", "", "", "", "13", ""],
        ]);
        let header = guess_header(&rows);
        assert_eq!(header, 2);
        let mapping = guess_mapping(&rows[header]);
        assert_eq!(mapping.len(), 8);
        let understood = understand(&rows, header, &mapping);
        assert_eq!(understood.machines.len(), 2);
        let first = &understood.machines[0];
        assert_eq!((first.row, first.quantity, first.name().as_str()), (4, 12, "会計用パソコン"));
        let values = [
            (Field::Number, "1"),
            (Field::Host, "kaikei-01"),
            (Field::Serial, "ab123"),
            (Field::Mac, "aa:bb:cc:00:11:22"),
            (Field::Bought, "2024-04-01"),
        ];
        for (field, value) in values {
            assert_eq!(first.value(field), value);
        }
        let second = &understood.machines[1];
        assert_eq!(second.errors, [(Field::Mac, "わからない".to_owned())]);
        assert_eq!((second.value(Field::Bought), second.quantity), ("2024-04-01", 1));
    }

    #[test]
    fn days_are_read_in_every_way_that_one_column_held() {
        for text in [
            "2024-04-01",
            "R6.4.1",
            "令和６年４月１日",
            "2024/4/1",
            "2024年4月",
            "令和6年4月",
            "2024-04-01T00:00:00",
        ] {
            assert_eq!(read_day(&tidy(text)).as_deref(), Some("2024-04-01"), "{text}");
        }
        for text in ["去年", "2024", "13/13/13", "R99"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    #[test]
    fn english_ledgers_and_titles_with_remarks_are_understood() {
        let titles = ["Asset", "Host Name", "Serial Number", "MAC Address", "OS", "Owner (person)", "Qty"]
            .map(str::to_owned);
        let fields: Vec<Field> = guess_mapping(&titles).into_values().collect();
        assert_eq!(
            fields,
            [Field::Name, Field::Host, Field::Serial, Field::Mac, Field::Os, Field::Owner, Field::Quantity]
        );
    }

    proptest! {
        #[test]
        fn any_rows_are_understood_without_a_panic(rows in prop::collection::vec(prop::collection::vec(".{0,12}", 0..6), 0..20)) {
            let header = guess_header(&rows);
            let mapping = guess_mapping(rows.get(header).map_or(&[][..], Vec::as_slice));
            let understood = understand(&rows, header, &mapping);
            prop_assert!(understood.machines.len() <= rows.len());
            prop_assert!(understood.machines.iter().all(|machine| (1..=QUANTITY_MAX).contains(&machine.quantity)));
        }
    }
}
