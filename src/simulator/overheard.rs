//! What the services find out about a request while they answer it, for whoever keeps a record.
//!
//! A service judges with what it alone knows: the challenge that it issued, its trust anchors, its
//! clock. A record that judged again could not know as much. It listens along instead; a service
//! without a listener does not notice.

use std::cell::RefCell;
use std::future::Future;

use crate::engine::Judgement;
use crate::service::Duty;

tokio::task_local! {
    static HEARD: RefCell<Heard>;
}

/// What was heard while one request was answered.
#[derive(Debug, Default)]
pub struct Heard {
    /// What the artefacts of the request came to, in the order in which they were judged.
    pub judgements: Vec<Judgement>,
    /// The duties that refused it.
    pub duties: Vec<&'static Duty>,
}

/// Answers a request, and listens along.
pub async fn listening<T>(answering: impl Future<Output = T>) -> (T, Heard) {
    HEARD
        .scope(RefCell::default(), async {
            let answer = answering.await;
            let heard = HEARD.with(RefCell::take);
            (answer, heard)
        })
        .await
}

/// An artefact was judged.
pub(super) fn judged(judgement: &Judgement) {
    let _ = HEARD.try_with(|heard| heard.borrow_mut().judgements.push(judgement.clone()));
}

/// A duty was not fulfilled.
pub(super) fn refused(duty: &'static Duty) {
    let _ = HEARD.try_with(|heard| heard.borrow_mut().duties.push(duty));
}
