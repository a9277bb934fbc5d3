//! The schema of the fleet file. The values of settings come from their types;
//! that its keys are those that [`crate::fleet::read`] knows, a test sees to. Pure.

use schemars::Schema;
use serde_json::{Value as Json, json};

use crate::fleet::{Choice, Delivery, Engine, MergeMode, State};
use crate::rule::RuleId;

/// Its schema.
pub(super) fn schema() -> Schema {
    let mut schema = super::head(
        "Fleet (multicasskop)",
        "The Kubernetes clusters of a repository in the order in which they get changes, and how rings are rendered for them. Paths are relative to this file.",
    );
    let object = object(
        "",
        &["apiVersion", "kind", "metadata", "clusters"],
        json!({
            "apiVersion": { "description": "`multicasskop.dev/v1alpha1`.", "type": "string", "const": "multicasskop.dev/v1alpha1" },
            "kind": { "description": "`Fleet`.", "type": "string", "const": "Fleet" },
            "metadata": object("The fleet's name.", &["name"], json!({
                "name": text("Stands in the header of every rendered file, so that two fleets can share a tree. A DNS name, such as `prod`."),
            })),
            "sources": list(
                "Files, folders and globs with MultiCasskops, and with ConfigMaps that they name. All rings that a run without arguments renders.",
                &text("A file, folder or glob, such as `rings/*.yaml`."),
            ),
            "out": text("Folder of the rendered tree, such as `clusters`; in it lies one folder per cluster."),
            "casskopVersion": versions("CassKop's version in clusters that state none. Default: the newest known, 1.1.5 for sources in v1alpha1."),
            "engine": choice::<Engine>("What applies the tree. It decides which ways of delivering seeds are possible."),
            "merge": choice::<MergeMode>("How an override is laid over the base: `merge-patch` (RFC 7396: what is written is what comes out), or `operator` (as Multi-CassKop did it: zero values and `null` in an override are ignored). Must be stated where the two differ."),
            "seedDelivery": choice::<Delivery>("How seeds reach the nodes of rings and clusters that say nothing else: by a script in a ConfigMap, by `status.seedlist` (CassKop before 2.3.0), or by an environment variable (CassKop from 2.3.3). Default: `configmap`, where the engine and the version leave a choice."),
            "clusters": list("All clusters, in the order in which they get changes. At least one; each name once.", &cluster()),
            "rings": {
                "description": "What differs for single rings; a key is `metadata.name` of the ring's base.",
                "type": "object",
                "additionalProperties": ring(),
            },
            "lint": object("Findings of the rules that you accept.", &[], json!({ "allow": list("One element per accepted finding, or group of findings.", &allowance()) })),
            "ignore": list("Differences between live clusters and the tree that you accept.", &ignored()),
        }),
    );
    if let Json::Object(members) = object {
        schema.ensure_object().extend(members.into_iter().filter(|(key, _)| key != "description"));
    }
    schema
}

fn cluster() -> Json {
    object(
        "A Kubernetes cluster.",
        &["name"],
        json!({
            "name": text("The key in `spec.override` of a MultiCasskop, and the folder in the tree: `a-z`, `0-9`, `.`, `_`, `-`, at most 63 characters."),
            "zone": text("DNS zone in which the other clusters reach this one's nodes as `<pod>.<zone>`. Default: the host name in the External-DNS annotation of the ring's Service."),
            "namespace": text("Namespace of objects that name none."),
            "casskopVersion": versions("CassKop's version in this cluster. Default: that of the fleet."),
            "wave": {
                "description": "The cluster's Argo CD sync wave. Default: 10 more than that of the cluster before, beginning with 0. Never less than that of the cluster before.",
                "type": "integer",
            },
            "state": choice::<State>("`active` (default), or `retired`: nothing is rendered for it any more, but it keeps its place in the order."),
            "allowPrune": {
                "description": "Leaves out the guards that keep Argo CD and Flux from deleting the objects when their files are gone. Default false.",
                "type": "boolean",
            },
            "seedDelivery": choice::<Delivery>("How seeds reach the nodes of this cluster. Default: that of the fleet."),
            "connect": connect(),
        }),
    )
}

