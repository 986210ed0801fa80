//! The settings of the SSH server: the first value given to a keyword counts, as in `sshd_config(5)`.

use std::collections::BTreeMap;

/// The settings that decide who gets in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SshSettings {
    /// Keyword in lower case, value in lower case, and the file and line it stands in.
    values: BTreeMap<String, (String, String)>,
}

impl SshSettings {
    /// Adds a file's settings behind those already read. Blocks that apply only to some (`Match`) are left out.
    pub(crate) fn add(&mut self, file: &str, text: &str) {
        for (number, line) in text.lines().enumerate() {
            let Some((keyword, value)) = setting(line) else { continue };
            if keyword == "match" {
                return;
            }
            self.values.entry(keyword).or_insert_with(|| (value, format!("{file}:{}", number + 1)));
        }
    }

    /// A value and where it stands; the server's own default when it is not set.
    fn value<'a>(&'a self, keyword: &str, default: &'a str) -> (&'a str, &'a str) {
        self.values.get(keyword).map_or((default, ""), |(value, place)| (value, place))
    }

    /// Where root is let in with a password.
    pub(crate) fn root_by_password(&self) -> Option<String> {
        // OpenSSH's default since 7.0 lets root in with a key only.
        let (root, place) = self.value("permitrootlogin", "prohibit-password");
        (root == "yes" && self.passwords().is_some()).then(|| place.to_owned())
    }

    /// Where passwords are accepted at all. An empty place means: by default.
    pub(crate) fn passwords(&self) -> Option<String> {
        let (passwords, place) = self.value("passwordauthentication", "yes");
        (passwords != "no").then(|| place.to_owned())
    }

    /// Where accounts without a password are let in.
    pub(crate) fn empty_passwords(&self) -> Option<String> {
        let (empty, place) = self.value("permitemptypasswords", "no");
        (empty == "yes").then(|| place.to_owned())
    }
}

/// Other files whose settings stand where this line stands.
pub(crate) fn included(line: &str) -> Option<Vec<String>> {
    let (keyword, value) = setting(line)?;
    (keyword == "include").then(|| value.split_whitespace().map(str::to_owned).collect())
}

/// `Keyword value`, `Keyword=value`, quotes allowed; `None` for blank lines and comments.
fn setting(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let (keyword, value) = line.split_once(|c: char| c.is_whitespace() || c == '=')?;
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '=').trim().trim_matches('"');
    // File names keep their case.
    let value = if keyword.eq_ignore_ascii_case("include") { value.to_owned() } else { value.to_lowercase() };
    Some((keyword.to_lowercase(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> SshSettings {
        let mut settings = SshSettings::default();
        settings.add("sshd_config", text);
        settings
    }

    #[test]
    fn the_first_value_counts() {
        let read = settings("PermitRootLogin no\npermitrootlogin yes\n");
        assert_eq!(read.root_by_password(), None);
    }

    #[test]
    fn root_with_a_password_needs_both_settings() {
        assert_eq!(settings("PermitRootLogin yes\n").root_by_password().as_deref(), Some("sshd_config:1"));
        assert_eq!(settings("PermitRootLogin=yes\nPasswordAuthentication no\n").root_by_password(), None);
        assert_eq!(settings("#PermitRootLogin yes\n").root_by_password(), None);
    }

    #[test]
    fn a_block_for_some_says_nothing_about_all() {
        assert_eq!(settings("Match User backup\n  PermitEmptyPasswords yes\n").empty_passwords(), None);
    }

    #[test]
    fn an_included_file_is_named_as_written() {
        assert_eq!(included("Include /etc/ssh/Conf.d/*.conf").unwrap(), ["/etc/ssh/Conf.d/*.conf"]);
        assert_eq!(included("#Include x"), None);
    }
}
