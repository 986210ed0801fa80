//! Invented log lines in the form real devices write them. Addresses are those set aside for documentation.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kakari_kernel::Rng;

/// What a client's box writes on an ordinary day, and what an attack leaves behind.
pub(super) struct Writer<'a> {
    pub(super) rng: &'a dyn Rng,
    pub(super) zone: TimeZone,
    /// A short name for hosts: `HIGO`.
    pub(super) host: String,
}

/// What happened at a client on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attack {
    /// Somebody guesses passwords at the SSH server.
    Guessing,
    /// The firewall's antivirus stopped a download.
    Virus,
    /// The firewall saw a PC call a control server.
    Callback,
    /// A document started a hidden PowerShell.
    PowerShell,
    /// Somebody cleared the log of a server.
    LogCleared,
}

impl Writer<'_> {
    fn below(&self, most: u32) -> u32 {
        let mut bytes = [0; 4];
        self.rng.fill(&mut bytes);
        u32::from_le_bytes(bytes) % most.max(1)
    }

    /// A few ordinary lines before `until`.
    pub(super) fn ordinary(&self, until: Timestamp, lines: u32) -> Vec<String> {
        (0..lines)
            .map(|line| {
                let back = SignedDuration::from_secs(i64::from((lines - line) * 600 + self.below(500)));
                let at = until.saturating_sub(back).unwrap_or(until);
                match self.below(10) {
                    0 => self.syslog(
                        at,
                        "sshd",
                        &format!(
                            "Accepted publickey for backup from 192.168.1.20 port {} ssh2",
                            40_000 + self.below(20_000)
                        ),
                    ),
                    1 => self.blocked_page(at),
                    _ => self.traffic(at),
                }
            })
            .collect()
    }

    /// The lines that an attack leaves.
    pub(super) fn attack(&self, attack: Attack, at: Timestamp) -> Vec<String> {
        let after = |s: i64| at.saturating_add(SignedDuration::from_secs(s)).unwrap_or(at);
        match attack {
            Attack::Guessing => (0..40)
                .map(|n| {
                    let what = format!("Failed password for root from 203.0.113.77 port {} ssh2", 40_000 + n);
                    self.syslog(after(i64::from(n) * 3), "sshd", &what)
                })
                .collect(),
            Attack::Virus => vec![self.fortigate(
                at,
                "logid=\"0211008192\" type=\"utm\" subtype=\"virus\" eventtype=\"infected\" level=\"warning\"",
                "msg=\"File is infected.\" action=\"blocked\" service=\"HTTP\" srcip=192.168.1.31 dstip=198.51.100.23 dstport=80 \
                 filename=\"invoice.zip\" virus=\"EICAR_TEST_FILE\" dtype=\"Virus\" url=\"http://198.51.100.23/invoice.zip\"",
            )],
            Attack::Callback => (0..6)
                .map(|n| {
                    self.fortigate(
                        after(i64::from(n) * 600),
                        "logid=\"0422016400\" type=\"utm\" subtype=\"ips\" eventtype=\"botnet\" level=\"warning\" severity=\"critical\"",
                        "msg=\"Botnet C&C Communication.\" action=\"detected\" srcip=192.168.1.24 dstip=198.51.100.66 dstport=443 \
                         service=\"HTTPS\" attack=\"Sample.Botnet\" direction=\"outgoing\"",
                    )
                })
                .collect(),
            Attack::PowerShell => vec![self.sysmon(
                at,
                "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
                "powershell.exe -NoP -W Hidden -Enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
                "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
            )],
            Attack::LogCleared => vec![self.windows(
                at,
                "Security",
                1102,
                "Microsoft-Windows-Eventlog",
                &serde_json::json!({ "SubjectUserName": "admin", "SubjectDomainName": self.host }),
            )],
        }
    }

    fn traffic(&self, at: Timestamp) -> String {
        let host = ["www.example.jp", "mail.example.com", "update.example.net", "shop.example.org"]
            [self.below(4) as usize];
        let about = format!(
            "srcip=192.168.1.{} srcport={} dstip=203.0.113.{} dstport=443 service=\"HTTPS\" action=\"close\" policyid=1 \
             sentbyte={} rcvdbyte={} hostname=\"{host}\"",
            20 + self.below(20),
            40_000 + self.below(20_000),
            1 + self.below(60),
            500 + self.below(9_000),
            900 + self.below(90_000),
        );
        self.fortigate(
            at,
            "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\"",
            &about,
        )
    }

    fn blocked_page(&self, at: Timestamp) -> String {
        let about = format!(
            "srcip=192.168.1.{} dstip=198.51.100.9 dstport=80 service=\"HTTP\" hostname=\"ads.example\" action=\"blocked\" \
             msg=\"URL belongs to a denied category in policy\" catdesc=\"Advertising\"",
            20 + self.below(20),
        );
        self.fortigate(at, "logid=\"0316013056\" type=\"utm\" subtype=\"webfilter\" eventtype=\"ftgd_blk\" level=\"warning\"", &about)
    }

    fn fortigate(&self, at: Timestamp, kind: &str, about: &str) -> String {
        let local = at.to_zoned(self.zone.clone());
        format!(
            "date={} time={} devname=\"{}-FW\" devid=\"FGT60F0000000000\" eventtime={} tz=\"+0900\" vd=\"root\" {kind} {about}",
            local.date(),
            local.strftime("%H:%M:%S"),
            self.host,
            at.as_nanosecond(),
        )
    }

    fn syslog(&self, at: Timestamp, program: &str, message: &str) -> String {
        let local = at.to_zoned(self.zone.clone());
        format!(
            "<86>{} {}-sv01 {program}[{}]: {message}",
            local.strftime("%b %e %H:%M:%S"),
            self.host.to_lowercase(),
            1000 + self.below(9000)
        )
    }

    fn sysmon(&self, at: Timestamp, image: &str, command_line: &str, parent: &str) -> String {
        let data = serde_json::json!({
            "UtcTime": at.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(), "ProcessId": 4321, "Image": image,
            "CommandLine": command_line, "ParentImage": parent, "User": format!("{}\\tanaka", self.host),
            "OriginalFileName": "PowerShell.EXE",
        });
        self.windows(at, "Microsoft-Windows-Sysmon/Operational", 1, "Microsoft-Windows-Sysmon", &data)
    }

    /// As Winlogbeat writes it.
    fn windows(
        &self,
        at: Timestamp,
        channel: &str,
        event_id: u32,
        provider: &str,
        data: &serde_json::Value,
    ) -> String {
        serde_json::json!({
            "@timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            "winlog": {
                "channel": channel, "event_id": event_id, "provider_name": provider,
                "computer_name": format!("{}-PC03", self.host), "record_id": 1000 + self.below(100_000), "event_data": data,
            },
        })
        .to_string()
    }
}
