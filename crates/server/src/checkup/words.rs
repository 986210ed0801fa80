//! The check-up's sentences in both languages.

use kakari_ui::{Lang, SliceAssets, TextArg, Ui, UiError};

use super::facts::Args;

pub(crate) const ASSETS: SliceAssets = SliceAssets {
    name: "checkup",
    templates: &[],
    ja: include_str!("ja.ftl"),
    en: include_str!("en.ftl"),
    dir: None,
};

/// One language's sentences.
pub(crate) struct Words {
    ui: Ui,
    pub(crate) lang: Lang,
}

impl Words {
    pub(crate) fn new(lang: Lang) -> Result<Self, UiError> {
        Ok(Self { ui: Ui::new([ASSETS])?, lang })
    }

    /// The message `checkup-<of>-<part>`.
    pub(crate) fn say(&self, of: &str, part: &str, args: &Args) -> String {
        let args: Vec<(&str, TextArg<'_>)> =
            args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        self.ui.text(self.lang, &format!("checkup-{of}-{part}").to_lowercase().replace('_', "-"), &args)
    }

    /// A message without values.
    pub(crate) fn plain(&self, of: &str, part: &str) -> String {
        self.say(of, part, &Args::new())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_have_the_same_sentences() {
        assert_eq!(kakari_ui::check::problems(&[super::ASSETS]), Vec::<String>::new());
    }
}
