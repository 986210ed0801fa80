//! What the store promises, on each engine. A second tenant is present in every test.
#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test, helpers included")]

use jiff::SignedDuration;
use kakari_kernel::{Actor, Error, OrgId, OrgScope, ProviderId, Reach};
use kakari_store::testing::{TestDb, databases};
use kakari_store::{Entry, Unaudited, args, audit, backup, queue};
use serde_json::json;

/// Runs one story against each engine.
macro_rules! on_each_engine {
    ($($(#[$meta:meta])* async fn $name:ident($test:ident: TestDb) $body:block)*) => {$(
        $(#[$meta])*
        #[tokio::test]
        async fn $name() {
            for $test in databases().await {
                eprintln!("on {:?}", $test.db);
                $body
            }
        }
    )*};
}

fn two_tenants(test: &TestDb) -> (OrgScope, OrgScope) {
    let provider = ProviderId(test.ids.id());
    let client = |org| OrgScope::grant(provider, Reach::Client(org));
    (client(OrgId(test.ids.id())), client(OrgId(test.ids.id())))
}

fn entry(act: &'static str) -> Entry {
    Entry { actor: Actor::job("test"), act, subject: "thing:1".into(), detail: json!({"z": 1, "a": "値"}) }
}

async fn commit(test: &TestDb, scope: &OrgScope, act: &'static str) {
    test.db.begin().await.unwrap().commit(scope, entry(act)).await.unwrap();
}

on_each_engine! {
    async fn a_change_that_is_not_committed_has_not_happened(test: TestDb) {
        let (ours, _) = two_tenants(&test);
        let mut tx = test.db.begin().await.unwrap();
        queue::push(&mut tx, &test.ids, &ours, "mail", &json!({}), SignedDuration::ZERO).await.unwrap();
        drop(tx);
        assert_eq!(queue::take(&test.db, &["mail"]).await.unwrap(), None);
    }

    async fn a_reading_connection_cannot_write(test: TestDb) {
        let mut conn = test.db.read().await.unwrap();
        assert!(conn.system().execute("DELETE FROM job", &[]).await.is_err());
    }

    async fn chains_of_different_organisations_do_not_touch(test: TestDb) {
        let (ours, theirs) = two_tenants(&test);
        commit(&test, &ours, "a").await;
        commit(&test, &theirs, "b").await;
        commit(&test, &ours, "c").await;
        let mut conn = test.db.read().await.unwrap();
        assert_eq!(audit::head(&mut conn, &ours).await.unwrap().unwrap().seq, 2);
        assert_eq!(audit::head(&mut conn, &theirs).await.unwrap().unwrap().seq, 1);
        drop(conn);
        let verified = audit::verify(&test.db).await.unwrap();
        assert_eq!((verified.chains, verified.entries, verified.faults.len()), (2, 3, 0));
    }

    async fn every_kind_of_tampering_is_named(test: TestDb) {
        for (fault, sql) in [
            ("was changed", "UPDATE audit SET detail = '{}' WHERE seq = 2"),
            ("was changed", "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 1"),
            ("is missing", "DELETE FROM audit WHERE seq = 2"),
            ("its head says", "DELETE FROM audit WHERE seq = 3"),
            ("its head says", "DELETE FROM audit"),
            ("its head says", "DELETE FROM audit_head"),
        ] {
            let (ours, _) = two_tenants(&test);
            for act in ["a", "b", "c"] {
                commit(&test, &ours, act).await;
            }
            assert!(audit::verify(&test.db).await.unwrap().faults.is_empty());
            let mut tx = test.db.begin().await.unwrap();
            tx.system().execute(sql, &[]).await.unwrap();
            tx.commit_unaudited(Unaudited::Derived).await.unwrap();
            let faults = audit::verify(&test.db).await.unwrap().faults;
            assert!(faults.iter().any(|line| line.contains(fault)), "{sql}: {faults:?}");
            let mut tx = test.db.begin().await.unwrap();
            tx.system().execute("DELETE FROM audit", &[]).await.unwrap();
            tx.system().execute("DELETE FROM audit_head", &[]).await.unwrap();
            tx.commit_unaudited(Unaudited::Derived).await.unwrap();
        }
    }

    async fn writers_at_the_same_time_leave_a_chain_without_gaps(test: TestDb) {
        let (ours, _) = two_tenants(&test);
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let db = test.db.clone();
                tokio::spawn(async move {
                    for _ in 0..5 {
                        db.begin().await.unwrap().commit(&ours, entry("a")).await.unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let verified = audit::verify(&test.db).await.unwrap();
        assert_eq!((verified.entries, verified.faults.len()), (40, 0));
    }

    async fn a_job_is_taken_once_and_comes_back_after_its_lease(test: TestDb) {
        let (ours, _) = two_tenants(&test);
        let mut tx = test.db.begin().await.unwrap();
        queue::push(&mut tx, &test.ids, &ours, "mail", &json!({"n": 1}), SignedDuration::ZERO).await.unwrap();
        tx.commit(&ours, entry("push")).await.unwrap();
        let job = queue::take(&test.db, &["mail"]).await.unwrap().unwrap();
        assert_eq!((job.scope, job.attempt), (ours, 1));
        assert_eq!(queue::take(&test.db, &["mail"]).await.unwrap(), None);
        test.clock.advance(SignedDuration::from_secs(queue::LEASE_S + 1));
        assert_eq!(queue::take(&test.db, &["mail"]).await.unwrap().unwrap().attempt, 2);
    }

    async fn a_job_that_keeps_failing_is_set_aside_and_only_its_tenant_sees_it(test: TestDb) {
        let (ours, theirs) = two_tenants(&test);
        let mut tx = test.db.begin().await.unwrap();
        queue::push(&mut tx, &test.ids, &ours, "mail", &json!({}), SignedDuration::ZERO).await.unwrap();
        tx.commit(&ours, entry("push")).await.unwrap();
        let mut tries = 0;
        loop {
            test.clock.advance(SignedDuration::from_hours(2));
            let Some(job) = queue::take(&test.db, &["mail"]).await.unwrap() else { break };
            queue::failed(&test.db, &job, "the server hung up").await.unwrap();
            tries += 1;
        }
        assert_eq!(tries, 8);
        let mut conn = test.db.read().await.unwrap();
        let dead = queue::dead(&mut conn, &ours).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].last_error, "the server hung up");
        assert!(queue::dead(&mut conn, &theirs).await.unwrap().is_empty());
        drop(conn);
        let mut tx = test.db.begin().await.unwrap();
        assert!(matches!(queue::retry(&mut tx, &theirs, dead[0].id).await, Err(Error::NotFound)));
        queue::retry(&mut tx, &ours, dead[0].id).await.unwrap();
        tx.commit(&ours, entry("retry")).await.unwrap();
        assert!(queue::take(&test.db, &["mail"]).await.unwrap().is_some());
    }

    async fn values_of_every_type_come_back_as_they_went_in(test: TestDb) {
        let mut tx = test.db.begin().await.unwrap();
        tx.system()
            .execute("CREATE TABLE probe (t TEXT, i BIGINT, r DOUBLE PRECISION, b BYTEA, n TEXT, m BIGINT)", &[])
            .await
            .unwrap();
        let (text, bytes) = ("髙﨑㈱ \u{1f600} 'quote'", vec![0_u8, 255, 10]);
        tx.system()
            .execute(
                "INSERT INTO probe (t, i, r, b, n, m) VALUES ($1, $2, $3, $4, $5, $6)",
                args![text, i64::MAX, 0.5, bytes.clone(), None::<&str>, None::<i64>],
            )
            .await
            .unwrap();
        let row = tx.system().first("SELECT * FROM probe", &[]).await.unwrap().unwrap();
        assert_eq!(row.text("t").unwrap(), text);
        assert_eq!(row.int("i").unwrap(), i64::MAX);
        assert!((row.real("r").unwrap() - 0.5).abs() < f64::EPSILON);
        assert_eq!(row.bytes("b").unwrap(), bytes);
        assert_eq!((row.text_or_none("n").unwrap(), row.int_or_none("m").unwrap()), (None, None));
        assert!(row.text("i").is_err() && row.text("absent").is_err());
    }

    async fn the_schema_is_brought_up_to_date_once(test: TestDb) {
        assert_eq!(test.db.pending_migrations().await.unwrap(), 0);
    }

    async fn a_database_of_a_newer_program_is_refused_by_name(test: TestDb) {
        let mut tx = test.db.begin().await.unwrap();
        tx.system()
            .execute("INSERT INTO schema_migration VALUES ('9999_future', 'x', 0)", &[])
            .await
            .unwrap();
        tx.commit_unaudited(Unaudited::Schema).await.unwrap();
        let error = test.db.pending_migrations().await.unwrap_err().to_string();
        assert!(error.contains("newer kakari") && error.contains("9999_future"), "{error}");
    }

    async fn a_backup_restores_everything_and_the_chain_still_holds(test: TestDb) {
        let (ours, _) = two_tenants(&test);
        let mut tx = test.db.begin().await.unwrap();
        queue::push(&mut tx, &test.ids, &ours, "mail", &json!({"to": "髙橋"}), SignedDuration::ZERO).await.unwrap();
        tx.commit(&ours, entry("push")).await.unwrap();
        let mut file = Vec::new();
        let rows = backup::dump(&test.db, &mut file).await.unwrap();
        assert_eq!(rows, 3);
        // Restored into each engine, whichever it came from.
        for empty in databases().await {
            assert_eq!(backup::load(&empty.db, &file[..]).await.unwrap(), rows);
            assert_eq!(audit::verify(&empty.db).await.unwrap().faults, Vec::<String>::new());
            assert_eq!(queue::take(&empty.db, &["mail"]).await.unwrap().unwrap().payload, json!({"to": "髙橋"}));
            assert!(matches!(backup::load(&empty.db, &file[..]).await, Err(Error::Conflict(_))));
        }
    }

    async fn a_backup_that_was_cut_off_changes_nothing(test: TestDb) {
        let (ours, _) = two_tenants(&test);
        commit(&test, &ours, "a").await;
        let mut file = Vec::new();
        backup::dump(&test.db, &mut file).await.unwrap();
        for empty in databases().await {
            for cut in [0, 1, 20, file.len() / 2, file.len() - 12] {
                assert!(backup::load(&empty.db, &file[..cut]).await.is_err(), "cut at {cut}");
            }
            assert_eq!(audit::verify(&empty.db).await.unwrap().entries, 0);
        }
    }
}
