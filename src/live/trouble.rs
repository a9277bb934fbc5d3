//! Errors of kube, hyper and rustls → [`Trouble`], in our own words.
//!
//! Nothing of an error's own text is passed on: it can quote a kubeconfig, a
//! token or what a plugin printed. What is said is chosen by the error's type;
//! only the server's address, file names and the plugin's name go into it.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::time::Duration;

use http::StatusCode;
use kube::client::AuthError;
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use super::kubeconfig;
use super::limits::shown;
use crate::observed::{Trouble, TroubleKind};

/// Where something went wrong, for messages.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Host and port of the API server.
    pub host: String,
    /// The command that gives the credentials, if one does.
    pub plugin: Option<String>,
}

impl Place {
    /// The server and the plugin of a configuration.
    pub(super) fn of(config: &kube::Config) -> Self {
        // Not the authority as it stands: it can hold a password.
        let url = &config.cluster_url;
        let host = url.host().unwrap_or("the API server");
        let host = url.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let plugin = config.auth_info.exec.as_ref().and_then(|exec| exec.command.clone());
        Self { host, plugin }
    }
}

/// A trouble; message and fix without a full stop.
pub(super) fn trouble(kind: TroubleKind, message: impl Into<String>, fix: impl Into<String>) -> Trouble {
    Trouble { kind, message: message.into(), fix: fix.into() }
}

/// Whether the same request may get an answer a moment later.
pub(super) const fn may_pass(kind: TroubleKind) -> bool {
    match kind {
        TroubleKind::Unreachable | TroubleKind::Timeout | TroubleKind::Server | TroubleKind::Garbage => true,
        TroubleKind::Config | TroubleKind::Certificate | TroubleKind::Unauthenticated | TroubleKind::NoCrd => false,
    }
}

/// No answer in time.
pub(super) fn late(place: &Place, of: Duration) -> Trouble {
    let message = format!("{} gave no whole answer within {}", place.host, shown(of));
    trouble(
        TroubleKind::Timeout,
        message,
        "check the API server and the network between, or give it more time with `--cluster-timeout`",
    )
}

/// An answer that is none.
pub(super) fn garbage(place: &Place, what: &str) -> Trouble {
    trouble(
        TroubleKind::Garbage,
        format!("{} {what}", place.host),
        "check that the address is that of a Kubernetes API server, and what stands between: a proxy may answer in its place",
    )
}

/// An answer that is no JSON, or only the beginning of one.
pub(super) fn no_json(place: &Place, error: &serde_json::Error, bytes: usize) -> Trouble {
    let what = match (bytes, error.is_eof()) {
        (0, _) => "gave an empty answer",
        (_, true) => "gave an answer that was cut off",
        (_, false) => "gave an answer that is no JSON",
    };
    garbage(place, what)
}

/// A status that is no success and stands for nothing else.
pub(super) fn refused(place: &Place, status: StatusCode, by_kubernetes: bool) -> Trouble {
    let host = &place.host;
    let by = if by_kubernetes { "" } else { ", and not in Kubernetes' words" };
    match status {
        StatusCode::UNAUTHORIZED => trouble(
            TroubleKind::Unauthenticated,
            format!("{host} does not accept the credentials (401)"),
            "log in again, or renew the token or certificate in the kubeconfig: it may have expired",
        ),
        StatusCode::TOO_MANY_REQUESTS => trouble(
            TroubleKind::Server,
            format!("{host} is overloaded and asks to come back later (429{by})"),
            "try again later; the server's priority and fairness settings may give this user too little",
        ),
        StatusCode::FORBIDDEN => trouble(
            TroubleKind::Server,
            format!("{host} answers 403{by}"),
            "something between, such as a proxy or a firewall, may refuse in the server's place",
        ),
        _ => trouble(
            TroubleKind::Server,
            format!("{host} answers {}{by}", status.as_u16()),
            "look into the API server's log; the server, its etcd or a webhook may be in trouble",
        ),
    }
}

