//! Stands between the program and the S3 service, writes down what is asked, and makes trouble.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::http::ask;

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// What is asked for: `/trail/KEY` or `/trail?list-type=2&…`.
    pub(super) target: String,
    /// The whole head.
    pub(super) head: String,
    /// How often the same was asked for before, whichever part of it.
    pub(super) before: usize,
}

/// What is done with a request.
pub(super) enum Trouble {
    None,
    /// It is answered after a while.
    Late(Duration),
    /// It is answered with this, and never heard by the service.
    Answer(String),
    /// The connection is reset.
    Reset,
    /// The answer ends after so many parts of a hundred of its body.
    Cut(usize),
    /// Something is done first.
    First(Box<dyn FnOnce()>),
}

type Plan = Box<dyn Fn(&Request) -> Trouble + Send + Sync>;

/// A proxy; it ends with the test's process.
pub(super) struct Proxy {
    pub(super) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    plan: Plan,
    service: u16,
    asked: Mutex<Vec<Request>>,
    counts: Mutex<HashMap<String, usize>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// What S3 says when it is asked too much.
pub(super) fn busy() -> Trouble {
    let body = "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code>\
                <Message>Please reduce your request rate.</Message></Error>";
    Trouble::Answer(answer("503 Slow Down", "", body))
}

/// An answer in XML.
pub(super) fn answer(status: &str, header: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/xml\r\n{header}Connection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

impl Proxy {
    /// A proxy before the service on this port.
    pub(super) fn before(
        service: u16,
        plan: impl Fn(&Request) -> Trouble + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            plan: Box::new(plan),
            service,
            asked: Mutex::default(),
            counts: Mutex::default(),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_thread);
                // Who hangs up early is part of the test.
                std::thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Self { port, shared }
    }

    /// What was asked since this was last called, in order.
    pub(super) fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut self.shared.asked.lock().expect("no panic"))
    }

    /// How many requests were on their way at the same time, at most.
    pub(super) fn most(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Some(head) = peeked(&stream)? else { return Ok(()) };
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let done = self.forward(&mut stream, &head);
        self.now.fetch_sub(1, Ordering::SeqCst);
        done
    }

    fn forward(&self, stream: &mut TcpStream, head: &str) -> std::io::Result<()> {
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let before = {
            let mut counts = self.counts.lock().expect("no panic");
            let count = counts.entry(target.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let request = Request { target, head: head.to_owned(), before };
        self.asked.lock().expect("no panic").push(request.clone());
        let mut cut = 100;
        match (self.plan)(&request) {
            Trouble::None => {}
            Trouble::Late(time) => std::thread::sleep(time),
            // What was not read makes closing it a reset.
            Trouble::Reset => return Ok(()),
            Trouble::Cut(share) => cut = share,
            Trouble::First(first) => first(),
            Trouble::Answer(answer) => {
                stream.read_exact(&mut vec![0; head.len()])?;
                return stream.write_all(answer.as_bytes());
            }
        }
        stream.read_exact(&mut vec![0; head.len()])?;
        let onward = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        let answer = ask(self.service, &onward, b"")?;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(0) + 4;
        let length = end + (answer.len() - end) * cut / 100;
        stream.write_all(&answer[..length])
    }
}

/// The head of the request, left where it is.
fn peeked(stream: &TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let count = stream.peek(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes[..count]);
        if let Some(end) = text.find("\r\n\r\n") {
            return Ok(Some(text[..end + 4].to_owned()));
        }
        if count == 0 {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
