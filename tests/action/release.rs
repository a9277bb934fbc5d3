//! Releases: the steps of `release.yml` that pack and draft one, run as there, and whether
//! the Action on each platform takes what they made. The program in it is a stand-in that
//! starts the one that is built already.

#![cfg(test)]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::install::{install_on, make_executable, serve};
use crate::runner::{PROGRAM, root};

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A row of the matrix of `release.yml`.
pub(crate) struct Platform {
    /// `RUNNER_OS` and `RUNNER_ARCH` on that runner.
    pub(crate) runner: (&'static str, &'static str),
    target: String,
    suffix: String,
}

impl Platform {
    pub(crate) fn archive(&self) -> String {
        let ending = if self.runner.0 == "Windows" { "zip" } else { "tar.gz" };
        format!("{}.{ending}", self.name())
    }

    fn name(&self) -> String {
        format!("multicasskop-{VERSION}-{}", self.target)
    }
}

fn workflow() -> Json {
    serde_yaml::from_str(&std::fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap()).unwrap()
}

/// All platforms that are released.
fn matrix() -> Vec<Platform> {
    let platform = |row: &Json| Platform {
        runner: match row["os"].as_str().unwrap() {
            "ubuntu-24.04" => ("Linux", "X64"),
            "ubuntu-24.04-arm" => ("Linux", "ARM64"),
            "macos-15-intel" => ("macOS", "X64"),
            "macos-15" => ("macOS", "ARM64"),
            "windows-2025" => ("Windows", "X64"),
            other => panic!("what is {other}?"),
        },
        target: row["target"].as_str().unwrap().to_owned(),
        suffix: row["suffix"].as_str().unwrap_or_default().to_owned(),
    };
    workflow()["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().unwrap().iter().map(platform).collect()
}

/// Those of them that can be packed here.
fn platforms() -> Vec<Platform> {
    let mut platforms = matrix();
    let has = |program: &str| Command::new(program).output().is_ok();
    if !has("7z") || !has("unzip") {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "apt-get install p7zip-full unzip: required where CI=true");
        eprintln!("skipped: without 7z and unzip, what is packed for Windows is not looked at");
        platforms.retain(|platform| platform.runner.0 != "Windows");
    }
    platforms
}

/// The one for the machines of most users.
pub(crate) fn linux() -> Platform {
    matrix().into_iter().find(|platform| platform.runner == ("Linux", "X64")).unwrap()
}

/// A checkout of the tag of this version, with stand-ins where `cargo build` puts the program.
pub(crate) struct Checkout {
    folder: tempfile::TempDir,
}

impl Checkout {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let checkout = Self { folder };
        for name in [".github/pack", "Cargo.toml", "LICENSE", "README.md"] {
            std::fs::create_dir_all(checkout.path(name).parent().unwrap()).unwrap();
            std::fs::copy(root().join(name), checkout.path(name)).unwrap();
        }
        let changes = format!(
            "# Changes\n\n## Unreleased\n\nlater\n\n## {VERSION} (2026-11-21)\n\n* What is new.\n\n## {VERSION}-rc1\n\nearlier\n"
        );
        std::fs::write(checkout.path("CHANGELOG.md"), changes).unwrap();
        checkout
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a step of `release.yml` on a runner of the platform, or where there is no matrix.
    fn step(&self, job: &str, name: &str, on: Option<&Platform>, path: &str) -> Output {
        let workflow = workflow();
        let mut steps = workflow["jobs"][job]["steps"].as_array().unwrap().iter();
        let run = steps.find(|step| step["name"] == name).unwrap()["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "an expression in a script can be code");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", run]).current_dir(self.folder.path());
        command.env_clear().env("PATH", format!("{path}{}", std::env::var("PATH").unwrap()));
        command.env("GITHUB_REF_NAME", format!("v{VERSION}")).env("GH_TOKEN", "planted");
        if let Some(platform) = on {
            command.env("TARGET", &platform.target).env("SUFFIX", &platform.suffix);
        }
        let output = command.output().unwrap();
        crate::planted::assert_none("the log", &format!("{output:?}"));
        output
    }

    /// Packs for the platform; gives the archive.
    pub(crate) fn pack(&self, platform: &Platform) -> PathBuf {
        let folder = self.path(&format!("target/{}/release", platform.target));
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join(format!("multicasskop{}", platform.suffix));
        std::fs::write(&program, format!("#!/bin/sh\nexec '{PROGRAM}' \"$@\"\n")).unwrap();
        make_executable(&program);
        for name in ["The tag is the version", "Pack"] {
            let ran = self.step("build", name, Some(platform), "");
            assert!(ran.status.success(), "{name}: {ran:?}");
        }
        self.path("dist").join(platform.archive())
    }
}

