//! Charts as snapshots, and what must hold for every one of them.

use kakari_ui::charts::{self, Axis, Chart, HeatItem, HeatScale, Stack, Texts};

fn texts() -> Texts {
    Texts {
        title: "止めた危険 <6か月>".to_owned(),
        description: "4月は96件でした。".to_owned(),
        head: vec!["月".to_owned(), "件数".to_owned()],
        no_data: "データなし".to_owned(),
    }
}

fn named(values: &[(&str, Option<f64>)]) -> Vec<(String, Option<f64>)> {
    values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

fn scale() -> HeatScale {
    HeatScale {
        likelihood: "起こりやすさ".to_owned(),
        impact: "影響の大きさ".to_owned(),
        bands: ["低い", "中くらい", "高い", "とても高い"].map(str::to_owned),
        band: HeatScale::BY_PRODUCT,
    }
}

fn item(number: u32, likelihood: u8, impact: u8) -> HeatItem {
    HeatItem { number, name: format!("リスク{number}"), likelihood, impact }
}

fn axes(count: usize) -> Vec<Axis> {
    let axis = |index| Axis { name: format!("軸{index}"), now: Some(1.5), then: Some(2.5) };
    (0..count).map(axis).collect()
}

fn all() -> Vec<(&'static str, Chart)> {
    let months = named(&[("2月", Some(52.0)), ("3月", None), ("4月", Some(1_296.0))]);
    let stack = |name: &str, values: &[f64]| Stack {
        name: name.to_owned(),
        values: values.iter().copied().map(Some).collect(),
    };
    let parts = ["A", "B", "C", "D", "データなし"].map(str::to_owned);
    let moved = charts::before_after(
        [&texts(), &texts()],
        &scale(),
        &[item(1, 4, 5), item(2, 2, 2)],
        &[item(1, 2, 3), item(2, 2, 2)],
        Some(1),
    );
    vec![
        ("bars", charts::bars(&texts(), &months)),
        ("trend", charts::trend(&texts(), &months)),
        (
            "stacked",
            charts::stacked_bars(
                &texts(),
                &parts,
                &[stack("建設業", &[4.0, 12.0, 0.0, 2.0, 1.0]), stack("運輸業", &[])],
            ),
        ),
        ("radar", charts::radar(&texts(), ["現在", "あと"], &axes(6), 4.0)),
        ("heat_map_before", moved.before),
        ("heat_map_after", moved.after),
        ("gauge", charts::gauge(&texts(), Some((71.0, 52.0)), 100.0)),
        ("gauge_no_data", charts::gauge(&texts(), None, 100.0)),
    ]
}

#[test]
fn every_chart_looks_as_it_was_judged_to_look() {
    for (name, chart) in all() {
        insta::assert_snapshot!(format!("chart_{name}"), chart.svg.as_str().replace("><", ">\n<"));
        insta::assert_json_snapshot!(format!("table_{name}"), chart.table);
    }
    let line = charts::sparkline(&texts(), &[Some(3.0), None, Some(5.0), Some(2.0)]);
    insta::assert_snapshot!("chart_sparkline", line.as_str().replace("><", ">\n<"));
}

#[test]
fn every_chart_has_a_title_a_description_and_no_colour_of_its_own() {
    for (name, chart) in all() {
        let svg = chart.svg.as_str();
        assert!(
            svg.contains("<title>止めた危険 &lt;6か月&gt;</title><desc>4月は96件でした。</desc>"),
            "{name}"
        );
        assert!(!svg.contains("style=") && !svg.contains("fill=\"#") && !svg.contains("NaN"), "{name}");
    }
}

#[test]
fn a_chart_that_stands_alone_brings_its_colours_and_hatchings() {
    let chart = charts::bars(&texts(), &named(&[("4月", None)]));
    let alone = chart.standalone();
    assert!(alone.contains("<style>") && alone.contains("<pattern id=\"p-hatch\""), "{alone}");
    assert!(!alone.contains("var("), "{alone}");
}

#[test]
fn what_cannot_be_drawn_is_unknown_and_never_zero() {
    let odd = named(&[("無限", Some(f64::INFINITY)), ("数でない", Some(f64::NAN)), ("負", Some(-1.0))]);
    for chart in [charts::bars(&texts(), &odd), charts::trend(&texts(), &odd)] {
        assert_eq!(chart.svg.as_str().matches("p-hatch").count(), 3);
        assert!(chart.table.rows.iter().all(|row| row[1] == "データなし"));
    }
}

#[test]
fn nothing_to_draw_is_no_reason_to_fail() {
    charts::bars(&texts(), &[]);
    charts::trend(&texts(), &[]);
    charts::stacked_bars(&texts(), &[], &[]);
    charts::radar(&texts(), ["", ""], &[], f64::NAN);
    charts::heat_map(&texts(), &scale(), &[]);
    charts::sparkline(&texts(), &[]);
    let chart = charts::gauge(&texts(), Some((f64::NEG_INFINITY, 3.0)), -1.0);
    assert_eq!(chart.table.rows[0][1], "データなし");
}

#[test]
fn a_radar_with_too_many_axes_becomes_bars_with_the_same_table() {
    let radar = |count| charts::radar(&texts(), ["", ""], &axes(count), 4.0);
    assert!(radar(8).svg.as_str().contains("chart-radar"));
    assert!(radar(9).svg.as_str().contains("chart-bars"));
    assert_eq!(radar(9).table.rows[8], ["軸8", "1.5", "2.5"]);
}

#[test]
fn a_full_cell_says_how_many_more_there_are_and_the_table_has_them_all() {
    let items: Vec<_> = (1..=9).map(|number| item(number, 3, 3)).collect();
    let chart = charts::heat_map(&texts(), &scale(), &items);
    assert_eq!(chart.svg.as_str().matches("class=\"item\"").count(), 6);
    assert!(chart.svg.as_str().contains(">+4</text>"));
    assert_eq!(chart.table.rows.len(), 9);
}

#[test]
fn an_item_off_the_map_is_drawn_at_its_edge() {
    let chart = charts::heat_map(&texts(), &scale(), &[item(1, 0, 200)]);
    assert_eq!(chart.table.rows[0][2], "中くらい (5)");
}
