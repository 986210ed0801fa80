//! Bank accounts in the text, compared with the accounts kept for a partner.

use crate::catalogue;
use crate::domains::is_same_or_below;
use crate::knowledge::Knowledge;
use crate::mime::Mailbox;
use crate::verdict::Findings;
use crate::wording::squeeze;

/// Accounts compared at most.
const ACCOUNTS: usize = 20;

/// Judges accounts in a normalised text when it comes from, or speaks for, a partner whose accounts are known.
pub(crate) fn judge_account(text: &str, sender: &Mailbox, knowledge: &Knowledge, findings: &mut Findings) {
    let host = sender.host();
    let name = squeeze(&sender.name);
    let partner = knowledge.partners.iter().find(|partner| {
        let called = squeeze(&partner.name);
        partner.domains.iter().any(|domain| is_same_or_below(&host, domain))
            || (!called.is_empty() && name.contains(&called))
    });
    let Some(partner) = partner.filter(|partner| !partner.accounts.is_empty()) else { return };
    let known: Vec<String> = partner.accounts.iter().map(|account| digits(account)).collect();
    let found = accounts(text);
    if let Some(account) = found.iter().find(|account| !known.contains(account)) {
        findings.add(catalogue::ACCOUNT_DIFFERS, account, "text");
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Numbers of Japanese accounts: seven digits soon after the word for the kind of account.
fn accounts(text: &str) -> Vec<String> {
    const NEAR: usize = 12;
    let mut found = Vec::new();
    for word in ["普通", "当座", "口座番号", "account number", "account no"] {
        for (at, _) in text.match_indices(word).take(ACCOUNTS) {
            let after = text.get(at + word.len()..).unwrap_or_default();
            let number: String = after
                .chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(|c| c.is_ascii_digit() || *c == '-')
                .collect();
            let gap = after.chars().take_while(|c| !c.is_ascii_digit()).count();
            let number = digits(&number);
            if gap <= NEAR && (6..=8).contains(&number.len()) {
                found.push(number);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_are_found_as_people_write_them() {
        let text = crate::wording::normal(
            "肥後銀行 阿蘇支店（普） 普通　１２３４５６７\n口座番号: 765-4321、当座預金です。普通は7日ほどで",
        );
        assert_eq!(accounts(&text), ["1234567", "7654321"]);
    }
}
