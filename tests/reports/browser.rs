//! The HTML in a real browser: no message on its console, no request to anywhere,
//! enough contrast in both colour schemes, nothing wider than a phone.

#![cfg(test)]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};
use std::process::Command;

use multicasskop::report::Format;
use serde_json::Value as Json;

use crate::command::Site;
use crate::pages::{all_of, drift, gate, render};

/// Where Debian and others have it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Less than this is hard to read for many: WCAG 2.2, level AA.
const CONTRAST: f64 = 4.5;

fn chromium() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|path| path.is_file());
    if found.is_none() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "Chromium is required where CI=true: apt-get install chromium");
        eprintln!("skipped: there is no Chromium");
    }
    found
}

/// What the browser found on a page.
struct Visit {
    /// What [`SCRIPT`] gives.
    seen: Json,
    /// Messages on the console.
    console: Vec<String>,
    /// Addresses that were asked for.
    asked: Vec<String>,
}

/// Measures contrast of all text against what is behind it, and widths.
const SCRIPT: &str = include_str!("measure.js");

fn visit(chromium: &Path, html: &str, dark: bool, width: u32) -> Visit {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let measured = html.replace("</body>", &format!("<script>{SCRIPT}</script></body>"));
    assert_ne!(measured, html);
    std::fs::write(&page, measured).unwrap();
    let log = folder.path().join("net.json");
    let run = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--dump-dom"])
        // Nobody is to be reached, whatever the browser itself would like to know.
        .args(["--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=127.0.0.1"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)))
        .arg(format!("--window-size={width},900"))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let (dom, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    let seen = dom.split_once("MEASURED:").and_then(|(_, rest)| rest.split_once(":DONE")).map(|(json, _)| json);
    let seen =
        seen.unwrap_or_else(|| panic!("the page was not measured:\n{errors}")).replace("&quot;", "\"").replace("&amp;", "&");
    let console = errors.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    Visit { seen: serde_json::from_str(&seen).unwrap(), console, asked: asked(&std::fs::read_to_string(log).unwrap()) }
}

/// Where the browser asks for updates and the time, whatever page it shows.
const OF_THE_BROWSER: [&str; 3] = [".google.com/", ".googleapis.com/", ".gvt1.com/"];

/// The addresses in a log of the network, but for the page's own and the browser's for itself.
fn asked(log: &str) -> Vec<String> {
    let addresses = log.split("\"url\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mine = |address: &&str| {
        let own = address.starts_with("file://") || address.starts_with("chrome");
        !own && !OF_THE_BROWSER.iter().any(|host| address.contains(host))
    };
    addresses.filter(mine).map(str::to_owned).collect()
}

/// The drift of the demo, with its drawing.
fn demo() -> String {
    let site = Site::empty();
    let fleet = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/fleet.yaml");
    site.run_words(["drift", "--fleet", fleet, "-o", "html=demo.html"]).exits(1);
    site.read("demo.html")
}

#[test]
fn the_drawing_shows_the_state_of_each_part() {
    let html = demo();
    // Three racks of the first cluster, three and their data centre of the second.
    for (words, number) in [("✗ loses nodes<", 3), ("✗ restarts<", 4), ("✗ differs<", 3)] {
        assert_eq!(html.matches(words).count(), number, "{words}");
    }
    assert!(html.contains("aria-label=\"k8s-cluster1, wave 0, differs: "), "the state is said too");
}

#[test]
fn reports_are_good_in_both_schemes_on_phone_and_desk() {
    let Some(chromium) = chromium() else { return };
    let pages = [("drift", render(&drift(), Format::Html)), ("gate", render(&gate(), Format::Html)), ("demo", demo())];
    for (name, html) in pages {
        for dark in [false, true] {
            for width in [500, 1200] {
                let visit = visit(&chromium, &html, dark, width);
                assert_eq!(visit.console, [""; 0], "{name}");
                assert_eq!(visit.asked, [""; 0], "{name}");
                assert_eq!(visit.seen["dark"], dark, "{name}: the scheme was not taken");
                let texts = visit.seen["texts"].as_array().unwrap();
                assert!(texts.len() > 10, "{name}: {texts:?}");
                for text in texts {
                    assert!(text["contrast"].as_f64().unwrap() >= CONTRAST, "{name}, dark {dark}: {text}");
                }
                let wide = visit.seen["scrollWidth"].as_u64().unwrap();
                assert!(wide <= visit.seen["clientWidth"].as_u64().unwrap(), "{name}: scrolls sideways at {width}");
                assert_eq!(visit.seen["untitled"], Json::Array(Vec::new()), "{name}: parts without a name");
            }
        }
    }
}

#[test]
fn text_of_the_input_does_nothing_in_a_browser() {
    let Some(chromium) = chromium() else { return };
    let attack = "\"'><script>console.error('x')</script><img src=https://evil.example/x onerror=console.error(1)>\
                  <style>@import 'https://evil.example/y'</style><link rel=stylesheet href=//evil.example/z>";
    let visit = visit(&chromium, &render(&all_of(attack), Format::Html), false, 1200);
    assert_eq!(visit.console, [""; 0]);
    assert_eq!(visit.asked, [""; 0]);
}

/// The log shows requests, so that none in it means none.
#[test]
fn a_request_would_be_seen() {
    let Some(chromium) = chromium() else { return };
    assert!(!render(&drift(), Format::Html).contains("google"), "what is asked for there is not looked at");
    let page = "<!doctype html><html><body><p>text</p><img src=\"http://127.0.0.1:9/x\"></body></html>";
    let visit = visit(&chromium, page, false, 1200);
    assert!(visit.asked.iter().any(|address| address == "http://127.0.0.1:9/x"), "{:?}", visit.asked);
}
