//! A provider's installation, begun by `kakari init` and filled through its pages as an administrator would.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::command::{call, finish};
use crate::html;
use crate::http::Visitor;
use crate::server::{Server, fresh_folder};

/// The administrator's address and password.
pub const ADMIN: (&str, &str) = ("hanako@provider.example", "four words and a horse");

/// An installation that runs, with its administrator signed in.
#[derive(Debug)]
pub struct Office {
    pub admin: Administrator,
    /// `None` while it is stopped.
    server: Option<Server>,
    data: PathBuf,
    settings: Vec<(String, String)>,
    _folder: TempDir,
}

/// An administrator of a provider, at work in a browser.
#[derive(Debug, Clone)]
pub struct Administrator(pub Visitor);

/// What delivers events of one client.
#[derive(Debug, Clone)]
pub struct Sensor {
    pub id: String,
    /// Empty for a sensor that has none.
    pub token: String,
}

impl Office {
    /// A fresh installation without clients.
    pub fn found() -> Self {
        Self::found_with(&[])
    }

    /// The same with settings, by the names of their environment variables.
    pub fn found_with(settings: &[(&str, &str)]) -> Self {
        let (folder, data) = fresh_folder();
        let link = init(&data, "見本かかりつけ", ADMIN.0);
        let server = Server::start_with(&data, settings);
        let mut admin = Administrator(server.visitor());
        // The link was made before the server had its port.
        let path = link.splitn(4, '/').nth(3).expect("a whole address");
        enter(&mut admin, &format!("/{path}"));
        let password = [("password", ADMIN.1), ("password_again", ADMIN.1)];
        admin.submit("/me/password", "/me/password", &password).expect(303);
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { admin, server: Some(server), data, settings, _folder: folder }
    }

    /// The running server.
    ///
    /// # Panics
    /// While the installation is stopped.
    pub fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("it runs")
    }

    /// Takes the server out of the installation, to be stopped or killed.
    pub fn take_server(&mut self) -> Server {
        self.server.take().expect("it runs")
    }

    /// Starts the installation again, on another port and with the settings it had and these.
    pub fn start(&mut self, more: &[(&str, &str)]) {
        self.settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let settings: Vec<(&str, &str)> =
            self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let server = Server::start_with(&self.data, &settings);
        self.admin = Administrator(self.admin.moved_to(server.address()));
        self.server = Some(server);
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }
}

impl Deref for Administrator {
    type Target = Visitor;
    fn deref(&self) -> &Visitor {
        &self.0
    }
}

impl DerefMut for Administrator {
    fn deref_mut(&mut self) -> &mut Visitor {
        &mut self.0
    }
}

impl Administrator {
    /// Adds a client and gives its id.
    pub fn add_client(&mut self, name: &str) -> String {
        let fields =
            [("name", name), ("industry", "manufacturing"), ("staff", "18"), ("prefecture", "熊本県")];
        let added = self.submit("/clients/new", "/clients/new", &fields).expect(303);
        last_part(added.header("location").expect("where it is"))
    }

    /// Invites somebody to an organisation; gives them signed in.
    pub fn add_person(&mut self, org: &str, role: &str, name: &str, email: &str) -> Visitor {
        let page = format!("/c/{org}/people/new");
        let fields = [("name", name), ("email", email), ("role", role)];
        let handed_over = self.submit(&page, &page, &fields).expect(200).text();
        let link = html::element(&handed_over, "pre").expect("a link to hand over");
        let mut person = self.stranger();
        enter(&mut person, &link);
        person
    }

    /// Makes a sensor: `http`, `syslog` or `upload`.
    pub fn add_sensor(&mut self, org: &str, kind: &str) -> Sensor {
        let page = format!("/c/{org}/sensors");
        let made = self.submit(&page, &page, &[("name", kind), ("kind", kind), ("zone", "Asia/Tokyo")]);
        let made = made.expect(200).text();
        let own = html::links(&made).into_iter().find(|link| link.starts_with(&format!("{page}/")));
        Sensor { id: last_part(&own.expect("the sensor's page")), token: word_with(&made, "kks_") }
    }

    /// Makes a token for the JSON API: `read`, `write` or `admin`, of one client or, with the provider's own
    /// id, of all.
    pub fn add_token(&mut self, org: &str, access: &str) -> String {
        let page = format!("/c/{org}/tokens");
        let made = self.submit(&page, &page, &[("name", "e2e"), ("access", access), ("days", "30")]);
        word_with(&made.expect(200).text(), "kakari_")
    }

    /// Delivers lines as the sensor's shipper does.
    pub fn deliver(&mut self, sensor: &Sensor, lines: &[String]) {
        let mut shipper = Visitor::with_token(self.address(), &sensor.token);
        let body = lines.join("\n");
        shipper
            .send("POST", "/ingest/v1/events", &[("content-type", "text/plain")], body.as_bytes())
            .expect(202);
    }

    /// Brings a ledger of machines, up to the preview of what was understood; gives the preview's address.
    pub fn bring_ledger(&mut self, org: &str, csv: &str) -> String {
        let page = format!("/c/{org}/assets/import");
        let answer = self.submit_file(&page, &[("what", "ledger")], ("台帳.csv", csv.as_bytes())).expect(303);
        answer.header("location").expect("the preview").to_owned()
    }

    /// The id of the provider's own organisation.
    pub fn provider(&mut self) -> String {
        let settings = self.get("/settings").expect(200).text();
        let people = html::links(&settings).into_iter().find(|link| link.ends_with("/people"));
        people.expect("the provider's people").split('/').nth(2).expect("an id").to_owned()
    }
}

/// What a document that starts a hidden shell leaves in a Windows PC's log: the program's own rules find it.
pub fn attack(host: &str) -> String {
    let event = json!({
        "Channel": "Microsoft-Windows-Sysmon/Operational", "Provider": "Microsoft-Windows-Sysmon", "EventID": 1,
        "Computer": host, "User": format!("{host}\\user"),
        "Image": r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        "CommandLine": "powershell.exe -NoP -W Hidden -Enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
        "ParentImage": r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE",
    });
    event.to_string()
}

/// Begins an installation and gives the administrator's link.
pub fn init(data: &Path, provider: &str, email: &str) -> String {
    let mut command = call(["init", "--provider", provider, "--name", "山田花子", "--email", email]);
    command.arg("--data-dir").arg(data);
    let begun = finish(command, b"");
    assert_eq!(begun.code, Some(0), "{}", begun.err);
    begun.out.trim().to_owned()
}

/// Uses a sign-in link: opens it and presses the button.
pub fn enter(visitor: &mut Visitor, link: &str) {
    visitor.submit(link, link, &[]).expect(303);
}

fn last_part(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The word in a text that begins like this; empty when there is none.
fn word_with(text: &str, start: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let found = text.split(|c| !is_part(c)).find(|word| word.starts_with(start));
    found.unwrap_or_default().to_owned()
}
