//! What a reader sees of an HTML mail, and what is kept from him.
//!
//! A small reader of tags: it builds no tree, fetches nothing, and its memory is bounded by the text it is given.

/// A link with the text that is shown for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) target: String,
    pub(crate) text: String,
}

/// A page, read.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The text that is shown.
    pub(crate) text: String,
    /// The text that is in the page and not shown.
    pub(crate) hidden: String,
    pub(crate) anchors: Vec<Anchor>,
    /// The content of scripts and the values of `on…` attributes.
    pub(crate) script: String,
    pub(crate) pictures: usize,
    pub(crate) asks_password: bool,
    /// Where a form or an automatic move leads.
    pub(crate) moves: Vec<String>,
}

/// Elements without an end tag.
const VOID: [&str; 9] = ["br", "img", "input", "hr", "meta", "link", "area", "base", "col"];
/// Elements after which a new line begins on the screen.
const BLOCKS: [&str; 12] =
    ["br", "p", "div", "tr", "td", "li", "h1", "h2", "h3", "table", "blockquote", "hr"];
/// Open elements remembered at most.
const OPEN: usize = 512;
/// Characters in which the end of a tag is looked for with regard to quotes; without the bound, a page of unclosed
/// quotes would be read once for every tag.
const QUOTED_TAG: usize = 4_096;

#[derive(Debug)]
struct Tag<'a> {
    name: String,
    is_end: bool,
    attributes: &'a str,
}

/// Reads a page.
pub(crate) fn read(html: &str) -> Page {
    let mut page = Page::default();
    // Open elements and whether each hides what is in it.
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut anchor: Option<Anchor> = None;
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        write_text(text, is_hidden(&open), &mut page, anchor.as_mut());
        rest = match next_tag(after) {
            Next::Comment(after) => after,
            Next::Text => {
                write_text("<", is_hidden(&open), &mut page, anchor.as_mut());
                after
            }
            Next::Tag(tag, after) => {
                if !tag.is_end && matches!(tag.name.as_str(), "script" | "style" | "title" | "textarea") {
                    let (content, after) = raw_content(after, &tag.name);
                    if tag.name == "script" {
                        page.script.push_str(content);
                        page.script.push('\n');
                    }
                    after
                } else {
                    visit(&tag, &mut open, &mut anchor, &mut page);
                    after
                }
            }
        };
    }
    write_text(rest, is_hidden(&open), &mut page, anchor.as_mut());
    page.anchors.extend(anchor);
    page
}

fn visit(tag: &Tag<'_>, open: &mut Vec<(String, bool)>, anchor: &mut Option<Anchor>, page: &mut Page) {
    if BLOCKS.contains(&tag.name.as_str()) {
        page.text.push('\n');
    }
    if tag.is_end {
        if tag.name == "a" {
            page.anchors.extend(anchor.take());
        }
        if let Some(at) = open.iter().rposition(|(name, _)| *name == tag.name) {
            open.truncate(at);
        }
        return;
    }
    let attribute = |name: &str| attribute(tag.attributes, name);
    match tag.name.as_str() {
        "a" | "area" => {
            page.anchors.extend(anchor.take());
            *anchor = attribute("href").map(|target| Anchor { target, text: String::new() });
        }
        "img" => {
            page.pictures += 1;
            if let (Some(anchor), Some(alt)) = (anchor.as_mut(), attribute("alt")) {
                anchor.text.push_str(&alt);
            }
        }
        "input" => {
            page.asks_password |= attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"));
        }
        "form" => page.moves.extend(attribute("action")),
        "iframe" | "embed" | "frame" => page.moves.extend(attribute("src")),
        "meta" if attribute("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) => {
            let target =
                attribute("content").and_then(|c| c.split_once('=').map(|(_, url)| url.trim().to_owned()));
            page.moves.extend(target);
        }
        _ => {}
    }
    for name in ["onload", "onerror", "onclick"] {
        if let Some(code) = attribute(name) {
            page.script.push_str(&code);
            page.script.push('\n');
        }
    }
    if !VOID.contains(&tag.name.as_str()) && open.len() < OPEN {
        open.push((tag.name.clone(), hides(tag)));
    }
}

fn is_hidden(open: &[(String, bool)]) -> bool {
    open.iter().any(|(_, hides)| *hides)
}

fn hides(tag: &Tag<'_>) -> bool {
    let style: String = attribute(tag.attributes, "style")
        .unwrap_or_default()
        .to_ascii_lowercase()
        .split_whitespace()
        .collect();
    let declared = |what: &str| style.split(';').any(|one| one.trim_end_matches("!important") == what);
    declared("display:none")
        || declared("visibility:hidden")
        || declared("opacity:0")
        || ["font-size:0", "font-size:0px", "font-size:0pt", "font-size:1px"]
            .iter()
            .any(|what| declared(what))
        || attribute(tag.attributes, "hidden").is_some()
}

