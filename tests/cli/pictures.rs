//! `topology` and `prerequisites`.

use std::fmt::Write as _;

use super::*;

/// Names that are markup, syntax or commands where somebody forgets to escape them.
const HOSTILE: &str = "x\\\"]; click `a` </text><script>#35; %%{init}%% | \\e[2J & \\u202e";

/// The ring with a hostile name wherever a name is free: rack, storage class, labels, zone, image.
fn hostile() -> Site {
    let racks =
        format!("rack: [{{name: \"{HOSTILE}\", labels: {{\"{HOSTILE}\": \"{HOSTILE}\"}}}}, {{name: rack2}}, {{name: rack3}}]");
    let ring = RING
        .replacen("rack: [{name: rack1}, {name: rack2}, {name: rack3}]", &racks, 1)
        .replace("dataStorageClass: fast", &format!("dataStorageClass: \"{HOSTILE}\""))
        .replace("cassandraImage: cassandra:3.11.10", &format!("cassandraImage: \"{HOSTILE}:3.11.10\""));
    Site::with(&[("ring.yaml", &ring)])
}

/// A ring with more of everything than can be shown.
fn large() -> Site {
    let racks = |nodes: u32, count: u32| {
        let racks: Vec<_> = (1..=count).map(|rack| format!("{{name: rack{rack}}}")).collect();
        format!("nodesPerRacks: {nodes}, rack: [{}]", racks.join(", "))
    };
    let mut ring = RING[..RING.find("  override:").expect("an override")].to_owned() + "  override:\n";
    let mut clusters = String::new();
    for number in 0..40 {
        let (nodes, count) = if number % 2 == 0 { (100, 15) } else { (2_000_000_000, 1) };
        let _ = writeln!(
            ring,
            "    c{number}: {{spec: {{topology: {{dc: [{{name: dc{number}a, {}}}, {{name: dc{number}b, {}}}]}}}}}}",
            racks(nodes, count),
            racks(3, 3)
        );
        let _ = writeln!(clusters, "  - {{name: c{number}, zone: z{number}.example.net}}");
    }
    clusters += "  - {name: old, state: retired}\n  - {name: other}\n";
    let fleet = FLEET.split("clusters:\n").next().expect("a fleet").to_owned() + "clusters:\n" + &clusters;
    Site::with(&[("fleet.yaml", &fleet.replace("sources: [rings/*.yaml]", "sources: [ring.yaml]")), ("ring.yaml", &ring)])
}

#[test]
fn the_topology_is_a_tree_with_seeds_and_sums() {
    let site = Site::ring();
    assert_told!("topology", site.run(&format!("topology ring.yaml {FLAGS}")).exits(0));
    assert_told!("topology-mermaid", site.run(&format!("topology ring.yaml {FLAGS} -o mermaid")).exits(0));
    assert_told!("topology-json", site.run(&format!("topology ring.yaml {FLAGS} -o json")).exits(0));
}

#[test]
fn written_seeds_are_marked_and_those_that_are_no_node_are_named() {
    let site = Site::ring();
    let list = "demo-eu1-rack2-0.eu.example.net,demo-us1-rack1-0.us.example.net,demo-us1-rack1-7.us.example.net,10.0.0.1";
    let run = site.run(&format!("topology ring.yaml {FLAGS} --allow L30 --seeds {list}")).exits(0);
    let seeds: Vec<_> = run.stdout.lines().filter(|line| line.contains("(seed)")).collect();
    assert_eq!(seeds.len(), 2, "{}", run.stdout);
    assert!(seeds[0].ends_with("demo-eu1-rack2-0 (seed)") && seeds[1].ends_with("demo-us1-rack1-0 (seed)"), "{seeds:?}");
    assert!(run.stdout.contains("no node of the ring: 10.0.0.1, demo-us1-rack1-7.us.example.net\n"), "{}", run.stdout);
}

