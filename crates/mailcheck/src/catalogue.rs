//! Every signal the engine knows: its id, its weight, why it weighs that much, and its sentence in both languages.
//!
//! Weights are points that are added up (see [`crate::verdict`]). Five sizes are used, so that nobody argues about
//! single points: 60 enough alone, 35-45 strong, 20-30 medium, 8-15 weak, below zero reassuring. The order of the
//! families follows how often 1,189 public detection rules of Sublime (MIT) ask for them: authentication 668 times,
//! the sender's history 665, unpacked attachments 380, link analysis 354, confusable characters 311, edit distance 91.
//! Weak signals are those that real newsletters and old mailing lists also show. The reassuring one
//! outweighs weak signals only: business mail compromise writes from real, confirmed mailboxes.

/// One kind of signal. Each kind is counted once per mail, however often it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Stable name, `family.what`.
    pub id: &'static str,
    /// Points; negative is reassuring.
    pub weight: i32,
    /// Where the weight comes from.
    pub reason: &'static str,
    /// What it means, in Japanese, for an owner.
    pub ja: &'static str,
    /// What it means, in English, for an owner.
    pub en: &'static str,
}

macro_rules! catalogue {
    ($($name:ident $id:literal $weight:literal, $reason:literal, $ja:literal, $en:literal;)+) => {
        $(pub(crate) const $name: Kind = Kind { id: $id, weight: $weight, reason: $reason, ja: $ja, en: $en };)+
        /// Every kind, in the order of the README's table.
        pub const ALL: &[Kind] = &[$($name),+];
    };
}

