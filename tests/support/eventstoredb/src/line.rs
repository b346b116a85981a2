//! A connection that breaks when it is told to.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::Connected;

/// A connection to a client.
pub(crate) struct Line {
    socket: TcpStream,
    breaks: CancellationToken,
    broken: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Line {
    /// The connection over this socket, until `breaks` is cancelled.
    pub(crate) fn new(socket: TcpStream, breaks: CancellationToken) -> Self {
        let broken = Box::pin(breaks.clone().cancelled_owned());
        Self { socket, breaks, broken }
    }

    /// Nothing is written once it is broken: not even what was on its way.
    fn check(&self) -> io::Result<()> {
        if self.breaks.is_cancelled() { Err(ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Connected for Line {
    type ConnectInfo = CancellationToken;

    /// What breaks it, for the calls that come by it.
    fn connect_info(&self) -> CancellationToken {
        self.breaks.clone()
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // There is always a read under way, so this is what wakes the connection to its end.
        if self.broken.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