#[test]
fn rings_are_chosen_and_an_unknown_one_is_an_error() {
    let site = Site::fleet();
    let names = |words: &str| {
        let json = site.run(words).exits(0).json();
        json["rings"].as_array().expect("rings").iter().map(|ring| ring["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("topology -o json"), ["demo", "test"]);
    assert_eq!(names("topology -o json --ring test"), ["test"]);
    assert!(site.run("topology --ring mars").exits(2).says("no source describes a ring `mars`").stdout.is_empty());
}

#[test]
fn a_ring_with_errors_is_drawn_and_the_exit_code_says_so() {
    let site =
        Site::with(&[("ring.yaml", &RING.replace("example.net", "").replace("eu.\n", "\"\"\n").replace("us.\n", "\"\"\n"))]);
    let run = site.run(&format!("topology ring.yaml {FLAGS}")).exits(2).says("no DNS zone is known");
    assert!(run.stdout.contains("total: 6 nodes (6 seeds)"), "{}", run.stdout);
    let site = Site::with(&[("ring.yaml", &RING.replace("nodesPerRacks: 1", "nodesPerRacks: one"))]);
    assert_eq!(site.run(&format!("topology ring.yaml {FLAGS}")).exits(2).stdout, "", "what cannot be read is not drawn");
}

#[test]
fn large_rings_are_folded_and_an_absurd_number_of_nodes_costs_nothing() {
    let site = large();
    let text = site.run("topology").exits(0).stdout;
    assert!(text.contains("demo-dc0a-rack1-4 to demo-dc0a-rack1-99: 96 nodes"), "{text}");
    assert!(text.contains("old, wave 400: retired") && text.contains("\nno part of the ring: other\n"), "{text}");
    let diagram = site.run("topology -o mermaid").exits(0).stdout;
    assert!(diagram.len() < 50_000, "Mermaid refuses more: {}", diagram.len());
    let drawing = site.run("topology -o svg").exits(0).stdout;
    let drawing = roxmltree::Document::parse(&drawing).expect("XML");
    let boxes = |class: &str| drawing.descendants().filter(|node| node.attribute("class") == Some(class)).count();
    assert_eq!((boxes("cluster"), boxes("cluster retired"), boxes("dc")), (40, 1, 80));
    assert!(boxes("node") < 40 * 12 * 8, "{}", boxes("node"));
    let json = site.run("topology -o json").exits(0).json();
    assert_eq!(json["rings"][0]["clusters"][1]["dcs"][0]["racks"][0]["nodes"], 2_000_000_000);
}

#[test]
fn many_rings_are_too_much_for_one_diagram() {
    let site = large();
    let ring = site.read("ring.yaml");
    site.replace("fleet.yaml", "sources: [ring.yaml]", "sources: [\"*ring.yaml\"]");
    for number in 0..12 {
        site.write(&format!("{number}-ring.yaml"), ring.replace("name: demo", &format!("name: demo{number}")));
    }
    site.run("topology -o mermaid").exits(2).says("name fewer rings with `--ring`");
    site.run("topology -o mermaid --ring demo3").exits(0);
}

#[test]
fn names_of_the_input_are_text_in_every_format() {
    let site = hostile();
    let active = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    for format in
        ["topology -o text", "topology -o mermaid", "topology -o svg", "prerequisites -o text", "prerequisites -o markdown"]
    {
        let (command, format) = format.split_once(' ').expect("a command");
        let run = site.run(&format!("{command} ring.yaml {FLAGS} --allow all {format}"));
        assert!(!run.stdout.is_empty() && !run.stdout.contains(active), "{command} {format}: {}", run.stdout);
        if format == "-o svg" {
            let drawing = roxmltree::Document::parse(&run.stdout).expect("XML");
            assert!(drawing.descendants().all(|node| !["script", "image", "a", "use"].contains(&node.tag_name().name())));
            assert!(drawing.descendants().any(|node| node.text().is_some_and(|text| text.contains("</text><script>"))));
        }
        if format == "-o mermaid" {
            let label = run.stdout.lines().find(|line| line.contains("click")).expect("the name");
            assert_eq!(label.matches('"').count(), 2, "{label}");
            assert!(!run.stdout.contains("%%") && !run.stdout.contains("<script"), "{}", run.stdout);
        }
        if format == "-o markdown" {
            assert!(!run.stdout.contains("\\`a") && run.stdout.contains("'a'"), "{}", run.stdout);
        }
    }
}

#[test]
fn the_drawing_in_the_documents_is_the_one_of_the_demo() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let fleet = root.join("fixtures/demo/fleet.yaml");
    let run = Site::empty().run_words(["topology", "-o", "svg", "--fleet", fleet.to_str().expect("UTF-8")]).exits(0);
    let there = root.join("docs/topology-demo.svg");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&there, &run.stdout).expect("writable");
    }
    assert_eq!(std::fs::read_to_string(&there).expect("it is there"), run.stdout, "UPDATE_FIXTURES=1 draws it anew");
    assert!(roxmltree::Document::parse(&run.stdout).is_ok());
}

