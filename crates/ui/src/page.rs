//! What the layout needs to know about the page, the reader and the provider.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::language::Lang;
use crate::words::{BusinessHours, Words};

/// Everything about a request that the layout shows. Made once per request by sign-in, then completed by
/// the handler: `PageContext { client: Some(..), ..page }`.
#[derive(Debug, Clone, Serialize)]
pub struct PageContext {
    /// The reader's language.
    pub lang: Lang,
    /// The moment the page is made for: ages and opening hours are counted from it.
    pub now: Timestamp,
    /// The reader's zone.
    #[serde(skip)]
    pub zone: TimeZone,
    /// Whether Japanese dates are written in eras (令和8年) instead of western years.
    #[serde(skip)]
    pub eras: bool,
    /// Path and query of the request: marks the current entry of the navigation and makes the language
    /// links.
    pub path: String,
    /// Who provides the service.
    pub brand: Brand,
    /// The client whose page this is. Its name stands large at the top: taking one client for another is
    /// the costly mistake.
    pub client: Option<Client>,
    /// The main navigation.
    pub nav: Vec<NavItem>,
    /// The way from the top to this page, without the page itself.
    pub trail: Vec<Crumb>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The telephone for someone in trouble. Owners have one on every page.
    pub help: Option<HelpLine>,
    /// The token that forms carry against forged requests; derived by sign-in.
    pub csrf: Option<String>,
    /// Smaller type and rows, for people who work in tables all day.
    pub dense: bool,
    /// The address of the stream of server-sent events that this page listens to.
    pub live: Option<String>,
}

/// The provider's name, as its clients know it.
#[derive(Debug, Clone, Serialize)]
pub struct Brand {
    /// The name of the service in the header.
    pub name: String,
    /// The company behind it, in the footer.
    pub provider: String,
}

/// The client whose record is open.
#[derive(Debug, Clone, Serialize)]
pub struct Client {
    /// The full name.
    pub name: String,
    /// Where its name leads.
    pub href: String,
    /// Whether the client itself reads the page: then the name is followed by 様.
    pub is_reader: bool,
}

/// One entry of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    /// The key of its text.
    pub key: String,
    /// Where it leads.
    pub href: String,
    /// How many things wait there.
    pub count: Option<u64>,
}

/// One step of the way to a page.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// The text, in the reader's language.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// The signed-in person.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The role, in the reader's language.
    pub role: String,
    /// The person's own settings.
    pub profile_href: String,
    /// Where the sign-out form posts to.
    pub sign_out_href: String,
}

/// Whom to call in trouble.
#[derive(Debug, Clone, Serialize)]
pub struct HelpLine {
    /// The number as people write it, `096-000-0000`.
    pub phone: String,
    /// Where to write outside the hours.
    pub form_href: String,
    /// When someone answers.
    #[serde(skip)]
    pub hours: BusinessHours,
}

/// A language that the reader can change to.
#[derive(Debug, Clone, Serialize)]
pub struct Language {
    /// Its code.
    pub lang: Lang,
    /// Its name in itself.
    pub name: &'static str,
    /// This page in that language.
    pub href: String,
    /// Whether it is the present one.
    pub current: bool,
}

impl PageContext {
    /// A page for nobody in particular: Tokyo time, western years, no navigation.
    pub fn new(lang: Lang, now: Timestamp, brand: Brand) -> Self {
        Self {
            lang,
            now,
            zone: crate::words::tokyo(),
            eras: false,
            path: "/".to_owned(),
            brand,
            client: None,
            nav: Vec::new(),
            trail: Vec::new(),
            person: None,
            help: None,
            csrf: None,
            dense: false,
            live: None,
        }
    }

    /// Dates, times and numbers in the reader's language and zone.
    pub fn words(&self) -> Words {
        Words { lang: self.lang, zone: self.zone.clone(), eras: self.eras, now: self.now }
    }

    /// The context plus what is derived from it, as templates see it under `page`.
    pub(crate) fn view(&self) -> PageView<'_> {
        let current_nav = self
            .nav
            .iter()
            .enumerate()
            .filter(|(_, item)| is_under(&self.path, &item.href))
            .max_by_key(|(_, item)| item.href.len())
            .map(|(index, _)| index);
        let local = self.now.to_zoned(self.zone.clone()).datetime();
        PageView {
            page: self,
            current_nav,
            languages: Lang::ALL.map(|lang| Language {
                lang,
                name: match lang {
                    Lang::Ja => "日本語",
                    Lang::En => "English",
                },
                href: with_language(&self.path, lang),
                current: lang == self.lang,
            }),
            help_open: self.help.as_ref().is_some_and(|help| help.hours.is_open(local)),
            help_hours: self.help.as_ref().map(|help| help.hours.words()),
        }
    }
}

/// A [`PageContext`] with what the layout derives from it.
#[derive(Serialize)]
pub(crate) struct PageView<'a> {
    #[serde(flatten)]
    page: &'a PageContext,
    current_nav: Option<usize>,
    languages: [Language; 2],
    help_open: bool,
    help_hours: Option<String>,
}

/// Whether `path` is the page at `href` or one below it.
fn is_under(path: &str, href: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let rest = path.strip_prefix(href.trim_end_matches('/'));
    if href == "/" { path == "/" } else { rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) }
}

/// The same address with its `lang` replaced.
fn with_language(path: &str, lang: Lang) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let query: Vec<&str> = kept.collect();
    let separator = if query.is_empty() { "" } else { "&" };
    format!("{path}?{}{separator}lang={}", query.join("&"), lang)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/queue", "/queue?lang=en")]
    #[case("/queue?state=open&lang=ja&page=2", "/queue?state=open&page=2&lang=en")]
    fn changing_the_language_keeps_the_page(#[case] path: &str, #[case] href: &str) {
        assert_eq!(with_language(path, Lang::En), href);
    }

    #[rstest]
    #[case("/clients/7/risks", "/clients", true)]
    #[case("/clients?sort=name", "/clients", true)]
    #[case("/clients-old", "/clients", false)]
    #[case("/clients", "/", false)]
    #[case("/", "/", true)]
    fn a_page_lies_under_its_entry_of_the_navigation(
        #[case] path: &str,
        #[case] href: &str,
        #[case] under: bool,
    ) {
        assert_eq!(is_under(path, href), under);
    }
}
