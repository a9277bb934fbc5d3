//! wip
mod common;
use multicasskop::{default::canonical, merge::operator, schema::Release, tree::Node};
use std::path::Path;

#[test]
fn merge() {
    let mut bad = 0;
    for case in common::cases(Path::new("/work/shared/vectors/merge")) {
        let mc = Node::from(&case["multicasskop"]);
        for (cluster, want) in case["expect"].as_object().unwrap() {
            if mc.at(&["spec","override"]).is_some_and(|o| o.as_map().is_none()) { assert!(want.get("error").is_some()); continue }
            let Some(over) = mc.at(&["spec", "override", cluster]) else {
                if !want.is_null() {
                    bad += 1;
                    println!("{}: no override", case["name"]);
                }
                continue;
            };
            let base = mc.at(&["spec", "base"]).cloned().unwrap_or(Node::from(&serde_json::json!({})));
            let all: Vec<_> = mc.at(&["spec", "override"]).and_then(Node::as_map).unwrap().iter().collect();
            let got = if let Some(e) = all.iter().find_map(|o| operator(&base, &o.value, Release::NEWEST).err()) {
                Err(e)
            } else {
                operator(&base, &over, Release::NEWEST)
            };
            match got {
                Ok(node) => {
                    if !node.value.same(&Node::from(want).value) {
                        bad += 1;
                        println!("{} / {cluster}", case["name"]);
                        show(&Node::from(want), &node);
                    }
                }
                Err(e) => {
                    if want.get("error").is_none() {
                        bad += 1;
                        println!("{}: {e:?}", case["name"])
                    }
                }
            }
        }
    }
    assert_eq!(bad, 0);
}
#[test]
fn canon() {
    let mut bad = 0;
    for v in ["2.3.4", "2.3.1", "2.2.9", "1.1.5"] {
        for case in common::cases(&Path::new("/work/shared/vectors/canonical").join(v)) {
            let got = canonical(&Node::from(&case["input"]), Release::parse(v).unwrap());
            match got {
                Ok(c) => {
                    if case["expect"].is_null() {
                        bad += 1;
                        println!("{v} {}: should be rejected {}", case["name"], case["rejected"]);
                        continue;
                    }
                    let spec = c.object.get("spec").unwrap();
                    if !spec.value.same(&Node::from(&case["expect"]["spec"]).value) {
                        bad += 1;
                        println!("{v} {}", case["name"]);
                        show(&Node::from(&case["expect"]["spec"]), spec);
                    }
                    if c.stable_when_recreated != case.get("stableWhenRecreated").is_none() {
                        bad += 1;
                        println!("{v} {} stable", case["name"]);
                    }
                }
                Err(e) => {
                    if !case["expect"].is_null() {
                        bad += 1;
                        println!("{v} {}: {e:?}", case["name"])
                    }
                }
            }
        }
    }
    assert_eq!(bad, 0);
}

fn show(want: &Node, got: &Node) {
    for d in multicasskop::tree::differences(want, got) {
        let j = |n: Option<&Node>| n.map(|n| serde_json::to_string(n).unwrap());
        println!("    {}: want {:?} got {:?}", d.path, j(d.left), j(d.right));
    }
}
#[test]
fn seeds() {
    for case in common::cases(Path::new("/work/shared/vectors/seeds")) {
        let mut union: Vec<String> = vec![];
        for c in case["clusters"].as_array().unwrap() {
            let cc = Node::from(&c["casskop"]);
            let name = cc.at(&["metadata","name"]).and_then(Node::as_str).unwrap_or("");
            let ns = cc.at(&["metadata","namespace"]).and_then(Node::as_str).unwrap_or("");
            let empty = Node::from(&serde_json::json!({}));
            let got: Vec<String> = multicasskop::seeds::pods(cc.get("spec").unwrap_or(&empty)).iter().map(|p| format!("{}.{name}.{ns}", p.name(name))).collect();
            let want: Vec<String> = case["expect"]["clusters"][c["name"].as_str().unwrap()]["initSeedList"].as_array().map(|a| a.iter().map(|s| s.as_str().unwrap().to_owned()).collect()).unwrap_or_default();
            assert_eq!(got, want, "{} {}", case["name"], c["casskop"]);
            union.extend(got);
        }
        let want: Vec<String> = case["expect"]["union"].as_array().unwrap().iter().map(|s| s.as_str().unwrap().to_owned()).collect();
        assert_eq!(union, want);
    }
}