fn connect() -> Json {
    let in_hub = |about: &str| object(about, &["hub", "namespace", "name"], hub_members());
    let mut kubemcsa = object("A secret of kubemcsa: in a cluster of the fleet, in a file, or mounted.", &[], hub_members());
    if let Some(members) = kubemcsa.get_mut("properties").and_then(Json::as_object_mut) {
        members.insert("file".to_owned(), text("The manifest of the secret, relative to this file."));
        members.insert("dir".to_owned(), text("The folder in which the secret is mounted."));
    }
    let only = |keys: &[&str]| json!({ "required": keys, "maxProperties": keys.len() });
    kubemcsa["oneOf"] = json!([only(&["hub", "namespace", "name"]), only(&["file"]), only(&["dir"])]);
    let mut connect = object(
        "How the checks reach the cluster; rendering never does. One way. Default: the context of the cluster's own name.",
        &[],
        json!({
            "context": text("A context of the user's kubeconfig, or of the file that `kubeconfig` names."),
            "kubeconfig": text("A kubeconfig file, relative to this file. Its current context counts where `context` names none."),
            "inCluster": {
                "description": "The cluster that this program runs in, by its service account.",
                "type": "boolean",
                "const": true,
            },
            "dump": text("A file or folder with what `kubectl get -o yaml` wrote, relative to this file. Nothing is asked then."),
            "clientConfig": in_hub("A ClientConfig of K8ssandra in another cluster of the fleet."),
            "kubemcsa": kubemcsa,
        }),
    );
    connect["oneOf"] = json!([
        only(&["context"]),
        { "required": ["kubeconfig"], "propertyNames": { "enum": ["kubeconfig", "context"] } },
        only(&["inCluster"]),
        only(&["dump"]),
        only(&["clientConfig"]),
        only(&["kubemcsa"]),
    ]);
    connect
}

fn hub_members() -> Json {
    json!({
        "hub": text("The cluster of the fleet in which the object lies; one that is not reached through a hub itself."),
        "namespace": text("The object's namespace in the hub."),
        "name": text("The object's name."),
    })
}

fn ring() -> Json {
    object(
        "What differs for this ring.",
        &[],
        json!({
            "seeds": {
                "description": "Cassandra's seeds: `auto` (default; by CassKop's own choice of pods, over all clusters), `none`, or a list of names or addresses in this order.",
                "anyOf": [
                    { "type": "string", "enum": ["auto", "none"] },
                    { "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 } },
                ],
            },
            "zones": {
                "description": "DNS zones of this ring by cluster, where they differ from those of the clusters.",
                "type": "object",
                "additionalProperties": text("A DNS zone, such as `demo.eu.example.net`."),
            },
            "seedDelivery": choice::<Delivery>("How this ring's seeds reach its nodes. Default: that of the cluster."),
        }),
    )
}

fn allowance() -> Json {
    let rules: Vec<&str> = RuleId::ALL.iter().filter(|id| id.rule().allowable).map(|id| id.as_str()).collect();
    object(
        "Findings of one rule that are accepted, everywhere or only where the other members say.",
        &["rule", "reason"],
        json!({
            "rule": { "description": "The rule; `multicasskop explain` lists all.", "type": "string", "enum": rules },
            "ring": text("Only in this ring."),
            "cluster": text("Only in this cluster."),
            "path": text("Only for this value, such as `spec.dataCapacity`."),
            "reason": text("Why the finding is fine, for those who read it later."),
            "until": day("The last day on which it is, as `2027-01-31`. Only the command `lint` looks at it."),
        }),
    )
}

fn ignored() -> Json {
    object(
        "Differences that are accepted, everywhere or only where the other members say.",
        &["path", "reason"],
        json!({
            "ring": text("Only in this ring."),
            "cluster": text("Only in this cluster."),
            "resource": { "description": "Only in objects of this kind.", "type": "string", "enum": ["CassandraCluster", "ConfigMap"] },
            "path": { "description": "This value and all below it; the empty text is the whole object.", "type": "string" },
            "reason": text("Why the difference is fine, for those who read it later."),
            "owner": text("Who answers for it."),
            "until": day("The last day on which it is, as `2027-01-31`."),
        }),
    )
}

/// One release, or two while an upgrade is under way.
fn versions(description: &str) -> Json {
    let release = |about: &str| json!({ "description": about, "type": "string", "pattern": r"^v?[0-9]+\.[0-9]+\.[0-9]+$" });
    json!({
        "description": format!("{description} Three numbers, or `{{from, to}}` while an upgrade is under way."),
        "anyOf": [
            release("The version that runs, such as `2.3.4`."),
            object("An upgrade that is under way; the rendered objects suit both versions.", &["from", "to"], json!({
                "from": release("The version that runs now."),
                "to": release("The version that will run."),
            })),
        ],
    })
}

fn object(description: &str, required: &[&str], properties: Json) -> Json {
    let mut schema = json!({ "description": description, "type": "object" });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["additionalProperties"] = json!(false);
    schema["properties"] = properties;
    schema
}

fn list(description: &str, items: &Json) -> Json {
    json!({ "description": description, "type": "array", "items": items })
}

fn text(description: &str) -> Json {
    json!({ "description": description, "type": "string", "minLength": 1 })
}

fn day(description: &str) -> Json {
    json!({ "description": description, "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
}

fn choice<T: Choice>(description: &str) -> Json {
    let values: Vec<&str> = T::ALL.iter().map(|value| value.as_str()).collect();
    json!({ "description": description, "type": "string", "enum": values })
}
