//! From a record to the log sources that it belongs to.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fields::FieldMap;
use super::logsource::LogSource;

/// A log source together with the shape of its records.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Binding {
    pub(crate) source: LogSource,
    pub(crate) map: FieldMap,
}

/// All log sources of an event. Events of one route are matched by the same compiled class.
pub(crate) type Route = Vec<Binding>;

/// The fields that decide where a record belongs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RouteKey<'r> {
    pub(crate) channel: Option<&'r str>,
    pub(crate) provider: Option<&'r str>,
    pub(crate) event_id: Option<&'r str>,
    pub(crate) event_type: Option<&'r str>,
}

/// The fields of a [`RouteKey`], in its order.
pub(crate) const ROUTING_FIELDS: [&str; 4] = ["Channel", "Provider_Name", "EventID", "EventType"];

impl<'r> RouteKey<'r> {
    /// From the values of [`ROUTING_FIELDS`].
    pub(crate) fn of([channel, provider, event_id, event_type]: [Option<&'r str>; 4]) -> Self {
        Self { channel, provider, event_id, event_type }
    }
}

struct Row {
    /// None stands for all events of the channel that no other row names.
    event_id: Option<&'static str>,
    event_type: &'static str,
    binding: Binding,
}

struct WindowsTable {
    channels: HashMap<&'static str, Vec<Row>>,
    providers: HashMap<&'static str, &'static str>,
}

static WINDOWS: LazyLock<WindowsTable> = LazyLock::new(|| {
    let mut table = WindowsTable { channels: HashMap::new(), providers: HashMap::new() };
    let key = |text: &str| (text != "-").then(|| text.to_owned());
    for line in include_str!("windows.tsv").lines().filter(|line| !line.starts_with('#')) {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            [provider, "=", channel] => {
                table.providers.insert(provider, channel);
            }
            [channel, ids, event_type, category, service, map] => {
                let map = match *map {
                    "process_creation_4688" => FieldMap::ProcessCreation4688,
                    "spaced" => FieldMap::Spaced,
                    _ => FieldMap::Windows,
                };
                let source =
                    LogSource { product: key("windows"), category: key(category), service: key(service) };
                let rows = table.channels.entry(channel).or_default();
                rows.extend(ids.split(',').map(|id| Row {
                    event_id: (id != "*").then_some(id),
                    event_type: if *event_type == "-" { "" } else { event_type },
                    binding: Binding { source: source.clone(), map },
                }));
            }
            _ => {}
        }
    }
    table
});

/// The sources of a record without a stated source. Empty when nothing tells.
pub(crate) fn derive(key: RouteKey<'_>) -> Route {
    if key.event_id.is_none() || (key.channel.is_none() && key.provider.is_none()) {
        return Route::new();
    }
    windows(key)
}

fn windows(key: RouteKey<'_>) -> Route {
    let table = &*WINDOWS;
    let known = |name: Option<&str>| {
        let name = name?.to_lowercase();
        let channel = table.providers.get(name.as_str()).copied().unwrap_or(name.as_str());
        table.channels.get(channel)
    };
    let mut route = Route::new();
    if let Some(rows) = known(key.channel).or_else(|| known(key.provider)) {
        let event_type = key.event_type.unwrap_or_default().to_lowercase();
        let named =
            rows.iter().filter(|row| row.event_id == key.event_id && event_type.starts_with(row.event_type));
        route.extend(named.map(|row| row.binding.clone()));
        let covers_service = route.iter().any(|binding| binding.source.service.is_some());
        let rest = rows.iter().filter(|row| row.event_id.is_none() && !covers_service);
        route.extend(rest.map(|row| row.binding.clone()));
    }
    if route.is_empty() {
        route.push(Binding { source: LogSource::new("windows", "", ""), map: FieldMap::Windows });
    }
    route
}

/// Whether records of these sources are recognised by their own fields, whatever was stated: Windows
/// records carry their channel and event id, and the shape of 4688 depends on them.
pub(crate) fn tell_by_themselves(stated: &[LogSource]) -> bool {
    stated.iter().any(|source| source.product.as_deref() == Some("windows"))
}

/// The route of sources that the caller states.
pub(crate) fn stated(stated: &[LogSource]) -> Route {
    let bind = |source: &LogSource| Binding { source: source.clone(), map: FieldMap::Plain };
    let mut route: Route = stated.iter().map(bind).collect();
    route.sort();
    route.dedup();
    route
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(channel: &str, id: &str, event_type: &str) -> Vec<String> {
        let key = RouteKey {
            channel: Some(channel),
            provider: None,
            event_id: Some(id),
            event_type: Some(event_type),
        };
        derive(key).iter().map(|binding| binding.source.to_string()).collect()
    }

    #[test]
    fn an_event_belongs_to_all_its_sources() {
        let sysmon = "Microsoft-Windows-Sysmon/Operational";
        assert_eq!(sources(sysmon, "1", ""), ["product=windows category=process_creation service=sysmon"]);
        assert_eq!(
            sources(sysmon, "12", "DeleteKey"),
            [
                "product=windows category=registry_delete service=sysmon",
                "product=windows category=registry_event service=sysmon"
            ]
        );
        assert_eq!(sources(sysmon, "12", "INFO"), ["product=windows category=registry_event service=sysmon"]);
        assert_eq!(sources(sysmon, "99", ""), ["product=windows service=sysmon"]);
        assert_eq!(
            sources("Security", "4688", ""),
            ["product=windows category=process_creation", "product=windows service=security"]
        );
        assert_eq!(sources("Security", "4624", ""), ["product=windows service=security"]);
        assert_eq!(sources("Somebody's own", "1", ""), ["product=windows"]);
    }

    #[test]
    fn the_provider_tells_when_the_channel_does_not() {
        let key = RouteKey {
            channel: Some("ForwardedEvents"),
            provider: Some("Microsoft-Windows-Security-Auditing"),
            event_id: Some("4625"),
            event_type: None,
        };
        assert_eq!(derive(key).first().unwrap().source.service.as_deref(), Some("security"));
        assert!(derive(RouteKey { event_id: Some("1"), ..RouteKey::default() }).is_empty());
    }
}
