//! Kubeconfigs: found, merged as kubectl does, and cut down to one context.
//!
//! What is wrong with one is said by file, line and column, never with the
//! text that stands there (docs/facts.md, Kubeconfigs).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kube::config::{AuthInfo, Cluster, ExecInteractiveMode, Kubeconfig, KubeconfigError, LoadDataError};

use super::trouble::{io_words, trouble};
use crate::names::nearest;
use crate::observed::{Trouble, TroubleKind};

/// The kubeconfigs of one round: each is read once, however many clusters are in it.
#[derive(Default)]
pub(super) struct Kubeconfigs(Mutex<BTreeMap<Option<PathBuf>, Read>>);

/// A kubeconfig that was read, or why it cannot be.
type Read = Result<Arc<Kubeconfig>, Trouble>;

impl Kubeconfigs {
    /// The user's own: the files of `KUBECONFIG`, else `~/.kube/config`.
    pub(super) fn user(&self) -> Result<Arc<Kubeconfig>, Trouble> {
        self.once(None, user)
    }

    /// That of a file.
    pub(super) fn file(&self, path: &Path) -> Result<Arc<Kubeconfig>, Trouble> {
        self.once(Some(path.to_path_buf()), || read(path))
    }

    fn once(&self, key: Option<PathBuf>, read: impl FnOnce() -> Result<Kubeconfig, Trouble>) -> Result<Arc<Kubeconfig>, Trouble> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| read().map(Arc::new)).clone()
    }
}

/// Files of `KUBECONFIG` that are not there are passed over, as kubectl does.
fn user() -> Result<Kubeconfig, Trouble> {
    let listed = std::env::var_os("KUBECONFIG").unwrap_or_default();
    let files: Vec<_> = std::env::split_paths(&listed).filter(|path| !path.as_os_str().is_empty()).collect();
    let own = || std::env::home_dir().map(|home| home.join(".kube").join("config"));
    let files = if files.is_empty() { own().into_iter().collect() } else { files };
    let there: Vec<_> = files.iter().filter(|path| path.exists()).collect();
    if there.is_empty() {
        let names: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
        return Err(trouble(
            TroubleKind::Config,
            format!("there is no kubeconfig: {} is not there", names.join(" and ")),
            "set KUBECONFIG, or say with `connect` in the fleet file how the cluster is reached",
        ));
    }
    there.into_iter().try_fold(Kubeconfig::default(), |merged, path| {
        let next = read(path)?;
        merged.merge(next).map_err(|error| unusable(&error, &path.display().to_string()))
    })
}

fn read(path: &Path) -> Result<Kubeconfig, Trouble> {
    Kubeconfig::read_from(path).map_err(|error| unusable(&error, &path.display().to_string()))
}

/// A kubeconfig out of a secret. It has to carry all that it needs: a path in
/// it would be one of this machine, and a plugin would be run on it.
pub(super) fn of_secret(text: &str, place: &str) -> Result<Kubeconfig, Trouble> {
    let config = Kubeconfig::from_yaml(text).map_err(|error| unusable(&error, place))?;
    let users = config.auth_infos.iter().filter_map(|user| user.auth_info.as_ref()).find_map(reaches_out);
    let clusters = config.clusters.iter().filter_map(|cluster| cluster.cluster.as_ref()).find_map(names_a_file);
    match users.or(clusters) {
        None => Ok(config),
        Some(what) => Err(trouble(
            TroubleKind::Config,
            format!("the kubeconfig in {place} has {what}, which would be taken from this machine"),
            "put the token or certificate itself into the kubeconfig of the secret",
        )),
    }
}

fn reaches_out(user: &AuthInfo) -> Option<&'static str> {
    [
        (user.exec.is_some(), "a credential plugin (`exec`)"),
        (user.auth_provider.is_some(), "an `auth-provider`"),
        (user.token_file.is_some(), "a `tokenFile`"),
        (user.client_certificate.is_some(), "a path in `client-certificate`"),
        (user.client_key.is_some(), "a path in `client-key`"),
    ]
    .into_iter()
    .find_map(|(has, what)| has.then_some(what))
}

fn names_a_file(cluster: &Cluster) -> Option<&'static str> {
    cluster.certificate_authority.is_some().then_some("a path in `certificate-authority`")
}

