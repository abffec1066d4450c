//! As much of HTTP as a test needs.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

/// Asks a server on this machine and gives the whole answer, which ends with the connection.
pub(super) fn ask(port: u16, head: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// Makes one request with a body and gives the status.
pub(super) fn status(port: u16, method: &str, path: &str, body: &[u8]) -> std::io::Result<u16> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = ask(port, &head, body)?;
    let status = answer.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let status = std::str::from_utf8(status).ok().and_then(|text| text.parse().ok());
    status.ok_or_else(|| std::io::Error::other("the answer has no status"))
}

/// A key as it stands in an address.
pub(super) fn encoded(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") };
    key.bytes().map(one).collect()
}
