//! From a template and data to a page.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::value::{Kwargs, Rest, Value, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde::{Serialize, Serializer};

use crate::assets;
use crate::charts::Texts;
use crate::escape;
use crate::language::{Lang, Languages, TextArg};
use crate::page::PageContext;
use crate::words::filters;

/// What one slice brings: its templates and its texts. Made with [`slice_assets!`](crate::slice_assets).
#[derive(Debug, Clone, Copy)]
pub struct SliceAssets {
    /// The name of the slice and of its folder; its templates are called `name/file.html`.
    pub name: &'static str,
    /// File name and source of each template.
    pub templates: &'static [(&'static str, &'static str)],
    /// The Japanese texts, in Fluent syntax.
    pub ja: &'static str,
    /// The English texts.
    pub en: &'static str,
    /// The slice's folder on the machine that built it, so that an edited template or text shows
    /// without a rebuild. `None` outside development builds.
    pub dir: Option<&'static str>,
}

impl SliceAssets {
    pub(crate) fn texts(&self, lang: Lang) -> Result<Cow<'static, str>, UiError> {
        match lang {
            Lang::Ja => self.read("ja.ftl", self.ja),
            Lang::En => self.read("en.ftl", self.en),
        }
    }

    fn template(&self, file: &str, embedded: &'static str) -> Result<Cow<'static, str>, UiError> {
        self.read(&format!("templates/{file}"), embedded)
    }

    fn read(&self, file: &str, embedded: &'static str) -> Result<Cow<'static, str>, UiError> {
        let Some(dir) = self.dir else { return Ok(Cow::Borrowed(embedded)) };
        let path = Path::new(dir).join(file);
        match std::fs::read_to_string(&path) {
            Ok(source) => Ok(Cow::Owned(source)),
            // A development build that was moved to another machine still has what was embedded.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Cow::Borrowed(embedded)),
            Err(cause) => Err(UiError::Read { path: path.display().to_string(), cause }),
        }
    }
}

/// The assets of a slice that lies in `src/<name>/` with `templates/`, `ja.ftl` and `en.ftl` in it.
/// Called in that folder's `mod.rs`:
///
/// ```ignore
/// pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("incidents", ["queue.html", "_rows.html"]);
/// ```
#[macro_export]
macro_rules! slice_assets {
    ($name:literal, [$($file:literal),* $(,)?]) => {
        $crate::SliceAssets {
            name: $name,
            templates: &[$(($file, include_str!(concat!("templates/", $file)))),*],
            ja: include_str!("ja.ftl"),
            en: include_str!("en.ftl"),
            dir: if cfg!(debug_assertions) {
                Some(concat!(env!("CARGO_MANIFEST_DIR"), "/src/", $name))
            } else {
                None
            },
        }
    };
}

/// The layout's own templates and texts.
pub(crate) const OWN: SliceAssets = SliceAssets {
    name: "ui",
    templates: &[
        ("components.html", include_str!("templates/components.html")),
        ("sprite.html", include_str!("templates/sprite.html")),
        ("patterns.html", include_str!("templates/patterns.html")),
        ("head.html", include_str!("templates/head.html")),
        ("languages.html", include_str!("templates/languages.html")),
        ("page.html", include_str!("templates/page.html")),
        ("plain.html", include_str!("templates/plain.html")),
        ("print.html", include_str!("templates/print.html")),
        ("problem.html", include_str!("templates/problem.html")),
    ],
    ja: include_str!("ja.ftl"),
    en: include_str!("en.ftl"),
    dir: if cfg!(debug_assertions) { Some(concat!(env!("CARGO_MANIFEST_DIR"), "/src")) } else { None },
};

/// Why a page could not be made. Every case is a defect of the program, never of a request.
#[derive(Debug, thiserror::Error)]
pub enum UiError {
    /// A template does not parse, names something unknown, or prints a variable that does not exist.
    #[error("template {name}: {cause}")]
    Template {
        /// The template that was asked for.
        name: String,
        /// What the template engine says, with the line.
        cause: minijinja::Error,
    },
    /// A `.ftl` file does not parse, or names a key that another slice has.
    #[error("texts of {slice} in {lang}: {what}")]
    Texts {
        /// The slice whose file it is.
        slice: &'static str,
        /// The language of the file.
        lang: Lang,
        /// What is wrong with it.
        what: String,
    },
    /// A template or text file could not be read in development.
    #[error("cannot read {path}: {cause}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl From<UiError> for kakari_kernel::Error {
    fn from(error: UiError) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for UiError {
    /// A bare page: whatever broke may have been the layout.
    fn into_response(self) -> Response {
        tracing::error!(error = %self, "page could not be made");
        let body = "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><title>500</title>\
            <p>画面を作れませんでした。時間をおいて、もう一度お試しください。</p>\
            <p lang=\"en\">The page could not be made. Please try again later.</p></html>";
        (StatusCode::INTERNAL_SERVER_ERROR, Html(body)).into_response()
    }
}

/// HTML that this program made itself, such as a chart: templates print it as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(pub(crate) String);

impl Markup {
    /// The HTML text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from_safe_string(self.0.clone()).serialize(serializer)
    }
}

/// Everything that pages are made from. Cheap to clone.
#[derive(Clone)]
pub struct Ui {
    slices: Arc<[SliceAssets]>,
    engine: Arc<RwLock<Arc<Engine>>>,
}

struct Engine {
    templates: Environment<'static>,
    languages: Arc<Languages>,
    /// When the newest file was changed, as it was when they were read; `None` when all are embedded.
    newest: Option<SystemTime>,
}

impl Ui {
    /// Reads the templates and texts of all slices. Fails when one does not parse or two slices share a key.
    ///
    /// # Errors
    /// [`UiError`] names the file and what is wrong with it.
    pub fn new(slices: impl IntoIterator<Item = SliceAssets>) -> Result<Self, UiError> {
        let slices: Arc<[SliceAssets]> = std::iter::once(OWN).chain(slices).collect();
        let engine = Arc::new(Engine::load(&slices)?);
        Ok(Self { slices, engine: Arc::new(RwLock::new(engine)) })
    }

    /// Fills the template `name` with `data`, plus `page` and the functions and filters that the crate's
    /// `README.md` lists. Full pages extend `ui/page.html`; fragments for htmx are rendered the same way.
    ///
    /// # Errors
    /// [`UiError`] when the template does not exist or names something that `data` does not have.
    pub fn render(
        &self,
        page: &PageContext,
        name: &str,
        data: impl Serialize,
    ) -> Result<Html<String>, UiError> {
        let engine = self.current()?;
        let wrong = |cause| UiError::Template { name: name.to_owned(), cause };
        let mut env = engine.templates.clone();
        let languages = Arc::clone(&engine.languages);
        let lang = page.lang;
        env.add_function("t", move |key: &str, args: Rest<Value>, kwargs: Kwargs| {
            translate(&languages, lang, key, &args, &kwargs)
        });
        filters::register(&mut env, &Arc::new(page.words()));
        env.add_global("page", Value::from_serialize(page.view()));
        let template = env.get_template(name).map_err(wrong)?;
        template.render(Value::from_serialize(data)).map(Html).map_err(wrong)
    }

    /// The text of `key` in `lang`, for mails, exports, audit lines and error messages.
    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, TextArg<'_>)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, value.clone());
        }
        self.loaded().languages.text(lang, key, &fluent)
    }

    /// The words of a chart: `title` and `description` are sentences of the slice, `head` the columns of its
    /// table.
    pub fn chart_texts(&self, lang: Lang, title: String, description: String, head: &[String]) -> Texts {
        Texts { title, description, head: head.to_vec(), no_data: self.text(lang, "chart-no-data", &[]) }
    }

    fn loaded(&self) -> Arc<Engine> {
        Arc::clone(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The engine, made anew when a file was edited since it was read.
    fn current(&self) -> Result<Arc<Engine>, UiError> {
        let loaded = self.loaded();
        if newest(&self.slices) == loaded.newest {
            return Ok(loaded);
        }
        let edited = Arc::new(Engine::load(&self.slices)?);
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&edited);
        Ok(edited)
    }
}

