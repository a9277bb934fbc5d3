//! What a change of each member of the spec leads to (docs/facts.md,
//! Operations). Tables only.

/// What CassKop does about a changed member of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leads {
    /// To `UpdateResources`: all racks restart.
    Resources,
    /// To `UpdateConfigMap`: all racks restart.
    ConfigMap,
    /// To `UpdateDockerImage`: all racks restart.
    Image,
    /// To `UpdateStatefulSet`, since the pod template changes: all racks restart.
    Template,
    /// To nothing that restarts: CassKop or the PodDisruptionBudget reads it.
    Quiet,
    /// To nothing at all after creation: the Service is never updated.
    Nothing,
    /// To what the files on topology and storage say.
    Judged,
}

impl Leads {
    /// CassKop's name of a rolling restart.
    pub(super) const fn restart(self) -> Option<&'static str> {
        match self {
            Self::Resources => Some("UpdateResources"),
            Self::ConfigMap => Some("UpdateConfigMap"),
            Self::Image => Some("UpdateDockerImage"),
            Self::Template => Some("UpdateStatefulSet"),
            Self::Quiet | Self::Nothing | Self::Judged => None,
        }
    }
}

/// Every member of the spec.
const MEMBERS: [(&str, Leads); 50] = [
    ("resources", Leads::Resources),
    ("configMapName", Leads::ConfigMap),
    ("cassandraImage", Leads::Image),
    ("imagepullpolicy", Leads::Template),
    ("envVars", Leads::Template),
    ("bootstrapImage", Leads::Template),
    ("initContainerImage", Leads::Template),
    ("initContainerCmd", Leads::Template),
    ("configBuilderImage", Leads::Template),
    ("runAsUser", Leads::Template),
    ("fsGroup", Leads::Template),
    ("readOnlyRootFilesystem", Leads::Template),
    ("hardAntiAffinity", Leads::Template),
    ("pod", Leads::Template),
    ("debug", Leads::Template),
    ("gcStdout", Leads::Template),
    ("sidecarConfigs", Leads::Template),
    ("serverVersion", Leads::Template),
    ("serverType", Leads::Template),
    ("config", Leads::Template),
    ("imagePullSecret", Leads::Template),
    ("imageJolokiaSecret", Leads::Template),
    ("livenessInitialDelaySeconds", Leads::Template),
    ("livenessHealthCheckTimeout", Leads::Template),
    ("livenessHealthCheckPeriod", Leads::Template),
    ("livenessFailureThreshold", Leads::Template),
    ("livenessSuccessThreshold", Leads::Template),
    ("readinessInitialDelaySeconds", Leads::Template),
    ("readinessHealthCheckTimeout", Leads::Template),
    ("readinessHealthCheckPeriod", Leads::Template),
    ("readinessFailureThreshold", Leads::Template),
    ("readinessSuccessThreshold", Leads::Template),
    ("shareProcessNamespace", Leads::Template),
    ("backRestSidecar", Leads::Template),
    ("serviceAccountName", Leads::Template),
    ("jmxConfiguration", Leads::Template),
    ("deletePVC", Leads::Quiet),
    ("autoPilot", Leads::Quiet),
    ("noCheckStsAreEqual", Leads::Quiet),
    ("autoUpdateSeedList", Leads::Quiet),
    ("maxPodUnavailable", Leads::Quiet),
    ("restartCountBeforePodDeletion", Leads::Quiet),
    ("unlockNextOperation", Leads::Quiet),
    ("keyspaceCleanupThreads", Leads::Quiet),
    ("service", Leads::Nothing),
    ("nodesPerRacks", Leads::Judged),
    ("dataCapacity", Leads::Judged),
    ("dataStorageClass", Leads::Judged),
    ("storageConfigs", Leads::Judged),
    ("topology", Leads::Judged),
];

/// What a change of a member leads to.
pub(super) fn leads(member: &str) -> Leads {
    // The safe answer for a member that is in no table: it restarts everything.
    MEMBERS.iter().find(|(name, _)| *name == member).map_or(Leads::Template, |(_, leads)| *leads)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::CASSANDRA_CLUSTER_SPEC;
    use std::collections::BTreeSet;

    #[test]
    fn every_member_of_the_spec_has_one_row() {
        let fields: BTreeSet<_> = CASSANDRA_CLUSTER_SPEC.fields.iter().map(|field| field.name).collect();
        let rows: BTreeSet<_> = MEMBERS.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields, rows);
        assert_eq!(rows.len(), MEMBERS.len());
    }

    /// In an editor nobody should take silence for "nothing happens".
    #[test]
    fn the_description_of_a_member_says_that_a_change_restarts() {
        for field in CASSANDRA_CLUSTER_SPEC.fields {
            let restarts = leads(field.name).restart().is_some();
            assert_eq!(field.doc.contains("rolling restart"), restarts, "{}: {}", field.name, field.doc);
        }
    }
}
