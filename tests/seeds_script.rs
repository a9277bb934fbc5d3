//! The seeds script behind the unmodified `bootstrap.sh` and `run.sh` of both
//! generations of `CassKop`, with real listeners, in namespaces of the test's
//! own. `CASSKOP_UPSTREAM` names the folder with those scripts.

#![expect(clippy::disallowed_methods, reason = "a test of a script prepares files, looks for programs and runs them")]

use std::process::Command;
use std::thread;
use std::time::Duration;

#[path = "seeds_script/outcome.rs"]
mod outcome;
#[path = "seeds_script/site.rs"]
mod site;

use site::{Dns, Image, POD, SCRIPT, SELF, SELF_ADDRESS, SELF_LOCAL, Site, find, in_every_image, is_ci, notice, script_path};

/// A node of another cluster, a second node of this one, and this node.
const REMOTE: &str = "demo-dc1-rack1-0.eu.example.net";
const NEIGHBOUR: &str = "demo-dc2-rack2-0.us.example.net";
const SELF_ZONE: &str = "demo-dc2-rack1-0.us.example.net";
const NEIGHBOUR_LOCAL: &str = "demo-dc2-rack2-0.demo.cassandra";

const FILE: &str = "demo-dc1-rack1-0.eu.example.net\ndemo-dc2-rack1-0.us.example.net\ndemo-dc2-rack2-0.us.example.net\n";
const LIST: &str = "demo-dc1-rack1-0.eu.example.net,demo-dc2-rack1-0.us.example.net,demo-dc2-rack2-0.us.example.net";
const LOCAL_LIST: &str = "demo-dc2-rack1-0.demo.cassandra,demo-dc2-rack2-0.demo.cassandra";

/// The bound of the design for the whole script, whatever the network does.
const LIMIT: Duration = Duration::from_secs(30);

/// A user's script that says how many `nc` the seeds script has left behind.
const COUNT_PROBES: &str = "\
#!/bin/bash
n=0
for file in /proc/[0-9]*/comm; do
    if read -r name <$file && [[ $name == nc* ]]; then n=$((n + 1)); fi
done 2>/dev/null
echo \"probes left: $n\"
";

fn first_or_other(image: Image, first: bool) -> Site {
    if first { Site::first_cluster(image, FILE) } else { Site::other_cluster(image, FILE) }
}

#[test]
fn a_ring_that_is_up_gives_its_list_in_every_cluster_and_on_every_port() {
    in_every_image(|image| {
        for (first, port) in [(false, 7000), (false, 7001), (true, 8778)] {
            let site = first_or_other(image, first).up(REMOTE, port).down(NEIGHBOUR).down(SELF_ZONE);
            let message = format!("{REMOTE} answers on port {port}, so the ring is up");
            site.run().starts_with(LIST).says(&message);
        }
    });
}

#[test]
fn local_nodes_that_answer_under_their_names_in_the_list_are_the_ring() {
    in_every_image(|image| {
        let site = Site::other_cluster(image, FILE).up(NEIGHBOUR, 7000).unreachable(REMOTE);
        site.local_seeds(LOCAL_LIST).down(NEIGHBOUR_LOCAL).run().starts_with(LIST);
    });
}

#[test]
fn local_nodes_that_answer_under_local_names_only_stay_the_seeds() {
    in_every_image(|image| {
        let site = Site::other_cluster(image, FILE).local_seeds(LOCAL_LIST).up(NEIGHBOUR_LOCAL, 8778).down(REMOTE);
        site.run().starts_with(LOCAL_LIST).says(&format!("no node of the ring's list answers, but {NEIGHBOUR_LOCAL} answers"));
    });
}

/// `run.sh` asks on port 8778 only and would start this node alone.
#[test]
fn a_local_node_without_jolokia_keeps_the_node_from_starting_alone_in_the_first_cluster_too() {
    in_every_image(|image| {
        for first in [false, true] {
            let site = first_or_other(image, first).local_seeds(LOCAL_LIST).up(NEIGHBOUR_LOCAL, 7000);
            site.run().starts_with(LOCAL_LIST);
        }
    });
}

