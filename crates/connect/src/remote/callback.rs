//! Where the browser comes back to after signing in: one page, on this machine, for as long as a person needs.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::error::Error;

/// The longest request that is read: a code and a state are far shorter.
const LARGEST: usize = 16 * 1024;
/// How long one connection may take: others must not wait for one that says nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// The page.
#[derive(Debug)]
pub(super) struct Callback {
    listener: TcpListener,
    port: u16,
}

impl Callback {
    pub(super) async fn open() -> Result<Self, Error> {
        let listener =
            TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.map_err(Error::Prepare)?;
        let port = listener.local_addr().map_err(Error::Prepare)?.port();
        Ok(Self { listener, port })
    }

    /// Its address.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// Waits for the browser, and gives the address that it came back with. What is no answer to `state`, which only
    /// the browser that we sent knows, is turned away.
    pub(super) async fn wait(&self, state: &str) -> Result<String, Error> {
        loop {
            let (mut stream, _) = self.listener.accept().await.map_err(Error::Prepare)?;
            let target = tokio::time::timeout(PATIENCE, target(&mut stream)).await.ok().flatten();
            let address = target.map(|it| format!("http://127.0.0.1:{}{it}", self.port));
            let answered = address.filter(|it| has_state(it, state));
            let (status, text) = match &answered {
                Some(_) => ("200 OK", "Ambit has its answer. You can close this page."),
                None => ("404 Not Found", "There is nothing here."),
            };
            let length = text.len();
            let page = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
                 Connection: close\r\n\r\n{text}"
            );
            let _the_browser_left = tokio::time::timeout(PATIENCE, stream.write_all(page.as_bytes())).await;
            if let Some(address) = answered {
                return Ok(address);
            }
        }
    }
}

/// The path that is asked for.
async fn target(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let mut buffer = [0; 1024];
    while !read.windows(4).any(|it| it == b"\r\n\r\n") && read.len() < LARGEST {
        match stream.read(&mut buffer).await.ok()? {
            0 => break,
            count => read.extend_from_slice(buffer.get(..count)?),
        }
    }
    let text = std::str::from_utf8(&read).ok()?;
    let mut words = text.lines().next()?.split(' ');
    let target = words.next().filter(|it| *it == "GET").and(words.next())?;
    target.starts_with("/callback?").then(|| target.to_owned())
}

fn has_state(address: &str, state: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else { return false };
    url.query_pairs().any(|(name, value)| name == "state" && value == state)
}
