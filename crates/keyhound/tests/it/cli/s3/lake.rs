//! A lake in a bucket is what a lake in a folder is.

use super::server::{Server, WRITER};
use super::{both_trail, run, run_as};
use crate::cli::Folder;

#[test]
fn a_lake_in_a_bucket_is_written_asked_and_kept_in_order() {
    let server = Server::start();
    let folder = Folder::new();
    both_trail(&server, &folder, "");
    let near = ["scan", "--fail-on", "never", "--lake", "lake", "trail/AWSLogs"];
    assert_eq!(folder.run(&near).status, 0);
    let far = ["scan", "--fail-on", "never", "--lake", "s3://trail/my/lake", "trail/AWSLogs"];
    for again in [false, true] {
        let said = run_as(&folder, WRITER, server.port, &far);
        assert_eq!(said.status, 0, "{}", said.err);
        assert_eq!(said.err.contains("there already"), again, "{}", said.err);
    }
    for sql in [
        "SELECT event_name, count(*) FROM events GROUP BY event_name ORDER BY event_name",
        "SELECT event_id, record FROM events ORDER BY event_id",
        "SELECT id, title, score FROM incidents ORDER BY id",
    ] {
        let near = folder.run(&["hunt", "--lake", "lake", "--format", "csv", sql]);
        // Who asks needs no right to write.
        let far = ["hunt", "--lake", "s3://trail/my/lake", "--format", "csv", sql];
        let far = run(&folder, server.port, &far);
        assert_eq!((far.status, &far.err), (0, &near.err));
        assert_eq!(far.out, near.out);
    }
    let retained = ["lake", "retain", "s3://trail/my/lake", "--days", "7"];
    let far = run_as(&folder, WRITER, server.port, &retained);
    let near = folder.run(&["lake", "retain", "lake", "--days", "7"]);
    assert_eq!((far.status, far.out), (0, near.out));
    let far = run_as(&folder, WRITER, server.port, &["lake", "compact", "s3://trail/my/lake"]);
    assert_eq!(far.status, 0, "{}", far.err);
    let refused = run(&folder, server.port, &retained[..3]);
    assert_eq!(refused.status, 2);
    let nobody = run(&folder, server.port, &["hunt", "--lake", "s3://trail/nowhere", "SELECT 1"]);
    assert!(nobody.err.contains("there is no lake in"), "{}", nobody.err);
}
