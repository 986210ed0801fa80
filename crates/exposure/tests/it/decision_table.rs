//! The shipped deadline table against the one that CERT/CC publishes.

use kakari_exposure::decision::{Row, deadline};

use crate::shared;

#[test]
fn the_shipped_table_is_the_published_one() {
    let Some(bytes) = shared::bytes("vuln/ssvc_cisa_bod_26_04_1_0_0.csv") else { return };
    let mut rows = 0;
    for record in csv::Reader::from_reader(bytes.as_slice()).records() {
        let record = record.unwrap();
        let row = Row {
            in_kev: &record[1] == "yes",
            exposed: &record[2] == "yes",
            automatable: &record[3] == "yes",
            total: &record[4] == "total",
        };
        let (days, forensics) = match &record[5] {
            "fix on system upgrade" => (None, false),
            "60 days" => (Some(60), false),
            "14 days" => (Some(14), false),
            "3 days" => (Some(3), false),
            "3 days & forensic investigation" => (Some(3), true),
            other => panic!("{other}"),
        };
        let ours = deadline(row);
        assert_eq!((ours.days, ours.forensics), (days, forensics), "{row}");
        rows += 1;
    }
    assert_eq!(rows, 16);
}
