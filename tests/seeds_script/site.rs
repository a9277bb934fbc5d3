//! A site for one pod: what the bootstrap container finds when it starts.
//!
//! [`Site`] prepares a folder that becomes the container's root, with the
//! unmodified `bootstrap.sh` and `run.sh` of a `CassKop` release, and runs it
//! through `pod.sh` in namespaces of its own. Nothing outside the folder is
//! changed.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Once, OnceLock};
use std::thread;

use tempfile::TempDir;

use crate::outcome::{Outcome, follow};

/// The script under test, as it goes into every ConfigMap.
pub(crate) const SCRIPT: &str = include_str!("../../src/seeds/post_run.sh");
/// The pod that starts.
pub(crate) const POD: &str = "demo-dc2-rack1-0";
/// Its name as `hostname -f` gives it: what `run.sh` writes when it finds nobody.
pub(crate) const SELF: &str = "demo-dc2-rack1-0.demo.cassandra.svc.cluster.local";
/// Its address, where nothing listens unless a test says so.
pub(crate) const SELF_ADDRESS: &str = "10.77.0.1";
/// Its name in `CASSANDRA_SEEDS`.
pub(crate) const SELF_LOCAL: &str = "demo-dc2-rack1-0.demo.cassandra";

/// The programs that a bootstrap container may use, beside `nc`.
const TOOLS: [&str; 10] = ["awk", "bash", "cat", "cp", "grep", "hostname", "ls", "mkdir", "sed", "sleep"];
const RELEASES: [&str; 2] = ["1.1.5", "2.3.4"];
/// The bootstrap images have the second; their messages and their ways of resolving names differ.
const NETCATS: [&str; 2] = ["nc.openbsd", "nc.traditional"];
const NAMESPACES: [&str; 6] = ["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child"];

const CASSANDRA_YAML: &str = "\
cluster_name: demo
# - seeds: a comment is not the line
seed_provider:
    - class_name: org.apache.cassandra.locator.SimpleSeedProvider
      parameters:
          - seeds: \"127.0.0.1\"
rpc_address: 0.0.0.0
num_tokens: 256
disk_optimization_strategy: ssd
endpoint_snitch: GossipingPropertyFileSnitch
authenticator: AllowAllAuthenticator
authorizer: AllowAllAuthorizer
";

/// A user's own agent, in two branches that both need their line.
const CASSANDRA_ENV: &str = "\
if [ -n \"$HEAP\" ]; then
  JVM_OPTS=\"$JVM_OPTS -javaagent:/lib/own.jar\"
else
  JVM_OPTS=\"$JVM_OPTS -javaagent:/lib/own.jar\"
fi
";

/// A `CassKop` release with one of the two programs called `nc`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Image {
    release: &'static str,
    netcat: &'static str,
}

/// Runs a test in every image at the same time. Says once, and does nothing,
/// where the scripts of `CassKop` or what is needed to run them are missing;
/// the latter fails with `CI=true`.
pub(crate) fn in_every_image(test: impl Fn(Image) + Sync) {
    if let Err(missing) = available() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| notice(missing));
        return;
    }
    thread::scope(|scope| {
        for release in RELEASES {
            for netcat in NETCATS {
                scope.spawn(|| test(Image { release, netcat }));
            }
        }
    });
}

/// Prints a line that the test runner does not capture.
pub(crate) fn notice(text: &str) {
    writeln!(std::io::stderr(), "skipped: {text}").expect("stderr can be written");
}

/// With this, what can be installed must be there.
pub(crate) fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true")
}

/// Where a program is.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(program)).find(|file| file.is_file())
}

fn available() -> Result<(), &'static str> {
    static AVAILABLE: OnceLock<Result<(), &'static str>> = OnceLock::new();
    *AVAILABLE.get_or_init(|| {
        if env::var_os("CASSKOP_UPSTREAM").is_none() {
            return Err("the seeds script behind CassKop's run.sh: CASSKOP_UPSTREAM names no folder with CassKop's scripts");
        }
        let programs = NETCATS.iter().chain(&["ip", "chroot"]).chain(&TOOLS).all(|program| find(program).is_some());
        if programs && unshare().is_some() {
            return Ok(());
        }
        assert!(
            !is_ci(),
            "CI=true needs netcat-openbsd, netcat-traditional, iproute2, util-linux and the right to make namespaces"
        );
        Err("the seeds script behind CassKop's run.sh: it needs nc.openbsd, nc.traditional, ip and namespaces")
    })
}

