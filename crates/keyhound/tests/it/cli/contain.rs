//! A responder with the real program, and an emulator that decides as IAM does: from the alert of the
//! demonstration to the proof, and back.

use std::io::{Read, Write};

use emulators::{Keys, Proxy, ministack, reads};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::{Folder, Said};

/// The account of the demonstration.
const ACCOUNT: &str = "204649388917";
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The demonstration's company, with the theft in its logs and the robbed user in the emulator.
struct Company {
    folder: Folder,
    proxy: Proxy,
    root: Keys,
    /// The key that was stolen.
    stolen: Keys,
    incident: String,
}

fn user(root: &Keys, name: &str) -> Keys {
    let iam = |action: &str, fields: &[(&str, &str)]| root.query("iam", action, fields).good();
    iam("CreateUser", &[("UserName", name)]);
    let policy = [("UserName", name), ("PolicyName", "own"), ("PolicyDocument", EVERYTHING)];
    iam("PutUserPolicy", &policy);
    let key = iam("CreateAccessKey", &[("UserName", name)]);
    Keys {
        port: root.port,
        id: key.element("AccessKeyId"),
        secret: key.element("SecretAccessKey"),
        token: None,
    }
}

impl Company {
    fn new() -> Self {
        let port = ministack().port;
        let root = Keys { port, id: ACCOUNT.to_owned(), secret: "test".to_owned(), token: None };
        let folder = Folder::new();
        folder.run(&["demo", "--keep", "logs", "--quiet"]);
        let scanned = folder.run(&["scan", "logs", "--quiet", "--format", "ndjson"]);
        let line = scanned.out.lines().next().expect("an incident");
        let incident: Value = serde_json::from_str(line).expect("JSON");
        let text = |place: &str| incident.pointer(place).and_then(Value::as_str).expect("a text");
        // The emulator chooses the ids of keys: the logs take those.
        let stolen = user(&root, "sam.silva");
        let made = user(&root, "sys-maint");
        root.query(
            "iam",
            "CreateLoginProfile",
            &[("UserName", "sys-maint"), ("Password", "Not-a-secret-1")],
        )
        .good();
        let old = text("/root_access_key_id").to_owned();
        let keys = incident["access_key_ids"].as_array().expect("keys");
        let other = keys.iter().filter_map(Value::as_str).find(|key| *key != old);
        let mut names = vec![(old, stolen.id.clone())];
        names.extend(other.map(|other| (other.to_owned(), made.id.clone())));
        rename(&folder.path().join("logs"), &names);
        let scanned = folder.run(&["scan", "logs", "--quiet", "--format", "ndjson"]);
        let line = scanned.out.lines().next().expect("an incident");
        let incident: Value = serde_json::from_str(line).expect("JSON");
        let incident = incident["id"].as_str().expect("an id").to_owned();
        let credentials =
            format!("[responder]\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = test\n");
        folder.write("credentials", credentials);
        Self { folder, proxy: Proxy::before(port), root, stolen, incident }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let endpoint = format!("http://127.0.0.1:{}", self.proxy.port);
        let file = self.folder.path().join("credentials");
        let file = file.to_str().expect("a path");
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_SHARED_CREDENTIALS_FILE", file),
            ("AWS_CONFIG_FILE", file),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        self.folder.run_with(arguments, &variables)
    }

    fn changes(&self) -> Vec<String> {
        self.proxy.operations().into_iter().filter(|operation| !reads(operation)).collect()
    }

    fn works(&self) -> bool {
        self.stolen.query("ec2", "DescribeVolumes", &[]).status == 200
    }
}

/// Puts other ids into every file of a folder.
fn rename(folder: &std::path::Path, names: &[(String, String)]) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rename(&path, names);
            continue;
        }
        let mut text = String::new();
        let file = std::fs::File::open(&path).expect("a file");
        GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
        for (old, new) in names {
            text = text.replace(old, new);
        }
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).expect("pack");
        std::fs::write(&path, packed.finish().expect("pack")).expect("write");
    }
}

