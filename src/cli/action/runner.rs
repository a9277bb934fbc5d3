//! What a runner and the Action's inputs say: the environment, read once.

use std::path::PathBuf;

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::github::{Repository, RunId};

/// The runner.
#[derive(Debug)]
pub(super) struct Runner {
    /// Folder for files of this job.
    pub(super) temp: PathBuf,
    /// Where outputs of the step go.
    pub(super) outputs: Option<PathBuf>,
    /// Where the step's part of the job's summary goes.
    pub(super) summary: Option<PathBuf>,
    /// The fleet file, as the user names it.
    pub(super) fleet: Option<String>,
    /// Address of this run, for people.
    pub(super) url: String,
    /// What is needed to write to GitHub; `None` where there is no token.
    pub(super) github: Option<Github>,
    /// Label of the issue.
    pub(super) label: String,
    flags: Vec<(&'static str, bool)>,
}

/// Where and as whom to write to GitHub.
pub(super) struct Github {
    pub(super) api: String,
    pub(super) token: String,
    pub(super) repository: Repository,
    pub(super) run: RunId,
    /// The pull request that this run is for.
    pub(super) pull_request: Option<PullRequest>,
}

/// A pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PullRequest {
    pub(super) number: u64,
    /// Whether it comes from another repository, so that the token may only read.
    pub(super) fork: bool,
}

impl std::fmt::Debug for Github {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Github").field("repository", &self.repository).finish_non_exhaustive()
    }
}

/// The inputs that are yes or no, with what an empty one means.
const FLAGS: [&str; 6] = ["FAIL_ON_FINDINGS", "COMMENT", "ISSUE", "HISTORY", "ANNOTATIONS", "SUMMARY"];

impl Runner {
    /// Reads the environment.
    ///
    /// # Errors
    /// This is no runner, or an input is neither `true` nor `false`: invalid input.
    pub(super) fn new(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Finding> {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let need = |name: &str| {
            let missing = || Finding::invalid(format!("the variable {name} is not set"));
            get(name).ok_or_else(|| missing().fix("this command is for the GitHub Action: run it in a workflow, by `uses:`"))
        };
        let flag = |name: &'static str| match get(&format!("INPUT_{name}")).as_deref() {
            None | Some("true") => Ok((name, true)),
            Some("false") => Ok((name, false)),
            Some(_) => {
                let input = name.to_lowercase().replace('_', "-");
                Err(Finding::invalid(format!("the input `{input}` is neither true nor false")).fix("write \"true\" or \"false\""))
            }
        };
        let (server, repository, run) = (get("GITHUB_SERVER_URL"), need("GITHUB_REPOSITORY")?, need("GITHUB_RUN_ID")?);
        let server = server.unwrap_or_else(|| "https://github.com".to_owned());
        let github = match get("GITHUB_TOKEN") {
            None => None,
            Some(token) => Some(Github {
                api: get("GITHUB_API_URL").unwrap_or_else(|| "https://api.github.com".to_owned()),
                token,
                repository: Repository::new(&repository).map_err(|problem| Finding::invalid(problem.message))?,
                run: RunId {
                    run: run.parse().unwrap_or(0),
                    attempt: get("GITHUB_RUN_ATTEMPT").and_then(|text| text.parse().ok()).unwrap_or(1),
                },
                pull_request: get("GITHUB_EVENT_PATH").and_then(|path| pull_request(&path)),
            }),
        };
        Ok(Self {
            temp: PathBuf::from(need("RUNNER_TEMP")?),
            outputs: get("GITHUB_OUTPUT").map(PathBuf::from),
            summary: get("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            fleet: get("INPUT_FLEET"),
            url: format!("{server}/{repository}/actions/runs/{run}"),
            github,
            label: get("INPUT_ISSUE_LABEL").unwrap_or_else(|| "multicasskop-drift".to_owned()),
            flags: FLAGS.into_iter().map(flag).collect::<Result<_, _>>()?,
        })
    }

    /// Whether an input is on.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|(flag, on)| *flag == name && *on)
    }

    /// The file that remembers since when something differs. The Action keeps it in
    /// the cache: a branch would need the right to write to the repository.
    pub(super) fn history(&self) -> PathBuf {
        self.temp.join("multicasskop-history").join("drift.jsonl")
    }
}

/// The pull request of an event. An event that cannot be read has none.
fn pull_request(path: &str) -> Option<PullRequest> {
    let event: Json = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    let number = event.pointer("/pull_request/number")?.as_u64()?;
    let name = |side: &str| event.pointer(&format!("/pull_request/{side}/repo/full_name")).and_then(Json::as_str);
    Some(PullRequest { number, fork: name("head") != name("base") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(more: &[(&str, &str)]) -> Result<Runner, Finding> {
        let all = [("RUNNER_TEMP", "/t"), ("GITHUB_REPOSITORY", "o/r"), ("GITHUB_RUN_ID", "12"), ("GITHUB_TOKEN", "hidden")];
        let value = |name: &str| more.iter().chain(&all).find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Runner::new(value)
    }

    #[test]
    fn everything_has_a_default() {
        let runner = runner(&[]).unwrap();
        assert_eq!(runner.url, "https://github.com/o/r/actions/runs/12");
        assert!(FLAGS.iter().all(|flag| runner.flag(flag)));
        assert!(!format!("{runner:?}").contains("hidden"));
    }

    #[test]
    fn what_is_neither_yes_nor_no_and_what_is_missing_is_said() {
        let wrong = runner(&[("INPUT_FAIL_ON_FINDINGS", "no")]).unwrap_err();
        assert!(wrong.message.contains("`fail-on-findings`"), "{wrong:?}");
        assert!(runner(&[("RUNNER_TEMP", "")]).unwrap_err().message.contains("RUNNER_TEMP"));
        assert!(runner(&[("GITHUB_REPOSITORY", "o")]).is_err());
        assert!(!runner(&[("INPUT_COMMENT", "false")]).unwrap().flag("COMMENT"));
    }
}
