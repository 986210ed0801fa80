//! What web servers, proxies and security profiles share: methods, URLs.

/// The HTTP class's activity for a method.
pub(crate) fn method_activity(method: &str) -> u8 {
    match method {
        "CONNECT" => 1,
        "DELETE" => 2,
        "GET" => 3,
        "HEAD" => 4,
        "OPTIONS" => 5,
        "POST" => 6,
        "PUT" => 7,
        "TRACE" => 8,
        "PATCH" => 9,
        _ => 99,
    }
}

/// The host of a URL, or of a CONNECT's `host:port`.
pub(crate) fn url_host(url: &str) -> Option<&str> {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    Some(host).filter(|host| !host.is_empty())
}

/// The API class's activity for an operation's name: create, read, update or delete by its first word.
pub(crate) fn verb_activity(operation: &str) -> u8 {
    const VERBS: &[(&str, u8)] = &[
        ("create", 1),
        ("add", 1),
        ("new", 1),
        ("put", 1),
        ("run", 1),
        ("upload", 1),
        ("register", 1),
        ("invite", 1),
        ("generate", 1),
        ("import", 1),
        ("get", 2),
        ("list", 2),
        ("describe", 2),
        ("view", 2),
        ("read", 2),
        ("head", 2),
        ("search", 2),
        ("query", 2),
        ("download", 2),
        ("lookup", 2),
        ("batchget", 2),
        ("access", 2),
        ("fetch", 2),
        ("scan", 2),
        ("select", 2),
        ("preview", 2),
        ("update", 3),
        ("modify", 3),
        ("set", 3),
        ("change", 3),
        ("attach", 3),
        ("detach", 3),
        ("enable", 3),
        ("disable", 3),
        ("edit", 3),
        ("reset", 3),
        ("associate", 3),
        ("disassociate", 3),
        ("tag", 3),
        ("untag", 3),
        ("start", 3),
        ("stop", 3),
        ("reboot", 3),
        ("move", 3),
        ("rename", 3),
        ("authorize", 3),
        ("revoke", 3),
        ("patch", 3),
        ("delete", 4),
        ("remove", 4),
        ("terminate", 4),
        ("purge", 4),
        ("deregister", 4),
        ("destroy", 4),
    ];
    // `SomethingCreated`, `user.delete`: the verb may also stand last.
    let words = || {
        operation.split(|letter: char| !letter.is_ascii_alphanumeric()).flat_map(|part| {
            // `CreateUser`: up to the capital that follows a small letter.
            let humps = part
                .as_bytes()
                .windows(2)
                .position(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
            let first = humps.map_or(part.len(), |at| at + 1);
            part.split_at_checked(first).map(|(head, _)| head)
        })
    };
    let of = |word: &str| {
        VERBS.iter().find(|(verb, _)| word.eq_ignore_ascii_case(verb)).map(|(_, activity)| *activity)
    };
    words().find_map(of).unwrap_or(99)
}
