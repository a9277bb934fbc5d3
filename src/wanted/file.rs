//! One file of the tree → a CassandraCluster, a ConfigMap, or what is wrong with it. Pure.

use super::{Wanted, WantedConfigMap};
use crate::emit::{About, FileKind, FileName, Header, Mark, RingKey, State, TreePath};
use crate::finding::{Finding, Kind, Severity};
use crate::fleet::Fleet;
use crate::order::{CONTENT_HASH, SYNC_WAVE, content_hash};
use crate::read::kind;
use crate::schema::{Profile, Release, Versions};
use crate::source::{SourceId, Sources};
use crate::tree::Node;
use crate::yaml::{Budget, compose};

/// What a file turned out to be.
pub(super) enum Content {
    Ring(Box<Wanted>),
    ConfigMap(WantedConfigMap),
    /// Nothing that is compared: not ours, another fleet's, or unusable.
    Nothing,
}

/// Reads the file of an id; what is wrong with it goes to `findings`.
pub(super) fn read(
    path: TreePath,
    id: SourceId,
    fleet: Option<&Fleet>,
    sources: &Sources,
    findings: &mut Vec<Finding>,
) -> Content {
    let file = File { path, id, fleet, sources };
    let result = file.content(findings);
    result.unwrap_or_else(|finding| {
        findings.push(finding.cluster(&file.path.cluster));
        Content::Nothing
    })
}

struct File<'a> {
    path: TreePath,
    id: SourceId,
    fleet: Option<&'a Fleet>,
    sources: &'a Sources,
}

const ENGINE: &str = "it is what Argo CD or Flux apply";
const RENDER: &str = "run `multicasskop render` and commit what it writes";

