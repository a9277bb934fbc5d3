//! What a user learns from the program itself.

use super::*;

#[test]
fn every_command_has_a_help_that_teaches() {
    let site = Site::empty();
    assert_told!("help", site.run("--help").exits(0));
    assert_told!("help-short", site.run("-h").exits(0));
    assert_told!("help-render", site.run("render --help").exits(0));
    assert_told!("help-lint", site.run("lint --help").exits(0));
    assert_told!("help-explain", site.run("explain --help").exits(0));
    assert_told!("help-canonical", site.run("canonical --help").exits(0));
    assert_told!("help-seeds", site.run("seeds --help").exits(0));
    assert_told!("help-hash", site.run("hash --help").exits(0));
    assert_told!("help-topology", site.run("topology --help").exits(0));
    assert_told!("help-prerequisites", site.run("prerequisites --help").exits(0));
    assert_told!("help-schema", site.run("schema --help").exits(0));
    assert_told!("help-convert", site.run("convert --help").exits(0));
    assert_told!("help-gate", site.run("gate --help").exits(0));
    assert_told!("help-init", site.run("init --help").exits(0));
}

#[test]
fn usage_errors_end_with_2_and_name_what_is_near() {
    let site = Site::ring();
    site.run("").exits(2).says("Usage:");
    site.run("rendr").exits(2).says("'render'");
    site.run("render --lokal eu").exits(2).says("'--local'");
    site.run("render --stdout --check").exits(2);
    site.run("render -o yaml ring.yaml").exits(2).says("--stdout");
    site.run("render --fleet fleet.yaml --local eu").exits(2);
    site.run("lint ring.yaml --today tomorrow").exits(2).says("2027-01-31");
    assert_eq!(site.run("--version").exits(0).stdout, format!("multicasskop {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_rule_is_explained_and_a_misspelt_one_gets_the_nearest() {
    let site = Site::empty();
    let list = site.run("explain").exits(0).stdout;
    assert!(list.lines().count() > 40, "{list}");
    for line in list.lines() {
        let rule = line.split_whitespace().next().expect("an ID");
        let page = site.run(&format!("explain {rule}")).exits(0);
        assert!(page.stdout.lines().count() > 2 && page.stderr.is_empty(), "{}", page.told());
    }
    assert_eq!(site.run("explain l30").exits(0).stdout, site.run("explain L30").stdout);
    site.run("explain L300").exits(2).says("did you mean `L30`?");
    site.run("explain everything").exits(2).says("`multicasskop explain` lists all rules");
    let json = site.run("explain L30 -o json").exits(0).json();
    assert_eq!((&json["kind"], &json["rules"][0]["rule"]), (&"RuleList".into(), &"L30".into()));
}

#[test]
fn misspelt_names_get_the_nearest() {
    let site = Site::ring();
    site.write("ring.yaml", RING.replace("    us:", "    uss:"));
    site.run(&render()).exits(2).says("did you mean `us`?");
    site.write("ring.yaml", RING.replace("hardAntiAffinity", "hardAntiAfinity"));
    assert_told!("unknown-field", site.run(&render()).exits(0));
    site.write("ring.yaml", RING);
    site.run(&format!("{} --zone euu=a.b", render())).exits(2).says("did you mean `eu`?");
    site.run(&format!("{} --allow L170", render())).exits(2).says("there is no rule `L170`");
    site.run(&format!("{} --engine argo", render())).exits(2).says("did you mean `argocd`?");
    site.run(&format!("render ring.yaml {FLAGS} --stdout --cluster eus")).exits(2).says("did you mean `eu`?");
}

#[test]
fn schemas_are_printed_as_they_lie_in_the_repository() {
    let site = Site::empty();
    let listed = site.run("schema").exits(0);
    for line in listed.stdout.lines() {
        let kind = line.split_whitespace().next().unwrap();
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{kind}.json"));
        assert_eq!(site.run(&format!("schema {kind}")).exits(0).stdout, std::fs::read_to_string(file).unwrap(), "{kind}");
    }
    assert!(listed.stdout.lines().count() >= 5, "{}", listed.stdout);
    site.run("schema Fleets").exits(2).says("did you mean `fleet`?");
}
