//! `/`: the page each role comes for.

use axum::response::Redirect;
use axum::routing::get;
use kakari_kernel::Role;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::web::Signed;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/", get(home))
}

async fn home(signed: Signed) -> Redirect {
    Redirect::to(&match signed.role {
        Role::Owner => format!("/c/{}/home", signed.home),
        Role::Executive => "/group".into(),
        Role::Programme => "/programme".into(),
        Role::Operator => "/queue".into(),
        Role::Advisor | Role::Admin | Role::ReadOnly => "/round".into(),
    })
}
