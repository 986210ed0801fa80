//! One page in the browser, and what is wrong with it.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire::Wire;
use crate::http::Visitor;

/// axe-core, under the MPL-2.0: used here, never part of the product.
const AXE: &str = include_str!("../../vendor/axe.min.js");

/// A page with its own cookies. Closes with this value.
#[derive(Debug)]
pub struct Tab<'b> {
    wire: &'b mut Wire,
    context: String,
    session: String,
    width: u32,
}

impl<'b> Tab<'b> {
    pub(super) fn new(wire: &'b mut Wire, context: String, session: String, width: u32) -> Self {
        let mut tab = Self { wire, context, session, width };
        for domain in ["Page", "Runtime", "Log", "Audits", "Network"] {
            tab.call(&format!("{domain}.enable"), &json!({}));
        }
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 700 });
        tab.call("Emulation.setDeviceMetricsOverride", &metrics);
        tab
    }

    /// The width it was opened with.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Panics
    /// When nobody answers there.
    pub fn open(&mut self, address: &str) {
        let answer = self.call("Page.navigate", &json!({ "url": address }));
        assert!(answer["errorText"].is_null(), "{address}: {}", answer["errorText"]);
        self.wait_for_load();
    }

    /// Comes as somebody who is signed in already.
    pub fn come_as(&mut self, visitor: &Visitor) {
        for (name, value) in visitor.cookies() {
            let url = format!("http://{}/", visitor.address());
            self.call("Network.setCookie", &json!({ "name": name, "value": value, "url": url }));
        }
    }

    /// The value of an expression; a promise is waited for.
    ///
    /// # Panics
    /// When it throws.
    pub fn eval(&mut self, expression: &str) -> Value {
        let call = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", &call);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Whether an expression becomes true within this time.
    pub fn becomes(&mut self, expression: &str, within: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < within {
            if self.eval(expression) == true {
                return true;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }

    /// Clicks in the middle of an element, as a person does.
    ///
    /// # Panics
    /// When there is no such element, or another one covers it.
    pub fn click(&mut self, selector: &str) {
        let point = self.eval(&format!(
            "(() => {{ const e = document.querySelector({0}); e.scrollIntoView({{block: 'center'}}); \
             const r = e.getBoundingClientRect(); const x = r.x + r.width / 2, y = r.y + r.height / 2; \
             const top = document.elementFromPoint(x, y); \
             return {{x, y, hit: e.contains(top) || top.contains(e)}}; }})()",
            quoted(selector)
        ));
        assert!(point["hit"] == true, "{selector} is covered by something else");
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": point["x"], "y": point["y"], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Clicks on something that leads to another page, and waits for it.
    pub fn click_through(&mut self, selector: &str) {
        self.forget_loads();
        self.click(selector);
        self.wait_for_load();
    }

    /// Puts text into a field, as typing does.
    pub fn type_into(&mut self, selector: &str, text: &str) {
        self.eval(&format!("document.querySelector({}).focus()", quoted(selector)));
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Chooses files in a file field.
    pub fn choose_file(&mut self, selector: &str, file: &Path) {
        let document = self.call("DOM.getDocument", &json!({}));
        let node = json!({ "nodeId": document["root"]["nodeId"], "selector": selector });
        let node = self.call("DOM.querySelector", &node)["nodeId"].clone();
        self.call("DOM.setFileInputFiles", &json!({ "files": [file], "nodeId": node }));
    }

    /// Writes a picture of the whole page.
    pub fn screenshot(&mut self, file: &Path) {
        let picture = self.call("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
        let bytes = base64(picture["data"].as_str().expect("a picture"));
        std::fs::write(file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// How many sheets of A4 the page is when it is printed.
    pub fn printed_sheets(&mut self) -> usize {
        let a4 = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true });
        let pdf = self.call("Page.printToPDF", &a4);
        let pdf = String::from_utf8_lossy(&base64(pdf["data"].as_str().expect("a PDF"))).into_owned();
        pdf.matches("/Type /Page\n").count()
    }

    /// What accessibility rules the page breaks: the rule, how bad, the first places.
    pub fn accessibility_faults(&mut self) -> Vec<String> {
        self.eval(&format!("{AXE}; 0"));
        let found = self.eval(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => \
             `axe ${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`))",
        );
        texts(&found)
    }

    /// What can be seen to be wrong without rules: it scrolls sideways, or a text has no translation.
    pub fn layout_faults(&mut self) -> Vec<String> {
        let found = self.eval(
            "(() => { const root = document.documentElement, faults = []; \
             if (root.scrollWidth > root.clientWidth) { \
               const scrolls = e => e && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement)); \
               const wide = [...document.body.querySelectorAll('*')] \
                 .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e.parentElement)); \
               faults.push(`scrolls sideways: ${root.scrollWidth} px in ${root.clientWidth} px: ` + \
                 wide.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(' | ')); } \
             const text = document.body.innerText + document.title; \
             const at = text.indexOf('\\u27e6'); \
             if (at >= 0) faults.push('no translation: ' + text.slice(at, at + 60)); \
             return faults; })()",
        );
        texts(&found)
    }

    /// What the browser complained about since the last look: errors on the console, exceptions, refusals by
    /// the security policy, requests that failed.
    pub fn complaints(&mut self) -> Vec<String> {
        // A round trip: what happened before it has arrived by then.
        self.eval("0");
        self.wire.take_events(&self.session).iter().filter_map(complaint).collect()
    }

    /// All of it.
    pub fn faults(&mut self) -> Vec<String> {
        let mut faults = self.layout_faults();
        faults.extend(self.accessibility_faults());
        faults.extend(self.complaints());
        faults
    }

    fn wait_for_load(&mut self) {
        self.wire.wait_for(&self.session, "Page.loadEventFired");
    }

    fn forget_loads(&mut self) {
        let events = self.wire.take_events(&self.session);
        let bad: Vec<String> = events.iter().filter_map(complaint).collect();
        assert!(bad.is_empty(), "before the click: {bad:?}");
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.wire.call(Some(&self.session), method, params)
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.wire.call(
                None,
                "Target.disposeBrowserContext",
                &json!({ "browserContextId": self.context }),
            );
        }
    }
}

fn complaint(event: &Value) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
            Some(format!("console: {}", params["args"]))
        }
        "Runtime.exceptionThrown" => Some(format!("exception: {}", params["exceptionDetails"])),
        "Log.entryAdded" if params["entry"]["level"] == "error" => {
            Some(format!("log: {} {}", params["entry"]["text"], params["entry"]["url"]))
        }
        "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
            Some(format!("security policy: {}", params["issue"]["details"]))
        }
        _ => None,
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}