/// When the newest file of the slices with a folder was changed.
fn newest(slices: &[SliceAssets]) -> Option<SystemTime> {
    let files =
        slices.iter().filter_map(|slice| Some((slice, Path::new(slice.dir?)))).flat_map(|(slice, dir)| {
            let templates = slice.templates.iter().map(move |(file, _)| dir.join("templates").join(file));
            templates.chain([dir.join("ja.ftl"), dir.join("en.ftl")])
        });
    files.filter_map(|file| file.metadata().ok()?.modified().ok()).max()
}

impl Engine {
    fn load(slices: &[SliceAssets]) -> Result<Self, UiError> {
        // Taken first: a file that is edited while the others are read is read again next time.
        let newest = newest(slices);
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::Html);
        env.set_formatter(escape::print);
        env.set_trim_blocks(true);
        env.set_lstrip_blocks(true);
        // Nothing from outside may ever skip the escaping.
        env.remove_filter("safe");
        env.add_function("asset", asset_href);
        for slice in slices {
            for (file, embedded) in slice.templates {
                let name = format!("{}/{file}", slice.name);
                let source = slice.template(file, embedded)?;
                env.add_template_owned(name.clone(), source.into_owned())
                    .map_err(|cause| UiError::Template { name, cause })?;
            }
        }
        Ok(Self { templates: env, languages: Arc::new(Languages::load(slices)?), newest })
    }
}

fn asset_href(file: &str) -> Result<String, minijinja::Error> {
    assets::href(file).map(str::to_owned).ok_or_else(|| {
        minijinja::Error::new(ErrorKind::InvalidOperation, format!("no asset is called {file}"))
    })
}

/// `t("key", n=3)`, or `t("key", {"n": 3})` where the arguments are data.
fn translate(
    languages: &Languages,
    lang: Lang,
    key: &str,
    positional: &[Value],
    kwargs: &Kwargs,
) -> Result<String, minijinja::Error> {
    let mut args = FluentArgs::new();
    for map in positional {
        for name in map.try_iter()? {
            args.set(name.to_string(), text_arg(&map.get_item(&name)?));
        }
    }
    for name in kwargs.args() {
        args.set(name.to_owned(), text_arg(&kwargs.get::<Value>(name)?));
    }
    kwargs.assert_all_used()?;
    Ok(languages.text(lang, key, &args))
}

fn text_arg(value: &Value) -> FluentValue<'static> {
    if value.kind() == ValueKind::Number {
        if let Some(whole) = value.as_i64() {
            return FluentValue::from(whole);
        }
        if let Ok(fraction) = f64::try_from(value.clone()) {
            return FluentValue::from(fraction);
        }
    }
    FluentValue::from(value.to_string())
}
