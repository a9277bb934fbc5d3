//! Every rule of the plan on trees in memory.

use super::*;
use crate::emit::Mark;
use crate::finding::Exit;
use crate::names::{Namespace, RingName};
use crate::write::Fleet;

const OWN: Option<&str> = Some("prod");

fn cluster(name: &str) -> ClusterName {
    ClusterName::new(name).unwrap()
}

fn ring(key: &str) -> RingKey {
    let (namespace, name) = key.split_once('/').unwrap();
    RingKey { namespace: Namespace::new(namespace).unwrap(), name: RingName::new(name).unwrap() }
}

fn file_of(fleet: Option<&str>, at: &str, key: &str, body: &str) -> TreeFile {
    TreeFile::new(fleet, &cluster(at), &ring(key), "r.yaml", FileKind::CassandraCluster, body)
}

/// A `CassandraCluster` of the fleet `prod`.
fn file(at: &str, key: &str, body: &str) -> TreeFile {
    file_of(OWN, at, key, body)
}

fn seeds(at: &str, key: &str) -> TreeFile {
    TreeFile::new(OWN, &cluster(at), &ring(key), "r.yaml", FileKind::SeedsConfigMap, "seeds: 1\n")
}

fn scope(fleet: Fleet, clusters: &[&str], rings: &[&str]) -> Scope {
    let clusters = clusters.iter().map(|name| cluster(name)).collect();
    Scope { fleet, clusters, rings: rings.iter().map(|key| ring(key)).collect() }
}

fn part(rings: &[&str]) -> Scope {
    scope(Fleet::Part("prod".into()), &["k1", "k2"], rings)
}

fn whole(rings: &[&str]) -> Scope {
    scope(Fleet::Whole("prod".into()), &["k1", "k2"], rings)
}

/// A tree in memory: paths and texts.
#[derive(Clone, Default)]
struct Tree(BTreeMap<String, String>);

impl Tree {
    /// What a first run into an empty tree leaves.
    fn rendered(files: &[TreeFile]) -> Self {
        let rings: Vec<String> = files.iter().map(|file| file.ring().to_string()).collect();
        let scope = whole(&rings.iter().map(String::as_str).collect::<Vec<_>>());
        let plan = plan(files.to_vec(), Snapshot::default(), &scope, false).unwrap();
        Self::default().after(&plan)
    }

    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    fn with_file(self, file: &TreeFile) -> Self {
        self.with(&file.path().to_string(), &file.text())
    }

    fn edited(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(path).unwrap();
        assert!(text.contains(from));
        *text = text.replace(from, to);
        self
    }

