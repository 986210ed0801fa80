//! The OCSF attributes that this engine sets, each as one word for its dotted path.

/// An attribute's path. Declared in the order of their paths, so that sorting by declaration puts
/// the members of one object side by side and an event is written in one pass.
macro_rules! attributes {
    ($($name:ident = $path:literal,)*) => {
        /// The place of an attribute in an OCSF object, named after its path: `SrcEndpointIp` is `src_endpoint.ip`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Attr { $($name),* }

        impl Attr {
            /// Every attribute, in the order of their paths.
            pub const ALL: &'static [Attr] = &[$(Attr::$name),*];

            /// The dotted path.
            pub fn path(self) -> &'static str {
                match self { $(Attr::$name => $path),* }
            }
        }
    };
}

attributes! {
    ActionId = "action_id",
    ActivityId = "activity_id",
    ActivityName = "activity_name",
    ActorProcessCmdLine = "actor.process.cmd_line",
    ActorProcessFilePath = "actor.process.file.path",
    ActorProcessName = "actor.process.name",
    ActorProcessPid = "actor.process.pid",
    ActorProcessUid = "actor.process.uid",
    ActorSessionUid = "actor.session.uid",
    ActorUserDomain = "actor.user.domain",
    ActorUserName = "actor.user.name",
    ActorUserType = "actor.user.type",
    ActorUserUid = "actor.user.uid",
    Answers = "answers",
    ApiOperation = "api.operation",
    ApiRequestUid = "api.request.uid",
    ApiResponseError = "api.response.error",
    ApiResponseErrorMessage = "api.response.error_message",
    ApiServiceName = "api.service.name",
    AppName = "app_name",
    AuthProtocol = "auth_protocol",
    CategoryUid = "category_uid",
    ClassName = "class_name",
    ClassUid = "class_uid",
    CloudAccountUid = "cloud.account.uid",
    CloudProvider = "cloud.provider",
    CloudRegion = "cloud.region",
    ConnectionInfoDirectionId = "connection_info.direction_id",
    ConnectionInfoProtocolName = "connection_info.protocol_name",
    ConnectionInfoProtocolNum = "connection_info.protocol_num",
    ConnectionInfoUid = "connection_info.uid",
    Count = "count",
    DeviceHostname = "device.hostname",
    DeviceIp = "device.ip",
    DeviceTypeId = "device.type_id",
    DeviceUid = "device.uid",
    DirectionId = "direction_id",
    Disposition = "disposition",
    DispositionId = "disposition_id",
    DstEndpointHostname = "dst_endpoint.hostname",
    DstEndpointInterfaceName = "dst_endpoint.interface_name",
    DstEndpointIp = "dst_endpoint.ip",
    DstEndpointMac = "dst_endpoint.mac",
    DstEndpointPort = "dst_endpoint.port",
    DstEndpointSvcName = "dst_endpoint.svc_name",
    DstEndpointZone = "dst_endpoint.zone",
    Duration = "duration",
    EmailFrom = "email.from",
    EmailMessageUid = "email.message_uid",
    EmailSize = "email.size",
    EmailSmtpFrom = "email.smtp_from",
    EmailSmtpTo = "email.smtp_to",
    EmailSubject = "email.subject",
    EmailTo = "email.to",
    FileHashes = "file.hashes",
    FileName = "file.name",
    FilePath = "file.path",
    FileSize = "file.size",
    FileTypeId = "file.type_id",
    FindingInfoDesc = "finding_info.desc",
    FindingInfoTitle = "finding_info.title",
    FindingInfoUid = "finding_info.uid",
    FirewallRuleName = "firewall_rule.name",
    FirewallRuleUid = "firewall_rule.uid",
    GroupDomain = "group.domain",
    GroupName = "group.name",
    GroupUid = "group.uid",
    HttpRequestHttpMethod = "http_request.http_method",
    HttpRequestReferrer = "http_request.referrer",
    HttpRequestUrlHostname = "http_request.url.hostname",
    HttpRequestUrlPath = "http_request.url.path",
    HttpRequestUrlUrlString = "http_request.url.url_string",
    HttpRequestUserAgent = "http_request.user_agent",
    HttpRequestVersion = "http_request.version",
    HttpResponseCode = "http_response.code",
    HttpResponseContentType = "http_response.content_type",
    HttpResponseLength = "http_response.length",
    IsMfa = "is_mfa",
    JobName = "job.name",
    LogonTypeId = "logon_type_id",
    Message = "message",
    MetadataEventCode = "metadata.event_code",
    MetadataLogFormat = "metadata.log_format",
    MetadataLogName = "metadata.log_name",
    MetadataLogProvider = "metadata.log_provider",
    MetadataLoggedTime = "metadata.logged_time",
    MetadataOriginalTime = "metadata.original_time",
    MetadataProductName = "metadata.product.name",
    MetadataProductVendorName = "metadata.product.vendor_name",
    MetadataProductVersion = "metadata.product.version",
    MetadataUid = "metadata.uid",
    MetadataVersion = "metadata.version",
    ModuleFileHashes = "module.file.hashes",
    ModuleFileName = "module.file.name",
    ModuleFilePath = "module.file.path",
    PolicyName = "policy.name",
    ProcessCmdLine = "process.cmd_line",
    ProcessFileHashes = "process.file.hashes",
    ProcessFileName = "process.file.name",
    ProcessFilePath = "process.file.path",
    ProcessIntegrity = "process.integrity",
    ProcessName = "process.name",
    ProcessPid = "process.pid",
    ProcessUid = "process.uid",
    ProcessUserDomain = "process.user.domain",
    ProcessUserName = "process.user.name",
    ProcessUserUid = "process.user.uid",
    ProcessWorkingDirectory = "process.working_directory",
    QueryClass = "query.class",
    QueryHostname = "query.hostname",
    QueryType = "query.type",
    Rcode = "rcode",
    RcodeId = "rcode_id",
    RegKeyPath = "reg_key.path",
    RegValueData = "reg_value.data",
    RegValueName = "reg_value.name",
    RegValuePath = "reg_value.path",
    ScriptFilePath = "script.file.path",
    ScriptScriptContentValue = "script.script_content.value",
    ScriptTypeId = "script.type_id",
    ScriptUid = "script.uid",
    ServiceName = "service.name",
    SessionUid = "session.uid",
    Severity = "severity",
    SeverityId = "severity_id",
    SrcEndpointDomain = "src_endpoint.domain",
    SrcEndpointHostname = "src_endpoint.hostname",
    SrcEndpointInterfaceName = "src_endpoint.interface_name",
    SrcEndpointIp = "src_endpoint.ip",
    SrcEndpointMac = "src_endpoint.mac",
    SrcEndpointPort = "src_endpoint.port",
    SrcEndpointZone = "src_endpoint.zone",
    StartTime = "start_time",
    Status = "status",
    StatusCode = "status_code",
    StatusDetail = "status_detail",
    StatusId = "status_id",
    Time = "time",
    TlsCipher = "tls.cipher",
    TlsSni = "tls.sni",
    TlsVersion = "tls.version",
    TrafficBytes = "traffic.bytes",
    TrafficBytesIn = "traffic.bytes_in",
    TrafficBytesOut = "traffic.bytes_out",
    TrafficPackets = "traffic.packets",
    TrafficPacketsIn = "traffic.packets_in",
    TrafficPacketsOut = "traffic.packets_out",
    TunnelInterfaceName = "tunnel_interface.name",
    TypeUid = "type_uid",
    UrlUrlString = "url.url_string",
    UserDomain = "user.domain",
    UserName = "user.name",
    UserUid = "user.uid",
    WinServiceCmdLine = "win_service.cmd_line",
    WinServiceName = "win_service.name",
    WinServiceServiceStartType = "win_service.service_start_type",
}

