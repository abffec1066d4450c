//! An account in an emulator, one for each test, with a proxy before it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contain::aws::{Access, Aws, Patience, Who};
use tempfile::TempDir;

use emulators::Proxy;
use emulators::{Keys, REGION};
use emulators::{ministack, moto};

/// An account of its own.
pub(crate) struct Account {
    pub(crate) id: String,
    /// Those of somebody who may do everything, past the proxy.
    pub(crate) root: Keys,
    pub(crate) proxy: Proxy,
    folder: TempDir,
}

/// The next account's number; all have twelve digits.
static NEXT: AtomicU64 = AtomicU64::new(111_100_000_001);

fn next() -> String {
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

impl Account {
    /// In MiniStack, where whoever has the account's number as a key is root.
    pub(crate) fn of_ministack() -> Self {
        let port = ministack().port;
        let id = next();
        let root = Keys { port, id: id.clone(), secret: "test".to_owned(), token: None };
        Self::new(id, root)
    }

    /// In moto, where an account begins when somebody takes a role in it.
    pub(crate) fn of_moto() -> Self {
        let port = moto().port;
        let id = next();
        let somebody =
            Keys { port, id: "AKIASOMEBODY".to_owned(), secret: "s".to_owned(), token: None };
        let arn = format!("arn:aws:iam::{id}:role/everything");
        let root = taken(&somebody, &arn);
        Self::new(id, root)
    }

    fn new(id: String, root: Keys) -> Self {
        let proxy = Proxy::before(root.port);
        Self { id, root, proxy, folder: tempfile::tempdir().expect("make a folder") }
    }

    /// The account as root sees it, through the proxy.
    pub(crate) fn aws(&self) -> Aws {
        self.aws_as(&self.root)
    }

    /// The account as whoever has these keys sees it.
    pub(crate) fn aws_as(&self, keys: &Keys) -> Aws {
        Aws::open(&self.access(keys)).expect("open the account")
    }

    /// The way that [`Self::aws_as`] takes: with a profile of a file of its own.
    pub(crate) fn access(&self, keys: &Keys) -> Access {
        let file = self.folder.path().join(format!("credentials-{}", keys.id));
        let token = keys.token.as_ref().map(|token| format!("aws_session_token = {token}\n"));
        let text = format!(
            "[responder]\naws_access_key_id = {}\naws_secret_access_key = {}\n{}",
            keys.id,
            keys.secret,
            token.unwrap_or_default()
        );
        std::fs::write(&file, text).expect("write a credentials file");
        Access {
            region: Some(REGION.to_owned()),
            endpoint: Some(format!("http://127.0.0.1:{}", self.proxy.port)),
            credentials: Some(file),
            patience: Patience {
                pause: Duration::from_millis(1),
                answer: Duration::from_secs(10),
                ..Patience::default()
            },
            ..Access::of(Who::Profile("responder".to_owned()))
        }
    }

    /// The ARN of something of IAM in this account.
    pub(crate) fn arn(&self, rest: &str) -> String {
        format!("arn:aws:iam::{}:{rest}", self.id)
    }
}

/// A session of a role.
pub(crate) fn taken(by: &Keys, role: &str) -> Keys {
    let fields = [("RoleArn", role), ("RoleSessionName", "session")];
    session(by, &by.query("sts", "AssumeRole", &fields).good())
}

/// The credentials in an answer of STS.
pub(crate) fn session(by: &Keys, reply: &emulators::Reply) -> Keys {
    Keys {
        port: by.port,
        id: reply.element("AccessKeyId"),
        secret: reply.element("SecretAccessKey"),
        token: Some(reply.element("SessionToken")),
    }
}
