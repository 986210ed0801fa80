//! Work outside of requests: the jobs that wait in the queue, and forgetting what is over.

use std::sync::Arc;
use std::time::Duration;

use kakari_identity::{App, jobs};
use kakari_kernel::Result;
use kakari_kernel::ports::Notifier;
use kakari_store::queue;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// A person waits for the link in their mail; an empty queue costs one short query.
const POLL: Duration = Duration::from_secs(1);
const SWEEP: Duration = Duration::from_secs(3_600);

/// Works until `stop` says so. A job in work is ended first; what was cut off is taken again when its lease
/// is over.
pub(crate) async fn run(app: App, notifier: Arc<dyn Notifier>, stop: watch::Receiver<bool>) {
    let mut told = std::pin::pin!(told(stop.clone()));
    let mut poll = interval(POLL);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sweep = interval(SWEEP);
    loop {
        tokio::select! {
            biased;
            () = &mut told => return,
            _ = sweep.tick() => warn(jobs::sweep(&app).await),
            _ = poll.tick() => warn(empty(&app, notifier.as_ref(), &stop).await),
        }
    }
}

/// Returns once `stop` says so, or can no longer say anything.
pub(crate) async fn told(mut stop: watch::Receiver<bool>) {
    let _told = stop.wait_for(|stop| *stop).await.is_ok();
}

/// Does what is due, one job after the other.
async fn empty(app: &App, notifier: &dyn Notifier, stop: &watch::Receiver<bool>) -> Result<()> {
    while !*stop.borrow() {
        let Some(job) = queue::take(&app.db, jobs::KINDS).await? else { break };
        match jobs::run(app, notifier, &job).await {
            Ok(()) => queue::done(&app.db, &job).await?,
            Err(error) => {
                tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, %error, "a job failed");
                queue::failed(&app.db, &job, &error.to_string()).await?;
            }
        }
    }
    Ok(())
}

fn warn(done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "work outside of requests failed and is tried again");
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use jiff::SignedDuration;
    use kakari_identity::testing::World;
    use kakari_kernel::Role;
    use mail_parser::MessageParser;

    use super::*;
    use crate::mail::postbox::{Postbox, SILENCE};
    use crate::mail::{MailServer, Mailer};

    async fn world() -> (World, Router) {
        let world = World::new(&[]).await;
        let (routes, _) = kakari_identity::routes(&world.app, Vec::new()).split_for_parts();
        let router = world.router(routes);
        (world, router)
    }

    fn through(postbox: &Postbox, world: &World) -> Arc<dyn Notifier> {
        let server =
            MailServer::new(&format!("smtp://{}", postbox.address), "", "", "noreply@mail.example").unwrap();
        Arc::new(Mailer::new(Some(server), world.app.ids.clone()))
    }

    async fn ask_link(world: &World, router: &Router) {
        let asked = world.stranger().post(router, "/sign-in/link", &[("email", "owner4@ours.example")]).await;
        assert_eq!(asked.status, 200);
    }

    async fn depth(world: &World) -> Vec<(String, u64)> {
        queue::depth(&mut world.app.db.read().await.unwrap()).await.unwrap()
    }

    /// Lets the worker run until `enough`, then stops it in good order.
    async fn work_until(world: &World, notifier: Arc<dyn Notifier>, enough: impl AsyncFn() -> bool) {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(run(world.app.clone(), notifier, stopped));
        let waited = async {
            while !enough().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waited).await.expect("the work is done in time");
        stop.send_replace(true);
        tokio::time::timeout(Duration::from_secs(5), worker).await.expect("it stops in time").unwrap();
    }

    #[tokio::test]
    async fn a_link_that_was_asked_for_comes_by_mail_and_signs_in_once() {
        let (world, router) = world().await;
        ask_link(&world, &router).await;
        let postbox = Postbox::open(&[]).await;
        work_until(&world, through(&postbox, &world), async || depth(&world).await.is_empty()).await;
        let mails = postbox.mails();
        assert_eq!(mails.len(), 1);
        let mail = MessageParser::default().parse(&mails[0]).unwrap();
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("owner4@ours.example"));
        let text = mail.body_text(0).unwrap();
        let (_, link) = text.split_once("http://kakari.test").expect("a link");
        let link = link.split_whitespace().next().unwrap();
        let entered = world.stranger().post(&router, link, &[]).await;
        assert_eq!((entered.status, entered.session_cookie().is_some()), (303, true));
        let again = world.stranger().post(&router, link, &[]).await;
        assert_eq!((again.status, again.session_cookie()), (410, None));
    }

    #[tokio::test]
    async fn a_mail_that_could_not_be_sent_waits_and_comes_when_the_server_is_back() {
        let (world, router) = world().await;
        ask_link(&world, &router).await;
        let failed_before = async || {
            let mut conn = world.app.db.read().await.unwrap();
            conn.system().first("SELECT id FROM job WHERE last_error <> ''", &[]).await.unwrap().is_some()
        };
        work_until(&world, Arc::new(Mailer::new(None, world.app.ids.clone())), failed_before).await;
        assert_eq!(depth(&world).await, [("queued".to_owned(), 1)]);
        world.clock.advance(SignedDuration::from_secs(10));
        let postbox = Postbox::open(&[]).await;
        work_until(&world, through(&postbox, &world), async || depth(&world).await.is_empty()).await;
        assert_eq!(postbox.mails().len(), 1);
    }

    #[tokio::test]
    async fn a_worker_that_was_cut_off_in_a_mail_leaves_the_job_to_the_next_one() {
        let (world, router) = world().await;
        ask_link(&world, &router).await;
        let hanging = Postbox::open(&[("DATA", SILENCE)]).await;
        let (_stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(run(world.app.clone(), through(&hanging, &world), stopped));
        let waited = async {
            while !hanging.heard("DATA") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waited).await.expect("the mail is in work");
        worker.abort();
        assert!(worker.await.unwrap_err().is_cancelled());
        assert_eq!(depth(&world).await, [("running".to_owned(), 1)]);
        world.clock.advance(SignedDuration::from_secs(queue::LEASE_S + 1));
        let postbox = Postbox::open(&[]).await;
        work_until(&world, through(&postbox, &world), async || depth(&world).await.is_empty()).await;
        assert_eq!(postbox.mails().len(), 1);
    }

    #[tokio::test]
    async fn what_is_over_is_forgotten_at_the_start_and_then_every_hour() {
        let (world, _) = world().await;
        world.sign_in(&world.ours, Role::Advisor).await;
        world.clock.advance(SignedDuration::from_hours(24));
        let sessions = async || {
            let mut conn = world.app.db.read().await.unwrap();
            conn.system().all("SELECT session_hash FROM session", &[]).await.unwrap().len()
        };
        assert_eq!(sessions().await, 1);
        work_until(&world, Arc::new(Mailer::new(None, world.app.ids.clone())), async || {
            sessions().await == 0
        })
        .await;
    }
}
