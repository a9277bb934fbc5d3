//! A fleet of any size for the benchmarks: rings of up to five clusters that have most
//! in common, with computed seeds, as people write them.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fmt::Write as _;

/// Clusters of the fleet.
pub(crate) const CLUSTERS: usize = 5;

/// The fleet file for so many clusters. Each has a namespace of its own, so that a tool
/// that knows nothing of clusters can hold all objects at once.
pub(crate) fn fleet(clusters: usize) -> String {
    let mut text = "\
apiVersion: multicasskop.dev/v1alpha1
kind: Fleet
metadata:
  name: bench
sources:
- rings/*.yaml
out: clusters
casskopVersion: 2.3.4
engine: argocd
merge: merge-patch
clusters:
"
    .to_owned();
    for cluster in 1..=clusters {
        let _ = write!(text, "- name: k{cluster}\n  namespace: cassandra-{cluster}\n  zone: k{cluster}.example.net\n");
    }
    text
}

/// The name of a ring.
pub(crate) fn name(ring: usize) -> String {
    format!("ring-{ring}")
}

/// The MultiCasskop of a ring in so many clusters.
pub(crate) fn ring(ring: usize, clusters: usize) -> String {
    let mut text = BASE
        .replace("RING", &name(ring))
        .replace("TEAM", &format!("data-{}", ring % 17))
        .replace("READS", &(16 + ring % 9).to_string());
    for cluster in 1..=clusters {
        text += &OVERRIDE.replace("NUMBER", &cluster.to_string());
    }
    text
}

const BASE: &str = "\
apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata:
  name: RING
spec:
  base:
    apiVersion: db.orange.com/v2
    kind: CassandraCluster
    metadata:
      name: RING
      labels:
        team: TEAM
    spec:
      cassandraImage: cassandra:4.0.13
      serverVersion: 4.0.13
      bootstrapImage: ghcr.io/cscetbon/casskop-bootstrap:0.1.21
      configBuilderImage: datastax/cass-config-builder:1.0.4
      backRestSidecar:
        image: ghcr.io/cscetbon/instaclustr-icarus:1.1.3
        resources:
          requests: {cpu: 100m, memory: 256Mi}
          limits: {cpu: 100m, memory: 256Mi}
      autoPilot: false
      dataCapacity: 20Gi
      dataStorageClass: local-storage
      deletePVC: false
      hardAntiAffinity: true
      maxPodUnavailable: 1
      nodesPerRacks: 1
      noCheckStsAreEqual: false
      resources:
        requests:
          cpu: \"2\"
          memory: 4Gi
        limits:
          cpu: \"2\"
          memory: 4Gi
      pod:
        annotations:
          prometheus.io/scrape: \"true\"
          prometheus.io/port: \"8500\"
        tolerations:
        - key: dedicated
          operator: Equal
          value: cassandra
          effect: NoSchedule
      sidecarConfigs:
      - name: exporter
        image: criteord/cassandra_exporter:2.3.8
        ports:
        - name: metrics
          containerPort: 8500
        resources:
          requests: {cpu: 100m, memory: 128Mi}
          limits: {cpu: 100m, memory: 128Mi}
      config:
        cassandra-yaml:
          num_tokens: 32
          concurrent_reads: READS
          concurrent_writes: 32
          read_request_timeout_in_ms: 10000
          write_request_timeout_in_ms: 5000
          authenticator: PasswordAuthenticator
          authorizer: CassandraAuthorizer
          hinted_handoff_enabled: true
          compaction_throughput_mb_per_sec: 64
        jvm-server-options:
          initial_heap_size: 2048M
          max_heap_size: 2048M
        logback-xml:
          debuglog-enabled: false
  override:
";

const OVERRIDE: &str = "    kNUMBER:
      spec:
        service:
          annotations:
            external-dns.alpha.kubernetes.io/hostname: kNUMBER.example.net.
            external-dns.kubernetes.io/hostname: kNUMBER.example.net.
        topology:
          dc:
          - name: dcNUMBER
            nodesPerRacks: 2
            labels:
              topology.kubernetes.io/region: region-NUMBER
            rack:
            - name: rack1
              labels:
                topology.kubernetes.io/zone: region-NUMBERa
            - name: rack2
              labels:
                topology.kubernetes.io/zone: region-NUMBERb
            - name: rack3
              labels:
                topology.kubernetes.io/zone: region-NUMBERc
";
