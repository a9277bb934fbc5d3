//! The Grafana dashboard, made out of a table of panels. `UPDATE_FIXTURES=1` writes it anew.

#![cfg(test)]

use serde_json::{Value as Json, json};

use crate::{deploy, text};

/// A panel: kind, title, what it says, expression, unit, and where: column, row, width, height.
type Panel = (&'static str, &'static str, &'static str, &'static str, &'static str, [u32; 4]);

const SCOPE: &str = r#"fleet=~"$fleet",cluster=~"$cluster""#;

const PANELS: [Panel; 7] = [
    (
        "stat",
        "Differences",
        "Between live rings and Git, without ignored ones.",
        "sum(multicasskop_drift_differences{SCOPE,class!~\"requested-operation|not-processed\"}) or vector(0)",
        "none",
        [0, 0, 6, 5],
    ),
    (
        "stat",
        "Clusters not looked at",
        "Nothing is known of their rings.",
        "count(multicasskop_drift_cluster_checked{SCOPE} == 0) or vector(0)",
        "none",
        [6, 0, 6, 5],
    ),
    (
        "stat",
        "Oldest difference",
        "Since when it has been seen.",
        "max(time() - multicasskop_drift_first_seen_timestamp_seconds{SCOPE})",
        "s",
        [12, 0, 6, 5],
    ),
    (
        "stat",
        "Last look",
        "When the clusters were compared with Git.",
        "min(time() - multicasskop_drift_last_check_timestamp_seconds{fleet=~\"$fleet\"})",
        "s",
        [18, 0, 6, 5],
    ),
    (
        "timeseries",
        "Differences by class",
        "What kind of differences there are.",
        "sum by (class) (multicasskop_drift_differences{SCOPE}) > 0",
        "none",
        [0, 5, 12, 9],
    ),
    (
        "timeseries",
        "Ignored differences",
        "Covered by a rule of the fleet file.",
        "sum by (cluster, ring) (multicasskop_drift_ignored_differences{SCOPE})",
        "none",
        [12, 5, 12, 9],
    ),
    (
        "table",
        "What differs where",
        "One line for each ring, cluster and class.",
        "multicasskop_drift_differences{SCOPE} > 0",
        "none",
        [0, 14, 24, 10],
    ),
];

fn dashboard() -> Json {
    let source = json!({"type": "prometheus", "uid": "${source}"});
    let panels = PANELS.iter().zip(1..).map(|((kind, title, says, expression, unit, [x, y, w, h]), id)| {
        let table = *kind == "table";
        let expression = expression.replace("SCOPE", SCOPE);
        let bad = matches!(*title, "Differences" | "Clusters not looked at");
        let steps = if bad {
            json!([{"color": "green", "value": null}, {"color": "red", "value": 1}])
        } else {
            json!([{"color": "text", "value": null}])
        };
        json!({
            "id": id,
            "type": kind,
            "title": title,
            "description": says,
            "datasource": source,
            "gridPos": {"x": x, "y": y, "w": w, "h": h},
            "targets": [{"refId": "A", "datasource": source, "expr": expression, "instant": table, "format": if table { "table" } else { "time_series" }}],
            "fieldConfig": {"defaults": {"unit": unit, "decimals": 0, "thresholds": {"mode": "absolute", "steps": steps}}, "overrides": []},
            "options": {},
        })
    });
    let chosen = |name: &str, query: &str| json!({"name": name, "label": name, "type": "query", "datasource": source, "query": query, "definition": query, "refresh": 2, "multi": true, "includeAll": true, "current": {"text": "All", "value": "$__all"}});
    json!({
        "title": "Cassandra rings: live and in Git",
        "uid": "multicasskop-drift",
        "description": "What `multicasskop drift -o prometheus` found.",
        "tags": ["cassandra", "gitops"],
        "schemaVersion": 39,
        "time": {"from": "now-7d", "to": "now"},
        "refresh": "5m",
        "templating": {"list": [
            {"name": "source", "label": "source", "type": "datasource", "query": "prometheus"},
            chosen("fleet", "label_values(multicasskop_drift_last_check_timestamp_seconds, fleet)"),
            chosen("cluster", "label_values(multicasskop_drift_cluster_checked{fleet=~\"$fleet\"}, cluster)"),
        ]},
        "panels": panels.collect::<Vec<_>>(),
    })
}

#[test]
fn the_dashboard_is_that_of_the_table() {
    let wanted = format!("{:#}\n", dashboard());
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(deploy("monitoring/dashboard.json"), &wanted).unwrap();
    }
    assert_eq!(text("monitoring/dashboard.json"), wanted, "UPDATE_FIXTURES=1 writes it anew");
}

#[test]
fn panels_fill_the_width_and_do_not_overlap() {
    let mut cells = std::collections::BTreeSet::new();
    for (_, title, .., [x, y, w, h]) in PANELS {
        assert!(x + w <= 24, "{title} is too wide");
        for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(cells.insert(cell), "{title} lies over another panel");
        }
    }
    assert_eq!(cells.len(), 24 * 24, "there are holes");
}

/// Expressions are tried by Prometheus' own parser, as rules.
#[test]
fn promtool_takes_the_expressions() {
    let rules: Vec<_> = PANELS
        .iter()
        .zip(1..)
        .map(|(panel, id)| {
            let expression = panel.3.replace("SCOPE", SCOPE).replace("$fleet", ".*").replace("$cluster", ".*");
            json!({"record": format!("panel:{id}"), "expr": expression})
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let rules = json!({"groups": [{"name": "panels", "rules": rules}]});
    std::fs::write(folder.path().join("rules.yaml"), rules.to_string()).unwrap();
    crate::printed("promtool", &["check", "rules", "rules.yaml"], folder.path());
}
