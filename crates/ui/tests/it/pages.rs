//! Pages, forms and texts, rendered through a sample slice.

use std::time::Duration;

use axum::body::to_bytes;
use axum::http::StatusCode;
use kakari_kernel::Error;
use kakari_ui::words::BusinessHours;
use kakari_ui::{
    Brand, Client, Form, HelpLine, Lang, Listing, NavItem, PageContext, Person, SliceAssets, Ui, UiError,
    check, context, problem_page, status_of,
};

use crate::sample;

fn ui() -> Ui {
    Ui::new([sample::ASSETS]).unwrap()
}

/// An owner's page on a Saturday morning.
fn page(lang: Lang) -> PageContext {
    let now = "2026-04-18T00:41:20Z".parse().unwrap();
    let brand = Brand { name: "見本かかりつけ".to_owned(), provider: "見本株式会社".to_owned() };
    let nav = |key: &str, href: &str| NavItem { key: key.to_owned(), href: href.to_owned(), count: None };
    PageContext {
        path: "/company/edit?step=2".to_owned(),
        client: Some(Client {
            name: "見本木工所 <本店>".to_owned(),
            href: "/company".to_owned(),
            is_reader: true,
        }),
        nav: vec![nav("sample-save", "/"), nav("sample-title", "/company")],
        person: Some(Person {
            name: "見本 太郎".to_owned(),
            role: "代表".to_owned(),
            profile_href: "/me".to_owned(),
            sign_out_href: "/sign-out".to_owned(),
        }),
        help: Some(HelpLine {
            phone: "096-000-0000".to_owned(),
            form_href: "/ask".to_owned(),
            hours: BusinessHours::default(),
        }),
        csrf: Some("token".to_owned()),
        ..PageContext::new(lang, now, brand)
    }
}

fn wrong_form() -> Form {
    let typed = [("name", "<b>".to_owned()), ("people", "１２".to_owned()), ("size", "m".to_owned())];
    let mut form = Form::filled(typed);
    assert_eq!(form.text("name", 5..=9), None);
    assert_eq!(form.number("people", 1..=9), None);
    form
}

fn edit_page(page: &PageContext) -> String {
    let list = Listing::read(&page.path, &["due", "-weight"], 20).links(45);
    let data =
        context! { form => wrong_form(), list, due => "2026-04-18T00:59:20Z", late => 1_776_472_160_000_i64 };
    ui().render(page, "sample/edit.html", data).unwrap().0
}

/// The page without what changes with every build.
fn without_hashes(html: &str) -> String {
    let mut out = String::new();
    for (index, part) in html.split("/assets/").enumerate() {
        match part.split_once('"').filter(|_| index > 0) {
            Some((file, rest)) => {
                let (name, extension) = (file.split('.').next().unwrap(), file.rsplit('.').next().unwrap());
                out.push_str(&format!("/assets/{name}.HASH.{extension}\"{rest}"));
            }
            None => out.push_str(part),
        }
    }
    out
}

#[test]
fn a_page_with_every_component_in_both_languages() {
    for lang in Lang::ALL {
        let html = without_hashes(&edit_page(&page(lang)));
        assert!(!html.contains('⟦'), "{html}");
        insta::assert_snapshot!(format!("edit_{lang}"), html);
    }
}

