//! An incident, its news, and channels opened from the configuration as people write it.

use std::collections::BTreeMap;
use std::future::Future;

use jiff::Timestamp;
use notify::settings::Settings;
use notify::{
    Channels, Delivery, Fault, Message, News, Notice, Proxies, Receipt, Severity, Standing, Status,
};

/// What the tests keep secret; no fault may say it.
pub(crate) const SECRET: &str = "hunter2-hunter2-hunter2";

/// The moment at which everything is told.
pub(crate) fn now() -> Timestamp {
    "2026-11-20T02:30:00Z".parse().expect("a time")
}

pub(crate) fn notice() -> Notice {
    let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    Notice {
        id: "inc-0123456789ab".to_owned(),
        version: 3,
        title: "Key AKIAIOSFODNN7EXAMPLE of deploy (user, long-term) in 111122223333: secrets were read"
            .to_owned(),
        severity: Severity::High,
        standing: Standing::Alert,
        status: Status::Open,
        resolution: None,
        assignee: None,
        achieved: list(&["read 4 secrets", "created an access key for backup"]),
        accounts: list(&["111122223333", "444455556666"]),
        keys: list(&["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"]),
        owner: "deploy".to_owned(),
        kind: "user-workload".to_owned(),
        score: 17.36,
        first_seen: "2026-11-20T02:14:07Z".parse().expect("a time"),
        last_seen: "2026-11-20T02:29:51Z".parse().expect("a time"),
        link: Some("https://keyhound.example.com/incidents/inc-0123456789ab".to_owned()),
        reasons: list(&[
            "Calls came from a hosting network that nobody in the organisation uses.",
            "The client was never seen before for this principal.",
        ]),
        steps: list(&["Disable the access key AKIAIOSFODNN7EXAMPLE.", "Review the user backup."]),
        asff: Some(r#"{"SchemaVersion":"2018-10-08","Id":"keyhound/111122223333/inc-0123456789ab"}"#.to_owned()),
        ocsf: Some(r#"{"class_uid":2004,"time":1795141791000}"#.to_owned()),
    }
}

/// News of a notice for the channel `ops`.
pub(crate) fn delivery(notice: &Notice, news: News) -> Delivery {
    let changes = match news {
        News::Updated => vec!["The severity rose from medium to high.".to_owned()],
        News::Taken => vec!["It was taken by alice".to_owned()],
        News::Closed => vec!["It was closed: false positive".to_owned()],
        News::Reopened => vec!["It was closed and is open again.".to_owned()],
        News::Opened | News::Test => Vec::new(),
    };
    Delivery::new("ops", notice, news, changes)
}

/// The settings of the one channel `ops`, with the secrets that tests use in the environment.
pub(crate) fn open(settings: &str) -> Result<Channels, String> {
    open_with(settings, &[], &Proxies::default())
}

/// The same with further variables, and proxies.
pub(crate) fn open_with(
    settings: &str,
    variables: &[(&str, String)],
    proxies: &Proxies,
) -> Result<Channels, String> {
    let text = format!("[notify.ops]\n{settings}");
    let settings: Settings = toml::from_str(&text).map_err(|error| error.to_string())?;
    let environment = |name: &str| {
        let known = variables.iter().find(|(known, _)| *known == name);
        let usual = (name == "SECRET").then(|| SECRET.to_owned());
        known.map(|(_, value)| value.clone()).or(usual)
    };
    Channels::open(&settings.notify, proxies, &environment).map_err(|error| error.to_string())
}

/// Channels whose webhook or address is the variable `URL`.
pub(crate) fn open_at(url: &str, settings: &str) -> Channels {
    let settings =
        format!("{settings}\nconnection = {{ allow_private = true, timeout_seconds = 20 }}");
    open_with(&settings, &[("URL", url.to_owned())], &Proxies::default()).expect("settings")
}

/// Tells the channel `ops`.
pub(crate) fn tell(channels: &Channels, notice: &Notice, news: News) -> Result<Receipt, Fault> {
    tell_in(channels, notice, news, None)
}

/// The same, where earlier news went into a thread.
pub(crate) fn tell_in(
    channels: &Channels,
    notice: &Notice,
    news: News,
    thread: Option<&str>,
) -> Result<Receipt, Fault> {
    let delivery = delivery(notice, news);
    run(channels.tell(&Message::Incident { notice, delivery: &delivery, thread }, now()))
}

/// Waits for what a channel does, which any thread may.
pub(crate) fn run<T>(task: impl Future<Output = T> + Send) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(task)
}

/// How long a fault asks to wait, in seconds; `Err` with its text if it is final.
pub(crate) fn passing(fault: &Fault) -> Result<Option<u64>, String> {
    match fault {
        Fault::Passing { wait, .. } => Ok(wait.map(|wait| wait.as_secs())),
        Fault::Final { .. } => Err(fault.to_string()),
    }
}

/// Every text in a JSON document, with the path to it.
pub(crate) fn texts(value: &serde_json::Value) -> BTreeMap<String, String> {
    fn walk(value: &serde_json::Value, path: &str, found: &mut BTreeMap<String, String>) {
        match value {
            serde_json::Value::String(text) => {
                found.insert(path.to_owned(), text.clone());
            }
            serde_json::Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}/{index}"), found);
                }
            }
            serde_json::Value::Object(fields) => {
                for (name, field) in fields {
                    walk(field, &format!("{path}/{name}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    walk(value, "", &mut found);
    found
}