/// The `unshare` command of this machine: as it is, or as root of a user namespace.
fn unshare() -> Option<Command> {
    let command = |user: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(user).args(NAMESPACES);
        command
    };
    [&[][..], &["--map-root-user"]].into_iter().find_map(|user| {
        let probe = command(user).args(["--mount-proc", "ip", "link", "set", "lo", "up"]).output();
        probe.is_ok_and(|output| output.status.success()).then(|| command(user))
    })
}

/// What happens to a name that is in no hosts file.
#[derive(Clone, Copy)]
pub(crate) enum Dns {
    /// "Name or service not known".
    KnowsNothing,
    /// "Temporary failure in name resolution".
    Fails,
    /// No answer at all, for minutes.
    Hangs,
}

/// A pod's surroundings. Names that no method declares do not resolve.
pub(crate) struct Site {
    image: Image,
    configmap: BTreeMap<&'static str, (String, u32)>,
    local_seeds: String,
    hosts: String,
    ports: String,
    dns: Dns,
    late: usize,
    cassandra_yaml: &'static str,
    netcat: bool,
    addresses: u8,
}

impl Site {
    /// In the cluster that may start the ring.
    pub(crate) fn first_cluster(image: Image, seeds: &str) -> Self {
        Self::other_cluster(image, seeds).key("may-start-ring", "This cluster starts the ring.\n", 0o755)
    }

    /// In any other cluster. `seeds` is the file with the ring's list.
    pub(crate) fn other_cluster(image: Image, seeds: &str) -> Self {
        let site = Self {
            image,
            configmap: BTreeMap::new(),
            local_seeds: SELF_LOCAL.to_owned(),
            hosts: format!("127.0.0.1 localhost\n{SELF_ADDRESS} {SELF} {POD} {SELF_LOCAL}\n"),
            ports: String::new(),
            dns: Dns::KnowsNothing,
            late: 0,
            cassandra_yaml: CASSANDRA_YAML,
            netcat: true,
            addresses: 1,
        };
        site.key("seeds", seeds, 0o755).key("post_run.sh", SCRIPT, 0o755)
    }

    /// A key of the ConfigMap, and the mode that its file gets.
    pub(crate) fn key(mut self, key: &'static str, content: &str, mode: u32) -> Self {
        self.configmap.insert(key, (content.to_owned(), mode));
        self
    }

    /// A ConfigMap without this key.
    pub(crate) fn without_key(mut self, key: &str) -> Self {
        self.configmap.remove(key);
        self
    }

    /// `CASSANDRA_SEEDS` as `CassKop` gives it; otherwise the pod's own name.
    pub(crate) fn local_seeds(mut self, seeds: &str) -> Self {
        seeds.clone_into(&mut self.local_seeds);
        self
    }

    /// A node that accepts connections on this port only.
    pub(crate) fn up(mut self, name: &str, port: u16) -> Self {
        let address = self.next_address("10.77.0", name);
        writeln!(self.ports, "{address} {port}").expect("a String can be written");
        self
    }

    /// A node whose name resolves and which refuses connections.
    pub(crate) fn down(mut self, name: &str) -> Self {
        self.next_address("10.77.0", name);
        self
    }

    /// A node whose name resolves and to which packets get lost.
    pub(crate) fn unreachable(mut self, name: &str) -> Self {
        self.next_address("10.66.0", name);
        self
    }

    /// The pod's own address accepts connections, and has this name too.
    pub(crate) fn self_answers_as(mut self, name: &str) -> Self {
        writeln!(self.hosts, "{SELF_ADDRESS} {name}").expect("a String can be written");
        for port in [7000, 7001, 8778] {
            writeln!(self.ports, "{SELF_ADDRESS} {port}").expect("a String can be written");
        }
        self
    }

    /// Only the hosts file knows the pod's full name, and DNS no name at all.
    pub(crate) fn own_name_only(mut self) -> Self {
        self.hosts = format!("127.0.0.1 localhost\n{SELF_ADDRESS} {SELF} {POD}\n");
        self
    }

    pub(crate) fn dns(mut self, dns: Dns) -> Self {
        self.dns = dns;
        self
    }

    /// How often the init container runs before any port opens.
    pub(crate) fn ports_open_after(mut self, attempts: usize) -> Self {
        self.late = attempts;
        self
    }

    pub(crate) fn cassandra_yaml(mut self, text: &'static str) -> Self {
        self.cassandra_yaml = text;
        self
    }

    /// An image without `nc`.
    pub(crate) fn without_netcat(mut self) -> Self {
        self.netcat = false;
        self
    }