#[test]
fn from_the_alert_to_the_proof_and_back() {
    let company = Company::new();
    let responder = ["--profile", "responder"];
    let planned = company.run(
        &[&["contain", "plan", &company.incident, "logs", "--output", "plan.json"][..], &responder]
            .concat(),
    );
    assert_eq!(planned.status, 0, "{planned:?}");
    for told in ["Who is shut out", "What will break", "deny-user:sam.silva", "made by the thief"] {
        assert!(planned.out.contains(told), "{told}: {}", planned.out);
    }
    // Without consent nothing is changed.
    let shown = company.run(&[&["contain", "apply", "plan.json"][..], &responder].concat());
    assert_eq!(shown.status, 0, "{shown:?}");
    assert!(shown.out.contains("nothing was changed"), "{}", shown.out);
    assert_eq!(company.changes(), Vec::<String>::new());
    assert!(company.works());
    let unasked =
        company.run(&[&["contain", "apply", "plan.json", "--apply"][..], &responder].concat());
    assert_eq!(unasked.status, 2, "{unasked:?}");
    assert!(unasked.err.contains("nobody is there to confirm"), "{}", unasked.err);
    assert_eq!(company.changes(), Vec::<String>::new());

    let apply = ["contain", "apply", "plan.json", "--apply", "--yes"];
    let done = company.run(&[&apply[..], &responder].concat());
    assert!(done.out.contains("done"), "{done:?}");
    assert!(!company.works(), "the key still works");
    let undo_file = std::fs::read_to_string(company.folder.path().join("plan.undo.json")).unwrap();
    assert!(undo_file.contains("delete-user-policy"), "{undo_file}");

    // As long as nobody would be heard, nothing is proven.
    let early = company.run(&["contain", "verify", "plan.json", "logs", "--once"]);
    assert_eq!(early.status, 1, "{early:?}");
    assert!(early.out.contains("not proven yet"), "{}", early.out);
    let status = company.run(&[&["contain", "status", "plan.json"][..], &responder].concat());
    assert_eq!(status.status, 0, "{status:?}");
    let ticked = company.run(&[
        "contain",
        "status",
        "plan.json",
        "--done",
        "account",
        "--note",
        "ticket 4711",
        "--by",
        "anna",
    ]);
    assert!(ticked.out.contains("ticket 4711") && ticked.out.contains("anna"), "{}", ticked.out);
    let review = company.run(&["contain", "review", "plan.json"]);
    let told = review.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in ["delete-access-key --user-name sys-maint", "made powerless by deactivate-key:"] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let policy = company.run(&["contain", "policy", "plan.json"]);
    assert!(policy.out.contains("iam:PutUserPolicy"), "{}", policy.out);

    // A thief who takes the denial away is told of.
    let fields = [("UserName", "sam.silva"), ("PolicyName", "KeyhoundDenyAll")];
    company.root.query("iam", "DeleteUserPolicy", &fields).good();
    let broken = company.run(&[&["contain", "status", "plan.json"][..], &responder].concat());
    assert_eq!(broken.status, 1, "{broken:?}");
    assert!(broken.out.contains("hold no longer"), "{}", broken.out);

    let undo = ["contain", "undo", "plan.json", "--apply", "--yes", "--reactivate-keys"];
    let undone = company.run(&[&undo[..], &responder].concat());
    assert_eq!(undone.status, 0, "{undone:?}");
    assert!(company.works(), "everything is as it was");
}

#[test]
fn wrong_input_is_told_in_one_sentence() {
    let folder = Folder::with_theft();
    let cases: [(&[&str], &str); 8] = [
        (&["contain", "apply", "plan.json", "--profile", "p"], "cannot read the plan plan.json"),
        (&["contain", "apply", "plan.json"], "nobody is named in whose name AWS is asked"),
        (&["contain", "plan", "--arn", "sam"], "sam is no ARN of a user or role"),
        (
            &[
                "contain",
                "plan",
                "--arn",
                "arn:aws:iam::111122223333:user/sam",
                "--access-key",
                "x",
            ],
            "x is no access key id",
        ),
        (
            &["contain", "plan", "--arn", "arn:aws:iam::111122223333:user/$(id)"],
            "has a name that AWS does not allow",
        ),
        (&["contain", "plan", "inc-0", "logs"], "there is no incident inc-0"),
        (&["contain", "review", "logs/theft.json.gz"], "cannot read the plan"),
        (&["contain", "verify", "made.json", "logs"], "nothing of this plan was applied"),
    ];
    let arn = "arn:aws:iam::111122223333:user/sam";
    let made = folder.run(&["contain", "plan", "--arn", arn, "--output", "made.json"]);
    assert_eq!(made.status, 0, "{made:?}");
    for (arguments, told) in cases {
        let said = folder.run(arguments);
        assert_eq!(said.status, 2, "{arguments:?}: {said:?}");
        let err = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    let text = std::fs::read_to_string(folder.path().join("made.json")).unwrap();
    folder.write("changed.json", text.replace("user/sam", "user/eve"));
    let said = folder.run(&["contain", "review", "changed.json"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("was changed since it was made"), "{}", said.err);
}

#[test]
fn a_plan_is_the_same_in_every_format_that_it_has() {
    let folder = Folder::new();
    let arn = "arn:aws:iam::111122223333:user/sam";
    let key = "AKIAIOSFODNN7EXAMPLE";
    for format in ["json", "markdown", "sh", "cloudformation", "terminal"] {
        let said =
            folder.run(&["contain", "plan", "--arn", arn, "--access-key", key, "--format", format]);
        assert_eq!(said.status, 0, "{format}: {said:?}");
        assert!(said.out.contains("KeyhoundDenyAll"), "{format}: {}", said.out);
        if format == "sh" {
            folder.write("plan.sh", &said.out);
            let checked = std::process::Command::new("sh")
                .arg("-n")
                .arg(folder.path().join("plan.sh"))
                .status()
                .expect("run sh");
            assert!(checked.success(), "{}", said.out);
        }
    }
}

/// A lake and the logs that went into it tell the same of who else used a credential.
#[cfg(feature = "lake")]
#[test]
fn who_else_used_it_is_the_same_from_a_lake_and_from_logs() {
    let folder = Folder::new();
    folder.run(&["demo", "--keep", "logs", "--quiet"]);
    let scanned = folder.run(&["scan", "logs", "--quiet", "--format", "ndjson", "--lake", "lake"]);
    let line = scanned.out.lines().next().expect("an incident");
    let incident: Value = serde_json::from_str(line).expect("JSON");
    let id = incident["id"].as_str().expect("an id");
    let impact = |more: &[&str]| -> Value {
        let arguments = [&["contain", "plan", id, "logs", "-q", "--format", "json"], more].concat();
        let said = folder.run(&arguments);
        assert_eq!(said.status, 0, "{said:?}");
        let plan: Value = serde_json::from_str(&said.out).expect("a plan");
        plan["impact"].clone()
    };
    let from_logs = impact(&[]);
    assert!(from_logs["uses"].as_array().is_some_and(|uses| uses.len() > 3), "{from_logs}");
    assert_eq!(impact(&["--lake", "lake"]), from_logs);
}
