//! Writes every component and chart as static pages, in both languages, to look at:
//! `cargo run -p kakari-ui --example gallery -- OUT_DIR`.

use std::path::{Path, PathBuf};

use kakari_ui::charts::{self, Axis, Chart, HeatItem, HeatScale, Stack, Texts};
use kakari_ui::words::BusinessHours;
use kakari_ui::{
    Brand, Client, Crumb, Form, HelpLine, Lang, Listing, NavItem, PageContext, Person, SliceAssets, Ui,
    assets, context, slice_assets,
};
use serde::Serialize;

const ASSETS: SliceAssets = slice_assets!(
    "gallery",
    ["owner.html", "staff.html", "parts.html", "sign_in.html", "charts.html", "paper.html"]
);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/gallery"), PathBuf::from);
    let ui = Ui::new([ASSETS])?;
    for asset in assets::all() {
        write(&out.join(asset.href.trim_start_matches('/')), asset.body)?;
    }
    for lang in Lang::ALL {
        for (name, html) in pages(&ui, lang)? {
            // Opened as files, pages find their assets beside them.
            let html = html.replace("/assets/", "../assets/").replace("&#x2f;assets&#x2f;", "../assets/");
            write(&out.join(lang.code()).join(name), &html)?;
        }
    }
    let mut stdout = std::io::stdout();
    std::io::Write::write_fmt(&mut stdout, format_args!("{}\n", out.display()))?;
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