/// A ring that asks for all there is.
fn demanding() -> Site {
    let ring = RING
        .replace("      dataCapacity: 20Gi\n", "      dataCapacity: 20Gi\n      imagePullSecret: {name: registry}\n      imageJolokiaSecret: {name: jolokia}\n      configMapName: scripts\n      pod: {annotations: {cni.projectcalico.org/ipv4pools: '[\"routable\"]'}}\n      storageConfigs: [{name: logs, mountPath: /logs, pvcSpec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n      envVars: [{name: A, valueFrom: {secretKeyRef: {name: extra, key: a}}}, {name: B, valueFrom: {configMapKeyRef: {name: settings, key: b, optional: true}}}]\n      sidecarConfigs: [{name: shipper, image: registry.example.net/shipper:1, envFrom: [{secretRef: {name: extra}}]}]\n")
        .replace("rack: [{name: rack1}, {name: rack2}, {name: rack3}]", "labels: {region: one}, rack: [{name: rack1, labels: {zone: a}}, {name: rack2, labels: {zone: b}}, {name: rack3, labels: {zone: b}}]".replace(", rack:", "\n              rack:").as_str());
    Site::with(&[("ring.yaml", &ring)])
}

#[test]
fn prerequisites_say_what_where_and_why() {
    let site = demanding();
    let flags = format!("{FLAGS} --allow all --seeds none --cluster eu");
    assert_told!("prerequisites", site.run(&format!("prerequisites ring.yaml {flags}")).exits(0));
    assert_told!("prerequisites-markdown", site.run(&format!("prerequisites ring.yaml {flags} -o markdown")).exits(0));
    assert_told!("prerequisites-yaml", site.run(&format!("prerequisites ring.yaml {flags} -o yaml")).exits(0));
    let json = site.run(&format!("prerequisites ring.yaml {flags} -o json")).exits(0).json();
    let items = json["clusters"][0]["items"].as_array().expect("items");
    let secret = items.iter().find(|item| item["id"] == "eu/secret/cassandra/jolokia").expect("the secret");
    assert_eq!((&secret["kind"], &secret["keys"][1]), (&"secret".into(), &"password".into()));
    let ids: std::collections::BTreeSet<_> = items.iter().map(|item| item["id"].to_string()).collect();
    assert_eq!(ids.len(), items.len(), "an ID stands once");
}

#[test]
fn what_two_rings_need_is_listed_once_with_both() {
    let site = Site::fleet();
    let json = site.run("prerequisites -o json").exits(0).json();
    let items = json["clusters"][0]["items"].as_array().expect("items");
    let asking = |id: &str| {
        let item = items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("{id}"));
        item["needs"].as_array().expect("needs").iter().map(|need| need["ring"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(asking("eu/namespace/-/cassandra"), ["demo", "test"]);
    assert_eq!(asking("eu/network-policy/cassandra/test"), ["test"]);
    site.run("prerequisites -o yaml").exits(2).says("add `--cluster` with one of eu, us");
    site.run("prerequisites --cluster mars").exits(2).says("there is eu, us");
}

#[test]
fn skeletons_are_objects_of_kubernetes() {
    let site = demanding();
    let stream =
        site.run(&format!("prerequisites ring.yaml {FLAGS} --allow all --seeds none --cluster us -o yaml")).exits(0).stdout;
    let documents: Vec<serde_json::Value> = stream.split("---\n").map(|text| serde_yaml::from_str(text).expect("YAML")).collect();
    let kinds: Vec<_> = documents.iter().map(|object| object["kind"].as_str().expect("a kind").to_owned()).collect();
    assert_eq!(kinds, ["Namespace", "ServiceAccount", "NetworkPolicy"]);
    for object in &documents {
        let read = match object["kind"].as_str() {
            Some("Namespace") => {
                serde_json::from_value::<k8s_openapi::api::core::v1::Namespace>(object.clone()).map(|it| serde_json::json!(it))
            }
            Some("ServiceAccount") => serde_json::from_value::<k8s_openapi::api::core::v1::ServiceAccount>(object.clone())
                .map(|it| serde_json::json!(it)),
            _ => serde_json::from_value::<k8s_openapi::api::networking::v1::NetworkPolicy>(object.clone())
                .map(|it| serde_json::json!(it)),
        };
        assert_eq!(&read.expect("Kubernetes reads it"), object, "and drops nothing");
    }
}
