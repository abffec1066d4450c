//! Stands between the program and an emulator, notes every request, and answers in the emulator's place
//! where a test says so.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What to do with a request instead of passing it on.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Refuse it, with this status and code, in the words of its protocol.
    Refuse(u16, &'static str),
    /// Answer so: a body.
    Answer(&'static str),
    /// Break the connection before the emulator hears of it.
    CutBefore,
    /// Pass it on, and break the connection instead of answering.
    CutAfter,
    /// Pass it on and answer so much later.
    Delay(Duration),
}

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The service, as the signature names it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The body.
    pub body: String,
}

/// The proxy. It listens until the process ends.
pub struct Proxy {
    /// Where it listens, on this machine only.
    pub port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    seen: Vec<Seen>,
    /// For requests of an operation, from the next on: one after the other.
    script: Vec<(String, Deed)>,
}

impl Proxy {
    /// Before the emulator at this port.
    pub fn before(emulator: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that has gone away is no fault of the test.
                thread::spawn(move || drop(serve(&client, emulator, &state)));
            }
        });
        Self { port, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// What to do with the next requests of an operation, one deed for each.
    pub fn on(&self, operation: &str, deeds: impl IntoIterator<Item = Deed>) {
        let script = deeds.into_iter().map(|deed| (operation.to_owned(), deed));
        self.state().script.extend(script);
    }

    /// The requests since this was asked last.
    pub fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.state().seen)
    }

    /// The operations of the requests since this was asked last.
    pub fn operations(&self) -> Vec<String> {
        self.take().into_iter().map(|seen| seen.operation).collect()
    }

    /// That everything that was to happen has happened.
    pub fn is_done(&self) -> bool {
        self.state().script.is_empty()
    }
}

/// Whether an operation changes nothing.
pub fn reads(operation: &str) -> bool {
    ["Get", "List", "Describe", "Lookup"].iter().any(|word| operation.starts_with(word))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request as it came.
struct Request {
    /// Without the line that says whether the connection stays.
    head: String,
    body: Vec<u8>,
}

fn serve(client: &TcpStream, emulator: u16, state: &Mutex<State>) -> io::Result<()> {
    let request = received(client)?;
    let operation = operation_of(&request);
    let deed = {
        let mut state = lock(state);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let service = service_of(&request);
        state.seen.push(Seen { service, operation: operation.clone(), body });
        let next = state.script.iter().position(|(wanted, _)| *wanted == operation);
        next.map(|next| state.script.remove(next).1)
    };
    match deed {
        Some(Deed::Refuse(status, code)) => {
            let (kind, body) = refusal(&request, code);
            answer(client, status, kind, &body)
        }
        Some(Deed::Answer(body)) => answer(client, 200, "text/xml", body),
        Some(Deed::CutBefore) => Ok(()),
        Some(Deed::CutAfter) => passed_on(&request, emulator).map(drop),
        Some(Deed::Delay(pause)) => {
            let response = passed_on(&request, emulator)?;
            thread::sleep(pause);
            (&mut &*client).write_all(&response)
        }
        None => (&mut &*client).write_all(&passed_on(&request, emulator)?),
    }
}

fn received(client: &TcpStream) -> io::Result<Request> {
    let mut reader = BufReader::new(client);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if !lower.starts_with("connection:") {
            head += &line;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request { head, body })
}

/// The emulator's answer, which ends the connection.
fn passed_on(request: &Request, emulator: u16) -> io::Result<Vec<u8>> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, emulator))?;
    server.write_all(request.head.as_bytes())?;
    server.write_all(b"connection: close\r\n\r\n")?;
    server.write_all(&request.body)?;
    let mut response = Vec::new();
    server.read_to_end(&mut response)?;
    let end = response.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
    let (head, rest) = response.split_at(end);
    let head = String::from_utf8_lossy(head);
    let lines = head.split("\r\n");
    let stay = |line: &&str| !line.to_ascii_lowercase().starts_with("connection:");
    let head: Vec<&str> = lines.filter(stay).chain(["connection: close"]).collect();
    Ok([head.join("\r\n").as_bytes(), rest].concat())
}

/// `iam` of `Credential=AKIA…/20261127/us-east-1/iam/aws4_request`.
fn service_of(request: &Request) -> String {
    let scope = request.head.split("Credential=").nth(1).and_then(|scope| scope.split(',').next());
    scope.and_then(|scope| scope.split('/').nth(3)).unwrap_or_default().to_owned()
}

/// The operation, wherever its protocol has it.
fn operation_of(request: &Request) -> String {
    let header = |name: &str| {
        let lines = request.head.lines();
        let mut found = lines.filter_map(|line| line.split_once(':'));
        found.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    if let Some(target) = header("x-amz-target") {
        return target.rsplit('.').next().unwrap_or_default().to_owned();
    }
    let body = String::from_utf8_lossy(&request.body);
    if let Some(action) = body.split('&').find_map(|field| field.strip_prefix("Action=")) {
        return action.to_owned();
    }
    let mut words = request.head.split(' ');
    let method = words.next().unwrap_or_default();
    let last = words.next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let what = if last == "url" { "FunctionUrlConfig" } else { "FunctionConcurrency" };
    let verb = match method {
        "GET" => "Get",
        "PUT" => "Put",
        "POST" => "Create",
        _ => "Delete",
    };
    format!("{verb}{what}")
}

fn refusal(request: &Request, code: &str) -> (&'static str, String) {
    let body = String::from_utf8_lossy(&request.body);
    if body.contains("Version=2016-11-15") {
        let body = format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>Said by the test</Message></Error></Errors><RequestID>request-1</RequestID></Response>"
        );
        ("text/xml", body)
    } else if body.starts_with("Action=") {
        let body = format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>Said by the test</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"
        );
        ("text/xml", body)
    } else {
        let body = format!(r#"{{"__type":"{code}","message":"Said by the test"}}"#);
        ("application/json", body)
    }
}

fn answer(mut client: &TcpStream, status: u16, kind: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    write!(
        client,
        "HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\nx-amzn-requestid: request-1\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
