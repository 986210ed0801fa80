//! Three sentences for an owner: what we think, what to do now, and whom to ask.
//!
//! A mail about money always gets the telephone advice, whatever the score. No sentence blames, none says "safe".

use serde::Serialize;

use crate::verdict::{Level, Signal};

/// Three sentences in each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Japanese.
    pub ja: [&'static str; 3],
    /// English.
    pub en: [&'static str; 3],
}

type Pair = (&'static str, &'static str);

const THINK: [(Level, Pair); 4] = [
    (Level::Dangerous, ("このメールは危険です。", "This mail is dangerous.")),
    (Level::Careful, ("このメールには注意が必要です。", "Be careful with this mail.")),
    (
        Level::Unknown,
        ("このメールは、これだけでは判断できません。", "This mail alone is not enough to tell."),
    ),
    (
        Level::Safe,
        ("調べた範囲では、問題は見つかりませんでした。", "No problem was found in what could be checked."),
    ),
];

const DO_PAY: Pair = (
    "お金を動かす前に、以前から知っている電話番号で相手に直接確かめてください。",
    "Before any money moves, ring the other side on a number you already knew.",
);
const DO_FILE: Pair = (
    "添付ファイルを開かず、返信もせず、そのまま残しておいてください。",
    "Do not open the attachment or reply; leave the mail as it is.",
);
const DO_LINK: Pair = (
    "リンクやQRコードは開かず、公式のアプリかブックマークから確認してください。",
    "Do not open its links or codes; look in the official app or your own bookmark instead.",
);
const DO_NOTHING: Pair = (
    "返信せず、書かれている依頼にも応じず、そのまま残しておいてください。",
    "Do not reply or do what it asks; leave the mail as it is.",
);
const DO_RESEND: Pair = (
    "元のメールを「添付ファイルとして転送」していただくと、もっと詳しく調べられます。",
    "Forward the original mail as an attachment and we can look more closely.",
);
const DO_NORMAL: Pair = (
    "いつもどおりで構いませんが、パスワードやカード番号を入れる前に、公式の画面か確かめてください。",
    "Go on as usual, but before typing a password or card number make sure that the page is the official one.",
);

const ASK_DONE: Pair = (
    "すでに開いたり入力したりした場合も、早いほど対処できますので、すぐに担当者へ電話してください。",
    "If you already opened or typed something, ring your advisor now; the sooner, the more can be done.",
);
const ASK_DOUBT: Pair = (
    "迷ったときは、操作する前に担当者へご相談ください。",
    "When in doubt, ask your advisor before you do anything.",
);
const ASK_CHANGE: Pair = (
    "少しでもおかしいと感じたら、遠慮なくご相談ください。",
    "If anything feels odd, please ask; no question is too small.",
);

pub(crate) fn for_mail(level: Level, money: bool, signals: &[Signal]) -> Advice {
    let has = |family: &str| signals.iter().any(|signal| signal.weight > 0 && signal.id.starts_with(family));
    let think = THINK.iter().find(|(of, _)| *of == level).map_or(THINK[2].1, |(_, pair)| *pair);
    let act = match level {
        _ if money => DO_PAY,
        Level::Safe => DO_NORMAL,
        _ if has("file.") => DO_FILE,
        _ if has("link.") || has("qr.") => DO_LINK,
        Level::Unknown => DO_RESEND,
        Level::Careful | Level::Dangerous => DO_NOTHING,
    };
    let ask = match level {
        Level::Dangerous => ASK_DONE,
        Level::Careful | Level::Unknown => ASK_DOUBT,
        Level::Safe => ASK_CHANGE,
    };
    Advice { ja: [think.0, act.0, ask.0], en: [think.1, act.1, ask.1] }
}
