//! Who the mail says it is from, and whether that can be.

use crate::brands;
use crate::catalogue;
use crate::domains::{self, Guard, is_same_or_below, registered};
use crate::knowledge::Knowledge;
use crate::links::NEW_MS;
use crate::mime::{Mail, Mailbox};
use crate::verdict::Findings;
use crate::wording::squeeze;

/// Judges the sender's name and address against what is known.
pub(crate) fn judge(sender: &Mailbox, knowledge: &Knowledge, guard: &Guard<'_>, findings: &mut Findings) {
    let host = sender.host();
    let address = sender.address.to_lowercase();
    let domain = registered(&host);
    if [address.as_str(), host.as_str(), domain].iter().any(|what| knowledge.blocked.contains(*what)) {
        findings.add(catalogue::SENDER_BLOCKED, &address, "From");
    }
    judge_name(sender, &host, knowledge, guard, findings);
    if let Some(guarded) = guard.imitated_by(&host) {
        findings.add(
            catalogue::SENDER_LOOKALIKE,
            &format!("{} ≈ {}", domains::unicode(&host), guarded.name),
            "From",
        );
    } else if let Some(guarded) = guard.brand_word_in(&host) {
        findings.add(
            catalogue::SENDER_BRAND_DOMAIN,
            &format!("{} ({})", domains::unicode(&host), guarded.name),
            "From",
        );
    }
    judge_history(&address, domain, knowledge, guard.owner(&host).is_some(), findings);
}

fn judge_name(
    sender: &Mailbox,
    host: &str,
    knowledge: &Knowledge,
    guard: &Guard<'_>,
    findings: &mut Findings,
) {
    let name = squeeze(&sender.name);
    if name.is_empty() {
        return;
    }
    let shown = name.split(['<', '>', '(', ')', '"', '\'', ',', '（', '）', '「', '」']).find(|piece| {
        piece
            .split_once('@')
            .is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && host.is_ascii())
    });
    if let Some(shown) = shown {
        let other = shown.rsplit_once('@').map_or("", |(_, host)| host);
        if registered(other) != registered(host) {
            findings.add(catalogue::SENDER_ADDRESS_IN_NAME, &format!("{shown} ≠ {}", sender.address), "From");
        }
    }
    let inside = knowledge.own_domains.iter().any(|own| is_same_or_below(host, own));
    let borrowed = knowledge.own_people.iter().find(|person| {
        let person = squeeze(person);
        person.chars().count() >= 2 && name.contains(&person)
    });
    if let (false, Some(person)) = (inside, borrowed) {
        findings.add(catalogue::SENDER_OWN_PERSON, &format!("{person} ≠ {}", sender.address), "From");
    }
    for guarded in guard.named_in(&name).filter(|guarded| !guarded.owns(host)) {
        let kind = if guarded.is_near { catalogue::SENDER_OWN_PERSON } else { catalogue::SENDER_BRAND_NAME };
        // A listed brand may carry another's name ("Google Pay with Suica"): the address settles it.
        if !inside && guard.owner(host).is_none() {
            findings.add(kind, &format!("{} ≠ {}", sender.name, sender.address), "From");
        }
    }
}

fn judge_history(
    address: &str,
    domain: &str,
    knowledge: &Knowledge,
    is_guarded: bool,
    findings: &mut Findings,
) {
    let Some(history) = &knowledge.history else {
        findings.skipped(
            "history",
            "以前のやりとりの記録がないため、初めての差出人かどうかは確認していません。",
            "Without earlier mail on record it was not checked whether this sender is new.",
        );
        return;
    };
    if !history.senders.contains_key(address) && !is_guarded {
        findings.add(catalogue::SENDER_FIRST, address, "From");
    }
    let first = history.domains.get(domain);
    if !is_guarded && first.is_none_or(|seen| knowledge.now_ms > 0 && knowledge.now_ms - seen < NEW_MS) {
        findings.add(catalogue::SENDER_NEW_DOMAIN, domain, "From");
    }
}

/// Judges where an answer would go, and headers that deceive.
pub(crate) fn judge_headers(mail: &Mail<'_>, guard: &Guard<'_>, findings: &mut Findings) {
    let sender = mail.sender();
    let from_lines = mail.headers.iter().filter(|header| header.name == "from").count();
    if from_lines > 1 {
        findings.add(catalogue::SENDER_TWO_FROM, &format!("{from_lines} From"), "From");
    }
    let host = sender.host();
    let is_list = mail.header("list-id").is_some() || mail.header("list-post").is_some();
    let elsewhere = mail.reply_to.iter().find(|reply| {
        let reply = reply.host();
        !reply.is_empty() && registered(&reply) != registered(&host)
    });
    if let Some(reply) = elsewhere {
        let reply_host = reply.host();
        let seen = format!("{} → {}", sender.address, reply.address);
        if let Some(guarded) = guard.imitated_by(&reply_host) {
            findings.add(
                catalogue::SENDER_LOOKALIKE,
                &format!("{reply_host} ≈ {}", guarded.name),
                "Reply-To",
            );
        } else if is_freemail(&reply_host) && !is_freemail(&host) && !is_list {
            findings.add(catalogue::REPLY_FREEMAIL, &seen, "Reply-To");
        } else if !is_list && guard.owner(&reply_host).is_none() {
            findings.add(catalogue::REPLY_ELSEWHERE, &seen, "Reply-To");
        }
    }
    let subject = squeeze(&mail.subject);
    let is_reply = ["re:", "返信:", "aw:"].iter().any(|mark| subject.starts_with(mark));
    let tied = ["in-reply-to", "references", "thread-index", "list-id", "list-post"]
        .iter()
        .any(|name| mail.header(name).is_some());
    if is_reply && !tied {
        findings.add(catalogue::THREAD_FAKE, &mail.subject, "Subject");
    }
}

/// A company's words from an address that anybody can make.
pub(crate) fn judge_freemail(sender: &Mailbox, opening: &str, findings: &mut Findings) {
    const COMPANY: [&str; 14] = [
        "株式会社",
        "有限会社",
        "合同会社",
        "(株)",
        "(有)",
        "カスタマー",
        "サポートセンター",
        "サービスセンター",
        "事務局",
        "経理部",
        "customer service",
        "support team",
        "help desk",
        "accounts department",
    ];
    let host = sender.host();
    let name = crate::wording::normal(&sender.name);
    let company =
        COMPANY.iter().find(|word| name.contains(**word) || (opening.contains(**word) && name.is_empty()));
    if let (true, Some(word)) = (is_freemail(&host), company) {
        findings.add(catalogue::SENDER_FREEMAIL, &format!("{word}: {}", sender.address), "From");
    }
}

pub(crate) fn is_freemail(host: &str) -> bool {
    brands::FREEMAIL.contains(&host)
}
