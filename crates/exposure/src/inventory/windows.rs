//! Windows: the programmes of the registry and of winget, the updates that `Get-HotFix` lists, and the build.
//!
//! Updates of Windows are cumulative, so the build says more than the list of updates: `10.0.19045.4046` holds every
//! update of that line up to revision 4046.

use crate::advisory::windows_line;
use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::{Component, Inventory};

/// What a column of a table holds, told by its heading in English or Japanese.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Version,
    Publisher,
    HotFix,
    Build,
    Revision,
    Host,
    Other,
}

impl Column {
    fn of(heading: &str) -> Self {
        let plain: String =
            heading.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).collect();
        match plain.to_lowercase().as_str() {
            "displayname"
            | "name"
            | "programname"
            | "software"
            | "名前"
            | "プログラム名"
            | "ソフトウェア名"
            | "製品名" => Self::Name,
            "displayversion" | "version" | "バージョン" => Self::Version,
            "publisher" | "vendor" | "発行元" | "ベンダー" => Self::Publisher,
            "hotfixid" | "hotfix" | "kb" | "updateid" => Self::HotFix,
            "osbuild" | "buildnumber" | "currentbuild" | "osversion" | "osビルド" => Self::Build,
            "ubr" => Self::Revision,
            "source" | "pscomputername" | "computername" | "hostname" | "csname" | "コンピューター名" => {
                Self::Host
            }
            _ => Self::Other,
        }
    }
}

/// The columns of a table of programmes or updates; `None` when the line is no heading of one.
fn headings(fields: &[String]) -> Option<Vec<Column>> {
    let columns: Vec<Column> = fields.iter().map(|field| Column::of(field)).collect();
    let has = |column| columns.contains(&column);
    ((has(Column::Name) && has(Column::Version)) || has(Column::HotFix) || has(Column::Build))
        .then_some(columns)
}

/// True for CSV (with comma, semicolon or tab) whose heading names programmes, updates or a build.
pub(super) fn is_table(text: &str) -> bool {
    table(text).is_some()
}

/// Line index of the heading, separator and columns. PowerShell puts a `#TYPE` line first.
fn table(text: &str) -> Option<(usize, u8, Vec<Column>)> {
    let (index, heading) = text.lines().enumerate().find(|(_, line)| {
        !line.trim().is_empty() && !line.starts_with("#TYPE") && !line.starts_with("sep=")
    })?;
    [b',', b'\t', b';'].into_iter().find_map(|separator| {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(heading.as_bytes());
        let record = reader.records().next()?.ok()?;
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        (fields.len() > 1).then(|| headings(&fields)).flatten().map(|columns| (index, separator, columns))
    })
}

/// CSV of programmes, updates or builds.
pub(super) fn programmes(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let (heading, separator, columns) =
        table(text).ok_or("no heading names programmes, updates or a build")?;
    let body: String = text.lines().skip(heading + 1).flat_map(|line| [line, "\n"]).collect();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(body.as_bytes());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                inventory.set_aside(Place::File, "", format!("a row that is no CSV: {error}"));
                continue;
            }
        };
        let line =
            record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or_default());
        let at = Place::line(heading + line);
        let field = |column| {
            columns
                .iter()
                .position(|known| *known == column)
                .and_then(|at| record.get(at))
                .map_or("", str::trim)
        };
        // A second heading in the middle is what two exports put together look like.
        if headings(&record.iter().map(str::to_owned).collect::<Vec<_>>()).is_some() {
            inventory.set_aside(
                at,
                "",
                "another heading in the middle: the rows below it may be in other columns",
            );
            continue;
        }
        if !field(Column::Host).is_empty()
            && inventory.host.hostname.is_none()
            && field(Column::Name).is_empty()
        {
            inventory.host.hostname = Some(field(Column::Host).to_owned());
        }
        take_build(field(Column::Build), field(Column::Revision), inventory);
        if !field(Column::HotFix).is_empty() {
            take_update(field(Column::HotFix), at, inventory);
        } else if !field(Column::Name).is_empty() {
            take_programme(
                field(Column::Name),
                field(Column::Version),
                field(Column::Publisher),
                at,
                inventory,
            );
        }
    }
    Ok(())
}

