//! Sorting and paging of long tables by links. The rows themselves are sorted and cut in SQL: this only
//! says which ones, and makes the links.

use std::collections::BTreeMap;

use serde::Serialize;

/// Nobody pages further than this, and a huge number in an address never reaches SQL.
const PAGE_MAX: i64 = 100_000;

/// What an address asks a list for: `?sort=-due&page=3`.
#[derive(Debug, Clone)]
pub struct Listing {
    path: String,
    kept: Vec<String>,
    columns: &'static [&'static str],
    sort: &'static str,
    descending: bool,
    page: i64,
    per_page: i64,
}

impl Listing {
    /// Reads path and query of a request. `columns` are the names that may be sorted by, the default first,
    /// with `-` in front of it when it is descending; an unknown name means the default. All other
    /// parameters, such as filters, stay in the links.
    pub fn read(path_and_query: &str, columns: &'static [&'static str], per_page: u32) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let first = columns.first().copied().unwrap_or_default();
        let mut listing = Self {
            path: path.to_owned(),
            kept: Vec::new(),
            columns,
            sort: first.trim_start_matches('-'),
            descending: first.starts_with('-'),
            page: 1,
            per_page: i64::from(per_page.max(1)),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sort", asked)) => listing.sort_by(asked),
                Some(("page", asked)) => listing.page = asked.parse().unwrap_or(1).clamp(1, PAGE_MAX),
                _ => listing.kept.push(pair.to_owned()),
            }
        }
        listing
    }

    fn sort_by(&mut self, asked: &str) {
        let name = asked.trim_start_matches('-');
        if let Some(column) = self.columns.iter().find(|column| column.trim_start_matches('-') == name) {
            self.sort = column.trim_start_matches('-');
            self.descending = asked.starts_with('-');
        }
    }

    /// The column to sort by: one of those given to [`Listing::read`], so it is safe to choose SQL by.
    pub fn sort(&self) -> &'static str {
        self.sort
    }

    /// Whether the largest comes first.
    pub fn is_descending(&self) -> bool {
        self.descending
    }

    /// How many rows a page has, for SQL.
    pub fn limit(&self) -> i64 {
        self.per_page
    }

    /// How many rows come before this page, for SQL.
    pub fn offset(&self) -> i64 {
        (self.page - 1) * self.per_page
    }

    /// The links, once the number of all rows is known. Templates get it as `list` for `ui.th` and
    /// `ui.pager`.
    pub fn links(&self, total: u64) -> ListLinks {
        let total_rows = i64::try_from(total).unwrap_or(i64::MAX);
        let pages = (total_rows.saturating_add(self.per_page - 1) / self.per_page).max(1);
        let columns = self.columns.iter().map(|column| {
            let name = column.trim_start_matches('-');
            let current = name == self.sort;
            let descending = if current { !self.descending } else { column.starts_with('-') };
            let sorted = current.then_some(if self.descending { "descending" } else { "ascending" });
            (name, ColumnLink { href: self.href(name, descending, 1), sorted })
        });
        let page = |number: i64| self.href(self.sort, self.descending, number);
        ListLinks {
            columns: columns.collect(),
            page: self.page,
            pages,
            total,
            previous: (self.page > 1).then(|| page((self.page - 1).min(pages))),
            next: (self.page < pages).then(|| page(self.page + 1)),
        }
    }

    fn href(&self, sort: &str, descending: bool, page: i64) -> String {
        let sign = if descending { "-" } else { "" };
        let mut query = self.kept.clone();
        query.push(format!("sort={sign}{sort}"));
        if page > 1 {
            query.push(format!("page={page}"));
        }
        format!("{}?{}", self.path, query.join("&"))
    }
}

/// The links of one page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct ListLinks {
    columns: BTreeMap<&'static str, ColumnLink>,
    page: i64,
    pages: i64,
    total: u64,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ColumnLink {
    href: String,
    sorted: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["due", "-weight"];

    #[test]
    fn a_bare_address_gives_the_default_order_and_the_first_page() {
        let list = Listing::read("/queue", COLUMNS, 20);
        assert_eq!((list.sort(), list.is_descending(), list.limit(), list.offset()), ("due", false, 20, 0));
    }

    #[test]
    fn filters_stay_in_every_link_and_sorting_returns_to_the_first_page() {
        let links = Listing::read("/queue?state=open&sort=-due&page=3", COLUMNS, 20).links(100);
        assert_eq!(links.columns["due"].href, "/queue?state=open&sort=due");
        assert_eq!(links.columns["due"].sorted, Some("descending"));
        assert_eq!(links.columns["weight"].href, "/queue?state=open&sort=-weight");
        assert_eq!(links.previous.as_deref(), Some("/queue?state=open&sort=-due&page=2"));
        assert_eq!(links.next.as_deref(), Some("/queue?state=open&sort=-due&page=4"));
    }

    #[test]
    fn an_address_from_outside_reaches_neither_sql_nor_an_overflow() {
        let list = Listing::read("/queue?sort=name;drop&page=99999999999999999999", COLUMNS, 20);
        assert_eq!((list.sort(), list.offset()), ("due", 0));
        let list = Listing::read("/queue?page=9223372036854775807", COLUMNS, u32::MAX);
        assert_eq!(list.offset(), (PAGE_MAX - 1) * i64::from(u32::MAX));
        assert_eq!(Listing::read("/queue?page=-4", COLUMNS, 20).offset(), 0);
    }

    #[test]
    fn the_page_after_the_last_leads_back_to_the_last() {
        let links = Listing::read("/queue?page=9", COLUMNS, 20).links(41);
        assert_eq!((links.pages, links.next), (3, None));
        assert_eq!(links.previous.as_deref(), Some("/queue?sort=due&page=3"));
        assert_eq!(Listing::read("/queue", COLUMNS, 20).links(0).pages, 1);
    }
}
