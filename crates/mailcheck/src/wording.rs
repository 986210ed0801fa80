//! What the words of a mail ask for.
//!
//! Phrases are looked for in normalised text (NFKC, lower case, no blanks beside Japanese letters), all in one pass.
//! A phrase is a whole request ("enter your password"), never a lone noun, because honest mails use the nouns too.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::UnicodeNormalization;

use crate::catalogue::{self, Kind};
use crate::domains::Guard;
use crate::limits;
use crate::verdict::Findings;

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    AccountChange,
    GiftCard,
    Extortion,
    AdvanceFee,
    Credential,
    Threat,
    Urgent,
    Secret,
    Enable,
    Offer,
    Password,
    Money,
}

use Topic::{
    AccountChange, AdvanceFee, Credential, Enable, Extortion, GiftCard, Money, Offer, Password, Secret,
    Threat, Urgent,
};

/// Phrases by topic. Our own collection from public warnings; normalised when the search is built.
const PHRASES: &[(Topic, &[&str])] = &[
    (
        AccountChange,
        &[
            "振込先が変更",
            "振込先を変更",
            "振込先口座が変更",
            "振込先口座を変更",
            "振込先の変更",
            "振込口座が変更",
            "振込口座を変更",
            "口座変更のお知らせ",
            "口座が変更",
            "口座を変更",
            "新しい口座へ",
            "新しい口座に",
            "下記の新口座",
            "新口座へ",
            "新しい振込先",
            "振込先口座の変更",
            "振り込み先が変更",
            "振込先が変わ",
            "口座が変わりました",
            "口座が監査",
            "従来の口座は使用",
            "以前の口座には振り込ま",
            "bank details have changed",
            "bank account details have changed",
            "updated bank details",
            "updated bank account",
            "new bank details",
            "new bank account",
            "change of bank",
            "changed our bank",
            "change in our bank",
            "changes to our bank",
            "our account has changed",
            "new account details",
            "new beneficiary",
            "to the new account below",
            "updated payment details",
            "revised bank",
            "updated wire instructions",
            "new wire instructions",
            "our bank account is under audit",
            "account is currently under audit",
        ],
    ),
    (
        GiftCard,
        &[
            "ギフトカードを購入",
            "ギフトカードを買",
            "ギフトカード(apple)",
            "ギフト券を購入",
            "電子マネーを購入",
            "ギフトコードを",
            "カードの番号を写真",
            "コード番号を写真",
            "裏面のコード",
            "裏面の番号",
            "プリペイドカードを購入",
            "itunesカードを",
            "gift cards for",
            "purchase some gift card",
            "buy some gift card",
            "purchase gift card",
            "buy gift card",
            "scratch the back",
            "scratch off the back",
            "picture of the codes",
            "photo of the codes",
            "send me the codes",
        ],
    ),
    (
        Extortion,
        &[
            "ビットコインで支払",
            "ビットコインを送",
            "ビットコインウォレット",
            "btcウォレット",
            "暗号資産で支払",
            "あなたのカメラ",
            "自慰",
            "恥ずかしい動画",
            "すべての連絡先に送信",
            "デバイスをハッキング",
            "デバイスに侵入",
            "bitcoin wallet",
            "btc wallet",
            "send bitcoin",
            "in bitcoin to",
            "recorded you",
            "your webcam",
            "hacked your device",
            "hacked your account",
            "infected your device",
            "send the video to all",
        ],
    ),
    (
        AdvanceFee,
        &[
            "next of kin",
            "million united states dollars",
            "million us dollars",
            "the sum of us",
            "million dollars into",
            "business proposal of mutual",
            "deceased client",
            "late husband",
            "unclaimed fund",
            "foreign partner",
            "confidential business proposal",
            "transfer the fund",
            "the funds into your account",
            "you have won the lottery",
            "winning number",
            "lottery winner",
            "inheritance fund",
            "claim your prize",
            "claim your winnings",
            "foreign account to",
            "遺産を",
            "寄付金を受け取",
            "億円を差し上げ",
            "億円をお渡し",
            "高額当選",
            "当選金をお受け取り",
            "支援金を受け取",
        ],
    ),
    (
        Credential,
        &[
            "情報を更新してください",
            "情報の更新をお願い",
            "情報を更新する",
            "更新手続き",
            "本人確認をお願い",
            "ご本人確認",
            "本人確認が必要",
            "本人確認を完了",
            "パスワードを入力",
            "暗証番号を入力",
            "カード番号を入力",
            "カード情報を更新",
            "カード情報の更新",
            "カード情報を入力",
            "お支払い方法を更新",
            "支払い方法を更新",
            "お支払い方法の更新",
            "支払方法の更新",
            "アカウントを確認",
            "アカウント情報を確認",
            "アカウントの確認が必要",
            "アカウントを更新",
            "アカウントの確認を",
            "アカウントを復旧",
            "ログインして確認",
            "ログインして内容",
            "ログインしてください",
            "ログインし、",
            "サインインして再設定",
            "サインインして",
            "ご利用確認",
            "利用確認に",
            "利用確認のお願い",
            "認証を完了",
            "認証手続き",
            "再認証",
            "再設定してください",
            "パスワードを再設定",
            "パスワードの変更をお願い",
            "メールボックスを確認",
            "アカウントを検証",
            "情報の再確認",
            "お客様情報の確認",
            "お客様情報の更新",
            "受け取り手続き",
            "受取手続き",
            "ご登録情報の",
            "登録情報の確認",
            "verify your account",
            "verify your identity",
            "verify your information",
            "verify your email",
            "verify your mailbox",
            "confirm your account",
            "confirm your identity",
            "confirm your information",
            "confirm your password",
            "update your account",
            "update your information",
            "update your payment",
            "update your billing",
            "billing information",
            "enter your password",
            "sign in to view",
            "sign in to keep",
            "log in to restore",
            "login to restore",
            "re-validate",
            "revalidate",
            "validate your account",
            "validate your mailbox",
            "keep your current password",
            "keep current password",
            "keep same password",
            "restore your account",
            "restore access",
            "unlock your account",
            "reactivate your account",
            "review your account",
            "social security number",
            "account verification",
            "verification required",
            "upgrade your mailbox",
            "release messages",
            "release pending messages",
        ],
    ),
    (
        Threat,
        &[
            "アカウントを停止",
            "アカウントが停止",
            "アカウントを一時停止",
            "アカウントは停止",
            "アカウントを制限",
            "アカウントが制限",
            "アカウントをロック",
            "アカウントがロック",
            "利用を制限",
            "利用を一部制限",
            "利用制限",
            "ご利用を停止",
            "利用停止",
            "永久に停止",
            "強制解約",
            "自動的に解約",
            "解約となります",
            "不正利用の可能性",
            "不正利用を検知",
            "不正なログイン",
            "異常なログイン",
            "不正アクセスを検知",
            "不審なログイン",
            "第三者による不正",
            "差押",
            "差し押さえ",
            "法的措置",
            "法的手続",
            "訴訟",
            "滞納",
            "未納",
            "未払い",
            "失効します",
            "無効になります",
            "返送いたします",
            "返送されます",
            "凍結",
            "供給を停止",
            "送電停止",
            "停止いたします",
            "受信できなくなり",
            "削除されます",
            "will be suspended",
            "has been suspended",
            "account suspended",
            "has been limited",
            "has been locked",
            "account locked",
            "will be locked",
            "will be closed",
            "will be terminated",
            "will be deactivated",
            "has been deactivated",
            "will be deleted",
            "permanently deleted",
            "lose access",
            "losing access",
            "avoid losing",
            "legal action",
            "unusual sign-in",
            "unusual activity",
            "suspicious activity",
            "unauthorized access",
            "unauthorized login",
            "mailbox is full",
            "mailbox is almost full",
            "storage is full",
            "quota exceeded",
            "exceeded its storage",
            "expires today",
            "password expire",
            "password will expire",
            "has expired",
            "is on hold",
            "will be returned to sender",
            "could not be delivered",
            "avoid late fees",
            "seizure of",
        ],
    ),
    (
        Urgent,
        &[
            "至急",
            "大至急",
            "24時間以内",
            "48時間以内",
            "72時間以内",
            "12時間以内",
            "本日中",
            "今日中",
            "本日で切れ",
            "本日失効",
            "本日まで",
            "直ちに",
            "ただちに",
            "今すぐ",
            "いますぐ",
            "早急に",
            "速やかに",
            "すぐに対応",
            "最終通知",
            "最終警告",
            "最終期限",
            "最後の通告",
            "緊急",
            "期限が切れ",
            "お急ぎください",
            "within 24 hours",
            "within 48 hours",
            "within 12 hours",
            "immediately",
            "urgent",
            "asap",
            "as soon as possible",
            "right away",
            "act now",
            "final notice",
            "final warning",
            "last warning",
            "final reminder",
            "expires today",
            "today to avoid",
            "by end of day",
            "before it is too late",
            "immediate action",
            "action required",
            "time sensitive",
            "time-sensitive",
        ],
    ),
    (
        Secret,
        &[
            "内密に",
            "内緒に",
            "極秘",
            "他言無用",
            "口外しない",
            "他の人には",
            "誰にも言わ",
            "電話に出られません",
            "電話には出られ",
            "電話はできません",
            "電話には対応でき",
            "電話での連絡は",
            "メールのみで",
            "メールで返信してください",
            "このメールにのみ",
            "機密案件",
            "m&aの",
            "keep this confidential",
            "keep it confidential",
            "strictly confidential",
            "between us",
            "do not tell",
            "don't tell",
            "do not call",
            "don't call",
            "cannot take calls",
            "can't take calls",
            "can't talk on the phone",
            "in a meeting and can",
            "reply to this mail only",
            "reply only to this",
            "reply by email only",
            "only by email",
            "do not discuss",
            "discreet",
        ],
    ),
    (
        Enable,
        &[
            "コンテンツの有効化",
            "コンテンツを有効",
            "編集を有効",
            "編集の有効化",
            "マクロを有効",
            "マクロの有効化",
            "保護ビューを解除",
            "enable content",
            "enable editing",
            "enable macros",
            "enable macro",
            "スマートスクリーンを無効",
            "ウイルス対策を無効",
            "ウイルス対策ソフトを停止",
            "disable your antivirus",
        ],
    ),
    (
        Offer,
        &[
            "click here to be removed",
            "to be removed from",
            "remove me",
            "removed from our mailing list",
            "removed from this list",
            "removed from future",
            "this is not spam",
            "not spam",
            "risk free",
            "risk-free",
            "no obligation",
            "money back guarantee",
            "money-back",
            "make money",
            "extra income",
            "earn money",
            "earn $",
            "financial freedom",
            "work from home",
            "work at home",
            "home based business",
            "be your own boss",
            "limited time offer",
            "special offer",
            "this offer",
            "free trial",
            "free sample",
            "act now",
            "order now",
            "call now",
            "call toll free",
            "toll-free",
            "lowest price",
            "lowest rate",
            "lose weight",
            "weight loss",
            "viagra",
            "enlargement",
            "adult site",
            "hot girls",
            "xxx",
            "webcam",
            "mortgage rate",
            "refinance",
            "consolidate your debt",
            "credit card debt",
            "bad credit",
            "no credit",
            "life insurance",
            "incredible",
            "amazing",
            "guaranteed",
            "100% free",
            "absolutely free",
            "dear friend",
            "email marketing",
            "e-mail addresses",
            "bulk email",
            "bulk e-mail",
            "targeted email",
            "opt-in",
            "opted in",
            "you are receiving this",
            "you received this",
            "if you wish to unsubscribe",
            "to unsubscribe",
            "one time mailing",
            "one-time mailing",
            "multi-level",
            "mlm",
            "investment opportunity",
            "stock alert",
            "strong buy",
            "penny stock",
            "cable descrambler",
            "university diploma",
            "diplomas",
            "casino",
            "herbal",
            "hgh",
            "human growth hormone",
            "printer cartridge",
            "toner",
            "as seen on",
            "millions of dollars",
            "online pharmacy",
            "prescription",
            "cialis",
            "副業で",
            "誰でも簡単に稼",
            "月収100万",
            "不労所得",
            "必ず儲かる",
            "元本保証",
            "無料でプレゼント",
            "出会い",
            "逆援助",
            "当選しました",
            "当選おめでとう",
            "特別にご招待",
        ],
    ),
    (
        Password,
        &[
            "パスワード:",
            "パスワードは",
            "パスワード：",
            "解凍パスワード",
            "解凍pw",
            "pw:",
            "pass:",
            "password:",
            "password is",
            "passcode:",
            "暗証番号:",
            "解凍キー",
            "解凍コード",
            "zipパスワード",
            "パスワードをお送り",
            "【パスワード】",
            "■パスワード",
            "archive password",
        ],
    ),
    (
        Money,
        &[
            "請求書",
            "ご請求",
            "振込",
            "振り込み",
            "お支払い",
            "支払い",
            "支払期限",
            "送金",
            "入金",
            "口座",
            "納付",
            "見積金額",
            "代金",
            "手数料",
            "ギフトカード",
            "invoice",
            "payment",
            "remit",
            "wire transfer",
            "bank account",
            "iban",
            "beneficiary",
            "overdue",
            "outstanding balance",
            "purchase order",
            "gift card",
        ],
    ),
];