#[test]
fn when_nobody_answers_only_the_first_cluster_starts_a_node_alone() {
    in_every_image(|image| {
        let site =
            |first| first_or_other(image, first).local_seeds(LOCAL_LIST).down(NEIGHBOUR_LOCAL).down(REMOTE).down(NEIGHBOUR);
        site(true).run().starts_with(SELF).says("this cluster may start the ring (may-start-ring)");
        let stopped = site(false).run();
        stopped.waits().says("STOP: no other node of the ring answers").says(&LIST.replace(',', " "));
        stopped.says("docs/site-must-start-alone.md").is_silent_about("bootstrap ended");
    });
}

#[test]
fn names_that_do_not_resolve_are_nodes_that_do_not_answer() {
    in_every_image(|image| {
        for dns in [Dns::KnowsNothing, Dns::Fails] {
            first_or_other(image, true).dns(dns).run().starts_with(SELF);
            first_or_other(image, false).dns(dns).run().waits().says("STOP: no other node of the ring answers");
        }
    });
}

/// `run.sh` of 2.3.4 stops by itself, but only with the `nc` whose message it knows.
#[test]
fn without_any_dns_no_other_cluster_starts_a_node() {
    in_every_image(|image| {
        first_or_other(image, false).dns(Dns::Fails).own_name_only().run().waits();
    });
}

#[test]
fn a_resolver_that_never_answers_is_given_up_within_the_limit() {
    in_every_image(|image| {
        let run = |first| first_or_other(image, first).dns(Dns::Hangs).key("user_post_run.sh", COUNT_PROBES, 0o755).run();
        let (started, stopped) = thread::scope(|scope| {
            let started = scope.spawn(|| run(true));
            let stopped = run(false);
            (started.join().expect("the pod ran"), stopped)
        });
        started.starts_with(SELF).says("probes left: 0").ends_within(LIMIT);
        stopped.waits().says("STOP: no other node of the ring answers").ends_within(LIMIT);
    });
}

#[test]
fn of_fifty_seeds_only_the_last_answers_and_the_others_hang() {
    let names: Vec<String> = (0..50).map(|n| format!("demo-dc1-rack1-{n}.eu.example.net")).collect();
    let (last, others) = names.split_last().expect("fifty");
    in_every_image(|image| {
        let site = || others.iter().fold(Site::other_cluster(image, &names.join("\n")), |site, name| site.unreachable(name));
        let found = site().up(last, 7001).key("user_post_run.sh", COUNT_PROBES, 0o755).run();
        found
            .starts_with(&names.join(","))
            .says(&format!("{last} answers on port 7001"))
            .says("probes left: 0")
            .ends_within(LIMIT);
        site().unreachable(last).run().waits().says("STOP: no other node of the ring answers").ends_within(LIMIT);
    });
}

#[test]
fn the_node_itself_is_never_somebody_who_answers() {
    in_every_image(|image| {
        for own in [SELF_ZONE, &SELF_ZONE.to_uppercase(), SELF_ADDRESS] {
            let seeds = format!("{REMOTE}\n{own}\n");
            let site = Site::other_cluster(image, &seeds).down(REMOTE);
            let site = if own == SELF_ADDRESS { site.self_answers_as(POD) } else { site.self_answers_as(own) };
            // run.sh believes its own answer, or finds nobody: neither may start the node.
            site.local_seeds(SELF_LOCAL).run().waits().says("STOP: no other node of the ring answers");
        }
    });
}

