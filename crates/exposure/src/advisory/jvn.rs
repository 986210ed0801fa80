//! JVN iPedia through `MyJVN`: VULDEF documents and the overview feed. They give the Japanese title and the CVEs of an
//! entry. Its product names are never matched: they are coarser than any other feed's.

use quick_xml::events::{BytesStart, Event};

use crate::place::{Place, SetAside};

use super::read::Parsed;
use super::{Advisory, Severity, is_cve};

/// Elements inside elements; real documents nest eight deep.
const MAX_DEPTH: usize = 64;

pub fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    if let Err(reason) = read(&String::from_utf8_lossy(bytes), &mut parsed) {
        parsed.set_aside.push(SetAside::new(Place::File, "", format!("the document breaks off: {reason}")));
    }
    parsed
}

fn read(text: &str, parsed: &mut Parsed) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut entry: Option<Advisory> = None;
    let mut content = String::new();
    let mut depth = 0_usize;
    let mut index = 0;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err("elements nested too deep".to_owned());
                }
                content.clear();
                open(&start, &mut entry);
            }
            Event::Empty(start) => open(&start, &mut entry),
            Event::Text(piece) => content.push_str(&piece.decode().map_err(|error| error.to_string())?),
            Event::CData(piece) => content.push_str(&String::from_utf8_lossy(&piece)),
            Event::GeneralRef(entity) => content.push_str(&crate::inventory::resolve_entity(&entity)),
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                let name = end.local_name();
                if matches!(name.as_ref(), b"Vulinfo" | b"item") {
                    finish(entry.take(), Place::item(index), parsed);
                    index += 1;
                } else if let Some(entry) = &mut entry {
                    field(name.as_ref(), content.trim(), entry);
                }
                content.clear();
            }
            Event::Eof => {
                return if depth == 0 { Ok(()) } else { Err("its last element is open".to_owned()) };
            }
            _ => {}
        }
    }
}

/// An entry begins, or an element says something in its attributes.
fn open(start: &BytesStart<'_>, entry: &mut Option<Advisory>) {
    let attribute = |key: &[u8]| {
        let found = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == key)?;
        Some(String::from_utf8_lossy(&found.value).into_owned())
    };
    match (start.local_name().as_ref(), entry.as_mut()) {
        (b"Vulinfo" | b"item", _) => *entry = Some(Advisory::default()),
        // The overview feed: `<sec:references id="CVE-2024-1">`, `<sec:cvss vector="…">`.
        (b"references", Some(entry)) => add_cve(attribute(b"id").unwrap_or_default(), entry),
        (b"cvss", Some(entry)) => {
            entry.severity.extend(attribute(b"vector").and_then(|text| Severity::from_vector(&text)));
        }
        _ => {}
    }
}

fn field(name: &[u8], value: &str, entry: &mut Advisory) {
    match name {
        b"identifier" => value.clone_into(&mut entry.id),
        // The entry's own number comes first; those of related items are CVEs.
        b"VulinfoID" if entry.id.is_empty() => value.clone_into(&mut entry.id),
        b"VulinfoID" | b"references" => add_cve(value.to_owned(), entry),
        b"Title" | b"title" if entry.summary.is_empty() => value.clone_into(&mut entry.summary),
        b"Vector" => entry.severity.extend(Severity::from_vector(value)),
        b"DateFirstPublished" | b"issued" => entry.published = Some(value.to_owned()),
        b"DateLastUpdated" | b"modified" => entry.modified = Some(value.to_owned()),
        _ => {}
    }
}

fn add_cve(id: String, entry: &mut Advisory) {
    if is_cve(&id) && !entry.cves.contains(&id) {
        entry.aliases.push(id.clone());
        entry.cves.push(id);
    }
}

fn finish(entry: Option<Advisory>, at: Place, parsed: &mut Parsed) {
    match entry {
        Some(entry) if entry.id.starts_with("JVN") => parsed.advisories.push(entry),
        Some(entry) => {
            parsed.set_aside.push(SetAside::new(at, entry.summary, "an entry without a JVN number"));
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_and_the_overview_give_title_and_cves() {
        let document = r#"<VULDEF-Document><Vulinfo><VulinfoID>JVNDB-2024-000123</VulinfoID><VulinfoData><Title>例の脆弱性</Title>
            <Impact><Cvss version="3.0"><Vector>CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</Vector></Cvss></Impact>
            <Related><RelatedItem type="advisory"><Name>CVE</Name><VulinfoID>CVE-2024-1</VulinfoID></RelatedItem></Related>
            <DateFirstPublished>2024-02-09</DateFirstPublished></VulinfoData></Vulinfo></VULDEF-Document>"#;
        let overview = r#"<rdf:RDF xmlns:sec="http://jvn.jp/rss/mod_sec/3.0/"><item><title>例の脆弱性</title>
            <sec:identifier>JVNDB-2024-000123</sec:identifier><sec:references source="CVE" id="CVE-2024-1">x</sec:references>
            <sec:cvss version="3.0" vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"/></item></rdf:RDF>"#;
        for text in [document, overview] {
            let parsed = parse(text.as_bytes());
            let entry = &parsed.advisories[0];
            assert_eq!((entry.id.as_str(), entry.summary.as_str()), ("JVNDB-2024-000123", "例の脆弱性"));
            assert_eq!(entry.cves, ["CVE-2024-1"]);
            assert_eq!(entry.severity[0].score, Some(9.8));
        }
    }
}
