//! What identity promises, through the real router and without a socket. A second tenant is always present.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod api;
mod audit;
mod clients;
mod guard;
mod oidc;
mod pages;
mod passkeys;
mod people;
mod profile;
mod record;
mod settings;
mod sign_in;
mod tenants;

use axum::Router;
use kakari_identity::testing::World;

/// A world and the router of this crate alone.
async fn world() -> (World, Router) {
    let world = World::new(&[]).await;
    let router = router(&world);
    (world, router)
}

fn router(world: &World) -> Router {
    world.router(kakari_identity::routes(&world.app, Vec::new()).into())
}

/// The value of a hidden field on a page.
fn hidden(body: &str, name: &str) -> String {
    let after = body.split_once(&format!("name=\"{name}\" value=\"")).map_or("", |(_, after)| after);
    after.split_once('"').map_or("", |(value, _)| value).to_owned()
}

/// The text between two marks.
fn between<'a>(body: &'a str, from: &str, to: &str) -> &'a str {
    body.split_once(from).and_then(|(_, after)| after.split_once(to)).map_or("", |(piece, _)| piece)
}
