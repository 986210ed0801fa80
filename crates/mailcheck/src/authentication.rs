//! Whether the sender's domain was confirmed, and by whom.
//!
//! Anybody can write `Authentication-Results`. Only the one of the client's own receiving server that stands nearest the
//! top counts (RFC 8601 section 5). Without a list of trusted servers, a result is believed only when it speaks against
//! the mail: then forging it gains nothing. Signatures are computed when their keys were passed in.

use crate::catalogue;
use crate::dkim;
use crate::domains::{Guard, is_same_or_below, registered};
use crate::knowledge::Knowledge;
use crate::mime::Mail;
use crate::verdict::Findings;

/// One `Authentication-Results` header, read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Results {
    server: String,
    /// Method, result, and the domain it speaks of.
    methods: Vec<(String, String, String)>,
}

impl Results {
    fn read(value: &str) -> Self {
        let plain = without_comments(value);
        let mut clauses = plain.split(';').map(str::trim);
        let server = clauses.next().unwrap_or_default().split_whitespace().next().unwrap_or_default();
        let methods = clauses.filter_map(|clause| {
            let mut words = clause.split_whitespace();
            let (method, result) = words.next()?.split_once('=')?;
            let domain = words
                .filter_map(|word| word.split_once('='))
                .find(|(name, _)| matches!(*name, "header.from" | "header.d" | "header.i" | "smtp.mailfrom"))
                .map_or("", |(_, value)| value.rsplit_once('@').map_or(value, |(_, host)| host));
            Some((
                method.to_ascii_lowercase(),
                result.to_ascii_lowercase(),
                domain.trim_matches('"').to_ascii_lowercase(),
            ))
        });
        Self { server: server.to_ascii_lowercase(), methods: methods.collect() }
    }

    /// The best result of a method: one good signature is enough.
    fn of(&self, method: &str) -> Option<&str> {
        let mut all =
            self.methods.iter().filter(|(name, _, _)| name == method).map(|(_, result, _)| result.as_str());
        let first = all.next()?;
        Some(std::iter::once(first).chain(all).find(|result| *result == "pass").unwrap_or(first))
    }

    /// Whether DMARC passed, or a method passed for the domain of the sender.
    fn confirms(&self, domain: &str) -> bool {
        self.methods.iter().any(|(method, result, of)| {
            result == "pass"
                && match method.as_str() {
                    "dmarc" => of.is_empty() || registered(of) == domain,
                    "dkim" | "spf" => !of.is_empty() && registered(of) == domain,
                    _ => false,
                }
        })
    }

    fn failed(&self, method: &str) -> bool {
        self.of(method).is_some_and(|result| matches!(result, "fail" | "softfail" | "permerror" | "hardfail"))
    }
}

fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    value
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// Judges the sender's domain by the results in the headers and by computed signatures.
pub(crate) fn judge(mail: &Mail<'_>, knowledge: &Knowledge, guard: &Guard<'_>, findings: &mut Findings) {
    let host = mail.sender().host();
    let domain = registered(&host);
    let all: Vec<Results> = mail
        .headers
        .iter()
        .filter(|h| h.name == "authentication-results")
        .map(|h| Results::read(&h.value()))
        .collect();
    let is_trusted = |results: &&Results| {
        knowledge
            .trusted_servers
            .iter()
            .any(|server| is_same_or_below(&results.server, &server.to_ascii_lowercase()))
    };
    let trusted = all.iter().find(is_trusted);
    let mut confirmed = trusted.is_some_and(|results| results.confirms(domain));
    if let Some(results) = trusted {
        findings.sender_checked = true;
        judge_trusted(results, confirmed, findings);
        if all.iter().filter(is_trusted).nth(1).is_some_and(|second| second.confirms(domain) && !confirmed) {
            findings.add(catalogue::AUTH_FORGED, &results.server, "Authentication-Results");
        }
    } else {
        judge_untrusted(mail, &all, findings);
    }
    match dkim::verify(mail, domain, &knowledge.dkim_keys) {
        dkim::Outcome::Good => {
            confirmed = true;
            findings.sender_checked = true;
        }
        dkim::Outcome::Broken(seen) if !confirmed => {
            findings.add(catalogue::AUTH_DKIM_BROKEN, &seen, "DKIM-Signature");
        }
        dkim::Outcome::Broken(_) | dkim::Outcome::Unknown => {}
    }
    findings.sender_confirmed = confirmed;
    let is_own = knowledge.own_domains.iter().any(|own| is_same_or_below(&host, own));
    let checked_and_not = findings.sender_checked && !confirmed;
    if is_own && checked_and_not {
        findings.add(catalogue::SENDER_OWN_DOMAIN, &host, "From");
    }
    let long_known = knowledge
        .history
        .as_ref()
        .and_then(|h| h.domains.get(domain))
        .is_some_and(|first| knowledge.now_ms - first >= crate::links::NEW_MS);
    let anybodys = crate::sender::is_freemail(&host);
    if confirmed && !anybodys && (is_own || guard.owner(&host).is_some() || long_known) {
        findings.add(catalogue::AUTH_KNOWN, &host, "Authentication-Results");
    }
}