fn write_text(text: &str, hidden: bool, page: &mut Page, anchor: Option<&mut Anchor>) {
    if text.is_empty() {
        return;
    }
    let text = unescape(text);
    if hidden {
        page.hidden.push_str(&text);
        return;
    }
    page.text.push_str(&text);
    if let Some(anchor) = anchor {
        anchor.text.push_str(&text);
    }
}

enum Next<'a> {
    Tag(Tag<'a>, &'a str),
    Comment(&'a str),
    Text,
}

/// Reads what follows a `<`. An unfinished tag takes the rest of the page, as browsers do.
fn next_tag(after: &str) -> Next<'_> {
    if let Some(comment) = after.strip_prefix("!--") {
        return Next::Comment(comment.split_once("-->").map_or("", |(_, rest)| rest));
    }
    if after.starts_with(['!', '?']) {
        return Next::Comment(after.split_once('>').map_or("", |(_, rest)| rest));
    }
    let (is_end, inner) = after.strip_prefix('/').map_or((false, after), |inner| (true, inner));
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Next::Text;
    }
    let mut quote = None;
    let end = inner.char_indices().take(QUOTED_TAG).find(|(_, c)| {
        match (quote, *c) {
            (None, '"' | '\'') => quote = Some(*c),
            (Some(open), c) if c == open => quote = None,
            (None, '>') => return true,
            _ => {}
        }
        false
    });
    // A quote that is never closed would swallow the rest of the mail: then the tag ends at its first '>'.
    let end = end.map(|(at, _)| at).or_else(|| inner.find('>')).unwrap_or(inner.len());
    let (tag, rest) = inner.split_at(end);
    let name_end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let (name, attributes) = tag.split_at(name_end);
    Next::Tag(
        Tag { name: name.to_ascii_lowercase(), is_end, attributes },
        rest.strip_prefix('>').unwrap_or(rest),
    )
}

/// The content of an element that holds no tags, and what follows its end.
fn raw_content<'a>(after: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(at) = after.get(from..).and_then(|rest| rest.find("</")).map(|at| from + at) {
        let (content, end) = after.split_at(at);
        let is_end = end.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_end {
            return (content, end.split_once('>').map_or("", |(_, rest)| rest));
        }
        from = at + 2;
    }
    (after, "")
}

/// The value of an attribute, unescaped.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('=') {
            Some(value) => attribute_value(value.trim_start()),
            None => ("", after),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(unescape(value).trim().to_owned());
        }
        // Progress is certain: an empty name means that a stray '=' or '/' stands in front.
        rest =
            next.trim_start_matches(|c: char| c.is_whitespace() || c == '/' || (name.is_empty() && c == '='));
    }
    None
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Character references: numbers, and the names that mails use.
pub(crate) fn unescape(text: &str) -> String {
    const LONGEST: usize = 10;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.char_indices().take(LONGEST).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let known = end.and_then(|end| after.get(..end).and_then(reference).map(|c| (c, end)));
        if let Some((c, end)) = known {
            out.push(c);
            rest = after.get(end + 1..).unwrap_or_default();
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "copy" => '©',
        "reg" => '®',
        "yen" => '¥',
        "shy" => '\u{ad}',
        "zwnj" => '\u{200c}',
        "zwj" => '\u{200d}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_keep_the_text_that_is_shown_for_them() {
        let page = read(r#"<p>a<a href="https://x.example/?a=1&amp;b=2"><b>https://</b>bank.example</a>b"#);
        assert_eq!(
            page.anchors,
            [Anchor { target: "https://x.example/?a=1&b=2".into(), text: "https://bank.example".into() }]
        );
        assert_eq!(page.text.trim(), "ahttps://bank.exampleb");
    }

    #[test]
    fn hidden_text_is_kept_apart() {
        let page = read(
            "<div style='display: none !important'>x<b>y</b></div><span style=\"font-size:0\">z</span>shown",
        );
        assert_eq!((page.text.trim(), page.hidden.as_str()), ("shown", "xyz"));
    }

    #[test]
    fn scripts_styles_and_comments_are_no_text() {
        let page = read("<style>a{}</style><script>var a='</b>'</script><!-- no -->yes<body onload=go()>");
        assert_eq!(page.text.trim(), "yes");
        assert!(page.script.contains("var a") && page.script.contains("go()"));
    }

    #[test]
    fn broken_pages_end() {
        for html in [
            "<",
            "<a",
            "<a href",
            "<a href='",
            "<a ==='x",
            "<!--",
            "<script",
            "<script>",
            "</",
            "&#x110000;&#;&",
            "<a / = / =>",
            "日<本語 a='",
        ] {
            read(html);
        }
    }
}
