//! Files that are no YAML, or none that anybody meant.

use super::*;

#[test]
fn an_empty_file_and_one_without_a_ring_say_that_nothing_is_to_be_rendered() {
    assert_told!("empty", refused(""));
    assert_told!("comments", refused("# to be written\n---\n"));
    assert_told!("no-multicasskop", refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"));
    assert_told!("no-object", refused("- just\n- a list\n"));
    let site = site_with("");
    refused_in(&site, "render ring.yaml --out clusters").says("nothing to render");
}

#[test]
fn what_is_not_yaml_is_shown_where_it_breaks() {
    assert_told!("not-yaml", refused("Dear all,\n\nthe ring: is: broken\n"));
    assert_told!("unclosed", refused("{\"kind\": \"MultiCasskop\", \"spec\": {"));
    assert_told!("tab", refused(ring_with("    kind: CassandraCluster", "\tkind: CassandraCluster")));
    assert_told!("duplicate", refused(ring_with("      deletePVC: false", "      deletePVC: false\n      deletePVC: true")));
    assert_told!("template", refused(ring_with("nodesPerRacks: 1", "nodesPerRacks: {{ .Values.nodes }}")));
}

#[test]
fn a_truncated_file_never_passes_for_a_whole_one() {
    let site = site_with(RING);
    let before = site.tree();
    let cuts: Vec<usize> = (0..RING.len()).step_by(29).collect();
    for cut in cuts {
        site.write("ring.yaml", &RING[..cut]);
        let run = site.run(&format!("render ring.yaml {FLAGS} --out clusters"));
        if run.code == Some(0) {
            // What is left of the overrides is whole; it is said that a cluster has none.
            assert!(cut > RING.find("    eu:").expect("an override"), "cut at {cut}: rendered");
            let whole = RING[..cut].contains("    us:") || run.stderr.contains("`demo` has no override for us");
            assert!(whole, "cut at {cut}: {}", run.told());
            site.write("ring.yaml", RING);
            site.run(&format!("render ring.yaml {FLAGS} --out clusters")).exits(0);
        } else {
            assert!(matches!(run.code, Some(1 | 2)), "cut at {cut}: {}", run.told());
            site.write("ring.yaml", RING);
            assert!(site.tree() == before, "cut at {cut}: the tree has changed");
        }
    }
    assert_told!("truncated", refused(&RING[..RING.find("external-dns").expect("an annotation") + 20]));
}

#[test]
fn other_encodings_and_damaged_bytes_are_named() {
    let wide: Vec<u8> = RING.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_told!("utf-16", refused(wide));
    assert_told!("latin-1", refused(b"kind: MultiCasskop\nmetadata:\n  name: M\xFCnchen\n"));
    assert_told!("nul", refused(ring_with("fast", "fa\0st")));
    assert_told!("control", refused(ring_with("fast", "\"fast\u{1b}[2J\"\n      \u{202e}evil: true").replace("\\u", "u")));
    // A byte order mark at the beginning is read over.
    let site = site_with(format!("\u{feff}{RING}"));
    let run = site.run(&format!("render ring.yaml {FLAGS} --out clusters")).exits(0);
    assert!(run.stdout.contains("0 written"), "{}", run.stdout);
}

#[test]
fn what_is_printed_of_a_file_does_nothing_to_a_terminal() {
    let attack = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}\u{2066}\u{9b}31m";
    let sources = [
        RING.replace(
            "deletePVC: false",
            &format!("deletePVC: \"{}\"", attack.escape_unicode().to_string().replace("\\u{", "\\U{")),
        ),
        RING.replace("deletePVC: false", &format!("deletePVC: false # {attack}")),
        RING.replace("deletePVC: false", &format!("deletePVC: {attack}")),
        RING.replace("name: demo", &format!("name: {attack}")),
        RING.replace("    eu:", &format!("    \"{attack}\":")),
        RING.replace("kind: MultiCasskop", "kind: \"Multi\\e[31m\\u202eCasskop\""),
        RING.replace("namespace: cassandra", "namespace: \"\\e[31m\\u202e\""),
        RING.replace("deletePVC:", "\"delete\\e[31m\\u202ePVC\":"),
    ];
    for source in sources {
        let site = site_with(&source);
        for flags in ["", "-v"] {
            let run = site.run(&format!("render ring.yaml {FLAGS} --out clusters {flags}"));
            for text in [&run.stdout, &run.stderr] {
                let active = |c: char| (c.is_control() && c != '\n' && c != '\t') || "\u{202e}\u{2066}".contains(c);
                assert!(!text.contains(active), "{text:?}");
            }
        }
        let run = site.run_words(["lint", "ring.yaml", attack, "--local", attack]).exits(2);
        assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
    }
}
