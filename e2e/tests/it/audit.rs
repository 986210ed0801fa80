//! The audit chain, seen from outside: it holds, and it does not when one byte is not what it was.

use kakari_e2e::command::{Ran, run};
use kakari_e2e::office::Office;
use kakari_e2e::{database, html};

fn verify(office: &Office) -> Ran {
    run(["audit", "verify", "--data-dir", office.data().to_str().unwrap()])
}

#[test]
fn one_changed_byte_is_named_with_its_entry() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    office.admin.add_person(&client, "owner", "代表", "owner@client.example");
    let whole = verify(&office);
    assert!(whole.code == Some(0) && whole.out.contains("every chain holds"), "{whole:?}");

    let place = format!("org_id = '{client}' AND act = 'organisation.add'");
    let seq = database::count(office.data(), &format!("SELECT seq FROM audit WHERE {place}"));
    office.take_server().stop();
    // Past the database, in the file itself: one byte of the entry's detail.
    let file = office.data().join("kakari.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let detail = "{\"name\":\"肥後木工所\"}".as_bytes();
    let places: Vec<usize> =
        (0..bytes.len() - detail.len()).filter(|at| bytes[*at..].starts_with(detail)).collect();
    assert_eq!(places.len(), 1, "the detail stands in the file once");
    bytes[places[0] + 9] ^= 1;
    std::fs::write(&file, &bytes).unwrap();

    let changed = verify(&office);
    assert_eq!(changed.code, Some(1), "{changed:?}");
    let fault = changed.out.lines().find(|line| line.starts_with("FAULT")).expect("a fault");
    assert!(fault.contains(&client) && fault.contains(&seq.to_string()), "{fault}");
    // A service that runs on it says so to whoever looks.
    office.start(&[]);
    let page = office.admin.get(&format!("/c/{client}/audit?verify=1&lang=en")).expect(200).text();
    assert!(html::element(&page, "main").is_some_and(|main| main.contains("changed")), "{page}");
}

#[test]
fn a_chain_that_was_cut_short_is_named() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    office.admin.add_sensor(&client, "http");
    office.take_server().stop();
    let last = format!(
        "DELETE FROM audit WHERE org_id = '{client}' AND seq = (SELECT MAX(seq) FROM audit WHERE org_id = '{client}')"
    );
    assert_eq!(database::execute(office.data(), &last), 1);
    let cut = verify(&office);
    assert!(cut.code == Some(1) && cut.out.contains(&client), "{cut:?}");
}
