//! JSON Schemas of all that people write and this program reads, for editors, and
//! of its reports, for other programs.
//!
//! They are made out of the tables and types that the program itself works
//! with ([`crate::schema`], [`crate::fleet`]), so that an editor knows what the
//! program knows. Draft 7: yaml-language-server reads that in all its versions,
//! later drafts only in its newest ones (docs/facts.md, JSON Schema in editors).
//! The files in `schemas/` are what [`Kind::text`] gives. Pure.

mod fleet;
mod multicasskop;
mod reports;
mod tables;

use schemars::Schema;

use crate::check::DriftReport;
use crate::gate::GateReport;
use crate::report::{LintReport, RenderReport};
use crate::schema::Profile;
pub use tables::cassandra_cluster;

/// A kind of document that has a schema.
#[derive(Debug)]
pub struct Kind {
    /// What it is called on the command line; the file is `<name>.json`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    make: fn() -> Schema,
}

/// All kinds.
pub static KINDS: [Kind; 9] = [
    Kind {
        name: "multicasskop",
        about: "MultiCasskop with CassandraClusters in v2",
        make: || multicasskop::schema(Profile::NEWEST),
    },
    Kind {
        name: "multicasskop-v1alpha1",
        about: "MultiCasskop with CassandraClusters in v1alpha1",
        make: || multicasskop::schema(Profile::V1_1_5),
    },
    Kind { name: "cassandracluster", about: "CassandraCluster in v2", make: || cassandra_cluster(Profile::NEWEST) },
    Kind {
        name: "cassandracluster-v1alpha1",
        about: "CassandraCluster in v1alpha1, for CassKop up to 1.1.5",
        make: || cassandra_cluster(Profile::V1_1_5),
    },
    Kind { name: "fleet", about: "fleet file of this program", make: fleet::schema },
    Kind { name: "drift-report", about: "what `drift -o json` prints", make: reports::schema::<DriftReport> },
    Kind { name: "gate-report", about: "what `gate -o json` prints", make: reports::schema::<GateReport> },
    Kind { name: "lint-report", about: "what `lint -o json` prints", make: reports::schema::<LintReport> },
    Kind { name: "render-report", about: "what `render -o json` prints", make: reports::schema::<RenderReport> },
];

impl Kind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Its schema.
    pub fn schema(&self) -> Schema {
        (self.make)()
    }

    /// Its schema as the text of a file.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema().as_value())
    }
}

/// What every schema begins with.
fn head(title: &str, description: &str) -> Schema {
    schemars::json_schema!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "description": description,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in &KINDS {
            assert_eq!(Kind::named(kind.name).map(|found| found.about), Some(kind.about));
        }
        assert!(Kind::named("gate").is_none());
    }
}
