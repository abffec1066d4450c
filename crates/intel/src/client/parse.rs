//! The parser of client strings.

use compact_str::CompactString;

use super::products::{self, Product};
use super::{AttackDistribution, Client, ClientKind, Os, Runtime};

/// CloudTrail cuts client strings at one kilobyte; anything longer is not from there.
const LONGEST: usize = 1024;
const FAMILY: usize = 32;
const VERSION: usize = 24;

/// Understands a client string; never fails, and its parts are bounded and safe to print.
///
/// Unknown programs give the name of their first product, cleaned.
pub fn parse(text: &str) -> Client {
    let text = unwrapped(&text[..text.floor_char_boundary(LONGEST)]);
    // Names are compared in lower case; ASCII lower-casing keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let mut client = Client {
        family: CompactString::const_new("none"),
        version: CompactString::default(),
        sdk: None,
        os: Os::find(&lower),
        runtime: None,
        kind: ClientKind::Unknown,
        attack_distribution: AttackDistribution::find(&lower),
    };
    if lower.is_empty() || lower == "-" {
        return client;
    }
    if let Some(kind) = whole(&lower) {
        client.kind = kind;
        client.family = match kind {
            ClientKind::Console => CompactString::const_new("console"),
            _ => clean(&lower, FAMILY).replace('_', "-").into(),
        };
        return client;
    }
    let found = scan(&lower);
    client.runtime = found.runtime;
    if let Some((product, version)) = found.best {
        client.kind = product.kind;
        client.family = CompactString::const_new(product.family);
        client.version = clean(version, VERSION);
    } else {
        let (name, version) = found.first.unwrap_or((&lower, ""));
        client.family = folded(name);
        client.version = clean(version, VERSION);
    }
    client.sdk = found.sdk.filter(|sdk| *sdk != client.family).map(CompactString::const_new);
    refine(&mut client, &lower);
    client
}

/// The string without the brackets that some services put around it.
fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text).trim()
}

/// Strings that mean one thing as a whole: the console's host names, AWS services, AWS itself.
fn whole(lower: &str) -> Option<ClientKind> {
    if lower == "aws internal" {
        return Some(ClientKind::Service);
    }
    let host =
        lower.strip_suffix(".amazonaws.com").or_else(|| lower.strip_suffix(".amazonaws.com.cn"))?;
    if host.contains([' ', '/']) {
        return None;
    }
    let console = host == "console" || host == "signin" || host.starts_with("console.");
    Some(if console { ClientKind::Console } else { ClientKind::Service })
}

/// What one pass over the words of a string finds; all text is lower case.
#[derive(Default)]
struct Found<'a> {
    best: Option<(Product, &'a str)>,
    sdk: Option<&'static str>,
    first: Option<(&'a str, &'a str)>,
    runtime: Option<Runtime>,
}

fn scan(lower: &str) -> Found<'_> {
    let mut found = Found::default();
    let mut depth = 0_i32;
    let mut before = "";
    for word in lower.split_ascii_whitespace() {
        let outside = depth <= 0 && !word.starts_with('(');
        depth +=
            word.bytes().map(|byte| i32::from(byte == b'(') - i32::from(byte == b')')).sum::<i32>();
        // What stands in parentheses is a remark, not a product.
        if !outside {
            before = "";
            continue;
        }
        let word = word.trim_matches([',', ';', '[', ']', '"', '\'']);
        let (name, version) = word.split_once('/').unwrap_or((word, ""));
        if name == "exec-env" {
            found.runtime = Some(Runtime::parse(version));
            found.consider(
                products::find(version)
                    .filter(|product| product.kind.rank() > ClientKind::Iac.rank()),
                "",
            );
        } else if name == "md" {
            // SDKs on botocore tell it as metadata, not as a product.
            found.consider(
                products::find(version.split('#').next().unwrap_or_default())
                    .filter(|product| product.family == "botocore"),
                "",
            );
        } else {
            let product = products::find_pair(before, name).or_else(|| products::find(name));
            found.consider(product, version);
        }
        if found.first.is_none() && !name.is_empty() && name != "apn" {
            found.first = Some((name, version));
        }
        before = word;
    }
    found
}

impl<'a> Found<'a> {
    /// The most telling product names the client, the first one among equals.
    fn consider(&mut self, product: Option<Product>, version: &'a str) {
        let Some(product) = product else { return };
        if product.kind == ClientKind::Sdk && self.sdk.is_none_or(|sdk| sdk == "boto3") {
            self.sdk = Some(product.family);
        }
        if self.best.is_none_or(|(best, _)| best.kind.rank() < product.kind.rank()) {
            self.best = Some((product, version));
        }
    }
}

/// What a product alone does not tell.
fn refine(client: &mut Client, lower: &str) {
    // The console's back ends call with AWS's internal SDK and their own name before it.
    if lower.contains("aws-internal/") && client.kind != ClientKind::Offensive {
        let console = lower.contains("console");
        client.kind = if console { ClientKind::Console } else { ClientKind::Service };
        client.family = CompactString::const_new(if console { "console" } else { "aws-internal" });
        client.version = CompactString::default();
    }
    if client.kind == ClientKind::Agent && client.family == "lambda-worker" {
        client.runtime = Some(Runtime::Lambda);
    }
    if client.kind == ClientKind::Ci && client.family == "github-actions" {
        client.runtime = Some(Runtime::GithubActions);
    }
    // Whatever runs in CloudShell is the console's shell: one family, not the user's own command line.
    if client.runtime == Some(Runtime::CloudShell) && client.kind.rank() <= ClientKind::Cli.rank() {
        client.family = CompactString::const_new("cloudshell");
        client.kind = ClientKind::Cli;
    }
    if client.kind == ClientKind::Browser {
        browser(client, lower);
    }
}

/// Family and major version of a browser.
fn browser(client: &mut Client, lower: &str) {
    // All of them claim to be Mozilla, most to be Chrome and Safari: the special comes first.
    const MARKS: [(&str, &str); 11] = [
        ("electron/", "electron"),
        ("headlesschrome/", "chrome-headless"),
        ("edg/", "edge"),
        ("edge/", "edge"),
        ("opr/", "opera"),
        ("firefox/", "firefox"),
        ("fxios/", "firefox"),
        ("crios/", "chrome"),
        ("chrome/", "chrome"),
        ("version/", "safari"),
        ("msie ", "internet-explorer"),
    ];
    let found = MARKS.iter().find_map(|&(mark, family)| {
        let (_, after) = lower.split_once(mark)?;
        Some((family, after.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default()))
    });
    if let Some((family, major)) = found {
        client.family = CompactString::const_new(family);
        client.version = clean(major, VERSION);
    }
}

/// At most `longest` printable ASCII characters of a name; others become `_`.
fn clean(text: &str, longest: usize) -> CompactString {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    text.chars().take(longest).map(|c| if keep(c) { c.to_ascii_lowercase() } else { '_' }).collect()
}

/// Family of an unknown program; a UUID in its name is dropped, since it changes with every run.
fn folded(name: &str) -> CompactString {
    let name = match uuid(name) {
        Some(0) => "uuid",
        Some(at) => name[..at].trim_end_matches(['-', '_', '.']),
        None => name,
    };
    let family = clean(name, FAMILY);
    if family.is_empty() { CompactString::const_new("unknown") } else { family }
}

/// Where the first UUID of a text begins.
fn uuid(text: &str) -> Option<usize> {
    let shaped = |window: &[u8]| {
        window.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    text.as_bytes().windows(36).position(shaped)
}
