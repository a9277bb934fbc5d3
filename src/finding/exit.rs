//! The one table of exit codes.
//!
//! For every command; when several apply the highest wins, so that a run that
//! could not tell never looks like one that merely found differences.

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: nothing to report but, at most, warnings.
    #[default]
    Clean,
    /// 1: findings that are not allowed, or differences.
    Findings,
    /// 2: input that cannot be used, or wrong usage. Never to be allowed away.
    BadInput,
    /// 3: something could not be reached, so nothing can be said; or the run was
    /// ended before it had its answer.
    CouldNotTell,
    /// 4: an error of this program.
    Internal,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
