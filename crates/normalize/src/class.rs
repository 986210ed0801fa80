//! The OCSF classes that this engine maps to, of one version of the schema.

use std::sync::LazyLock;

use crate::attribute::AttrSet;

/// The version of the Open Cybersecurity Schema Framework that events are written in.
pub const OCSF_VERSION: &str = "1.6.0";

macro_rules! classes {
    ($($name:ident = $uid:literal, $category:literal, $caption:literal, { $($activity:ident = $id:literal),* $(,)? }, [$($required:literal),* $(,)?];)*) => {
        /// An OCSF event class. Its numbers and names are those of [`OCSF_VERSION`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Class { $($name),* }

        impl Class {
            /// Every class that this engine can give.
            pub const ALL: &'static [Class] = &[$(Class::$name),*];

            /// `class_uid`.
            pub fn uid(self) -> u32 {
                match self { $(Class::$name => $uid),* }
            }

            /// `category_uid`.
            pub fn category_uid(self) -> u32 {
                match self { $(Class::$name => $category),* }
            }

            /// `class_name`.
            pub fn name(self) -> &'static str {
                match self { $(Class::$name => $caption),* }
            }

            /// The name of an activity of this class; 0 is `Unknown` and 99 `Other` in every class.
            pub fn activity_name(self, activity_id: u8) -> &'static str {
                match (self, activity_id) {
                    $($((Class::$name, $id) => stringify!($activity),)*)*
                    (_, 0) => "Unknown",
                    _ => "Other",
                }
            }

            /// What the schema requires of this class beyond what it requires of every event.
            pub fn required(self) -> &'static [&'static str] {
                match self { $(Class::$name => &[$($required),*]),* }
            }
        }
    };
}

// name = class_uid, category_uid, caption, activities, required attributes beside those of every event.
// `a|b` means that one of them has to be there.
classes! {
    Base = 0, 0, "Base Event", {}, [];
    FileSystem = 1001, 1, "File System Activity",
        { Create = 1, Read = 2, Update = 3, Delete = 4, Rename = 5, SetAttributes = 6, Open = 14 }, ["actor", "device", "file"];
    ScheduledJob = 1006, 1, "Scheduled Job Activity",
        { Create = 1, Update = 2, Delete = 3, Enable = 4, Disable = 5, Start = 6 }, ["device", "job"];
    Module = 1005, 1, "Module Activity", { Load = 1, Unload = 2, Invoke = 3 }, ["actor", "device", "module"];
    Process = 1007, 1, "Process Activity",
        { Launch = 1, Terminate = 2, Open = 3, Inject = 4, SetUserId = 5 }, ["actor", "device", "process"];
    EventLog = 1008, 1, "Event Log Activity",
        { Clear = 1, Delete = 2, Export = 3, Archive = 4, Rotate = 5, Start = 6, Stop = 7, Restart = 8, Enable = 9, Disable = 10 }, ["device"];
    Script = 1009, 1, "Script Activity", { Execute = 1 }, ["device", "script"];
    RegistryKey = 201_001, 1, "Registry Key Activity",
        { Create = 1, Read = 2, Modify = 3, Delete = 4, Rename = 5 }, ["actor", "device", "reg_key"];
    RegistryValue = 201_002, 1, "Registry Value Activity",
        { Get = 1, Set = 2, Modify = 3, Delete = 4 }, ["actor", "device", "reg_value"];
    WindowsService = 201_004, 1, "Windows Service Activity",
        { Create = 1, Reconfigure = 2, Start = 3, Stop = 4, Pause = 5, Continue = 6, Delete = 7 }, ["device", "win_service"];
    DetectionFinding = 2004, 2, "Detection Finding", { Create = 1, Update = 2, Close = 3 }, ["finding_info"];
    AccountChange = 3001, 3, "Account Change",
        { Create = 1, Enable = 2, PasswordChange = 3, PasswordReset = 4, Disable = 5, Delete = 6, AttachPolicy = 7, DetachPolicy = 8, Lock = 9, Unlock = 12 }, ["user"];
    Authentication = 3002, 3, "Authentication",
        { Logon = 1, Logoff = 2, AuthenticationTicket = 3, ServiceTicketRequest = 4, ServiceTicketRenew = 5, Preauth = 6 }, ["user"];
    GroupManagement = 3006, 3, "Group Management",
        { AssignPrivileges = 1, RevokePrivileges = 2, AddUser = 3, RemoveUser = 4, Delete = 5, Create = 6 }, ["group"];
    Network = 4001, 4, "Network Activity",
        { Open = 1, Close = 2, Reset = 3, Fail = 4, Refuse = 5, Traffic = 6, Listen = 7 }, ["src_endpoint|dst_endpoint"];
    Http = 4002, 4, "HTTP Activity",
        { Connect = 1, Delete = 2, Get = 3, Head = 4, Options = 5, Post = 6, Put = 7, Trace = 8, Patch = 9 }, ["http_request|http_response"];
    Dns = 4003, 4, "DNS Activity", { Query = 1, Response = 2, Traffic = 6 }, ["src_endpoint|dst_endpoint|query"];
    Dhcp = 4004, 4, "DHCP Activity",
        { Discover = 1, Offer = 2, Request = 3, Decline = 4, Ack = 5, Nak = 6, Release = 7, Inform = 8, Expire = 9 }, ["src_endpoint|dst_endpoint"];
    Email = 4009, 4, "Email Activity", { Send = 1, Receive = 2, Scan = 3, Trace = 4 }, ["email", "direction_id"];
    Tunnel = 4014, 4, "Tunnel Activity", { Open = 1, Close = 2, Renew = 3 }, ["src_endpoint|tunnel_interface|connection_info"];
    Api = 6003, 6, "API Activity", { Create = 1, Read = 2, Update = 3, Delete = 4 }, ["actor", "api", "src_endpoint"];
}

