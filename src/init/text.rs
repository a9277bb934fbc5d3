//! The text of a first fleet file, with a comment on each line that is not plain. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::facts::Found;
use crate::fleet::Delivery;
use crate::names::{ClusterName, FleetName};
use crate::report::terminal;
use crate::schema::Release;
use crate::tree::{Node, Value};
use crate::yaml::emit;

/// What stands in a fleet file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Path of the schema, relative to the file.
    pub schema: String,
    /// The fleet's name.
    pub name: FleetName,
    /// Files, folders and globs, relative to the file.
    pub sources: Vec<String>,
    /// Folder of the tree.
    pub out: String,
    /// CassKop's version, and why it is that one.
    pub version: (Release, String),
    /// What applies the tree.
    pub engine: Option<String>,
    /// How overrides are merged; none as long as that is open.
    pub merge: Option<String>,
    /// The seeds of all rings, if they were typed.
    pub seeds: Option<(Vec<String>, String)>,
    /// How seeds reach the nodes.
    pub delivery: Option<Delivery>,
    /// The clusters in their order, with zone and namespace where these were typed.
    pub clusters: Vec<(ClusterName, Option<String>, Option<String>)>,
}

/// Writes it down.
pub fn text(settings: &Settings, found: &BTreeMap<ClusterName, Found>) -> String {
    let Settings { schema, name, sources, out, version: (version, why), engine, merge, seeds, delivery, clusters } = settings;
    let mut text = format!("# yaml-language-server: $schema={}\n", comment(schema));
    text += "# The rings of this repository, their clusters, and the order in which these get changes.\n";
    text += "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata:\n";
    let _ = writeln!(text, "  name: {} # stands in the header of every rendered file", scalar(name.as_str()));
    text += "sources: # files, folders and globs with MultiCasskops, and with ConfigMaps that they name\n";
    for source in sources {
        let _ = writeln!(text, "- {}", scalar(source));
    }
    let _ = writeln!(text, "out: {} # `multicasskop render` writes this folder, one directory per cluster", scalar(out));
    let _ = writeln!(text, "casskopVersion: {version} # {}", comment(why));
    if let Some(engine) = engine {
        let _ = writeln!(text, "engine: {} # what applies the tree: argocd, flux or other", scalar(engine));
    }
    if let Some(merge) = merge {
        let _ = writeln!(text, "merge: {} # {}", scalar(merge), about_merge(merge));
    }
    if let Some(delivery) = delivery {
        let (way, about) = about_delivery(*delivery);
        let _ = writeln!(text, "seedDelivery: {way} # {about}");
    }
    text += "clusters: # in the order in which they get changes; the first one may start a ring\n";
    for (cluster, zone, namespace) in clusters {
        let _ = writeln!(text, "- name: {}", scalar(cluster.as_str()));
        for (key, value) in [("namespace", namespace), ("zone", zone)] {
            if let Some(value) = value {
                let _ = writeln!(text, "  {key}: {}", scalar(value));
            }
        }
        for remark in found.get(cluster).map(|found| found.remarks.as_slice()).unwrap_or_default() {
            let _ = writeln!(text, "  # {}", comment(remark));
        }
    }
    if let Some((rings, seeds)) = seeds {
        text += "rings:\n";
        for ring in rings {
            let _ = write!(text, "  {}:\n    seeds:", scalar(ring));
            if ["auto", "none"].contains(&seeds.as_str()) {
                let _ = writeln!(text, " {seeds}");
                continue;
            }
            for seed in seeds.split(',') {
                let _ = write!(text, "\n    - {}", scalar(seed.trim()));
            }
            text.push('\n');
        }
    }
    text
}

const fn about_delivery(delivery: Delivery) -> (&'static str, &'static str) {
    match delivery {
        Delivery::ConfigMap => {
            ("configmap", "on a running ring one rolling restart, unless configMapName is set; later changes restart nothing")
        }
        Delivery::Status => ("status", "restarts nothing if the live list is the same; a changed list restarts every rack"),
        Delivery::Env => ("env", "a changed list restarts every rack"),
    }
}

fn about_merge(merge: &str) -> &'static str {
    if merge == "operator" {
        "as Multi-CassKop merged; the goal is merge-patch, see the warnings L35 and L36"
    } else {
        "what an override says is what comes out"
    }
}

/// A string as a YAML scalar that every reader takes for a string.
fn scalar(text: &str) -> String {
    emit(&Node::made(Value::Text(text.into()))).trim_end().to_owned()
}

/// Text of the input in one line of a comment.
fn comment(text: &str) -> String {
    terminal(text).replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet;
    use crate::source::Sources;
    use crate::yaml::{Budget, compose};

    fn settings() -> Settings {
        Settings {
            schema: ".schemas/fleet.json".to_owned(),
            name: FleetName::new("123").unwrap(),
            sources: vec!["a: b #c.yaml".to_owned(), "*.yaml".to_owned()],
            out: "on".to_owned(),
            version: (Release::NEWEST, "a\nreason: x".to_owned()),
            engine: Some("argocd".to_owned()),
            merge: Some("operator".to_owned()),
            seeds: Some((vec!["demo".to_owned()], "a.example.net,b.example.net".to_owned())),
            delivery: Some(Delivery::ConfigMap),
            clusters: vec![
                (ClusterName::new("1e3").unwrap(), Some("eu.example.net".to_owned()), Some("0x1".to_owned())),
                (ClusterName::new("null").unwrap(), None, None),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_back_whatever_the_names() {
        let remarks = vec!["zone x, written at a\nb: c".to_owned()];
        let found = [(ClusterName::new("null").unwrap(), Found { remarks })].into();
        let text = text(&settings(), &found);
        let mut sources = Sources::default();
        let id = sources.add("fleet.yaml", text.as_str());
        let documents = compose(&sources, id, &mut Budget::default()).unwrap_or_else(|finding| panic!("{finding:?}\n{text}"));
        let fleet = fleet::read(&documents[0], &sources).unwrap_or_else(|findings| panic!("{findings:?}\n{text}"));
        assert_eq!(fleet.name.map(|name| name.to_string()).as_deref(), Some("123"));
        let read: Vec<_> = fleet.sources.iter().map(|source| source.value.as_str()).collect();
        assert_eq!(read, ["a: b #c.yaml", "*.yaml"]);
        let names: Vec<_> = fleet.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
        assert_eq!(names, ["1e3", "null"]);
        assert_eq!(fleet.out.map(|out| out.value).as_deref(), Some("on"));
        assert_eq!(fleet.rings[0].seeds.as_ref().map(|seeds| format!("{:?}", seeds.value).matches("example").count()), Some(2));
        assert!(!text.lines().any(|line| line.starts_with("b: c") || line.starts_with("reason")), "{text}");
    }
}
