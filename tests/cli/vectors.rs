//! The results of the real operator, through the command.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use multicasskop::tree::Node;
use serde_json::Value as Json;

use super::*;

fn cases(folder: &Path) -> Vec<Json> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the folder holds the file");
    let mut all: Vec<Json> = serde_json::from_str(&read("cases.json")).expect("JSON");
    all.extend(read("random.jsonl").lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON")));
    all
}

#[test]
fn canonical_prints_what_the_real_casskop_makes_of_it() {
    let Some(vectors) = std::env::var_os("CASSKOP_VECTORS") else {
        println!("skipped: CASSKOP_VECTORS is not set");
        return;
    };
    let folder = Path::new(&vectors).join("canonical");
    let of_version = |version: &'static str| cases(&folder.join(version)).into_iter().map(move |case| (version, case));
    let all: Vec<_> = ["2.3.4", "2.3.1", "2.2.9", "1.1.5"].into_iter().flat_map(of_version).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let site = Site::empty();
                while let Some((version, case)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(&site, version, case);
                }
            });
        }
    });
    assert!(all.len() > 900, "{} cases", all.len());
}

fn check(site: &Site, version: &str, case: &Json) {
    let name = format!("{version}: {}", case["name"]);
    let run = site.run_with_input(&format!("canonical - --casskop-version {version} -o json"), case["input"].to_string());
    if case["expect"].is_null() {
        run.exits(2);
        return;
    }
    let got = run.exits(0).json();
    for part in ["spec", "metadata"] {
        let Some(want) = case["expect"].get(part) else { continue };
        let (want, got) = (Node::from(want), Node::from(&got[part]));
        assert!(want.value.same(&got.value), "{name}: {part}: {got:?}");
    }
}
