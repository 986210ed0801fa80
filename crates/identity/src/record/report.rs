//! What a slice has to say about one client in a month.

use async_trait::async_trait;
use jiff::Timestamp;
use kakari_kernel::{OrgScope, Period, Result};
use kakari_ui::{Lang, Markup, PageContext};
use serde::Serialize;

use crate::Permission;

/// A table of a report. Its last column is what the reader does.
#[derive(Debug, Clone, Serialize)]
pub struct SectionTable {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Something that was done for the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deed {
    pub at: Timestamp,
    pub text: String,
}

/// One part of a monthly report.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    pub title: String,
    /// The one sentence that tells it all.
    pub sentence: String,
    /// Nothing came in: printed as such, never as a zero.
    pub no_data: bool,
    pub chart: Option<Markup>,
    pub tables: Vec<SectionTable>,
    pub deeds: Vec<Deed>,
}

/// A part of the product that has something to say. Composed in the binary, so that a report depends on no
/// slice.
#[async_trait]
pub trait ReportSection: Send + Sync {
    /// Sections are printed by ascending order.
    fn order(&self) -> u32;
    async fn section(&self, scope: &OrgScope, period: Period, lang: Lang) -> Result<Section>;
}

/// What a slice shows of itself on the client's record.
#[derive(Debug, Clone, Serialize)]
pub struct Panel {
    pub title: String,
    /// How it stands, in one sentence.
    pub sentence: String,
    /// A kind of `ui.chip`: good, info, notice, warn, bad, or none for "no data".
    pub kind: &'static str,
    /// Label and value, at most six.
    pub facts: Vec<(String, String)>,
    /// The page behind it; shown to whoever [`RecordPanel::needs`] lets in.
    pub href: String,
}

/// A part of the product that has a panel on the client's record. Composed in the binary.
#[async_trait]
pub trait RecordPanel: Send + Sync {
    /// Panels are shown by ascending order.
    fn order(&self) -> u32;
    /// What a reader must be allowed to open the page behind the panel.
    fn needs(&self) -> Permission {
        Permission::View
    }
    async fn panel(&self, scope: &OrgScope, page: &PageContext) -> Result<Panel>;
}
