//! The laws of the library, on random objects and on the renders in Git.

#![cfg(test)]

mod common;
mod typed;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use common::{Texts, golden};
use multicasskop::default::{Canonical, canonical, canonical_shared, check_defaults};
use multicasskop::emit::{FileKind, TreeFile};
use multicasskop::finding::Finding;
use multicasskop::merge::{operator, operator_shared, patch};
use multicasskop::order::content_hash;
use multicasskop::render::Rendered;
use multicasskop::schema::{Memo, Profile, Release};
use multicasskop::source::Sources;
use multicasskop::tree::{Entry, Node, Value};
use multicasskop::yaml::{Budget, compose, emit};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// The last release of each profile.
const RELEASES: [&str; 4] = ["1.1.5", "2.2.9", "2.3.1", "2.3.4"];

fn release(text: &str) -> Release {
    Release::parse(text).unwrap()
}

/// A release and a spec of its types.
fn typed_spec() -> impl Strategy<Value = (Release, Json)> {
    prop::strategy::Union::new(RELEASES.map(|text| {
        let release = release(text);
        typed::spec(release.profile().types()).prop_map(move |spec| (release, spec))
    }))
}

fn object(release: Release, spec: &Json) -> Json {
    json!({
        "apiVersion": release.profile().api_version(),
        "kind": "CassandraCluster",
        "metadata": {"name": "ring", "namespace": "ns"},
        "spec": spec,
    })
}

/// Some members of a spec.
fn partial_spec() -> impl Strategy<Value = Json> {
    (typed::spec(Profile::NEWEST.types()), any::<u64>()).prop_map(|(mut spec, chosen)| {
        if let Json::Object(members) = &mut spec {
            let mut at = 0;
            members.retain(|_, _| {
                at += 1;
                chosen.rotate_right(at).trailing_zeros() >= 2
            });
        }
        spec
    })
}

/// JSON as it is read, with the place of each value.
fn composed(json: &Json) -> Node {
    let mut sources = Sources::default();
    let id = sources.add("source", json.to_string());
    compose(&sources, id, &mut Budget::default()).unwrap().remove(0).root
}

/// A copy that shares nothing.
fn unshared(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(unshared).collect()),
        Value::Map(map) => Value::Map(map.iter().map(|entry| Entry { value: unshared(&entry.value), ..entry.clone() }).collect()),
        other => other.clone(),
    };
    Node { value, origin: node.origin }
}

fn json(node: &Node) -> Json {
    serde_json::to_value(node).unwrap()
}

/// A render of one ring in one cluster; the findings are not looked at.
fn render_one(base: &Json, over: &Json, fleet: &Json) -> Rendered {
    let api = &base["apiVersion"];
    let multi = json!({"apiVersion": api, "kind": "MultiCasskop", "spec": {"base": base, "override": over}});
    Texts::read(&[("fleet.json", &fleet.to_string()), ("ring.json", &multi.to_string())]).render()
}

fn fleet(release: Release, clusters: &Json) -> Json {
    json!({
        "apiVersion": "multicasskop.dev/v1alpha1",
        "kind": "Fleet",
        "metadata": {"name": "f"},
        "sources": ["ring.json"],
        "casskopVersion": release.to_string(),
        "engine": "argocd",
        "merge": "merge-patch",
        "clusters": clusters,
    })
}

fn bytes(rendered: &Rendered) -> BTreeMap<String, String> {
    rendered.files.iter().map(|file| (file.path().to_string(), file.text())).collect()
}

fn stops(rendered: &Rendered) -> Vec<&Finding> {
    rendered.findings.iter().filter(|finding| finding.exit() == multicasskop::finding::Exit::BadInput).collect()
}

/// Our reader and another one get back the same JSON.
fn read_back(text: &str) -> Json {
    let mut sources = Sources::default();
    let id = sources.add("file.yaml", text);
    let documents = compose(&sources, id, &mut Budget::default()).unwrap();
    assert_eq!(documents.len(), 1, "{text}");
    assert!(documents[0].ambiguous.is_empty(), "{text}");
    let own = json(&documents[0].root);
    let second: Json = serde_yaml::from_str(text).unwrap();
    assert_eq!(own, second, "{text}");
    own
}

