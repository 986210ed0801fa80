//! Inviting, changing and disabling people.

use kakari_kernel::Role;

use crate::world;

#[tokio::test]
async fn an_owner_sees_the_people_of_their_own_company_only() {
    let (world, router) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let page = owner.get(&router, &format!("/c/{}/people", world.ours.client)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("owner4@ours.example") && !page.body.contains("theirs.example"));
    for org in [world.ours.other, world.theirs.client, world.ours.provider.as_org()] {
        assert_eq!(owner.get(&router, &format!("/c/{org}/people")).await.status, 404);
    }
}
