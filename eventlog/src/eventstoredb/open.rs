//! Connecting, so that what the client would panic over is an error.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use docket_domain::Clock;
use eventstore::{Client, ClientSettings, Error, NodePreference, Subscription};
use futures::future::BoxFuture;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::names::Names;
use crate::LogError;

/// Whether a client has installed the process's provider of TLS: it does so once, and panics in a task of
/// its own where there is one already.
static INSTALLED: Mutex<bool> = Mutex::const_new(false);

/// How long the server may take for one answer. The client would wait for as long as the network is silent.
const ANSWER: Duration = Duration::from_secs(5);

/// After how many calls in a row that the server did not answer another node of its cluster is looked for. One may fail
/// that asks for a place where nothing begins.
const UNANSWERED: u32 = 3;

/// A log on EventStoreDB.
pub struct EventStoreDb {
    settings: ClientSettings,
    /// Where the client's tasks run.
    runtime: Handle,
    client: Lock<Client>,
    /// Calls in a row that were not answered.
    unanswered: AtomicU32,
    pub(super) names: Names,
    /// By which it is seen that others have not done for long what they announced.
    pub(super) clock: Arc<dyn Clock>,
    /// What tells of new events; `None` where there is none yet, or it has ended.
    pub(super) signs: Mutex<Option<Subscription>>,
}

impl EventStoreDb {
    /// Connects to the server or cluster of a connection string (`esdb://…`), on whose runtime the client
    /// stays. What others have announced by the time of the server, and have not done long after by `clock`, is not
    /// waited for.
    ///
    /// The first client of a process chooses its provider of TLS. So nobody else may have chosen one, and
    /// whoever wants to use it waits for this.
    ///
    /// # Errors
    /// `Unavailable`, saying what to do, when the string is none or prefers another node than the one that leads,
    /// certificates cannot be read, the process has a provider of TLS already, or the server does not answer.
    pub async fn connect(url: &str, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        Self::connect_to(url, "", clock).await
    }

    /// The same, to a log of which there may be several on one server: what its streams are called begins with `log`,
    /// letters, digits and `_`.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn connect_to(url: &str, log: &str, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        let settings: ClientSettings = url.parse().map_err(unavailable)?;
        check_preference(&settings)?;
        check_certificates(&settings)?;
        let mut installed = INSTALLED.lock().await;
        if !*installed && CryptoProvider::get_default().is_some() {
            return Err(unavailable(
                "the process has chosen its provider of TLS before EventStoreDB's client could: \
                 connect to EventStoreDB first",
            ));
        }
        let runtime = Handle::current();
        let client = Client::with_runtime_handle(runtime.clone(), settings.clone());
        let client = client.map_err(unavailable)?;
        let answered = client.server_info().await;
        *installed = CryptoProvider::get_default().is_some();
        answered.map_err(unavailable)?;
        let (client, names, signs) = (Lock::new(client), Names::of(log), Mutex::new(None));
        let unanswered = AtomicU32::new(0);
        Ok(Self { settings, runtime, client, unanswered, names, clock, signs })
    }

    /// The client of now.
    pub(super) fn client(&self) -> Client {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the server answers, in time. The client's calls are large, and would be so in whoever makes one.
    pub(super) fn ask<'a, T>(
        &'a self,
        call: impl Future<Output = eventstore::Result<T>> + Send + 'a,
    ) -> BoxFuture<'a, eventstore::Result<T>> {
        Box::pin(async move { self.heard(in_time(call).await) })
    }

    /// Counts the calls in a row that were not answered.
    pub(super) fn heard<T>(&self, answer: eventstore::Result<T>) -> eventstore::Result<T> {
        if matches!(answer, Err(Error::ServerError(_) | Error::DeadlineExceeded)) {
            self.unanswered.fetch_add(1, Ordering::Relaxed);
        } else {
            self.unanswered.store(0, Ordering::Relaxed);
        }
        answer
    }

    /// What a call that failed is answered with. A client that has once failed to connect is closed for good, and one
    /// whose node has gone asks no other: both are replaced.
    pub(super) fn failed(&self, error: &Error) -> LogError {
        let is_alone = self.unanswered.load(Ordering::Relaxed) >= UNANSWERED;
        if is_closed(error) || is_alone {
            self.unanswered.store(0, Ordering::Relaxed);
            let client = Client::with_runtime_handle(self.runtime.clone(), self.settings.clone());
            if let Ok(client) = client {
                *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
            }
        }
        unavailable(error)
    }
}

/// What a call comes to; `DeadlineExceeded` where that takes too long.
pub(super) async fn in_time<T>(
    call: impl Future<Output = eventstore::Result<T>>,
) -> eventstore::Result<T> {
    timeout(ANSWER, call).await.unwrap_or(Err(Error::DeadlineExceeded))
}

/// Whether a call was not even sent, for want of a connection.
pub(super) fn is_closed(error: &Error) -> bool {
    matches!(error, Error::ConnectionClosed | Error::GrpcConnectionError(_))
}

pub(super) fn unavailable(error: impl std::fmt::Display) -> LogError {
    LogError::Unavailable(error.to_string())
}

/// Refuses every node but the one that leads: another one may not have yet what was just appended.
fn check_preference(settings: &ClientSettings) -> Result<(), LogError> {
    match settings.node_preference() {
        NodePreference::Leader => Ok(()),
        NodePreference::Follower | NodePreference::Random | NodePreference::ReadOnlyReplica => {
            Err(unavailable(
                "what was just appended is read at the node that leads: \
                 leave `nodePreference` out, or set it to `leader`",
            ))
        }
    }
}

/// Reads the certificates that the client is going to read, for it panics over one that it cannot read;
/// over the platform's even where the connection is not encrypted.
fn check_certificates(settings: &ClientSettings) -> Result<(), LogError> {
    let Some(file) = settings.tls_ca_file() else {
        let found = rustls_native_certs::load_native_certs();
        return found.errors.into_iter().next().map_or(Ok(()), |error| {
            Err(unavailable(format!("the platform's certificates cannot be read: {error}")))
        });
    };
    let fault = |error: &dyn std::fmt::Display| unavailable(format!("tlsCAFile {file}: {error}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| fault(&error))? {
        let certificate = certificate.map_err(|error| fault(&error))?;
        roots.add(certificate).map_err(|error| fault(&error))?;
    }
    Ok(())
}
