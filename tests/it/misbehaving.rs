//! Servers that misbehave under the runner: each ends in a named error, in time, without a panic.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use etalon::scenario::transport::{Client, Error, Limits, Request};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const LIMITS: Limits =
    Limits { connect: Duration::from_millis(500), exchange: Duration::from_millis(700), body: 1 << 16 };

async fn get(url: &str) -> Result<u16, Error> {
    let client = Client::new(LIMITS, &[]).expect("a client");
    let url = url.parse().expect("a URL");
    let request = Request { method: "GET".to_owned(), url, headers: Vec::new(), body: None };
    client.send(&request).await.map(|answer| answer.status)
}

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

/// A server that writes these bytes to whoever connects, and then keeps or closes the connection.
fn raw(bytes: &'static [u8], keep: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for stream in listener.incoming().take(1) {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 4096];
            let _ = std::io::Read::read(&mut stream, &mut request);
            let _ = stream.write_all(bytes);
            std::thread::sleep(keep);
        }
    });
    address
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the test")]
async fn a_slow_server_ends_in_a_timeout() {
    let server = answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(20))).await;
    let started = Instant::now();
    assert_eq!(get(&server.uri()).await, Err(Error::Timeout(LIMITS.exchange)));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_of_a_body_ends_in_a_timeout() {
    let address = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half", Duration::from_secs(10));
    assert_eq!(get(&format!("http://{address}/")).await, Err(Error::Timeout(LIMITS.exchange)));
}

#[tokio::test]
async fn a_cut_answer_is_broken() {
    for bytes in [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half".as_slice(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200",
        b"",
        b"\x16\x03\x01 this is no HTTP\r\n\r\n",
        b"HTTP/1.1 999999 ?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    ] {
        let address = raw(bytes, Duration::ZERO);
        let error = get(&format!("http://{address}/")).await.expect_err("broken");
        assert!(matches!(error, Error::Broken(_)), "{error:?} after {:?}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn a_huge_body_is_read_up_to_its_limit() {
    let server = answering(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; LIMITS.body + 1])).await;
    assert_eq!(get(&server.uri()).await, Err(Error::TooLarge(LIMITS.body)));
    let server = answering(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; LIMITS.body])).await;
    assert_eq!(get(&server.uri()).await, Ok(200));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_a_way() {
    let elsewhere = answering(ResponseTemplate::new(204)).await;
    let template = ResponseTemplate::new(307).insert_header("location", elsewhere.uri());
    let server = answering(template).await;
    assert_eq!(get(&server.uri()).await, Ok(307));
    assert_eq!(elsewhere.received_requests().await.expect("recorded").len(), 0);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").expect("loopback").local_addr().expect("bound");
    let error = get(&format!("http://{free}/")).await.expect_err("nobody");
    assert!(matches!(&error, Error::Unreachable { host, .. } if *host == free.to_string()), "{error:?}");
    let error = get("https://name.invalid/").await.expect_err("no such name");
    assert!(matches!(error, Error::Unreachable { .. } | Error::Timeout(_)), "{error:?}");
}
