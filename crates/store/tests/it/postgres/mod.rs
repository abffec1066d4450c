//! A real Postgres on this machine: started by the first test that needs it, stopped by a keeper when
//! no test has needed it for some seconds.
//!
//! The runner starts a process for each test, so the server belongs to none of them: each holds a lock
//! in common as long as it lives, and the keeper waits until it can have that lock alone.

use std::fs::{self, File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sqlx::{AnyConnection, Connection};

/// The server has so long to come up on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// The server, for the life of this process.
struct Server {
    port: u16,
    _in_use: File,
}

/// An empty database of its own, by its address.
pub(super) fn database() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let port = SERVER.get_or_init(Server::find).port;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("store_{}_{number}", std::process::id());
    let address =
        |name: &str| format!("postgres://postgres@127.0.0.1:{port}/{name}?sslmode=disable");
    // Its own thread, since some ask from inside of a runtime.
    std::thread::scope(|scope| {
        let made = scope.spawn(|| crate::site::run(create(&address("postgres"), &name)));
        made.join().expect("make a database");
    });
    address(&name)
}

async fn create(address: &str, name: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address).await.expect("reach Postgres");
    for text in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        let text = sqlx::AssertSqlSafe(text);
        sqlx::raw_sql(text).execute(&mut connection).await.expect("make a database");
    }
    connection.close().await.expect("close");
}

impl Server {
    /// Finds the server, or starts it.
    fn find() -> Self {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let lock = |name: &str| {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true).open(place.join(name)).expect("a lock")
        };
        // One at a time looks and starts.
        let starting = lock("postgres.starting");
        starting.lock().expect("wait for whoever starts Postgres");
        let in_use = lock("postgres.in-use");
        in_use.lock_shared().expect("wait for whoever stops Postgres");
        let state = place.join("postgres.port");
        let running = fs::read_to_string(&state)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .filter(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok());
        let port = running.unwrap_or_else(|| start(&place.join("postgres.in-use"), &state));
        Self { port, _in_use: in_use }
    }
}

/// Starts a server and its keeper.
fn start(in_use: &Path, state: &Path) -> u16 {
    let programs = programs();
    let user = unprivileged();
    let folder = tempfile::Builder::new().prefix("keyhound-postgres-").tempdir().expect("a folder");
    let folder = folder.keep();
    if let Some((uid, gid)) = user {
        std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("give the folder away");
    }
    let data = folder.join("data");
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(programs.join(program));
        command.args(arguments).arg("-D").arg(&data).current_dir(&folder).stdin(Stdio::null());
        command.stdout(File::create(folder.join(format!("{program}.out"))).expect("a file"));
        command.stderr(File::create(folder.join(format!("{program}.err"))).expect("a file"));
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        let status = command.status().expect("run a program of Postgres");
        let told = fs::read_to_string(folder.join(format!("{program}.err"))).unwrap_or_default();
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(status.success(), "{program} failed: {told}{log}");
    };
    // A collation that is not the order of bytes, so that whoever relies on it is found.
    let locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
    let trust = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"];
    run("initdb", &[&trust[..], &locale[..]].concat());
    let port = {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        free.local_addr().expect("an address").port()
    };
    let options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
         -c max_connections=200"
    );
    let log = folder.join("log");
    run("pg_ctl", &["start", "--wait", "--options", &options, "--log", &log.display().to_string()]);
    let begun = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "Postgres does not come up");
        sleep(Duration::from_millis(50));
    }
    keep(in_use, state, &folder, &programs, user);
    fs::write(state, port.to_string()).expect("write the port down");
    port
}

/// Leaves somebody behind who stops the server when nobody needs it any more.
fn keep(in_use: &Path, state: &Path, folder: &Path, programs: &Path, user: Option<(u32, u32)>) {
    // The shell ends at once, and the keeper belongs to nobody.
    let mut command = Command::new("sh");
    command.args(["-c", r#""$@" &"#, "sh", "python3", "-c", include_str!("keeper.py")]);
    command.args([in_use, state, folder, programs]);
    if let Some((uid, gid)) = user {
        command.args([uid.to_string(), gid.to_string()]);
    }
    // Not in this process's group, which the runner ends with the test.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let status = command.current_dir("/").status().expect("run a shell");
    assert!(status.success(), "the keeper does not start");
}

/// The folder with the programs of Postgres: Debian's latest, or where `pg_config` says.
fn programs() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = debian
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    let told = || {
        let told = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(told.stdout).ok()?.trim()))
    };
    found
        .pop()
        .or_else(told)
        .filter(|folder| folder.join("initdb").exists())
        .expect("Postgres is not installed: `cargo xtask test -p store` installs it on Debian, or install its server")
}

/// User and group to run Postgres as, which refuses to run as root; none if this is not root.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let told = Command::new("id").args(arguments).output().expect("run `id`");
        String::from_utf8(told.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"].iter().find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
}
