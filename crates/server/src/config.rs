//! The configuration: one TOML file, then environment variables with the same names, then defaults.
//!
//! Every setting is declared once, in [`SETTINGS`]: its name, its default, what it means. The environment
//! variable of `server.listen` is `KAKARI_SERVER_LISTEN`; a secret may also be named by a file, in
//! `KAKARI_MAIL_PASSWORD_FILE`. `kakari doctor` prints each value with the place it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use kakari_identity::{Issuer, Settings};
use kakari_kernel::Id;
use kakari_ui::words::BusinessHours;
use kakari_watch::{Listener, Transport, WatchConfig};

use crate::mail::MailServer;

/// One setting.
pub(crate) struct Setting {
    /// Section and key in the file: `server.listen`.
    pub(crate) key: &'static str,
    pub(crate) default: &'static str,
    /// What it means, with an example where the form is not plain.
    pub(crate) help: &'static str,
    /// Never printed; may be given as a file.
    pub(crate) secret: bool,
}

const fn setting(key: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { key, default, help, secret: false }
}

const fn secret(key: &'static str, help: &'static str) -> Setting {
    Setting { key, default: "", help, secret: true }
}

/// Every setting there is.
pub(crate) const SETTINGS: &[Setting] = &[
    setting("server.data_dir", "kakari-data", "folder of the database and the installation's secret"),
    setting("server.listen", "127.0.0.1:8300", "address and port of the web; put a TLS proxy in front"),
    setting(
        "server.base_url",
        "http://127.0.0.1:8300",
        "how browsers reach it; https turns on secure cookies",
    ),
    setting(
        "server.trusted_proxies",
        "",
        "addresses of proxies whose X-Forwarded-For is believed, with commas",
    ),
    setting(
        "server.metrics_listen",
        "",
        "address and port of /metrics alone; empty: below the web's address for loopback only",
    ),
    setting("database.url", "", "postgres://…; empty: SQLite in the data folder"),
    setting("provider.service_name", "Kakari", "name of the service in the header"),
    setting("provider.name", "Kakari", "the company behind it"),
    setting("provider.phone", "", "the number that owners call"),
    setting("provider.opens", "09:00", "when somebody answers it"),
    setting("provider.closes", "21:00", "until when"),
    setting("provider.zone", "Asia/Tokyo", "time zone of readers"),
    setting("watch.rules_dir", "", "folder of Sigma rules; empty: the rules that come with the program"),
    setting("watch.syslog", "", "syslog listeners, with commas: udp://10.0.0.5:514/SENSOR-ID, tcp://…"),
    setting("watch.quota_mb_per_minute", "256", "what one sensor may deliver"),
    setting("watch.retention_days", "90", "how long events are kept"),
    setting(
        "mail.server",
        "",
        "mail server for links and notices: smtps://mail.example, smtp://mail.example for STARTTLS, smtp://localhost:25; empty: no mail",
    ),
    setting("mail.user", "", "user at the mail server"),
    secret("mail.password", "password at the mail server"),
    setting("mail.from", "", "sender of mails: Kakari <noreply@mail.example>"),
    setting(
        "oidc.issuer",
        "",
        "identity provider where staff sign in: https://login.example/realms/office; empty: none",
    ),
    setting("oidc.name", "", "its name on the button"),
    setting("oidc.client_id", "", "the name that this installation has there"),
    secret("oidc.client_secret", "the secret that goes with it"),
    setting("log.level", "info", "error, warn, info, debug"),
    setting("log.format", "text", "text or json"),
];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(PathBuf),
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// All values with their origins. Typed by the functions below, each of which names the setting it refuses.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    values: BTreeMap<&'static str, (String, Origin)>,
}

/// A setting that cannot be used: which one, where it came from, and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{key} (from {origin}): {why}")]
pub(crate) struct Wrong {
    pub(crate) key: &'static str,
    origin: Origin,
    why: String,
}

