//! Companies and offices that phishing in Japan imitates, with the domains that are truly theirs.
//!
//! Facts only, gathered from the companies' own pages. Names are compared after NFKC and lower case, without blanks;
//! tokens are looked for in hosts. A short or everyday word is never a token on its own.

/// One imitated company.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) names: &'static [&'static str],
    pub(crate) tokens: &'static [&'static str],
    pub(crate) domains: &'static [&'static str],
}

const fn brand(
    names: &'static [&'static str],
    tokens: &'static [&'static str],
    domains: &'static [&'static str],
) -> Known {
    Known { names, tokens, domains }
}

/// The list. Registered domains only: every host below them belongs to the company.
pub(crate) const KNOWN: &[Known] = &[
    // Shops and services
    brand(&["amazon", "アマゾン"], &["amazon"], &[
        "amazon.co.jp", "amazon.com", "amazon.jp", "amazonaws.com", "amazonses.com", "amazonpay.com", "media-amazon.com", "awscloud.com", "aws.com", "amazon.co.uk", "amazon.de", "a2z.com", "amzn.to", "amzn.asia",
    ]),
    brand(&["楽天", "rakuten"], &["rakuten"], &[
        "rakuten.co.jp", "rakuten.com", "rakuten-card.co.jp", "rakuten-bank.co.jp", "rakuten-sec.co.jp", "rakuten.ne.jp", "rakuten-edy.co.jp", "rakuten-sec.net", "rakuten.jp", "rakuten-static.com", "r10s.jp", "rakuten-life.co.jp", "rakuten-insurance.co.jp", "rakuten-insight.com",
    ]),
    brand(&["メルカリ", "mercari"], &["mercari"], &["mercari.com", "mercari.jp", "mercari-shops.com", "merpay.com"]),
    brand(&["yahoo!", "yahoojapan", "ヤフー株式会社"], &["yahoo"], &["yahoo.co.jp", "yahoo.com", "yahoo.jp", "lycorp.co.jp", "yahoo.ne.jp", "yimg.jp", "yahoogroups.com"]),
    brand(&["apple", "icloud", "appleid", "アップル"], &["apple", "icloud", "appleid"], &["apple.com", "icloud.com", "me.com", "mzstatic.com", "cdn-apple.com", "apple.co"]),
    brand(&["microsoft", "office365", "microsoft365", "outlookチーム", "マイクロソフト"], &["microsoft", "office365", "microsoftonline", "msoffice", "outlook365"], &[
        "microsoft.com", "microsoftonline.com", "office.com", "office365.com", "outlook.com", "live.com", "hotmail.com", "windows.com", "sharepoint.com", "azure.com", "onmicrosoft.com", "msn.com", "office.net", "microsoft365.com", "cloud.microsoft", "microsoftstore.com", "aka.ms", "msftauth.net", "windows.net",
    ]),
    brand(&["google", "gmailteam", "グーグル"], &["google", "gmail"], &["google.com", "google.co.jp", "gmail.com", "googlemail.com", "googleapis.com", "gstatic.com", "goo.gl", "withgoogle.com", "googlegroups.com", "youtube.com", "googleusercontent.com"]),
    brand(&["netflix", "ネットフリックス"], &["netflix"], &["netflix.com", "nflxext.com"]),
    brand(&["paypal", "ペイパル"], &["paypal"], &["paypal.com", "paypal.co.jp", "paypalobjects.com", "paypal.jp"]),
    brand(&["zozotown"], &["zozotown"], &["zozo.jp", "zozo.com"]),
    brand(&["ヨドバシ"], &["yodobashi"], &["yodobashi.com"]),
    brand(&["linkedin"], &["linkedin"], &["linkedin.com", "lnkd.in"]),
    brand(&["facebook", "instagram"], &["facebook", "instagram"], &["facebook.com", "facebookmail.com", "instagram.com", "meta.com", "fb.com", "fbcdn.net"]),
    brand(&["docusign"], &["docusign"], &["docusign.com", "docusign.net"]),
    brand(&["dropbox"], &["dropbox"], &["dropbox.com", "dropboxmail.com", "dropboxusercontent.com"]),
    brand(&["adobe"], &["adobe"], &["adobe.com", "adobesign.com", "adobe.io"]),
    brand(&["metamask"], &["metamask"], &["metamask.io"]),
    brand(&["binance"], &["binance"], &["binance.com"]),
    // Parcels
    brand(&["ヤマト運輸", "クロネコヤマト", "クロネコメンバーズ"], &["kuroneko", "kuronekoyamato", "yamato-transport", "yamatounyu"], &["kuronekoyamato.co.jp", "yamato-hd.co.jp", "kuronekomembers.jp", "kuroneko.co.jp", "yamatofinancial.jp"]),
    brand(&["佐川急便"], &["sagawa", "sagawaexp", "sagawa-exp"], &["sagawa-exp.co.jp", "sg-hldgs.co.jp", "e-service.sagawa-exp.co.jp"]),
    brand(&["日本郵便", "日本郵政", "ゆうパック", "郵便局"], &["japanpost", "japan-post", "yubin", "yuubin"], &["japanpost.jp", "post.japanpost.jp", "jp-network.japanpost.jp", "yu-cho-f.jp"]),
    brand(&["dhl"], &["dhlexpress"], &["dhl.com", "dhl.co.jp"]),
    brand(&["fedex"], &["fedex"], &["fedex.com"]),
    brand(&["ups"], &[], &["ups.com"]),
    // Travel and tolls
    brand(&["えきねっと"], &["eki-net", "ekinet"], &["eki-net.com", "jreast.co.jp", "jre-ot9.jp"]),
    brand(&["モバイルsuica", "jr東日本", "viewカード", "ビューカード", "jrebank"], &["mobilesuica", "suica", "jreast", "viewsnet"], &["jreast.co.jp", "jr-east.com", "viewsnet.jp", "mobilesuica.com", "jrepoint.jp", "jre-ot9.jp", "jrebank.co.jp"]),
    brand(&["etc利用照会", "etc利用照会サービス", "etcマイレージ"], &["etc-meisai", "etcmeisai", "etc-user", "meisai-etc"], &["etc-meisai.jp", "smile-etc.jp", "etc-user.jp"]),
    brand(&["日本航空", "jalマイレージ"], &["jal-mileage"], &["jal.co.jp", "jal.com"]),
    brand(&["全日空", "anaマイレージ"], &["ana-mileage"], &["ana.co.jp"]),
    brand(&["じゃらん"], &["jalan-net"], &["jalan.net", "recruit.co.jp"]),
    // Cards
    brand(&["三井住友カード", "三井住友銀行", "smbc", "vpass"], &["smbc", "smbccard", "smbc-card", "vpass", "mitsuisumitomo"], &["smbc-card.com", "smbc.co.jp", "smbcnikko.co.jp", "smbc-fs.co.jp", "smfg.co.jp", "vpass.ne.jp", "smbc-cf.com", "olive-infinite.jp"]),
    brand(&["イオンカード", "イオン銀行", "イオンフィナンシャル", "暮らしのマネーサイト"], &["aeon", "aeonbank", "aeoncard", "aeon-bank"], &["aeon.co.jp", "aeonbank.co.jp", "aeoncard.co.jp", "aeon.jp", "aeonnetshop.com", "aeonretail.com", "aeonfinancial.co.jp"]),
    brand(&["セゾンカード", "saisoncard", "クレディセゾン", "netアンサー"], &["saison", "saisoncard"], &["saisoncard.co.jp", "saison.co.jp", "a-q-f.com", "saison-card.co.jp"]),
    brand(&["エポスカード", "epos"], &["epos", "eposcard", "epos-card"], &["eposcard.co.jp", "0101.co.jp", "01epos.jp"]),
    brand(&["エムアイカード", "micard"], &["micard", "mi-card"], &["micard.co.jp", "mistore.jp", "imhds.co.jp"]),
    brand(&["jcb", "myjcb"], &["myjcb", "jcbcard", "jcb-card"], &["jcb.co.jp", "jcb.jp", "jcb.com", "jcbcard.jp"]),
    brand(&["三菱ufjニコス", "三菱ufj銀行", "三菱ufj", "mufg"], &["mufg", "mufgcard", "bk-mufg", "nicos"], &["mufg.jp", "bk.mufg.jp", "cr.mufg.jp", "mufgcard.com", "nicos.co.jp", "sc.mufg.jp"]),
    brand(&["jaccs", "ジャックス"], &["jaccs"], &["jaccs.co.jp"]),
    brand(&["オリコカード", "orico"], &["orico"], &["orico.co.jp", "orico.jp"]),
    brand(&["アプラス", "aplus"], &[], &["aplus.co.jp"]),
    brand(&["americanexpress", "アメリカン・エキスプレス", "amex"], &["americanexpress", "amexcard"], &["americanexpress.com", "aexp.com"]),
    brand(&["tscubiccard", "ts3card"], &["tscubic", "ts3card", "tscubiccard"], &["ts3card.com", "tscubic.com", "toyota-finance.co.jp"]),
    brand(&["dカード", "ドコモ", "ntt docomo", "nttドコモ"], &["docomo", "d-card", "dcard"], &["docomo.ne.jp", "nttdocomo.co.jp", "d-card.jp", "dcard.docomo.ne.jp", "docomo-cs.co.jp"]),
    // Banks and securities
    brand(&["みずほ銀行", "mizuho"], &["mizuho", "mizuhobank"], &["mizuhobank.co.jp", "mizuho-fg.co.jp", "mizuho-sc.com", "mizuhogroup.com"]),
    brand(&["りそな銀行"], &["resona", "resonabank"], &["resonabank.co.jp", "resona-gr.co.jp", "resona-group.co.jp"]),
    brand(&["ゆうちょ銀行"], &["yucho", "jp-bank"], &["jp-bank.japanpost.jp", "japanpost.jp"]),
    brand(&["auじぶん銀行", "じぶん銀行"], &["jibunbank"], &["jibunbank.co.jp"]),
    brand(&["住信sbi", "sbi証券", "sbi新生銀行", "新生銀行"], &["netbk", "sbisec", "sbishinsei", "shinseibank", "netbk"], &["netbk.co.jp", "sbisec.co.jp", "sbishinseibank.co.jp", "shinseibank.com", "sbigroup.co.jp"]),
    brand(&["paypay銀行", "paypay", "ペイペイ"], &["paypay", "paypaybank"], &["paypay.ne.jp", "paypay-bank.co.jp", "paypay-card.co.jp", "paypay-corp.co.jp", "paypay-sec.co.jp"]),
    brand(&["ソニー銀行"], &["sonybank", "moneykit"], &["moneykit.net", "sonybank.jp", "sonybank.net"]),
    brand(&["横浜銀行"], &["boy-bank", "hamagin"], &["boy.co.jp"]),
    brand(&["静岡銀行"], &["shizuokabank", "shizugin"], &["shizuokabank.co.jp"]),
    brand(&["gmoあおぞらネット銀行"], &["gmo-aozora", "gmoaozora"], &["gmo-aozora.com"]),
    brand(&["西日本シティ銀行"], &["ncbank"], &["ncbank.co.jp"]),
    brand(&["野村證券", "野村証券"], &["nomura"], &["nomura.co.jp", "nomura.com", "nomuraholdings.com"]),
    brand(&["マネックス証券"], &["monex"], &["monex.co.jp"]),
    brand(&["松井証券"], &["matsui-sec"], &["matsui.co.jp"]),
    // Telephone, providers, power, offices
    brand(&["ソフトバンク", "softbank"], &["softbank", "mysoftbank"], &["softbank.jp", "softbank.co.jp", "softbank.ne.jp", "mb.softbank.jp"]),
    brand(&["kddi", "au id", "auid", "aupay", "auかんたん決済"], &["kddi", "aupay", "au-pay"], &["kddi.com", "au.com", "auone.jp", "ezweb.ne.jp", "au-pay.jp", "kddi-fs.com"]),
    brand(&["biglobe", "ビッグローブ"], &["biglobe"], &["biglobe.ne.jp", "biglobe.co.jp"]),
    brand(&["ニフティ", "@nifty"], &["niftymail"], &["nifty.com", "nifty.co.jp", "nifty.ne.jp"]),
    brand(&["so-net"], &["so-net"], &["so-net.ne.jp", "nuro.jp", "sonynetwork.co.jp"]),
    brand(&["nhkプラス", "日本放送協会", "nhk"], &["nhkplus", "nhk-plus", "nhkid"], &["nhk.or.jp", "nhk.jp", "nhk-ondemand.jp"]),
    brand(&["東京電力", "tepco"], &["tepco"], &["tepco.co.jp"]),
    brand(&["東京ガス"], &["tokyo-gas", "tokyogas"], &["tokyo-gas.co.jp"]),
    brand(&["国税庁", "e-tax", "国税電子申告"], &["e-tax", "etax", "kokuzei"], &["nta.go.jp", "e-tax.nta.go.jp"]),
    brand(&["総務省", "マイナポイント", "デジタル庁", "厚生労働省", "マイナポータル"], &["mynaportal", "mynumber", "mynapoint"], &["soumu.go.jp", "digital.go.jp", "mhlw.go.jp", "myna.go.jp", "mynumbercard.point.soumu.go.jp", "cao.go.jp"]),
    brand(&["日本年金機構"], &["nenkin"], &["nenkin.go.jp"]),
];

