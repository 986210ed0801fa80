//! Links: what is written in them, and what is shown for them. Nothing is ever opened.

use url::{Host, Url};

use unicode_security::MixedScript;

use crate::brands;
use crate::catalogue;
use crate::domains::{self, Guard, is_same_or_below, registered};
use crate::html::Page;
use crate::knowledge::Knowledge;
use crate::limits;
use crate::verdict::Findings;

/// A domain first met less than this long ago is new: half of phishing domains are used within days of their making.
pub(crate) const NEW_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A link and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) target: String,
    /// The text shown for it, when that is not the target itself.
    pub(crate) text: Option<String>,
    pub(crate) place: String,
}

/// All links of plain text.
pub(crate) fn in_text(text: &str, place: &str, links: &mut Vec<Link>) {
    let mut rest = text;
    while let Some(at) = next_start(rest) {
        let (_, from) = rest.split_at(at);
        let end = from.char_indices().find(|(_, c)| ends_link(*c)).map_or(from.len(), |(at, _)| at);
        let (link, after) = from.split_at(end);
        rest = after;
        if links.len() >= limits::LINKS {
            return;
        }
        let target = link.trim_end_matches(['.', ',', ')', ']', '\'', ';', ':', '!', '?', '*']);
        if target.len() > "https://".len() {
            links.push(Link { target: target.to_owned(), text: None, place: place.to_owned() });
        }
    }
}

/// Where the next `http://`, `https://` or `www.` begins.
fn next_start(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("://")).map(|at| from + at) {
        let before = text.get(..at).unwrap_or_default();
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            before.len() >= scheme.len()
                && before
                    .get(before.len() - scheme.len()..)
                    .is_some_and(|found| found.eq_ignore_ascii_case(scheme))
        });
        if let Some(scheme) = scheme {
            return Some(at - scheme.len());
        }
        from = at + 3;
    }
    None
}

/// Japanese text follows a link without a blank; letters of other scripts may belong to its host.
fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '<' | '>' | '"' | '|' | '\\' | '^' | '`' | '{' | '}')
        || matches!(c, '\u{2000}'..='\u{206f}' | '\u{2190}'..='\u{d7ff}' | '\u{f900}'..='\u{ffff}')
}

/// All links of a page.
pub(crate) fn in_page(page: &Page, place: &str, links: &mut Vec<Link>) {
    for anchor in &page.anchors {
        if links.len() >= limits::LINKS {
            return;
        }
        links.push(Link {
            target: anchor.target.clone(),
            text: Some(anchor.text.clone()),
            place: place.to_owned(),
        });
    }
    for target in page.moves.iter().take(limits::LINKS - links.len()) {
        links.push(Link { target: target.clone(), text: None, place: place.to_owned() });
    }
}

/// Judges every link; gives the hosts that were met.
pub(crate) fn judge(
    links: &[Link],
    knowledge: &Knowledge,
    guard: &Guard<'_>,
    recipients: &[String],
    findings: &mut Findings,
) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for link in links.iter().take(limits::LINKS) {
        let target: String = link.target.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        let Ok(url) = Url::parse(target.trim()) else { continue };
        if matches!(url.scheme(), "javascript" | "vbscript")
            || (url.scheme() == "data" && url.path().starts_with("text/html"))
        {
            findings.add(catalogue::LINK_SCHEME, &target, &link.place);
            continue;
        }
        if !matches!(url.scheme(), "http" | "https" | "ftp") {
            continue;
        }
        judge_whole(&url, &target, link, knowledge, recipients, findings);
        let Some(host) = url.host_str().map(|host| host.trim_end_matches('.').to_ascii_lowercase()) else {
            continue;
        };
        judge_text(link, &host, guard, findings);
        if hosts.contains(&host) {
            continue;
        }
        match url.host() {
            Some(Host::Domain(_)) => judge_host(&host, link, knowledge, guard, findings),
            _ => findings.add(catalogue::LINK_IP, &host, &link.place),
        }
        hosts.push(host);
    }
    hosts
}

fn judge_whole(
    url: &Url,
    target: &str,
    link: &Link,
    knowledge: &Knowledge,
    recipients: &[String],
    findings: &mut Findings,
) {
    let place = &link.place;
    if knowledge.blocked.contains(target) {
        findings.add(catalogue::LINK_BLOCKED, target, place);
    }
    if !url.username().is_empty() {
        findings.add(catalogue::LINK_USERINFO, target, place);
    }
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        findings.add(catalogue::LINK_PORT, &format!("{}:{port}", url.host_str().unwrap_or_default()), place);
    }
    let tail = target.to_lowercase().replace("%40", "@");
    if let Some(recipient) = recipients.iter().find(|r| r.contains('@') && tail.contains(r.as_str())) {
        findings.add(catalogue::LINK_RECIPIENT, recipient, place);
    }
}