impl Config {
    /// Reads the file, if one is given, and the environment over it.
    ///
    /// # Errors
    /// Names the file and the line, or the unknown setting with the one it may have meant.
    pub(crate) fn read(file: Option<&Path>, environment: &BTreeMap<String, String>) -> anyhow::Result<Self> {
        let mut values: BTreeMap<&'static str, (String, Origin)> = SETTINGS
            .iter()
            .map(|setting| (setting.key, (setting.default.to_owned(), Origin::Default)))
            .collect();
        if let Some(path) = file {
            read_file(path, &mut values)?;
        }
        for setting in SETTINGS {
            let name = variable(setting.key);
            if let Some(value) = environment.get(&name) {
                values.insert(setting.key, (value.clone(), Origin::Variable(name.clone())));
            }
            let from_file = format!("{name}_FILE");
            if let (true, Some(path)) = (setting.secret, environment.get(&from_file)) {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    anyhow::anyhow!("{from_file} names {path}, which cannot be read: {error}")
                })?;
                values.insert(setting.key, (text.trim_end().to_owned(), Origin::Variable(from_file)));
            }
        }
        Ok(Self { values })
    }

    pub(crate) fn text(&self, key: &'static str) -> &str {
        self.values.get(key).map_or("", |(value, _)| value)
    }

    pub(crate) fn origin(&self, key: &'static str) -> Origin {
        self.values.get(key).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    /// Overrides a value from the command line.
    pub(crate) fn set(&mut self, key: &'static str, value: String) {
        self.values.insert(key, (value, Origin::Variable("command line".into())));
    }

    fn wrong(&self, key: &'static str, why: impl Into<String>) -> Wrong {
        Wrong { key, origin: self.origin(key), why: why.into() }
    }

    fn parsed<T: std::str::FromStr>(&self, key: &'static str, right: &str) -> Result<T, Wrong> {
        self.text(key)
            .parse()
            .ok()
            .ok_or_else(|| self.wrong(key, format!("«{}» cannot be used: {right}", self.text(key))))
    }

    fn list(&self, key: &'static str) -> Vec<&str> {
        self.text(key).split(',').map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        PathBuf::from(self.text("server.data_dir"))
    }

    pub(crate) fn listen(&self) -> Result<SocketAddr, Wrong> {
        self.parsed("server.listen", "write an address and a port, as 127.0.0.1:8300")
    }

    pub(crate) fn metrics_listen(&self) -> Result<Option<SocketAddr>, Wrong> {
        if self.text("server.metrics_listen").is_empty() {
            return Ok(None);
        }
        self.parsed("server.metrics_listen", "write an address and a port, as 127.0.0.1:9300").map(Some)
    }

    pub(crate) fn database_url(&self) -> String {
        match self.text("database.url") {
            "" => format!("sqlite:{}", self.data_dir().join("kakari.db").display()),
            url => url.to_owned(),
        }
    }

    /// What identity and the pages need.
    pub(crate) fn settings(&self, demo: bool) -> Result<Settings, Wrong> {
        let base_url = self.text("server.base_url").trim_end_matches('/').to_owned();
        if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
            return Err(self.wrong("server.base_url", "begin with https:// or http://"));
        }
        let time = |key| self.parsed::<Time>(key, "write a time of day, as 09:00");
        let zone = self.text("provider.zone");
        Ok(Settings {
            service_name: self.text("provider.service_name").to_owned(),
            provider_name: self.text("provider.name").to_owned(),
            phone: self.text("provider.phone").to_owned(),
            hours: BusinessHours {
                opens: time("provider.opens")?,
                closes: time("provider.closes")?,
                ..BusinessHours::default()
            },
            zone: TimeZone::get(zone).ok().ok_or_else(|| {
                self.wrong("provider.zone", format!("«{zone}» is no time zone: write one as Asia/Tokyo"))
            })?,
            secure_cookies: base_url.starts_with("https://"),
            base_url,
            demo,
            issuer: self.issuer()?,
            mail: !self.text("mail.server").is_empty(),
            trusted_proxies: self
                .list("server.trusted_proxies")
                .into_iter()
                .map(|text| {
                    text.parse::<IpAddr>().ok().ok_or_else(|| {
                        self.wrong("server.trusted_proxies", format!("«{text}» is no address"))
                    })
                })
                .collect::<Result<_, _>>()?,
        })
    }

    /// The identity provider of the provider's staff, if there is one.
    fn issuer(&self) -> Result<Option<Issuer>, Wrong> {
        let [issuer, name, id, secret] =
            ["oidc.issuer", "oidc.name", "oidc.client_id", "oidc.client_secret"].map(|key| self.text(key));
        if issuer.is_empty() {
            return Ok(None);
        }
        Issuer::new(name, issuer, id, secret).map(Some).map_err(|(key, why)| self.wrong(key, why))
    }

    /// The mail server, if there is one.
    pub(crate) fn mail(&self) -> Result<Option<MailServer>, Wrong> {
        let [server, user, password, from] =
            ["mail.server", "mail.user", "mail.password", "mail.from"].map(|key| self.text(key));
        if server.is_empty() {
            return Ok(None);
        }
        MailServer::new(server, user, password, from).map(Some).map_err(|(key, why)| self.wrong(key, why))
    }

    /// What watch needs. `rules_dir` is where the program's own rules were put.
    pub(crate) fn watch(&self, own_rules: Option<PathBuf>) -> Result<WatchConfig, Wrong> {
        let mb: u64 = self.parsed("watch.quota_mb_per_minute", "write a whole number")?;
        let rules_dir = match self.text("watch.rules_dir") {
            "" => own_rules,
            path if Path::new(path).exists() => Some(PathBuf::from(path)),
            path => return Err(self.wrong("watch.rules_dir", format!("there is no {path}"))),
        };
        Ok(WatchConfig {
            rules_dir,
            listeners: self
                .list("watch.syslog")
                .into_iter()
                .map(|text| self.listener(text))
                .collect::<Result<_, _>>()?,
            quota_bytes_per_minute: mb.saturating_mul(1 << 20),
            retention_days: self.parsed("watch.retention_days", "write a whole number of days")?,
        })
    }

    /// `udp://10.0.0.5:514/SENSOR-ID`
    fn listener(&self, text: &str) -> Result<Listener, Wrong> {
        let parse = || {
            let (transport, rest) = text.split_once("://")?;
            let (address, sensor) = rest.split_once('/')?;
            let transport = match transport {
                "udp" => Transport::Udp,
                "tcp" => Transport::Tcp,
                _ => return None,
            };
            Some(Listener { transport, address: address.parse().ok()?, sensor: sensor.parse::<Id>().ok()? })
        };
        parse().ok_or_else(|| {
            self.wrong("watch.syslog", format!("«{text}» cannot be used: write udp://ADDRESS:PORT/SENSOR-ID"))
        })
    }
}

