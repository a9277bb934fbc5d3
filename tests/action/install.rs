//! How the Action gets the program: releases with checksums from a mirror, a build, what is there.

#![cfg(test)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::job;
use crate::release::{Checkout, VERSION, linux};
use crate::runner::{Job, PROGRAM, Ran};
use crate::stub::Stub;

/// Serves the files of a folder.
pub(crate) fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut first = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut first).unwrap();
            while reader.read_line(&mut String::new()).unwrap() > 2 {}
            let path = folder.join(first.split(' ').nth(1).unwrap().trim_start_matches('/'));
            let (status, body) = std::fs::read(path).map_or(("404 x", Vec::new()), |body| ("200 x", body));
            let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

/// A mirror with a release of this version, in a folder that lives as long as the mirror.
struct Mirror {
    folder: tempfile::TempDir,
    address: String,
}

fn mirror() -> Mirror {
    let folder = tempfile::tempdir().unwrap();
    let checkout = Checkout::new();
    checkout.pack(&linux());
    std::fs::rename(checkout.path("dist"), folder.path().join(format!("v{VERSION}"))).unwrap();
    Mirror { address: serve(folder.path().to_path_buf()), folder }
}

impl Mirror {
    fn archive(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("v{VERSION}/{}{ending}", linux().archive()))
    }
}

/// A cargo that would build something else, so that nobody waits for a build.
fn other_cargo(job: &mut Job) {
    let bin = job.file("bin");
    std::fs::create_dir(&bin).unwrap();
    let script = "#!/bin/sh\necho built here\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\n";
    let script = format!("{script}ln -sf '{PROGRAM}' \"$2/bin/multicasskop\"\n");
    job.write("bin/cargo", &script);
    make_executable(&bin.join("cargo"));
    job.path.push(bin);
}

pub(crate) fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn install(inputs: &[(&str, &str)]) -> Ran {
    install_on(linux().runner, inputs)
}

/// The same on a runner with this `RUNNER_OS` and `RUNNER_ARCH`.
pub(crate) fn install_on((system, machine): (&str, &str), inputs: &[(&str, &str)]) -> Ran {
    let stub = Stub::start();
    let mut job = job(&stub);
    job.variables.insert("RUNNER_OS".to_owned(), system.to_owned());
    job.variables.insert("RUNNER_ARCH".to_owned(), machine.to_owned());
    other_cargo(&mut job);
    job.uses_exactly(inputs)
}

#[test]
fn a_release_comes_with_its_checksum() {
    let mirror = mirror();
    let ran = install(&[("mirror", &mirror.address)]);
    assert_eq!((ran.code, ran.outputs["version"].as_str()), (0, VERSION), "{}", ran.log);
    assert!(!ran.log.contains("built here"), "{}", ran.log);
}

#[test]
fn a_wrong_checksum_is_an_error_and_never_a_reason_to_build() {
    let mirror = mirror();
    let good = std::fs::read_to_string(mirror.archive(".sha256")).unwrap();
    std::fs::write(mirror.archive(".sha256"), format!("{}  x\n", "0".repeat(64))).unwrap();
    let wrong = install(&[("mirror", &mirror.address)]);
    assert!(wrong.code == 1 && wrong.log.contains("::error") && wrong.log.contains("it must be 0000"), "{}", wrong.log);
    assert!(!wrong.log.contains("built here"), "{}", wrong.log);
    // A stated one is what counts.
    let stated = install(&[("mirror", &mirror.address), ("sha256", good.split(' ').next().unwrap())]);
    assert_eq!(stated.code, 0, "{}", stated.log);
    std::fs::remove_file(mirror.archive(".sha256")).unwrap();
    let without = install(&[("mirror", &mirror.address)]);
    assert!(without.code == 1 && without.log.contains("no checksum beside it"), "{}", without.log);
}

#[test]
fn without_a_release_it_is_built_only_where_that_is_allowed() {
    let empty = tempfile::tempdir().unwrap();
    let address = serve(empty.path().to_path_buf());
    let built = install(&[("mirror", &address)]);
    assert!(built.code == 0 && built.log.contains("built here"), "{}", built.log);
    let refused = install(&[("mirror", &address), ("install", "release")]);
    assert!(refused.code == 1 && refused.log.contains("there is no release"), "{}", refused.log);
    let always = install(&[("install", "build")]);
    assert!(always.code == 0 && always.log.contains("built here"), "{}", always.log);
}

#[test]
fn a_mirror_that_fails_and_one_without_https_are_errors() {
    let dead = install(&[("mirror", "http://127.0.0.1:9")]);
    assert!(dead.code == 1 && dead.log.contains("failed with status 000"), "{}", dead.log);
    let plain = install(&[("mirror", "http://mirror.example")]);
    assert!(plain.code == 1 && plain.log.contains("needs sha256"), "{}", plain.log);
}

#[test]
fn what_is_installed_is_taken_and_what_is_missing_is_said() {
    let missing = install(&[("install", "path"), ("binary", "/nowhere/multicasskop")]);
    assert!(missing.code == 1 && missing.log.contains("there is no program"), "{}", missing.log);
    let wrong = install(&[("install", "docker")]);
    assert!(wrong.code == 1 && wrong.log.contains("auto, release, build or path"), "{}", wrong.log);
}
