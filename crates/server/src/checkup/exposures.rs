//! Known weaknesses of what is installed, when advisories are at hand.

use std::path::Path;

use anyhow::Context as _;
use kakari_exposure::decision::{Circumstances, Label, Policy};
use kakari_exposure::report::Knowledge;
use kakari_exposure::{Feeds, Inventory};

use super::facts::NotChecked;

/// Advisories that were read, to be matched against a package list.
pub(crate) struct Advisories(Knowledge);

/// What is exposed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Exposures {
    pub(crate) act_now: usize,
    pub(crate) schedule: usize,
    pub(crate) watch: usize,
    /// The package whose update removes most, if any.
    pub(crate) first: Option<String>,
}

impl Advisories {
    /// Reads files and folders of advisories, told apart by content.
    ///
    /// # Errors
    /// Names the file that is none.
    pub(crate) fn read(paths: &[std::path::PathBuf]) -> anyhow::Result<Self> {
        let mut feeds = Feeds::default();
        for path in paths {
            let source = path.display().to_string();
            let mut found = false;
            for file in files_below(path)? {
                let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
                found |= feeds.add(&source, &file.display().to_string(), &bytes)?;
            }
            anyhow::ensure!(found, "{source}: holds no advisories that are known");
        }
        Ok(Self(Knowledge::new(feeds, Policy::default())))
    }

    /// Matches a package list; says what had no data.
    pub(crate) fn find(&self, inventory: &Inventory) -> (Exposures, Vec<NotChecked>) {
        let lines = self.0.lines(inventory, Circumstances::default());
        let last = self.0.last_line(std::slice::from_ref(inventory), &lines);
        let of = |label| lines.iter().filter(|line| line.counts() && line.decision.label == label).count();
        let exposures = Exposures {
            act_now: of(Label::ActNow),
            schedule: of(Label::Schedule),
            watch: of(Label::Watch),
            first: lines
                .iter()
                .filter(|line| line.counts() && line.fixed.is_some())
                .max_by_key(|line| line.decision.label)
                .map(|line| line.package.clone()),
        };
        let not_checked = last
            .not_checked
            .iter()
            .map(|gap| NotChecked { what: "exposures", why: gap.reason.clone() })
            .collect();
        (exposures, not_checked)
    }
}

fn files_below(path: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let found = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    if found.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut entries: Vec<_> =
        std::fs::read_dir(path).with_context(|| path.display().to_string())?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        // A link may lead back here.
        if !entry.file_type()?.is_symlink() {
            files.extend(files_below(&entry.path())?);
        }
    }
    Ok(files)
}
