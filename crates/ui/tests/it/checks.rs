//! The checks that slices run in their own tests find what they are for.

use kakari_ui::{SliceAssets, check};
use rstest::rstest;

fn slice(template: &'static str, ja: &'static str, en: &'static str) -> SliceAssets {
    let templates: &'static [(&str, &str)] = Box::leak(Box::new([("page.html", template)]));
    SliceAssets { name: "wrong", templates, ja, en, dir: None }
}

#[rstest]
#[case("<p style=\"color: red\">", "style=")]
#[case("<STYLE>", "<style")]
#[case("<a hx-on:click=\"x()\">", "hx-on")]
#[case("<a onclick=\"x()\">", "onclick=")]
#[case("<a href=\"javascript:x()\">", "javascript:")]
#[case("<script>x()</script>", "<script> without src")]
#[case("{{ x | safe }}", "|safe")]
#[case("{{ x|safe }}", "|safe")]
#[case("<a hx-trigger=\"click[ctrlKey]\">", "hx-trigger")]
#[case("{% autoescape false %}{% endautoescape %}", "autoescape")]
#[case("<div hx-vals='js:{a: 1}'>", "hx-vals")]
fn what_the_policy_breaks_in_silence_is_found(#[case] template: &'static str, #[case] word: &str) {
    let problems = check::problems(&[slice(template, "", "")]);
    assert!(problems.iter().any(|problem| problem.contains(word)), "{problems:?}");
}

#[rstest]
#[case("<script src=\"/a.js\" defer></script><p class=\"on\">{{ conclusion }} style</p>")]
#[case("<a hx-get=\"/x\" hx-trigger=\"click\" data-on=\"1\">")]
fn what_is_allowed_is_not_complained_about(#[case] template: &'static str) {
    assert_eq!(check::problems(&[slice(template, "", "")]), Vec::<String>::new());
}

#[rstest]
#[case("a = x", "", "wrong: a is missing in en.ftl")]
#[case("", "a = x", "wrong: a is missing in ja.ftl")]
#[case("a = { $n }", "a = x", "wrong: a has {\"n\"} in ja and {} in en")]
#[case("a = x\na = y", "a = x", "a stands twice")]
#[case("a = { $n", "a = x", "wrong/ja.ftl:")]
fn texts_that_differ_between_the_languages_are_found(
    #[case] ja: &'static str,
    #[case] en: &'static str,
    #[case] problem: &str,
) {
    let problems = check::problems(&[slice("", ja, en)]);
    assert!(problems.iter().any(|found| found.contains(problem)), "{problems:?}");
}

#[rstest]
#[case("{{ t(\"gone\") }}", true)]
#[case("{% if t('gone') %}{% endif %}", true)]
#[case("{{ t(\"level-\" ~ kind) }}", true)]
#[case("{{ t(\"here\") }} {{ t(key) }} {{ t(\"he\" ~ kind) }} {# t(\"gone\") #} t(\"gone\")", false)]
fn a_key_that_no_file_has_is_found_in_code_only(#[case] template: &'static str, #[case] wrong: bool) {
    let problems = check::problems(&[slice(template, "here = x", "here = x")]);
    assert_eq!(!problems.is_empty(), wrong, "{problems:?}");
}