/// What the schema requires of every event.
pub const REQUIRED_OF_ALL: &[&str] =
    &["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"];

/// What the schema requires of an object wherever it stands. `a|b` means that one of them has to be there.
pub const REQUIRED_OF_OBJECTS: &[(&str, &[&str])] = &[
    ("actor", &["process|user|session|app_name"]),
    ("api", &["operation"]),
    ("device", &["type_id"]),
    ("file", &["name", "type_id"]),
    ("finding_info", &["title", "uid"]),
    ("group", &["name|uid"]),
    ("job", &["name"]),
    ("module", &["file"]),
    ("process", &["name|pid|uid|cmd_line|file"]),
    ("query", &["hostname"]),
    ("reg_key", &["path"]),
    ("reg_value", &["name", "path"]),
    ("script", &["type_id"]),
    ("user", &["name|uid|email_addr"]),
    ("win_service", &["name"]),
];

/// The tables above as sets, made once.
pub(crate) struct Needs {
    classes: Vec<Vec<AttrSet>>,
    /// All of an object, and what of it has to be there.
    objects: Vec<(AttrSet, Vec<AttrSet>)>,
}

pub(crate) static NEEDS: LazyLock<Needs> = LazyLock::new(|| {
    let one_of = |object: &str, names: &str| {
        let path = |name: &str| if object.is_empty() { name.to_owned() } else { format!("{object}.{name}") };
        names.split('|').map(|name| AttrSet::under(&path(name))).fold(AttrSet::default(), AttrSet::union)
    };
    let needs =
        |object: &str, required: &[&str]| required.iter().map(|names| one_of(object, names)).collect();
    Needs {
        classes: Class::ALL.iter().map(|class| needs("", class.required())).collect(),
        objects: REQUIRED_OF_OBJECTS
            .iter()
            .map(|(object, required)| (AttrSet::under(object), needs(object, required)))
            .collect(),
    }
});

impl Needs {
    /// True where the class has what it requires.
    pub(crate) fn are_met(&self, class: Class, present: &AttrSet) -> bool {
        let required = self.classes.get(class as usize);
        required.is_some_and(|required| required.iter().all(|one_of| one_of.intersects(present)))
    }

    /// The attributes of objects that lack something.
    pub(crate) fn incomplete(&self, present: &AttrSet) -> AttrSet {
        let incomplete = |(all, required): &&(AttrSet, Vec<AttrSet>)| {
            all.intersects(present) && !required.iter().all(|one_of| one_of.intersects(present))
        };
        self.objects.iter().filter(incomplete).fold(AttrSet::default(), |set, (all, _)| set.union(*all))
    }
}

/// `severity_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Severity {
    #[default]
    Unknown = 0,
    Informational = 1,
    Low = 2,
    Medium = 3,
    High = 4,
    Critical = 5,
    Fatal = 6,
}

impl Severity {
    /// `severity`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Unknown => "Unknown",
            Severity::Informational => "Informational",
            Severity::Low => "Low",
            Severity::Medium => "Medium",
            Severity::High => "High",
            Severity::Critical => "Critical",
            Severity::Fatal => "Fatal",
        }
    }

    /// From a syslog severity, 0 (emergency) to 7 (debug).
    pub fn from_syslog(level: u8) -> Self {
        match level {
            0 => Severity::Fatal,
            1 | 2 => Severity::Critical,
            3 => Severity::High,
            4 => Severity::Medium,
            5 => Severity::Low,
            _ => Severity::Informational,
        }
    }

    /// From the words that devices use, any case; `None` for a word that no device is known to use.
    pub fn from_word(word: &str) -> Option<Self> {
        const WORDS: &[(&str, Severity)] = &[
            ("emergency", Severity::Fatal),
            ("emerg", Severity::Fatal),
            ("fatal", Severity::Fatal),
            ("alert", Severity::Critical),
            ("critical", Severity::Critical),
            ("crit", Severity::Critical),
            ("very-high", Severity::Critical),
            ("error", Severity::High),
            ("err", Severity::High),
            ("high", Severity::High),
            ("severe", Severity::High),
            ("warning", Severity::Medium),
            ("warn", Severity::Medium),
            ("medium", Severity::Medium),
            ("notice", Severity::Low),
            ("notification", Severity::Low),
            ("low", Severity::Low),
            ("info", Severity::Informational),
            ("information", Severity::Informational),
            ("informational", Severity::Informational),
            ("debug", Severity::Informational),
        ];
        WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, severity)| *severity)
    }
}