catalogue! {
    AUTH_FAIL "auth.fail" 35,
        "the client's own receiving server found that the From domain did not send it (RFC 7489)",
        "差出人のドメインの確認（DMARC）に失敗しています。",
        "The check of the sender's domain (DMARC) failed.";
    AUTH_PARTIAL "auth.partial_fail" 15,
        "SPF or DKIM failed without DMARC to decide: forwarding breaks them too (RFC 7960)",
        "送信元サーバーの確認（SPFまたはDKIM）に失敗しています。",
        "A check of the sending server (SPF or DKIM) failed.";
    AUTH_CLAIMED_FAIL "auth.claimed_fail" 15,
        "a failure noted by a server that is not on the trusted list: counted only against, so forging it gains nothing",
        "途中のサーバーが、差出人の確認に失敗したと記録しています。",
        "A server on the way noted that the sender could not be confirmed.";
    AUTH_NONE "auth.none" 8,
        "the trusted server found neither SPF nor DKIM: rare today for a company, common for old systems",
        "差出人のドメインに、なりすまし対策がありません。",
        "The sender's domain has no protection against impersonation.";
    AUTH_DKIM_BROKEN "auth.dkim_broken" 12,
        "the signature was computed with the given key and does not match: mailing lists also cause it (RFC 6377)",
        "電子署名（DKIM）が本文と合っていません。",
        "The mail's signature (DKIM) does not match its content.";
    AUTH_FORGED "auth.forged_results" 12,
        "an Authentication-Results header of the trusted server's name stands below the real one (RFC 8601 section 5)",
        "確認結果の偽の記録が書き込まれている可能性があります。",
        "A false record of a check may have been written into this mail.";
    AUTH_KNOWN "auth.known_sender" -15,
        "authentication passed and the domain is the client's own, a partner's, a listed brand's or long known; outweighs weak signals only, since mailboxes are taken over",
        "差出人のドメインは確認できており、以前から知られています。",
        "The sender's domain was confirmed and is already known.";

    SENDER_LOOKALIKE "sender.lookalike_domain" 45,
        "confusable letters or an edit distance of 1-2 from a partner or brand (Sublime: 311 and 91 uses)",
        "差出人のアドレスが、本物によく似た別のドメインです。",
        "The sender's domain only looks like a real one.";
    SENDER_BRAND_DOMAIN "sender.brand_in_domain" 30,
        "a brand's name inside a domain that is not the brand's: resellers and fans do it too",
        "差出人のドメインに有名な会社の名前が入っていますが、その会社のものではありません。",
        "The sender's domain contains a well-known name but does not belong to that company.";
    SENDER_BRAND_NAME "sender.brand_name" 35,
        "display-name fraud: the name is shown, the address is not (Council of Anti-Phishing Japan describes it as the usual form)",
        "差出人の名前は有名な会社ですが、アドレスはその会社のものではありません。",
        "The name shown is a well-known company's, the address is not.";
    SENDER_ADDRESS_IN_NAME "sender.address_in_name" 35,
        "an address of another domain shown as the name hides the real one on telephones",
        "名前の欄に、実際とは違うメールアドレスが書かれています。",
        "The name shows a different address from the real one.";
    SENDER_OWN_PERSON "sender.own_person_outside" 35,
        "the usual opening of business mail compromise: a colleague's or partner's name with an outside address (IPA)",
        "社内の方や取引先と同じ名前ですが、アドレスが違います。",
        "The name is a colleague's or a partner's, the address is not.";
    SENDER_OWN_DOMAIN "sender.own_domain_forged" 40,
        "it claims the client's own domain, and the client's own server could not confirm it",
        "自社のアドレスを名乗っていますが、自社から送られたと確認できません。",
        "It claims to come from your own company, but that could not be confirmed.";
    SENDER_TWO_FROM "sender.two_from" 40,
        "two From headers are forbidden (RFC 5322 section 3.6) and make programs show different senders",
        "差出人が二つ書かれており、表示をごまかすつくりです。",
        "It carries two senders, which deceives mail programs.";
    SENDER_FREEMAIL "sender.freemail_business" 15,
        "a company's wording from an address that anybody can make in a minute",
        "会社を名乗っていますが、誰でも作れる無料のメールアドレスです。",
        "It speaks for a company from a free address that anybody can make.";
    SENDER_FIRST "sender.first_time" 8,
        "never seen by this client (Sublime: sender history 665 uses); every new customer is new once",
        "この差出人からのメールは初めてです。",
        "This sender has never written to you before.";
    SENDER_NEW_DOMAIN "sender.new_domain" 12,
        "first seen by any client less than 30 days ago: stands for the age of the domain, offline",
        "差出人のドメインは、ごく最近見られ始めたものです。",
        "The sender's domain has only been seen recently.";
    SENDER_BLOCKED "sender.blocked" 60,
        "a person confirmed it as dangerous before",
        "以前に危険と確認された差出人です。",
        "This sender was confirmed as dangerous before.";
    REPLY_ELSEWHERE "reply.elsewhere" 15,
        "answers go to another registered domain: fraud needs the answer; newsletters and helpdesks do it too",
        "返信すると、差出人とは別のドメインに届きます。",
        "A reply would go to a different domain.";
    REPLY_FREEMAIL "reply.freemail" 20,
        "answers leave a company for a free address (FBI IC3 describes it for business mail compromise)",
        "返信先が、無料のメールアドレスに変えられています。",
        "A reply would go to a free address instead of the sender's.";
    THREAD_FAKE "thread.fake_reply" 12,
        "a subject of a reply or forward without any reference to an earlier mail: some old programs do it too",
        "返信のように見えますが、元のメールとつながっていません。",
        "It looks like a reply but is not tied to an earlier mail.";

    LINK_BLOCKED "link.blocked" 60,
        "a person or a feed confirmed it as dangerous before",
        "以前に危険と確認されたリンクがあります。",
        "It links to a place confirmed as dangerous before.";
    LINK_LOOKALIKE "link.lookalike_host" 45,
        "confusable letters or an edit distance of 1-2 from a partner or brand (Sublime: 311 and 91 uses)",
        "リンク先が、本物によく似た別のドメインです。",
        "A link leads to a domain that only looks like a real one.";
    LINK_BRAND "link.brand_in_host" 35,
        "a brand's name in a host that is not the brand's (JPCERT/CC's phishing URLs show it often)",
        "リンク先に有名な会社の名前が入っていますが、その会社のものではありません。",
        "A link contains a well-known name but does not lead to that company.";
    LINK_EMBEDDED "link.embedded_domain" 40,
        "another domain is written in front of the real one, as in www.bank.co.jp.other.example: made to deceive",
        "リンク先の先頭に、別の会社のドメインのような文字が並べられています。",
        "A link begins like one domain but leads to another.";
    LINK_TEXT_BRAND "link.text_brand_mismatch" 45,
        "the text shows a brand's or partner's address and the link leads elsewhere: made to deceive",
        "表示は本物のアドレスですが、実際のリンク先は別の場所です。",
        "The text shows a real company's address, but the link leads elsewhere.";
    LINK_TEXT "link.text_mismatch" 20,
        "text and target differ (Sublime: link analysis 354 uses); newsletters count clicks this way",
        "表示されているアドレスと、実際のリンク先が違います。",
        "The address shown and the link's real target differ.";
    LINK_USERINFO "link.userinfo" 40,
        "text before an @ in a link is not the host (RFC 3986 section 7.6 warns of it)",
        "リンクの「@」より前は見せかけで、実際のリンク先は別の場所です。",
        "What stands before the @ in a link is only a disguise.";
    LINK_IP "link.ip_host" 30,
        "companies link to names, not numbers",
        "リンク先が、会社の名前ではなく数字のアドレスです。",
        "A link leads to a bare number instead of a name.";
    LINK_PORT "link.port" 12,
        "an unusual port: seldom on public sites, usual on machines taken over",
        "リンク先が、ふつうは使われない入口（ポート）です。",
        "A link uses an unusual port.";
    LINK_MIXED "link.mixed_script" 35,
        "letters of several scripts in one name (UTS 39 section 5)",
        "リンク先の名前に、見分けのつかない別の国の文字が混ざっています。",
        "A link's name mixes letters of different scripts.";
    LINK_SCHEME "link.active_scheme" 40,
        "javascript: and data: links run or carry content instead of leading to a page",
        "リンクに、ページではなくプログラムが埋め込まれています。",
        "A link carries a program instead of leading to a page.";
    LINK_SHORT "link.shortener" 15,
        "the target is hidden, also from the reader; newsletters and chat do it too",
        "短縮リンクのため、行き先が分かりません。",
        "A shortened link hides where it leads.";
    LINK_FREE_HOST "link.free_host" 20,
        "dynamic DNS or free hosting under somebody else's domain (private section of the public suffix list)",
        "リンク先が、誰でも無料ですぐ作れる場所です。",
        "A link leads to a place that anybody can make for free.";
    LINK_RANDOM "link.random_host" 20,
        "a name that nobody would say aloud: campaigns make them by the thousand; some clouds do too",
        "リンク先の名前が、意味のない文字の並びです。",
        "A link's name is a meaningless row of letters.";
    LINK_TLD "link.odd_tld" 15,
        "endings with many reports of abuse for few real sites: weak, since honest sites use them too",
        "リンク先の末尾が、悪用の多い種類のドメインです。",
        "A link ends in a kind of domain that is often abused.";
    LINK_RECIPIENT "link.recipient_in_url" 12,
        "your address inside the link fills in a false sign-in page; some newsletters do it to sign off",
        "リンクの中に、あなたのメールアドレスが埋め込まれています。",
        "Your own address is built into a link.";
    LINK_NEW_DOMAIN "link.new_domain" 12,
        "no client met this domain before, or only in the last 30 days",
        "リンク先は、これまでほとんど見られていないドメインです。",
        "A link leads to a domain that has hardly been seen before.";
    QR_LINK "qr.link" 20,
        "a code moves the click to a telephone, away from the company's protection; flyers do it too",
        "画像のQRコードの中にリンクがあります。",
        "A QR code in a picture holds a link.";

    FILE_PROGRAM "file.program" 60,
        "it runs when opened: programs, scripts, shortcuts, installers are not sent in business mail",
        "開くと動き出すプログラムのファイルが付いています。",
        "A file is attached that runs as a program when opened.";
    FILE_DOUBLE "file.double_extension" 45,
        "a name like invoice.pdf.exe is made to deceive",
        "ファイル名が別の種類に見せかけてあります。",
        "A file's name pretends to be another kind.";
    FILE_MISMATCH "file.type_mismatch" 25,
        "the content is not what the name says; broken programs do it too",
        "ファイルの中身が、名前の種類と違います。",
        "A file's content is not what its name says.";
    FILE_DISK "file.disk_image" 50,
        "disk images carry programs past the warnings of Windows",
        "ディスクイメージという、危険な中身を隠しやすいファイルです。",
        "A disk image is attached, which can hide programs.";
    FILE_MACRO "file.macro" 40,
        "a document with a program inside: Emotet's way in; some offices still use macros",
        "文書にマクロ（自動で動くプログラム）が入っています。",
        "A document contains a macro, a program that can run.";
    FILE_TEMPLATE "file.external_template" 40,
        "a document that fetches its template from outside when opened",
        "文書を開くと、外部から別のファイルを読み込む仕掛けがあります。",
        "A document fetches another file from outside when opened.";
    FILE_OBJECT "file.embedded_object" 30,
        "a file packed inside a document, to be clicked",
        "文書の中に、別のファイルが埋め込まれています。",
        "Another file is packed inside a document.";
    FILE_ENCRYPTED "file.encrypted" 15,
        "nobody on the way can look inside; still a habit of many offices in Japan",
        "暗号化されたファイルのため、中身を確認できません。",
        "A file is encrypted, so its content could not be checked.";
    FILE_PASSWORD "file.password_in_text" 30,
        "the password travels with the file: no protection, but hides the content from filters",
        "暗号化されたファイルと、そのパスワードが同じメールに書かれています。",
        "The password of an encrypted file is in the same mail.";
    FILE_HTML "file.html" 25,
        "a page as a file escapes the checks on links; seldom needed in business",
        "HTMLファイル（開くとページが表示されるファイル）が付いています。",
        "A web page is attached as a file.";
    FILE_SMUGGLING "file.html_smuggling" 60,
        "a page that builds a file inside the reader's browser (MITRE ATT&CK T1027.006)",
        "開くと、見えないところで別のファイルを作る仕掛けがあります。",
        "Opening the attached page secretly builds another file.";
    FILE_FORM "file.password_form" 50,
        "a page as a file that asks for a password has no honest use",
        "添付のページに、パスワードを入力させる欄があります。",
        "The attached page asks for a password.";
    FILE_PDF_ACTIVE "file.pdf_active" 30,
        "a PDF that runs a script or starts a program when opened",
        "PDFに、開くと動く仕掛けが入っています。",
        "A PDF contains something that runs when opened.";
    FILE_BOMB "file.bomb" 30,
        "it grows without bound when unpacked, or is packed in too many layers",
        "開くと異常に大きくなるファイルです。",
        "A file grows abnormally large when unpacked.";

    TEXT_ACCOUNT_CHANGE "text.account_changed" 40,
        "the core of invoice fraud (IPA, business mail compromise type 1)",
        "振込先の口座の変更を求めています。",
        "It asks to pay into a changed bank account.";
    ACCOUNT_DIFFERS "account.differs" 45,
        "the account is not among those kept for this partner; a company may open another",
        "書かれている口座が、これまでの取引先の口座と違います。",
        "The bank account is not the one kept for this partner.";
    TEXT_GIFT_CARD "text.gift_card" 35,
        "no company pays with the numbers of gift cards (FTC, National Police Agency)",
        "電子マネーやギフトカードの番号を送るよう求めています。",
        "It asks for the numbers of gift cards.";
    TEXT_EXTORTION "text.extortion" 45,
        "a threat with payment in crypto currency",
        "暗号資産の支払いを求める脅しの文面です。",
        "It threatens you and asks for crypto currency.";
    TEXT_ADVANCE_FEE "text.advance_fee" 35,
        "great sums from strangers: the oldest fraud by mail",
        "知らない相手から大金を渡すという、典型的な詐欺の文面です。",
        "A stranger promises a great sum, a well-known fraud.";
    TEXT_CREDENTIAL "text.credential" 20,
        "it leads to typing a password, a card number or personal data",
        "パスワードやカード、個人の情報の入力に導いています。",
        "It leads you to type a password, card or personal data.";
    TEXT_THREAT "text.threat" 15,
        "it threatens a loss: account closed, property seized, mail lost",
        "利用停止や差し押さえなど、不利益をちらつかせています。",
        "It threatens a loss such as a closed account.";
    TEXT_URGENT "text.urgent" 12,
        "hurry prevents checking; honest mails hurry too",
        "急がせて、確かめる時間を与えない文面です。",
        "It hurries you, leaving no time to check.";
    TEXT_SECRET "text.secret" 15,
        "do not tell, do not call: it prevents checking",
        "ほかの人に相談したり電話したりしないよう求めています。",
        "It asks you not to tell or telephone anybody.";
    TEXT_BRAND "text.brand_claim" 25,
        "it speaks for a brand, asks something, and neither sender nor links belong to the brand",
        "有名な会社を名乗っていますが、差出人もリンク先もその会社のものではありません。",
        "It speaks for a well-known company, but neither sender nor links belong to it.";
    TEXT_ENABLE "text.enable_content" 30,
        "asks to switch off the protection of a document",
        "文書の保護を外すよう（コンテンツの有効化など）求めています。",
        "It asks you to switch off the protection of a document.";
    TEXT_OFFER "text.mass_offer" 15,
        "wording of unsolicited offers, twice or more in one mail",
        "一方的な宣伝や、うますぎる話の文面です。",
        "It reads like an unsolicited offer, too good to be true.";
    TEXT_FORM "text.password_form" 45,
        "a form inside a mail that asks for a password has no honest use",
        "メールの中に、パスワードを入力させる欄があります。",
        "The mail itself contains a field for a password.";
    TEXT_HIDDEN "text.hidden" 8,
        "much text is hidden from the reader to deceive filters; newsletters hide a little",
        "画面に見えない文字が多く隠されています。",
        "Much text is hidden from the reader.";
    TEXT_BROKEN "text.broken_words" 25,
        "invisible or foreign look-alike letters inside words deceive filters (UTS 39)",
        "言葉の途中に、見えない文字やそっくりな別の文字が混ぜられています。",
        "Invisible or look-alike letters are mixed into words.";
    TEXT_IMAGE_ONLY "text.image_only" 15,
        "the text is a picture, so it cannot be read by a program",
        "文章が画像だけで、文字として確認できません。",
        "The text is only a picture and could not be read.";
}