/// Renders what was rendered: as the base of a ring in one cluster, with an empty override.
fn again(file: &TreeFile, release: Release, cluster: &Json) -> Rendered {
    let base = read_back(&file.body());
    let name = cluster["name"].as_str().unwrap();
    render_one(&base, &json!({ name: {} }), &fleet(release, &json!([cluster])))
}

#[test]
fn what_was_rendered_renders_to_itself() {
    for case in golden() {
        let texts = case.texts();
        let rendered = texts.render();
        assert!(!rendered.files.is_empty(), "{}", case.folder.display());
        for summary in &rendered.rings {
            for place in &summary.places {
                let is = |file: &&TreeFile| {
                    file.kind() == FileKind::CassandraCluster
                        && file.path().cluster == place.cluster
                        && file.ring().name == summary.ring
                };
                let file = rendered.files.iter().find(is).unwrap();
                let allow = texts.fleet.as_ref().unwrap().clusters.get(&place.cluster).unwrap().allow_prune;
                let cluster = json!({"name": place.cluster, "wave": place.wave, "allowPrune": allow});
                let second = again(file, place.versions.from, &cluster);
                let told: Vec<_> = stops(&second).iter().map(|finding| finding.message.clone()).collect();
                assert_eq!(second.files.len(), 1, "{}: {told:?}", case.folder.display());
                assert_eq!(second.files[0].body(), file.body());
            }
        }
    }
}

#[test]
fn a_render_is_the_same_each_time_and_reads_back() {
    for case in golden() {
        let texts = case.texts();
        let (one, two) = (texts.render(), case.texts().render());
        assert_eq!(bytes(&one), bytes(&two));
        assert_eq!(one.findings, two.findings);
        for file in &one.files {
            let back = read_back(&file.text());
            assert_eq!(emit(&Node::from(&back)), file.body(), "what is read back is written in the same way");
        }
    }
}

/// Rings are rendered side by side once there are many: the same as one by one.
#[test]
fn many_rings_are_rendered_as_each_alone() {
    let release = Release::NEWEST;
    let fleet = fleet(release, &json!([{"name": "k1", "zone": "a.net"}, {"name": "k2", "zone": "b.net"}])).to_string();
    let ring = |number: usize| {
        let over = |dc: &str| json!({"spec": {"topology": {"dc": [{"name": dc, "rack": [{"name": "r"}]}]}}});
        let mut base = object(release, &json!({"nodesPerRacks": number % 4 + 1, "unknown": number}));
        base["metadata"]["name"] = format!("ring-{number}").into();
        json!({"apiVersion": "db.orange.com/v2", "kind": "MultiCasskop", "spec": {"base": base, "override": {"k1": over("a"), "k2": over("b")}}})
    };
    let rings: Vec<_> = (0..50).map(|number| (format!("{number}.json"), ring(number).to_string())).collect();
    let alone = |name: &str, text: &str| Texts::read(&[("fleet.json", &fleet), (name, text)]).render();
    let mut texts = vec![("fleet.json", fleet.as_str())];
    texts.extend(rings.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let all = Texts::read(&texts).render();
    let each: Vec<_> = rings.iter().map(|(name, text)| alone(name, text)).collect();
    let names = |rendered: &Rendered| rendered.files.iter().map(TreeFile::text).collect::<Vec<_>>();
    assert_eq!(names(&all), each.iter().flat_map(names).collect::<Vec<_>>());
    assert_eq!(all.findings.len(), each.iter().map(|one| one.findings.len()).sum::<usize>());
    assert_eq!(all.files.len(), 200);
}

#[test]
fn a_random_spec_is_accepted_often_enough() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for text in RELEASES {
        let release = release(text);
        let strategy = typed::spec(release.profile().types());
        let accepted = (0..100).filter(|_| {
            let spec = strategy.new_tree(&mut runner).unwrap().current();
            canonical(&Node::from(&object(release, &spec)), release).is_ok()
        });
        let accepted = accepted.count();
        assert!(accepted >= 40, "{text}: {accepted} of 100");
    }
}

