#!/bin/bash
# Gives a Cassandra node the seeds of its whole ring, or keeps it from starting.
#
# CassKop's bootstrap container runs this file after its own run.sh, which has
# just written the `- seeds:` line of cassandra.yaml and which knows the nodes
# of this Kubernetes cluster only. If run.sh finds none of them it makes the
# node its own seed, and such a node starts a ring of its own. Beside this file
# (they are keys of one ConfigMap) lie:
#   seeds             the seeds of the whole ring, one host name per line
#   may-start-ring    there in the one cluster that may start the ring
#   user_post_run.sh  optional: the user's own post_run.sh, run after this one
#
#   1. A node of the ring's list answers: the list becomes the seeds.
#   2. Only a node of this cluster answers, under the local name that CassKop
#      gave run.sh: the local names stay the seeds. That node has passed this
#      script itself, so it belongs to the ring.
#   3. Nobody answers: with may-start-ring, what run.sh wrote stays. In every
#      other cluster the script fails; the kubelet runs it again later.
#
# To answer is to accept a TCP connection, by the exit code of nc. Its messages
# differ between versions, so a name that does not resolve is a node that does
# not answer. With may-start-ring that cannot be held against the node: before
# the first start of a ring no name of it resolves.
#
# Needs bash 4.4, sed, grep, sleep, hostname and nc: what the bootstrap images
# have. The same text is in every ConfigMap; it is never edited for one ring.

set -eu

readonly PORTS=(8778 7000 7001) # Jolokia, gossip, gossip with TLS
readonly DEADLINE=25            # seconds for all questions; nc does not bound name resolution
readonly CONF=${CASSANDRA_CONF:-/etc/cassandra}
readonly YAML=$CONF/cassandra.yaml

say() { printf 'seeds: %s\n' "$*"; }

stop() {
    {
        say "STOP: $1"
        shift
        if (($# > 0)); then printf '  %s\n' "$@"; fi
    } >&2
    exit 1
}

# Every attempt of the container starts on the files that the last one left,
# and run.sh appends its Java agents each time. An agent that is loaded twice
# finds its port taken, and the exporter then ends the JVM. So the first of
# equal lines stays and the others go, but only among the lines of run.sh.
load_agents_once() {
    local file=$CONF/cassandra-env.sh
    [[ -f $file ]] || return 0
    # The hold space collects the agent lines that were seen.
    sed -i '/^ *JVM_OPTS=.* -javaagent:\/extra-lib\// {
        G
        /^\([^\n]*\)\n\(.*\n\)\{0,1\}\1\(\n.*\)\{0,1\}$/ d
        h
        s/\n.*//
    }' "$file"
}

# The value of the `- seeds:` line, without quotes.
written_seeds() {
    local value
    value=$(sed -n -E 's/^[[:space:]]*- seeds:(.*)$/\1/p' "$YAML")
    value=${value%%$'\n'*}
    printf '%s' "${value//[\"\'[:space:]]/}"
}

write_seeds() {
    [[ $(written_seeds) != "$1" ]] || return 0
    sed -i -E 's/^([[:space:]]*- seeds:).*/\1 "'"$1"'"/' "$YAML"
    [[ $(written_seeds) == "$1" ]] || stop "the seeds could not be written into $YAML."
}

# Reads one name per line from stdin into the array `names`. Only a plausible
# host name or address may reach nc, sed and cassandra.yaml.
read_names() {
    local LC_ALL=C line
    names=()
    while IFS= read -r line || [[ -n $line ]]; do
        if [[ ! $line =~ ^[[:space:]]*([A-Za-z0-9_:][A-Za-z0-9._:-]*)?[[:space:]]*$ ]]; then
            say "left out a line that is no host name: $(printf '%q' "$line")"
        elif [[ -n ${BASH_REMATCH[1]} ]]; then
            names+=("${BASH_REMATCH[1]}")
        fi
    done
}

# This node has a local name and one in the ring's zone. Both begin with the
# pod's name, and no other node of the ring has a pod of that name.
is_self() {
    local name=${1,,}
    [[ ${name%%.*} == "$self" || $1 == "${POD_IP:-}" ]]
}

# Starts one nc per port of each given name, but never asks the node itself:
# its own name may still lead to the pod before it.
start_probes() {
    local kind=$1 name port
    shift
    for name; do
        if is_self "$name"; then continue; fi
        for port in "${PORTS[@]}"; do
            nc -z -w5 "$name" "$port" </dev/null >/dev/null 2>&1 &
            probes[$!]="$kind $name answers on port $port"
        done
    done
}

# Asks all at the same time. Sets ring_answer and local_answer to who answered,
# and returns at the first answer from the ring.
ask() {
    local -A probes=()
    local pid probe
    SECONDS=0
    start_probes ring "${ring[@]}"
    start_probes local "${locals[@]}"
    while ((${#probes[@]} > 0 && SECONDS < DEADLINE)); do
        for pid in "${!probes[@]}"; do
            if kill -0 "$pid" 2>/dev/null; then continue; fi
            probe=${probes[$pid]}
            unset "probes[$pid]"
            if ! wait "$pid"; then continue; fi
            if [[ $probe == ring\ * ]]; then
                ring_answer=${probe#* }
                break 2
            fi
            local_answer=${probe#* }
        done
        sleep 0.2
    done
    if ((${#probes[@]} > 0)); then
        kill -KILL "${!probes[@]}" 2>/dev/null || true
        wait 2>/dev/null || true
    fi
}

here=${BASH_SOURCE[0]}
[[ $here == */* ]] || here=./$here
here=${here%/*}

[[ -f $here/seeds ]] || stop "the ConfigMap has no key \"seeds\": render it again and apply it."
grep -q -E '^[[:space:]]*- seeds:' "$YAML" ||
    stop "$YAML has no line \"- seeds:\", so the node would start with unknown seeds."
command -v nc >/dev/null || stop "this bootstrap image has no nc, so nobody can be asked whether the ring is up."

load_agents_once
self=$(hostname -s)
read_names <"$here/seeds"
ring=("${names[@]}")
given=${CASSANDRA_SEEDS:-}
read_names < <(printf '%s' "${given//,/$'\n'}")
locals=("${names[@]}")
ring_answer='' local_answer=''
ask

if [[ -n $ring_answer ]]; then
    list=$(IFS=,; printf '%s' "${ring[*]}")
    write_seeds "$list"
    say "$ring_answer, so the ring is up. Seeds are the ring's: $list"
elif [[ -n $local_answer ]]; then
    list=$(IFS=,; printf '%s' "${locals[*]}")
    write_seeds "$list"
    say "no node of the ring's list answers, but $local_answer. Seeds are the local ones: $list"
elif [[ -f $here/may-start-ring ]]; then
    say "no other node answers, and this cluster may start the ring (may-start-ring)." \
        "Seeds stay as run.sh wrote them: $(written_seeds)"
else
    stop "no other node of the ring answers, and this cluster may not start the ring." \
        "Started alone, this node would begin a second ring. So it waits: the kubelet runs this again, at least every 5 minutes." \
        "Asked on ports ${PORTS[*]}: ${ring[*]:-nobody, for the list is empty}." \
        "Check that these names resolve and can be reached from this pod. Only if the rest of the ring is gone, this site" \
        "may start alone: add the key may-start-ring to the seeds ConfigMap (runbook: docs/site-must-start-alone.md)."
fi

user=$here/user_post_run.sh
if [[ -x $user ]]; then
    say "now user_post_run.sh"
    exec "$user"
elif [[ -f $user ]]; then
    say "now user_post_run.sh, with bash: it is not executable"
    exec bash "$user"
fi
