//! A slice as small as one can be, to test pages with.

use kakari_ui::{SliceAssets, slice_assets};

pub const ASSETS: SliceAssets = slice_assets!("sample", ["edit.html"]);