    fn next_address(&mut self, net: &str, name: &str) -> String {
        self.addresses += 1;
        let address = format!("{net}.{}", self.addresses);
        writeln!(self.hosts, "{address} {name}").expect("a String can be written");
        address
    }

    /// Runs the init container, again where the test says so, to its end.
    pub(crate) fn run(self) -> Outcome {
        let root = self.prepare();
        let mut pod = unshare()
            .expect("namespaces were found before")
            .arg("bash")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seeds_script/pod.sh"))
            .arg(root.path())
            .args([POD, &self.late.to_string()])
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .envs(ENVIRONMENT)
            .env("CASSANDRA_SEEDS", &self.local_seeds)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare can be started");
        let (log, script_took) = follow(BufReader::new(pod.stdout.take().expect("stdout is a pipe")));
        pod.wait().expect("the pod ends");
        let read = |file: &str| fs::read_to_string(root.path().join("etc/cassandra").join(file)).expect("the file is there");
        Outcome { image: self.image, script_took, yaml: read("cassandra.yaml"), env_sh: read("cassandra-env.sh"), log }
    }

    fn prepare(&self) -> TempDir {
        let root = tempfile::Builder::new().prefix("pod").tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the pod");
        let put = |path: &str, content: &str, mode: u32| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder of the pod");
            fs::write(&path, content).expect("a file of the pod");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("the file's mode");
        };
        let upstream = PathBuf::from(env::var_os("CASSKOP_UPSTREAM").expect("it was there before"));
        let script = |file: &str| {
            let path = upstream.join("bootstrap").join(self.image.release).join(file);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        put("bootstrap.sh", &script("bootstrap.sh"), 0o755);
        put("bootstrap/conf/run.sh", &script("run.sh"), 0o755);
        put("bootstrap/conf/exporter.conf", "--listen=:9500\n", 0o644);
        put("bootstrap/libs/jolokia-agent.jar", "", 0o644);
        put("bootstrap/tools/curl", "", 0o755);
        put("etc/cassandra/cassandra.yaml", self.cassandra_yaml, 0o644);
        put("etc/cassandra/cassandra-env.sh", CASSANDRA_ENV, 0o644);
        put("etc/cassandra/jvm.options", "-Xmx2G\n", 0o644);
        put("etc/hosts", &self.hosts, 0o644);
        put(
            "etc/nsswitch.conf",
            if matches!(self.dns, Dns::KnowsNothing) { "hosts: files\n" } else { "hosts: files dns\n" },
            0o644,
        );
        put("etc/resolv.conf", self.resolv_conf(), 0o644);
        put("ports", &self.ports, 0o644);
        for (key, (content, mode)) in &self.configmap {
            put(&format!("configmap/{key}"), content, *mode);
        }
        for folder in ["extra-lib", "opt/bin", "var/lib/cassandra", "tmp", "proc", "tools"] {
            fs::create_dir_all(root.path().join(folder)).expect("a folder of the pod");
        }
        let link = |program: &str, name: &str| {
            symlink(find(program).expect("it was found before"), root.path().join(name)).expect("a link to a program");
        };
        for tool in TOOLS {
            link(tool, &format!("tools/{tool}"));
        }
        if self.netcat {
            link(self.image.netcat, "tools/nc");
        }
        link("nc.openbsd", "listen");
        root
    }

    fn resolv_conf(&self) -> &'static str {
        match self.dns {
            Dns::KnowsNothing | Dns::Fails => "nameserver 127.0.0.1\n",
            Dns::Hangs => "nameserver 10.66.0.253\noptions timeout:30 attempts:5\n",
        }
    }
}

/// The environment of the bootstrap image.
const ENVIRONMENT: [(&str, &str); 10] = [
    ("CASSANDRA_CONF", "/etc/cassandra"),
    ("CASSANDRA_DATA", "/var/lib/cassandra"),
    ("CASSANDRA_LIBS", "/extra-lib"),
    ("CASSANDRA_TOOLS", "/opt/bin"),
    ("BOOTSTRAP_CONF", "/bootstrap/conf"),
    ("BOOTSTRAP_LIBS", "/bootstrap/libs"),
    ("BOOTSTRAP_TOOLS", "/bootstrap/tools"),
    ("CONFIGMAP", "/configmap"),
    ("CASSANDRA_CLUSTER_NAME", "demo"),
    ("POD_IP", SELF_ADDRESS),
];

/// The script's path, for tools that read it.
pub(crate) fn script_path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/seeds/post_run.sh"))
}
