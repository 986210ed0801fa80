//! The pages in a real browser.

use kakari_e2e::browser::browser;

#[test]
fn the_driver_sees_what_is_wrong_with_a_page() {
    let Some(mut browser) = browser() else { return };
    let mut tab = browser.tab(390);
    let page = "<title>x</title><meta name=viewport content='width=device-width'>\
                <meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">\
                <img src='http://127.0.0.1:9/'><table width=600><td>\u{27e6}key\u{27e7}</table>\
                <script>console.error('oh'); nothing.here</script>";
    tab.open(&format!("data:text/html;charset=utf-8,{page}"));
    let faults = tab.faults().join("\n");
    let expected = [
        "scrolls sideways",
        "no translation: \u{27e6}key",
        "axe image-alt",
        "console:",
        "exception:",
        "security policy:",
    ];
    for part in expected {
        assert!(faults.contains(part), "{part} is not in:\n{faults}");
    }
}
