//! Today's round.

use kakari_kernel::{Role, Severity};

use crate::world::practice;

#[tokio::test]
async fn the_round_is_sorted_by_the_sum_of_points_and_shows_no_other_provider() {
    let practice = practice().await;
    let (ours, theirs) = (&practice.world.ours, &practice.world.theirs);
    practice.raise(ours, ours.client, "old", "LOW-1", Severity::Attention, 10).await;
    practice.raise(ours, ours.client, "old", "LOW-2", Severity::Attention, 15).await;
    practice.raise(ours, ours.other, "old", "HIGH", Severity::Danger, 20).await;
    practice.raise(theirs, theirs.client, "old", "THEIRS", Severity::Danger, 100).await;
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    let page = practice.page(&advisor, "/round").await;
    assert!(page.find("LOW-2").unwrap() < page.find("HIGH").unwrap(), "25 points come before 20: {page}");
    assert!(page.contains("ほか1件") && !page.contains("THEIRS"), "{page}");
}

#[tokio::test]
async fn who_was_put_off_comes_back_on_the_day_or_when_something_new_appears() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Attention, 10).await;
    practice.raise(ours, ours.other, "old", "PC-2", Severity::Attention, 10).await;
    practice.advance(1);
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    for org in [ours.client, ours.other] {
        let fields = [("until", "2026-04-25"), ("reason", "来週訪問する")];
        assert_eq!(advisor.post(&practice.router, &format!("/c/{org}/snooze"), &fields).await.status, 303);
    }
    let page = practice.page(&advisor, "/round").await;
    assert!(!page.contains("PC-1") && !page.contains("PC-2") && page.contains("2026年4月25日"), "{page}");
    practice.advance(1);
    practice.raise(ours, ours.client, "old", "PC-9", Severity::Danger, 50).await;
    let page = practice.page(&advisor, "/round").await;
    assert!(page.contains("PC-9") && !page.contains("PC-2"), "{page}");
    practice.advance(24 * 8);
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    assert!(practice.page(&advisor, "/round").await.contains("PC-2"));
}

#[tokio::test]
async fn nobody_is_put_off_without_a_reason_into_the_past_or_for_ever() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    let snooze = format!("/c/{}/snooze", ours.client);
    for (until, reason) in [("2026-04-25", ""), ("2026-04-18", "x"), ("2027-04-18", "x"), ("soon", "x")] {
        let answer = advisor.post(&practice.router, &snooze, &[("until", until), ("reason", reason)]).await;
        assert_eq!(answer.status, 422, "{until} {reason}");
    }
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let fields = [("until", "2026-04-25"), ("reason", "x")];
    assert_eq!(owner.post(&practice.router, &snooze, &fields).await.status, 403);
}

#[tokio::test]
async fn a_filter_shows_only_clients_whose_weightiest_sign_is_of_that_kind() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Attention, 10).await;
    practice.raise(ours, ours.other, "no-data", "", Severity::Attention, 30).await;
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    let page = practice.page(&advisor, "/round?reason=old").await;
    assert!(page.contains("PC-1") && !page.contains("記録がありません。"), "{page}");
    // A reason that nobody has any more shows everything.
    assert!(practice.page(&advisor, "/round?reason=gone").await.contains("記録がありません。"));
}