/// A kubeconfig with one context only, and what belongs to it. `place` is where
/// it stands, for messages; without a `context` the current one is meant.
pub(super) fn only(config: &Kubeconfig, context: Option<&str>, place: &str) -> Result<Kubeconfig, Trouble> {
    let Some(name) = context.or(config.current_context.as_deref()).filter(|name| !name.is_empty()) else {
        let fix = "name one: `connect: {kubeconfig: FILE, context: NAME}`";
        return Err(trouble(TroubleKind::Config, format!("{place} has no current context"), fix));
    };
    let Some(named) = config.contexts.iter().find(|context| context.name == name) else {
        return Err(no_context(config, name, place));
    };
    let context = named.context.as_ref();
    let of_cluster = |name: &str| context.is_some_and(|context| context.cluster == name);
    let of_user = |name: &str| context.and_then(|context| context.user.as_deref()) == Some(name);
    let mut user = config.auth_infos.iter().find(|user| of_user(&user.name)).cloned();
    if let Some(exec) = user.as_mut().and_then(|user| user.auth_info.as_mut()).and_then(|user| user.exec.as_mut()) {
        if exec.interactive_mode == Some(ExecInteractiveMode::Always) {
            let plugin = exec.command.as_deref().unwrap_or("?");
            return Err(trouble(
                TroubleKind::Unauthenticated,
                format!("the credential plugin `{plugin}` of context `{name}` only works with somebody at the keyboard"),
                "use a user of the kubeconfig that needs no answers; many clusters are asked at once",
            ));
        }
        // Many plugins run at once: none gets the keyboard, and none writes on the terminal.
        exec.interactive_mode = Some(ExecInteractiveMode::Never);
    }
    Ok(Kubeconfig {
        clusters: config.clusters.iter().filter(|cluster| of_cluster(&cluster.name)).take(1).cloned().collect(),
        auth_infos: user.into_iter().collect(),
        contexts: vec![named.clone()],
        current_context: Some(name.to_owned()),
        ..Kubeconfig::default()
    })
}