    fn after(mut self, plan: &Plan) -> Self {
        self.0.extend(plan.writes.iter().map(|write| (write.path.to_string(), write.new.to_string())));
        for removal in &plan.removals {
            self.0.remove(&removal.path.to_string());
        }
        self
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot { out: "out".to_owned(), ..Snapshot::default() };
        for (path, text) in &self.0 {
            let (at, name) = path.split_once('/').unwrap();
            let place = snapshot.places.entry(cluster(at)).or_insert_with(|| Place::Directory(Directory::default()));
            let Place::Directory(directory) = place else { unreachable!() };
            let bytes = text.clone().into_bytes();
            match Mark::find(&bytes) {
                None if name.starts_with("kustomization.") => {
                    directory.kustomizations.insert(name.to_owned(), Ok(bytes));
                }
                mark => {
                    let found = mark.map_or(OnDisk::Foreign, |mark| OnDisk::Ours(Ours::new(mark, &bytes)));
                    directory.files.insert(FileName::listed(name).unwrap(), found);
                }
            }
        }
        snapshot
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ()> {
        self.0.get(&path.to_string()).map(|text| text.clone().into_bytes()).ok_or(())
    }

    fn plan(&self, desired: &[TreeFile], scope: &Scope) -> Result<Plan, Refusal> {
        plan(desired.to_vec(), self.snapshot(), scope, false)
    }

    fn forced(&self, desired: &[TreeFile], scope: &Scope) -> Result<Plan, Refusal> {
        plan(desired.to_vec(), self.snapshot(), scope, true)
    }
}

fn written(plan: &Plan) -> Vec<String> {
    plan.writes.iter().map(|write| write.path.to_string()).collect()
}

fn removed(plan: &Plan) -> Vec<String> {
    plan.removals.iter().map(|removal| removal.path.to_string()).collect()
}

fn exit(refusal: &Refusal) -> Exit {
    refusal.findings.iter().map(Finding::exit).max().unwrap()
}

fn lists(plan: &Plan, at: &str) -> Vec<String> {
    let path = format!("{at}/kustomization.yaml");
    let write = plan.writes.iter().find(|write| write.path.to_string() == path).unwrap();
    write.new.to_string().lines().filter_map(|line| line.strip_prefix("- ")).map(str::to_owned).collect()
}

#[test]
fn a_first_run_writes_seeds_then_objects_then_kustomizations() {
    let desired = [file("k2", "ns/a", "1\n"), file("k1", "ns/a", "1\n"), seeds("k1", "ns/a")];
    let plan = Tree::default().plan(&desired, &whole(&["ns/a"])).unwrap();
    let order = ["k1/a-seeds.yaml", "k1/a.yaml", "k2/a.yaml", "k1/kustomization.yaml", "k2/kustomization.yaml"];
    assert_eq!(written(&plan), order);
    assert_eq!(lists(&plan, "k1"), ["a-seeds.yaml", "a.yaml"]);
    assert!(plan.differs() && plan.removals.is_empty() && plan.unchanged == 0);
}

#[test]
fn a_second_run_touches_nothing_and_neither_does_one_on_crlf() {
    let desired = [file("k1", "ns/a", "1\n"), seeds("k1", "ns/a")];
    let tree = Tree::rendered(&desired);
    for tree in [tree.clone(), Tree(tree.0.iter().map(|(path, text)| (path.clone(), text.replace('\n', "\r\n"))).collect())] {
        let plan = tree.plan(&desired, &whole(&["ns/a"])).unwrap();
        assert!(!plan.differs() && plan.diff(|path| tree.read(path)).unwrap().is_empty());
        assert_eq!(plan.unchanged, 3);
    }
}

#[test]
fn a_changed_file_is_written_alone_also_over_crlf() {
    let tree = Tree::rendered(&[file("k1", "ns/a", "1\n"), seeds("k1", "ns/a")]).edited("k1/a.yaml", "\n", "\r\n");
    let plan = tree.plan(&[file("k1", "ns/a", "2\n"), seeds("k1", "ns/a")], &whole(&["ns/a"])).unwrap();
    assert_eq!(written(&plan), ["k1/a.yaml"]);
    let diff = plan.diff(|path| tree.read(path)).unwrap();
    assert_eq!(diff.len(), 1);
    assert!(diff[0].text.starts_with("--- a/out/k1/a.yaml\n+++ b/out/k1/a.yaml\n"), "{}", diff[0].text);
    let changed = diff[0].text.lines().skip(2).filter(|line| line.starts_with(['-', '+']));
    assert_eq!(changed.map(|line| &line[..2]).collect::<Vec<_>>(), ["-#", "-1", "+#", "+2"]);
}

#[test]
fn a_ring_that_left_a_cluster_is_removed_from_it_and_other_rings_stay() {
    let before = [file("k1", "ns/a", "1\n"), seeds("k1", "ns/a"), file("k1", "ns/b", "1\n"), file("k2", "ns/a", "1\n")];
    let tree = Tree::rendered(&before);
    let plan = tree.plan(&[file("k2", "ns/a", "1\n")], &part(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k1/a-seeds.yaml", "k1/a.yaml"]);
    assert_eq!(lists(&plan, "k1"), ["b.yaml"]);
    assert_eq!(written(&plan), ["k1/kustomization.yaml"]);
    assert!(plan.diff(|_| Err(())).is_err(), "what cannot be read again is no empty file");
    assert!(
        plan.diff(|path| tree.read(path))
            .unwrap()
            .iter()
            .any(|diff| diff.text.starts_with("--- a/out/k1/a.yaml\n+++ /dev/null\n"))
    );
}

#[test]
fn a_seeds_config_map_that_is_no_longer_needed_is_removed() {
    let tree = Tree::rendered(&[file("k1", "ns/a", "1\n"), seeds("k1", "ns/a")]);
    let plan = tree.plan(&[file("k1", "ns/a", "1\n")], &part(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k1/a-seeds.yaml"]);
    assert_eq!(lists(&plan, "k1"), ["a.yaml"]);
}

#[test]
fn a_directory_without_our_files_loses_its_kustomization_first() {
    let tree = Tree::rendered(&[file("k1", "ns/a", "1\n"), file("k2", "ns/a", "1\n")]);
    let plan = tree.plan(&[file("k2", "ns/a", "1\n")], &part(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k1/kustomization.yaml", "k1/a.yaml"]);
    assert!(plan.writes.is_empty());
    // Killed after the file was removed: only the kustomization is left.
    let mut tree = tree;
    tree.0.remove("k1/a.yaml");
    let plan = tree.plan(&[file("k2", "ns/a", "1\n")], &part(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k1/kustomization.yaml"]);
}

#[test]
fn only_a_run_of_the_whole_fleet_removes_what_it_was_not_given_and_only_its_own() {
    let gone = [file("k1", "ns/gone", "1\n"), file("k9", "ns/a", "1\n")];
    let kept = file("k1", "ns/a", "1\n");
    let tree = Tree::rendered(&[gone[0].clone(), gone[1].clone(), kept.clone()])
        .with_file(&file_of(Some("test"), "k1", "ns/x", "1\n"))
        .with_file(&file_of(None, "k1", "ns/y", "1\n"))
        .with("k1/z.yaml", "kind: Z\n");
    let plan = tree.plan(std::slice::from_ref(&kept), &part(&["ns/a"])).unwrap();
    // `read` does not look into k9 for a part of the fleet; were it to, the ring is still given.
    assert_eq!(removed(&plan), ["k9/kustomization.yaml", "k9/a.yaml"]);
    let plan = tree.plan(&[kept], &whole(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k9/kustomization.yaml", "k1/gone.yaml", "k9/a.yaml"]);
    assert_eq!(lists(&plan, "k1"), ["a.yaml", "x.yaml", "y.yaml"]);
}

#[test]
fn a_run_without_a_fleet_removes_only_given_rings_without_a_fleet() {
    let files = [file_of(None, "k1", "ns/a", "1\n"), file_of(None, "k1", "ns/b", "1\n")];
    let tree = Tree::default().with_file(&files[0]).with_file(&files[1]).with_file(&file("k2", "ns/a", "1\n"));
    let scope = scope(Fleet::None, &["k1", "k2", "k3"], &["ns/a"]);
    let plan = tree.plan(&[file_of(None, "k3", "ns/a", "1\n")], &scope).unwrap();
    assert_eq!(removed(&plan), ["k1/a.yaml"]);
}

#[test]
fn a_fleet_takes_over_what_was_rendered_without_one_but_not_the_reverse() {
    let (with, without) = (file("k1", "ns/a", "1\n"), file_of(None, "k1", "ns/a", "1\n"));
    let alone = scope(Fleet::None, &["k1"], &["ns/a"]);
    let tree = Tree::default().after(&Tree::default().plan(std::slice::from_ref(&without), &alone).unwrap());
    let plan = tree.plan(std::slice::from_ref(&with), &part(&["ns/a"])).unwrap();
    assert_eq!(written(&plan), ["k1/a.yaml", "k1/kustomization.yaml"]);
    let tree = tree.after(&plan);
    let refusal = tree.plan(std::slice::from_ref(&without), &alone).unwrap_err();
    assert_eq!(refusal.findings.len(), 2);
    assert_eq!(exit(&refusal), Exit::Findings);
    assert!(refusal.findings[0].message.contains("belongs to the fleet `prod`"), "{}", refusal.findings[0].message);
    assert!(tree.forced(&[without], &alone).is_ok());
}

#[test]
fn a_path_of_another_ring_is_not_taken_unless_forced_or_that_ring_is_gone() {
    let tree = Tree::rendered(&[seeds("k1", "ns/a"), file("k1", "ns/a", "1\n")]);
    let other = [file("k1", "ns/a-seeds", "1\n")];
    let refusal = tree.plan(&other, &part(&["ns/a-seeds"])).unwrap_err();
    assert!(refusal.findings[0].message.contains("belongs to the ring `ns/a`"), "{}", refusal.findings[0].message);
    assert_eq!(exit(&refusal), Exit::Findings);
    assert!(tree.forced(&other, &part(&["ns/a-seeds"])).is_ok());
    assert!(tree.plan(&other, &part(&["ns/a-seeds", "ns/a"])).is_ok());
    assert!(tree.plan(&other, &whole(&["ns/a-seeds"])).is_ok());
}

#[test]
fn two_rings_on_one_path_are_refused() {
    let refusal = Tree::default().plan(&[file("k1", "x/a", "1\n"), file("k1", "y/a", "1\n")], &whole(&[])).unwrap_err();
    assert_eq!(exit(&refusal), Exit::BadInput);
}

#[test]
fn a_file_that_is_not_ours_is_never_replaced_or_removed() {
    let tree = Tree::default().with("k1/a.yaml", "kind: X\n").with("k2/a.yaml", "kind: X\n").with("k9/a.yaml", "kind: X\n");
    let desired = [file("k1", "ns/a", "1\n")];
    for refusal in [tree.plan(&desired, &whole(&["ns/a"])), tree.forced(&desired, &whole(&["ns/a"]))] {
        let refusal = refusal.unwrap_err();
        assert_eq!(exit(&refusal), Exit::BadInput);
        assert_eq!(refusal.findings.len(), 1);
        assert_eq!(refusal.findings[0].message, "`out/k1/a.yaml` is in the way: it is not a file that multicasskop rendered");
    }
}

#[test]
fn what_is_no_file_or_directory_is_in_the_way_only_at_our_own_paths() {
    let desired = [file("k1", "ns/a", "1\n")];
    for obstacle in [Obstacle::Symlink, Obstacle::Directory, Obstacle::Special] {
        let mut directory = Directory::default();
        directory.files.insert(FileName::listed("a.yaml").unwrap(), OnDisk::Obstacle(obstacle));
        directory.kustomizations.insert("kustomization.yaml".to_owned(), Err(obstacle));
        let places = [(cluster("k1"), Place::Directory(directory)), (cluster("k2"), Place::Obstacle(obstacle))];
        let snapshot = Snapshot { out: "out".to_owned(), places: places.into() };
        let refusal = plan(desired.to_vec(), snapshot.clone(), &whole(&["ns/a"]), true).unwrap_err();
        assert_eq!(exit(&refusal), Exit::BadInput);
        assert_eq!(refusal.findings.len(), 2);
        let refusal = plan(vec![file("k2", "ns/b", "1\n")], snapshot.clone(), &whole(&["ns/b"]), true).unwrap_err();
        assert_eq!(refusal.findings.len(), 1);
        assert!(refusal.findings[0].message.starts_with("`out/k2` is in the way"));
        assert!(plan(vec![file("k3", "ns/b", "1\n")], snapshot, &whole(&["ns/b"]), false).is_ok());
    }
}

#[test]
fn an_edit_is_shown_and_kept_unless_forced() {
    let tree = Tree::rendered(&[file("k1", "ns/a", "x: 1\ny: 1\n")]).edited("k1/a.yaml", "y: 1", "y: 7");
    let desired = [file("k1", "ns/a", "x: 1\ny: 1\n")];
    let refusal = tree.plan(&desired, &part(&["ns/a"])).unwrap_err();
    assert_eq!(exit(&refusal), Exit::Findings);
    assert_eq!(refusal.findings[0].message, "`out/k1/a.yaml` was edited after it was rendered");
    let diff = refusal.diff(|path| tree.read(path)).unwrap();
    insta::assert_snapshot!(diff[0].text.lines().filter(|line| !line.contains('#')).collect::<Vec<_>>().join("\n"), @r"
    --- out/k1/a.yaml (as it would be rendered)
    +++ out/k1/a.yaml (as it is)
    @@ -2,4 +2,4 @@
     x: 1
    -y: 1
    +y: 7
    ");
    let plan = tree.forced(&desired, &part(&["ns/a"])).unwrap();
    assert_eq!(written(&plan), ["k1/a.yaml"]);
}

#[test]
fn an_edited_file_stops_a_removal_too_but_not_a_run_that_leaves_it_alone() {
    let before = [file("k1", "ns/a", "1\n"), file("k1", "ns/b", "1\n")];
    let tree = Tree::rendered(&before).edited("k1/a.yaml", "\n1\n", "\n2\n");
    let refusal = tree.plan(&before[1..], &whole(&["ns/b"])).unwrap_err();
    assert_eq!(exit(&refusal), Exit::Findings);
    assert!(refusal.diff(|path| tree.read(path)).unwrap()[0].text.contains("+2"));
    assert_eq!(removed(&tree.forced(&before[1..], &whole(&["ns/b"])).unwrap()), ["k1/a.yaml"]);
    assert!(!tree.plan(&before[1..], &part(&["ns/b"])).unwrap().differs());
}

#[test]
fn an_edit_that_says_what_would_be_rendered_is_no_reason_to_stop() {
    let new = file("k1", "ns/a", "2\n");
    let tree = Tree::rendered(&[file("k1", "ns/a", "1\n")]).with_file(&new);
    assert!(!tree.plan(&[new], &part(&["ns/a"])).unwrap().differs());
}

#[test]
fn conflict_markers_have_their_own_message_and_are_replaced_when_forced() {
    let (ours, theirs) = (file("k1", "ns/a", "1\n"), file("k1", "ns/a", "2\n"));
    let text = format!("<<<<<<< HEAD\n{}=======\n{}>>>>>>> other\n", ours.text(), theirs.text());
    let tree = Tree::rendered(std::slice::from_ref(&ours)).with("k1/a.yaml", &text);
    let refusal = tree.plan(std::slice::from_ref(&ours), &part(&["ns/a"])).unwrap_err();
    assert_eq!(exit(&refusal), Exit::Findings);
    assert!(refusal.findings[0].message.contains("conflict markers"));
    assert_eq!(written(&tree.forced(&[ours], &part(&["ns/a"])).unwrap()), ["k1/a.yaml"]);
}

#[test]
fn all_reasons_are_given_at_once() {
    let desired = [file("k1", "ns/a", "1\n"), file("k2", "ns/a", "1\n")];
    let tree = Tree::rendered(&desired).edited("k1/a.yaml", "\n1\n", "\n2\n").with("k2/a.yaml", "x: 1\n");
    let refusal = tree.plan(&desired, &part(&["ns/a"])).unwrap_err();
    assert_eq!(refusal.findings.len(), 2);
    assert_eq!(exit(&refusal), Exit::BadInput);
}

#[test]
fn a_copy_of_our_file_is_not_listed_and_is_removed_with_its_ring() {
    let a = file("k1", "ns/a", "1\n");
    let tree = Tree::rendered(std::slice::from_ref(&a)).with("k1/old.yaml", &a.text());
    let plan = tree.plan(&[file("k1", "ns/b", "1\n")], &part(&["ns/b"])).unwrap();
    assert_eq!(lists(&plan, "k1"), ["a.yaml", "b.yaml"]);
    assert_eq!(plan.warnings.len(), 1);
    let plan = tree.plan(&[a], &part(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k1/old.yaml"]);
}

#[test]
fn a_renamed_cluster_directory_is_rendered_over_and_a_copied_one_is_not_listed() {
    let (a, b) = (file("k1", "ns/a", "1\n"), file("k1", "ns/b", "1\n"));
    let tree = Tree::default().with("k2/a.yaml", &a.text()).with("k2/b.yaml", &b.text());
    let plan = tree.plan(&[file("k2", "ns/a", "1\n")], &part(&["ns/a"])).unwrap();
    assert_eq!(lists(&plan, "k2"), ["a.yaml"]);
    assert!(plan.warnings[0].message.contains("rendered for the ring `ns/b` in cluster `k1`"), "{}", plan.warnings[0].message);
}

#[test]
fn a_kustomization_of_the_users_is_left_alone_and_ours_beside_it_goes() {
    let a = file("k1", "ns/a", "1\n");
    let own = "resources: [a.yaml, ./b.yaml, ../base]\n";
    let tree = Tree::default().with_file(&a).with("k1/kustomization.yaml", own);
    let plan = tree.plan(std::slice::from_ref(&a), &part(&["ns/a"])).unwrap();
    assert!(!plan.differs());
    let tree = Tree::rendered(std::slice::from_ref(&a)).with("k1/kustomization.yml", own);
    let plan = tree.plan(&[a], &part(&["ns/a"])).unwrap();
    assert_eq!(removed(&plan), ["k1/kustomization.yaml"]);
}

#[test]
fn leftovers_of_a_killed_run_are_a_difference_and_are_removed() {
    let a = file("k1", "ns/a", "1\n");
    let mut snapshot = Tree::rendered(std::slice::from_ref(&a)).snapshot();
    let Some(Place::Directory(directory)) = snapshot.places.get_mut(&cluster("k1")) else { unreachable!() };
    directory.leftovers.extend(TempName::listed(".multicasskop-1-2.tmp"));
    let plan = plan(vec![a], snapshot, &part(&["ns/a"]), false).unwrap();
    assert!(plan.differs() && plan.leftovers.len() == 1 && plan.writes.is_empty());
}