/// Addresses that anybody can make in a minute.
pub(crate) const FREEMAIL: &[&str] = &[
    "gmail.com", "googlemail.com", "yahoo.co.jp", "yahoo.com", "ymail.com", "ymail.ne.jp", "outlook.com", "outlook.jp", "hotmail.com",
    "hotmail.co.jp", "live.jp", "live.com", "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com",
    "gmx.com", "gmx.de", "mail.com", "mail.ru", "yandex.com", "yandex.ru", "qq.com", "163.com", "126.com", "foxmail.com",
    "zoho.com", "tutanota.com", "excite.co.jp", "goo.jp", "inbox.lv", "rediffmail.com", "naver.com",
];

/// Shorteners of links.
pub(crate) const SHORTENERS: &[&str] = &[
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "v.gd", "ow.ly", "buff.ly", "cutt.ly", "rb.gy", "rebrand.ly",
    "t.ly", "shorturl.at", "tiny.cc", "x.gd", "qr.ae", "s.id", "bl.ink", "lnkd.in", "ux.nu", "onl.tw", "onl.sc", "onl.bz",
    "urx3.nu", "qr.paps.jp", "u0.cc", "lihi.cc", "reurl.cc", "soo.gd", "urlz.fr", "n9.cl", "kutt.it", "l.ead.me", "qrco.de",
    "me-qr.com", "00m.in", "tiny.one", "ur0.link", "ur2.link",
];