fn no_context(config: &Kubeconfig, name: &str, place: &str) -> Trouble {
    let known: Vec<_> = config.contexts.iter().map(|context| context.name.as_str()).collect();
    let fix = match (nearest(name, known.iter().copied()), known.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`? The fleet file says it: `connect: {{context: {near}}}`"),
        (None, []) => "it has no context at all: is it the right file?".to_owned(),
        (None, known) if known.len() <= 10 => {
            format!("name one of these with `connect: {{context: NAME}}` in the fleet file: {}", known.join(", "))
        }
        (None, _) => {
            "`kubectl config get-contexts` lists them; name one with `connect: {context: NAME}` in the fleet file".to_owned()
        }
    };
    trouble(TroubleKind::Config, format!("{place} has no context `{name}`"), fix)
}

/// What is wrong with a kubeconfig; `place` is where it stands.
pub(super) fn unusable(error: &KubeconfigError, place: &str) -> Trouble {
    use KubeconfigError as E;
    let message = match error {
        E::Parse(error) => match error.location() {
            Some(at) => format!("{place}:{}:{} is no kubeconfig as YAML", at.line(), at.column()),
            None => format!("{place} is no kubeconfig as YAML"),
        },
        E::ReadConfig(error, path) => format!("the kubeconfig `{}` cannot be read: {}", path.display(), io_words(error.kind())),
        E::LoadClusterOfContext(name) => format!("{place}: the context's cluster `{name}` is not there"),
        E::MissingClusterUrl => format!("{place}: the context's cluster has no `server`"),
        E::ParseClusterUrl(_) => format!("{place}: `server` of the context's cluster is no address"),
        E::ParseProxyUrl(_) => format!("{place}: the proxy's address is none"),
        E::LoadCertificateAuthority(error) => format!("{place}: `certificate-authority` {}", no_data(error)),
        E::LoadClientCertificate(error) => format!("{place}: `client-certificate` {}", no_data(error)),
        E::LoadClientKey(error) => format!("{place}: `client-key` {}", no_data(error)),
        E::ParseCertificates(_) => format!("{place}: `certificate-authority` is no PEM"),
        E::KindMismatch | E::ApiVersionMismatch => format!("{place} is no `kind: Config` of `apiVersion: v1`, as the others are"),
        _ => format!("{place} cannot be used"),
    };
    trouble(
        TroubleKind::Config,
        message,
        "correct the file; `kubectl config view --kubeconfig FILE` reads it too, and hides what is secret",
    )
}

fn no_data(error: &LoadDataError) -> String {
    match error {
        LoadDataError::DecodeBase64(_) => "is no base64".to_owned(),
        LoadDataError::ReadFile(error, path) => format!("`{}` cannot be read: {}", path.display(), io_words(error.kind())),
        LoadDataError::NoBase64DataOrFile => "is missing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "SECRET-TOKEN-123";

    fn config(users: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: eu\nclusters: [{{name: c, cluster: {{server: 'https://eu:6443'}}}}]\n\
             contexts: [{{name: eu, context: {{cluster: c, user: u}}}}, {{name: us, context: {{cluster: gone}}}}]\nusers:\n{users}"
        )
    }

    #[test]
    fn what_is_wrong_with_the_text_is_said_without_the_text() {
        let broken = [
            format!("users:\n- name: u\n  user:\n    token: {SECRET}\n   client: x\n"),
            format!("users: {SECRET}\n"),
            format!("users:\n- {SECRET}\n"),
            format!("clusters:\n- name: c\n  cluster: {SECRET}\n"),
            format!("users:\n- name: u\n  user: {{token: [{SECRET}]}}\n"),
            format!("users:\n- name: u\n  user: {{exec: {SECRET}}}\n"),
            format!("users: \"{SECRET}\n"),
            format!("{SECRET}: {{{SECRET}"),
        ];
        for text in broken {
            let trouble = of_secret(&text, "secret db/x").unwrap_err();
            assert_eq!(trouble.kind, TroubleKind::Config);
            assert!(!format!("{trouble:?}").contains("SECRET"), "{trouble:?}");
            assert!(trouble.message.starts_with("secret db/x"), "{trouble:?}");
        }
        let trouble = of_secret(&format!("users:\n- name: u\n  user:\n    token: {SECRET}\n   client: x\n"), "f").unwrap_err();
        assert!(trouble.message.starts_with("f:5:"), "{}", trouble.message);
    }

    #[test]
    fn a_kubeconfig_in_a_secret_reaches_for_nothing_on_this_machine() {
        let good = config(&format!("- {{name: u, user: {{token: {SECRET}}}}}\n"));
        assert!(of_secret(&good, "s").is_ok());
        for user in ["exec: {command: /bin/sh}", "tokenFile: /etc/passwd", "client-key: k", "auth-provider: {name: gcp}"] {
            let trouble = of_secret(&config(&format!("- {{name: u, user: {{{user}}}}}\n")), "secret db/x").unwrap_err();
            assert!(trouble.message.contains("from this machine"), "{}", trouble.message);
        }
    }

    #[test]
    fn one_context_is_left_and_no_plugin_gets_the_keyboard() {
        let text = config("- {name: u, user: {exec: {command: aws}}}\n- {name: other, user: {token: x}}\n");
        let all = Kubeconfig::from_yaml(&text).unwrap();
        let one = only(&all, None, "k").unwrap();
        assert_eq!((one.contexts.len(), one.auth_infos.len(), one.clusters.len()), (1, 1, 1));
        let exec = one.auth_infos[0].auth_info.as_ref().unwrap().exec.as_ref().unwrap();
        assert_eq!(exec.interactive_mode, Some(ExecInteractiveMode::Never));

        let always = config("- {name: u, user: {exec: {command: aws, interactiveMode: Always}}}\n");
        let trouble = only(&Kubeconfig::from_yaml(&always).unwrap(), Some("eu"), "k").unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::Unauthenticated);

        let trouble = only(&all, Some("uss"), "the kubeconfig").unwrap_err();
        assert_eq!(trouble.message, "the kubeconfig has no context `uss`");
        assert!(trouble.fix.starts_with("did you mean `us`?"), "{}", trouble.fix);
        assert!(only(&all, Some("prod-1"), "k").unwrap_err().fix.ends_with("eu, us"));
    }
}