fn judge_host(host: &str, link: &Link, knowledge: &Knowledge, guard: &Guard<'_>, findings: &mut Findings) {
    let place = &link.place;
    let domain = registered(host);
    if knowledge.blocked.contains(host) || knowledge.blocked.contains(domain) {
        findings.add(catalogue::LINK_BLOCKED, host, place);
    }
    if brands::SHORTENERS.iter().any(|shortener| is_same_or_below(host, shortener)) {
        findings.add(catalogue::LINK_SHORT, host, place);
        return;
    }
    if guard.owner(host).is_some() {
        return;
    }
    let shown = domains::unicode(host);
    if let Some(guarded) = guard.imitated_by(host) {
        findings.add(catalogue::LINK_LOOKALIKE, &format!("{shown} ≈ {}", guarded.name), place);
    } else if let Some(guarded) = guard.brand_word_in(host) {
        findings.add(catalogue::LINK_BRAND, &format!("{shown} ({})", guarded.name), place);
    }
    if embeds_domain(host) {
        findings.add(catalogue::LINK_EMBEDDED, host, place);
    }
    if shown.split('.').any(|label| !label.is_single_script()) {
        findings.add(catalogue::LINK_MIXED, &shown, place);
    }
    if domains::is_free_host(host) {
        findings.add(catalogue::LINK_FREE_HOST, host, place);
    }
    let front = host.strip_suffix(domains::suffix(host)).unwrap_or(host);
    if front.split('.').any(domains::is_random) {
        findings.add(catalogue::LINK_RANDOM, host, place);
    }
    let ending = host.rsplit('.').next().unwrap_or_default();
    if brands::ODD_ENDINGS.contains(&ending) {
        findings.add(catalogue::LINK_TLD, host, place);
    }
    if let Some(history) = &knowledge.history {
        let first = history.domains.get(domain);
        if first.is_none_or(|seen| knowledge.now_ms > 0 && knowledge.now_ms - seen < NEW_MS) {
            findings.add(catalogue::LINK_NEW_DOMAIN, domain, place);
        }
    }
}

/// Whether another domain is written in front of the registered one: `www.bank.co.jp.other.example`.
fn embeds_domain(host: &str) -> bool {
    let Some(front) = host.strip_suffix(registered(host)) else { return false };
    let labels: Vec<&str> =
        front.trim_end_matches('.').split('.').filter(|label| !label.is_empty()).collect();
    labels.windows(2).any(|pair| match pair {
        ["co" | "ne" | "or" | "go" | "ac", "jp"] => true,
        ["www" | "m" | "mail", _] => false,
        [_, "com" | "net" | "org" | "jp"] => true,
        _ => false,
    })
}

/// Compares the text that is shown with the host that is meant.
fn judge_text(link: &Link, host: &str, guard: &Guard<'_>, findings: &mut Findings) {
    let Some(shown) = link.text.as_deref().and_then(shown_host) else { return };
    if registered(&shown) == registered(host) {
        return;
    }
    let owner = guard.owner(&shown);
    if owner.is_some_and(|guarded| guarded.owns(host)) {
        return;
    }
    let kind = if owner.is_some() { catalogue::LINK_TEXT_BRAND } else { catalogue::LINK_TEXT };
    findings.add(kind, &format!("{shown} → {host}"), &link.place);
}

/// The host that a link's text claims, when the text is an address of a page.
fn shown_host(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if text.chars().any(char::is_whitespace) {
        return None;
    }
    let begins = ["http://", "https://", "www."].iter().any(|start| text.starts_with(start));
    if !begins {
        return None;
    }
    let address = if text.starts_with("www.") { format!("http://{text}") } else { text };
    let url = Url::parse(&address).ok()?;
    url.host_str().filter(|host| host.contains('.')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(target: &str, text: Option<&str>) -> Vec<&'static str> {
        let knowledge = Knowledge::default();
        let guard = Guard::new(&knowledge);
        let link = Link { target: target.into(), text: text.map(str::to_owned), place: "text".into() };
        let mut findings = Findings::default();
        judge(&[link], &knowledge, &guard, &["info@higo-mokko.example".to_owned()], &mut findings);
        let mut ids: Vec<_> = findings.conclude(crate::Judged::Itself).signals.iter().map(|s| s.id).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn each_trick_is_named() {
        for (target, text, expected) in [
            ("http://192.0.2.7:8081/a", None, "link.ip_host"),
            ("http://3221225991/", None, "link.ip_host"),
            ("http://192.0.2.7:8081/a", None, "link.port"),
            ("https://www.smbc.co.jp@evil.example/", None, "link.userinfo"),
            ("https://bit.ly/x", None, "link.shortener"),
            ("https://www.bank.co.jp.mk16.example/", None, "link.embedded_domain"),
            ("https://33xvrj.duckdns.org", None, "link.free_host"),
            ("https://qvbawmeemfgrv17.icu/", None, "link.random_host"),
            ("https://evil.example/", Some("https://www.amazon.co.jp/"), "link.text_brand_mismatch"),
            ("https://evil.example/", Some("www.shop.example.com"), "link.text_mismatch"),
            ("javascript:alert(1)", None, "link.active_scheme"),
            ("java\nscript:alert(1)", None, "link.active_scheme"),
            ("https://a.example/?m=info%40higo-mokko.example", None, "link.recipient_in_url"),
            ("https://аpple.com/", None, "link.lookalike_host"),
        ] {
            assert!(kinds(target, text).contains(&expected), "{target} {:?}", kinds(target, text));
        }
    }

    #[test]
    fn ordinary_links_say_nothing() {
        for (target, text) in [
            ("https://www.amazon.co.jp/gp/css/order-details?orderID=249", Some("https://www.amazon.co.jp/")),
            ("https://www.hinokuni-shokokai.example/events/1203.html", None),
            ("https://us02web.zoom.us/j/80000000000", None),
            ("https://rakuten-card.co.jp/", Some("https://www.rakuten.co.jp/")),
            ("mailto:a@b.example", None),
        ] {
            assert_eq!(kinds(target, text), Vec::<&str>::new(), "{target}");
        }
    }

    #[test]
    fn links_end_where_japanese_begins() {
        let mut links = Vec::new();
        in_text("詳しくは https://a.example/x?y=1。次はHTTP://b.example/)をご覧ください", "text", &mut links);
        let targets: Vec<_> = links.iter().map(|l| l.target.as_str()).collect();
        assert_eq!(targets, ["https://a.example/x?y=1", "HTTP://b.example/"]);
    }
}