/// What an error while a body was read means.
pub(super) fn broken_off(error: &(dyn StdError + 'static), place: &Place) -> Trouble {
    let found = of(error, place);
    if chain(error).any(<dyn StdError>::is::<http_body_util::LengthLimitError>) {
        return garbage(place, "gave an answer that is far too long");
    }
    match found.kind {
        TroubleKind::Timeout => found,
        _ => garbage(place, "gave an answer that was cut off or damaged"),
    }
}

/// What an error means. The error's own text is not in it.
pub(super) fn of(error: &(dyn StdError + 'static), place: &Place) -> Trouble {
    let links: Vec<_> = chain(error).collect();
    let first = |look: &dyn Fn(&(dyn StdError + 'static)) -> Option<Trouble>| links.iter().find_map(|link| look(*link));
    first(&|link| link.downcast_ref().map(|error| credentials(error, place)))
        .or_else(|| first(&|link| link.downcast_ref().map(|error| kubeconfig::unusable(error, &place.host))))
        .or_else(|| first(&|link| link.downcast_ref().map(identity)))
        .or_else(|| first(&|link| link.downcast_ref().map(|error| tls(error, place))))
        .or_else(|| first(&|link| proxy(link, place)))
        .or_else(|| first(&|link| unknown_name(link, place)))
        .or_else(|| first(&|link| link.downcast_ref().and_then(|error| network(error, place))))
        .or_else(|| first(&|link| link.downcast_ref().and_then(|error| protocol(error, place))))
        .unwrap_or_else(|| {
            let message = format!("the connection to {} broke", place.host);
            trouble(TroubleKind::Unreachable, message, "check the API server and the network between")
        })
}

/// An error and all that it was made of, with those that an [`io::Error`] hides.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| below(*error)).take(32)
}

fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let hidden = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    hidden.map(|hidden| hidden as &(dyn StdError + 'static)).or_else(|| error.source())
}

/// Credentials that could not be had.
fn credentials(error: &AuthError, place: &Place) -> Trouble {
    let plugin = place.plugin.as_deref().unwrap_or("of the kubeconfig");
    let (message, fix) = match error {
        AuthError::AuthExecStart(error) => (
            format!("the credential plugin `{plugin}` cannot be started: {}", io_words(error.kind())),
            "install it, or correct `command` in the kubeconfig's user".to_owned(),
        ),
        AuthError::AuthExecRun { out, .. } => (
            match out.status.code() {
                Some(code) => format!("the credential plugin `{plugin}` failed with exit code {code}"),
                None => format!("the credential plugin `{plugin}` was killed"),
            },
            "log in with its own tool, then try again; what it printed is not shown, since it can hold credentials".to_owned(),
        ),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => (
            format!("the credential plugin `{plugin}` printed no ExecCredential with a status"),
            "run it by hand: it has to print an ExecCredential of client.authentication.k8s.io".to_owned(),
        ),
        AuthError::ReadTokenFile(error, path) => (
            format!("the token file `{}` cannot be read: {}", path.display(), io_words(error.kind())),
            "correct `tokenFile` in the kubeconfig's user".to_owned(),
        ),
        AuthError::Oidc(_) => (
            "the OIDC token has expired and could not be renewed".to_owned(),
            "log in again with the tool of your identity provider".to_owned(),
        ),
        _ => (
            "the credentials in the kubeconfig cannot be used".to_owned(),
            "check the user of the context: `kubectl config view --minify` shows it without its secrets".to_owned(),
        ),
    };
    trouble(TroubleKind::Unauthenticated, message, fix)
}

/// A client certificate, key or authority that cannot be used.
fn identity(error: &kube::client::RustlsTlsError) -> Trouble {
    use kube::client::RustlsTlsError as E;
    let what = match error {
        E::InvalidIdentityPem(_) | E::MissingPrivateKey | E::InvalidPrivateKey(_) | E::UnknownPrivateKeyFormat => {
            "the client's key is no PEM of a private key that can be used"
        }
        E::MissingCertificate => "there is a client key but no client certificate",
        E::AddRootCertificate(_) => "the certificate authority is no certificate that can be used",
        E::NoValidNativeRootCA(_) => "the system has no certificate authorities, and the kubeconfig names none",
        E::InvalidServerName(_) => "`tls-server-name` is no name that a certificate can have",
    };
    let fix = "check the user and the cluster of the context: `kubectl config view --minify` shows them without their secrets";
    trouble(TroubleKind::Config, what, fix)
}

/// What is wrong between the two ends of TLS.
fn tls(error: &TlsError, place: &Place) -> Trouble {
    let host = &place.host;
    match error {
        TlsError::InvalidCertificate(why) => trouble(
            TroubleKind::Certificate,
            format!("the certificate of {host} {}", certificate(why)),
            "check address and `certificate-authority` in the kubeconfig; if neither was changed, somebody may be in between",
        ),
        TlsError::AlertReceived(
            AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRequired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => trouble(
            TroubleKind::Unauthenticated,
            format!("{host} does not accept the client certificate"),
            "renew the client certificate in the kubeconfig: it may have expired",
        ),
        _ => trouble(
            TroubleKind::Certificate,
            format!("no TLS connection with {host} comes about"),
            "check that the address is that of an API server; a proxy or another program may listen there",
        ),
    }
}

fn certificate(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "is not valid yet: is a clock wrong?",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "is for another name",
        CertificateError::UnknownIssuer => "was not issued by the authority that the kubeconfig names",
        CertificateError::Revoked => "was revoked",
        _ => "cannot be trusted",
    }
}

/// Errors of a tunnel through a proxy have no type that could be named.
fn proxy(link: &(dyn StdError + 'static), place: &Place) -> Option<Trouble> {
    let said = link.to_string();
    let what = match said.strip_prefix("tunnel error: ").or_else(|| said.strip_prefix("SOCKS error: "))? {
        "proxy authorization required" => "asks for a user and a password",
        "failed to create underlying connection" => "cannot be reached",
        _ => "does not let the connection through",
    };
    let message = format!("the proxy on the way to {} {what}", place.host);
    let fix = "check `proxy-url` in the kubeconfig, else HTTPS_PROXY and NO_PROXY in the environment";
    Some(trouble(TroubleKind::Unreachable, message, fix))
}

fn unknown_name(link: &(dyn StdError + 'static), place: &Place) -> Option<Trouble> {
    // The type is private to hyper-util.
    (link.to_string() == "dns error").then(|| {
        let message = format!("the name in {} is not known", place.host);
        trouble(TroubleKind::Unreachable, message, "check the address in the kubeconfig, and the name server: a VPN may be down")
    })
}

fn network(error: &io::Error, place: &Place) -> Option<Trouble> {
    let host = &place.host;
    let (kind, message) = match error.kind() {
        ErrorKind::ConnectionRefused => (TroubleKind::Unreachable, format!("{host} refuses the connection")),
        ErrorKind::TimedOut => (TroubleKind::Timeout, format!("no connection to {host} comes about in time")),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            (TroubleKind::Unreachable, format!("there is no route to {host}"))
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
            (TroubleKind::Unreachable, format!("{host} broke off the connection"))
        }
        _ => return None,
    };
    Some(trouble(kind, message, "check that the API server runs, its address, and the network between: a VPN may be down"))
}

fn protocol(error: &hyper::Error, place: &Place) -> Option<Trouble> {
    if error.is_parse() {
        return Some(garbage(place, "does not speak HTTP"));
    }
    (error.is_incomplete_message() || error.is_closed()).then(|| {
        let message = format!("{} broke off the connection", place.host);
        trouble(TroubleKind::Unreachable, message, "check that the API server runs, and the network between")
    })
}

/// What an error of a file means, in a few words.
pub(super) fn io_words(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "there is no such file",
        ErrorKind::PermissionDenied => "it is not allowed",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::InvalidData => "it is no text",
        _ => "the system failed",
    }
}
