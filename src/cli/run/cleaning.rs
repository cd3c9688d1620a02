//! What a run made at a target is taken away again: keys after each workflow, certificates at the end
//! where that was allowed.
//!
//! Workflows do it that the carried suites have for it, so that it stands in the transcript like
//! everything else.

use std::time::Duration;

use serde_json::{Map, Value};

use super::super::signal::Signals;
use super::lane::Listener;
use crate::scenario::Suite;
use crate::scenario::run::{Session, Setting};
use crate::service::lasting::Thing;

/// The longest that it may take, also after Ctrl-C.
const MOST: Duration = Duration::from_secs(30);

/// Takes away what of these kinds is still there.
pub(super) async fn clean(parts: &[Suite], setting: &Setting<'_>, things: &[Thing], listener: &mut Listener) {
    listener.creations.cleaning = true;
    // Whoever asks twice does not want to wait.
    let asked_again = async {
        match Signals::listen() {
            Ok(mut signals) => signals.stop().await,
            Err(_) => std::future::pending().await,
        }
    };
    let work = async {
        for thing in things {
            one_kind(*thing, parts, setting, listener).await;
        }
    };
    tokio::select! {
        _ = tokio::time::timeout(MOST, work) => {}
        () = asked_again => {}
    }
    listener.creations.cleaning = false;
}

async fn one_kind(thing: Thing, parts: &[Suite], setting: &Setting<'_>, listener: &mut Listener) {
    let (file, workflow, service) = match thing {
        Thing::Key => ("suites/keydepot/parts.arazzo.yaml", "clean-up", "keydepot"),
        Thing::Certificate => ("suites/certra/parts.arazzo.yaml", "revoke", "certra"),
        Thing::EncryptionToken => return,
    };
    let Some(suite) = parts.iter().find(|suite| suite.document.file == file) else { return };
    for open in listener.creations.open(thing) {
        let why = if setting.bases.contains_key(service) {
            let mut inputs = Map::new();
            inputs.insert("id".to_owned(), open.id.clone().into());
            if thing == Thing::Key {
                inputs.insert("authorization".to_owned(), Value::from(open.authorization));
            }
            match Session::new(suite, setting).call(workflow, inputs, listener).await {
                Ok(report) => report.and_then(|it| it.reason).map(|it| it.to_string()),
                Err(crash) => Some(crash.to_string()),
            }
        } else {
            Some(format!("no address of {service} is known"))
        };
        let why = why.unwrap_or_else(|| "it is still there".to_owned());
        listener.creations.stays(thing, &open.id, &format!("it could not be taken away: {why}"));
    }
}
