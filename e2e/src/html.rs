//! Just enough reading of our own pages: hidden fields, links, the text without marks.

/// Name and value of each hidden field.
pub fn hidden_fields(html: &str) -> Vec<(String, String)> {
    tags(html, "input")
        .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
        .collect()
}

/// The address of each link, in order.
pub fn links(html: &str) -> Vec<String> {
    tags(html, "a").filter_map(|tag| attribute(tag, "href")).collect()
}

/// The address of each form, in order.
pub fn actions(html: &str) -> Vec<String> {
    tags(html, "form").filter_map(|tag| attribute(tag, "action")).collect()
}

/// The text of the first element with this name.
pub fn element(html: &str, name: &str) -> Option<String> {
    let (_, after) = html.split_once(&format!("<{name}"))?;
    let (_, inner) = after.split_once('>')?;
    let (text, _) = inner.split_once(&format!("</{name}>"))?;
    Some(unescape(text.trim()))
}

fn tags<'h>(html: &'h str, name: &'static str) -> impl Iterator<Item = &'h str> {
    html.split('<')
        .filter_map(move |piece| piece.strip_prefix(name))
        .filter(|rest| rest.starts_with(char::is_whitespace))
        .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| unescape(value))
}

fn unescape(text: &str) -> String {
    let named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    named.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2f;", "/").replace("&amp;", "&")
}
