//! Invented companies. Sizes are spread as in the pilot with 105 companies: 25.7 % up to 5 people, 15.2 % up
//! to 10, 20 % up to 20, 21.9 % up to 50, the rest above.

use kakari_kernel::Rng;

pub(super) const PROVIDER: &str = "熊本かかりつけ（架空）";
/// The client whose owner's pages are shown first.
pub(super) const CARPENTRY: &str = "有限会社 肥後木工所（架空）";
/// The head of the group that the executive sees.
pub(super) const GROUP: &str = "株式会社 八代運輸ホールディングス（架空）";
/// How many companies follow the head.
pub(super) const SUBSIDIARIES: usize = 4;

/// One invented company.
pub(super) struct Company {
    pub(super) name: String,
    pub(super) industry: &'static str,
    pub(super) staff: u32,
    pub(super) prefecture: &'static str,
}

const PLACES: &[&str] = &[
    "肥後",
    "八代",
    "天草",
    "玉名",
    "山鹿",
    "菊池",
    "宇土",
    "人吉",
    "荒尾",
    "水俣",
    "阿蘇",
    "合志",
    "上益城",
    "宇城",
    "球磨",
];
const TRADES: &[(&str, &str)] = &[
    ("木工所", "manufacturing"),
    ("運輸", "transport"),
    ("水産", "fisheries"),
    ("印刷", "manufacturing"),
    ("歯科", "medical"),
    ("建設", "construction"),
    ("食品", "manufacturing"),
    ("会計", "professional"),
    ("電機", "manufacturing"),
    ("商事", "retail"),
    ("旅館", "hospitality"),
    ("農園", "agriculture"),
    ("自動車", "retail"),
    ("福祉会", "medical"),
    ("設計", "professional"),
];
/// Upper bound of a size and how many of a thousand companies have it.
const SIZES: &[(u32, u32, u32)] = &[(1, 5, 257), (6, 10, 152), (11, 20, 200), (21, 50, 219), (51, 120, 172)];

/// The same companies each time for the same rng.
pub(super) fn invent(count: usize, rng: &dyn Rng) -> Vec<Company> {
    let mut companies = vec![
        Company { name: CARPENTRY.into(), industry: "manufacturing", staff: 12, prefecture: "熊本県" },
        Company { name: GROUP.into(), industry: "transport", staff: 64, prefecture: "熊本県" },
    ];
    let mut place = 1;
    while companies.len() < count {
        // Every trade in every place before a name returns with a number.
        let round = place / (PLACES.len() * TRADES.len());
        let (trade, industry) = TRADES[(place * 7 + place / TRADES.len()) % TRADES.len()];
        let town = PLACES[place % PLACES.len()];
        let number = if round == 0 { String::new() } else { format!("第{}", round + 1) };
        place += 1;
        let name = format!("{} {town}{number}{trade}（架空）", form(trade, place));
        if companies.iter().any(|company| company.name == name) {
            continue;
        }
        companies.push(Company {
            name,
            industry,
            staff: size(companies.len(), count, rng),
            prefecture: "熊本県",
        });
    }
    companies
}

fn form(trade: &str, place: usize) -> &'static str {
    match trade {
        "歯科" | "福祉会" => "医療法人",
        _ if place.is_multiple_of(3) => "有限会社",
        _ => "株式会社",
    }
}

/// Walks through the distribution, so that any number of companies has its shares.
fn size(place: usize, count: usize, rng: &dyn Rng) -> u32 {
    let mut of_thousand = u32::try_from(place * 1000 / count).unwrap_or(999);
    let mut byte = [0];
    rng.fill(&mut byte);
    for (from, to, share) in SIZES {
        if of_thousand < *share {
            return from + u32::from(byte[0]) % (to - from + 1);
        }
        of_thousand -= share;
    }
    60
}