fn take_programme(name: &str, version: &str, publisher: &str, at: Place, inventory: &mut Inventory) {
    // Updates are listed among the programmes: `Security Update for Microsoft Office (KB5002499)`.
    if let Some(kb) = update_in(name) {
        inventory.host.kbs.push(kb);
        return;
    }
    let mut component = Component::new(Ecosystem::of(Family::WindowsProgram), name, version, at);
    component.cpes.extend(guess_cpe(name, version, publisher));
    inventory.take(component);
}

fn take_update(text: &str, at: Place, inventory: &mut Inventory) {
    match update_in(text) {
        Some(kb) => inventory.host.kbs.push(kb),
        None => inventory.set_aside(at, text, "no number of a Windows update"),
    }
}

/// The number behind `KB`, 6 or 7 digits.
fn update_in(text: &str) -> Option<u32> {
    text.match_indices("KB").find_map(|(at, _)| {
        let digits = crate::version::split_while(text.split_at(at + 2).1, |c| c.is_ascii_digit()).0;
        (6..=7).contains(&digits.len()).then(|| digits.parse().ok())?
    })
}

/// A build as `10.0.19045.4046`, or as build number and revision in two columns.
fn take_build(build: &str, revision: &str, inventory: &mut Inventory) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let full = match (is_number(build), is_number(revision)) {
        (true, true) => format!("10.0.{build}.{revision}"),
        (false, true) if build.matches('.').count() == 2 => format!("{build}.{revision}"),
        _ => build.to_owned(),
    };
    set_build(&full, inventory);
}

/// Notes the build, and adds Windows itself as a component when the build has its revision.
pub(super) fn set_build(build: &str, inventory: &mut Inventory) {
    if inventory.host.windows_build.is_some() {
        return;
    }
    if let Some(line) = windows_line(build) {
        inventory.host.windows_build = Some(build.to_owned());
        inventory.host.os = Some(Ecosystem::of(Family::Windows));
        inventory.take(Component::new(Ecosystem::of(Family::Windows), line, build, Place::File));
    } else if build.starts_with("10.0.") || build.starts_with("6.") {
        inventory.host.os = Some(Ecosystem::of(Family::Windows));
        inventory.set_aside(
            Place::File,
            build,
            "a build without its revision (UBR), so it is not known which updates it holds",
        );
    }
}

/// The text forms: `Get-HotFix` as a table, `ver`, `systeminfo`, and one `KB…` a line.
pub(super) fn updates(text: &str, inventory: &mut Inventory) {
    for (index, line) in text.lines().enumerate() {
        if let Some(kb) = update_in(line) {
            inventory.host.kbs.push(kb);
        }
        // `Microsoft Windows [Version 10.0.19045.4046]`
        if let Some(build) = line.split(['[', ']', ' ']).find(|word| windows_line(word).is_some()) {
            set_build(build, inventory);
        }
        if let Some(host) = line.strip_prefix("Host Name:").or_else(|| line.strip_prefix("ホスト名:")) {
            inventory.host.hostname = Some(host.trim().to_owned());
        }
        if line.contains("OS Version:") && line.contains("Build") && inventory.host.windows_build.is_none() {
            let reason =
                "systeminfo does not print the revision (UBR), so it is not known which updates it holds";
            inventory.set_aside(Place::line(index), line.trim(), reason);
        }
    }
}

/// True for a text in which updates or a build of Windows stand.
pub(super) fn is_update_text(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().take(400).filter(|line| !line.trim().is_empty()).collect();
    let updates = lines.iter().filter(|line| update_in(line).is_some()).count();
    let is_build = lines.iter().any(|line| line.contains("Microsoft Windows") && line.contains("10.0."));
    updates * 2 >= lines.len().max(2)
        || (updates > 0 && lines.iter().any(|line| line.contains("HotFixID")))
        || is_build
}