/// The files of an archive, by their paths in its only folder, unpacked as the Action does.
fn unpacked(archive: &Path, platform: &Platform) -> (tempfile::TempDir, BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = match platform.runner.0 {
        "Windows" => Command::new("unzip"),
        _ => Command::new("tar"),
    };
    let ends = if platform.runner.0 == "Windows" { ["-q", "-d"] } else { ["-xzf", "-C"] };
    let ran = command.arg(ends[0]).arg(archive).arg(ends[1]).arg(folder.path()).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let mut names = BTreeSet::new();
    let mut folders = vec![folder.path().to_path_buf()];
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                assert!(path.metadata().unwrap().len() > 0, "{} is empty", path.display());
                let name = path.strip_prefix(folder.path()).unwrap().display().to_string();
                names.insert(name.strip_prefix(&format!("{}/", platform.name())).unwrap().to_owned());
            }
        }
    }
    (folder, names)
}

#[test]
fn an_archive_has_all_that_belongs_in_it_and_is_always_the_same() {
    use std::os::unix::fs::PermissionsExt as _;
    let (first, second) = (Checkout::new(), Checkout::new());
    std::fs::set_permissions(second.path("LICENSE"), std::fs::Permissions::from_mode(0o664)).unwrap();
    for platform in platforms() {
        let archive = first.pack(&platform);
        let again = [&first, &second].map(|checkout| std::fs::read(checkout.pack(&platform)).unwrap());
        assert!(again.iter().all(|bytes| *bytes == std::fs::read(&archive).unwrap()), "{}", platform.target);
        let (folder, names) = unpacked(&archive, &platform);
        let program = format!("multicasskop{}", platform.suffix);
        let mode = folder.path().join(platform.name()).join(&program).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
        let (manual, rest): (Vec<_>, Vec<_>) = names.iter().map(String::as_str).partition(|name| name.starts_with("man/"));
        let shells = ["bash", "elv", "fish", "ps1", "zsh"].map(|shell| format!("completions/multicasskop.{shell}"));
        let expected = ["CHANGELOG.md", "LICENSE", "README.md", &program].into_iter().chain(shells.iter().map(String::as_str));
        assert_eq!(rest.into_iter().collect::<BTreeSet<_>>(), expected.collect());
        assert!(manual.len() > 10 && manual.contains(&"man/multicasskop-drift.1"), "{manual:?}");
    }
}

#[test]
fn a_program_of_another_version_is_not_packed() {
    let checkout = Checkout::new();
    let manifest = std::fs::read_to_string(checkout.path("Cargo.toml")).unwrap();
    checkout.pack(&linux());
    std::fs::write(checkout.path("Cargo.toml"), manifest.replacen(VERSION, "9.9.9", 1)).unwrap();
    for name in ["The tag is the version", "Pack"] {
        assert!(!checkout.step("build", name, Some(&linux()), "").status.success(), "{name}");
    }
}

#[test]
fn what_is_packed_is_drafted_and_installed_on_every_platform() {
    let checkout = Checkout::new();
    let platforms = platforms();
    let archives: Vec<_> = platforms.iter().map(|platform| checkout.pack(platform)).collect();
    // `gh` takes the files that it is given as GitHub would keep them.
    std::fs::create_dir(checkout.path("bin")).unwrap();
    let gh = "#!/bin/sh\nprintf '%s\\n' \"$@\" >gh.txt\nmkdir -p releases\ncp -r dist \"releases/$3\"\n";
    std::fs::write(checkout.path("bin/gh"), gh).unwrap();
    make_executable(&checkout.path("bin/gh"));
    let drafted = checkout.step("draft", "Make the draft", None, &format!("{}:", checkout.path("bin").display()));
    assert!(drafted.status.success(), "{drafted:?}");
    let told = std::fs::read_to_string(checkout.path("gh.txt")).unwrap();
    let (flags, files): (Vec<_>, Vec<_>) = told.lines().partition(|line| !line.starts_with("dist/"));
    let expected = format!("release create v{VERSION} --draft --verify-tag --title {VERSION} --notes-file notes.md");
    assert_eq!((flags.join(" "), files.len()), (expected, 2 * platforms.len()), "{told}");
    assert_eq!(std::fs::read_to_string(checkout.path("notes.md")).unwrap(), "\n* What is new.\n\n");

    let address = serve(checkout.path("releases"));
    let from_there = [("mirror", address.as_str()), ("install", "release")];
    for (platform, archive) in platforms.iter().zip(archives) {
        let ran = install_on(platform.runner, &from_there);
        assert_eq!((ran.code, ran.outputs["version"].as_str()), (0, VERSION), "{}: {}", platform.target, ran.log);
        // One byte more, and nobody gets it.
        let mut bytes = std::fs::read(archive).unwrap();
        bytes.push(b'\n');
        std::fs::write(checkout.path("releases").join(format!("v{VERSION}")).join(platform.archive()), bytes).unwrap();
        let ran = install_on(platform.runner, &from_there);
        assert!(ran.code == 1 && ran.log.contains("the checksum of"), "{}: {}", platform.target, ran.log);
    }
    let elsewhere = install_on(("Windows", "ARM64"), &from_there);
    assert!(elsewhere.code == 1 && elsewhere.log.contains("there is no release"), "{}", elsewhere.log);
}
