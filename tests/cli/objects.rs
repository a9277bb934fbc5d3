//! Objects on standard output: `--stdout`, `canonical`, `hash`, `seeds`.

use super::*;

#[test]
fn stdout_prints_one_cluster_as_a_stream_or_a_list() {
    let site = Site::ring();
    site.run(&format!("render ring.yaml {FLAGS} --stdout")).exits(2).says("add `--cluster` with one of eu, us");
    site.run(&format!("render ring.yaml {FLAGS} --stdout --cluster mars")).exits(2).says("there is eu, us");
    let stream = site.run(&format!("render ring.yaml {FLAGS} --stdout --cluster us")).exits(0).stdout;
    site.run(&render()).exits(0);
    let body = |path: &str| site.read(path).lines().skip(3).fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(stream, [body("clusters/us/demo-seeds.yaml"), body("clusters/us/demo.yaml")].join("---\n"));

    let list = site.run(&format!("render ring.yaml {FLAGS} --stdout --cluster us -o json")).exits(0).json();
    assert_eq!((&list["apiVersion"], &list["kind"]), (&"v1".into(), &"List".into()));
    let kinds: Vec<_> = list["items"].as_array().expect("items").iter().map(|item| item["kind"].clone()).collect();
    assert_eq!(kinds, ["ConfigMap", "CassandraCluster"]);
    let one = site.run(&format!("render ring.yaml {FLAGS} --seeds none --stdout --cluster us -o json")).exits(0).json();
    assert_eq!(one["kind"], "CassandraCluster");
    assert!(!site.exists("clusters/../fleet.yaml"), "nothing else is written");
}

#[test]
fn stdout_needs_no_cluster_where_there_is_one() {
    let site = Site::with(&[("ring.yaml", &RING[..RING.find("    us:").expect("an override")])]);
    // Nor an order, nor a fleet.
    let run = site.run("render ring.yaml --casskop-version 2.3.4 --stdout").exits(0);
    assert!(run.stdout.starts_with("apiVersion: db.orange.com/v2\nkind: CassandraCluster\n"), "{}", run.stdout);
    assert!(!site.exists("clusters"));
}

#[test]
fn standard_input_is_a_source_like_any_other() {
    let site = Site::ring();
    let words = format!("render - {FLAGS} --out clusters");
    site.run_with_input(&words, RING).exits(0);
    assert!(site.read("clusters/eu/demo.yaml").contains(" source=stdin "));
    let run = site.run_with_input(&words, RING.replace("autoPilot: false", "autoPilot: 5")).exits(2).says("<stdin>:20:18");
    assert!(run.proposed().is_none(), "what was piped is gone: {}", run.stderr);
    let json = serde_json::to_string(&serde_yaml::from_str::<serde_json::Value>(RING).expect("YAML")).expect("JSON");
    let run = site.run_with_input(&words, json).exits(0);
    assert!(run.stdout.contains("0 written"), "JSON gives the same: {}", run.told());
}

#[test]
fn the_hash_of_a_rendered_file_is_the_one_it_is_annotated_with() {
    let site = Site::ring();
    for delivery in [
        "--seed-delivery configmap",
        "--seed-delivery env --allow L57",
        "--seed-delivery status --engine argocd --casskop-version 2.2.9",
    ] {
        let flags = if delivery.contains("2.2.9") { FLAGS.replace("--casskop-version 2.3.4", "") } else { FLAGS.to_owned() };
        site.run(&format!("render ring.yaml {flags} {delivery} --out clusters")).exits(0);
        let annotated = site.read("clusters/us/demo.yaml");
        let annotated = annotated.lines().find_map(|line| line.trim().strip_prefix("multicasskop.dev/content-hash: "));
        let version = if delivery.contains("2.2.9") { "2.2.9" } else { "2.3.4" };
        let hash = site.run(&format!("hash clusters/us/demo.yaml --casskop-version {version}")).exits(0).stdout;
        assert_eq!(annotated, Some(hash.trim()), "{delivery}");
    }
    let json = site.run("hash clusters/us/demo.yaml -o json").exits(0).json();
    assert_eq!(json["file"], "clusters/us/demo.yaml");
    assert!(json["hash"].as_str().is_some_and(|hash| hash.starts_with("sha256:")));
}

#[test]
fn a_rendered_file_is_its_own_canonical_form() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    let once = site.run("canonical clusters/eu/demo.yaml --casskop-version 2.3.4").exits(0).stdout;
    let rendered = site.read("clusters/eu/demo.yaml");
    assert_eq!(once, rendered.lines().skip(3).fold(String::new(), |text, line| text + line + "\n"));
    assert_eq!(site.run_with_input("canonical - --casskop-version 2.3.4", &once).exits(0).stdout, once);
    let json = site.run("canonical clusters/eu/demo.yaml -o json").exits(0).json();
    assert_eq!(json["kind"], "CassandraCluster");
}

#[test]
fn seeds_are_listed_by_cluster_with_their_way() {
    let site = Site::ring();
    assert_told!("seeds", site.run(&format!("seeds ring.yaml {FLAGS}")).exits(0));
    assert_told!("seeds-none", site.run(&format!("seeds ring.yaml {FLAGS} --seeds none")).exits(0));
    let json = site.run(&format!("seeds ring.yaml {FLAGS} -o json")).exits(0).json();
    let ring = &json["rings"][0];
    assert_eq!((&ring["ring"], &ring["origin"]), (&"demo".into(), &"computed".into()));
    assert_eq!((&ring["clusters"][1]["cluster"], &ring["clusters"][1]["delivery"]), (&"us".into(), &"configmap".into()));
    site.write(
        "ring.yaml",
        RING.replace("external-dns.alpha.kubernetes.io", "x.example.net").replace("external-dns.kubernetes.io", "y.example.net"),
    );
    let run = site.run(&format!("seeds ring.yaml {FLAGS}")).exits(2).says("no DNS zone is known");
    assert_eq!(run.stdout, "", "a list of some of the seeds would be a wrong one");
}