/// A set of attributes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AttrSet([u64; 4]);

impl AttrSet {
    /// The attribute at this path, or everything inside the object there.
    pub(crate) fn under(path: &str) -> Self {
        let mut set = AttrSet::default();
        for attr in Attr::ALL {
            if attr.path().strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                set.insert(*attr);
            }
        }
        set
    }

    pub(crate) fn insert(&mut self, attr: Attr) {
        let bit = attr as usize;
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    pub(crate) fn contains(&self, attr: Attr) -> bool {
        let bit = attr as usize;
        self.0.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    pub(crate) fn intersects(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(left, right)| left & right != 0)
    }

    pub(crate) fn union(self, other: Self) -> Self {
        let mut set = self;
        set.0.iter_mut().zip(other.0).for_each(|(left, right)| *left |= right);
        set
    }

    pub(crate) fn without(self, other: &Self) -> Self {
        let mut set = self;
        set.0.iter_mut().zip(other.0).for_each(|(left, right)| *left &= !right);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::{Attr, AttrSet};

    #[test]
    fn a_set_holds_every_attribute() {
        for attr in Attr::ALL {
            let mut set = AttrSet::default();
            set.insert(*attr);
            assert!(set.contains(*attr) && set.intersects(&AttrSet::under(attr.path())), "{attr:?}");
            assert!(!set.without(&set).contains(*attr), "{attr:?}");
        }
    }

    #[test]
    fn attributes_are_declared_in_the_order_of_their_paths() {
        let mut sorted: Vec<Vec<&str>> =
            Attr::ALL.iter().map(|attr| attr.path().split('.').collect()).collect();
        let declared = sorted.clone();
        sorted.sort();
        assert_eq!(declared, sorted);
    }

    #[test]
    fn no_attribute_is_both_a_value_and_an_object() {
        for value in Attr::ALL {
            let inside = format!("{}.", value.path());
            assert!(Attr::ALL.iter().all(|other| !other.path().starts_with(&inside)), "{inside}");
        }
    }
}