/// Each attempt starts on the files of the last one, to which `run.sh` appends.
#[test]
fn a_node_that_waited_joins_the_ring_later_and_loads_each_agent_once() {
    in_every_image(|image| {
        let outcome = Site::other_cluster(image, FILE).up(REMOTE, 7000).ports_open_after(3).run();
        outcome.says("== attempt 1 failed").says("== attempt 3 failed").is_silent_about("succeeded\n== attempt\n");
        outcome.starts_with(LIST);
        for (agent, lines) in [("jolokia-agent.jar", 1), ("cassandra-exporter-agent.jar", 1), ("own.jar", 2)] {
            assert_eq!(outcome.env_sh.matches(agent).count(), lines, "{agent}\n{}", outcome.env_sh);
        }
    });
}

#[test]
fn the_users_script_runs_after_ours_and_its_exit_code_counts() {
    let script = "#!/bin/bash\nsed -n 's/.*- seeds: /user sees /p' /etc/cassandra/cassandra.yaml\nexit 7\n";
    in_every_image(|image| {
        for mode in [0o755, 0o644] {
            let site = || Site::other_cluster(image, FILE).key("user_post_run.sh", script, mode);
            let site_that_ends_well = site().key("user_post_run.sh", &script.replace("exit 7", "exit 0"), mode);
            let sees = format!("user sees \"{LIST}\"");
            site_that_ends_well.up(REMOTE, 7000).run().starts_with(LIST).says(&sees);
            site().up(REMOTE, 7000).run().waits().says(&sees);
            site().run().waits().is_silent_about("user sees");
        }
    });
}

#[test]
fn windows_line_ends_blank_lines_and_a_missing_last_line_end_are_read() {
    in_every_image(|image| {
        let seeds = format!("\r\n  {REMOTE} \r\n\n\t{NEIGHBOUR}");
        let list = format!("{REMOTE},{NEIGHBOUR}");
        Site::other_cluster(image, &seeds).up(NEIGHBOUR, 7000).run().starts_with(&list).is_silent_about("left out");
    });
}

#[test]
fn lines_that_are_no_host_names_are_left_out_and_named() {
    in_every_image(|image| {
        let seeds = format!("-e/bin/sh\n$(exit)\na b\na/b&\n\x1b[31m\n{REMOTE}\nfd00::1\n");
        let outcome = Site::other_cluster(image, &seeds).up(REMOTE, 7000).run();
        outcome.starts_with(&format!("{REMOTE},fd00::1")).is_silent_about("\x1b");
        assert_eq!(outcome.log.matches("left out a line that is no host name").count(), 5, "{outcome}");
    });
}

#[test]
fn an_empty_list_is_a_ring_where_nobody_answers() {
    in_every_image(|image| {
        Site::first_cluster(image, "").run().starts_with(SELF);
        Site::other_cluster(image, "\n").run().waits().says("the list is empty");
    });
}

#[test]
fn without_a_list_or_a_line_for_it_or_nc_no_cluster_starts_a_node() {
    in_every_image(|image| {
        let site = || Site::first_cluster(image, FILE).up(REMOTE, 7000);
        site().without_key("seeds").run().waits().says("STOP: the ConfigMap has no key \"seeds\"");
        site().cassandra_yaml("# - seeds: \"\"\n").run().waits().says("STOP: /etc/cassandra/cassandra.yaml has no line");
        site().without_netcat().run().waits().says("STOP: this bootstrap image has no nc");
    });
}

#[test]
fn the_script_is_plain_text_that_a_yaml_block_holds_unchanged() {
    assert!(SCRIPT.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
    assert!(SCRIPT.lines().all(|line| line.trim_end() == line));
    assert!(SCRIPT.ends_with('\n') && !SCRIPT.ends_with("\n\n"));
}

#[test]
fn the_script_passes_shellcheck() {
    let Some(shellcheck) = find("shellcheck") else {
        assert!(!is_ci(), "CI=true needs shellcheck");
        return notice("shellcheck of the seeds script: it is not installed");
    };
    let output = Command::new(shellcheck).arg(script_path()).output().expect("shellcheck can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
