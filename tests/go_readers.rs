//! Go's readers get back what is emitted, and read scalars and documents as our
//! reader says that they do.
//!
//! Needs Go and its module proxy: skipped with a notice without them, required
//! where `CI=true`.
#![expect(clippy::disallowed_methods, reason = "asks a Go program that reads files")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hostile;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use multicasskop::source::Sources;
use multicasskop::tree::{Node, SmolStr};
use multicasskop::yaml::{Budget, Scalar, compose, emit, key_name, readings};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

/// What one of Go's readers made of a document.
#[derive(serde::Deserialize)]
struct Answer {
    reader: String,
    #[serde(default)]
    value: Json,
    error: Option<String>,
}

/// The built Go program, or `None` if it cannot be had.
fn reader() -> Option<&'static Path> {
    static READER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let path = READER.get_or_init(|| {
        let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-readers");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go-readers");
        let built = Command::new("go").args(["build", "-o"]).arg(&binary).arg(".").current_dir(source).output();
        let trouble = match built {
            Ok(output) if output.status.success() => return Some(binary),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        assert!(std::env::var("CI").as_deref() != Ok("true"), "Go's readers are required where CI=true: {trouble}");
        eprintln!("skipped: Go's YAML readers cannot be built here: {trouble}");
        None
    });
    path.as_deref()
}

/// The answers of both readers, `sigs` and `kyaml`, to each document.
fn ask(reader: &Path, documents: &[String]) -> Vec<[Answer; 2]> {
    let directory = tempfile::tempdir().unwrap();
    let mut answers = Vec::with_capacity(documents.len());
    for (round, some) in documents.chunks(1000).enumerate() {
        let paths: Vec<PathBuf> = some.iter().enumerate().map(|(at, _)| directory.path().join(format!("{round}-{at}"))).collect();
        for (path, text) in paths.iter().zip(some) {
            std::fs::write(path, text).unwrap();
        }
        let output = Command::new(reader).args(&paths).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut lines = output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap());
        while let (Some(sigs), Some(kyaml)) = (lines.next(), lines.next()) {
            answers.push([sigs, kyaml]);
        }
    }
    assert_eq!(answers.len(), documents.len());
    answers
}

/// Whether Kubernetes stores the same: it reads the number `-0` as the integer 0.
fn same(json: &Json, other: &Json) -> bool {
    let zero = |json: &Json| if json.as_f64() == Some(0.0) { json!(0) } else { json.clone() };
    match (json, other) {
        (Json::Object(a), Json::Object(b)) if a.len() == 1 && b.len() == 1 => {
            a.iter().zip(b).all(|((key, a), (other, b))| key == other && same(a, b))
        }
        _ => Node::from(&zero(json)).value.same(&Node::from(&zero(other)).value),
    }
}