/// Domains under which anybody gets a name at once, besides the private section of the public suffix list.
pub(crate) const FREE_HOSTS: &[&str] = &[
    // names of changeip.com's dynamic DNS
    "mefound.com", "mrslove.com", "onedumb.com", "zyns.com", "qhigh.com", "fartit.com", "sexidude.com", "almostmy.com",
    "my03.com", "ns01.us", "ddns.info", "dynamic-dns.net", "changeip.org", "lflink.com", "jkub.com", "itsaol.com",
    "mynetav.net", "x24hr.com", "ygto.com", "longmusic.com", "freeddns.com", "got-game.org", "toythieves.com", "wikaba.com",
    "otzo.com", "dns04.com", "dns05.com", "ezua.com", "organiccrap.com", "ikwb.com", "justdied.com", "moneyhome.biz",
    "2waky.com", "acmetoy.com", "americanunfinished.com", "authorizeddns.net", "dnset.com", "dnsrd.com", "dsmtp.com", "dumb1.com", "epac.to", "faqserv.com", "gettrials.com", "instanthq.com", "jetos.com", "jungleheart.com", "ocry.com", "pcanywhere.net", "rebatesrule.net", "sendsmtp.com", "serveusers.com", "sixth.biz", "ssl443.org", "trickip.net", "vizvaz.com", "xxuz.com", "youdontcare.com", "zzux.com", "4pu.com", "ddns.ms", "ddns.us", "compress.to", "ns02.biz", "isasecret.com", "myftp.name", "proxydns.com", "sellclassics.com", "squirly.info", "changeip.co", "lookin.at", "misecure.com", "ns3.name", "port25.biz", "yourtrap.com", "mylftv.com", "wha.la", "homingbeacon.net", "edns.biz", "bigmoney.biz", "b0tnet.com",
    // site builders
    "weebly.com", "weeblysite.com", "wixsite.com", "webwave.dev", "glitch.me", "jimdosite.com", "jimdofree.com", "square.site",
    "godaddysites.com", "ukit.me", "tilda.ws", "wordpress.com", "000webhostapp.com", "blogspot.com", "myfreesites.net", "webcindario.com",
];

/// Endings with many reports of abuse for few real sites. Weak on its own.
pub(crate) const ODD_ENDINGS: &[&str] = &[
    "icu", "top", "xyz", "cfd", "sbs", "buzz", "cyou", "bond", "click", "rest", "monster", "quest", "gq", "ml", "cf", "tk", "ga",
    "pw", "ws", "cc", "vip", "work", "fit", "loan", "win", "bid", "cam", "lol", "hair", "skin", "makeup", "beauty", "zip", "mov", "cn", "ru", "su", "shop", "store", "club", "live", "one", "asia", "ink", "wang", "pics", "autos", "boats",
    "homes", "yachts", "mom", "online", "site", "fun", "space", "website", "tech", "host", "press", "best", "life", "world", "today", "ltd", "group", "run", "uno", "pro",
];