/// `winget list`: columns at fixed places, told by the heading, in widths that count Japanese letters twice.
pub(super) fn winget(text: &str, inventory: &mut Inventory) {
    let mut columns: Vec<usize> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // A progress bar that was redirected too stands before the heading, divided by carriage returns.
        let line = line.rsplit('\r').next().unwrap_or(line);
        if columns.is_empty() {
            if is_winget_heading(line) {
                columns = starts(line);
            }
            continue;
        }
        if line.starts_with("---") || line.trim().is_empty() {
            continue;
        }
        let fields = fields_at(line, &columns);
        let at = Place::line(index);
        match fields.as_slice() {
            [name, id, version, ..] if !version.is_empty() => {
                let mut component = Component::new(
                    Ecosystem::of(Family::WindowsProgram),
                    name.as_str(),
                    version.trim_start_matches(['<', '>', ' ']),
                    at,
                );
                component
                    .cpes
                    .extend(id.split_once('.').and_then(|(vendor, _)| guess_cpe(name, version, vendor)));
                inventory.take(component);
            }
            _ => inventory.set_aside(at, line, "no name, id and version in this line"),
        }
    }
}

pub(super) fn is_winget_heading(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words.as_slice(), ["Name" | "名前", "Id" | "ID", "Version" | "バージョン", ..])
}

/// The display width of a letter in a Japanese console.
fn width(c: char) -> usize {
    let wide = matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}');
    if wide { 2 } else { 1 }
}

/// The display column at which each word of the heading begins.
fn starts(heading: &str) -> Vec<usize> {
    let (mut at, mut starts, mut in_word) = (0, Vec::new(), false);
    for c in heading.chars() {
        if !c.is_whitespace() && !in_word {
            starts.push(at);
        }
        in_word = !c.is_whitespace();
        at += width(c);
    }
    starts
}

fn fields_at(line: &str, columns: &[usize]) -> Vec<String> {
    let mut fields = vec![String::new(); columns.len()];
    let mut at = 0;
    for c in line.chars() {
        let column = columns.iter().rposition(|start| *start <= at).unwrap_or(0);
        if let Some(field) = fields.get_mut(column) {
            field.push(c);
        }
        at += width(c);
    }
    fields.into_iter().map(|field| field.trim().to_owned()).collect()
}

/// Programmes that stand on most office computers and in the list of exploited vulnerabilities, with the name that
/// NVD gives them. It leads to unconfirmed findings only.
const PRODUCTS: &[(&str, &str)] = &[
    ("google chrome", "google:chrome"),
    ("microsoft edge", "microsoft:edge_chromium"),
    ("mozilla firefox", "mozilla:firefox"),
    ("mozilla thunderbird", "mozilla:thunderbird"),
    ("adobe acrobat reader", "adobe:acrobat_reader_dc"),
    ("adobe acrobat", "adobe:acrobat_dc"),
    ("7-zip", "7-zip:7-zip"),
    ("winrar", "rarlab:winrar"),
    ("vlc media player", "videolan:vlc_media_player"),
    ("teamviewer", "teamviewer:teamviewer"),
    ("anydesk", "anydesk:anydesk"),
    ("zoom", "zoom:zoom"),
    ("filezilla", "filezilla-project:filezilla_client"),
    ("putty", "putty:putty"),
    ("winscp", "winscp:winscp"),
    ("wireshark", "wireshark:wireshark"),
    ("notepad++", "notepad-plus-plus:notepad\\+\\+"),
    ("java 8", "oracle:jre"),
    ("openvpn", "openvpn:openvpn"),
    ("forticlient", "fortinet:forticlient"),
    ("lhaplus", "lhaplus:lhaplus"),
];

