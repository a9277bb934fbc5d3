//! What cannot be asked: bad input, exit code 2, before any cluster is looked at.

#![cfg(test)]

use crate::command::Site;

/// A tree of two clusters in waves 0 and 10.
fn rendered() -> Site {
    let site = Site::fleet();
    site.run("render").exits(0);
    site
}

#[test]
fn exactly_one_question() {
    let site = rendered();
    site.run("gate").exits(2).says("<CLUSTER|--wave <NUMBER>|--all>");
    site.run("gate us --all").exits(2).says("cannot be used with");
    site.run("gate us --wave 10").exits(2);
    site.run("gate us --every 6s").exits(2).says("at most 5s");
    site.run("gate us --timeout 5m").exits(2).says("--wait");
    site.run("gate us -o yaml").exits(2).says("`text`, `json`");
    site.run("gate us -o text -o json").exits(2).says("only one format");
}

#[test]
fn what_is_not_there_is_never_open() {
    let site = rendered();
    site.run("gate uss").exits(2).says("did you mean `us`?");
    site.run("gate us --ring dem").exits(2).says("did you mean `demo`?");
    site.run("gate us --allow-busy euu").exits(2).says("did you mean `eu`?");
    site.run("gate --wave 7").exits(2).says("the waves of the rendered tree are 0, 10");
    site.run("gate --wave -1").exits(2).says("no ring is rendered in wave -1");
    site.run("gate us --since nosuch").exits(2).says("nosuch");
    // A cluster for which nothing is rendered.
    site.remove("clusters/us/demo.yaml");
    site.remove("clusters/us/test.yaml");
    site.run("gate us").exits(2).says("ask about one of `eu`");
}

#[test]
fn a_tree_that_cannot_be_read_is_never_open() {
    let site = rendered();
    site.write("clusters/us/demo.yaml", site.read("clusters/eu/demo.yaml"));
    site.run("gate eu").exits(2).says("the gate stays closed");
    let empty = Site::with(&[("fleet.yaml", crate::command::FLEET)]);
    empty.run("gate us").exits(2);
}
