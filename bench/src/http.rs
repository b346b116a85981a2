//! HTTP/1.1 over one kept connection.
//!
//! The load generator shares its processors with the server and the database, so what it burns is
//! missing there: no connection pool, no header map, one buffer each way.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Headers of an answer that are looked at, at most.
const MAX_HEADERS: usize = 64;

/// A larger answer is a mistake: no document here asks for so much.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// One kept connection; requests on it follow one another.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// After how many seconds to try again, where it says so.
    pub retry_after_s: Option<u64>,
    /// The body.
    pub body: &'a [u8],
}

/// The head of an answer: how it went, and which bytes are the body.
struct Head {
    status: u16,
    retry_after_s: Option<u64>,
    begin: usize,
    end: usize,
}

impl Connection {
    /// Connects, with small packets sent at once.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, outgoing: Vec::new(), incoming: Vec::new() })
    }

    /// Asks for a path.
    ///
    /// # Errors
    /// When the connection ends before the whole answer is there; `InvalidData` for one that is not
    /// plain HTTP/1.1 with a length.
    pub async fn get(&mut self, path: &str) -> io::Result<Answer<'_>> {
        self.outgoing.clear();
        self.outgoing
            .extend_from_slice(format!("GET {path} HTTP/1.1\r\nHost: docket\r\n\r\n").as_bytes());
        self.exchange().await
    }

    /// Posts a GraphQL request.
    ///
    /// # Errors
    /// When the connection ends before the whole answer is there: whether the request took effect is
    /// then unknown. `InvalidData` for an answer that is not plain HTTP/1.1 with a length.
    pub async fn post(&mut self, bearer: Option<&str>, body: &[u8]) -> io::Result<Answer<'_>> {
        let authorization =
            bearer.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: docket\r\n{authorization}\
             Content-Type: application/json\r\nAccept: application/graphql-response+json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        self.outgoing.clear();
        self.outgoing.extend_from_slice(head.as_bytes());
        self.outgoing.extend_from_slice(body);
        self.exchange().await
    }

    async fn exchange(&mut self) -> io::Result<Answer<'_>> {
        self.stream.write_all(&self.outgoing).await?;
        self.incoming.clear();
        let head = loop {
            self.receive().await?;
            if let Some(head) = parse(&self.incoming)? {
                break head;
            }
        };
        while self.incoming.len() < head.end {
            self.receive().await?;
        }
        let body = self.incoming.get(head.begin..head.end).unwrap_or_default();
        Ok(Answer { status: head.status, retry_after_s: head.retry_after_s, body })
    }

    async fn receive(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.incoming).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// `None` where the head is not whole yet.
fn parse(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes).map_err(|error| nonsense(&error.to_string()))?;
    let httparse::Status::Complete(begin) = parsed else { return Ok(None) };
    let status = response.code.unwrap_or_default();
    let number = |name: &str| -> Option<usize> {
        let header = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()?.parse().ok()
    };
    let retry_after_s = number("retry-after").map(|seconds| seconds as u64);
    match number("content-length") {
        Some(length @ 0..=MAX_ANSWER_BYTES) => {
            Ok(Some(Head { status, retry_after_s, begin, end: begin + length }))
        }
        Some(length) => Err(nonsense(&format!("an answer of {length} bytes"))),
        None => Err(nonsense("an answer without a Content-Length")),
    }
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A server that reads one request, answers it in these pieces, and closes the connection.
    async fn answering(pieces: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut request = Vec::new();
            stream.read_buf(&mut request).await.expect("a request");
            for piece in pieces {
                stream.write_all(piece.as_bytes()).await.expect("a listener");
                stream.flush().await.expect("a listener");
            }
        });
        tasks.detach_all();
        address
    }

    #[tokio::test]
    async fn an_answer_in_pieces_is_put_together() {
        let address =
            answering(&["HTTP/1.1 200 OK\r\ncont", "ent-length: 4\r\n\r\n{", "  }"]).await;
        let mut connection = Connection::open(address).await.expect("a server");
        let answer = connection.post(None, b"{}").await.expect("an answer");
        assert_eq!((answer.status, answer.body), (200, &b"{  }"[..]));
    }

    #[tokio::test]
    async fn a_connection_that_ends_early_gives_no_answer() {
        let address = answering(&["HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n{"]).await;
        let mut connection = Connection::open(address).await.expect("a server");
        let error = connection.post(None, b"{}").await.expect_err("half an answer");
        // A server that closes on unread bytes resets the connection.
        let ends = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset];
        assert!(ends.contains(&error.kind()), "{error}");
    }

    #[test]
    fn a_body_of_unknown_length_is_refused() {
        assert!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