fn judge_trusted(results: &Results, confirmed: bool, findings: &mut Findings) {
    let seen: Vec<String> =
        results.methods.iter().map(|(method, result, _)| format!("{method}={result}")).collect();
    let seen = seen.join(" ");
    let place = "Authentication-Results";
    if confirmed {
        return;
    }
    if results.failed("dmarc") {
        findings.add(catalogue::AUTH_FAIL, &seen, place);
    } else if results.failed("spf") || results.failed("dkim") {
        findings.add(catalogue::AUTH_PARTIAL, &seen, place);
    } else {
        findings.add(catalogue::AUTH_NONE, &seen, place);
    }
}

/// Without a trusted result: the topmost one whose server also received the mail counts, but only against it.
fn judge_untrusted(mail: &Mail<'_>, all: &[Results], findings: &mut Findings) {
    let receivers: Vec<String> = mail
        .headers
        .iter()
        .filter(|header| header.name == "received")
        .filter_map(|header| {
            let value = header.value().to_ascii_lowercase();
            let by = value.split(" by ").nth(1).or_else(|| value.strip_prefix("by "))?;
            by.split_whitespace().next().map(|host| registered(host.trim_end_matches(';')).to_owned())
        })
        .collect();
    let claimed = all.first().filter(|results| receivers.iter().any(|by| registered(&results.server) == by));
    if let Some(results) = claimed.filter(|results| results.failed("dmarc")) {
        findings.add(
            catalogue::AUTH_CLAIMED_FAIL,
            &format!("{}: dmarc=fail", results.server),
            "Authentication-Results",
        );
    }
    findings.skipped(
        "authentication",
        "信頼できる受信サーバーの記録がないため、差出人のドメインが本物かは確認できません。",
        "Without a result of a trusted receiving server it cannot be known whether the sender's domain is real.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;

    fn ids(headers: &str, trusted: bool) -> Vec<&'static str> {
        let mut knowledge = Knowledge::default();
        if trusted {
            knowledge.trusted_servers.insert("mx.client.example".into());
        }
        let guard = Guard::new(&knowledge);
        let text = format!("{headers}From: a@shop.example\n\nx");
        let mail = crate::mime::read(text.as_bytes(), &mut Budget::default());
        let mut findings = Findings::default();
        judge(&mail, &knowledge, &guard, &mut findings);
        findings.conclude(crate::Judged::Itself).signals.iter().map(|signal| signal.id).collect()
    }

    const PASS: &str = "Authentication-Results: mx.client.example; dmarc=pass header.from=shop.example\n";
    const FAIL: &str = "Authentication-Results: mx.client.example; spf=fail (a; b=c) smtp.mailfrom=x@shop.example; dmarc=fail header.from=shop.example\n";

    #[test]
    fn the_trusted_result_nearest_the_top_counts() {
        assert_eq!(ids(PASS, true), Vec::<&str>::new());
        assert_eq!(ids(FAIL, true), ["auth.fail"]);
        assert_eq!(ids(&format!("{FAIL}{PASS}"), true), ["auth.fail", "auth.forged_results"]);
        assert_eq!(
            ids(&format!("Authentication-Results: mx.evil.example; dmarc=pass\n{FAIL}"), true),
            ["auth.fail"]
        );
    }

    #[test]
    fn without_a_trusted_server_results_count_only_against() {
        let received = "Received: from x by mx.client.example; now\n";
        assert_eq!(ids(&format!("{received}{PASS}"), false), Vec::<&str>::new());
        assert_eq!(ids(&format!("{received}{FAIL}"), false), ["auth.claimed_fail"]);
        assert_eq!(ids(FAIL, false), Vec::<&str>::new());
    }

    #[test]
    fn a_pass_for_another_domain_confirms_nothing() {
        let other = "Authentication-Results: mx.client.example; spf=pass smtp.mailfrom=bulk.example; dkim=pass header.d=bulk.example\n";
        assert_eq!(ids(other, true), ["auth.none"]);
    }
}
