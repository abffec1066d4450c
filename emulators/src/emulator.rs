//! Emulators of AWS, which `cargo xtask test` installs: `MiniStack` decides on requests as IAM does, moto
//! has organisations that begin and end, and gives its answers in pages.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An emulator has so long to come up on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ends the emulator when this process ends, however it does: then its standard input ends.
const KEEPER: &str = "\
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.raw.read(), os._exit(0)), daemon=True).start()
";
const MINISTACK: &str = "sys.argv = ['ministack']\nfrom ministack.app import main\nmain()\n";
const MOTO: &str = "\
sys.argv = ['moto', '-H', '127.0.0.1', '-p', os.environ['PORT']]
from moto.server import main
main()
";

/// An emulator on a port of its own, one for all tests of this process.
pub struct Emulator {
    /// Where it listens, on this machine only.
    pub port: u16,
    /// Its standard input must stay open.
    _child: Child,
}

/// `MiniStack`, which asks for signatures, decides by policies and records what was called.
pub fn ministack() -> &'static Emulator {
    static ONCE: OnceLock<Emulator> = OnceLock::new();
    ONCE.get_or_init(|| Emulator::start("ministack", MINISTACK))
}

/// moto, which allows everything.
pub fn moto() -> &'static Emulator {
    static ONCE: OnceLock<Emulator> = OnceLock::new();
    ONCE.get_or_init(|| Emulator::start("moto", MOTO))
}

/// The target folder: tests run from its `debug/deps`.
fn target() -> PathBuf {
    let program = std::env::current_exe().expect("this program");
    program.ancestors().nth(3).expect("a target folder").to_owned()
}

/// Python with the emulators, where `cargo xtask test` puts it.
pub fn python() -> PathBuf {
    let python = target().join("python/bin/python");
    assert!(
        python.exists(),
        "{} is not there: the tests need MiniStack and moto; run `cargo xtask test -p contain` once, \
         which installs them from PyPI below the target folder",
        python.display()
    );
    python
}

impl Emulator {
    fn start(name: &str, program: &str) -> Self {
        let temporary = target().join("tmp");
        std::fs::create_dir_all(&temporary).expect("make a folder for what is passing");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let path = temporary.join(format!("emulator-{name}-{port}.log"));
        let log = File::create(&path).expect("make a log");
        let mut child = Command::new(python())
            .args(["-c", &format!("{KEEPER}{program}")])
            .env_clear()
            .env("TMPDIR", &temporary)
            .env("PORT", port.to_string())
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("AUTH", "true")
            .env("CLOUDTRAIL_RECORDING", "1")
            .env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("start the emulator");
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = child.try_wait().expect("look at the emulator").is_some();
            if ended || begun.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(&path).unwrap_or_default();
                panic!("{name} does not come up: {log}");
            }
            sleep(Duration::from_millis(50));
        }
        let _ = std::fs::remove_file(path);
        Self { port, _child: child }
    }
}