#[test]
fn a_wrong_form_is_shown_again_with_its_values_and_errors() {
    let html = edit_page(&page(Lang::Ja));
    assert!(html.contains(r#"value="&lt;b&gt;""#), "{html}");
    assert!(html.contains(r##"<a href="#f-name">会社名：5文字以上で入力してください。</a>"##), "{html}");
    assert!(html.contains(r#"aria-describedby="h-name e-name" aria-invalid="true""#), "{html}");
    assert!(html.contains(r#"<input type="hidden" name="csrf" value="token">"#), "{html}");
}

#[test]
fn the_telephone_becomes_a_letter_outside_the_hours() {
    assert!(edit_page(&page(Lang::Ja)).contains(r#"href="tel:096-000-0000""#));
    let night = PageContext { now: "2026-04-18T12:00:00Z".parse().unwrap(), ..page(Lang::Ja) };
    let html = edit_page(&night);
    assert!(!html.contains("tel:") && html.contains(r#"class="help" href="/ask""#), "{html}");
}

#[test]
fn what_attackers_write_is_shown_as_text() {
    let mut form = Form::filled([("name", "\"><script>\u{202e}\u{1b}[31m".to_owned())]);
    form.error("name", "form-required");
    let list = Listing::read("/x?q=\"><script>", &["due"], 20).links(99);
    let hostile = PageContext { path: "/x?q=\"><script>".to_owned(), ..page(Lang::Ja) };
    let data = context! { form, list, due => "2026-04-18T00:59:20Z", late => 0 };
    let html = ui().render(&hostile, "sample/edit.html", data).unwrap().0;
    assert!(!html.contains("<script>") && !html.contains('\u{202e}') && !html.contains('\u{1b}'), "{html}");
    assert!(html.contains("&quot;&gt;&lt;script&gt;\u{fffd}\u{fffd}[31m"), "{html}");
}

#[test]
fn a_variable_that_does_not_exist_is_an_error_and_names_the_template() {
    let error =
        ui().render(&page(Lang::Ja), "sample/edit.html", context! { form => Form::empty() }).unwrap_err();
    assert!(matches!(&error, UiError::Template { name, .. } if name == "sample/edit.html"), "{error}");
    assert!(!error.to_string().contains("token"), "{error}");
}

#[test]
fn a_missing_text_shows_its_key() {
    assert_eq!(ui().text(Lang::En, "no-such-key", &[]), "⟦no-such-key⟧");
    assert_eq!(ui().text(Lang::En, "sample-hint", &[("n", 12_000.into())]), "Up to 12,000 characters");
    assert_eq!(ui().text(Lang::En, "sample-hint", &[("n", 1.into())]), "One character");
}

#[test]
fn in_development_an_edited_template_shows_at_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("templates/note.html");
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    std::fs::write(&file, "before").unwrap();
    let dir: &'static str = folder.path().to_str().unwrap().to_owned().leak();
    let templates: &'static [(&str, &str)] = &[("note.html", "embedded")];
    let ui = Ui::new([SliceAssets { name: "notes", templates, ja: "", en: "", dir: Some(dir) }]).unwrap();
    let shown = || ui.render(&page(Lang::Ja), "notes/note.html", context! {}).map(|html| html.0);
    assert_eq!(shown().unwrap(), "before");

    std::fs::write(&file, "after").unwrap();
    let edited = std::fs::File::options().append(true).open(&file).unwrap();
    edited.set_modified(file.metadata().unwrap().modified().unwrap() + Duration::from_secs(9)).unwrap();
    assert_eq!(shown().unwrap(), "after");
}

#[test]
fn two_slices_with_one_key_are_refused_at_the_start() {
    let twin = SliceAssets { name: "twin", templates: &[], dir: None, ..sample::ASSETS };
    let error = Ui::new([sample::ASSETS, twin]).err().unwrap();
    assert!(error.to_string().starts_with("texts of twin in ja: "), "{error}");
    assert!(error.to_string().contains("sample-title"), "{error}");
}

#[tokio::test]
async fn every_problem_has_a_page_in_both_languages() {
    for lang in Lang::ALL {
        for status in [400, 401, 403, 404, 409, 413, 429, 500, 502, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            let response = problem_page(&ui(), &page(lang), status);
            assert_eq!(response.status(), status);
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let html = String::from_utf8(body.to_vec()).unwrap();
            assert!(!html.contains('⟦') && html.contains("096-000-0000"), "{html}");
            if status == StatusCode::NOT_FOUND {
                insta::assert_snapshot!(format!("not_found_{lang}"), without_hashes(&html));
            }
        }
    }
}

#[test]
fn what_is_not_there_and_what_is_somebody_elses_look_the_same() {
    assert_eq!(status_of(&Error::NotFound), StatusCode::NOT_FOUND);
    assert_eq!(status_of(&Error::internal("disk")), StatusCode::INTERNAL_SERVER_ERROR);
}

#[test]
fn the_layout_and_the_sample_keep_the_rules_for_templates_and_texts() {
    assert_eq!(check::problems(&[sample::ASSETS]), Vec::<String>::new());
}