/// Random strings of a strategy, the same ones in every run.
fn samples(strategy: &impl Strategy<Value = String>, count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn hostile_strings() -> Vec<String> {
    let fixed = || proptest::sample::select(hostile::HOSTILE);
    let mut all: Vec<String> = hostile::HOSTILE.iter().copied().map(str::to_owned).chain(hostile::long()).collect();
    all.extend(samples(&"[-+0-9a-fxob_.:eETZ ]{1,10}", 1000));
    all.extend(samples(&"[ \t\n\"'#:a-c\\\\{}\\[\\]|>-]{0,12}", 1000));
    all.extend(samples(&proptest::prelude::any::<String>(), 1000));
    all.extend(samples(&(fixed(), fixed()).prop_map(|(a, b)| format!("{a}{b}")), 1000));
    all
}

#[test]
fn go_reads_back_what_is_emitted() {
    let Some(reader) = reader() else { return };
    let mut documents: Vec<Json> = hostile_strings()
        .iter()
        .map(|text| json!({"value": text, "list": [text, [text], {text: text}], "nested": {"map": {text: {"a": text}}}, text: "key"}))
        .collect();
    for number in [
        json!(0),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!(-0.5),
        json!(1e21),
        json!(1e-7),
        json!(1.5e300),
        json!(5e-324),
        json!(1e19),
    ] {
        documents.push(json!({"number": number, "list": [number, null, true, {}, []]}));
    }
    let texts: Vec<String> = documents.iter().map(|json| emit(&Node::from(json))).collect();
    for ((json, text), answers) in documents.iter().zip(&texts).zip(ask(reader, &texts)) {
        for Answer { reader, value, error } in answers {
            assert!(error.is_none() && same(json, &value), "{reader} reads {value} ({error:?}) out of\n{text}\n{text:?}");
        }
    }
}

/// What a reading makes of a text, as JSON; `None` if it refuses the text.
fn as_json(scalar: &Scalar, text: &str) -> Option<Json> {
    Some(match scalar {
        Scalar::Null => Json::Null,
        Scalar::Bool(flag) => json!(flag),
        Scalar::Int(number) => json!(number),
        Scalar::Float(number) => json!(number),
        Scalar::Text => json!(text),
        Scalar::Respelt(other) => json!(other.as_str()),
        Scalar::Refused => return None,
    })
}

#[test]
fn go_reads_plain_scalars_as_we_say() {
    let Some(reader) = reader() else { return };
    let plain = |text: &String| {
        !text.ends_with([':', ' '])
            && !text.starts_with([':', ' '])
            && !text.contains(": ")
            && *text != "-"
            && !text.starts_with("- ")
            && !text.contains("--")
    };
    let mut scalars = samples(&"[-+]?[0-9a-fxob_.eE][-+0-9xob_.eE]{0,6}", 4000);
    scalars.extend(samples(&"[-+]?0[xobXOB]?[-+0-9a-f_]{1,6}", 1000));
    scalars.extend(samples(&"[-+]?[0-9]{1,25}([.][0-9]{0,25})?([eE][-+]?[0-9]{1,3})?", 2000));
    scalars.extend(samples(&"[12][0-9]{3}-[0-3]?[0-9]-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]{1,11})?(Z|[-+][0-2][0-9]:[0-6][0-9])?)?", 2000));
    scalars.extend(samples(&"[yYnNtToOfF~.][a-zA-Z]{0,4}", 500));
    scalars.retain(plain);
    let values: Vec<String> = scalars.iter().map(|text| format!("v: {text}\n")).collect();
    for (text, answers) in scalars.iter().zip(ask(reader, &values)) {
        let said = readings(text);
        for (Answer { reader, value, error }, said) in answers.into_iter().zip([said.sigs, said.kyaml]) {
            let right = match as_json(&said, text) {
                Some(json) => error.is_none() && same(&value, &json!({"v": json})),
                None => error.is_some(),
            };
            assert!(right, "{reader} reads {value} ({error:?}) out of {text:?}, and we say {said:?}");
        }
    }
    let keys: Vec<String> = scalars.iter().map(|text| format!("{text}: 1\n")).collect();
    for (text, [sigs, _]) in scalars.iter().zip(ask(reader, &keys)) {
        let right = match key_name(text) {
            Ok(name) => sigs.error.is_none() && sigs.value == json!({name: 1}),
            Err(_) => sigs.error.is_some(),
        };
        assert!(
            right,
            "sigs reads {} ({:?}) out of the key {text:?}, and we say {:?}",
            sigs.value,
            sigs.error,
            key_name(text).map(SmolStr::new)
        );
    }
}

#[test]
fn go_reads_documents_as_we_do() {
    let Some(reader) = reader() else { return };
    let documents = [
        "a: &a {b: 1}\nc: *a\nd: [*a, *a]\n",
        "a: &a\n  b: 1\n  c: 2\nd:\n  <<: *a\n  e: 3\n",
        "a: &a {b: 1}\nc: &c {b: 2, d: 3}\ne:\n  <<: [*a, *c, {f: 4}]\n",
        "a: &a {b: 1}\nc: {b: 1, <<: *a}\n",
        "a: !!str 12\nb: !!int \"12\"\nc: !!float 1\nd: !!null \"\"\ne: !!bool true\nf: !!map {}\ng: !!seq []\n",
        "{\n\t\"a\": [\n\t\t1,\n\t\t\"\\u00fc\"\n\t],\n\t\"b\":\tnull\n}\n",
        "a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n\n  z\nc: \"x\n  y\"\nd: 'x\n\n  y'\ne: x\n  y\n",
        "a:\n- b: 1\n  c: 2\n-\n  - d\n- - e\n",
        "? a\n: 1\n? \"b\"\n: 2\n",
        "a: &a x\n*a : 1\n",
        "\"<<\": 1\n'null': 2\n",
    ]
    .map(str::to_owned);
    for (text, answers) in documents.iter().zip(ask(reader, &documents)) {
        let mut sources = Sources::default();
        let id = sources.add("test.yaml", text.as_str());
        let ours = compose(&sources, id, &mut Budget::default()).unwrap_or_else(|finding| panic!("{finding:?}\n{text}"));
        let ours = serde_json::to_value(&ours[0].root).unwrap();
        for Answer { reader, value, error } in answers {
            assert!(error.is_none() && same(&value, &ours), "{reader} reads {value} ({error:?}), we read {ours} out of\n{text}");
        }
    }
}