/// The same JSON with the members of all objects in an order that the seed chooses.
fn shuffled(json: &Json, seed: u64) -> Json {
    match json {
        Json::Object(map) => {
            let place = |key: &str| {
                let mut hasher = DefaultHasher::new();
                (seed, key).hash(&mut hasher);
                hasher.finish()
            };
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| place(key));
            Json::Object(members.into_iter().map(|(key, value)| (key.clone(), shuffled(value, seed))).collect())
        }
        Json::Array(items) => items.iter().map(|item| shuffled(item, seed)).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_order_of_members_never_reaches_the_renders_in_git() {
    for case in golden() {
        let expected = case.texts().render();
        for seed in 0..8 {
            let texts = case.texts_with(|text| {
                let mut sources = Sources::default();
                let id = sources.add("source", text);
                let documents = compose(&sources, id, &mut Budget::default()).unwrap();
                let texts: Vec<_> = documents.iter().map(|document| shuffled(&json(&document.root), seed).to_string()).collect();
                texts.join("\n---\n")
            });
            assert_eq!(bytes(&texts.render()), bytes(&expected), "{} {seed}", case.folder.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn canonical_form_is_a_fixed_point((release, spec) in typed_spec()) {
        let Ok(first) = canonical(&Node::from(&object(release, &spec)), release) else { return Ok(()) };
        let second = canonical(&first.object, release).expect("the CRD accepts what CassKop wrote");
        prop_assert!(second.mismatches.is_empty(), "{:?}", second.mismatches);
        if first.stable_when_recreated {
            prop_assert_eq!(json(&first.object).to_string(), json(&second.object).to_string());
        }
        let third = canonical(&second.object, release).expect("likewise");
        prop_assert!(third.stable_when_recreated);
        prop_assert_eq!(json(&second.object).to_string(), json(&third.object).to_string());
    }

    #[test]
    fn an_empty_patch_changes_nothing((release, spec) in typed_spec(), empty in prop_oneof![Just(json!({})), Just(json!({"spec": {}}))]) {
        let base = Node::from(&object(release, &spec));
        let patched = patch(&base, &Node::from(&empty));
        prop_assert_eq!(json(&patched).to_string(), json(&base).to_string());
    }

    /// And an empty override is, for Multi-CassKop, the base with its defaults.
    #[test]
    fn an_empty_override_is_the_base_with_defaults((release, spec) in typed_spec()) {
        let base = Node::from(&object(release, &spec));
        let Ok(alone) = operator(&base, &Node::from(&json!({})), release) else { return Ok(()) };
        let both = operator(&base, &base, release).expect("as before");
        prop_assert_eq!(json(&alone), json(&both), "an object over itself is itself");
        let mut spec = alone.get("spec").unwrap().clone();
        check_defaults(spec.as_map_mut().unwrap(), release);
        prop_assert_eq!(json(&spec), json(alone.get("spec").unwrap()), "the defaults are in it");
    }

    /// Neither values nor origins nor what is refused depend on what was worked out before for another cluster.
    #[test]
    fn what_is_shared_is_worked_out_as_if_it_were_alone((release, base) in typed_spec(), overs in prop::collection::vec(partial_spec(), 1..4)) {
        let base = composed(&object(release, &base));
        let mut memo = Memo::default();
        for over in overs {
            let over = composed(&json!({ "spec": over }));
            let patched = patch(&base, &over);
            let alone = canonical(&unshared(&patched), release);
            prop_assert_eq!(format!("{:?}", canonical_shared(&patched, release, &mut memo)), format!("{:?}", alone));
            let alone = operator(&unshared(&base), &unshared(&over), release);
            let merged = operator_shared(&base, &over, release, &mut memo);
            prop_assert_eq!(format!("{:?}", merged), format!("{:?}", alone));
            let (Ok(merged), Ok(alone)) = (merged, alone) else { continue };
            let found = canonical_shared(&merged, release, &mut memo);
            prop_assert_eq!(format!("{:?}", found), format!("{:?}", canonical(&unshared(&alone), release)));
        }
    }

    /// What an override leaves out stays as it would be without it.
    #[test]
    fn canonical_form_sees_only_what_the_merge_gives((release, base) in typed_spec(), over in typed::spec(Profile::NEWEST.types())) {
        let (base, over) = (object(release, &base), json!({ "spec": over }));
        let patched = patch(&Node::from(&base), &Node::from(&over));
        let mut oracle = base.clone();
        json_patch::merge(&mut oracle, &over);
        let (ours, theirs) = (canonical(&patched, release), canonical(&Node::from(&oracle), release));
        match (ours, theirs) {
            (Ok(Canonical { object: ours, .. }), Ok(Canonical { object: theirs, .. })) => {
                prop_assert_eq!(json(&ours).to_string(), json(&theirs).to_string());
            }
            (Err(ours), Err(theirs)) => prop_assert_eq!(ours.len(), theirs.len()),
            (ours, theirs) => prop_assert!(false, "{:?} and {:?}", ours, theirs),
        }
    }

    #[test]
    fn the_hash_ignores_the_order_of_members((_, spec) in typed_spec(), seed: u64) {
        prop_assert_eq!(content_hash(&Node::from(&spec), None), content_hash(&Node::from(&shuffled(&spec, seed)), None));
    }

    #[test]
    fn the_order_of_members_never_reaches_the_files((release, spec) in typed_spec(), over in typed::spec(Profile::NEWEST.types()), seed: u64) {
        let base = object(release, &spec);
        let over = json!({"k2": {"spec": {"topology": {"dc": [{"name": "b", "rack": [{"name": "r"}]}]}}}, "k1": {"spec": over}});
        let fleet = fleet(release, &json!([{"name": "k1", "zone": "a.net"}, {"name": "k2", "zone": "b.net"}]));
        let one = render_one(&base, &over, &fleet);
        let two = render_one(&shuffled(&base, seed), &shuffled(&over, seed), &shuffled(&fleet, seed));
        prop_assert_eq!(bytes(&one), bytes(&two));
        prop_assert_eq!(one.findings.len(), two.findings.len());
    }

    #[test]
    fn what_is_rendered_at_random_reads_back_and_renders_to_itself((release, spec) in typed_spec()) {
        let cluster = json!({"name": "k1"});
        let first = render_one(&object(release, &spec), &json!({"k1": {}}), &fleet(release, &json!([cluster])));
        if !stops(&first).is_empty() {
            return Ok(());
        }
        prop_assert_eq!(first.files.len(), 1);
        let second = again(&first.files[0], release, &cluster);
        let told: Vec<_> = stops(&second).iter().map(|finding| finding.message.clone()).collect();
        prop_assert_eq!(second.files.len(), 1, "{:?}", told);
        prop_assert_eq!(second.files[0].body(), first.files[0].body());
    }

    #[test]
    fn whatever_a_multicasskop_holds_there_is_an_answer(
        base in typed::any_json(),
        over in typed::any_json(),
        release in prop::sample::select(&RELEASES[..]),
        merge in prop::sample::select(&["merge-patch", "operator"][..]),
        place in 0..4,
    ) {
        let release = Release::parse(release).unwrap();
        let mut fleet = fleet(release, &json!([{"name": "k1", "zone": "a.net"}, {"name": "k2"}]));
        fleet["merge"] = merge.into();
        let base = match place {
            0 => base,
            1 => object(release, &base),
            2 => object(release, &json!({ "topology": base, "resources": over, "config": base, "sidecarConfigs": [over] })),
            _ => json!({"apiVersion": release.profile().api_version(), "metadata": base, "spec": {}}),
        };
        let rendered = render_one(&base, &json!({"k1": over, "k2": {"spec": over}}), &fleet);
        prop_assert!(!rendered.files.is_empty() || !rendered.findings.is_empty());
    }
}
