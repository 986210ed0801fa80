//! Pages, forms and texts, rendered through a sample slice.

use kakari_ui::{Brand, Form, Lang, PageContext, Ui, check};
use serde_json::json;

use crate::sample;

fn page(lang: Lang) -> PageContext {
    let now = "2026-04-18T00:41:20Z".parse().unwrap();
    let brand = Brand { name: "かかり".to_owned(), provider: "熊本かかりつけ".to_owned() };
    PageContext { csrf: Some("token".to_owned()), ..PageContext::new(lang, now, brand) }
}

#[test]
fn a_wrong_form_is_shown_again_with_its_values_and_errors() {
    let ui = Ui::new([sample::ASSETS]).unwrap();
    let mut form = Form::filled([("name", "<b>".to_owned()), ("people", "１２".to_owned())]);
    assert_eq!(form.number("people", 1..=9), None);
    assert_eq!(form.text("name", 5..=9), None);
    for lang in Lang::ALL {
        let data = json!({"form": form, "at": "2026-04-17T21:00:00Z"});
        let html = ui.render(&page(lang), "sample/edit.html", data).unwrap().0;
        assert!(html.contains(r#"value="&lt;b&gt;""#), "{html}");
        assert!(html.contains(r##"<a href="#f-name">"##), "{html}");
        assert!(!html.contains('⟦'), "{html}");
    }
}

#[test]
fn the_layout_and_the_sample_keep_the_rules_for_templates_and_texts() {
    assert_eq!(check::problems(&[sample::ASSETS]), Vec::<String>::new());
}