struct Search {
    automaton: AhoCorasick,
    topics: Vec<Topic>,
    phrases: Vec<String>,
}

/// Built once; constant after that.
static SEARCH: LazyLock<Option<Search>> = LazyLock::new(|| {
    let all: Vec<(Topic, String)> =
        PHRASES.iter().flat_map(|(topic, list)| list.iter().map(|phrase| (*topic, normal(phrase)))).collect();
    let phrases: Vec<String> = all.iter().map(|(_, phrase)| phrase.clone()).collect();
    let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&phrases).ok()?;
    Some(Search { automaton, topics: all.into_iter().map(|(topic, _)| topic).collect(), phrases })
});

/// Characters that take no room on a screen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Text in one form: NFKC, lower case, nothing invisible, one blank between Latin words and none beside other letters.
pub(crate) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| !is_invisible(*c)).nfkc().take(limits::WORDING_CHARS) {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && c.is_ascii() && out.ends_with(|last: char| last.is_ascii()) {
            out.push(' ');
        }
        blank = false;
        out.extend(c.to_lowercase());
    }
    out
}

/// The same without any blank: for names.
pub(crate) fn squeeze(text: &str) -> String {
    normal(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// What the words ask for, as far as other parts of the check need it.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    /// It leads to typing something or threatens a loss.
    pub(crate) pressing: bool,
    /// A password stands in the text.
    pub(crate) gives_password: bool,
}

/// Reads subject and text (normalised together) and adds what they ask for.
pub(crate) fn judge(text: &str, findings: &mut Findings) -> Asks {
    let Some(search) = SEARCH.as_ref() else { return Asks::default() };
    let mut first: Vec<(Topic, &str)> = Vec::new();
    let mut offers: Vec<&str> = Vec::new();
    for found in search.automaton.find_overlapping_iter(text) {
        let index = found.pattern().as_usize();
        let (Some(topic), Some(phrase)) = (search.topics.get(index), search.phrases.get(index)) else {
            continue;
        };
        if !stands_alone(text, found.start(), found.end()) {
            continue;
        }
        if *topic == Offer && !offers.contains(&phrase.as_str()) {
            offers.push(phrase);
        }
        if !first.iter().any(|(known, _)| known == topic) {
            first.push((*topic, phrase));
        }
    }
    let seen = |topic: Topic| first.iter().find(|(known, _)| *known == topic).map(|(_, phrase)| *phrase);
    let kinds: [(Topic, Kind); 9] = [
        (AccountChange, catalogue::TEXT_ACCOUNT_CHANGE),
        (GiftCard, catalogue::TEXT_GIFT_CARD),
        (Extortion, catalogue::TEXT_EXTORTION),
        (AdvanceFee, catalogue::TEXT_ADVANCE_FEE),
        (Credential, catalogue::TEXT_CREDENTIAL),
        (Threat, catalogue::TEXT_THREAT),
        (Urgent, catalogue::TEXT_URGENT),
        (Secret, catalogue::TEXT_SECRET),
        (Enable, catalogue::TEXT_ENABLE),
    ];
    for (topic, kind) in kinds {
        if let Some(phrase) = seen(topic) {
            findings.add(kind, phrase, "text");
        }
    }
    if offers.len() >= 2 {
        findings.add(catalogue::TEXT_OFFER, &offers.join(" / "), "text");
    }
    findings.money |= [Money, AccountChange, GiftCard, Extortion, AdvanceFee]
        .into_iter()
        .any(|topic| seen(topic).is_some());
    Asks {
        pressing: [Credential, Threat].into_iter().any(|topic| seen(topic).is_some()),
        gives_password: seen(Password).is_some(),
    }
}

/// A Latin phrase must not stand inside a longer word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, rest) = text.split_at(start);
    let (found, after) = rest.split_at(end - start);
    let joins = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|c| c.is_ascii_alphanumeric()) && b.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    !joins(before.chars().next_back(), found.chars().next())
        && !joins(found.chars().next_back(), after.chars().next())
}

