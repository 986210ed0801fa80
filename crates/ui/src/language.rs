//! The two languages: which one a reader gets, and the texts in it.

use std::collections::HashMap;
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::render::{SliceAssets, UiError};
use crate::words;

/// A language of the product. Japanese is the source, English is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Lang {
    /// Both languages, the source first.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The code used in `lang=`, cookies and profiles.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Reads a code such as `ja`, `en` or `en-GB`; anything else is `None`.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }

    /// The language for one request, and whether the `?lang=` of its address has to be kept in the cookie.
    ///
    /// An address that names a language wins for this request. After that the profile decides, then the
    /// cookie, then `Accept-Language`, then the provider's default. A caller that sees `keep` sets the
    /// cookie and, for a signed-in person, the profile: otherwise the choice is lost at the next click.
    pub fn choose(hints: &LanguageHints<'_>) -> (Self, bool) {
        let asked = hints.query.and_then(Self::from_code);
        let lang = asked
            .or_else(|| hints.profile.and_then(Self::from_code))
            .or_else(|| hints.cookie.and_then(Self::from_code))
            .or_else(|| hints.accept_language.and_then(Self::from_accept_language))
            .unwrap_or(hints.provider);
        (lang, asked.is_some())
    }

    /// The best of our languages in an `Accept-Language` header; the first one wins among equals.
    fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',').take(20) {
            let (code, quality) = part.split_once(';').unwrap_or((part, ""));
            let weight = quality.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if let Some(lang) = Self::from_code(code)
                && weight > 0.0
                && best.is_none_or(|(_, highest)| weight > highest)
            {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What a request says about the reader's language, as the raw codes.
#[derive(Debug, Clone, Copy, Default)]
pub struct LanguageHints<'a> {
    /// `?lang=` of the address.
    pub query: Option<&'a str>,
    /// What the signed-in person chose.
    pub profile: Option<&'a str>,
    /// The cookie named [`Lang::COOKIE`].
    pub cookie: Option<&'a str>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a str>,
    /// The provider's default.
    pub provider: Lang,
}

impl Lang {
    /// The name of the cookie that keeps a visitor's choice.
    pub const COOKIE: &'static str = "lang";
}

/// A value put into a text. Numbers choose the plural and are printed grouped (`12,000`); what must not be
/// grouped, such as a year or an id, is passed as a string.
pub type TextArg<'a> = FluentValue<'a>;

/// The texts of all slices in both languages.
pub(crate) struct Languages {
    bundles: HashMap<Lang, FluentBundle<FluentResource>>,
}

impl Languages {
    /// Reads the texts of `slices`, given as `(slice name, ja, en)`.
    pub(crate) fn load(slices: &[SliceAssets]) -> Result<Self, UiError> {
        let mut bundles = HashMap::new();
        for lang in Lang::ALL {
            let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![locale]);
            // Isolating marks are invisible and end up in titles, CSV and file names.
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(|value, _| match value {
                FluentValue::Number(number) => Some(words::number(number.value)),
                _ => None,
            }));
            for slice in slices {
                add_texts(&mut bundle, slice, lang)?;
            }
            bundles.insert(lang, bundle);
        }
        Ok(Self { bundles })
    }

    /// The text of `key` in `lang`. A key that does not exist shows as `⟦key⟧` and is logged.
    pub(crate) fn text(&self, lang: Lang, key: &str, args: &FluentArgs<'_>) -> String {
        let message =
            self.bundles.get(&lang).and_then(|bundle| Some((bundle, bundle.get_message(key)?.value()?)));
        let Some((bundle, pattern)) = message else {
            tracing::error!(%lang, key, "text is missing");
            return format!("⟦{key}⟧");
        };
        let mut errors: Vec<FluentError> = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        for error in errors {
            tracing::error!(%lang, key, %error, "text is incomplete");
        }
        text
    }
}

fn add_texts(
    bundle: &mut FluentBundle<FluentResource>,
    slice: &SliceAssets,
    lang: Lang,
) -> Result<(), UiError> {
    let wrong = |what: String| UiError::Texts { slice: slice.name, lang, what };
    let source = slice.texts(lang)?;
    let resource = FluentResource::try_new(source.into_owned()).map_err(|(_, errors)| {
        wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    bundle
        .add_resource(resource)
        .map_err(|errors| wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(LanguageHints { query: Some("en"), profile: Some("ja"), ..LanguageHints::default() }, Lang::En, true)]
    #[case(LanguageHints { profile: Some("en"), cookie: Some("ja"), ..LanguageHints::default() }, Lang::En, false)]
    #[case(LanguageHints { cookie: Some("en"), accept_language: Some("ja"), ..LanguageHints::default() }, Lang::En, false)]
    #[case(LanguageHints { accept_language: Some("en"), ..LanguageHints::default() }, Lang::En, false)]
    #[case(LanguageHints { query: Some("xx"), provider: Lang::En, ..LanguageHints::default() }, Lang::En, false)]
    #[case(LanguageHints::default(), Lang::Ja, false)]
    fn the_address_then_the_profile_then_the_cookie_then_the_browser_then_the_provider(
        #[case] hints: LanguageHints<'_>,
        #[case] lang: Lang,
        #[case] keep: bool,
    ) {
        assert_eq!(Lang::choose(&hints), (lang, keep));
    }

    #[rstest]
    #[case("en-GB,en;q=0.9,ja;q=0.8", Some(Lang::En))]
    #[case("fr,ja;q=0.5,en;q=0.7", Some(Lang::En))]
    #[case("ja-JP", Some(Lang::Ja))]
    #[case("en;q=0", None)]
    #[case("fr, *", None)]
    #[case(";;q=,,", None)]
    fn the_browsers_best_language_wins(#[case] header: &str, #[case] lang: Option<Lang>) {
        assert_eq!(Lang::from_accept_language(header), lang);
    }
}
