//! Reads the machine. Every file is bounded, and one that cannot be read is named, not guessed.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kakari_exposure::Ecosystem;
use kakari_exposure::inventory::{self, Hints};
use kakari_normalize::{Context, Normalizer};

use super::exposures::Advisories;
use super::facts::{Facts, NotChecked, Os, Packages, Users};
use super::ports;
use super::sign_ins::SignIns;
use super::ssh::{SshSettings, included};

/// Settings and tables are small; a larger file is not what it says it is.
const SMALL_MAX: u64 = 4 << 20;
const PACKAGES_MAX: u64 = 64 << 20;
/// Included settings of the SSH server, at most so many files.
const INCLUDES_MAX: usize = 64;

/// Reads the machine below `root` (`/` for this one).
pub(crate) fn gather(root: &Path, now: Timestamp, zone: &TimeZone, advisories: Option<&Advisories>) -> Facts {
    let machine = Machine { root };
    let mut facts = Facts { now, host: machine.host(), ..Facts::default() };
    facts.os = machine.os(&mut facts.not_checked);
    machine.packages(&mut facts, advisories);
    facts.sign_ins = machine.sign_ins(now, zone, &mut facts.not_checked);
    facts.ports = machine.ports(&mut facts.not_checked);
    facts.users = machine.users(&mut facts.not_checked);
    facts.ssh = machine.ssh(&mut facts.not_checked);
    facts
}

struct Machine<'a> {
    root: &'a Path,
}

