//! `deploy/Containerfile`: what an image made of it holds, and as whom it runs.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use crate::{deploy, printed, text};

/// Runs Buildah in the folder, with its storage there, so that nothing of this machine's is used or left.
fn buildah(folder: &Path, arguments: &[&str]) {
    printed("buildah", &[&STORAGE, arguments].concat(), folder);
}

const STORAGE: [&str; 6] = ["--root", "store", "--runroot", "run", "--storage-driver", "vfs"];

/// Whether it is there and may make images, which in a container not everybody may.
fn works(folder: &Path) -> bool {
    let tried = Command::new("buildah").args(STORAGE).args(["from", "scratch"]).current_dir(folder).output();
    let works = tried.is_ok_and(|tried| tried.status.success());
    if !works {
        eprintln!("skipped: buildah is not installed, or may not make images here");
    }
    works
}

/// A part of an image, by its digest.
fn blob(folder: &Path, described: &Json) -> std::path::PathBuf {
    folder.join("image/blobs").join(described["digest"].as_str().unwrap().replace(':', "/"))
}

fn json(path: &Path) -> Json {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_image_holds_the_program_and_authorities_alone_and_runs_as_nobody() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    if !works(folder) {
        return;
    }
    std::fs::create_dir(folder.join("deploy")).unwrap();
    std::fs::copy(deploy("Containerfile"), folder.join("deploy/Containerfile")).unwrap();
    for machine in ["amd64", "arm64"] {
        std::fs::write(folder.join("deploy").join(format!("multicasskop-{machine}")), format!("for {machine}")).unwrap();
    }
    std::fs::write(folder.join("deploy/ca-certificates.crt"), "authorities").unwrap();
    // As the file's first lines say.
    let build =
        ["build", "--isolation", "chroot", "--platform", "linux/amd64,linux/arm64", "--manifest", "multicasskop", "deploy"];
    buildah(folder, &build);
    buildah(folder, &["manifest", "push", "--all", "multicasskop", "oci:image"]);
    let list = json(&blob(folder, &json(&folder.join("image/index.json"))["manifests"][0]));
    let images = list["manifests"].as_array().unwrap();
    assert_eq!(images.len(), 2);
    for image in images {
        let machine = image["platform"]["architecture"].as_str().unwrap();
        let manifest = json(&blob(folder, image));
        let made = json(&blob(folder, &manifest["config"]));
        let config = &made["config"];
        assert_eq!((&config["User"], &config["Entrypoint"]), (&"65532:65532".into(), &serde_json::json!(["/multicasskop"])));
        assert!(config["Cmd"].is_null() && made["architecture"] == machine, "{made}");
        let [layer] = &manifest["layers"].as_array().unwrap()[..] else { panic!("{manifest}") };
        let layer = blob(folder, layer);
        let layer = layer.to_str().unwrap();
        let listed = printed("tar", &["-tvf", layer, "--numeric-owner"], folder).unwrap();
        let entry = |line: &str| {
            let words: Vec<_> = line.split_whitespace().collect();
            format!("{} {} {}", words[0], words[1], words[words.len() - 1])
        };
        let files: Vec<_> = listed.lines().filter(|line| line.starts_with('-')).map(entry).collect();
        assert_eq!(files, ["-r--r--r-- 0/0 etc/ssl/certs/ca-certificates.crt", "-r-xr-xr-x 0/0 multicasskop"]);
        assert_eq!(printed("tar", &["-xOf", layer, "multicasskop"], folder).unwrap(), format!("for {machine}"));
    }
    // The job asks for the same user.
    assert!(text("schedule/cronjob.yaml").contains("runAsUser: 65532\n"));
}
