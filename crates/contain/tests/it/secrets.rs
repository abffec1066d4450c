//! Secrets are in no log, however talkative.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use contain::Call;
use contain::account::Account as _;
use tracing_subscriber::filter::LevelFilter;

use crate::account::Account;

/// What was logged by this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn passwords_keys_and_tokens_are_not_logged() {
    let log = Log::default();
    let into = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || into.clone())
        .init();
    let account = Account::of_moto();
    let user_name = || "sam".to_owned();
    account.root.query("iam", "CreateUser", &[("UserName", "sam")]).good();
    let aws = account.aws();
    let key = aws.perform(&Call::CreateAccessKey { user_name: user_name() }).unwrap().unwrap();
    let password =
        aws.perform(&Call::CreateLoginProfile { user_name: user_name() }).unwrap().unwrap();
    aws.user("sam").unwrap().unwrap();

    let log = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let log = String::from_utf8_lossy(&log);
    assert!(log.lines().count() > 10, "the log is at work: {log}");
    let secret = |text: &str| text.lines().last().unwrap().split(" = ").nth(1).unwrap().to_owned();
    let secrets = [
        secret(&key.text),
        secret(&password.text),
        account.root.secret.clone(),
        account.root.token.clone().unwrap(),
    ];
    for secret in secrets {
        assert!(secret.len() >= 16 && !log.contains(&secret), "a secret was logged");
        // In a form some of its signs are written otherwise.
        let start: String = secret.chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(start.len() < 8 || !log.contains(&start), "a part of a secret was logged");
    }
}