impl Machine<'_> {
    fn path(&self, absolute: &str) -> PathBuf {
        self.root.join(absolute.trim_start_matches('/'))
    }

    fn read(&self, absolute: &str, most: u64) -> io::Result<String> {
        let mut bytes = Vec::new();
        File::open(self.path(absolute))?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::other(format!("is larger than {} MB", most >> 20)));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn host(&self) -> String {
        self.read("/etc/hostname", 4096).unwrap_or_default().trim().to_owned()
    }

    fn os(&self, not_checked: &mut Vec<NotChecked>) -> Option<Os> {
        let text =
            self.read("/etc/os-release", SMALL_MAX).or_else(|_| self.read("/usr/lib/os-release", SMALL_MAX));
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                not_checked.push(NotChecked { what: "os", why: format!("/etc/os-release: {error}") });
                return None;
            }
        };
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned()
        };
        Some(Os { id: value("ID"), version: value("VERSION_ID"), name: value("PRETTY_NAME") })
    }

    fn packages(&self, facts: &mut Facts, advisories: Option<&Advisories>) {
        let lists = ["/var/lib/dpkg/status", "/lib/apk/db/installed", "/var/lib/rpm/packages.txt"];
        let Some((list, bytes)) =
            lists.iter().find_map(|list| Some((*list, self.read(list, PACKAGES_MAX).ok()?)))
        else {
            let why =
                format!("none of {} can be read; for RPM put the output of rpm -qa there", lists.join(", "));
            facts.not_checked.push(NotChecked { what: "packages", why });
            return;
        };
        let os = facts.os.as_ref().and_then(|os| Ecosystem::from_os_release(&os.id, &os.version));
        let inventory = match inventory::read_with(list, bytes.as_bytes(), &Hints { os }) {
            Ok(inventory) => inventory,
            Err(error) => {
                facts.not_checked.push(NotChecked { what: "packages", why: error.to_string() });
                return;
            }
        };
        let changed_at = fs::metadata(self.path(list))
            .and_then(|found| found.modified())
            .ok()
            .and_then(|at| Timestamp::try_from(at).ok());
        facts.packages = Some(Packages { count: inventory.components.len(), changed_at });
        match advisories {
            Some(advisories) => {
                let (exposures, gaps) = advisories.find(&inventory);
                facts.exposures = Some(exposures);
                facts.not_checked.extend(gaps);
            }
            None => facts.not_checked.push(NotChecked {
                what: "exposures",
                why: "no advisories were given; name them with --advisories".into(),
            }),
        }
    }

    fn sign_ins(
        &self,
        now: Timestamp,
        zone: &TimeZone,
        not_checked: &mut Vec<NotChecked>,
    ) -> Option<SignIns> {
        let normalizer = Normalizer::new(Context::new(now, zone.clone()));
        let mut sign_ins = SignIns::default();
        let mut problems = Vec::new();
        for log in ["/var/log/auth.log.1", "/var/log/auth.log", "/var/log/secure"] {
            match File::open(self.path(log)) {
                Ok(file) => sign_ins.add(log, &normalizer, file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => problems.push(format!("{log}: {error}")),
            }
        }
        if sign_ins.cut {
            problems.push("a log is longer than what is read of it".into());
        }
        if sign_ins.files.is_empty() && problems.is_empty() {
            problems.push("there is neither /var/log/auth.log nor /var/log/secure".into());
        }
        not_checked.extend(problems.into_iter().map(|why| NotChecked { what: "sign_ins", why }));
        (!sign_ins.files.is_empty()).then_some(sign_ins)
    }

    fn ports(&self, not_checked: &mut Vec<NotChecked>) -> Option<Vec<super::facts::Port>> {
        let v4 = self.read("/proc/net/tcp", SMALL_MAX);
        let v6 = self.read("/proc/net/tcp6", SMALL_MAX).unwrap_or_default();
        match v4 {
            Ok(v4) => {
                let mut listening = ports::read(&v4);
                listening.extend(ports::read(&v6));
                listening.sort();
                listening.dedup();
                Some(listening)
            }
            Err(error) => {
                not_checked.push(NotChecked { what: "ports", why: format!("/proc/net/tcp: {error}") });
                None
            }
        }
    }

    fn users(&self, not_checked: &mut Vec<NotChecked>) -> Option<Users> {
        let passwd = match self.read("/etc/passwd", SMALL_MAX) {
            Ok(passwd) => passwd,
            Err(error) => {
                not_checked.push(NotChecked { what: "users", why: format!("/etc/passwd: {error}") });
                return None;
            }
        };
        let mut users = Users::default();
        for line in passwd.lines() {
            let columns: Vec<&str> = line.split(':').collect();
            let (Some(name), Some(number), Some(shell)) = (columns.first(), columns.get(2), columns.get(6))
            else {
                continue;
            };
            if *number == "0" && *name != "root" {
                users.second_roots.push((*name).to_owned());
            }
            if !shell.is_empty()
                && !shell.ends_with("/nologin")
                && !shell.ends_with("/false")
                && !shell.ends_with("/sync")
            {
                users.people.push((*name).to_owned());
            }
        }
        match self.read("/etc/shadow", SMALL_MAX) {
            Ok(shadow) => {
                let open = shadow
                    .lines()
                    .filter_map(|line| line.split_once(':'))
                    .filter(|(_, rest)| rest.starts_with(':'));
                users.without_password = Some(open.map(|(name, _)| name.to_owned()).collect());
            }
            Err(error) => {
                not_checked.push(NotChecked { what: "passwords", why: format!("/etc/shadow: {error}") });
            }
        }
        Some(users)
    }

    /// `None` without a word when there is no SSH server.
    fn ssh(&self, not_checked: &mut Vec<NotChecked>) -> Option<SshSettings> {
        const MAIN: &str = "/etc/ssh/sshd_config";
        let text = match self.read(MAIN, SMALL_MAX) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                not_checked.push(NotChecked { what: "ssh", why: format!("{MAIN}: {error}") });
                return None;
            }
        };
        let mut settings = SshSettings::default();
        let mut before = String::new();
        for line in text.lines() {
            if let Some(patterns) = included(line) {
                settings.add(MAIN, &before);
                for file in patterns.iter().flat_map(|pattern| self.matching(pattern)).take(INCLUDES_MAX) {
                    match self.read(&file, SMALL_MAX) {
                        Ok(text) => settings.add(&file, &text),
                        Err(error) => {
                            not_checked.push(NotChecked { what: "ssh", why: format!("{file}: {error}") });
                        }
                    }
                }
            }
            before.push_str(line);
            before.push('\n');
        }
        settings.add(MAIN, &text);
        Some(settings)
    }

    /// The files that a pattern such as `/etc/ssh/sshd_config.d/*.conf` names, in order. A star stands only
    /// in the last part, as in every distribution's settings.
    fn matching(&self, pattern: &str) -> Vec<String> {
        let pattern =
            if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/ssh/{pattern}") };
        let Some((folder, name)) = pattern.rsplit_once('/') else { return Vec::new() };
        let Some((start, end)) = name.split_once('*') else { return vec![pattern.clone()] };
        let mut files: Vec<String> = fs::read_dir(self.path(folder))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|file| {
                file.len() >= start.len() + end.len() && file.starts_with(start) && file.ends_with(end)
            })
            .map(|file| format!("{folder}/{file}"))
            .collect();
        files.sort();
        files
    }
}
