//! Mails that the server sends, received by a mail server.

use kakari_e2e::command::{call, finish};
use kakari_e2e::database;
use kakari_e2e::office::{Office, init};
use kakari_e2e::postbox::Postbox;
use kakari_e2e::server::{free_address, fresh_folder};

#[test]
fn a_link_asked_for_while_the_mail_server_was_away_comes_later_and_signs_in_once() {
    let mut office = Office::found();
    let client = office.admin.add_client("見本木工所");
    office.admin.add_person(&client, "owner", "山田花子", "yamada@client.example");
    office.take_server().stop();
    // The mail server is set but not yet there.
    let address = free_address();
    let server = format!("smtp://{address}");
    office.start(&[("KAKARI_MAIL_SERVER", &server), ("KAKARI_MAIL_FROM", "かかり <noreply@mail.example>")]);
    let mut guest = office.admin.stranger();
    guest.submit("/sign-in", "/sign-in/link", &[("email", "yamada@client.example")]).expect(200);
    let failed = "SELECT COUNT(*) FROM job WHERE attempts = 1 AND last_error LIKE '%refused%'";
    for _ in 0..400 {
        if database::count(office.data(), failed) == 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(database::count(office.data(), failed), 1);
    office.take_server().stop();
    let postbox = Postbox::open_at(address);
    office.start(&[]);
    let mail = postbox.only_mail();
    let link = mail.lines().find(|line| line.contains("/sign-in/link/")).expect("a link");
    let path = format!("/{}", link.trim().splitn(4, '/').nth(3).expect("a whole address"));
    let mut owner = office.admin.stranger();
    owner.submit(&path, &path, &[]).expect(303);
    owner.follow("/").expect(200);
    office.admin.stranger().get(&path).expect(410);
    assert_eq!(database::count(office.data(), "SELECT COUNT(*) FROM job"), 0);
}

#[test]
fn the_doctor_says_whether_the_mail_server_answers() {
    let (_folder, data) = fresh_folder();
    init(&data, "見本", "a@provider.example");
    let doctor = |server: &str, from: &str| {
        let mut doctor = call(["doctor", "--data-dir", data.to_str().unwrap()]);
        doctor.env("KAKARI_SERVER_LISTEN", free_address().to_string());
        doctor.env("KAKARI_MAIL_SERVER", server).env("KAKARI_MAIL_FROM", from);
        finish(doctor, b"")
    };
    let postbox = Postbox::open_at(free_address());
    let well = doctor(&postbox.url(), "noreply@mail.example");
    assert!(well.code == Some(0) && well.out.contains(&format!("{} answers", postbox.url())), "{well:?}");
    let away = doctor(&format!("smtp://{}", free_address()), "noreply@mail.example");
    assert!(away.code == Some(1) && away.out.contains("no mail goes out"), "{away:?}");
    let wrong = doctor("mail.example", "noreply@mail.example");
    assert!(wrong.code == Some(1) && wrong.out.contains("mail.server"), "{wrong:?}");
}