impl File<'_> {
    fn text(&self) -> &str {
        self.sources.get(self.id).text()
    }

    /// The file as messages call it.
    fn name(&self) -> &str {
        self.sources.get(self.id).name()
    }

    fn content(&self, findings: &mut Vec<Finding>) -> Result<Content, Finding> {
        let Some(mark) = Mark::find(self.text().as_bytes()) else {
            findings.push(self.foreign());
            return Ok(Content::Nothing);
        };
        let About::Ring { ring, .. } = &mark.header.about else {
            return Err(Finding::invalid(format!("`{}` has the header of a kustomization", self.name())).fix(RENDER));
        };
        if let Some(other) = self.other_fleet(&mark.header) {
            findings.push(Finding::note(format!("`{}` belongs to the fleet `{other}` and is not looked at", self.name())));
            return Ok(Content::Nothing);
        }
        self.in_its_place(&mark.header, ring)?;
        let state = mark.state(self.text().as_bytes());
        if state == State::Conflict {
            return Err(Finding::invalid(format!("Git left conflict markers in `{}`", self.name()))
                .why("what Git wants is not decided")
                .fix("correct the sources if they have conflicts too, and run `multicasskop render --force`"));
        }
        let object = self.object(ring)?;
        if kind(&object) == Some("ConfigMap") {
            if state != State::Intact {
                findings.push(self.edited(""));
            }
            let (cluster, ring) = (self.path.cluster.clone(), ring.clone());
            return Ok(Content::ConfigMap(WantedConfigMap { cluster, ring, path: self.path.clone(), object }));
        }
        self.wanted(ring, object, state == State::Intact, findings).map(|wanted| Content::Ring(Box::new(wanted)))
    }

    /// The fleet in the header, if it is another one than that of this run.
    fn other_fleet<'h>(&self, header: &'h Header) -> Option<&'h str> {
        let own = self.fleet?.name.as_ref()?;
        header.fleet.as_deref().filter(|name| *name != own.as_str())
    }

    /// A header says where its file belongs.
    fn in_its_place(&self, header: &Header, ring: &RingKey) -> Result<(), Finding> {
        let names = [FileKind::SeedsConfigMap, FileKind::CassandraCluster].map(|kind| FileName::of(&ring.name, kind));
        if header.cluster == self.path.cluster && names.contains(&self.path.file) {
            return Ok(());
        }
        let message = format!("`{}` says that it belongs to ring `{ring}` in cluster `{}`", self.name(), header.cluster);
        Err(Finding::invalid(message)
            .why("a file in another file's place brings a cluster the nodes of another one")
            .fix(format!("move it back, or remove it; then {RENDER}")))
    }

    /// The one object, which is what the header says.
    fn object(&self, ring: &RingKey) -> Result<Node, Finding> {
        let mut documents = compose(self.sources, self.id, &mut Budget::default()).map_err(|finding| Finding {
            message: format!("the rendered file `{}` cannot be read: {}", self.name(), finding.message),
            why: ENGINE.to_owned(),
            ..finding
        })?;
        let (Some(document), true) = (documents.pop(), documents.is_empty()) else {
            return Err(Finding::invalid(format!("`{}` does not hold one object", self.name())).why(ENGINE).fix(RENDER));
        };
        let object = document.root;
        let is = |keys: &[&str], text: &str| object.at(keys).and_then(Node::as_str) == Some(text);
        let of_ring = match kind(&object) {
            Some("CassandraCluster") => {
                let versions = [Profile::OLDEST, Profile::NEWEST].iter().any(|of| is(&["apiVersion"], of.api_version()));
                versions && is(&["metadata", "name"], ring.name.as_str())
            }
            Some("ConfigMap") => is(&["apiVersion"], "v1") && object.at(&["metadata", "name"]).and_then(Node::as_str).is_some(),
            _ => false,
        };
        if of_ring && is(&["metadata", "namespace"], ring.namespace.as_str()) {
            return Ok(object);
        }
        Err(Finding::invalid(format!("the object in `{}` is not what its header says: one of ring `{ring}`", self.name()))
            .at(object.span(), "")
            .why(ENGINE)
            .fix(RENDER))
    }

    fn wanted(&self, ring: &RingKey, object: Node, intact: bool, findings: &mut Vec<Finding>) -> Result<Wanted, Finding> {
        let annotation = |name| object.at(&["metadata", "annotations", name]);
        let wave = annotation(SYNC_WAVE).and_then(|node| node.as_str()?.parse().ok()).ok_or_else(|| {
            Finding::invalid(format!("`{}` does not say its wave: `{SYNC_WAVE}` with a quoted whole number", self.name()))
                .at(annotation(SYNC_WAVE).and_then(Node::span), "")
                .why("which clusters have to be done before this one cannot be told without it")
                .fix(RENDER)
        })?;
        let Some(spec) = object.get("spec").filter(|spec| spec.as_map().is_some()) else {
            return Err(Finding::invalid(format!("the object in `{}` has no `spec`", self.name())).why(ENGINE).fix(RENDER));
        };
        let seeds = object.at(&["status", "seedlist"]).map(Node::items);
        let seeds: Option<Vec<String>> =
            seeds.map(|list| list.iter().filter_map(|seed| Some(seed.as_str()?.to_owned())).collect());
        let hash = annotation(CONTENT_HASH).and_then(Node::as_str).map(str::to_owned);
        let fits = hash.as_deref() == Some(&content_hash(spec, seeds.as_deref()));
        if !fits {
            let what = if hash.is_some() { "its content hash is not that of its spec" } else { "it carries no content hash" };
            findings.push(self.edited(&format!("{what}, so that nobody can tell whether the cluster or Git moved")));
        } else if !intact {
            findings.push(self.edited(""));
        }
        let versions = self.versions(&object);
        let (cluster, ring, path) = (self.path.cluster.clone(), ring.clone(), self.path.clone());
        Ok(Wanted { cluster, ring, path, wave, hash, versions, object, intact: intact && fits })
    }

    /// The CassKop of the cluster: as stated, else the newest that reads the object.
    fn versions(&self, object: &Node) -> Versions {
        let stated = self.fleet.and_then(|fleet| fleet.versions(fleet.clusters.get(&self.path.cluster)?));
        let old = object.get("apiVersion").and_then(Node::as_str) == Some(Profile::OLDEST.api_version());
        let newest = if old { Release::LAST_V1ALPHA1 } else { Release::NEWEST };
        stated.map_or(Versions::one(newest), |versions| versions.value)
    }

    /// Applied all the same, so it is compared as it stands.
    fn edited(&self, more: &str) -> Finding {
        let and = if more.is_empty() { "" } else { "; " };
        let message = format!("`{}` was edited since it was rendered", self.name());
        Finding::new(Kind::Note, Severity::Warning, message)
            .why(format!("the clusters are compared with it as it stands, because {ENGINE}{and}{more}"))
            .fix("move the edit into the MultiCasskop, and run `multicasskop render --force`")
            .cluster(&self.path.cluster)
    }

    /// A file of the user's own: nothing to say about it, unless it holds a ring.
    fn foreign(&self) -> Finding {
        let objects = compose(self.sources, self.id, &mut Budget::default()).unwrap_or_default();
        let holds = objects.iter().any(|document| kind(&document.root) == Some("CassandraCluster"));
        let finding = if holds {
            Finding::new(
                Kind::Note,
                Severity::Warning,
                format!("`{}` holds a CassandraCluster, but was not rendered", self.name()),
            )
            .why("only rendered files are compared; whoever manages that ring has to look after it")
            .fix("make it a MultiCasskop, and render it")
        } else {
            Finding::note(format!("`{}` is not a rendered file and is not looked at", self.name()))
        };
        finding.cluster(&self.path.cluster)
    }
}
