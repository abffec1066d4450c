//! The same requests decided by an emulator of AWS, through `SimulatePrincipalPolicy`.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use iam::Decision;

use crate::made_up::cases;
use crate::reference::{decided, target};

/// So many requests are compared.
const CASES: usize = 150;
/// The emulator has so long to come up on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// `MiniStack` on a port of its own; it ends with the test.
struct Emulator {
    child: Child,
    port: u16,
}

impl Emulator {
    fn start() -> Self {
        let program = target().join("python/bin/ministack");
        assert!(
            program.exists(),
            "{} is not there: the tests of policies need it; run `cargo xtask test -p iam` once, \
             which installs it from PyPI below the target folder",
            program.display()
        );
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let child = Command::new(program)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start the emulator");
        let emulator = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the emulator does not come up");
            sleep(Duration::from_millis(100));
        }
        emulator
    }

    /// Calls IAM; the answer is XML.
    fn call(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut form = format!("Action={action}&Version=2010-05-08");
        for (name, value) in parameters {
            let _ = write!(form, "&{name}=");
            for byte in value.bytes() {
                let _ = write!(form, "%{byte:02X}");
            }
        }
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("connect");
        let credential = "AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request";
        let request = format!(
            "POST / HTTP/1.1\r\nHost: iam.amazonaws.com\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        stream.write_all(request.as_bytes()).expect("send");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("receive");
        assert!(answer.starts_with("HTTP/1.1 200"), "{action}: {answer}");
        answer
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn requests_are_decided_as_by_an_emulator_of_aws() {
    let emulator = Emulator::start();
    let mut seen = [0; 3];
    for (number, case) in cases(CASES, false).into_iter().enumerate() {
        // The emulator knows no variables, and is asked about the policies of a user alone.
        let variables = case.identity.iter().any(|policy| policy.to_string().contains("${"));
        if variables {
            continue;
        }
        let case = crate::made_up::Case { boundary: None, control: Vec::new(), ..case };
        let user = format!("user-{number}");
        emulator.call("CreateUser", &[("UserName", &user)]);
        for (index, policy) in case.identity.iter().enumerate() {
            emulator.call(
                "PutUserPolicy",
                &[
                    ("UserName", &user),
                    ("PolicyName", &format!("p{index}")),
                    ("PolicyDocument", &policy.to_string()),
                ],
            );
        }
        let answer = emulator.call(
            "SimulatePrincipalPolicy",
            &[
                ("PolicySourceArn", &format!("arn:aws:iam::000000000000:user/{user}")),
                ("ActionNames.member.1", &case.action),
                ("ResourceArns.member.1", &case.resource),
            ],
        );
        let decision =
            answer.split("<EvalDecision>").nth(1).and_then(|rest| rest.split('<').next());
        let expected = match decision {
            Some("allowed") => Decision::Allowed,
            Some("explicitDeny") => Decision::Denied,
            Some("implicitDeny") => Decision::NotAllowed,
            other => panic!("{other:?} in {answer}"),
        };
        assert_eq!(decided(&case), expected, "{case:?}");
        seen[expected as usize] += 1;
    }
    assert!(seen.iter().all(|count| *count >= 5), "{seen:?}");
}
