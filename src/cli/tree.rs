//! The rendered tree and its fleet, for the commands that compare clusters with it.

use std::path::{Path, PathBuf};

use super::{load, locate};
use crate::finding::Finding;
use crate::fleet::Fleet;
use crate::names::{ClusterName, nearest};
use crate::source::Sources;
use crate::wanted::{self, Tree};
use crate::write::OutDir;

/// Which tree.
#[derive(Debug, clap::Args)]
pub(super) struct TreeArgs {
    /// The fleet file [default: fleet.yaml in this or the nearest folder above]
    #[arg(long, value_name = "FILE")]
    pub(super) fleet: Option<String>,
    /// Folder of the tree [default: `out` of the fleet file]
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<String>,
}

/// The tree as it was read.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The fleet file's fleet; without one, the clusters of the tree in the order of their waves.
    pub(super) fleet: Fleet,
    /// The fleet file; `None`: there is none.
    pub(super) file: Option<PathBuf>,
    /// What relative paths in the fleet file are relative to.
    pub(super) base: PathBuf,
    /// The folder of the tree.
    pub(super) out: PathBuf,
    pub(super) tree: Tree,
    pub(super) sources: Sources,
}

/// Why there is nothing to compare with: findings of which one is an error.
#[derive(Debug)]
pub(super) struct NoTree {
    pub(super) findings: Vec<Finding>,
    pub(super) sources: Sources,
}

/// Reads fleet file and tree.
pub(super) fn load(args: &TreeArgs) -> Result<Loaded, NoTree> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let file = load::fleet_alone(args.fleet.as_deref(), &mut sources, &mut findings);
    if !findings.is_empty() {
        return Err(NoTree { findings, sources });
    }
    match read(args, file, &mut sources) {
        Ok((fleet, file, base, out, tree)) => Ok(Loaded { fleet, file, base, out, tree, sources }),
        Err(findings) => Err(NoTree { findings, sources }),
    }
}

type Read = (Fleet, Option<PathBuf>, PathBuf, PathBuf, Tree);

fn read(args: &TreeArgs, file: Option<(PathBuf, Fleet)>, sources: &mut Sources) -> Result<Read, Vec<Finding>> {
    let (file, fleet) = file.map_or((None, None), |(path, fleet)| (Some(path), Some(fleet)));
    let base = file.as_deref().and_then(Path::parent).map_or_else(PathBuf::new, Path::to_path_buf);
    let stated = fleet.as_ref().and_then(|fleet| fleet.out.as_ref()).map(|out| base.join(&out.value));
    let out = args.out.as_ref().map(PathBuf::from).or(stated).ok_or_else(|| vec![nowhere(file.as_deref())])?;
    let shown = locate::shown(&locate::absolute(&out).unwrap_or_else(|_| out.clone()));
    let folder = OutDir::open(&shown).map_err(|finding| vec![finding])?;
    let known = |cluster: &ClusterName| fleet.as_ref().is_some_and(|fleet| fleet.clusters.get(cluster).is_some());
    let texts = folder.texts(known).ok_or_else(|| vec![empty(&shown)])?;
    let mut tree = wanted::read(texts.files, &shown, fleet.as_ref(), sources);
    tree.findings.splice(0..0, texts.findings);
    let broken = tree.findings.iter().any(Finding::stops);
    if !broken && tree.rings.is_empty() {
        return Err(vec![empty(&shown)]);
    }
    let fleet = match fleet {
        Some(fleet) => fleet,
        None => Fleet::of(wanted::clusters(&tree)?),
    };
    Ok((fleet, file, base, out, tree))
}

/// A name that was typed and is not known: it must not look like one about which there is nothing to say.
pub(super) fn unknown(flag: &str, what: &str, typed: &str, known: &[&str]) -> Finding {
    let near = nearest(typed, known.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    let all = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Finding::invalid(format!("{flag}: there is no {what} `{typed}`")).fix(format!("{}there are {all}", near.unwrap_or_default()))
}

fn nowhere(file: Option<&Path>) -> Finding {
    match file {
        Some(path) => Finding::invalid(format!("`{}` does not say where the tree is", locate::shown(path)))
            .fix("write `out: clusters` in the fleet file, or name the folder with `--out`"),
        None => Finding::invalid("there is no fleet file here or above, and no tree is named")
            .why("live clusters are compared with the files that `multicasskop render` writes")
            .fix("run this in the repository with the fleet file, or name it with `--fleet`, or the tree with `--out clusters`"),
    }
}

fn empty(out: &str) -> Finding {
    Finding::invalid(format!("there is no rendered ring in `{out}`"))
        .why("live clusters are compared with the files that `multicasskop render` writes")
        .fix("run `multicasskop render`, or name the folder of the tree with `--out`")
}