type Pages = Vec<(&'static str, String)>;

fn pages(ui: &Ui, lang: Lang) -> Result<Pages, Box<dyn std::error::Error>> {
    let owner = owner_page(lang)?;
    let staff = staff_page(lang)?;
    let list = Listing::read("/queue?state=open&page=2", &["due", "-weight", "client"], 20).links(12_345);
    let grade = ui.text(lang, "gallery-grade-b", &[]);
    let texts = |key: &str, head: &[&str]| Texts {
        title: ui.text(lang, key, &[]),
        description: ui.text(lang, key, &[]),
        head: head.iter().map(|head| ui.text(lang, head, &[])).collect(),
        no_data: ui.text(lang, "chart-no-data", &[]),
    };
    let charts = sample_charts(&texts);
    let problem = context! { kind => 404, status => 404 };
    Ok(vec![
        ("owner.html", ui.render(&owner, "gallery/owner.html", context! { form => Form::empty(), grade })?.0),
        ("staff.html", ui.render(&staff, "gallery/staff.html", context! { list, rows => queue() })?.0),
        ("parts.html", {
            let data = context! { form => wrong_form(), numbers => charts.trend.table };
            ui.render(&staff, "gallery/parts.html", data)?.0
        }),
        ("charts.html", ui.render(&owner, "gallery/charts.html", context! { charts, grade })?.0),
        ("paper.html", ui.render(&owner, "gallery/paper.html", context! { charts, grade })?.0),
        ("sign_in.html", ui.render(&owner, "gallery/sign_in.html", context! { form => Form::empty() })?.0),
        ("problem.html", ui.render(&owner, "ui/problem.html", problem)?.0),
    ])
}

fn base(lang: Lang) -> Result<PageContext, jiff::Error> {
    let brand = Brand {
        name: "見本かかりつけ".to_owned(),
        provider: "見本サイバーセキュリティ株式会社".to_owned(),
    };
    Ok(PageContext {
        csrf: Some("token".to_owned()),
        ..PageContext::new(lang, "2026-04-18T00:41:20Z".parse()?, brand)
    })
}

fn nav(items: &[(&str, &str, Option<u64>)]) -> Vec<NavItem> {
    let item = |(key, href, count): &(&str, &str, Option<u64>)| NavItem {
        key: (*key).to_owned(),
        href: (*href).to_owned(),
        count: *count,
    };
    items.iter().map(item).collect()
}

fn person(name: &str, role: &str) -> Option<Person> {
    Some(Person {
        name: name.to_owned(),
        role: role.to_owned(),
        profile_href: "/me".to_owned(),
        sign_out_href: "/sign-out".to_owned(),
    })
}

fn owner_page(lang: Lang) -> Result<PageContext, jiff::Error> {
    Ok(PageContext {
        path: "/home".to_owned(),
        client: Some(Client {
            name: "有限会社 見本木工所".to_owned(),
            href: "/home".to_owned(),
            is_reader: true,
        }),
        nav: nav(&[
            ("gallery-nav-home", "/home", None),
            ("gallery-nav-ask", "/ask", Some(1)),
            ("gallery-nav-report", "/reports", None),
            ("gallery-nav-company", "/company", None),
        ]),
        person: person("見本 太郎", "代表"),
        help: Some(HelpLine {
            phone: "096-000-0000".to_owned(),
            form_href: "/ask".to_owned(),
            hours: BusinessHours::default(),
        }),
        ..base(lang)?
    })
}

fn staff_page(lang: Lang) -> Result<PageContext, jiff::Error> {
    Ok(PageContext {
        path: "/queue?state=open".to_owned(),
        nav: nav(&[
            ("gallery-nav-round", "/round", Some(14)),
            ("gallery-nav-queue", "/queue", Some(23)),
            ("gallery-nav-clients", "/clients", None),
        ]),
        trail: vec![Crumb { label: "Kakari".to_owned(), href: "/".to_owned() }],
        person: person("田中 花子", "担当者"),
        dense: true,
        ..base(lang)?
    })
}

#[derive(Serialize)]
struct Row {
    state: &'static str,
    due: &'static str,
    reason: &'static str,
    kind: &'static str,
    client: &'static str,
    content: &'static str,
    events: u64,
}

fn queue() -> [Row; 4] {
    let row = |state, due, kind, client, content, events| Row {
        state,
        due,
        reason: "",
        kind,
        client,
        content,
        events,
    };
    [
        row("running", "2026-04-18T00:29:00Z", "bad", "見本歯科", "C&C通信の検知しきい値超過", 12_480),
        row(
            "running",
            "2026-04-18T01:00:00Z",
            "warn",
            "見本運輸",
            "自動で処理できないウイルス <script>alert(1)</script>",
            3,
        ),
        row("running", "2026-04-18T02:33:00Z", "notice", "見本印刷", "UTM 24時間オフライン", 1),
        Row {
            reason: "返事待ち",
            ..row("paused", "2026-04-19T00:00:00Z", "info", "見本水産", "更新停止 16日", 44)
        },
    ]
}

fn wrong_form() -> Form {
    let mut form =
        Form::filled([("name", String::new()), ("people", "十二".to_owned()), ("has", "nas".to_owned())]);
    // Only the notes matter here.
    let _notes =
        (form.text("name", 1..=80), form.number("people", 1..=100_000), form.choice("size", &[("yes", 1)]));
    form
}

#[derive(Serialize)]
struct Charts {
    bars: Chart,
    trend: Chart,
    stacked: Chart,
    radar: Chart,
    before: Chart,
    after: Chart,
    moved: charts::Table,
    gauge: Chart,
    gauge_none: Chart,
    spark: kakari_ui::Markup,
}

fn sample_charts(texts: &dyn Fn(&str, &[&str]) -> Texts) -> Charts {
    let item = |number, name: &str, likelihood, impact| HeatItem {
        number,
        name: name.to_owned(),
        likelihood,
        impact,
    };
    let now = [
        item(1, "ランサムウェアで業務が止まる", 4, 5),
        item(2, "取引先をよそおうメールで送金する", 4, 4),
        item(3, "退職者のアカウントが使われる", 5, 4),
        item(4, "会計データが失われる", 3, 4),
        item(5, "ノートパソコンを紛失する", 3, 3),
        item(6, "ルーターから侵入される", 2, 4),
        item(7, "ホームページが書き換えられる", 2, 2),
    ];
    let mut then = now.clone();
    for (item, (likelihood, impact)) in
        then.iter_mut().zip([(2, 3), (2, 3), (2, 4), (1, 4), (2, 2), (2, 3), (2, 2)])
    {
        (item.likelihood, item.impact) = (likelihood, impact);
    }
    let words = texts(
        "gallery-likelihood",
        &[
            "gallery-likelihood",
            "gallery-impact",
            "gallery-low",
            "gallery-medium",
            "gallery-level-warn",
            "gallery-level-bad",
        ],
    )
    .head;
    let word = |index: usize| words.get(index).cloned().unwrap_or_default();
    let scale = HeatScale {
        likelihood: word(0),
        impact: word(1),
        bands: [word(2), word(3), word(4), word(5)],
        band: HeatScale::BY_PRODUCT,
    };
    let head = ["gallery-number", "gallery-content", "gallery-map-now", "gallery-map-then"];
    let maps = charts::before_after(
        [&texts("gallery-map-now", &head), &texts("gallery-map-then", &head)],
        &scale,
        &now,
        &then,
        Some(1),
    );
    let months = [
        ("11月", Some(31.0)),
        ("12月", Some(44.0)),
        ("1月", None),
        ("2月", Some(52.0)),
        ("3月", Some(0.0)),
        ("4月", Some(1_296.0)),
    ];
    let months = months.map(|(name, value)| (name.to_owned(), value));
    let trades = [
        ("悪意のあるメール", Some(96.0)),
        ("危険なホームページ", Some(29.0)),
        ("ウイルス・不正プログラム", Some(3.0)),
        ("社外への不審な通信", None),
    ];
    let axes = [
        ("統治", 1.4, 2.5),
        ("識別", 2.0, 3.0),
        ("防御", 2.6, 3.2),
        ("検知", 1.2, 2.5),
        ("対応", 1.0, 2.6),
        ("復旧", 1.8, 2.8),
    ];
    let axes = axes.map(|(name, now, then)| Axis { name: name.to_owned(), now: Some(now), then: Some(then) });
    let stack =
        |name: &str, values: [f64; 5]| Stack { name: name.to_owned(), values: values.map(Some).to_vec() };
    let stacks = [
        stack("建設業", [4.0, 12.0, 9.0, 2.0, 1.0]),
        stack("医療・福祉", [6.0, 8.0, 3.0, 0.0, 4.0]),
        stack("運輸業", [0.0; 5]),
    ];
    let parts =
        ["A", "B", "C", "D"].map(str::to_owned).into_iter().chain([texts("gallery-parts", &[]).no_data]);
    let series = texts("gallery-radar", &["gallery-now", "gallery-then"]).head;
    let series: [&str; 2] =
        [series.first().map_or("", String::as_str), series.get(1).map_or("", String::as_str)];
    let values = ["gallery-content", "gallery-events"];
    Charts {
        bars: charts::bars(
            &texts("gallery-bars", &values),
            &trades.map(|(name, value)| (name.to_owned(), value)),
        ),
        trend: charts::trend(&texts("gallery-trend", &values), &months),
        stacked: charts::stacked_bars(
            &texts("gallery-stacked", &["gallery-trade"]),
            &parts.collect::<Vec<_>>(),
            &stacks,
        ),
        radar: charts::radar(
            &texts("gallery-radar", &["gallery-content", "gallery-now", "gallery-then"]),
            series,
            &axes,
            4.0,
        ),
        before: maps.before,
        after: maps.after,
        moved: maps.table,
        gauge: charts::gauge(&texts("gallery-gauge", &values), Some((52.0, 71.0)), 100.0),
        gauge_none: charts::gauge(&texts("gallery-gauge", &values), None, 100.0),
        spark: charts::sparkline(&texts("gallery-trend", &[]), &[3.0, 5.0, 2.0, 8.0, 7.0, 9.0].map(Some)),
    }
}