/// Invisible letters inside words, and words that mix scripts which look alike.
pub(crate) fn judge_letters(text: &str, findings: &mut Findings) {
    const ENOUGH: usize = 3;
    let split: usize = text
        .split(|c: char| c.is_whitespace())
        .filter(|word| {
            let inner = word.trim_matches(is_invisible);
            inner.chars().any(is_invisible)
                && inner.chars().filter(|c| c.is_alphanumeric()).count() >= 4
                && !has_emoji(inner)
        })
        .count();
    if split >= ENOUGH {
        findings.add(catalogue::TEXT_BROKEN, &format!("{split} words with invisible letters"), "text");
    }
    let mixed = text.split(|c: char| !c.is_alphabetic()).find(|word| {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        let twin = word.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{4ff}'));
        latin && twin && word.chars().count() >= 4 && word.chars().count() <= 40
    });
    if let Some(word) = mixed {
        findings.add(catalogue::TEXT_BROKEN, word, "text");
    }
}

/// Emoji are joined by invisible letters honestly.
fn has_emoji(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}'))
}

/// A mail that speaks for a brand although neither its sender nor its links are the brand's.
pub(crate) fn judge_brand_claim(
    opening: &str,
    hosts: &[String],
    sender_host: &str,
    guard: &Guard<'_>,
    findings: &mut Findings,
) {
    let claimed = guard.named_in(opening).find(|guarded| {
        !guarded.is_near && !guarded.owns(sender_host) && !hosts.iter().any(|host| guarded.owns(host))
    });
    if let Some(guarded) = claimed {
        findings.add(catalogue::TEXT_BRAND, guarded.name, "text");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_compared_in_one_form() {
        assert_eq!(normal("ＡＢＣ　パス\nワード ﾊﾟｽ  to  be"), "abcパスワードパスto be");
        assert_eq!(normal("ver\u{200b}ify"), "verify");
    }

    #[test]
    fn one_pass_finds_what_a_search_for_each_phrase_finds() {
        let text = normal(
            "至急、下記の新しい口座へお振込みください。 Please verify your account within 24 hours. notrisk free",
        );
        let mut findings = Findings::default();
        judge(&text, &mut findings);
        for (topic, kind) in [
            (AccountChange, catalogue::TEXT_ACCOUNT_CHANGE),
            (Credential, catalogue::TEXT_CREDENTIAL),
            (Secret, catalogue::TEXT_SECRET),
            (Urgent, catalogue::TEXT_URGENT),
        ] {
            let slow = PHRASES
                .iter()
                .filter(|(t, _)| *t == topic)
                .flat_map(|(_, list)| *list)
                .any(|p| text.contains(&normal(p)));
            assert_eq!(findings.has(kind), slow, "{}", kind.id);
        }
        assert!(findings.money);
    }

    #[test]
    fn cyrillic_inside_a_latin_word_is_seen_and_russian_is_not() {
        let judged = |text: &str| {
            let mut findings = Findings::default();
            judge_letters(text, &mut findings);
            findings.has(catalogue::TEXT_BROKEN)
        };
        assert!(judged("your Micrоsoft account"));
        assert!(!judged("Привет, Microsoft"));
    }
}
