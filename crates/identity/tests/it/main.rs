//! What identity promises, through the real router and without a socket. A second tenant is always present.

mod people;
mod sign_in;

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
