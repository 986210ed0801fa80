//! Backup while the server works, restore into a fresh folder.

use kakari_e2e::command::run;
use kakari_e2e::database::{count, row_counts};
use kakari_e2e::http::Visitor;
use kakari_e2e::office::{ADMIN, Office, attack};
use kakari_e2e::server::{Server, fresh_folder};

use crate::doors::wait_until_read;

#[test]
fn a_backup_made_at_work_is_a_whole_installation_elsewhere() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    office.admin.deliver(&sensor, &[attack("HIGO-PC")]);
    wait_until_read(&office.admin);
    let (folder, restored) = fresh_folder();
    let file = folder.path().join("kakari.backup");
    let (file, restored_to) = (file.to_str().unwrap(), restored.to_str().unwrap());

    // Deliveries go on while the backup is written; it holds each of them whole or not at all.
    let address = office.server().address();
    let token = sensor.token.clone();
    let busy = std::thread::spawn(move || {
        let mut shipper = Visitor::with_token(address, &token);
        for number in 0..40 {
            let line = format!("{{\"message\":\"busy {number}\"}}\n");
            shipper.send("POST", "/ingest/v1/events", &[], line.as_bytes()).expect(202);
        }
    });
    let backup = run(["backup", file, "--data-dir", office.data().to_str().unwrap()]);
    assert_eq!(backup.code, Some(0), "{backup:?}");
    busy.join().unwrap();
    let again = run(["backup", file, "--data-dir", office.data().to_str().unwrap()]);
    assert!(again.code == Some(2) && again.err.contains(file), "a backup is never written over: {again:?}");

    let restore = run(["restore", file, "--data-dir", restored_to]);
    assert_eq!(restore.code, Some(0), "{restore:?}");
    let verified = run(["audit", "verify", "--data-dir", restored_to]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let onto = run(["restore", file, "--data-dir", office.data().to_str().unwrap()]);
    assert_eq!(onto.code, Some(2), "an installation in use is never written over: {onto:?}");

    // The restored one works: people, alerts, the worker that reads what waited.
    let server = Server::start(&restored);
    let mut visitor = server.visitor();
    let signed =
        visitor.submit("/sign-in", "/sign-in", &[("email", ADMIN.0), ("password", ADMIN.1)]).expect(303);
    assert_eq!(signed.header("location"), Some("/"));
    wait_until_read(&visitor);
    let queue = visitor.get("/queue").expect(200).text();
    assert!(queue.contains("HIGO-PC"), "{queue}");
    let at_backup = count(&restored, "SELECT COUNT(*) FROM event");
    assert!((1..=41).contains(&at_backup), "{at_backup}");
}

#[test]
fn a_restored_installation_has_the_same_number_of_everything() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    office.admin.deliver(&sensor, &[attack("HIGO-PC"), "no more than a line".to_owned()]);
    wait_until_read(&office.admin);
    let (folder, restored) = fresh_folder();
    let file = folder.path().join("kakari.backup");
    let (data, file) = (office.data().to_str().unwrap().to_owned(), file.to_str().unwrap());
    assert_eq!(run(["backup", file, "--data-dir", &data]).code, Some(0));
    assert_eq!(run(["restore", file, "--data-dir", restored.to_str().unwrap()]).code, Some(0));
    assert_eq!(row_counts(office.data()), row_counts(&restored));
}
