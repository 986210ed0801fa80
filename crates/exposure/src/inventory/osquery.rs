//! osquery: answers of `osqueryi --json`, and the lines of its result log (snapshots and differences).

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::{Component, Inventory, Source, windows};

type Row = HashMap<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogLine {
    #[serde(default)]
    name: String,
    host_identifier: Option<String>,
    #[serde(default)]
    action: String,
    columns: Option<Row>,
    snapshot: Option<Vec<Row>>,
}

pub(super) fn json(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    if text.trim_start().starts_with('[') {
        let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for (index, row) in rows.iter().enumerate() {
            take("", row, Place::item(index), inventory);
        }
        return Ok(());
    }
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = Place::line(index);
        let line: LogLine = match serde_json::from_str(line) {
            Ok(line) => line,
            Err(error) => {
                inventory.set_aside(at, "", format!("no line of a result log: {error}"));
                continue;
            }
        };
        if line.host_identifier.is_some()
            && inventory.host.hostname.is_some()
            && line.host_identifier != inventory.host.hostname
        {
            let host = line.host_identifier.unwrap_or_default();
            inventory.set_aside(at, host, "another machine in the same log: give one file a machine");
            continue;
        }
        inventory.host.hostname = line.host_identifier.or_else(|| inventory.host.hostname.take());
        for row in line.snapshot.iter().flatten() {
            take(&line.name, row, at, inventory);
        }
        if let Some(row) = &line.columns {
            if line.action == "removed" {
                let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
                let (name, version) = (text("name"), text("version"));
                inventory
                    .components
                    .retain(|component| component.name != name || component.version != version);
            } else {
                take(&line.name, row, at, inventory);
            }
        }
    }
    Ok(())
}

/// Rows show by their columns which table they are of; the name of the query helps with `deb` and `rpm`.
fn take(query: &str, row: &Row, at: Place, inventory: &mut Inventory) {
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let (name, version) = (text("name"), text("version"));
    if let Some(kb) =
        text("hotfix_id").trim_start_matches("KB").parse().ok().filter(|_| !text("hotfix_id").is_empty())
    {
        inventory.host.kbs.push(kb);
        return;
    }
    if row.contains_key("platform") && row.contains_key("major") {
        // The table `os_version`.
        inventory.host.os = Ecosystem::from_os_release(text("platform"), version);
        if text("platform") == "windows" {
            let revision = text("revision");
            let build =
                if revision.is_empty() { version.to_owned() } else { format!("{version}.{revision}") };
            windows::set_build(&build, inventory);
        }
        return;
    }
    let has = |key: &str| row.contains_key(key);
    let family = if has("identifying_number") || has("install_source") || query.contains("programs") {
        Family::WindowsProgram
    } else if has("sha1") && has("release") || query.contains("rpm") {
        Family::RedHat
    } else if has("maintainer") || has("revision") || query.contains("deb") {
        Family::Debian
    } else if has("directory") && query.contains("npm") {
        Family::Npm
    } else if query.contains("python") {
        Family::PyPI
    } else if has("bundle_identifier") || query.contains("apps") {
        Family::Other("macOS".to_owned())
    } else {
        Family::Other(format!("osquery {query}").trim().to_owned())
    };
    let full_version = match family {
        Family::RedHat if !text("release").is_empty() && !version.contains('-') => {
            let epoch = match text("epoch") {
                "" => "0",
                epoch => epoch,
            };
            format!("{epoch}:{version}-{}", text("release"))
        }
        _ => version.to_owned(),
    };
    let mut component = Component::new(Ecosystem::of(family), name, full_version, at);
    let source = text("source");
    if !source.is_empty() && component.ecosystem.family == Family::Debian {
        component.source =
            Some(Source { name: source.split(' ').next().unwrap_or(source).to_owned(), version: None });
    }
    inventory.take(component);
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn snapshots_and_differences_end_in_one_inventory() {
        let log = r#"{"name":"pack_deb_packages","hostIdentifier":"srv","snapshot":[{"name":"bash","version":"5.1-2+deb11u1","source":"","arch":"amd64","maintainer":"x"}],"action":"snapshot"}
{"name":"pack_deb_packages","hostIdentifier":"srv","columns":{"name":"zlib1g","version":"1:1.2.11","source":"zlib","maintainer":"x"},"action":"added"}
{"name":"pack_deb_packages","hostIdentifier":"srv","columns":{"name":"bash","version":"5.1-2+deb11u1","maintainer":"x"},"action":"removed"}
{"name":"pack_os_version","hostIdentifier":"srv","columns":{"platform":"debian","major":"11","version":"11"},"action":"added"}
"#;
        let inventory = read("osqueryd.results.log", log.as_bytes()).unwrap();
        assert_eq!(inventory.components.len(), 1);
        assert_eq!(inventory.components[0].advised_as().0, "zlib");
        assert_eq!(inventory.components[0].ecosystem.to_string(), "Debian:11");
        assert_eq!(inventory.host.hostname.as_deref(), Some("srv"));
    }

    #[test]
    fn answers_of_the_shell_on_windows() {
        let rows = r#"[{"name":"7-Zip","version":"23.01","install_location":"","install_source":"","identifying_number":"","publisher":"x"},
            {"hotfix_id":"KB5034441","csname":"PC"}]"#;
        let inventory = read("programs.json", rows.as_bytes()).unwrap();
        assert_eq!((inventory.components.len(), inventory.host.kbs.as_slice()), (1, [5_034_441].as_slice()));
    }
}
