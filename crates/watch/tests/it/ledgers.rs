//! Ledgers and lists of software: seen before they are stored, merged by identity.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Method, header};
use kakari_identity::testing::{Answer, Visit};
use kakari_kernel::{Actor, Role};
use kakari_watch::assets;

use crate::world::{Desk, desk, desks};

async fn upload(desk: &Desk, visit: &Visit, what: &str, name: &str, content: &[u8]) -> Answer {
    let path = format!("/c/{}/assets/import", desk.world.ours.client);
    let mut body = Vec::new();
    for (field, value) in [("csrf", visit.csrf.as_str()), ("what", what)] {
        write!(body, "--XX\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").unwrap();
    }
    write!(body, "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
        .unwrap();
    body.extend(content);
    body.extend(b"\r\n--XX--\r\n");
    let request = visit
        .builder(Method::POST, &path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap();
    visit.request(&desk.router, request).await
}

/// A workbook with one sheet, as small as Excel opens it.
fn workbook(rows: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    for (name, text) in [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>".to_owned()),
        ("_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".to_owned()),
        ("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned()),
        ("xl/workbook.xml", format!("<workbook {ns} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"台帳\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet {ns}><sheetData>{rows}</sheetData></worksheet>")),
    ] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[tokio::test]
async fn a_ledger_is_seen_before_it_is_stored_and_its_columns_are_remembered() {
    let desk = desk().await;
    let org = desk.world.ours.client;
    let owner = desk.world.sign_in(&desk.world.ours, Role::Owner).await;
    let ledger = "ＩＴ機器台帳,,,\n\n№,機器名,ホスト名,台数\n①,会計用ﾊﾟｿｺﾝ,KAIKEI-01,１２台\n2,受付,UKETSUKE,たくさん\n合計,,,13\n";
    let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(ledger);
    let answer = upload(&desk, &owner, "ledger", "台帳.xlsx", &cp932).await;
    assert_eq!(answer.status, 303, "{}", answer.main());
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM asset").await, 0, "nothing is stored yet");
    let preview = owner.get(&desk.router, answer.location()).await;
    assert!(
        preview.body.contains("会計用パソコン") && preview.body.contains("「たくさん」はわかりません"),
        "{}",
        preview.main()
    );
    let id = answer.location().split('?').next().unwrap().to_owned();
    // Somebody else's upload is nobody's.
    let neighbour = desk.world.sign_in_as(desk.world.ours.owner_of(desk.world.ours.other)).await;
    let theirs = id.replace(&org.to_string(), &desk.world.ours.other.to_string());
    assert_eq!(neighbour.get(&desk.router, &theirs).await.status, 404);
    let fields =
        [("what", "ledger"), ("header", "3"), ("c0", "number"), ("c1", "name"), ("c2", "host"), ("c3", "")];
    assert_eq!(owner.post(&desk.router, &id, &fields).await.status, 303);
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM asset").await, 2);
    assert_eq!(desk.number("SELECT MAX(quantity) AS n FROM asset").await, 1, "the column was not to be used");
    assert_eq!(owner.get(&desk.router, &id).await.status, 404, "it is done");
    // The same columns mean the same next month.
    let again = upload(&desk, &owner, "ledger", "台帳.csv", ledger.as_bytes()).await;
    let preview = owner.get(&desk.router, again.location()).await;
    assert!(
        preview.body.contains("変わらない") && !preview.body.contains("「たくさん」"),
        "{}",
        preview.main()
    );
    let wrong = upload(&desk, &owner, "ledger", "old.xls", b"\xd0\xcf\x11\xe0 old").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains(".xlsx"));
    let reader = desk.world.sign_in(&desk.world.ours, Role::ReadOnly).await;
    assert_eq!(upload(&desk, &reader, "ledger", "x.csv", b"a,b").await.status, 403);
}

#[tokio::test]
async fn a_workbook_is_read_by_its_content_and_formulas_by_their_kept_value() {
    let rows = [
        format!(
            "<row r=\"1\">{}{}{}</row>",
            cell("A1", "機器名"),
            cell("B1", "シリアル番号"),
            cell("C1", "台数")
        ),
        format!(
            "<row r=\"2\">{}{}<c r=\"C2\"><f>1+2</f><v>3</v></c></row>",
            cell("A2", "サーバー"),
            cell("B2", "=cmd|calc")
        ),
    ]
    .concat();
    for desk in desks().await {
        let actor = Actor::cli("test");
        let outcome = assets::import_ledger(&desk.watch, &desk.ours(), &actor, "台帳.csv", workbook(&rows))
            .await
            .unwrap();
        assert_eq!((outcome.new, outcome.unclear_cells), (1, 0));
        assert_eq!(desk.number("SELECT quantity AS n FROM asset").await, 3);
        let owner = desk.world.sign_in(&desk.world.ours, Role::Owner).await;
        let csv = owner.get(&desk.router, &format!("/c/{}/assets.csv", desk.world.ours.client)).await;
        assert!(csv.body.starts_with('\u{feff}') && csv.body.contains(",'=cmd|calc,"), "{}", csv.body);
        let other = desk.world.sign_in_as(desk.world.ours.owner_of(desk.world.ours.other)).await;
        assert_eq!(
            other.get(&desk.router, &format!("/c/{}/assets.csv", desk.world.ours.client)).await.status,
            404
        );
    }
    // One cell in the last corner of the sheet.
    let far = format!(
        "<row r=\"1\">{}</row><row r=\"1048576\">{}</row>",
        cell("A1", "機器名"),
        cell("XFD1048576", "x")
    );
    let desk = desk().await;
    let done =
        assets::import_ledger(&desk.watch, &desk.ours(), &Actor::cli("test"), "far.xlsx", workbook(&far))
            .await;
    assert_eq!(done.unwrap().new, 0);
}

#[tokio::test]
async fn machines_are_known_again_by_serial_hardware_address_or_host_and_conflicts_are_left() {
    for desk in desks().await {
        let actor = Actor::cli("test");
        let import = async |scope: &kakari_kernel::OrgScope, text: &str| {
            assets::import_ledger(&desk.watch, scope, &actor, "l.csv", text.as_bytes().to_vec())
                .await
                .unwrap()
        };
        let head = "機器名,シリアル番号,MACアドレス,ホスト名,使用者\n";
        let ours = desk.ours();
        let first = import(&ours, &format!("{head}甲,S1,00-00-00-00-00-01,pc1,花子\n乙,S2,,pc2,\n")).await;
        assert_eq!((first.new, first.conflicts), (2, 0));
        let second = import(
            &ours,
            &format!("{head}甲の新しい名,s1,,,太郎\n乙,,,PC2,\n丙,S1,,,\n丁,S2,,pc1,\n,,,,太郎\n"),
        )
        .await;
        let counts = (second.new, second.changed, second.same, second.conflicts, second.nameless);
        assert_eq!(counts, (0, 1, 1, 2, 1));
        assert_eq!(
            desk.number("SELECT COUNT(*) AS n FROM asset WHERE owner = '太郎' AND name = '甲の新しい名'")
                .await,
            1
        );
        // The same serial at another client is another machine.
        let theirs = desk.world.theirs.scope(desk.world.theirs.client);
        assert_eq!(import(&theirs, &format!("{head}甲,S1,,,\n")).await.new, 1);
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM asset").await, 3);
    }
}

#[tokio::test]
async fn a_list_of_software_belongs_to_its_machine_and_replaces_the_older_one() {
    for desk in desks().await {
        let actor = Actor::cli("test");
        let status = |version: &str| {
            format!("Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\nPackage: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n").into_bytes()
        };
        let ours = desk.ours();
        let first = assets::import_software(&desk.watch, &ours, &actor, "SRV-1", "status", status("3.0.1-1"))
            .await
            .unwrap();
        let again =
            assets::import_software(&desk.watch, &ours, &actor, "srv-1 ", "status", status("3.0.2-1"))
                .await
                .unwrap();
        assert_eq!(first, again);
        let mut conn = desk.world.app.db.read().await.unwrap();
        let (software, total) = assets::software_of(&mut conn, &ours, first, 10, 0).await.unwrap();
        let theirs = desk.world.theirs.scope(desk.world.theirs.client);
        assert!(assets::get(&mut conn, &theirs, first).await.is_err());
        assert_eq!(assets::software_of(&mut conn, &theirs, first, 10, 0).await.unwrap().1, 0);
        drop(conn);
        assert_eq!((total, software[1].version.as_str()), (2, "3.0.2-1"));
        let error = assets::import_software(&desk.watch, &ours, &actor, "x", "x", b"hello".to_vec()).await;
        assert!(error.is_err());
    }
}

#[tokio::test]
async fn an_importance_keeps_the_answers_it_came_from() {
    let desk = desk().await;
    let org = desk.world.ours.client;
    let actor = Actor::cli("test");
    assets::import_ledger(&desk.watch, &desk.ours(), &actor, "l.csv", "機器名,ホスト名\n会計,k1\n".into())
        .await
        .unwrap();
    let owner = desk.world.sign_in(&desk.world.ours, Role::Owner).await;
    let list = owner.get(&desk.router, &format!("/c/{org}/assets")).await;
    let path =
        list.body.split_once(&format!("/c/{org}/assets/0")).unwrap().1.split('"').next().unwrap().to_owned();
    let path = format!("/c/{org}/assets/0{path}");
    assert_eq!(owner.post(&desk.router, &path, &[("stops", "2")]).await.status, 422);
    let answers = [("stops", "2"), ("leaks", "3"), ("without", "2")];
    assert_eq!(owner.post(&desk.router, &path, &answers).await.status, 303);
    let page = owner.get(&desk.router, &path).await;
    assert!(page.body.contains("大切さは 5") && page.body.contains("届け出が必要な情報が漏れる"));
}
