//! Stub API servers with TLS: each answers from memory, after a latency, and
//! counts what it is asked. Many of them fit into one process.
//!
//! They know what this program asks for, and what `kubectl diff` asks for: no more.

#![allow(dead_code, reason = "each program uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "servers and files of tests")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fleet;
mod http;
#[path = "../common/planted.rs"]
mod planted;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value as Json;

pub(crate) use fleet::{NAMESPACE, Site, cluster};

/// What a server does with whoever connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It answers, so long after each request.
    Answers(Duration),
    /// It takes the connection and says nothing until it is released.
    Hangs,
    /// Nobody listens.
    Refuses,
}

/// What was asked and sent since the counts were last taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Connections that were taken.
    pub(crate) connections: u64,
    /// Bytes on the wire in both directions, TLS included.
    pub(crate) bytes: u64,
    /// Each request, as `GET /path?query`, in order.
    pub(crate) requests: Vec<String>,
    /// What the clients call themselves, and which encodings of answers they take.
    pub(crate) clients: BTreeSet<(String, String)>,
}

/// Requests as `METHOD target`, and who sent them: agent and encodings.
type Asked = (Vec<String>, BTreeSet<(String, String)>);

#[derive(Default)]
struct Tally {
    connections: AtomicU64,
    bytes: AtomicU64,
    asked: Mutex<Asked>,
    released: Mutex<bool>,
    release: Condvar,
}

/// One server, for as long as the process lives.
pub(crate) struct Stub {
    /// Its address: `https://127.0.0.1:PORT`.
    pub(crate) url: String,
    tally: Arc<Tally>,
}

/// What all servers have in common: one certificate for all.
pub(crate) struct Stubs {
    /// The certificate that clients trust, as PEM.
    pub(crate) authority: String,
    tls: Arc<ServerConfig>,
}

impl Stubs {
    /// Makes the certificate.
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "stub");
        params.is_ca = IsCa::ExplicitNoCa;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let tls = Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap());
        Self { authority: certificate.pem(), tls }
    }

    /// Starts a server that has these CassandraClusters.
    pub(crate) fn start(&self, objects: Vec<Json>, manner: Manner) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let tally = Arc::new(Tally::default());
        let (tls, counting, objects) = (Arc::clone(&self.tls), Arc::clone(&tally), Arc::new(objects));
        if manner != Manner::Refuses {
            small_thread(move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    counting.connections.fetch_add(1, Ordering::Relaxed);
                    let (tls, counting, objects) = (Arc::clone(&tls), Arc::clone(&counting), Arc::clone(&objects));
                    small_thread(move || connection(stream, manner, tls, &counting, &objects));
                }
            });
        }
        Stub { url, tally }
    }
}

impl Stub {
    /// What was asked since the last time; begins anew.
    pub(crate) fn take(&self) -> Counts {
        let (requests, clients) = std::mem::take(&mut *self.tally.asked.lock().unwrap());
        Counts {
            connections: self.tally.connections.swap(0, Ordering::Relaxed),
            bytes: self.tally.bytes.swap(0, Ordering::Relaxed),
            requests,
            clients,
        }
    }

    /// From now on a server that hangs answers, those first who wait already.
    pub(crate) fn release(&self) {
        *self.tally.released.lock().unwrap() = true;
        self.tally.release.notify_all();
    }
}

/// Thousands of them are needed.
fn small_thread(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap();
}

fn connection(stream: TcpStream, manner: Manner, tls: Arc<ServerConfig>, tally: &Arc<Tally>, objects: &[Json]) {
    let latency = match manner {
        Manner::Answers(latency) => latency,
        Manner::Hangs | Manner::Refuses => {
            let held = tally.released.lock().unwrap();
            drop(tally.release.wait_while(held, |released| !*released));
            Duration::ZERO
        }
    };
    let _ = stream.set_nodelay(true);
    let wire = Wire { stream, tally: Arc::clone(tally) };
    let mut stream = StreamOwned::new(ServerConnection::new(tls).unwrap(), wire);
    while let Some(request) = http::read(&mut stream) {
        {
            let mut asked = tally.asked.lock().unwrap();
            asked.0.push(format!("{} {}", request.method, request.target));
            asked.1.insert((request.agent.clone(), request.encodings.clone()));
        }
        thread::sleep(latency);
        if stream.write_all(&http::answer(&request, objects)).and_then(|()| stream.flush()).is_err() {
            return;
        }
    }
}

/// A connection that counts its bytes.
struct Wire {
    stream: TcpStream,
    tally: Arc<Tally>,
}

impl Wire {
    fn count(&self, bytes: usize) -> usize {
        self.tally.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        bytes
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.stream.read(buffer).map(|bytes| self.count(bytes))
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        self.stream.write(buffer).map(|bytes| self.count(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}
