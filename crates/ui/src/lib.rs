//! The look and the language of every page: layout, components, forms, Fluent texts in Japanese and
//! English, words for dates and money, charts as SVG. It knows no domain.
//!
//! A slice hands in its templates and texts as [`SliceAssets`] (one line with [`slice_assets!`]), the
//! binary builds one [`Ui`] from all of them, and a handler calls [`Ui::render`] with a [`PageContext`]
//! and its own data. `README.md` beside this crate shows a whole page.
//!
//! What always holds: templates escape everything they print, a variable that does not exist is an error
//! and not an empty string, time and zone come from the caller, and nothing needs an inline style or script.

pub mod assets;
pub mod charts;
pub mod check;
mod error_page;
mod escape;
pub mod form;
pub mod headers;
mod language;
pub mod listing;
mod page;
mod render;
pub mod words;

pub use assets::assets_router;
pub use error_page::{problem_page, status_of};
pub use form::Form;
pub use headers::{security_headers, set_security_headers};
pub use language::{Lang, LanguageHints, TextArg};
pub use listing::Listing;
pub use minijinja::context;
pub use page::{Brand, Client, Crumb, HelpLine, Language, NavItem, PageContext, Person};
pub use render::{Markup, SliceAssets, Ui, UiError};