/// A CPE name for a programme: from the list, or of publisher and name.
fn guess_cpe(name: &str, version: &str, publisher: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let known = PRODUCTS
        .iter()
        .find(|(prefix, _)| lower.starts_with(prefix))
        .map(|(_, product)| (*product).to_owned());
    let product = known.or_else(|| {
        let word = |text: &str| -> String {
            let first = text.split([',', '(']).next().unwrap_or(text).trim().to_lowercase();
            first
                .split_whitespace()
                .filter(|word| {
                    !matches!(*word, "inc" | "inc." | "ltd" | "ltd." | "corporation" | "co." | "llc")
                })
                .collect::<Vec<_>>()
                .join("_")
        };
        let (vendor, product) = (word(publisher), word(name));
        let plain = |text: &str| !text.is_empty() && text.is_ascii() && !text.contains(':');
        (plain(&vendor) && plain(&product)).then(|| format!("{vendor}:{product}"))
    })?;
    let version = if version.is_empty() || !version.is_ascii() { "*" } else { version };
    Some(format!("cpe:2.3:a:{product}:{version}:*:*:*:*:*:*:*"))
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn the_registry_as_csv_in_utf_16() {
        let text = "#TYPE Selected\r\n\"DisplayName\",\"DisplayVersion\",\"Publisher\"\r\n\"7-Zip 23.01 (x64)\",\"23.01\",\"Igor Pavlov\"\r\n\
            \"弥生会計 24\",\"30.1.1\",\"弥生株式会社\"\r\n\"Security Update for Microsoft Office (KB5002499)\",\"\",\"Microsoft\"\r\n\"No version\",\"\",\"X\"\r\n";
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let inventory = read("programs.csv", &utf16).unwrap();
        let names: Vec<_> = inventory.components.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["7-Zip 23.01 (x64)", "弥生会計 24"]);
        assert_eq!(inventory.components[0].cpes, ["cpe:2.3:a:7-zip:7-zip:23.01:*:*:*:*:*:*:*"]);
        assert_eq!(inventory.components[0].at.to_string(), "line 3");
        assert_eq!(inventory.host.kbs, [5_002_499]);
        assert_eq!(inventory.set_aside[0].reason, "no version");
    }

    #[test]
    fn updates_and_builds_in_their_usual_forms() {
        let table = "Source        Description      HotFixID      InstalledBy          InstalledOn\n------        -----------      --------      -----------          -----------\n\
            PC-01         Update           KB5034122     NT AUTHORITY\\SYSTEM  2024/01/10 0:00:00\nPC-01         Security Update  KB5034441     NT AUTHORITY\\SYSTEM  2024/01/10 0:00:00\n";
        assert_eq!(read("hotfix.txt", table.as_bytes()).unwrap().host.kbs, [5_034_122, 5_034_441]);
        let csv = "\"PSComputerName\",\"HotFixID\"\n\"PC-01\",\"KB5034122\"\n";
        let inventory = read("hotfix.csv", csv.as_bytes()).unwrap();
        assert_eq!(
            (inventory.host.kbs.as_slice(), inventory.host.hostname.as_deref()),
            ([5_034_122].as_slice(), Some("PC-01"))
        );
        let inventory = read("ver.txt", b"\r\nMicrosoft Windows [Version 10.0.19045.4046]\r\n").unwrap();
        assert_eq!(inventory.components[0].name, "10.0.19045");
        let inventory = read("build.csv", b"CSName,CurrentBuild,UBR\nPC-01,22631,3155\n").unwrap();
        assert_eq!(inventory.host.windows_build.as_deref(), Some("10.0.22631.3155"));
    }

    #[test]
    fn winget_in_japanese() {
        let text = "名前                     ID                 バージョン  ソース\n-----------------------------------------------------------\n\
            Google Chrome            Google.Chrome      120.0.6099  winget\n一太郎 2024              ARP\\X64\\{1}        34.0.1\n";
        let inventory = read("winget.txt", text.as_bytes()).unwrap();
        let names: Vec<_> =
            inventory.components.iter().map(|c| format!("{} {}", c.name, c.version)).collect();
        assert_eq!(names, ["Google Chrome 120.0.6099", "一太郎 2024 34.0.1"]);
    }
}
