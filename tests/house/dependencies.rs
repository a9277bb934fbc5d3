//! What we depend on: licences, unwanted crates, where crates come from, the
//! version of Rust that they need.
//!
//! The lists are those of `deny.toml`, so that `cargo deny`, where it is
//! installed, and these tests, which run everywhere, cannot disagree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use spdx::{Expression, Licensee, ParseMode};
use toml::{Table, Value};

/// Crates that only tests may use: bindings to a C library translated to
/// Rust, and an emitter that writes the string `yes` without quotes.
const ONLY_IN_TESTS: [&str; 2] = ["yaml_serde", "libyaml-rs"];

fn metadata() -> Metadata {
    let with = |options: &[&str]| {
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        MetadataCommand::new().current_dir(super::root()).other_options(options).exec()
    };
    // Offline first: after a build all is there but the crates of other systems, which need the registry once.
    let metadata = with(&["--locked", "--offline"]).or_else(|_| with(&["--locked"]));
    metadata.expect("`cargo metadata` needs an up-to-date Cargo.lock and, the first time, the registry")
}

fn deny_toml() -> Table {
    super::read(Path::new("deny.toml")).parse().unwrap()
}

/// What is reached from our package over dependencies of these kinds, ourselves left out.
fn reached<'a>(metadata: &'a Metadata, kinds: &[DependencyKind]) -> Vec<&'a Package> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let root = resolve.root.as_ref().unwrap();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        for dep in &nodes[id].deps {
            if dep.dep_kinds.iter().any(|info| kinds.contains(&info.kind)) && seen.insert(&dep.pkg) {
                open.push(&dep.pkg);
            }
        }
    }
    seen.into_iter().map(|id| &metadata[id]).collect()
}

fn everything(metadata: &Metadata) -> Vec<&Package> {
    reached(metadata, &[DependencyKind::Normal, DependencyKind::Build, DependencyKind::Development])
}

/// Why a licence expression will not do, if it will not.
fn refuse(licence: Option<&str>, allowed: &[Licensee]) -> Option<String> {
    let Some(text) = licence else { return Some("states no licence".to_owned()) };
    match Expression::parse_mode(text, ParseMode::LAX) {
        Err(error) => Some(format!("states the licence `{text}`, which is no SPDX expression: {}", error.reason)),
        Ok(expression) if expression.evaluate(|term| allowed.iter().any(|one| one.satisfies(term))) => None,
        Ok(_) => Some(format!("has the licence `{text}`, which the list in deny.toml does not allow")),
    }
}

fn allowed_licences() -> Vec<Licensee> {
    let list = deny_toml()["licenses"]["allow"].as_array().unwrap().clone();
    list.iter().map(|one| Licensee::parse(one.as_str().unwrap()).unwrap()).collect()
}

#[test]
fn every_dependency_has_a_licence_on_the_list() {
    let (metadata, allowed) = (metadata(), allowed_licences());
    let complaints = everything(&metadata).into_iter().filter_map(|package| {
        let reason = refuse(package.license.as_deref(), &allowed)?;
        Some(format!("{} {} {reason}", package.name, package.version))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = allowed_licences();
    for good in ["MIT", "MIT/Apache-2.0", "GPL-2.0-only OR MIT", "(MIT OR GPL-3.0-only) AND Unicode-3.0", "Unlicense OR MIT"] {
        assert_eq!(refuse(Some(good), &allowed), None, "{good}");
    }
    for bad in ["GPL-3.0-only", "MIT AND GPL-2.0-only", "(MIT AND MPL-2.0) OR AGPL-3.0-only", "Proprietary"] {
        assert!(refuse(Some(bad), &allowed).is_some(), "{bad}");
    }
    assert!(refuse(None, &allowed).is_some());
}

#[test]
fn no_unwanted_crate_is_in_the_tree() {
    let (metadata, deny) = (metadata(), deny_toml());
    let unwanted: BTreeMap<_, _> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |key: &str| row.get(key).and_then(Value::as_str).expect("each ban has a crate and a reason");
            (text("crate"), text("reason"))
        })
        .collect();
    let complaints = everything(&metadata).into_iter().filter_map(|package| {
        let name = package.name.as_str();
        unwanted.get(name).map(|reason| format!("{name} is unwanted: {reason} (`cargo tree -i {name}` says who brings it)"))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn the_program_does_not_contain_what_is_only_for_tests() {
    let metadata = metadata();
    let names = |packages: Vec<&Package>| packages.iter().map(|package| package.name.to_string()).collect::<BTreeSet<_>>();
    let shipped = names(reached(&metadata, &[DependencyKind::Normal, DependencyKind::Build]));
    let tested = names(everything(&metadata));
    for name in ONLY_IN_TESTS {
        assert!(!shipped.contains(name), "{name} is only for tests (`cargo tree -e normal,build -i {name}`)");
        assert!(tested.contains(name), "{name} is not used any more: strike it from the list");
    }
}

#[test]
fn every_dependency_comes_from_crates_io() {
    let metadata = metadata();
    let complaints = everything(&metadata).into_iter().filter_map(|package| {
        let from = package.source.as_ref().map_or("a path", |source| source.repr.as_str());
        (from != "registry+https://github.com/rust-lang/crates.io-index").then(|| format!("{} comes from {from}", package.name))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn every_dependency_builds_with_our_oldest_rust() {
    let metadata = metadata();
    let ours = metadata.root_package().unwrap().rust_version.clone().unwrap();
    let complaints = everything(&metadata).into_iter().filter_map(|package| {
        let theirs = package.rust_version.as_ref().filter(|theirs| **theirs > ours)?;
        Some(format!("{} {} needs Rust {theirs}, and we promise {ours}", package.name, package.version))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}