/// `server.listen` → `KAKARI_SERVER_LISTEN`
pub(crate) fn variable(key: &str) -> String {
    format!("KAKARI_{}", key.replace('.', "_").to_uppercase())
}

fn read_file(path: &Path, values: &mut BTreeMap<&'static str, (String, Origin)>) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| anyhow::anyhow!("the configuration {} cannot be read: {error}", path.display()))?;
    let table: toml::Table = text.parse().map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    for (section, keys) in table {
        let toml::Value::Table(keys) = keys else {
            anyhow::bail!("{}: {section} stands outside a section such as [server]", path.display());
        };
        for (key, value) in keys {
            let name = format!("{section}.{key}");
            let Some(setting) = SETTINGS.iter().find(|setting| setting.key == name) else {
                let near = SETTINGS
                    .iter()
                    .map(|setting| setting.key)
                    .find(|known| known.ends_with(&format!(".{key}")));
                let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
                anyhow::bail!("{}: there is no setting {name}{hint}", path.display());
            };
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(","),
                other => other.to_string(),
            };
            values.insert(setting.key, (text, Origin::File(path.to_owned())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str, environment: &[(&str, &str)]) -> anyhow::Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kakari.toml");
        std::fs::write(&path, toml).unwrap();
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::read(Some(&path), &environment)
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
        let config = read("[server]\nlisten = \"0.0.0.0:1\"\n", &[("KAKARI_PROVIDER_NAME", "肥後")]).unwrap();
        assert_eq!(config.listen().unwrap().port(), 1);
        assert_eq!(config.text("provider.name"), "肥後");
        assert_eq!(config.origin("provider.name"), Origin::Variable("KAKARI_PROVIDER_NAME".into()));
        assert_eq!(config.origin("provider.zone"), Origin::Default);
    }

    #[test]
    fn an_unknown_setting_is_named_with_what_it_may_have_meant() {
        let error = read("[web]\nlisten = \"x\"\n", &[]).unwrap_err().to_string();
        assert!(error.contains("no setting web.listen") && error.contains("server.listen"), "{error}");
    }

    #[test]
    fn a_wrong_value_names_the_setting_its_origin_and_what_is_right() {
        for (toml, part) in [
            ("[server]\nlisten = \"8300\"\n", "write an address and a port"),
            ("[provider]\nzone = \"Asia/Tokio\"\n", "no time zone"),
            ("[provider]\nopens = \"nine\"\n", "as 09:00"),
            ("[server]\nbase_url = \"kakari.example\"\n", "begin with https://"),
            ("[watch]\nsyslog = \"udp://1.2.3.4:514\"\n", "SENSOR-ID"),
            ("[watch]\nrules_dir = \"/no/such/folder\"\n", "there is no"),
            ("[mail]\nserver = \"mail.example\"\n", "smtps://mail.example:465"),
            (
                "[oidc]\nissuer = \"http://login.example\"\nname = \"x\"\nclient_id = \"x\"\nclient_secret = \"x\"\n",
                "https://login.example/realms/office",
            ),
        ] {
            let config = read(toml, &[]).unwrap();
            let error = config
                .listen()
                .map(drop)
                .and_then(|()| config.settings(false).map(drop))
                .and_then(|()| config.watch(None).map(drop))
                .and_then(|()| config.mail().map(drop))
                .unwrap_err()
                .to_string();
            assert!(error.contains(part) && error.contains("kakari.toml"), "{error}");
        }
    }

    #[test]
    fn a_secret_may_be_named_by_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "s3cret\n").unwrap();
        let config = read("", &[("KAKARI_MAIL_PASSWORD_FILE", path.to_str().unwrap())]).unwrap();
        assert_eq!(config.text("mail.password"), "s3cret");
    }
}
