//! Pairs of a manifest and what the real CassKop and a real API server made of
//! it: no false alarm, no miss, and the stated path and class.
//!
//! They lie in the folder that `CASSKOP_VECTORS` names; without it the tests are
//! skipped with a notice.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "tests read their data")]

mod common;
mod drift;

use std::fmt::Write as _;
use std::path::Path;

use common::folder;
use drift::{found, hash_of, look, report, wanted};
use multicasskop::check::{ActorKind, Class, Direction, DriftReport};
use multicasskop::order::CONTENT_HASH;
use multicasskop::schema::Release;
use serde_json::Value as Json;

/// The cases, with our hash in the place of the opaque one: that of the manifest
/// where object and manifest agree, another one otherwise.
fn cases(vectors: &Path) -> Vec<Json> {
    let text = std::fs::read_to_string(vectors.join("drift/cases.json")).unwrap();
    let mut cases: Vec<Json> = serde_json::from_str(&text).unwrap();
    for case in &mut cases {
        let of = |object: &Json| object["metadata"]["annotations"][CONTENT_HASH].clone();
        let same = of(&case["rendered"]) == of(&case["live"]);
        let hash = hash_of(&case["rendered"], release(case));
        case["rendered"]["metadata"]["annotations"][CONTENT_HASH] = hash.as_str().into();
        case["live"]["metadata"]["annotations"][CONTENT_HASH] = if same { hash.into() } else { "sha256:other".into() };
    }
    cases
}

fn release(case: &Json) -> Release {
    Release::parse(case["casskop"].as_str().unwrap()).unwrap()
}

fn of(case: &Json) -> DriftReport {
    let wanted = wanted(&case["rendered"], release(case));
    report(&[&wanted], &[], &look(&[case["live"].clone()]), &[])
}

#[test]
fn every_pair_gives_the_stated_paths_and_classes() {
    let Some(vectors) = folder("CASSKOP_VECTORS") else { return };
    let cases = cases(&vectors);
    assert!(cases.len() >= 68, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let report = of(case);
        assert_eq!(report.clusters[0].not_checked, [], "{}", case["name"]);
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let mut want: Vec<_> =
            case["expect"]["drift"].as_array().unwrap().iter().map(|one| (text(&one["path"]), text(&one["class"]))).collect();
        want.sort();
        let mut got: Vec<_> =
            found(&report).into_iter().map(|(path, class)| (path, text(&serde_json::to_value(class).unwrap()))).collect();
        got.sort();
        if want != got {
            wrong.push(format!("{}: wanted {want:?}, got {got:?}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What a person reads beside the classes, case by case, as a snapshot.
#[test]
fn who_did_it_and_what_git_would_do() {
    let Some(vectors) = folder("CASSKOP_VECTORS") else { return };
    let mut told = String::new();
    for case in cases(&vectors) {
        let report = of(&case);
        let ring = &report.clusters[0].rings[0];
        if ring.differences.is_empty() {
            assert_eq!(ring.state.direction, Direction::Same, "{}", case["name"]);
            assert!(ring.effects.is_empty() && report.exit().code() == 0, "{}", case["name"]);
            continue;
        }
        let _ = writeln!(told, "{} ({:?}, exit {})", case["name"].as_str().unwrap(), ring.state.direction, report.exit().code());
        for found in &ring.differences {
            let shown =
                |value: &Option<multicasskop::check::Shown>| value.as_ref().map_or("-".to_owned(), |shown| shown.text.clone());
            let actors: Vec<_> = found.actors.iter().map(|actor| format!("{} {}", actor.manager, actor.operation)).collect();
            let _ = writeln!(
                told,
                "  {} {:?}: {} -> {} by {}",
                found.path,
                found.class,
                shown(&found.wanted),
                shown(&found.live),
                actors.join(", ")
            );
        }
        for effect in &ring.effects {
            let _ = writeln!(told, "  => {:?} {} {} pods: {}", effect.kind, effect.operation, effect.pods, effect.text);
        }
    }
    insta::assert_snapshot!(told);
}

/// A hand edit is somebody's, and what CassKop put back is CassKop's.
#[test]
fn the_right_manager_is_named() {
    let Some(vectors) = folder("CASSKOP_VECTORS") else { return };
    let mut looked_at = 0;
    for case in cases(&vectors) {
        for found in of(&case).clusters[0].rings[0].differences.iter().filter(|found| !found.actors.is_empty()) {
            let wanted = match found.class {
                Class::EditedLive | Class::RequestedOperation | Class::Labels => ActorKind::Person,
                Class::Refused => ActorKind::Casskop,
                Class::NotApplied => ActorKind::Engine,
                _ => continue,
            };
            looked_at += 1;
            assert!(found.actors.iter().all(|actor| actor.kind == wanted && actor.time.is_some()), "{}: {found:?}", case["name"]);
        }
    }
    assert!(looked_at >= 20, "{looked_at}");
}
